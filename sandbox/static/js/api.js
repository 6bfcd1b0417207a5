// What the page may ask of the sandbox: one function per request of the people's interface.

// The page may live under a prefix; this file knows where it was loaded from, so everything follows.
const ROOT = new URL("../../", import.meta.url);

/** What the sandbox refused, in its own words. `status` is the HTTP status, 0 when it did not answer. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const address = (path) => new URL(path, ROOT).href;

async function reason(response) {
  try {
    const body = await response.json();
    return body.description || body.error || body.detail || response.statusText;
  } catch {
    return response.statusText || `The sandbox answered ${response.status}.`;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(address(path), { headers: { Accept: "application/json" }, ...options });
  } catch {
    throw new Refused("The sandbox does not answer. It may be restarting.", 0);
  }
  if (!response.ok) throw new Refused(await reason(response), response.status);
  if (response.status === 204) return null;
  return response.json();
}

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const within = (person, chat) => `people/${person}/chats/${chat}`;

export const people = () => ask("people");
export const chats = (person) => ask(`people/${person}/chats`);
export const messages = (person, chat, query) =>
  ask(`${within(person, chat)}/messages?${new URLSearchParams(query)}`);
export const send = (person, chat, message) => post(`${within(person, chat)}/messages`, message);
export const tap = (person, chat, messageId, data) =>
  post(`${within(person, chat)}/taps`, { message_id: messageId, data });
export const react = (person, chat, messageId, emoji) =>
  post(`${within(person, chat)}/reactions`, { message_id: messageId, emoji });
export const edit = (person, chat, messageId, text) =>
  post(`${within(person, chat)}/edit`, { message_id: messageId, text });
export const remove = (person, chat, ids) => post(`${within(person, chat)}/delete`, { message_ids: ids });
export const vote = (person, chat, messageId, options) =>
  post(`${within(person, chat)}/votes`, { message_id: messageId, option_ids: options });
export const forward = (person, chat, fromChat, ids) =>
  post(`${within(person, chat)}/forward`, { from_chat: fromChat, message_ids: ids });
export const events = (person) => address(`people/${person}/events`);

/** Send files; several become an album. `details` holds the optional fields of the form. */
export function media(person, chat, files, details) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  for (const [name, value] of Object.entries(details)) {
    if (value !== null && value !== undefined && value !== "") form.append(name, String(value));
  }
  return ask(`${within(person, chat)}/media`, { method: "POST", body: form });
}

/** Where a file is to be had. */
export const fileAddress = (person, file) => address(`people/${person}/files/${encodeURIComponent(file.file_id)}`);
