"""Boxes as one line of Unicode text, for a terminal and for what cannot show a formula."""

from __future__ import annotations

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
    in_one_line,
    names_function,
)

_COMBINING = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_RAISED = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
_WIDE = frozenset({"relation", "binary"})


def plain(box: Box) -> str:
    """The box in one line, quotients with a stroke."""
    return _plain(in_one_line(box))


def _plain(box: Box) -> str:
    match box:
        case Row(parts):
            return "".join(_after(parts, place) for place in range(len(parts))).strip()
        case Symbol(text):
            return text
        case Sign(text, kind):
            return f" {text} " if kind in _WIDE else f"{text} " if kind == "punctuation" else text
        case Words(text):
            return f"{'' if text.startswith('-') else ' '}{text} "
        case Own(_, body):
            return _plain(body)
        case Accent(base, mark):
            return _plain(base) + _COMBINING[mark]
        case Script(base, below, above):
            return _plain(base) + _scripts(below, above)
        case Fraction(_, _, flat):
            return _plain(flat)
        case Choose(top, bottom):
            return f"binom({_plain(top)}, {_plain(bottom)})"
        case Root(body):
            return f"√({_plain(body)})"
        case Fence(kind, body):
            left, right = FENCES[kind]
            return f"{left}{_plain(body)}{right}"
        case Big(sign, below, above):
            return sign + _scripts(below, above)
        case Law(sign, below):
            return sign + _scripts(below, None)
        case Grid(_, rows):
            return "[" + "; ".join(", ".join(_plain(cell).strip() for cell in cells) for cells in rows) + "]"
    raise TypeError(type(box).__name__)


def _after(parts: tuple[Box, ...], place: int) -> str:
    """A part, with a blank before it where it would run into the one before."""
    part = parts[place]
    text = _plain(part)
    before = parts[place - 1] if place else None
    named = isinstance(before, Big) or names_function(before)
    product = isinstance(before, Sign) and before.kind == "times" and before.text != "⋅"
    fenced = isinstance(part.base if isinstance(part, Script) else part, Fence)
    return f" {text}" if (named or product) and not fenced else text


def _scripts(below: Box | None, above: Box | None) -> str:
    out = "" if below is None else _group("_", _plain(below))
    if above is None:
        return out
    text = _plain(above)
    if isinstance(above, Sign) and above.kind == "ordinary":
        return text + out
    return out + (text.translate(_RAISED) if text.isdigit() or text == "n" else _group("^", text))


def _group(mark: str, text: str) -> str:
    return mark + (text if text.isalnum() else f"{{{text.replace(' ', '')}}}")
