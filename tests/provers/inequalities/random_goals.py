"""Random goals whose truth is known by construction.

A true goal is a sum of terms that are each nonnegative by a lemma (a square, a product of facts, means,
convexity, `exp(u) >= 1 + u`, monotone functions), which is then written so that the sum is no longer seen.
Every term is zero at an anchor, a rational point of the domain, so that their sum is tight there: with a
constant that is a bit too good, or strict, it is false at the anchor. A goal from which a hypothesis is
missing is false at a point that was found by exact evaluation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq

from benchmarks.inequalities import exact

Expression = Any
Anchor = Mapping[Expression, Expression]

_ENDS = "0 0 0 1 1 -1 2 1/2 -2 3 1/3 3/2 5 -1/2 1/10 10"
ENDS = tuple(map(Fraction, _ENDS.split()))
_FACTORS = "1 1 1 2 1/2 3 1/3 3/2 2/5 4 5 7/4"
FACTORS = tuple(map(Fraction, _FACTORS.split()))
_TOO_GOOD = "1/2 1/10 1/10 1/100 1/1000 1/10000 1/1000000"
TOO_GOOD = tuple(map(Fraction, _TOO_GOOD.split()))
TRIALS = 60
BITS = 16_384
EQUAL = arb(2) ** -4000
LONGEST = 400
"""Characters of a goal; longer ones are drawn again."""


@dataclass(frozen=True)
class RandomGoal:
    """A problem in SymPy's spelling; of a false one, a rational point at which the hypotheses hold and the
    goal fails. `kind` says how it was built."""

    names: tuple[str, ...]
    hypotheses: tuple[str, ...]
    goal: str
    kind: str
    witness: Mapping[str, Fraction] | None = None

    @property
    def record(self) -> dict[str, Any]:
        """The problem as an object of a batch."""
        return {"id": self.kind, "vars": list(self.names), "hyps": list(self.hypotheses), "goal": self.goal}


def holds(relation: str, point: Mapping[str, Fraction | str]) -> bool | None:
    """Whether a relation holds at an exact point, by rationals and balls; sides that these do not tell apart
    are equal. None where it is undefined. A value is a rational or closed text."""
    side = exact.compile_relation(relation)
    for bits in (128, 512, 2048, BITS):
        try:
            with ctx.workprec(bits):
                place = {name: _closed(own) for name, own in point.items()}
                found = exact.holds(side, place, (bits,))
                left, right = side[1](place), side[2](place)
        except exact.UndefinedError:
            return None
        if found is not None:
            return found
    # A difference of two such short terms that is not 0 shows long before so many bits.
    with ctx.workprec(BITS):
        gap, scale = arb(left) - arb(right), 1 + abs(arb(left))
        same = gap.is_finite() and abs(gap) < EQUAL * scale
    return side[0] in ("<=", ">=", "==") if same else None


def _closed(value: Fraction | str) -> exact.Number:
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    return exact.compile_expression(ast.parse(str(value), mode="eval").body)({})


class Domain:
    """Variables with ranges around an anchor, and what is nonnegative and positive there."""

    def __init__(self, random: Random) -> None:
        self.random = random
        count = random.choice((1, 1, 1, 2, 2, 3))
        names = random.choice(("xyz", "abc", "tsu", "pqr"))[:count]
        self.symbols = [sp.Symbol(name, real=True) for name in names]
        self.hypotheses: list[Expression] = []
        self.nonnegative: list[Expression] = []
        self.positive: list[Expression] = []
        self.zero: list[Expression] = []
        self.anchor: dict[Expression, Expression] = {}
        for symbol in self.symbols:
            self.range(symbol)
        if count > 1 and random.random() < 0.25:
            self.joint()

    def range(self, symbol: Expression) -> None:
        """A range with 0, 1 or 2 ends, closed or open, around a value that may be a closed end."""
        low, high = sorted((rational(self.random, ENDS), rational(self.random, ENDS)))
        if low == high:
            high = low + rational(self.random, FACTORS)
        kind = self.random.choice(("all", "lower", "lower", "lower", "both", "both", "upper"))
        closed = self.random.random() < 0.5, self.random.random() < 0.5
        if kind in ("lower", "both"):
            self.bound(symbol - low, closed[0])
        if kind in ("upper", "both"):
            self.bound(high - symbol, closed[1])
        share = sp.Rational(self.random.randint(1, 5), 6)
        inside = [low + (high - low) * share, (low + high) / 2]
        if kind == "lower":
            inside.append(low + rational(self.random, FACTORS))
        if kind == "upper":
            inside.append(high - rational(self.random, FACTORS))
        if kind == "all":
            inside.append(rational(self.random, ENDS))
        if kind in ("lower", "both") and closed[0]:
            inside.append(low)
        if kind in ("upper", "both") and closed[1]:
            inside.append(high)
        self.anchor[symbol] = self.random.choice(inside)

    def bound(self, term: Expression, closed: bool) -> None:
        self.hypotheses.append(term >= 0 if closed else term > 0)
        (self.nonnegative if closed else self.positive).append(term)

    def joint(self) -> None:
        """One more fact about several variables, which holds at the anchor."""
        x, y = self.random.sample(self.symbols, 2)
        kind = self.random.choice(("order", "plane", "product", "equation"))
        term = {
            "order": x - y,
            "plane": rational(self.random, FACTORS) * x + rational(self.random, FACTORS) * y,
            "product": x * y,
            "equation": sum(self.symbols),
        }[kind]
        value = term.subs(self.anchor)
        if kind == "equation":
            self.zero.append(term - value)
            self.hypotheses.append(sp.Eq(term, value, evaluate=False))
        else:
            sign = self.random.choice((1, -1))
            room = self.random.choice((0, 0, 1)) * rational(self.random, FACTORS)
            self.bound(sign * (term - value) + room, True)

    # What the lemmas are applied to.

    def affine(self, anchor: Anchor) -> Expression:
        """A term of degree one that is zero at the anchor."""
        chosen = self.random.sample(self.symbols, self.random.randint(1, len(self.symbols)))
        return sum(self.random.choice((1, -1)) * self.factor() * (own - anchor[own]) for own in chosen)

    def vanishing(self, anchor: Anchor) -> Expression:
        """A term of degree one or two that is zero at the anchor."""
        found = self.affine(anchor)
        if self.random.random() < 0.25:
            found *= self.affine(anchor) + rational(self.random, ENDS)
        return found

    def factor(self) -> Expression:
        return rational(self.random, FACTORS)

    def someone(self) -> Expression:
        """A polynomial that is nonnegative on the domain."""
        facts = self.nonnegative + self.positive
        if facts and self.random.random() < 0.75:
            return self.factor() * self.random.choice(facts)
        return self.affine(self.anchor) ** 2 if self.random.random() < 0.5 else self.factor()

    def above(self, anchor: Anchor) -> Expression:
        """A polynomial that is positive on the domain and 1 at the anchor."""
        found = self.someone() + (self.factor() if self.random.random() < 0.7 or not self.positive else 0)
        if self.positive and not found.free_symbols:
            found = self.random.choice(self.positive)
        if not found.is_number and found.subs(anchor) > 0 and self.is_positive(found):
            return found / found.subs(anchor)
        return 1 + self.vanishing(anchor) ** 2

    def is_positive(self, term: Expression) -> bool:
        """Whether a term is seen to be positive: a positive fact, or one more than a nonnegative term."""
        facts = [*self.nonnegative, *self.positive]
        for fact in (sp.Integer(0), *facts):
            share = sp.Poly(term, *self.symbols).LC() / sp.Poly(fact, *self.symbols).LC() if fact != 0 else 0
            rest = sp.expand(term - share * fact)
            if rest.is_number and (rest > 0 or (rest == 0 and fact in self.positive)) and share >= 0:
                return True
        return False


def rational(random: Random, values: Sequence[Fraction]) -> Expression:
    """One of the values as SymPy's rational."""
    own = random.choice(values)
    return sp.Rational(own.numerator, own.denominator)


