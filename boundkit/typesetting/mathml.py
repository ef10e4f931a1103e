"""Boxes as MathML Core, for a page of HTML. Everything that comes from a file is escaped."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from boundkit.typesetting.boxes import (
    FENCES,
    Accent,
    Big,
    Box,
    Choose,
    Fence,
    Fraction,
    Grid,
    Law,
    Own,
    Root,
    Row,
    Script,
    Sign,
    Symbol,
    Words,
    names_function,
    parts_of,
)
from boundkit.typesetting.measure import delimiter_size

_BLACKBOARD = {"E": "𝔼", "Pr": "ℙ", "Var": "Var"}
_CALLIGRAPHIC = {"N": "𝒩", "P": "𝒫"}
_BOLD = {"1": "𝟏", "e": "𝐞"}
_MARKS = {"hat": "^", "bar": "‾", "tilde": "~"}
_WORDS = {"argmin": "arg min", "argmax": "arg max"}
_BLANK = '<mspace width="0.17em"/>'
_LOOSE = frozenset({"relation", "binary"})
_BIG_ENOUGH = ("", "1.2em", "1.8em", "2.4em", "3em")


def mathml(box: Box, display: bool = True) -> str:
    """The box as a `math` element."""
    block = ' display="block"' if display else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{block}>{_element(box, display)}</math>'


def mathml_pieces(box: Box, display: bool = True) -> list[str]:
    """The box as `math` elements that belong in one line, or in several where there is no room: cut before
    the relations and the signs of sums that stand in no parentheses."""
    style = ' displaystyle="true"' if display else ""
    head = f'<math xmlns="http://www.w3.org/1998/Math/MathML"{style}>'
    parts = parts_of(box)
    cuts = [k for k, part in enumerate(parts) if k and isinstance(part, Sign) and part.kind in _LOOSE]
    found = []
    for start, end in pairwise([0, *cuts, len(parts)]):
        inside = "".join(_spaced(parts, place, display) for place in range(start, end))
        # After something, if only a blank, a sign is set as one between two operands.
        blank = "<mspace/>" if start or (isinstance(parts[0], Sign) and parts[0].kind in _LOOSE) else ""
        found.append(f"{head}<mrow>{blank}{inside}</mrow></math>")
    return found


def _row(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _element(box: Box, display: bool) -> str:
    match box:
        case Row(parts):
            return _row([_spaced(parts, place, display) for place in range(len(parts))])
        case Symbol(text, style):
            return _symbol(text, style)
        case Sign(text, kind):
            return _sign(text, kind)
        case Words(text):
            before = "" if text.startswith("-") else "\N{NO-BREAK SPACE}"
            return f"<mtext>{before}{escape(text)}\N{NO-BREAK SPACE}</mtext>"
        case Own(_, body):
            return _element(body, display)
        case Accent(base, mark):
            sign = f'<mo stretchy="false">{_MARKS[mark]}</mo>'
            return f'<mover accent="true">{_element(base, display)}{sign}</mover>'
        case Script(base, below, above):
            return _scripted("msub", "msup", "msubsup", _element(base, display), below, above)
        case Fraction(top, bottom):
            return f"<mfrac>{_element(top, False)}{_element(bottom, False)}</mfrac>"
        case Choose(top, bottom):
            stack = f'<mfrac linethickness="0">{_element(top, False)}{_element(bottom, False)}</mfrac>'
            return f"<mrow><mo>(</mo>{stack}<mo>)</mo></mrow>"
        case Root(body):
            return f"<msqrt>{_element(body, display)}</msqrt>"
        case Fence(kind, body):
            left, right = FENCES[kind]
            rank = delimiter_size(body, display)
            inner = [_fence(left, "prefix", rank), _element(body, display), _fence(right, "postfix", rank)]
            return _row([part for part in inner if part])
        case Big(sign, below, above):
            return _big(sign, below, above)
        case Law(sign, below):
            style = ' mathvariant="normal"' if len(_BLACKBOARD[sign]) == 1 else ""
            return _scripted("msub", "msup", "msubsup", f"<mi{style}>{_BLACKBOARD[sign]}</mi>", below, None)
        case Grid(kind, rows):
            lines = "".join(
                "<mtr>" + "".join(f"<mtd>{_element(cell, False)}</mtd>" for cell in cells) + "</mtr>"
                for cells in rows
            )
            if kind == "matrix":
                return f"<mrow><mo>[</mo><mtable>{lines}</mtable><mo>]</mo></mrow>"
            return f'<mrow><mo>{{</mo><mtable columnalign="left">{lines}</mtable></mrow>'
    raise TypeError(type(box).__name__)


def _spaced(parts: tuple[Box, ...], place: int, display: bool) -> str:
    """A part, with the blank that stands between a function's name and an argument without parentheses, and
    before a name that follows a factor."""
    part, before = parts[place], parts[place - 1] if place else None
    named = names_function(before) and not isinstance(part, Fence | Script)
    factor = isinstance(before, Sign) and before.kind == "times" and names_function(part)
    return f"{_BLANK if named or factor else ''}{_element(part, display)}"


def _symbol(text: str, style: str) -> str:
    if style == "number":
        return f"<mn>{escape(text)}</mn>"
    if style == "calligraphic":
        return f"<mi>{_CALLIGRAPHIC[text]}</mi>"
    if style == "bold":
        return f"<mi>{_BOLD[text]}</mi>"
    upright = len(text) == 1 and (style != "italic" or _is_greek_capital(text))
    variant = ' mathvariant="normal"' if upright else ""
    return f"<mi{variant}>{escape(text)}</mi>"


def _is_greek_capital(text: str) -> bool:
    return "Α" <= text <= "Ω"


def _sign(text: str, kind: str) -> str:
    if kind == "times" and text == " ":
        return _BLANK
    if kind == "times" and text != "⋅":
        return "<mo>\N{INVISIBLE TIMES}</mo>"
    form = ' form="prefix"' if kind == "prefix" else ""
    if text in ("|", "∣", "‖") and kind == "relation":
        return f'<mo stretchy="false" lspace="0.28em" rspace="0.28em">{text}</mo>'
    if kind == "ordinary" and text == "/":
        return '<mo lspace="0" rspace="0">/</mo>'
    if kind == "ordinary" and not set(text) <= {"′", "!", ":"}:
        return f"<mi>{escape(text)}</mi>"
    return f"<mo{form}>{escape(text)}</mo>"


def _fence(sign: str, form: str, rank: int) -> str:
    if not sign:
        return ""
    stretch = f' minsize="{_BIG_ENOUGH[rank]}"' if rank else ' stretchy="false"'
    return f'<mo fence="true" form="{form}"{stretch}>{escape(sign)}</mo>'


def _big(sign: str, below: Box | None, above: Box | None) -> str:
    if sign in ("∑", "∏"):
        return _scripted("munder", "mover", "munderover", f"<mo>{sign}</mo>", below, above)
    if sign == "∫":
        return _scripted("msub", "msup", "msubsup", f"<mo>{sign}</mo>", below, above)
    word = f'<mo movablelimits="true" lspace="0.17em" rspace="0.17em">{_WORDS.get(sign, escape(sign))}</mo>'
    return _scripted("munder", "mover", "munderover", word, below, above)


def _scripted(under: str, over: str, both: str, base: str, below: Box | None, above: Box | None) -> str:
    if below is not None and above is not None:
        return f"<{both}>{base}{_element(below, False)}{_element(above, False)}</{both}>"
    if below is not None:
        return f"<{under}>{base}{_element(below, False)}</{under}>"
    return f"<{over}>{base}{_element(above, False)}</{over}>" if above is not None else base
