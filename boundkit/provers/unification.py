"""Instances of a law by matching what it says with what is asked and known: sets for its types, terms for its
holes, and functions for holes that are taken at bound variables (patterns in the sense of Miller 1991)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from boundkit.ir.laws import Law
from boundkit.ir.sorts import (
    Abstract,
    Distribution,
    Function,
    Matrix,
    Power,
    Product,
    Sequence,
    SetOf,
    Sort,
    is_numeric,
)
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    substitute,
    subterms,
    with_types,
)
from boundkit.kernel.frame import of_several
from boundkit.kernel.judge import Frame
from boundkit.kernel.unfolding import beta

MOST_STATES = 40
"""Partial instances that are kept while a law is matched."""
ARITHMETIC = frozenset({"+", "-", "*", "/", "neg", "<=", "<", "=", "abs", "and", "implies"})


@dataclass
class State:
    """What has been found for holes and types."""

    values: dict[str, Term] = field(default_factory=dict)
    sorts: dict[str, Sort] = field(default_factory=dict)

    def copy(self) -> State:
        return State(dict(self.values), dict(self.sorts))

    @property
    def key(self) -> str:
        values = ";".join(f"{name}={canonical(self.values[name])}" for name in sorted(self.values))
        return f"{values}|{sorted((name, str(sort)) for name, sort in self.sorts.items())}"


class Unifier:
    """Matching with the holes and types of one law."""

    def __init__(self, law: Law, besides: Iterable[Name] = ()) -> None:
        self.holes = {hole.text: hole.sort for hole in (*law.holes, *besides)}
        self.types = {own.text for own in law.types}
        self.depth = 0

    def match(self, pattern: Term, term: Term, state: State) -> State | None:
        """The state extended so that the pattern becomes the term, or None."""
        found = state.copy()
        return found if self.term(pattern, term, found) else None

    def term(self, pattern: Term, term: Term, state: State) -> bool:
        if isinstance(pattern, Name):
            if pattern.text in self.types:
                return isinstance(term.sort, SetOf) and self.sort(pattern.sort, term.sort, state)
            if pattern.text not in self.holes:
                return isinstance(term, Name) and term.text == pattern.text
            return self.assign(pattern.text, term, state)
        if isinstance(pattern, Number):
            return canonical(pattern) == canonical(term)
        if isinstance(pattern, Apply):
            return self.apply(pattern, term, state)
        if not (isinstance(pattern, Bind) and isinstance(term, Bind) and pattern.head == term.head):
            return False
        if not self.sort(pattern.variable.sort, term.variable.sort, state):
            return False
        if not self.term(pattern.domain, term.domain, state):
            return False
        self.depth += 1
        own = Name(f"#bound{self.depth}", term.variable.sort)
        return self.term(
            substitute(pattern.body, {pattern.variable.text: own}),
            substitute(term.body, {term.variable.text: own}),
            state,
        )

    def apply(self, pattern: Apply, term: Term, state: State) -> bool:
        head, args = pattern.head, pattern.args
        function = args[0] if args else None
        if head in ("call", "index") and isinstance(function, Name) and function.text in self.holes:
            places = args[1:]
            names = [place.text for place in places if isinstance(place, Name)]
            if len(names) == len(places) == len(set(names)) and all(n.startswith("#bound") for n in names):
                return self.abstract(function.text, head, places, term, state)
        if not (isinstance(term, Apply) and term.head == head and len(term.args) == len(args)):
            return False
        if head in ("zero", "everything"):
            return self.sort(pattern.sort, term.sort, state)
        orders = [term.args]
        if head in ("+", "*", "=") and len(args) == 2:
            orders.append((term.args[1], term.args[0]))
        for order in orders:
            trial = state.copy()
            if all(self.term(p, t, trial) for p, t in zip(args, order, strict=True)):
                state.values, state.sorts = trial.values, trial.sorts
                return True
        return False

    def assign(self, hole: str, term: Term, state: State) -> bool:
        if hole in state.values:
            return canonical(state.values[hole]) == canonical(term)
        if any(name.startswith("#bound") for name in term.free):
            return False
        wanted = self.holes[hole]
        several = isinstance(wanted, Function) and len(wanted.arguments) > 1
        if not self.sort(wanted, of_several(term) if several else term.sort, state):
            return False
        state.values[hole] = term
        return True

    def abstract(self, hole: str, head: str, places: tuple[Term, ...], term: Term, state: State) -> bool:
        """The hole taken at bound variables is the term: as the function of these variables."""
        known = state.values.get(hole)
        if known is not None:
            value = beta(known, places) or Apply(head, (known, *places), term.sort)
            return canonical(value) == canonical(term)
        taken_there = isinstance(term, Apply) and term.head == head and term.args[1:] == places
        if taken_there and self.assign(hole, term.args[0], state):  # type: ignore[attr-defined]
            return True
        if len(places) != 1:
            return False
        (place,) = places
        assert isinstance(place, Name)
        variable = Name(fresh_name("x", term.free), place.sort)
        everything = Apply("everything", (), SetOf(place.sort))
        body = substitute(term, {place.text: variable})
        sort: Sort = Function((place.sort,), body.sort)
        if isinstance(self.holes[hole], Sequence):
            sort = Sequence(body.sort)
        return self.assign(hole, Bind("function", variable, everything, body, sort), state)

    def sort(self, pattern: Sort, sort: Sort, state: State) -> bool:
        """Whether the sorts match, with sorts for types and terms for sizes."""
        if isinstance(pattern, Abstract) and pattern.name in self.types:
            return state.sorts.setdefault(pattern.name, sort) == sort
        match pattern, sort:
            case Matrix(rows, columns), Matrix(other_rows, other_columns):
                return self.term(rows, other_rows, state) and self.term(columns, other_columns, state)
            case Power(element, count), Power(other, other_count):
                return self.sort(element, other, state) and self.term(count, other_count, state)
            case Function(arguments, result), Function(others, other):
                return (
                    len(arguments) == len(others)
                    and all(self.sort(p, s, state) for p, s in zip(arguments, others, strict=True))
                    and self.sort(result, other, state)
                )
            case Product(left, right), Product(other_left, other_right):
                return self.sort(left, other_left, state) and self.sort(right, other_right, state)
            case (
                (Sequence(element), Sequence(other))
                | (Distribution(element), Distribution(other))
                | (SetOf(element), SetOf(other))
            ):
                return self.sort(element, other, state)
        return pattern == sort or is_numeric(pattern) and is_numeric(sort)


def instances(
    law: Law, frame: Frame, goal: Term, given: Mapping[str, Term]
) -> Iterator[tuple[dict[str, Term], dict[str, Term]]]:
    """Terms for the holes and sets for the types of a law: from the whole goal where it is what the law says,
    else from the parts of goal and facts that its conclusion and premises speak of; nearest first."""
    core, local = _stripped(law.conclusion)
    unifier = Unifier(law, local)
    start = State()
    for hole in law.holes:
        if hole.text in given and not unifier.assign(hole.text, given[hole.text], start):
            return
    states = [start]
    for part in core:
        whole = unifier.match(part, goal, start)
        if whole is not None:
            states.insert(0, whole)
    fixed = set(frame.sequent.names) | set(frame.sequent.definitions)
    terms = _terms([goal, *frame.facts.values()], fixed)
    patterns = [p for part in core for p in _atoms(part, set(unifier.holes))]
    for pattern in patterns:
        states = _grown(unifier, pattern, terms, states)
    facts = [fact for formula in frame.facts.values() for fact in _conjuncts(formula)]
    for _, premise in law.premises:
        for part in _conjuncts(premise):
            states = _grown(unifier, part, facts, states)
    seen: set[str] = set()
    for state in states:
        for hole in law.holes:
            if hole.text in state.values:
                unifier.sort(hole.sort, state.values[hole.text].sort, state)
        values = {h.text: state.values[h.text] for h in law.holes if h.text in state.values}
        sets = {
            own.text: _set_of(state.sorts[own.text], frame) for own in law.types if own.text in state.sorts
        }
        values = _with_bounds(law, values, sets)
        if len(values) == len(law.holes) and len(sets) == len(law.types) and state.key not in seen:
            seen.add(state.key)
            yield values, sets


def _with_bounds(law: Law, values: dict[str, Term], sets: dict[str, Term]) -> dict[str, Term]:
    """The values, with that of a number as its own bound where a premise says no more of the bound: so a law
    says that a mean is finite."""
    found = dict(values)
    for _, premise in law.premises:
        if not (isinstance(premise, Apply) and premise.head == "<=" and len(sets) == len(law.types)):
            continue
        low, high = premise.args
        known = low.free - set(sets) <= set(values)
        if isinstance(high, Name) and high.text not in values and known and isinstance(low, Bind):
            found[high.text] = substitute(with_types(low, sets), values)
    return {hole.text: found[hole.text] for hole in law.holes if hole.text in found}


def _grown(unifier: Unifier, pattern: Term, terms: list[Term], states: list[State]) -> list[State]:
    """The states extended by each term that the pattern matches; a state that needs none stays."""
    found: dict[str, State] = {}
    for state in states:
        if pattern.free & set(unifier.holes) <= set(state.values):
            found.setdefault(state.key, state)
            continue
        for term in terms:
            own = unifier.match(pattern, term, state)
            if own is not None:
                found.setdefault(own.key, own)
        found.setdefault(state.key, state)
    ordered = sorted(found.values(), key=lambda state: -len(state.values))
    return ordered[:MOST_STATES]


def _set_of(sort: Sort, frame: Frame) -> Term:
    if isinstance(sort, Abstract) and sort.name in frame.sequent.names:
        return Name(sort.name, frame.sequent.names[sort.name])
    return Apply("everything", (), SetOf(sort))


def _stripped(formula: Term) -> tuple[list[Term], list[Name]]:
    """The parts of a conclusion beneath its quantifiers and conditions, with the variables of these under
    names of their own."""
    local: list[Name] = []
    while True:
        if isinstance(formula, Bind) and formula.head == "forall":
            own = Name(f"#local{len(local)}", formula.variable.sort)
            local.append(own)
            formula = substitute(formula.body, {formula.variable.text: own})
        elif isinstance(formula, Apply) and formula.head == "implies":
            formula = formula.args[1]
        else:
            break
    parts: list[Term] = []
    for part in _conjuncts(formula):
        if isinstance(part, Bind) and part.head == "forall":
            inside, more = _stripped(part)
            if not more or not local:
                parts.extend(inside)
                local.extend(more)
        else:
            parts.append(part)
    return parts, local


def _conjuncts(formula: Term) -> list[Term]:
    if isinstance(formula, Apply) and formula.head == "and":
        return [part for arg in formula.args for part in _conjuncts(arg)]
    return [formula]


def _terms(formulas: list[Term], fixed: set[str]) -> list[Term]:
    """Subterms with no bound variable free, each once."""
    found: dict[str, Term] = {}
    for formula in formulas:
        for part in subterms(formula):
            if part.free <= fixed and not isinstance(part, Number):
                found.setdefault(canonical(part), part)
    return list(found.values())


def _atoms(term: Term, holes: set[str]) -> Iterator[Term]:
    """What a relation speaks of beneath its arithmetic, as far as it mentions holes; plain names last."""
    if not term.free & holes or isinstance(term, Name):
        return
    if isinstance(term, Apply) and term.head in ARITHMETIC:
        for arg in term.args:
            yield from _atoms(arg, holes)
        return
    yield term
