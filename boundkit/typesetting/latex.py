"""Boxes as LaTeX in math mode.

Delimiters have explicit sizes, so that a formula may break anywhere between them. Notation that an author may
redefine goes through macros whose names begin with `bk` (`boundkit.sty` defines them); names of the author's
through one macro each (`macros_of`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from boundkit.syntax.spelling import GREEK
from boundkit.typesetting.boxes import (
    FENCES,
    Accent,
    Big,
    Box,
    Choose,
    Edge,
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
    inside,
)
from boundkit.typesetting.measure import delimiter_size

_SIGNS = {
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "∼": r"\sim", "≲": r"\lesssim", "→": r"\to",
    "↦": r"\mapsto", "≔": r"\coloneqq", "←": r"\leftarrow", "⊆": r"\subseteq",
    "∣": r"\mid", "‖": r"\mathrel{\|}",
    "−": "-", "×": r"\times", "⋅": r"\cdot", "∀": r"\forall", "∃": r"\exists", "¬": r"\lnot", "…": r"\dots",
    "∞": r"\infty", "±∞": r"\pm\infty", "⋆": r"\star", " ": r"\,", ":": r"\colon",
}  # fmt: skip
_LETTERS = {
    letter: rf"\{name}" for letter, name in GREEK.items() if letter not in "ς\N{MICRO SIGN}\N{OHM SIGN}"
}
_LETTERS |= {"ε": r"\varepsilon", "ϵ": r"\epsilon", "ϑ": r"\vartheta", "φ": r"\varphi", "ϕ": r"\phi",
             "ϱ": r"\varrho", "ϖ": r"\varpi", "ϰ": r"\kappa", "ℓ": r"\ell", "∂": r"\partial", "∇": r"\nabla",
             "⊤": r"\top", "ο": "o", "Ο": "O"}  # fmt: skip
_LATIN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))
_LETTERS |= {greek: rf"\mathrm{{{latin}}}" for greek, latin in _LATIN_CAPITALS.items()}
_FUNCTIONS = frozenset(
    {
        "ln",
        "log",
        "exp",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arctan",
        "arcsin",
        "arccos",
        "min",
        "max",
    }
)
_BIG = {"∑": r"\sum", "∏": r"\prod", "∫": r"\int", "argmin": r"\operatorname*{arg\,min}",
        "argmax": r"\operatorname*{arg\,max}", "avg": r"\operatorname*{avg}"}  # fmt: skip
_DELIMITERS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "{": r"\{", "}": r"\}", "⟨": r"\langle", "⟩": r"\rangle",
    "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor", "|": r"\vert", "‖": r"\Vert",
}  # fmt: skip
_SIZES = ("", "big", "Big", "bigg", "Bigg")
_NAMED_FENCES = {"norm": "Norm", "abs": "Abs", "inner": "Inner"}
_BLACKBOARD = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "𝔼": "E", "ℙ": "P"}
_SPECIAL = re.compile(r"[\\{}$&#%_^~\"<>|]")
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}


def latex(box: Box, display: bool = True) -> str:
    """The box in math mode; `display` as it stands in a displayed formula."""
    return _joined(_pieces(box, display))


def text(plain: str) -> str:
    """Plain text with all that LaTeX reads as a command escaped, Greek letters in math mode, and what has no
    spelling as its code point."""
    escaped = _SPECIAL.sub(lambda match: _ESCAPED.get(match.group(), "\\" + match.group()), plain)
    return "".join(_in_text(sign) for sign in escaped)


def macro_of(name: str) -> str:
    """The macro for a name of the author's, "" where it has none: macros are spelled with letters only."""
    return f"bk{name}" if name.isascii() and name.isalpha() and len(name) > 1 else ""


def macros_of(boxes: Iterable[Box]) -> dict[str, str]:
    """The macros of the author's names in some boxes, each with what it stands for, sorted."""
    found = {
        macro: latex(box.body)
        for top in boxes
        for box in inside(top)
        if isinstance(box, Own) and (macro := macro_of(box.name)) and _is_usual(box)
    }
    return dict(sorted(found.items()))


def _is_usual(own: Own) -> bool:
    """Whether a name is set as it is where no other name of the theorem looks the same: the macro is one for
    all theorems."""
    from boundkit.typesetting.names import Naming

    return Naming([own.name]).box(own.name) == own


