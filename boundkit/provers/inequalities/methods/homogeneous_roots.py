"""An equation that sets a form equal to a number makes what stands under roots homogeneous, and then the
goal, which is left without the equation: with a*b + b*c + c*a = 1, 1 + a^2 = a^2 + a*b + b*c + c*a, which is
(a + b)*(a + c); with a + b + c = 1, a + b*c likewise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, over, power
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.kernel.steps import Box, Equation, Fact, Kept, Known, Rewritten, Step, Sum
from boundkit.provers.inequalities.forms import Equation as Tie
from boundkit.provers.inequalities.forms import written
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.homogenise import unit_of
from boundkit.provers.inequalities.sampling import fails

COST = 2
DEEPEST = 2
MOST_ROOTS = 6


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with homogeneous roots and summands, by one of its equations."""
    names = sorted(goal.slack.free)
    roots = list(dict.fromkeys(filter(_is_root, subterms(goal.slack))))
    if not roots or len(roots) > MOST_ROOTS or not _is_cone(goal.box, names):
        return GivenUp("")
    if all(len(root.free) < 2 and _is_plain(root) for root in roots):
        return GivenUp("")  # A sum of functions of one variable each, or nearly so.
    for place, fact in enumerate(goal.facts):
        if fact.kind != "zero" or fact.term.free != set(names):
            continue
        try:
            found = _with(goal, place, prove, effort)
        except (TooLarge, _Mixed):
            continue
        if found is not None:
            return found
    return GivenUp("")


def _is_root(part: Term) -> bool:
    if not isinstance(part, Apply) or not part.free:
        return False
    broken = part.head == "^" and isinstance(part.args[1], Number) and part.args[1].value.denominator > 1
    return part.head == "sqrt" or broken


def _is_plain(root: Term) -> bool:
    """Whether what is under the root is of degree 1."""
    assert isinstance(root, Apply)
    base = root.args[0]
    atoms = sorted(atoms_of(base), key=str)
    top, bottom = RationalFunctions(atoms).of(base)
    return bool(bottom.is_constant() and top.total_degree() <= 1)


def _is_cone(box: Box, names: list[str]) -> bool:
    """Whether all multiples of a point are in the box, and none of its values has a negative sign."""
    return all(box[name].lower == 0 and box[name].upper is None and not box[name].integral for name in names)


class _Mixed(Exception):
    """Degrees that the equation cannot make equal."""


@dataclass(frozen=True)
class _Unit:
    """The form that is 1 by the equation: as a term, and its degree."""

    term: Term
    degree: Fraction


def _with(goal: Goal, place: int, prove: Prove, effort: Effort) -> Found | None:
    fact = goal.facts[place]
    atoms = sorted(atoms_of(fact.term), key=str)
    if not all(isinstance(own, Name) for own in atoms):
        return None
    top, bottom = RationalFunctions(atoms).of(fact.term)
    form = unit_of(Tie(fact.term, top, bottom, place)) if bottom.is_constant() else None
    if form is None:
        return None
    unit = _Unit(written(form, atoms), Fraction(int(form.total_degree())))
    if any(value < 0 for _, value in form.terms()):
        return None
    current = goal
    wrappers: list[tuple[Term, Term, int, Equation]] = []
    for base in _bases(goal.slack):
        old = base
        for before, after, _, _ in wrappers:
            old = replaced(old, before, after)
        new, _ = _homogeneous(old, unit)
        if new == old:
            continue
        tie = minus(old, new)
        multiplier = _multiplier(tie, fact.term)
        proofs = Known(place, multiplier), Known(place, negative(multiplier))
        wrappers.append((old, new, len(current.facts), Equation(tie, *proofs, Known(place, ONE))))
        facts = (*current.facts, Fact(tie, "zero"))
        facts = tuple(replace(own, term=replaced(own.term, old, new)) for own in facts)
        current = replace(current, slack=replaced(current.slack, old, new), facts=facts)
        if current.facts[place] != fact:
            return None
    slack, _ = _homogeneous(current.slack, unit)
    if slack == current.slack and not wrappers:
        return None
    kept = tuple(
        number_
        for number_, own in enumerate(goal.facts)
        if number_ != place and own.kind != "zero" and own == current.facts[number_] and _is_form(own.term)
    )
    inner = Goal(slack, goal.strict, goal.box, tuple(goal.facts[number_] for number_ in kept))
    effort.spend(3)
    if fails(inner):
        return None
    found = prove(inner, effort)
    if found is None:
        return None
    step: Step = Kept(kept, found.step)
    if slack != current.slack:
        rest = minus(current.slack, slack)
        step = Sum((slack, rest), (step, Known(place, _multiplier(rest, fact.term))))
    for old, new, count, tied in reversed(wrappers):
        step = replace(tied, rest=Rewritten(count, old, new, step))
    if not accepted(goal, step):
        return None
    return Found(step, (f"made homogeneous by {unit.term} = 1, also under roots", *found.argument))