# The lemmas: each gives a term that is nonnegative on the domain and zero at the anchor.


def square(own: Domain, anchor: Anchor) -> Expression:
    return own.vanishing(anchor) ** 2


def weighted_square(own: Domain, anchor: Anchor) -> Expression:
    return own.someone() * own.affine(anchor) ** 2


def product_of_facts(own: Domain, anchor: Anchor) -> Expression:
    active = [fact for fact in own.nonnegative if fact.subs(anchor) == 0]
    return own.random.choice(active) * own.someone() if active else square(own, anchor)


def multiple_of_an_equation(own: Domain, anchor: Anchor) -> Expression:
    if not own.zero:
        return square(own, anchor)
    return own.zero[0] * (own.affine(anchor) + own.factor()) + own.affine(anchor) ** 2


def exponential(own: Domain, anchor: Anchor) -> Expression:
    u = own.vanishing(anchor)
    return sp.exp(u) - 1 - u


def logarithm(own: Domain, anchor: Anchor) -> Expression:
    u = own.above(anchor)
    return u - 1 - sp.log(u)


def entropy(own: Domain, anchor: Anchor) -> Expression:
    u = own.above(anchor)
    return u * sp.log(u) - u + 1


def two_means(own: Domain, anchor: Anchor) -> Expression:
    u, v = own.above(anchor), own.above(anchor)
    weight = own.random.choice((sp.Rational(1, 2), sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(3, 4)))
    return weight * u + (1 - weight) * v - u**weight * v ** (1 - weight)


