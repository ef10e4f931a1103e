"""Polynomials over atoms with rational coefficients and generalised exponents.

An atom is a term that the normal form does not look into (a variable, `f(w)`, a Gram word, a symbolic
sum), or one of three kinds of base: `e`, a prime, and a composite (a polynomial that stands under a
root, a symbolic power or a division). Exponents are rationals or polynomials in integers, such as
the `k` in `2^k`. The identities used are those of powers, each valid wherever both sides are defined:
`x^a * x^b = x^(a+b)`; see `docs/trust.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Number, Term, canonical

LARGEST = 20_000
"""Terms a polynomial may have; beyond it normalisation gives up with `TooLarge`."""


LARGEST_TERM = 100_000
"""Subterms an atom may have."""
LARGEST_NUMBER = 12_000
"""Bits that numerators and denominators may have; Python writes out a few more."""


class TooLarge(Exception):
    """A normal form would grow beyond one of these bounds."""


class Atom:
    """A term that is opaque to the normal form; equal to another when their canonical texts are."""

    __slots__ = ("key", "polynomial", "term")
    polynomial: Polynomial

    def __init__(self, term: Term, key: str | None = None) -> None:
        if term.size > LARGEST_TERM:
            raise TooLarge
        self.term = term
        self.key = key if key is not None else canonical(term)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.key == other.key

    def __lt__(self, other: Atom) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key


class Composite(Atom):
    """A sum of several monomials that stands under a root, a symbolic power or a division."""

    def __init__(self, polynomial: Polynomial, term: Term) -> None:
        super().__init__(term, f"[{polynomial.key}]")
        self.polynomial = polynomial


E = Atom(Apply("exp", (ONE,), REAL))
"""The base of `exp`."""

Rational = int | Fraction
"""Exponents that are numbers: int when whole, since those are by far the most and hash faster."""
Monomial = tuple[tuple[Atom, "Rational | Polynomial"], ...]
UNIT: Monomial = ()


class Polynomial:
    """A finite sum of rational multiples of monomials. Immutable by convention."""

    def __init__(self, terms: Mapping[Monomial, Fraction]) -> None:
        self.terms = terms

    @cached_property
    def key(self) -> str:
        """A text equal for equal polynomials only."""
        return " + ".join(
            f"{written(self.terms[monomial])}*{monomial_key(monomial)}" for monomial in self.ordered
        )

    @cached_property
    def ordered(self) -> tuple[Monomial, ...]:
        """The monomials in a fixed order."""
        return tuple(sorted(self.terms, key=monomial_key))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key or "0"

    def __add__(self, other: Polynomial) -> Polynomial:
        if not other.terms:
            return self
        if not self.terms:
            return other
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            total = terms.get(monomial, 0) + coefficient
            if total:
                terms[monomial] = total
            else:
                terms.pop(monomial, None)
        return Polynomial(_sized(terms))

    def scaled(self, factor: Fraction) -> Polynomial:
        """The polynomial times a rational."""
        if not factor:
            return Polynomial({})
        if factor == 1:
            return self
        return Polynomial({monomial: factor * value for monomial, value in self.terms.items()})

    def __neg__(self) -> Polynomial:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + (-other)

    @property
    def constant(self) -> Fraction | None:
        """The value when there are no atoms, else None."""
        if not self.terms:
            return Fraction(0)
        if len(self.terms) == 1 and UNIT in self.terms:
            return self.terms[UNIT]
        return None

    @property
    def constant_part(self) -> Fraction:
        """The coefficient of 1."""
        return self.terms.get(UNIT, Fraction(0))

    @property
    def single(self) -> tuple[Monomial, Fraction] | None:
        """The one monomial with its coefficient, or None when there are none or several."""
        if len(self.terms) == 1:
            return next(iter(self.terms.items()))
        return None

    @cached_property
    def atoms(self) -> frozenset[Atom]:
        """Atoms that occur, in exponents too."""
        found: set[Atom] = set()
        for monomial in self.terms:
            for atom, exponent in monomial:
                found.add(atom)
                if isinstance(exponent, Polynomial):
                    found |= exponent.atoms
        return frozenset(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that occur free in some atom."""
        return frozenset().union(*(atom.term.free for atom in self.atoms))

    def depends_on(self, name: str) -> bool:
        """Whether the name occurs free in some atom."""
        return any(name in atom.term.free for atom in self.atoms)


NIL = Polynomial({})
UNITY = Polynomial({UNIT: Fraction(1)})


def constant(value: Fraction | int) -> Polynomial:
    """The polynomial of a rational."""
    return Polynomial({UNIT: Fraction(value)}) if value else NIL


def of_atom(atom: Atom, exponent: Rational | Polynomial = 1) -> Polynomial:
    """An atom to a power."""
    return Polynomial({((atom, exponent),): Fraction(1)})


def written(value: Rational) -> str:
    """A number in digits; raises `TooLarge` for one beyond `LARGEST_NUMBER`."""
    if value.numerator.bit_length() > LARGEST_NUMBER or value.denominator.bit_length() > LARGEST_NUMBER:
        raise TooLarge
    return str(value)


