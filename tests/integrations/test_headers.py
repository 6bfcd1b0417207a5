from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.headers import LONGEST, exhausted_until, wait_until

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNIX = int(NOON.timestamp())
NAMES = [
    "retry-after",
    *(
        f"{kind}-{end}"
        for kind in ("x-ratelimit", "x-rate-limit", "ratelimit")
        for end in ("remaining", "reset", "reset-after")
    ),
]


@pytest.mark.parametrize(
    ("name", "said", "seconds"),
    [
        ("retry-after", "17", 17),
        ("retry-after", " 17 ", 17),
        ("retry-after", "0.75", 0.75),  # Discord
        ("retry-after", "0", 0),
        ("retry-after", "Fri, 20 Nov 2026 12:00:09 GMT", 9),
        ("retry-after", "Friday, 20-Nov-26 12:00:09 GMT", 9),
        ("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("retry-after", str(UNIX + 30), 30),
        ("x-rate-limit-reset", str(UNIX + 900), 900),  # X
        ("ratelimit-reset", str(UNIX + 300), 300),  # Bluesky
        ("ratelimit-reset", "42", 42),  # the drafts of the standard
        ("x-ratelimit-reset", "2026-11-20T12:05:00.000Z", 300),  # Mastodon
        ("x-ratelimit-reset", "2026-11-20T13:05:00+01:00", 300),
        ("x-ratelimit-reset", "2026-11-20T12:05:00", 300),
        ("x-ratelimit-reset", str((UNIX + 5) * 1000), 5),
        ("x-ratelimit-reset", f"{UNIX + 5}.5", 5.5),  # Discord
        ("x-ratelimit-reset-after", "1.25", 1.25),
        ("x-ratelimit-reset", str(UNIX - 5), 0),
    ],
)
def test_a_wait_is_read_in_the_words_that_networks_use(name: str, said: str, seconds: float) -> None:
    assert wait_until({name: said}, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["86401", "9" * 400, str(UNIX + 10**6), "2999-01-01", "9" * 15, "99999999"])
@pytest.mark.parametrize("name", ["retry-after", "x-ratelimit-reset"])
def test_nobody_is_believed_who_asks_for_more_than_a_day(name: str, said: str) -> None:
    assert wait_until({name: said}, NOON) == NOON + LONGEST


@pytest.mark.parametrize(
    "said", ["", "-5", "soon", "nan", "inf", "1e3", "٣", "0x10", "1,5", "9" * 700, "Fri"]
)
def test_rubbish_is_no_wait(said: str) -> None:
    assert wait_until({"retry-after": said}, NOON) is None
    assert wait_until({"retry-after": said, "x-ratelimit-reset": "7"}, NOON) == NOON + timedelta(seconds=7)


def test_the_plain_word_comes_before_the_resets() -> None:
    headers = httpx.Headers({"X-RateLimit-Reset": "99", "Retry-After": "3", "X-RateLimit-Reset-After": "5"})
    assert wait_until(headers, NOON) == NOON + timedelta(seconds=3)
    del headers["retry-after"]
    assert wait_until(headers, NOON) == NOON + timedelta(seconds=5)
    assert wait_until({}, NOON) is None


@pytest.mark.parametrize("kind", ["x-ratelimit", "x-rate-limit", "ratelimit"])
def test_the_last_one_rests_until_the_reset(kind: str) -> None:
    reset = {f"{kind}-reset": str(UNIX + 60)}
    assert exhausted_until({**reset, f"{kind}-remaining": "0"}, NOON) == NOON + timedelta(minutes=1)
    for remaining in ("1", "", "-1", "none", "0.5"):
        assert exhausted_until({**reset, f"{kind}-remaining": remaining}, NOON) is None


def test_without_a_reset_to_come_nobody_rests() -> None:
    assert exhausted_until({"x-ratelimit-remaining": "0"}, NOON) is None
    assert exhausted_until({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(UNIX)}, NOON) is None
    assert exhausted_until({"x-ratelimit-remaining": "0", "ratelimit-reset": "9"}, NOON) is None
    assert exhausted_until({"x-ratelimit-reset": "9"}, NOON) is None


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.text(max_size=40)
        | st.from_regex(r"\A[0-9.:TZ+\-eE ]{0,30}\Z")
        | st.floats().map(str)
        | st.integers().map(str)
        | st.datetimes(timezones=st.none() | st.just(UTC)).map(datetime.isoformat),
    )
)
def test_whatever_a_header_says_the_wait_is_within_a_day(headers: dict[str, str]) -> None:
    for until in (wait_until(headers, NOON), exhausted_until(headers, NOON)):
        assert until is None or NOON <= until <= NOON + LONGEST
