"""What is known while a term is normalised: definitions that may be unfolded, and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from boundkit.ir.sorts import INT, NAT, PROP, Distribution, SetOf, Sort, is_numeric
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term, canonical, number, relation, substitute
from boundkit.ir.theorems import Definition
from boundkit.kernel.facts import (
    SETS_KNOWN,
    Bounds,
    Fact,
    NotNormal,
    Universal,
    domain_facts_of,
    elementary,
    infinite,
    integral,
    is_gram_square,
    is_type,
)
from boundkit.kernel.matching import match
from boundkit.kernel.outcomes import expectations_in, is_sure, outcome_facts, surely
from boundkit.kernel.polynomials import Polynomial, TooLarge, common_monomial, constant, divided
from boundkit.kernel.signs import DEPTH, NONNEGATIVE, POSITIVE, UNKNOWN, Signs
from boundkit.kernel.sorting import fits
from boundkit.kernel.suprema import Values, limits_of
from boundkit.kernel.suprema import holds as holds_extended

if TYPE_CHECKING:
    from boundkit.kernel.matrices import Grid


TAME = {"is_convex": 1, "is_concave": 1, "is_strongly_convex": 2, "is_lipschitz": 2, "is_differentiable": 1}
"""Properties that make a function on the whole space continuous, hence bounded on bounded sets (Rockafellar
1970, theorem 10.1, for convex ones), with their number of arguments."""


class Context(Signs):
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
        self.tame: frozenset[str] = parent.tame if parent else frozenset()
        self.lipschitz: frozenset[str] = parent.lipschitz if parent else frozenset()
        self.sure: tuple[tuple[Term, str], ...] = parent.sure if parent else ()
        self.finite_types: frozenset[str] = parent.finite_types if parent else frozenset()
        self.entered: frozenset[str] = parent.entered if parent else frozenset()
        self._stated: tuple[Term, ...] = ()
        self._means: frozenset[str] | None = None
        self._stated_for_all: tuple[Universal, ...] = ()
        self._means_for_all: tuple[Universal, ...] | None = None
        self.limits: dict[str, tuple[Values, tuple[str, ...]]] = dict(parent.limits) if parent else {}
        self.members: tuple[Universal, ...] = parent.members if parent else ()
        self.maybe_empty: frozenset[str] = parent.maybe_empty if parent else frozenset()
        self.standing: Mapping[str, Term] = parent.standing if parent else {}
        self.stood: list[bool] = parent.stood if parent else [False]
        self.unfolding = 0
        self.used: set[str] = used if used is not None else set()
        self.work: list[int] | None = work if work is not None else parent.work if parent else None
        self.scalars: dict[Term, Polynomial] = {}
        self.infinite: dict[Term, Values] = {}
        self.grids: dict[Term, object] = {}
        self._bounds: dict[str, Bounds] = {}
        self._signs: dict[tuple[str, int], tuple[int, tuple[str, ...]]] = {}
        self._busy: set[str] = set()
        self._finding: set[str] = set(parent._finding) if parent else set()
        self._outer = len(self._finding)
        self.nested: int = parent.nested if parent else 0
        self._wide: Context | None = None
        self._cut = False

    def normal(self, term: Term) -> Polynomial:
        """The normal form of a scalar term here; see `kernel.normal`, which needs contexts itself."""
        from boundkit.kernel.normal import normal

        return normal(term, self)

    def canonical_term(self, term: Term) -> Term:
        """A term whose parts are in normal form here."""
        from boundkit.kernel.normal import canonical_term

        return canonical_term(term, self)

    def grid(self, term: Term) -> Grid:
        """The normal form of a matrix here."""
        from boundkit.kernel.matrices import grid

        return grid(term, self)

    def same_size(self, left: Term, right: Term) -> bool:
        """Whether two sizes have equal normal forms."""
        return left == right or self.normal(left) == self.normal(right)

    def extended(self, formula: Term, reference: str) -> Context:
        """The context with one more fact; conjunctions are split."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child._limit(formula, reference)
        child._add(formula, reference)
        return child

    def with_facts(self, facts: Mapping[str, Term]) -> Context:
        """The context with several facts by reference."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        for reference, formula in facts.items():
            child._limit(formula, reference)
        for reference, formula in facts.items():
            child._add(formula, reference)
        child._forget()  # what was undecided before all facts were there
        return child

    def _forget(self) -> None:
        self.scalars, self.grids, self._bounds, self._signs, self.infinite = {}, {}, {}, {}, {}
        self._means = self._means_for_all = None

    def deeper(self) -> Context:
        """The same context, but for the names that it gives to variables of binders."""
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child.depth = self.depth + 1
        return child

    def keeping(self, variable: Name, domain: Term) -> Context:
        """The context under a binder whose variable is new here and keeps its name."""
        child = self.deeper()
        child._enter(variable, domain)
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
            self._wide.depth, self._wide.nested = self.depth, 0
        return self._wide

    def inside(self, variable: Name, domain: Term) -> tuple[Context, Name]:
        """The context under a binder: a fresh name for its variable, with its domain as facts."""
        fresh = Name(f"#{self.depth}", variable.sort)
        child = Context(self.definitions, self.unfold, self.rewrites, self, self.used)
        child.depth = self.depth + 1
        child._enter(fresh, domain)
        return child, fresh

    def _enter(self, variable: Name, domain: Term) -> None:
        """The facts of a variable in a set, or of an outcome of a law."""
        self._note_set(variable, domain)
        if isinstance(domain.sort, Distribution):
            law, before = canonical(domain), self.entered
            sure = () if law in before else self.sure  # a fact may itself speak of a mean over the law
            self.entered = before | {law}
            for formula, reference in outcome_facts(sure, domain, variable, self.same_law):
                self._add(formula, reference)
            self.entered = before
            self._forget()  # what was undecided before all facts were there
        else:
            for formula in domain_facts_of(variable, domain):
                self._add(formula, "")

    def same_law(self, left: Term, right: Term) -> bool:
        """Whether two laws have one normal form."""
        if canonical(left) == canonical(right):
            return True
        try:
            return canonical(self.canonical_term(left)) == canonical(self.canonical_term(right))
        except (NotNormal, TooLarge):
            return False

    def _limit(self, formula: Term, reference: str) -> None:
        """What a fact says of the terms that may be infinite: which of them are real numbers."""
        if not formula.may_be_infinite or not isinstance(formula, Apply):
            return
        if formula.head == "and":
            for part in formula.args:
                self._limit(part, reference)
        elif formula.head in ("<=", "<", "="):
            for key, left in limits_of(formula, self):
                before, references = self.limits.get(key, (left, ()))
                self.limits[key] = before & left, (*references, *((reference,) if reference else ()))
            self.infinite = {}

    def _add(self, formula: Term, reference: str) -> None:
        if is_sure(formula):
            self.sure += ((formula, reference),)
            self._note_filled(formula, reference)
            return
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
                self.tame |= {body.args[0].text}
            return
        if isinstance(body, Apply) and body.head in TAME and not variables:
            if isinstance(body.args[0], Name) and len(body.args) == TAME[body.head]:
                self.tame |= {body.args[0].text}
                if body.head == "is_lipschitz":
                    self.lipschitz |= {body.args[0].text}
            return
        if isinstance(body, Apply) and body.head == "in":
            element, domain = body.args
            if isinstance(element, Name):
                self._note_set(element, domain)
            self._note_member(element, domain, tuple(variables), tuple(conditions), reference)
        if isinstance(body, Bind) and body.head == "exists":
            self._note_member(None, body.domain, tuple(variables), tuple(conditions), reference)
        for relation_ in elementary(body):
            if variables:
                if relation_.head == "!=" or formula.has_derivative:
                    continue
                sides = tuple(self._canonical(arg) for arg in relation_.args)
                stated = Apply(relation_.head, sides, relation_.sort)
                self.universals += (Universal(tuple(variables), stated, tuple(conditions), reference),)
                self._stated_for_all += tuple(
                    Universal(tuple(variables), mean, tuple(conditions), reference)
                    for mean in expectations_in(relation_)
                    if all(is_numeric(arg.sort) for arg in relation_.args)
                )
                continue
            left, right = relation_.args
            if not (is_numeric(left.sort) and is_numeric(right.sort)):
                continue
            self._stated += tuple(expectations_in(relation_))
            try:
                slack = self.normal(right) - self.normal(left)
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

    def _note_set(self, variable: Name, domain: Term) -> None:
        """A set that is an element of a set of sets, or drawn, may be empty: the sort of a built set only
        says that it is finite."""
        whole = isinstance(domain, Apply) and domain.head == "everything"
        if isinstance(variable.sort, SetOf) and not whole:
            self.maybe_empty |= {variable.text}

    def _note_member(
        self,
        element: Term | None,
        domain: Term,
        variables: tuple[tuple[Name, Term], ...],
        conditions: tuple[Term, ...],
        reference: str,
    ) -> None:
        """That a set has this element, or one that is not named."""
        known = isinstance(domain, Apply) and domain.head in SETS_KNOWN
        if known or is_type(domain) or domain.has_derivative:
            return
        shown: Term = TRUE if element is None else self._canonical(element)
        formula = Apply("in", (shown, self._canonical(domain)), PROP)
        self.members += (Universal(variables, formula, conditions, reference),)

    def _note_filled(self, formula: Term, reference: str) -> None:
        """A set that almost surely has an element, and does not depend on the outcome, is not empty: what
        holds with probability 1 holds at some outcome."""
        variables: list[tuple[Name, Term]] = []
        while isinstance(formula, Bind) and formula.head == "forall":
            own = Name(f"#v{len(variables)}", formula.variable.sort)
            variables.append((own, formula.domain))
            formula = substitute(formula.body, {formula.variable.text: own})
        sure = surely(formula)
        if sure is None:
            return
        event = sure.body
        for part in event.args if isinstance(event, Apply) and event.head == "and" else (event,):
            domain = part.args[1] if isinstance(part, Apply) and part.head == "in" else None
            if isinstance(part, Bind) and part.head == "exists":
                domain = part.domain
            if domain is not None and sure.variable.text not in domain.free:
                self._note_member(None, domain, tuple(variables), (), reference)

    def has_member(self, domain: Term) -> bool:
        """Whether a fact says that a set has an element."""
        return bool(self.members) and self._among_members(TRUE, domain)

    def _among_members(self, element: Term, domain: Term) -> bool:
        """Whether a fact says that a set has this element, or any for the element `true`."""
        if domain.has_derivative:
            return False
        shown, wanted = self._canonical(element), self._canonical(domain)
        for universal in self.members:
            pattern, own = universal.formula.args  # type: ignore[attr-defined]
            names = [variable.text for variable, _ in universal.variables]
            values = match(own, wanted, names)
            if values is not None and element != TRUE:
                values = match(pattern, shown, names, values)
            if values is None or set(values) != set(names) or not self.admits(universal, values):
                continue
            self.used.add(universal.reference)
            return True
        return False

    def _canonical(self, term: Term) -> Term:
        """A side of a universal fact in normal form, so that it meets atoms, which are."""
        try:
            return self.canonical_term(term)
        except NotNormal:
            return term

    @property
    def means(self) -> frozenset[str]:
        """Texts of the expectations that the facts speak of, and which therefore are finite."""
        if self._means is None:
            from boundkit.kernel.means import texts_of

            self._means = frozenset()  # none while they are read
            outer = self.parent.means if self.parent else frozenset()
            self._means = outer.union(*(texts_of(mean, self) for mean in self._stated))
        return self._means

    @property
    def means_for_all(self) -> tuple[Universal, ...]:
        """The expectations that the facts speak of for all values of variables, in each of their forms; they
        are finite at the values that the fact admits."""
        if self._means_for_all is None:
            from boundkit.kernel.means import patterns_of

            self._means_for_all = ()  # none while they are read
            outer = self.parent.means_for_all if self.parent else ()
            own = (
                replace(stated, formula=pattern)
                for stated in self._stated_for_all
                for pattern in patterns_of(stated, self)
            )
            self._means_for_all = (*outer, *own)
        return self._means_for_all

    def speaks_of(self, mean: Bind) -> bool:
        """Whether the facts speak of an expectation, as it stands, which therefore is finite."""
        from boundkit.kernel.means import is_among

        return is_among(mean, self)

    def is_bounded(self, term: Bind, outcome: Name) -> bool:
        """Whether the body of an expectation is bounded at a fixed outcome of its law, by the facts or else
        by the hypotheses that stand behind them."""
        from boundkit.kernel.integrable import is_bounded

        body = substitute(term.body, {term.variable.text: outcome})
        if is_bounded(body, {outcome.text: term.domain}, self):
            return True
        if not self.standing:
            return False
        wider = self.with_facts(self.standing)
        wider._enter(outcome, term.domain)
        if not is_bounded(body, {outcome.text: term.domain}, wider):
            return False
        self.stood[0] = True
        return True

    def spend(self, amount: int = 1) -> None:
        """Takes from the work that is left, when that is counted; raises `TooLarge` when none is."""
        if self.work is not None:
            self.work[0] -= amount
            if self.work[0] < 0:
                raise TooLarge

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
        if sort in (NAT, INT) and is_numeric(value.sort):
            natural = sort == INT or value.sort == NAT
            return integral(value) and (natural or self.holds(relation("<=", number(0), value)))
        if isinstance(sort, SetOf) and sort.finite and not self.is_full(value):
            return False
        return fits(value.sort, sort, self.same_size)

    def is_full(self, value: Term) -> bool:
        """Whether a set is certainly finite and not empty, as the values of the type FiniteSet are."""
        from boundkit.kernel.finite import is_filled_set, is_finite_set

        return is_finite_set(value, self) and is_filled_set(value, self)

    def _belongs(self, value: Term, domain: Term) -> bool:
        if is_type(domain):
            return self.of_sort(value, domain.sort.element)  # type: ignore[attr-defined]
        if isinstance(domain, Apply) and domain.head == "enumeration":
            return any(self.holds(relation("=", value, element)) for element in domain.args)
        if not (isinstance(domain, Apply) and domain.head in SETS_KNOWN):
            return False
        if domain.head == "everything":
            return isinstance(domain.sort, SetOf) and self.of_sort(value, domain.sort.element)
        if domain.head == "range" and not integral(value):
            return False
        element = domain.sort.element if isinstance(domain.sort, SetOf) else None
        if element in (NAT, INT) and domain.head != "range" and not self.of_sort(value, element):
            return False
        return all(map(self.holds, domain_facts_of(value, domain)))

    def holds(self, formula: Term) -> bool:
        """Whether an elementary proposition certainly holds, by signs alone."""
        if isinstance(formula, Apply):
            if formula.head == "true":
                return True
            if formula.head == "and":
                return all(map(self.holds, formula.args))
            if formula.head == "or":
                return any(map(self.holds, formula.args))
            if formula.head in ("<=", "<", "=", "!=") and all(is_numeric(a.sort) for a in formula.args):
                return holds_extended(formula, self) if formula.may_be_infinite else self.compares(formula)
            if formula.head == "in":
                return self._belongs(*formula.args)
            if formula.head == "neighbours":
                from boundkit.kernel.replacement import are_neighbours

                left, right = formula.args
                return are_neighbours(left, right, self)
        if isinstance(formula, Bind) and formula.head == "exists" and formula.body == TRUE:
            from boundkit.kernel.finite import is_filled_set

            return is_filled_set(formula.domain, self)
        return False

    def compares(self, formula: Apply) -> bool:
        """Whether a relation between real numbers certainly holds, by signs alone."""
        try:
            return self._compares(formula)
        except NotNormal:  # a side, or what bounds one, is not known to be a real number
            return False

    def _compares(self, formula: Apply) -> bool:
        left, right = formula.args
        slack = self.normal(right) - self.normal(left)
        if formula.head == "<=":
            return self.sign(slack) >= NONNEGATIVE
        if formula.head == "<":
            if self.sign(slack) == POSITIVE:
                return True
            whole = integral(left) and integral(right)
            return whole and self.sign(slack - constant(1)) >= NONNEGATIVE
        if formula.head == "=":
            return not slack.terms
        return self.is_nonzero(slack)


__all__ = [
    "DEPTH",
    "NONNEGATIVE",
    "POSITIVE",
    "UNKNOWN",
    "Bounds",
    "Context",
    "Fact",
    "NotNormal",
    "Universal",
    "common_monomial",
    "divided",
    "domain_facts_of",
    "elementary",
    "infinite",
    "integral",
    "is_gram_square",
]
