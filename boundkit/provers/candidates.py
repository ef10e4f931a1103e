"""Candidates for a combination: products of facts, signs and squares that could add up to the goal, found
from the monomials that have to cancel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from itertools import product as choices

from boundkit.ir.sorts import INT, NAT, REAL, SetOf, is_numeric
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import POSITIVE, Context, NotNormal, domain_facts_of
from boundkit.kernel.judge import Frame, Rejected, _relations
from boundkit.kernel.matching import match
from boundkit.kernel.normal import expand, normal, product, summed, to_term
from boundkit.kernel.polynomials import (
    UNIT,
    UNITY,
    Atom,
    Composite,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    inverse_monomial,
    lowest,
    multiply,
    multiply_monomials,
    of_atom,
)
from boundkit.provers.sums import mean_squares

MOST_CANDIDATES = (150, 300, 420, 560)
"""Candidates that a pool may hold, by effort."""
MOST_MONOMIALS = 400
LARGEST_FACT = 60
MOST_PLACES = 64
MOST_MATCHED = 12
MOST_VECTORS = 8
MOST_WEIGHTS = 12
MOST_LINKS = 4


@dataclass(frozen=True)
class Candidate:
    """A summand without its coefficient, its value, and whether it is positive; `free` ones (from
    equations) may have either sign."""

    summand: c.Summand
    value: Polynomial
    strict: bool = False
    free: bool = False
    cost: float = 1.0


@dataclass(frozen=True)
class Source:
    """A relation among the facts with values for its variables, under the binders of a summation."""

    factors: tuple[c.Factor, ...]
    slack: Polynomial
    strict: bool
    equation: bool
    binders: tuple[tuple[Name, Term, Term], ...] = ()
    sides: tuple[Term, Term] | None = None
    plain: Polynomial | None = None


class Pool:
    """Candidates for one goal under one context."""

    def __init__(self, frame: Frame, context: Context, goal: Apply) -> None:
        self.frame = frame
        self.context = context
        self.goal = goal
        left, right = (normal(arg, context) for arg in goal.args)
        self.left, self.right = left, right
        self.slack = right - left
        self.strict_goal = goal.head == "<"
        self.sources: list[Source] = []
        self.far: list[Source] = []
        self.candidates: dict[str, Candidate] = {}
        self.monomials: dict[Monomial, None] = {}
        self.ranges: dict[str, tuple[Term, Term]] = {}
        self.summed: frozenset[str] = frozenset()
        self.levels: dict[tuple[int, str], int] = {}
        self.limit = MOST_CANDIDATES[0]
        self.vectors: dict[str, Term] = {}
        self.pairs: dict[str, tuple[Term, Term]] = {}
        for arg in goal.args:
            self._note_vectors(arg)
        self.inner: dict[tuple[tuple[Name, Term, Term], ...], Context] = {}

    # Sources

    def gather(self) -> None:
        """Turns the facts into sources: as they are, at the places that occur, and under sums."""
        for polynomial in (self.left, self.right):
            self._note(polynomial)
        self.summed = frozenset(self.ranges)
        self._begin()
        pending = list(self.frame.facts.items())
        for _ in range(2):
            for name, formula in pending:
                self._add_fact(name, formula)
        self._extrema()
        unique: dict[str, Source] = {}
        for source in self.sources:
            key = f"{source.slack.key}|{len(source.binders)}|{source.strict}|{source.equation}"
            unique.setdefault(key, source)
        self.sources = self._connected(list(unique.values()))

    def _connected(self, sources: list[Source]) -> list[Source]:
        """The sources that share an atom with the goal or with a source that does; a plain name connects
        only sources about names. The nearer to the goal and the less they bring in, the earlier."""
        sources = [source for source in sources if not self._plain_sign(source)]
        near = _objects(self.left) | _objects(self.right)
        names = set(self.left.atoms | self.right.atoms)
        if not near:
            return sources
        ranks: dict[int, tuple[int, int]] = {}
        for rank in range(MOST_LINKS):
            reached: set[Atom] = set()
            for place, source in enumerate(sources):
                if place in ranks:
                    continue
                own = _objects(source.slack)
                summed_up = bool(source.binders) and any(isinstance(atom.term, Bind) for atom in near)
                if own & near or summed_up or (not own and source.slack.atoms & names):
                    ranks[place] = rank, len(own - near)
                    reached |= own
                    names |= source.slack.atoms
            near |= reached
        self.far = [source for place, source in enumerate(sources) if place not in ranks]
        return [sources[place] for place in sorted(ranks, key=lambda place: (*ranks[place], place))]

    def _plain_sign(self, source: Source) -> bool:
        """Whether a source only says that a monomial is not negative, which signs say as well."""
        single = source.slack.single
        if single is None or source.equation or source.binders:
            return False
        return single[1] > 0 and self.context.is_nonnegative(source.slack)

    def everything(self) -> None:
        """Takes in the sources that share nothing with the goal: they may refute each other."""
        self.sources.extend(self.far)
        self.far = []

    def _extrema(self) -> None:
        """The distance of every maximum, minimum and absolute value from its members."""
        atoms = set(self.left.atoms) | set(self.right.atoms)
        for source in self.sources:
            if not source.binders:
                atoms |= source.slack.atoms
        for atom in sorted(atoms):
            term = atom.term
            if not (isinstance(term, Apply) and term.head in ("abs", "max", "min")):
                continue
            members: list[Term] = list(term.args)
            if term.head == "abs":
                members.append(Apply("neg", (term.args[0],), REAL))
            for member in members:
                factor = c.Factor("extremum", values=(member,), term=term)
                try:
                    slack = self.frame.extremum(factor, self.context)
                except (NotNormal, TooLarge, Rejected):
                    continue
                if slack.terms and len(slack.terms) <= LARGEST_FACT:
                    self.sources.append(Source((factor,), slack, False, False))

    def _note(self, polynomial: Polynomial) -> None:
        for atom in sorted(polynomial.atoms):
            self._note_term(atom.term)

    def _note_term(self, term: Term) -> None:
        if isinstance(term, Bind) and term.head == "sum" and isinstance(term.domain, Apply):
            first, last = term.domain.args
            self.ranges.setdefault(f"{first}..{last}", (first, last))

    def _note_vectors(self, formula: Term) -> None:
        """Sums of vectors of which norms are taken, and pairs with a sum of which inner products are."""
        fixed = {*self.frame.sequent.names, *self.frame.sequent.definitions}
        for part in subterms(formula):
            if not (isinstance(part, Apply) and part.head in ("norm", "inner") and part.free <= fixed):
                continue
            sums = [arg for arg in part.args if isinstance(arg, Apply) and arg.head in ("+", "-")]
            for arg in sums:
                if len(self.vectors) < MOST_VECTORS:
                    self.vectors.setdefault(canonical(arg), arg)
            if sums and part.head == "inner" and len(self.pairs) < MOST_VECTORS:
                self.pairs.setdefault(canonical(part), (part.args[0], part.args[1]))

    def _add_fact(self, name: str, formula: Term) -> None:
        variables: list[tuple[Name, Term]] = []
        body = formula
        while isinstance(body, Bind) and body.head == "forall":
            variables.append((body.variable, body.domain))
            body = body.body
        if isinstance(body, Apply) and body.head == "implies":
            return
        if not variables:
            self._add_source(c.Factor("fact", name), formula, ())
            return
        for values in self._places(variables):
            self._instance(name, formula, values, ())
        for values in islice(self._matched(variables, body), MOST_MATCHED):
            self._instance(name, formula, values, ())
        if len(variables) == 1 and variables[0][0].sort in (NAT, INT):
            variable, domain = variables[0]
            if isinstance(domain, Apply) and domain.head == "range":
                first, last = domain.args
                self.ranges.setdefault(f"{first}..{last}", (first, last))
            for first, last in list(self.ranges.values()):
                index = Name(
                    fresh_name("i", set(self.frame.sequent.names) | set(self.frame.sequent.definitions)),
                    variable.sort,
                )
                self._instance(name, formula, (index,), ((index, first, last),))
        elif all(variable.sort in (NAT, INT) for variable, _ in variables):
            self._sum_one_of(name, formula, variables)

    def _sum_one_of(self, name: str, formula: Term, variables: list[tuple[Name, Term]]) -> None:
        """A fact about several integers, summed over one of them where the goal has sums over its range,
        the others at the places that occur."""
        for at, (variable, domain) in enumerate(variables):
            if not (isinstance(domain, Apply) and domain.head == "range"):
                continue
            first, last = domain.args
            if f"{first}..{last}" not in self.summed:
                continue
            index = Name(
                fresh_name("i", set(self.frame.sequent.names) | set(self.frame.sequent.definitions)),
                variable.sort,
            )
            for others in self._places([*variables[:at], *variables[at + 1 :]]):
                values = (*others[:at], index, *others[at:])
                self._instance(name, formula, values, ((index, first, last),))

    def _places(self, variables: list[tuple[Name, Term]]) -> Iterator[tuple[Term, ...]]:
        """Values for integer variables: names in scope, ends of domains; for others: the names that a
        quantifier introduced."""
        options: list[list[Term]] = []
        for variable, domain in variables:
            found: dict[str, Term] = {}
            if variable.sort not in (NAT, INT):
                options.append(self._introduced(variable))
                continue
            for name, sort in self.frame.sequent.names.items():
                if (
                    sort in (NAT, INT)
                    and f"range of {name}" in self.frame.facts
                    or sort in (NAT, INT)
                    and (f"start of {name}" in self.frame.facts)
                ):
                    found[name] = Name(name, sort)
                    found[f"{name}+1"] = Apply("+", (Name(name, sort), ONE), sort)
            if isinstance(domain, Apply) and domain.head in ("range", "closed", "right_open"):
                for end in domain.args:
                    if not (isinstance(end, Apply) and end.head in ("infinity", "neg")):
                        found[str(end)] = end
            options.append(list(found.values())[:8])
        yield from islice(choices(*options), MOST_PLACES)

    def _matched(self, variables: list[tuple[Name, Term]], body: Term) -> Iterator[tuple[Term, ...]]:
        """Values for variables, some of which are no numbers, at which the goal takes a function as a fact
        about it does."""
        if all(is_numeric(variable.sort) for variable, _ in variables):
            return
        names = [variable.text for variable, _ in variables]
        patterns = [
            part
            for part in subterms(body)
            if isinstance(part, Apply) and part.head in ("call", "index") and set(names) <= part.free
        ]
        known = set(self.frame.sequent.names) | set(self.frame.sequent.definitions)
        seen: set[str] = set()
        for side in (to_term(self.left), to_term(self.right)):
            for part in subterms(side):
                if not (isinstance(part, Apply) and part.head in ("call", "index") and part.free <= known):
                    continue
                for pattern in patterns:
                    values = match(pattern, part, names)
                    if values is None or set(values) != set(names):
                        continue
                    found = tuple(values[text] for text in names)
                    key = " ".join(map(canonical, found))
                    if key not in seen:
                        seen.add(key)
                        yield found

    def _introduced(self, variable: Name) -> list[Term]:
        """Names of the sort of a variable that stand for a quantified one."""
        frame = self.frame
        found: list[Term] = [
            Name(name, sort)
            for name, sort in frame.sequent.names.items()
            if f"range of {name}" in frame.facts and frame.fits(sort, variable.sort)
        ]
        return found[:4]

    def _instance(
        self, name: str, formula: Term, values: tuple[Term, ...], binders: tuple[tuple[Name, Term, Term], ...]
    ) -> None:
        frame = self.frame
        try:
            for variable, first, last in binders:
                domain = Apply("range", (first, last), SetOf(variable.sort))
                frame = frame.with_name(variable).with_fact(
                    f"range of {variable.text}", relation("in", variable, domain)
                )
            instance = frame.instantiate(formula, values)
        except (Rejected, NotNormal, TooLarge):
            return
        except Exception as failure:  # a value that is not defined
            from boundkit.kernel.definedness import NotDefined

            if isinstance(failure, NotDefined):
                return
            raise
        self._add_source(c.Factor("fact", name, values), instance, binders)

    def inner_context(self, binders: tuple[tuple[Name, Term, Term], ...]) -> Context:
        """The context under the binders of a summation."""
        if not binders:
            return self.context
        if binders not in self.inner:
            self.inner[binders] = self._extended(binders)
        return self.inner[binders]

    def _extended(self, binders: tuple[tuple[Name, Term, Term], ...]) -> Context:
        inner = self.context
        for variable, first, last in binders:
            extended = Context(inner.definitions, inner.unfold, inner.rewrites, inner, inner.used)
            extended.depth = inner.depth + 1
            domain = Apply("range", (first, last), SetOf(variable.sort))
            for formula in domain_facts_of(variable, domain):
                extended._add(formula, "")
            inner = extended
        return inner

    def _add_source(
        self, factor: c.Factor, formula: Term, binders: tuple[tuple[Name, Term, Term], ...]
    ) -> None:
        context = self.inner_context(binders)
        place = -1
        for part in _relations(formula):
            if part.head in ("<=", "<") and is_numeric(part.args[0].sort):
                place += 1
            if not all(is_numeric(arg.sort) for arg in part.args):
                continue
            if any(isinstance(arg, Apply) and arg.head == "infinity" for arg in part.args):
                continue
            try:
                slack = normal(part.args[1], context) - normal(part.args[0], context)
            except (NotNormal, TooLarge):
                continue
            if not slack.terms or len(slack.terms) > LARGEST_FACT or slack.constant is not None:
                continue
            equation = part.head == "="
            plain = slack
            own = factor if equation else replace(factor, place=place)
            factors: tuple[c.Factor, ...] = (own,)
            if not equation and not binders:
                clearing, slack = self._clearing(slack)
                factors = (*factors, *clearing)
            left, right = part.args
            self.sources.append(
                Source(factors, slack, part.head == "<", equation, binders, (left, right), plain)
            )
            if not binders:
                self._note(slack)
                self._note_vectors(part)
            if equation:
                break  # a factor speaks of the first equation of its fact

    # Candidates

    def add(self, candidate: Candidate) -> None:
        """Takes a candidate in unless it is zero, too large, or there already."""
        if not candidate.value.terms or len(candidate.value.terms) > 120:
            return
        key = f"{candidate.value.key}|{candidate.free}|{candidate.strict}"
        if key not in self.candidates and len(self.candidates) < self.limit:
            self.candidates[key] = candidate
            for monomial in candidate.value.terms:
                if len(self.monomials) < MOST_MONOMIALS:
                    self.monomials.setdefault(monomial)

    def scaled(self, source: Source, weight: Monomial, outside: Monomial) -> Candidate | None:
        """A source times a monomial under its sum and one outside."""
        inner = self.inner_context(source.binders)
        for monomial, context in ((weight, inner), (outside, self.context)):
            for atom, exponent in monomial:
                level = self._level(atom, context)
                whole = isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0
                if not whole and level != POSITIVE:
                    return None
                if not source.equation and not level and not (whole and exponent % 2 == 0):  # type: ignore[operator]
                    return None
        scale = multiply_monomials(weight, outside)
        term = to_term(Polynomial({scale: Fraction(1)}))
        try:
            value = product(source.slack, Polynomial({scale: Fraction(1)}), inner)
            for (variable, first, last), before in zip(
                reversed(source.binders), [self.context] * len(source.binders), strict=True
            ):
                value = expand(
                    summed(variable, normal(first, before), normal(last, before), value, before), before
                )
        except (NotNormal, TooLarge):
            return None
        strict = source.strict and not source.binders
        if strict and scale:
            strict = self.context.is_positive(Polynomial({scale: Fraction(1)}))
        factors = source.factors
        if source.equation:
            fact = source.factors[0]
            if fact.term is not None:
                term = Apply("*", (fact.term, term), REAL)
            factors = (c.Factor("equal", fact.fact, fact.values, term),)
        elif scale:
            factors = (*factors, c.Factor("sign", term=term))
        summand = c.Summand(Fraction(1), factors, source.binders)
        return Candidate(summand, value, strict, source.equation, 1.0 + 0.1 * len(scale))

    def _level(self, atom: Atom, context: Context) -> int:
        """The sign of an atom, remembered."""
        key = (id(context) if context is not self.context else 0, atom.key)
        if key not in self.levels:
            self.levels[key] = context.sign(of_atom(atom))
        return self.levels[key]

    def _usable(self, atom: Atom, exponent: object, context: Context) -> bool:
        """Whether a power may stand in a multiplier: defined for certain."""
        if isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0:
            return True
        return context.is_positive(of_atom(atom))

    def restart(self) -> None:
        """Forgets the candidates, keeping the monomials of the goal."""
        self.candidates = {}
        self.monomials = {}
        self._begin()

    def _begin(self) -> None:
        for monomial in self.slack.ordered:
            self.monomials.setdefault(monomial)
        for candidate in self.goals():
            for monomial in candidate.value.ordered:
                self.monomials.setdefault(monomial)

    def from_needs(self, rounds: int = 3) -> None:
        """Sources times the monomials that make one of their terms meet one that is wanted."""
        seen: set[tuple[int, Monomial]] = set()
        done = 0
        for _ in range(rounds):
            wanted = list(self.monomials)[done:]
            done = len(self.monomials)
            for place, source in enumerate(self.sources):
                if source.binders:
                    self._meet_sums(place, source, wanted, seen)
                    continue
                for own in source.slack.terms:
                    if len(self.candidates) >= self.limit:
                        return
                    for target in wanted:
                        ratio = multiply_monomials(target, inverse_monomial(own))
                        if (place, ratio) in seen or len(ratio) > 6 or not _moderate(ratio):
                            continue
                        seen.add((place, ratio))
                        candidate = self.scaled(source, (), ratio)
                        if candidate is not None:
                            self.add(candidate)
                if (place, UNIT) not in seen:
                    seen.add((place, UNIT))
                    candidate = self.scaled(source, (), UNIT)
                    if candidate is not None:
                        self.add(candidate)

    def _meet_sums(
        self, place: int, source: Source, wanted: list[Monomial], seen: set[tuple[int, Monomial]]
    ) -> None:
        variable, first, last = source.binders[0]
        names = {variable.text}
        weights: dict[Monomial, None] = {UNIT: None}
        for target in wanted:
            for atom, _ in target:
                term = atom.term
                if not (isinstance(term, Bind) and term.head == "sum"):
                    continue
                if f"{term.domain.args[0]}..{term.domain.args[1]}" != f"{first}..{last}":  # type: ignore[attr-defined]
                    continue
                inner = self.inner_context(source.binders)
                try:
                    body = normal(substitute(term.body, {term.variable.text: variable}), inner)
                except (NotNormal, TooLarge):
                    continue
                for monomial in body.terms:
                    for own in source.slack.terms:
                        weight = tuple(
                            p
                            for p in multiply_monomials(monomial, inverse_monomial(own))
                            if names & p[0].term.free
                        )
                        if len(weight) <= 3 and _moderate(weight):
                            weights.setdefault(weight)
        for weight in list(weights)[:12]:
            plain = self.scaled(source, weight, UNIT)
            if plain is None:
                continue
            if (place, weight) not in seen:
                seen.add((place, weight))
                self.add(plain)
            for own in plain.value.terms:
                if len(self.candidates) >= self.limit:
                    return
                for target in wanted:
                    ratio = multiply_monomials(target, inverse_monomial(own))
                    mark = multiply_monomials(weight, ratio)
                    if not ratio or len(ratio) > 6 or (place, mark) in seen or not _moderate(ratio):
                        continue
                    if any(names & atom.term.free for atom, _ in ratio):
                        continue
                    seen.add((place, mark))
                    candidate = self.scaled(source, weight, ratio)
                    if candidate is not None:
                        self.add(candidate)

    def differences_of_squares(self) -> None:
        """Sources `(b - a)(b + a)` for facts `a <= b` with both sides non-negative."""
        found: list[Source] = []
        for source in self.sources:
            if source.equation or source.sides is None or len(source.slack.terms) > 6:
                continue
            inner = self.inner_context(source.binders)
            try:
                left, right = (normal(side, inner) for side in source.sides)
            except (NotNormal, TooLarge):
                continue
            if left.terms and inner.is_nonnegative(left) and inner.is_nonnegative(right):
                both = left + right
                factor = c.Factor("sign", term=Apply("+", source.sides, REAL))
                strict = source.strict and inner.is_positive(both)
                found.append(self._times(source, factor, both, strict, inner))
        self._extend(found)

    def weighted(self) -> None:
        """Sources times a sum of names of known sign that stands before a term of theirs in the goal or in
        another source, as the factor of a contraction does."""
        plain = [source for source in self.sources if not source.binders and source.sides is not None]
        weights: dict[Monomial, dict[str, Polynomial]] = {}
        for polynomial in (self.slack, *(source.slack for source in plain)):
            for own, weight in by_objects(polynomial).items():
                if own and len(weight.terms) > 1:
                    weights.setdefault(own, {}).setdefault(weight.key, weight)
        found: list[Source] = []
        for source in plain:
            done: set[str] = set()
            for own, coefficient in by_objects(source.slack).items():
                single = coefficient.single
                for weight in weights.get(own, {}).values() if single is not None else ():
                    scaled = multiply(weight, Polynomial({inverse_monomial(single[0]): Fraction(1)}))  # type: ignore[index]
                    if not source.equation and not self.context.is_nonnegative(scaled):
                        scaled = -scaled
                    if scaled.key in done or len(found) >= MOST_WEIGHTS:
                        continue
                    done.add(scaled.key)
                    if source.equation or self.context.is_nonnegative(scaled):
                        found.append(self._weighted(source, scaled))
        self.sources[:0] = [s for s in found if s.slack.terms and len(s.slack.terms) <= LARGEST_FACT]

    def _weighted(self, source: Source, weight: Polynomial) -> Source:
        term = to_term(weight)
        if not source.equation:
            strict = source.strict and self.context.is_positive(weight)
            return self._times(source, c.Factor("sign", term=term), weight, strict, self.context)
        fact = source.factors[0]
        try:
            whole = product(source.slack, weight, self.context)
        except (NotNormal, TooLarge):
            whole = Polynomial({})
        return Source((c.Factor("equal", fact.fact, fact.values, term),), whole, False, True)

    def products(self) -> None:
        """Sources that are products of two facts, where there are few."""
        plain = [s for s in self.sources if not s.equation and len(s.slack.terms) <= 6]
        few = [s for s in plain if not s.binders and len(s.factors) == 1][:8]
        found: list[Source] = []
        for i, source in enumerate(few):
            for other in few[i:]:
                strict = source.strict and other.strict
                found.append(self._times(source, other.factors[0], other.slack, strict, self.context))
        self._extend(found)

    def _extend(self, found: list[Source]) -> None:
        self.sources.extend(s for s in found if s.slack.terms and len(s.slack.terms) <= LARGEST_FACT)

    def _times(
        self, source: Source, factor: c.Factor, value: Polynomial, strict: bool, inner: Context
    ) -> Source:
        try:
            whole = product(source.slack, value, inner)
        except (NotNormal, TooLarge):
            whole = Polynomial({})
        return Source((*source.factors, factor), whole, strict, False, source.binders)

    def goals(self) -> list[Candidate]:
        """The negated goal times positive factors: composite denominators, each side where both are
        non-negative, and itself."""
        own = c.Factor("goal")
        base, slack = self._clearing(-self.slack)
        options: list[tuple[c.Factor, ...]] = [()]
        if self.context.is_nonnegative(self.left) and self.context.is_nonnegative(self.right):
            options.append((own,))
            options.extend(
                (c.Factor("sign", term=to_term(side)),)
                for side in (self.left, self.right)
                if side.terms and side.constant is None
            )
        found: list[Candidate] = []
        for factors in options:
            value, strict = slack, not self.strict_goal
            for factor in factors:
                if factor.kind == "goal":
                    part, positive = -self.slack, not self.strict_goal
                else:
                    part = normal(factor.term, self.context)  # type: ignore[arg-type]
                    positive = self.context.is_positive(part)
                value = product(value, part, self.context)
                strict = strict and positive
            summand = c.Summand(Fraction(1), (own, *factors, *base))
            found.append(Candidate(summand, value, strict, cost=1.5 + len(factors)))
        return found

    def _clearing(self, polynomial: Polynomial) -> tuple[tuple[c.Factor, ...], Polynomial]:
        """Positive factors that clear the composite denominators of a polynomial, and the polynomial
        without them; as it is when there are none or their sign is not known."""
        powers: dict[Composite, Rational] = {}
        for monomial in polynomial.terms:
            for atom, exponent in monomial:
                if isinstance(atom, Composite) and isinstance(exponent, Rational) and exponent < 0:
                    powers[atom] = max(powers.get(atom, 0), -exponent)
        factors: list[c.Factor] = []
        cleared = polynomial
        for atom, power in sorted(powers.items(), key=lambda pair: pair[0].key):
            base, sign = to_term(atom.polynomial), 1
            whole = -(-power.numerator // power.denominator)
            if not self.context.is_positive(atom.polynomial):
                if not self.context.is_positive(-atom.polynomial):
                    return (), polynomial
                base, sign = to_term(-atom.polynomial), (-1) ** whole
            factors.append(c.Factor("sign", term=Apply("^", (base, number(whole)), REAL)))
            cleared = multiply(cleared, of_atom(atom, whole)).scaled(Fraction(sign))
        return tuple(factors), expand(cleared, self.context)

    def squares(self, most: int) -> None:
        """Squares whose cross term or ends are wanted, of numbers and of vectors, and Gram slacks; for
        the `most` monomials that were wanted first."""
        wanted = list(self.monomials)[:most]
        self._stated_squares(wanted)
        self._vector_squares(wanted)
        for summand in mean_squares(self.frame, self.context, wanted):
            value, _ = self.frame.summand(summand, None, self.context)
            self.add(Candidate(summand, value, cost=1.5))
        present = set(wanted)
        for one in wanted:
            if len(self.candidates) >= self.limit:
                return
            for cross in wanted:
                if one == cross or len(one) > 6 or len(cross) > 6:
                    continue
                ratio = multiply_monomials(cross, inverse_monomial(one))
                other = multiply_monomials(cross, ratio)
                if other == one or (other not in present and not self._even(other)):
                    continue
                if other not in present or _key(one) <= _key(other):
                    self._square(one, cross, other)
        for one in wanted:
            for other in wanted:
                if _key(one) < _key(other) and self._even(one) and self._even(other):
                    self._square(one, None, other)

    def _even(self, monomial: Monomial) -> bool:
        return bool(monomial) and self.context.is_nonnegative(Polynomial({monomial: Fraction(1)}))

    def _square(self, one: Monomial, cross: Monomial | None, other: Monomial) -> None:
        """`weight * (a +- r b)^2` with `weight a^2 = one`, `weight b^2 = other`."""
        weight: dict[Atom, Rational | Polynomial] = {}
        first, second = dict(one), dict(other)
        a: list[tuple[Atom, Rational | Polynomial]] = []
        b: list[tuple[Atom, Rational | Polynomial]] = []
        for atom in sorted({*first, *second}):
            low, high = first.get(atom, Fraction(0)), second.get(atom, Fraction(0))
            if not (isinstance(low, Rational) and isinstance(high, Rational)):
                return
            least = min(low, high)
            free = self.context.is_nonnegative(of_atom(atom))
            half_low, half_high = Fraction(low - least) / 2, Fraction(high - least) / 2
            if (half_low.denominator != 1 or half_high.denominator != 1) and not free:
                return
            if least.denominator == 1 and least % 2 and not free:
                return
            if least:
                weight[atom] = least
            if half_low:
                a.append((atom, lowest(half_low)))
            if half_high:
                b.append((atom, lowest(half_high)))
        scale = Polynomial({tuple(sorted(weight.items(), key=lambda p: p[0].key)): Fraction(1)})
        if not all(self._usable(atom, e, self.context) for atom, e in weight.items()):
            return
        if not self.context.is_nonnegative(scale):
            return
        for ratio in self._ratios(one, cross, other):
            for sign in (1, -1):
                inside = Polynomial({tuple(a): Fraction(1)}) + Polynomial({tuple(b): sign * ratio})
                if len(inside.terms) != 2:
                    continue
                try:
                    value = product(product(inside, inside, self.context), scale, self.context)
                except (NotNormal, TooLarge):
                    continue
                factors: tuple[c.Factor, ...] = (c.Factor("square", term=to_term(inside)),)
                if weight:
                    factors = (*factors, c.Factor("sign", term=to_term(scale)))
                self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=2.0))

    def _ratios(self, one: Monomial, cross: Monomial | None, other: Monomial) -> list[Fraction]:
        found = [Fraction(1)]
        terms = self.slack.terms
        mine, middle, far = terms.get(one), terms.get(cross) if cross is not None else None, terms.get(other)
        if mine and middle:
            found.append(abs(middle / (2 * mine)))
        if far and middle:
            found.append(abs(2 * far / middle))
        if mine and far and mine * far > 0:
            ratio = far / mine
            top, bottom = _square_root(ratio.numerator), _square_root(ratio.denominator)
            if top and bottom:
                found.append(Fraction(abs(top), abs(bottom)))
        return list(dict.fromkeys(r for r in found if r))

    def _vector_squares(self, wanted: list[Monomial]) -> None:
        """`weight * <u +- q v, u +- q v>` and `weight * (|u| |v| -+ <u, v>)` for inner products."""
        inner = [
            (atom, tuple(p for p in monomial if p[0] != atom))
            for monomial in wanted
            for atom, exponent in monomial
            if isinstance(atom.term, Apply) and atom.term.head == "inner" and exponent == 1
        ]
        crosses = [(a.term.args, rest) for a, rest in inner if a.term.args[0] != a.term.args[1]]  # type: ignore[attr-defined]
        ends: dict[Term, list[Monomial]] = {}
        for atom, rest in inner:
            u, v = atom.term.args  # type: ignore[attr-defined]
            if u == v:
                ends.setdefault(u, []).append(rest)
        self._written_pairs()
        for u, weights in sorted(ends.items(), key=lambda pair: str(pair[0])):
            for weight in weights:
                self._vector_square(u, UNITY, None, weight)
        for (u, v), rest in crosses[:60]:
            for end, far in ((u, v), (v, u)):
                for weight in [*ends.get(end, []), rest][:6]:
                    ratio = multiply_monomials(rest, inverse_monomial(weight))
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(1)})), weight)
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(1, 2)})), weight)
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(2)})), weight)
            if self.context.is_nonnegative(Polynomial({rest: Fraction(1)})):
                minus = Apply("neg", (u,), u.sort)
                for left in (u, minus):
                    self._gram(Apply("inner", (left, v), REAL), rest)

    def _stated_squares(self, wanted: list[Monomial]) -> None:
        """`weight * <u, u>` for the sums of vectors that occur, as a monomial of it is wanted."""
        for term in self.vectors.values():
            try:
                value = normal(Apply("inner", (term, term), REAL), self.context)
            except (NotNormal, TooLarge):
                continue
            for weight in self._quotients(value, wanted)[:MOST_WEIGHTS]:
                self._vector_square(term, UNITY, None, weight)
        for left, right in self.pairs.values():
            for one, other in ((left, right), (right, left)):
                self._paired_squares(one, other, wanted)

    def _paired_squares(self, one: Term, other: Term, wanted: list[Monomial]) -> None:
        """`weight * |one +- ratio * other|^2` with the ends and the cross term among what is wanted."""
        try:
            end = normal(Apply("inner", (one, one), REAL), self.context)
            cross = normal(Apply("inner", (one, other), REAL), self.context)
        except (NotNormal, TooLarge):
            return
        weights = self._quotients(end, wanted)
        products = self._quotients(cross, wanted)
        for weight in weights[:4]:
            for whole in products[:4]:
                ratio = multiply_monomials(whole, inverse_monomial(weight))
                self._vector_square(one, UNITY, (other, Polynomial({ratio: Fraction(1)})), weight)

    def _quotients(self, value: Polynomial, wanted: list[Monomial]) -> list[Monomial]:
        """The scalar monomials that turn a term of a polynomial into one that is wanted."""
        found: dict[Monomial, None] = {}
        for target in wanted:
            for own in value.terms:
                ratio = multiply_monomials(target, inverse_monomial(own))
                if len(ratio) <= 4 and _moderate(ratio) and not any(_is_inner(atom) for atom, _ in ratio):
                    found.setdefault(ratio)
        return list(found)

    def _written_pairs(self) -> None:
        """Gram slacks of the vectors whose norms and inner products are written in the goal, as they are
        written there: `x - y` and `y - z` rather than x, y and z."""
        vectors: dict[str, Term] = {}
        for part in subterms(self.goal):
            if isinstance(part, Apply) and part.head in ("norm", "inner"):
                for arg in part.args:
                    if arg.free <= set(self.frame.sequent.names) | set(self.frame.sequent.definitions):
                        vectors.setdefault(canonical(arg), arg)
        written = list(vectors.values())[:6]
        for place, u in enumerate(written):
            for v in written[place + 1 :]:
                if u.sort != v.sort:
                    continue
                for left in (u, Apply("neg", (u,), u.sort)):
                    self._gram(Apply("inner", (left, v), REAL), UNIT)

    def _gram(self, term: Apply, weight: Monomial) -> None:
        if not all(self._usable(atom, e, self.context) for atom, e in weight):
            return
        try:
            value = self.frame._gram(term, self.context)
            value = product(value, Polynomial({weight: Fraction(1)}), self.context)
        except (NotNormal, TooLarge):
            return
        factors: tuple[c.Factor, ...] = (c.Factor("gram", term=term),)
        if weight:
            factors = (*factors, c.Factor("sign", term=to_term(Polynomial({weight: Fraction(1)}))))
        self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=1.5))

    def _vector_square(
        self, u: Term, lead: Polynomial, other: tuple[Term, Polynomial] | None, weight: Monomial
    ) -> None:
        scale = Polynomial({weight: Fraction(1)})
        if not self.context.is_nonnegative(scale):
            return
        if not all(self._usable(atom, e, self.context) for atom, e in weight):
            return
        signs = (1, -1) if other is not None else (1,)
        for sign in signs:
            term = u
            if other is not None:
                v, ratio = other
                if not all(self._usable(a, e, self.context) for m in ratio.terms for a, e in m):
                    return
                part = Apply("*", (to_term(ratio.scaled(Fraction(sign))), v), v.sort)
                term = Apply("+", (u, part), u.sort)
            try:
                value = normal(Apply("inner", (term, term), REAL), self.context)
                value = product(value, scale, self.context)
            except (NotNormal, TooLarge):
                continue
            factors: tuple[c.Factor, ...] = (c.Factor("square", term=term),)
            if weight:
                factors = (*factors, c.Factor("sign", term=to_term(scale)))
            self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=1.5))


def by_objects(polynomial: Polynomial) -> dict[Monomial, Polynomial]:
    """The polynomial as a sum of products of objects, each times a polynomial in names."""
    found: dict[Monomial, Polynomial] = {}
    for monomial, coefficient in polynomial.terms.items():
        own = tuple(
            p for p in monomial if isinstance(p[0].term, Apply | Bind) and not isinstance(p[0], Composite)
        )
        rest = tuple(p for p in monomial if p not in own)
        found[own] = found.get(own, Polynomial({})) + Polynomial({rest: coefficient})
    return found


def _objects(polynomial: Polynomial) -> set[Atom]:
    """The atoms of a polynomial that are no plain names, those under its sums included."""
    found: set[Atom] = set()
    for atom in polynomial.atoms:
        if isinstance(atom, Composite):
            found |= _objects(atom.polynomial)
        if isinstance(atom.term, Bind):
            found.update(Atom(part) for part in subterms(atom.term.body) if isinstance(part, Apply))
        if not isinstance(atom.term, Name | Number) and not isinstance(atom, Composite):
            found.add(atom)
    return found


def _is_inner(atom: Atom) -> bool:
    return isinstance(atom.term, Apply) and atom.term.head == "inner"


def _key(monomial: Monomial) -> str:
    from boundkit.kernel.polynomials import monomial_key

    return monomial_key(monomial)


def _square_root(whole: int) -> int:
    from math import isqrt

    side = isqrt(abs(whole))
    return side if side * side == abs(whole) else 0


def _moderate(monomial: Monomial) -> bool:
    """Exponents of a size that a multiplier could have."""
    return all(not isinstance(e, Rational) or -4 <= e <= 4 for _, e in monomial)
