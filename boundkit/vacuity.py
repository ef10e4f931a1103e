"""Whether a theorem says anything: hypotheses that contradict each other, and bounds that are no better than
what holds anyway. Every answer `total` rests on a certificate or on ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from boundkit.contradictions import contradiction
from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, Function, Matrix, SetOf, is_numeric
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    number,
    rebuild,
    relation,
    substitute,
)
from boundkit.ir.theorems import Reason, Theorem
from boundkit.kernel import balls
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.cover import Range, check_cover
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.judge import Frame, Rejected, as_real, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import TooLarge
from boundkit.library import Library
from boundkit.provers.boxes import prove as prove_box
from boundkit.provers.search import Budget, Hints, prove
from boundkit.report import Threshold, VacuityAnalysis
from boundkit.task import Task

PRECISION = 128
LARGEST_THRESHOLD = 10**30


def analyse(theorem: Theorem, ledger: Ledger, library: Library) -> VacuityAnalysis:
    """The first of: contradictory hypotheses; a claim whose bound is trivial at its operating point."""
    contradictory = contradiction(ledger, library)
    if contradictory:
        return VacuityAnalysis("total", contradictory)
    forced = _forced(ledger, library)
    if forced:
        return VacuityAnalysis("total", forced)
    last = VacuityAnalysis("none", "no trivial bound could be derived")
    for statement in theorem.statements:
        if statement.kind != "claim":
            continue
        found = _trivial(theorem, statement.formula)
        if found.verdict == "total":
            return found
        if found.trivial is not None:
            last = found
    return last


def _forced(ledger: Ledger, library: Library) -> str:
    """Why the hypotheses leave a claim nothing to bound: they force a function to be constant, and with it
    the left side, which is not negative, to be 0; by a proof that the judge accepted. "" when none was
    found."""
    theorem = ledger.theorem
    assumed = [h.label for h in theorem.hypotheses if h.origin == "assume"]
    for statement in theorem.statements:
        core, _ = _core(statement.formula) if statement.kind == "claim" else (None, None)
        if core is None or core is not statement.formula or core.args[1] == number(0):
            continue
        try:
            found = _is_nothing(ledger, library, core.args[0], assumed)
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            continue
        if found:
            return found
    return ""


def _is_nothing(ledger: Ledger, library: Library, left: Term, assumed: list[str]) -> str:
    goal = relation("<=", left, number(0))
    sequent = ledger.sequent(goal, assumed)
    frame = Frame(sequent)
    context = frame.context()
    if not context.holds(relation("<=", number(0), left)):
        return ""
    for law in library.constants():
        task = Task("hypotheses", frame, context.canonical_term(goal), Reason(law.name), library)
        for line in _constancy(task, law):
            lines = [line, *task.averages([line])]
            inner = frame
            for own in lines:
                inner = inner.with_fact(own.name, own.claim)
            proof = prove(inner, goal, Hints((), False, "", 2, Budget(4)))
            if proof is None:
                continue
            judged = judge(sequent, c.Proof(proof.by, (*lines, *proof.lines)))
            labels = sorted({u.partition("#")[0] for u in judged.used} & set(assumed))
            named = " and ".join(f"`{label}`" for label in labels) or "the types"
            return f"the left side is 0: {named} and the ranges make a function constant ({law.name})"
    return ""


def _constancy(task: Task, law: Law) -> Iterator[c.Line]:
    """`forall x, f(x) = f(0)` for the functions that the hypotheses make constant by a law."""
    assert isinstance(law.conclusion, Apply)
    one, other = (side.args[1] for side in law.conclusion.args)  # type: ignore[attr-defined]
    holes = {hole.text for hole in law.holes}
    for _, premise in law.premises:
        if not (isinstance(premise, Apply) and premise.head.startswith("is_")):
            continue
        for fact, stated in task.about(premise.head):
            values = match(premise, stated, holes) if task.frame.facts[fact] == stated else None
            if values is None:
                continue
            domain = values[law.conclusion.args[0].args[0].text].sort  # type: ignore[attr-defined]
            if not (isinstance(domain, Function) and isinstance(domain.arguments[0], Matrix)):
                continue
            point = Name(fresh_name("x", set(task.frame.taken)), domain.arguments[0])
            values = {**values, one.text: point, other.text: Apply("zero", (), point.sort)}
            for hole in law.holes:
                if (
                    isinstance(hole.sort, Matrix)
                    and hole.text == one.text
                    and isinstance(hole.sort.rows, Name)
                ):
                    values.setdefault(hole.sort.rows.text, domain.arguments[0].rows)
            everything = Apply("everything", (), SetOf(point.sort))
            if set(values) == holes:
                line = task.law_line(law, values, ((point, everything),), [])
                if line is not None:
                    yield line


# Bounds that are no better than trivial


@dataclass(frozen=True)
class Extent:
    """Constant bounds of a term; None for none."""

    low: Fraction | None
    high: Fraction | None


def _core(formula: Term) -> tuple[Apply | None, Term | None]:
    """The innermost relation of a claim, and the level of a `with prob` in front of it."""
    level: Term | None = None
    while True:
        if isinstance(formula, Bind) and formula.head in ("forall",):
            formula = formula.body
        elif isinstance(formula, Apply) and formula.head == "with_probability":
            level, formula = formula.args[0], formula.args[1]
        elif isinstance(formula, Apply) and formula.head in ("almost_surely", "implies", "and"):
            formula = formula.args[-1]
        elif isinstance(formula, Apply) and formula.head in ("<=", "<"):
            return formula, level
        else:
            return None, level


def _trivial(theorem: Theorem, formula: Term) -> VacuityAnalysis:
    core, level = _core(formula)
    pins = _pins(theorem)
    if level is not None:
        chance = _value(_pinned(level, pins))
        if chance is not None and chance <= 0:
            return VacuityAnalysis("total", f"the probability {level} is not positive", None, "0", str(level))
    if core is None:
        return VacuityAnalysis("none", "the claim is no inequality")
    left, right = core.args
    definitions = {d.name.text: d for d in theorem.definitions}
    extent = _extent(left, theorem, definitions, {})
    if extent.high is None:
        return VacuityAnalysis("none", "no trivial bound of the left side could be derived")
    trivial = str(extent.high)
    value = _value(_pinned(right, pins))
    if value is None:
        return VacuityAnalysis("none", "", None, trivial, None)
    shown = _shown(value)
    if not value >= arb(balls_fraction(extent.high)):
        return VacuityAnalysis("none", "", None, trivial, shown)
    threshold = _threshold(right, extent.high, pins, theorem)
    return VacuityAnalysis(
        "total", f"the right side is {shown} >= {trivial}, which holds anyway", threshold, trivial, shown
    )


def balls_fraction(value: Fraction) -> arb:
    """A rational as a ball."""
    return arb(value.numerator) / value.denominator


def _shown(value: arb) -> str:
    return f"{float(value.mid()):.4g}"


def _pins(theorem: Theorem) -> dict[str, Term]:
    """Terms that a hypothesis fixes to a constant, by canonical text."""
    found: dict[str, Term] = {}
    for hypothesis in theorem.hypotheses:
        formula = hypothesis.formula
        if isinstance(formula, Apply) and formula.head == "=" and is_numeric(formula.args[0].sort):
            left, right = formula.args
            for own, other in ((left, right), (right, left)):
                if not isinstance(own, Number) and _value(other) is not None:
                    found.setdefault(canonical(own), other)
    return found


def _pinned(term: Term, pins: Mapping[str, Term]) -> Term:
    fixed = pins.get(canonical(term))
    if fixed is not None:
        return fixed
    return rebuild(term, lambda part: _pinned(part, pins))


def _value(term: Term) -> arb | None:
    """The value of a closed term as a ball, or None."""
    if term.free:
        return None
    try:
        with balls.precisely(PRECISION):
            return balls.enclose(term, {}, PRECISION)
    except (balls.Undefined, balls.Undecided, ValueError):
        return None


def _extent(
    term: Term, theorem: Theorem, definitions: Mapping[str, object], bound: Mapping[str, Extent]
) -> Extent:
    """Constant bounds by interval propagation from types and ranges."""
    nothing = Extent(None, None)
    if isinstance(term, Number):
        return Extent(term.value, term.value)
    if isinstance(term, Name):
        if term.text in bound:
            return bound[term.text]
        definition = theorem.definition.get(term.text)
        if definition is not None and definition.style == "constant" and not definition.recursive:
            return _extent(definition.clauses[0].body, theorem, definitions, bound)
        return _declared(term.text, theorem)
    if isinstance(term, Bind):
        if term.head == "expectation":
            return _extent(term.body, theorem, definitions, bound)
        if term.head == "probability":
            return Extent(Fraction(0), Fraction(1))
        if term.head in ("max", "min", "sup", "inf", "avg"):
            return _extent(term.body, theorem, definitions, bound)
        return nothing
    if not isinstance(term, Apply):
        return nothing
    head, args = term.head, term.args
    if head == "call" and isinstance(args[0], Name):
        definition = theorem.definition.get(args[0].text)
        if definition is not None and not definition.recursive:
            clause = definition.clauses[0]
            values = dict(zip((p.text for p in clause.parameters), args[1:], strict=False))
            return _extent(substitute(clause.body, values), theorem, definitions, bound)
        return _declared(args[0].text, theorem)
    if head == "*" and len(args) == 2:
        mean = _mean(args[0], args[1], theorem, definitions, bound)
        if mean is not None:
            return mean
    if head in ("expectation",):
        return _extent(args[0], theorem, definitions, bound)
    if head in ("probability", "TV"):
        return Extent(Fraction(0), Fraction(1))
    parts = [_extent(arg, theorem, definitions, bound) for arg in args]
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
    definitions: Mapping[str, object],
    bound: Mapping[str, Extent],
) -> Extent | None:
    """`(1/n) * sum_{i=1..n} e` lies between the bounds of e."""
    match weight, total:
        case Apply("/", (Number(one), count)), Bind("sum", _, Apply("range", (Number(first), last)), body):
            if one == 1 and first == 1 and canonical(count) == canonical(last):
                return _extent(body, theorem, definitions, bound)
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


def _threshold(
    right: Term, trivial: Fraction, pins: Mapping[str, Term], theorem: Theorem
) -> Threshold | None:
    """The smallest value of a pinned whole number from which the right side is below the trivial bound:
    where the right side is proved to decrease in it, bracketed in ball arithmetic."""
    for declaration in theorem.declarations:
        name = declaration.name
        if name.sort != NAT or canonical(name) not in pins or name.text not in right.free:
            continue
        others = {text: value for text, value in pins.items() if text != canonical(name)}
        curve = as_real(_pinned(right, others), {name.text: NAT})
        if curve.free != {name.text}:
            continue
        try:
            slope = derivative(curve, name.text)
            domain = {name.text: Range(Fraction(1), None)}
            falls = relation("<=", slope, number(0))
            step = prove_box(falls, domain)
            if step is None:
                continue
            check_cover(falls, domain, step)
        except (NotDifferentiable, CoverRejected):
            continue

        def below(value: int, curve: Term = curve, name: Name = name) -> bool | None:
            inside = _value(substitute(curve, {name.text: number(value)}))
            if inside is None:
                return None
            if inside < balls_fraction(trivial):
                return True
            return False if inside >= balls_fraction(trivial) else None

        high = 1
        while below(high) is not True:
            high *= 2
            if high > LARGEST_THRESHOLD:
                return None
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            answer = below(middle)
            if answer is None:
                return None
            low, high = (low, middle) if answer else (middle, high)
        return Threshold(name.text, high)
    return None
