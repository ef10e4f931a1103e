"""Exact points: what the kernel says of a problem at one, and how simple one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import exp, floor, log, log2, prod

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Number, Term, number, rebuild, substitute
from boundkit.kernel import balls
from boundkit.kernel.constants import CIRCLE, Constant, Monomial, constant, rational_part
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.points import judge_point
from boundkit.provers.inequalities.problem import Problem, parts

Point = Mapping[str, Term]
"""A closed term for each variable."""

QUICK, THOROUGH = 256, 4096
OUTCOMES = ("violated", "holds", "inadmissible", "undefined", "undecided")


def judge(problem: Problem, point: Point, limit: int = THOROUGH) -> str:
    """What the kernel finds at a point, with up to `limit` bits; one of OUTCOMES (`kernel.points`)."""
    return judge_point(problem.names, problem.facts, problem.goal, point, limit)


def cost(value: Fraction) -> float:
    """How far a number is from a simple one: the digits that are needed to write it."""
    digits = log2(1 + abs(value.numerator)) + 1.5 * log2(value.denominator)
    return digits + (0.5 if value < 0 else 0.0)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the least denominator, and of these the least in absolute value, in [low, high], by
    the path in the tree of Stern and Brocot."""
    if low > high:
        raise ValueError("an empty interval")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = floor(low)
    if whole == low:
        return low
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))


def near(value: Fraction, share: Fraction) -> Fraction:
    """The simplest rational within `share` times the value of the value."""
    width = abs(value) * share
    return simplest_between(value - width, value + width)


def recognised(value: float) -> list[Term]:
    """Closed forms with few digits that agree with a number in floating point: rationals, roots, logarithms
    and exponentials of rationals, and sums of a rational and a square root."""
    found: list[Term] = []

    def add(own: Fraction, most: float, build: Callable[[Term], Term]) -> None:
        simple = near(own, Fraction(1, 10**9))
        if cost(simple) <= most:
            found.append(build(number(simple)))

    exact = Fraction(value)
    add(exact, 24, lambda r: r)
    sign = number(-1 if value < 0 else 1)
    size = abs(exact)
    if Fraction(1, 10**6) < size < 10**6:
        add(size**2, 18, lambda r: _times(sign, Apply("sqrt", (r,), REAL)))
        add(size**3, 14, lambda r: _times(sign, Apply("^", (r, number(Fraction(1, 3))), REAL)))
        add(Fraction(log(size)), 12, lambda r: _times(sign, Apply("exp", (r,), REAL)))
    if size < 30:
        add(Fraction(exp(value)), 14, lambda r: Apply("ln", (r,), REAL))
        for below in range(1, 5):
            for above in range(-6, 7):
                gap = below * exact - above
                side = number(Fraction(-1 if gap < 0 else 1, below))
                shift = number(Fraction(above, below))

                def quadratic(r: Term, side: Term = side, shift: Term = shift) -> Term:
                    return Apply("+", (shift, _times(side, Apply("sqrt", (r,), REAL))), REAL)

                if above and abs(gap) > Fraction(1, 1000):
                    add(gap**2, 7, quadratic)
    return found


def _times(factor: Term, term: Term) -> Term:
    return term if factor == ONE else Apply("*", (factor, term), REAL)


def closed_form(term: Term, values: Mapping[str, Fraction]) -> Term | None:
    """The exact value of a term at rational values: a number where it is rational and found exactly, else
    powers, exponentials and logarithms of rationals where it is made of these, else the term with the values
    put in. None where it is certainly undefined or nothing is known."""
    found = constant(term, values)
    if found is not None:
        whole = rational_part(found)
        return Number(whole) if whole is not None else _written(found)
    put = substitute(term, {name: Number(value) for name, value in values.items()})
    try:
        balls.enclose(put, {}, QUICK)
    except (Undefined, Undecided):
        return None
    return put


def written(value: Term) -> str:
    """An exact value as text, with fractions and no decimals."""
    if isinstance(value, Number):
        return str(value.value)
    return str(_with_fractions(value))


def _with_fractions(term: Term) -> Term:
    if isinstance(term, Number) and term.value.denominator != 1:
        return Apply("/", (number(term.value.numerator), number(term.value.denominator)), REAL)
    return rebuild(term, _with_fractions)


def _written(value: Constant) -> Term:
    parts = [_monomial(monomial, factor) for monomial, factor in value.items()]
    total = parts[0]
    for part in parts[1:]:
        total = Apply("+", (total, part), REAL)
    return total


def _monomial(monomial: Monomial, factor: Fraction) -> Term:
    factors: list[Term] = []
    if monomial.exponent:
        factors.append(Apply("exp", (number(monomial.exponent),), REAL))
    for power in sorted({power for _, power in monomial.roots}):
        radicand = number(prod(base for base, exponent in monomial.roots if exponent == power))
        root: Term = Apply("^", (radicand, number(power)), REAL)
        factors.append(Apply("sqrt", (radicand,), REAL) if power == Fraction(1, 2) else root)
    circle: Term = Apply("*", (number(4), Apply("arctan", (ONE,), REAL)), REAL)
    euler: Term = Apply("neg", (Apply("polygamma", (ZERO, ONE), REAL),), REAL)
    powers: list[tuple[Term, Fraction]] = [
        (Apply("ln", (circle if base == CIRCLE else number(base),), REAL), power)
        for base, power in monomial.logarithms
    ]
    powers += [(own, power) for own, power in ((circle, monomial.pi), (euler, monomial.euler)) if power]
    for own, power in powers:
        factors.append(own if power == 1 else Apply("^", (own, number(power)), REAL))
    product: Term = number(factor)
    for part in factors:
        product = part if product == ONE else Apply("*", (product, part), REAL)
    return product


def sides(problem: Problem, point: Point) -> str:
    """The two sides of the goal at a point where it fails, as `left > right` with decimals; "" where it is no
    single relation."""
    goal = problem.goal
    if not isinstance(goal, Apply) or goal.head not in ("<=", "<", "=", "!="):
        conjunction = isinstance(goal, Apply) and goal.head == "and"
        failing = [part for part in parts(goal) if _fails(part, point)] if conjunction else []
        if len(failing) != 1:
            return ""
        goal = failing[0]
    if not isinstance(goal, Apply) or goal.head not in ("<=", "<", "=", "!="):
        return ""
    sign = {"<=": ">", "<": ">=", "=": "!=", "!=": "="}[goal.head]
    shown = [_shown(substitute(side, dict(point))) for side in goal.args]
    return f"{shown[0]} {sign} {shown[1]}"


def _fails(part: Term, point: Point) -> bool:
    try:
        return balls.decide(substitute(part, dict(point)), {}, THOROUGH) is False
    except (Undefined, Undecided):
        return False


def _shown(closed: Term) -> str:
    found = constant(closed, {})
    whole = None if found is None else rational_part(found)
    if whole is not None and cost(whole) <= 60:
        return str(whole)
    try:
        ball = balls.enclose(closed, {}, QUICK)
    except (Undefined, Undecided):
        return "?"
    return ball.mid().str(8, radius=False)


__all__ = [
    "QUICK", "THOROUGH", "Point", "closed_form", "cost", "judge", "near", "recognised", "sides",
    "simplest_between", "written",
]  # fmt: skip
