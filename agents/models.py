"""Which model answers? A name becomes a chat model; without a key the offline drafter answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from services.refusals import Refusal

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_openai import ChatOpenAI
    from openai import DefaultAioHttpClient
    from pydantic import SecretStr

OPENAI_MODEL: Final = "gpt-5-mini"
"""What a desk with a key and without FANFARE_MODEL uses."""

OPENAI_ADDRESS: Final = "https://api.openai.com/v1"

_RETRIES: Final = 1
_PARAMETERS: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_tokens": "max_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "reasoning_effort": "reasoning_effort",
}
"""The parameters of an agent version that reach a model; others are ignored."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider (`openai`: anything that speaks its protocol, or `offline`) and its name for the model."""

    provider: str
    name: str

    @property
    def ends_with_reason(self) -> bool:
        """Whether its stream says why it ended, so that one that does not was broken off."""
        return self.provider == "openai"


OFFLINE: Final = Choice("offline", "drafter")


class Models:
    """Makes chat models and keeps the connections that they share. `timeout` in seconds, `offline_delay` per chunk.

    The key goes to `base_url` (OpenAI's own address if None) and nowhere else.
    """

    def __init__(
        self,
        *,
        default: str | None = None,
        key: SecretStr | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        offline_delay: float = 0.0,
    ) -> None:
        self._default = default or f"openai:{OPENAI_MODEL}"
        self._key = key
        self._base_url = base_url or OPENAI_ADDRESS
        self._timeout = timeout
        self._offline_delay = offline_delay
        self._lock = threading.Lock()
        self._wire: DefaultAioHttpClient | None = None
        self._made: dict[tuple[Any, ...], ChatOpenAI] = {}

    def choose(self, name: str | None) -> Choice:
        """What an agent's `provider:name` (None: the desk's default) comes to. Raises `Refusal` for other providers."""
        provider, colon, model = (name or self._default).partition(":")
        if not colon:
            provider, model = "openai", provider
        if provider not in {"openai", "offline"} or not model:
            raise Refusal(
                f"This desk cannot reach models of {provider}.",
                "Choose one named openai:… (any compatible endpoint) or offline:drafter.",
            )
        return OFFLINE if provider == "offline" or self._key is None else Choice(provider, model)

    async def open(
        self,
        choice: Choice,
        *,
        parameters: Mapping[str, Any],
        limit: int,
        count: Callable[[str], int],
        draft: str | None,
    ) -> BaseChatModel:
        """The chat model. `limit`, `count` and `draft` are for the offline drafter, which measures for itself."""
        if choice.provider == "offline":
            return await asyncio.to_thread(self._offline, limit=limit, count=count, draft=draft)
        return await asyncio.to_thread(self._openai, choice.name, parameters)

    async def warm_up(self) -> None:
        """Loads what the default model needs, so that the first person does not wait for it."""
        await self.open(self.choose(None), parameters={}, limit=1, count=len, draft=None)

    async def aclose(self) -> None:
        """Closes the shared connections."""
        if self._wire is not None:
            await self._wire.aclose()
            self._wire = None
        self._made.clear()

    def _offline(self, *, limit: int, count: Callable[[str], int], draft: str | None) -> BaseChatModel:
        from agents.offline.drafter import OfflineDrafter

        return OfflineDrafter(limit=limit, count=count, draft=draft, chunk_delay=self._offline_delay)

    def _openai(self, name: str, parameters: Mapping[str, Any]) -> ChatOpenAI:
        known = {_PARAMETERS[key]: value for key, value in parameters.items() if key in _PARAMETERS}
        known = {key: value for key, value in known.items() if isinstance(value, int | float | str)}
        cached = (name, *sorted(known.items()))
        with self._lock:
            if cached not in self._made:
                self._made[cached] = self._make(name, known)
            return self._made[cached]

    def _make(self, name: str, parameters: dict[str, Any]) -> ChatOpenAI:
        from openai import DefaultAioHttpClient

        from agents.wire import Endpoint

        if self._wire is None:
            self._wire = DefaultAioHttpClient(timeout=self._timeout, follow_redirects=False)
        return Endpoint(
            model=name,
            api_key=self._key,
            base_url=self._base_url,
            timeout=self._timeout,
            max_retries=_RETRIES,
            stream_usage=True,
            streaming=True,
            stream_chunk_timeout=self._timeout,
            use_responses_api=False,
            http_async_client=self._wire,
            **parameters,
        )
