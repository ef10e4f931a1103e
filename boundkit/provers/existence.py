"""What is known to exist, under new names: `exists x, A` among the facts, also under a `forall` for whose
variables there are names in scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from itertools import product as combinations

from boundkit.ir.sorts import PROP
from boundkit.ir.terms import Apply, Bind, Name, Term, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name
from boundkit.provers.disjunctions import opened, parts_of

MOST_CHOSEN = 4
"""New names that one goal may bring in, and values at which one fact is tried for each."""

Wrap = Callable[[c.Proof], c.Proof]
"""A proof where the names are fixed to one where they are not."""


def chosen(frame: Frame) -> tuple[Frame, list[Wrap]]:
    """The frame with a name for each thing that the facts say exists, with what they say of it part by part;
    and what turns a proof there into one in the frame itself, outermost first."""
    wraps: list[Wrap] = []
    pending = list(frame.facts)
    found = 0
    while pending:
        fact = pending.pop(0)
        for values in _values(frame, frame.facts[fact]):
            if found == MOST_CHOSEN:
                return frame, wraps
            try:
                exists = frame.instantiate(frame.facts[fact], values)
                assert isinstance(exists, Bind)
                inner, name = _named(frame, exists)
            except (Rejected, NotNormal, NotDefined, TooLarge):
                continue
            found += 1
            choice = f"choice of {name.text}"
            lines = parts_of(inner, choice)
            for line in lines:
                inner = inner.with_fact(line.name, line.claim)
            frame = inner
            wraps.append(partial(_obtained, fact, values, name.text, lines))
            pending.extend([choice, *(line.name for line in lines)])
    return frame, wraps


def _values(frame: Frame, formula: Term) -> Iterator[tuple[Term, ...]]:
    """Names in scope for the variables of a fact that says, for all their values, that something exists."""
    binders, core = opened(formula)
    if not (isinstance(core, Bind) and core.head == "exists"):
        return
    options = [
        [Name(text, sort) for text, sort in frame.sequent.names.items() if sort == binder.variable.sort]
        for binder in binders
    ]
    yield from islice(combinations(*options), MOST_CHOSEN)


def _named(frame: Frame, exists: Bind) -> tuple[Frame, Name]:
    name = Name(new_name(frame, exists.variable.text), exists.variable.sort)
    frame = frame.with_name(name)
    frame = frame.with_fact(f"range of {name.text}", Apply("in", (name, exists.domain), PROP))
    chosen_so = substitute(exists.body, {exists.variable.text: name})
    return frame.with_fact(f"choice of {name.text}", chosen_so), name


def _obtained(
    fact: str, values: tuple[Term, ...], name: str, lines: tuple[c.Line, ...], proof: c.Proof
) -> c.Proof:
    return c.Proof(c.Obtain(fact, values, name, c.Proof(proof.by, (*lines, *proof.lines))))
