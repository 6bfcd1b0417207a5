"""What does the offline drafter know of English?"""

from __future__ import annotations

from agents.offline.tongues.english_phrases import ANSWERS, PHRASES
from agents.offline.tongues.tongue import Intent, Moments, Tone, Tongue, instructions, pattern

_IT = r"(?:it|this|that|(?:the|this|my|our) (?:text|post|draft|message))"
_POLITE = (
    r"(?:(?:please|pls|ok(?:ay)?|now|then|and|but|can you|could you|would you|hi|hey|hello)[,.!]*\s+){0,4}"
)
_END = r"(?:[,\s]+(?:please|pls|now|a bit|a little|for me|thanks|thank you)){0,2}[\s.!?]*"
_PAYLOAD = r"(?:\s*(?::|\n)\s*(?P<payload>.+?))?"
_TONES = r"(?P<tone>[a-z-]+(?:(?: and|,) [a-z-]+)?)"
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow|midnight|noon|christmas|easter|"
    r"new year'?s?(?: eve| day)?|(?:the )?end of (?:the )?(?:day|week|month|year|january|february|march|april|may|"
    r"june|july|august|september|october|november|december)|(?:this |next )?(?:week|weekend|month)|"
    r"(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?|"
    r"\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d\d-\d\d)"
)
_CLOCK = r"(?:,? (?:at|from) \d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?)"
_POST = r"(?:post|tweet|text|announcement|caption|message|update|thread|article|note|teaser)s?"
_WHERE = (
    r"(?:\s+(?:for|on|to)\s+(?:(?:our|the|my)\s+)?(?:x|twitter|instagram|facebook|linkedin|telegram|bluesky|mastodon|"
    r"threads|tiktok|channel|followers|audience|customers|page|blog)\b(?:\s+(?:channel|page|account|followers))?)?"
)
_ASK = (
    r"\A(?:(?:hi|hello|hey|please|pls|ok|now|so|can you|could you|would you|will you|i need|i want|i'?d like|we need|"
    r"we want|let'?s|help me|you to|to|kindly)[,.!]*\s+){0,5}"
)
_ABOUT = (
    r"about|regarding|on|announcing|promoting|celebrating|introducing|presenting|for|to (?:announce|promote|advertise|celebrate|present)|"
    r"inviting (?:people |everyone |them )?to"
)
_VERB = r"(?:write|draft|create|make|compose|prepare|give|do|generate|publish|share)"

