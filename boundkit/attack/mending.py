"""Instances moved onto their hypotheses.

A recursion of a sequence, or an equation between a law and a mixture of others, holds by chance on no
instance. Given the rest, it says what one of its values is, or how large: where that value was drawn without
a model, it is set so. Nothing rests on it, since the hypotheses are evaluated afterwards all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

from flint import fmpq

from boundkit.ir.sorts import REAL, Distribution, Function, Power, SetOf, Sort
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Absent, Extent, Grown, Listed, Tabulated, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.attack.models import Plan
    from boundkit.attack.programme import Programme
    from boundkit.kernel.evaluation import Evaluator, Scope

SWEEPS = 4
"""How often all hypotheses are gone through, every second time from the last values of their variables on: a
recursion may run either way."""
MOST_TERMS = 20_000
"""Evaluated terms for one instance, above which it stays as it is."""

LEFT_OPEN = (Absent, Undecided, Undefined, Unsupported, KeyError)


@dataclass(frozen=True)
class Wish:
    """What a hypothesis says of one value that was drawn freely. kind: how it stands to `end`, at `most`, at
    `least` or `equal`, or a law with these `masses`; binders: the quantifiers in front; conditions: where it
    is said; cell: the value, by a name, a place of a sequence or a call of a table; label: of the hypothesis;
    set_name: of the set of which `end` is the mass."""

    kind: str
    binders: tuple[Bind, ...]
    conditions: tuple[Term, ...]
    cell: Term
    end: Term
    label: str
    set_name: str = ""

    @property
    def name(self) -> str:
        """The name of the value, or of the sequence or table it is in."""
        found = _root(self.cell)
        assert found is not None
        return found.text


@lru_cache(maxsize=64)
def wishes(plan: Plan) -> tuple[Wish, ...]:
    """All that the hypotheses say of values that were drawn freely, in the order of the text."""
    free = frozenset(
        one.name.text
        for one in plan.theorem.declarations
        if one.kind == "let" and one.name.text not in plan.calls and _is_free(one.name.sort)
    )
    return tuple(
        wish
        for hypothesis in plan.theorem.hypotheses
        for wish in _said(hypothesis.formula, (), (), free, hypothesis.label)
    )


def mend(programme: Programme) -> int:
    """Moves the values of an exact instance onto its hypotheses; the number of terms that were evaluated."""
    judge, found = programme.evaluator, wishes(programme.plan)
    before, moved = judge.left[0], dict[str, str]()
    for sweep in range(SWEEPS if found else 0):
        changed = False
        for wish in found:
            for scope in _scopes(judge, wish.binders, {}, sweep % 2 == 1):
                if before - judge.left[0] > MOST_TERMS:
                    return before - judge.left[0]
                try:
                    if _moved(programme, wish, scope):
                        changed, moved[wish.name] = True, wish.label
                except LEFT_OPEN:
                    continue
        if not changed:
            break
    for name, label in moved.items():
        programme.line(f"# {name} is moved to where `{label}` holds")
    return before - judge.left[0]


def _is_free(sort: Sort) -> bool:
    """Whether values of the sort are numbers or laws, or sequences or tables of them."""
    if isinstance(sort, Function):
        return _is_free(sort.result) and not isinstance(sort.result, Function | SequenceSort | Power)
    if isinstance(sort, SequenceSort | Power):
        return _is_free(sort.element)
    return sort == REAL or isinstance(sort, Distribution)


def _said(
    term: Term, binders: tuple[Bind, ...], conditions: tuple[Term, ...], free: frozenset[str], label: str
) -> Iterator[Wish]:
    if isinstance(term, Bind) and term.head == "forall":
        yield from _said(term.body, (*binders, term), conditions, free, label)
    elif isinstance(term, Apply) and term.head == "and":
        for part in term.args:
            yield from _said(part, binders, conditions, free, label)
    elif isinstance(term, Apply) and term.head == "implies":
        yield from _said(term.args[1], binders, (*conditions, term.args[0]), free, label)
    elif isinstance(term, Apply):
        sets = frozenset(one.variable.text for one in binders if isinstance(one.variable.sort, SetOf))
        bound = frozenset(one.variable.text for one in binders)
        for kind, cell, end in _relations(term, free - bound):
            yield Wish(kind, binders, conditions, cell, end, label)
        for law, end, name in _masses(term, free - bound, sets):
            others = tuple(one for one in binders if one.variable.text != name)
            yield Wish("masses", others, conditions, law, end, label, name)


def _relations(term: Apply, free: frozenset[str]) -> Iterator[tuple[str, Term, Term]]:
    """Kind, value and end of all that a relation says of a number that was drawn freely. Of an equation a
    number with a name of its own is preferred: more may depend on a table."""

    def is_cell(side: Term) -> bool:
        root = _root(side)
        return side.sort == REAL and root is not None and root.text in free

    if len(term.args) != 2:
        return
    left, right = term.args
    if term.head == "=":
        sides = sorted(((left, right), (right, left)), key=lambda pair: not isinstance(pair[0], Name))
        yield from (("equal", *pair) for pair in [pair for pair in sides if is_cell(pair[0])][:1])
    elif term.head == "<=" and is_cell(left):
        yield "most", left, right
    elif term.head == "<=" and is_cell(right):
        yield "least", right, left
    elif term.head == "<=" and isinstance(left, Apply) and left.head == "abs":
        (inside,) = left.args
        cell, *middle = inside.args if isinstance(inside, Apply) and inside.head == "-" else (inside,)
        if is_cell(cell):
            low: Term = Apply("neg", (right,), REAL)
            yield "most", cell, Apply("+", (*middle, right), REAL) if middle else right
            yield "least", cell, Apply("+", (*middle, low), REAL) if middle else low
    elif term.head == "in" and is_cell(left) and isinstance(right, Apply) and right.head == "closed":
        yield "least", left, right.args[0]
        yield "most", left, right.args[1]


def _masses(term: Apply, free: frozenset[str], sets: frozenset[str]) -> Iterator[tuple[Term, Term, str]]:
    """P, the other side and G, where a side of an equation is Pr_{x ~ P}[x in G] for all sets G."""
    for side, other in (term.args, term.args[::-1]) if term.head == "=" and len(term.args) == 2 else ():
        if not (isinstance(side, Bind) and side.head == "probability" and isinstance(side.body, Apply)):
            continue
        element, *within = side.body.args
        root = _root(side.domain)
        if side.body.head != "in" or element != side.variable or root is None or root.text not in free:
            continue
        if isinstance(within[0], Name) and within[0].text in sets:
            yield side.domain, other, within[0].text
            return


def _root(term: Term) -> Name | None:
    """x of `x`, `x[i]` and `x(a, b)`."""
    if isinstance(term, Apply) and term.head in ("index", "call"):
        term = term.args[0]
    return term if isinstance(term, Name) else None


def _scopes(judge: Evaluator, binders: Sequence[Bind], scope: Scope, backwards: bool) -> Iterator[Scope]:
    """Values of the bound variables, all of them or, where they cannot be listed, none."""
    if not binders:
        yield scope
        return
    try:
        values = judge.ranging(binders[0], scope)
        listed = list(values) if values is not None else []
    except LEFT_OPEN:
        return
    for value in reversed(listed) if backwards else listed:
        yield from _scopes(judge, binders[1:], {**scope, binders[0].variable.text: value}, backwards)


def _moved(programme: Programme, wish: Wish, scope: Scope) -> bool:
    """Whether the value was set to another, so that what the hypothesis says holds in this scope."""
    judge = programme.evaluator
    if not all(judge.truth(condition, scope) is True for condition in wish.conditions):
        return False
    old = judge.value(wish.cell, scope)
    new: Value
    if wish.kind == "masses":
        if not isinstance(old, FiniteLaw):
            return False
        masses = []
        for outcome in old.outcomes:
            alone = Extent("enumeration", (outcome,), TRUE)
            masses.append(judge.value(wish.end, {**scope, wish.set_name: alone}))
        if not all(isinstance(mass, fmpq) and mass >= 0 for mass in masses) or sum(masses, fmpq(0)) != 1:
            return False
        new = FiniteLaw(old.outcomes, tuple(masses))
    else:
        new = programme.context.settled(judge.value(wish.end, scope))
        if not isinstance(old, fmpq) or not isinstance(new, fmpq):
            return False
        if (wish.kind == "most" and old <= new) or (wish.kind == "least" and old >= new):
            return False
    if new == old:
        return False
    _set(judge, wish.cell, scope, new)
    return True


def _set(judge: Evaluator, cell: Term, scope: Scope, new: Value) -> None:
    root = _root(cell)
    assert root is not None
    held = judge.names[root.text]
    if isinstance(cell, Name):
        judge.names[root.text] = new
    elif isinstance(held, Grown):
        assert isinstance(cell, Apply)
        held.known[judge.integer(cell.args[1], scope)] = new
    elif isinstance(held, Listed):
        assert isinstance(cell, Apply)
        place = judge.integer(cell.args[1], scope) - held.first
        judge.names[root.text] = Listed(held.first, (*held.items[:place], new, *held.items[place + 1 :]))
    elif isinstance(held, Tabulated):
        assert isinstance(cell, Apply)
        places = Tabulated(held.shape, tuple(range(prod(held.shape))), held.naturals)
        place = places.at(judge.arithmetic, [judge.value(arg, scope) for arg in cell.args[1:]])
        entries = (*held.entries[:place], new, *held.entries[place + 1 :])
        judge.names[root.text] = Tabulated(held.shape, entries, held.naturals)
    else:
        raise Unsupported(f"a value of `{root.text}`")
    # what was computed from the old value
    for kept in (judge.constants, judge.sequences, judge.calls, judge.conditionals):
        kept.clear()


__all__ = ["Wish", "mend", "wishes"]
