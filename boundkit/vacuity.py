"""Whether a theorem says anything: hypotheses that contradict each other, and bounds that are no better than
what holds anyway. Every answer `total` rests on a certificate or on ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from flint import arb

from boundkit.contradictions import contradiction
from boundkit.extents import extent
from boundkit.ir.functions import SYMBOLS
from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, REAL, Function, Matrix, SetOf, is_numeric
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
from boundkit.plain import plain
from boundkit.provers.boxes import prove as prove_box
from boundkit.provers.inequalities.problem import SORTS, Effort, Problem
from boundkit.provers.inequalities.prove import prove as prove_inequality
from boundkit.provers.search import Budget, Hints, prove
from boundkit.report import Threshold, VacuityAnalysis
from boundkit.task import Task

PRECISION = 128
LARGEST_THRESHOLD = 10**30
VACUITY = Effort(attempts=100, points=20_000, judgements=20)
"""What may be spent on showing that a bound says nothing anywhere."""


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
        core, _ = core_of(statement.formula) if statement.kind == "claim" else (None, None)
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


def core_of(formula: Term) -> tuple[Apply | None, Term | None]:
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
    core, level = core_of(formula)
    pins = _pins(theorem)
    if level is not None:
        chance = value_of(_pinned(level, pins))
        if chance is not None and chance <= 0:
            return VacuityAnalysis("total", f"the probability {level} is not positive", None, "0", str(level))
    if core is None:
        return VacuityAnalysis("none", "the claim is no inequality")
    left, right = core.args
    high = extent(left, theorem).high
    if high is None:
        return VacuityAnalysis("none", "no trivial bound of the left side could be derived")
    trivial = str(high)
    value = value_of(_pinned(right, pins))
    if value is None:
        if left.free and _is_everywhere_at_least(theorem, right, high):
            reason = f"the right side is at least {trivial} wherever the hypotheses hold, which holds anyway"
            return VacuityAnalysis("total", reason, None, trivial, None)
        return VacuityAnalysis("none", "", None, trivial, None)
    shown = _shown(value)
    if not value >= arb(as_ball(high)):
        return VacuityAnalysis("none", "", None, trivial, shown)
    threshold = _threshold(right, high, pins, theorem)
    return VacuityAnalysis(
        "total", f"the right side is {shown} >= {trivial}, which holds anyway", threshold, trivial, shown
    )


def _is_everywhere_at_least(theorem: Theorem, right: Term, trivial: Fraction) -> bool:
    """Whether the kernel accepts a proof that the right side is at least the trivial bound, from the
    hypotheses about numbers alone; what else occurs in it may have any value that its type allows."""
    numbers = tuple(d.name for d in theorem.declarations if d.name.sort in SORTS)
    opened = _Opened(theorem, {name.text for name in numbers})
    plain_right = opened.term(right)
    names = (*numbers, *opened.fresh)
    known = {name.text for name in names}
    facts = [plain(hypothesis.formula) for hypothesis in theorem.hypotheses]
    usable = [fact for fact in (*facts, *opened.facts) if fact is not None and fact.free <= known]
    try:
        problem = Problem("vacuity", names, tuple(usable), relation("<=", number(trivial), plain_right))
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
        mean = isinstance(term, Apply) and term.head == "*" and extent(term, self.theorem).low is not None
        if isinstance(term, Apply) and term.head in SYMBOLS and term.sort in SORTS and not mean:
            return Apply(term.head, tuple(map(self.term, term.args)), term.sort)
        key = canonical(term)
        if key not in self.named:
            name = Name(fresh_name("value", self.taken | {own.text for own in self.fresh}), REAL)
            self.named[key] = name
            bounds = extent(term, self.theorem)
            if bounds.low is not None:
                self.facts.append(relation("<=", number(bounds.low), name))
            if bounds.high is not None:
                self.facts.append(relation("<=", name, number(bounds.high)))
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