def monomial_key(monomial: Monomial) -> str:
    """A text that orders monomials."""
    return "*".join(
        f"{atom.key}^({exponent.key if isinstance(exponent, Polynomial) else written(exponent)})"
        for atom, exponent in monomial
    )


def add_exponents(left: Rational | Polynomial, right: Rational | Polynomial) -> Rational | Polynomial:
    """The sum of two exponents, a Fraction whenever it is constant."""
    if isinstance(left, Rational) and isinstance(right, Rational):
        return lowest(left + right)
    return simplest(as_polynomial(left) + as_polynomial(right))


def lowest(exponent: Rational) -> Rational:
    """A number as an int when it is whole."""
    return exponent.numerator if exponent.denominator == 1 else exponent


def simplest(exponent: Polynomial) -> Rational | Polynomial:
    """The exponent as a Fraction when it is constant."""
    value = exponent.constant
    return exponent if value is None else lowest(value)


def as_polynomial(exponent: Rational | Polynomial) -> Polynomial:
    """The exponent as a polynomial."""
    return constant(exponent) if isinstance(exponent, Rational) else exponent


def multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    """The product, exponents added; atoms with exponent 0 vanish."""
    if not left:
        return right
    if not right:
        return left
    powers: dict[Atom, Rational | Polynomial] = dict(left)
    for atom, exponent in right:
        powers[atom] = add_exponents(powers[atom], exponent) if atom in powers else exponent
    return tuple(sorted(((a, e) for a, e in powers.items() if e != 0), key=lambda pair: pair[0].key))


def inverse_monomial(monomial: Monomial) -> Monomial:
    """Every exponent negated."""
    return tuple((atom, -exponent) for atom, exponent in monomial)


def expandable(atom: Atom, exponent: Rational | Polynomial) -> bool:
    """Whether a power has a whole part that can be multiplied out: a composite, or a prime, with an
    exponent whose constant part is outside [0, 1), or an absolute value squared."""
    if isinstance(atom, Composite):
        whole = exponent if isinstance(exponent, Rational) else exponent.constant_part
        return whole >= 1
    if is_prime(atom):
        whole = exponent if isinstance(exponent, Rational) else exponent.constant_part
        return not 0 <= whole < 1
    if isinstance(atom.term, Apply) and atom.term.head == "abs":
        return isinstance(exponent, Rational) and exponent >= 2
    return False


def is_prime(atom: Atom) -> bool:
    """Whether the atom is a prime base."""
    return isinstance(atom.term, Number)


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product, fully expanded except for composites under roots and divisions; the caller
    expands those with `boundkit.kernel.normal.expand`."""
    terms: dict[Monomial, Fraction] = {}
    if len(left.terms) * len(right.terms) > 50 * LARGEST:
        raise TooLarge
    for one, a in left.terms.items():
        for two, b in right.terms.items():
            product = multiply_monomials(one, two)
            total = terms.get(product, 0) + a * b
            if total:
                terms[product] = total
            else:
                terms.pop(product, None)
    return Polynomial(_sized(terms))


def total(parts: Iterable[Polynomial]) -> Polynomial:
    """The sum."""
    result = NIL
    for part in parts:
        result = result + part
    return result


def _sized(terms: dict[Monomial, Fraction]) -> dict[Monomial, Fraction]:
    if len(terms) > LARGEST:
        raise TooLarge
    return terms


def common_monomial(polynomial: Polynomial) -> Monomial:
    """The atoms with rational exponents that divide every monomial, each with its least exponent."""
    monomials = [dict(monomial) for monomial in polynomial.terms]
    common: dict[Atom, Rational] = {}
    for atom in monomials[0]:
        exponents = [powers.get(atom) for powers in monomials]
        rational = [exponent for exponent in exponents if isinstance(exponent, Rational)]
        if len(rational) == len(exponents):
            common[atom] = min(rational)
    return tuple(sorted(((a, e) for a, e in common.items() if e), key=lambda pair: pair[0].key))


def divided(polynomial: Polynomial, monomial: Monomial) -> Polynomial:
    """The polynomial over a monomial that has rational exponents."""
    inverse = inverse_monomial(monomial)
    return Polynomial({multiply_monomials(m, inverse): c for m, c in polynomial.terms.items()})


def replaced(polynomial: Polynomial, atom: Atom, value: Polynomial) -> Polynomial:
    """The polynomial with an atom that enters with whole positive powers replaced."""
    result = NIL
    for monomial, coefficient in polynomial.terms.items():
        power = 0
        rest = []
        for own, exponent in monomial:
            if own == atom:
                power = int(exponent)  # type: ignore[arg-type]
            else:
                rest.append((own, exponent))
        part = Polynomial({tuple(rest): coefficient})
        for _ in range(power):
            part = multiply(part, value)
        result = result + part
    return result


def enters_whole(polynomial: Polynomial, atom: Atom, most: int = 8) -> bool:
    """Whether the atom enters with whole exponents from 1 to `most` only."""
    for monomial in polynomial.terms:
        for own, exponent in monomial:
            if isinstance(exponent, Polynomial):
                if atom in exponent.atoms or own == atom:
                    return False
            elif own == atom and not (exponent.denominator == 1 and 0 < exponent <= most):
                return False
    return True
