"""boundkit: check the proofs of bounds.

`check(paths, options)`, `prove(goal, given, let, options)`, `load(path)`, `Report`, `Verdict`.
Importing the package is light: each name is loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boundkit.pipeline import check_paths as check
    from boundkit.pipeline import load
    from boundkit.pipeline import prove_goal as prove
    from boundkit.report import Report
    from boundkit.verdicts import Verdict

__version__ = "0.1.0"

__all__ = ["__version__", "check", "prove", "load", "Report", "Verdict"]

_HOME = {
    "check": ("boundkit.pipeline", "check_paths"),
    "prove": ("boundkit.pipeline", "prove_goal"),
    "load": ("boundkit.pipeline", "load"),
    "Report": ("boundkit.report", "Report"),
    "Verdict": ("boundkit.verdicts", "Verdict"),
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that defines it; AttributeError for any other."""
    if name not in _HOME:
        raise AttributeError(f"module `boundkit` has no attribute `{name}`")
    module, attribute = _HOME[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
