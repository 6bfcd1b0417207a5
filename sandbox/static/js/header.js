// What stands above the conversation: whose it is, who is typing, its topics and what is pinned.

import { avatar, el, icon, iconButton } from "./dom.js";
import { excerpt, nameOf, subtitleOf } from "./names.js";
import * as place from "./place.js";

const GENERAL = 1; // Bot API: the general topic, whose messages bear no topic

function typingWords(typing) {
  return el("span", { class: "typing", "data-testid": "typing" }, `${typing.name} is ${typing.doing}…`);
}

function title(store, chat) {
  const name = nameOf(chat);
  const typing = store.typing.get(chat.id);
  const words = typing ? typingWords(typing) : el("span", {}, subtitleOf(chat));
  return el("div", { class: "head-title" }, el("h1", {}, name), el("p", { "aria-live": "polite" }, words));
}

function tab(store, chat, name, topic) {
  const here = store.place.topic === topic;
  const href = place.written({ person: store.place.person, chat: chat.id, topic });
  return el("a", { href, class: "tab", "data-topic-id": topic ?? 0, "aria-current": here ? "page" : null }, name);
}

function topics(store, chat) {
  if (!chat.is_forum) return null;
  const others = (chat.topics || []).filter((topic) => topic.message_thread_id !== GENERAL);
  const tabs = others.map((topic) => tab(store, chat, topic.name, topic.message_thread_id));
  return el("nav", { class: "tabs", "aria-label": "Topics" }, tab(store, chat, "General", null), ...tabs);
}

function pinned(message, actions) {
  if (!message) return null;
  const jump = () => actions.jumpTo(message.message_id);
  return el(
    "button",
    { type: "button", class: "pinned", "data-testid": "pinned", on: { click: jump } },
    icon("pin"),
    el("span", { class: "row-title" }, el("strong", {}, "Pinned message"), el("small", {}, excerpt(message))),
  );
}

/** Draws the head of the open chat; nothing is touched while it stays the same. */
export class Header {
  constructor({ node, store, actions }) {
    Object.assign(this, { node, store, actions });
    this.sign = "";
  }

  render() {
    const { store } = this;
    const chat = store.chat;
    const pin = chat && store.pinnedOf(chat);
    const { topics: list, title: name, member_count: count } = chat || {};
    const sign = JSON.stringify([store.place, chat?.id, name, count, pin, list, store.typing.get(chat?.id)]);
    if (sign === this.sign) return;
    this.sign = sign;
    this.node.hidden = !chat;
    if (!chat) return;
    const back = iconButton("back", "Back to the list", () => place.go({ person: store.place.person }), { class: "icon-button back" });
    const row = el("div", { class: "head-row" }, back, avatar(chat.id, nameOf(chat)), title(store, chat));
    this.node.replaceChildren(...[row, topics(store, chat), pinned(pin, this.actions)].filter(Boolean));
  }
}
