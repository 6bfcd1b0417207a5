from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest

from services.concealing import Concealing

TOKEN = "7000001:AAEsecret-of-the-bot_0123456789abcd"  # noqa: S105 - it opens nothing
KEY = "sk-proj-0123456789abcdefSECRET"
PASSWORD = "hush/hush-hush"  # noqa: S105 - it opens nothing
OTHERS = "123456789:AAH-another-bots-token_987654321"

Logger = tuple[logging.Logger, Callable[[], str]]


@pytest.fixture
def log() -> Iterator[Logger]:
    """A logger whose lines are written down as they leave the process."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Concealing([TOKEN, KEY, PASSWORD, "", "abc"]))
    logger = logging.getLogger("concealed")
    logger.propagate, before = False, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield logger, written.getvalue
    logger.removeHandler(handler)
    logger.propagate = before


def is_clean(text: str) -> bool:
    return not any(
        one in text for one in (TOKEN, KEY, PASSWORD, OTHERS, TOKEN.split(":")[1], OTHERS.split(":")[1])
    )


@pytest.mark.parametrize(
    "told",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"POST https://api.telegram.org/bot{OTHERS}/sendMessage",
        f"GET https://api.telegram.org/file/bot{OTHERS}/photos/1.jpg",
        f"GET https://proxy.example/?to=bot{OTHERS.replace(':', '%3A')}",
        f"token={OTHERS}",
        f"Authorization: Bearer {KEY}",
        "authorization: bearer somebodys-0123456789",
        f"key {KEY}.",
        f"postgresql+asyncpg://desk:{PASSWORD}@db/desk",
        "could not reach postgresql://desk:hush-of-another@db:5432/desk",
        "redis://:hush-of-another@cache/0",
    ],
)
def test_no_secret_is_in_a_line(log: Logger, told: str) -> None:
    logger, written = log
    logger.warning("It said %s", told)
    logger.warning(told)
    assert is_clean(written())
    assert "hush-of-another" not in written()
    assert "somebodys" not in written()
    assert "[secret]" in written()


def test_no_secret_is_in_a_trace_or_its_causes(log: Logger) -> None:
    logger, written = log

    def breaks_first() -> None:
        raise ConnectionError(f"https://api.telegram.org/bot{OTHERS}/getMe")

    def breaks() -> None:
        try:
            breaks_first()
        except ConnectionError as cause:
            raise RuntimeError(f"with {KEY}") from cause

    try:
        breaks()
    except RuntimeError:
        logger.exception("The bot %s broke", TOKEN, stack_info=True)
    assert "RuntimeError" in written()
    assert "ConnectionError" in written()
    assert is_clean(written())


@pytest.mark.parametrize(
    "told",
    [
        "12:30:45 nothing happened",
        "https://t.me/autumn_lane/7 is published",
        "The abc of it",
        "2026-11-20T12:00:00+00:00 worker 12345-abcdef01 at http://127.0.0.1:8080/",
        "mail ada@example.org about https://example.org/a?b=c",
    ],
)
def test_what_is_no_secret_stays_readable(log: Logger, told: str) -> None:
    logger, written = log
    logger.info(told)
    assert told in written()
