"""Finds what is on a shelf: a module there defines one entry, named as its file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def shelf(package: str) -> dict[str, Any]:
    """The entries of `boundkit.PACKAGE` by name, in the order of their names.

    Raises LookupError when a module has no entry of its own name."""
    parent = import_module(f"boundkit.{package}")
    found: dict[str, Any] = {}
    for module in sorted(iter_modules(parent.__path__), key=lambda info: info.name):
        name = module.name
        loaded = import_module(f"boundkit.{package}.{name}")
        if not hasattr(loaded, name):
            raise LookupError(f"boundkit/{package}/{name}.py defines no {name}")
        found[name] = getattr(loaded, name)
    return found
