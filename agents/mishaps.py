"""What does a person hear when a model fails? One table from what can happen to a sentence and a next step.

Nothing of the raw error is shown or logged: providers repeat parts of the key and of the prompt in theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agents.faults import Unusable
from services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Mishap:
    """Why there is no answer: `code` for the row and the log, the rest for the person.

    `keeps_part`: what was written until then is worth showing.
    """

    code: str
    message: str
    next_step: str
    keeps_part: bool = False

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


_OPERATOR: Final = "Ask whoever runs this desk to look at it"
_ONCE_MORE: Final = "Try again in a moment."

TABLE: Final[dict[str, Mishap]] = {
    mishap.code: mishap
    for mishap in (
        Mishap(
            "key",
            "The model provider does not accept this desk's key.",
            f"{_OPERATOR}: OPENAI_API_KEY is wrong.",
        ),
        Mishap(
            "forbidden",
            "The key of this desk may not use that model.",
            f"{_OPERATOR}, or choose another model.",
        ),
        Mishap(
            "no_model",
            "The model provider does not know that model.",
            f"{_OPERATOR}: FANFARE_MODEL names it.",
        ),
        Mishap(
            "busy", "The model provider has too many requests from us just now.", "Try again in a minute."
        ),
        Mishap(
            "no_money",
            "The account at the model provider is used up.",
            f"{_OPERATOR}: it has to be topped up.",
        ),
        Mishap(
            "too_much",
            "That is more text than this model can read at once.",
            "Send a part of it, or choose an agent with a larger model.",
        ),
        Mishap("bad_request", "The model provider did not understand our request.", f"{_OPERATOR}."),
        Mishap("slow", "The model did not answer in time.", _ONCE_MORE, keeps_part=True),
        Mishap(
            "unreachable",
            "The model provider cannot be reached.",
            f"{_ONCE_MORE} If it stays so: {_OPERATOR}.",
        ),
        Mishap("down", "The model provider has trouble of its own.", _ONCE_MORE),
        Mishap("broken_off", "The answer broke off in the middle.", _ONCE_MORE, keeps_part=True),
        Mishap("declined", "The model declined to answer that.", "Say it in other words."),
        Mishap("refusal", "The model explained itself instead of writing, twice.", "Say it in other words."),
        Mishap("empty", "The model returned nothing, twice.", _ONCE_MORE),
        Mishap("too_long", "The model's text is too long for the channel, twice.", "Ask for a shorter one."),
        Mishap(
            "cut", "The model's answer was cut off at its own limit, twice.", "Ask for something shorter."
        ),
        Mishap("garbage", "The model's answer was garbled, twice.", "Try again, or choose another model."),
        Mishap(
            "unknown_tool",
            "The model tried something that this agent may not do, so nothing was done.",
            "Try again, or choose another agent with /agents.",
        ),
        Mishap(
            "bad_arguments",
            "The model's request to the desk made no sense, twice, so nothing was done.",
            "Try again, or choose another model.",
        ),
        Mishap("circles", "The agent went round in circles and was stopped.", "Ask for one thing at a time."),
        Mishap("endless", "The model would not stop writing and was stopped.", "Ask for something shorter."),
        Mishap(
            "killed",
            "The program was stopped three times while working on this, so it was given up.",
            "Send it again; if that fails too, ask whoever runs this desk.",
        ),
    )
}


def mishap_of(error: BaseException, *, has_begun: bool = False) -> Mishap | None:
    """The mishap that an error (or one of its causes) stands for; None for a fault of ours.

    `has_begun`: a part of the answer was there already, so a lost connection is a broken answer.
    """
    causes = [*_causes(error)]
    if any(kind.__name__ in _NO_CONNECTION for one in causes for kind in type(one).__mro__):
        return TABLE["unreachable"]
    for one in causes:
        if isinstance(one, Refusal):
            return Mishap("refused", one.message, one.next_step)
        if isinstance(one, Unusable):
            return TABLE[one.fault.code]
        code = _code_of(one)
        if code is not None:
            return TABLE["broken_off" if code == "unreachable" and has_begun else code]
    return None


def fault_of_ours(reference: str) -> Mishap:
    """What is said when the fault is ours; `reference` finds the trace in the log."""
    return Mishap(
        "ours",
        f"Something went wrong on our side (reference {reference}).",
        "Try again; if it happens again, give whoever runs this desk the reference.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, each once."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        yield current
        seen.append(current)
        current = current.__cause__


def _code_of(error: BaseException) -> str | None:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "GraphRecursionError" in kinds:
        return "circles"
    if type(error).__module__.partition(".")[0] in {"openai", "langchain_openai"}:
        return _openai_code(error, kinds)
    if "JSONDecodeError" in kinds:
        return "garbage"
    if isinstance(error, TimeoutError):
        return "slow"
    wire = type(error).__module__.partition(".")[0] in {
        "aiohttp",
        "httpx",
        "httpx2",
        "httpcore",
        "httpx_aiohttp",
    }
    return "broken_off" if wire else None


_NO_CONNECTION: Final = frozenset(
    {"ConnectTimeout", "ConnectError", "ClientConnectorError", "ConnectionRefusedError", "gaierror"}
)
"""What says that no connection was made; openai calls a refused one a time-out when it comes through aiohttp."""

_BY_KIND: Final = (
    ("ContextOverflowError", "too_much"),
    ("ContentFilterFinishReasonError", "declined"),
    ("AuthenticationError", "key"),
    ("PermissionDeniedError", "forbidden"),
    ("NotFoundError", "no_model"),
    ("APITimeoutError", "slow"),
    ("StreamChunkTimeoutError", "slow"),
    ("APIConnectionError", "unreachable"),
    ("InternalServerError", "down"),
    ("APIResponseValidationError", "garbage"),
)
"""Exception classes of openai and langchain_core by name, so that neither is imported to look at an error."""


def _openai_code(error: BaseException, kinds: set[str]) -> str:
    reason = str(getattr(error, "code", None) or "")
    if "content" in reason and ("filter" in reason or "policy" in reason):
        return "declined"
    if reason == "context_length_exceeded":
        return "too_much"
    if "RateLimitError" in kinds:
        return "no_money" if reason == "insufficient_quota" else "busy"
    for kind, code in _BY_KIND:
        if kind in kinds:
            return code
    return "bad_request" if "BadRequestError" in kinds or "UnprocessableEntityError" in kinds else "down"
