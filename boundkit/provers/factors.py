"""Shapes of scalar terms that a search for cover certificates tries: factors, and sums in shifted
variables. Proposals only; the kernel checks each identity again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, Number, Term, number, substitute
from boundkit.kernel.cover import Box, Range
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, plus, power, times
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient, TooLarge

LARGEST_DEGREE = 12
MOST_ELEVATIONS = 6


@dataclass(frozen=True)
class Factored:
    """coefficient * product of factors, each to a whole power other than 0."""

    coefficient: Fraction
    factors: tuple[tuple[Term, int], ...]


MOST_DEGREE = 120
"""The degrees in all atoms together beyond which no polynomial is factorised."""


def factorise(term: Term) -> Factored | None:
    """The irreducible factors of a term as a polynomial in its atoms; None when it is too large."""
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
        if not quotient.top:
            return Factored(Fraction(0), ())
        return _factorise(algebra, quotient)
    except (TooLarge, RecursionError):
        return None


def _factorise(algebra: Algebra, quotient: Quotient) -> Factored:
    polynomials: list[tuple[Polynomial, int]] = [(quotient.top, 1)]
    polynomials.extend((dict(part), -count) for part, count in quotient.below)
    steps: dict[Term, int] = {}
    for polynomial, _ in polynomials:
        for monomial in polynomial:
            for atom, exponent in monomial:
                steps[atom] = lcm(steps.get(atom, 1), exponent.denominator)
    atoms = sorted(steps, key=algebra.order)
    shown = [(algebra.met.get(atom, atom), steps[atom]) for atom in atoms]
    context = fmpq_mpoly_ctx.get([f"g{place}" for place in range(len(atoms))], "lex")
    coefficient = Fraction(1)
    powers: dict[Term, int] = {}
    for polynomial, count in polynomials:
        least = dict.fromkeys(atoms, 0)
        rows = []
        for monomial, value in polynomial.items():
            row = {atom: int(exponent * steps[atom]) for atom, exponent in monomial}
            rows.append((row, value))
            for atom in atoms:
                least[atom] = min(least[atom], row.get(atom, 0))
        packed = {
            tuple(row.get(atom, 0) - least[atom] for atom in atoms): fmpq(value.numerator, value.denominator)
            for row, value in rows
        }
        if sum(max((row[place] for row in packed), default=0) for place in range(len(atoms))) > MOST_DEGREE:
            raise TooLarge
        scale, found = context.from_dict(packed).factor()
        coefficient *= Fraction(int(scale.p), int(scale.q)) ** count
        for part, own in found:
            shape = _shape(part, shown)
            powers[shape] = powers.get(shape, 0) + int(own) * count
        for atom, low in least.items():
            shape = _generator(algebra.met.get(atom, atom), Fraction(1, steps[atom]))
            powers[shape] = powers.get(shape, 0) + low * count
    return Factored(coefficient, tuple((shape, count) for shape, count in powers.items() if count))


def _shape(part: fmpq_mpoly, atoms: list[tuple[Term, int]]) -> Term:
    terms = []
    for exponents, value in part.to_dict().items():
        powers = [
            _generator(atom, Fraction(int(exponent), step))
            for (atom, step), exponent in zip(atoms, exponents, strict=True)
            if exponent
        ]
        terms.append(times(number(Fraction(int(value.p), int(value.q))), *powers))
    return plus(*terms)


def _generator(atom: Term, exponent: Fraction) -> Term:
    if isinstance(atom, Apply) and atom.head == "exp" and exponent != 1:
        return Apply("exp", (times(number(exponent), atom.args[0]),), REAL)
    return power(atom, number(exponent))


def expanded(term: Term) -> Term | None:
    """The term multiplied out; None when it is too large."""
    algebra = Algebra()
    try:
        return algebra.to_term(algebra.of(term))
    except (TooLarge, RecursionError):
        return None


def coefficients(term: Term, name: str) -> list[Fraction] | None:
    """Coefficients, from that of 1 upwards, of a polynomial in one name; None for other terms."""
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except (TooLarge, RecursionError):
        return None
    if quotient.below:
        return None
    found: dict[int, Fraction] = {}
    for monomial, value in quotient.top.items():
        if not monomial:
            found[0] = value
            continue
        if len(monomial) != 1 or not (isinstance(monomial[0][0], Name) and monomial[0][0].text == name):
            return None
        exponent = monomial[0][1]
        if exponent.denominator != 1 or not 0 < exponent <= LARGEST_DEGREE:
            return None
        found[int(exponent)] = value
    return [found.get(degree, Fraction(0)) for degree in range(max(found, default=0) + 1)]


def shifted_sums(term: Term, box: Box) -> list[Term]:
    """The term multiplied out as it is, in distances from the lower ends, and from the upper ends."""
    shapes = []
    for upwards in (None, True, False):
        there: dict[str, Term] = {}
        back: dict[str, Term] = {}
        for name, extent in box.items():
            end = extent.lower if upwards else extent.upper
            if upwards is None or extent.is_point or end is None or name not in term.free:
                continue
            variable, distance = Name(name, REAL), Name(name + "'", REAL)
            if upwards:
                there[name] = plus(number(end), distance)
                back[distance.text] = minus(variable, number(end)) if end else variable
            else:
                there[name] = minus(number(end), distance)
                back[distance.text] = minus(number(end), variable)
        if upwards is not None and not there:
            continue
        shape = expanded(substitute(term, there))
        if shape is not None:
            shape = substitute(shape, back)
            if shape not in shapes:
                shapes.append(shape)
    return shapes


def polynomial_sums(values: list[Fraction], name: str, extent: Range) -> list[Term]:
    """A polynomial as a sum whose terms keep their sign on the range: Taylor's at a finite end of a ray,
    or Bernstein's at several degrees (Bernstein, 1915)."""
    variable = Name(name, REAL)
    low, high = extent.lower, extent.upper
    if low is not None and high is not None:
        shapes = []
        for degree in range(len(values) - 1, len(values) + MOST_ELEVATIONS):
            parts = bernstein(values, low, high, degree)
            shapes.append(
                plus(
                    *(
                        times(
                            number(value),
                            power(_difference(variable, low), number(place)),
                            power(minus(number(high), variable), number(degree - place)),
                        )
                        for place, value in enumerate(parts)
                        if value
                    )
                )
            )
            if all(value >= 0 for value in parts):
                return [shapes[-1]]
        return []
    if low is not None:
        parts = taylor(values, low)
        base: Term = _difference(variable, low)
    elif high is not None:
        parts = [value * (-1) ** place for place, value in enumerate(taylor(values, high))]
        base = minus(number(high), variable)
    else:
        return []
    if any(value < 0 for value in parts):
        return []
    return [plus(*(times(number(value), power(base, number(place))) for place, value in enumerate(parts)))]


