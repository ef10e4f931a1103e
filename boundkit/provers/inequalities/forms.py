"""Goals that are polynomials in coordinates: terms of which the kernel knows the sign, or free names.

Of a triangle with sides a, b, c these are b + c - a, c + a - b and a + b - c; of x in [2, 5] they are x - 2
and, as a further constraint, 5 - x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, Number, Term, number, substitute
from boundkit.kernel.derivative import minus, plus, power
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.kernel.steps import Enclosed, Known, Step, Sum
from boundkit.provers.inequalities.goal import Goal, accepted

MOST_ATOMS = 8
LARGEST_DEGREE = 24
MOST_TERMS = 3000

FREE, NONNEGATIVE, POSITIVE = "free", "nonnegative", "positive"


@dataclass(frozen=True)
class Coordinate:
    """A term, and what the kernel finds of its sign by itself."""

    term: Term
    sign: str

    @property
    def bounded(self) -> bool:
        """Whether it is at least 0."""
        return self.sign != FREE


@dataclass(frozen=True)
class Constraint:
    """A term that is at least 0 (above 0 if strict), and the polynomial that it is in the coordinates."""

    term: Term
    polynomial: fmpq_mpoly
    strict: bool


@dataclass(frozen=True)
class Equation:
    """A polynomial that is 0 where the facts hold.

    term: that of a fact. denominator: polynomial = denominator * term. fact: the number of the fact
    `term = 0`, or of `term >= 0`, and then `opposite` is the term of another fact, equal to -term, that is
    at least 0 as well."""

    term: Term
    polynomial: fmpq_mpoly
    denominator: fmpq_mpoly
    fact: int
    opposite: Term | None = None


@dataclass(frozen=True)
class Form:
    """That the polynomial is >= 0 (> 0 if strict) in the coordinates, which are affine in the names or
    atoms, under constraints and equations."""

    coordinates: tuple[Coordinate, ...]
    polynomial: fmpq_mpoly
    strict: bool
    constraints: tuple[Constraint, ...] = ()
    equations: tuple[Equation, ...] = ()

    @property
    def orthant(self) -> bool:
        """Whether all coordinates are at least 0."""
        return all(own.bounded for own in self.coordinates)

    @property
    def degree(self) -> int:
        """The degree of the polynomial."""
        return int(self.polynomial.total_degree()) if self.polynomial else 0

    def admits(self, point: Sequence[fmpq]) -> bool:
        """Whether all that is known of the coordinates holds at a point."""
        signs = all(
            own.sign == FREE or value > 0 or (own.sign == NONNEGATIVE and value == 0)
            for own, value in zip(self.coordinates, point, strict=True)
        )
        values = [(own.polynomial(*point), own.strict) for own in self.constraints]
        return (
            signs
            and all(value > 0 or (value == 0 and not strict) for value, strict in values)
            and all(own.polynomial(*point) == 0 for own in self.equations)
        )

    def term(self, polynomial: fmpq_mpoly) -> Term:
        """A polynomial in the coordinates, written out."""
        return written(polynomial, [own.term for own in self.coordinates])


def is_homogeneous(polynomial: fmpq_mpoly) -> bool:
    """Whether all monomials have one degree."""
    return len({sum(monomial) for monomial in polynomial.monoms()}) <= 1


def rational(value: fmpq) -> Fraction:
    """A rational of flint as one of Python."""
    return Fraction(int(value.p), int(value.q))


def raw_product(factors: Sequence[Term]) -> Term:
    """The product with each factor as it is, so that the kernel recognises facts in it."""
    kept = [factor for factor in factors if factor != number(1)]
    if not kept:
        return number(1)
    return kept[0] if len(kept) == 1 else Apply("*", tuple(kept), REAL)


def raw_power(base: Term, exponent: int) -> Term:
    """A power of a term as it is."""
    return base if exponent == 1 else power(base, number(exponent))


def written(polynomial: fmpq_mpoly, terms: Sequence[Term]) -> Term:
    """A polynomial with terms for its variables, the larger monomials first."""
    parts: list[Term] = []
    for monomial, value in polynomial.terms():
        factors = [raw_power(terms[place], int(own)) for place, own in enumerate(monomial) if own]
        parts.append(raw_product([number(rational(value)), *factors]))
    return ZERO if not parts else parts[0] if len(parts) == 1 else Apply("+", tuple(parts), REAL)


@dataclass
class Reader:
    """Polynomials of the terms of a goal in its atoms. Raises TooLarge where one is too large."""

    goal: Goal
    fixed: Mapping[str, Term] = field(init=False)
    atoms: list[Term] = field(init=False)
    functions: RationalFunctions = field(init=False)

    def __post_init__(self) -> None:
        self.fixed = {
            name: Number(extent.lower)
            for name, extent in self.goal.box.items()
            if extent.is_point and extent.lower is not None
        }
        found = atoms_of(self.pinned(self.goal.slack))
        for _ in range(3):
            # A fact brings in its atoms if it shares one.
            for fact in self.goal.facts:
                own = atoms_of(self.pinned(fact.term))
                if own & found and len(own | found) <= MOST_ATOMS:
                    found |= own
        if len(found) > MOST_ATOMS:
            raise TooLarge("too many atoms")
        self.atoms = sorted(found, key=str)
        self.functions = RationalFunctions(self.atoms)

    def pinned(self, term: Term) -> Term:
        """The term with numbers for the names that have one value."""
        return substitute(term, self.fixed) if self.fixed else term

    def fraction(self, term: Term) -> tuple[fmpq_mpoly, fmpq_mpoly] | None:
        """Numerator and denominator of a term, without common factors; None if it has other atoms."""
        own = self.pinned(term)
        if not atoms_of(own) <= set(self.atoms):
            return None
        top, bottom = self.functions.of(own)
        shared = top.gcd(bottom) if top else bottom
        top, bottom = top / shared, bottom / shared
        if bottom.is_constant():
            return top / bottom, self.functions.one
        return top, bottom

    def polynomial(self, term: Term) -> fmpq_mpoly | None:
        """The polynomial that a term is, or None."""
        found = self.fraction(term)
        if found is None or not found[1].is_constant():
            return None
        if len(found[0]) > MOST_TERMS:
            return None
        return found[0]


def forms_of(goal: Goal) -> tuple[Form, ...]:
    """The goal in the coordinates that its ranges give, and in those that its facts give; none if the slack
    is no polynomial of few atoms."""
    try:
        reader = Reader(goal)
        slack = reader.polynomial(goal.slack)
        if slack is None or not reader.atoms or (slack and slack.total_degree() > LARGEST_DEGREE):
            return ()
        constraints, equations = _known(goal, reader)
    except TooLarge:
        return ()
    ranges = [own for own in constraints if own.fact is None]
    facts = [own for own in constraints if own.fact is not None]
    found: list[Form] = []
    for order in (ranges + facts, facts + ranges):
        form = _in_coordinates(goal, reader, slack, order, equations)
        if form is not None and all(form.coordinates != other.coordinates for other in found):
            found.append(form)
    return tuple(found)


@dataclass(frozen=True)
class _Known:
    """A constraint in the atoms; `fact` is its number among the facts, if it is one."""

    term: Term
    polynomial: fmpq_mpoly
    strict: bool
    fact: int | None


def _known(goal: Goal, reader: Reader) -> tuple[list[_Known], list[Equation]]:
    constraints: list[_Known] = []
    for atom, variable in zip(reader.atoms, reader.functions.context.gens(), strict=True):
        for end, closed, sign in _ends(goal, atom):
            if sign > 0:
                term = minus(atom, number(end))
                polynomial = variable - fmpq(end.numerator, end.denominator)
            else:
                term = minus(number(end), atom)
                polynomial = fmpq(end.numerator, end.denominator) - variable
            constraints.append(_Known(term, polynomial, not closed, None))
    equations: list[Equation] = []
    seen: dict[str, _Known] = {}
    for place, fact in enumerate(goal.facts):
        found = reader.fraction(fact.term)
        if found is None or found[0].is_constant():
            continue
        top, bottom = found
        if fact.kind == "zero":
            equations.append(Equation(fact.term, top, bottom, place))
        elif bottom.is_constant():
            own = _Known(fact.term, top, fact.kind == "positive", place)
            other = seen.get(str(-top))
            if other is not None and not own.strict and not other.strict:
                constraints.remove(other)
                assert other.fact is not None
                one = reader.functions.one
                equations.append(Equation(other.term, other.polynomial, one, other.fact, fact.term))
                continue
            same = next((known for known in constraints if known.polynomial == top), None)
            if same is None or (own.strict and not same.strict):
                if same is not None:
                    constraints.remove(same)
                seen[str(top)] = own
                constraints.append(own)
    return constraints, equations


def equations_of(goal: Goal, reader: Reader) -> list[Equation]:
    """The equations among the facts, in the atoms of the reader. Raises TooLarge."""
    return _known(goal, reader)[1]


def _ends(goal: Goal, atom: Term) -> Iterator[tuple[Fraction, bool, int]]:
    """The finite ends of an atom: value, whether attained, 1 for a lower one."""
    if isinstance(atom, Name):
        extent = goal.box[atom.text]
        if extent.lower is not None:
            yield extent.lower, extent.lower_closed, 1
        if extent.upper is not None:
            yield extent.upper, extent.upper_closed, -1
    elif accepted(Goal(atom, True, goal.box, goal.facts), Enclosed()):
        yield Fraction(0), False, 1
    elif accepted(Goal(atom, False, goal.box, goal.facts), Enclosed()):
        yield Fraction(0), True, 1


def _in_coordinates(
    goal: Goal,
    reader: Reader,
    slack: fmpq_mpoly,
    constraints: Sequence[_Known],
    equations: Sequence[Equation],
) -> Form | None:
    size = len(reader.atoms)
    chosen: list[_Known] = []
    rows: list[list[fmpq]] = []
    for own in constraints:
        if len(chosen) < size and own.polynomial.total_degree() == 1:
            row = _gradient(own.polynomial)
            if fmpq_mat([*rows, row]).rank() > len(rows):
                rows.append(row)
                chosen.append(own)
    coordinates = [Coordinate(own.term, POSITIVE if own.strict else NONNEGATIVE) for own in chosen]
    polynomials = [own.polynomial for own in chosen]
    for atom, variable in zip(reader.atoms, reader.functions.context.gens(), strict=True):
        row = _gradient(variable)
        if len(rows) < size and fmpq_mat([*rows, row]).rank() > len(rows):
            rows.append(row)
            coordinates.append(Coordinate(atom, FREE))
            polynomials.append(variable)
    if len(rows) != size:
        return None
    # Coordinates u = M x + c, so that x = M^-1 (u - c).
    inverse = fmpq_mat(rows).inv()
    generators = reader.functions.context.gens()
    shifted = [variable - _constant(own) for own, variable in zip(polynomials, generators, strict=True)]
    values = [
        sum((inverse[place, k] * shifted[k] for k in range(size)), reader.functions.context.constant(0))
        for place in range(size)
    ]

    def moved(polynomial: fmpq_mpoly) -> fmpq_mpoly:
        return polynomial.compose(*values)

    rest = [
        Constraint(own.term, moved(own.polynomial), own.strict) for own in constraints if own not in chosen
    ]
    orthant = [own.bounded for own in coordinates]
    rest = [own for own in rest if not _implied(own.polynomial, orthant)]
    rest = _irredundant(rest, orthant)
    moved_equations = tuple(
        replace(own, polynomial=moved(own.polynomial), denominator=moved(own.denominator))
        for own in equations
    )
    return Form(tuple(coordinates), moved(slack), goal.strict, tuple(rest), moved_equations)


def _gradient(polynomial: fmpq_mpoly) -> list[fmpq]:
    """The coefficients of a polynomial of degree 1."""
    size = polynomial.context().nvars()
    row = [fmpq(0)] * size
    for monomial, value in polynomial.terms():
        for place in range(size):
            if monomial[place]:
                row[place] = value
    return row


def _constant(polynomial: fmpq_mpoly) -> fmpq:
    size = polynomial.context().nvars()
    return fmpq(polynomial[(0,) * size])


def _implied(polynomial: fmpq_mpoly, orthant: Sequence[bool]) -> bool:
    """Whether it is at least 0 by the signs of its coefficients."""
    return all(
        value >= 0 and all(ok or own % 2 == 0 for own, ok in zip(monomial, orthant, strict=True))
        for monomial, value in polynomial.terms()
    )


def _irredundant(constraints: list[Constraint], orthant: Sequence[bool]) -> list[Constraint]:
    """Without those that exceed another one by what is at least 0."""
    kept = list(constraints)
    for own in constraints:
        others = [other for other in kept if other is not own and other.strict >= own.strict]
        if any(_implied(own.polynomial - other.polynomial, orthant) for other in others):
            kept.remove(own)
    return kept


def known_multiple(form: Form, equation: Equation, multiplier: fmpq_mpoly) -> tuple[Term, Step]:
    """The term `multiplier * equation.polynomial`, written with the fact, and the step that it is >= 0."""
    factor = form.term(multiplier * equation.denominator)
    if equation.opposite is None:
        return raw_product([factor, equation.term]), Known(equation.fact, factor)
    # q*u = ((q + 1)/2)^2 u + ((q - 1)/2)^2 (-u)
    parts = (
        raw_product([number(Fraction(1, 4)), raw_power(plus(factor, number(1)), 2), equation.term]),
        raw_product([number(Fraction(1, 4)), raw_power(minus(factor, number(1)), 2), equation.opposite]),
    )
    return raw_product([factor, equation.term]), Sum(parts, (Enclosed(), Enclosed()))


__all__ = [
    "FREE",
    "NONNEGATIVE",
    "POSITIVE",
    "Constraint",
    "Coordinate",
    "Equation",
    "Form",
    "Reader",
    "equations_of",
    "forms_of",
    "known_multiple",
    "written",
]
