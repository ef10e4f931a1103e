"""A statement that is false, or that does not follow, and edits of its theorem that might repair it. Knows
syntax and sorts; whether an edit repairs anything is not decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from math import inf

from boundkit.extents import extent
from boundkit.ir.sorts import INT, NAT, REAL, Abstract, Sort
from boundkit.ir.terms import Apply, Term, subterms
from boundkit.ir.theorems import Theorem
from boundkit.syntax import tree
from boundkit.syntax.parts import Part, parts
from boundkit.syntax.tree import Chain, Clause, Form, Identifier, Link, Node, Numeral, TheoremTree

UPWARD = {"<=": True, "<": True, ">=": False, ">": False}
"""Whether a relation is weakened by a larger right side."""


@dataclass(frozen=True)
class Change:
    """A theorem after one edit. size: how much it changes what the theorem says, where 1 is a strict relation
    for one that is not; words: the edit in a few words; series: what it has in common with edits that only do
    more of the same, or "" for nothing."""

    size: float
    words: str
    tree: TheoremTree
    series: str = ""


@dataclass(frozen=True)
class Slip:
    """A claim or step with what is known against it. tree: its theorem as written; theorem: the same,
    elaborated; ratio: the largest quotient of the smaller side by the larger that was seen, or 1 where none
    was; wanted: properties that rules asked for in vain, as text; sharper: whether bounds that say more are
    looked for, of a statement that holds."""

    tree: TheoremTree
    theorem: Theorem
    label: str
    ratio: float = 1.0
    wanted: tuple[str, ...] = ()
    sharper: bool = False

    @cached_property
    def place(self) -> int:
        """The place of its clause among those of the theorem."""
        return next(
            place
            for place, clause in enumerate(self.tree.clauses)
            if isinstance(clause, tree.Claim | tree.Step) and clause.label.text == self.label
        )

    @property
    def formula(self) -> Node:
        """What it says."""
        clause = self.tree.clauses[self.place]
        assert isinstance(clause, tree.Claim | tree.Step)
        return clause.formula

    def stated(self, formula: Node) -> TheoremTree:
        """The theorem with another formula for it."""
        clause = self.tree.clauses[self.place]
        assert isinstance(clause, tree.Claim | tree.Step)
        return self.with_clauses(self.place, replace(clause, formula=formula))

    def with_clauses(self, place: int, *clauses: Clause) -> TheoremTree:
        """The theorem with others in place of one clause."""
        own = self.tree.clauses
        return replace(self.tree, clauses=(*own[:place], *clauses, *own[place + 1 :]))

    def assuming(self, label: str, formula: Node) -> TheoremTree:
        """The theorem with one more hypothesis, after all that stands before its claims and steps; a label
        that is taken gets a number."""
        taken = {name.text for part in self.tree.clauses for name in _names_of(part)}
        fresh = next(name for name in (label, *(f"{label}{k}" for k in range(2, 1000))) if name not in taken)
        own = self.tree.clauses
        said = (tree.Claim, tree.Step, tree.Conclude, tree.Derive, tree.ModelTree, tree.Announced)
        place = next((at for at, clause in enumerate(own) if isinstance(clause, said)), len(own))
        new = tree.Assume(Identifier(fresh), formula)
        return replace(self.tree, clauses=(*own[:place], new, *own[place:]))

    @cached_property
    def sides(self) -> tuple[tuple[Part, bool], ...]:
        """The right sides of its inequalities, outside of any definition or event, and whether each is to be
        larger: those that bound from above, or from below where a sharper bound is looked for."""
        found = []
        for part in parts(self.formula):
            if not isinstance(part.node, Link) or part.node.relation not in UPWARD:
                continue
            if all(_is_prefix(node) for node in part.above):
                side = _operand_of(part)
                found.append((side, UPWARD[part.node.relation] != self.sharper))
        return tuple(found)

    @cached_property
    def is_bounded(self) -> bool:
        """Whether what it bounds lies between constants anyway, as a probability does: then one more summand
        says nothing."""
        relations = [
            term
            for term in subterms(self.theorem.statement[self.label].formula)
            if isinstance(term, Apply) and term.head in ("<=", "<")
        ]
        known = [extent(side, self.theorem).ends for term in relations for side in term.args]
        return any(low is not None and high is not None and low < high for low, high in known)

    @cached_property
    def terms(self) -> tuple[tuple[Part, bool], ...]:
        """The summands of its right sides that are sums, and whether each is to be larger."""
        found: list[tuple[Part, bool]] = []
        for side, up in self.sides:
            if isinstance(side.node, Form) and side.node.head in "+-":
                found.extend(_summands(side, up))
        return tuple(found)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The declared numbers, those first that it mentions."""
        names = [
            d.name.text
            for d in self.theorem.declarations
            if d.kind == "let" and d.name.sort in (NAT, INT, REAL)
        ]
        return tuple(sorted(names, key=lambda name: name not in self.mentioned))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The names that it depends on, by way of definitions, and of the types of functions, too."""
        pending, found = list(self.theorem.statement[self.label].formula.free), set[str]()
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                definition = self.theorem.definition.get(name)
                for clause in definition.clauses if definition is not None else ():
                    pending.extend(clause.body.free)
                declaration = self.theorem.declaration.get(name)
                if declaration is not None:
                    pending.extend(_types(declaration.name.sort))
        return frozenset(found)

    @cached_property
    def quantities(self) -> tuple[Node, ...]:
        """Declared numbers and the sizes of finite sets, as expressions; those first that it mentions."""
        finite = [d.name.text for d in self.theorem.declarations if d.finite]
        cards = [Form("call", (Identifier("card"), Identifier(name))) for name in finite]
        own: list[Node] = [Identifier(name) for name in self.numbers]
        return (*own, *cards)

    def is_mentioned(self, quantity: Node) -> bool:
        """Whether it depends on a quantity."""
        inner = quantity.parts[1] if isinstance(quantity, Form) else quantity
        return isinstance(inner, Identifier) and inner.text in self.mentioned

    def bounds_of(self, name: str) -> tuple[Fraction | float, Fraction | float]:
        """What the declared range of a number, and what is assumed of it, say of it: constant ends."""
        hypothesis = self.theorem.hypothesis.get(f"{name}.range")
        low: Fraction | float = Fraction(0) if self.theorem.sort_of(name) == NAT else -inf
        high: Fraction | float = inf
        for term in subterms(hypothesis.formula) if hypothesis is not None else ():
            if isinstance(term, Apply) and term.head in ("<=", "<") and len(term.args) == 2:
                low = _value(term.args[0], low)
                high = _value(term.args[1], high)
            elif isinstance(term, Apply) and term.head in ("closed", "open", "left_open", "right_open"):
                low, high = _value(term.args[0], low), _value(term.args[1], high)
        for assumed in self.theorem.hypotheses:
            formula = assumed.formula
            if not isinstance(formula, Apply) or formula.head not in ("<=", "<"):
                continue
            less, greater = formula.args
            if str(greater) == name:
                low = max(low, _value(less, low))
            elif str(less) == name:
                high = min(high, _value(greater, high))
        return low, high


def citing(theorem: TheoremTree, label: str, link: int, premises: tuple[str, ...]) -> TheoremTree:
    """The theorem with more premises for a link of a statement; the same where it gives no reason."""

    def more(by: tree.Justification) -> tree.Justification:
        return replace(by, premises=(*by.premises, *map(Identifier, premises)))

    clauses = list(theorem.clauses)
    for place, clause in enumerate(clauses):
        if isinstance(clause, tree.Claim | tree.Step) and clause.label.text == label:
            links = [
                part
                for part in parts(clause.formula)
                if isinstance(part.node, Link) and all(map(_is_prefix, part.above))
            ]
            node = links[link].node if link < len(links) else None
            if isinstance(node, Link) and node.by is not None:
                clauses[place] = replace(clause, formula=links[link].put(replace(node, by=more(node.by))))
                break
        elif isinstance(clause, tree.Conclude) and clause.label.text == label:
            clauses[place] = replace(clause, by=more(clause.by))
            break
    return replace(theorem, clauses=tuple(clauses))


def _types(sort: Sort) -> Iterator[str]:
    """The abstract types that a sort is made of."""
    if isinstance(sort, Abstract):
        yield sort.name
    for own in fields(sort):
        inner = getattr(sort, own.name)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, Sort):
                yield from _types(one)


def _value(term: Term, otherwise: Fraction | float) -> Fraction | float:
    from boundkit.ir.terms import Number

    return term.value if isinstance(term, Number) else otherwise


def _names_of(clause: tree.Clause) -> Iterator[Identifier]:
    match clause:
        case tree.Let(declared):
            yield from declared.names
        case tree.Claim(label, _) | tree.Step(label, _) | tree.Assume(label, _):
            yield label
        case tree.Define(target, _) | tree.Draw(target, _):
            yield from (part.node for part in parts(target) if isinstance(part.node, Identifier))


def _is_prefix(node: Node) -> bool:
    if isinstance(node, tree.Quantified):
        return node.head == "forall"
    if isinstance(node, Form):
        return node.head in ("implies", "and")
    return isinstance(node, tree.WithProbability | tree.AlmostSurely | Chain)


def _operand_of(part: Part) -> Part:
    link = part.node
    assert isinstance(link, Link)
    return Part(link.operand, lambda other: part.put(replace(link, operand=other)), (*part.above, link))


def _summands(side: Part, up: bool) -> Iterator[tuple[Part, bool]]:
    node = side.node
    if not (isinstance(node, Form) and node.head in ("+", "-") and len(node.parts) == 2):
        yield side, up
        return
    for at, one in enumerate(node.parts):

        def put(other: Node, at: int = at) -> Node:
            changed = (*node.parts[:at], other, *node.parts[at + 1 :])
            return side.put(replace(node, parts=changed))

        yield from _summands(
            Part(one, put, (*side.above, node)), up if node.head == "+" or at == 0 else not up
        )


def times(factor: Node, node: Node) -> Node:
    """A product, without a factor 1 and with numbers multiplied."""
    first = number_of(factor)
    if first == 1:
        return node
    if first is not None:
        own = number_of(node)
        if own is not None:
            return numeral(first * own)
        if isinstance(node, Form) and node.head == "neg":
            return Form("neg", (times(factor, node.parts[0]),))
        if isinstance(node, Form) and node.head == "*" and number_of(node.parts[0]) is not None:
            return times(numeral(first * (number_of(node.parts[0]) or 1)), node.parts[1])
        if isinstance(node, Form) and node.head == "*" and _has_number(node.parts[0]):
            return replace(node, parts=(times(factor, node.parts[0]), node.parts[1]))
        if isinstance(node, Form) and node.head == "/":
            below = number_of(node.parts[1])
            if below is not None:
                rest = first / below
                if rest.numerator == 1 and rest != 1:
                    return replace(node, parts=(node.parts[0], numeral(1 / rest)))
                return times(numeral(rest), node.parts[0])
            if first.numerator == 1:
                return replace(node, parts=(node.parts[0], times(numeral(1 / first), node.parts[1])))
            return replace(node, parts=(times(factor, node.parts[0]), node.parts[1]))
        if first.numerator == 1:
            return Form("/", (node, numeral(first.denominator)))
    if isinstance(node, Form) and node.head == "/" and number_of(node.parts[0]) == 1:
        return replace(node, parts=(factor, node.parts[1]))
    if isinstance(node, Form) and node.head in ("*", "/") and first is None:
        left = node.parts[0]
        if number_of(left) is None:
            return replace(node, parts=(times(factor, left), node.parts[1]))
        if node.head == "*":
            return Form("*", (Form("*", (left, factor)), node.parts[1]))
    return Form("*", (factor, node))


def _has_number(node: Node) -> bool:
    """Whether a product begins with a number."""
    if number_of(node) is not None:
        return True
    return isinstance(node, Form) and node.head in ("*", "/") and _has_number(node.parts[0])


def number_of(node: Node) -> Fraction | None:
    """The value of a literal or a fraction of literals."""
    if isinstance(node, Numeral):
        return Fraction(node.text)
    if isinstance(node, Form) and node.head == "/":
        above, below = map(number_of, node.parts)
        return above / below if above is not None and below else None
    return None


def numeral(value: Fraction | int) -> Node:
    """A number that is not negative, as written."""
    value = Fraction(value)
    if value.denominator == 1:
        return Numeral(str(value.numerator))
    return Form("/", (Numeral(str(value.numerator)), Numeral(str(value.denominator))))


def interval(head: str, low: Node, high: Node) -> Node:
    """An interval as it is read: `[a, b]` is a row of a matrix."""
    if head == "closed":
        return Form("matrix", (Form("row", (low, high)),))
    return Form(head, (low, high))


def called(name: str, *arguments: Node) -> Node:
    """A function of the language applied to something."""
    return Form("call", (Identifier(name), *arguments))


def related(left: Node, relation: str, right: Node) -> Node:
    """A relation of two expressions."""
    return Chain(left, (Link(relation, right),))