def _in_text(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isprintable() else " "
    if sign in _LETTERS:
        return f"${_LETTERS[sign]}$"
    if sign in _SIGNS:
        return f"${_SIGNS[sign]}$"
    return sign if sign.isalpha() and sign < "\u0180" else f"U+{ord(sign):04X}"


def _joined(pieces: list[str]) -> str:
    """Pieces side by side; a blank keeps a command apart from a letter."""
    out = ""
    for piece in pieces:
        if piece and out and piece[0].isalpha() and re.search(r"\\[A-Za-z]+$", out):
            out += " "
        out += piece
    return out


def _pieces(box: Box, display: bool) -> list[str]:
    match box:
        case Row(parts):
            return [piece for place, part in enumerate(parts) for piece in _part(part, place, parts, display)]
        case Sign(sign, kind):
            return [_sign(sign, kind)]
        case Symbol():
            return [_symbol(box)]
        case Words(words):
            return [_words(words, True, True)]
        case Own(name, body):
            macro = macro_of(name) if _is_usual(box) else ""
            return [f"\\{macro}"] if macro else [latex(body, display)]
        case Accent(base, mark):
            wide = {"hat": "widehat", "tilde": "widetilde"} if _is_capital(base) else {}
            return [rf"\{wide.get(mark, mark)}{{{latex(base, display)}}}"]
        case Script(base, below, above):
            return [_script(base, below, above, display)]
        case Fraction(top, bottom):
            return [rf"\frac{{{latex(top, False)}}}{{{latex(bottom, False)}}}"]
        case Choose(top, bottom):
            return [rf"\binom{{{latex(top, False)}}}{{{latex(bottom, False)}}}"]
        case Root(body):
            return [rf"\sqrt{{{latex(body, display)}}}"]
        case Fence():
            return _fence(box, display)
        case Edge(kind, left, rank, scripts):
            return [_opening(kind, rank)] if left else [_closing(kind, rank) + _scripts(*scripts)]
        case Big(sign, below, above):
            symbol = _BIG.get(sign, rf"\{sign}")
            return [symbol + _scripts(below, above)]
        case Law(sign, below):
            return [{"E": r"\bkE", "Pr": r"\bkPr", "Var": r"\bkVar"}[sign] + _scripts(below, None)]
        case Grid(kind, rows):
            name = "bmatrix" if kind == "matrix" else "cases"
            lines = r" \\ ".join(" & ".join(latex(cell, False) for cell in cells) for cells in rows)
            return [rf"\begin{{{name}}} {lines} \end{{{name}}}"]
    raise TypeError(type(box).__name__)


def _part(part: Box, place: int, parts: tuple[Box, ...], display: bool) -> list[str]:
    if isinstance(part, Words):
        return [_words(part.text, place == 0, place == len(parts) - 1)]
    return _pieces(part, display)


def _words(words: str, first: bool, last: bool) -> str:
    before = "" if first or words.startswith("-") else " "
    return rf"\text{{{before}{text(words)}{'' if last else ' '}}}"


def _sign(sign: str, kind: str) -> str:
    if kind == "times" and not sign:
        return ""
    spelled = _SIGNS.get(sign, sign)
    if sign == ":" and kind != "punctuation":
        spelled = ":" if kind == "relation" else "{:}"
    if kind == "ordinary" and set(sign) == {"′"}:
        return r"\prime" * len(sign)
    if kind in ("relation", "binary") or sign == "⋅":
        return f" {spelled} "
    if sign == "…":
        return r"\dots "
    return f"{spelled} " if kind == "punctuation" else spelled


def _symbol(symbol: Symbol) -> str:
    if symbol.macro:
        return rf"\bk{symbol.macro}"
    if symbol.style == "upright":
        if symbol.text in _FUNCTIONS and symbol.function:
            return rf"\{symbol.text}"
        word = text(symbol.text) if not symbol.text.isalnum() else symbol.text
        return rf"\operatorname{{{word}}}" if symbol.function else rf"\mathrm{{{word}}}"
    if symbol.style == "blackboard":
        return rf"\mathbb{{{_BLACKBOARD[symbol.text]}}}"
    if symbol.style in ("calligraphic", "bold"):
        return rf"\math{'cal' if symbol.style == 'calligraphic' else 'bf'}{{{symbol.text}}}"
    return "".join(_LETTERS.get(letter, letter) for letter in symbol.text)


def _is_capital(box: Box) -> bool:
    return isinstance(box, Symbol) and box.text.isupper()


def _script(base: Box, below: Box | None, above: Box | None, display: bool) -> str:
    if isinstance(base, Fence) and not base.applied and base.kind == "norm" and below is not None:
        return latex(base, display) + _scripts(below, above)
    if isinstance(base, Sign) and base.kind == "relation":
        return rf" \mathrel{{{_sign(base.text, base.kind).strip()}{_scripts(below, above)}}} "
    inner = latex(base, display)
    if isinstance(base, Accent | Choose | Fraction | Root | Big | Row) or (
        isinstance(base, Own) and isinstance(above, Sign)
    ):
        inner = f"{{{inner}}}" if not isinstance(base, Accent) else inner
    return inner + _scripts(below, above)


def _scripts(below: Box | None, above: Box | None) -> str:
    out = "" if below is None else f"_{_script_group(below)}"
    if isinstance(above, Sign) and set(above.text) == {"′"}:
        return "'" * len(above.text) + out
    return out if above is None else f"{out}^{_script_group(above)}"


def _script_group(box: Box) -> str:
    """What stands below or above, in braces unless it is one character; blanks say nothing there."""
    inner = re.sub(r" ?(\\[a-z]+) (?=[^A-Za-z])| ?([-+=<>,]) ?", r"\1\2", latex(box, False))
    inner = re.sub(r" (\\[a-z]+)", r"\1", inner)
    return inner if len(inner) == 1 else f"{{{inner.strip()}}}"


def _fence(fence: Fence, display: bool) -> list[str]:
    rank = delimiter_size(fence.body, display)
    if fence.kind in _NAMED_FENCES:
        option = rf"[\{_SIZES[rank]}]" if rank else ""
        return [rf"\bk{_NAMED_FENCES[fence.kind]}{option}{{{latex(fence.body, display)}}}"]
    return [_opening(fence.kind, rank), *_pieces(fence.body, display), _closing(fence.kind, rank)]


def _opening(kind: str, rank: int) -> str:
    """The opening delimiter of a fence in a size."""
    return _delimiter(FENCES[kind][0], "l", rank)


def _closing(kind: str, rank: int) -> str:
    """The closing one."""
    return _delimiter(FENCES[kind][1], "r", rank)


def _delimiter(sign: str, side: str, rank: int) -> str:
    if not sign:
        return ""
    spelled = _DELIMITERS[sign]
    if rank:
        return rf"\{_SIZES[rank]}{side}{spelled}"
    if sign in "|‖":
        return rf"\{side}{spelled.removeprefix(chr(92)) if sign == '‖' else 'vert'}"
    return spelled
