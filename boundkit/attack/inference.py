"""The attack on an inference: an instance at which all premises of a step hold and its goal does not.

First on the objects themselves: the theorem with the premises as its only hypotheses. Types, laws of draws
and definitions stay, and every rule is a true theorem, so an instance that makes the premises true and the
goal false refutes the inference whatever rule is named. Then, for rules of plain arithmetic, with
subterms such as f(x) or ||u|| put for unknown numbers, where nothing relates these numbers but the premises.

Both are decided by `kernel.witness`; where it is in doubt whether numbers can be had by objects, there is
no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from boundkit.attack import unknown
from boundkit.attack.driver import Budget, attack
from boundkit.attack.small import Limits
from boundkit.attack.structures import prefixed
from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import PROP, REAL, Matrix, is_numeric
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Number, Term, rebuild, relation, substitute
from boundkit.ir.theorems import Declaration, Family, Hypothesis, Link, Reason, Statement, Theorem
from boundkit.kernel.witness import Finding

UNCHECKED = frozenset({"cite", "sorry"})
"""Rules whose step is believed as it stands."""
ARITHMETIC = frozenset({"algebra", "chain", "monotone"})
"""Rules that bring no facts of their own about what a name stands for."""
NUMBERS = frozenset({"+", "-", "*", "/", "^", "neg", *SYMBOLS})
CONNECTIVES = frozenset({"<=", "<", "=", "!=", "and", "or", "not", "implies", "iff", "true", "false"})
INTERVALS = frozenset({"closed", "open", "left_open", "right_open", "range"})
SMALL = Budget(
    instructions=10_000,
    structures=6,
    built=20_000,
    generations=12,
    small=Limits(instances=80, accepted=40, work=60_000),
)
DEEPEST = 64
_NO_ATOMS: tuple[str, ...] = ()


@dataclass(frozen=True)
class NonSequitur:
    """A refuted inference. premises: the labels named; values: the instance, short; comparison: what holds
    there instead of the goal; abstracted: subterms that were taken as unknown numbers, as they are shown.
    theorem and witness can be put to `kernel.witness` again, at the label."""

    label: str
    link: int
    rule: str
    premises: tuple[str, ...]
    comparison: str
    values: tuple[tuple[str, str], ...]
    abstracted: tuple[str, ...]
    theorem: Theorem
    witness: Mapping[str, Any]
    finding: Finding


class _Doubt(Exception):
    """Numbers may be related by more than the premises say."""


def attack_inference(
    theorem: Theorem,
    label: str,
    link: int = 0,
    seed: int = 0,
    samples: int = 4_000,
    families: Mapping[str, Family] | None = None,
    budget: Budget = SMALL,
) -> NonSequitur | None:
    """Searches for a refutation of one link of the statement `label` from the premises that it names; None
    when there is none to be found, or none that would count. Never raises for a known label."""
    statement = theorem.statement[label]
    if not 0 <= link < len(statement.links):
        return None
    given = statement.links[link].by or statement.by
    if given is None and statement.kind == "claim":
        return None
    reason = given or Reason("algebra")
    premises = _premises(theorem, label, reason)
    if premises is None or reason.rule in UNCHECKED:
        return None
    ranges = [hypothesis for hypothesis in theorem.hypotheses if hypothesis.origin == "range"]
    goal = prefixed(statement, statement.links[link].relation)
    if len(statement.links) > 1 and goal == statement.formula:
        return None
    attempts = [(_with(theorem, label, goal, (*ranges, *premises)), _NO_ATOMS)]
    if reason.rule in ARITHMETIC:
        with suppress(_Doubt, RecursionError):
            attempts.append(_Abstraction(theorem, label, goal, premises, ranges).result())
    if reason.rule in unknown.RULES:
        with suppress(unknown.Related, RecursionError):
            attempts.append(unknown.with_unknowns(theorem, label, goal, premises))
    for attempt, abstracted in attempts:
        report = attack(attempt, seed, samples, budget, families=families)
        found = report.by_label[label]
        if found.outcome == "violated" and found.finding is not None and found.witness is not None:
            return NonSequitur(
                label,
                link,
                reason.rule,
                reason.premises,
                found.finding.comparison,
                found.values,
                abstracted,
                attempt,
                found.witness,
                found.finding,
            )
    return None


def _premises(theorem: Theorem, label: str, reason: Reason) -> list[Hypothesis] | None:
    """What a reason names, as hypotheses; None when one of them is not of this theorem."""
    found = []
    for name in reason.premises:
        if name in theorem.hypothesis:
            found.append(theorem.hypothesis[name])
        elif name in theorem.statement and name != label:
            found.append(Hypothesis(name, theorem.statement[name].formula))
        else:
            return None
    return [hypothesis for hypothesis in found if hypothesis.origin != "range"]


def _with(theorem: Theorem, label: str, goal: Term, hypotheses: Iterable[Hypothesis]) -> Theorem:
    """The theorem with the goal as its only claim."""
    return replace(
        theorem,
        hypotheses=tuple(hypotheses),
        statements=(Statement(label, "claim", goal, (), (Link(goal),)),),
        derivations=(),
        models=(),
        order=(label,),
    )


class _Abstraction:
    """Premises and goal with atoms put for f(x), a[t], ||u||, <u, v>. Each name that is no number occurs in
    one atom only, so that its values can be chosen freely: f at one argument, a at one place, u of any
    length (sizes are made at least 1). A premise for all t is taken at the t of the goal: where t stands
    only in atoms, the other places can be given the same values."""

    def __init__(
        self,
        theorem: Theorem,
        label: str,
        goal: Term,
        premises: Iterable[Hypothesis],
        ranges: Iterable[Hypothesis],
    ) -> None:
        self.theorem = theorem
        self.label = label
        self.ranges = list(ranges)
        self.bound: list[tuple[Name, Term]] = []
        self.numbers: dict[str, Name] = {}
        self.atoms: dict[Term, Name] = {}
        self.roots: dict[str, Term] = {}
        self.extra: list[Hypothesis] = []
        goal = self._opened(self._unfolded(goal))
        self.goal = self._proposition(goal)
        self.premises = [
            Hypothesis(premise.label, self._proposition(self._instance(self._unfolded(premise.formula))))
            for premise in premises
        ]

    def result(self) -> tuple[Theorem, tuple[str, ...]]:
        """The theorem about numbers, and the atoms in it. Raises _Doubt."""
        if not self.atoms:
            raise _Doubt("nothing is abstracted")
        for variable, domain in self.bound:
            if is_numeric(variable.sort):
                inside = Apply("in", (variable, self._ends(domain)), PROP)
                self.extra.append(Hypothesis(f"{variable.text}.range", inside, "range"))
                self.numbers[variable.text] = variable
        ranges = self._needed_ranges()
        names = [*self.numbers.values(), *self.atoms.values()]
        if len({name.text for name in names}) != len(names):
            raise _Doubt("names that are equal")
        base = _with(self.theorem, self.label, self.goal, (*ranges, *self.extra, *self.premises))
        theorem = replace(
            base, declarations=tuple(Declaration(name, "let") for name in names), definitions=()
        )
        return theorem, tuple(name.text for name in self.atoms.values())

    def _needed_ranges(self) -> list[Hypothesis]:
        """The ranges of all numbers, with the numbers that these mention in turn."""
        found: list[Hypothesis] = []
        while True:
            more = [
                hypothesis
                for hypothesis in self.ranges
                if hypothesis not in found and hypothesis.label.removesuffix(".range") in self.numbers
            ]
            if not more:
                return [replace(h, formula=self._proposition(self._unfolded(h.formula))) for h in found]
            for hypothesis in more:
                found.append(hypothesis)
                self._proposition(self._unfolded(hypothesis.formula))

    def _unfolded(self, term: Term, depth: int = 0) -> Term:
        """The term without defined names; _Doubt for recursive ones and sequences."""
        if depth > DEEPEST:
            raise _Doubt("definitions too deep")
        known = self.theorem.definition
        if isinstance(term, Name) and term.text in known:
            definition = known[term.text]
            if definition.style != "constant" or definition.recursive:
                raise _Doubt(f"the defined `{term.text}`")
            return self._unfolded(definition.clauses[0].body, depth + 1)
        if isinstance(term, Apply) and term.head == "call" and isinstance(term.args[0], Name):
            definition_ = known.get(term.args[0].text)
            if definition_ is not None:
                clause = definition_.clauses[0]
                simple = len(definition_.clauses) == 1 and not definition_.recursive and not clause.guard
                if not simple or clause.patterns != clause.parameters:
                    raise _Doubt(f"the defined `{term.args[0].text}`")
                values = dict(zip((p.text for p in clause.parameters), term.args[1:], strict=True))
                return self._unfolded(substitute(clause.body, values), depth + 1)
        if isinstance(term, Bind) and term.variable.text in known:
            raise _Doubt("a bound name that is defined")
        return rebuild(term, lambda part: self._unfolded(part, depth + 1))

    def _opened(self, goal: Term) -> Term:
        """The goal at variables of its own prefix."""
        while isinstance(goal, Bind) and goal.head == "forall":
            if goal.variable.text in self.theorem.declaration or goal.variable.text in goal.domain.free:
                raise _Doubt("a bound name that is declared")
            self.bound.append((goal.variable, goal.domain))
            goal = goal.body
        return goal

    def _instance(self, premise: Term) -> Term:
        """A premise for all t of a range of the goal, at the goal's t."""
        free = list(self.bound)
        while isinstance(premise, Bind):
            same = [
                pair for pair in free if pair[1] == premise.domain and pair[0].sort == premise.variable.sort
            ]
            if premise.head != "forall" or not same:
                raise _Doubt("a premise about other places")
            name = same[0][0]
            free.remove(same[0])
            if not self._only_in_atoms(premise.body, premise.variable.text):
                raise _Doubt("a premise that mentions its place")
            premise = substitute(premise.body, {premise.variable.text: name})
        return premise

    def _only_in_atoms(self, term: Term, name: str) -> bool:
        if isinstance(term, Name):
            return term.text != name
        if isinstance(term, Apply) and self._is_atom(term):
            return True
        if isinstance(term, Bind):
            return name not in term.domain.free and self._only_in_atoms(term.body, name)
        return not isinstance(term, Apply) or all(self._only_in_atoms(arg, name) for arg in term.args)

    def _proposition(self, term: Term) -> Term:
        if isinstance(term, Apply) and term.head in CONNECTIVES:
            parts = self._number if term.head in ("<=", "<", "=", "!=") else self._proposition
            return Apply(term.head, tuple(map(parts, term.args)), PROP)
        if isinstance(term, Apply) and term.head == "in":
            return Apply("in", (self._number(term.args[0]), self._ends(term.args[1])), PROP)
        raise _Doubt(f"`{term}`")

    def _ends(self, domain: Term) -> Term:
        if isinstance(domain, Apply) and domain.head in INTERVALS:
            ends = (end if _is_infinite(end) else self._number(end) for end in domain.args)
            return Apply(domain.head, tuple(ends), domain.sort)
        if isinstance(domain, Apply) and domain.head == "everything":
            return domain
        raise _Doubt(f"the set `{domain}`")

    def _number(self, term: Term) -> Term:
        if isinstance(term, Number):
            return term
        if isinstance(term, Name):
            declared = self.theorem.declaration.get(term.text)
            is_bound = any(variable.text == term.text for variable, _ in self.bound)
            if is_numeric(term.sort) and (is_bound or (declared is not None and declared.kind == "let")):
                if not is_bound:
                    self.numbers[term.text] = term
                return term
            raise _Doubt(f"`{term.text}` as a number")
        if isinstance(term, Apply) and self._is_atom(term):
            return self._atom(term)
        if isinstance(term, Apply) and term.head in NUMBERS and is_numeric(term.sort):
            return Apply(term.head, tuple(map(self._number, term.args)), term.sort)
        raise _Doubt(f"`{term}`")

    def _is_atom(self, term: Apply) -> bool:
        return term.head in ("call", "index", "norm", "inner") and term.sort == REAL

    def _atom(self, term: Apply) -> Name:
        """The number that stands for an atom."""
        if term in self.atoms:
            return self.atoms[term]
        roots = self._roots(term)
        for root in roots:
            if self.roots.setdefault(root, term) != term:
                raise _Doubt(f"`{root}` in two atoms")
        name = Name(str(term), REAL)
        self.atoms[term] = name
        if term.head == "norm":
            self.extra.append(Hypothesis(f"{name.text}.range", relation("<=", ZERO, name), "range"))
        if term.head in ("call", "index"):
            self._restrict(roots[0], name)
        return name

    def _roots(self, term: Apply) -> list[str]:
        """The names that make an atom free: the function, the sequence, or the vectors themselves."""
        if term.head in ("call", "index"):
            root = term.args[0]
            if not (isinstance(root, Name) and self._is_let(root)):
                raise _Doubt(f"`{term}`")
            return [root.text]
        vectors = term.args
        if not all(isinstance(vector, Name) and self._is_let(vector) for vector in vectors):
            raise _Doubt(f"`{term}`")
        if len(set(vectors)) != len(vectors):
            raise _Doubt(f"`{term}`")
        for vector in vectors:
            if not isinstance(vector.sort, Matrix) or vector.sort.columns != ONE:
                raise _Doubt(f"`{term}`")
            size = relation("<=", ONE, self._number(self._unfolded(vector.sort.rows)))
            self.extra.append(Hypothesis(f"{vector}.size", size, "range"))
        return [vector.text for vector in vectors if isinstance(vector, Name)]

    def _is_let(self, name: Name) -> bool:
        declared = self.theorem.declaration.get(name.text)
        is_bound = any(variable.text == name.text for variable, _ in self.bound)
        return is_bound or (declared is not None and declared.kind == "let")

    def _restrict(self, root: str, name: Name) -> None:
        """The interval in which the declaration places the values of a function or sequence."""
        for hypothesis in self.ranges:
            if hypothesis.label != f"{root}.range":
                continue
            formula = hypothesis.formula
            while isinstance(formula, Bind) and formula.head == "forall":
                formula = formula.body
            if not (isinstance(formula, Apply) and formula.head == "in"):
                raise _Doubt(f"the range of `{root}`")
            inside = Apply("in", (name, self._ends(self._unfolded(formula.args[1]))), PROP)
            self.extra.append(Hypothesis(f"{name.text}.range", inside, "range"))


def _is_infinite(term: Term) -> bool:
    return isinstance(term, Apply) and (
        term.head == "infinity" or (term.head == "neg" and _is_infinite(term.args[0]))
    )
