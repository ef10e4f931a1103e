"""The author's names as boxes: the Greek letters, accents, stars and indices that a name spells out.

`wbar` is set as w with a bar, `wstar` with a star, `W0` with an index, `eps` as epsilon, and any other word
upright. No two names of one theorem are set alike: where they would be, the plainer spelling keeps the
letter, and the other is set as the word that it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from boundkit.syntax.spelling import GREEK
from boundkit.typesetting.boxes import Accent, Box, Own, Script, Sign, Symbol

LETTERS: dict[str, str] = {"ell": "ℓ"}
LETTERS |= {name: letter for letter, name in reversed(GREEK.items()) if letter not in "ςϵϑϕϱϖϰµΩ"}
del LETTERS["omicron"], LETTERS["Omicron"]
LETTERS |= {
    "eps": LETTERS["epsilon"],
    "lam": LETTERS["lambda"],
    "Gam": LETTERS["Gamma"],
    "th": LETTERS["theta"],
}
"""Letters by the name that is written for them, with the short names in use."""

_MARKED = re.compile(r"(?P<base>[A-Za-z]+)(?P<mark>hat|bar|tilde|star)")
_INDEXED = re.compile(r"(?P<base>[A-Za-z]+)_?(?P<digits>[0-9]+)")
_BELOW = re.compile(r"(?P<base>[A-Za-z]+)_(?P<below>[A-Za-z]+|[0-9]+)")


class Naming:
    """How the names of one theorem are set.

    names: all that occur. indexed: those that are written with an index somewhere, so that `w1` and `w[1]`
    are told apart.
    """

    def __init__(self, names: Iterable[str], indexed: Iterable[str] = ()) -> None:
        known = frozenset(indexed)
        self._boxes: dict[str, Box] = {}
        taken: set[Box] = set()
        for name in sorted(set(names), key=lambda name: (name not in LETTERS, len(name), name)):
            box = _spelled(name, known)
            if box in taken:
                box = _word(name)
            taken.add(box)
            self._boxes[name] = Own(name, box) if len(name.rstrip("'")) > 1 and name not in LETTERS else box

    def box(self, name: str) -> Box:
        """The box of a name; one that is new is set as in a theorem of its own."""
        return self._boxes.get(name) or _spelled(name, frozenset())


def unowned(box: Box) -> Box:
    """The box itself where it stands for a name of the author's."""
    return box.body if isinstance(box, Own) else box


def _spelled(name: str, indexed: frozenset[str]) -> Box:
    """The box that the spelling of a name asks for."""
    plain = name.rstrip("'")
    primes = "′" * (len(name) - len(plain))
    box = _unprimed(plain, indexed)
    if not primes:
        return box
    sign = Sign(primes, "ordinary")
    if isinstance(box, Script) and box.above is None:
        return Script(box.base, box.below, sign)
    return _word(name) if isinstance(box, Script) else Script(box, None, sign)


def _unprimed(name: str, indexed: frozenset[str]) -> Box:
    if (letter := _letter(name)) is not None:
        return letter
    if match := _MARKED.fullmatch(name):
        base = _letter(match["base"])
        if base is not None:
            star = match["mark"] == "star"
            return Script(base, None, Sign("⋆", "ordinary")) if star else Accent(base, match["mark"])
    if match := _INDEXED.fullmatch(name):
        base = _letter(match["base"])
        if base is not None and match["base"] not in indexed:
            return Script(base, Symbol(match["digits"], "number"))
    if match := _BELOW.fullmatch(name):
        base = _letter(match["base"])
        below = _letter(match["below"]) or _word(match["below"])
        if base is not None and not (match["base"] in indexed and len(match["below"]) == 1):
            return Script(base, below)
    return _word(name)


def _letter(name: str) -> Box | None:
    """One letter, Latin or Greek."""
    if len(name) == 1:
        return Symbol(name)
    return Symbol(LETTERS[name]) if name in LETTERS else None


def _word(name: str) -> Symbol:
    return Symbol(name, "upright")
