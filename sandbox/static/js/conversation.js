// The open conversation: which lines it consists of, and how the drawn ones are brought up to date
// without a jump.

import { el } from "./dom.js";
import { bubble, draftBubble, serviceLine } from "./bubble.js";
import { dayKey, dayName } from "./moments.js";
import { kindOf, nameOf, senderOf, serviceText } from "./names.js";

const RUN = 300; // seconds between two messages of one sender that still belong together
const NEAR = 80; // pixels from the lower edge that still count as being at the end

/** Messages put together: an album is one group, everything else stands alone. */
export function grouped(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const album = message.media_group_id;
    if (album && last?.[0].media_group_id === album) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function follows(group, next) {
  if (!group || !next || serviceText(group[0]) || serviceText(next[0])) return false;
  const [one, other] = [group.at(-1), next[0]];
  return senderOf(one).id === senderOf(other).id && other.date - one.date < RUN && dayKey(one.date) === dayKey(other.date);
}

const FOCUSABLE = "button, a, [tabindex], audio, video";

// The control under the keyboard's focus keeps it, though its line is drawn anew. The place is noted
// first, because drawing moves the parts that stay out of the old line.
function redrawn(old, draw) {
  const index = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  const node = draw(old);
  old.replaceWith(node);
  if (index >= 0) node.querySelectorAll(FOCUSABLE)[index]?.focus({ preventScroll: true });
  return node;
}

/** Draws the store's open conversation into an element and keeps the reader's place in it. */
export class Conversation {
  constructor({ scroller, lines, jump, store, actions, menu }) {
    Object.assign(this, { scroller, lines, jump, store, actions, menu });
    this.drawn = new Map(); // key -> {sign, node}
    this.key = "";
    this.following = true; // the reader is at the end and wants to stay there
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // The field grows, keys unfold, a telephone raises its keyboard: the end stays in sight.
    new ResizeObserver(() => this.following && this.toEnd()).observe(scroller);
    jump.addEventListener("click", () => this.toEnd(true));
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.#scrolled();
  }

  /** Show a message and mark it for a moment; false when it is not loaded. */
  reveal(messageId) {
    const node = this.lines.querySelector(`[data-message-id="${Number(messageId)}"]`);
    if (!node) return false;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("marked");
    requestAnimationFrame(() => node.classList.add("marked"));
    return true;
  }

  render() {
    const { person, chat, topic } = this.store.place;
    const key = `${person}:${chat}:${topic}`;
    const other = key !== this.key;
    if (other) this.#clear(key);
    const follow = other || this.following || this.actions.justSent;
    const anchor = follow ? null : this.#anchor();
    this.#reconcile(this.#items());
    if (follow) this.toEnd();
    else this.#hold(anchor);
    this.actions.justSent = false;
  }

  // The browser's own anchoring is off (it gives up at the upper edge), so the first message in sight
  // is put back where it was. Its number is kept and not its element, which an edit may replace.
  #anchor() {
    const edge = this.scroller.getBoundingClientRect().top;
    const lines = [...this.lines.querySelectorAll(":scope > [data-message-id]")];
    const line = lines.find((one) => one.getBoundingClientRect().bottom > edge);
    return line && { id: line.dataset.messageId, top: line.getBoundingClientRect().top };
  }

  #hold(anchor) {
    const line = anchor && this.lines.querySelector(`:scope > [data-message-id="${anchor.id}"]`);
    if (line) this.scroller.scrollTop += line.getBoundingClientRect().top - anchor.top;
    this.#scrolled();
  }

  #scrolled() {
    this.following = this.atEnd;
    this.jump.hidden = this.atEnd || !this.store.chat;
  }

  #clear(key) {
    this.key = key;
    this.drawn.clear();
    this.lines.replaceChildren();
  }

  #items() {
    const { store } = this;
    const chat = store.chat;
    if (!chat) return [];
    const view = `${chat.id}:${store.place.topic}`;
    const groups = grouped(store.messagesOf(chat.id, store.place.topic));
    if (!groups.length && store.fetched.has(view) && !store.drafts.has(chat.id)) return [this.#emptyItem(chat)];
    const items = groups.length && !store.beginnings.has(view) ? [this.#earlierItem()] : [];
    let day = null;
    groups.forEach((group, index) => {
      const { date } = group[0];
      if (dayKey(date) !== day) items.push(this.#dayItem(date));
      day = dayKey(date);
      items.push(this.#messageItem(chat, group, groups[index - 1], groups[index + 1]));
    });
    return [...items, ...this.#draftItem(chat)];
  }

  #messageItem(chat, group, before, after) {
    const { store } = this;
    if (serviceText(group[0])) {
      const draw = () => serviceLine(group[0], (id) => this.actions.jumpTo(id));
      return { key: `m${group[0].message_id}`, sign: JSON.stringify(group), draw };
    }
    const own = store.isOwn(group[0]);
    const many = kindOf(chat) !== "bot";
    const stand = { own, named: many && !own && !follows(before, group), faced: many && !own, tail: !follows(group, after) };
    const waiting = [...store.waiting].filter((tap) => tap.startsWith(`${chat.id}:`));
    const view = { ...stand, ...this.#handlers(chat), person: store.place.person };
    return { key: `m${group[0].message_id}`, sign: JSON.stringify([group, stand, waiting]), draw: (former) => bubble(group, view, former) };
  }

  #handlers(chat) {
    return {
      isWaiting: (message, data) => this.store.waiting.has(`${chat.id}:${message.message_id}:${data}`),
      onTap: (message, data) => this.actions.tap(message, data),
      onVote: (message, index) => this.actions.vote(message, index),
      onReact: (message, emoji) => this.actions.react(message, emoji),
      onJump: (id) => this.actions.jumpTo(id),
      onMenu: (messages, anchor) => this.menu.open(messages, anchor),
    };
  }

  #dayItem(date) {
    const words = dayName(date);
    return { key: `d${dayKey(date)}`, sign: words, draw: () => el("div", { class: "day", role: "separator", "aria-label": words }, el("span", {}, words)) };
  }

  #earlierItem() {
    const load = () => this.actions.loadEarlier();
    return { key: "earlier", sign: "", draw: () => el("button", { type: "button", class: "earlier", "data-testid": "earlier", on: { click: load } }, "Load earlier messages") };
  }

  #draftItem(chat) {
    const draft = this.store.drafts.get(chat.id);
    if (!draft || draft.topic !== this.store.place.topic) return [];
    return [{ key: "draft", sign: JSON.stringify(draft), draw: () => draftBubble(draft) }];
  }

  #emptyItem(chat) {
    const name = nameOf(chat);
    const start = el("button", { type: "button", class: "solid", on: { click: () => this.actions.send("/start") } }, "Say /start");
    const words = chat.bot ? `Say /start to ${name}` : chat.can_write ? "Write the first message here" : "Posts appear here when they are published";
    const draw = () => el("div", { class: "empty", "data-testid": "empty" }, el("h2", {}, "Nothing here yet"), el("p", {}, `${words}.`), chat.bot ? start : null);
    return { key: "empty", sign: `${name}:${chat.can_write}`, draw };
  }

  // Lines are told apart by key; one whose sign is the same is left alone.
  #reconcile(items) {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, { node }] of this.drawn) {
      if (wanted.has(key)) continue;
      node.remove();
      this.drawn.delete(key);
    }
    let previous = null;
    for (const item of items) {
      const node = this.#draw(item);
      const place = previous ? previous.nextSibling : this.lines.firstChild;
      if (node !== place) this.lines.insertBefore(node, place);
      previous = node;
    }
  }

  #draw(item) {
    const old = this.drawn.get(item.key);
    if (old?.sign === item.sign) return old.node;
    const node = old ? redrawn(old.node, item.draw) : item.draw(null);
    if (!old && this.drawn.size && item.key.startsWith("m")) node.classList.add("fresh");
    this.drawn.set(item.key, { sign: item.sign, node });
    return node;
  }
}
