"""Each step of a cover accepts what it shows, and turns down what it does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import EXTREAL, INT, REAL, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number, relation
from boundkit.kernel import certificates as c
from boundkit.kernel import judge
from boundkit.kernel.balls import Undefined, decide
from boundkit.kernel.cover import check_cover
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import (
    STEPS,
    Cancelled,
    Cases,
    Changed,
    Chosen,
    Convex,
    Enclosed,
    Equation,
    Evaluated,
    Excluded,
    Expanded,
    Fact,
    Falling,
    Fixed,
    Generalised,
    Identity,
    Induction,
    Instance,
    Interpolated,
    Kept,
    Known,
    Lambert,
    Lattice,
    Lemma,
    Lowered,
    Means,
    Monotone,
    Narrowed,
    Periodic,
    Powered,
    Product,
    Range,
    Recurrence,
    Rejected,
    Residues,
    Rewritten,
    Rooted,
    Rounded,
    Scaled,
    Split,
    Step,
    Stirling,
    Sum,
    Telescoped,
    Valley,
    Vanishes,
    Whole,
    from_json,
    to_json,
)

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}


def term(text: str) -> Term:
    """The term that a Python expression spells, of real numbers throughout."""

    def read(node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=int(value)):
                return number(value)
            case ast.Name(id=name):
                return Name(name, REAL)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return number(-value)
            case ast.BinOp(
                left=ast.Constant(value=int(top)), op=ast.Div(), right=ast.Constant(value=int(low))
            ):
                return number(Fraction(top, low))
            case ast.BinOp(left=left, op=op, right=right):
                return Apply(OPERATORS[type(op)], (read(left), read(right)), REAL)
            case ast.Call(func=ast.Name(id=head), args=args):
                return Apply(head, tuple(map(read, args)), REAL)
        raise ValueError(text)

    return read(ast.parse(text, mode="eval").body)


def span(lower: int | None, upper: int | None, kind: str = "[]") -> Range:
    ends = (None if end is None else Fraction(end) for end in (lower, upper))
    return Range(*ends, kind[0] == "[", kind[1] == "]")


LINE, UNIT, RAY, POSITIVE = span(None, None, "()"), span(0, 1), span(0, None), span(0, None, "()")
NATURALS = Range(Fraction(0), None, integral=True)
INTEGERS = Range(Fraction(0), Fraction(1), integral=True)
E, V = Enclosed(), Evaluated()
NOTHING = Product((ZERO,), (E,))
"""The slack is 0, written in another way."""


@dataclass(frozen=True)
class Example:
    """A slack over a box under facts, with its certificate."""

    slack: str
    box: dict[str, Range]
    step: Step
    facts: tuple[tuple[str, str], ...] = ()
    strict: bool = False

    def check(self) -> None:
        self.check_with(self.step)

    def check_with(self, step: Step) -> None:
        head = "<" if self.strict else "<="
        check_cover(relation(head, ZERO, term(self.slack)), self.box, step, self.known)

    @property
    def known(self) -> tuple[Fact, ...]:
        return tuple(Fact(term(text), kind) for text, kind in self.facts)


def but(base: Example, **changes: Any) -> Example:
    """The example with other parts of its own, or of its step."""
    own = {field.name for field in fields(Example)}
    inner = {name: value for name, value in changes.items() if name not in own}
    if "facts_of_step" in inner:
        inner["facts"] = inner.pop("facts_of_step")
    outer = {name: value for name, value in changes.items() if name in own}
    return replace(base, **{"step": replace(base.step, **inner), **outer})


X_AND_Y = {"x": LINE, "y": LINE}
AT_LEAST_ONE = (("x - 1", "nonnegative"),)
EQUAL = (("x - y", "zero"),)
ABOVE = (("x - y", "nonnegative"),)

SQUARE = Rewritten(2, term("x"), term("y"), Product((term("y**2"),), (E,)))

SHOWN: dict[str, Example] = {
    "Enclosed": Example("x", {"x": UNIT}, E),
    "Evaluated": Example("x - 1", {"x": span(1, 1)}, V),
    "Known": Example("2*x - 2", {"x": LINE}, Known(0, number(2)), AT_LEAST_ONE),
    "Excluded": Example("-1", {"x": UNIT}, Excluded(0, 1, Kept((), E)), (("x - 2", "nonnegative"),)),
    "Split": Example("x**2 - x + 1", {"x": span(0, 2)}, Split("x", Fraction(1), E, E)),
    "Cases": Example("max(x, -1*x)", {"x": LINE}, Cases(term("x"), E, E)),
    "Lemma": Example("3*x**2", {"x": LINE}, Lemma(term("x**2"), False, E, Known(0, number(3)))),
    "Equation": Example(
        "x*y",
        X_AND_Y,
        Equation(term("x - y"), Known(0, ONE), Known(1, ONE), SQUARE),
        (*ABOVE, ("-1*(x - y)", "nonnegative")),
    ),
    "Interpolated": Example(
        "factorial(x)", {"x": NATURALS}, Interpolated(term("factorial(x)"), (E,), E), strict=True
    ),
    "Stirling": Example(
        "lnGamma(x) - ((x - 1/2)*ln(x) - x + 1/2*ln(8*arctan(1)))",
        {"x": span(1, 2)},
        Stirling(term("x"), 0, 0, E, Known(0, ONE)),
        strict=True,
    ),
    "Recurrence": Example(
        "lnGamma(x + 2) - (lnGamma(x) + ln(x) + ln(x + 1))",
        {"x": POSITIVE},
        Recurrence(term("x"), 2, E, Known(0, ONE)),
    ),
    "Lambert": Example("LambertW(x)*exp(LambertW(x)) - x", {"x": RAY}, Lambert(term("x"), Known(0, ONE))),
    "Induction": Example(
        "x**2 - x",
        {"x": NATURALS},
        Induction("x", (V,), Sum((term("x**2 - x"), term("2*x")), (Known(0, ONE), E))),
    ),
    "Lattice": Example(
        "x*y",
        {"x": NATURALS, "y": NATURALS},
        Lattice(("x", "y"), (E, E), Sum((term("(x + 1)*y"), term("x + 1")), (Known(0, ONE), E))),
    ),
    "Residues": Example("(x - 1)*(x - 2)", {"x": INTEGERS}, Residues("x", "k", (E, E))),
    "Whole": Example(
        "x + y",
        {name: Range(None, None, integral=True) for name in "xy"},
        Whole(Sum((term("x + y + 1/2"), term("1/2")), (Known(0, number(Fraction(1, 2))), E), 1)),
        (("2*x + 2*y + 1", "nonnegative"),),
    ),
    "Kept": Example("x - 1", {"x": LINE}, Kept((1,), Known(0, ONE)), (("x", "nonnegative"), *AT_LEAST_ONE)),
    "Cancelled": Example("exp(ln(x)) - x", {"x": POSITIVE}, Cancelled(term("exp(ln(x))"), NOTHING)),
    "Identity": Example(
        "(x - 1)**2 - (x**2 - 2*x + 1)",
        {"x": LINE},
        Identity(term("(x - 1)**2 - (x**2 - 2*x + 1)"), Known(0, ONE)),
    ),
    "Rewritten": Example(
        "x*y", X_AND_Y, Rewritten(0, term("x"), term("y"), Product((term("y**2"),), (E,))), EQUAL
    ),
    "Sum": Example(
        "x**2 + y**2 - 2*x*y + 1", X_AND_Y, Sum((term("(x - y)**2"), ONE), (E, E), 1), strict=True
    ),
    "Product": Example("x**2 - 2*x*y + y**2", X_AND_Y, Product((term("(x - y)**2"),), (E,))),
    "Means": Example(
        "1/2*x + 1/2*y - sqrt(x*y)",
        {"x": RAY, "y": RAY},
        Means((Fraction(1, 2),) * 2, (term("x"), term("y")), term("sqrt(x*y)"), (E, E)),
    ),
    "Monotone": Example("exp(x) - x - 1", {"x": RAY}, Monotone("x", "increasing", E, V)),
    "Lowered": Example(
        "x - y",
        {"x": RAY, "y": RAY},
        Lowered("x", "increasing", term("y"), Known(0, ONE), E, NOTHING),
        ABOVE,
    ),
    "Valley": Example(
        "(x - y)**2", X_AND_Y, Valley("x", term("y"), Product((term("2*(x - y)**2"),), (E,)), E)
    ),
    "Vanishes": Example(
        "1/x", {"x": POSITIVE}, Vanishes("x", Fraction(1), ZERO, Fraction(1), E, E), strict=True
    ),
    "Falling": Example("exp(-1*x)", {"x": RAY}, Falling("x", E), strict=True),
    "Telescoped": Example(
        "1/x",
        {"x": POSITIVE},
        Telescoped("x", Fraction(1), Product((term("1/(x*(x + 1))"),), (E,)), E),
        strict=True,
    ),
    "Convex": Example("x**2 - 2*x + 1", {"x": LINE}, Convex((ONE,))),
    "Expanded": Example(
        "1 - sin(x)/x",
        {"x": Range(Fraction(0), Fraction(1), False)},
        Expanded("x", Fraction(0), 2, 6),
        strict=True,
    ),
    "Periodic": Example(
        "sin(x/2 - y) + tan(2*x)**2 + 1",
        X_AND_Y,
        Periodic("x", 2, Kept((0,), E)),
        (("x - y", "nonnegative"), ("cos(2*x)", "positive")),
    ),
    "Scaled": Example(
        "x + y",
        {"x": POSITIVE, "y": POSITIVE},
        Scaled("x", (("x", Fraction(1)), ("y", Fraction(1))), Fraction(1), (0,), (Fraction(1),), E),
        (("x - 2*y", "nonnegative"), ("x - 1", "nonnegative")),
    ),
    "Changed": Example(
        "x", {"x": POSITIVE}, Changed("x", term("1/t"), "t", POSITIVE, term("1/x"), E, E, E), strict=True
    ),
    "Fixed": Example("x - 1", {"x": span(1, 1), "y": UNIT}, Fixed(V)),
    "Narrowed": Example(
        "x*x - 1", {"x": LINE}, Narrowed("x", span(1, None), Known(0, ONE), E, E), AT_LEAST_ONE
    ),
    "Generalised": Example(
        "exp(x)**2 - 2*exp(x) + 1",
        {"x": LINE},
        Generalised(term("exp(x)"), "t", POSITIVE, E, E, Product((term("(t - 1)**2"),), (E,))),
    ),
    "Instance": Example(
        "x**2", {"x": LINE}, Instance("t", RAY, term("t"), False, term("x**2"), E, E, E, Known(0, ONE))
    ),
    "Chosen": Example("abs(x) - x", {"x": RAY}, Chosen(term("abs(x)"), term("x"), (E,), NOTHING)),
    "Rounded": Example("x - floor(x)", {"x": LINE}, Rounded(term("floor(x)"), "k", Known(0, ONE))),
    "Rooted": Example("sqrt(x**2) - x", {"x": RAY}, Rooted(term("sqrt(x**2)"), term("x"), 2, E, NOTHING)),
    "Powered": Example("x**y", {"x": POSITIVE, "y": LINE}, Powered(term("x**y"), E, E), strict=True),
}


def test_a_tangent_plane_shows_a_convex_slack() -> None:
    form = Enclosed(form="tangent plane")
    box = {"x": span(-1, 1), "y": span(-1, 1)}
    for example in (
        Example("x**2 + y**2 + x*y + 1/50 - 1/100*y", box, form, strict=True),
        Example("exp(x) - x - 1", {"x": span(-1, 1)}, form),
    ):
        assert example.check() is None  # type: ignore[func-returns-value]


S = SHOWN
BROKEN: dict[str, list[Example]] = {
    "Enclosed": [
        but(S["Enclosed"], slack="x - 1/2"),
        but(S["Enclosed"], strict=True),
        but(S["Enclosed"], slack="1/x"),
        but(S["Enclosed"], slack="x**y", box={"x": UNIT, "y": UNIT}),
        but(S["Enclosed"], precision=1),
        but(S["Enclosed"], precision=True),
        but(S["Enclosed"], form="mean value", box={"x": RAY}),
        but(S["Enclosed"], form="mean value", slack="abs(x - 1/2) - 1/4"),
        but(S["Enclosed"], form="tangent plane", slack="x*(1 - x) + 1/8"),
        but(S["Enclosed"], form="tangent plane", slack="x**2 - 1/4*x"),
        but(S["Enclosed"], form="tangent plane", slack="x**2 + y**2 + 3*x*y + 1", box={"x": UNIT, "y": UNIT}),
        but(S["Enclosed"], form="tangent plane", slack="x**2", box={"x": LINE}),
        but(S["Enclosed"], form="tangent plane", slack="abs(x - 1/4)"),
        but(S["Enclosed"], slack="-1", facts=(("ln(x - 2)", "nonnegative"),), box={"x": LINE}),
        but(S["Enclosed"], slack=f"0 - (x + 1)**(((2**{2**30})**{2**30})**{2**30})"),
    ],
    "Evaluated": [
        but(S["Evaluated"], slack="x - 2"),
        but(S["Evaluated"], strict=True),
        but(S["Evaluated"], box={"x": UNIT}),
        but(S["Evaluated"], slack="0*ln(x - 1)"),
        but(S["Evaluated"], slack="(x - 1)**y", box={"x": span(1, 1), "y": span(0, 0)}),
        but(S["Evaluated"], limit=True),
    ],
    "Known": [
        but(S["Known"], slack="2 - 2*x", multiplier=number(-2)),
        but(S["Known"], slack="0", multiplier=ZERO),
        but(S["Known"], strict=True),
        but(S["Known"], fact=1),
        but(S["Known"], fact=-1),
        but(S["Known"], fact=False),
        but(S["Known"], slack="2*x - 3"),
        but(S["Known"], multiplier=term("exp(x)"), slack="exp(x)*(x - 1)"),
        but(S["Known"], multiplier=term("ln(x)"), slack="x*ln(x)", facts=(("x", "zero"),)),
        but(S["Known"], slack="(x - 1)*ln(x)/ln(x)", multiplier=ONE),
        but(S["Known"], slack="0", multiplier=term("ln(x)"), facts=(("x", "zero"),)),
    ],
    "Excluded": [
        but(S["Excluded"], facts=(("x - 1", "nonnegative"),)),
        but(S["Excluded"], facts=(("x", "positive"),)),
        but(S["Excluded"], facts=(("x - 1", "zero"),), sign=-1),
        but(S["Excluded"], facts=(("x - 2", "zero"),), sign=1),
        but(S["Excluded"], facts=(("x - 2", "zero"),), sign=0),
        but(S["Excluded"], facts=()),
        but(S["Excluded"], facts=(("x + ln(x - 1)", "nonnegative"),)),
    ],
    "Split": [
        but(S["Split"], point=Fraction(3)),
        but(S["Split"], point=Fraction(0), box={"x": span(0, 2, "(]")}),
        but(S["Split"], variable="y"),
        but(S["Split"], slack="x**2 - x"),
        but(S["Split"], slack="x*(x - 1)", point=Fraction(1, 2), box={"x": UNIT}),
        but(S["Split"], slack="x*(x - 1)", point=Fraction(0), box={"x": INTEGERS}),
        but(S["Split"], slack="1/(x - 1)**2"),
    ],
    "Cases": [
        but(S["Cases"], term=term("ln(x)")),
        but(S["Cases"], term=term("z")),
        but(S["Cases"], slack="max(x, -1*x) - 1"),
        but(S["Cases"], slack="max(x, -2*x - 1)"),
        but(S["Cases"], strict=True),
    ],
    "Lemma": [
        but(S["Lemma"], term=term("x"), slack="3*x"),
        but(S["Lemma"], strict=True),
        replace(S["Lemma"], step=Lemma(term("x**2"), True, E, Known(0, number(3)))),
        replace(S["Lemma"], step=Lemma(term("x**2"), False, Known(0, ONE), Known(0, number(3)))),
        but(S["Lemma"], term=term("abs(ln(x))"), slack="3*abs(ln(x))"),
    ],
    "Equation": [
        but(S["Equation"], facts=ABOVE),
        but(S["Equation"], facts=(*ABOVE, *ABOVE)),
        but(S["Equation"], above=E, facts=S["Equation"].facts[::-1]),
        but(S["Equation"], term=term("x - y + 1")),
        but(S["Equation"], term=term("x - y + 0*ln(x)")),
        but(
            S["Equation"],
            term=term("0*ln(x)"),
            above=NOTHING,
            below=NOTHING,
            rest=Known(2, ONE),
            slack="0*ln(x)",
        ),
    ],
    "Interpolated": [
        but(S["Interpolated"], box={"x": RAY}),
        but(S["Interpolated"], box={"x": Range(Fraction(-1), None, integral=True)}),
        but(S["Interpolated"], steps=()),
        but(S["Interpolated"], term=term("factorial(x/2)"), slack="factorial(x/2)"),
        but(S["Interpolated"], term=term("binomial(x, 2)"), slack="binomial(x, 2)", steps=(E, E)),
    ],
    "Stirling": [
        but(S["Stirling"], order=1),
        but(S["Stirling"], order=9),
        but(S["Stirling"], shift=-1),
        but(S["Stirling"], shift=True),
        but(S["Stirling"], box={"x": RAY}),
        but(S["Stirling"], slack="lnGamma(x) - ((x - 1/2)*ln(x) - x + 1)"),
        but(S["Stirling"], derivative=1),
        but(S["Stirling"], derivative=-1),
        but(S["Stirling"], derivative=99),
    ],
    "Recurrence": [
        but(S["Recurrence"], box={"x": RAY}),
        but(S["Recurrence"], shift=0),
        but(S["Recurrence"], shift=True),
        but(S["Recurrence"], shift=1),
        but(S["Recurrence"], slack="lnGamma(x + 2) - (lnGamma(x) + ln(x) + ln(x + 2))"),
        but(S["Recurrence"], value=term("x - 1")),
        but(S["Recurrence"], derivative=1),
        but(S["Recurrence"], derivative=True),
    ],
    "Lambert": [
        but(S["Lambert"], box={"x": LINE}),
        but(S["Lambert"], slack="LambertW(x)*exp(LambertW(x)) - x - 1"),
        but(S["Lambert"], strict=True),
        but(S["Lambert"], branch=-1),
        but(S["Lambert"], branch=1),
        but(S["Lambert"], branch=True),
        but(
            S["Lambert"], slack="LambertW(x, -1)*exp(LambertW(x, -1)) - x", box={"x": span(-1, 0)}, branch=-1
        ),
    ],
    "Induction": [
        but(S["Induction"], box={"x": RAY}),
        but(S["Induction"], box={"x": Range(None, Fraction(5), integral=True)}),
        but(S["Induction"], box={"x": Range(Fraction(0), Fraction(0), integral=True)}),
        but(S["Induction"], bases=()),
        but(S["Induction"], bases=(V, V)),
        but(S["Induction"], strict=True),
        but(S["Induction"], slack="1 - x", rest=Known(0, ONE)),
        # What holds at the first value where a fact of the variable does is not what the next step needs.
        Example(
            "-1",
            {"x": NATURALS},
            Induction("x", (Excluded(0, 1, E),), Known(0, ONE)),
            (("x - 1", "nonnegative"),),
        ),
    ],
    "Lattice": [
        but(S["Lattice"], box={"x": NATURALS, "y": RAY}),
        but(S["Lattice"], box={"x": NATURALS, "y": INTEGERS}),
        but(S["Lattice"], variables=("x", "x")),
        but(S["Lattice"], variables=("x",)),
        but(S["Lattice"], bases=(E,)),
        but(S["Lattice"], strict=True),
        but(S["Lattice"], slack="x*y - 1", rest=Known(0, ONE)),
    ],
    "Residues": [
        but(S["Residues"], box={"x": span(0, 1)}),
        but(S["Residues"], box={"x": NATURALS}),
        but(S["Residues"], steps=(E,)),
        but(S["Residues"], name="x"),
        but(S["Residues"], steps=(E, E, E)),
        but(S["Residues"], slack="x - 1"),
    ],
    "Whole": [
        but(S["Whole"], box=X_AND_Y),
        but(S["Whole"], strict=True),
        but(S["Whole"], slack="x + y + 1/2"),
        but(S["Whole"], slack="x + y - 1"),
        but(S["Whole"], slack="x/2 + y"),
    ],
    "Kept": [
        but(S["Kept"], facts_of_step=(0,)),
        but(S["Kept"], facts_of_step=()),
        but(S["Kept"], facts_of_step=(2,)),
        but(S["Kept"], facts_of_step=(True,)),
    ],
    "Cancelled": [
        but(S["Cancelled"], box={"x": LINE}),
        but(S["Cancelled"], box={"x": RAY}),
        but(S["Cancelled"], term=term("ln(exp(x))")),
        but(S["Cancelled"], term=term("exp(x)")),
        but(S["Cancelled"], strict=True),
    ],
    "Identity": [
        but(S["Identity"], term=term("(x - 1)**2 - (x**2 - 2*x)"), slack="(x - 1)**2 - (x**2 - 2*x)"),
        but(S["Identity"], strict=True),
        but(S["Identity"], term=term("ln(x) - ln(x)"), slack="ln(x) - ln(x)"),
        but(S["Identity"], term=term("sqrt(x**2) - x"), slack="sqrt(x**2) - x"),
        but(S["Identity"], term=term("x/x - 1"), slack="x/x - 1"),
        but(S["Identity"], slack="x"),
    ],
    "Rewritten": [
        but(S["Rewritten"], facts=ABOVE),
        but(S["Rewritten"], new=term("2*y")),
        but(S["Rewritten"], new=term("y + 0*ln(x)")),
        but(S["Rewritten"], facts=()),
        but(S["Rewritten"], old=term("z")),
        # x^y is undefined where both are 0; an exponent that is the number 0 is another thing.
        Example(
            "x**y",
            {"x": UNIT, "y": span(0, 0)},
            Rewritten(0, term("y"), ZERO, E),
            (("y", "zero"),),
        ),
        Example(
            "x**y - 1",
            {"x": UNIT, "y": span(0, 0)},
            Lemma(
                term("x**0 - 1"), False, E, Identity(term("y"), Rewritten(1, ZERO, term("y"), Known(0, ONE)))
            ),
        ),
    ],
    "Sum": [
        replace(S["Sum"], step=Sum((term("(x - y)**2"), ONE), (E, E), 0)),
        replace(S["Sum"], step=Sum((term("(x - y)**2"), ONE), (E, E), 2)),
        replace(S["Sum"], step=Sum((term("(x - y)**2"),), (E,), 0)),
        replace(S["Sum"], step=Sum((term("(x - y)**2"), ONE), (E,), 0)),
        Example("0", {"x": LINE}, Sum((), (), 0), strict=True),
        Example("0", {"x": LINE}, Sum((term("x"), term("-1*x")), (E, E))),
        Example("x/x", {"x": UNIT}, Sum((ONE,), (E,))),
        Example("1", {"x": UNIT}, Sum((term("x/x"),), (E,))),
    ],
    "Product": [
        but(S["Product"], factors=(term("(x + y)**2"),)),
        but(S["Product"], strict=True),
        but(S["Product"], factors=(term("x - y"), term("x - y")), steps=(E, E)),
        but(S["Product"], factors=(term("(x - y)**2"), ONE)),
        Example("x/x", {"x": UNIT}, Product((ONE,), (E,))),
        Example("0", {"x": UNIT}, Product((ZERO, term("ln(x)")), (E, E))),
        Example("ln(x**2)", {"x": span(-3, -2)}, Product((term("2*ln(x)"),), (E,))),
        Example("sqrt(x**2)", {"x": LINE}, Product((term("x"),), (E,))),
        Example("0 - lnGamma(2/(x + 1))", {"x": span(2, 3)}, Product((ZERO,), (E,))),
    ],
    "Means": [
        but(S["Means"], strict=True),
        but(S["Means"], weights=(Fraction(1, 2), Fraction(1, 3))),
        but(S["Means"], weights=(Fraction(3, 2), Fraction(-1, 2))),
        but(S["Means"], weights=(Fraction(1),)),
        but(S["Means"], box=X_AND_Y),
        but(S["Means"], product=term("x*y")),
        # The product of two negative numbers is the square of their mean or less, not of its opposite.
        but(
            S["Means"],
            slack="1/2*x + 1/2*x - (-1)*x",
            parts=(term("x"),) * 2,
            product=term("-1*x"),
            box=X_AND_Y,
        ),
        but(
            S["Means"],
            slack="1/3*x + 2/3*y - x*y",
            weights=(Fraction(1, 3), Fraction(2, 3)),
            product=term("x*y"),
        ),
    ],
    "Monotone": [
        but(S["Monotone"], direction="decreasing"),
        but(S["Monotone"], direction="upwards"),
        but(S["Monotone"], box={"x": LINE}),
        but(S["Monotone"], strict=True),
        replace(S["Monotone"], step=Monotone("x", "increasing", E, V, True), strict=True),
        but(S["Monotone"], slack="x - 1"),
        but(S["Monotone"], slack="floor(x)"),
        but(S["Monotone"], slack="x - 1/x", box={"x": span(-1, 2)}, face=E),
        but(S["Monotone"], slack="ln(x)", box={"x": span(0, 1, "(]")}),
        # At the end the fact need not hold.
        Example("x - 1", {"x": RAY}, Monotone("x", "increasing", E, Known(0, ONE)), AT_LEAST_ONE),
        Example("x*(x - 1)", {"x": INTEGERS}, Monotone("x", "increasing", E, V)),
    ],
    "Lowered": [
        but(S["Lowered"], facts=()),
        but(S["Lowered"], direction="decreasing"),
        but(S["Lowered"], bottom=term("y + 1")),
        but(S["Lowered"], bottom=term("x")),
        but(S["Lowered"], bottom=term("y - 1")),
        but(S["Lowered"], strict=True),
        # The end that the bottom is at is met, the other one is not.
        Example("ln(x) + 1", {"x": span(0, 1, "()")}, Lowered("x", "increasing", ZERO, E, E, E)),
        Example("ln(1 - x) + 1", {"x": span(0, 1, "()")}, Lowered("x", "decreasing", ONE, E, E, E)),
        # On the way to the bottom x >= 1 may fail, and so may what it defines.
        Example(
            "x - 1",
            {"x": RAY, "y": RAY},
            Lowered("x", "increasing", term("y"), Known(0, ONE), E, Known(0, ONE)),
            (*ABOVE, ("x - 1", "nonnegative")),
        ),
        Example(
            "x - y + ln(x)",
            {"x": RAY, "y": RAY},
            Lowered("x", "increasing", term("y"), Known(0, ONE), E, E),
            (*ABOVE, ("x - 1", "nonnegative")),
        ),
    ],
    "Valley": [
        but(S["Valley"], bottom=term("y + 1")),
        but(S["Valley"], bottom=term("x")),
        but(S["Valley"], strict=True),
        but(S["Valley"], box={"x": UNIT, "y": LINE}),
        but(S["Valley"], slack="(x - y)**2 - 1"),
        but(S["Valley"], slack="-1*(x - y)**2"),
        but(S["Valley"], slack="1/(x - y)**2"),
    ],
    "Vanishes": [
        but(S["Vanishes"], slack="1/x - 1"),
        but(S["Vanishes"], slack="-1/x"),
        but(S["Vanishes"], start=Fraction(0)),
        but(S["Vanishes"], box={"x": span(0, 9, "(]")}),
        but(S["Vanishes"], slack="1/x - 1", coefficient=ONE, exponent=Fraction(0)),
        but(S["Vanishes"], slack="1/x - 1", coefficient=term("x")),
        but(S["Vanishes"], slack="1/x - 1", coefficient=ONE, exponent=Fraction(-1)),
        but(S["Vanishes"], slack="1/x + y/x", box={"x": POSITIVE, "y": LINE}),
    ],
    "Falling": [
        but(S["Falling"], slack="exp(-1*x) - 1"),
        but(S["Falling"], slack="-1*exp(-1*x)"),
        but(S["Falling"], box={"x": span(0, 9)}),
        but(S["Falling"], slack="exp(-1*x) + y", box={"x": RAY, "y": LINE}),
        but(S["Falling"], slack="exp(-1*x) - 1/x", box={"x": POSITIVE}),
        but(S["Falling"], slack="1/(1 + x) + y", box={"x": RAY, "y": LINE}),
        but(S["Falling"], slack="1/(1 + x) + y", box={"x": RAY, "y": span(0, 1)}, end=V),
    ],
    "Telescoped": [
        but(S["Telescoped"], slack="1/x - 1"),
        but(S["Telescoped"], slack="-1/x"),
        but(S["Telescoped"], box={"x": span(1, 9)}),
        but(S["Telescoped"], period=Fraction(0)),
        but(S["Telescoped"], period=Fraction(2)),
        but(S["Telescoped"], period=1),
        but(S["Telescoped"], slack="1/x + y", box={"x": POSITIVE, "y": LINE}),
        but(S["Telescoped"], slack="1/x + sin(x)"),
        but(S["Telescoped"], box={"x": Range(Fraction(1), None, integral=True)}, period=Fraction(1, 2)),
    ],
    "Convex": [
        but(S["Convex"], bottom=(ZERO,)),
        but(S["Convex"], bottom=()),
        but(S["Convex"], strict=True),
        but(S["Convex"], slack="-1*x**2"),
        but(S["Convex"], slack="x**2 - 2*x"),
        but(S["Convex"], slack="abs(x - 1) - 1"),
        but(S["Convex"], slack="max(x, 1) - 1"),
        but(S["Convex"], slack="x**2 + y**2 + 3*x*y", box=X_AND_Y, bottom=(ZERO, ZERO)),
        but(S["Convex"], slack="1/x", box={"x": LINE}),
        but(S["Convex"], slack="x - 1", box={"x": span(0, 2)}, bottom=(ONE,)),
        but(S["Convex"], slack="x - 1", box={"x": span(0, 2)}, bottom=(number(2),)),
        but(S["Convex"], slack="1 - x", box={"x": span(0, 2)}, bottom=(number(3),)),
    ],
    "Expanded": [
        but(S["Expanded"], box={"x": UNIT}),
        but(S["Expanded"], slack="x - sin(x)", order=3, box={"x": UNIT}),
        but(S["Expanded"], slack="sin(x)/x - 1"),
        but(S["Expanded"], slack="1 - sin(x)/x - x**3"),
        but(S["Expanded"], order=3),
        but(S["Expanded"], order=1),
        but(S["Expanded"], order=-1),
        but(S["Expanded"], length=0),
        but(S["Expanded"], length=1000),
        but(S["Expanded"], at=Fraction(2)),
        but(S["Expanded"], variable="y"),
        but(S["Expanded"], box={"x": POSITIVE}),
        but(S["Expanded"], slack="x - sin(x)", order=3, at=Fraction(0), box={"x": span(-1, 1)}, strict=False),
        but(S["Expanded"], slack="sin(x) - x", order=3, box={"x": span(0, 1)}, strict=False),
        but(S["Expanded"], slack="1/x", order=0),
        but(S["Expanded"], slack="sqrt(x)", order=0, box={"x": span(0, 1)}, strict=False),
        but(S["Expanded"], slack="abs(x - 1/2)", order=0, at=Fraction(1, 2), strict=False),
        but(S["Expanded"], slack="1 - sin(x)/x", order=2, box={"x": span(0, 1)}, strict=False),
        but(S["Expanded"], power=0),
        but(
            S["Expanded"], slack="arctan(1/x) + 1", order=0, length=4, at=Fraction(0), box={"x": span(-1, 1)}
        ),
        but(
            S["Expanded"], slack="tanh(1/x) + 1/2", order=0, length=4, at=Fraction(0), box={"x": span(-1, 1)}
        ),
        but(S["Expanded"], slack="sqrt(x**2) - x", order=1, length=4, box={"x": span(-1, 1)}, strict=False),
        but(S["Expanded"], power=-1),
        but(S["Expanded"], power=-1, box={"x": POSITIVE}),
        but(S["Expanded"], power=2, at=Fraction(1, 2)),
        but(S["Expanded"], slack="x - sqrt(x)", power=2, order=1),
        but(S["Expanded"], slack="sqrt(x)", power=3, order=1),
        but(S["Expanded"], slack="1/x - 1/2", power=-1, order=0, box={"x": span(1, None)}),
        but(S["Expanded"], slack="1/2 - x*exp(0 - x)", power=-1, order=1, box={"x": span(2, None)}),
        but(S["Expanded"], slack="1 - x*exp(x)", power=-1, order=0, box={"x": span(2, None)}),
        but(S["Expanded"], slack="x - 100*sin(x)", power=-1, order=-1, box={"x": span(2, None)}),
        but(S["Expanded"], slack=f"1 + x**(-{10**20})", order=0),
        but(S["Expanded"], slack=f"exp((x**(-{10**20}))**(-1))", order=0),
    ],
    "Periodic": [
        but(S["Periodic"], turns=1),
        but(S["Periodic"], turns=0),
        but(S["Periodic"], turns=True),
        but(S["Periodic"], variable="z"),
        but(S["Periodic"], box={"x": RAY, "y": LINE}),
        but(S["Periodic"], box={"x": Range(None, None, integral=True), "y": LINE}),
        but(S["Periodic"], slack="5 - x", rest=E, facts=()),
        but(S["Periodic"], slack="5 - x*sin(x)", rest=E, facts=()),
        but(S["Periodic"], slack="sin(x**2) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="sin(x*y) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="sin(x/y) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="exp(1*x) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="cos(sin(x/3)) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="cos(x*sin(x)) + 1", rest=E, facts=()),
        but(S["Periodic"], slack="8 - x", rest=Kept((0,), Known(0, ONE)), facts=(("8 - x", "nonnegative"),)),
    ],
    "Scaled": [
        but(S["Scaled"], degree=Fraction(2)),
        but(S["Scaled"], slack="x + y - 1"),
        but(S["Scaled"], box={"x": RAY, "y": POSITIVE}),
        but(S["Scaled"], box={"x": POSITIVE, "y": span(0, 5)}),
        but(S["Scaled"], box={"x": POSITIVE, "y": Range(Fraction(0), None, integral=True)}),
        but(S["Scaled"], weights=(("x", Fraction(2)), ("y", Fraction(2)))),
        but(S["Scaled"], weights=(("y", Fraction(1)),)),
        but(S["Scaled"], kept=(1,)),
        but(S["Scaled"], kept=(0, 0)),
        but(S["Scaled"], kept=(2,)),
        but(S["Scaled"], slack="x - 1", rest=Known(1, ONE), kept=(0, 1), degrees=(Fraction(1),) * 2),
    ],
    "Changed": [
        but(S["Changed"], inverse=term("1/x + 1")),
        but(S["Changed"], extent=RAY),
        but(S["Changed"], extent=span(1, None)),
        but(S["Changed"], extent=span(0, 9, "()")),
        but(S["Changed"], extent=Range(None, None, integral=True)),
        but(S["Changed"], name="x"),
        but(S["Changed"], name=""),
        but(S["Changed"], box={"x": LINE}),
        but(S["Changed"], value=term("ln(t)"), inverse=term("exp(x)"), extent=LINE),
        but(S["Changed"], value=term("exp(t)"), inverse=term("ln(x)"), extent=LINE, box={"x": LINE}),
        but(S["Changed"], value=term("1/t"), inverse=term("1/x"), slack="x - 1", rest=Known(0, ONE)),
        but(S["Changed"], box={"x": LINE}, value=term("t**2"), inverse=term("sqrt(x)"), extent=RAY),
        but(S["Changed"], variable="y"),
    ],
    "Fixed": [
        but(S["Fixed"], slack="x - 2"),
        but(S["Fixed"], box={"x": UNIT, "y": UNIT}),
        but(S["Fixed"], strict=True),
        Example("y**x", {"x": span(0, 0), "y": UNIT}, Fixed(E)),
        Example("y**sqrt(x)", {"x": span(0, 0), "y": UNIT}, Fixed(Rooted(term("sqrt(0)"), ZERO, 2, E, E))),
    ],
    "Narrowed": [
        but(S["Narrowed"], facts=()),
        but(S["Narrowed"], lower=E, facts=()),
        but(S["Narrowed"], extent=span(1, None, "()")),
        but(S["Narrowed"], extent=span(2, None)),
        but(S["Narrowed"], extent=span(1, 5)),
        but(S["Narrowed"], extent=span(3, 1)),
        but(S["Narrowed"], extent=Range(Fraction(1), None, integral=True)),
        but(S["Narrowed"], variable="y"),
    ],
    "Generalised": [
        but(S["Generalised"], extent=span(1, None)),
        but(S["Generalised"], extent=span(None, 1)),
        but(S["Generalised"], name="x"),
        but(S["Generalised"], name="t + 1"),
        but(S["Generalised"], slack="exp(x) - 1", rest=E),
        but(S["Generalised"], term=term("ln(x)"), slack="ln(x) - ln(x)", rest=NOTHING, extent=LINE),
        but(S["Generalised"], extent=Range(Fraction(0), None, integral=True)),
    ],
    "Instance": [
        but(S["Instance"], value=term("x"), slack="x"),
        but(S["Instance"], value=term("sqrt(x)"), slack="sqrt(x)"),
        but(S["Instance"], term=term("t - 1"), slack="x**2 - 1"),
        replace(S["Instance"], step=replace(S["Instance"].step, strict=True), strict=True),  # type: ignore[call-arg]
        but(S["Instance"], name="x"),
        but(S["Instance"], extent=Range(Fraction(0), None, integral=True)),
        but(S["Instance"], term=term("t + x")),
    ],
    "Chosen": [
        but(S["Chosen"], box={"x": LINE}),
        but(S["Chosen"], member=term("-1*x")),
        but(S["Chosen"], member=term("2*x")),
        but(S["Chosen"], steps=()),
        but(S["Chosen"], strict=True),
        Example("x - max(x, y)", X_AND_Y, Chosen(term("max(x, y)"), term("x"), (NOTHING, E), NOTHING)),
        Example("max(x, y) - x", X_AND_Y, Chosen(term("min(x, y)"), term("x"), (NOTHING, E), E)),
        # The value is -(0*ln(x)) where that is defined.
        Example("abs(0*ln(x))", {"x": LINE}, Chosen(term("abs(0*ln(x))"), ZERO, (E,), E)),
    ],
    "Rounded": [
        but(S["Rounded"], slack="floor(x) - x"),
        but(S["Rounded"], slack="x - floor(x) - 1"),
        but(S["Rounded"], strict=True),
        but(S["Rounded"], name="x"),
        but(S["Rounded"], term=term("x")),
        Example("x - ceil(x)", {"x": LINE}, Rounded(term("ceil(x)"), "k", Known(0, ONE))),
        Example("ln(x) - floor(ln(x))", {"x": LINE}, Rounded(term("floor(ln(x))"), "k", Known(0, ONE))),
    ],
    "Rooted": [
        but(S["Rooted"], box={"x": LINE}),
        but(S["Rooted"], root=term("-1*x"), slack="sqrt(x**2) + x"),
        but(S["Rooted"], degree=0),
        but(S["Rooted"], degree=3),
        but(S["Rooted"], degree=41),
        but(S["Rooted"], term=term("exp(x)")),
        but(S["Rooted"], term=term("(x**2)**(-1/2)"), slack="(x**2)**(-1/2)"),
    ],
    "Powered": [
        but(S["Powered"], box={"x": RAY, "y": LINE}),
        but(S["Powered"], box=X_AND_Y),
        but(S["Powered"], term=term("exp(x)")),
        but(S["Powered"], slack="x**y - 1"),
        but(S["Powered"], term=term("x**ln(y)"), slack="x**ln(y)"),
    ],
}


@pytest.mark.parametrize("name", sorted(STEPS))
def test_each_step_is_shown_and_broken(name: str) -> None:
    assert type(SHOWN[name].step) is STEPS[name]
    assert len(BROKEN[name]) >= 3


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_correct_certificate_is_accepted(name: str) -> None:
    assert SHOWN[name].check() is None  # type: ignore[func-returns-value]
    assert from_json(to_json(SHOWN[name].step)) == SHOWN[name].step


@pytest.mark.parametrize(
    "example",
    [pytest.param(own, id=f"{name}-{place}") for name in BROKEN for place, own in enumerate(BROKEN[name])],
)
def test_a_broken_certificate_is_rejected(example: Example) -> None:
    with pytest.raises(Rejected):
        example.check()


def test_a_variable_may_bear_the_name_of_the_scale() -> None:
    """x - e^t is no multiple of s where x is scaled by s, whatever t is called."""
    for name in ("#scale", "scale"):
        slack = Apply("-", (term("x"), Apply("exp", (Name(name, REAL),), REAL)), REAL)
        step = Scaled("x", (("x", Fraction(1)),), Fraction(1), (), (), E)
        with pytest.raises(Rejected):
            check_cover(relation("<=", ZERO, slack), {"x": POSITIVE, name: span(0, 0)}, step)


def test_work_on_facts_and_slopes_is_bounded() -> None:
    step: Step = E
    for place in range(40):
        step = Identity(
            term("x - (x - (x + x - x) + x - x + x - x)"),
            Rewritten(place + 1, term("x"), term("x + x - x"), step),
        )
    with pytest.raises(Rejected):
        check_cover(
            relation("<=", ZERO, term("y")), {"x": UNIT, "y": UNIT}, step, (Fact(term("x"), "nonnegative"),)
        )
    product = Apply("*", tuple(Apply("+", (term("x"), number(place)), REAL) for place in range(1000)), REAL)
    for own in (Convex((ZERO,)), Monotone("x", "increasing", E, V)):
        with pytest.raises(Rejected):
            check_cover(relation("<=", ZERO, product), {"x": UNIT}, own)


def test_an_identity_that_is_too_long_is_not_told() -> None:
    roots = Apply("+", tuple(term(f"sqrt({name} + 1)") for name in "xyzw"), REAL)
    assert not same(Apply("^", (roots, number(14)), REAL), term("x"))


def test_a_number_that_is_too_long_to_be_written_is_not_told() -> None:
    circles = (term(f"sin(x{place})**2 + cos(x{place})**2") for place in range(12))
    huge = Apply("ln", (Apply("+", (term("y"), number(10**5000)), REAL),), REAL)
    assert not same(Apply("*", tuple(circles), REAL), Apply("*", (term("y"), huge), REAL))


INFINITY = Apply("infinity", (), EXTREAL)
T = Name("t", REAL)
SUPREMUM = Bind("sup", T, Apply("everything", (), SetOf(REAL)), T, EXTREAL)


@pytest.mark.parametrize("value", [INFINITY, SUPREMUM, Apply("infinity", (), REAL)], ids=str)
def test_a_relation_of_what_may_be_infinite_is_no_relation_of_numbers(value: Term) -> None:
    """inf + 1 <= inf holds, and 1 <= 0 does not."""
    larger = Apply("+", (value, ONE), value.sort)
    for head in ("<=", "="):
        facts = {"h": relation(head, larger, value)}
        sequent = judge.Sequent({}, facts, relation("<=", ONE, ZERO), {}, {})
        proof = c.Proof(c.Cover((), to_json(Known(0, ONE)), ("h",)))
        with pytest.raises(judge.Rejected, match="infinite"):
            judge.judge(sequent, proof)


def test_intervals_in_conditions_may_be_unbounded() -> None:
    x = Name("x", REAL)
    half_line = Apply("right_open", (ZERO, INFINITY), SetOf(REAL))
    chosen = Apply("if", (relation("in", x, half_line), x, Apply("neg", (x,), REAL)), REAL)
    sequent = judge.Sequent({"x": REAL}, {"h": relation("<=", ONE, x)}, relation("<=", ONE, chosen), {}, {})
    assert judge.judge(sequent, c.Proof(c.Cover((), to_json(E)))).used == {"h"}


def test_a_real_number_is_no_integer_by_the_sort_of_a_sum() -> None:
    x = Name("x", REAL)
    domain = Apply("range", (ONE, number(3)), SetOf(REAL))
    slack = Apply("if", (relation("in", x, domain), ONE, number(-1)), REAL)
    goal, box = relation("<=", ZERO, slack), {"x": span(1, 3)}
    whole, moved = (Apply("+", (Name(name, REAL), ZERO), INT) for name in "xt")
    gap = Apply("-", (x, whole), REAL)
    for step in (
        Identity(gap, Rewritten(0, x, whole, E)),
        Changed("x", moved, "t", span(1, 3), x, E, E, E),
    ):
        with pytest.raises(Rejected):
            check_cover(goal, box, step)


WRONG: list[Any] = [None, True, -1, 1.5, "x", "1/0", [], {}, [["x"]], ["number", "0"], 10**30]


def _fields(step: Step) -> Iterator[tuple[str, Any]]:
    for own in fields(step):
        yield own.name, getattr(step, own.name)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_field_of_another_kind_is_rejected_or_changes_nothing(name: str) -> None:
    data = to_json(SHOWN[name].step)
    assert data["step"] == name
    for own, _ in _fields(SHOWN[name].step):
        for wrong in WRONG:
            if wrong == data[own] and type(wrong) is type(data[own]):
                continue
            try:
                step = from_json({**data, own: wrong})
            except Rejected:
                continue
            try:
                SHOWN[name].check_with(step)
            except Rejected:
                continue
            assert (name, own) in SAFE, wrong
    with pytest.raises(Rejected):
        from_json({**data, "more": 1})


SAFE = {("Excluded", "sign"), ("Identity", "term"), ("Monotone", "strict"), ("Periodic", "turns")}
"""Fields that do not matter in the examples."""


SLACKS = [
    *(own.slack for own in SHOWN.values()),
    *(
        "x",
        "1 - x",
        "x*y",
        "x - y",
        "ln(x)",
        "x**y",
        "0*ln(x)",
        "x/x",
        "1/x",
        "sqrt(x) - x",
        "abs(x) - y",
        "-1*x",
        "x**0",
    ),
]
RANGES = [
    LINE,
    UNIT,
    RAY,
    POSITIVE,
    INTEGERS,
    span(0, 0),
    span(1, 1),
    span(-1, 1),
    span(0, 1, "(]"),
    span(None, 0),
]
FACTS = [
    (text, kind)
    for text in ("x", "x - 1", "x - y", "ln(x)", "y - x**2", "x*y", "x - 2", "y", "0*ln(x)", "x**y - 1")
    for kind in ("nonnegative", "positive", "zero")
]
TERMS = [
    term(text)
    for text in (
        "0",
        "1",
        "-1",
        "x",
        "y",
        "t",
        "-1*x",
        "x - y",
        "ln(x)",
        "0*ln(x)",
        "x**y",
        "sqrt(0)",
        "exp(x)",
        "1/x",
    )
]
POOLS: dict[str, list[Any]] = {
    "Term": TERMS,
    "Fraction": [Fraction(own, 2) for own in range(-2, 5)],
    "Range": RANGES,
    "int": [0, 1, 2],
    "bool": [False, True],
    "str": ["x", "y", "t", "increasing", "decreasing"],
}


def _step(data: st.DataObject, depth: int) -> Step:
    """A step at random; more of them are of use near the leaves."""
    if depth == 0:
        return data.draw(
            st.sampled_from([E, V, NOTHING, Known(0, ONE), Known(1, ONE), Excluded(0, 1, Kept((), E))])
        )
    if data.draw(st.booleans()):
        base = data.draw(st.sampled_from([own.step for own in SHOWN.values()]))
        return _changed(data, base, depth)
    kind = data.draw(st.sampled_from(sorted(STEPS)))
    own = {field.name: _value(data, str(field.type), depth) for field in fields(STEPS[kind])}
    return STEPS[kind](**own)


def _changed(data: st.DataObject, step: Step, depth: int) -> Step:
    """The step with one field drawn anew."""
    own = data.draw(st.sampled_from(fields(step)))
    return replace(step, **{own.name: _value(data, str(own.type), depth)})


def _value(data: st.DataObject, kind: str, depth: int) -> Any:
    if kind == "Step":
        return _step(data, depth - 1)
    if kind == "tuple[tuple[str, Fraction], ...]":
        return tuple((name, data.draw(st.sampled_from(POOLS["Fraction"]))) for name in "xy")
    if kind.startswith("tuple["):
        inner = kind.removeprefix("tuple[").removesuffix(", ...]")
        return tuple(_value(data, inner, depth) for _ in range(data.draw(st.integers(1, 2))))
    return data.draw(st.sampled_from(POOLS[kind]))


def _example(data: st.DataObject) -> Example:
    base = data.draw(st.sampled_from(list(SHOWN.values())))
    slack = data.draw(st.sampled_from([base.slack, base.slack, *SLACKS]))
    box = {name: data.draw(st.sampled_from([base.box.get(name, UNIT), *RANGES])) for name in "xy"}
    facts = (*base.facts, *data.draw(st.lists(st.sampled_from(FACTS), max_size=2)))
    step = base.step if data.draw(st.booleans()) else _step(data, 2)
    if data.draw(st.booleans()):
        step = Split("x", Fraction(1, 2), step, _step(data, 1))
    return Example(slack, box, step, facts[: data.draw(st.integers(0, 3))], data.draw(st.booleans()))


POINTS = [Fraction(own) for own in ("-3", "-1", "-1/2", "0", "1/3", "1/2", "1", "2", "7/2", "9")]


def _admissible(extent: Range, value: Fraction) -> bool:
    above = extent.lower is None or extent.lower < value or (extent.lower_closed and extent.lower == value)
    below = extent.upper is None or value < extent.upper or (extent.upper_closed and extent.upper == value)
    return above and below and (not extent.integral or value.denominator == 1)


def _holds(proposition: Term, values: dict[str, Fraction]) -> bool | None:
    """False also where the proposition is undefined."""
    try:
        return decide(proposition, values, 256)
    except Undefined:
        return False


KINDS = {"nonnegative": "<=", "positive": "<", "zero": "="}


def _counterexamples(example: Example) -> Iterator[dict[str, Fraction]]:
    head = "<" if example.strict else "<="
    for x in filter(lambda value: _admissible(example.box["x"], value), POINTS):
        for y in filter(lambda value: _admissible(example.box["y"], value), POINTS):
            values = {"x": x, "y": y}
            stated = (relation(KINDS[kind], ZERO, term(text)) for text, kind in example.facts)
            goal = relation(head, ZERO, term(example.slack))
            if all(_holds(fact, values) for fact in stated) and _holds(goal, values) is False:
                yield values


@given(st.data())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_what_a_random_certificate_shows_is_true(data: st.DataObject) -> None:
    example = _example(data)
    try:
        example.check_with(from_json(to_json(example.step)))
    except Rejected:
        return
    assert next(_counterexamples(example), None) is None, example


def test_the_counterexamples_are_found() -> None:
    assert next(_counterexamples(Example("x - y", {"x": UNIT, "y": UNIT}, E))) == {
        "x": 0,
        "y": Fraction(1, 3),
    }
    assert next(_counterexamples(Example("x**y", {"x": UNIT, "y": span(0, 0)}, E))) == {"x": 0, "y": 0}
    assert not list(_counterexamples(Example("x - y", {"x": UNIT, "y": UNIT}, E, (("ln(x - y)", "zero"),))))
