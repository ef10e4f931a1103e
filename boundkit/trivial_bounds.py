"""Bounds that are no better than what holds anyway by the declared ranges. Every answer `total` rests on a
certificate or on ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from flint import arb

from boundkit.extents import Extents, extent, minus, numbers_of, plus, ranged
from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import NAT, REAL, is_numeric
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
from boundkit.ir.theorems import Theorem
from boundkit.kernel import balls
from boundkit.kernel.cover import Range, check_cover
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.facts import domain_facts_of
from boundkit.kernel.judge import as_real
from boundkit.plain import is_scalar, plain
from boundkit.provers.boxes import prove as prove_box
from boundkit.provers.inequalities.problem import RELATIONS, SORTS, Effort, Problem
from boundkit.provers.inequalities.prove import prove as prove_inequality
from boundkit.report import Threshold, VacuityAnalysis

PRECISION = 128
LARGEST_THRESHOLD = 10**30
VACUITY = Effort(attempts=100, points=20_000, judgements=20)
"""What may be spent on showing that a bound says nothing anywhere."""


def core_of(formula: Term) -> tuple[Apply | None, Term | None]:
    """The innermost relation of a claim, and the level of a `with prob` in front of it."""
    return _core(formula)[:2]


def _core(formula: Term) -> tuple[Apply | None, Term | None, tuple[Bind | Term, ...]]:
    """As `core_of`, with what stands in front: binders, and what an implication supposes."""
    level: Term | None = None
    front: list[Term] = []
    while True:
        if isinstance(formula, Bind) and formula.head in ("forall",):
            front.append(formula)
            formula = formula.body
        elif isinstance(formula, Apply) and formula.head == "with_probability":
            level, formula = formula.args[0], formula.args[1]
        elif isinstance(formula, Apply) and formula.head in ("almost_surely", "implies"):
            if formula.head == "implies":
                front.append(formula.args[0])
            formula = formula.args[-1]
        elif isinstance(formula, Apply) and formula.head in ("<=", "<"):
            return formula, level, tuple(front)
        else:
            return None, level, tuple(front)


def parts_of(formula: Term) -> Iterator[Term]:
    """The parts of a conjunction or a chain, each under the prefix of the whole."""
    if isinstance(formula, Apply) and formula.head == "and":
        for arg in formula.args:
            yield from parts_of(arg)
    elif isinstance(formula, Bind) and formula.head == "forall":
        for part in parts_of(formula.body):
            yield Bind(formula.head, formula.variable, formula.domain, part, formula.sort)
    elif isinstance(formula, Apply) and formula.head in PREFIXES:
        at = PREFIXES[formula.head]
        for part in parts_of(formula.args[at]):
            yield Apply(formula.head, (*formula.args[:at], part, *formula.args[at + 1 :]), formula.sort)
    else:
        yield formula


PREFIXES = {"with_probability": 1, "almost_surely": 0, "implies": 1}
"""At which place what a prefix speaks of stands."""


def trivial(theorem: Theorem, formula: Term) -> VacuityAnalysis:
    """Whether the innermost relation holds anyway; that a level of probability is never positive."""
    core, level, front = _core(formula)
    pins = _pins(theorem)
    if level is not None:
        chance = value_of(_pinned(level, pins))
        if chance is not None and chance <= 0:
            return VacuityAnalysis("total", f"the probability {level} is not positive", None, "0", str(level))
        if chance is None and _holds(theorem, front, relation("<=", level, number(0))):
            reason = f"the probability {level} is not positive wherever the hypotheses hold"
            return VacuityAnalysis("total", reason, None, "0", None)
    if core is None:
        return VacuityAnalysis("none", "the claim is no inequality")
    left, right = core.args
    high = Extents(theorem, numbers_of(theorem) - _on_one_side(theorem, core)).of(left).high
    if high is None or not isinstance(high, Number):
        if _holds_anyway(theorem, core, front):
            return VacuityAnalysis("total", ANYWAY, None, None, None)
        return VacuityAnalysis("none", "no trivial bound of the left side could be derived")
    trivial = str(high)
    value = value_of(_pinned(right, pins))
    if value is None:
        if left.free and _holds(theorem, front, relation("<=", high, right)):
            reason = f"the right side is at least {trivial} wherever the hypotheses hold, which holds anyway"
            return VacuityAnalysis("total", reason, None, trivial, None)
        if _holds_anyway(theorem, core, front):
            return VacuityAnalysis("total", ANYWAY, None, None, None)
        return VacuityAnalysis("none", "", None, trivial, None)
    shown = _shown(value)
    if not value >= arb(as_ball(high.value)):
        return VacuityAnalysis("none", "", None, trivial, shown)
    threshold = _threshold(right, high.value, pins, theorem)
    return VacuityAnalysis(
        "total", f"the right side is {shown} >= {trivial}, which holds anyway", threshold, trivial, shown
    )


ANYWAY = "the inequality holds anyway, by the declared ranges alone, wherever the hypotheses hold"


def _holds_anyway(theorem: Theorem, core: Apply, front: tuple[Term, ...]) -> bool:
    """Whether the sum of the quantities of both sides is bounded by the parameters beside them for the
    ranges that are declared: `loss in [0, M]` and `risk <= seen + 2*M`. That something is not negative is
    a statement, however plain."""
    left, right = core.args
    if number(0) in (left, right):
        return False
    bound = {own.variable.text for own in front if isinstance(own, Bind) and own.variable.sort in SORTS}
    numbers = numbers_of(theorem) | bound
    summands = [*_summands(left, 1), *_summands(right, -1)]
    loose = _on_one_side(theorem, core)
    for parameters in dict.fromkeys((numbers, numbers - loose)):
        extents = Extents(theorem, parameters)
        total: Term = number(0)
        offset: Term = number(0)
        quantities = 0
        for sign, summand in summands:
            own = summand if sign > 0 else minus(summand)
            if extents.point(own) is not None:
                offset = plus(offset, minus(own))
                continue
            high = extents.of(own).high
            if high is None:
                break
            quantities += 1
            total = plus(total, high)
        else:
            if (
                quantities
                and total is not None
                and _holds(theorem, front, relation(core.head, total, offset))
            ):
                return True
    return False


def _on_one_side(theorem: Theorem, core: Apply) -> frozenset[str]:
    """The numbers between declared constants that one side alone mentions; one that both mention is what the
    statement is about."""
    left, right = core.args
    return frozenset(name for name in ranged(theorem) if (name in left.free) != (name in right.free))


def _summands(term: Term, sign: int) -> Iterator[tuple[int, Term]]:
    """What a side is the sum of, with signs."""
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        last = sign if term.head == "+" else -sign
        for arg in term.args[:-1]:
            yield from _summands(arg, sign)
        yield from _summands(term.args[-1], last)
    else:
        yield sign, term


def _holds(theorem: Theorem, front: tuple[Term, ...], goal: Apply) -> bool:
    """Whether the kernel accepts a proof of a relation from the hypotheses about numbers and what stands in
    front of it; what else occurs in it may have any value that its type allows."""
    declared = [d.name for d in theorem.declarations if d.name.sort in SORTS]
    bound = [own.variable for own in front if isinstance(own, Bind) and own.variable.sort in SORTS]
    opened = _Opened(theorem, {name.text for name in (*declared, *bound)})
    facts: list[Term] = []
    for own in (*(h.formula for h in theorem.hypotheses), *front):
        if isinstance(own, Bind):
            facts.extend(domain_facts_of(own.variable, own.domain) if own.head == "forall" else ())
        elif isinstance(own, Apply) and own.head in RELATIONS and is_numeric(own.args[0].sort):
            facts.append(Apply(own.head, tuple(map(opened.term, own.args)), own.sort))
        elif (fact := plain(own)) is not None:
            facts.append(fact)
    goal = Apply(goal.head, tuple(map(opened.term, goal.args)), goal.sort)
    names = (*declared, *bound, *opened.fresh)
    known = {name.text for name in names}
    usable = tuple(fact for fact in (*facts, *opened.facts) if fact.free <= known)
    try:
        problem = Problem("vacuity", names, usable, goal)
    except ValueError:
        return False
    return prove_inequality(problem, VACUITY).verdict == "PROVED"


class _Opened:
    """Terms with definitions unfolded and what is no number or function of numbers named, one fresh name for
    each, with what its type says of it as facts."""

    def __init__(self, theorem: Theorem, taken: set[str]) -> None:
        self.theorem = theorem
        self.taken = taken
        self.named: dict[str, Name] = {}
        self.facts: list[Term] = []

    @property
    def fresh(self) -> tuple[Name, ...]:
        return tuple(self.named.values())

    def term(self, term: Term) -> Term:
        if isinstance(term, Number) or (isinstance(term, Name) and term.text in self.taken):
            return term
        if isinstance(term, Name):
            definition = self.theorem.definition.get(term.text)
            if definition is not None and definition.style == "constant" and not definition.recursive:
                return self.term(definition.clauses[0].body)
        mean = isinstance(term, Apply) and term.head == "*" and not is_scalar(term)
        mean = mean and extent(term, self.theorem).ends[0] is not None
        if isinstance(term, Apply) and term.head in SYMBOLS and term.sort in SORTS and not mean:
            return Apply(term.head, tuple(map(self.term, term.args)), term.sort)
        key = canonical(term)
        if key not in self.named:
            name = Name(fresh_name("value", self.taken | {own.text for own in self.fresh}), REAL)
            self.named[key] = name
            bounds = extent(term, self.theorem)
            for end, below in ((bounds.low, True), (bounds.high, False)):
                if isinstance(end, Number):
                    self.facts.append(relation("<=", end, name) if below else relation("<=", name, end))
        return self.named[key]


def as_ball(value: Fraction) -> arb:
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
                if not isinstance(own, Number) and value_of(other) is not None:
                    found.setdefault(canonical(own), other)
    return found


def _pinned(term: Term, pins: Mapping[str, Term]) -> Term:
    fixed = pins.get(canonical(term))
    if fixed is not None:
        return fixed
    return rebuild(term, lambda part: _pinned(part, pins))


def value_of(term: Term) -> arb | None:
    """The value of a closed term as a ball, or None."""
    if term.free:
        return None
    try:
        with balls.precisely(PRECISION):
            return balls.enclose(term, {}, PRECISION)
    except (balls.Undefined, balls.Undecided, ValueError):
        return None


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
            inside = value_of(substitute(curve, {name.text: number(value)}))
            if inside is None:
                return None
            if inside < as_ball(trivial):
                return True
            return False if inside >= as_ball(trivial) else None

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
