"""Sizes as polynomials with rational coefficients: two sizes are equal iff their normal forms are.
Knows terms only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Name, Number, Term, canonical, number

Monomial = tuple[tuple[str, int], ...]

# beyond these a power or product is treated as one opaque atom, so that hostile input stays cheap
LARGEST_POWER = 12
MOST_MONOMIALS = 400
MOST_DIGITS = 400


@dataclass(frozen=True)
class Polynomial:
    """Coefficients by monomial; `atoms` maps the text of an atom to its term."""

    coefficients: Mapping[Monomial, Fraction]
    atoms: Mapping[str, Term]

    @property
    def constant(self) -> Fraction | None:
        """The value when there is no atom left, else None."""
        if not self.coefficients:
            return Fraction(0)
        return self.coefficients[()] if set(self.coefficients) == {()} else None

    def plus(self, other: Polynomial, factor: Fraction = Fraction(1)) -> Polynomial:
        """`self + factor * other`."""
        sums = dict(self.coefficients)
        for monomial, coefficient in other.coefficients.items():
            total = sums.get(monomial, Fraction(0)) + factor * coefficient
            if total:
                sums[monomial] = total
            else:
                sums.pop(monomial, None)
        return Polynomial(sums, {**self.atoms, **other.atoms})

    def times(self, other: Polynomial) -> Polynomial:
        """The product."""
        result: dict[Monomial, Fraction] = {}
        for left, first in self.coefficients.items():
            for right, second in other.coefficients.items():
                powers: dict[str, int] = dict(left)
                for atom, power in right:
                    powers[atom] = powers.get(atom, 0) + power
                monomial = tuple(sorted(powers.items()))
                total = result.get(monomial, Fraction(0)) + first * second
                if total:
                    result[monomial] = total
                else:
                    result.pop(monomial, None)
        return Polynomial(result, {**self.atoms, **other.atoms})


def polynomial(term: Term) -> Polynomial:
    """The normal form; whatever is not a sum, product or small power of its parts is an atom."""
    if isinstance(term, Number):
        return Polynomial({(): term.value} if term.value else {}, {})
    if isinstance(term, Apply):
        # sums lean to the left, so the spine is walked rather than descended
        if term.head in ("+", "-") and len(term.args) == 2:
            rest: list[tuple[str, Term]] = []
            first: Term = term
            while isinstance(first, Apply) and first.head in ("+", "-") and len(first.args) == 2:
                rest.append((first.head, first.args[1]))
                first = first.args[0]
            total = polynomial(first)
            for sign, part in reversed(rest):
                total = total.plus(polynomial(part), Fraction(1 if sign == "+" else -1))
            return total
        if term.head == "neg":
            return Polynomial({}, {}).plus(polynomial(term.args[0]), Fraction(-1))
        if term.head == "*" and len(term.args) == 2:
            left, right = map(polynomial, term.args)
            if len(left.coefficients) * len(right.coefficients) <= MOST_MONOMIALS and _small(left, right):
                return left.times(right)
        if term.head == "/" and len(term.args) == 2:
            divisor = polynomial(term.args[1]).constant
            if divisor:
                return Polynomial({}, {}).plus(polynomial(term.args[0]), 1 / divisor)
        if term.head == "^" and isinstance(term.args[1], Number):
            power = term.args[1].value
            if power.denominator == 1 and 0 <= power <= LARGEST_POWER:
                base = polynomial(term.args[0])
                if len(base.coefficients) <= 8 and _small(base):
                    result = Polynomial({(): Fraction(1)}, {})
                    for _ in range(int(power)):
                        result = result.times(base)
                    return result
    key = canonical(term)
    return Polynomial({((key, 1),): Fraction(1)}, {key: term})


def _small(*parts: Polynomial) -> bool:
    return all(
        max(value.numerator.bit_length(), value.denominator.bit_length()) < MOST_DIGITS
        for part in parts
        for value in part.coefficients.values()
    )


def equal(left: Term, right: Term) -> bool:
    """Whether the normal forms agree."""
    return left == right or not polynomial(left).plus(polynomial(right), Fraction(-1)).coefficients


def difference(left: Term, right: Term) -> Fraction | None:
    """`left - right` when it is a constant, else None."""
    return polynomial(left).plus(polynomial(right), Fraction(-1)).constant


def as_term(form: Polynomial) -> Term:
    """A term with this normal form: monomials in a fixed order, positive ones first."""
    ordered = sorted(form.coefficients.items(), key=lambda item: (item[1] < 0, not item[0], item[0]))
    result: Term | None = None
    for monomial, coefficient in ordered:
        factors: list[Term] = []
        if abs(coefficient) != 1 or not monomial:
            factors.append(number(abs(coefficient)))
        for atom, power in monomial:
            base = form.atoms[atom]
            factors.append(base if power == 1 else Apply("^", (base, number(power)), NAT))
        product = factors[0]
        for factor in factors[1:]:
            product = Apply("*", (product, factor), NAT)
        if result is None:
            result = product if coefficient > 0 else Apply("neg", (product,), INT)
        else:
            sign = "+" if coefficient > 0 else "-"
            result = Apply(sign, (result, product), NAT if sign == "+" else INT)
    return number(0) if result is None else result


def solve(left: Term, right: Term, unknown: str) -> Term | None:
    """The value of the size named `unknown` that makes both sides equal, when it occurs once, with
    coefficient 1 or -1; else None."""
    form = polynomial(left).plus(polynomial(right), Fraction(-1))
    key = canonical(Name(unknown, NAT))
    coefficient = form.coefficients.get(((key, 1),))
    if coefficient not in (Fraction(1), Fraction(-1)):
        return None
    rest = {monomial: value for monomial, value in form.coefficients.items() if monomial != ((key, 1),)}
    if any(atom == key for monomial in rest for atom, _ in monomial):
        return None
    if any(unknown in form.atoms[atom].free for monomial in rest for atom, _ in monomial):
        return None
    scaled = {monomial: -value / coefficient for monomial, value in rest.items()}
    return as_term(Polynomial(scaled, form.atoms))
