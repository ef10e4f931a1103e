"""Terms as rational functions of their atoms: one polynomial over another, by exact arithmetic over Q.

An atom is a name, or a term that is no sum, product, quotient or whole power; equal terms are one atom, and
nothing else is known of them. So what is equal as a rational function is equal wherever both are defined."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from boundkit.ir.terms import Apply, Name, Number, Term

MOST_TERMS = 20_000
MOST_PRODUCTS = 2_000_000
LARGEST_POWER = 100
LARGEST_DEGREE = 1000
LARGEST_BITS = 20_000
MOST_ATOMS = 30

Fraction = tuple[fmpq_mpoly, fmpq_mpoly]
_ARITHMETIC = frozenset({"+", "-", "*", "/", "neg", "^"})


class TooLarge(Exception):
    """A polynomial would grow beyond the limits of this module, or a divisor is the polynomial 0."""


def equal(left: Term, right: Term) -> bool | None:
    """Whether two scalar terms are equal wherever both are defined. True if they are one rational function;
    False if they are two, of names alone; None if other atoms may be related, or polynomials too large."""
    try:
        atoms = sorted(atoms_of(left) | atoms_of(right), key=_order)
    except ValueError:
        return None  # Python writes no numbers of several thousand digits.
    if len(atoms) > MOST_ATOMS:
        return None
    functions = RationalFunctions(atoms)
    try:
        top, bottom = functions.of(left)
        other, below = functions.of(right)
        if bottom == below:
            found = top == other
        else:
            found = functions.product(top, below) == functions.product(other, bottom)
    except TooLarge:
        return None
    return True if found else (False if all(isinstance(atom, Name) for atom in atoms) else None)


def atoms_of(term: Term) -> set[Term]:
    """The atoms of a scalar term."""
    found: set[Term] = set()
    seen: set[int] = set()
    stack = [term]
    while stack:
        part = stack.pop()
        if id(part) in seen or isinstance(part, Number):
            continue
        seen.add(id(part))
        if isinstance(part, Apply) and _is_arithmetic(part):
            stack.extend(part.args[:1] if part.head == "^" else part.args)
        else:
            found.add(part)
    return found


class RationalFunctions:
    """Rational functions of given atoms, which become the variables in this order."""

    def __init__(self, atoms: Sequence[Term]) -> None:
        self.context = fmpq_mpoly_ctx.get([f"x{place}" for place in range(len(atoms))], "deglex")
        self.one: fmpq_mpoly = self.context.constant(1)
        self.known: dict[Term, Fraction] = {
            atom: (variable, self.one) for atom, variable in zip(atoms, self.context.gens(), strict=True)
        }

    def of(self, term: Term) -> Fraction:
        """Numerator and denominator of a term in these atoms. Raises TooLarge."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._of(term)
        return found

    def _of(self, term: Term) -> Fraction:
        if isinstance(term, Number):
            return self.context.constant(fmpq(term.value.numerator, term.value.denominator)), self.one
        assert isinstance(term, Apply)
        parts = [self.of(arg) for arg in (term.args[:1] if term.head == "^" else term.args)]
        match term.head:
            case "+":
                return self.total(parts)
            case "-":
                return self.total([parts[0], (-parts[1][0], parts[1][1])])
            case "neg":
                return -parts[0][0], parts[0][1]
            case "*":
                top, bottom = self.one, self.one
                for numerator, denominator in parts:
                    top, bottom = self.product(top, numerator), self.product(bottom, denominator)
                return top, bottom
            case "/":
                return self.quotient(parts[0], parts[1])
            case _:
                exponent = int(term.args[1].value)  # type: ignore[attr-defined]
                base = parts[0] if exponent >= 0 else self.quotient((self.one, self.one), parts[0])
                return self.power(base[0], abs(exponent)), self.power(base[1], abs(exponent))

    def total(self, parts: Sequence[Fraction]) -> Fraction:
        """The sum, over a common denominator."""
        top, bottom = self.context.constant(0), self.one
        for numerator, denominator in parts:
            if denominator == bottom:
                top += numerator
                continue
            shared = bottom.gcd(denominator)
            left, right = denominator / shared, bottom / shared
            top = self.product(top, left) + self.product(numerator, right)
            bottom = self.product(bottom, left)
        return self.checked(top), bottom

    def quotient(self, left: Fraction, right: Fraction) -> Fraction:
        """left/right; raises TooLarge where right is 0."""
        if not right[0]:
            raise TooLarge("division by what is 0")
        return self.product(left[0], right[1]), self.product(left[1], right[0])

    def product(self, left: fmpq_mpoly, right: fmpq_mpoly) -> fmpq_mpoly:
        """left * right within the limits."""
        if left == self.one:
            return right
        if right == self.one:
            return left
        if not left or not right:
            return self.context.constant(0)
        if len(left) * len(right) > MOST_PRODUCTS:
            raise TooLarge("too many terms")
        if left.total_degree() + right.total_degree() > LARGEST_DEGREE:
            raise TooLarge("the degree is too large")
        return self.checked(left * right)

    def power(self, base: fmpq_mpoly, exponent: int) -> fmpq_mpoly:
        """A power within the limits."""
        if exponent > LARGEST_POWER:
            raise TooLarge("the exponent is too large")
        result = self.one
        for _ in range(exponent):
            result = self.product(result, base)
        return result

    def checked(self, value: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial, if it is not too large."""
        if len(value) > MOST_TERMS:
            raise TooLarge("too many terms")
        for own in value.coeffs():
            if max(int(own.p).bit_length(), int(own.q).bit_length()) > LARGEST_BITS:
                raise TooLarge("the coefficients are too large")
        return value


def _is_arithmetic(term: Apply) -> bool:
    if term.head == "^":
        exponent = term.args[1]
        return isinstance(exponent, Number) and exponent.value.denominator == 1
    count = {"neg": 1, "-": 2, "/": 2}.get(term.head)
    return term.head in _ARITHMETIC and (count is None or count == len(term.args))


def _order(term: Term) -> str:
    return term.text if isinstance(term, Name) else f"~{term}"
