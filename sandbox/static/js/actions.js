// What the person can do, each as one call: speak, tap, react, change, take back, pass on, look further back.

import * as api from "./api.js";
import * as place from "./place.js";
import { alertBox, toast } from "./dialogs.js";
import { safeAddress } from "./entities.js";

const PAGE = 100; // messages loaded at a time
const MOST = 1000; // what the sandbox gives at most
const GENERAL = 1; // Bot API: the general topic, whose messages bear no topic

/** The person's deeds on the open chat. A refusal of the sandbox becomes a toast. */
export class Actions {
  constructor(store) {
    this.store = store;
    this.justSent = false; // whoever writes wants to see what he wrote
  }

  get #here() {
    return [this.store.place.person, this.store.place.chat];
  }

  async #try(deed) {
    try {
      return await deed();
    } catch (problem) {
      toast(problem.message);
      return null;
    }
  }

  // The answer may be one message or a list, and the stream may already have brought it.
  #keepSent(chat, answer) {
    const list = [answer].flat().filter((message) => message?.message_id);
    this.justSent = true;
    for (const message of list) this.store.arrive(chat, message, { seen: true });
    this.store.changed();
  }

  /** Send a text; true when the sandbox took it. */
  async send(text, replyTo = null) {
    const [person, chat] = this.#here;
    const message = { text };
    if (replyTo) message.reply_to_message_id = replyTo;
    if (this.store.place.topic !== null) message.message_thread_id = this.store.place.topic;
    const answer = await this.#try(() => api.send(person, chat, message));
    if (answer) this.#keepSent(chat, answer);
    return answer !== null;
  }

  /** Send files, several as an album; true when the sandbox took them. */
  async sendFiles(files, kind, caption, replyTo = null) {
    const [person, chat] = this.#here;
    const details = { kind, caption, reply_to_message_id: replyTo, message_thread_id: this.store.place.topic };
    const answer = await this.#try(() => api.media(person, chat, files, details));
    if (answer) this.#keepSent(chat, answer);
    return answer !== null;
  }

  /** Press a button under a message and show what the bot answers. */
  async tap(message, data) {
    const [person, chat] = this.#here;
    const key = `${chat}:${message.message_id}:${data}`;
    this.store.waiting.add(key);
    this.store.changed();
    const answer = await this.#try(() => api.tap(person, chat, message.message_id, data));
    this.store.waiting.delete(key);
    await this.store.changed(); // a dialog gives the focus back to the button as it is drawn now
    if (answer) this.#tell(answer);
  }

  #tell({ answered, text, show_alert: urgent, url }) {
    if (answered === false) toast("The bot did not answer in time. It may be busy or stopped.");
    else if (text && urgent) alertBox(text);
    else if (text) toast(text);
    const href = url ? safeAddress(url) : null;
    if (href) open(href, "_blank", "noopener");
  }

  react(message, emoji) {
    const [person, chat] = this.#here;
    return this.#try(() => api.react(person, chat, message.message_id, emoji));
  }

  vote(message, option) {
    const [person, chat] = this.#here;
    return this.#try(() => api.vote(person, chat, message.message_id, [option]));
  }

  /** Change an own text; true when the sandbox took it. */
  async edit(messageId, text) {
    const [person, chat] = this.#here;
    const answer = await this.#try(() => api.edit(person, chat, messageId, text));
    if (answer?.message_id) this.store.edit(chat, answer);
    return answer !== null;
  }

  async remove(messages) {
    const [person, chat] = this.#here;
    const ids = messages.map((message) => message.message_id);
    await this.#try(() => api.remove(person, chat, ids));
  }

  /** Pass messages of the open chat on to another and go there. */
  async forward(messages, target) {
    const [person, chat] = this.#here;
    const ids = messages.map((message) => message.message_id);
    const answer = await this.#try(() => api.forward(person, target, chat, ids));
    if (answer !== null) place.go({ person, chat: target });
  }

  /** Load the latest messages of the place that is open. */
  async loadLatest() {
    const { person, chat, topic } = this.store.place;
    const list = await api.messages(person, chat, this.#query({ limit: PAGE }));
    if (person !== this.store.place.person) return;
    const view = `${chat}:${topic}`;
    this.store.fetched.add(view);
    if (list.length < PAGE) this.store.beginnings.add(view);
    this.store.keep(chat, list);
    await this.loadPinned();
  }

  /** Load what stands before the oldest message that is shown. */
  async loadEarlier() {
    const { person, chat, topic } = this.store.place;
    const first = this.store.messagesOf(chat, topic)[0]?.message_id || 1;
    // Numbers of a chat count up one by one, but a topic has only some of them: look in growing windows.
    for (let reach = PAGE; ; reach = Math.min(reach * 2, MOST)) {
      const after = first - 1 - reach;
      const list = await this.#try(() => api.messages(person, chat, this.#query({ limit: MOST, after: after > 0 ? after : -1 })));
      if (!list) return;
      const fresh = list.filter((message) => message.message_id < first);
      if (after <= 0) this.store.beginnings.add(`${chat}:${topic}`);
      this.store.keep(chat, fresh);
      if (fresh.length || after <= 0 || reach === MOST) return;
    }
  }

  #query(query) {
    const { topic } = this.store.place;
    return this.store.chat?.is_forum ? { ...query, thread: topic ?? GENERAL } : query;
  }

  /** The bar needs the words of the newest pinned message, which may be far above what is loaded. */
  async loadPinned() {
    const [person, chat] = this.#here;
    const id = this.store.chats.get(chat)?.pinned?.at(-1);
    if (!id || this.store.find(chat, id)) return;
    const [message] = await api.messages(person, chat, { after: id > 1 ? id - 1 : -1, limit: 1 });
    if (message?.message_id === id) this.store.aside.set(`${chat}:${id}`, message);
    this.store.changed();
  }

  /** Show a message of the open chat, looking further back for it when needed. */
  async jumpTo(messageId) {
    for (let tries = 0; tries < 20; tries += 1) {
      if (this.onReveal(messageId)) return;
      const { chat, topic } = this.store.place;
      if (this.store.beginnings.has(`${chat}:${topic}`)) break;
      await this.loadEarlier();
      await this.store.changed();
    }
    toast("That message is no longer here.");
  }

  /** Follow a t.me link inside the sandbox; false when no chat of the person answers to it. */
  follow(link) {
    const name = (chat) => (chat.username || "").toLowerCase();
    const chat = [...this.store.chats.values()].find((one) => one.id === link.chat || (link.username && name(one) === link.username));
    if (chat) place.go({ person: this.store.place.person, chat: chat.id, message: link.message });
    return Boolean(chat);
  }
}
