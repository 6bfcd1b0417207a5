// Puts the page together: reads the place, loads what belongs to it, follows the news, draws.

import * as api from "./api.js";
import * as place from "./place.js";
import { Actions } from "./actions.js";
import { ChatList } from "./chats.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Header } from "./header.js";
import { Live } from "./live.js";
import { Menu } from "./menu.js";
import { News } from "./news.js";
import { Store } from "./store.js";
import { toast } from "./dialogs.js";

const byId = (id) => document.getElementById(id);

function assemble() {
  const store = new Store();
  const actions = new Actions(store);
  const composer = new Composer({ store, actions });
  const menu = new Menu({ store, actions, onReply: (message) => composer.reply(message), onEdit: (message) => composer.edit(message) });
  const conversation = new Conversation({ scroller: byId("scroller"), lines: byId("lines"), jump: byId("jump"), store, actions, menu });
  const header = new Header({ node: byId("header"), store, actions });
  const list = new ChatList({ list: byId("chats"), picker: byId("picker"), store });
  actions.onReveal = (id) => conversation.reveal(id);
  for (const part of [list, header, composer, conversation]) store.subscribe(() => part.render());
  store.subscribe(() => frame(store));
  return { store, actions };
}

// What is not anybody's part: the bar of a lost line, which side a telephone shows, the window's title.
function frame(store) {
  byId("offline").hidden = store.connected;
  document.body.dataset.side = store.chat ? "chat" : "list";
  byId("choose").hidden = Boolean(store.chat) || !store.loaded;
  const unread = [...store.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = unread ? `(${unread}) Sandbox` : "Sandbox";
}

/** Moves between persons and chats and keeps the store in step with the sandbox. */
class Page {
  constructor({ store, actions }) {
    Object.assign(this, { store, actions });
    const news = new News({ store, reload: (how) => this.#refresh(how).catch(() => null) });
    this.live = new Live({ onEvent: (event) => news.take(event), onLost: () => this.#lost(), onOpen: () => this.#reload() });
    place.watch(() => this.arrive().catch((problem) => toast(problem.message)));
    document.addEventListener("visibilitychange", () => this.#seen());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  /** Start, and go on trying while the sandbox is still starting itself. */
  async start() {
    try {
      this.store.people = await api.people();
      await this.arrive();
    } catch {
      this.#lost();
      setTimeout(() => this.start(), 1000);
    }
  }

  /** Take up the place the address names; a new person begins with an empty page. */
  async arrive() {
    const { store } = this;
    const wanted = place.read();
    const known = store.people.some((one) => one.id === wanted.person);
    if (!known) wanted.person = store.people[0]?.id ?? null;
    const other = wanted.person !== store.place.person;
    if (other) store.forget();
    store.place = wanted;
    store.changed();
    if (wanted.person === null) return;
    if (other) await this.live.follow(wanted.person);
    else await this.#openChat();
  }

  async #reload() {
    const { store } = this;
    const { person } = store.place;
    const [people, chats] = [await api.people(), await api.chats(person)];
    if (person !== store.place.person) return;
    store.people = people;
    store.stale();
    store.connected = true;
    store.setChats(chats);
    await this.#openChat();
  }

  async #refresh({ everything = false } = {}) {
    if (everything) return this.#reload();
    const { person } = this.store.place;
    const chats = await api.chats(person);
    if (person !== this.store.place.person) return null;
    this.store.setChats(chats);
    return this.actions.loadPinned();
  }

  async #openChat() {
    const { store, actions } = this;
    const { chat, topic, message } = store.place;
    if (!store.chat) return;
    if (!store.fetched.has(`${chat}:${topic}`)) await actions.loadLatest();
    this.#seen();
    if (message === null) return;
    await store.changed(); // the lines must stand before one of them can be shown
    await actions.jumpTo(message);
  }

  #seen() {
    if (this.store.chat && !document.hidden) this.store.read(this.store.place.chat);
  }

  #lost() {
    this.store.connected = false;
    this.store.waiting.clear();
    this.store.changed();
  }

  // Links to t.me lead to a chat of this sandbox when there is one; commands in a text are sent.
  #follow(event) {
    if (event.target.closest?.(".skip")) {
      event.preventDefault(); // the part behind # is the place, and must stay it
      byId("field").focus();
    }
    const command = event.target.closest?.("[data-command].inline-command");
    if (command) this.actions.send(command.dataset.command);
    const anchor = event.target.closest?.("a[target=_blank]");
    const link = anchor && place.chatLink(anchor.href);
    if (link && this.actions.follow(link)) event.preventDefault();
  }
}

new Page(assemble()).start();
