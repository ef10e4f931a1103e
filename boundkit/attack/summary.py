"""From the totals of an attack to its report, in fixed words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from boundkit.attack import machine as m
from boundkit.attack.continuous import Sampled
from boundkit.attack.readable import readable
from boundkit.attack.reports import AttackReport, LinkReport, StatementReport, pass_text
from boundkit.attack.shrink import Confirmed
from boundkit.attack.small import NO_INSTANCE, Small
from boundkit.attack.structures import Check, Structure
from boundkit.errors import Diagnostic
from boundkit.instances import Coordinate
from boundkit.ir.theorems import Model, Statement, Theorem
from boundkit.kernel.witness import Finding

SUSPICIOUS = 1e-6


@dataclass
class Seen:
    """Running totals of one check. close: exact checks of instances within rounding of equality, of the grid
    and random; held: of the random ones, those that hold; sampled: what sampling of laws that are not finite
    found; undefined: an exact instance at which the statement is undefined; looked: exact checks for one."""

    counts: Any = field(default_factory=lambda: np.zeros(5, np.int64))
    gap: float = math.inf
    sizes: Mapping[str, int] = field(default_factory=dict)
    at: Mapping[str, float] = field(default_factory=dict)
    ratio: float = -math.inf
    histogram: Any = field(default_factory=lambda: np.zeros(m.BUCKETS, np.int64))
    rechecked: int = 0
    close: list[int] = field(default_factory=lambda: [0, 0])
    held: int = 0
    confirmed: Confirmed | None = None
    unconfirmed: tuple[float, Finding] | None = None
    laws: Mapping[str, Coordinate] = field(default_factory=dict)
    sampled: Sampled | Small | None = None
    undefined: Confirmed | None = None
    looked: int = 0


def stopped(
    theorem: Theorem, model: Model | None, checks: Sequence[Check], seed: int, diagnostic: Diagnostic
) -> AttackReport:
    """The report of an attack that could not be made."""
    links = [LinkReport(check.label, check.link, reason=diagnostic.message) for check in checks]
    statements = tuple(
        StatementReport(
            statement.label,
            statement.kind,
            "untested",
            diagnostic.message,
            tuple(link for link in links if link.label == statement.label),
        )
        for statement in theorem.statements
    )
    name = model.name if model is not None else "default"
    return AttackReport(theorem.name, name, model is None, "", seed, 0, "", statements, (), (diagnostic,))


def scope_text(structures: Sequence[Structure], drawn: int, left_out: int) -> str:
    """The sizes that were reached, and what was left out. The mass of a pass is given the sizes drawn."""
    reached: dict[str, int] = {}
    for structure in structures:
        for label, size in structure.sizes.items():
            reached[label] = max(reached.get(label, 0), size)
    parts = [f"{label} <= {size}" for label, size in reached.items() if "." not in label]
    if left_out:
        parts.append(f"{left_out} larger sizes left out")
    if reached and drawn:
        parts.append("given the one structure drawn" if drawn == 1 else f"given the {drawn} structures drawn")
    return ", ".join(parts)


def statement_report(
    theorem: Theorem,
    statement: Statement,
    links: Sequence[LinkReport],
    seen: Sequence[Seen],
    model: str,
    scope: str,
    families: Sequence[str],
    diagnostics: Sequence[Diagnostic],
) -> StatementReport:
    """The outcome of one statement from the totals of its links."""
    base = StatementReport(statement.label, statement.kind, "untested", "", tuple(links))
    confirmed = [one.confirmed for one in seen if one.confirmed is not None]
    if confirmed:
        best = min(confirmed, key=lambda found: sum(found.point.sizes.values()))
        values = readable(theorem, best.instance or {})
        where = ", ".join(f"{name} = {value}" for name, value in values)
        text = f"false (exact): {best.finding.comparison}" + (f" with {where}" if where else "")
        return replace(
            base, outcome="violated", text=text, finding=best.finding, witness=best.instance, values=values
        )
    nowhere = [one.undefined for one in seen if one.undefined is not None]
    if nowhere:
        found = min(nowhere, key=lambda found: sum(found.point.sizes.values()))
        values = readable(theorem, found.instance or {})
        where = ", ".join(f"{name} = {value}" for name, value in values)
        text = found.finding.reason.removeprefix("the statement: ")
        text = f"undefined at {where}: {text}" if where else f"undefined: {text}"
        return replace(
            base, outcome="undefined", text=text, finding=found.finding, witness=found.instance, values=values
        )
    if diagnostics:
        return replace(base, text=diagnostics[0].message)
    suspects = [one.unconfirmed for one in seen if one.unconfirmed is not None]
    large = [suspect for suspect in suspects if suspect[0] < -SUSPICIOUS]
    if large:
        gap, finding = min(large, key=lambda suspect: suspect[0])
        text = f"violated in doubles by {-gap:.3g} relative, not checked exactly: {finding.reason}"
        return replace(base, outcome="suspect", text=text, finding=finding)
    sampled = [one.sampled for one in seen if one.sampled is not None]
    for one in sampled:
        if one.suspect is not None:
            return replace(base, outcome="suspect", text=one.suspect.text, values=one.suspect.values)
    reasons = [link.reason for link in links if link.reason]
    if reasons:
        return replace(base, text=f"not sampled: {reasons[0]}")
    if not links or any(link.samples == 0 for link in links):
        return replace(base, text=NO_INSTANCE)
    passes = min(link.passes for link in links)
    undefined = max(link.undefined for link in links)
    undecided = max(link.undecided for link in links)
    violations = max(link.violations for link in links)
    rest = []
    if undefined:
        rest.append(f"{undefined} undefined")
    if undecided:
        why = next((one.reason for one in sampled if one.reason), "")
        count = f"{undecided} of {max(link.samples for link in links)} instances not decided"
        rest.append((why or count) if passes == 0 else f"{count}: {why}" if why else count)
    close = max(links, key=lambda link: link.rounding / link.samples)
    if close.rounding:
        rest.append(f"{_percentage(close.rounding, close.samples)} equal to within rounding, not counted")
    if families:
        rest.append(f"rests on what the family {' and '.join(families)} ensures, which is tested only")
    unconfirmed = sum(one.unconfirmed for one in sampled if isinstance(one, Sampled))
    if unconfirmed:
        rest.append(
            f"refuted at {unconfirmed} instances by one stream of draws, and not confirmed by a fresh one"
        )
    if violations or unconfirmed or passes == 0:
        checked = sum(link.rechecked for link in links)
        if violations:
            rest.append(f"{violations} violations in doubles, none of the {checked} checked exactly is one")
        return replace(base, outcome="undecided", text="; ".join(rest))
    further = "; ".join(dict.fromkeys(one.scope for one in sampled))
    own = not any(isinstance(one, Small) for one in sampled)
    within = ", ".join(part for part in (scope if own else "", further) if part)
    text = "; ".join([pass_text(passes, model, within), *rest])
    return replace(base, outcome="tested", text=text, scope=further)


def link_report(check: Check, seen: Seen, reason: str) -> LinkReport:
    """The totals of one link."""
    if seen.sampled is not None:
        one = seen.sampled
        return LinkReport(
            check.label,
            check.link,
            one.held + one.undecided,
            one.held,
            undecided=one.undecided,
            reason=one.unsampled,
        )
    counts = [int(count) for count in seen.counts]
    return LinkReport(
        check.label,
        check.link,
        counts[m.ACCEPTED],
        counts[m.PASSED] + seen.held,
        counts[m.ROUNDING] - seen.held,
        counts[m.VIOLATED],
        counts[m.UNDEFINED],
        0,
        seen.gap if math.isfinite(seen.gap) else math.nan,
        seen.sizes,
        seen.at,
        median(seen.histogram),
        seen.ratio if math.isfinite(seen.ratio) else math.nan,
        seen.rechecked,
        reason,
    )


def median(histogram: Any) -> float:
    """The median of a histogram with 8 buckets to the octave, NaN when it is empty."""
    total = int(histogram.sum())
    if not total:
        return math.nan
    bucket = int(np.searchsorted(np.cumsum(histogram), (total + 1) // 2))
    octave, eighth = divmod(bucket, 8)
    return float(2.0 ** (octave - 32) * (1 + (eighth + 0.5) / 8))


def _percentage(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{share:.0f}%" if share >= 1 else "fewer than 1%"
