"""Which column says what? The headings of a file of posts, in four languages and in the words of other tools."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from services.import_reading import Line
from services.refusals import Refusal

HEADINGS = {
    "text": "text|post|post text|content|message|caption|body|copy|текст|пост|сообщение|texto|publicacion|mensaje|"
    "contenido|文本|正文|内容|文案",
    "when": "when|scheduled|schedule|scheduled at|scheduled for|publish at|due|at|datetime|date time|date and time|"
    "когда|дата и время|cuando|fecha y hora|时间|发布时间",
    "date": "date|day|дата|день|fecha|dia|日期",
    "time": "time|hour|время|час|hora|时刻|钟点",
    "account": "account|channel|profile|page|network|platform|where|аккаунт|канал|страница|где|cuenta|canal|perfil|"
    "pagina|账号|频道|平台",
    "zone": "zone|time zone|timezone|tz|часовой пояс|пояс|zona|zona horaria|时区",
    "first_comment": "first comment|comment|первый комментарий|комментарий|primer comentario|comentario|首评|评论",
    "late": "late|lateness|late minutes|опоздание|retraso|迟到",
    "media": "media|media url|media urls|image|images|image url|picture|photo|video|video url|attachment|"
    "картинка|фото|видео|imagen|foto|图片|视频",
}
"""What a column can be called, in small letters and without accents; `_` and `-` are read as spaces."""

_NO_MEDIA = "A file of posts cannot bring pictures or videos yet."
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands: `places` by our own name, `titles` as the file calls it; `unused` nobody reads."""

    places: Mapping[str, int]
    titles: Mapping[str, str]
    unused: tuple[str, ...]

    def cell(self, line: Line, name: str) -> str:
        """What a row says in this column; empty when there is no such column or nothing in it."""
        place = self.places.get(name)
        return "" if place is None or place >= len(line.cells) else line.cells[place]

    def title(self, name: str) -> str:
        """What the file calls the column; a moment that is split in two is called by both."""
        if name == "when" and "when" not in self.titles and "date" in self.titles:
            return " and ".join(self.titles[one] for one in ("date", "time") if one in self.titles)
        return self.titles.get(name, name)


def columns_of(header: Line) -> Columns:
    """The columns that the first row names; raises `Refusal` when one is missing, doubled or cannot be taken."""
    places: dict[str, int] = {}
    titles: dict[str, str] = {}
    unused = []
    for place, title in enumerate(header.cells):
        name = _names().get(_folded(title))
        if name is None:
            unused += [title[:_SHOWN]] if title else []
        elif name in places:
            raise Refusal(f"Two columns say the same: “{titles[name]}” and “{title[:_SHOWN]}”.", "Keep one.")
        else:
            places[name], titles[name] = place, title[:_SHOWN]
    _refuse_unfit(header, places, titles)
    return Columns(places, titles, tuple(unused))


def _refuse_unfit(header: Line, places: Mapping[str, int], titles: Mapping[str, str]) -> None:
    if "media" in places:
        raise Refusal(
            f"The column “{titles['media']}” cannot be imported. {_NO_MEDIA}",
            "Delete the column; pictures can be added to each post afterwards.",
        )
    said = ", ".join(title[:_SHOWN] for title in header.cells[:12] if title)
    for name, is_there in (
        ("text", "text" in places),
        ("when", bool({"when", "date", "time"} & places.keys())),
    ):
        if not is_there:
            raise Refusal(
                f"No column is called “{name}”; the first row has: {said}.",
                "The first row names the columns: text, when and, if you like, account, zone, first_comment, late.",
            )
    if "when" in places and {"date", "time"} & places.keys():
        other = titles.get("date") or titles["time"]
        raise Refusal(f"Two columns say when: “{titles['when']}” and “{other}”.", "Keep one.")


@cache
def _names() -> Mapping[str, str]:
    return {_folded(one): name for name, said in HEADINGS.items() for one in said.split("|")}


def _folded(title: str) -> str:
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", title).casefold())
    bare = "".join(" " if one in "_-" else one for one in apart if unicodedata.category(one) != "Mn")
    return " ".join(bare.strip(" *:?").split())
