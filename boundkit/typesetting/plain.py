"""Boxes as one line of Unicode text, for a terminal and for what cannot show a formula."""

from __future__ import annotations

from boundkit.typesetting.boxes import (
    FENCES,
    Accent,
    Big,
    Box,
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
)

_COMBINING = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_RAISED = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
_WIDE = frozenset({"relation", "binary"})
_APART = frozenset({"relation", "binary", "prefix", "punctuation"})


def plain(box: Box) -> str:
    """The box in one line, quotients with a stroke."""
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
            return plain(body)
        case Accent(base, mark):
            return plain(base) + _COMBINING[mark]
        case Script(base, below, above):
            return plain(base) + _scripts(below, above)
        case Fraction(_, _, flat):
            return plain(flat)
        case Root(body):
            return f"√({plain(body)})"
        case Fence(kind, body):
            left, right = FENCES[kind]
            return f"{left}{plain(body)}{right}"
        case Big(sign, below, above):
            return sign + _scripts(below, above)
        case Law(sign, below):
            return sign + _scripts(below, None)
        case Grid(_, rows):
            return "[" + "; ".join(", ".join(plain(cell).strip() for cell in cells) for cells in rows) + "]"
    raise TypeError(type(box).__name__)


def _after(parts: tuple[Box, ...], place: int) -> str:
    """A part, with a blank before it where it would run into the one before."""
    part = parts[place]
    text = plain(part)
    before = parts[place - 1] if place else None
    after = parts[place + 1] if place + 1 < len(parts) else None
    alone = all(side is None or (isinstance(side, Sign) and side.kind in _APART) for side in (before, after))
    if isinstance(part, Fraction) and not alone:
        text = f"({text})"
    named = isinstance(before, Big) or (isinstance(before, Symbol) and before.function)
    product = isinstance(before, Sign) and before.kind == "times" and before.text != "⋅"
    fenced = isinstance(part.base if isinstance(part, Script) else part, Fence)
    return f" {text}" if (named or product) and not fenced else text


def _scripts(below: Box | None, above: Box | None) -> str:
    out = "" if below is None else _group("_", plain(below))
    if above is None:
        return out
    text = plain(above)
    if isinstance(above, Sign) and above.kind == "ordinary":
        return text + out
    return out + (text.translate(_RAISED) if text.isdigit() or text == "n" else _group("^", text))


def _group(mark: str, text: str) -> str:
    return mark + (text if text.isalnum() else f"{{{text.replace(' ', '')}}}")