def cubes(own: Domain, anchor: Anchor) -> Expression:
    u, v, w = (own.above(anchor) for _ in range(3))
    return u**3 + v**3 + w**3 - 3 * u * v * w


def ratio(own: Domain, anchor: Anchor) -> Expression:
    u, v = own.above(anchor), own.above(anchor)
    return u / v + v / u - 2


def jensen(own: Domain, anchor: Anchor) -> Expression:
    kind = own.random.choice(("exp", "log", "sqrt", "reciprocal"))
    if kind == "exp":
        u = own.affine(own.anchor)
        v = u + own.affine(anchor)
        return sp.exp(u) + sp.exp(v) - 2 * sp.exp((u + v) / 2)
    u, v = own.above(anchor), own.above(anchor)
    middle = (u + v) / 2
    if kind == "log":
        return 2 * sp.log(middle) - sp.log(u) - sp.log(v)
    if kind == "sqrt":
        return 2 * sp.sqrt(middle) - sp.sqrt(u) - sp.sqrt(v)
    return 1 / u + 1 / v - 2 / middle


def monotone(own: Domain, anchor: Anchor) -> Expression:
    rise = own.random.choice((square, weighted_square, product_of_facts))(own, anchor)
    kind = own.random.choice(("exp", "log", "sqrt", "atan", "tanh", "cube"))
    if kind in ("log", "sqrt"):
        function: Callable[[Expression], Expression] = sp.log if kind == "log" else sp.sqrt
        u = own.above(anchor)
    else:
        function = {"exp": sp.exp, "atan": sp.atan, "tanh": sp.tanh, "cube": lambda t: t**3}[kind]
        u = own.affine(own.anchor)
    return function(u + rise) - function(u)


def absolute(own: Domain, anchor: Anchor) -> Expression:
    u = own.affine(anchor)
    v = u + own.vanishing(anchor)
    return own.random.choice((sp.Abs(u) - u, sp.Abs(u) + sp.Abs(v) - sp.Abs(u + v), sp.Max(u, v) - u))


