"""Where a bound says something: thresholds in one whole number, and maps over two numbers, with all others at
values of reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from boundkit.attack.models import Plan
from boundkit.extents import extent
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, relation, substitute
from boundkit.ir.theorems import Theorem
from boundkit.kernel.cover import Range, Rejected, check_cover
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.judge import as_real
from boundkit.measured import Map, Region, Values
from boundkit.plain import is_scalar, plain
from boundkit.provers.boxes import prove as prove_box
from boundkit.trivial_bounds import as_ball, core_of, value_of

LARGEST = 10**15
"""The largest threshold that is sought."""
WIDE, HIGH = 24, 14
"""Columns and rows of a map."""
USUAL = {"delta": Fraction(1, 20), "eps": Fraction(1, 10), "epsilon": Fraction(1, 10)}
"""Values of reference that readers expect, where the ranges allow them."""


def regions(theorem: Theorem) -> tuple[tuple[Region, ...], tuple[Map, ...]]:
    """Thresholds in each whole number on which a claim's right side depends, and a map for each claim where
    two numbers decide. Of the right side, what is no number is put at its least value, so a bound may say
    less than is said here, never more."""
    plan = Plan(theorem, None)
    values = _reference(plan)
    reals = {name: number(v) for name, v in values.items() if theorem.declaration[name].name.sort == REAL}
    ranges = (replace(h, formula=substitute(h.formula, reals)) for h in theorem.hypotheses)
    settled = replace(theorem, hypotheses=tuple(ranges))
    found: list[Region] = []
    maps: list[Map] = []
    for statement in theorem.statements:
        if statement.kind != "claim":
            continue
        inner, _ = core_of(statement.formula)
        _, high = extent(inner.args[0], settled).ends if inner is not None else (None, None)
        curve = _numbers_alone(inner.args[1], settled) if inner is not None else None
        if high is None or curve is None or not curve.free:
            continue
        reference = {name: values[name] for name in sorted(curve.free)}
        own = [
            region
            for name in sorted(curve.free)
            if theorem.declaration[name].name.sort == NAT
            and (region := _region(statement.label, curve, name, reference, high, plan)) is not None
        ]
        found.extend(own)
        maps.extend(_maps(statement.label, curve, own, reference, high, plan))
    return tuple(found), tuple(maps)


def _numbers_alone(term: Term, theorem: Theorem) -> Term | None:
    """The term with constant definitions unfolded and summands that are no terms in declared numbers at their
    least value; None where one of them has none."""
    if isinstance(term, Apply) and term.head == "+":
        parts = [_summand(arg, theorem) for arg in term.args]
        known = tuple(part for part in parts if part is not None)
        return Apply("+", known, REAL) if len(known) == len(parts) else None
    if isinstance(term, Name) and term.text in theorem.definition:
        definition = theorem.definition[term.text]
        if definition.style == "constant" and not definition.recursive:
            return _numbers_alone(definition.clauses[0].body, theorem)
    unfolded = _unfolded(term, theorem)
    declared = {d.name.text for d in theorem.declarations if d.kind == "let"}
    if is_scalar(unfolded) and unfolded.free <= declared:
        return unfolded
    low = extent(term, theorem).ends[0]
    return None if low is None else number(low)


def _summand(term: Term, theorem: Theorem) -> Term | None:
    """The same for a summand; one that is a declared number, such as an empirical risk, is at its least
    value too."""
    low = extent(term, theorem).ends[0] if isinstance(term, Name) and term.sort == REAL else None
    return number(low) if low is not None else _numbers_alone(term, theorem)


def _unfolded(term: Term, theorem: Theorem) -> Term:
    values = {
        name: definition.clauses[0].body
        for name, definition in theorem.definition.items()
        if definition.style == "constant" and not definition.recursive
    }
    for _ in range(len(values)):
        if not term.free & set(values):
            break
        term = substitute(term, values)
    return term


def _reference(plan: Plan) -> dict[str, Fraction]:
    """A value for each declared number within its range: what a hypothesis fixes it to, a usual one, the
    middle of its range, 10 for a whole number, or 1."""
    found: dict[str, Fraction] = {}
    for name, declaration in plan.theorem.declaration.items():
        if declaration.kind != "let" or declaration.name.sort not in (NAT, INT, REAL):
            continue
        bounds = plan.bounds(name)
        if bounds.equal is not None and (fixed := _rational(bounds.equal)) is not None:
            found[name] = fixed
            continue
        low = _rational(bounds.lower) if bounds.lower is not None else None
        high = _rational(bounds.upper) if bounds.upper is not None else None
        whole = plan.theorem.declaration[name].name.sort in (NAT, INT)
        value = Fraction(10) if whole else USUAL.get(name, Fraction(1))
        inside = (low is None or value > low) and (high is None or value < high)
        if not inside and low is not None and high is not None:
            value = (low + high) / 2
        elif not inside:
            value = low + 1 if low is not None else (high or Fraction(0)) - 1
        found[name] = Fraction(ceil(value)) if whole else value
    return found


def _rational(term: Term) -> Fraction | None:
    if isinstance(term, Number):
        return term.value
    found = value_of(term)
    if found is None:
        return None
    middle = Fraction(float(found.mid()))
    return middle.limit_denominator(10**6)


def _region(
    claim: str, curve: Term, name: str, reference: Mapping[str, Fraction], high: Fraction, plan: Plan
) -> Region | None:
    """The threshold in one whole number; None where the bound has no value or the others exclude it."""
    if plan.bounds(name).equal is not None:
        return None
    others = {text: number(value) for text, value in reference.items() if text != name}
    at: Values = tuple((text, str(reference[text])) for text in sorted(others))
    line = substitute(curve, others)
    first = _first(name, others, plan)

    def below(place: int) -> bool | None:
        inside = value_of(substitute(line, {name: number(place)}))
        if inside is None:
            return None
        return True if inside < as_ball(high) else False if inside >= as_ball(high) else None

    falls = _falls(line, name, first)
    start, stop = first, first
    while below(stop) is not True:
        if stop > LARGEST:
            value = below(first)
            return Region(claim, name, None, at, str(high), True) if falls and value is not None else None
        start, stop = stop, 2 * stop
    threshold = _bisected(below, start, stop)
    if threshold is None or not _allowed({**others, name: number(threshold)}, plan):
        return None
    return Region(claim, name, threshold, at, str(high), falls)


def _bisected(below: Callable[[int], bool | None], low: int, high: int) -> int | None:
    """The first place from `low` on where the bound is below, which it is at `high`; None where a comparison
    is too close to decide."""
    if below(low) is True:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        answer = below(middle)
        if answer is None:
            return None
        low, high = (low, middle) if answer else (middle, high)
    return high if below(low) is False else None


def _first(name: str, others: Mapping[str, Term], plan: Plan) -> int:
    """The least value of a whole number."""
    least = Fraction(1)
    for hypothesis in plan.theorem.hypotheses:
        match hypothesis.formula:
            case Apply("<=", (lower, Name(text))) if text == name:
                found = _rational(substitute(lower, others))
                least = max(least, found or least)
    bound = plan.bounds(name).lower
    found = _rational(substitute(bound, others)) if bound is not None else None
    return ceil(max(least, found or least))


def _falls(line: Term, name: str, first: int) -> bool:
    """Whether the kernel accepts a proof that a term in one number does not increase from `first` on."""
    curve = as_real(line, {name: NAT})
    try:
        claim = relation("<=", derivative(curve, name), number(0))
        domain = {name: Range(Fraction(max(first, 1)), None)}
        step = prove_box(claim, domain)
        if step is None:
            return False
        check_cover(claim, domain, step)
    except (NotDifferentiable, Rejected):
        return False
    return True


def _allowed(values: Mapping[str, Term], plan: Plan) -> bool:
    """Whether no hypothesis about these numbers alone is false there."""
    for hypothesis in plan.theorem.hypotheses:
        fact = plain(hypothesis.formula)
        if fact is None or not isinstance(fact, Apply) or not fact.free <= set(values):
            continue
        for part in fact.args if fact.head == "and" else (fact,):
            closed = substitute(part, values)
            if isinstance(closed, Apply) and closed.head in ("<=", "<"):
                left, right = (value_of(side) for side in closed.args)
                if left is not None and right is not None and left > right:
                    return False
    return True


def _maps(
    claim: str,
    curve: Term,
    found: Sequence[Region],
    reference: Mapping[str, Fraction],
    high: Fraction,
    plan: Plan,
) -> Iterator[Map]:
    """The right side over the first number with a threshold and the next one on which it depends."""
    main = next((region for region in found if region.value is not None), None)
    if main is None:
        return
    free = [name for name in sorted(reference) if name != main.parameter]
    sorts = plan.theorem.declaration
    free.sort(key=lambda name: (sorts[name].name.sort not in (NAT, INT), name))
    if not free:
        return
    y = free[0]
    least = _first(main.parameter, {}, plan) or 1
    end = max(4 * (main.value or 1), 16 * least)
    xs = _ladder(Fraction(least), Fraction(end), WIDE, True)
    ys = _axis(y, reference[y], plan)
    at: Values = tuple((name, str(reference[name])) for name in sorted(free) if name != y)
    fixed = {name: number(value) for name, value in reference.items() if name not in (y, main.parameter)}
    rows = []
    for height in ys:
        row: list[float | None] = []
        for place in xs:
            values = {**fixed, y: number(height), main.parameter: number(place)}
            found_ = value_of(substitute(curve, values)) if _allowed(values, plan) else None
            row.append(float(found_.mid()) if found_ is not None else None)
        rows.append(tuple(row))
    across = [k for k in range(len(xs)) if any(row[k] is not None for row in rows)]
    up = [k for k, row in enumerate(rows) if any(value is not None for value in row)]
    yield Map(
        claim,
        main.parameter,
        y,
        tuple(float(xs[k]) for k in across),
        tuple(float(ys[k]) for k in up),
        tuple(tuple(rows[j][k] for k in across) for j in up),
        float(high),
        at,
    )


def _axis(name: str, middle: Fraction, plan: Plan) -> list[Fraction]:
    """Values of the second number, across its range or two decades either side."""
    bounds = plan.bounds(name)
    low = _rational(bounds.lower) if bounds.lower is not None else None
    high = _rational(bounds.upper) if bounds.upper is not None else None
    whole = plan.theorem.declaration[name].name.sort in (NAT, INT)
    if whole:
        return _ladder(max(low or Fraction(1), Fraction(1)), high or 100 * middle, HIGH, True)
    start = max(low or Fraction(0), middle / 100) if middle > 0 else low or Fraction(-1)
    if low is not None and start <= low:
        start = low + (middle - low) / 100
    stop = 100 * middle if high is None else high - (high - middle) / 100
    return _ladder(start, stop, HIGH, False) if start > 0 else []


def _ladder(low: Fraction, high: Fraction, count: int, whole: bool) -> list[Fraction]:
    """Values in equal ratios, each once."""
    ratio = float(high / low) ** (1 / (count - 1))
    values = [float(low) * ratio**place for place in range(count)]
    if whole:
        return [Fraction(value) for value in dict.fromkeys(round(value) for value in values)]
    return [Fraction(f"{value:.4g}") for value in values]
