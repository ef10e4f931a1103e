"""Arguments of roots and logarithms, and divisors, that enclosures do not show to be in the domain: their
signs become facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.enclosures import require_defined
from boundkit.kernel.rational_functions import atoms_of
from boundkit.kernel.steps import Fact, Lemma
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One lemma, about an innermost such argument."""
    if _defined(goal.slack, goal):
        return GivenUp("")
    for argument, needed in undecided(goal.slack, goal):
        # What is positive is known to be so by all that follows: sqrt(u) may become a divisor.
        strict = needed or all(isinstance(atom, Name) for atom in atoms_of(argument))
        found = prove(replace(goal, slack=argument, strict=strict), effort)
        if found is None and strict and not needed:
            strict = False
            found = prove(replace(goal, slack=argument, strict=False), effort)
        if found is None:
            return GivenUp(f"it stays open whether all is defined: {argument} {'>' if strict else '>='} 0")
        fact = Fact(argument, "positive" if strict else "nonnegative")
        if fact in goal.facts:
            continue
        rest = prove(replace(goal, facts=(*goal.facts, fact)), effort)
        if rest is None:
            return GivenUp("")
        return Found(Lemma(argument, strict, found.step, rest.step), rest.argument)
    return GivenUp("")


def _defined(term: Term, goal: Goal) -> bool:
    try:
        require_defined(term, goal.box, goal.facts)
    except (Undecided, Undefined):
        return False
    return True


def undecided(term: Term, goal: Goal) -> Iterator[tuple[Term, bool]]:
    """Arguments whose sign is open while they are defined, and whether it must not be 0."""
    if not isinstance(term, Apply) or _defined(term, goal):
        return
    inner = [found for arg in term.args for found in undecided(arg, goal)]
    if inner:
        yield from inner
        return
    symbol = SYMBOLS.get(term.head)
    domain = symbol.domain if symbol else "total"
    if domain in ("positive", "nonnegative"):
        yield term.args[0], domain == "positive"
    elif domain in ("order and positive", "nonzero divisor"):
        yield term.args[1], True
    elif domain == "power":
        exponent = term.args[1]
        whole = isinstance(exponent, Number) and exponent.value > 0
        yield term.args[0], not whole
