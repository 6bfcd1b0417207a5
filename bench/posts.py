"""Which posts are staged? Single ones, threads, posts with a first comment and posts with a picture that takes its time.

Every part of every post has words of its own, so that the journal tells which part became visible, and how often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from integrations.contract import Attachment, Draft

SHAPES: Mapping[str, float] = {"single": 0.88, "thread": 0.05, "comment": 0.05, "picture": 0.02}
"""Which share of the posts has which shape."""

SINGLE: Mapping[str, float] = {"single": 1.0}

PICTURE = b"a picture, as far as the practice network looks at it"
PICTURE_KEY = "bench-picture"
SLOW_NAME = "slow-picture.png"
"""The practice network takes its time for files whose names begin with "slow"."""


@dataclass(frozen=True)
class Target:
    """An account to publish on: our id, its name at the network, and its class."""

    id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class Staged:
    """One acknowledged publication: words that no other has, where it goes, when, and in which shape."""

    text: str
    target: Target
    due_at: datetime
    shape: str = "single"

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything of it that becomes visible, in order."""
        if self.shape == "thread":
            return self.text, f"{self.text}, part two", f"{self.text}, part three"
        return (self.text, self.comment) if self.comment else (self.text,)

    @property
    def whole(self) -> str:
        """The words as a person writes them."""
        return "\n---\n".join(self.parts) if self.shape == "thread" else self.text

    @property
    def comment(self) -> str | None:
        """The words of the first comment, or None."""
        return f"Under: {self.text}" if self.shape == "comment" else None

    @property
    def draft(self) -> Draft:
        """What the platform is handed."""
        files = (picture(),) if self.shape == "picture" else ()
        thread = self.parts[1:] if self.shape == "thread" else ()
        return Draft(self.target.name, self.text, files, thread=thread, comment=self.comment)


def picture() -> Attachment:
    """The one picture of the bench, which lies in the media store."""
    digest = sha256(PICTURE).hexdigest()
    return Attachment("photo", key=PICTURE_KEY, sha256=digest, file_name=SLOW_NAME, mime_type="image/png")


def medium_columns() -> dict[str, Any]:
    """What the row of the picture says about it."""
    one = picture()
    return {
        "kind": one.kind,
        "provider_key": one.key,
        "sha256": one.sha256,
        "file_name": one.file_name,
        "mime_type": one.mime_type,
        "size": len(PICTURE),
    }


def shape_for(random: Random, shares: Mapping[str, float]) -> str:
    """A shape by the dice."""
    return random.choices([*shares], [*shares.values()])[0]
