"""Are the parameters of a call what the Bot API describes? Turns what came over the wire into typed values."""

import json
import re
from dataclasses import dataclass

from sandbox.refusals import Refused, bad_request
from sandbox.shapes import Doc, Json

_NUMBER = re.compile("-?[0-9]{1,19}")
TRUE, FALSE = {"true", "1", "yes"}, {"false", "0", "no", ""}


class Misfit(Exception):
    """A value does not fit its description; the message says which and why."""


@dataclass(frozen=True)
class Description:
    """The Bot API as data (see `description.py`), and the check of calls against it.

    `strict` refuses parameter and field names that the description does not know: Telegram ignores most of
    them, but here they can only be a typo of the caller.
    """

    facts: Doc
    strict: bool = True

    def method(self, name: str) -> str | None:
        """The proper spelling of a method's name (Telegram does not mind case), or None."""
        if name in self.facts["methods"]:
            return name
        wanted = name.lower()
        return next((known for known in self.facts["methods"] if known.lower() == wanted), None)

    def check(self, method: str, raw: Doc, uploads: set[str]) -> Doc:
        """Typed parameters of a call; refuses with 400 what does not fit.

        `raw` holds strings (query, form) or JSON values; `uploads` names the files that came along.
        """
        fields = self.facts["methods"][method]
        names = set(raw) | {name for name in uploads if name in fields}
        if self.strict and (strangers := sorted(set(raw) - set(fields))):
            raise bad_request(f"method {method} has no parameter {strangers[0]} (strict sandbox)")
        typed: Doc = {}
        for name, facts in fields.items():
            if name in uploads:
                typed[name] = f"attach://{name}"
            elif name in names and raw[name] is not None and raw[name] != "":
                typed[name] = self._parameter(name, facts["type"], raw[name])
            elif facts["required"] and name in names and facts["type"] == "string":
                typed[name] = ""
            elif facts["required"]:
                raise self._missing(name)
        return typed

    @staticmethod
    def _missing(name: str) -> Refused:
        if name in {"text", "chat_id", "message_id", "user_id"}:
            words = {
                "text": "message text is empty",
                "chat_id": "chat_id is empty",
                "message_id": "message identifier is not specified",
                "user_id": "invalid user_id specified",
            }
            return bad_request(words[name])
        return bad_request(f"parameter {name} is required")

    def _parameter(self, name: str, spec: Json, value: Json) -> Json:
        try:
            if isinstance(value, str) and not _may_be_text(spec):
                value = _from_text(spec, value)
            return self.fit(spec, value, name)
        except Misfit as misfit:
            raise bad_request(str(misfit)) from misfit

    def fit(self, spec: Json, value: Json, path: str) -> Json:
        """A value in the shape that the description demands, or a `Misfit`."""
        if isinstance(spec, str):
            return self._scalar(spec, value, path) if spec[0].islower() else self._object(spec, value, path)
        if "const" in spec:
            if value != spec["const"]:
                raise Misfit(f"field {path} must be {spec['const']}")
            return value
        if "array" in spec:
            if not isinstance(value, list):
                raise Misfit(f"can't parse {path}: expected an Array")
            return [self.fit(spec["array"], item, f"{path}[{i}]") for i, item in enumerate(value)]
        return self._any(spec["any"], value, path)

    def _any(self, specs: list[Json], value: Json, path: str) -> Json:
        complaint = Misfit(f"can't parse {path}")
        for spec in specs:
            try:
                return self.fit(spec, value, path)
            except Misfit as misfit:
                if not isinstance(value, dict) or not self._is_other_kind(spec, value):
                    complaint = misfit
        raise complaint

    def _is_other_kind(self, spec: Json, value: Doc) -> bool:
        """Does the object say by its constant or required fields that it is another of the alternatives?"""
        fields = self.facts["types"].get(spec, {}) if isinstance(spec, str) else {}
        for name, facts in fields.items():
            wanted = facts["type"]["const"] if _is_const(facts["type"]) else None
            if (wanted is not None and value.get(name) != wanted) or (
                facts["required"] and name not in value
            ):
                return True
        return not fields

    @staticmethod
    def _scalar(spec: str, value: Json, path: str) -> Json:
        if spec == "anything":
            return value
        if spec == "string" and isinstance(value, str):
            return _utf8(value, path)
        if spec == "boolean" and isinstance(value, bool):
            return value
        if spec == "integer" and isinstance(value, str) and _NUMBER.fullmatch(value):
            value = int(value)
        if spec == "integer" and isinstance(value, int) and not isinstance(value, bool):
            if abs(value) < 2**63:
                return value
        elif spec == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        raise Misfit(f'can\'t parse {path}: Field "{path}" must be of type {spec.capitalize()}')

    def _object(self, name: str, value: Json, path: str) -> Doc:
        if not isinstance(value, dict):
            raise Misfit(f"can't parse {path}: expected an Object")
        fields = self.facts["types"][name]
        if self.strict and (strangers := sorted(set(value) - set(fields))):
            raise Misfit(f"{name} has no field {strangers[0]} (strict sandbox)")
        typed: Doc = {}
        for key, facts in fields.items():
            if value.get(key) is not None:
                typed[key] = self.fit(facts["type"], value[key], key)
            elif facts["required"] or _is_const(facts["type"]):
                raise Misfit(f"can't parse {path}: Can't find field \"{key}\"")
        return typed


def _is_const(spec: Json) -> bool:
    return isinstance(spec, dict) and "const" in spec


def _may_be_text(spec: Json) -> bool:
    options = spec["any"] if isinstance(spec, dict) and "any" in spec else [spec]
    return any(option in {"string", "file"} for option in options if isinstance(option, str))


def _from_text(spec: Json, text: str) -> Json:
    """Forms and queries carry everything as text; objects and arrays as JSON in it."""
    if spec == "boolean":
        word = text.strip().lower()
        if word in TRUE | FALSE:
            return word in TRUE
        raise Misfit("can't parse a Boolean")
    if spec == "integer":
        return text
    if spec == "number":
        try:
            return float(text)
        except ValueError as error:
            raise Misfit("can't parse a Float") from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Misfit("can't parse JSON object") from error


def _utf8(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Misfit(f"{path}: strings must be encoded in UTF-8") from error
    return text
