"""What importing the package may import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import boundkit

ALLOWED = {"boundkit", "click"}
"""Beside the standard library."""


def loaded(program: str) -> set[str]:
    """Top-level modules in a fresh interpreter after `program`."""
    listing = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    run = subprocess.run(
        [sys.executable, "-c", f"{program}\n{listing}"], capture_output=True, text=True, check=True
    )
    return set(run.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "program",
    [
        "import boundkit",
        "from boundkit.cli import main; main(['--version'])",
        "from boundkit.cli import main; main(['--help'])",
        "from boundkit.cli import main; main(['check', '--help'])",
    ],
)
def test_answering_at_once_imports_nothing_heavy(program: str) -> None:
    """Only the allow-list and what the bare interpreter has."""
    bare = loaded("pass")
    unwanted = loaded(program) - bare - ALLOWED - set(sys.stdlib_module_names)
    assert unwanted == set()


def test_the_public_names_are_listed() -> None:
    """`dir` shows them without loading them."""
    assert dir(boundkit) == sorted(boundkit.__all__)


def test_a_public_name_is_loaded_when_asked_for() -> None:
    """From the module that defines it."""
    from boundkit.report import Report
    from boundkit.verdicts import Verdict

    assert boundkit.Report is Report
    assert boundkit.Verdict is Verdict


def test_an_unknown_name_is_an_attribute_error() -> None:
    """With the name in the message."""
    with pytest.raises(AttributeError, match="`theorem_prover`"):
        boundkit.theorem_prover  # noqa: B018
