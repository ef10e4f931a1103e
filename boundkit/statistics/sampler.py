"""Terms evaluated on samples of their draws, and the means and probabilities in them enclosed.

A probability, mean or variance that stands inside another term is never replaced by an estimate. It becomes
a bracket: its closed form where there is one (`moments`), else a confidence sequence with a share of the
error probability, or, where it differs from sample to sample, an interval of its own for each, whose error
probability is added to the mean that the outer test is about (`slip`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import Distribution, Matrix
from boundkit.ir.terms import Apply, Bind, Term, digest
from boundkit.ir.theorems import Theorem
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Absent, Extent, Grid, Listed, TooLarge, Truth, Unsupported, Value, column
from boundkit.statistics import brackets as b
from boundkit.statistics import quantiles
from boundkit.statistics.arithmetic import Samples, as_bracket, decided, is_number
from boundkit.statistics.brackets import Bracket
from boundkit.statistics.confidence import ConfidenceSequence, hoeffding_radius
from boundkit.statistics.integrals import Estimand, estimand_of, mentioned
from boundkit.statistics.levels import Shares, level
from boundkit.statistics.moments import closed_form
from boundkit.statistics.streams import WHOLE, Stream

INNER = 256
"""Inner samples for each outer one."""
INNER_LEVEL = 2.0**-13
"""The error probability of all inner intervals of one outer sample together."""
MOST_FACTORS = 4096
KNOWN = frozenset(
    {*SYMBOLS, "call", "index", "if", "inner", "card", "norm", "norm_1", "norm_inf", "norm_fro"}
    | {"transpose", "identity", "zero", "blocks", "basis", "sum", "prod", "min", "max", "sup", "inf", "avg"}
    | {"range", "closed", "open", "left_open", "right_open", "enumeration", "everything", "ball"}
)
"""Heads of terms whose value is exact or enclosed on both sides: no search, no bound from one side."""
PROPOSITIONS = frozenset(
    {"true", "false", "and", "or", "not", "implies", "iff", "in", "<=", "<", "=", "!=", "forall", "exists"}
)
FIRST_BATCH = 256


@dataclass
class Account:
    """What sampling costs and meets: numbers drawn and how many may be; shares of the error probability; the
    slip of the batch that is being evaluated and how many intervals it is made of; estimates and closed forms
    that were used; samples on which what is averaged is undefined."""

    shares: Shares
    most_numbers: int
    numbers: int = 0
    slips: int = 0
    slip: float = 0.0
    estimated: int = 0
    closed: int = 0
    undefined: int = 0


class Sampler(Evaluator):
    """The evaluator over samples. `places` are those of the samples that are being evaluated; None where no
    draw has a value yet; `whole` when each draw has its whole range for a value."""

    arithmetic: Samples

    def __init__(
        self,
        theorem: Theorem,
        names: Mapping[str, Value],
        proposals: Mapping[str, Value],
        stream: Stream,
        account: Account,
        most_samples: int,
        budget: int = 400_000,
    ) -> None:
        super().__init__(theorem, Samples(), names, proposals, budget)
        self.stream = stream
        self.account = account
        self.most_samples = most_samples
        self.places: tuple[int, int] | None = None
        self.whole = False
        self.inner = False
        self.kept: dict[Any, Bracket] = {}

    def value(self, term: Term, scope: Scope) -> Value:
        estimand = estimand_of(term)
        if estimand is not None:
            return self._enclosed(estimand, scope)
        if isinstance(term, Apply | Bind) and term.head not in KNOWN:
            raise Unsupported(f"`{term.head}`, on samples")
        if isinstance(term, Bind) and self.elements(term.domain, scope) is None:
            raise Unsupported(f"`{term.head}` over `{term.domain}`, on samples")
        return super().value(term, scope)

    def truth(self, term: Term, scope: Scope) -> Truth:
        if isinstance(term, Apply | Bind) and term.head not in PROPOSITIONS:
            raise Unsupported(f"`{term.head}`, on samples")
        if isinstance(term, Bind) and isinstance(term.variable.sort, Distribution):
            raise Unsupported(f"`{term.head}` over laws, on samples")
        return super().truth(term, scope)

    def under(self, names: Mapping[str, Value]) -> Sampler:
        """An evaluator in which further names have values. It asks its parent for nothing, since the samples
        at which definitions are evaluated may differ."""
        child = super().under(names)
        assert isinstance(child, Sampler)
        child.parent = None
        return child

    def batch(self, estimand: Estimand, scope: Scope, first: int, count: int) -> Bracket:
        """The numbers of which the estimand is the mean, on samples first, ..., first + count - 1."""
        child = self.under({})
        child.places = (first, count)
        found = child._numbers(estimand, scope)
        return Bracket(np.broadcast_to(found.lo, (count,)), np.broadcast_to(found.hi, (count,)))

    def range(self, estimand: Estimand, scope: Scope) -> tuple[float, float]:
        """Bounds of those numbers, by interval arithmetic; infinite where there are none."""
        if estimand.head == "probability":
            return 0.0, 1.0
        child = self.under({})
        child.whole = True
        found = child._numbers(estimand, scope)
        low, high = float(found.lo), float(found.hi)
        return (-np.inf if np.isnan(low) else low), (np.inf if np.isnan(high) else high)

    def _numbers(self, estimand: Estimand, scope: Scope) -> Bracket:
        """On this evaluator's samples. A variance is the mean of (X - X')^2/2 for an independent copy X'."""
        if estimand.head != "variance":
            return self._once(estimand, scope, "")
        difference = self.arithmetic.apply(
            "-", (self._once(estimand, scope, ""), self._once(estimand, scope, "'"))
        )
        square = self.arithmetic.apply("*", (difference, difference))
        return as_bracket(self.arithmetic.apply("/", (square, self.arithmetic.rational(Fraction(2)))))

    def _once(self, estimand: Estimand, scope: Scope, copy: str) -> Bracket:
        label = f"{digest(estimand.term)}{copy}"
        if estimand.bind is not None:
            name = estimand.bind.variable.text
            drawn = self._draw(estimand.bind.domain, scope, f"{label}|{name}")
            child, inner = self, {**scope, name: drawn}
        else:
            child, inner = self._with_draws(estimand.body, scope, label), dict(scope)
        if estimand.head == "probability":
            truth = decided(child.truth(estimand.body, inner))
            return Bracket(np.where(truth.yes, 1.0, 0.0), np.where(truth.no, 0.0, 1.0))
        value = child.value(estimand.body, inner)
        if not is_number(value):
            raise Unsupported("the mean of what is no number, on samples")
        found = as_bracket(value)
        if not self.whole:
            self.account.undefined += int(np.count_nonzero(np.isnan(found.lo)))
        return found

    def _with_draws(self, body: Term, scope: Scope, label: str) -> Sampler:
        """An evaluator in which the draws that a term depends on have values, each after those in its law."""
        needed = mentioned(self.theorem, body, frozenset(scope))
        child: Sampler = self
        for declaration in self.theorem.declarations:
            name = declaration.name.text
            if declaration.kind == "draw" and name in needed:
                if declaration.law is None:
                    raise Unsupported(f"the law of `{name}`, which may be any")
                drawn = child._draw(declaration.law, {}, f"{label}|{name}")
                child = child.under({name: drawn})
        return child

    def _cells(self, label: str) -> Bracket:
        if self.whole:
            return WHOLE
        assert self.places is not None
        first, count = self.places
        self.account.numbers += count * (INNER if self.inner else 1)
        if self.account.numbers > self.account.most_numbers:
            raise TooLarge(f"more than {self.account.most_numbers} random numbers")
        if not self.inner:
            return self.stream.cells(label, first, count)
        found = self.stream.cells(label, first * INNER, count * INNER)
        return Bracket(found.lo.reshape(count, INNER).T, found.hi.reshape(count, INNER).T)

    def _draw(self, law: Term, scope: Scope, label: str) -> Value:
        """Samples of a law. Raises Unsupported for one that is not known here."""
        if not isinstance(law, Apply):
            value = self.value(law, scope)
            if isinstance(value, FiniteLaw):
                return quantiles.among(value.outcomes, value.weights, self._cells(label))
            raise Unsupported(f"the law `{law}` on samples")
        if law.head == "^":
            count = self.integer(law.args[1], scope)
            if not 0 <= count <= MOST_FACTORS:
                raise Unsupported(f"a power of a law with exponent {count}, on samples")
            items = tuple(self._draw(law.args[0], scope, f"{label}[{k}]") for k in range(1, count + 1))
            sort = law.sort
            vector = isinstance(sort, Distribution) and isinstance(sort.element, Matrix)
            return column(items) if vector else Listed(1, items)
        if law.head == "uniform":
            return self._uniform(law, scope, label)
        if law.head not in quantiles.LAWS:
            raise Unsupported(f"the law `{law}` on samples")
        known = quantiles.LAWS[law.head]
        parameters = [self.value(argument, scope) for argument in law.args]
        if any(isinstance(parameter, Grid) for parameter in parameters):
            return self._normal_vector(law, parameters, label)
        return known.quantile(known.checked(parameters, law.head), self._cells(label))

    def _uniform(self, law: Apply, scope: Scope, label: str) -> Bracket:
        extent = self.extent(law.args[0], scope)
        if extent.kind in ("closed", "open", "left_open", "right_open") and None not in extent.parts:
            low, high = extent.parts
            if self.arithmetic.compare("<=", low, high) is False:
                raise Absent("the uniform law on an empty interval")
            return quantiles.LAWS["uniform"].quantile((low, high), self._cells(label))
        outcomes = self._listed(extent)
        share = self.arithmetic.rational(Fraction(1, len(outcomes)))
        return quantiles.among(outcomes, [share] * len(outcomes), self._cells(label))

    def _listed(self, extent: Extent) -> list[Value]:
        if extent.kind == "range":
            first, last = extent.parts
            found = [self.arithmetic.rational(Fraction(place)) for place in range(first, last + 1)]
        elif extent.kind == "enumeration" and all(map(is_number, extent.parts)):
            found = list(extent.parts)
        else:
            raise Unsupported(f"the uniform law on `{extent.term}`, on samples")
        if not found:
            raise Absent("the uniform law on an empty set")
        return found

    def _normal_vector(self, law: Apply, parameters: list[Value], label: str) -> Grid:
        mean, covariance = parameters
        if law.head != "normal" or not isinstance(mean, Grid) or not isinstance(covariance, Grid):
            raise Unsupported(f"the law `{law}` on samples")
        size = mean.rows
        entries = []
        for place in range(size):
            row = covariance.row(place)
            others = (*row[:place], *row[place + 1 :])
            if not all(is_number(other) and other == 0 for other in others):
                raise Unsupported("a normal law with a covariance that is not diagonal, on samples")
            known = quantiles.LAWS["normal"]
            pair = known.checked((mean.entries[place], row[place]), law.head)
            entries.append(known.quantile(pair, self._cells(f"{label}[{place + 1}]")))
        return column(entries)

    def _enclosed(self, estimand: Estimand, scope: Scope) -> Bracket:
        if self.whole:
            return self._enclosed_whole(estimand, scope)
        closed = closed_form(self, estimand, scope)
        if closed is not None:
            self.account.closed += 1
            return as_bracket(closed)
        if self._varies(estimand, scope):
            return self._each(estimand, scope)
        given = sorted((name, str(scope[name])) for name in estimand.term.free if name in scope)
        key = (digest(estimand.term), tuple(given))
        if key not in self.kept:
            self.kept[key] = self._settled(estimand, scope)
        return self.kept[key]

    def _enclosed_whole(self, estimand: Estimand, scope: Scope) -> Bracket:
        """The range of a mean is within that of the numbers of which it is one."""
        child = self.under({})
        found = child._numbers(estimand, scope)
        return Bracket(
            np.where(np.isnan(found.lo), -np.inf, found.lo), np.where(np.isnan(found.hi), np.inf, found.hi)
        )

    def _varies(self, estimand: Estimand, scope: Scope) -> bool:
        """Whether the estimand differs from sample to sample."""
        names = mentioned(self.theorem, estimand.term, frozenset(scope))
        values = [scope[name] for name in estimand.term.free if name in scope]
        if estimand.bind is not None:
            values += [self.names[name] for name in names if name in self.names]
        return any(any(number.varies for number in _brackets(value)) for value in values)

    def _each(self, estimand: Estimand, scope: Scope) -> Bracket:
        """An interval for each outer sample from INNER inner ones, by Hoeffding's inequality. The numbers
        are bounded given the outer sample; where they are not, their range is the answer."""
        if self.inner or self.places is None:
            raise Unsupported("means inside means inside means, on samples")
        child = self.under({})
        child.whole = True
        bounds = child._numbers(estimand, scope)
        low, high = np.broadcast_arrays(bounds.lo, bounds.hi)
        low = np.where(np.isnan(low), -np.inf, low)
        high = np.where(np.isnan(high), np.inf, high)
        if not np.any(np.isfinite(high - low)):
            return Bracket(low, high)
        self.account.slips += 1
        share = level(INNER_LEVEL, self.account.slips)
        self.account.slip += share
        child = self.under({})
        child.inner = True
        found = child._numbers(estimand, scope)
        unknown = np.isnan(found.lo)
        lo = np.mean(np.where(unknown, low, np.maximum(found.lo, low)), axis=0)
        hi = np.mean(np.where(unknown, high, np.minimum(found.hi, high)), axis=0)
        radius = hoeffding_radius(low, high, INNER, share)
        near = b.widened(lo - radius, hi + radius, 2.0**-40)
        return Bracket(
            np.where(np.isnan(near.lo), low, np.maximum(near.lo, low)),
            np.where(np.isnan(near.hi), high, np.minimum(near.hi, high)),
        )

    def _settled(self, estimand: Estimand, scope: Scope) -> Bracket:
        """A confidence sequence for a number that is the same for every sample, at `most_samples`."""
        base = self._outside()
        low, high = base.range(estimand, scope)
        if not np.isfinite(high - low):
            return Bracket(np.float64(low), np.float64(high))
        self.account.estimated += 1
        sequence = ConfidenceSequence(low, high, self.account.shares.next())
        slip = 0.0
        with self._own_slip() as account:
            for first, count in batches(self.most_samples):
                account.slips, account.slip = 0, 0.0
                numbers = base.batch(estimand, scope, first, count)
                sequence.add(numbers.lo, numbers.hi)
                slip = max(slip, account.slip)
        lo, hi = sequence.interval()
        spread = slip * (high - low)
        return b.widened(np.float64(max(lo - spread, low)), np.float64(min(hi + spread, high)), 2.0**-40)

    def _outside(self) -> Sampler:
        """This evaluator before any draw had a value."""
        base = self.under({})
        base.places, base.inner = None, False
        return base

    def _own_slip(self) -> _Aside:
        return _Aside(self.account)


class _Aside:
    """Puts the slip of an account aside within a `with` block."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def __enter__(self) -> Account:
        self.kept = self.account.slips, self.account.slip
        return self.account

    def __exit__(self, *failure: object) -> None:
        self.account.slips, self.account.slip = self.kept


def batches(most: int) -> Iterator[tuple[int, int]]:
    """First places and counts of batches that double, with `most` samples in all."""
    first, count = 0, FIRST_BATCH
    while first < most:
        count = min(count, most - first)
        yield first, count
        first += count
        count = min(first, 1 << 14)


def _brackets(value: Value) -> Iterator[Bracket]:
    """The brackets in a value."""
    if isinstance(value, Bracket):
        yield value
    elif isinstance(value, Grid):
        for entry in value.entries:
            yield from _brackets(entry)
    elif isinstance(value, Listed):
        for item in value.items:
            yield from _brackets(item)
