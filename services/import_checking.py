"""Can this row become a post? Each is read, measured and placed; what keeps it from that is named by row and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from integrations.contract import Draft, Platform
from services.import_columns import Columns
from services.import_reading import Line
from services.lateness import MOST_MINUTES, Mode
from services.parting import in_parts, problems_of
from services.refusals import Refusal
from services.time_placing import note_on
from services.timing import Resolved, TooLate, resolve, zone_named
from services.vetting import clean
from storage.accounts import Account

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d?):(\d\d)(?::\d\d)?")
_LATE = re.compile(
    r"(?P<minutes>\d{1,5})?(?: ?m(?:in(?:ute)?s?)?\.?)?[ ,;/]*(?P<mode>ask|drop)?", re.IGNORECASE
)
_EXCEL_FAULTS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot become a post: the spreadsheet's row number, the column's own heading, one or two sentences."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row:,}, column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that fits: `at` is aware, `local` the naive time that was written, in `zone`; `notes` say what to know."""

    number: int
    text: str
    at: datetime
    local: datetime | None
    zone: str
    account_id: UUID
    comment: str = ""
    late_minutes: int | None = None
    late_mode: str | None = None
    notes: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The row as JSON; `from_data` gives it back."""
        return {
            "number": self.number,
            "text": self.text,
            "at": self.at.isoformat(),
            "local": None if self.local is None else self.local.isoformat(),
            "zone": self.zone,
            "account": str(self.account_id),
            "comment": self.comment,
            "late": [self.late_minutes, self.late_mode],
            "notes": [*self.notes],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Row:
        """The row that `as_data` wrote."""
        late_minutes, late_mode = data["late"]
        return cls(
            number=data["number"],
            text=data["text"],
            at=datetime.fromisoformat(data["at"]),
            local=None if data["local"] is None else datetime.fromisoformat(data["local"]),
            zone=data["zone"],
            account_id=UUID(data["account"]),
            comment=data["comment"],
            late_minutes=late_minutes,
            late_mode=late_mode,
            notes=tuple(data["notes"]),
        )

    def noted(self, *notes: str) -> Row:
        """The row with more to know about it."""
        return replace(self, notes=(*self.notes, *notes))


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are checked against: the person's present, his accounts (`usual` is taken where none is named)."""

    now: datetime
    zone: ZoneInfo
    language: str
    accounts: Sequence[Account]
    usual: Account | None
    platforms: Mapping[str, Platform]


