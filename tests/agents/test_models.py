"""Does a name come to the right model, the right price and the right wire?"""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from pydantic import SecretStr

from agents.loading import Lazily
from agents.measuring import guessed_tokens, metadata
from agents.models import OFFLINE, Choice, Models
from agents.prices import PRICES, cost
from services.refusals import Refusal


def test_without_a_key_the_offline_drafter_answers() -> None:
    assert Models().choose(None) == OFFLINE
    assert Models(default="openai:gpt-5").choose("openai:gpt-5-mini") == OFFLINE


def test_with_a_key_the_agents_own_model_goes_before_the_default() -> None:
    models = Models(default="openai:small", key=SecretStr("k"))
    assert models.choose(None) == Choice("openai", "small")
    assert models.choose("openai:ft:large:1") == Choice("openai", "ft:large:1")
    assert models.choose("bare-name") == Choice("openai", "bare-name")
    assert models.choose("offline:drafter") == OFFLINE


@pytest.mark.parametrize("name", ["other:model", "openai:", ":x"])
def test_a_provider_that_there_is_not_is_refused_in_words(name: str) -> None:
    with pytest.raises(Refusal, match="cannot reach"):
        Models(key=SecretStr("k")).choose(name)


async def test_only_known_parameters_reach_the_model_and_the_key_stays_hidden() -> None:
    models = Models(key=SecretStr("sk-hidden"), base_url="http://127.0.0.1:9/v1")
    choice = Choice("openai", "m")
    given = {"temperature": 0.3, "model_kwargs": {"user": "x"}, "base_url": "http://evil"}
    model = await models.open(choice, parameters=given, limit=1, count=len, draft=None)
    again = await models.open(choice, parameters=given, limit=1, count=len, draft=None)
    assert model is again
    assert getattr(model, "temperature", None) == 0.3
    assert str(getattr(model, "openai_api_base", "")) == "http://127.0.0.1:9/v1"
    assert "sk-hidden" not in repr(model)
    await models.aclose()


def test_a_price_is_known_unknown_or_nothing_at_all() -> None:
    million = 1_000_000
    assert cost(provider="openai", name="gpt-5-mini", tokens_in=million, tokens_out=million) == Decimal(
        "2.25"
    )
    assert cost(
        provider="openai", name="vendor/gpt-5-mini-2025-08-07", tokens_in=million, tokens_out=0
    ) == Decimal("0.25")
    assert cost(provider="openai", name="gpt-5-mini-of-my-own", tokens_in=1, tokens_out=1) is None
    assert cost(provider="offline", name="drafter", tokens_in=9, tokens_out=9) == 0
    assert all(price.tokens_out >= price.tokens_in > 0 for price in PRICES.values())


def test_a_text_is_measured_in_letters_words_tags_and_pictures() -> None:
    found = metadata("Sale! 20 % off 🎉 until Sunday ☀️ #sale #autumn")
    assert (found["words"], found["hashtags"], found["emoji"]) == (7, 2, 2)
    assert found["reading_seconds"] >= 1
    assert metadata("")["reading_seconds"] == 0
    assert metadata("秋季促销")["words"] == 4
    assert guessed_tokens("abcde") == 2


async def test_a_heavy_thing_is_made_once_in_a_thread_of_its_own() -> None:
    threads = []

    def make() -> object:
        threads.append(threading.current_thread())
        return object()

    lazily = Lazily(make)
    assert await lazily.get() is await lazily.get()
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
