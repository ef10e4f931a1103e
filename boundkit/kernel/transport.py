"""The least cost of moving one finite law to another, enclosed between a plan and prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpq

from boundkit.kernel.values import Unsupported

MOST_ROUNDS = 2000


def least_cost(supplies: Sequence[Any], demands: Sequence[Any], costs: Sequence[Sequence[Any]]) -> Any:
    """The least sum of flow[i][j]*costs[i][j] over flows >= 0 with these row and column sums: rational when
    the costs are, else a ball.

    Flow along shortest paths (Busacker and Gowen 1961) under rational costs no larger than the given ones.
    That the prices found are feasible is checked here, so that by duality their value is a lower bound,
    whatever the search did; the plan gives an upper one. Unsupported when the search takes too long."""
    rounded = [[cost if isinstance(cost, fmpq) else cost.lower().fmpq() for cost in row] for row in costs]
    flow = _flow(list(supplies), list(demands), rounded)
    prices, rents = _prices(rounded, flow)
    for i, row in enumerate(rounded):
        for j, cost in enumerate(row):
            if rents[j] - prices[i] > cost:
                raise Unsupported("prices of a transport that are not feasible")
    lower, upper = fmpq(0), fmpq(0)
    for rent, demand in zip(rents, demands, strict=True):
        lower = lower + rent * demand
    for price, supply in zip(prices, supplies, strict=True):
        lower = lower - price * supply
    for i, line in enumerate(costs):
        moved = [sum((flow[i][j] for j in range(len(line))), fmpq(0))]
        if moved != [supplies[i]] or any(amount < 0 for amount in flow[i]):
            raise Unsupported("a transport plan that leaves something behind")
        for j, cost in enumerate(line):
            if flow[i][j] != 0:
                upper = upper + cost * flow[i][j]
    arrived = [sum((row[j] for row in flow), fmpq(0)) for j in range(len(demands))]
    if arrived != list(demands):
        raise Unsupported("a transport plan that brings something else")
    if isinstance(upper, fmpq) and all(isinstance(cost, fmpq) for row in costs for cost in row):
        if lower != upper:
            raise Unsupported("a transport plan that is not best")
        return lower
    return arb(lower).union(arb(upper))


def _flow(supplies: list[Any], demands: list[Any], costs: Sequence[Sequence[Any]]) -> list[list[Any]]:
    flow = [[fmpq(0)] * len(demands) for _ in supplies]
    for _ in range(MOST_ROUNDS):
        starts = [i for i, supply in enumerate(supplies) if supply > 0]
        if not starts:
            return flow
        distance, before = _shortest(starts, costs, flow)
        ends = [j for j, demand in enumerate(demands) if demand > 0]
        end = min(ends, key=lambda j: (distance[len(supplies) + j], j))
        path: list[tuple[int, int, bool]] = []
        node = len(supplies) + end
        while before[node] is not None:
            former = before[node]
            forward = node >= len(supplies)
            i, j = (former, node - len(supplies)) if forward else (node, former - len(supplies))
            path.append((i, j, forward))
            node = former
        amount = min(supplies[node], demands[end])
        for i, j, forward in path:
            if not forward:
                amount = min(amount, flow[i][j])
        for i, j, forward in path:
            flow[i][j] = flow[i][j] + amount if forward else flow[i][j] - amount
        supplies[node] -= amount
        demands[end] -= amount
    raise Unsupported("a transport problem of this size")


def _shortest(
    starts: Sequence[int], costs: Sequence[Sequence[Any]], flow: Sequence[Sequence[Any]]
) -> tuple[list[Any], list[Any]]:
    """Distances and predecessors from any of the starts, by relaxation (Bellman 1958)."""
    high = len(costs)
    distance: list[Any] = [None] * (high + len(costs[0]))
    before: list[Any] = [None] * len(distance)
    for start in starts:
        distance[start] = fmpq(0)
    changed = True
    while changed:
        changed = False
        for i, row in enumerate(costs):
            for j, cost in enumerate(row):
                edges = [(i, high + j, cost)]
                if flow[i][j] > 0:
                    edges.append((high + j, i, -cost))
                for tail, head, weight in edges:
                    if distance[tail] is None:
                        continue
                    through = distance[tail] + weight
                    if distance[head] is None or through < distance[head]:
                        distance[head], before[head], changed = through, tail, True
    return distance, before


def _prices(costs: Sequence[Sequence[Any]], flow: Sequence[Sequence[Any]]) -> tuple[list[Any], list[Any]]:
    distance, _ = _shortest(range(len(costs)), costs, flow)
    return distance[: len(costs)], distance[len(costs) :]
