"""Does nothing burst and nothing old leave unasked after thirty days off? A few series; the bench runs five hundred."""

from __future__ import annotations

from pathlib import Path

from bench.thirty_days import prove


async def test_after_thirty_days_each_series_sends_once_at_most_and_asks_about_what_is_old(
    tmp_path: Path,
) -> None:
    verdict = await prove(tmp_path, series=12, days=30, seed=3)
    assert verdict.faults == []
    assert verdict.facts["most_made_up_of_one"] == 1


async def test_the_proof_sees_a_burst(tmp_path: Path) -> None:
    verdict = await prove(tmp_path, series=4, days=30, seed=3, is_burst=True)
    assert any("made up for" in fault for fault in verdict.faults)
