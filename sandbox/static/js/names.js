// What things are called on this page: people, senders, kinds of chats, what a message is about.

/** "Ada Lovelace" of a Bot API User or Chat. */
export const nameOf = (one) => one?.title || [one?.first_name, one?.last_name].filter(Boolean).join(" ") || one?.username || "Someone";

/** Who a message is from, as an id and a name: the channel or group itself may speak. */
export function senderOf(message) {
  const sender = message.sender_chat || message.from || {};
  return { id: sender.id ?? 0, name: nameOf(sender), isBot: Boolean(message.from?.is_bot && !message.sender_chat) };
}

/** What the chat is, in the words of the header. */
export function kindOf(chat) {
  if (chat.bot || chat.type === "private") return "bot";
  if (chat.type === "channel") return "channel";
  if (chat.is_forum) return "group with topics";
  return "team group";
}

const BRIEF = { "team group": "group", "group with topics": "topics" };

/** What the chat is, in one word for the list. */
export const briefKind = (chat) => BRIEF[kindOf(chat)] || kindOf(chat);

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** "channel · 3 subscribers" */
export function subtitleOf(chat) {
  const count = chat.member_count;
  const kind = kindOf(chat);
  if (kind === "bot" || !count) return kind;
  return `${kind} · ${chat.type === "channel" ? counted(count, "subscriber", "subscribers") : counted(count, "member", "members")}`;
}

const MEDIA = [
  ["photo", "Photo"],
  ["video", "Video"],
  ["animation", "Animation"],
  ["voice", "Voice message"],
  ["video_note", "Video message"],
  ["audio", "Audio"],
  ["sticker", "Sticker"],
  ["document", "File"],
  ["poll", "Poll"],
  ["location", "Location"],
  ["contact", "Contact"],
];

/** The word for what hangs on a message, or "". */
export function mediaWord(message) {
  const found = MEDIA.find(([field]) => message[field] && (field !== "photo" || message.photo.length));
  if (!found) return "";
  if (message.document) return message.document.file_name || "File";
  return message.poll ? `Poll: ${message.poll.question}` : found[1];
}

/** One line that stands for a message in lists, quotes and bars. */
export function excerpt(message) {
  if (!message) return "";
  const text = message.text || message.caption || "";
  const line = text.replace(/\s+/g, " ").trim().slice(0, 160);
  const word = mediaWord(message);
  if (word && line) return `${word}, ${line}`;
  return line || word || serviceText(message) || "Message";
}

/** What a service message tells, or "" when the message is an ordinary one. */
export function serviceText(message) {
  const who = nameOf(message.from || message.sender_chat);
  if (message.new_chat_members) return joined(message, who);
  if (message.left_chat_member) return left(message, who);
  if (message.new_chat_title) return `${who} renamed the chat to “${message.new_chat_title}”`;
  if (message.pinned_message) return `${who} pinned “${excerpt(message.pinned_message)}”`;
  if (message.forum_topic_created) return `${who} opened the topic “${message.forum_topic_created.name}”`;
  if (message.forum_topic_edited) return `${who} changed the topic`;
  if (message.forum_topic_closed) return `${who} closed the topic`;
  if (message.forum_topic_reopened) return `${who} opened the topic again`;
  if (message.group_chat_created || message.supergroup_chat_created) return "The group was created";
  if (message.channel_chat_created) return "The channel was created";
  if (message.delete_chat_photo || message.new_chat_photo) return `${who} changed the picture of the chat`;
  if (message.message_auto_delete_timer_changed) return `${who} changed how long messages are kept`;
  if (message.web_app_data) return `Sent from “${message.web_app_data.button_text}”`;
  return "";
}

function joined(message, who) {
  const names = message.new_chat_members.map(nameOf);
  const alone = message.new_chat_members.length === 1 && message.new_chat_members[0].id === message.from?.id;
  return alone ? `${who} joined` : `${who} added ${names.join(", ")}`;
}

function left(message, who) {
  const gone = message.left_chat_member;
  return gone.id === message.from?.id ? `${who} left` : `${who} removed ${nameOf(gone)}`;
}

/** Where a forwarded message comes from, in words. */
export function originOf(message) {
  const origin = message.forward_origin;
  if (!origin) return "";
  if (origin.type === "user") return nameOf(origin.sender_user);
  if (origin.type === "hidden_user") return origin.sender_user_name;
  const place = nameOf(origin.chat || origin.sender_chat);
  return origin.author_signature ? `${place} (${origin.author_signature})` : place;
}
