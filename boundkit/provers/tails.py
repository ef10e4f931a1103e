"""Events about averages of a sample, read by their normal form: which sum over the sample an event compares
with what, and between which bounds a function of one outcome lies. What is read is proved later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL, Function, SetOf, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, number, relation, substitute
from boundkit.kernel.chance import negated
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.coordinates import at_place, coordinates, power_of
from boundkit.kernel.facts import candidates
from boundkit.kernel.judge import Frame
from boundkit.kernel.matching import match
from boundkit.kernel.normal import to_term
from boundkit.kernel.polynomials import NIL, Atom, Monomial, Polynomial, TooLarge
from boundkit.kernel.sums import depends
from boundkit.provers.chances import new_name

NEW = re.compile(r"#\w+'*")
"""Names that contexts give."""

TWO_SIDED = "the event has two tails; bound each of them, and add them up by `union`"
UNIFORM = "the event is about all or some of many functions at once; this is about one that is fixed"


class Misread(Exception):
    """An event that is not about the average of a function that is fixed before the sample; says why."""


@dataclass(frozen=True)
class Tail:
    """`sum_{i=1..n} g(S[i]) >= level` for a sample of `law ^ size`: `function` is n*g, whose average is the
    sum, and the level does not depend on the sample."""

    law: Term
    size: Term
    function: Bind
    level: Term


Read = Callable[[Polynomial, Name, tuple[Term, Term], Context], Tail]
"""How `slack >= 0` is read at an outcome of a sample, given the law of an entry and the size."""


def tail_of(frame: Frame, goal: Term, read: Read | None = None) -> Tail:
    """The tail that a bound of a probability is about: its event, or for `c <= Pr[A]` the complement; of a
    sum over the sample unless it is `read` otherwise. Raises `Misread`."""
    read = read or affine
    if not (isinstance(goal, Apply) and goal.head in ("<=", "<")):
        raise Misread("the goal is no bound of a probability")
    for side, lower in ((goal.args[0], False), (goal.args[1], True)):
        if isinstance(side, Bind) and side.head == "probability":
            name = Name(new_name(frame, side.variable.text), side.variable.sort)
            event = substitute(side.body, {side.variable.text: name})
            return _of_event(frame, negated(event) if lower else event, name, side.domain, read)
    raise Misread("the goal is no bound of a probability")


@dataclass(frozen=True)
class Uniform:
    """`with probability level, for all parameters in a finite domain, the average of function(parameter, .)
    deviates from its mean by ...`: the parameter, its domain, and the tail at one value of it."""

    level: Term
    parameter: Name
    domain: Term
    tail: Tail


def uniform_of(frame: Frame, goal: Term) -> Uniform:
    """What `c <= Pr_{S ~ D^n}[forall h in H, |E f(h, z) - (1/n) sum f(h, S[i])| <= r]` is about, or the same
    without the absolute value. Raises `Misread`."""
    chance = goal.args[1] if isinstance(goal, Apply) and goal.head == "<=" else None
    if not (isinstance(chance, Bind) and chance.head == "probability"):
        raise Misread("the goal is no `with prob >= ...`")
    assert isinstance(goal, Apply)
    law, event = chance.domain, chance.body
    if not (isinstance(event, Bind) and event.head == "forall"):
        raise Misread("the event is not about all elements of a class")
    if event.domain.free & {chance.variable.text}:
        raise Misread(f"`{event.domain}` depends on the sample")
    if not (
        isinstance(event.domain, Name) and isinstance(event.domain.sort, SetOf) and event.domain.sort.finite
    ):
        raise Misread(f"`{event.domain}` is not known to be finite")
    power = power_of(law)
    if power is None:
        raise Misread("the probability is not over a sample `S ~ D^n` of independent entries")
    parameter = Name(new_name(frame, event.variable.text), event.variable.sort)
    inner = frame.with_name(parameter)
    sample = Name(new_name(inner, chance.variable.text), chance.variable.sort)
    body = substitute(event.body, {chance.variable.text: sample, event.variable.text: parameter})
    if not (isinstance(body, Apply) and body.head in ("<=", "<") and is_numeric(body.args[0].sort)):
        raise Misread("the event does not compare two numbers")
    context = inner.at_outcome(sample, law).context()
    try:
        slack = context.normal(body.args[0]) - context.normal(body.args[1])
        return Uniform(
            goal.args[0],
            parameter,
            event.domain,
            affine(_bare(slack, sample, context), sample, power, context),
        )
    except (NotNormal, TooLarge) as failure:
        raise Misread(f"the event has no normal form: {failure}") from None


def _bare(slack: Polynomial, sample: Name, context: Context) -> Polynomial:
    """What stands under the absolute value that mentions the sample, else the slack."""
    for monomial, coefficient in slack.terms.items():
        if len(monomial) == 1 and monomial[0][1] == 1 and coefficient > 0:
            term = monomial[0][0].term
            if isinstance(term, Apply) and term.head == "abs" and sample.text in term.free:
                return context.normal(term.args[0]).scaled(coefficient)
    return slack


def _of_event(frame: Frame, event: Term, sample: Name, law: Term, read: Read) -> Tail:
    if isinstance(event, Bind):
        raise Misread(UNIFORM)
    if isinstance(event, Apply) and event.head == "or":
        raise Misread(TWO_SIDED)
    if isinstance(event, Apply) and event.head == "and":
        reasons = []
        for part in event.args:
            try:
                return _of_event(frame, part, sample, law, read)
            except Misread as reason:
                reasons.append(reason)
        raise reasons[0]
    if not (isinstance(event, Apply) and event.head in ("<=", "<") and is_numeric(event.args[0].sort)):
        raise Misread("the event does not compare two numbers")
    power = power_of(law)
    if power is None:
        raise Misread("the probability is not over a sample `S ~ D^n` of independent entries")
    inner = frame.at_outcome(sample, law)
    context = inner.context()
    try:
        slack = context.normal(event.args[1]) - context.normal(event.args[0])
        for gap in _opened(slack, sample, context):
            return read(gap, sample, power, context)
    except (NotNormal, TooLarge) as failure:
        raise Misread(f"the event has no normal form: {failure}") from None
    raise Misread("the event does not depend on the sample")


def _opened(slack: Polynomial, sample: Name, context: Context) -> Iterator[Polynomial]:
    """The slack, or for a maximum in it, the slack with the part of it that varies."""
    for monomial, coefficient in slack.terms.items():
        if len(monomial) != 1 or monomial[0][1] != 1:
            continue
        term = monomial[0][0].term
        if sample.text not in term.free or not isinstance(term, Apply):
            continue
        if term.head == "abs" and coefficient > 0:
            raise Misread(TWO_SIDED)
        if term.head in ("max", "min"):
            varying = [arg for arg in term.args if sample.text in arg.free]
            if len(varying) > 1 and (term.head == "max") == (coefficient > 0):
                raise Misread(TWO_SIDED)
            rest = Polynomial({m: v for m, v in slack.terms.items() if m != monomial})
            for arg in varying:
                yield from _opened(context.normal(arg).scaled(coefficient) + rest, sample, context)
            return
    yield slack


def affine(slack: Polynomial, sample: Name, power: tuple[Term, Term], context: Context) -> Tail:
    """`slack >= 0` as a tail: the slack is a sum over the sample and a rest that does not depend on it."""
    base, size = power
    rest, total = NIL, NIL
    outcome = Name(f"{sample.text}_1", base.sort.element)  # type: ignore[attr-defined]
    count = context.normal(size)
    for monomial, coefficient in slack.terms.items():
        whole = Polynomial({monomial: coefficient})
        if sample.text not in to_term(whole).free:
            rest = rest + whole
            continue
        varying = _varying(monomial, sample)
        term = varying[0][0].term
        if len(varying) > 1 or varying[0][1] != 1 or not (isinstance(term, Bind) and term.head == "sum"):
            raise Misread(_chosen_later(to_term(Polynomial({varying: Fraction(1)})), sample))
        domain = term.domain
        ends = isinstance(domain, Apply) and domain.head == "range"
        if not ends or canonical(domain.args[1]) != canonical(to_term(count)):  # type: ignore[attr-defined]
            raise Misread(f"`{_plain(term, sample)}` is not over the whole sample")
        places = coordinates(term.body, sample.text)
        if places is None or list(places) != [canonical(term.variable)]:
            raise Misread(_chosen_later(term.body, sample))
        value = at_place(term.body, sample.text, term.variable, outcome)
        if term.variable.text in value.free:
            raise Misread(f"`{_plain(term.body, sample)}` is another function at each place")
        factor = Polynomial({tuple(p for p in monomial if p != varying[0]): coefficient})
        scaled = Apply("*", (to_term(factor), value), REAL)
        total = total + context.normal(Apply("*", (size, scaled), REAL))
    if not total.terms:
        raise Misread("the event does not depend on the sample")
    everything = Apply("everything", (), SetOf(outcome.sort))
    sort = Function((outcome.sort,), REAL)
    function = Bind("function", outcome, everything, to_term(total), sort)
    return Tail(base, size, function, to_term(-rest))


def whole(slack: Polynomial, sample: Name, power: tuple[Term, Term], context: Context) -> Tail:
    """`slack >= 0` as a tail of all that varies in it: `function` is of the whole sample."""
    moving = Polynomial({m: v for m, v in slack.terms.items() if _varying(m, sample)})
    if not moving.terms:
        raise Misread("the event does not depend on the sample")
    everything = Apply("everything", (), SetOf(sample.sort))
    function = Bind("function", sample, everything, to_term(moving), Function((sample.sort,), REAL))
    return Tail(*power, function, to_term(moving - slack))


def _varying(monomial: Monomial, name: Name) -> Monomial:
    """The powers in a product that mention a name."""
    return tuple(pair for pair in monomial if depends(pair, name.text))


def _chosen_later(term: Term, sample: Name) -> str:
    return f"`{_plain(term, sample)}` depends on the whole sample, it is no function fixed before the draw"


def _plain(term: Term, sample: Name) -> str:
    """A term for messages, with the sample called S and other new names z."""
    shown = str(substitute(term, {sample.text: Name("S", sample.sort)}) if "S" not in term.free else term)
    return NEW.sub("z", shown)


def bounds_of(frame: Frame, function: Bind, law: Term) -> tuple[Term, Term] | None:
    """Terms between which the values of a function at outcomes of a law lie, from the facts about its parts;
    None when a part has no bound."""
    outcome = Name(new_name(frame, function.variable.text), function.variable.sort)
    context = frame.at_outcome(outcome, law).context()
    try:
        whole = context.normal(substitute(function.body, {function.variable.text: outcome}))
        low: Term = number(0)
        high: Term = number(0)
        for monomial, coefficient in whole.terms.items():
            varying = _varying(monomial, outcome)
            factor = to_term(Polynomial({tuple(p for p in monomial if p not in varying): coefficient}))
            ends: tuple[Term, Term] | None = (number(1), number(1))
            if varying:
                ends = _ends(varying, outcome, context)
            if ends is None:
                return None
            if not context.holds(relation("<=", number(0), factor)):
                ends = ends[1], ends[0]
            low = Apply("+", (low, Apply("*", (factor, ends[0]), REAL)), REAL)
            high = Apply("+", (high, Apply("*", (factor, ends[1]), REAL)), REAL)
        return context.canonical_term(low), context.canonical_term(high)
    except (NotNormal, TooLarge):
        return None


def _ends(varying: Monomial, outcome: Name, context: Context) -> tuple[Term, Term] | None:
    """Bounds of a product: of one atom those that facts give, of several when all lie in [0, 1]."""
    found: list[tuple[Term, Term]] = []
    for atom, exponent in varying:
        known = context.bounds(atom)
        low: Term | None = None if known.lower is None else number(known.lower)
        high: Term | None = None if known.upper is None else number(known.upper)
        if exponent == 1:
            low = low if low is not None else _stated(atom, outcome, context, -1)
            high = high if high is not None else _stated(atom, outcome, context, 1)
            if low is None or high is None:
                low, high = _of_size(atom, outcome, context)
        elif not isinstance(exponent, int) or exponent < 0 or known.lower != 0 or known.upper != 1:
            return None
        if low is None or high is None:
            return None
        found.append((low, high))
    if len(found) == 1:
        return found[0]
    unit = (canonical(number(0)), canonical(number(1)))
    return found[0] if all((canonical(low), canonical(high)) == unit for low, high in found) else None


def _of_size(atom: Atom, outcome: Name, context: Context) -> tuple[Term, Term] | tuple[None, None]:
    """Bounds of an atom from one of its absolute value."""
    size = Atom(Apply("abs", (atom.term,), REAL))
    known = context.bounds(size).upper
    most = number(known) if known is not None else _stated(size, outcome, context, 1)
    return (None, None) if most is None else (Apply("neg", (most,), REAL), most)


def _stated(atom: Atom, outcome: Name, context: Context, side: int) -> Term | None:
    """An upper (`side` 1) or lower (-1) bound of an atom that a fact states, free of the outcome."""
    alone = ((atom, 1),)
    for slack in _slacks(atom, context):
        coefficient = slack.terms.get(alone)
        if coefficient is None or coefficient * side > 0:
            continue
        rest = Polynomial({m: v for m, v in slack.terms.items() if m != alone}).scaled(-1 / coefficient)
        bound = to_term(rest)
        if outcome.text not in bound.free:
            return bound
    return None


def _slacks(atom: Atom, context: Context) -> Iterator[Polynomial]:
    """Polynomials that facts say are not negative, and that mention the atom."""
    for fact in context.facts:
        yield fact.slack
    for universal in context.universals:
        names = [variable.text for variable, _ in universal.variables]
        left, right = universal.formula.args  # type: ignore[attr-defined]
        for part in (left, right):
            for pattern in candidates(part):
                values = match(pattern, atom.term, names)
                if values is None or set(values) != set(names) or not context.admits(universal, values):
                    continue
                low, high = (substitute(end, values) for end in (left, right))
                if is_numeric(low.sort) and is_numeric(high.sort):
                    yield context.normal(high) - context.normal(low)
