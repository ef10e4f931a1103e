"""A theorem with its draws bound: every expectation, probability and prefix says which variables it removes
and over which laws, so that what is judged speaks of no random name.

For `draw S ~ D^n` and `draw h ~ A(S)`, `E[X]` becomes `E_{S ~ D^n} E_{h ~ A(S)} [X]` over the draws that X
depends on and those that their laws depend on, in the order of declaration; `Pr[..]` is the probability
over the last of them under the expectations over the others; `with prob >= c over S, X` is
`c <= Pr_{S ~ D^n}[X]`; `almost surely, X` becomes a nest of `surely` binders. A definition that depends on
draws is written out where it is used, or takes them as its first parameters where it is recursive or has
conditions."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from boundkit.ir.sorts import NAT, PROP, REAL, Distribution, Function, Power, Sequence, SetOf, Sort
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Term,
    conjunction,
    fresh_name,
    number,
    rebuild,
    relation,
    substitute,
)
from boundkit.ir.theorems import Clause, Declaration, Definition, Hypothesis, Link, Reason, Statement, Theorem
from boundkit.kernel.couplings import with_moments


@lru_cache(maxsize=256)
def bound(theorem: Theorem) -> Theorem:
    """The theorem without draws; the theorem itself when it has none."""
    theorem = with_moments(theorem)
    if all(declaration.kind != "draw" for declaration in theorem.declarations):
        return theorem
    return _Binding(theorem).result()


class _Binding:
    def __init__(self, theorem: Theorem) -> None:
        self.theorem = theorem
        self.declared = {d.name.text for d in theorem.declarations} | set(theorem.definition)
        self.draws: dict[str, Declaration] = {}
        self.laws: dict[str, Term] = {}
        self.order: list[str] = []
        self.bodies: dict[str, Definition] = {}
        self.lifted: dict[str, tuple[Name, ...]] = {}
        self.written: set[str] = set()

    def result(self) -> Theorem:
        """The theorem rebuilt in the order of its declarations."""
        theorem = self.theorem
        taken = set(self.declared)
        declarations: list[Declaration] = []
        for declaration in theorem.declarations:
            if declaration.kind != "draw":
                declarations.append(declaration)
                continue
            self.draws[declaration.name.text] = declaration
            self.order.append(declaration.name.text)
            if declaration.law is None:
                text = fresh_name(f"law_of_{declaration.name.text}", taken)
                taken.add(text)
                unknown = Name(text, Distribution(declaration.name.sort))
                declarations.append(Declaration(unknown, "let", span=declaration.span))
                self.laws[declaration.name.text] = unknown
        definitions = [d for own in theorem.definitions if (d := self.definition(own)) is not None]
        for name, declaration in self.draws.items():
            if declaration.law is not None:
                self.laws[name] = self.put(declaration.law)
        return replace(
            theorem,
            declarations=tuple(declarations),
            definitions=tuple(definitions),
            hypotheses=tuple(self.hypothesis(h) for h in theorem.hypotheses),
            statements=tuple(map(self.statement, theorem.statements)),
        )

    def hypothesis(self, own: Hypothesis) -> Hypothesis:
        return replace(own, formula=self.put(own.formula))

    def statement(self, own: Statement) -> Statement:
        """The statement with each link under its whole prefix. Under `with prob` the links hold at once: each
        is stated together with those before it."""
        under_probability = any(isinstance(p, Apply) and p.head == "with_probability" for p in own.prefix)
        links = []
        for place, link in enumerate(own.links):
            relation_ = link.relation
            if under_probability and place:
                relation_ = conjunction(tuple(other.relation for other in own.links[: place + 1]))
            goal = self.put(own.goal(replace(link, relation=relation_)))
            links.append(Link(goal, None if link.by is None else self.reason(link.by)))
        by = None if own.by is None else self.reason(own.by)
        return replace(own, formula=self.put(own.formula), prefix=(), links=tuple(links), by=by)

    def reason(self, own: Reason) -> Reason:
        positional = tuple(map(self.put, own.positional))
        return replace(own, positional=positional, named=tuple((k, self.put(v)) for k, v in own.named))

    def definition(self, own: Definition) -> Definition | None:
        """The definition as others see it; None for one that is written out wherever it is used."""
        name = own.name.text
        drawn: set[str] = set()
        for clause in own.clauses:
            for part in (clause.body, *clause.guard):
                drawn |= self.draws_of(self.put(part), {name})
        if not drawn:
            return replace(own, clauses=tuple(map(self.clause, own.clauses)))
        clause = own.clauses[0]
        plain = len(own.clauses) == 1 and not clause.guard and clause.patterns == clause.parameters
        if plain and not own.recursive:
            self.bodies[name] = replace(own, clauses=(self.clause(clause),))
            return None
        first = tuple(self.draws[text].name for text in self.closed(drawn))
        self.lifted[name] = first
        clauses = tuple(self.clause(c, first) for c in own.clauses)
        return replace(own, name=self.lifted_name(own), style="call", clauses=clauses)

    def lifted_name(self, own: Definition) -> Name:
        first = tuple(draw.sort for draw in self.lifted[own.name.text])
        return Name(own.name.text, Function((*first, *_arguments(own)), _result(own)), own.name.span)

    def clause(self, own: Clause, first: tuple[Name, ...] = ()) -> Clause:
        body, guard = self.put(own.body), tuple(map(self.put, own.guard))
        return Clause((*first, *own.parameters), (*first, *own.patterns), body, guard)

    def draws_of(self, term: Term, besides: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
        """The draws that occur free, those of lifted definitions included."""
        return {text for text in term.free - set(besides) if text in self.draws}

    def closed(self, drawn: set[str]) -> list[str]:
        """Draws with those that their laws depend on, in the order of declaration."""
        found: set[str] = set()
        pending = sorted(drawn)
        while pending:
            text = pending.pop()
            if text in found:
                continue
            found.add(text)
            declaration = self.draws[text]
            if declaration.law is not None:
                pending.extend(sorted(self.draws_of(self.put(declaration.law))))
        return [text for text in self.order if text in found]

    def law(self, text: str) -> Term:
        if text in self.laws:
            return self.laws[text]
        law = self.draws[text].law
        assert law is not None
        return self.put(law)

    def nest(self, heads: tuple[str, str], drawn: list[str], body: Term, sort: Sort) -> Term:
        """The body under one binder for each draw; `heads` are those of the outer ones and of the last."""
        for place, text in enumerate(reversed(drawn)):
            head = heads[1] if place == 0 else heads[0]
            body = Bind(head, self.draws[text].name, self.law(text), body, sort)
        return body

    def expectation(self, body: Term, sort: Sort) -> Term:
        return self.nest(("expectation", "expectation"), self.closed(self.draws_of(body)), body, sort)

    def put(self, term: Term) -> Term:
        """The term with its operators over draws bound and random definitions written out or applied."""
        if isinstance(term, Name):
            return self.name(term)
        if isinstance(term, Apply):
            return self.apply(term)
        if isinstance(term, Bind) and term.head == "variance":
            law, body = self.put(term.domain), self.put(term.body)
            mean = Bind("expectation", term.variable, law, body, REAL)
            square = Apply("^", (Apply("-", (body, mean), REAL), number(2)), REAL)
            return Bind("expectation", term.variable, law, square, term.sort, term.span)
        return rebuild(term, self.put)

    def name(self, term: Name) -> Term:
        own = self.bodies.get(term.text)
        if own is None and term.text not in self.lifted:
            return term
        if own is not None and own.style == "constant":
            return own.clauses[0].body
        definition = self.theorem.definition[term.text]
        parameters = _parameters(definition, self.declared)
        body = self.apply(Apply(definition.style, (term, *parameters), _result(definition)))
        for parameter, left in reversed(list(zip(parameters, range(len(parameters)), strict=True))):
            sort: Sort = Function((parameter.sort,), body.sort)
            if left == 0 and isinstance(definition.name.sort, Sequence):
                sort = Sequence(body.sort)
            body = Bind("function", parameter, Apply("everything", (), SetOf(parameter.sort)), body, sort)
        return body

    def apply(self, term: Apply) -> Term:
        head, args = term.head, term.args
        if head in ("call", "index") and isinstance(args[0], Name):
            places = tuple(map(self.put, args[1:]))
            text = args[0].text
            if text in self.bodies:
                clause = self.bodies[text].clauses[0]
                names = (parameter.text for parameter in clause.parameters)
                return substitute(clause.body, dict(zip(names, places, strict=True)))
            if text in self.lifted:
                name = self.lifted_name(self.theorem.definition[text])
                return Apply("call", (name, *self.lifted[text], *places), term.sort, term.span)
        if head == "expectation":
            return self.expectation(self.put(args[0]), term.sort)
        if head == "probability":
            body = self.put(args[0])
            drawn = self.closed(self.draws_of(body))
            if not drawn:
                return Apply("if", (body, ONE, ZERO), NAT, term.span)
            return self.nest(("expectation", "probability"), drawn, body, REAL)
        if head == "variance":
            body = self.put(args[0])
            gap = Apply("-", (body, self.expectation(body, REAL)), REAL)
            return self.expectation(Apply("^", (gap, number(2)), REAL), REAL)
        if head == "with_probability":
            level, body, *listed = args
            body = self.put(body)
            drawn = [d.text for d in listed if isinstance(d, Name)] or list(self.draws_of(body))
            if not listed:
                drawn = self.closed(set(drawn))
            drawn = [text for text in self.order if text in drawn]
            if drawn:
                event = self.nest(("expectation", "probability"), drawn, body, REAL)
                return relation("<=", self.put(level), event, term.span)
        if head == "almost_surely":
            body = self.put(args[0])
            return self.nest(("surely", "surely"), self.closed(self.draws_of(body)), body, PROP)
        if head in ("expectation_given", "probability_given"):
            return self.given(term)
        if head == "Lp":
            body, order = map(self.put, args)
            size = Apply("^", (Apply("abs", (body,), REAL), order), REAL)
            return Apply("^", (self.expectation(size, REAL), Apply("/", (ONE, order), REAL)), REAL, term.span)
        if head in ("is_bounded_differences", "is_bounded_differences_except") and len(args) > 2:
            return self.differences(term)
        return rebuild(term, self.put)

    def differences(self, term: Apply) -> Term:
        """`X is bounded_differences(c, S)` for a sample S: |X(s) - X(s')| <= c for s' that is s with the
        entry at one place replaced; with `_except` and i, at any place but i (McDiarmid 1989)."""
        body, size, sample, *kept = map(self.put, term.args)
        if not (isinstance(sample, Name) and isinstance(sample.sort, Power)):
            return Apply(term.head, (body, size, sample, *kept), term.sort, term.span)
        taken = frozenset().union(body.free, size.free, sample.free, *(other.free for other in kept))
        place = Name(fresh_name("j", taken), NAT)
        entry = Name(fresh_name("z", taken), sample.sort.element)
        moved = Apply("replace", (sample, place, entry), sample.sort)
        gap = Apply("abs", (Apply("-", (body, substitute(body, {sample.text: moved})), REAL),), REAL)
        event: Term = relation("<=", gap, size, term.span)
        for other in kept:
            event = Apply("implies", (relation("!=", place, other), event), PROP)
        places = Apply("range", (ONE, sample.sort.count), SetOf(NAT))
        for variable, domain in (
            (entry, Apply("everything", (), SetOf(entry.sort))),
            (place, places),
            (sample, Apply("everything", (), SetOf(sample.sort))),
        ):
            event = Bind("forall", variable, domain, event, PROP)
        return event

    def given(self, term: Apply) -> Term:
        """`conditional(law, X, Y, S)`: a version of the conditional expectation, under the law of one draw
        S, of X given Y, both functions of S, at the outcome S. Of several draws it is left as it is."""
        body, *known = map(self.put, term.args)
        if term.head == "probability_given":
            body = Apply("if", (body, ONE, ZERO), NAT)
        drawn = self.closed(self.draws_of(body).union(*map(self.draws_of, known)))
        if len(drawn) != 1:
            return Apply(term.head, (body, *known), term.sort, term.span)
        draw = self.draws[drawn[0]].name
        everything = Apply("everything", (), SetOf(draw.sort))
        given = known[0]
        for other in known[1:]:
            given = Apply("pair", (given, other), _pair(given.sort, other.sort))
        of, by = (
            Bind("function", draw, everything, part, Function((draw.sort,), part.sort))
            for part in (body, given)
        )
        return Apply("conditional", (self.law(drawn[0]), of, by, draw), term.sort, term.span)


def _pair(left: Sort, right: Sort) -> Sort:
    from boundkit.ir.sorts import Product

    return Product(left, right)


def _parameters(definition: Definition, declared: set[str]) -> tuple[Name, ...]:
    """Names for the parameters of a definition, apart from those that its body may mention."""
    taken = set(declared)
    found = []
    for place, sort in enumerate(_arguments(definition)):
        text = fresh_name(("i", "j", "k", "l")[place % 4], taken)
        taken.add(text)
        found.append(Name(text, sort))
    return tuple(found)


def _arguments(definition: Definition) -> tuple[Sort, ...]:
    sort = definition.name.sort
    if isinstance(sort, Function):
        return sort.arguments
    if isinstance(sort, Sequence | Power):
        return (NAT,)
    return ()


def _result(definition: Definition) -> Sort:
    sort = definition.name.sort
    if isinstance(sort, Function):
        return sort.result
    return sort.element if isinstance(sort, Sequence | Power) else sort
