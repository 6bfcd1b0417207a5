"""What does the Bot API look like, as data? Rewrites `bot_api.json` from aiogram's published models.

Only facts are kept: names of methods, their parameters, types and which are required. aiogram (MIT) is a
development tool; the sandbox itself reads only the file. Run `python -m sandbox.description` to renew it.
"""

import json
import types
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from sandbox.shapes import Doc, Json

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

FILE = Path(__file__).with_name("bot_api.json")
SCALARS = {"int": "integer", "str": "string", "bool": "boolean", "float": "number", "InputFile": "file"}
SCALARS |= {"datetime": "integer", "timedelta": "integer"}


class _Reader:
    """Collects the types that parameters mention while it spells them."""

    def __init__(self) -> None:
        self.types: Doc = {}

    def spell(self, annotation: Any) -> Json:  # noqa: ANN401, PLR0911 - annotations have no type; one case each
        """One annotation as data: a scalar's name, a type's name, {"array": …}, {"any": […]}, {"const": …}."""
        origin = get_origin(annotation)
        if origin in {Union, types.UnionType}:
            return self._any(get_args(annotation))
        if origin is Annotated:
            return self.spell(get_args(annotation)[0])
        if origin is list:
            return {"array": self.spell(get_args(annotation)[0])}
        if origin is Literal:
            value = get_args(annotation)[0]
            return {"const": value.value if isinstance(value, Enum) else value}
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return "string"
        if hasattr(annotation, "__value__"):
            return "anything"  # RichText contains itself, and the sandbox sends no rich messages
        name = str(annotation.__name__)
        if name in SCALARS:
            return SCALARS[name]
        self._describe(name, annotation)
        return name

    def _any(self, members: Iterable[Any]) -> Json:
        spelt: list[Json] = []
        for member in members:
            if member is type(None) or getattr(member, "__name__", "") == "Default":
                continue
            word = self.spell(member)
            if word not in spelt:
                spelt.append(word)
        return spelt[0] if len(spelt) == 1 else {"any": spelt}

    def _describe(self, name: str, model: "type[BaseModel]") -> None:
        if name not in self.types:
            self.types[name] = {}
            self.types[name] = self.fields(model.model_fields)

    def fields(self, model_fields: "dict[str, FieldInfo]") -> Doc:
        """The fields of a method or type; deprecated ones are no longer part of the Bot API."""
        found: Doc = {}
        for name, field in model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get("deprecated"):
                continue
            found[field.alias or name] = {
                "type": self.spell(field.annotation),
                "required": field.is_required(),
            }
        return found


def describe() -> Doc:
    """The whole description, made afresh from the installed aiogram."""
    import aiogram
    from aiogram import methods

    reader = _Reader()
    found: Doc = {}
    for name in sorted(methods.__all__):
        model = getattr(methods, name)
        if name not in {"TelegramMethod", "Request", "Response"} and hasattr(model, "__api_method__"):
            found[model.__api_method__] = reader.fields(model.model_fields)
    return {
        "about": "Names, types and necessity of the parameters of Telegram's Bot API; facts only.",
        "version": aiogram.__api_version__,
        "source": f"derived from the models of aiogram {aiogram.__version__}",
        "licence": "MIT (aiogram)",
        "methods": found,
        "types": dict(sorted(reader.types.items())),
    }


def written(description: Doc) -> str:
    """The description as the file holds it: one method or type per line."""
    head = {key: value for key, value in description.items() if key not in {"methods", "types"}}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for part in ("methods", "types"):
        rows = (f"{json.dumps(name)}: {json.dumps(what)}" for name, what in description[part].items())
        lines.append(f'"{part}": {{\n' + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load() -> Doc:
    """The description from the file."""
    found: Doc = json.loads(FILE.read_text("utf-8"))
    return found


if __name__ == "__main__":
    FILE.write_text(written(describe()), "utf-8")
