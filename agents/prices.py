"""What does a model cost? List prices as data; what is not in the list is unknown, which is not the same as free.

Dollars per million tokens, as the vendors' public price pages stated them on `AS_OF`: openai.com/api/pricing,
docs.anthropic.com (Pricing), ai.google.dev/gemini-api/docs/pricing, api-docs.deepseek.com (Pricing), mistral.ai/pricing.
Prices for cached, batched and long input differ; a gateway behind OPENAI_BASE_URL may charge otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

AS_OF = date(2025, 9, 1)
"""The day on which the list was true."""

_MILLION = Decimal(1_000_000)
_DATED = re.compile(r"-(?:20\d\d-\d\d-\d\d|20\d{6}|latest)$")


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens that go in and that come out."""

    tokens_in: Decimal
    tokens_out: Decimal


def _price(tokens_in: str, tokens_out: str) -> Price:
    return Price(Decimal(tokens_in), Decimal(tokens_out))


PRICES: dict[str, Price] = {
    "gpt-5": _price("1.25", "10"),
    "gpt-5-mini": _price("0.25", "2"),
    "gpt-5-nano": _price("0.05", "0.40"),
    "gpt-4.1": _price("2", "8"),
    "gpt-4.1-mini": _price("0.40", "1.60"),
    "gpt-4.1-nano": _price("0.10", "0.40"),
    "gpt-4o": _price("2.50", "10"),
    "gpt-4o-mini": _price("0.15", "0.60"),
    "o3": _price("2", "8"),
    "o4-mini": _price("1.10", "4.40"),
    "gpt-4-turbo": _price("10", "30"),
    "gpt-4": _price("30", "60"),
    "gpt-3.5-turbo": _price("0.50", "1.50"),
    "claude-opus-4-1": _price("15", "75"),
    "claude-sonnet-4": _price("3", "15"),
    "claude-3-5-haiku": _price("0.80", "4"),
    "gemini-2.5-pro": _price("1.25", "10"),
    "gemini-2.5-flash": _price("0.30", "2.50"),
    "gemini-2.5-flash-lite": _price("0.10", "0.40"),
    "deepseek-chat": _price("0.56", "1.68"),
    "deepseek-reasoner": _price("0.56", "1.68"),
    "mistral-large": _price("2", "6"),
    "mistral-small": _price("0.10", "0.30"),
}
"""By the vendor's name of the model, without vendor prefix and date."""


def cost(*, provider: str, name: str, tokens_in: int, tokens_out: int) -> Decimal | None:
    """Dollars of one run; 0 for the offline drafter, None where the price is not known."""
    if provider == "offline":
        return Decimal(0)
    price = PRICES.get(_DATED.sub("", name.rpartition("/")[2].casefold()))
    if price is None:
        return None
    return (price.tokens_in * tokens_in + price.tokens_out * tokens_out) / _MILLION
