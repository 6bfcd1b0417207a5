// Where the person writes: the field, what is answered or changed, files, commands, and the bot's own keys.

import { el, iconButton } from "./dom.js";
import { Attachments, kindOfFiles } from "./attachments.js";
import { Commands } from "./commands.js";
import { toast } from "./dialogs.js";
import { excerpt, senderOf } from "./names.js";

const byId = (id) => document.getElementById(id);

/** The keyboard a bot last laid out for this person (Bot API: ReplyKeyboardMarkup), or null. */
export function replyKeyboard(messages) {
  for (const message of [...messages].reverse()) {
    const markup = message.reply_markup;
    if (markup?.keyboard) return { ...markup, from: message.message_id };
    if (markup?.remove_keyboard) return null;
  }
  return null;
}

/** Binds the composer's elements to the store and the actions. */
export class Composer {
  constructor({ store, actions }) {
    Object.assign(this, { store, actions });
    this.form = byId("composer");
    this.field = byId("field");
    this.keys = byId("reply-keyboard");
    this.unsent = new Map(); // "person:chat:topic" -> what was typed and not sent
    this.used = new Set(); // one-time keyboards that were used: message ids
    this.context = null; // {kind: "reply" | "edit", message}
    this.commands = new Commands({ node: byId("commands"), field: this.field, button: byId("command-button"), choose: (name) => this.#sendText(`/${name}`) });
    this.attachments = new Attachments({ tray: byId("tray"), input: byId("file-input"), button: byId("attach"), zone: byId("main"), field: this.field, onChange: () => this.#typed() });
    this.#listen();
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => {
      this.commands.typed(this.field.value);
      this.#typed();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    byId("keys-button").addEventListener("click", () => {
      this.keysHidden = !this.keysHidden;
      this.#renderKeys(true);
    });
  }

  #key(event) {
    // While an input method composes a word, Enter belongs to it.
    if (event.isComposing || this.commands.took(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.context) {
      this.setContext(null);
    } else if (event.key === "ArrowUp" && !this.field.value && !this.context) {
      this.#editLast(event);
    }
  }

  #editLast(event) {
    const { chat, topic } = this.store.place;
    const own = this.store.messagesOf(chat, topic).filter((message) => this.store.isOwn(message) && message.text);
    if (!own.length) return;
    event.preventDefault();
    this.edit(own.at(-1));
  }

  reply(message) {
    this.setContext({ kind: "reply", message });
  }

  edit(message) {
    this.setContext({ kind: "edit", message });
    this.field.value = message.text;
    this.#typed();
  }

  /** Answer or change a message with what is written next; null forgets it. */
  setContext(context) {
    const wasEdit = this.context?.kind === "edit";
    this.context = context;
    if (wasEdit && !context) this.field.value = "";
    const strip = byId("context");
    strip.hidden = !context;
    strip.replaceChildren(...(context ? this.#contextParts(context) : []));
    if (context) this.field.focus();
    this.#typed();
  }

  #contextParts({ kind, message }) {
    const title = kind === "edit" ? "Edit message" : `Reply to ${senderOf(message).name}`;
    const words = el("span", { class: "row-title" }, el("strong", {}, title), el("small", {}, excerpt(message)));
    return [words, iconButton("close", "Never mind", () => this.setContext(null))];
  }

  async #submit() {
    const text = this.field.value.trim();
    const { files } = this.attachments;
    if (this.busy || (!text && !files.length)) return;
    const { context } = this;
    this.busy = true;
    try {
      if (await this.#deliver(text, files, context)) this.#sent();
    } finally {
      this.busy = false;
    }
  }

  #deliver(text, files, context) {
    if (context?.kind === "edit") return this.actions.edit(context.message.message_id, text);
    const replyTo = context?.message.message_id ?? null;
    if (files.length) return this.actions.sendFiles(files, kindOfFiles(files), text, replyTo);
    return this.actions.send(text, replyTo);
  }

  #sent() {
    this.field.value = "";
    this.attachments.clear();
    this.context = null;
    this.setContext(null);
    this.field.focus();
  }

  async #sendText(text) {
    const typed = this.field.value;
    if (typed.startsWith("/")) this.field.value = "";
    this.#typed();
    if (!(await this.actions.send(text))) this.field.value = typed;
    this.field.focus();
  }

  // The field grows with its text, up to what its style allows.
  #typed() {
    this.field.style.height = "auto";
    // A field that is not on the page yet has no height to tell.
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
    const ready = this.field.value.trim() || this.attachments.files.length;
    byId("send").classList.toggle("ready", Boolean(ready));
  }

  render() {
    const { store } = this;
    const { person, chat: chatId, topic } = store.place;
    const chat = store.chat;
    const key = `${person}:${chatId}:${topic}`;
    const writes = Boolean(chat) && chat.can_write !== false;
    byId("footer").hidden = !chat;
    this.form.hidden = !writes;
    if (key !== this.key) this.#move(key);
    if (!chat) return;
    this.attachments.allowed = writes;
    byId("read-only").hidden = writes;
    this.field.placeholder = chat.type === "channel" ? "Publish in the channel" : "Message";
    // In a channel nobody listens to commands.
    this.commands.setKnown(chat.type === "channel" ? [] : chat.commands);
    this.#renderKeys(false);
    this.#obeyForceReply(store.messagesOf(chatId, topic).at(-1));
  }

  #move(key) {
    if (this.key && this.context?.kind !== "edit") this.unsent.set(this.key, this.field.value);
    this.key = key;
    this.context = null;
    this.setContext(null);
    this.commands.close();
    this.attachments.clear();
    this.keysHidden = false;
    this.forced = null;
    this.field.value = this.unsent.get(key) || "";
    this.#typed();
    // On a telephone a focused field would raise the screen keyboard over the conversation.
    if (matchMedia("(min-width: 761px)").matches) this.field.focus({ preventScroll: true });
  }

  #renderKeys(byHand) {
    const { chat, topic } = this.store.place;
    const markup = replyKeyboard(this.store.messagesOf(chat, topic));
    const live = markup && this.store.chat?.can_write !== false;
    const shown = live && !this.keysHidden && (byHand || !this.used.has(markup.from));
    byId("keys-button").hidden = !live;
    byId("keys-button").setAttribute("aria-expanded", String(Boolean(shown)));
    const sign = JSON.stringify([shown && markup]);
    if (sign === this.keysSign) return;
    this.keysSign = sign;
    this.keys.hidden = !shown;
    this.keys.replaceChildren(...(shown ? markup.keyboard.map((row) => this.#keyRow(row, markup)) : []));
    this.field.placeholder = (shown && markup.input_field_placeholder) || this.field.placeholder;
  }

  #keyRow(row, markup) {
    const press = (button) => {
      if (button.request_contact || button.request_location) return toast("The sandbox has no telephone to share from.");
      if (markup.one_time_keyboard) this.used.add(markup.from);
      return this.#sendText(button.text ?? button);
    };
    const keys = row.map((button) => el("button", { type: "button", class: "key", "data-reply-key": button.text ?? button, on: { click: () => press(button) } }, button.text ?? button));
    return el("div", { class: "key-row" }, ...keys);
  }

  #obeyForceReply(last) {
    if (!last?.reply_markup?.force_reply || this.forced === last.message_id) return;
    this.forced = last.message_id;
    this.field.placeholder = last.reply_markup.input_field_placeholder || this.field.placeholder;
    this.reply(last);
  }
}
