"""Linear combinations of products of facts: floats find which candidates to use, exact arithmetic finds how
much of each."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import ONE, Apply
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.judge import Frame
from boundkit.kernel.polynomials import UNIT, UNITY, Monomial, TooLarge
from boundkit.provers.candidates import Candidate
from boundkit.provers.elimination import eliminate
from boundkit.provers.gathering import MOST_CANDIDATES
from boundkit.provers.pool import Pool

TOLERANCE = 1e-7


def combine(
    frame: Frame, goal: Apply, unfold: tuple[tuple[str, int], ...], rewrites: tuple[c.Rewrite, ...] = ()
) -> Iterator[c.Combination]:
    """Combinations that should prove the relation, the plainest first."""
    context = frame.context(unfold, rewrites)
    try:
        pool = Pool(frame, context, goal)
    except (NotNormal, TooLarge):
        return
    pool.gather()
    steps = eliminate(pool)
    if steps is not None:
        yield c.Combination(steps, unfold, rewrites)
    for effort in range(4):
        candidates = _stage(pool, effort)
        found = solve(candidates, context)
        if found is not None:
            yield c.Combination(found, unfold, rewrites)
            return


def _stage(pool: Pool, effort: int) -> list[Candidate]:
    """Candidates of growing generality: facts as they are needed; then products; then squares."""
    pool.limit = MOST_CANDIDATES[effort]
    if effort == 0:
        pool.from_needs(1)
        pool.squares(12)
    elif effort == 1:
        pool.restart()
        pool.differences_of_squares()
        pool.weighted()
        pool.from_needs(2)
    elif effort == 2:
        pool.squares(24)
    else:
        pool.everything()
        pool.products()
        pool.from_needs(2)
        pool.squares(40)
    goals = pool.goals()
    for candidate in goals:
        for monomial in candidate.value.terms:
            pool.monomials.setdefault(monomial)
    single = [m for m in pool.monomials if m]
    extra = []
    for monomial in single:
        positive = _sign(pool, monomial)
        if positive is not None:
            extra.append(positive)
    one = c.Factor("sign", term=ONE)
    extra.append(Candidate(c.Summand(Fraction(1), (one,)), UNITY, True, cost=1.0))
    return [*goals, *pool.candidates.values(), *extra]


def _sign(pool: Pool, monomial: Monomial) -> Candidate | None:
    """A monomial that is non-negative by its sign, as a candidate."""
    from boundkit.kernel.normal import to_term
    from boundkit.kernel.polynomials import Polynomial

    value = Polynomial({monomial: Fraction(1)})
    if not all(pool._usable(a, e, pool.context) for a, e in monomial):
        return None
    level = pool.context.sign(value)
    if not level:
        return None
    factor = c.Factor("sign", term=to_term(value))
    return Candidate(c.Summand(Fraction(1), (factor,)), value, pool.context.is_positive(value), cost=1.0)


def solve(candidates: list[Candidate], context: Context) -> tuple[c.Summand, ...] | None:
    """Coefficients that make the candidates add up to 0 with a positive one among them: a vertex of the
    linear programme from floats, then exactly on its support."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csc_matrix

    goals = [k for k, candidate in enumerate(candidates) if candidate.summand.factors[0].kind == "goal"]
    strict = [k for k, candidate in enumerate(candidates) if candidate.strict]
    if not strict or not goals:
        return None
    decisive = _decisive(candidates, strict, goals)
    columns: list[tuple[int, int]] = []
    for k, candidate in enumerate(candidates):
        columns.append((k, 1))
        if candidate.free:
            columns.append((k, -1))
    rows: dict[Monomial, int] = {}
    data, row_index, column_index = [], [], []
    for j, (k, sign) in enumerate(columns):
        for monomial, coefficient in candidates[k].value.terms.items():
            row = rows.setdefault(monomial, len(rows))
            data.append(sign * float(coefficient))
            row_index.append(row)
            column_index.append(j)
    norm_row = len(rows)
    for j, (k, _) in enumerate(columns):
        if k in decisive:
            data.append(1.0)
            row_index.append(norm_row)
            column_index.append(j)
    matrix = csc_matrix((data, (row_index, column_index)), shape=(norm_row + 1, len(columns)))
    right = np.zeros(norm_row + 1)
    right[norm_row] = 1.0
    cost = np.array([candidates[k].cost for k, _ in columns])
    outcome = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
    if outcome.status != 0 or outcome.x is None:
        return None
    support = [j for j in range(len(columns)) if outcome.x[j] > TOLERANCE]
    exact = _exact(candidates, columns, support, rows, decisive)
    if exact is None:
        return None
    summands = []
    for j, value in zip(support, exact, strict=True):
        if value == 0:
            continue
        k, sign = columns[j]
        summand = candidates[k].summand
        if sign < 0:
            factor = summand.factors[0]
            term = factor.term
            assert term is not None
            sort = INT if term.sort == NAT else term.sort
            flipped = c.Factor(factor.kind, factor.fact, factor.values, Apply("neg", (term,), sort))
            summand = c.Summand(summand.coefficient, (flipped, *summand.factors[1:]), summand.binders)
        summands.append(c.Summand(summand.coefficient * value, summand.factors, summand.binders))
    return tuple(summands)


def _decisive(candidates: list[Candidate], strict: list[int], goals: list[int]) -> frozenset[int]:
    """The positive candidates one of which must occur: the negated goal, which keeps the multipliers of the
    facts small; any of them where the goal is not positive or a constant, so that facts refute each other."""
    own = frozenset(strict) & frozenset(goals)
    if own and any(candidates[k].value.constant is None for k in own):
        return own
    return frozenset(strict)


def _exact(
    candidates: list[Candidate],
    columns: list[tuple[int, int]],
    support: list[int],
    rows: dict[Monomial, int],
    decisive: frozenset[int],
) -> list[Fraction] | None:
    """The exact solution on the support by rational elimination; None when there is none that is
    non-negative."""
    from flint import fmpq, fmpq_mat

    if not support:
        return None
    used = sorted({rows[m] for j in support for m in candidates[columns[j][0]].value.terms})
    place = {row: i for i, row in enumerate(used)}
    height, width = len(used) + 1, len(support) + 1
    entries = [[fmpq(0)] * width for _ in range(height)]
    for at, j in enumerate(support):
        k, sign = columns[j]
        for monomial, coefficient in candidates[k].value.terms.items():
            value = coefficient * sign
            entries[place[rows[monomial]]][at] = fmpq(value.numerator, value.denominator)
        if k in decisive:
            entries[-1][at] = fmpq(1)
    entries[-1][-1] = fmpq(1)
    reduced, rank = fmpq_mat(entries).rref()
    solution = [Fraction(0)] * len(support)
    for row in range(rank):
        lead = next((i for i in range(width) if reduced[row, i] != 0), None)
        if lead is None:
            continue
        if lead == width - 1:
            return None
        last = reduced[row, width - 1]
        solution[lead] = Fraction(int(last.p), int(last.q))
    if any(value < 0 for value in solution):
        return None
    return solution


__all__ = ["UNIT", "combine", "solve"]
