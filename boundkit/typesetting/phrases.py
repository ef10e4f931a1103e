"""Declarations and reasons in words: "natural numbers d, T ≥ 1", "by Jensen's inequality and (cvx)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node
from boundkit.typesetting.binders import restricted
from boundkit.typesetting.boxes import Box, Sign, Words, parts_of, row
from boundkit.typesetting.operators import relation
from boundkit.typesetting.setting import COMMA, Formulas
from boundkit.typesetting.types import domain, type_box


@dataclass(frozen=True)
class Reference:
    """To something with a label: `kind` is `hypothesis`, `equation` (a step or claim), `theorem` (then
    `label` is "") or, for what has none on the page, `range` (of `n.range`) and `name` (of a derivation)."""

    kind: str
    theorem: str
    label: str = ""


@dataclass(frozen=True)
class Citation:
    """A reference to the literature as it is written, such as `Azuma 1967, theorem 1`."""

    text: str


Piece = str | Box | Reference | Citation
Prose = tuple[Piece, ...]
"""Pieces of a sentence in order; blanks are part of the words."""

RULES = {
    "algebra": "algebra",
    "am_gm": "the inequality of arithmetic and geometric means",
    "bennett": "Bennett's inequality",
    "bernstein": "Bernstein's inequality",
    "bounds": "the bounds of the terms",
    "bretagnolle_huber": "the Bretagnolle-Huber inequality",
    "calculus": "calculus",
    "cauchy_schwarz": "the Cauchy-Schwarz inequality",
    "chain": "chaining the inequalities",
    "chain_rule_kl": "the chain rule of relative entropy",
    "chebyshev": "Chebyshev's inequality",
    "chernoff": "Chernoff's method",
    "condition": "conditioning",
    "contradiction": "contradiction",
    "convexity": "convexity",
    "counting": "counting",
    "cover": "the definition of a cover",
    "data_processing": "the data-processing inequality",
    "definition": "the definitions",
    "donsker_varadhan": "the Donsker-Varadhan formula",
    "dp_composition": "composition of private mechanisms",
    "exchange": "exchangeability",
    "exhibit": "exhibiting",
    "extremum": "the definition of the extremum",
    "finite_class": "the union bound over a finite class",
    "gaussian_mechanism": "the Gaussian mechanism",
    "hoeffding": "Hoeffding's inequality",
    "holder": "Hölder's inequality",
    "independence": "independence",
    "induction": "induction",
    "jensen": "Jensen's inequality",
    "kantorovich": "Kantorovich duality",
    "layer_cake": "the layer-cake formula",
    "linearity": "linearity",
    "lipschitz": "the Lipschitz condition",
    "markov": "Markov's inequality",
    "massart": "Massart's lemma",
    "mcdiarmid": "McDiarmid's inequality",
    "mex": "the definition of the least excluded value",
    "minkowski": "Minkowski's inequality",
    "monotone": "monotonicity",
    "optimise": "optimising the bound",
    "pac_bayes": "the PAC-Bayes bound",
    "pinsker": "Pinsker's inequality",
    "post_processing": "post-processing",
    "resample": "resampling",
    "smoothness": "smoothness",
    "softmax_lipschitz": "the Lipschitz bound of the softmax",
    "stability": "stability",
    "strong_convexity": "strong convexity",
    "subsampling": "amplification by subsampling",
    "substitute": "substitution",
    "symmetrization": "symmetrization",
    "tail_integral": "integrating the tail",
    "taylor": "Taylor's theorem",
    "telescope": "telescoping",
    "tower": "the tower property",
    "triangle": "the triangle inequality",
    "tv_bound": "the definition of total variation",
    "union": "the union bound",
    "variance": "the properties of the variance",
    "young": "Young's inequality",
}
"""The rules of the language as a proof names them."""

_LINKS = {
    "definition": " of ",
    "exhibit": " ",
    "induction": " on ",
    "substitute": " of ",
    "tower": " given ",
    "condition": " on ",
}
"""What stands between the name of a rule and its arguments."""

_NOUNS = {
    "Nat": ("a natural number", "natural numbers"),
    "Int": ("an integer", "integers"),
    "Real": ("a real number", "real numbers"),
    "ExtReal": ("an extended real number", "extended real numbers"),
    "Prob": ("a probability", "probabilities"),
    "Bool": ("a truth value", "truth values"),
    "Vector": ("a vector", "vectors"),
    "Matrix": ("a matrix", "matrices"),
    "Seq": ("a sequence", "sequences"),
    "Dist": ("a law", "laws"),
    "^": ("a tuple", "tuples"),
    "*": ("a pair", "pairs"),
    "->": ("a function", "functions"),
}
_SETS = {"Set": ("a set", "sets"), "FiniteSet": ("a finite set", "finite sets")}


def joined(phrases: Sequence[Prose], last: str = " and ") -> Prose:
    """Phrases with commas between them, and a word before the last."""
    found: list[Piece] = []
    for place, phrase in enumerate(phrases):
        if place:
            found.append(", " if place < len(phrases) - 1 else last)
        found.extend(phrase)
    return tuple(found)


def declared_phrase(formulas: Formulas, declared: tree.Declared, subject: Box | None = None) -> Prose:
    """ "real numbers ρ, B > 0", "a law D on Z", "a function f : X → Y". `subject` stands for the names."""
    flat = formulas.inline()
    names = subject if subject is not None else flat.names(declared.names)
    many = int(len(declared.names) > 1)
    kind, head = declared.type, _head(declared.type)
    if head in formulas.own:
        head = ""
    within = declared.limit if declared.relation == "in" else None
    if head in _SETS:
        noun = _SETS[head][many]
        if isinstance(kind, Identifier):
            return (f"{noun} ", names)
        assert isinstance(kind, Form)
        return (f"{noun} ", row(names, Sign("⊆", "relation"), type_box(flat, kind.parts[1])))
    noun = _NOUNS.get(head, ("a point", "points"))[many]
    if head == "Dist" and isinstance(kind, Form):
        return (f"{noun} ", names, " on ", domain(flat, kind.parts[1]))
    if head in ("Nat", "Int") and declared.limit is not None and within is None:
        return (f"{noun} ", row(names, relation(flat, declared.relation), flat.box(declared.limit)))
    if head in ("Nat", "Int", "Real", "ExtReal", "Bool") and declared.limit is None:
        return (f"{noun} ", names)
    return (f"{noun} ", row(names, *restricted(flat, kind, declared.relation, declared.limit)))


def _head(kind: Node) -> str:
    if isinstance(kind, Identifier):
        return kind.text
    if isinstance(kind, Form) and kind.head == "index" and isinstance(kind.parts[0], Identifier):
        return kind.parts[0].text
    if isinstance(kind, Form) and kind.head == "restrict":
        return _head(kind.parts[0])
    return kind.head if isinstance(kind, Form) else ""


def reason_phrase(formulas: Formulas, by: tree.Justification, premise: Callable[[str], Piece]) -> Prose:
    """ "by the union bound, from (up) and (down)"; `premise` gives the reference to a premise."""
    name = by.rule.text
    words: Prose
    if name == "cite":
        words = ("by ", Citation(by.text or "a reference"))
    elif name == "sorry":
        words = ("admitting this without proof",)
    elif name == "definition" and by.arguments:
        words = ("by the definition",)
    elif name in RULES:
        words = (f"by {RULES[name]}",)
    elif "." in name:
        words = ("by ", premise(name))
    else:
        words = ("by ", Reference("theorem", name))
    arguments = () if name == "cite" else tuple(part for part in by.arguments if not _is_itself(part))
    if name == "taylor" and len(arguments) == 2:
        variable, order = map(formulas.inline().box, arguments)
        words = (*words, " in ", variable, " to order ", order)
    elif arguments:
        several = name == "definition" and len(arguments) > 1
        link = " with " if several else _LINKS.get(name, " with ")
        words = (*words, link, formulas.inline().listed(arguments))
    if by.premises:
        found: list[Prose] = [(premise(part.text),) for part in by.premises]
        words = (*words, " from ", *joined(found))
    return words


def _is_itself(node: Node) -> bool:
    """Whether an argument gives a name what has that name here too: `n := n` says nothing to a reader."""
    return (
        isinstance(node, tree.Named)
        and isinstance(node.value, Identifier)
        and node.value.text == node.name.text
    )


def with_words_apart(box: Box) -> Prose:
    """A formula whose words, such as "is convex" or "and", and whose commas are those of the sentence, which
    may break there."""
    found: list[Piece] = []
    boxes: list[Box] = []
    for part in (*parts_of(box), None):
        if isinstance(part, Words) or part is None or part == COMMA:
            if boxes:
                found.append(row(*boxes))
                boxes = []
            if part == COMMA:
                found.append(", ")
            elif isinstance(part, Words):
                before = " " if found and not part.text.startswith("-") else ""
                found.append(f"{before}{part.text} ")
        else:
            boxes.append(part)
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(found)


_YEAR = re.compile(
    r"(?P<authors>.*?\D)\s*(?P<year>1[5-9]\d\d|20\d\d)[a-z]?"
    r"(?:,\s*(?P<place>.*)|\s*\((?P<title>.*)\))?"
)


@dataclass(frozen=True)
class Source:
    """One reference to the literature: who, when, where in it, and its title where it is given in
    parentheses; all of it in `authors` where it has no year."""

    authors: str
    year: str = ""
    place: str = ""
    title: str = ""

    @property
    def key(self) -> str:
        """The key of its entry in a bibliography: the names of the authors and the year."""
        names = re.split(r",\s*|;\s*|\s+and\s+|\s+et al\.?", self.authors)
        last = [
            "".join(c for c in name.split(" ")[-1] if c.isascii() and c.isalnum()) for name in names if name
        ]
        return "-".join([*(name.lower() for name in last if name), self.year]).strip("-") or "source"


def sources_of(citation: str) -> tuple[Source, ...]:
    """The references in a citation such as `Azuma 1967; Janson 2004, theorem 2.1`."""
    found = []
    for part in citation.split(";"):
        match = _YEAR.fullmatch(part.strip())
        if match:
            place, title = ((match[part] or "").strip() for part in ("place", "title"))
            found.append(Source(match["authors"].strip(" ,"), match["year"], place, title))
        elif part.strip():
            found.append(Source(part.strip()))
    return tuple(found)
