"""Looks for a point at which a problem's hypotheses hold and its goal does not.

Points are drawn log-scaled towards the ends of each range, towards small numbers, towards each other and
towards the edges that the hypotheses draw; the closest calls are then followed downhill. What is reported has
been decided in rationals or balls.

Usage: python -m benchmarks.inequalities.attack [--samples N] [--only THEME] [FILE.jsonl]"""

from __future__ import annotations

import argparse
import ast
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flint import arb, ctx, fmpq

from benchmarks.inequalities.exact import (
    Compiled,
    Number,
    Side,
    UndefinedError,
    ball,
    compile_expression,
    compile_relation,
    holds,
)
from benchmarks.inequalities.problems import Problem, problems, read

SMALL = [fmpq(n, d) for d in (1, 2, 3, 4) for n in range(-8, 9)]
LARGEST_NATURAL = 3000
CLIMBS, STEPS = 6, 150


@dataclass(frozen=True)
class Range:
    """Where one variable lies by the hypotheses about it alone."""

    low: float
    high: float


def _bound(node: ast.expr) -> float | None:
    """The value of an expression without variables."""
    try:
        return float(ball(compile_expression(node)({})))
    except (KeyError, ValueError):
        return None


def ranges(problem: Problem) -> dict[str, Range]:
    """The range of each variable."""
    found = {name: [-math.inf, math.inf] for name in problem.vars}
    for name, sort in problem.sorts.items():
        if sort == "natural":
            found[name][0] = 0
    for text in problem.hyps:
        node = ast.parse(text, mode="eval").body
        if not isinstance(node, ast.Compare):
            continue
        left, right = node.left, node.comparators[0]
        upper = isinstance(node.ops[0], ast.Lt | ast.LtE)
        for side, other, is_upper in ((left, right, upper), (right, left, not upper)):
            if isinstance(side, ast.Name) and side.id in found and (value := _bound(other)) is not None:
                pair = found[side.id]
                if is_upper:
                    pair[1] = min(pair[1], value)
                else:
                    pair[0] = max(pair[0], value)
    return {name: Range(*pair) for name, pair in found.items()}


def edges(problem: Problem) -> list[tuple[str, Compiled, bool]]:
    """Variables that a hypothesis compares with an expression in others: name, expression, whether equal."""
    found = []
    for text in problem.hyps:
        node = ast.parse(text, mode="eval").body
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Compare):
            pairs = [(node.left, node.comparators[0]), (node.comparators[0], node.left)]
        for side, other in pairs:
            names = {inner.id for inner in ast.walk(other) if isinstance(inner, ast.Name)}
            if (
                isinstance(side, ast.Name)
                and side.id in problem.vars
                and names & set(problem.vars) - {side.id}
            ):
                found.append((side.id, compile_expression(other), False))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Eq":
            found += [(name, solution, True) for name, solution in solved(text, problem.vars)]
    return found


def solved(text: str, names: Sequence[str]) -> list[tuple[str, Compiled]]:
    """The last variable of an equation in terms of the others, one entry for each solution."""
    import sympy

    symbols = {name: sympy.Symbol(name, positive=True) for name in names}
    equation = sympy.sympify(text, locals=symbols)
    for name in reversed(names):
        if symbols[name] in equation.free_symbols:
            solutions = sympy.solve(equation, symbols[name])
            if solutions:
                return [(name, compile_expression(ast.parse(str(s), mode="eval").body)) for s in solutions]
    raise ValueError(f"no solution of {text}")


