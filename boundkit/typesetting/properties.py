"""Properties in words: `f is Lipschitz(rho)` as "f is rho-Lipschitz"."""

from __future__ import annotations

from boundkit.syntax import tree
from boundkit.typesetting.boxes import Box, Fence, Sign, Symbol, row
from boundkit.typesetting.setting import Formulas, Tightness
from boundkit.typesetting.types import domain

_ADJECTIVES = {
    "strongly_convex": "strongly convex",
    "strongly_concave": "strongly concave",
    "smooth": "smooth",
    "Lipschitz": "Lipschitz",
    "subgaussian": "sub-Gaussian",
}


def property_pieces(formulas: Formulas, node: tree.Property) -> tuple[str | Box, ...]:
    """Words and boxes in turn, the subject first: `f`, "is", `rho`, "-Lipschitz on", `K`. No piece of words
    begins or ends with a blank; there is one between two pieces unless the second begins with a hyphen."""
    plain = tuple(part for part in node.arguments if not isinstance(part, tree.Named))
    name = node.name.text
    flat = formulas.inline()
    words: tuple[str | Box, ...]
    if name in _ADJECTIVES and len(plain) == 1:
        words = ("is", flat.at_least(Tightness.FRACTION, plain[0]), f"-{_ADJECTIVES[name]}")
    elif name == "O":
        argument = Fence("parentheses", flat.listed(plain), applied=True)
        words = ("is", row(Symbol("O", macro="Order"), argument))
    elif name == "bounded" and len(plain) == 2:
        words = ("takes values in", Fence("brackets", flat.listed(plain)))
    elif name.startswith("bounded_differences"):
        words = ("has differences of at most", flat.box(plain[0]))
        if len(plain) > 1:
            words = (*words, "in", flat.box(plain[1]))
        if len(plain) > 2:
            words = (*words, "except in place", flat.box(plain[2]))
    else:
        words = (f"is {name.replace('_', ' ')}",)
        if plain:
            words = (*words, "with parameters", flat.listed(plain))
    for part in node.arguments:
        if isinstance(part, tree.Named):
            value = domain(flat, part.value)
            words = (*words, "on", value) if part.name.text == "on" else (*words, "in the norm", value)
    if node.variable is not None and node.limit is not None:
        tends = row(formulas.naming.box(node.variable.text), Sign("→", "relation"), flat.box(node.limit))
        words = (*words, "as", tends)
        if node.uniformly:
            words = (*words, "uniformly in", formulas.names(node.uniformly))
    return (flat.at_least(Tightness.SUM, node.subject), *words)
