// The menu of one message: react, reply, copy, forward, change, delete.

import { avatar, el, icon } from "./dom.js";
import { choiceBox, toast } from "./dialogs.js";
import { kindOf, nameOf } from "./names.js";
import { tally } from "./reactions.js";

const EMOJI = ["👍", "👎", "❤", "🔥", "🎉", "😁"];
const GAP = 8;

/** Opens beside a message; arrows walk through it, Escape or a press elsewhere closes it. */
export class Menu {
  constructor({ store, actions, onReply, onEdit }) {
    Object.assign(this, { store, actions, onReply, onEdit });
    this.node = null;
    document.addEventListener("pointerdown", (event) => this.node && !this.node.contains(event.target) && this.close());
    document.addEventListener("scroll", () => this.close(), { capture: true, passive: true });
  }

  open(messages, anchor) {
    this.close();
    this.anchor = anchor;
    this.node = el("div", { class: "menu", role: "menu", "aria-label": "Message" }, this.#reactions(messages), ...this.#items(messages));
    this.node.addEventListener("keydown", (event) => this.#walk(event));
    document.body.append(this.node);
    this.#place(anchor.getBoundingClientRect());
    this.node.querySelector("button").focus();
  }

  close({ back = false } = {}) {
    this.node?.remove();
    this.node = null;
    if (back) this.anchor?.focus();
  }

  #place(beside) {
    const { width, height } = this.node.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, beside.left - width / 2), innerWidth - width - GAP);
    const below = beside.bottom + height + GAP < innerHeight;
    this.node.style.left = `${left}px`;
    this.node.style.top = `${Math.max(GAP, below ? beside.bottom + 4 : beside.top - height - 4)}px`;
  }

  #item(name, label, deed, kind = "") {
    const press = () => {
      this.close();
      deed();
    };
    return el("button", { type: "button", role: "menuitem", class: kind, on: { click: press } }, icon(name), label);
  }

  #reactions([message]) {
    const row = EMOJI.map((emoji) => {
      const press = () => {
        this.close();
        const own = tally(message, this.store.place.person).some((one) => one.own && one.emoji === emoji);
        this.actions.react(message, own ? "" : emoji);
      };
      return el("button", { type: "button", role: "menuitem", "aria-label": `React with ${emoji}`, on: { click: press } }, emoji);
    });
    return el("div", { class: "menu-reactions" }, ...row);
  }

  #items(messages) {
    const [message] = messages;
    const own = this.store.isOwn(message);
    const text = message.text || message.caption;
    const items = [];
    if (this.store.chat.can_write) items.push(this.#item("reply", "Reply", () => this.onReply(message)));
    if (text) items.push(this.#item("copy", "Copy text", () => this.#copy(text)));
    items.push(this.#item("forward", "Forward", () => this.#forward(messages)));
    if (own && message.text && !message.forward_origin) items.push(this.#item("pencil", "Edit", () => this.onEdit(message)));
    if (own || this.#rules()) items.push(this.#item("bin", "Delete", () => this.actions.remove(messages), "danger"));
    return items;
  }

  // In a private chat one may clear everything; elsewhere administrators may.
  #rules() {
    const { chat } = this.store;
    return Boolean(chat.bot) || ["creator", "administrator"].includes(chat.status);
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.");
    } catch {
      toast("The browser did not allow copying. Select the text instead.");
    }
  }

  #forward(messages) {
    const targets = this.store.orderedChats().filter((chat) => chat.can_write);
    const choices = targets.map((chat) => {
      const name = nameOf(chat);
      return { label: name, note: kindOf(chat), mark: avatar(chat.id, name, "small"), choose: () => this.actions.forward(messages, chat.id) };
    });
    choiceBox("Forward to", choices);
  }

  #walk(event) {
    const items = [...this.node.querySelectorAll("button")];
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close({ back: true });
    } else if (steps[event.key]) {
      event.preventDefault();
      const next = items.indexOf(document.activeElement) + steps[event.key];
      items[(next + items.length) % items.length].focus();
    }
  }
}