@dataclass(slots=True)
class Checker:
    """Checks rows one after the other; `troubles` and `rows` grow. Neither waits nor asks anybody."""

    columns: Columns
    ground: Ground
    rows: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def check(self, lines: Iterable[Line]) -> None:
        """Reads these rows; each ends in `rows` or in `troubles`, there with everything that is the matter with it."""
        for line in lines:
            before = len(self.troubles)
            row = self._row(line)
            if row is not None and len(self.troubles) == before:
                self.rows.append(row)

    def _row(self, line: Line) -> Row | None:
        faulty = self._refuse_faults(line)
        text = clean(self.columns.cell(line, "text"))
        if not text and "text" not in faulty:
            self._trouble(line, "text", "It is empty. Write the words of the post.")
        comment = clean(self.columns.cell(line, "first_comment"))
        account = self._account(line)
        zone, found = self._when(line)
        late_minutes, late_mode = self._late(line)
        if account is not None and text:
            self._fit(line, account, text=text, comment=comment)
        if account is None or found is None:
            return None
        return Row(
            number=line.number,
            text=text,
            at=found.at,
            local=found.wall,
            zone=zone.key,
            account_id=account.id,
            comment=comment,
            late_minutes=late_minutes,
            late_mode=late_mode,
            notes=_worth_saying(found, self._said(line), zone),
        )

    def _trouble(self, line: Line, column: str, message: str) -> None:
        self.troubles.append(Trouble(line.number, self.columns.title(column), message))

    def _refuse_faults(self, line: Line) -> frozenset[str]:
        """The columns in which a formula of the spreadsheet went wrong."""
        found = [name for name in self.columns.places if self.columns.cell(line, name) in _EXCEL_FAULTS]
        for name in found:
            cell = self.columns.cell(line, name)
            self._trouble(
                line, name, f"The spreadsheet shows the error {cell}. Mend the formula, or write the value."
            )
        return frozenset(found)

    def _said(self, line: Line) -> str:
        """The words for the moment, from one column or from two."""
        cells = [self.columns.cell(line, name) for name in ("when", "date", "time")]
        return " ".join(one for one in cells if one)

    def _when(self, line: Line) -> tuple[ZoneInfo, Resolved | None]:
        zone = self._zone(line)
        said = self._said(line)
        if not said:
            self._trouble(line, "when", f"It is empty. {self._example()}")
        if not said or zone is None or said in _EXCEL_FAULTS:
            return zone or self.ground.zone, None
        try:
            return zone, resolve(said, now=self.ground.now, zone=zone, language=self.ground.language)
        except Refusal as refusal:
            step = "Choose a later one." if isinstance(refusal, TooLate) else self._example()
            self._trouble(line, "when", f"“{_short(said)}”: {refusal.message} {step}")
            return zone, None

    def _example(self) -> str:
        return f"Write it like {self.ground.now + timedelta(days=7):%Y-%m-%d} 09:00."

    def _zone(self, line: Line) -> ZoneInfo | None:
        """The zone that the row names, else the person's; None when the name means nothing."""
        named = self.columns.cell(line, "zone")
        if not named:
            return self.ground.zone
        try:
            return zone_named(named)
        except Refusal as refusal:
            self._trouble(line, "zone", f"“{_short(named)}”: {refusal}")
            return None

    def _account(self, line: Line) -> Account | None:
        named = self.columns.cell(line, "account")
        found = [self.ground.usual] if not named and self.ground.usual is not None else self._named(named)
        if len(found) == 1:
            if found[0].status == "active":
                return found[0]
            self._trouble(line, "account", f"{_called(found[0])} is paused. See /settings.")
            return None
        known = ", ".join(_called(one) for one in (found or self.ground.accounts)[:5])
        said = (
            f"“{_short(named)}” could be several accounts"
            if found
            else f"“{_short(named)}” is no account of yours"
        )
        said = said if named else "It is empty, and there is no account that you always publish on"
        self._trouble(line, "account", f"{said}. Name one of: {known}.")
        return None

    def _named(self, named: str) -> list[Account]:
        """The accounts with this @name, else with this title, else of this platform."""
        wanted = named.casefold().removeprefix("@")
        if not wanted:
            return []
        for names in (_handles, _titles, self._networks):
            if found := [one for one in self.ground.accounts if wanted in names(one)]:
                return found
        return []

    def _networks(self, account: Account) -> set[str]:
        platform = self.ground.platforms.get(account.platform)
        return {account.platform} if platform is None else {account.platform, platform.title.casefold()}

    def _fit(self, line: Line, account: Account, *, text: str, comment: str) -> None:
        platform = self.ground.platforms.get(account.platform)
        if platform is None:
            self._trouble(line, "account", f"{account.platform} is not set up on this installation.")
            return
        for problem in problems_of(platform, draft_of(account, text=text, comment=comment)):
            column = "first_comment" if comment and "comment" in problem.message.casefold() else "text"
            self._trouble(line, column, f"{problem.message} {problem.next_step}")

    def _late(self, line: Line) -> tuple[int | None, str | None]:
        said = self.columns.cell(line, "late")
        match = _LATE.fullmatch(said)
        if match is None or (match["minutes"] and int(match["minutes"]) > MOST_MINUTES):
            self._trouble(
                line,
                "late",
                f"“{_short(said)}” is no rule. Write the minutes that it may be late (0 to {MOST_MINUTES}), ask, or drop.",
            )
            return None, None
        mode = None if match["mode"] is None else Mode(match["mode"].casefold()).value
        return None if match["minutes"] is None else int(match["minutes"]), mode


def draft_of(account: Account, *, text: str, comment: str) -> Draft:
    """What the platform would be handed for a post without files; as `Drafting.draft_for` makes it."""
    whole = Draft(account=account.remote_id, text=text, facts={**account.facts, "handle": account.handle})
    return in_parts(whole, comment=comment)


def _worth_saying(found: Resolved, said: str, zone: ZoneInfo) -> tuple[str, ...]:
    """What was assumed about a moment; one in full digits assumes nothing, unless the clocks change right then."""
    if _ISO.fullmatch(said) is None:
        return found.notes
    note = note_on(found.at, zone, said=found.wall)
    return (note,) if note else ()


def _handles(account: Account) -> set[str]:
    return {(account.handle or account.remote_id).casefold(), account.remote_id.casefold()}


def _titles(account: Account) -> set[str]:
    return {account.name.casefold()}


def _called(account: Account) -> str:
    return f"@{account.handle}" if account.handle else account.name


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