def draw(rng: random.Random, where: Range, natural: bool) -> fmpq:
    """A number in the range, log-scaled towards an end or towards 0 or 1."""
    low, high = where.low, where.high
    if natural:
        top = min(high, LARGEST_NATURAL)
        return fmpq(
            min(int(top), int(low) + int(10 ** rng.uniform(0, math.log10(max(top - low, 1) + 1))) - 1)
        )
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(SMALL)
    if math.isfinite(low) and math.isfinite(high):
        width = high - low
        if kind < 0.4:
            return fmpq(*(low + width * 10 ** rng.uniform(-9, 0)).as_integer_ratio())
        if kind < 0.65:
            return fmpq(*(high - width * 10 ** rng.uniform(-9, 0)).as_integer_ratio())
        return fmpq(*rng.uniform(low, high).as_integer_ratio())
    size = 10 ** rng.uniform(*rng.choice(((-9, 6), (-2, 2), (-0.5, 1))))
    if kind > 0.9:
        number = 1 + rng.choice((-1, 1)) * 10 ** rng.uniform(-9, 0)
    elif math.isfinite(low):
        number = low + size
    elif math.isfinite(high):
        number = high - size
    else:
        number = rng.choice((-1, 1)) * size
    return fmpq(*float(number).as_integer_ratio())


def middle(number: Number) -> fmpq:
    """A rational in the ball."""
    if isinstance(number, fmpq):
        return number
    if not number.is_finite():
        raise UndefinedError("no number")
    mantissa, exponent = number.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


class Attack:
    """What is known of one problem while points are tried."""

    def __init__(self, problem: Problem, seed: int = 1) -> None:
        self.problem = problem
        self.rng = random.Random(f"{seed} {problem.id}")
        self.ranges = ranges(problem)
        self.edges = edges(problem)
        self.equal = [edge for edge in self.edges if edge[2]]
        self.hyps: list[Side] = [
            compile_relation(text) for text in problem.hyps if not text.startswith("Eq(")
        ]
        self.goal = compile_relation(problem.goal)
        self.closest: list[tuple[float, dict[str, Number]]] = []
        self.admitted = self.undecided = self.undefined = 0

    def natural(self, name: str) -> bool:
        """Whether the variable is a natural number."""
        return self.problem.sorts.get(name) == "natural"

    def point(self) -> dict[str, Number]:
        """A point that may or may not meet the hypotheses."""
        point: dict[str, Number] = {
            name: draw(self.rng, self.ranges[name], self.natural(name)) for name in self.problem.vars
        }
        names = self.problem.vars
        if len(names) > 1 and self.rng.random() < 0.4:
            first, second = self.rng.sample(names, 2)
            if not self.natural(first):
                noise = self.rng.choice((0, 1)) * self.rng.choice((-1, 1)) * 10 ** self.rng.uniform(-6, 0)
                point[first] = point[second] * fmpq(*(1 + noise).as_integer_ratio())
        for name, expression, _ in self.edges:
            if not self.natural(name) and self.rng.random() < 0.6:
                noise = self.rng.choice((-1, 1)) * 10 ** self.rng.uniform(-9, 0)
                try:
                    value = middle(expression(point))
                except (UndefinedError, ZeroDivisionError):
                    continue
                point[name] = value * fmpq(*(1 + noise).as_integer_ratio())
        return point

    def solve(self, point: dict[str, Number]) -> None:
        """Moves the point onto the equations among the hypotheses."""
        for name, expression, _ in self.equal[-1:] if len({e[0] for e in self.equal}) < 2 else self.equal:
            point[name] = expression(point)

    def admits(self, point: dict[str, Number]) -> bool:
        """Whether the hypotheses hold, the equations being solved first."""
        try:
            if self.equal:
                self.solve(point)
            return all(holds(side, point) for side in self.hyps)
        except (UndefinedError, ZeroDivisionError):
            return False

    def slack(self, point: dict[str, Number]) -> float:
        """By how much the goal holds, relative to its sides; for guidance only."""
        relation, left, right = self.goal
        with ctx.workprec(256):
            first, second = ball(left(point)), ball(right(point))
            gap = (second - first) if relation in ("<=", "<") else (first - second)
            size = abs(first) + abs(second)
            quotient = gap if size.contains(0) else gap / size
        return float(quotient.mid()) if quotient.is_finite() else math.inf

    def try_point(self, point: dict[str, Number]) -> tuple[bool | None, float]:
        """Whether the goal holds there, and its slack; (None, inf) where the hypotheses do not hold."""
        if not self.admits(point):
            return None, math.inf
        self.admitted += 1
        try:
            answer = holds(self.goal, point)
            if answer is None:
                self.undecided += 1
            return answer, self.slack(point)
        except (UndefinedError, ZeroDivisionError):
            self.undefined += 1
            return None, math.inf

    def move(self, point: dict[str, Number], scale: float) -> dict[str, Number]:
        """A point near by, on a multiplicative scale."""
        moved = dict(point)
        for name in self.problem.vars:
            if self.rng.random() < 0.7:
                low = self.ranges[name].low
                centre = fmpq(0) if not math.isfinite(low) else fmpq(*low.as_integer_ratio())
                factor = fmpq(*math.exp(self.rng.gauss(0, scale)).as_integer_ratio())
                value = centre + (middle(point[name]) - centre) * factor
                value = (
                    fmpq(*float(ball(value)).as_integer_ratio()) if abs(value) > fmpq(1, 10**200) else value
                )
                moved[name] = fmpq(round(value)) if self.natural(name) else value
        return moved

    def run(self, samples: int, climb: bool = True) -> dict[str, Number] | None:
        """A point at which the goal is false, or None."""
        tries = 0
        while self.admitted < samples and tries < max(40 * samples, 4000):
            tries += 1
            point = self.point()
            answer, slack = self.try_point(point)
            if answer is False:
                return point
            if answer is not None and (len(self.closest) < CLIMBS or slack < self.closest[-1][0]):
                self.closest = sorted([*self.closest, (slack, point)], key=lambda pair: pair[0])[:CLIMBS]
        for slack, point in list(self.closest) if climb else ():
            scale = 0.5
            for _ in range(STEPS):
                moved = self.move(point, scale)
                answer, lower = self.try_point(moved)
                if answer is False:
                    return moved
                if answer is not None and lower < slack:
                    point, slack = moved, lower
                else:
                    scale = max(scale * 0.95, 1e-6)
        return None

    def readable(self, point: dict[str, Number]) -> dict[str, str] | None:
        """The violation with short rationals, or None if none near by is one."""
        for digits in (1, 2, 3, 4, 6, 9, 12, 17, 30):
            near: dict[str, Number] = {}
            for name in self.problem.vars:
                value = middle(point[name])
                near[name] = short(value, digits)
            if self.equal:
                for name, expression, _ in self.equal:
                    near[name] = expression(near)
            if any(isinstance(value, arb) for value in near.values()):
                continue
            if self.try_point(near)[0] is False:
                return {name: str(value) for name, value in near.items()}
        return None


