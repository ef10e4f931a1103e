"""Relations between probabilities and means at one instance, decided by sampling where that can decide them.

A relation is refuted when a wager against it reaches the level, held when a wager against its contrary does,
and undecided otherwise. See `docs/statistics.md` for what is never decided."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, subterms
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.evaluation import Scope
from boundkit.kernel.values import Absent, Exhausted, TooLarge, Unsupported
from boundkit.statistics import brackets as b
from boundkit.statistics.arithmetic import Number, as_bracket, decided, is_number
from boundkit.statistics.betting import Truncated, Wager
from boundkit.statistics.brackets import Bracket
from boundkit.statistics.integrals import INTEGRALS, Estimand, estimand_of
from boundkit.statistics.levels import zero_failure_text
from boundkit.statistics.sampler import Sampler, batches

FEW = 4096
"""Samples where none of those affordable could confirm the relation, so that only a gross violation shows."""
_ROUNDING = 2.0**-50
UNFORESEEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What an evaluation of values of an unforeseen kind may end in."""


@dataclass(frozen=True)
class Relation:
    """left <= right, at values of bound names; a `<` is read so too, since sampling cannot tell them apart.
    `certain` when it says that an event has probability 1; `shown` is how it was written."""

    left: Term
    right: Term
    scope: Scope
    shown: str
    certain: bool = False


@dataclass(frozen=True)
class Decision:
    """What sampling says of one relation.

    outcome: `refuted`, `held` or `undecided`. log_e: the logarithm of the e-value against it, when it was
    tested. draws: samples looked at; undecided: those whose number was NaN or not known. note: one line."""

    outcome: str
    log_e: float = 0.0
    draws: int = 0
    undecided: int = 0
    note: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a Decision is no truth value; ask for its outcome")


@dataclass(frozen=True)
class Levels:
    """When to stop: at the e-value 1/refute against a relation, at 1/hold against its contrary."""

    refute: float
    hold: float


def relations(sampler: Sampler, formula: Term, scope: Scope | None = None) -> Iterator[Relation]:
    """The relations of which a proposition is the conjunction. Raises Unsupported for any other."""
    scope = scope or {}
    if isinstance(formula, Bind) and formula.head == "forall":
        name = formula.variable.text
        elements = sampler.elements(formula.domain, scope)
        if elements is None:
            if name not in sampler.proposals:
                raise Unsupported(f"`forall {name} in {formula.domain}` without a proposed value")
            elements = iter((sampler.proposals[name],))
        for element in elements:
            yield from relations(sampler, formula.body, {**scope, name: element})
        return
    if not isinstance(formula, Apply):
        raise Unsupported(f"`{formula}`, on samples")
    args = formula.args
    match formula.head:
        case "true":
            return
        case "and":
            for part in args:
                yield from relations(sampler, part, scope)
        case "implies":
            yield from _implied(sampler, args[0], args[1], scope)
        case "with_probability":
            yield Relation(args[0], Apply("probability", (args[1],), REAL), scope, str(formula))
        case "almost_surely":
            yield Relation(ONE, Apply("probability", (args[0],), REAL), scope, str(formula), certain=True)
        case "<=" | "<":
            yield Relation(args[0], args[1], scope, str(formula))
        case "=":
            yield Relation(args[0], args[1], scope, str(formula))
            yield Relation(args[1], args[0], scope, str(formula))
        case _:
            raise Unsupported(f"`{formula.head}`, on samples")


def _implied(sampler: Sampler, premise: Term, conclusion: Term, scope: Scope) -> Iterator[Relation]:
    truth = sampler.truth(premise, scope)
    if isinstance(truth, bool):
        if truth:
            yield from relations(sampler, conclusion, scope)
        return
    raise Unsupported("an implication whose premise is not certain, on samples")