def one_sided(own: Domain, anchor: Anchor) -> Expression:
    """A function below its tangent or above it, at a nonnegative argument."""
    u = product_of_facts(own, anchor)
    return own.random.choice((
        u - sp.log(1 + u), u - sp.atan(u), u - sp.tanh(u), u - sp.sin(u), sp.exp(u) - 1 - u - u**2 / 2,
        1 + u / 2 - sp.sqrt(1 + u), u - 1 + sp.exp(-u), sp.sinh(u) - u,
    ))  # fmt: skip


def even(own: Domain, anchor: Anchor) -> Expression:
    u = own.affine(anchor)
    return own.random.choice(
        (sp.cosh(u) - 1 - u**2 / 2, sp.exp(u**2 / 2) - sp.cosh(u), sp.cos(u) - 1 + u**2 / 2)
    )


POLYNOMIAL = (square, square, weighted_square, product_of_facts, multiple_of_an_equation)
OTHER = (
    exponential, logarithm, entropy, two_means, cubes, ratio, jensen, monotone, absolute, one_sided, even,
)  # fmt: skip


def certified(own: Domain, tight: bool) -> Expression:
    """A term that is nonnegative on the domain; if `tight`, zero at its anchor, else positive everywhere."""
    random = own.random
    count = random.choice((1, 1, 2, 2, 3))
    lemmas = [random.choice(POLYNOMIAL) for _ in range(count)]
    if random.random() < 0.7:
        lemmas[0] = random.choice(OTHER)
    found = sp.Integer(0)
    for lemma in lemmas:
        part = own.factor() * lemma(own, own.anchor)
        if random.random() < 0.12:
            part *= own.above(own.anchor) if random.random() < 0.5 else sp.exp(own.affine(own.anchor))
        found += part
    return found if tight else found + own.factor() / random.choice((1, 1, 10, 100))


# How it is written.


def sides(random: Random, term: Expression) -> tuple[Expression, Expression]:
    """A larger and a smaller side whose difference is the term."""
    if random.random() < 0.15:
        return term, sp.Integer(0)
    if random.random() < 0.7:
        term = sp.expand(term)
    terms = sp.Add.make_args(term)
    larger = [own for own in terms if not own.could_extract_minus_sign()]
    smaller = [-own for own in terms if own.could_extract_minus_sign()]
    return sp.Add(*larger), sp.Add(*smaller)


def disguised(own: Domain, larger: Expression, smaller: Expression) -> tuple[Expression, Expression]:
    """The sides with the same done to both, which keeps the order of their values strictly."""
    random = own.random
    if random.random() < 0.15:
        common = own.affine(own.anchor) ** 2 if random.random() < 0.5 else own.affine(own.anchor)
        larger, smaller = larger + common, smaller + common
    if random.random() < 0.15:
        divisor = own.above(own.anchor)
        larger, smaller = sp.together(larger / divisor), sp.together(smaller / divisor)
    if random.random() < 0.06:
        function = random.choice((sp.exp, sp.atan, lambda side: side**3))
        larger, smaller = function(larger), function(smaller)
    return larger, smaller


def written(
    own: Domain, larger: Expression, smaller: Expression, strict: bool
) -> tuple[tuple[str, ...], tuple[str, ...], str, Mapping[str, Fraction]]:
    """Names, hypotheses and goal as texts, and the anchor; now and then with a variable moved."""
    random = own.random
    moved: dict[Expression, Expression] = {}
    anchor = dict(own.anchor)
    if random.random() < 0.2:
        symbol = random.choice(own.symbols)
        stretch, shift = own.factor() * random.choice((1, 1, -1)), rational(random, ENDS)
        moved[symbol] = stretch * symbol + shift
        anchor[symbol] = (anchor[symbol] - shift) / stretch
    hypotheses = tuple(_relation(random, fact, moved) for fact in own.hypotheses)
    larger, smaller = larger.subs(moved), smaller.subs(moved)
    first, second = (">", "<") if strict else (">=", "<=")
    goal = f"{larger} {first} {smaller}" if random.random() < 0.5 else f"{smaller} {second} {larger}"
    point = {symbol.name: Fraction(int(value.p), int(value.q)) for symbol, value in anchor.items()}
    return tuple(symbol.name for symbol in own.symbols), hypotheses, goal, point