def short(value: fmpq, digits: int) -> fmpq:
    """The number to so many significant digits."""
    if value == 0:
        return value
    exponent = digits - 1 - math.floor(math.log10(abs(float(ball(value)))))
    scale = fmpq(10) ** exponent
    return fmpq(round(value * scale)) / scale


def main(arguments: Sequence[str]) -> int:
    """Attacks the true problems; 1 if one falls, or is nowhere defined or admitted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inequalities.attack")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--only", metavar="THEME")
    options = parser.parse_args(arguments)
    if options.file:
        chosen = [read(json.loads(line)) for line in options.file.read_text(encoding="utf-8").splitlines()]
    else:
        chosen = list(problems(options.only))
    bad = 0
    for problem in chosen:
        if not problem.expected:
            continue
        began = time.perf_counter()
        attack = Attack(problem)
        found = attack.run(options.samples)
        closest = attack.closest[0][0] if attack.closest else math.inf
        failed = found is not None or attack.undefined > 0 or attack.admitted < options.samples / 20
        bad += failed
        sys.stdout.write(
            f"{problem.id} {'FALSE ' + str(attack.readable(found) or found) if found else 'holds'} "
            f"admitted {attack.admitted} undecided {attack.undecided} undefined {attack.undefined} "
            f"closest {closest:.1e} seconds {time.perf_counter() - began:.1f}{' CHECK' if failed else ''}\n"
        )
        sys.stdout.flush()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
