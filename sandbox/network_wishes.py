"""What is somebody asking the practice network to put up, and may it stand there?"""

from dataclasses import dataclass
from typing import Literal

from sandbox.refusals import Refused
from sandbox.shapes import Doc, Json

MOST_TEXT = 500
MOST_MEDIA = 4
SLOW, BROKEN = "slow", "slow-broken"
"""How the names of media begin that take a while, and of those that come to nothing in the end."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A post, or a comment `under` a post: the account, its key (may be empty), the checked fields, the fault that struck."""

    account: str
    key: str
    fields: Doc
    under: str | None = None
    fault: str | None = None

    @property
    def method(self) -> str:
        """What the journal and fault plans call it."""
        return "practice.post" if self.under is None else "practice.comment"

    @property
    def pace(self) -> Literal["at once", "slow", "broken"]:
        """How its media behave, by their names."""
        names = [_name(one) for one in self.fields.get("media", ())]
        if any(name.startswith(BROKEN) for name in names):
            return "broken"
        return "slow" if any(name.startswith(SLOW) for name in names) else "at once"

    def row(self, number: str, at: str) -> Doc:
        """The journal's row of what stands there then; `at` is ISO 8601."""
        row = {"id": number, "account": self.account, "at": at, "key": self.key, **self.fields}
        return row if self.under is None else {**row, "under": self.under}


def checked(fields: Json, *, is_comment: bool) -> Doc:
    """The fields of a post (`text`, `media`, `reply_to`, `root`) or a comment (`text`), or a refusal with 422."""
    if not isinstance(fields, dict):
        raise Refused(422, "an object is expected")
    text, media = fields.get("text", ""), fields.get("media") or []
    if not isinstance(media, list) or not all(isinstance(one, str | dict) for one in media):
        raise Refused(422, "media is a list of names or objects")
    if len(media) > (0 if is_comment else MOST_MEDIA):
        raise Refused(
            422, "a comment has no media" if is_comment else f"a post has at most {MOST_MEDIA} media"
        )
    if not isinstance(text, str) or not (text.strip() or media):
        raise Refused(422, "a post needs text or media")
    if len(text) > MOST_TEXT:
        raise Refused(422, f"text is longer than {MOST_TEXT} characters")
    if is_comment:
        return {"text": text}
    links = {name: str(fields[name]) for name in ("reply_to", "root") if fields.get(name) is not None}
    return {"text": text, "media": media, **links}


def _name(medium: Doc | str) -> str:
    return medium if isinstance(medium, str) else str(medium.get("name", ""))
