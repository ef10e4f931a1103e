"""What an attack found, as plain records, and the fixed wording of a pass."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boundkit.errors import Diagnostic
from boundkit.kernel.witness import Finding

ALPHA = 1e-6
"""One minus the confidence of the mass that a pass bounds."""


@dataclass(frozen=True)
class LinkReport:
    """What was seen of one link. samples: accepted instances; passes: of them, those where it holds by
    more than rounding can explain, or exactly; rounding: those equal to within rounding; violations: those
    that fail by more, in doubles; undefined: a NaN or infinite side; undecided: those that sampling of laws
    that are not finite leaves open. smallest_gap is
    relative; smallest_at its coordinates by label. The ratio is left/right where the right side is positive,
    NaN when it never was."""

    label: str
    link: int
    samples: int = 0
    passes: int = 0
    rounding: int = 0
    violations: int = 0
    undefined: int = 0
    undecided: int = 0
    smallest_gap: float = math.nan
    smallest_sizes: Mapping[str, int] = field(default_factory=dict)
    smallest_at: Mapping[str, float] = field(default_factory=dict)
    ratio_median: float = math.nan
    ratio_worst: float = math.nan
    rechecked: int = 0
    reason: str = ""


@dataclass(frozen=True)
class StatementReport:
    """The outcome for a step or claim: `violated` (exact; witness is the instance, finding the exact
    check), `undefined` (at an exact instance where all hypotheses hold), `suspect` (a large violation in
    doubles that could not be checked exactly, or one that sampling confirmed), `tested`,
    `undecided` (violations in doubles, none confirmed, or no pass beyond rounding), `untested`. text is one
    line for the report; values are those of the witness, short, by name. scope: what a pass of this
    statement is subject to, besides the scope of the attack."""

    label: str
    kind: str
    outcome: str
    text: str
    links: tuple[LinkReport, ...]
    finding: Finding | None = None
    witness: Mapping[str, Any] | None = None
    values: tuple[tuple[str, str], ...] = ()
    scope: str = ""


@dataclass(frozen=True)
class HypothesisReport:
    """How the model accounts for a hypothesis, and on how many of the sampled instances it held: `guaranteed`
    (it holds whatever is drawn, or a family promises it), `solved` (a draw is made from it, or from a family
    of solutions; it is evaluated at every instance all the same) or `filtered` (instances at which it does
    not hold are not counted)."""

    label: str
    how: str
    satisfied: int
    seen: int


@dataclass(frozen=True)
class AttackReport:
    """All that an attack found. source: the model as printed; scope: sizes that were reached;
    diagnostics: what stopped it, if anything; families: the user-defined ones
    whose word a hypothesis was taken on."""

    theorem: str
    model: str
    synthesised: bool
    source: str
    seed: int
    samples: int
    scope: str
    statements: tuple[StatementReport, ...]
    hypotheses: tuple[HypothesisReport, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    families: tuple[str, ...] = ()

    @property
    def by_label(self) -> Mapping[str, StatementReport]:
        """Statements by label."""
        return {statement.label: statement for statement in self.statements}


def pass_text(passes: int, model: str, scope: str) -> str:
    """The fixed wording for a statement that no sample violates: with confidence 1 - ALPHA the mass of
    violating instances is at most 1 - ALPHA^(1/passes), in the scope that was reached."""
    exponent = round(math.log10(passes))
    count = f"10^{exponent}" if passes == 10**exponent else str(passes)
    mass = -math.expm1(math.log(ALPHA) / passes)
    where = f" ({scope})" if scope else ""
    return (
        f"no violation in N = {count} instances of model {model}{where}; with confidence 1-1e-6 violating "
        f"instances have mass <= {_rounded_up(mass)} under that model"
    )


def _rounded_up(value: float) -> str:
    """Two significant digits, not below the value."""
    exponent = math.floor(math.log10(value))
    digits = math.ceil(value / 10.0 ** (exponent - 1))
    return f"{digits * 10.0 ** (exponent - 1):.1e}"
