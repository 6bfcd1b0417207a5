"""Short words to speak to the practice network with, and a clock for it that is moved by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.clock import Clock

POST = "/networks/practice/{}/posts"


def token(account: str) -> dict[str, str]:
    return {"Authorization": f"Bearer practice-{account}"}


async def publish(stage: Any, account: str = "us", key: str | None = None, **fields: Any) -> httpx.Response:
    headers = token(account) | ({"Idempotency-Key": key} if key else {})
    return await stage.http.post(POST.format(account), json={"text": "hello", **fields}, headers=headers)


async def listed(stage: Any, account: str = "us", place: str = "", **query: Any) -> Any:
    answer = await stage.http.get(POST.format(account) + place, headers=token(account), params=query)
    return answer.json()


async def texts(stage: Any, account: str = "us", **query: Any) -> list[str]:
    return [post["text"] for post in (await listed(stage, account, **query))["posts"]]


async def comment(stage: Any, post: str, text: str, account: str = "us", key: str = "") -> httpx.Response:
    headers = token(account) | {"Idempotency-Key": key}
    return await stage.http.post(
        f"{POST.format(account)}/{post}/comments", json={"text": text}, headers=headers
    )


class HandClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        object.__setattr__(self, "at", datetime(2026, 11, 20, 12, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at  # type: ignore[attr-defined,no-any-return]  # set above, past the frozen parent

    def move(self, seconds: float) -> None:
        object.__setattr__(self, "at", self.now() + timedelta(seconds=seconds))
