"""What did the operator say? The only reader of the environment; a setting that is wrong stops the start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

_FAILPOINT = re.compile(r"[a-z_.]+(:\d+(:(kill|stop))?)?")
_PLATFORM_SETTING = re.compile(r"([A-Z]+)_(CLIENT_ID|CLIENT_SECRET|API_BASE)")


class WrongSetting(ValueError):
    """A setting cannot be used; the message is one line that names it."""


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _truth(value: object) -> object:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
        str(value).strip().lower(), value
    )


Optional = BeforeValidator(_blank_is_absent)
Switch = Annotated[bool, BeforeValidator(_truth)]


class Settings(BaseModel):
    """Everything that can be set from outside; field names are the environment's names in lower case."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, populate_by_name=True)

    telegram_bot_token: Annotated[SecretStr | None, Optional] = None
    telegram_api_base: str = "https://api.telegram.org"
    fanfare_public_url: Annotated[str | None, Optional] = None
    fanfare_webhook: Switch = False
    openai_api_key: Annotated[SecretStr | None, Optional] = None
    openai_base_url: Annotated[str | None, Optional] = None
    fanfare_model: Annotated[str | None, Optional] = None
    database_url: Annotated[str | None, Optional] = Field(default=None, repr=False)
    redis_url: Annotated[str | None, Optional] = Field(default=None, repr=False)
    fanfare_data_dir: Path = Path("data")
    fanfare_host: str = "127.0.0.1"
    fanfare_port: int = Field(default=8080, ge=0, le=65535)
    fanfare_request_timeout: float = Field(default=30.0, gt=0, le=300)
    fanfare_settle_seconds: Annotated[float | None, Optional] = Field(default=None, ge=0, le=600)
    fanfare_lease_seconds: Annotated[float | None, Optional] = Field(default=None, gt=0, le=3600)
    fanfare_workers: int = Field(default=32, ge=1, le=512)
    fanfare_failpoint: Annotated[str | None, Optional] = None
    fanfare_drain_seconds: float = Field(default=25.0, ge=0, le=600)
    fanfare_pace: Literal["telegram", "off"] = "telegram"
    platforms: Mapping[str, Mapping[str, str]] = Field(default_factory=dict, repr=False)

    @field_validator("telegram_bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, colon, rest = value.get_secret_value().partition(":")
            if not (colon and number.isdigit() and rest):
                raise ValueError("is not a bot token; @BotFather gives one like 123456:ABC…")
        return value

    @field_validator("telegram_api_base", "fanfare_public_url", "openai_base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("is not an address; it starts with https://")
        return value.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("is not the address of a Redis; it looks like redis://localhost:6379/0")
        return value

    @field_validator("fanfare_model")
    @classmethod
    def _names_a_provider(cls, value: str | None) -> str | None:
        if value is not None and not all(value.partition(":")):
            raise ValueError("names no provider; it looks like openai:gpt-5-mini or offline:drafter")
        return value

    @field_validator("fanfare_failpoint")
    @classmethod
    def _is_an_order(cls, value: str | None) -> str | None:
        if value is not None and not _FAILPOINT.fullmatch(value):
            raise ValueError("looks like publishing.armed:3, or publishing.armed:3:stop")
        return value

    @property
    def database(self) -> str:
        """The address of the database: the one that was set, or a file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.fanfare_data_dir / 'fanfare.db'}"

    def secrets(self) -> list[str]:
        """Everything in here that must not be read by others; addresses count when somebody logs in by them."""
        typed = [one.get_secret_value() for one in (self.telegram_bot_token, self.openai_api_key) if one]
        logins = [urlsplit(one).password for one in (self.database_url, self.redis_url) if one]
        networks = [one["client_secret"] for one in self.platforms.values() if "client_secret" in one]
        return [*typed, *(one for one in logins if one), *networks]

    def for_platform(self, slug: str) -> Mapping[str, str]:
        """What was set for one network: `client_id`, `client_secret`, `api_base`; for Telegram the bot's own."""
        if slug != "telegram":
            return self.platforms.get(slug, {})
        token = self.telegram_bot_token
        own = {"api_base": self.telegram_api_base}
        return own if token is None else {**own, "bot_token": token.get_secret_value()}


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in this environment (the process's own if None).

    Raises `WrongSetting` with one line that names the first wrong one.
    """
    environment = os.environ if environment is None else environment
    given: dict[str, Any] = {
        name: environment[name.upper()]
        for name in Settings.model_fields
        if name != "platforms" and environment.get(name.upper(), "").strip()
    }
    for name, value in environment.items():
        if (
            (own := _PLATFORM_SETTING.fullmatch(name))
            and own[1] not in {"TELEGRAM", "FANFARE"}
            and value.strip()
        ):
            given.setdefault("platforms", {}).setdefault(own[1].lower(), {})[own[2].lower()] = (
                value.strip().rstrip("/")
            )
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper()
        raise WrongSetting(f"{name} {first['msg'].removeprefix('Value error, ')}.") from None
    if settings.fanfare_webhook and not settings.fanfare_public_url:
        raise WrongSetting(
            "FANFARE_WEBHOOK is on, so FANFARE_PUBLIC_URL has to say where the world reaches us."
        )
    return settings


def prepare_process() -> None:
    """Sets what a library reads from the environment only: python-telegram-bot is to give durations as timedelta."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")
