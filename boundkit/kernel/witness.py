"""The exact check of a counterexample: a theorem, a label, an instance; hypotheses first.

An instance is plain JSON data:

    {"values": {name: value, …}, "bound": {name: value, …}, "process": …, "ray": …}

A value is a rational as text or integer ("3/4"), a list of them (a vector), a list of equally long lists
(a matrix), {"first": 1, "items": [value, …]} (a sequence), {"matrix": [[…], …]} (a matrix, also with one
column), {"family": name, …} (a function, see `kernel.forms`), {"defined": name, "parameters": {name: value,
…}} (a function of a family that the file defines), {"weights": [p, …], "outcomes": [value, …]}
(a finite law), {"elements": 3} (an abstract type of three elements, numbered from 1), {"shape": [2, 3],
"entries": [value, …]} (a function of such elements, the last argument running fastest; a tuple counts as so
many arguments), {"set": [value, …]}, or {"pair": [value, value]}.

`bound` proposes values for variables bound by a `forall` whose range cannot be listed; for a law also
{"tilt": g, "of": P, "rate": p}, the tilt of P by exp(p*g). `process` is {"names": [name, …], "weights": [p,
…], "outcomes": [[value, …], …]}, the joint law of the draws that have no law of their own. `ray` is {"name":
x, "end": p}: x runs from its value to the end, which refutes a statement up to a constant (`kernel.rays`).

Arithmetic is rational as long as it can be, then balls at 64, 128, … 4096 bits until every sign is
certain. What is not certain is reported as undecided, what is not understood as unsupported."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpz

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.ir.theorems import Family, Theorem
from boundkit.kernel import extended, forms, rays
from boundkit.kernel.balls import Undecided, Undefined, apply_head, precisely
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.families import read_member
from boundkit.kernel.grids import norm
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.reading import fits, read_process, read_value
from boundkit.kernel.values import Absent, Exhausted, Extent, Grid, Listed, Truth, Unsupported, Value

PRECISIONS = (64, 128, 256, 512, 1024, 2048, 4096)
LARGEST_POWER = 4096
LARGEST_BITS = 1 << 16

SHORTEST, LONGEST = 4, 40
"""Digits of a number that is shown cut."""

TOO_CLOSE = "the sides are too close"
LEFT_OPEN = "a side is known only between ends, or up to a constant"
NOT_REFUTED = "not refuted at the values proposed for an infinite range"

OUTCOMES = ("violated", "holds", "inadmissible", "undefined", "undecided", "unsupported", "malformed")


@dataclass(frozen=True)
class Finding:
    """What the check of one instance found.

    outcome: `violated` (all hypotheses certainly true, the statement certainly false), `holds`,
    `inadmissible` (a hypothesis is false or undefined), `undefined` (a subterm of the statement is),
    `undecided`, `unsupported`, `malformed`. Only `violated` refutes.
    reason: one line; names the hypothesis, the subterm or the missing ability.
    where: bound variables at the failing place, outermost first, such as ("t", "3").
    relation, left, right: the failing relation and its sides, rationals or decimal enclosures.
    comparison: what holds instead, ready to print: `1 > 0.6065... at t = 3`.
    margin: where nothing failed, the least relative gap of an inequality, in doubles; for a search.
    precision: bits that were needed; 0 when all was rational.
    hypotheses: the labels found true, in order."""

    outcome: str
    label: str
    reason: str = ""
    where: tuple[tuple[str, str], ...] = ()
    relation: str = ""
    left: str = ""
    right: str = ""
    precision: int = 0
    hypotheses: tuple[str, ...] = ()
    comparison: str = ""
    margin: float = math.inf

    def __bool__(self) -> bool:
        raise TypeError("a Finding is no truth value; ask for its outcome")


class Exact:
    """Rationals, and balls where no rational will do. Truth is True, False, or None when not certain;
    `imprecise` tells whether a ball was too wide to decide, `left_open` whether a number that is known only
    between ends was."""

    exact = True

    def __init__(self) -> None:
        self.imprecise = False
        self.left_open = False
        self.margin = math.inf
        self.rounded = False
        self.failed: tuple[str, Any, Any] | None = None

    def rational(self, value: Fraction) -> Any:
        return fmpq(value.numerator, value.denominator)

    def integer(self, value: Any) -> int | None:
        return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None

    def constant(self, truth: bool) -> Truth:
        return truth

    def apply(self, head: str, args: Sequence[Any], integral_exponent: bool = False) -> Any:
        if all(isinstance(arg, fmpq) for arg in args):
            found = rational_value(head, args, integral_exponent)
            if found is not None:
                return found
        self.rounded = True
        try:
            if any(extended.is_extended(arg) for arg in args):
                return extended.apply(head, args, integral_exponent)
            balls = [arb(arg) if isinstance(arg, fmpq) else arg for arg in args]
            return apply_head(head, balls, integral_exponent)
        except Undecided:
            self.imprecise = True
            raise

    def compare(self, head: str, left: Any, right: Any) -> Truth:
        truth = self._compare(head, left, right)
        if truth is False:
            self.failed = (head, left, right)
        return truth

    def _compare(self, head: str, left: Any, right: Any) -> Truth:
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            exact = {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}
            return bool(exact[head])
        if extended.is_extended(left) or extended.is_extended(right):
            truth = extended.compare(head, left, right)
            self.left_open = self.left_open or truth is None
            return truth
        a, b = arb(left), arb(right)
        match head:
            case "<=" if a <= b:
                return True
            case "<=" if a > b:
                return False
            case "<" if a < b:
                return True
            case "<" if a >= b:
                return False
            case "=" | "!=" if a < b or a > b:
                return head == "!="
        self.imprecise = True
        return None

    def every(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        answer: Truth = True
        for part in parts:
            truth = part()
            if truth is False:
                return False
            answer = answer if truth else None
        return answer

    def some(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        answer: Truth = False
        for part in parts:
            truth = part()
            if truth is True:
                return True
            answer = answer if truth is False else None
        return answer

    def negation(self, truth: Truth) -> Truth:
        return None if truth is None else not truth

    def one_sided(self, truth: Truth) -> Truth:
        return False if truth is False else None

    def leave_open(self) -> None:
        """Something is known only between ends, or up to a constant."""
        self.left_open = True

    def outermost(self, head: str, left: Any, right: Any) -> None:
        """Keeps the least relative gap of the inequalities, roughly: it guides a search and decides
        nothing."""
        if head not in ("<=", "<"):
            return
        if not all(isinstance(side, fmpq | arb | extended.Between) for side in (left, right)):
            return
        a, b = extended.roughly(left, False), extended.roughly(right, True)
        if math.isfinite(a) and math.isfinite(b) and a != 0.0 != b:
            self.margin = min(self.margin, (b - a) / (abs(a) + abs(b)))

    def indicator(self, truth: Truth) -> Any:
        if truth is None:
            return extended.between(fmpq(0), fmpq(1))
        return fmpq(int(truth))

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if condition is None:
            raise Undecided("the condition of a choice")
        return then() if condition else otherwise()


class Judge(Evaluator):
    """The evaluator over exact numbers; functions answer through `kernel.forms`."""

    arithmetic: Exact
    ray: rays.Ray | None = None

    def _operate(self, head: str, args: list[Value], term: Apply) -> Value:
        if head == "^" and not isinstance(args[0], Grid):
            return self.arithmetic.apply(head, args, term.args[1].sort in (NAT, INT))
        return super()._operate(head, args, term)

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        # What holds on the whole space holds on any part of it.
        numbers = [parameter for parameter in parameters if not isinstance(parameter, Extent)]
        if len(numbers) != forms.PARAMETERS.get(name):
            return None
        truth = form.guarantees(self.arithmetic, name, numbers)
        return True if truth is True else None

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        return form.has_subgradient(self.arithmetic, point, value)

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        term = extent.term
        if not isinstance(term, Bind):
            raise Unsupported("this argmin")
        body = term.body
        if not (isinstance(body, Apply) and body.head == "call" and body.args[1:] == (term.variable,)):
            raise Unsupported(f"a minimiser of `{body}`")
        form = self.value(body.args[0], scope)
        if not hasattr(form, "is_minimiser"):
            raise Unsupported(f"a minimiser of `{body}`")
        domain = extent.parts[0]
        inside = self._contains(domain, value, scope)
        if inside is not True:
            return inside
        if form.is_minimiser(self.arithmetic, value, False) is True:
            return True
        if domain.kind == "everything":
            return form.is_minimiser(self.arithmetic, value, False)
        if domain.kind == "ball":
            at_edge = self.arithmetic.compare("=", norm(self.arithmetic, "norm", value), domain.parts[1])
            if at_edge is None:
                return None
            # inside the ball, a convex function has no other minimisers than over the whole space
            return form.is_minimiser(self.arithmetic, value, at_edge)
        return None


def rational_value(head: str, args: Sequence[Any], integral_exponent: bool = False) -> Any:
    """head at rationals when the value is rational and found without rounding, else None.
    Raises Undefined outside the domain."""
    match head:
        case "+":
            total = fmpq(0)
            for arg in args:
                total = total + arg
            return total
        case "*":
            product = fmpq(1)
            for arg in args:
                product = product * arg
            return product
        case "-":
            return args[0] - args[1]
        case "neg":
            return -args[0]
        case "/":
            if args[1] == 0:
                raise Undefined(f"division of {args[0]} by zero")
            return args[0] / args[1]
        case "^":
            return _rational_power(args[0], args[1], integral_exponent)
        case "abs":
            return args[0] if args[0] >= 0 else -args[0]
        case "min":
            return min(args)
        case "max":
            return max(args)
        case "floor":
            return fmpq(args[0].floor())
        case "ceil":
            return fmpq(args[0].ceil())
        case "sign":
            return fmpq(int(args[0] > 0) - int(args[0] < 0))
        case "sqrt":
            if args[0] < 0:
                raise Undefined(f"the square root of {args[0]}")
            top, bottom = fmpz(args[0].p).isqrt(), fmpz(args[0].q).isqrt()
            return fmpq(top, bottom) if top * top == args[0].p and bottom * bottom == args[0].q else None
        case "exp" if args[0] == 0:
            return fmpq(1)
        case "ln" | "log2" if args[0] <= 0:
            raise Undefined(f"the logarithm of {args[0]}")
        case "ln" | "log2" if args[0] == 1:
            return fmpq(0)
        case "xlnx" if args[0] in (0, 1):
            return fmpq(0)
    return None


def _rational_power(base: Any, exponent: Any, integral: bool) -> Any:
    if exponent.q != 1:
        return (
            rational_value("sqrt", (_small_power(base, int(exponent.p)),))
            if exponent.q == 2 and base >= 0
            else None
        )
    if base == 0 and (exponent < 0 or (exponent == 0 and not integral)):
        raise Undefined(f"0^{exponent}")
    return _small_power(base, int(exponent.p))


def _small_power(base: Any, exponent: int) -> Any:
    bits = max(int(base.p).bit_length(), int(base.q).bit_length())
    if abs(exponent) > LARGEST_POWER or bits * abs(exponent) > LARGEST_BITS:
        raise Exhausted(f"the power {exponent} of a number of {bits} bits")
    if base == 0 and exponent < 0:
        raise Undefined(f"0^{exponent}")
    return base**exponent


def check_witness(
    theorem: Theorem,
    label: str,
    instance: Mapping[str, Any],
    budget: int = 400_000,
    families: Mapping[str, Family] | None = None,
) -> Finding:
    """Evaluates the hypotheses of `theorem`, then the claim or step `label`, exactly at `instance`.

    Every hypothesis must be certainly true for the outcome `violated`. `budget` bounds the evaluated
    terms at each precision; `families` are those that the file defines. Raises
    KeyError for an unknown label, and nothing else."""
    return check_all(theorem, (label,), instance, budget, families)[label]


def check_all(
    theorem: Theorem,
    labels: Iterable[str],
    instance: Mapping[str, Any],
    budget: int = 400_000,
    families: Mapping[str, Family] | None = None,
    spent: list[int] | None = None,
) -> dict[str, Finding]:
    """What `check_witness` finds for each of the labels; the hypotheses are evaluated once at each
    precision. The number of evaluated terms is added to the one entry of `spent`."""
    found: dict[str, Finding] = {}
    pending = {label: theorem.statement[label].formula for label in labels}
    for precision in PRECISIONS:
        with precisely(precision):
            arithmetic = Exact()
            failure = ""
            try:
                judge = _judge(theorem, instance, arithmetic, budget, families or {})
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
                failure = f"the instance: {error}"
            except (Absent, Exhausted, Undecided, Undefined, Unsupported) as error:
                failure = f"the instance: {error}"
            if failure:
                return {label: Finding("malformed", label, failure) for label in pending} | found
            excluded, held = _hypotheses(theorem, judge)
            decided = not arithmetic.imprecise
            used = budget - judge.left[0]
            for label, formula in list(pending.items()):
                arithmetic.imprecise = not decided
                judge.left[0] = budget
                if excluded is not None:
                    found[label] = replace(excluded, label=label)
                else:
                    found[label] = _examine(label, formula, judge, precision, held)
                    used += budget - judge.left[0]
                if found[label].outcome != "undecided" or not arithmetic.imprecise:
                    del pending[label]
        if spent is not None:
            spent[0] += used
        if not pending:
            break
    return found


def _hypotheses(theorem: Theorem, judge: Judge) -> tuple[Finding | None, tuple[str, ...]]:
    """The labels of the hypotheses that were found true, and, when not all were, what was found instead."""
    true: list[str] = []
    for hypothesis in theorem.hypotheses:
        stage = f"hypothesis `{hypothesis.label}`"

        def found(outcome: str, reason: str, stage: str = stage) -> tuple[Finding, tuple[str, ...]]:
            return Finding(outcome, "", f"{stage} {reason}", hypotheses=tuple(true)), tuple(true)

        try:
            truth = judge.truth(hypothesis.formula, {})
        except (Undefined, Absent) as error:
            return found("inadmissible", f"is undefined: {error}")
        except Undecided as error:
            return found("undecided", f"is not certain: {error}")
        except Unsupported as error:
            return found("unsupported", f"is not evaluated: {error}")
        except (Exhausted, RecursionError, OverflowError, MemoryError) as error:
            return found("unsupported", f"is too large: {error}")
        except (ValueError, TypeError, AttributeError) as error:
            return found("malformed", f"cannot be evaluated: {error}")
        if truth is False:
            return found("inadmissible", "is false")
        if truth is None:
            return found("undecided", "is not certain")
        true.append(hypothesis.label)
    return None, tuple(true)


def _examine(label: str, formula: Term, judge: Judge, precision: int, true: tuple[str, ...]) -> Finding:
    """What the evaluation of a statement finds where all hypotheses hold."""
    arithmetic = judge.arithmetic
    judge.trail.clear()
    arithmetic.failed, arithmetic.left_open, arithmetic.margin = None, False, math.inf
    stage = "the statement"
    try:
        truth = judge.truth(formula, {})
    except (Undefined, Absent) as error:
        return Finding("undefined", label, f"{stage}: {error}", _trail(judge), hypotheses=true)
    except Undecided as error:
        return Finding("undecided", label, f"{stage}: {error}", hypotheses=true)
    except Unsupported as error:
        return Finding("unsupported", label, f"{stage}: {error}", hypotheses=true)
    except (Exhausted, RecursionError, OverflowError, MemoryError) as error:
        return Finding("unsupported", label, f"{stage} is too large: {error}", hypotheses=true)
    except (ValueError, TypeError, AttributeError) as error:
        return Finding("malformed", label, f"{stage}: {error}", hypotheses=true)
    if truth is None and judge.ray is not None and (words := rays.refuted_along(judge, formula, judge.ray)):
        why = "all hypotheses hold and the statement is false for every constant"
        return Finding("violated", label, why, hypotheses=true, comparison=words)
    if truth is None:
        reason = TOO_CLOSE if arithmetic.imprecise else LEFT_OPEN if arithmetic.left_open else NOT_REFUTED
        return Finding("undecided", label, reason, hypotheses=true, margin=arithmetic.margin)
    bits = precision if arithmetic.rounded else 0
    if truth:
        return Finding("holds", label, precision=bits, hypotheses=true, margin=arithmetic.margin)
    head, left, right = arithmetic.failed or ("", fmpq(0), fmpq(0))
    return Finding(
        "violated",
        label,
        "all hypotheses hold and the statement is false",
        _trail(judge),
        f"{shown(left)} {head} {shown(right)} is false" if head else "",
        shown(left) if head else "",
        shown(right) if head else "",
        bits,
        true,
        compared(head, left, right, _trail(judge)) if head else "",
    )


def _trail(judge: Judge) -> tuple[tuple[str, str], ...]:
    return tuple((name, _shown_value(value)) for name, value in judge.trail)


def _shown_value(value: Value) -> str:
    if isinstance(value, Grid):
        return "[" + ", ".join(map(shown, value.entries)) + "]"
    return shown(value) if isinstance(value, fmpq | arb) else _shown_structure(value)


def _shown_structure(value: Value) -> str:
    """A law as outcomes with weights, a set or tuple by its members."""
    if isinstance(value, FiniteLaw):
        pairs = zip(value.outcomes, value.weights, strict=True)
        return "{" + ", ".join(f"{_shown_value(x)}: {_shown_value(p)}" for x, p in pairs) + "}"
    if isinstance(value, Listed):
        return "(" + ", ".join(map(_shown_value, value.items)) + ")"
    if isinstance(value, Extent):
        return "{" + ", ".join(map(_shown_value, value.parts)) + "}"
    return str(value)


def compared(head: str, left: Any, right: Any, where: Sequence[tuple[str, str]] = ()) -> str:
    """The contrary of a relation that fails, with short sides and the place where it fails."""
    contrary = {"<=": ">", "<": ">=", "=": "!=", "!=": "="}[head]
    sides = [short(left), short(right)]
    digits = SHORTEST
    while _read(sides[0]) == _read(sides[1]) and contrary in (">", "!=") and digits < LONGEST:
        digits += 2
        sides = [short(left, digits), short(right, digits)]
    place = "".join(f"{' at' if not k else ','} {name} = {value}" for k, (name, value) in enumerate(where))
    return f"{sides[0]} {contrary} {sides[1]}{place}"


def short(number: Any, digits: int = SHORTEST) -> str:
    """A rational of few digits as it is; any other number cut to some digits, as in `0.6065...`."""
    if extended.is_extended(number):
        return str(number)
    if isinstance(number, fmpq):
        text = str(number)
        if len(text) <= 12:
            return text
        with precisely(8 * LONGEST):
            number = arb(number)
    if number.rel_accuracy_bits() < 3.4 * digits:
        return shown(number)
    middle = Decimal(str(number.mid().str(LONGEST + 4, radius=False)))
    if middle == 0 or not middle.is_finite():
        return shown(number)
    place = middle.adjusted()
    digits = max(digits, place + 1) if place < 12 else digits
    cut = Context(LONGEST + 20, ROUND_DOWN).quantize(middle, Decimal(1).scaleb(place - digits + 1))
    if -5 <= place < 12:
        return f"{cut:f}..."
    return f"{cut:E}".replace("E", "...e")


def _read(text: str) -> Any:
    """The number that a short text shows, or the text itself when it is an enclosure."""
    try:
        return Fraction(text.replace("...", ""))
    except ValueError:
        return text


def shown(number: Any) -> str:
    """A rational as it is, a ball as a decimal enclosure."""
    if isinstance(number, fmpq) or extended.is_extended(number):
        return str(number)
    return str(number.str(20))


def _judge(
    theorem: Theorem,
    instance: Mapping[str, Any],
    arithmetic: Exact,
    budget: int,
    families: Mapping[str, Family],
) -> Judge:
    values = instance["values"]
    declared = {name: declaration.name.sort for name, declaration in theorem.declaration.items()}
    unknown = set(values) - set(declared)
    if unknown:
        raise ValueError(f"`{min(unknown)}` is not declared")
    judge = Judge(theorem, arithmetic, {}, {}, budget)

    def member(data: Mapping[str, Any]) -> Value:
        return read_member(judge, families, data, read_value, fits)

    judge.names.update({name: read_value(value, member) for name, value in values.items()})
    bound = instance.get("bound", {})
    judge.proposals.update({name: read_value(value, member) for name, value in bound.items()})
    for name, value in list(judge.names.items()):
        fits(judge, name, declared[name], value)
    if "ray" in instance:
        name = str(instance["ray"]["name"])
        near, end = judge.names[name], read_value(instance["ray"]["end"])
        if not isinstance(near, fmpq) or not isinstance(end, fmpq) or near == end:
            raise ValueError("a ray runs from the value of a number to another one")
        judge.ray = rays.Ray(name, near, end)
    if "process" in instance:
        judge.process = read_process(judge, instance["process"], theorem.declaration)
    return judge
