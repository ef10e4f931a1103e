"""Sines, cosines and tangents by their algebra: cosines below a fraction line are multiplied away, and
polynomials in sines and cosines become polynomials in numbers whose squares add up to 1."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.kernel.steps import (
    Enclosed,
    Fact,
    Generalised,
    Identity,
    Kept,
    Lemma,
    Product,
    Range,
    Step,
)
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 8
CIRCULAR = frozenset({"sin", "cos", "tan"})
UNIT = Range(Fraction(-1), Fraction(1))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Divisors first, then numbers."""
    if not any(
        isinstance(part, Apply) and part.head in CIRCULAR and part.free for part in subterms(goal.slack)
    ):
        return GivenUp("")
    for way in (_one_wave, _without_cosines_below, _one_number):
        found = way(goal, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _one_wave(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """A slack that depends on one sine, or one cosine, alone."""
    waves = {
        part: None
        for part in subterms(goal.slack)
        if isinstance(part, Apply) and part.head in ("sin", "cos") and part.free
    }
    for wave in waves:
        name = fresh("wave", goal)
        new = replaced(goal.slack, wave, name)
        if new.free & wave.free:
            continue
        box = {**goal.box, name.text: UNIT}
        facts = tuple(Fact(replaced(fact.term, wave, name), fact.kind) for fact in goal.facts)
        found = prove(Goal(new, goal.strict, box, facts), effort)
        if found is None:
            continue
        step = Generalised(wave, name.text, UNIT, Enclosed(), Enclosed(), found.step)
        if accepted(goal, step):
            return Found(step, (f"{wave} is a number between -1 and 1", *found.argument))
    return None


def _without_cosines_below(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """Cosines of known sign that the slack is divided by are multiplied away."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    powers: dict[Term, int] = {}
    for monomial in quotient.top:
        for atom, exponent in monomial:
            if isinstance(atom, Apply) and atom.head == "cos" and atom.free and exponent < 0:
                whole = -(exponent.numerator // exponent.denominator)
                powers[atom] = max(powers.get(atom, 0), whole)
    if not powers:
        return None
    lemmas: list[tuple[Term, Step]] = []
    facts = goal.facts
    for cosine in powers:
        for signed in (cosine, negative(cosine)):
            own = prove(replace(goal, slack=signed, strict=True), effort)
            if own is not None:
                lemmas.append((signed, own.step))
                facts = (*facts, Fact(signed, "positive"))
                break
        else:
            return None
    scale = times(
        *(power(signed, number(count)) for (signed, _), count in zip(lemmas, powers.values(), strict=True))
    )
    top = algebra.to_term(algebra.multiply(quotient, algebra.of(scale)))
    found = prove(replace(goal, slack=top), effort)
    if found is None:
        return None
    kept = Kept(tuple(range(len(goal.facts))), found.step)
    step: Step = Product((power(scale, number(-1)), top), (Enclosed(), kept))
    for signed, proof in reversed(lemmas):
        step = Lemma(signed, True, _under(goal, proof), step)
    if not accepted(goal, step):
        return None
    return Found(step, (f"times {scale}, which is positive", *found.argument))


def _under(goal: Goal, proof: Step) -> Step:
    return Kept(tuple(range(len(goal.facts))), proof)


def _one_number(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """One angle, of which all sines and cosines are polynomials in its cosine and at most one power of its
    sine: a goal about numbers on the circle."""
    algebra = Algebra(circular=True)
    try:
        quotient = algebra.of(goal.slack)
    except TooLarge:
        return None
    angles: dict[Term, None] = {}
    for polynomial in (quotient.top, *(dict(part) for part, _ in quotient.below)):
        for monomial in polynomial:
            for atom, _ in monomial:
                if isinstance(atom, Apply) and atom.free and atom.head in ("sin", "cos"):
                    angles.setdefault(atom.args[0])
                elif isinstance(atom, Apply) and any(_is_circular(part) for part in subterms(atom)):
                    return None
    if not 1 <= len(angles) <= 2:
        return None
    slack = algebra.to_term(quotient)
    names: list[tuple[Term, Name]] = []
    identities: list[Term] = []
    used = goal
    for angle in angles:
        sine, cosine = (Apply(head, (angle,), REAL) for head in ("sin", "cos"))
        present = set(subterms(slack))
        if sine in present:
            identities.append(minus(plus(power(sine, number(2)), power(cosine, number(2))), ONE))
        for wave in (sine, cosine):
            if wave in present or sine in present:
                name = fresh(f"{'sine' if wave is sine else 'cosine'}_{len(names)}", used)
                names.append((wave, name))
                used = replace(used, box={**used.box, name.text: UNIT})
    new: Term = slack
    facts: tuple[Fact, ...] = (*goal.facts, *(Fact(term, "zero") for term in identities))
    for old, name in names:
        new = replaced(new, old, name)
        facts = tuple(Fact(replaced(fact.term, old, name), fact.kind) for fact in facts)
    if {name for angle in angles for name in angle.free} & new.free:
        return None
    found = prove(Goal(new, goal.strict, used.box, facts), effort)
    if found is None:
        return None
    step: Step = found.step
    for old, name in reversed(names):
        step = Generalised(old, name.text, UNIT, Enclosed(), Enclosed(), step)
    step = Product((slack,), (step,))
    for term in reversed(identities):
        step = Identity(term, step)
    if not accepted(goal, step):
        return None
    return Found(step, ("sine and cosine are numbers whose squares add up to 1", *found.argument))


def _is_circular(part: Term) -> bool:
    return isinstance(part, Apply) and part.head in CIRCULAR and bool(part.free)
