// What hangs on a message besides text: pictures, films, sound, files, polls.

import { el, icon } from "./dom.js";
import { fileAddress } from "./api.js";
import { lengthOf } from "./moments.js";
import { openPicture } from "./dialogs.js";

const UNITS = ["B", "kB", "MB", "GB"];

/** Bytes in words a person reads. */
export function sizeOf(bytes) {
  if (!bytes) return "";
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1000)));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(value < 10 && step > 0 ? 1 : 0)} ${UNITS[step]}`;
}

const largest = (sizes) => [...sizes].sort((a, b) => b.width * b.height - a.width * a.height)[0];

function sized(node, width, height) {
  // The room is kept before the picture has come, so that nothing jumps.
  if (width && height) node.style.aspectRatio = `${width} / ${height}`;
  return node;
}

function photo(person, message) {
  const file = largest(message.photo);
  const src = fileAddress(person, file);
  const alt = message.caption || "Photo";
  const image = sized(el("img", { src, alt, width: file.width, height: file.height, draggable: "false" }), file.width, file.height);
  const cover = message.has_media_spoiler ? el("span", { class: "media-veil" }, "Hidden picture") : null;
  const open = (event) => {
    const veil = event.currentTarget.querySelector(".media-veil");
    if (veil) veil.remove();
    else openPicture(src, alt);
  };
  return el("button", { type: "button", class: "photo", "aria-label": `Open: ${alt}`, on: { click: open } }, image, cover);
}

function film(person, file, attributes) {
  const src = fileAddress(person, file);
  const node = el("video", { src, controls: true, preload: "metadata", playsinline: true, ...attributes });
  return el("div", { class: "film" }, sized(node, file.width, file.height));
}

function sound(person, file, name) {
  const src = fileAddress(person, file);
  return el(
    "div",
    { class: "sound" },
    el("span", { class: "row-title" }, name, el("small", {}, lengthOf(file.duration))),
    el("audio", { src, controls: true, preload: "metadata", "aria-label": name }),
  );
}

function fileRow(person, file) {
  const name = file.file_name || "File";
  return el(
    "a",
    { class: "file-row", href: fileAddress(person, file), download: name, "data-testid": "document" },
    el("span", { class: "file-mark" }, icon("file")),
    el("span", { class: "row-title" }, name, el("small", {}, [sizeOf(file.file_size), file.mime_type].filter(Boolean).join(" · "))),
  );
}

function pollOption(option, index, voters, vote) {
  const share = voters ? Math.round((option.voter_count / voters) * 100) : 0;
  const bar = el("span", { class: "poll-bar" });
  bar.style.width = `${share}%`;
  const label = `Vote for ${option.text}, ${share} percent so far`;
  const row = el("button", { type: "button", "aria-label": label, on: { click: () => vote(index) } }, el("span", { class: "poll-share" }, `${share}%`), el("span", {}, option.text), bar);
  return el("li", {}, row);
}

function poll(message, vote) {
  const { question, options, total_voter_count: voters = 0, is_anonymous: anonymous, is_closed: closed } = message.poll;
  const rows = options.map((option, index) => pollOption(option, index, voters, closed ? () => null : vote));
  const kind = closed ? "Final results" : anonymous ? "Anonymous poll" : "Poll";
  const votes = `${voters} ${voters === 1 ? "vote" : "votes"}`;
  return el("div", { class: "poll", "data-testid": "poll" }, el("strong", {}, question), el("small", {}, `${kind} · ${votes}`), el("ul", {}, ...rows));
}

/** The element for what hangs on a message, or null when it is text alone; `vote(index)` chooses in a poll. */
export function attachment(person, message, vote) {
  if (message.photo?.length) return photo(person, message);
  if (message.video) return film(person, message.video, { "aria-label": "Video" });
  if (message.animation) return film(person, message.animation, { "aria-label": "Animation", loop: true, muted: true });
  if (message.video_note) return film(person, message.video_note, { "aria-label": "Video message" });
  if (message.voice) return sound(person, message.voice, "Voice message");
  if (message.audio) return sound(person, message.audio, message.audio.title || message.audio.file_name || "Audio");
  if (message.sticker) return el("div", { class: "sticker" }, message.sticker.emoji || "Sticker");
  if (message.document) return fileRow(person, message.document);
  if (message.poll) return poll(message, vote);
  return null;
}

/** Whether a message's attachment is looked at (and so may stand in a grid). */
export const isPicture = (message) => Boolean(message.photo?.length || message.video || message.animation);

/** An album: a grid for what is looked at, rows for the rest. */
export function album(person, messages) {
  const cells = messages.map((message) => {
    const cell = attachment(person, message);
    cell?.setAttribute("data-message-id", message.message_id);
    return cell;
  });
  const pictures = messages.every(isPicture);
  return el("div", { class: pictures ? "album" : "rows", "data-count": messages.length, "data-testid": "album" }, ...cells);
}
