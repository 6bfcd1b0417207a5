// The buttons under a message: what they look like and what pressing them does.

import { el, icon } from "./dom.js";
import { safeAddress } from "./entities.js";

const STYLES = new Set(["primary", "success", "danger"]);

const styled = (button) => `key ${STYLES.has(button.style) ? button.style : ""}`;

function linkKey(button, url) {
  const href = safeAddress(url);
  if (!href) return deadKey(button, "This link leads nowhere safe.");
  return el("a", { class: styled(button), href, target: "_blank", rel: "noopener noreferrer", title: href }, el("span", {}, button.text), icon("link"));
}

function deadKey(button, why) {
  return el("button", { type: "button", class: styled(button), disabled: true, title: why }, el("span", {}, button.text));
}

function tapKey(button, waiting, onTap) {
  const press = () => waiting || onTap(button.callback_data);
  return el(
    "button",
    {
      type: "button",
      class: styled(button),
      "data-callback": button.callback_data,
      // Not `disabled`: a disabled button loses the keyboard's focus while it waits.
      "aria-disabled": waiting ? "true" : null,
      "aria-busy": waiting ? "true" : null,
      on: { click: press },
    },
    el("span", {}, button.text),
    waiting ? el("span", { class: "spinner", "aria-hidden": "true" }) : null,
  );
}

function copyKey(button) {
  const copy = async (event) => {
    const key = event.currentTarget;
    await navigator.clipboard?.writeText(button.copy_text.text);
    key.classList.add("done");
  };
  return el("button", { type: "button", class: styled(button), "data-copy": true, on: { click: copy } }, el("span", {}, button.text), icon("copy"));
}

function key(button, isWaiting, onTap) {
  if (button.callback_data !== undefined) return tapKey(button, isWaiting(button.callback_data), onTap);
  if (button.url) return linkKey(button, button.url);
  if (button.login_url) return linkKey(button, button.login_url.url);
  if (button.web_app) return linkKey(button, button.web_app.url);
  if (button.copy_text) return copyKey(button);
  return deadKey(button, "The sandbox has no use for this kind of button.");
}

/** Rows of buttons of a Bot API InlineKeyboardMarkup. `isWaiting(data)` tells which tap has no answer
 *  yet; `onTap(data)` is called at a press. */
export function inlineKeyboard(markup, { isWaiting, onTap }) {
  const rows = markup.inline_keyboard.map((row) =>
    el("div", { class: "key-row" }, ...row.map((button) => key(button, isWaiting, onTap))),
  );
  return el("div", { class: "keyboard", "data-testid": "inline-keyboard" }, ...rows);
}
