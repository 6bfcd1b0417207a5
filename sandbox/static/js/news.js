// What each event of the stream changes in what the page knows.

import { nameOf } from "./names.js";
import { withReaction } from "./reactions.js";

const TYPING = 5500; // Bot API: a chat action is shown for five seconds or until a message comes
const DRAFT = 30_000; // Bot API: a draft is a preview of thirty seconds

// Service messages after which the chat list says something else.
const TELLING = ["forum_topic_created", "forum_topic_edited", "new_chat_title", "new_chat_members", "left_chat_member"];

const DOING = {
  upload_photo: "sending a photo",
  upload_video: "sending a video",
  upload_document: "sending a file",
  upload_voice: "sending a voice message",
  record_voice: "recording a voice message",
  record_video: "recording a video",
  choose_sticker: "choosing a sticker",
};

/** Applies events to the store. `reload()` loads the chat list or, when asked, everything anew. */
export class News {
  constructor({ store, reload }) {
    Object.assign(this, { store, reload });
  }

  /** One event: {n, kind, chat, data}. Kinds of later versions are passed over. */
  take({ kind, chat, data }) {
    const deeds = {
      message: () => this.#message(chat, data),
      edit: () => this.store.edit(chat, data),
      delete: () => this.store.drop(chat, data.message_ids),
      typing: () => this.#typing(chat, data),
      draft: () => this.#draft(chat, data),
      reaction: () => this.#reaction(chat, data),
      pin: () => this.reload(),
      commands: () => this.reload(),
      member: () => this.reload(),
      reload: () => this.reload({ everything: true }),
    };
    deeds[kind]?.();
    this.store.changed();
  }

  #message(chatId, message) {
    const { store } = this;
    // The first word of a chat that was not in the list yet brings the chat with it.
    if (!store.chats.has(chatId)) return void this.reload();
    const open = store.place.chat === chatId && !document.hidden;
    store.arrive(chatId, message, { seen: open });
    if (TELLING.some((field) => message[field])) this.reload();
  }

  // Typing and drafts fade by themselves when nobody takes them back.
  #fading(map, key, value, after) {
    map.set(key, value);
    setTimeout(() => {
      if (map.get(key) === value) map.delete(key);
      this.store.changed();
    }, after);
  }

  #typing(chat, { from, action }) {
    const name = nameOf(from || this.store.chats.get(chat));
    this.#fading(this.store.typing, chat, { name, doing: DOING[action] || "typing" }, TYPING);
  }

  #draft(chat, { text = "", entities = [], message_thread_id: topic }) {
    this.store.typing.delete(chat);
    this.#fading(this.store.drafts, chat, { text, entities, topic: topic ?? null }, DRAFT);
  }

  #reaction(chat, { message_id: id, user, reaction }) {
    const message = this.store.find(chat, id);
    if (message) this.store.keep(chat, [withReaction(message, user.id, reaction)]);
  }
}
