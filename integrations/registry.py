"""Which platforms are there? Every module of this folder that holds one; a new network is one new file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from pathlib import Path

from integrations.contract import Platform

_NOT_PLATFORMS = frozenset({"contract", "egress", "headers", "registry", "wire"})


class OddPlatform(TypeError):
    """A file in this folder does not hold exactly one platform whose slug is the file's name."""


def discover() -> Mapping[str, type[Platform]]:
    """Every platform class by its slug, in alphabetical order; raises `OddPlatform`."""
    names = sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return {name: _only_platform_in(name) for name in names if name not in _NOT_PLATFORMS}


def _only_platform_in(name: str) -> type[Platform]:
    module = importlib.import_module(f"integrations.{name}")
    found = [
        one
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Platform) and one.__module__ == module.__name__
    ]
    if len(found) != 1 or found[0].slug != name:
        raise OddPlatform(f"integrations/{name}.py has to hold one platform with the slug {name!r}")
    return found[0]
