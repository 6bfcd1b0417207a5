// The left side: who one is, and the list of that person's chats.

import { avatar, el, icon } from "./dom.js";
import { listMoment } from "./moments.js";
import { briefKind, excerpt, kindOf, nameOf, senderOf, serviceText } from "./names.js";
import * as place from "./place.js";

function lastWords(store, chat) {
  const typing = store.typing.get(chat.id);
  if (typing) return el("span", { class: "typing" }, `${typing.name} is ${typing.doing}…`);
  const message = chat.last_message;
  if (!message) return el("span", {}, chat.bot ? "Say /start" : "Nothing yet");
  const own = store.isOwn(message);
  const speaks = !serviceText(message) && (own || kindOf(chat).includes("group"));
  const who = speaks ? el("b", {}, own ? "You: " : `${senderOf(message).name}: `) : null;
  return el("span", {}, who, excerpt(message));
}

function row(store, chat) {
  const { place: here } = store;
  const name = nameOf(chat);
  const unread = store.unread.get(chat.id) || 0;
  const message = chat.last_message;
  const count = unread ? el("span", { class: "badge", "data-testid": "unread", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null;
  const time = message ? el("time", {}, listMoment(message.date)) : null;
  return el(
    "a",
    { class: "chat-row", href: place.written({ person: here.person, chat: chat.id }), "data-chat-id": chat.id, "aria-current": here.chat === chat.id ? "page" : null },
    avatar(chat.id, name),
    el("span", { class: "chat-name" }, name, el("small", { class: "kind" }, briefKind(chat))),
    time,
    el("span", { class: "chat-last" }, lastWords(store, chat)),
    count,
  );
}

/** Draws the list of chats and the picker of persons. */
export class ChatList {
  constructor({ list, picker, store }) {
    Object.assign(this, { list, picker, store });
    this.sign = "";
    list.addEventListener("keydown", (event) => this.#walk(event));
    picker.addEventListener("keydown", (event) => event.key === "Escape" && this.#fold(true));
    document.addEventListener("pointerdown", (event) => !picker.contains(event.target) && this.#fold());
  }

  render() {
    this.#renderList();
    this.#renderPicker();
  }

  #renderList() {
    const { store } = this;
    const chats = store.orderedChats();
    const state = chats.map((chat) => [chat, store.unread.get(chat.id), store.typing.get(chat.id)]);
    const sign = JSON.stringify([store.place, store.loaded, state]);
    if (sign === this.sign) return;
    this.sign = sign;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.chatId : null;
    const rows = chats.map((chat) => row(store, chat));
    if (!rows.length && store.loaded) rows.push(el("p", { class: "hint" }, "No chats yet. They appear when a bot or a group knows this person."));
    this.list.replaceChildren(...rows);
    if (focused) this.list.querySelector(`[data-chat-id="${focused}"]`)?.focus();
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const rows = [...this.list.querySelectorAll("a")];
    rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(document.activeElement) + step))]?.focus();
  }

  #renderPicker() {
    const { people, person } = this.store;
    const sign = JSON.stringify([people, person]);
    if (sign === this.pickerSign) return;
    this.pickerSign = sign;
    this.picker.replaceChildren(...(person ? [this.#summary(person), this.#choices(people)] : []));
  }

  #summary(person) {
    const name = nameOf(person);
    const toggle = (event) => {
      const open = this.picker.classList.toggle("open");
      event.currentTarget.setAttribute("aria-expanded", String(open));
    };
    return el(
      "button",
      { type: "button", class: "person", "aria-expanded": "false", "aria-label": `You are ${name}. Switch person`, "data-testid": "person", on: { click: toggle } },
      avatar(person.id, name),
      el("span", { class: "row-title" }, el("strong", {}, name), el("small", {}, person.username ? `@${person.username}` : "You")),
      icon("down"),
    );
  }

  #choices(people) {
    const rows = people.map((one) => {
      const here = one.id === this.store.place.person;
      return el(
        "a",
        { href: place.written({ person: one.id }), class: "choice", "data-person-id": one.id, "aria-current": here ? "true" : null, on: { click: () => this.#fold() } },
        avatar(one.id, nameOf(one), "small"),
        el("span", { class: "row-title" }, nameOf(one), el("small", {}, [one.username && `@${one.username}`, one.language_code].filter(Boolean).join(" · "))),
        here ? icon("check") : null,
      );
    });
    const note = el("p", { class: "hint" }, "This is a sandbox: a Telegram on your own machine. Nothing leaves it.");
    return el("div", { class: "people" }, ...rows, note);
  }

  #fold(back = false) {
    this.picker.classList.remove("open");
    const button = this.picker.querySelector(".person");
    button?.setAttribute("aria-expanded", "false");
    if (back) button?.focus();
  }
}
