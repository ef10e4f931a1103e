"""Bounds of terms that hold whatever a theorem says: from types and declared ranges alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.terms import Apply, Bind, Name, Number, Term, canonical, substitute
from boundkit.ir.theorems import Theorem


@dataclass(frozen=True)
class Extent:
    """Constant bounds of a term; None for none."""

    low: Fraction | None
    high: Fraction | None


def extent(term: Term, theorem: Theorem) -> Extent:
    """Constant bounds by interval propagation from types and ranges, definitions unfolded."""
    nothing = Extent(None, None)
    if isinstance(term, Number):
        return Extent(term.value, term.value)
    if isinstance(term, Name):
        definition = theorem.definition.get(term.text)
        if definition is not None and definition.style == "constant" and not definition.recursive:
            return extent(definition.clauses[0].body, theorem)
        return _declared(term.text, theorem)
    if isinstance(term, Bind):
        if term.head == "expectation":
            return extent(term.body, theorem)
        if term.head == "probability":
            return Extent(Fraction(0), Fraction(1))
        if term.head in ("max", "min", "sup", "inf", "avg"):
            return extent(term.body, theorem)
        return nothing
    if not isinstance(term, Apply):
        return nothing
    head, args = term.head, term.args
    if head == "call" and isinstance(args[0], Name):
        definition = theorem.definition.get(args[0].text)
        if definition is not None and not definition.recursive:
            clause = definition.clauses[0]
            values = dict(zip((p.text for p in clause.parameters), args[1:], strict=False))
            return extent(substitute(clause.body, values), theorem)
        return _declared(args[0].text, theorem)
    if head == "*" and len(args) == 2:
        mean = _mean(args[0], args[1], theorem)
        if mean is not None:
            return mean
    if head in ("expectation",):
        return extent(args[0], theorem)
    if head in ("probability", "TV"):
        return Extent(Fraction(0), Fraction(1))
    parts = [extent(arg, theorem) for arg in args]
    if head == "abs" and parts:
        (own,) = parts
        if own.low is None or own.high is None:
            return Extent(Fraction(0), None)
        return Extent(Fraction(0), max(abs(own.low), abs(own.high)))
    if head == "-" and len(parts) == 2:
        a, b = parts
        return Extent(
            None if a.low is None or b.high is None else a.low - b.high,
            None if a.high is None or b.low is None else a.high - b.low,
        )
    if head == "+" and len(parts) == 2:
        a, b = parts
        return Extent(
            None if a.low is None or b.low is None else a.low + b.low,
            None if a.high is None or b.high is None else a.high + b.high,
        )
    if head == "neg":
        (own,) = parts
        return Extent(None if own.high is None else -own.high, None if own.low is None else -own.low)
    if head in ("max", "min") and all(p.low is not None and p.high is not None for p in parts):
        choose = max if head == "max" else min
        return Extent(choose(p.low for p in parts), choose(p.high for p in parts))  # type: ignore[type-var]
    return nothing


def _mean(
    weight: Term,
    total: Term,
    theorem: Theorem,
) -> Extent | None:
    """`(1/n) * sum_{i=1..n} e` lies between the bounds of e."""
    match weight, total:
        case Apply("/", (Number(one), count)), Bind("sum", _, Apply("range", (Number(first), last)), body):
            if one == 1 and first == 1 and canonical(count) == canonical(last):
                return extent(body, theorem)
    return None


def _declared(name: str, theorem: Theorem) -> Extent:
    """The interval that `name.range` gives a number or the values of a function."""
    hypothesis = theorem.hypothesis.get(f"{name}.range")
    if hypothesis is None:
        return Extent(None, None)
    core = hypothesis.formula
    while isinstance(core, Bind) and core.head == "forall":
        core = core.body
    if isinstance(core, Apply) and core.head == "in" and isinstance(core.args[1], Apply):
        domain = core.args[1]
        if domain.head in ("closed", "open", "left_open", "right_open"):
            low, high = (arg.value if isinstance(arg, Number) else None for arg in domain.args)
            return Extent(low, high)
    return Extent(None, None)
