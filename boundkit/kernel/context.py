"""What is known while a term is normalised: definitions that may be unfolded, facts, and the signs
that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT, Matrix, SetOf, Sort, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term, canonical, number, relation, substitute
from boundkit.ir.theorems import Definition
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import (
    NIL,
    UNIT,
    Atom,
    Composite,
    E,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    constant,
    is_prime,
    monomial_key,
    of_atom,
)
from boundkit.kernel.sorting import fits

UNKNOWN, NONNEGATIVE, POSITIVE = 0, 1, 2
DEPTH = 3
"""How many facts a sign decision may combine."""


class NotNormal(Exception):
    """A term has no normal form here (sizes that do not fit, an unknown matrix operation)."""


@dataclass(frozen=True)
class Fact:
    """`slack >= 0`, or `slack > 0` when strict; `reference` names where it comes from."""

    slack: Polynomial
    strict: bool
    reference: str


@dataclass(frozen=True)
class Universal:
    """`for all variables in their domains, formula`, with a relation as formula."""

    variables: tuple[tuple[Name, Term], ...]
    formula: Term
    conditions: tuple[Term, ...]
    reference: str


@dataclass(frozen=True)
class Bounds:
    """Constant bounds of an atom, with strictness and the references of the facts used."""

    lower: Fraction | None = None
    lower_strict: bool = False
    lower_from: tuple[str, ...] = ()
    upper: Fraction | None = None
    upper_strict: bool = False
    upper_from: tuple[str, ...] = ()


class Context:
    """Definitions with the clauses to unfold, and facts with their references.

    unfold: pairs (name, clause number) that normalisation replaces by their bodies.
    rewrites: equations (left side, right side, variables with domains, reference), used left to right.
    """

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        unfold: frozenset[tuple[str, int]] = frozenset(),
        rewrites: tuple[tuple[Term, Term, tuple[tuple[Name, Term], ...], str], ...] = (),
        parent: Context | None = None,
        used: set[str] | None = None,
        work: list[int] | None = None,
    ) -> None:
        self.definitions = definitions
        self.unfold = unfold
        self.rewrites = rewrites
        self.parent = parent
        self.depth: int = parent.depth if parent else 0
        self.facts: tuple[Fact, ...] = parent.facts if parent else ()
        self.universals: tuple[Universal, ...] = parent.universals if parent else ()
        self.apart: tuple[tuple[Polynomial, str], ...] = parent.apart if parent else ()
        self.differentiable: frozenset[str] = parent.differentiable if parent else frozenset()
        self.unfolding = 0
        self.used: set[str] = used if used is not None else set()
        self.work: list[int] | None = work if work is not None else parent.work if parent else None
        self.scalars: dict[Term, Polynomial] = {}
        self.grids: dict[Term, object] = {}
        self._bounds: dict[str, Bounds] = {}
        self._signs: dict[tuple[str, int], tuple[int, tuple[str, ...]]] = {}
        self._busy: set[str] = set()
        self._wide: Context | None = None
        self._cut = False

    def extended(self, formula: Term, reference: str) -> Context:
        """The context with one more fact; conjunctions are split."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child._add(formula, reference)
        return child

    def with_facts(self, facts: Mapping[str, Term]) -> Context:
        """The context with several facts by reference."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        for reference, formula in facts.items():
            child._add(formula, reference)
        child._forget()  # what was undecided before all facts were there
        return child

    def _forget(self) -> None:
        self.scalars, self.grids, self._bounds, self._signs = {}, {}, {}, {}

    def deeper(self) -> Context:
        """The same context, but for the names that it gives to variables of binders."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child.depth = self.depth + 1
        return child

    def keeping(self, variable: Name, domain: Term) -> Context:
        """The context under a binder whose variable is new here and keeps its name."""
        child = self.deeper()
        for formula in domain_facts_of(variable, domain):
            child._add(formula, "")
        return child

    def unfolding_all(self) -> Context:
        """The same context with every clause of every definition to be unfolded."""
        if self._wide is None:
            every = frozenset(
                (name, place)
                for name, definition in self.definitions.items()
                for place in range(len(definition.clauses))
            )
            self._wide = Context(self.definitions, every, self.rewrites, self, self.used)
            self._wide.depth = self.depth
        return self._wide

    def inside(self, variable: Name, domain: Term) -> tuple[Context, Name]:
        """The context under a binder: a fresh name for its variable, with its domain as facts."""
        fresh = Name(f"#{self.depth}", variable.sort)
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child.depth = self.depth + 1
        for formula in domain_facts(fresh, domain):
            child._add(formula, "")
        return child, fresh

    def _add(self, formula: Term, reference: str) -> None:
        from boundkit.kernel.normal import normal

        variables: list[tuple[Name, Term]] = []
        conditions: list[Term] = []
        body = formula
        while True:
            if isinstance(body, Bind) and body.head == "forall":
                own = Name(f"#v{len(variables)}", body.variable.sort)  # apart from every fixed name
                variables.append((own, body.domain))
                body = substitute(body.body, {body.variable.text: own})
            elif isinstance(body, Apply) and body.head == "implies" and variables:
                conditions.append(body.args[0])
                body = body.args[1]
            else:
                break
        if isinstance(body, Apply) and body.head == "and":
            for part in body.args:
                rebuilt = part
                for condition in reversed(conditions):
                    rebuilt = Apply("implies", (condition, rebuilt), formula.sort)
                for variable, domain in reversed(variables):
                    rebuilt = Bind("forall", variable, domain, rebuilt, formula.sort)
                self._add(rebuilt, reference)
            return
        if isinstance(body, Apply) and body.head in ("is_smooth", "is_differentiable") and not variables:
            # With one more argument it is differentiable on that set only.
            everywhere = len(body.args) == (2 if body.head == "is_smooth" else 1)
            if isinstance(body.args[0], Name) and everywhere:
                self.differentiable |= {body.args[0].text}
            return
        for relation_ in elementary(body):
            if variables:
                if relation_.head == "!=" or formula.has_derivative:
                    continue
                sides = tuple(self._canonical(arg) for arg in relation_.args)
                stated = Apply(relation_.head, sides, relation_.sort)
                self.universals += (Universal(tuple(variables), stated, tuple(conditions), reference),)
                continue
            left, right = relation_.args
            if not (is_numeric(left.sort) and is_numeric(right.sort)):
                continue
            try:
                slack = normal(right, self) - normal(left, self)
            except NotNormal:
                continue
            if relation_.head == "=":
                self.facts += (Fact(slack, False, reference), Fact(-slack, False, reference))
            elif relation_.head == "!=":
                self.apart += ((slack, reference),)
            elif relation_.head in ("<=", "<"):
                strict = relation_.head == "<"
                if strict and integral(left) and integral(right):
                    self.facts += (Fact(slack - constant(1), False, reference),)
                self.facts += (Fact(slack, strict, reference),)

    def _canonical(self, term: Term) -> Term:
        """A side of a universal fact in normal form, so that it meets atoms, which are."""
        from boundkit.kernel.normal import canonical_term

        try:
            return canonical_term(term, self)
        except NotNormal:
            return term

    def spend(self, amount: int = 1) -> None:
        """Takes from the work that is left, when that is counted; raises `TooLarge` when none is."""
        if self.work is not None:
            self.work[0] -= amount
            if self.work[0] < 0:
                raise TooLarge

    # Signs

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
        if answer[0] or not (self._cut and self._busy):  # else undecided only because a question came round
            self._signs[key] = answer
        self._cut = before or (self._cut and bool(self._busy))
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
        if atom.key not in self._bounds:
            self._bounds[atom.key] = Bounds()  # a bound that needs itself finds nothing
            self._bounds[atom.key] = self._find_bounds(atom)
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
            found = _tightened(found, factor, offset, fact.strict, fact.reference)
        for universal in self.universals:
            for slack, strict in self._instances(universal, atom):
                factor = slack.terms.get(alone)
                if factor is None or len(slack.terms) > 2:
                    continue
                offset = slack.constant_part
                if len(slack.terms) == 2 and not offset:
                    continue
                found = _tightened(found, factor, offset, strict, universal.reference)
        return found

    def _structural(self, atom: Atom) -> Bounds:
        term = atom.term
        if term.sort == NAT:
            return Bounds(lower=Fraction(0))
        if isinstance(term, Apply):
            head = term.head
            if head == "inner" and canonical(term.args[0]) == canonical(term.args[1]):
                return Bounds(lower=Fraction(0))
            if head in ("abs", "norm", "norm_op", "norm_fro", "norm_1", "norm_inf"):
                return Bounds(lower=Fraction(0))
            if head == "card":
                own = term.args[0]
                filled = self.is_declared(own) and isinstance(own.sort, SetOf) and own.sort.finite
                return Bounds(lower=Fraction(int(filled)))
            if head in ("max", "min"):
                from boundkit.kernel.normal import normal

                signs = [self._sign(normal(arg, self), 1) for arg in term.args]
                levels = [level for level, _ in signs]
                level = max(levels) if head == "max" else min(levels)
                if level:
                    references = tuple(r for own, used in signs if own for r in used)
                    return Bounds(Fraction(0), level == POSITIVE, references)
                return Bounds()
            symbol = SYMBOLS.get(head)
            if symbol is not None and (symbol.lower is not None or symbol.upper is not None):
                return Bounds(
                    lower=None if symbol.lower is None else Fraction(symbol.lower),
                    upper=None if symbol.upper is None else Fraction(symbol.upper),
                )
        if isinstance(term, Bind) and term.head == "sum":
            from boundkit.kernel.normal import normal

            inner, fresh = self.inside(term.variable, term.domain)
            body = normal(substitute(term.body, {term.variable.text: fresh}), inner)
            level, references = inner._sign(body, 1)
            strict = False
            if level == POSITIVE and isinstance(term.domain, Apply) and term.domain.head == "range":
                first, last = term.domain.args
                length, more = (
                    (UNKNOWN, ())
                    if infinite(last)
                    else self._sign(normal(last, self) - normal(first, self), 1)
                )
                strict, references = length != UNKNOWN, references + more
            if level:
                return Bounds(Fraction(0), strict, tuple(r for r in references if r))
        return Bounds()

    def _instances(self, universal: Universal, atom: Atom) -> Iterator[tuple[Polynomial, bool]]:
        """Instances of a universal fact in which the atom is one side's only atom."""
        from boundkit.kernel.normal import normal

        names = [variable.text for variable, _ in universal.variables]
        left, right = universal.formula.args  # type: ignore[attr-defined]
        for side in (left, right):
            for pattern in _candidates(side):
                values = match(pattern, atom.term, names)
                if values is None or set(values) != set(names):
                    continue
                if not self.admits(universal, values):
                    continue
                low, high = (substitute(part, values) for part in (left, right))
                if not (is_numeric(low.sort) and is_numeric(high.sort)):
                    continue
                slack = normal(high, self) - normal(low, self)
                head = universal.formula.head  # type: ignore[attr-defined]
                yield slack, head == "<"
                if head == "=":
                    yield -slack, False

    def admits(self, universal: Universal, values: Mapping[str, Term]) -> bool:
        """Whether the values lie in the domains and satisfy the conditions, by signs alone."""
        done: dict[str, Term] = {}
        for variable, domain in universal.variables:
            value = values[variable.text]
            if not self.contains(value, substitute(domain, done), variable):
                return False
            done[variable.text] = value
        return all(self.holds(substitute(condition, done)) for condition in universal.conditions)

    def contains(self, value: Term, domain: Term, variable: Name) -> bool:
        """Whether a value lies in a domain of the variable's sort, by signs alone."""
        return self.of_sort(value, variable.sort) and self._belongs(value, domain)

    def of_sort(self, value: Term, sort: Sort) -> bool:
        """Whether a value is certainly one of a sort, by signs alone."""
        from boundkit.kernel.matrices import same_size

        if sort in (NAT, INT) and is_numeric(value.sort):
            natural = sort == INT or value.sort == NAT
            return integral(value) and (natural or self.holds(relation("<=", number(0), value)))
        if isinstance(sort, SetOf) and sort.finite and not self.is_declared(value):
            return False
        return fits(value.sort, sort, lambda own, other: same_size(own, other, self))

    def is_declared(self, value: Term) -> bool:
        """Whether a term is a name that is not defined: of such a finite set it is known not to be empty."""
        return isinstance(value, Name) and value.text not in self.definitions

    def _belongs(self, value: Term, domain: Term) -> bool:
        if not (isinstance(domain, Apply) and domain.head in SETS_KNOWN):
            return False
        if domain.head == "everything":
            return isinstance(domain.sort, SetOf) and self.of_sort(value, domain.sort.element)
        if domain.head == "range" and not integral(value):
            return False
        return all(map(self.holds, domain_facts_of(value, domain)))

    def holds(self, formula: Term) -> bool:
        """Whether an elementary proposition certainly holds, by signs alone."""
        from boundkit.kernel.normal import normal

        if isinstance(formula, Apply):
            if formula.head == "true":
                return True
            if formula.head == "and":
                return all(map(self.holds, formula.args))
            if formula.head == "or":
                return any(map(self.holds, formula.args))
            if formula.head in ("<=", "<", "=", "!=") and all(is_numeric(a.sort) for a in formula.args):
                left, right = formula.args
                try:
                    slack = normal(right, self) - normal(left, self)
                except NotNormal:
                    return False
                match formula.head:
                    case "<=":
                        return self.sign(slack) >= NONNEGATIVE
                    case "<":
                        return self.sign(slack) == POSITIVE or (
                            integral(left)
                            and integral(right)
                            and self.sign(slack - constant(1)) >= NONNEGATIVE
                        )
                    case "=":
                        return not slack.terms
                    case "!=":
                        return self.is_nonzero(slack)
            if formula.head == "in":
                return self._belongs(*formula.args)
        return False

    def _shifted_to_bounds(self, polynomial: Polynomial) -> tuple[Polynomial | None, tuple[str, ...]]:
        """Every atom that enters with whole positive powers and has a lower bound other than 0, written
        as that bound plus a non-negative rest."""
        references: tuple[str, ...] = ()
        shift: dict[Atom, Fraction] = {}
        for atom in sorted(polynomial.atoms):
            bounds = self.bounds(atom) if not isinstance(atom, Composite) else Bounds()
            if bounds.lower and _whole(polynomial, atom):
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
        from boundkit.kernel.normal import expand
        from boundkit.kernel.polynomials import multiply

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
        from boundkit.kernel.normal import normal

        for monomial in polynomial.ordered:
            if len(monomial) != 1 or monomial[0][1] != 1:
                continue
            atom = monomial[0][0]
            term = atom.term
            wanted = "max" if polynomial.terms[monomial] > 0 else "min"
            if not (isinstance(term, Apply) and term.head == wanted) or not _whole(polynomial, atom, 1):
                continue
            if sum(1 for own in polynomial.terms if any(a == atom for a, _ in own)) > 1:
                continue
            for member in term.args:
                answer = self._sign(replaced(polynomial, atom, normal(member, self)), depth - 1)
                if answer[0]:
                    return answer
        return UNKNOWN, ()

    def _by_ends(self, polynomial: Polynomial, depth: int) -> tuple[int, tuple[str, ...]]:
        for atom in sorted(polynomial.atoms):
            if isinstance(atom, Composite) or not _whole(polynomial, atom, 1):
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

    @cached_property
    def bounded_names(self) -> tuple[str, ...]:
        """References of all facts, for reports."""
        return tuple(dict.fromkeys(fact.reference for fact in self.facts if fact.reference))