def _difference(variable: Name, value: Fraction) -> Term:
    return minus(variable, number(value)) if value else variable


def taylor(values: list[Fraction], centre: Fraction) -> list[Fraction]:
    """Coefficients in powers of (x - centre)."""
    result = [Fraction(0)] * len(values)
    for degree, value in enumerate(values):
        for place in range(degree + 1):
            result[place] += value * comb(degree, place) * centre ** (degree - place)
    return result


def bernstein(values: list[Fraction], low: Fraction, high: Fraction, degree: int) -> list[Fraction]:
    """Coefficients of (x-low)^k (high-x)^(degree-k)."""
    parts = taylor(values, low)
    width = high - low
    # In t = (x-low)/width: t^j = sum over k >= j of C(degree-j, k-j) t^k (1-t)^(degree-k).
    result = [Fraction(0)] * (degree + 1)
    for j, value in enumerate(parts):
        for k in range(j, degree + 1):
            result[k] += value * width**j * comb(degree - j, k - j)
    return [value / width**degree for value in result]


def solved(term: Term, name: str) -> Term | None:
    """The root in `name` of a term that is linear in it, as a term in the other names; None if it is not
    linear."""
    at_zero = expanded(substitute(term, {name: number(0)}))
    slope = expanded(Apply("-", (substitute(term, {name: number(1)}), at_zero), REAL)) if at_zero else None
    if at_zero is None or slope is None or (isinstance(slope, Number) and not slope.value):
        return None
    line = plus(at_zero, times(slope, Name(name, REAL)))
    found = factorise(Apply("-", (term, line), REAL))
    if found is None or found.coefficient:
        return None
    return expanded(Apply("neg", (Apply("/", (at_zero, slope), REAL),), REAL))


def completed_squares(term: Term, names: list[str]) -> Term | None:
    """A polynomial of degree 2 as a sum of squares with rational weights and a rest, by completing the
    square in one name after the other; None when it is none."""
    parts: list[Term] = []
    rest = term
    for name in names:
        values = _quadratic(rest, name)
        if values is None:
            return None
        low, middle, high = values
        if high <= 0:
            continue
        root = Apply("+", (Name(name, REAL), times(number(1 / (2 * high)), middle)), REAL)
        parts.append(times(number(high), power(root, number(2))))
        smaller = expanded(Apply("-", (low, times(number(1 / (4 * high)), power(middle, number(2)))), REAL))
        if smaller is None:
            return None
        rest = smaller
    return Apply("+", (*parts, rest), REAL) if parts else None


def _quadratic(term: Term, name: str) -> tuple[Term, Term, Fraction] | None:
    """Coefficients of 1, x and x^2 of a polynomial of degree 2 in x whose x^2 has a rational one."""
    try:
        slope = derivative(term, name)
        second = expanded(derivative(slope, name))
    except NotDifferentiable:
        return None
    if not isinstance(second, Number):
        return None
    low = expanded(substitute(term, {name: ZERO}))
    middle = expanded(substitute(slope, {name: ZERO}))
    return None if low is None or middle is None else (low, middle, second.value / 2)


def rank(term: Term) -> tuple[int, int]:
    """How hard a slope looks: monomials with atoms other than names, and monomials, of its factors."""
    found = factorise(term)
    if found is None:
        return (10**6, 0)
    algebra = Algebra()
    hard = total = 0
    for factor, count in found.factors:
        top = algebra.of(factor).top
        if len(top) == 1 or count % 2 == 0:
            continue
        total += len(top)
        hard += sum(any(not isinstance(atom, Name) for atom, _ in monomial) for monomial in top)
    return hard, total
