"""Terms compiled to a tape: the arithmetic of `kernel.evaluation` whose numbers are rows of lanes.

A number is a Fraction, when it is the same for all lanes and rational, or a Node; a truth value is True,
False, or a Node that holds 1, 0, or NaN where undefined."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from boundkit.attack import machine as m
from boundkit.attack.tape import Builder, Node
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.kernel import laws
from boundkit.kernel.balls import Undefined
from boundkit.kernel.candidates import is_over_laws
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.exact import rational_value
from boundkit.kernel.values import Absent, Exhausted, Extent, Grid, Listed, Pair, Truth, Unsupported, Value

Number = Fraction | Node

_UNARY = {
    "neg": m.NEG, "abs": m.ABS, "sqrt": m.SQRT, "exp": m.EXP, "ln": m.LOG, "floor": m.FLOOR, "ceil": m.CEIL,
    "sin": m.SIN, "cos": m.COS, "tan": m.TAN, "arctan": m.ARCTAN, "sinh": m.SINH, "cosh": m.COSH,
    "tanh": m.TANH, "erf": m.ERF, "lnGamma": m.LGAMMA,
}  # fmt: skip
_FOLDED = frozenset({"+", "*", "min", "max"})
_LARGEST_POWER = 64


class Unguaranteed(Unsupported):
    """What only a family could guarantee, and none that was drawn from does."""


class Lanes:
    """Arithmetic that emits instructions."""

    exact = False

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def node(self, value: Number) -> Node:
        """The number as a row."""
        return value if isinstance(value, Node) else self.builder.constant(_double(value))

    def rational(self, value: Fraction) -> Number:
        return value

    def integer(self, value: Any) -> int | None:
        return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else None

    def constant(self, truth: bool) -> Truth:
        return truth

    def apply(self, head: str, args: Sequence[Number]) -> Number:
        count = len(args)
        if count != 2 and head in _FOLDED:
            total = args[0]
            for arg in args[1:]:
                total = self.apply(head, (total, arg))
            return total
        for arg in args:
            if isinstance(arg, Node):
                break
        else:
            exact = self._exact(head, args)
            if exact is not None:
                return exact
        if count == 2:
            return self._binary(head, args[0], args[1])
        if head in _UNARY:
            return self.builder.emit(_UNARY[head], self.node(args[0]))
        if count == 1:
            return self._composed(head, args[0])
        raise Unsupported(f"`{head}` of {count} arguments")

    def _exact(self, head: str, args: Sequence[Any]) -> Fraction | None:
        match head:
            case "+":
                return Fraction(args[0] + args[1])
            case "-":
                return Fraction(args[0] - args[1])
            case "*":
                return Fraction(args[0] * args[1])
        try:
            found = rational_value(head, [fmpq(arg.numerator, arg.denominator) for arg in args], True)
        except (Undefined, Exhausted):
            return None
        return None if found is None else Fraction(int(found.p), int(found.q))

    def _binary(self, head: str, a: Number, b: Number) -> Number:
        emit, node = self.builder.emit, self.node
        match head:
            case "+":
                if not isinstance(a, Node):
                    a, b = b, a
                if not isinstance(b, Node):
                    return a if b == 0 else emit(m.ADDC, node(a), constant=_double(b))
                return emit(m.ADD, *sorted((node(a), node(b))))
            case "-":
                if not isinstance(a, Node):
                    return emit(m.NEG, node(b)) if a == 0 else emit(m.RSUBC, node(b), constant=_double(a))
                if not isinstance(b, Node):
                    return a if b == 0 else emit(m.ADDC, a, constant=-_double(b))
                return emit(m.SUB, a, b)
            case "*":
                if not isinstance(a, Node):
                    a, b = b, a
                if not isinstance(b, Node):
                    if b in (1, -1):
                        return a if b == 1 else emit(m.NEG, node(a))
                    return emit(m.MULC, node(a), constant=_double(b))
                return emit(m.MUL, *sorted((node(a), node(b))))
            case "/":
                if not isinstance(a, Node):
                    return emit(m.RDIVC, node(b), constant=_double(a))
                if not isinstance(b, Node) and b == 1:
                    return a
                return emit(m.DIV, a, node(b))
            case "^":
                return self._power(a, b)
            case "min" | "max":
                return emit(m.MIN if head == "min" else m.MAX, node(a), node(b))
        raise Unsupported(f"`{head}` in the attack")

    def _power(self, base: Number, exponent: Number) -> Number:
        if not isinstance(exponent, Node) and abs(exponent.numerator) <= _LARGEST_POWER:
            if exponent.denominator == 1:
                positive = self._integer_power(base, abs(exponent.numerator))
                return positive if exponent >= 0 else self.apply("/", (Fraction(1), positive))
            if exponent.denominator == 2:
                return self.apply("sqrt", (self._power(base, Fraction(exponent.numerator)),))
        logarithm = self.apply("ln", (base,))
        return self.apply("exp", (self.apply("*", (exponent, logarithm)),))

    def _integer_power(self, base: Number, exponent: int) -> Number:
        if exponent == 0:
            # 1 where the base is defined
            return self.apply("+", (self.apply("*", (base, Fraction(0))), Fraction(1)))
        if exponent == 1:
            return base
        half = self._integer_power(base, exponent // 2)
        square = self.apply("*", (half, half))
        return square if exponent % 2 == 0 else self.apply("*", (square, base))

    def _composed(self, head: str, a: Number) -> Number:
        match head:
            case "log2":
                return self.apply("*", (self.apply("ln", (a,)), self.builder.constant(1 / math.log(2))))
            case "xlnx":
                at_zero = self.compare("=", a, Fraction(0))
                product = self.apply("*", (a, self.apply("ln", (a,))))
                found: Number = self.choose(at_zero, lambda: Fraction(0), lambda: product)
                return found
            case "sign":
                above = self.compare("<", Fraction(0), a)
                below = self.compare("<", a, Fraction(0))
                outer = self.choose(below, lambda: Fraction(-1), lambda: Fraction(0))
                sign: Number = self.choose(above, lambda: Fraction(1), lambda: outer)
                return sign
            case "Phi":
                inner = self.apply("erf", (self.apply("*", (a, self.builder.constant(math.sqrt(0.5)))),))
                return self.apply("/", (self.apply("+", (inner, Fraction(1))), Fraction(2)))
            case "Gamma":
                return self.apply("exp", (self.apply("lnGamma", (a,)),))
        raise Unsupported(f"`{head}` in the attack")

    def compare(self, head: str, left: Number, right: Number) -> Truth:
        if not isinstance(left, Node) and not isinstance(right, Node):
            return {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}[head]
        a, b = self.node(left), self.node(right)
        if head == "!=":
            return self.builder.emit(m.NOT, self.builder.emit(m.EQ, a, b))
        return self.builder.emit({"<=": m.LE, "<": m.LT, "=": m.EQ}[head], a, b)

    def every(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        total: Truth = True
        for part in parts:
            truth = part()
            if truth is False:
                return False
            if truth is not True:
                total = truth if total is True else self.builder.emit(m.AND, *sorted((total, truth)))
        return total

    def some(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        total: Truth = False
        for part in parts:
            truth = part()
            if truth is True:
                return True
            if truth is not False:
                total = truth if total is False else self.builder.emit(m.OR, *sorted((total, truth)))
        return total

    def negation(self, truth: Truth) -> Truth:
        return not truth if isinstance(truth, bool) else self.builder.emit(m.NOT, truth)

    def one_sided(self, truth: Truth) -> Truth:
        return truth

    def indicator(self, truth: Truth) -> Any:
        return self.choose(truth, lambda: Fraction(1), lambda: Fraction(0))

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if isinstance(condition, bool):
            return then() if condition else otherwise()
        return self.selected(condition, then(), otherwise())

    def selected(self, condition: Node, then: Value, otherwise: Value) -> Value:
        """The value of one of two branches, lane by lane; grids entry by entry."""
        if isinstance(then, Grid):
            pairs = zip(then.entries, otherwise.entries, strict=True)
            return Grid(then.rows, then.columns, tuple(self.selected(condition, *pair) for pair in pairs))
        if not isinstance(then, Node) and then == otherwise:
            return then
        return self.builder.emit(m.SELECT, self.node(then), self.node(otherwise), condition)


class Compiler(Evaluator):
    """The evaluator over lanes. Properties, subgradients and minimisers are not evaluated here: the model
    accounts for them."""

    arithmetic: Lanes
    most_outcomes = 1024

    def gap(self, term: Term, scope: Scope) -> tuple[Node, Node]:
        """A row that is >= 0 where the proposition holds, < 0 where it fails, NaN where undefined, and
        relative to the size of the numbers compared; and a row with the largest ratio left/right of an
        inequality in it, NaN where there is none with a positive right side."""
        if isinstance(term, Bind) and term.head == "forall":
            elements = self.ranging(term, scope)
            if elements is not None:
                name = term.variable.text
                return self._least([self.gap(term.body, {**scope, name: element}) for element in elements])
            if term.variable.text in self.proposals and not is_over_laws(term):
                chosen = self.proposals[term.variable.text]
                inside = self._contains(self.extent(term.domain, scope), chosen, scope)
                return self._where(inside, term.body, {**scope, term.variable.text: chosen})
        elif isinstance(term, Apply) and term.head == "and":
            return self._least([self.gap(part, scope) for part in term.args])
        elif isinstance(term, Apply) and term.head == "with_probability":
            return self._relative(
                "<=", self.value(term.args[0], scope), laws.probability(self, term.args[1], scope)
            )
        elif isinstance(term, Apply) and term.head == "almost_surely":
            return self._least(
                [self._at_outcome(*one, term.args[0], scope) for one in self._joint(term, scope)]
            )
        elif isinstance(term, Apply) and term.head in ("<=", "<", "="):
            left, right = (self.value(side, scope) for side in term.args)
            if isinstance(left, Listed | Pair) or isinstance(right, Listed | Pair):
                return self._decided(self.truth(term, scope))
            if isinstance(left, Grid) and isinstance(right, Grid):
                if (left.rows, left.columns) != (right.rows, right.columns):
                    raise Absent("matrices of different sizes compared")
                pairs = zip(left.entries, right.entries, strict=True)
                return self._least([self._relative(term.head, *pair) for pair in pairs])
            return self._relative(term.head, left, right)
        elif isinstance(term, Apply) and term.head == "implies":
            return self._where(self.truth(term.args[0], scope), term.args[1], scope)
        return self._decided(self.truth(term, scope))

    def _decided(self, truth: Truth) -> tuple[Node, Node]:
        """The gap 1/2 where a truth value is true, -1/2 where it is false; no ratio."""
        builder = self.arithmetic.builder
        nothing = builder.constant(math.nan)
        if isinstance(truth, bool):
            return builder.constant(0.5 if truth else -0.5), nothing
        return builder.emit(m.ADDC, truth, constant=-0.5), nothing

    def _joint(self, term: Apply, scope: Scope) -> list[tuple[Any, Compiler]]:
        """The outcomes of the draws in a statement that holds almost surely, with their weights."""
        found = laws.joint(self, term.args[:1], scope)
        return [(weight, child) for weight, child in found if isinstance(child, Compiler)]

    def _at_outcome(self, weight: Any, child: Compiler, body: Term, scope: Scope) -> tuple[Node, Node]:
        """The gap and ratio of a proposition at an outcome, where that has mass."""
        null = self.arithmetic.compare("=", weight, Fraction(0))
        gap, ratio = child.gap(body, scope)
        return self._on(self.arithmetic.negation(null), gap, ratio)

    def _where(self, premise: Truth, conclusion: Term, scope: Scope) -> tuple[Node, Node]:
        """The gap and ratio of the conclusion on the lanes where the premise holds; 1/2 on the others."""
        if premise is False:
            return self._decided(True)
        return self._on(premise, *self.gap(conclusion, scope))

    def _on(self, premise: Truth, gap: Node, ratio: Node) -> tuple[Node, Node]:
        """The gap and ratio on the lanes where the premise holds; 1/2 on the others."""
        builder = self.arithmetic.builder
        half, nothing = self._decided(True)
        if isinstance(premise, bool):
            return (gap, ratio) if premise else (half, nothing)
        return builder.emit(m.SELECT, gap, half, premise), builder.emit(m.SELECT, ratio, nothing, premise)

    def accepted(self, truth: Truth) -> Node:
        """A truth value as a row."""
        return self.arithmetic.builder.constant(float(truth)) if isinstance(truth, bool) else truth

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        raise Unguaranteed(f"no draw guarantees `{name}`")

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        raise Unguaranteed("no draw is this subgradient")

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        raise Unguaranteed("no draw plants this minimiser")

    def _relative(self, head: str, left: Value, right: Value) -> tuple[Node, Node]:
        builder, arithmetic = self.arithmetic.builder, self.arithmetic
        a, b = arithmetic.node(left), arithmetic.node(right)
        if not isinstance(left, Node) and not isinstance(right, Node):
            return builder.constant(0.5 if self.arithmetic.compare(head, left, right) else -0.5), self._ratio(
                a, b
            )
        if a == b and head != "<" and isinstance(left, Node) and isinstance(right, Node):
            # one and the same number: 1/2 where it is finite
            return builder.emit(m.ADDC, builder.emit(m.SUB, a, a), constant=0.5), self._ratio(a, b)
        difference = builder.emit(m.SUB, b, a)
        size = builder.emit(m.ADD, builder.size(a), builder.size(b))
        scaled = builder.emit(m.DIV, difference, builder.emit(m.ADDC, size, constant=1e-300))
        nothing = builder.constant(math.nan)
        if head == "=":
            distance = builder.emit(m.ABS, scaled)
            return builder.emit(m.RSUBC, distance, constant=2 * m.TOLERANCE), nothing
        if head == "<":
            equal = builder.emit(m.EQ, scaled, builder.constant(0.0))
            scaled = builder.emit(m.SELECT, builder.constant(-m.TOLERANCE / 2), scaled, equal)
        return scaled, self._ratio(a, b)

    def _ratio(self, left: Node, right: Node) -> Node:
        builder = self.arithmetic.builder
        positive = builder.emit(m.LT, builder.constant(0.0), right)
        return builder.emit(m.SELECT, builder.emit(m.DIV, left, right), builder.constant(math.nan), positive)

    def _least(self, parts: Sequence[tuple[Node, Node]]) -> tuple[Node, Node]:
        builder = self.arithmetic.builder
        if not parts:
            return builder.constant(0.5), builder.constant(math.nan)
        gap, ratio = parts[0]
        for other_gap, other_ratio in parts[1:]:
            gap = builder.emit(m.MIN, gap, other_gap)
            ratio = builder.emit(m.ABOVE, ratio, other_ratio)
        return gap, ratio


def _double(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
