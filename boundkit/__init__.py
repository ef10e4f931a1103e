"""boundkit: check the proofs of bounds.

`check(path) -> Report`, `prove(goal, given=[...]) -> Verdict`, `derive(command, given=[...]) -> Derived`,
`load(path)`, `Report`, `Verdict`, `Derived`.
Importing the package is light: each name is loaded when it is first asked for. What they return shows itself
in a notebook (`notebook.py`)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boundkit.deriving import derive
    from boundkit.desk import Derived
    from boundkit.pipeline import check, load, prove
    from boundkit.report import Report
    from boundkit.verdicts import Verdict

__version__ = "0.1.0"

__all__ = ["__version__", "check", "prove", "derive", "load", "Report", "Verdict", "Derived"]

_HOME = {
    "check": ("boundkit.pipeline", "check"),
    "prove": ("boundkit.pipeline", "prove"),
    "derive": ("boundkit.deriving", "derive"),
    "Derived": ("boundkit.desk", "Derived"),
    "load": ("boundkit.pipeline", "load"),
    "Report": ("boundkit.report", "Report"),
    "Verdict": ("boundkit.verdicts", "Verdict"),
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that defines it; AttributeError for any other."""
    if name not in _HOME:
        raise AttributeError(f"module `boundkit` has no attribute `{name}`")
    module, attribute = _HOME[name]
    import_module("boundkit.notebook").install()
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
