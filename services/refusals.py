"""How does a service say no to a person?

    Refusal            a sentence for the person and the next step; nothing was changed
    ├── NotAllowed     the actor's role does not permit the action
    ├── NotFound       the thing is gone, or was never this workspace's
    ├── OutOfDate      the card or version acted on is no longer the current one
    └── Unclear        the words could not be understood

Everything else that is raised is a fault of ours: the person gets an apology with a reference.
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that is declined, in words fit for the person who made it.

    `message` says what is the matter in one sentence, `next_step` what to do about it. Both are plain text.
    """

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class NotAllowed(Refusal):
    """The actor's role does not permit the action on this object."""


class NotFound(Refusal):
    """The object does not exist in the actor's workspace."""


class OutOfDate(Refusal):
    """The person acted on a card or version that has been replaced since."""


class Unclear(Refusal):
    """The words could not be understood; the next step says how to put them."""