def _bases(slack: Term) -> Iterator[Term]:
    """What stands under the roots, inner ones first."""
    seen: dict[Term, None] = {}

    def walk(term: Term) -> None:
        if isinstance(term, Apply):
            for arg in term.args:
                walk(arg)
            if _is_root(term):
                seen[term.args[0]] = None

    walk(slack)
    yield from seen


def _is_form(term: Term) -> bool:
    """Whether a term is a homogeneous polynomial or quotient of such ones."""
    try:
        _homogeneous(term, None)
    except _Mixed:
        return False
    return True


def _homogeneous(term: Term, unit: _Unit | None) -> tuple[Term, Fraction]:
    """An equal term where the unit is 1, of one degree, and this degree. Raises _Mixed."""
    if isinstance(term, Number):
        return term, Fraction(0)
    if isinstance(term, Name):
        return term, Fraction(1)
    if not isinstance(term, Apply):
        raise _Mixed
    if term.head == "^":
        exponent = term.args[1]
        if not isinstance(exponent, Number):
            raise _Mixed
        base, degree = _homogeneous(term.args[0], unit)
        return replace(term, args=(base, exponent)), degree * exponent.value
    parts = [_homogeneous(arg, unit) for arg in term.args]
    degrees = [degree for _, degree in parts]
    terms = [own for own, _ in parts]
    match term.head:
        case "+" | "-":
            most = max(degrees)
            terms = [_raised(own, most - degree, unit) for own, degree in parts]
            return replace(term, args=tuple(terms)), most
        case "*":
            return replace(term, args=tuple(terms)), sum(degrees, Fraction(0))
        case "/":
            return replace(term, args=tuple(terms)), degrees[0] - degrees[1]
        case "neg":
            return replace(term, args=tuple(terms)), degrees[0]
        case "sqrt":
            return replace(term, args=tuple(terms)), degrees[0] / 2
    if not term.free:
        return term, Fraction(0)
    raise _Mixed


def _raised(term: Term, missing: Fraction, unit: _Unit | None) -> Term:
    """The term times the power of the unit that has the degree that is missing."""
    if not missing or term == number(0):
        return term
    if unit is None:
        raise _Mixed
    count = missing / unit.degree
    if count.denominator > 1:
        raise _Mixed
    factor = unit.term if count == 1 else power(unit.term, number(count))
    return factor if term == ONE else Apply("*", (term, factor), REAL)


def _multiplier(gap: Term, fact: Term) -> Term:
    """The term m with gap = m*fact. Raises _Mixed where there is none with the denominator of the gap."""
    atoms = sorted(atoms_of(gap) | atoms_of(fact), key=str)
    functions = RationalFunctions(atoms)
    top, bottom = functions.of(gap)
    divisor, below = functions.of(fact)
    quotient, rest = divmod(top * below, divisor)
    if rest:
        raise _Mixed
    shared: fmpq_mpoly = quotient.gcd(bottom) if quotient else bottom
    above = written(quotient / shared, atoms)
    return above if (bottom / shared).is_one() else over(above, written(bottom / shared, atoms))
