"""Relations between expectations of variables in [0, 1], from the same relation at every level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product as choices

from boundkit.ir.sorts import PROP, REAL, Distribution, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.levels import at_level, in_unit, unit_levels
from boundkit.kernel.matching import match
from boundkit.provers.chances import new_name

MOST_INSTANCES = 16
"""Instances of one premise for all sets that are looked at."""

Search = Callable[[Frame, Term], c.Proof | None]
Accepted = Callable[[Frame, Term, c.Proof], bool]


def prove_levels(frame: Frame, goal: Apply, search: Search, holds: Accepted) -> c.Proof | Term | None:
    """A proof of a relation affine in expectations by their levels; what of its variables could not be
    shown to lie in [0, 1], when that is what is missing; or None."""
    level = Name(new_name(frame, "u"), REAL)
    means: list[Bind] = []
    try:
        inner = frame.with_name(level)
        inner = inner.with_fact(f"range of {level.text}", Apply("in", (level, unit_levels()), PROP))
        left, right = (at_level(side, level, means) for side in goal.args)
    except Rejected:
        return None
    if not means:
        return None
    outcome = new_name(frame, "g")
    bounds = []
    for mean in means:
        at = Name(outcome, mean.variable.sort)
        wanted = in_unit(substitute(mean.body, {mean.variable.text: at}))
        try:
            own = search(frame.at_outcome(at, mean.domain), wanted)
        except Rejected:
            own = None
        if own is None:
            return in_unit(mean.body)
        bounds.append(own)
    lines: list[c.Line] = []
    whole = relation(goal.head, left, right)
    for name, formula in frame.facts.items():
        for values, claim in _instances(formula, whole):
            label = fresh_name(f"{name} at a level", set(inner.facts))
            line = c.Line(label, claim, c.Specialise(name, values))
            if holds(inner, claim, c.Proof(line.by)):
                inner = inner.with_fact(label, claim)
                lines.append(line)
    proof = search(inner, whole)
    if proof is None:
        return None
    proof = c.Proof(proof.by, (*lines, *proof.lines))
    return c.Proof(c.Levels(outcome, level.text, tuple(bounds), proof))


def level_sets(whole: Term) -> list[Term]:
    """The events of the probabilities in a relation, each as the set of outcomes where it happens."""
    found: dict[Term, None] = {}
    for part in subterms(whole):
        if isinstance(part, Bind) and part.head == "probability":
            sort = part.variable.sort
            body = Apply("and_where", (part.variable, part.body), sort)
            everything = Apply("everything", (), SetOf(sort))
            found.setdefault(Bind("set", part.variable, everything, body, SetOf(sort)))
    return list(found)


def _instances(formula: Term, whole: Term) -> Iterator[tuple[tuple[Term, ...], Term]]:
    """A fact for all sets at the level sets of a relation, its other variables found from the laws there."""
    variables: list[Name] = []
    core = formula
    while True:
        if isinstance(core, Bind) and core.head == "forall":
            variables.append(core.variable)
            core = core.body
        elif isinstance(core, Apply) and core.head == "implies":
            core = core.args[1]
        else:
            break
    sets = [v for v in variables if isinstance(v.sort, SetOf)]
    if len(sets) != 1 or not (isinstance(core, Apply) and core.head in ("<=", "=", "<")):
        return
    own, others = sets[0], [v.text for v in variables if v is not sets[0]]
    patterns = [p.domain for p in subterms(core) if isinstance(p, Bind) and p.head == "probability"]
    laws = [
        p.domain
        for p in subterms(whole)
        if isinstance(p, Bind) and p.head == "probability" and isinstance(p.domain.sort, Distribution)
    ]
    count = 0
    for chosen in choices(laws, repeat=len(patterns)):
        values: dict[str, Term] | None = {}
        for pattern, law in zip(patterns, chosen, strict=True):
            values = match(pattern, law, others, values)
            if values is None:
                break
        if values is None or set(values) != set(others):
            continue
        for level_set in level_sets(whole):
            if level_set.sort != own.sort or count >= MOST_INSTANCES:
                continue
            count += 1
            done = {**values, own.text: level_set}
            yield tuple(done[v.text] for v in variables), substitute(core, done)
