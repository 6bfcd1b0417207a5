"""Which emoji suits a subject, and what counts as one?"""

from __future__ import annotations

import re

_ONE = r"[\U0001F1E6-\U0001F1FF\U0001F300-\U0001FAFF\u2600-\u27BF\u231A-\u23FF\u2B05-\u2B55\u203C\u2049]"
_EMOJI = re.compile(rf"{_ONE}[\ufe0f\U0001F3FB-\U0001F3FF]*(?:\u200d{_ONE}[\ufe0f\U0001F3FB-\U0001F3FF]*)*")
_BY_SUBJECT = tuple(
    (re.compile(stems, re.IGNORECASE), emoji)
    for stems, emoji in (
        (r"autumn|fall sale|осенн|otoño|秋", "🍂"),
        (r"winter|зимн|invierno|冬", "❄️"),
        (r"spring|весенн|primavera|春", "🌱"),
        (r"summer|летн|verano|夏", "☀️"),
        (r"christmas|рождеств|navidad|圣诞", "🎄"),
        (r"coffee|caf[eé]|кофе|咖啡", "☕"),
        (r"bread|baker|croissant|хлеб|пекарн|pan\b|panader|面包", "🥐"),
        (r"pizza|пицц|披萨", "🍕"),
        (r"book|книг|libro|书", "📚"),
        (r"music|concert|музык|концерт|música|concierto|音乐", "🎶"),
        (r"webinar|workshop|course|вебинар|мастер-класс|курс|taller|curso|课程|讲座", "💡"),
        (r"hiring|job|vacanc|ваканс|ищем|empleo|contrat|招聘", "🙌"),
        (r"opening|opens|anniversary|открыти|открыва|apertura|inaugura|aniversario|开业|周年", "🎉"),
        (r"sale|discount|% off|распродаж|скидк|rebaja|descuento|oferta|促销|折", "🛍️"),
    )
)
_PLAIN = "👉"


def emoji_for(text: str) -> str:
    """One emoji that suits what `text` speaks of; a pointing hand if nothing does."""
    return next((emoji for pattern, emoji in _BY_SUBJECT if pattern.search(text)), _PLAIN)


def without_emoji(text: str) -> str:
    """`text` without emoji and without the gaps they leave; digits and letters are never touched."""
    lines = (
        re.sub(r"(?<=\S) {2,}", " ", _EMOJI.sub("", line)).strip(" ") if _EMOJI.search(line) else line
        for line in text.split("\n")
    )
    return "\n".join(re.sub(r" +(?=[.,!?…])", "", line) for line in lines).strip()


def has_emoji(text: str) -> bool:
    """Whether any emoji is in `text`."""
    return bool(_EMOJI.search(text))
