// How text with entities becomes elements. Offsets are UTF-16 units, which is how JavaScript counts too.

import { el } from "./dom.js";
import { entityMoment, fullMoment } from "./moments.js";

// A link may only lead to the web, to mail or to a telephone; anything else stays text.
const SAFE = /^(https?:|mailto:|tel:)/i;
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

/** The address if it is one we would open, else null. A bare host gets https. */
export function safeAddress(url) {
  const text = String(url || "").trim();
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  if (!SAFE.test(whole)) return null;
  try {
    return new URL(whole).href;
  } catch {
    return null;
  }
}

function link(url, inner) {
  const href = safeAddress(url);
  if (!href) return el("span", {}, ...inner);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...inner);
}

function spoiler(inner) {
  const reveal = (event) => {
    const node = event.currentTarget;
    if (node.classList.contains("open")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("open");
    node.removeAttribute("role");
    node.setAttribute("aria-label", node.textContent);
  };
  const keys = (event) => (event.key === "Enter" || event.key === " ") && reveal(event);
  return el(
    "span",
    { class: "spoiler", tabindex: 0, role: "button", "aria-label": "Hidden text, press to show", on: { click: reveal, keydown: keys } },
    el("span", {}, ...inner),
  );
}

function quote(inner, expandable) {
  const block = el("blockquote", { class: expandable ? "expandable" : null }, ...inner);
  if (!expandable) return block;
  const more = el("button", { type: "button", class: "quote-more", "aria-expanded": "false" }, "Show more");
  more.addEventListener("click", () => {
    const open = block.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? "Show less" : "Show more";
  });
  block.append(more);
  return block;
}

function moment(entity, inner) {
  const told = entityMoment(entity.unix_time, entity.date_time_format);
  const iso = new Date(entity.unix_time * 1000).toISOString();
  return el("time", { class: "moment", datetime: iso, title: fullMoment(entity.unix_time) }, ...(told ? [told] : inner));
}

function wrap(entity, inner, text) {
  if (PLAIN[entity.type]) return el(PLAIN[entity.type], {}, ...inner);
  switch (entity.type) {
    case "pre":
      return el("pre", { "data-language": entity.language || null }, el("code", {}, ...inner));
    case "spoiler":
      return spoiler(inner);
    case "blockquote":
    case "expandable_blockquote":
      return quote(inner, entity.type !== "blockquote");
    case "text_link":
      return link(entity.url, inner);
    case "url":
      return link(text, inner);
    case "email":
      return link(`mailto:${text}`, inner);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/g, "")}`, inner);
    case "date_time":
      return moment(entity, inner);
    case "bot_command":
      return el("button", { type: "button", class: "inline-command", "data-command": text }, ...inner);
    default:
      return el("span", { class: `entity ${String(entity.type).replace(/[^a-z_]/g, "")}` }, ...inner);
  }
}

// Entities either nest or lie apart; one that crosses its neighbour is cut at the neighbour's end.
function nested(text, entities, from, to, depth) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(at, entity.offset);
    const end = Math.min(to, entity.offset + entity.length);
    const inside = [];
    index += 1;
    while (index < entities.length && entities[index].offset < end) inside.push(entities[index++]);
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = depth < 16 ? nested(text, inside, start, end, depth + 1) : [text.slice(start, end)];
    nodes.push(wrap(entity, inner, text.slice(start, end)));
    // A block ends its line by itself; the line break after it would show as an empty line.
    at = BLOCKS.has(entity.type) && text[end] === "\n" && end < to ? end + 1 : end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** Nodes for a text and its entities (Bot API: MessageEntity); strings among them are plain text. */
export function formatted(text, entities) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nested(text, sorted, 0, text.length, 0);
}