def is_gram_square(polynomial: Polynomial) -> bool:
    """Whether the polynomial is a quadratic form in vectors, `sum c[i][j] <u[i], u[j]>`, with a positive
    semidefinite rational matrix: it is then a sum of squares of norms."""
    places: dict[str, int] = {}
    entries: dict[tuple[int, int], Fraction] = {}
    for monomial, coefficient in polynomial.terms.items():
        if len(monomial) != 1 or monomial[0][1] != 1:
            return False
        term = monomial[0][0].term
        if not (isinstance(term, Apply) and term.head == "inner"):
            return False
        i, j = (places.setdefault(canonical(arg), len(places)) for arg in term.args)
        for key in ((i, j), (j, i)):
            entries[key] = entries.get(key, Fraction(0)) + coefficient / 2
    size = len(places)
    matrix = [[entries.get((i, j), Fraction(0)) for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = matrix[k][k]
        if pivot < 0 or (pivot == 0 and any(matrix[k][j] for j in range(k + 1, size))):
            return False
        if pivot == 0:
            continue
        for i in range(k + 1, size):
            factor = matrix[i][k] / pivot
            for j in range(k + 1, size):
                matrix[i][j] -= factor * matrix[k][j]
    return True


SETS_KNOWN = frozenset({"range", "closed", "open", "left_open", "right_open", "everything"})


def elementary(formula: Term) -> Iterator[Apply]:
    """The relations that a proposition says of numbers or matrices, memberships in intervals included."""
    if isinstance(formula, Apply):
        if formula.head in ("<=", "<", "=", "!="):
            yield formula
        elif formula.head == "in":
            value, domain = formula.args
            for part in domain_facts_of(value, domain):
                yield from elementary(part)


def domain_facts(variable: Name, domain: Term) -> Iterator[Term]:
    """What membership of a variable in a domain says in relations."""
    yield from domain_facts_of(variable, domain)


def domain_facts_of(value: Term, domain: Term) -> Iterator[Term]:
    """What `value in domain` says in relations; nothing for domains that are not intervals."""
    if not isinstance(domain, Apply):
        return
    if domain.head == "range":
        yield relation("<=", domain.args[0], value)
        if not infinite(domain.args[1]):
            yield relation("<=", value, domain.args[1])
    elif domain.head in ("closed", "open", "left_open", "right_open"):
        lower, upper = domain.args
        if not infinite(lower):
            yield relation("<" if domain.head in ("open", "left_open") else "<=", lower, value)
        if not infinite(upper):
            yield relation("<" if domain.head in ("open", "right_open") else "<=", value, upper)


def infinite(term: Term) -> bool:
    """Whether a term is plus or minus infinity, as the end of an interval."""
    return isinstance(term, Apply) and (
        term.head == "infinity" or (term.head == "neg" and infinite(term.args[0]))
    )


def integral(term: Term) -> bool:
    """Whether a term certainly has integer values."""
    if term.sort in (NAT, INT):
        return True
    if isinstance(term, Apply) and term.head in SYMBOLS and SYMBOLS[term.head].integral:
        if term.head in ("floor", "ceil", "sign"):
            return True
        return all(map(integral, term.args))
    return isinstance(term, Number) and term.value.denominator == 1


def _candidates(side: Term) -> Iterator[Term]:
    """Subterms that could be the atom of a simple bound: the side itself, or under `neg` and
    multiplication by a number."""
    yield side
    if isinstance(side, Apply) and side.head in ("neg", "*", "/", "+", "-", "abs"):
        for part in side.args:
            yield from _candidates(part)


def _tightened(bounds: Bounds, factor: Fraction, offset: Fraction, strict: bool, reference: str) -> Bounds:
    """The bounds with `factor*x + offset >= 0` taken in."""
    limit = -offset / factor
    if factor > 0:
        if bounds.lower is None or limit > bounds.lower or (limit == bounds.lower and strict):
            return Bounds(
                limit,
                strict,
                (reference,) if reference else (),
                bounds.upper,
                bounds.upper_strict,
                bounds.upper_from,
            )
        return bounds
    if bounds.upper is None or limit < bounds.upper or (limit == bounds.upper and strict):
        return Bounds(
            bounds.lower,
            bounds.lower_strict,
            bounds.lower_from,
            limit,
            strict,
            (reference,) if reference else (),
        )
    return bounds


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
    from boundkit.kernel.polynomials import inverse_monomial, multiply_monomials

    inverse = inverse_monomial(monomial)
    return Polynomial({multiply_monomials(m, inverse): c for m, c in polynomial.terms.items()})


def replaced(polynomial: Polynomial, atom: Atom, value: Polynomial) -> Polynomial:
    """The polynomial with an atom that enters with whole positive powers replaced."""
    from boundkit.kernel.polynomials import multiply

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


def _whole(polynomial: Polynomial, atom: Atom, most: int = 8) -> bool:
    """Whether the atom enters with whole exponents from 1 to `most` only."""
    for monomial in polynomial.terms:
        for own, exponent in monomial:
            if isinstance(exponent, Polynomial):
                if atom in exponent.atoms or own == atom:
                    return False
            elif own == atom and not (exponent.denominator == 1 and 0 < exponent <= most):
                return False
    return True


def _nested(polynomial: Polynomial, atom: Atom) -> bool:
    """Whether what the atom stands for also occurs inside another atom."""
    names = atom.term.free
    return any(
        other != atom and not isinstance(other.term, Number) and names & other.term.free
        for other in polynomial.atoms
    )


def key_of(monomial: Monomial) -> str:
    """A text for a monomial, for messages."""
    return monomial_key(monomial)


def is_matrix(term: Term) -> bool:
    """Whether a term is a matrix or vector."""
    return isinstance(term.sort, Matrix)


def is_one(term: Term) -> bool:
    """Whether a size is literally 1."""
    return term == ONE
