"""The facts of a frame as sources of candidates, with the instances that the goal asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from itertools import product as choices

from boundkit.ir.sorts import INT, NAT, REAL, SetOf, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, canonical, fresh_name, number, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import POSITIVE, Context, NotNormal, domain_facts_of
from boundkit.kernel.judge import Frame, Rejected, _relations
from boundkit.kernel.matching import match
from boundkit.kernel.normal import expand, normal, product, summed, to_term
from boundkit.kernel.polynomials import (
    Atom,
    Composite,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    multiply,
    multiply_monomials,
    of_atom,
)
from boundkit.provers.candidates import Candidate, Source, objects

MOST_CANDIDATES = (150, 300, 420, 560)
"""Candidates that a pool may hold, by effort."""
MOST_MONOMIALS = 400
LARGEST_FACT = 60
MOST_PLACES = 64
MOST_MATCHED = 12
MOST_VECTORS = 8
MOST_LINKS = 4


class Gathering:
    """A pool that is being filled: the facts, and the candidates made of them so far."""

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
        near = objects(self.left) | objects(self.right)
        names = set(self.left.atoms | self.right.atoms)
        if not near:
            return sources
        ranks: dict[int, tuple[int, int]] = {}
        for rank in range(MOST_LINKS):
            reached: set[Atom] = set()
            for place, source in enumerate(sources):
                if place in ranks:
                    continue
                own = objects(source.slack)
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

    def _begin(self) -> None:
        for monomial in self.slack.ordered:
            self.monomials.setdefault(monomial)
        for candidate in self.goals():
            for monomial in candidate.value.ordered:
                self.monomials.setdefault(monomial)

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
