// How elements are made here: by name and text, never by parsing a string of HTML, so that nothing
// a person or a bot writes can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. `attributes` may hold `class`, `on: {event: listener}` and any HTML attribute;
 *  false, null and undefined leave an attribute out. Strings among the children become text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, String(value));
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Strokes on a 24 by 24 grid, drawn for this page.
const STROKES = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-3.5-6.5z M11.5 13.5L20 4",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.3 8.3a1.8 1.8 0 0 1-2.6-2.6L14.5 7.5",
  close: "M6 6l12 12 M18 6L6 18",
  more: "M5 12h.01 M12 12h.01 M19 12h.01",
  down: "M6 9l6 6 6-6",
  reply: "M10 6L4 12l6 6 M4 12h9a7 7 0 0 1 7 7",
  forward: "M14 6l6 6-6 6 M20 12h-9a7 7 0 0 0-7 7",
  copy: "M9 9h10v11H9z M15 9V4H5v11h4",
  pencil: "M4 20l1-4L16 5l3 3L8 19z",
  bin: "M5 7h14 M10 7V4h4v3 M7 7l1 13h8l1-13",
  pin: "M9 4h6l-1 6 3 3H7l3-3z M12 13v7",
  file: "M7 3h7l4 4v14H7z M14 3v4h4",
  keys: "M3 7h18v10H3z M7 11h.01 M11 11h.01 M15 11h.01 M8 14h8",
  link: "M8 16L16 8 M9 8h7v7",
  check: "M5 13l4 4L19 7",
};

/** A decorative icon by name; what the control does is told by its label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}

/** A round button with an icon and a spoken label. */
export function iconButton(name, label, listener, attributes = {}) {
  const on = listener ? { click: listener } : {};
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on, ...attributes }, icon(name));
}

/** One of eight colours, by number, that stays the same for the same id. */
export const hueOf = (id) => [...String(id)].reduce((sum, digit) => (sum * 107 + digit.charCodeAt(0)) % 65_521, 7) % 8;

/** Two letters on a colour that stays the same for the same id. */
export function avatar(id, name, size = "") {
  const letters = [...String(name || "?").replace(/[^\p{L}\p{N} ]/gu, "").trim()];
  const words = letters.join("").split(/\s+/).filter(Boolean);
  const text = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : letters.slice(0, 1).join("");
  return el("span", { class: `avatar hue-${hueOf(id)} ${size}`, "aria-hidden": "true" }, (text || "?").toUpperCase());
}
