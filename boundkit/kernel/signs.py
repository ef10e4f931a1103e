"""The signs of polynomials, as far as they follow from facts and from what atoms are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT, REAL, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, canonical, substitute
from boundkit.ir.theorems import Definition
from boundkit.kernel.facts import (
    Bounds,
    Fact,
    NotNormal,
    Universal,
    infinite,
    is_declared_finite,
    is_gram_square,
    patterns,
    tightened,
)
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import (
    UNIT,
    Atom,
    Composite,
    E,
    Monomial,
    Polynomial,
    Rational,
    common_monomial,
    constant,
    divided,
    enters_whole,
    is_prime,
    multiply,
    of_atom,
    replaced,
)
from boundkit.kernel.products import expand

UNKNOWN, NONNEGATIVE, POSITIVE = 0, 1, 2


DEPTH = 3
"""How many facts a sign decision may combine."""


DEEPEST_BOUND = 3
"""Bounds that ask for each other by way of universal facts."""


class Signs:
    """Decides signs from facts, universal facts and what atoms are. `Context` says where these come from."""

    definitions: Mapping[str, Definition]
    facts: tuple[Fact, ...]
    universals: tuple[Universal, ...]
    apart: tuple[tuple[Polynomial, str], ...]
    used: set[str]
    _bounds: dict[str, Bounds]
    _signs: dict[tuple[str, int], tuple[int, tuple[str, ...]]]
    _busy: set[str]
    _finding: set[str]
    _outer: int
    nested: int
    maybe_empty: frozenset[str]

    if TYPE_CHECKING:

        def normal(self, term: Term) -> Polynomial: ...

        def inside(self, variable: Name, domain: Term) -> tuple[Self, Name]: ...

        def admits(self, universal: Universal, values: Mapping[str, Term]) -> bool: ...

        def is_full(self, value: Term) -> bool: ...

        def spend(self, amount: int = 1) -> None: ...

        def is_bounded(self, term: Bind, outcome: Name) -> bool: ...

        def speaks_of(self, mean: Bind) -> bool: ...

    def sign(self, polynomial: Polynomial, depth: int = DEPTH) -> int:
        """`POSITIVE`, `NONNEGATIVE` or `UNKNOWN`, from the facts and from what atoms are.

        Decided by monomials, by shifting atoms to their bounds, by both ends where an atom enters
        with degree one, and by subtracting facts; never by search beyond `depth` facts. The references
        of the facts used go to `used` when the answer is not `UNKNOWN`."""
        level, references = self._sign(polynomial, depth)
        if level:
            self.used.update(references)
        return level

    def is_positive(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial is certainly > 0."""
        return self.sign(polynomial) == POSITIVE

    def is_nonnegative(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial is certainly >= 0."""
        return self.sign(polynomial) >= NONNEGATIVE

    def is_nonzero(self, polynomial: Polynomial) -> bool:
        """Whether the polynomial certainly is not 0."""
        if self.sign(polynomial) == POSITIVE or self.sign(-polynomial) == POSITIVE:
            return True
        for other, reference in self.apart:
            if polynomial in (other, -other):
                self.used.add(reference)
                return True
        single = polynomial.single
        return single is not None and all(self._atom_nonzero(atom) for atom, _ in single[0])

    def _atom_nonzero(self, atom: Atom) -> bool:
        one = of_atom(atom)
        return self.sign(one) == POSITIVE or self.sign(-one) == POSITIVE

    def _sign(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        key = (polynomial.key, depth)
        if key in self._signs:
            return self._signs[key]
        if key[0] in self._busy:
            self._cut = True
            return UNKNOWN, ()
        self.spend()
        self._busy.add(key[0])
        before, self._cut = self._cut, False
        try:
            answer = self._decide(polynomial, depth)
        finally:
            self._busy.discard(key[0])
        round_ = self._busy or len(self._finding) > self._outer
        if answer[0] or not (self._cut and round_):  # else undecided only because a question came round
            self._signs[key] = answer
        self._cut = before or (self._cut and bool(round_))
        return answer

    def _decide(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        if not polynomial.terms:
            return NONNEGATIVE, ()
        value = polynomial.constant
        if value is not None:
            return (POSITIVE if value > 0 else UNKNOWN), ()
        answer = self._by_monomials(polynomial)
        if answer[0]:
            return answer
        single = polynomial.single
        if single is not None and (len(single[0]) > 1 or single[0][0][1] != 1):
            return UNKNOWN, ()
        content = common_monomial(polynomial)
        if content and single is None:
            outer, outer_from = self._monomial_sign(content)
            if outer:
                inner, inner_from = self._sign(divided(polynomial, content), depth)
                if inner:
                    return min(outer, inner), outer_from + inner_from
            outer, outer_from = self._negated_monomial(content)
            if outer:
                inner, inner_from = self._sign(-divided(polynomial, content), depth)
                if inner:
                    return min(outer, inner), outer_from + inner_from
        if is_gram_square(polynomial):
            return NONNEGATIVE, ()
        if len(polynomial.terms) > 60:
            return UNKNOWN, ()
        shifted, references = self._shifted_to_bounds(polynomial)
        if shifted is not None:
            level, more = self._by_monomials(shifted)
            if level:
                return level, references + more
        if depth <= 0:
            return UNKNOWN, ()
        answer = self._without_denominators(polynomial, depth)
        if answer[0]:
            return answer
        answer = self._by_members(polynomial, depth)
        if answer[0]:
            return answer
        answer = self._by_ends(polynomial, depth)
        if answer[0]:
            return answer
        return self._by_facts(polynomial, depth)

    def _by_monomials(self, polynomial: Polynomial) -> tuple[int, tuple[str, ...]]:
        best = NONNEGATIVE
        references: tuple[str, ...] = ()
        for monomial, coefficient in polynomial.terms.items():
            if coefficient < 0:
                level, used = self._negated_monomial(monomial)
            else:
                level, used = self._monomial_sign(monomial)
            if level == UNKNOWN:
                return UNKNOWN, ()
            best = max(best, level)
            references += used
        return best, references

    def _negated_monomial(self, monomial: Monomial) -> tuple[int, tuple[str, ...]]:
        """The sign of minus a monomial: some atom to an odd power is non-positive, the rest not."""
        for position, (atom, exponent) in enumerate(monomial):
            if exponent == 1:
                bounds = self.bounds(atom)
                if bounds.upper is not None and (bounds.upper < 0 or (bounds.upper == 0)):
                    rest = monomial[:position] + monomial[position + 1 :]
                    level, references = self._monomial_sign(rest)
                    own = POSITIVE if bounds.upper < 0 or bounds.upper_strict else NONNEGATIVE
                    return min(level, own), references + bounds.upper_from
            if isinstance(atom, Composite) and _is_odd(exponent):
                own, used = self._sign(-atom.polynomial, 1)
                if own == POSITIVE:
                    level, references = self._monomial_sign(monomial[:position] + monomial[position + 1 :])
                    return level, references + used
        return UNKNOWN, ()

    def _monomial_sign(self, monomial: Monomial) -> tuple[int, tuple[str, ...]]:
        level = POSITIVE
        references: tuple[str, ...] = ()
        for atom, exponent in monomial:
            own, used = self._power_sign(atom, exponent)
            level = min(level, own)
            if level == UNKNOWN:
                return UNKNOWN, ()
            references += used
        return level, references

    def _power_sign(self, atom: Atom, exponent: Rational | Polynomial) -> tuple[int, tuple[str, ...]]:
        base, references = self.atom_sign(atom)
        if base == POSITIVE:
            return POSITIVE, references
        if isinstance(exponent, Rational):
            if base == NONNEGATIVE and exponent > 0:
                return NONNEGATIVE, references
            if exponent.denominator == 1 and exponent % 2 == 0:
                return NONNEGATIVE, ()
            if exponent.denominator % 2 == 0 and exponent > 0:
                return NONNEGATIVE, ()
            return UNKNOWN, ()
        if base == NONNEGATIVE:
            return NONNEGATIVE, references
        return UNKNOWN, ()

    def atom_sign(self, atom: Atom) -> tuple[int, tuple[str, ...]]:
        """The sign of an atom, with the references of the facts used."""
        if atom == E or is_prime(atom):
            return POSITIVE, ()
        if isinstance(atom, Composite):
            return self._sign(atom.polynomial, 1)
        bounds = self.bounds(atom)
        if bounds.lower is not None:
            if bounds.lower > 0 or (bounds.lower == 0 and bounds.lower_strict):
                return POSITIVE, bounds.lower_from
            if bounds.lower == 0:
                return NONNEGATIVE, bounds.lower_from
        return UNKNOWN, ()

    def bounds(self, atom: Atom) -> Bounds:
        """Constant bounds of an atom from its sort, its head and the facts."""
        if atom.key in self._finding:
            self._cut = True
            return Bounds()  # a bound that needs itself finds nothing
        if atom.key not in self._bounds:
            self._finding.add(atom.key)
            self.nested += 1
            try:
                found = self._find_bounds(atom)
            finally:
                self._finding.discard(atom.key)
                self.nested -= 1
            if self.nested >= DEEPEST_BOUND:
                return found
            self._bounds[atom.key] = found
        return self._bounds[atom.key]

    def _find_bounds(self, atom: Atom) -> Bounds:
        found = self._structural(atom)
        alone: Monomial = ((atom, Fraction(1)),)
        for fact in self.facts:
            factor = fact.slack.terms.get(alone)
            if factor is None or len(fact.slack.terms) > 2:
                continue
            offset = fact.slack.constant_part
            if len(fact.slack.terms) == 2 and not offset:
                continue
            found = tightened(found, factor, offset, fact.strict, fact.reference)
        # An instance may speak of a new atom, of which the next instance speaks of a newer one.
        for universal in self.universals if self.nested <= DEEPEST_BOUND else ():
            for slack, strict in self._instances(universal, atom):
                factor = slack.terms.get(alone)
                if factor is None or len(slack.terms) > 2:
                    continue
                offset = slack.constant_part
                if len(slack.terms) == 2 and not offset:
                    continue
                found = tightened(found, factor, offset, strict, universal.reference)
        return found

    def _structural(self, atom: Atom) -> Bounds:
        term = atom.term
        if isinstance(term, Apply) and term.head == "card":
            return Bounds(lower=Fraction(int(self.is_full(term.args[0]))))
        if isinstance(term, Apply) and term.head == "covering_number":
            return Bounds(lower=Fraction(1))
        if isinstance(term, Apply) and term.head == "if":
            ends = [end for arg in term.args[1:] if (end := self.normal(arg).constant) is not None]
            if len(ends) == 2:
                return Bounds(lower=min(ends), upper=max(ends))
        if term.sort == NAT:
            return Bounds(lower=Fraction(0))
        if isinstance(term, Apply):
            head = term.head
            if head == "inner" and canonical(term.args[0]) == canonical(term.args[1]):
                return Bounds(lower=Fraction(0))
            if head in ("abs", "norm", "norm_op", "norm_fro", "norm_1", "norm_inf"):
                return Bounds(lower=Fraction(0))
            if head == "^":
                level, references = self._sign(self.normal(term.args[0]), 1)
                return Bounds(Fraction(0), level == POSITIVE, references) if level else Bounds()
            if head in ("max", "min"):
                signs = [self._sign(self.normal(arg), 1) for arg in term.args]
                levels = [level for level, _ in signs]
                level = max(levels) if head == "max" else min(levels)
                if level:
                    references = tuple(r for own, used in signs if own for r in used)
                    return Bounds(Fraction(0), level == POSITIVE, references)
                return Bounds()
            if head in ("KL", "W1", "Renyi"):
                return Bounds(lower=Fraction(0))
            if head == "ln":
                return self._of_logarithm(self.normal(term.args[0]))
            symbol = SYMBOLS.get(head)
            if symbol is not None and (symbol.lower is not None or symbol.upper is not None):
                return Bounds(
                    lower=None if symbol.lower is None else Fraction(symbol.lower),
                    upper=None if symbol.upper is None else Fraction(symbol.upper),
                )
        if isinstance(term, Bind) and term.head == "probability":
            return Bounds(lower=Fraction(0), upper=Fraction(1))
        if isinstance(term, Bind) and term.head in ("max", "min") and term.body.sort in (NAT, INT, REAL):
            # Where it exists it is one of the values.
            inner, fresh = self.inside(term.variable, term.domain)
            body = inner.normal(substitute(term.body, {term.variable.text: fresh}))
            level, references = inner._sign(body, 1)
            if level:
                return Bounds(Fraction(0), level == POSITIVE, tuple(r for r in references if r))
        if isinstance(term, Bind) and term.head == "expectation":
            return self._of_mean(term)
        if isinstance(term, Bind) and term.head in ("sum", "prod"):
            inner, fresh = self.inside(term.variable, term.domain)
            body = inner.normal(substitute(term.body, {term.variable.text: fresh}))
            level, references = inner._sign(body, 1)
            strict = False
            if level == POSITIVE and isinstance(term.domain, Apply) and term.domain.head == "range":
                first, last = term.domain.args
                if term.head == "prod" and not infinite(last):
                    return Bounds(Fraction(0), True, tuple(r for r in references if r))
                length, more = (
                    (UNKNOWN, ()) if infinite(last) else self._sign(self.normal(last) - self.normal(first), 1)
                )
                strict, references = length != UNKNOWN, references + more
            if level == POSITIVE and is_declared_finite(term.domain):
                # A set that is itself an element of a set, or drawn, may be empty.
                strict = term.head == "sum" and term.domain.text not in self.maybe_empty
            if level:
                return Bounds(Fraction(0), strict, tuple(r for r in references if r))
        return Bounds()

    def _of_logarithm(self, argument: Polynomial) -> Bounds:
        """ln(x) >= 0 for x >= 1, and ln(x) <= 0 for 0 < x <= 1."""
        level, references = self._sign(argument - constant(1), 1)
        if level:
            return Bounds(Fraction(0), level == POSITIVE, references)
        level, references = self._sign(constant(1) - argument, 1)
        if level:
            return Bounds(None, False, (), Fraction(0), level == POSITIVE, references)
        return Bounds()

    def _of_mean(self, term: Bind) -> Bounds:
        """An expectation lies between constant bounds of what it averages, which then is integrable; and it
        is non-negative where that is non-negative and bounded, or the mean is one that a fact speaks of."""
        inner, fresh = self.inside(term.variable, term.domain)
        body = inner.normal(substitute(term.body, {term.variable.text: fresh}))
        single = body.single
        if single is not None and len(single[0]) == 1 and single[0][0][1] == 1 and single[1] == 1:
            own = inner.bounds(single[0][0][0])
            if own.lower is not None and own.upper is not None:
                return Bounds(own.lower, False, own.lower_from, own.upper, False, own.upper_from)
        level, references = inner._sign(body, 1)
        if level and (self.speaks_of(term) or inner.is_bounded(term, fresh)):
            return Bounds(Fraction(0), level == POSITIVE, tuple(r for r in references if r))
        return Bounds()

    def _instances(self, universal: Universal, atom: Atom) -> Iterator[tuple[Polynomial, bool]]:
        """Instances of a universal fact in which the atom is one side's only atom."""
        names = [variable.text for variable, _ in universal.variables]
        left, right = universal.formula.args  # type: ignore[attr-defined]
        for side in (left, right):
            for pattern in patterns(side, universal.formula, names):
                values = match(pattern, atom.term, names)
                if values is None or set(values) != set(names):
                    continue
                if not self.admits(universal, values):
                    continue
                low, high = (substitute(part, values) for part in (left, right))
                if not (is_numeric(low.sort) and is_numeric(high.sort)):
                    continue
                try:
                    slack = self.normal(high) - self.normal(low)
                except NotNormal:
                    continue  # a term that may be infinite here
                head = universal.formula.head  # type: ignore[attr-defined]
                yield slack, head == "<"
                if head == "=":
                    yield -slack, False

    def _shifted_to_bounds(self, polynomial: Polynomial) -> tuple[Polynomial | None, tuple[str, ...]]:
        """Every atom that enters with whole positive powers and has a lower bound other than 0, written
        as that bound plus a non-negative rest."""
        references: tuple[str, ...] = ()
        shift: dict[Atom, Fraction] = {}
        for atom in sorted(polynomial.atoms):
            bounds = self.bounds(atom) if not isinstance(atom, Composite) else Bounds()
            if bounds.lower and enters_whole(polynomial, atom):
                shift[atom] = bounds.lower
                references += bounds.lower_from
        if not shift:
            return None, ()
        result = polynomial
        for atom, lower in shift.items():
            rest = Atom(Apply("above", (atom.term,), NAT))
            result = replaced(result, atom, constant(lower) + of_atom(rest))
        return result, references

    def _without_denominators(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        """The sign after multiplying by denominators that are known to be positive."""
        lowest: dict[Atom, Rational] = {}
        for monomial in polynomial.terms:
            for atom, exponent in monomial:
                if isinstance(exponent, Rational) and exponent < 0:
                    lowest[atom] = min(lowest.get(atom, exponent), exponent)
        if not lowest or len(lowest) > 3:
            return UNKNOWN, ()
        references: tuple[str, ...] = ()
        cleared = polynomial
        for atom in sorted(lowest):
            level, used = self.atom_sign(atom)
            if level != POSITIVE:
                return UNKNOWN, ()
            references += used
            power = -(lowest[atom].numerator // lowest[atom].denominator)
            cleared = multiply(cleared, of_atom(atom, power))
        level, used = self._sign(expand(cleared, self), depth - 1)
        return level, (references + used if level else ())

    def _by_members(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        """A maximum that enters with a positive factor is at least each of its members; a minimum that
        enters with a negative one is at most each of its own."""
        for monomial in polynomial.ordered:
            if len(monomial) != 1 or monomial[0][1] != 1:
                continue
            atom = monomial[0][0]
            term = atom.term
            wanted = "max" if polynomial.terms[monomial] > 0 else "min"
            if not (isinstance(term, Apply) and term.head == wanted) or not enters_whole(polynomial, atom, 1):
                continue
            if sum(1 for own in polynomial.terms if any(a == atom for a, _ in own)) > 1:
                continue
            for member in term.args:
                answer = self._sign(replaced(polynomial, atom, self.normal(member)), depth - 1)
                if answer[0]:
                    return answer
        return UNKNOWN, ()

    def _by_ends(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        for atom in sorted(polynomial.atoms):
            if isinstance(atom, Composite) or not enters_whole(polynomial, atom, 1):
                continue
            bounds = self.bounds(atom)
            if bounds.lower is None or bounds.upper is None or _nested(polynomial, atom):
                continue
            at_low = self._sign(replaced(polynomial, atom, constant(bounds.lower)), depth - 1)
            if not at_low[0]:
                continue
            at_high = self._sign(replaced(polynomial, atom, constant(bounds.upper)), depth - 1)
            level = min(at_low[0], at_high[0])
            if level and (
                (at_high[0] == POSITIVE and bounds.lower_strict)
                or (at_low[0] == POSITIVE and bounds.upper_strict)
            ):
                level = POSITIVE  # inside the interval the value at that end has a positive weight
            if level:
                return level, bounds.lower_from + bounds.upper_from + at_low[1] + at_high[1]
        return UNKNOWN, ()

    def _by_facts(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        negative = [m for m in polynomial.ordered if m != UNIT and polynomial.terms[m] < 0]
        wanted = negative or [m for m in polynomial.ordered if m != UNIT]
        for fact in self.facts:
            for monomial in wanted:
                factor = fact.slack.terms.get(monomial)
                own = polynomial.terms[monomial]
                if factor is None or factor * own <= 0 or len(fact.slack.terms) > 8:
                    continue
                rest = polynomial - fact.slack.scaled(own / factor)
                if len(rest.terms) >= len(polynomial.terms) + 2:
                    continue
                level, references = self._sign(rest, depth - 1)
                if level:
                    own_level = POSITIVE if fact.strict else level
                    return max(level, own_level), (*references, fact.reference)
        return UNKNOWN, ()


def _nested(polynomial: Polynomial, atom: Atom) -> bool:
    """Whether what the atom stands for also occurs inside another atom."""
    names = atom.term.free
    return any(
        other != atom and not isinstance(other.term, Number) and names & other.term.free
        for other in polynomial.atoms
    )


def _is_odd(exponent: Rational | Polynomial) -> bool:
    """Whether an exponent is an odd whole number."""
    return isinstance(exponent, Rational) and exponent.denominator == 1 and exponent % 2 == 1
