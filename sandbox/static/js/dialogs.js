// What stands for a moment above the page: a toast, an alert, a choice, a picture.

import { el, iconButton } from "./dom.js";

const TOAST = 4200; // milliseconds; long enough to read a callback answer of 200 characters

/** A short word at the lower edge that goes away by itself; read out by screen readers. */
export function toast(text) {
  const shelf = document.getElementById("toasts");
  const note = el("div", { class: "toast", "data-testid": "toast" }, text);
  shelf.append(note);
  while (shelf.children.length > 3) shelf.firstChild.remove();
  setTimeout(() => note.remove(), TOAST);
}

function opened(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  // A click on the dialog itself is a click beside its content.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A text that waits until it is confirmed. */
export function alertBox(text) {
  const dialog = el("dialog", { class: "box", "data-testid": "alert", "aria-label": "Message" });
  const ok = el("button", { type: "button", class: "solid", on: { click: () => dialog.close() } }, "OK");
  dialog.append(el("p", {}, text), el("div", { class: "box-actions" }, ok));
  return opened(dialog);
}

/** Choose one of several things. `choices` are {label, note, mark, choose}. */
export function choiceBox(title, choices) {
  const dialog = el("dialog", { class: "box list-box", "aria-label": title });
  const rows = choices.map(({ label, note, mark, choose }) => {
    const pick = () => {
      dialog.close();
      choose();
    };
    return el("button", { type: "button", class: "choice", on: { click: pick } }, mark, el("span", { class: "row-title" }, label, note ? el("small", {}, note) : null));
  });
  const close = iconButton("close", "Close", () => dialog.close());
  dialog.append(el("header", {}, el("h2", {}, title), close), el("div", { class: "choices" }, ...rows));
  return opened(dialog);
}

/** A picture as large as the window allows. */
export function openPicture(src, alt) {
  const dialog = el("dialog", { class: "picture-box", "aria-label": alt, "data-testid": "picture" });
  dialog.append(el("img", { src, alt }), iconButton("close", "Close the picture", () => dialog.close(), { autofocus: true }));
  return opened(dialog);
}
