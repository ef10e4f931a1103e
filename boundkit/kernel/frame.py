"""What a proof may rest on at one place: fixed names, facts, and propositions that need no certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from boundkit.ir.laws import Law
from boundkit.ir.sorts import INT, NAT, PROP, Abstract, Distribution, Function, SetOf, Sort, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, substitute
from boundkit.ir.theorems import Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal, domain_facts_of
from boundkit.kernel.definedness import NotDefined, require_defined
from boundkit.kernel.facts import is_type
from boundkit.kernel.matrices import same_size
from boundkit.kernel.meanings import meaning
from boundkit.kernel.normal import canonical_term, normal, reached
from boundkit.kernel.outcomes import outcome_facts
from boundkit.kernel.polynomials import LARGEST_TERM, Rational, TooLarge
from boundkit.kernel.sorting import IllSorted, fits, require_sorted

NAME = re.compile(r"[^\W\d_]\w*'*")
"""What names look like; no text of another term is also that of a name."""


class Rejected(Exception):
    """A certificate that does not prove its goal."""


class Undefined(Rejected):
    """The goal would follow, but a subterm is not known to be defined."""


@dataclass(frozen=True)
class Sequent:
    """A goal under facts. `names` are the fixed names with their sorts; `scoped` says for a fact which
    lets it holds for all values of, with the set it was assumed in (see `Generalised`). `standing` are the
    hypotheses that are no premises: under them terms must be defined (language 3.1), and they serve nothing
    else."""

    names: Mapping[str, Sort]
    facts: Mapping[str, Term]
    goal: Term
    definitions: Mapping[str, Definition]
    laws: Mapping[str, Law]
    scoped: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    standing: Mapping[str, Term] = field(default_factory=dict)


class Ground:
    """Fixed names and facts at one place of a proof, and what is known there without a certificate."""

    def __init__(self, sequent: Sequent, parent: Ground | None = None, work: list[int] | None = None) -> None:
        self.sequent = sequent
        self.work: list[int] | None = parent.work if parent else work
        self.taken: frozenset[str] = parent.taken if parent else _names(sequent)
        self.used: set[str] = parent.used if parent else set()
        self.laws_used: set[str] = parent.laws_used if parent else set()
        self.count: list[int] = parent.count if parent else [0]
        self.stood: list[bool] = parent.stood if parent else [False]
        self._contexts: dict[tuple[Any, ...], Context] = {}

    @property
    def facts(self) -> Mapping[str, Term]:
        return self.sequent.facts

    def with_fact(self, name: str, formula: Term) -> Self:
        if not name or name in self.facts:
            raise Rejected(f"the name {name!r} is taken")
        return type(self)(replace(self.sequent, facts={**self.facts, name: formula}), self)

    def with_name(self, name: Name) -> Self:
        if name.text in self.taken or name.text in self.sequent.names:
            raise Rejected(f"the name {name.text!r} is taken")
        if not NAME.fullmatch(name.text):
            raise Rejected(f"{name.text!r} is no name")
        names = {**self.sequent.names, name.text: name.sort}
        return type(self)(replace(self.sequent, names=names), self)

    def at_outcome(self, outcome: Name, law: Term) -> Self:
        """An arbitrary outcome of a law, with what holds almost surely of it as facts `FACT at NAME`."""
        if not isinstance(law.sort, Distribution):
            raise Rejected(f"{law} is no law")
        if isinstance(outcome.sort, SetOf):
            raise Rejected("a set that is drawn may be empty")
        self.require_defined(law, self.context())
        frame = self.with_name(outcome)
        same = self.context().same_law
        standing = [(formula, name) for name, formula in self.sequent.standing.items()]
        more = {
            f"{reference} at {outcome.text}": formula
            for formula, reference in outcome_facts(standing, law, outcome, same)
            if reference
        }
        frame = type(self)(replace(frame.sequent, standing={**self.sequent.standing, **more}), frame)
        sure = [(formula, name) for name, formula in self.facts.items()]
        found = outcome_facts(sure, law, outcome, same)
        for place, (formula, reference) in enumerate(found):
            name = f"{reference} at {outcome.text}"
            if not reference or name in frame.facts:
                name = f"law of {outcome.text} ({place})"
            frame = frame.with_fact(name, formula)
            if reference:
                frame.used.add(reference)
        return frame

    def require_defined(self, term: Term, context: Context) -> None:
        """Raises `NotDefined` unless the term is defined under the facts, or else under all hypotheses."""
        try:
            require_defined(term, context)
        except NotDefined:
            if not self.sequent.standing:
                raise
            require_defined(term, context.with_facts(self.sequent.standing))
            self.stood[0] = True

    @property
    def finite_types(self) -> frozenset[str]:
        """The declared types that are finite sets."""
        return frozenset(
            name
            for name, sort in self.sequent.names.items()
            if isinstance(sort, SetOf) and sort.finite and sort.element == Abstract(name)
        )

    def is_new(self, term: Term) -> bool:
        """Whether a term is a name that the proof itself introduced; no definition mentions it."""
        return isinstance(term, Name) and term.text not in self.taken

    def context(
        self, unfold: tuple[tuple[str, int], ...] | None = None, rewrites: tuple[c.Rewrite, ...] = ()
    ) -> Context:
        """A context with all facts; without `unfold`, every non-recursive definition is unfolded."""
        if unfold is None:
            clauses = frozenset(
                (name, place)
                for name, definition in self.sequent.definitions.items()
                if not definition.recursive
                for place in range(len(definition.clauses))
            )
        else:
            clauses = frozenset(unfold)
        key = (clauses, rewrites)
        if key not in self._contexts:
            bare = Context(self.sequent.definitions, clauses, (), None, self.used, self.work)
            bare.standing, bare.stood = self.sequent.standing, self.stood
            bare.finite_types = self.finite_types
            equations = tuple(self._equation(rewrite_) for rewrite_ in rewrites)
            full = Context(self.sequent.definitions, clauses, equations, bare, self.used)
            self._contexts[key] = full.with_facts(self.facts)
        return self._contexts[key]

    def _equation(self, rewrite_: c.Rewrite) -> tuple[Term, Term, tuple[tuple[Name, Term], ...], str]:
        formula = self.fact(rewrite_.fact)
        variables: list[tuple[Name, Term]] = []
        if isinstance(formula, Bind) and formula.has_derivative:
            raise Rejected(f"{rewrite_.fact} has a derivative under a quantifier")
        while isinstance(formula, Bind) and formula.head == "forall":
            own = Name(f"#v{len(variables)}", formula.variable.sort)  # apart from every fixed name
            variables.append((own, formula.domain))
            formula = substitute(formula.body, {formula.variable.text: own})
        if not (isinstance(formula, Apply) and formula.head == "="):
            raise Rejected(f"{rewrite_.fact} is no equation")
        left, right = formula.args
        return left, right, tuple(variables), rewrite_.fact

    def fact(self, name: str) -> Term:
        if name not in self.facts:
            raise Rejected(f"there is no fact {name!r}")
        self.used.add(name)
        return self.facts[name]

    def scoped(self, term: Term) -> None:
        """Every free name is fixed here, and the term is put together as its sorts say."""
        self.named(term)
        if term.size > LARGEST_TERM:
            raise Rejected("a term too large")
        sorts = {name: self._sort(name) for name in term.free}
        try:
            require_sorted(term, sorts, self.fits)
        except IllSorted as failure:
            raise Rejected(str(failure)) from None

    def named(self, term: Term) -> None:
        """Every free name is fixed here."""
        for name in sorted(term.free):
            if name not in self.sequent.names and name not in self.sequent.definitions:
                raise Rejected(f"{name} is not in scope")

    def _sort(self, name: str) -> Sort:
        if name in self.sequent.names:
            return self.sequent.names[name]
        return self.sequent.definitions[name].name.sort

    def put(self, term: Term, name: str, value: Term) -> Term:
        """The term with a value for a name. Under a derivative only a new name may stand, since any other
        value may be one that the body, or a definition that it mentions, also speaks of."""
        if term.has_derivative and not (self.is_new(value) and not value.free & term.free):
            raise Rejected("a value for what a derivative depends on")
        return substitute(term, {name: value})

    def known(self, formula: Term) -> bool:
        """Whether a proposition is among the facts up to normal form, or holds by signs."""
        if isinstance(formula, Apply):
            if formula.head == "true":
                return True
            if formula.head == "and":
                return all(map(self.known, formula.args))
            if formula.head == "in" and is_type(formula.args[1]):
                return self._is_defined(formula.args[0]) and self.same_sort(
                    formula.args[0].sort, formula.args[1].sort
                )
            if formula.head == "in" and isinstance(formula.args[1], Apply):
                value, domain = formula.args[0], formula.args[1]
                if domain.head == "everything":
                    return self._is_defined(value) and self.same_sort(value.sort, domain.sort)
                definition = meaning(formula) if domain.head == "ball" else None
                if (
                    definition is not None
                    and self.fits(value.sort, _element(domain))
                    and self.known(definition)
                ):
                    return True
        for name in self.facts:
            if self._states(name, formula):
                self.used.add(name)
                return True
        return self._is_defined(formula) and self.context().holds(formula)

    def _is_defined(self, term: Term) -> bool:
        try:
            self.require_defined(term, self.context())
        except NotDefined:
            return False
        return True

    def _states(self, name: str, formula: Term) -> bool:
        """Whether a fact states the proposition, up to normal form, and that is defined."""
        # A normal form keeps the head of a proposition.
        parts = [part for part in conjuncts(self.facts[name]) if _head(part) == _head(formula)]
        wanted = canonical(formula)
        if any(canonical(part) == wanted for part in parts):
            return True
        if not parts:
            return False
        context = self.context()
        wanted = self._text(formula, context)
        return any(self._text(part, context) == wanted for part in parts) and self._is_defined(formula)

    def _text(self, formula: Term, context: Context) -> str:
        try:
            return canonical(canonical_term(formula, context))
        except (NotNormal, TooLarge):
            return canonical(formula)

    def same_sort(self, own: Sort, domain: Sort) -> bool:
        """Whether a value's sort fits a set's element sort."""
        return isinstance(domain, SetOf) and self.fits(own, domain.element)

    def fits(self, own: Sort, wanted: Sort) -> bool:
        """Whether values of one sort are values of another; sizes by normal form."""
        return fits(own, wanted, self.same_size)

    def same_size(self, left: Term, right: Term) -> bool:
        return same_size(left, right, self.context())

    def has_sort(self, value: Term, wanted: Sort) -> bool:
        """Whether a value is certainly one of a sort; an integer may have to be shown to be one."""
        if isinstance(wanted, SetOf) and wanted.finite and not self.context().is_full(value):
            return False
        if self.fits(value.sort, wanted) or self.fits(of_several(value), wanted):
            return True
        return wanted in (NAT, INT) and is_numeric(value.sort) and self._integral(value, wanted)

    def member(self, value: Term, domain: Term, variable: Name) -> None:
        """The value lies in the domain of a bound variable, or the step is rejected."""
        self.scoped(value)
        context = self.context()
        self.require_defined(value, context)
        if not self.has_sort(value, variable.sort):
            raise Rejected(f"{value} is of sort {value.sort}, not {variable.sort}")
        if not self.known(Apply("in", (value, domain), PROP)) and not (
            isinstance(domain, Apply)
            and domain.head in ("closed", "open", "left_open", "right_open")
            and all(map(self.known, domain_facts_of(value, domain)))
        ):
            raise Rejected(f"{value} is not known to lie in {domain}")

    def _integral(self, value: Term, wanted: Sort) -> bool:
        context = self.context()
        polynomial = normal(value, context)
        whole = all(
            coefficient.denominator == 1
            and all(
                atom.term.sort in (NAT, INT) and isinstance(e, Rational) and e.denominator == 1 and e > 0
                for atom, e in monomial
            )
            for monomial, coefficient in polynomial.terms.items()
        )
        return whole and (wanted == INT or context.is_nonnegative(polynomial))

    def instantiate(self, formula: Term, values: tuple[Term, ...]) -> Term:
        """A universal proposition at values for its leading variables; its conditions must be known."""
        for value in values:
            while isinstance(formula, Apply) and formula.head == "implies":
                self._condition(formula.args[0])
                formula = formula.args[1]
            if not (isinstance(formula, Bind) and formula.head == "forall"):
                raise Rejected("more values than variables")
            self.member(value, formula.domain, formula.variable)
            formula = self.put(formula.body, formula.variable.text, value)
        while isinstance(formula, Apply) and formula.head == "implies":
            self._condition(formula.args[0])
            formula = formula.args[1]
        return formula

    def _condition(self, formula: Term) -> None:
        if not self.known(formula):
            raise Rejected(f"the condition {formula} is not known")

    def follows(self, goal: Term, found: Term, reason: str = "another proposition follows") -> None:
        """The goal is a proposition that holds, or a part of it, up to normal form; what is not so word by
        word must be defined."""
        parts = conjuncts(found)
        wanted = canonical(goal)
        if any(canonical(part) == wanted for part in parts):
            return
        context = self.context()
        wanted = self._text(goal, context)
        if not any(self._text(part, context) == wanted for part in parts):
            raise Rejected(reason)
        self.require_defined(goal, context)


def _head(formula: Term) -> str:
    return formula.head if isinstance(formula, Apply | Bind) else ""


def of_several(value: Term) -> Sort:
    """The sort of `fun x => fun y => e` as a function of x and y, which it is applied to one by one; that of
    other terms as it is."""
    arguments: list[Sort] = []
    while isinstance(value, Bind) and value.head == "function" and isinstance(value.sort, Function):
        arguments.append(value.variable.sort)
        value = value.body
    return Function(tuple(arguments), value.sort) if arguments else value.sort


def conjuncts(formula: Term) -> tuple[Term, ...]:
    if isinstance(formula, Apply) and formula.head == "and":
        return (formula, *(part for arg in formula.args for part in conjuncts(arg)))
    return (formula,)


def _element(domain: Term) -> Sort:
    return domain.sort.element if isinstance(domain.sort, SetOf) else domain.sort


def _names(sequent: Sequent) -> frozenset[str]:
    """All names that a sequent speaks of; some, such as draws, are not fixed."""
    found = set(sequent.names) | set(sequent.definitions) | sequent.goal.free
    for formula in sequent.facts.values():
        found |= formula.free
    return frozenset(found | reached(sequent.definitions, sequent.definitions))
