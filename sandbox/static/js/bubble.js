// What one message looks like. Parts that did not change are kept when the message is drawn again, so
// that an edit does not stop a film, close an opened spoiler or take the focus from a button.

import { avatar, el, hueOf, icon, iconButton } from "./dom.js";
import { formatted } from "./entities.js";
import { inlineKeyboard } from "./keyboard.js";
import { album, attachment } from "./media.js";
import { fullMoment, timeOf } from "./moments.js";
import { tally } from "./reactions.js";
import { excerpt, originOf, senderOf, serviceText } from "./names.js";

const PARTS = new WeakMap(); // drawn bubble -> {name: {sign, node}}

/** Keeps a part of the former drawing when its sign (all it depends on) is the same. */
class Parts {
  constructor(former) {
    this.former = (former && PARTS.get(former)) || {};
    this.current = {};
  }

  take(name, depends, make) {
    const sign = JSON.stringify(depends ?? null);
    const old = this.former[name];
    const part = old?.sign === sign ? old : { sign, node: make() };
    this.current[name] = part;
    return part.node;
  }
}

// Everything of a message that its picture shows; captions and buttons may change without it.
const shown = ({ message_id, photo, video, animation, video_note, voice, audio, document, sticker, poll }) => [
  message_id, photo, video, animation, video_note, voice, audio, document, sticker, poll,
];

function replyStrip(message, view) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null;
  const words = message.quote?.text || excerpt(original);
  return el(
    "button",
    { type: "button", class: "strip", "aria-label": `In reply to ${senderOf(original).name}`, on: { click: () => view.onJump(original.message_id) } },
    el("strong", {}, senderOf(original).name),
    el("span", {}, words),
  );
}

function metaLine(message, own) {
  const time = el("time", { datetime: new Date(message.date * 1000).toISOString(), title: fullMoment(message.date) }, timeOf(message.date));
  const edited = message.edit_date ? el("span", { class: "edited", title: fullMoment(message.edit_date) }, "edited") : null;
  const author = message.author_signature ? el("span", {}, message.author_signature) : null;
  return el("span", { class: "meta" }, author, edited, time, own ? icon("check") : null);
}

function reactionRow(message, view) {
  const reactions = tally(message, view.person);
  if (!reactions.length) return null;
  const chips = reactions.map(({ emoji, count, own }) =>
    el(
      "button",
      { type: "button", class: `reaction ${own ? "own" : ""}`, "aria-pressed": String(Boolean(own)), "aria-label": `${emoji} ${count}`, on: { click: () => view.onReact(message, own ? "" : emoji) } },
      emoji,
      el("span", {}, String(count)),
    ),
  );
  return el("div", { class: "reactions" }, ...chips);
}

function textPart(message) {
  const text = message.text ?? message.caption ?? "";
  if (!text) return null;
  const entities = message.entities ?? message.caption_entities;
  return el("div", { class: "text", dir: "auto" }, ...formatted(text, entities));
}

function keyboardPart(message, view) {
  if (!message.reply_markup?.inline_keyboard?.length) return null;
  return inlineKeyboard(message.reply_markup, {
    isWaiting: (data) => view.isWaiting(message, data),
    onTap: (data) => view.onTap(message, data),
  });
}

// An album tells its words on whichever part has them; the whole bears the first message's number.
const speaker = (messages) => messages.find((message) => message.caption || message.text) || messages[0];

function content(messages, view, parts) {
  const message = speaker(messages);
  const sender = senderOf(messages[0]);
  const origin = originOf(messages[0]);
  const waiting = (message.reply_markup?.inline_keyboard || []).flat().map((key) => view.isWaiting(message, key.callback_data));
  const hung = parts.take("hung", messages.map(shown), () =>
    messages.length > 1 ? album(view.person, messages) : attachment(view.person, messages[0], (index) => view.onVote(message, index)),
  );
  const body = el(
    "div",
    { class: `body ${hung ? "with-media" : ""}` },
    view.named ? el("div", { class: `sender hue-${hueOf(sender.id)}` }, sender.name, sender.isBot ? el("small", {}, "bot") : null) : null,
    origin ? el("div", { class: "forwarded" }, "Forwarded from ", el("strong", {}, origin)) : null,
    replyStrip(messages[0], view),
    hung,
    parts.take("text", [message.text, message.caption, message.entities, message.caption_entities], () => textPart(message)),
    metaLine(message, view.own),
    reactionRow(message, view),
  );
  return [body, parts.take("keys", [message.reply_markup, waiting], () => keyboardPart(message, view))];
}

/** A bubble for one message or an album. `view` tells how it stands in the conversation (own, named,
 *  faced, tail, person) and what to do when something in it is pressed; `former` is its old drawing. */
export function bubble(messages, view, former = null) {
  const parts = new Parts(former);
  const message = messages[0];
  const sender = senderOf(message);
  const classes = ["bubble", view.own ? "own" : "other", view.tail ? "tail" : "", view.faced ? "faced" : ""].join(" ");
  const menu = iconButton("more", "What to do with this message", (event) => view.onMenu(messages, event.currentTarget), { class: "icon-button bubble-menu" });
  const node = el(
    "article",
    { class: classes, "data-message-id": message.message_id, "aria-label": `${view.own ? "You" : sender.name}, ${timeOf(message.date)}` },
    view.faced ? (view.tail ? avatar(sender.id, sender.name, "small") : el("span", { class: "avatar small blank" })) : null,
    el("div", { class: "stack" }, ...content(messages, view, parts)),
    menu,
  );
  node.addEventListener("contextmenu", (event) => {
    // Links and selected words keep the browser's own menu.
    if (event.target.closest("a") || String(getSelection())) return;
    event.preventDefault();
    view.onMenu(messages, menu);
  });
  PARTS.set(node, parts.current);
  return node;
}

/** A service message: a quiet line in the middle. */
export function serviceLine(message, onJump) {
  const pinned = message.pinned_message;
  const attributes = { class: "service", "data-message-id": message.message_id };
  const text = serviceText(message);
  if (!pinned) return el("div", attributes, el("span", {}, text));
  return el("div", attributes, el("button", { type: "button", on: { click: () => onJump(pinned.message_id) } }, text));
}

/** What a bot is about to say, as far as it has come. */
export function draftBubble(draft) {
  const words = draft.text ? formatted(draft.text, draft.entities) : ["Thinking…"];
  return el(
    "article",
    { class: "bubble other draft", "data-testid": "draft", "aria-label": "Being written" },
    el("div", { class: "stack" }, el("div", { class: "body" }, el("div", { class: "text", dir: "auto" }, ...words), el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")))),
  );
}
