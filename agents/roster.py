"""Which agents does a new workspace start with? The first one answers by default."""

from __future__ import annotations

from agents import analyst, editor, scout, writer
from services.joining import AgentSeed

SEEDS: tuple[AgentSeed, ...] = (writer.SEED, editor.SEED, analyst.SEED, scout.SEED)