def _relation(random: Random, fact: Expression, moved: Mapping[Expression, Expression]) -> str:
    if isinstance(fact, sp.Eq):
        return f"Eq({fact.lhs.subs(moved)}, {fact.rhs.subs(moved)})"
    sign = ">=" if isinstance(fact, sp.GreaterThan) else ">"
    assert sign == ">=" or isinstance(fact, sp.StrictGreaterThan)
    term = sp.expand(fact.gts.subs(moved) - fact.lts.subs(moved))
    constant, rest = term.as_coeff_Add()
    if rest.could_extract_minus_sign():
        return f"{-rest} {'<=' if sign == '>=' else '<'} {constant}"
    return f"{rest} {sign} {-constant}" if random.random() < 0.7 else f"{term} {sign} 0"


def true_goal(random: Random) -> RandomGoal:
    """A goal that holds wherever its hypotheses do, and is defined there."""
    while True:
        own = Domain(random)
        tight = random.random() < 0.6
        larger, smaller = disguised(own, *sides(random, certified(own, tight)))
        strict = not tight and random.random() < 0.5
        names, hypotheses, goal, point = written(own, larger, smaller, strict)
        if set(names) <= _names(goal) and len(goal) <= LONGEST:
            assert all(holds(relation, point) for relation in (*hypotheses, goal)), (hypotheses, goal, point)
            return RandomGoal(names, hypotheses, goal, "tight" if tight else "slack")


def false_goal(random: Random) -> RandomGoal:
    """A goal that fails at a known rational point at which its hypotheses hold."""
    while True:
        kind = random.choice(("constant", "factor", "strict", "dropped"))
        own = Domain(random)
        found = _dropped(own) if kind == "dropped" else _too_good(own, kind)
        if found is None or not set(found.names) <= _names(found.goal) or len(found.goal) > LONGEST:
            continue
        assert found.witness is not None
        admissible = all(holds(fact, found.witness) for fact in found.hypotheses)
        if admissible and holds(found.goal, found.witness) is False:
            return found


def _too_good(own: Domain, kind: str) -> RandomGoal | None:
    random = own.random
    larger, smaller = sides(random, certified(own, True))
    gain = rational(random, TOO_GOOD)
    if kind == "factor":
        value = sp.simplify(smaller.subs(own.anchor))
        if not value.is_positive:
            return None
        smaller *= 1 + gain
    if kind == "constant":
        smaller += gain
    larger, smaller = disguised(own, larger, smaller)
    names, hypotheses, goal, point = written(own, larger, smaller, kind == "strict")
    return RandomGoal(names, hypotheses, goal, kind, point)


def _dropped(own: Domain) -> RandomGoal | None:
    random = own.random
    if not own.hypotheses:
        return None
    larger, smaller = disguised(own, *sides(random, certified(own, True)))
    names, hypotheses, goal, point = written(own, larger, smaller, False)
    place = random.randrange(len(hypotheses))
    kept = hypotheses[:place] + hypotheses[place + 1 :]
    for _ in range(TRIALS):
        trial = {name: value + _step(random) for name, value in point.items()}
        if all(holds(fact, trial) for fact in kept) and holds(goal, trial) is False:
            return RandomGoal(names, kept, goal, "dropped", trial)
    return None


def _step(random: Random) -> Fraction:
    return random.choice((-1, 1, 0)) * random.choice(FACTORS) * random.choice((1, 1, Fraction(1, 4), 3))


def _names(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}
