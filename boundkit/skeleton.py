"""The theorem that `boundkit new` writes: complete and true, to be replaced line by line."""

from __future__ import annotations

import re

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.source import Source
from boundkit.syntax.parse import parse

_TEXT = """\
# statement: what is claimed, in plain words, with its constants
# source:    author year, theorem number
# guarantee: tight, upper bound, lower bound, identity or up to constants; in which sense
# model:     what the model exercises
# looseness: where it is attained, where it says nothing
theorem {name} "the square of a sum against the sum of squares"
  # `let` is for all; `draw` is random; `define` abbreviates; one property in each `assume`.
  let a, b : Real
  claim bound: (a + b)^2 <= 2*a^2 + 2*b^2
  # Each step states what holds, by which rule, and from which labels.
  step square: 0 <= (a - b)^2 by algebra
  conclude bound by algebra from square
end
"""


def skeleton(name: str) -> str:
    """The text of a new file for a theorem `name`. BoundkitError (E0904) when that is no name: a letter,
    then letters, digits and underscores, and not a word of the language."""
    text = _TEXT.format(name=name)
    if re.fullmatch(r"[^\W\d_]\w*", name) and not parse(Source("", text))[1]:
        return text
    hint = re.sub(r"\W+", "_", name).strip("_0123456789")
    raise BoundkitError(
        Diagnostic(
            "E0904",
            "error",
            f"`{name}` is not a name for a theorem",
            help=f"`{hint}`"
            if hint and hint != name
            else "a letter, then letters, digits and `_`; no word of the language",
        )
    )
