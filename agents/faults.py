"""How can a run go wrong by the model's doing?

    CallDifferently   a tool was asked for something that it cannot do; the model is told what to change
    Unusable          the model was told once what was wrong and did it again, or cannot be told; the run is over

A `Refusal` raised in a tool also ends the run, in the service's own words. Everything else that is raised is either
the model's wire (see `mishaps`) or a fault of ours.
"""

from __future__ import annotations

from services.vetting import Fault


class CallDifferently(Exception):
    """A tool declines a call; `told_model` says what to change, and nothing was done."""

    def __init__(self, code: str, told_model: str) -> None:
        super().__init__(told_model)
        self.fault = Fault(code, told_model)


class Unusable(Exception):
    """What the model returned cannot be used; `fault.code` says why, for the table in `mishaps`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault
