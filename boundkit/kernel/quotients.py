"""Identities between scalar terms, decided by quotients of polynomials over atoms.

Every step keeps the value of a term wherever the term is defined; in particular `ln(u)` is read as
ln|u|, which is then additive over all factors other than 0. Sines and cosines are related by the addition
theorems, where terms are not equal without. Two terms with the same quotient are thus equal
wherever both are defined. Nothing is said about where that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import factorial, gcd, lcm

from boundkit.ir.sorts import REAL, is_numeric
from boundkit.ir.terms import Apply, Number, Term, canonical, number, subterms
from boundkit.kernel import rational_functions
from boundkit.kernel.derivative import negative, over, plus, power, times

MOST_MONOMIALS = 2000
MOST_WORK = 1_000_000
LARGEST_POWER = 40
LARGEST_BITS = 20_000
MOST_TURNS = 12
LARGEST_FACTORIAL = 100

Monomial = tuple[tuple[Term, Fraction], ...]
Polynomial = dict[Monomial, Fraction]
Factors = tuple[tuple[tuple[tuple[Monomial, Fraction], ...], int], ...]
UNIT: Monomial = ()


class TooLarge(Exception):
    """A quotient would grow beyond the limits of this module."""


# Atoms are ordered by text, and Python writes no numbers of several thousand digits.
_UNTOLD = (TooLarge, RecursionError, ValueError)


class Quotient:
    """top / product of the factors below, each raised to its power.

    top: monomials with rational exponents (negative ones included) and their coefficients, none 0.
    below: polynomials of several monomials with leading coefficient 1, in a fixed order."""

    __slots__ = ("below", "top")

    def __init__(self, top: Polynomial, below: Factors = ()) -> None:
        self.top = top
        self.below = below if top else ()


def same(left: Term, right: Term) -> bool:
    """Whether the terms are equal wherever both are defined, as far as quotients tell. False when they
    may differ or the quotients are too large."""
    try:
        found = rational_functions.equal(left, right)
        if found is not None:
            return found
        if Algebra().equal(left, right):
            return True
    except _UNTOLD:
        pass
    try:
        return _is_circular(left, right) and Algebra(circular=True).equal(left, right)
    except _UNTOLD:
        return False


def _is_circular(*terms: Term) -> bool:
    return any(
        isinstance(part, Apply) and part.head in ("sin", "cos", "tan")
        for term in terms
        for part in subterms(term)
    )


class Algebra:
    """Arithmetic of quotients. Atoms are terms; their order is that of their canonical texts.

    circular: sines and cosines of sums and multiples are written out, and sin(u)^2 as 1 - cos(u)^2."""

    def __init__(self, circular: bool = False) -> None:
        self.circular = circular
        self.texts: dict[Term, str] = {}
        self.known: dict[Term, Quotient] = {}
        # Of ln|u| = ln|-u|, the one that was met first.
        self.met: dict[Term, Term] = {}
        self.work = 0

    def of(self, term: Term) -> Quotient:
        """The quotient of a scalar term. Raises TooLarge."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._of(term)
        return found

    def equal(self, left: Term, right: Term) -> bool:
        """Whether the terms have the same quotient. Raises TooLarge."""
        return not self.add(self.of(left), self.of(right), Fraction(-1)).top

    def _of(self, term: Term) -> Quotient:
        if isinstance(term, Number):
            return rational(term.value)
        if not isinstance(term, Apply):
            return self.atom(term)
        head, count = term.head, len(term.args)
        if head == "+":
            result = rational(Fraction(0))
            for arg in term.args:
                result = self.add(result, self.of(arg))
            return result
        if head == "*":
            result = rational(Fraction(1))
            for arg in term.args:
                result = self.multiply(result, self.of(arg))
            return result
        if head == "neg" and count == 1:
            return scaled(self.of(term.args[0]), Fraction(-1))
        if head == "-" and count == 2:
            return self.add(self.of(term.args[0]), self.of(term.args[1]), Fraction(-1))
        if head == "/" and count == 2:
            return self.multiply(self.of(term.args[0]), self.inverse(self.of(term.args[1])))
        if head == "^" and count == 2 and isinstance(term.args[1], Number):
            return self.raised(self.of(term.args[0]), term.args[1].value)
        if head in _WRITTEN_OUT and count == 1:
            return self.of(_WRITTEN_OUT[head](term.args[0]))
        if head == "lnGamma" and count == 1:
            whole = self.natural(term.args[0])
            if whole is not None:
                return self.logarithm(rational(Fraction(factorial(whole - 1))))
        if head == "exp" and count == 1:
            return self.exponential(self.of(term.args[0]))
        if head == "ln" and count == 1:
            return self.logarithm(self.of(term.args[0]))
        if self.circular and head in ("sin", "cos") and count == 1:
            found = self.circle(self.of(term.args[0]))
            if found is not None:
                return found[head == "cos"]
        return self.atom(Apply(head, tuple(self.rewritten(arg) for arg in term.args), term.sort))

    def natural(self, term: Term) -> int | None:
        """The value of a term that is a small positive integer."""
        own = self.of(term)
        value = own.top.get(UNIT) if len(own.top) == 1 and not own.below else None
        small = value is not None and value.denominator == 1 and 1 <= value <= LARGEST_FACTORIAL
        return int(value) if value is not None and small else None

    def rewritten(self, term: Term) -> Term:
        """The term in normal form when it is a number, else itself."""
        return self.to_term(self.of(term)) if is_numeric(term.sort) else term

    def atom(self, term: Term, exponent: Fraction = Fraction(1)) -> Quotient:
        """An atom to a power."""
        return Quotient({((term, exponent),): Fraction(1)})

    def spend(self, monomials: int) -> None:
        """Counts the work on monomials; raises TooLarge beyond MOST_WORK."""
        self.work += monomials
        if self.work > MOST_WORK:
            raise TooLarge

    def order(self, atom: Term) -> str:
        """The text by which atoms are ordered."""
        if atom not in self.texts:
            self.texts[atom] = canonical(atom)
        return self.texts[atom]

    def monomial_order(self, monomial: Monomial) -> tuple[tuple[str, Fraction], ...]:
        """What monomials are ordered by."""
        return tuple((self.order(atom), exponent) for atom, exponent in monomial)

    def add(self, left: Quotient, right: Quotient, sign: Fraction = Fraction(1)) -> Quotient:
        """left + sign*right, over the common denominator."""
        self.spend(len(left.top) + len(right.top))
        if left.below == right.below:
            return Quotient(combined(left.top, right.top, sign), left.below)
        powers = dict(left.below)
        for factor, count in right.below:
            powers[factor] = max(count, powers.get(factor, 0))
        common = self.ordered(powers)
        tops = []
        for part in (left, right):
            own = dict(part.below)
            top = Quotient(part.top)
            for factor, count in common:
                for _ in range(count - own.get(factor, 0)):
                    top = self.multiply(top, Quotient(dict(factor)))
            tops.append(top)
        if any(top.below for top in tops):
            # Reducing roots may have brought denominators of its own.
            rest = Quotient({UNIT: Fraction(1)}, common)
            return self.multiply(self.add(tops[0], tops[1], sign), rest)
        return Quotient(combined(tops[0].top, tops[1].top, sign), common)

    def ordered(self, powers: Mapping[tuple[tuple[Monomial, Fraction], ...], int]) -> Factors:
        return tuple(
            sorted(
                ((factor, count) for factor, count in powers.items() if count),
                key=lambda pair: [(self.monomial_order(m), c) for m, c in pair[0]],
            )
        )

    def multiply(self, left: Quotient, right: Quotient) -> Quotient:
        """left * right, roots reduced."""
        if len(left.top) * len(right.top) > 20 * MOST_MONOMIALS:
            raise TooLarge
        self.spend(10 * len(left.top) * len(right.top))
        total: Polynomial = {}
        pending: list[Quotient] = []
        for one, a in left.top.items():
            for two, b in right.top.items():
                monomial, factor, extra = self.product(one, two)
                if extra is not None:
                    piece = Quotient({monomial: a * b * factor})
                    pending.append(self.multiply(piece, extra))
                    continue
                value = total.get(monomial, Fraction(0)) + a * b * factor
                total[monomial] = value
        powers = dict(left.below)
        for part, count in right.below:
            powers[part] = powers.get(part, 0) + count
        below = self.ordered(powers) if left.below and right.below else left.below or right.below
        result = Quotient(combined(total, {}), below)
        for piece in pending:
            result = self.add(result, Quotient(piece.top, self.joined(piece.below, below)))
        return result

    def joined(self, first: Factors, second: Factors) -> Factors:
        powers = dict(first)
        for part, count in second:
            powers[part] = powers.get(part, 0) + count
        return self.ordered(powers)

    def product(self, one: Monomial, two: Monomial) -> tuple[Monomial, Fraction, Quotient | None]:
        """The product of two monomials: a monomial, a rational factor (whole powers of primes), and what
        whole powers of roots turn into."""
        powers: dict[Term, Fraction] = dict(one)
        for atom, exponent in two:
            powers[atom] = powers.get(atom, Fraction(0)) + exponent
        factor, extra = Fraction(1), None
        for atom, exponent in list(powers.items()):
            if isinstance(atom, Number):
                whole = exponent.numerator // exponent.denominator
                factor *= atom.value ** _limited(whole)
                powers[atom] = exponent - whole
            elif is_root(atom):
                base, degree = atom.args[0], atom.args[1].value.denominator  # type: ignore[attr-defined]
                whole = exponent.numerator // (exponent.denominator * degree)
                if whole:
                    piece = self.raised(self.of(base), Fraction(_limited(whole)))
                    extra = piece if extra is None else self.multiply(extra, piece)
                    powers[atom] = exponent - whole * degree
            elif (
                self.circular and isinstance(atom, Apply) and atom.head == "sin" and exponent.denominator == 1
            ):
                whole = exponent.numerator // 2
                if whole:
                    cosine = self.atom(Apply("cos", atom.args, REAL), Fraction(2))
                    square = self.add(rational(Fraction(1)), cosine, Fraction(-1))
                    piece = self.raised(square, Fraction(whole))
                    extra = piece if extra is None else self.multiply(extra, piece)
                    powers[atom] = exponent - 2 * whole
        kept = sorted(
            ((atom, exponent) for atom, exponent in powers.items() if exponent),
            key=lambda pair: self.order(pair[0]),
        )
        return tuple(kept), factor, extra

    def split(self, top: Polynomial) -> tuple[Monomial, Fraction, Polynomial]:
        """Common monomial, coefficient and a rest with leading coefficient 1."""
        shared: dict[Term, Fraction] = {}
        for place, monomial in enumerate(top):
            own = dict(monomial)
            if place == 0:
                shared = own
            else:
                atoms = [*shared, *(atom for atom in own if atom not in shared)]
                shared = {
                    atom: min(shared.get(atom, Fraction(0)), own.get(atom, Fraction(0))) for atom in atoms
                }
        common = tuple(
            sorted(
                ((a, e) for a, e in shared.items() if e and not isinstance(a, Number) and not is_root(a)),
                key=lambda pair: self.order(pair[0]),
            )
        )
        inverse = tuple((atom, -exponent) for atom, exponent in common)
        rest = {self.product(monomial, inverse)[0]: value for monomial, value in top.items()}
        leading = rest[min(rest, key=self.monomial_order)]
        return common, leading, {monomial: value / leading for monomial, value in rest.items()}

    def inverse(self, value: Quotient) -> Quotient:
        """1/value; whoever divides answers for the value being other than 0."""
        if not value.top:
            raise TooLarge("division by what is 0")
        common, leading, rest = self.split(value.top)
        result = Quotient({tuple((atom, -e) for atom, e in common): 1 / leading})
        if len(rest) == 1:
            # Only primes and roots are left of the monomial.
            (monomial,) = rest
            turned = self.product(tuple((atom, -e) for atom, e in monomial), UNIT)
            piece = Quotient({turned[0]: turned[1]})
            result = self.multiply(result, piece if turned[2] is None else self.multiply(piece, turned[2]))
        else:
            factor = tuple(sorted(rest.items(), key=lambda pair: self.monomial_order(pair[0])))
            result = Quotient(result.top, ((factor, 1),))
        for part, count in value.below:
            for _ in range(count):
                result = self.multiply(result, Quotient(dict(part)))
        return result

    def raised(self, base: Quotient, exponent: Fraction) -> Quotient:
        """base^exponent, over roots of the base when the exponent is not whole."""
        if exponent.denominator != 1:
            single = next(iter(base.top.items())) if len(base.top) == 1 and not base.below else None
            if single is not None and single[1] == 1 and all(is_positive(atom) for atom, _ in single[0]):
                monomial, factor, extra = self.product(
                    tuple((atom, own * exponent) for atom, own in single[0]), UNIT
                )
                result = Quotient({monomial: factor})
                return result if extra is None else self.multiply(result, extra)
            if single is not None and single[0] == UNIT and single[1] > 0:
                return self.rational_root(single[1], exponent)
            if not base.top:
                if exponent > 0:
                    return rational(Fraction(0))
                raise TooLarge("a negative power of 0")
            size, positive, inner = self.content(base)
            if size != 1 or positive:
                outer = self.multiply(
                    self.rational_root(size, exponent),
                    self.raised(Quotient({positive: Fraction(1)}), exponent),
                )
                return self.multiply(outer, self.raised(inner, exponent))
            root = Apply("^", (self.to_term(base), number(Fraction(1, exponent.denominator))), REAL)
            monomial, factor, extra = self.product(((root, Fraction(exponent.numerator)),), UNIT)
            result = Quotient({monomial: factor})
            return result if extra is None else self.multiply(result, extra)
        whole = _limited(int(exponent))
        if whole < 0:
            return self.raised(self.inverse(base), Fraction(-whole))
        result = rational(Fraction(1))
        for _ in range(whole):
            result = self.multiply(result, base)
        return result

    def content(self, base: Quotient) -> tuple[Fraction, Monomial, Quotient]:
        """A positive number, a monomial that is positive where it is defined, and a rest, with the product
        base. So base^v is the product of their powers wherever base^v or that of the rest is defined."""
        common, _, _ = self.split(base.top)
        positive = tuple((atom, own) for atom, own in common if is_positive(atom))
        coefficients = base.top.values()
        size = Fraction(
            gcd(*(own.numerator for own in coefficients)), lcm(*(own.denominator for own in coefficients))
        )
        return size, positive, self.multiply(base, self.inverse(Quotient({positive: size})))

    def rational_root(self, value: Fraction, exponent: Fraction) -> Quotient:
        """A positive rational to a rational exponent, over bases that are mostly prime."""
        powers = tuple((number(base), count * exponent) for base, count in bases(value))
        monomial, factor, _ = self.product(powers, UNIT)
        return Quotient({monomial: factor})

    def exponential(self, exponent: Quotient) -> Quotient:
        """exp: one atom exp(m)^c for each monomial c*m, primes for c*ln(p)."""
        if exponent.below:
            leading = exponent.top[min(exponent.top, key=self.monomial_order)]
            inner = self.to_term(scaled(exponent, 1 / leading))
            return self.atom(Apply("exp", (inner,), REAL), leading)
        result = rational(Fraction(1))
        for monomial, coefficient in exponent.top.items():
            base = _logarithm_of_number(monomial)
            atom = base if base is not None else Apply("exp", (self.monomial_term(monomial),), REAL)
            powers, factor, _ = self.product(((atom, coefficient),), UNIT)
            result = self.multiply(result, Quotient({powers: factor}))
        return result

    def circle(self, angle: Quotient) -> tuple[Quotient, Quotient] | None:
        """Sine and cosine of a sum of monomials m/q, each at most MOST_TURNS times, by the addition theorems;
        None for other angles."""
        if angle.below or any(abs(own.numerator) > MOST_TURNS for own in angle.top.values()):
            return None
        sine, cosine = rational(Fraction(0)), rational(Fraction(1))
        for monomial in sorted(angle.top, key=self.monomial_order):
            share = angle.top[monomial]
            base = times(number(Fraction(1, share.denominator)), self.monomial_term(monomial))
            first, second = (self.atom(Apply(head, (base,), REAL)) for head in ("sin", "cos"))
            first = scaled(first, Fraction(1 if share > 0 else -1))
            for _ in range(abs(share.numerator)):
                sine, cosine = (
                    self.add(self.multiply(sine, second), self.multiply(cosine, first)),
                    self.add(self.multiply(cosine, second), self.multiply(sine, first), Fraction(-1)),
                )
        return sine, cosine

    def logarithm(self, value: Quotient) -> Quotient:
        """ln|value| as a sum over the factors of the value."""
        if not value.top:
            raise TooLarge("the logarithm of 0")
        common, leading, rest = self.split(value.top)
        result = rational(Fraction(0))
        for base, count in bases(abs(leading)):
            result = self.add(result, self.atom(_logarithm(number(base))), Fraction(count))
        if len(rest) == 1:
            (extra,) = rest
            common, rest = (*common, *extra), {}
        for atom, exponent in common:
            result = self.add(result, self.logarithm_of_atom(atom), exponent)
        factors = [(tuple(sorted(rest.items(), key=lambda p: self.monomial_order(p[0]))), -1)] if rest else []
        for part, count in [*factors, *value.below]:
            atom = _logarithm(self.to_term(Quotient(dict(part))))
            if leading < 0 and factors and part == factors[0][0]:
                turned = self.to_term(scaled(Quotient(dict(part)), Fraction(-1)))
                self.met.setdefault(atom, _logarithm(turned))
            self.met.setdefault(atom, atom)
            result = self.add(result, self.atom(atom), Fraction(-count))
        return result

    def logarithm_of_atom(self, atom: Term) -> Quotient:
        if isinstance(atom, Apply) and atom.head == "exp":
            return self.of(atom.args[0])
        if is_root(atom):
            return scaled(self.logarithm(self.of(atom.args[0])), atom.args[1].value)  # type: ignore[attr-defined]
        return self.atom(_logarithm(atom))

    def to_term(self, value: Quotient) -> Term:
        """A term with this quotient."""
        top = plus(
            *(
                times(number(value.top[monomial]), self.monomial_term(monomial))
                for monomial in sorted(value.top, key=self.monomial_order)
            )
        )
        below = [power(self.to_term(Quotient(dict(factor))), number(count)) for factor, count in value.below]
        return over(top, times(*below))

    def monomial_term(self, monomial: Monomial) -> Term:
        """The monomial as a product of powers."""
        return times(*(_powered(self.met.get(atom, atom), exponent) for atom, exponent in monomial))


def rational(value: Fraction) -> Quotient:
    """The quotient of a rational."""
    return Quotient({UNIT: value} if value else {})


def scaled(value: Quotient, factor: Fraction) -> Quotient:
    """factor * value."""
    return Quotient({monomial: own * factor for monomial, own in value.top.items() if factor}, value.below)


def combined(left: Polynomial, right: Polynomial, sign: Fraction = Fraction(1)) -> Polynomial:
    """left + sign*right without zero coefficients."""
    result = dict(left)
    for monomial, value in right.items():
        result[monomial] = result.get(monomial, Fraction(0)) + sign * value
    result = {monomial: value for monomial, value in result.items() if value}
    if len(result) > MOST_MONOMIALS:
        raise TooLarge
    if any(max(v.numerator.bit_length(), v.denominator.bit_length()) > LARGEST_BITS for v in result.values()):
        raise TooLarge
    return result


def is_root(atom: Term) -> bool:
    """Whether the atom is u^(1/q), whose q-th power is u wherever it is defined."""
    return (
        isinstance(atom, Apply)
        and atom.head == "^"
        and isinstance(atom.args[1], Number)
        and atom.args[1].value.numerator == 1
        and atom.args[1].value.denominator > 1
    )


def is_positive(atom: Term) -> bool:
    """Whether the atom is positive wherever it is defined."""
    if not isinstance(atom, Apply):
        return isinstance(atom, Number)
    if atom.head == "arctan" and len(atom.args) == 1:
        (inner,) = atom.args
        return isinstance(inner, Number) and inner.value > 0
    return atom.head == "exp"


def bases(value: Fraction) -> list[tuple[int, int]]:
    """Bases and whole exponents of a positive rational: primes below 1000 and what they leave over."""
    found: list[tuple[int, int]] = []
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        divisor = 2
        while divisor < 1000 and divisor * divisor <= part:
            count = 0
            while part % divisor == 0:
                part, count = part // divisor, count + 1
            if count:
                found.append((divisor, sign * count))
            divisor += 1
        if part > 1:
            found.append((part, sign))
    return found


def _limited(whole: int) -> int:
    if abs(whole) > LARGEST_POWER:
        raise TooLarge
    return whole


def _logarithm(term: Term) -> Term:
    return Apply("ln", (term,), REAL)


def _logarithm_of_number(monomial: Monomial) -> Term | None:
    if len(monomial) == 1 and monomial[0][1] == 1:
        atom = monomial[0][0]
        if isinstance(atom, Apply) and atom.head == "ln" and isinstance(atom.args[0], Number):
            return atom.args[0]
    return None


def _powered(atom: Term, exponent: Fraction) -> Term:
    if isinstance(atom, Apply) and atom.head == "exp" and exponent != 1:
        return Apply("exp", (times(number(exponent), atom.args[0]),), REAL)
    return power(atom, number(exponent))


def _exponential(term: Term) -> Term:
    return Apply("exp", (term,), REAL)


def _hyperbolic(term: Term, sign: int) -> Term:
    return plus(_exponential(term), times(number(sign), _exponential(negative(term))))


_WRITTEN_OUT: dict[str, Callable[[Term], Term]] = {
    "sqrt": lambda u: Apply("^", (u, number(Fraction(1, 2))), REAL),
    "log2": lambda u: over(_logarithm(u), _logarithm(number(2))),
    "sinh": lambda u: times(number(Fraction(1, 2)), _hyperbolic(u, -1)),
    "cosh": lambda u: times(number(Fraction(1, 2)), _hyperbolic(u, 1)),
    "tanh": lambda u: over(_hyperbolic(u, -1), _hyperbolic(u, 1)),
    "tan": lambda u: over(Apply("sin", (u,), REAL), Apply("cos", (u,), REAL)),
    "Gamma": lambda u: _exponential(Apply("lnGamma", (u,), REAL)),
}
