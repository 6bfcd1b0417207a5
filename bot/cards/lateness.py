"""How is a rule for late posts put, and chosen? For the whole team, or for one post that waits."""

from __future__ import annotations

from bot.cards.listing import in_rows
from bot.cards.origin import Plan
from bot.turn import Button, Face
from services.lateness import Mode, Policy
from storage.publications import Publication

MINUTES = {0: "Not at all", 5: "5 minutes", 15: "15 minutes", 60: "An hour", 240: "4 hours", 1440: "A day"}
"""How late a team may let its posts be, by the button."""

_MODES = {Mode.ASK: "ask", Mode.DROP: "let it go"}

_OWN = {
    "Never late: let it go": Policy(0, Mode.DROP),
    "Never late: always ask": Policy(0, Mode.ASK),
    "Up to an hour, then ask": Policy(60, Mode.ASK),
    "Up to an hour, then let it go": Policy(60, Mode.DROP),
}


def in_words(policy: Policy) -> str:
    """Such as "send up to 15 minutes late, then ask"; plain text without a full stop."""
    if policy.minutes == 0:
        return f"never send late, {_MODES[policy.mode]}"
    return f"send up to {_amount(policy.minutes)} late, then {_MODES[policy.mode]}"


def _amount(minutes: int) -> str:
    named = MINUTES.get(minutes, f"{minutes:,} minutes")
    return named if named[0].isdigit() else named[0].lower() + named[1:]


def minutes_face(policy: Policy) -> Face:
    """How late may a post be? For the whole team."""
    buttons = [
        Button(label, "late.mode", arguments={"minutes": minutes}) for minutes, label in MINUTES.items()
    ]
    text = (
        "**How late may a post still be sent by itself?**\n"
        "This is for when Fanfare was not running, or a network was down, at the moment of a post; "
        "up to a minute is never late. "
        f"Now: {in_words(policy)}."
    )
    return Face(text, [*in_rows(buttons, width=3), [Button("Back", "settings.open")]])


def mode_face(minutes: int) -> Face:
    """And what becomes of what is later than that?"""
    rest = "What is late" if minutes == 0 else f"What is more than {_amount(minutes)} late"
    buttons = [
        Button("Ask us", "late.keep", arguments={"minutes": minutes, "mode": Mode.ASK.value}),
        Button("Let it go", "late.keep", arguments={"minutes": minutes, "mode": Mode.DROP.value}),
    ]
    text = (
        f"**{rest}: what shall become of it?**\n"
        "“Ask us” lists it for the team and waits. “Let it go” cancels it; its words stay a draft."
    )
    return Face(text, [buttons, [Button("Back", "late.workspace")]])


def own_face(plan: Plan, publication: Publication, *, team: Policy) -> Face:
    """What becomes of this post if it is late?"""
    has_own = publication.late_minutes is not None or publication.late_mode is not None
    now = _own_policy(publication, team=team)
    text = (
        "**What if this post is late?**\n"
        f"The team's rule: {in_words(team)}. This post: {in_words(now) if has_own else 'as the team has it'}."
    )
    rows = [
        [plan.button("As the team has it", "late.own")],
        *(
            [plan.button(label, "late.own", minutes=one.minutes, mode=one.mode.value)]
            for label, one in _OWN.items()
        ),
        [plan.origin.back()],
    ]
    return Face(text, rows)


def _own_policy(publication: Publication, *, team: Policy) -> Policy:
    minutes = team.minutes if publication.late_minutes is None else publication.late_minutes
    return Policy(minutes, Mode(publication.late_mode or team.mode))
