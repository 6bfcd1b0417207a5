"""What goes wrong on purpose? A seeded plan of faults, asked once per call."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json

KINDS = frozenset({
    "accept_and_drop", "accept_late", "error_before", "error_after", "flood", "slow", "reset",
    "duplicate_updates", "reorder_updates",
})  # fmt: skip
ON_UPDATES = frozenset({"duplicate_updates", "reorder_updates"})
FIELDS = {"methods", "chat_id", "share", "fault", "seconds", "status", "times"}


@dataclass
class Rule:
    """One line of the plan: on which calls, with which probability, what happens.

    `methods` None means all (for the two update faults: getUpdates and webhook); `times` limits how often it
    strikes; `seconds` is for accept_late, slow and flood; `status` for the two errors.
    """

    fault: str
    random: Random
    methods: frozenset[str] | None = None
    chat_id: int | str | None = None
    share: float = 1.0
    seconds: float = 1.0
    status: int = 502
    times: int | None = None
    struck: int = 0

    def strikes(self, method: str, chat_id: Json) -> bool:
        """Is this call one that the rule spoils? Draws from the seeded dice only when the rule applies."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.methods is not None and method not in self.methods:
            return False
        if self.chat_id is not None and str(chat_id) != str(self.chat_id):
            return False
        if self.random.random() >= self.share:
            return False
        self.struck += 1
        return True


@dataclass
class Faults:
    """The plan in force. Only the admin door changes it; a restart clears it."""

    seed: int = 0
    rules: list[Rule] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def plan(self, plan: Doc) -> None:
        """Replace the plan: `{"seed": 1, "rules": [{"fault": ..., ...}]}`."""
        seed = int(plan.get("seed", self.seed))
        self.rules = [_rule(seed, number, rule) for number, rule in enumerate(plan.get("rules", []))]
        self.struck.clear()

    def clear(self) -> None:
        """No more faults."""
        self.rules = []

    def pick(self, method: str, chat_id: Json) -> Rule | None:
        """The first rule that strikes this call, or None."""
        return self._first(method, chat_id, on_updates=False)

    def pick_for_updates(self, method: str) -> Rule | None:
        """The rule that spoils the updates which this call (getUpdates or webhook) hands out, or None."""
        return self._first(method, None, on_updates=True)

    def _first(self, method: str, chat_id: Json, *, on_updates: bool) -> Rule | None:
        for rule in self.rules:
            if (rule.fault in ON_UPDATES) == on_updates and rule.strikes(method, chat_id):
                self.struck[rule.fault] += 1
                return rule
        return None

    def report(self) -> Doc:
        """The plan and how often each rule struck."""
        rules = [
            {
                "fault": rule.fault,
                "methods": sorted(rule.methods) if rule.methods is not None else None,
                "chat_id": rule.chat_id,
                "share": rule.share,
                "seconds": rule.seconds,
                "status": rule.status,
                "times": rule.times,
                "struck": rule.struck,
            }
            for rule in self.rules
        ]
        return {"rules": rules, "struck": dict(self.struck)}


def _rule(seed: int, number: int, given: Doc) -> Rule:
    if given.get("fault") not in KINDS:
        raise bad_request(f"unknown fault {given.get('fault')!r}; one of {', '.join(sorted(KINDS))}")
    if strangers := set(given) - FIELDS:
        raise bad_request(f"a rule has no field {min(strangers)}")
    fields = {key: value for key, value in given.items() if value is not None}
    if "methods" in fields:
        fields["methods"] = frozenset(fields["methods"])
    return Rule(random=Random(f"{seed}/{number}"), **fields)
