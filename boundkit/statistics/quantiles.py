"""The laws that are sampled, each by its quantile function: a cell of [0, 1] gives a bracket of the number.

Conventions: `normal(m, v)` with variance v; `exponential(l)` and `gamma(k, l)` with rate l; `laplace(b)` with
density exp(-|x|/b)/(2b); `geometric(p)` counts the trials up to the first success, from 1; `beta(a, b)`,
`poisson(l)`, `binomial(n, p)`, `bernoulli(p)` as usual. Every quantile function is monotone in the cell and
in each parameter, so ends go to ends (Devroye, "Non-Uniform Random Variate Generation", 1986, ch. II.2).
Computed quantiles are widened by more than they err, which `tests/statistics/test_quantiles.py` checks
against the distribution functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq
from scipy import special

from boundkit.kernel.values import Absent, Unsupported
from boundkit.statistics import brackets as b
from boundkit.statistics.arithmetic import Number, Samples, as_bracket
from boundkit.statistics.brackets import Bracket

_ARITHMETIC = Samples()
_SHARE, _LEAST = 2.0**-33, 2.0**-60
_SLACK = 2.0**-36
"""By how much a computed distribution function may be wrong where a quantile of it is an integer."""


@dataclass(frozen=True)
class Law:
    """How a law is sampled, its mean and its variance.

    positive: places of the parameters that must be > 0; probability: of those in [0, 1]. finite: whether it
    has finitely many outcomes, so that it is summed exactly elsewhere."""

    quantile: Callable[[Sequence[Number], Bracket], Bracket]
    mean: Callable[..., Number]
    variance: Callable[..., Number]
    positive: tuple[int, ...] = ()
    nonnegative: tuple[int, ...] = ()
    probability: tuple[int, ...] = ()
    finite: bool = False

    def checked(self, parameters: Sequence[Number], name: str) -> list[Number]:
        """The parameters, undefined where they are certainly outside their range. Absent when they are so on
        every sample."""
        found = list(parameters)
        for place, parameter in enumerate(parameters):
            x = as_bracket(parameter)
            wrong = np.zeros(np.shape(x.hi), np.bool_)
            if place in self.positive:
                wrong |= x.hi <= 0
            if place in self.nonnegative or place in self.probability:
                wrong |= x.hi < 0
            if place in self.probability:
                wrong |= x.lo > 1
            if np.any(wrong):
                if np.all(wrong):
                    raise Absent(f"parameter {place + 1} of `{name}` outside its range")
                found[place] = Bracket(np.where(wrong, np.nan, x.lo), np.where(wrong, np.nan, x.hi))
        return found


def _of(head: str, *args: Number) -> Number:
    return _ARITHMETIC.apply(head, args)


def _whole(value: int) -> fmpq:
    return fmpq(value)


def _normal(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    standard = b.increasing(special.ndtri, cell, _SHARE, _LEAST)
    mean, variance = parameters
    scaled = standard if variance == 1 else _of("*", _of("sqrt", variance), standard)
    return as_bracket(scaled if mean == 0 else _of("+", mean, scaled))


def _exponential(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    standard = b.clipped(b.increasing(lambda u: -np.log1p(-u), cell, _SHARE, _LEAST), 0.0, math.inf)
    return as_bracket(_of("/", standard, parameters[0]))


def _laplace(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    def standard(u: Any) -> Any:
        return np.where(u < 0.5, np.log(2 * u), -np.log(2 * (1 - u)))

    return as_bracket(_of("*", parameters[0], b.increasing(standard, cell, _SHARE, _LEAST)))


def _gamma(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    shape = as_bracket(parameters[0])
    low, high = special.gammaincinv(shape.lo, cell.lo), special.gammaincinv(shape.hi, cell.hi)
    standard = b.clipped(b.widened(low, high, _SHARE, 1e-300), 0.0, math.inf)
    return as_bracket(_of("/", standard, parameters[1]))


def _beta(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    first, second = map(as_bracket, parameters)
    low = special.betaincinv(first.lo, second.hi, cell.lo)
    high = special.betaincinv(first.hi, second.lo, cell.hi)
    return b.clipped(b.widened(low, high, _SHARE, 1e-300), 0.0, 1.0)


def _uniform(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    low, high = parameters
    found = as_bracket(_of("+", low, _of("*", _of("-", high, low), cell)))
    lower, upper = as_bracket(low), as_bracket(high)
    return Bracket(np.maximum(found.lo, lower.lo), np.minimum(found.hi, upper.hi))


def _bernoulli(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    p = as_bracket(parameters[0])
    low, high = b.down(1 - np.clip(p.lo, 0.0, 1.0)), b.down(1 - np.clip(p.hi, 0.0, 1.0))
    one_for_sure = (cell.lo >= b.up(b.up(low))) | (p.lo >= 1)
    one_perhaps = (cell.hi > high) & (p.hi > 0)
    return _undefined_with(p, np.where(one_for_sure, 1.0, 0.0), np.where(one_perhaps, 1.0, 0.0))


def _rademacher(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    return Bracket(np.where(cell.lo >= 0.5, 1.0, -1.0), np.where(cell.hi > 0.5, 1.0, -1.0))


def _counts(
    inverse: Callable[[Any], Any], distribution: Callable[[Any], Any], u: Any, most: float, unsure: float
) -> Any:
    """The least integers k with distribution(k) >= u: a guess, and a few steps down and up where due. Where
    these do not arrive, `unsure`."""
    guess = np.clip(np.ceil(np.nan_to_num(inverse(u), nan=0.0)), 0.0, most)
    for _ in range(3):
        smaller = np.maximum(guess - 1, 0.0)
        guess = np.where((guess > 0) & (distribution(smaller) >= u), smaller, guess)
    for _ in range(3):
        guess = np.where(distribution(guess) < u, np.minimum(guess + 1, most), guess)
    least = (guess == 0) | (distribution(np.maximum(guess - 1, 0.0)) < u)
    return np.where(least & (distribution(guess) >= u), guess, unsure)


def _slackened(cell: Bracket) -> tuple[Any, Any]:
    return (
        np.maximum(cell.lo * (1 - _SLACK) - _SLACK * 2.0**-20, 0.0),
        np.minimum(cell.hi * (1 + _SLACK) + _SLACK * 2.0**-20, 1.0),
    )


def _poisson(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    rate = as_bracket(parameters[0])
    low, high = _slackened(cell)

    def quantile(u: Any, rate: Any, unsure: float) -> Any:
        inside = np.clip(u, 1e-300, 1 - 2.0**-53)
        found = _counts(
            lambda v: special.pdtrik(v, rate), lambda k: special.pdtr(k, rate), inside, math.inf, unsure
        )
        return np.where(u >= 1, np.where(rate > 0, math.inf, 0.0), np.where(rate > 0, found, 0.0))

    return _undefined_with(
        rate, quantile(low, np.maximum(rate.lo, 0.0), 0.0), quantile(high, np.maximum(rate.hi, 0.0), math.inf)
    )


def _binomial(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    count = _ARITHMETIC.integer(parameters[0])
    if count is None:
        raise Unsupported("a binomial law of a number of trials that is not known")
    if count < 0:
        raise Absent(f"a binomial law of {count} trials")
    p = as_bracket(parameters[1])
    low, high = _slackened(cell)

    def quantile(u: Any, p: Any, unsure: float) -> Any:
        inside, share = np.clip(u, 1e-300, 1 - 2.0**-53), np.clip(p, 1e-300, 1 - 2.0**-53)
        found = _counts(
            lambda v: special.bdtrik(v, count, share),
            lambda k: special.bdtr(k, count, share),
            inside,
            float(count),
            unsure,
        )
        found = np.where(u >= 1, float(count), np.where(u <= 0, 0.0, found))
        return np.where(p <= 0, 0.0, np.where(p >= 1, float(count), found))

    return _undefined_with(p, quantile(low, p.lo, 0.0), quantile(high, p.hi, float(count)))


def _geometric(parameters: Sequence[Number], cell: Bracket) -> Bracket:
    p = as_bracket(parameters[0])
    low, high = _slackened(cell)

    def quantile(u: Any, p: Any) -> Any:
        found = np.maximum(np.ceil(np.log1p(-np.minimum(u, 1 - 2.0**-54)) / np.log1p(-np.clip(p, 0, 1))), 1.0)
        return np.where(p >= 1, 1.0, np.where((u >= 1) | (p <= 0), math.inf, found))

    return _undefined_with(p, quantile(low, p.hi), quantile(high, p.lo))


def _undefined_with(parameter: Bracket, low: Any, high: Any) -> Bracket:
    undefined = np.isnan(parameter.lo)
    if not np.any(undefined):
        return b.bracket(low, high)
    return b.bracket(np.where(undefined, np.nan, low), np.where(undefined, np.nan, high))


def _half(x: Number, y: Number) -> Number:
    return _of("/", _of("+", x, y), _whole(2))


def _square(x: Number) -> Number:
    return _of("*", x, x)


def _other(p: Number) -> Number:
    return _of("-", _whole(1), p)


def _beta_variance(x: Number, y: Number) -> Number:
    total = _of("+", x, y)
    return _of("/", _of("*", x, y), _of("*", _square(total), _of("+", total, _whole(1))))


LAWS: dict[str, Law] = {
    "normal": Law(_normal, lambda m, v: m, lambda m, v: v, nonnegative=(1,)),
    "exponential": Law(
        _exponential, lambda r: _of("/", _whole(1), r), lambda r: _of("/", _whole(1), _square(r)), (0,)
    ),
    "laplace": Law(_laplace, lambda s: _whole(0), lambda s: _of("*", _whole(2), _square(s)), (0,)),
    "gamma": Law(_gamma, lambda k, r: _of("/", k, r), lambda k, r: _of("/", k, _square(r)), (0, 1)),
    "beta": Law(_beta, lambda x, y: _of("/", x, _of("+", x, y)), _beta_variance, (0, 1)),
    "uniform": Law(
        _uniform, lambda x, y: _half(x, y), lambda x, y: _of("/", _square(_of("-", y, x)), _whole(12))
    ),
    "poisson": Law(_poisson, lambda r: r, lambda r: r, nonnegative=(0,)),
    "geometric": Law(
        _geometric,
        lambda p: _of("/", _whole(1), p),
        lambda p: _of("/", _other(p), _square(p)),
        (0,),
        probability=(0,),
    ),
    "binomial": Law(
        _binomial,
        lambda n, p: _of("*", n, p),
        lambda n, p: _of("*", n, _of("*", p, _other(p))),
        probability=(1,),
        finite=True,
    ),
    "bernoulli": Law(
        _bernoulli, lambda p: p, lambda p: _of("*", p, _other(p)), probability=(0,), finite=True
    ),
    "Rademacher": Law(_rademacher, lambda: _whole(0), lambda: _whole(1), finite=True),
}
"""By name; `uniform` is that on an interval, with its two ends as parameters."""


def among(outcomes: Sequence[Number], weights: Sequence[Number], cell: Bracket) -> Bracket:
    """The quantile of a law with finitely many outcomes, which are numbers."""
    ends = sorted(
        (
            (as_bracket(outcome), as_bracket(weight))
            for outcome, weight in zip(outcomes, weights, strict=True)
        ),
        key=lambda pair: float(pair[0].lo),
    )
    if any(outcome.varies or weight.varies for outcome, weight in ends):
        raise Unsupported("a law that depends on a draw")
    low, high = np.cumsum([float(w.lo) for _, w in ends]), np.cumsum([float(w.hi) for _, w in ends])
    slack = 2.0**-48
    first = np.minimum(np.searchsorted(high + slack, cell.lo, side="right"), len(ends) - 1)
    last = np.minimum(np.searchsorted(low - slack, cell.hi, side="left"), len(ends) - 1)
    return Bracket(
        np.array([float(x.lo) for x, _ in ends])[first], np.array([float(x.hi) for x, _ in ends])[last]
    )
