"""The notation of the field for the functions of the language.

A name that the theorem declares itself is never read as one of these."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.syntax.tree import Form, Identifier, Node, Numeral
from boundkit.typesetting.boxes import (
    Big,
    Box,
    Choose,
    Fence,
    Fraction,
    Root,
    Script,
    Sign,
    Symbol,
    Words,
    inside,
    row,
)
from boundkit.typesetting.names import unowned
from boundkit.typesetting.setting import COMMA, Formulas, Set, Tightness, raised, sets

Notation = Callable[[Formulas, tuple[Node, ...]], Set]
SHORT = 9
"""Symbols up to which an exponent is set as a power of e."""


def _word(text: str, macro: str = "") -> Symbol:
    return Symbol(text, "upright", function=True, macro=macro)


def _fence(formulas: Formulas, parts: tuple[Node, ...]) -> Fence:
    return Fence("parentheses", formulas.listed(parts), applied=True)


def _applied(symbol: Box) -> Notation:
    """`name(a, b)`."""
    return lambda formulas, parts: (row(symbol, _fence(formulas, parts)), Tightness.POWER)


def _divergence(symbol: Box) -> Notation:
    """`KL(P ‖ Q)`."""

    def notation(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
        left, right, *rest = (formulas.box(part) for part in parts)
        after = [box for part in rest for box in (COMMA, part)]
        body = row(left, Sign("‖", "relation"), right, *after)
        return row(symbol, Fence("parentheses", body, applied=True)), Tightness.POWER

    return notation


def _fenced(kind: str) -> Notation:
    return lambda formulas, parts: (Fence(kind, formulas.listed(parts)), Tightness.ATOM)


def _extremum(word: str) -> Notation:
    def notation(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
        return row(_word(word), Fence("braces", formulas.listed(parts), applied=True)), Tightness.POWER

    return notation


def _root(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    body = formulas.box(parts[0])
    half = row(Symbol("1", "number"), Sign("/", "ordinary"), Symbol("2", "number"))
    return Root(body, Script(Fence("parentheses", body), None, half)), Tightness.ATOM


def _exponential(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    exponent = parts[0]
    e = Symbol("e")
    if "e" in formulas.own:
        return row(_word("exp"), _fence(formulas, parts)), Tightness.POWER
    if isinstance(exponent, Numeral) and exponent.text == "1":
        return e, Tightness.ATOM
    above = formulas.inline().box(exponent)
    low = not any(isinstance(box, Big | Fence | Root) for box in inside(above))
    if low and sum(1 for box in inside(above) if isinstance(box, Symbol)) <= SHORT and _scripts(above) <= 1:
        return Script(e, None, above), Tightness.POWER
    return row(_word("exp"), _fence(formulas, parts)), Tightness.POWER


def _scripts(box: Box) -> int:
    return max((1 for part in inside(box) if isinstance(part, Script) and part.above is not None), default=0)


def _binomial(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    top, bottom = (formulas.inline().box(part) for part in parts)
    return Choose(top, bottom), Tightness.ATOM


def _replaced(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    """`replace(S, i, z)`: S with z in place i, as a superscript."""
    flat = formulas.inline()
    above = row(flat.box(parts[1]), Sign("←", "relation"), flat.box(parts[2]))
    return raised(formulas.at_least(Tightness.ATOM, parts[0]), above), Tightness.POWER


def _others(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    below = row(Sign("−", "prefix"), formulas.inline().box(parts[1]))
    return Script(formulas.at_least(Tightness.ATOM, parts[0]), below), Tightness.POWER


def _moment(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    below = Script(Symbol("L"), None, formulas.inline().box(parts[1]))
    return Script(Fence("norm", formulas.box(parts[0])), below), Tightness.ATOM


def _renyi(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    below = formulas.inline().box(parts[0])
    body = row(formulas.box(parts[1]), Sign("‖", "relation"), formulas.box(parts[2]))
    symbol = Script(Symbol("D", macro="Renyi"), below)
    return row(symbol, Fence("parentheses", body, applied=True)), Tightness.POWER


def _gradient(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    """The gradient of a function in its first argument, at the arguments that follow."""
    function = formulas.at_least(Tightness.ATOM, parts[0])
    return row(Symbol("∇", "ordinary"), function, _fence(formulas, parts[1:])), Tightness.POWER


def _derivative(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    body, name, *rest = parts
    order = formulas.inline().box(rest[0]) if rest else None
    above: Box = Symbol("∂", "ordinary")
    below: Box = formulas.inline().box(name)
    if order is not None:
        above, below = Script(above, None, order), raised(below, order)
    under = row(Symbol("∂", "ordinary"), below)
    operator = Fraction(above, under, row(above, Sign("/", "ordinary"), under))
    sign: Box = operator.flat if formulas.flat else operator
    return row(sign, formulas.at_least(Tightness.FRACTION, body)), Tightness.TERM


def _subgradients(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    function = formulas.at_least(Tightness.ATOM, parts[0])
    return row(Symbol("∂", "ordinary"), function, _fence(formulas, parts[1:])), Tightness.POWER


def _identity(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    return Script(Symbol("I"), formulas.inline().box(parts[0])), Tightness.ATOM


def _basis(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    return Script(Symbol("e", "bold"), formulas.inline().box(parts[1])), Tightness.ATOM


def _factorial(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    return row(formulas.at_least(Tightness.ATOM, parts[0]), Sign("!", "ordinary")), Tightness.POWER


def _neighbours(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    left, right = (formulas.box(part) for part in parts)
    return row(left, Words("and"), right, Words("differ in at most one place")), Tightness.RELATION


def _ball(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    """The closed ball about 0: its dimension stands above, its radius in parentheses."""
    symbol = Script(Symbol("B", "upright", macro="Ball"), None, formulas.inline().box(parts[0]))
    return row(symbol, _fence(formulas, parts[1:])), Tightness.POWER


def _projection(formulas: Formulas, parts: tuple[Node, ...]) -> Set:
    symbol = Script(Symbol("Π", macro="Projection"), formulas.inline().box(parts[0]))
    return row(symbol, _fence(formulas, parts[1:])), Tightness.POWER


NOTATIONS: dict[str, Notation] = {
    "sqrt": _root,
    "exp": _exponential,
    "binomial": _binomial,
    "factorial": _factorial,
    "min": _extremum("min"),
    "max": _extremum("max"),
    "abs": _fenced("abs"),
    "ceil": _fenced("ceil"),
    "floor": _fenced("floor"),
    "card": _fenced("abs"),
    "pair": _fenced("parentheses"),
    "KL": _divergence(_word("KL", "KL")),
    "Renyi": _renyi,
    "TV": _applied(_word("TV", "TV")),
    "JS": _applied(_word("JS", "JS")),
    "W1": _applied(Script(Symbol("W", macro="Wasserstein"), Symbol("1", "number"))),
    "replace": _replaced,
    "others": _others,
    "neighbours": _neighbours,
    "Lp": _moment,
    "grad": _gradient,
    "diff": _derivative,
    "subgrad": _subgradients,
    "ball": _ball,
    "I": _identity,
    "basis": _basis,
    "covering_number": _applied(Symbol("N", "calligraphic", macro="Covering")),
    "project": _projection,
    "trace": _applied(_word("tr")),
    "relu": _applied(_word("ReLU")),
    "softmax_rows": _applied(_word("softmax")),
    "softmax": _applied(_word("softmax")),
    "sign": _applied(_word("sgn")),
    "Phi": _applied(Symbol("Φ")),
    "Gamma": _applied(Symbol("Γ")),
    "minimal_cover": _applied(_word("cover")),
    "normal": _applied(Symbol("N", "calligraphic", macro="Normal")),
}  # fmt: skip

BARE = {"ln": "ln", "log2": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
        "tanh": "tanh", "arctan": "arctan", "arcsin": "arcsin", "arccos": "arccos"}  # fmt: skip
"""Functions whose argument stands without parentheses where it is one symbol or a fraction."""


@sets("call")
def _call(formulas: Formulas, node: Node) -> Set:
    return _application(formulas, node, closed=False)


@sets("closed call")
def _closed_call(formulas: Formulas, node: Node) -> Set:
    """A call that something follows: its argument stands in parentheses."""
    return _application(formulas, node, closed=True)


def _application(formulas: Formulas, node: Node, closed: bool) -> Set:
    assert isinstance(node, Form)
    function, parts = node.parts[0], node.parts[1:]
    if not isinstance(function, Identifier):
        return row(formulas.at_least(Tightness.ATOM, function), _fence(formulas, parts)), Tightness.POWER
    name = function.text
    if name not in formulas.own:
        if name in BARE:
            return _bare(formulas, name, parts, closed)
        if name in NOTATIONS:
            return NOTATIONS[name](formulas, parts)
        if len(name.rstrip("'")) > 1:
            return row(_word(name), _fence(formulas, parts)), Tightness.POWER
    return row(formulas.naming.box(name), _fence(formulas, parts)), Tightness.POWER


@sets("^")
def _power(formulas: Formulas, node: Node) -> Set:
    """A power; `ln(x)^2` has its exponent at the function."""
    return _raised(formulas, node, closed=False)


@sets("closed ^")
def _closed_power(formulas: Formulas, node: Node) -> Set:
    """A power of a function that something follows."""
    return _raised(formulas, node, closed=True)


def _raised(formulas: Formulas, node: Node, closed: bool) -> Set:
    assert isinstance(node, Form)
    base, exponent = node.parts
    above = formulas.inline().box(exponent)
    if isinstance(base, Form) and base.head == "call" and isinstance(base.parts[0], Identifier):
        name = base.parts[0].text
        if name in BARE and name not in formulas.own:
            if isinstance(exponent, Numeral) and exponent.text.isdigit():
                box, tightness = _bare(formulas, name, base.parts[1:], closed, above)
                return box, min(tightness, Tightness.FRACTION)
            return Script(Fence("parentheses", formulas.box(base)), None, above), Tightness.POWER
    return formulas.with_above(base, above), Tightness.POWER


def _bare(
    formulas: Formulas, name: str, parts: tuple[Node, ...], closed: bool, above: Box | None = None
) -> Set:
    symbol: Box = _word(BARE[name])
    below = Symbol("2", "number") if name == "log2" else None
    if below is not None or above is not None:
        symbol = Script(symbol, below, above)
    box, tightness = formulas.set(parts[0])
    simple = isinstance(unowned(box), Symbol | Fraction) or (
        isinstance(box, Script) and isinstance(unowned(box.base), Symbol) and box.above is None
    )
    if not simple or (closed and not isinstance(unowned(box), Symbol)) or tightness < Tightness.FRACTION:
        return row(symbol, Fence("parentheses", box, applied=True)), Tightness.POWER
    if closed:
        return row(symbol, Fence("parentheses", box, applied=True)), Tightness.POWER
    return row(symbol, box), Tightness.TERM
