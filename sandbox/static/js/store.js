// What the page knows at this moment, and who wants to be told when that changes.

const READ = "sandbox-read";

/** The page's knowledge for one person. Ids are numbers; messages are Bot API Message objects. */
export class Store {
  constructor() {
    this.people = [];
    this.place = { person: null, chat: null, topic: null, message: null };
    this.connected = true;
    this.loaded = false;
    this.waiting = new Set(); // taps without an answer yet: "chat:message:data"
    this.listeners = new Set();
    this.forget();
  }

  /** Drop what belongs to one person, before another one sits down. */
  forget() {
    this.chats = new Map();
    this.messages = new Map();
    this.beginnings = new Set(); // "chat:topic" whose first message is loaded
    this.fetched = new Set(); // "chat:topic" whose latest messages are loaded
    this.unread = new Map();
    this.aside = new Map(); // "chat:message" -> a message that is needed but not in the loaded part
    this.typing = new Map(); // chat -> {name, until, topic}
    this.drafts = new Map(); // chat -> {text, entities, topic}
    this.loaded = false;
  }

  /** What is loaded may be out of date: forget it, but leave the list standing until the new one is here. */
  stale() {
    for (const part of [this.messages, this.fetched, this.beginnings, this.drafts, this.typing, this.aside]) part.clear();
  }

  subscribe(listener) {
    this.listeners.add(listener);
  }

  // Many events arrive in one burst; the page is drawn once for all of them.
  changed() {
    this.drawing ??= new Promise((resolve) => setTimeout(resolve, 16)).then(() => {
      this.drawing = null;
      for (const listener of this.listeners) listener(this);
    });
    return this.drawing;
  }

  get person() {
    return this.people.find((one) => one.id === this.place.person) || null;
  }

  get chat() {
    return this.chats.get(this.place.chat) || null;
  }

  /** Replace the chat list by what the sandbox says now. */
  setChats(list) {
    this.chats = new Map(list.map((chat) => [chat.id, chat]));
    for (const chat of list) this.#countFromMemory(chat);
    this.loaded = true;
    this.changed();
  }

  /** Chats, the most recently used first. */
  orderedChats() {
    const last = (chat) => chat.last_message?.date || 0;
    return [...this.chats.values()].sort((a, b) => last(b) - last(a));
  }

  /** All loaded messages of a chat in their order; in a forum only those of the topic. */
  messagesOf(chatId, topic = null) {
    const all = [...(this.messages.get(chatId)?.values() || [])].sort((a, b) => a.message_id - b.message_id);
    if (!this.chats.get(chatId)?.is_forum) return all;
    return all.filter((message) => (message.is_topic_message ? message.message_thread_id : null) === topic);
  }

  /** The newest pinned message of a chat, if it is known already. */
  pinnedOf(chat) {
    const id = chat.pinned?.at(-1);
    return id ? this.find(chat.id, id) || this.aside.get(`${chat.id}:${id}`) || null : null;
  }

  find(chatId, messageId) {
    return this.messages.get(chatId)?.get(messageId) || null;
  }

  /** Keep messages; returns those that were not known before. */
  keep(chatId, list) {
    if (!this.messages.has(chatId)) this.messages.set(chatId, new Map());
    const known = this.messages.get(chatId);
    const fresh = list.filter((message) => !known.has(message.message_id));
    for (const message of list) known.set(message.message_id, message);
    this.changed();
    return fresh;
  }

  /** A message came: it is the chat's last word, ends typing, and counts as unread unless it is seen. */
  arrive(chatId, message, { seen }) {
    const [fresh] = this.keep(chatId, [message]);
    const chat = this.chats.get(chatId);
    if (chat && (chat.last_message?.message_id || 0) <= message.message_id) chat.last_message = message;
    if (!this.isOwn(message)) {
      this.typing.delete(chatId);
      this.drafts.delete(chatId);
    }
    if (!fresh || this.isOwn(message)) return;
    if (seen) this.read(chatId);
    else this.unread.set(chatId, (this.unread.get(chatId) || 0) + 1);
  }

  /** A known message changed; unknown ones are not of this view and stay out. */
  edit(chatId, message) {
    if (this.find(chatId, message.message_id)) this.keep(chatId, [message]);
    const chat = this.chats.get(chatId);
    if (chat?.last_message?.message_id === message.message_id) chat.last_message = message;
    this.changed();
  }

  /** Messages are gone; the list shows the newest that is left. */
  drop(chatId, ids) {
    const known = this.messages.get(chatId);
    for (const id of ids) known?.delete(id);
    const chat = this.chats.get(chatId);
    if (chat && ids.includes(chat.last_message?.message_id)) {
      const left = [...(known?.values() || [])].sort((a, b) => a.message_id - b.message_id);
      chat.last_message = left.at(-1) || null;
    }
    this.changed();
  }

  isOwn(message) {
    return message.from?.id === this.place.person && !message.sender_chat;
  }

  /** The person has seen the chat up to its last message; remembered in this browser only. */
  read(chatId) {
    this.unread.delete(chatId);
    const last = this.chats.get(chatId)?.last_message?.message_id;
    if (last) this.#remember(chatId, last);
    this.changed();
  }

  // What was read is a private matter of this browser; without storage everything counts as read.
  #seen() {
    try {
      return JSON.parse(localStorage.getItem(READ) || "{}");
    } catch {
      return {};
    }
  }

  #remember(chatId, messageId) {
    try {
      localStorage.setItem(READ, JSON.stringify({ ...this.#seen(), [`${this.place.person}:${chatId}`]: messageId }));
    } catch {
      // Private windows may refuse storage; then nothing is remembered.
    }
  }

  #countFromMemory(chat) {
    const last = chat.last_message;
    const seen = this.#seen()[`${this.place.person}:${chat.id}`];
    if (!last || this.isOwn(last) || this.unread.has(chat.id)) return;
    if (seen === undefined || seen > last.message_id) this.#remember(chat.id, last.message_id);
    // Message ids of a chat are counted up one by one, so the difference is how many came meanwhile.
    else if (seen < last.message_id) this.unread.set(chat.id, last.message_id - seen);
  }
}
