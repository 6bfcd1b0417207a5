from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import integrations
from integrations.registry import OddPlatform, _only_platform_in, discover

GOOD = """
from integrations.contract import Certainty, Limits, Platform


class Elsewhere(Platform):
    slug = "elsewhere"
    title = "Elsewhere"
    documentation = "https://example.org/api"
    certainty = Certainty.LOOKUP
    limits = Limits(text=10, caption=10, attachments=0, unit="characters")
    kinds = frozenset()
"""


@pytest.fixture
def add(tmp_path: Path) -> Iterator[Callable[[str, str], None]]:
    """Puts a module beside the platforms for as long as a test runs."""
    names: list[str] = []

    def write(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        names.append(name)

    integrations.__path__.append(str(tmp_path))
    yield write
    integrations.__path__.remove(str(tmp_path))
    for name in names:
        sys.modules.pop(f"integrations.{name}", None)
        with contextlib.suppress(AttributeError):
            delattr(integrations, name)


def test_every_platform_is_found_by_the_name_of_its_file() -> None:
    found = discover()
    assert {"telegram", "practice"} <= set(found)
    assert [*found] == sorted(found)
    assert all(kind.slug == name == kind.__module__.split(".")[-1] for name, kind in found.items())


def test_contract_wire_and_registry_are_no_platforms() -> None:
    assert not {"contract", "egress", "headers", "registry", "wire"} & set(discover())


def test_one_new_file_is_one_new_platform(add: Callable[[str, str], None]) -> None:
    add("elsewhere", GOOD)
    assert _only_platform_in("elsewhere").title == "Elsewhere"


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.replace('slug = "elsewhere"', 'slug = "somewhere"'),
        GOOD + GOOD.replace("Elsewhere", "Another"),
        "from integrations.telegram import Telegram\n",
    ],
    ids=["none", "another name", "two", "only a borrowed one"],
)
def test_a_file_with_anything_but_its_own_platform_stops_the_start(
    add: Callable[[str, str], None], text: str
) -> None:
    add("elsewhere", text)
    with pytest.raises(OddPlatform, match=r"integrations/elsewhere\.py"):
        _only_platform_in("elsewhere")