ENGLISH = Tongue(
    code="en",
    stop_words=frozenset(
        [
            "a",
            "about",
            "above",
            "after",
            "again",
            "all",
            "also",
            "am",
            "an",
            "and",
            "any",
            "are",
            "as",
            "at",
            "be",
            "because",
            "been",
            "before",
            "being",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "for",
            "from",
            "get",
            "got",
            "had",
            "has",
            "have",
            "he",
            "her",
            "here",
            "him",
            "his",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "just",
            "let",
            "like",
            "many",
            "may",
            "me",
            "more",
            "most",
            "much",
            "must",
            "my",
            "new",
            "no",
            "not",
            "now",
            "of",
            "off",
            "on",
            "one",
            "only",
            "or",
            "other",
            "our",
            "out",
            "over",
            "own",
            "please",
            "shall",
            "she",
            "should",
            "so",
            "some",
            "such",
            "than",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "these",
            "they",
            "this",
            "those",
            "through",
            "to",
            "too",
            "under",
            "until",
            "up",
            "us",
            "very",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "while",
            "who",
            "why",
            "will",
            "with",
            "would",
            "you",
            "your",
            "yours",
            "don't",
            "it's",
            "we're",
            "i'm",
            "percent",
        ],
    ),
    wishes=instructions(
        _POLITE,
        _END,
        (
            (
                Intent.WHO,
                (
                    r"(?:who|what) are you(?: exactly)?|are you .{0,40}?(?:chat ?gpt|gpt|ai|a\.i\.|llm|language model|robot|bot|human|"
                    r"real|person|claude|gemini|model|openai).{0,30}|(?:what|which) (?:ai )?model (?:are you|do you use|is this).{0,20}|"
                    r"is this (?:chat ?gpt|an? ai|gpt).{0,20}|do you use (?:chat ?gpt|ai|gpt|openai).{0,20}"
                ),
            ),
            (
                Intent.HELP,
                r"help|what can (?:you|i) do(?: here)?|how does (?:it|this) work|how do i (?:use|start).{0,30}|what now",
            ),
            (
                Intent.GREET,
                r"(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|greetings)(?: there| everyone| bot)?",
            ),
            (
                Intent.THANKS,
                (
                    r"thanks?(?: a lot| so much| you(?: so much| very much)?)?|(?:great|perfect|good|nice|cool|ok|okay|super|"
                    r"i like it|looks? good|well done)(?:,? thanks?(?: you)?)?"
                ),
            ),
            (
                Intent.AGAIN,
                (
                    r"again|once more|try again|(?:another|a different|a new|one more|next) (?:one|version|variant|try|draft|idea)|"
                    rf"(?:re-?write|redo|rephrase|reword|change) {_IT}|rewrite|regenerate|something else|i don'?t like (?:it|this)"
                ),
            ),
            (
                Intent.SHORTEN,
                (
                    rf"(?:shorten|shorter|trim|condense|tighten)(?: {_IT})?(?: down)?{_PAYLOAD}|cut {_IT} down|too long|"
                    rf"(?:make|keep) {_IT} (?:a (?:bit|little) |much )?(?:short|shorter|more concise|briefer|brief|crisper){_PAYLOAD}"
                ),
            ),
            (
                Intent.LENGTHEN,
                (
                    rf"(?:lengthen|longer|expand|extend)(?: {_IT})?{_PAYLOAD}|too short|"
                    rf"make {_IT} (?:a (?:bit|little) |much )?(?:longer|more detailed){_PAYLOAD}|elaborate|say more"
                ),
            ),
            (
                Intent.LIST,
                (
                    rf"(?:make|turn) {_IT} (?:into )?(?:a |an )?(?:bullet(?:ed)? )?(?:list|bullet points|bullets){_PAYLOAD}|"
                    r"(?:as|use|with) (?:a )?(?:bullet(?:ed)? )?(?:list|bullet points|bullets)"
                ),
            ),
            (
                Intent.REMOVE_HASHTAGS,
                r"(?:(?:remove|drop|delete|without|no|skip) (?:all )?(?:the |any )?|take out the )(?:hash ?tags|tags)",
            ),
            (
                Intent.ADD_HASHTAGS,
                (
                    r"(?:add|with|include|put|use|suggest)(?: in| some| a few| more| the| new)* (?:hash ?tags?|tags?)(?:\s*:?\s*(?P<payload>#.+))?|"
                    r"add (?P<tags>#.+)"
                ),
            ),
            (
                Intent.REMOVE_EMOJI,
                r"(?:remove|drop|delete|without|no|skip)(?: all)?(?: the| any)? (?:emojis?|smileys?)",
            ),
            (
                Intent.ADD_EMOJI,
                r"(?:add|with|include|use|put)(?: in| some| a few| more| an| the)* (?:emojis?|smileys?)",
            ),
            (
                Intent.REPLACE,
                (
                    r"(?:(?:replace|swap)(?: the words?)? [\"'“‘]?(?P<old>.{1,200}?)[\"'”’]? (?:with|by|for)|"
                    r"change(?: the words?)? [\"'“‘]?(?P<old>.{1,200}?)[\"'”’]? (?:in)?to) [\"'“‘]?(?P<new>.{1,400}?)[\"'”’]?"
                ),
            ),
            (
                Intent.ADD_TEXT,
                (
                    r"(?:add|include|insert|mention|append)(?: the| this| a| our)? (?:link|url|address)[: ]+(?P<link>\S+)|"
                    r"(?:add|include|insert|mention|append)(?: that| also| this|:)+ (?P<payload>.+?)|mention (?P<mention>.+?)"
                ),
            ),
            (
                Intent.REMOVE_TEXT,
                r"(?:remove|delete|drop|take out)(?: the words?| the sentence)? [\"'“‘]?(?P<old>.{2,300}?)[\"'”’]?",
            ),
            (
                Intent.SUMMARISE,
                (
                    rf"(?:summari[sz]e|sum up|give me (?:a|the) summary(?: of)?|(?:a )?summary(?: of)?|tl;?dr)"
                    rf"(?: (?:{_IT}|this article|the article|the following(?: text)?))?{_PAYLOAD}"
                ),
            ),
            (
                Intent.TRANSLATE,
                r"translate.{0,60}?(?:[:\n].+)?|(?:in|into) (?:english|russian|spanish|chinese|german|french)",
            ),
            (
                Intent.QUEUE,
                (
                    r"(?:what(?:'s| is)|show|list|see|view|tell me)(?: me)? .{0,25}?(?:queue|scheduled|planned|coming up).{0,25}|"
                    r"(?:my |the )?queue|how many posts are (?:queued|scheduled|planned)|any posts? (?:scheduled|planned).{0,20}"
                ),
            ),
            (
                Intent.TIMES,
                (
                    r"when (?:should|shall|can|do|would|is|could) .{0,60}(?:post|publish|time|share).{0,30}|"
                    r"(?:what(?:'s| is)?|which|propose|suggest|best|find|good).{0,25}times?.{0,30}|when to (?:post|publish).{0,20}"
                ),
            ),
            (
                Intent.SAVE,
                (
                    rf"(?:save|keep|store|put|add) {_IT}(?: (?:to|in|into|under)(?: (?:the|my|our|a))?(?: collection)?"
                    r"(?: (?:called|named))?\s*[\"'“«]?(?P<name>.{1,80}?)[\"'”»]?(?: collection)?)?|save"
                ),
            ),
            (
                Intent.USAGE,
                (
                    r"(?:show|what(?:'s| is)|how much)(?: me)?.{0,30}(?:usage|cost|spent|spend|budget|tokens|credits).{0,30}|"
                    r"(?:my |the |our )?(?:usage|costs?|numbers|statistics|stats)|show (?:me )?(?:my |the |our )?(?:numbers|stats|statistics)"
                ),
            ),
            (
                Intent.TONE,
                (
                    rf"(?:make|keep|put|write|rewrite|say|turn|sound|change)(?: {_IT})?(?: (?:sound|to be|be|in|into|to|a bit|"
                    rf"a little|much|more|less|a|an|the|very|tone|of|voice|style|way))* {_TONES}(?: (?:tone|voice|style|way|manner))?{_PAYLOAD}|"
                    rf"(?:change|switch|set) the (?:tone|voice|style)(?: of {_IT})?(?: to| into|:)? (?:be )?(?:more )?{_TONES}|"
                    rf"(?:be )?(?:more |less |in an? |tone:? )?{_TONES}(?: tone| style| voice)?"
                ),
            ),
            (
                Intent.REWORK,
                (
                    rf"(?:make|improve|fix|polish|change|edit|correct|adapt|update|adjust)(?: {_IT}| the (?:tone|style|hook|title|ending)).{{0,80}}|"
                    r"(?:better|improve|improve the .{0,30}|other tone|change the tone|different tone)"
                ),
            ),
        ),
    ),
    heads=(
        pattern(
            rf"{_ASK}(?:{_VERB}\s+|(?<=need |want |like ))(?:(?:me|us)\s+)?(?:(?:a|an|the|some|another|one)\s+)?"
            rf"(?P<adjectives>(?:[\w-]+,?\s+){{0,4}}?){_POST}\b{_WHERE}\s*(?:(?P<about>{_ABOUT})\s+|"
            r"(?P<content>(?:saying|(?:that|which) (?:says|tells)(?: people| everyone)?(?: that)?|that|telling(?: people| everyone)?(?: that)?|"
            r"(?:from|out of|based on|using|with) (?:this|the following|it)(?: \w+)?|with the text)?\s*[:\-–—,\n.]*\s*))(?P<rest>.*)\Z"
        ),
        pattern(
            rf"\A(?:(?:a|an|the|some|another|one)\s+)?(?P<adjectives>(?:[\w-]+\s+){{0,2}}?){_POST}\b{_WHERE}\s*"
            r"(?:(?P<about>about|regarding)\s+|(?P<content>:\s*))(?P<rest>.*)\Z"
        ),
        pattern(
            rf"{_ASK}(?:(?P<about>announce|promote|advertise|tell (?:people|everyone|our followers|them) about|(?:write|post|tweet) about)"
            r"\s+(?P<rest>(?!that\b).+))\Z"
        ),
        pattern(
            rf"{_ASK}(?P<content>(?:announce|tell (?:people|everyone|our followers|them)|write|post|publish)"
            r"(?: that\b|\s*:|(?= we\b))\s*)(?P<rest>.+)\Z"
        ),
    ),
    tones=(
        (
            Tone.FRIENDLY,
            pattern(
                r"\b(?:friendl(?:y|ier)|warm(?:er)?|casual|kind(?:er)?|personal|welcoming|relaxed|informal)\b"
            ),
        ),
        (
            Tone.FORMAL,
            pattern(r"\b(?:formal|professional|business(?:like)?|serious|official|corporate|polite)\b"),
        ),
        (
            Tone.PLAYFUL,
            pattern(
                r"\b(?:playful|fun|funny|funnier|humorous|witty|cheeky|light(?:er)?|cheerful|exciting|excited)\b"
            ),
        ),
        (Tone.URGENT, pattern(r"\b(?:urgent|pressing|pushy|salesy|punchy|bold(?:er)?)\b")),
        (Tone.NEUTRAL, pattern(r"\b(?:neutral|plain|sober|factual|objective|calm(?:er)?|simple|simpler)\b")),
    ),
    asides=(
        (Intent.REMOVE_HASHTAGS, pattern(r"(?:\band\b )?\b(?:no|without)(?: any)? hash ?tags\b")),
        (Intent.REMOVE_EMOJI, pattern(r"(?:\band\b )?\b(?:no|without)(?: any)? emojis?\b")),
        (Intent.ADD_EMOJI, pattern(r"(?:\band\b )?\bwith(?: some| a few)? emojis?\b")),
        (Intent.SHORTEN, pattern(r"\b(?:keep it|make it) (?:short|brief)\b")),
        (Intent.LIST, pattern(r"\b(?:as|with) (?:a )?(?:bullet(?:ed)? list|bullet points|bullets)\b")),
        (
            Intent.TONE,
            pattern(
                r"\b(?:in an?|make it|keep it|sound)(?: more)? (?P<tone>[a-z-]+)(?: (?:tone|voice|style|way))?(?=\Z|[,.!;])"
            ),
        ),
        (Intent.THANKS, pattern(r"\b(?:please|thanks|thank you)(?=[\s.!,]*\Z)")),
        (
            Intent.WRITE,
            pattern(
                r"\b(?:for|on) (?:instagram|linkedin|facebook|twitter|telegram|bluesky|mastodon|threads|tiktok)(?=\Z|[,.!;])"
            ),
        ),
    ),
    question=pattern(
        r"\A(?:what|why|how|when|where|who|which|can you|could you|do you|are you|is it|is there|should i|may i|does)\b.*\?\s*\Z"
    ),
    dangling=pattern(
        r"(?:[\s,;:–—-]|\b(?:with|for|at|by|from|and|on|of|in|starting|is|are|to|a|an|the|up))+\Z"
    ),
    possessive=pattern(r"\A(?:(?:our|the|a|an|my|your|this|new|brand|big|great)\s+)+"),
    moments=Moments(
        deadline=pattern(
            rf"\b(?:only |just |valid |open |runs |lasts |ends (?:on )?|ending (?:on )?)?(?:(?:until|till|through|by|before|up to|no later than)"
            rf" (?:the )?(?:this |next |coming )?{_DAY}\b{_CLOCK}?|(?<=ends ){_DAY}\b|(?<=ends on ){_DAY}\b)"
        ),
        until=pattern(r"\A(?:until|till|through|up to)\b"),
        when=pattern(
            rf"\b(?:(?:on|this|next|from|starting)\s+){{0,3}}(?:on\s+)?{_DAY}\b(?:,? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? "
            rf"(?:january|february|march|april|may|june|july|august|september|october|november|december))?{_CLOCK}?"
        ),
        offer=pattern(
            r"(?:up to )?(?<!\d)\d{1,6}(?:[.,]\d{1,3})? ?(?:%|percent|per cent)(?: (?:off|discount|cheaper|less))?|"
            r"(?:two|three|2|3|buy one get one|(?<!\d)\d{1,6})(?: for (?:one|two|1|2|the price of (?:one|1|2|two)))|free (?:[\w-]{1,30})(?: [\w-]{1,30})?|half price"
        ),
    ),
    phrases=PHRASES,
    answers=ANSWERS,
)
