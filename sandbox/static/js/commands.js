// The menu of commands: opened by its button, or by a "/" at the start of what is typed.

import { el } from "./dom.js";

const TYPED = /^\/([a-z0-9_]*)$/i;

/** A listbox above the composer. `choose(command)` is called with the command, without its slash. */
export class Commands {
  constructor({ node, field, button, choose }) {
    Object.assign(this, { node, field, button, choose });
    this.known = [];
    this.index = 0;
    button.addEventListener("click", () => this.#toggle());
    document.addEventListener("pointerdown", (event) => {
      if (!node.contains(event.target) && !button.contains(event.target)) this.close();
    });
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** The commands of the open chat: [{command, description}]. */
  setKnown(commands) {
    this.known = commands || [];
    this.button.hidden = !this.known.length;
    if (!this.known.length) this.close();
  }

  /** Follow what is typed: a lone "/" and letters filter the list, anything else closes it. */
  typed(text) {
    const match = TYPED.exec(text);
    const found = match ? this.known.filter(({ command }) => command.startsWith(match[1].toLowerCase())) : [];
    if (found.length) this.#show(found);
    else this.close();
  }

  /** Whether this key belonged to the open list. */
  took(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark((this.index + step + this.shown.length) % this.shown.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.shown[this.index]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }

  close() {
    this.node.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.button.setAttribute("aria-expanded", "false");
  }

  #toggle() {
    if (this.isOpen) this.close();
    else this.#show(this.known);
    this.field.focus();
  }

  #show(found) {
    this.shown = found;
    const rows = found.map((entry, index) =>
      el(
        "div",
        { id: `command-${index}`, class: "command", role: "option", "data-command": entry.command, on: { click: () => this.#take(entry) } },
        el("b", {}, `/${entry.command}`),
        el("span", {}, entry.description),
      ),
    );
    this.node.replaceChildren(...rows);
    this.node.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.button.setAttribute("aria-expanded", "true");
    this.#mark(0);
  }

  #mark(index) {
    this.index = index;
    [...this.node.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    this.field.setAttribute("aria-activedescendant", `command-${index}`);
    this.node.children[index].scrollIntoView({ block: "nearest" });
  }

  #take(entry) {
    this.close();
    this.choose(entry.command);
  }
}
