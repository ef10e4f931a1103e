"""Quotients of polynomials: the common denominator is positive, and the numerator is a goal of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import fmpq_mpoly

from boundkit.ir.terms import ONE, Apply, Term, subterms
from boundkit.kernel.derivative import negative, over
from boundkit.kernel.enclosures import require_defined
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.rational_functions import TooLarge
from boundkit.kernel.steps import Enclosed, Fact, Known, Lemma, Product, Step
from boundkit.provers.inequalities.forms import MOST_TERMS, Reader, raw_power, raw_product, written
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 11
REWRITES = True


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without denominators, in the slack or in facts: it has fewer of them."""
    if not any(divides(term) for term in (goal.slack, *(fact.term for fact in goal.facts))):
        return GivenUp("")
    try:
        return _cleared(goal, prove, effort)
    except TooLarge:
        return GivenUp("the common denominator is too large")


def divides(term: Term) -> bool:
    """Whether a term has a denominator with a variable."""
    return any(True for _ in _divisors(term))


def _divisors(term: Term) -> Iterator[Term]:
    """What terms are divided by."""
    for part in subterms(term):
        if isinstance(part, Apply) and part.head == "/" and part.args[1].free:
            yield part.args[1]
        elif isinstance(part, Apply) and part.head == "^" and part.args[0].free:
            exponent = getattr(part.args[1], "value", 0)
            if exponent < 0 and exponent.denominator == 1:
                yield part.args[0]


def _cleared(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    reader = Reader(goal)
    lemmas: list[tuple[Term, bool, Step]] = []
    current = goal
    lines: list[str] = []

    def learn(term: Term, strict: bool, step: Step) -> None:
        nonlocal current
        lemmas.append((term, strict, step))
        current = replace(
            current, facts=(*current.facts, Fact(term, "positive" if strict else "nonnegative"))
        )

    for divisor in _divisors(goal.slack):
        if _defined(over(ONE, divisor), current):
            continue
        for term in (divisor, negative(divisor)):
            found = prove(Goal(term, True, current.box, current.facts), effort)
            if found is not None:
                learn(term, True, found.step)
                lines.append(f"{term} > 0")
                break
        else:
            return GivenUp(f"the denominator {divisor} may be 0")
    own = reader.fraction(goal.slack)
    if own is None:
        return GivenUp("")
    for place, fact in enumerate(goal.facts):
        _learn_fact(reader, goal, place, fact, learn)
    top, bottom = own
    if bottom.is_constant() and not lemmas:
        return GivenUp("")
    if len(top) > MOST_TERMS:
        return GivenUp("the numerator is too large")
    below = reader.functions.one
    factors: list[Term] = []
    for factor, count in [] if bottom.is_constant() else bottom.factor()[1]:
        signed = _signed(reader, current, factor, prove, effort, learn)
        if signed is None:
            return GivenUp("a denominator has no sign")
        polynomial, term = signed
        below *= polynomial**count
        factors.append(raw_power(term, count))
    top = top * (below / bottom)
    numerator = written(top, reader.atoms)
    inner = prove(replace(current, slack=numerator), effort)
    if inner is None:
        return GivenUp("the numerator is open")
    denominator = raw_product(factors)
    step: Step = Product((numerator, over(ONE, denominator)), (inner.step, Enclosed()))
    if denominator == ONE:
        step = Product((numerator,), (inner.step,))
    for term, strict, proof in reversed(lemmas):
        step = Lemma(term, strict, proof, step)
    if not accepted(goal, step):
        return GivenUp("the kernel does not accept the common denominator")
    line = () if denominator == ONE else (f"the common denominator {denominator} is positive",)
    return Found(step, (*lines, *line, *inner.argument))


def _learn_fact(reader: Reader, goal: Goal, place: int, fact: Fact, learn) -> None:  # type: ignore[no-untyped-def]
    """The numerator of a fact, where its denominator is plainly positive."""
    if fact.kind == "zero" or not divides(fact.term):
        return
    found = reader.fraction(fact.term)
    if found is None or found[1].is_constant() or found[0].is_constant():
        return
    if any(reader.polynomial(own.term) in (found[0], -found[0]) for own in goal.facts):
        return
    top, bottom = (written(part, reader.atoms) for part in found)
    strict = fact.kind == "positive"
    for sign in (1, -1):
        if sign < 0:
            top, bottom = written(-found[0], reader.atoms), written(-found[1], reader.atoms)
        step = Product((fact.term, bottom), (Known(place, ONE), Enclosed()))
        if accepted(Goal(top, strict, goal.box, goal.facts), step):
            learn(top, strict, step)
            return


def _signed(  # type: ignore[no-untyped-def]
    reader: Reader, goal: Goal, factor: fmpq_mpoly, prove: Prove, effort: Effort, learn
) -> tuple[fmpq_mpoly, Term] | None:
    """The factor of a denominator, or minus it, and a term for it that the kernel finds to be positive."""
    terms = [fact.term for fact in goal.facts if fact.kind == "positive"]
    for own in terms:
        polynomial = reader.polynomial(own)
        if polynomial is not None and polynomial.total_degree() == factor.total_degree():
            ratio = polynomial / factor if _divisible(polynomial, factor) else None
            if ratio is not None and ratio.is_constant():
                return polynomial, own
    for signed in (factor, -factor):
        term = written(signed, reader.atoms)
        if accepted(Goal(term, True, goal.box, goal.facts), Enclosed()):
            return signed, term
    for signed in (factor, -factor):
        term = written(signed, reader.atoms)
        found = prove(Goal(term, True, goal.box, goal.facts), effort)
        if found is not None:
            learn(term, True, found.step)
            return signed, term
    return None


def _divisible(top: fmpq_mpoly, bottom: fmpq_mpoly) -> bool:
    return not divmod(top, bottom)[1]


def _defined(term: Term, goal: Goal) -> bool:
    try:
        require_defined(term, goal.box, goal.facts)
    except (Undecided, Undefined):
        return False
    return True
