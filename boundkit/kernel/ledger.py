"""What has been established of one theorem, statement by statement, and the sequents that open questions
become. A statement enters only through the judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from boundkit.ir.laws import Law
from boundkit.ir.sorts import INT, NAT, PROP, REAL, Function, Matrix, Sequence, SetOf, Sort, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, conjunction, relation, substitute
from boundkit.ir.theorems import Clause, Declaration, Definition, Hypothesis, Theorem
from boundkit.kernel.certificates import Proof
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.judge import Judged, Sequent, judge
from boundkit.kernel.normal import DEEPEST, reached, written_out


@dataclass(frozen=True)
class Established:
    """A proposition that later ones may rest on, with the premises its proof could see; `judged` is None
    for one that is only supposed, so that what rests on it can be judged all the same."""

    formula: Term
    visible: frozenset[str]
    judged: Judged | None


@dataclass
class Ledger:
    """Facts of one theorem. `laws` are the laws of the library that its rules may cite."""

    theorem: Theorem
    laws: Mapping[str, Law] = field(default_factory=dict)
    established: dict[str, Established] = field(default_factory=dict)

    def names(self) -> dict[str, Sort]:
        """The fixed names: lets, in order, and sets of declared types."""
        return {d.name.text: d.name.sort for d in self.theorem.declarations if d.kind != "draw"}

    def formula(self, label: str) -> Term:
        """The proposition of a hypothesis or an established statement; KeyError for others."""
        if label in self.theorem.hypothesis:
            return self.theorem.hypothesis[label].formula
        return self.established[label].formula

    def facts(self, premises: Iterable[str]) -> dict[str, Term]:
        """The facts that a statement with these premises may use: types, and the premises, each cut
        into its relations as `label#1`, `label#2`."""
        result: dict[str, Term] = {}
        labels = [h.label for h in self.theorem.hypotheses if h.origin == "range"]
        for label in (*labels, *premises):
            if label in result:
                continue
            parts = split(self.formula(label))
            if len(parts) == 1:
                result[label] = parts[0]
            else:
                result.update({f"{label}#{k}": part for k, part in enumerate(parts, 1)})
        return result

    def sequent(self, goal: Term, premises: Iterable[str]) -> Sequent:
        """The question whether the goal follows from types and premises."""
        premises = tuple(premises)
        facts = self.facts(premises)
        scoped = {name: self._scope(name.partition("#")[0]) for name in facts}
        assumed = (h.label for h in self.theorem.hypotheses if h.origin == "assume")
        others = (label for label in assumed if label not in premises)
        return Sequent(
            self.names(),
            facts,
            goal,
            self.theorem.definition,
            self.laws,
            {name: domains for name, domains in scoped.items() if domains},
            {label: self.formula(label) for label in others},
        )

    def establish(self, label: str, goal: Term, premises: Iterable[str], proof: Proof) -> Judged:
        """Has the judge check the proof and enters the statement; raises `Rejected`."""
        premises = tuple(premises)
        judged = judge(self.sequent(goal, premises), proof)
        self.enter(label, goal, premises, judged)
        return judged

    def enter(self, label: str, goal: Term, premises: Iterable[str], judged: Judged | None) -> None:
        """Enters a statement made of judged parts, or a supposed one."""
        visible = set(premises)
        if judged is not None and judged.stood:
            visible |= set(self.theorem.hypothesis)
        for premise in tuple(visible):
            if premise in self.established:
                visible |= self.established[premise].visible
        self.established[label] = Established(goal, frozenset(visible), judged)

    def _scope(self, label: str) -> dict[str, Term]:
        """The lets for all values of which an established statement holds, each with the interval that
        its declaration gives it: those that no premise the proof could see, and no size, mentions."""
        entry = self.established.get(label)
        if entry is None:
            return {}
        definitions = self.theorem.definition
        try:
            plain = written_out(entry.formula, Context(definitions))
        except NotNormal:
            return {}
        # What is not written out keeps the values of the lets that it depends on.
        mentioned = set(reached(plain.free, definitions))
        for hypothesis in self.theorem.hypotheses:
            if hypothesis.label in entry.visible:
                mentioned |= hypothesis.formula.free | reached(hypothesis.formula.free, definitions)
        result: dict[str, Term] = {}
        for declaration in self.theorem.declarations:
            name = declaration.name
            if declaration.kind != "let" or name.text in mentioned or name.sort not in (REAL, INT, NAT):
                continue
            if any(name.text in _size_names(other.name) for other in self.theorem.declarations):
                continue
            domain = self._domain(declaration)
            if domain is not None:
                result[name.text] = domain
        return result

    def _domain(self, declaration: Declaration) -> Term | None:
        """The interval of a declared number; None when other names enter or other ranges mention it."""
        name = declaration.name
        domain: Term = Apply("everything", (), SetOf(name.sort))
        for hypothesis in self.theorem.hypotheses:
            formula = hypothesis.formula
            if hypothesis.origin != "range":
                continue
            if name.text not in formula.free | reached(formula.free, self.theorem.definition):
                continue
            if hypothesis.label != f"{name.text}.range" or domain.head != "everything":  # type: ignore[attr-defined]
                return None
            interval = interval_of(name, hypothesis)
            if interval is None:
                return None
            domain = interval
        return domain

    def law(self, claims: Iterable[str], name: str, debts: frozenset[str]) -> Law | None:
        """Established statements as a law: for all types and lets, the hypotheses that their proofs could see
        imply them. None when they mention definitions that cannot be written out."""
        theorem = self.theorem
        claims = tuple(claims)
        seen = frozenset().union(*(self.established[label].visible for label in claims))
        cone = (self.established[label] for label in (*claims, *seen) if label in self.established)
        if any(entry.judged is None for entry in cone):
            return None
        if any(d.kind == "draw" for d in theorem.declarations):
            return None
        try:
            premises = tuple(
                (h.label, self._without_definitions(h.formula))
                for h in theorem.hypotheses
                if h.origin == "range" or h.label in seen
            )
            conclusion = self._without_definitions(conjunction(tuple(map(self.formula, claims))))
            recursions = self._recursions(frozenset().union(conclusion.free, *(p.free for _, p in premises)))
            equations = tuple(
                (f"{d.name.text}.{k}", self._without_definitions(equation))
                for d in recursions
                for k, equation in enumerate(map(partial(equation_of, d), d.clauses))
            )
        except NotNormal:
            return None
        premises += equations
        holes = tuple(d.name for d in theorem.declarations if d.kind == "let")
        holes += tuple(d.name for d in recursions)
        types = tuple(d.name for d in theorem.declarations if d.kind == "type")
        allowed = {hole.text for hole in (*holes, *types)}
        if not conclusion.free <= allowed or not all(p.free <= allowed for _, p in premises):
            return None
        return Law(name, holes, premises, conclusion, "proved", debts, theorem.title, types)

    def _recursions(self, names: frozenset[str]) -> tuple[Definition, ...]:
        """The recursions that some names lead to, in order: a law says what every sequence or function
        satisfies that satisfies their equations."""
        definitions = self.theorem.definition
        found = names | reached(names, definitions)
        return tuple(d for d in self.theorem.definitions if d.recursive and d.name.text in found)

    def _without_definitions(self, formula: Term) -> Term:
        """The formula with every definition that is no recursion and has no conditions written out; raises
        `NotNormal` when they are nested too deep."""
        definitions = self.theorem.definition
        for _ in range(DEEPEST):
            values = {
                name: body
                for name in sorted(formula.free)
                if name in definitions and (body := as_function(definitions[name])) is not None
            }
            if not values:
                return formula
            if formula.has_derivative and any(definitions[name].style != "constant" for name in values):
                raise NotNormal("a function under a derivative")
            formula = substitute(formula, values)
        raise NotNormal("definitions nested too deep")


def split(formula: Term) -> tuple[Term, ...]:
    """The conjuncts of a proposition, each under the quantifiers and conditions it stands in."""
    if isinstance(formula, Bind) and formula.head == "forall":
        return tuple(
            Bind("forall", formula.variable, formula.domain, part, PROP, formula.span)
            for part in split(formula.body)
        )
    if isinstance(formula, Apply) and formula.head == "implies":
        return tuple(Apply("implies", (formula.args[0], part), PROP) for part in split(formula.args[1]))
    if isinstance(formula, Apply) and formula.head == "and":
        return tuple(part for arg in formula.args for part in split(arg))
    return (formula,)


def as_function(definition: Definition) -> Term | None:
    """The body of a definition of one clause without conditions, as a function of its parameters; None for
    others."""
    clause = definition.clauses[0]
    if definition.recursive or len(definition.clauses) != 1 or clause.guard:
        return None
    if clause.patterns != clause.parameters or len(clause.parameters) > 1 and definition.style == "index":
        return None
    body = clause.body
    for place, parameter in enumerate(reversed(clause.parameters)):
        sort: Sort = Function((parameter.sort,), body.sort)
        if place == 0 and definition.style == "index":
            sort = Sequence(body.sort)
        body = Bind("function", parameter, Apply("everything", (), SetOf(parameter.sort)), body, sort)
    return body


def equation_of(definition: Definition, clause: Clause) -> Term:
    """A clause of a recursion, with its range as conditions, as an equation; raises `NotNormal` for one that
    is not of numbers or vectors, or has a derivative."""
    own: Term = definition.name
    if clause.patterns:
        own = Apply(definition.style, (own, *clause.patterns), clause.body.sort)
    if clause.body.has_derivative or not (
        is_numeric(clause.body.sort) or isinstance(clause.body.sort, Matrix)
    ):
        raise NotNormal("a recursion that is no equation")
    result: Term = relation("=", own, clause.body)
    parameters = list(clause.parameters)
    guards = list(clause.guard)
    if len(guards) == 2 and parameters and (extent := _extent(parameters[-1], guards)) is not None:
        result = Bind("forall", parameters.pop(), extent, result, PROP)
    elif guards:
        result = Apply("implies", (conjunction(tuple(guards)), result), PROP)
    for parameter in reversed(parameters):
        result = Bind("forall", parameter, Apply("everything", (), SetOf(parameter.sort)), result, PROP)
    return result


def _extent(parameter: Name, guards: list[Term]) -> Term | None:
    """The range `a..b` that the conditions `a <= k` and `k <= b` give an index."""
    match guards:
        case [Apply("<=", (low, one)), Apply("<=", (other, high))] if one == parameter == other:
            if parameter.text not in low.free | high.free:
                return Apply("range", (low, high), SetOf(parameter.sort))
    return None


def interval_of(name: Name, hypothesis: Hypothesis) -> Term | None:
    """The set that a range hypothesis puts a name in, when it is an interval."""
    infinity = Apply("infinity", (), REAL)
    formula = hypothesis.formula
    match formula:
        case Apply("in", (element, domain)) if element == name and name.text not in domain.free:
            return domain
        case Apply("<" | "<=", (low, own)) if own == name and name.text not in low.free:
            head = "open" if formula.head == "<" else "right_open"
            return Apply(head, (low, infinity), SetOf(name.sort))
        case Apply("<" | "<=", (own, high)) if own == name and name.text not in high.free:
            head = "open" if formula.head == "<" else "left_open"
            return Apply(head, (Apply("neg", (infinity,), REAL), high), SetOf(name.sort))
    return None


def _size_names(name: Name) -> frozenset[str]:
    return name.free - {name.text}
