"""Where does an answer grow before a person's eyes? The one thing that a run knows of the chat."""

from __future__ import annotations

from typing import Protocol


class Stage(Protocol):
    """A place for previews. Both methods return at once and never raise for what went wrong in the chat.

    What is shown here may be dropped; the final word goes through the outbox.
    """

    async def show(self, markdown: str) -> None:
        """The whole text so far, as Markdown; it replaces what was shown before."""
        ...

    async def status(self, line: str) -> None:
        """What the agent is doing just now, in a few words of plain text."""
        ...