def decide(sampler: Sampler, relation: Relation, levels: Levels) -> Decision:
    """What sampling says of a relation at one instance. Never raises for what it cannot say."""
    try:
        with np.errstate(all="ignore"):
            aim = _aimed(sampler, relation)
            found = _compared(sampler, relation) if aim is None else _tested(sampler, aim, levels)
        if found.outcome == "held" and sampler.account.undefined:
            return replace(found, outcome="undecided", note="what is averaged is not defined on every sample")
        return found
    except (Absent, Undefined) as error:
        return Decision("undecided", note=f"undefined: {error}")
    except (Unsupported, Undecided, Exhausted) as error:
        return Decision("undecided", note=str(error))
    except UNFORESEEN as error:
        return Decision("undecided", note=f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class _Aim:
    """estimand <= bound when `upper`, else bound <= estimand."""

    estimand: Estimand
    scope: Scope
    bound: Bracket
    upper: bool
    relation: Relation


def _aimed(sampler: Sampler, relation: Relation) -> _Aim | None:
    """The relation solved for a mean that stands in it linearly; None when there is none."""
    for side, other, upper in ((relation.left, relation.right, True), (relation.right, relation.left, False)):
        if not _isolable(sampler, side):
            continue
        bound: Number = sampler.value(other, relation.scope)
        if not is_number(bound):
            raise Unsupported("a relation between values that are no numbers, on samples")
        term, scope = side, relation.scope
        while (estimand := estimand_of(term)) is None:
            term, bound, upper = _peeled(sampler, term, scope, bound, upper)
        return _Aim(estimand, scope, as_bracket(bound), upper, relation)
    return None


def _isolable(sampler: Sampler, term: Term) -> bool:
    """Whether a mean can be isolated in a term by moving what does not contain one to the other side."""
    if estimand_of(term) is not None:
        return True
    if isinstance(term, Name):
        definition = sampler.theorem.definition.get(term.text)
        constant = definition is not None and definition.style == "constant"
        return constant and definition is not None and _isolable(sampler, definition.clauses[0].body)
    if isinstance(term, Apply) and term.head in ("+", "-", "*", "neg"):
        inside = [arg for arg in term.args if _contains(sampler, arg)]
        return len(inside) == 1 and _isolable(sampler, inside[0])
    if isinstance(term, Apply) and term.head == "/":
        return not _contains(sampler, term.args[1]) and _isolable(sampler, term.args[0])
    return False


def _contains(sampler: Sampler, term: Term, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a mean or probability occurs in a term or in what it is defined by."""
    for part in subterms(term):
        if isinstance(part, Apply | Bind) and part.head in INTEGRALS:
            return True
        if isinstance(part, Name) and part.text in sampler.theorem.definition and part.text not in seen:
            clauses = sampler.theorem.definition[part.text].clauses
            if any(_contains(sampler, clause.body, seen | {part.text}) for clause in clauses):
                return True
    return False


def _peeled(
    sampler: Sampler, term: Term, scope: Scope, bound: Number, upper: bool
) -> tuple[Term, Number, bool]:
    """One step of `_aimed`: the part with the mean, what bounds it, and from which side."""
    if isinstance(term, Name):
        return sampler.theorem.definition[term.text].clauses[0].body, bound, upper
    assert isinstance(term, Apply)
    apply = sampler.arithmetic.apply
    place = next(k for k, arg in enumerate(term.args) if _contains(sampler, arg))
    inside = term.args[place]
    rest = [sampler.value(arg, scope) for k, arg in enumerate(term.args) if k != place]
    if not all(map(is_number, rest)):
        raise Unsupported("a relation between values that are no numbers, on samples")
    if term.head == "neg":
        return inside, apply("neg", (bound,)), not upper
    if term.head == "+":
        return inside, apply("-", (bound, rest[0] if len(rest) == 1 else apply("+", rest))), upper
    if term.head == "-":
        if place == 0:
            return inside, apply("+", (bound, rest[0])), upper
        return inside, apply("-", (rest[0], bound)), not upper
    factor = rest[0] if len(rest) == 1 else apply("*", rest)
    ends = as_bracket(factor)
    if not (ends.lo > 0 or ends.hi < 0):
        raise Unsupported("a factor whose sign is not certain, on samples")
    moved = apply("/" if term.head == "*" else "*", (bound, factor))
    return inside, moved, upper if ends.lo > 0 else not upper


def _tested(sampler: Sampler, aim: _Aim, levels: Levels) -> Decision:
    """A wager against the relation and one against its contrary, on the same samples."""
    low, high = sampler.range(aim.estimand, aim.scope)
    bound = aim.bound
    if np.isnan(bound.lo):
        return Decision("undecided", note="the other side is not defined")
    sampler.account.slips, sampler.account.slip = 0, 0.0
    sampler.batch(aim.estimand, aim.scope, 0, 4)
    slip = sampler.account.slip
    if not aim.upper:
        low, high, bound = -high, -low, b.negative(bound)
    against = _Side(low, high, float(bound.hi), slip)
    contrary = _Side(-high, -low, float(-bound.lo), slip) if np.isfinite(high - low) else None
    if against.wager is None:
        ends = "lower" if aim.upper else "upper"
        return Decision("undecided", note=f"no {ends} bound of what is averaged is known")
    refute, hold = -math.log(levels.refute), -math.log(levels.hold)
    seen = unknown = failures = 0
    most = sampler.most_samples
    if not aim.relation.certain and contrary is not None and contrary.best(most) < hold:
        most = min(most, FEW)
    for first, count in batches(most):
        sampler.account.slips, sampler.account.slip = 0, 0.0
        try:
            numbers = sampler.batch(aim.estimand, aim.scope, first, count)
        except TooLarge:
            break
        if sampler.account.slip > slip:
            raise Unsupported("inner means that come and go, on samples")
        lo, hi = (numbers.lo, numbers.hi) if aim.upper else (-numbers.hi, -numbers.lo)
        path = against.add(lo)
        unknown += int(np.count_nonzero(_not_known(aim.estimand, numbers)))
        failures += int(np.count_nonzero(lo > -1.0)) if aim.relation.certain else 0
        crossed = np.flatnonzero(path >= refute)
        if len(crossed):
            at = int(crossed[0])
            return Decision("refuted", float(path[at]), seen + at + 1, unknown)
        seen += count
        if contrary is not None and contrary.wager is not None:
            path = contrary.add(-hi)
            if np.any(path >= hold):
                return Decision("held", against.log, seen, unknown)
    if aim.relation.certain and seen and not failures and not unknown:
        return Decision("held", against.log, seen, 0, zero_failure_text(seen, "one"))
    bounded = np.isfinite(high - low)
    note = (
        f"{seen} draws do not decide it" if bounded else f"not refuted by {seen} draws of what is unbounded"
    )
    return Decision("undecided", against.log, seen, unknown, note)


def _not_known(estimand: Estimand, numbers: Bracket) -> Any:
    if estimand.head == "probability":
        return numbers.lo < numbers.hi
    return ~(np.isfinite(numbers.lo) & np.isfinite(numbers.hi))


class _Side:
    """Bets against `E[X] <= bound` for X in [low, high]: none when low is infinite, truncated when high is.
    `slip` is by how much the mean of what is observed, scaled to [0, 1], may exceed that of X."""

    def __init__(self, low: float, high: float, bound: float, slip: float) -> None:
        self.low, self.width = low, high - low
        self.wager: Wager | Truncated | None = None
        self.log = 0.0
        if np.isfinite(self.width):
            if self.width > 0:
                mean = (bound - low) / self.width
                self.wager = Wager(mean + abs(mean) * _ROUNDING + slip if bound >= low else -1.0)
            else:
                self.wager = Wager(1.0 if bound >= low else -1.0)
        elif np.isfinite(low) and slip == 0 and np.isfinite(bound):
            self.wager = Truncated((bound - low) * (1 + _ROUNDING)) if bound >= low else Wager(-1.0)

    def best(self, count: int) -> float:
        """The largest log capital that `count` values can lead to."""
        mean = self.wager.mean if isinstance(self.wager, Wager) else 1.0
        return math.inf if mean <= 0 else -count * math.log(min(mean, 1.0))

    def add(self, lower: Any) -> Any:
        """The log capital after each of the values X, of which lower ends are given."""
        assert self.wager is not None
        if isinstance(self.wager, Truncated):
            path = self.wager.add(np.maximum(lower - self.low, 0.0))
        elif self.width > 0 and np.isfinite(self.width):
            scaled = (lower - self.low) / self.width * (1 - _ROUNDING)
            path = self.wager.add(np.clip(scaled, 0.0, 1.0))
        else:
            path = self.wager.add(np.zeros(len(lower)))
        self.log = float(path[-1]) if len(path) else self.log
        return path


def _compared(sampler: Sampler, relation: Relation) -> Decision:
    """Both sides as brackets, from confidence sequences for the means in them."""
    low, high = (as_bracket(_number(sampler, side, relation)) for side in (relation.left, relation.right))
    truth = decided(sampler.arithmetic.compare("<=", low, high))
    account = sampler.account
    draws = sampler.most_samples if account.estimated else 0
    if np.all(truth.no):
        return Decision("refuted", -math.log(account.shares.alpha), draws, note="by confidence intervals")
    if account.closed and not account.estimated:
        return Decision("undecided", note="nothing in it was sampled")
    if np.all(truth.yes):
        return Decision("held", 0.0, draws)
    return Decision("undecided", 0.0, draws, note=f"{draws} draws do not decide it")


def _number(sampler: Sampler, term: Term, relation: Relation) -> Number:
    value = sampler.value(term, relation.scope)
    if not is_number(value):
        raise Unsupported("a relation between values that are no numbers, on samples")
    return value
