// Where the person is: who they are, in which chat and topic, kept in the address so it can be shared.

const NUMBER = /^-?\d+$/;

/** {person, chat, topic, message} as numbers or null, from the part of the address after #. */
export function read() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (NUMBER.test(fields.get(name) || "") ? Number(fields.get(name)) : null);
  return { person: number("person"), chat: number("chat"), topic: number("topic"), message: number("message") };
}

/** The address part for a place; empty fields are left out. */
export function written(place) {
  const fields = Object.entries(place).filter(([, value]) => value !== null && value !== undefined);
  return `#${new URLSearchParams(fields)}`;
}

/** Go somewhere; `replace` leaves no step in the browser's history. */
export function go(place, { replace = false } = {}) {
  const hash = written(place);
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  dispatchEvent(new Event("placechange"));
}

/** Call `listener` at every change of place, whoever made it. */
export function watch(listener) {
  addEventListener("placechange", listener);
  addEventListener("popstate", listener);
}

/** {username, message} or {chat, message} of a t.me link, which in a sandbox leads to a chat of this page. */
export function chatLink(href) {
  const url = new URL(href, location.href);
  if (!["t.me", "telegram.me"].includes(url.hostname)) return null;
  const parts = url.pathname.split("/").filter(Boolean);
  const last = parts.at(-1);
  const message = parts.length > 1 && NUMBER.test(last) ? Number(last) : null;
  if (parts[0] === "c") return { chat: Number(`-100${parts[1]}`), message };
  return { username: (parts[0] || "").toLowerCase(), message };
}
