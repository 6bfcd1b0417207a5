"""What does a tool declare? What it takes, the right it needs, what a person reads meanwhile, and the function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

from pydantic import BaseModel, ConfigDict

from agents.context import RunContext
from services.authorising import Action


class Arguments(BaseModel):
    """What a model may hand to a tool; anything that is not declared, or of another type, refuses the call."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NoArguments(Arguments):
    """For tools that only look."""


@dataclass(frozen=True, slots=True)
class Door:
    """One tool. The docstring of `call` is what the model reads about it; `call` takes the run's context and `takes`.

    `action` is the right that the member who asked must have; `doing` tells him what is going on.
    """

    call: Callable[[RunContext, Any], Awaitable[str]]
    takes: type[Arguments]
    action: Action
    doing: str

    @property
    def name(self) -> str:
        """The name under which the model calls it and an agent version holds it."""
        return self.call.__name__

    @property
    def description(self) -> str:
        """What the model reads about it."""
        return getdoc(self.call) or ""
