"""Which English sentences may stand in any post, because they state no fact, and which does the drafter say itself?"""

from __future__ import annotations

from agents.offline.tongues.tongue import Phrases, Say, Structure, Tone, pattern

PHRASES = Phrases(
    hooks={
        Structure.ANNOUNCE: (
            "It’s time for {topic}!",
            "Good news: {topic}!",
            "Say hello to {topic}!",
            "News: {Fact}",
        ),
        Structure.OFFER: ("{Offer}: {topic}", "{Topic}: {offer}", "{Offer}! {Fact}"),
        Structure.QUESTION: ("Have you heard {about}?", "Ready for {topic}?", "Have you heard? {Fact}"),
        Structure.LIST: ("{Topic}: what you need to know", "{Topic} at a glance", "{Fact}"),
    },
    only="{Core} – only {deadline}",
    until_calls=(
        "Only {deadline} – don’t miss it.",
        "Be quick: only {deadline}.",
        "Only {deadline}, so don’t wait too long.",
    ),
    deadline_calls=("Don’t forget: {deadline}.", "Keep it in mind: {deadline}."),
    when_calls=("Save the date: {when}.", "Mark your calendar: {when}."),
    link_calls=("Find out more: {link}", "All the details: {link}", "Take a look: {link}"),
    soft_calls=(
        "Tell a friend who would like this.",
        "Any questions? Write to us.",
        "What do you think? Tell us in the comments.",
        "Share this with someone who should know.",
    ),
    openers={
        Tone.FRIENDLY: "Hi everyone! 👋",
        Tone.FORMAL: "We are pleased to share the following.",
        Tone.PLAYFUL: "Psst… guess what! 👀",
        Tone.URGENT: "⏰ Don’t miss this!",
    },
    closers={
        Tone.FRIENDLY: "We’d love to hear from you! 😊",
        Tone.FORMAL: "We look forward to hearing from you.",
        Tone.PLAYFUL: "You know what to do 😉",
        Tone.URGENT: "Don’t wait – now is the moment!",
    },
    extensions=(
        "Why are we telling you? Because we would not want you to miss it.",
        "In a nutshell: {offer}.",
        "One more time, so that nobody misses it: {deadline}.",
        "See you {when}!",
        "Do you know someone who should hear about this? Share this post.",
        "Save this post so that you find it again when you need it.",
        "If anything is unclear, simply ask us – we are happy to answer.",
        "And now it is your turn: what do you think?",
    ),
    formal={
        "don’t": "do not",
        "don't": "do not",
        "can’t": "cannot",
        "can't": "cannot",
        "won’t": "will not",
        "won't": "will not",
        "we’re": "we are",
        "we're": "we are",
        "it’s": "it is",
        "it's": "it is",
        "you’re": "you are",
        "you're": "you are",
        "we’ve": "we have",
        "we've": "we have",
        "we’ll": "we will",
        "we'll": "we will",
        "i’m": "I am",
        "i'm": "I am",
        "isn’t": "is not",
        "isn't": "is not",
        "doesn’t": "does not",
        "doesn't": "does not",
        "let’s": "let us",
        "let's": "let us",
        "we’d": "we would",
        "we'd": "we would",
        "hey": "hello",
        "get": "receive",
        "gonna": "going to",
        "wanna": "want to",
    },
    fillers=pattern(
        r"\b(?:really|very|actually|basically|simply|just|quite|of course|as you know|in order (?=to\b))\s+"
    ),
)

ANSWERS: dict[Say, str] = {
    Say.WHO: (
        "I am the offline drafter: a set of writing rules, not ChatGPT and not a language model. I turn your own words into posts "
        "without any key or network. To use a language model, set OPENAI_API_KEY and choose the model in /agents."
    ),
    Say.HELP: (
        "Tell me what the post is about, for example “Write a post about our autumn sale, 20 % off until Sunday”. I can make a draft shorter, "
        "longer, friendlier or more formal, add or remove hashtags and emoji, replace words, turn it into a list, and summarise a text."
    ),
    Say.GREETING: "Hello! I am the offline drafter.",
    Say.THANKS: "You are welcome. Send the next subject, or tell me what to change in this draft.",
    Say.DRAFTED: "Here is a draft from your own words. Tell me what to change.",
    Say.REVISED: "Here is the changed draft. Tell me if anything else should be different.",
    Say.UNCHANGED: "That would change nothing in this draft. Tell me another change, or ask for another version.",
    Say.NOTHING_TO_ADD: "I cannot make it longer without inventing something. Send me another fact and I will work it in.",
    Say.ASK_TOPIC: "What is the post about? Send me the subject and the facts, such as price, day or link.",
    Say.ASK_TEXT: "There is no draft to change yet. Send me the text, or tell me what to write about.",
    Say.ASK_CHANGE: (
        "I am the offline drafter and cannot do that by rules. I can make it shorter, longer, friendly, formal, playful, urgent or neutral, "
        "replace words, and add or remove hashtags, emoji and links."
    ),
    Say.NO_TRANSLATION: (
        "I cannot translate: the offline drafter has no dictionary. Connect a language model by setting OPENAI_API_KEY and choosing it in "
        "/agents, or send me the text in the other language."
    ),
    Say.NO_ANSWERS: (
        "I am the offline drafter and cannot answer questions of knowledge. I write and change posts from your own words; "
        "for answers connect a language model with OPENAI_API_KEY."
    ),
    Say.NO_QUEUE: "I cannot see the queue from here. Open /queue.",
    Say.NO_TIMES: "I cannot look up free times from here. Use the schedule button below a draft.",
    Say.NO_SAVING: "I cannot save from here. Use the save button below the draft, or /collections.",
    Say.NO_USAGE: "I cannot see the usage from here. Open /usage.",
    Say.FAILED: "That did not work: {reason}",
    Say.DONE: "Done.",
    Say.COLLECTION: "Drafts",
}
