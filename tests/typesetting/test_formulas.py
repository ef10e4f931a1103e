"""Formulas as boxes, and the boxes in each format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction as Rational
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.source import Source
from boundkit.syntax import tree
from boundkit.syntax.parse import parse, parse_expression
from boundkit.syntax.read import read
from boundkit.syntax.tree import Form, Identifier, Node, Numeral
from boundkit.typesetting.boxes import Box, Fence, Fraction, Law, Script, Sign, Symbol, parts_of
from boundkit.typesetting.formulas import formulas_of, names_in
from boundkit.typesetting.latex import latex, macros_of
from boundkit.typesetting.mathml import mathml
from boundkit.typesetting.names import Naming, unowned
from boundkit.typesetting.notation import BARE, NOTATIONS
from boundkit.typesetting.plain import plain
from boundkit.typesetting.types import SETS

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "theorems").rglob("*.thm")) + sorted((ROOT / "tests" / "examples").glob("*.thm"))


def box_of(text: str) -> Box:
    """The box of an expression that stands alone."""
    node, errors = parse_expression(Source("", text))
    assert node is not None and not errors
    return formulas_of(node).box(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B^2/(2*eta*T) + eta*rho^2/2", r"\frac{B^2}{2\eta T} + \frac{\eta\rho^2}{2}"),
        (
            "(1/T) * sum_{t=1..T} (f(w[t]) - f(wstar))",
            r"\frac{1}{T}\sum_{t=1}^T(f(w_t) - f(\bkwstar))",
        ),
        ("(a + b)*c", "(a + b)c"),
        ("a - (b - c)", "a - (b - c)"),
        ("a*-b", "a(-b)"),
        ("a*(b*c)/d", r"\frac{abc}{d}"),
        ("a/b/c", r"\frac{a/b}{c}"),
        ("a/(b/c)", r"\frac{a}{b/c}"),
        ("2*3^n", r"2 \cdot 3^n"),
        ("-x^2/2", r"-\frac{x^2}{2}"),
        ("(a/b)^2", r"\Bigl(\frac{a}{b}\Bigr)^2"),
        ("x^(1/(2*n))", "x^{1/(2n)}"),
        ("sqrt((x + 1)/n)", r"\sqrt{\frac{x + 1}{n}}"),
        ("exp(-2*n*t^2)", "e^{-2nt^2}"),
        ("exp(sum_{i=1..n} x[i])", r"\exp\Bigl(\sum_{i=1}^nx_i\Bigr)"),
        ("ln(n/delta)", r"\ln\frac{n}{\delta}"),
        ("ln(n)*x", r"\ln(n)x"),
        ("ln(x)^2", r"\ln^2x"),
        ("ln(x + 1)^2*y", r"\ln^2(x + 1)y"),
        ("ln(x + 1)^a", r"(\ln(x + 1))^a"),
        ("log2(n)^2/n", r"\frac{\log_2^2n}{n}"),
        ("E[X]^2", r"\bkE[X]^2"),
        ("E[(X - E[X])^2]", r"\bkE\bigl[(X - \bkE[X])^2\bigr]"),
        ("(a*f(x))^2", "(af(x))^2"),
        ("(f(x) - g(x))[i]", "(f(x) - g(x))_i"),
        ("Pr[a <= X and X < b]", r"\bkPr[a \le X < b]"),
        ("a <= x and x >= b", r"a \le x\text{ and }x \ge b"),
        ("(a < b or c < d) and b < c", r"(a < b\text{ or }c < d)\text{ and }b < c"),
        ("E_{z ~ D}[X given Y]", r"\bkE_{z\sim D}[X \mid Y]"),
        ("||W||_op^2", r"\bkNorm{W}_{\mathrm{op}}^2"),
        ("<u, v>", r"\bkInner{u, v}"),
        ("x[t][i]^2", "x_{t,i}^2"),
        ("S[1..t-1]", "S_{1{:}t-1}"),
        ("x'^2", r"x^{\prime2}"),
        ("wstar^2", r"(\bkwstar)^2"),
        ("wbar[t+1]", r"\bkwbar_{t+1}"),
        ("KL(Q, P)", r"\bkKL(Q \mathrel{\|} P)"),
        ("f is Lipschitz(rho)", r"f\text{ is }\rho\text{-Lipschitz}"),
        ("max(a, b)", r"\max\{a, b\}"),
        ("if x > 0 then 1 else 0", r"\bkIndicator\{x > 0\}"),
        ("x <=  y  < z", r"x \le y < z"),
        ("y >= x", r"y \ge x"),
        ("a <~_{d} b", r"a \mathrel{\lesssim_d} b"),
        ("forall a : Real > 0, a < b", r"\forall a > 0\colon a < b"),
        ("exists g : Nat -> Nat, g(1) = 0", r"\exists g\colon \bkNaturals \to \bkNaturals\colon g(1) = 0"),
        ("forall W : Matrix[p+q, 2*n], W = 0", r"\forall W \in \bkReals^{(p+q)\times2n}\colon W = 0"),
        ("max_{i in 1..n} x[i]", r"\max_{1\le i\le n}x_i"),
    ],
)
def test_formulas_are_set_as_the_field_writes_them(text: str, expected: str) -> None:
    """Fractions, roots, norms, subscripts, no parenthesis too many, and the order of the author."""
    assert latex(box_of(text)) == expected


def test_in_one_line_a_quotient_keeps_its_parentheses() -> None:
    """As within a paragraph."""
    node, _ = parse_expression(Source("", "(1/(2*n)) * (a + b)/c"))
    assert node is not None
    assert latex(formulas_of(node).inline().box(node), False) == "(1/(2n))(a + b)/c"
    assert plain(box_of("(1/T) * x + a/b")) == "(1/T) x + a/b"


@pytest.mark.parametrize(
    "names",
    [("eps", "epsilon"), ("lam", "lambda"), ("w1", "w"), ("x_1", "x1"), ("wbar", "w_bar"), ("a'", "a")],
)
def test_no_two_names_look_alike(names: tuple[str, str]) -> None:
    """Where the usual spelling of both is one, the plainer name keeps it."""
    naming = Naming(names, indexed=["w"])
    assert unowned(naming.box(names[0])) != unowned(naming.box(names[1]))


def test_an_index_in_a_name_is_told_from_an_index() -> None:
    """`w1` beside `w[1]`."""
    node, _ = parse_expression(Source("", "w1 <= w[1]"))
    assert node is not None
    assert latex(formulas_of(node).box(node)) == r"\mathrm{w1} \le w_1"


def test_a_name_of_the_author_covers_the_notation_of_the_language() -> None:
    """`forall KL` binds another `KL`."""
    assert "bkKL(" in latex(box_of("KL(P, Q) <= 1"))
    assert r"\,\|\," not in latex(box_of("forall KL : Real * Real -> Real, KL(a, b) <= 1"))
    assert "KL(a, b)" in latex(box_of("forall KL : Real * Real -> Real, KL(a, b) <= 1"))


def test_macros_stand_for_the_words_of_the_author() -> None:
    """One for each name of several letters, and no macro whose name is no word."""
    assert macros_of([box_of("wbar + gap*h + W0 + eta")]) == {"bkgap": r"\mathrm{gap}", "bkwbar": r"\bar{w}"}


# A box is read back as a reader reads it, and has the value of the expression.

NAMES = {"a": Rational(3, 7), "b": Rational(-5, 3), "c": Rational(11, 2), "d": Rational(2, 13)}
APPLIED: dict[str, Callable[[Rational], Rational]] = {
    "f": lambda x: 3 * x + 1,
    "E": lambda x: 5 * x - 2,
    "ln": lambda x: 7 * x + 4,
}
"""What stands for functions whose argument is always, or not always, in brackets."""


def value(node: Node) -> Rational:
    """The value of an expression of the language."""
    if isinstance(node, Numeral):
        return Rational(node.text)
    if isinstance(node, Identifier):
        return NAMES[node.text]
    assert isinstance(node, Form)
    if node.head == "call":
        function, argument = node.parts
        assert isinstance(function, Identifier)
        return APPLIED[function.text](value(argument))
    parts = [value(part) for part in node.parts]
    match node.head:
        case "+":
            return parts[0] + parts[1]
        case "-":
            return parts[0] - parts[1]
        case "*":
            return parts[0] * parts[1]
        case "/":
            return parts[0] / parts[1]
        case "neg":
            return -parts[0]
        case "^":
            return parts[0] ** int(parts[1])
        case "abs":
            return abs(parts[0])
        case "E":
            return APPLIED["E"](parts[0])
    raise ValueError(node.head)


def as_read(box: Box) -> Rational:
    """The value that a reader gives a box: products bind more tightly than a stroke's left side reaches back,
    signs less tightly than products."""
    total, sign, term = Rational(0), 1, []
    for part in [*parts_of(box), Sign("+", "binary")]:
        if isinstance(part, Sign) and part.kind in ("binary", "prefix") and part.text in "+−":
            assert part.kind == "binary" or not term
            if term:
                total += sign * as_term(term)
                sign, term = 1, []
            sign = -sign if part.text == "−" else sign
        else:
            term.append(part)
    return total


def as_term(parts: list[Box]) -> Rational:
    """A product; after a stroke one factor stands below, and nothing may follow it."""
    product, below = Rational(1), False
    parts = list(applications(parts))
    for place, part in enumerate(parts):
        if isinstance(part, Sign) and part.kind == "times":
            continue
        if isinstance(part, Sign):
            assert part.text == "/" and not below and place == len(parts) - 2
            below = True
            continue
        product = product / as_factor(part) if below else product * as_factor(part)
    return product


def applications(parts: list[Box]) -> Iterator[Box]:
    """The parts with each function and its argument as one fence. A power at a bracket is that of the whole,
    but after a function that needs no bracket it would be read in two ways."""
    rest = iter(parts)
    for part in rest:
        core, above = (part.base, part.above) if isinstance(part, Script) else (part, None)
        name = core.sign if isinstance(core, Law) else core.text if isinstance(core, Symbol) else ""
        if name not in APPLIED:
            yield part
            continue
        argument = next(rest)
        outer = argument.above if isinstance(argument, Script) and isinstance(argument.base, Fence) else None
        body = argument.base if outer is not None else argument
        assert isinstance(argument, Fence) or (name == "ln" and next(rest, None) is None) or outer
        assert name != "ln" or outer is None
        number = Symbol(str(APPLIED[name](as_read(body))), "value")
        yield Script(number, None, outer or above) if outer or above else number


def as_factor(box: Box) -> Rational:
    match box:
        case Symbol(text, "value"):
            return Rational(text)
        case Symbol(text, "number"):
            return Rational(text)
        case Symbol(text):
            return NAMES[text]
        case Fraction(top, bottom, flat):
            assert as_read(flat) == as_read(top) / as_read(bottom)
            return as_read(top) / as_read(bottom)
        case Script(base, None, above) if above is not None:
            return as_factor(base) ** int(as_read(above))
        case Fence("abs", body):
            return abs(as_read(body))
        case Fence("parentheses" | "brackets", body):
            return as_read(body)
    raise AssertionError(box)


LEAVES = st.sampled_from([*(Identifier(name) for name in NAMES), Numeral("2"), Numeral("3")])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda h, a, b: Form(h, (a, b)), st.sampled_from("+-**//"), inner, inner),
        st.builds(lambda h, a: Form(h, (a,)), st.sampled_from(["neg", "abs", "E"]), inner),
        st.builds(lambda f, a: Form("call", (Identifier(f), a)), st.sampled_from(["f", "ln"]), inner),
        st.builds(lambda a: Form("^", (a, Numeral("2"))), inner),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(node=EXPRESSIONS, flat=st.booleans())
def test_what_is_read_off_the_boxes_is_what_was_written(node: Node, flat: bool) -> None:
    """No parenthesis is missing, displayed or in one line."""
    try:
        expected = value(node)
    except ZeroDivisionError:
        return
    formulas = formulas_of(node)
    assert as_read((formulas.inline() if flat else formulas).box(node)) == expected


@cache
def formulas_in(path: Path) -> list[tuple[tree.TheoremTree, tree.Node]]:
    """Every formula of a file, with its theorem."""
    found: list[tuple[tree.TheoremTree, tree.Node]] = []
    for theorem in parse(read(path))[0].items:
        if isinstance(theorem, tree.TheoremTree):
            for clause in theorem.clauses:
                if isinstance(clause, tree.Assume | tree.Claim | tree.Step):
                    found.append((theorem, clause.formula))
                elif isinstance(clause, tree.Define):
                    found.append((theorem, clause.body))
    return found


NOTATION = frozenset(NOTATIONS) | frozenset(BARE) | frozenset(SETS)
NOTATION |= {"Vector", "Matrix", "Seq", "Set", "FiniteSet", "Dist"}
NOTATION |= {"bounded_differences", "bounded_differences_except"}
"""Names of the language that are set as signs or in words."""


QUICK = {"examples", "optimization", "networks"}


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(folder, marks=() if folder.name in QUICK else pytest.mark.slow, id=folder.name)
        for folder in sorted({path.parent for path in FILES})
    ],
)
def test_every_symbol_of_a_formula_is_set(folder: Path) -> None:
    """Each name of the library's formulas is in its boxes, and each format renders them."""
    for path in (path for path in FILES if path.parent == folder):
        for theorem, formula in formulas_in(path):
            formulas = formulas_of(theorem)
            for way in (formulas, formulas.inline()):
                box = way.box(formula)
                letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", plain(box)))
                for name, _ in names_in(_without_reasons(formula)):
                    size_of_basis = name == "d" and "basis" in str(formula)  # not shown, as everywhere
                    if (name in formulas.own or name not in NOTATION) and not size_of_basis:
                        wanted = re.sub(
                            r"[\W_]", "", unicodedata.normalize("NFKC", plain(formulas.naming.box(name)))
                        )
                        assert wanted in letters, (path, name, plain(box))
                ElementTree.fromstring(mathml(box))
                assert latex(box).isascii() and latex(box).count("{") == latex(box).count("}"), path


def _without_reasons(node: Node) -> Node:
    if isinstance(node, tree.Chain):
        return tree.Chain(node.first, tuple(tree.Link(link.relation, link.operand) for link in node.links))
    if isinstance(node, tree.Justified):
        return _without_reasons(node.body)
    if isinstance(node, tree.Quantified):
        return tree.Quantified(
            node.head, node.bounds, _without_reasons(node.body), node.givens, node.condition
        )
    if isinstance(node, tree.WithProbability):
        return tree.WithProbability(node.relation, node.level, node.over, _without_reasons(node.body))
    if isinstance(node, tree.AlmostSurely):
        return tree.AlmostSurely(_without_reasons(node.body))
    if isinstance(node, tree.Form) and node.head in ("implies", "and", "or", "iff", "not"):
        return Form(node.head, tuple(_without_reasons(part) for part in node.parts))
    return node
