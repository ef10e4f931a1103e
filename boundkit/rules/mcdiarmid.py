"""`by mcdiarmid from bdiff`: how far a function of an independent sample lies above its mean, from how much
one entry can change it (McDiarmid 1989)."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, Power, Sequence, SetOf, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, fresh_name, number, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.provers.tails import Misread, Tail, tail_of, whole
from boundkit.task import Licence, Rule, Task

MOST_BOUNDS = 4
"""Premises about differences that are tried."""


def _license(task: Task) -> Licence:
    law = task.laws.get("mcdiarmid")
    if law is None:
        return Licence(unsupported="the law `mcdiarmid` is not in the library")
    try:
        tail = tail_of(task.frame, task.goal, whole)
    except Misread as reason:
        return Licence(misused=str(reason))
    entry = Apply("everything", (), SetOf(tail.function.variable.sort.element))  # type: ignore[attr-defined]
    lines = _of_neighbours(task)
    for index, bound in list(_differences(task))[:MOST_BOUNDS]:
        line = task.law_line(law, _values(task, tail, index, bound), (), lines, {"Z": entry})
        if line is not None:
            return Licence((*lines, line))
    return Licence(
        missing="`forall i in 1..n, forall s : Z^n, forall z in Z, |f(replace(s, i, z)) - f(s)| <= c[i]`"
    )


def _values(task: Task, tail: Tail, index: Name, bound: Term) -> dict[str, Term]:
    """The holes of the law: the level is counted from the mean, V is the sum of the squares."""
    function, context = tail.function, task.frame.context()
    sample = Apply("^", (tail.law, tail.size), Distribution(function.variable.sort))
    mean = Bind("expectation", function.variable, sample, function.body, REAL)
    square = Apply("^", (bound, number(2)), REAL)
    places = Apply("range", (ONE, tail.size), SetOf(NAT))
    total = Bind("sum", index, places, square, REAL)
    every = Apply("everything", (), SetOf(NAT))
    return {
        "D": tail.law,
        "n": tail.size,
        "f": function,
        "c": Bind("function", index, every, bound, Sequence(REAL)),
        "V": context.canonical_term(total),
        "t": context.canonical_term(Apply("-", (tail.level, mean), REAL)),
    }


def _of_neighbours(task: Task) -> list[c.Line]:
    """What premises about neighbouring samples say of a sample and the same with one entry replaced."""
    lines: list[c.Line] = []
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions) | set(task.frame.taken)
    for name, formula in task.frame.facts.items():
        if not (isinstance(formula, Bind) and formula.head == "forall" and isinstance(formula.body, Bind)):
            continue
        first, second, core = formula.variable, formula.body.variable, formula.body.body
        sort = first.sort
        if not (isinstance(sort, Power) and second.sort == sort and isinstance(core, Apply)):
            continue
        if core.head != "implies" or core.args[0] != Apply("neighbours", (first, second), PROP):
            continue
        index = Name(fresh_name("i", taken), NAT)
        entry = Name(fresh_name("z", taken), sort.element)
        other = Apply("replace", (first, index, entry), sort)
        claim = substitute(core.args[1], {second.text: other})
        proof = c.Proof(c.Specialise(name, (first, other)))
        places = Apply("range", (ONE, sort.count), SetOf(NAT))
        every = Apply("everything", (), SetOf(sort.element))
        for own, domain in ((entry, every), (first, formula.domain), (index, places)):
            claim = Bind("forall", own, domain, claim, PROP)
            proof = c.Proof(c.Introduce(own.text, proof))
        line = task.checked(c.Line(task.fresh(f"{name} at an entry", lines), claim, proof.by), lines)
        if line is not None:
            lines.append(line)
    return lines


def _differences(task: Task) -> Iterator[tuple[Name, Term]]:
    """The bounds of differences that the premises state, as functions of the place of the entry."""
    named = dict(task.reason.named)
    if "c" in named and is_numeric(named["c"].sort):
        yield Name("i", NAT), named["c"]
    for formula in task.frame.facts.values():
        core, index, samples = formula, Name("i", NAT), False
        bound: set[str] = set()
        while isinstance(core, Bind) and core.head == "forall":
            if core.variable.sort in (NAT, INT):
                index = core.variable
            else:
                bound.add(core.variable.text)
                samples = samples or isinstance(core.variable.sort, Power)
            core = core.body
        if isinstance(core, Apply) and core.head == "implies":
            core = core.args[1]
        if not (samples and isinstance(core, Apply) and core.head == "<="):
            continue
        right = _constant(core, bound)
        if right is not None:
            yield index, right


def _constant(core: Apply, bound: set[str]) -> Term | None:
    """The part of `F(s') <= F(s) + c` or `F(s') - F(s) <= c` that mentions neither sample nor entry."""
    right = core.args[1]
    if not right.free & bound:
        return right
    if isinstance(right, Apply) and right.head == "+":
        free = [arg for arg in right.args if not arg.free & bound]
        if len(free) == 1 and not any(isinstance(part, Bind) for part in subterms(free[0])):
            return free[0]
    return None


mcdiarmid = Rule(
    name="mcdiarmid",
    needs="`forall i in 1..n, forall s : Z^n, forall z in Z, |f(replace(s, i, z)) - f(s)| <= c[i]`",
    says="`Pr[f(S) - E[f(S)] >= t] <= exp(-2*t^2/V)` for t >= 0 and V the sum of the c[i]^2.",
    misuse="two tails at once, differences of another function, entries that are not independent",
    level="S",
    reference="McDiarmid 1989, lemma 1.2",
    license=_license,
)
