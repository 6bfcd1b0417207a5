"""What does an unfinished tool call say so far? One text argument is read out of JSON while it is still being written."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r'[^"\\]+')
_SHORT: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "/": "/", "\\": "\\", '"': '"'}
_HEX_DIGITS: Final = 4


class GrowingArgument:
    """The value of the string argument `name` of a JSON object whose pieces are fed in order.

    Each piece is looked at once, so a long text costs no more than its length. Only a key of the outermost object
    counts. JSON that is broken yields what could be read of it and is judged elsewhere.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._pieces: list[str] = []
        self._depth = 0
        self._in_text = False
        self._string: list[str] = []
        self._key = ""
        self._is_value = False
        self._rest = ""

    @property
    def text(self) -> str:
        """What is there of the value; a lone half of a surrogate pair is left out until its other half comes."""
        joined = "".join(self._pieces)
        return joined.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")

    def feed(self, piece: str) -> None:
        """Takes the next piece of JSON."""
        data, self._rest = self._rest + piece, ""
        at = 0
        while at < len(data):
            step = self._read_text(data, at) if self._in_text else self._read_mark(data[at])
            if step == 0:
                self._rest = data[at:]
                return
            at += step

    @property
    def _is_wanted(self) -> bool:
        return self._is_value and self._depth == 1 and self._key == self._name

    def _read_mark(self, mark: str) -> int:
        if mark == '"':
            self._in_text, self._string = True, []
        elif mark in "{[":
            self._depth += 1
            self._is_value = mark == "["
        elif mark in "}]":
            self._depth -= 1
        elif mark == ":":
            self._is_value = True
        elif mark == "," and self._depth == 1:
            self._is_value = False
        return 1

    def _read_text(self, data: str, at: int) -> int:
        """How many characters were used up; 0 when an escape is not complete yet."""
        if data[at] == '"':
            self._in_text = False
            if self._depth == 1 and not self._is_value:
                self._key = "".join(self._string)
            return 1
        if data[at] == "\\":
            return self._read_escape(data, at)
        plain = _PLAIN.match(data, at)
        found = plain[0] if plain else data[at]
        self._keep(found)
        return len(found)

    def _read_escape(self, data: str, at: int) -> int:
        kind = data[at + 1 : at + 2]
        if not kind:
            return 0
        if kind != "u":
            self._keep(_SHORT.get(kind, kind))
            return 2
        digits = data[at + 2 : at + 2 + _HEX_DIGITS]
        if len(digits) < _HEX_DIGITS:
            return 0
        try:
            self._keep(chr(int(digits, 16)))
        except ValueError:
            self._keep(digits)
        return 2 + _HEX_DIGITS

    def _keep(self, found: str) -> None:
        (self._pieces if self._is_wanted else self._string).append(found)
