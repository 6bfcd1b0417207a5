// The files that wait beside the composer until they are sent.

import { el, iconButton } from "./dom.js";
import { sizeOf } from "./media.js";
import { toast } from "./dialogs.js";

const NOT_SHOWN = new Set(["image/svg+xml", "image/gif"]);
const ALBUM = 10; // Bot API: an album holds two to ten

/** How a set of files travels: pictures or films are shown, sound plays; anything else, and a mixture, is files. */
export function kindOfFiles(files) {
  const families = new Set(files.map((file) => file.type.split("/")[0]));
  const [only] = families.size === 1 ? families : [];
  if (files.some((file) => NOT_SHOWN.has(file.type))) return "document";
  return { image: "photo", video: "video", audio: "audio" }[only] || "document";
}

/** A tray of chosen files, filled by a button, by dropping and by pasting. */
export class Attachments {
  constructor({ tray, input, button, zone, field, onChange }) {
    Object.assign(this, { tray, zone, onChange });
    this.files = [];
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
    });
    field.addEventListener("paste", (event) => event.clipboardData?.files.length && this.add(event.clipboardData.files));
    this.#listenForDrops();
  }

  /** Whether files may be added now; set by the composer. */
  allowed = true;

  add(files) {
    if (!this.allowed) return;
    const room = ALBUM - this.files.length;
    const list = [...files];
    if (list.length > room) toast(`An album holds ${ALBUM} files. The rest was left out.`);
    this.files = [...this.files, ...list.slice(0, room)];
    this.render();
  }

  clear() {
    this.files = [];
    this.render();
  }

  #listenForDrops() {
    const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    this.zone.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault(); // also keeps the browser from leaving the page for the file
      this.zone.classList.toggle("dropping", this.allowed);
    });
    this.zone.addEventListener("dragleave", (event) => {
      if (!this.zone.contains(event.relatedTarget)) this.zone.classList.remove("dropping");
    });
    this.zone.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.zone.classList.remove("dropping");
      this.add(event.dataTransfer.files);
    });
  }

  render() {
    for (const url of this.urls || []) URL.revokeObjectURL(url);
    this.urls = [];
    this.tray.hidden = !this.files.length;
    this.tray.replaceChildren(...this.files.map((file, index) => this.#chip(file, index)));
    this.onChange();
  }

  #chip(file, index) {
    const drop = () => {
      this.files = this.files.filter((_, at) => at !== index);
      this.render();
    };
    return el(
      "div",
      { class: "chip", "data-testid": "attachment" },
      this.#preview(file),
      el("span", { class: "row-title" }, file.name, el("small", {}, sizeOf(file.size))),
      iconButton("close", `Leave out ${file.name}`, drop),
    );
  }

  #preview(file) {
    if (!file.type.startsWith("image/")) return null;
    const url = URL.createObjectURL(file);
    this.urls.push(url);
    return el("img", { src: url, alt: "" });
  }
}
