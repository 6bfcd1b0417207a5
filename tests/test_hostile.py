"""Does any text whatever get a plain answer and leave nothing waiting? A sample; `python -m bench.hostile` runs 10,000."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bench.hostile import attempt
from bench.hostile_text import CORPUS, hostile


@pytest.mark.parametrize("seed", [1, 2])
async def test_hostile_texts_in_every_field_are_answered_plainly_and_nothing_waits(
    tmp_path: Path, sqlite: str, seed: int
) -> None:
    trial = await attempt(tmp_path, count=320, seed=seed, extra=CORPUS, database=sqlite)
    assert trial.wrong == []
    assert trial.answered > 250


def test_the_texts_of_a_seed_are_always_the_same() -> None:
    def some() -> list[str]:
        random = Random(7)
        return [hostile(random) for _ in range(50)]

    assert some() == some()
    assert any("\x00" in text or "\ud83d" in text for text in some())
