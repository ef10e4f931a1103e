"""Terms and propositions about real numbers as LaTeX."""

from __future__ import annotations

import re
from fractions import Fraction

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import ZERO, Apply, Name, Number, Term
from boundkit.syntax.spelling import GREEK

CONNECTIVE, RELATION, SUM, PRODUCT, POWER, ATOM = range(6)

_RELATIONS = {"<=": r"\le", "<": "<", "=": "=", "!=": r"\ne"}
_CONNECTIVES = {"and": r" \land ", "or": r" \lor ", "implies": r" \implies "}
_GREEK = frozenset({*GREEK.values()} - {"omicron"})


def latex(term: Term) -> str:
    """The term or proposition in math mode."""
    return _written(term)[0]


def _fenced(term: Term, level: int) -> str:
    text, own = _written(term)
    return text if own >= level else rf"\left({text}\right)"


def _number(value: Fraction) -> tuple[str, int]:
    sign = "-" if value < 0 else ""
    level = SUM if value < 0 else ATOM if value.denominator == 1 else PRODUCT
    if value.denominator == 1:
        return f"{sign}{abs(value)}", level
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", level


def _name(text: str) -> str:
    match = re.fullmatch(r"([A-Za-z]+)_?([0-9]*)('*)", text)
    if match is None:
        return r"\mathit{" + text.replace("_", r"\_") + "}"
    word, index, primes = match.groups()
    shown = rf"\{word}" if word in _GREEK else word if len(word) == 1 else rf"\mathit{{{word}}}"
    return shown + (f"_{{{index}}}" if index else "") + primes


def _written(term: Term) -> tuple[str, int]:
    if isinstance(term, Number):
        return _number(term.value)
    if isinstance(term, Name):
        return _name(term.text), ATOM
    if not isinstance(term, Apply):
        raise TypeError(type(term))
    head, args = term.head, term.args
    if head in _RELATIONS:
        return f"{_fenced(args[0], SUM)} {_RELATIONS[head]} {_fenced(args[1], SUM)}", RELATION
    if head in _CONNECTIVES:
        return _CONNECTIVES[head].join(_fenced(arg, RELATION) for arg in args), CONNECTIVE
    if head == "not":
        return rf"\lnot {_fenced(args[0], ATOM)}", RELATION
    if head in ("true", "false"):
        return rf"\text{{{head}}}", ATOM
    if head == "+":
        return " + ".join(_fenced(arg, SUM if place == 0 else PRODUCT) for place, arg in enumerate(args)), SUM
    if head == "-":
        return f"{_fenced(args[0], SUM)} - {_fenced(args[1], PRODUCT)}", SUM
    if head == "neg":
        return f"-{_fenced(args[0], PRODUCT)}", SUM
    if head == "*":
        # A sign in front of a product needs no parentheses, but then stands in a sum.
        signed = isinstance(args[0], Apply) and args[0].head == "neg"
        factors = [_fenced(arg, SUM if signed and place == 0 else PRODUCT) for place, arg in enumerate(args)]
        return r" \cdot ".join(factors), SUM if signed else PRODUCT
    if head == "/":
        return rf"\frac{{{latex(args[0])}}}{{{latex(args[1])}}}", PRODUCT
    if head == "^":
        return f"{_fenced(args[0], ATOM)}^{{{latex(args[1])}}}", POWER
    return _applied(head, args)


def _applied(head: str, args: tuple[Term, ...]) -> tuple[str, int]:
    inside = ", ".join(map(latex, args))
    if head == "abs":
        return rf"\left|{inside}\right|", ATOM
    if head in ("floor", "ceil"):
        return rf"\left\l{head} {inside} \right\r{head}", ATOM
    if head == "sqrt":
        return rf"\sqrt{{{inside}}}", ATOM
    if head == "exp":
        return f"e^{{{inside}}}", POWER
    if head == "xlnx":
        return rf"{_fenced(args[0], POWER)} \ln {_fenced(args[0], ATOM)}", PRODUCT
    if head == "factorial":
        return f"{_fenced(args[0], ATOM)}!", POWER
    if head == "polygamma":
        order = "" if args[0] == ZERO else rf"^{{({latex(args[0])})}}"
        return rf"\psi{order}\left({latex(args[1])}\right)", POWER
    if head == "binomial":
        return rf"\binom{{{latex(args[0])}}}{{{latex(args[1])}}}", ATOM
    symbol = SYMBOLS.get(head)
    written = symbol.latex if symbol is not None and symbol.latex else rf"\operatorname{{{head}}}"
    return rf"{written}\left({inside}\right)", POWER
