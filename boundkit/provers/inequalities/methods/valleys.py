"""A variable in which the slack falls up to a place given by the others and rises from there: the goal on
either side, where it is least at this place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative, power, times
from boundkit.kernel.enclosures import contains, enclosure, replaced, size_of
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient
from boundkit.kernel.steps import Cases, Fact
from boundkit.provers.factors import expanded, factorise, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import points, signs

COST = 28
LARGEST_BOTTOM = 60
MOST_BOTTOMS = 3
LARGEST_POWER = 6
NUMBERS = tuple(map(Fraction, ("0", "1", "1/2")))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Places where a slope vanishes, found in closed form."""
    tried = 0
    for name in sorted(goal.slack.free):
        if goal.box[name].is_point or any(name in fact.term.free for fact in goal.facts):
            continue
        try:
            slope = derivative(goal.slack, name)
        except NotDifferentiable:
            continue
        for root in bottoms(slope, name):
            # An enclosure may see of one form alone that it keeps to the range.
            forms = (root, expanded(root))
            bottom = next((own for own in forms if own and _fits(goal, name, own, slope)), None)
            if bottom is None:
                continue
            tried += 1
            if tried > MOST_BOTTOMS:
                return GivenUp("")
            found = _cases(goal, name, bottom, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def _fits(goal: Goal, name: str, bottom: Term, slope: Term) -> bool:
    """Whether the bottom certainly has its values in the range, and the slope turns from falling to rising
    there, at sample points."""
    if size_of(bottom) > LARGEST_BOTTOM:
        return False
    others = {own: extent for own, extent in goal.box.items() if own != name}
    try:
        if not contains(goal.box[name], enclosure(bottom, others, goal.facts, 64)):
            return False
    except (Undecided, Undefined):
        return False
    gap = minus(Name(name, REAL), bottom)
    return -1 not in signs(times(gap, slope), goal.box, goal.facts) and bool(points(goal.box, goal.facts))


def _cases(goal: Goal, name: str, bottom: Term, prove: Prove, effort: Effort) -> Found | None:
    gap = minus(Name(name, REAL), bottom)
    above = prove(replace(goal, facts=(*goal.facts, Fact(gap, "nonnegative"))), effort)
    if above is None:
        return None
    below = prove(replace(goal, facts=(*goal.facts, Fact(negative(gap), "positive"))), effort)
    if below is None:
        return None
    step = Cases(gap, above.step, below.step)
    if not accepted(goal, step):
        return None
    lines = dict.fromkeys((*above.argument, *below.argument))
    return Found(step, (f"least where {name} = {bottom}", *lines))


def bottoms(slope: Term, name: str) -> Iterator[Term]:
    """Terms in the other variables at which a factor of the slope vanishes, and numbers at which it does."""
    for value in NUMBERS:
        here = factorise(substitute(slope, {name: number(value)}))
        if here is not None and not here.coefficient:
            yield number(value)
    found = factorise(slope)
    for factor, count in found.factors if found is not None else ():
        if name not in factor.free or count % 2 == 0 or count < 0:
            continue
        for root in (_linear(factor, name), _of_logarithms(factor, name)):
            if root is not None and name not in root.free:
                yield root
                break


def _linear(factor: Term, name: str) -> Term | None:
    """The root of a factor that is linear in one function of the variable."""
    root = solved(factor, name)
    if root is not None:
        return root
    atoms: dict[Term, None] = {}
    _atoms(factor, name, atoms)
    if len(atoms) != 1:
        return None
    (atom,) = atoms
    stand_in = Name("atom", REAL)
    if stand_in.text in factor.free:
        return None
    turned = replaced(factor, atom, stand_in)
    if name in turned.free:
        return None
    value = solved(turned, stand_in.text)
    return None if value is None else _inverse(atom, value, name)


def _atoms(term: Term, name: str, found: dict[Term, None]) -> None:
    """The innermost functions of the variable, or the variable itself."""
    if isinstance(term, Name):
        if term.text == name:
            found[term] = None
        return
    if not isinstance(term, Apply) or name not in term.free:
        return
    if term.head in ("exp", "ln", "sqrt") or (term.head == "^" and isinstance(term.args[1], Number)):
        found[term] = None
        return
    for arg in term.args:
        _atoms(arg, name, found)


def _inverse(atom: Term, value: Term, name: str) -> Term | None:
    """The variable, from the value of a function of it."""
    if isinstance(atom, Name):
        return value
    assert isinstance(atom, Apply)
    inner = atom.args[0]
    if atom.head == "exp":
        turned: Term = Apply("ln", (value,), REAL)
    elif atom.head == "ln":
        turned = Apply("exp", (value,), REAL)
    elif atom.head == "sqrt":
        turned = power(value, number(2))
    else:
        exponent = atom.args[1]
        assert isinstance(exponent, Number)
        turned = power(value, number(1 / exponent.value))
    if isinstance(inner, Name):
        return turned
    return solved(minus(inner, turned), name)


def _of_logarithms(factor: Term, name: str) -> Term | None:
    """The root of a sum of logarithms with whole factors and a rest without the variable."""
    if not any(isinstance(part, Apply) and part.head == "ln" for part in subterms(factor)):
        return None
    algebra = Algebra()
    quotient = algebra.of(factor)
    product: Term = ONE
    rest: Polynomial = {}
    unit: Fraction | None = None
    for monomial, value in quotient.top.items():
        term = algebra.monomial_term(monomial)
        if name not in term.free:
            rest[monomial] = value
            continue
        if len(monomial) != 1 or monomial[0][1] != 1 or not _is_logarithm(monomial[0][0]):
            return None
        unit = abs(value) if unit is None else unit
        count = value / unit
        if count.denominator != 1 or abs(count) > LARGEST_POWER:
            return None
        product = times(product, power(_argument(algebra, monomial[0][0]), number(count)))
    if unit is None or quotient.below:
        return None
    # What is left of logarithms without the variable comes back as a product.
    constant = _exponential(algebra, rest, unit)
    equation = factorise(minus(times(product, constant), ONE))
    for part, count_ in equation.factors if equation is not None else ():
        if count_ > 0 and name in part.free:
            return solved(part, name)
    return None


def _exponential(algebra: Algebra, rest: Polynomial, unit: Fraction) -> Term:
    """exp(rest/unit), with powers for logarithms with whole factors."""
    product: Term = ONE
    left: Polynomial = {}
    for monomial, value in rest.items():
        count = value / unit
        single = len(monomial) == 1 and monomial[0][1] == 1 and _is_logarithm(monomial[0][0])
        if single and count.denominator == 1 and abs(count) <= LARGEST_POWER:
            product = times(product, power(_argument(algebra, monomial[0][0]), number(count)))
        else:
            left[monomial] = count
    if not left:
        return product
    return times(product, Apply("exp", (algebra.to_term(Quotient(left)),), REAL))


def _argument(algebra: Algebra, logarithm: Term) -> Term:
    met = algebra.met.get(logarithm, logarithm)
    assert isinstance(met, Apply)
    return met.args[0]


def _is_logarithm(atom: Term) -> bool:
    return isinstance(atom, Apply) and atom.head == "ln"
