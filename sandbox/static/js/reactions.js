// Who reacted to a message with what: as it is kept, and as it is counted.

/** [{emoji, count, own}] of a message's reactions [{emoji, user_id}], in the order they came. */
export function tally(message, person) {
  const counts = new Map();
  for (const { emoji, user_id: who } of message.reactions || []) {
    const one = counts.get(emoji) || { emoji, count: 0, own: false };
    counts.set(emoji, { emoji, count: one.count + 1, own: one.own || who === person });
  }
  return [...counts.values()];
}

/** The message with one person's reactions replaced by `given` (Bot API: ReactionType). */
export function withReaction(message, who, given) {
  const others = (message.reactions || []).filter((one) => one.user_id !== who);
  const fresh = given.map(({ emoji }) => ({ emoji, user_id: who }));
  return { ...message, reactions: [...others, ...fresh] };
}
