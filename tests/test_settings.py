from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings import Settings, WrongSetting, read

TOKEN = "123456:ABC-secret-token"  # noqa: S105 - it opens nothing
WRONG = {
    "TELEGRAM_BOT_TOKEN": ["secret", "secret:", ":secret", "abc:secret"],
    "TELEGRAM_API_BASE": ["secret.example", "ftp://x", "https://"],
    "FANFARE_PUBLIC_URL": ["secret.example", "//x"],
    "FANFARE_WEBHOOK": ["perhaps", "2"],
    "OPENAI_BASE_URL": ["secret"],
    "FANFARE_MODEL": ["secret", ":x", "openai:"],
    "REDIS_URL": ["localhost:6379/secret", "http://secret"],
    "FANFARE_PORT": ["secret", "-1", "65536", "80.5"],
    "FANFARE_REQUEST_TIMEOUT": ["0", "-5", "nan", "inf", "301", "secret"],
    "FANFARE_SETTLE_SECONDS": ["-1", "nan", "601"],
    "FANFARE_WORKERS": ["0", "513", "secret"],
    "FANFARE_DRAIN_SECONDS": ["-1", "601"],
    "FANFARE_PACE": ["secret"],
}


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, values in WRONG.items() for one in values])
def test_a_setting_that_is_wrong_gets_one_line_that_names_it_and_does_not_repeat_it(
    name: str, value: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        read({"FANFARE_PUBLIC_URL": "https://desk.example", name: value})
    told = str(caught.value)
    assert told.startswith(f"{name} ")
    assert told.endswith(".")
    assert "\n" not in told
    assert "secret" not in told


def test_nothing_has_to_be_set() -> None:
    found = read({})
    assert found.telegram_bot_token is None
    assert found.telegram_api_base == "https://api.telegram.org"
    assert (found.fanfare_host, found.fanfare_port) == ("127.0.0.1", 8080)
    assert found.database == "sqlite+aiosqlite:///data/fanfare.db"
    assert (found.fanfare_webhook, found.fanfare_pace, found.redis_url) == (False, "telegram", None)
    assert found.platforms == {}


def test_a_blank_setting_is_an_absent_one() -> None:
    """Mutation: a blank host would listen on every address of the machine."""
    names = [name.upper() for name in Settings.model_fields if name != "platforms"]
    for blank in ("", "  ", "\t"):
        assert read({**dict.fromkeys(names, blank), "X_CLIENT_ID": blank}) == read({})


def test_the_environments_other_words_are_none_of_ours() -> None:
    assert read({"PLATFORMS": "odd", "PATH": "/bin", "telegram_bot_token": "odd"}) == read({})


def test_what_is_set_is_used() -> None:
    found = read(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE": "http://127.0.0.1:8081/",
            "FANFARE_DATA_DIR": "/srv/desk",
            "FANFARE_PORT": "0",
            "FANFARE_WEBHOOK": "Yes",
            "FANFARE_PUBLIC_URL": "https://desk.example/",
        }
    )
    assert found.telegram_api_base == "http://127.0.0.1:8081"
    assert found.database == "sqlite+aiosqlite:////srv/desk/fanfare.db"
    assert (found.fanfare_port, found.fanfare_webhook) == (0, True)
    assert found.fanfare_public_url == "https://desk.example"
    assert found.for_platform("telegram") == {"api_base": "http://127.0.0.1:8081", "bot_token": TOKEN}


def test_a_webhook_needs_to_know_how_the_world_reaches_us() -> None:
    with pytest.raises(WrongSetting, match="FANFARE_PUBLIC_URL"):
        read({"FANFARE_WEBHOOK": "1"})


def test_every_network_finds_its_own_settings_and_no_others() -> None:
    found = read(
        {
            "MASTODON_CLIENT_ID": "id",
            "MASTODON_CLIENT_SECRET": " hush-hush ",
            "PRACTICE_API_BASE": "http://x/",
            "TELEGRAM_CLIENT_SECRET": "no",
        }
    )
    assert found.for_platform("mastodon") == {"client_id": "id", "client_secret": "hush-hush"}
    assert found.for_platform("practice") == {"api_base": "http://x"}
    assert found.for_platform("bluesky") == {}
    assert "client_secret" not in found.for_platform("telegram")


def test_nothing_secret_is_shown_with_the_settings() -> None:
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "OPENAI_API_KEY": "sk-hush-hush",
        "DATABASE_URL": "postgresql+asyncpg://me:hush-database@host/desk",
        "REDIS_URL": "redis://:hush-redis@host/0",
        "MASTODON_CLIENT_SECRET": "hush-mastodon",
    }
    found = read(given)
    hidden = {TOKEN, "sk-hush-hush", "hush-database", "hush-redis", "hush-mastodon"}
    assert set(found.secrets()) == hidden
    shown = repr(found) + str(found)
    assert [one for one in hidden if one in shown] == []


def test_settings_do_not_change_once_they_are_read(tmp_path: Path) -> None:
    from pydantic import ValidationError

    found: Any = read({})
    with pytest.raises(ValidationError):
        found.fanfare_data_dir = tmp_path
