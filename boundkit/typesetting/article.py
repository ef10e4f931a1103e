"""A theorem with its proof as an article has it: paragraphs, lists and displayed lines, for any format.

Made from the tree that was checked, clause by clause, and from what the report says of each node; knows no
format and no width. Whether a formula stands in its paragraph or displayed is up to the renderer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from boundkit.syntax import tree
from boundkit.syntax.tree import Clause, Form, Node
from boundkit.typesetting.binders import bound_box
from boundkit.typesetting.boxes import Box, Sign, Words, inside, row
from boundkit.typesetting.formulas import formulas_of
from boundkit.typesetting.operators import conjuncts, relation
from boundkit.typesetting.phrases import (
    Citation,
    Piece,
    Prose,
    Reference,
    declared_phrase,
    joined,
    reason_phrase,
)
from boundkit.typesetting.properties import property_pieces
from boundkit.typesetting.setting import COMMA, Formulas, Tightness


@dataclass(frozen=True)
class Line:
    """`left sign right` with what justifies it; a line without `left` goes on with the one before. `note` is
    said after it, such as for which indices it holds."""

    left: Box | None
    sign: Box | None
    right: Box
    reason: Prose = ()
    note: Prose = ()


@dataclass(frozen=True)
class Paragraph:
    """Text with formulas in it."""

    prose: Prose


@dataclass(frozen=True)
class Assertion:
    """Lines that are asserted, after a few words.

    label: by which others refer to it, "" for none.
    displayed: whether it stands apart whatever its length.
    """

    lead: Prose
    lines: tuple[Line, ...]
    label: str = ""
    displayed: bool = False


@dataclass(frozen=True)
class Listing:
    """Assumptions, each with its label."""

    items: tuple[tuple[str, tuple[Paragraph | Assertion, ...]], ...]


BRIEF = 3
"""Relations up to which a chain without reasons is one line."""

Block = Paragraph | Assertion | Listing


@dataclass(frozen=True)
class Part:
    """A step, a conclusion or a derivation of the proof."""

    label: str
    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Article:
    """A theorem. `statement` ends with its claims; `proof` has a part for each step and conclusion, and
    `derived` for each derivation."""

    kind: str
    name: str
    title: str
    statement: tuple[Block, ...]
    proof: tuple[Part, ...]
    derived: tuple[Part, ...]


def article(theorem: tree.TheoremTree) -> Article:
    """The article of a theorem."""
    formulas = formulas_of(theorem)
    steps = frozenset(c.label.text for c in theorem.clauses if isinstance(c, tree.Step | tree.Claim))
    assumed = frozenset(c.label.text for c in theorem.clauses if isinstance(c, tree.Assume))
    writer = _Writer(theorem.name.text, formulas, steps, assumed)
    return Article(
        theorem.kind,
        theorem.name.text,
        theorem.title or "",
        tuple(writer.statement(theorem.clauses)),
        tuple(writer.proof(theorem.clauses)),
        tuple(writer.derived(theorem.clauses)),
    )


@dataclass(frozen=True)
class _Writer:
    """theorem: its name. statements: labels of its steps and claims. hypotheses: those of its assumptions."""

    theorem: str
    formulas: Formulas
    statements: frozenset[str]
    hypotheses: frozenset[str]

    def statement(self, clauses: tuple[Clause, ...]) -> Iterator[Block]:
        """Declarations and definitions in the order in which they are written, assumptions, claims."""
        told = (tree.Let, tree.Draw, tree.Define)
        for kind, group in groupby((clause for clause in clauses if isinstance(clause, told)), key=type):
            found = list(group)
            if kind is tree.Let:
                phrases = [
                    declared_phrase(self.formulas, c.declared) for c in found if isinstance(c, tree.Let)
                ]
                yield Paragraph(("Fix ", *joined(phrases), "."))
            elif kind is tree.Draw:
                phrases = [self._drawn(c) for c in found if isinstance(c, tree.Draw)]
                yield Paragraph(("Draw ", *joined(phrases), "."))
            else:
                lines = tuple(self._defined(c) for c in found if isinstance(c, tree.Define))
                yield Assertion(("Define ",), lines)
        assumed = [clause for clause in clauses if isinstance(clause, tree.Assume)]
        if assumed:
            yield Paragraph(("Assume:",))
            yield Listing(tuple((c.label.text, (self._asserted(c.formula),)) for c in assumed))
        first = True
        for clause in clauses:
            if isinstance(clause, tree.Claim):
                word = "Then" if first else "Moreover"
                yield self._asserted(clause.formula, clause.label.text, word)
                first = False

    def proof(self, clauses: tuple[Clause, ...]) -> Iterator[Part]:
        """Steps and conclusions as written."""
        for clause in clauses:
            if isinstance(clause, tree.Step):
                label = clause.label.text
                yield Part(label, "step", (self._asserted(clause.formula, label, "We have"),))
            elif isinstance(clause, tree.Conclude):
                what = Reference("equation", self.theorem, clause.label.text)
                yield Part(clause.label.text, "conclude", (self._concluded(clause.by, what),))

    def derived(self, clauses: tuple[Clause, ...]) -> Iterator[Part]:
        """Derivations: what is done, and what is expected of it."""
        for clause in clauses:
            if isinstance(clause, tree.Derive):
                found = self._said(clause.expected) if clause.expected is not None else ()
                prose = (*self._command(clause.command), *((" gives ", *found) if found else ()), ".")
                yield Part(clause.label.text, "derive", (Paragraph(prose),))

    # what is declared

    def _drawn(self, clause: tree.Draw) -> Prose:
        target = self.formulas.box(clause.target)
        if clause.law is not None:
            box = row(target, Sign("∼", "relation"), self.formulas.inline().box(clause.law))
        else:
            assert clause.type is not None
            drawn = declared_phrase(self.formulas, tree.Declared((), clause.type), subject=target)
            return (*drawn, " of any law")
        return (box, *self._range(clause.bound))

    def _defined(self, clause: tree.Define) -> Line:
        target = self.formulas.inline().box(clause.target)
        return Line(
            target, Sign("≔", "relation"), self.formulas.box(clause.body), note=self._range(clause.bound)
        )

    def _range(self, bound: tree.Bound | None) -> Prose:
        return (" for ", bound_box(self.formulas.inline(), bound)) if bound is not None else ()

    # what is asserted

    def _asserted(self, formula: Node, label: str = "", word: str = "") -> Assertion:
        """A formula with its prefixes in words. What justifies all of it comes first."""
        prefixes, core = self._peeled(formula)
        if (apart := _reason_apart(core)) is not None:
            core, by = apart
            prefixes = [self._reason(by), *prefixes]
        lines = tuple(self._rows(core))
        if word and not (prefixes and word == "We have"):
            prefixes = [(word,), *prefixes]
        alone = len(prefixes) == 1 and prefixes[0] == (word,) and word != "Moreover"
        lead = tuple(_commas(prefixes))
        if lead and not alone and not _yields_on(prefixes[-1]):
            lead = (*lead, ",")
        return Assertion(_capitalised(lead), lines, label, displayed=bool(label))

    def _peeled(self, node: Node) -> tuple[list[Prose], Node]:
        """The prefixes of a formula in words, outermost first, and what they stand before."""
        flat = self.formulas.inline()
        found: list[Prose] = []
        while True:
            if isinstance(node, tree.Quantified) and node.head in ("forall", "exists"):
                bounds, head, many = [*node.bounds], node.head, _several(node)
                node = node.body
                while head == "forall" and isinstance(node, tree.Quantified) and node.head == head:
                    bounds.extend(node.bounds)
                    node = node.body
                said = joined([(bound_box(flat, bound),) for bound in bounds])
                if head == "forall":
                    found.append(("for all ", *said))
                else:
                    found.append(("there exist " if many else "there exists ", *said, " such that"))
            elif isinstance(node, tree.WithProbability):
                found.append(self._probability(node))
                node = node.body
            elif isinstance(node, tree.AlmostSurely):
                found.append(("almost surely",))
                node = node.body
            elif isinstance(node, Form) and node.head == "implies":
                conditions, node = _conditions(node)
                said = joined([self._said(condition) for condition in conditions])
                found.append(("if ", *said, ", then"))
            else:
                return found, node

    def _probability(self, node: tree.WithProbability) -> Prose:
        words = {">=": "at least ", ">": "more than ", "<=": "at most ", "<": "less than ", "=": ""}
        flat = self.formulas.inline()
        over: Prose = (" over ", flat.names(node.over)) if node.over else ()
        return (f"with probability {words.get(node.relation, '')}", flat.box(node.level), *over)

    def _said(self, node: Node) -> Prose:
        """A formula within a sentence."""
        flat = self.formulas.inline()
        if side := self._side(node):
            return side
        if isinstance(node, tree.Chain) and (side := self._side(node.first)):
            link = node.links[0]
            box = row(relation(flat, link.relation), flat.at_least(Tightness.SUM, link.operand))
            return (*side, " ", box)
        if isinstance(node, tree.Property):
            return spaced(property_pieces(flat, node))
        if isinstance(node, Form) and node.head in ("and", "or"):
            parts = conjuncts(node) if node.head == "and" else node.parts
            if len(parts) > 1:
                return joined([self._said(part) for part in parts], f" {node.head} ")
            node = parts[0]
        return (flat.box(node),)

    def _rows(self, node: Node) -> Iterator[Line]:
        """The lines of what stands below all prefixes: a chain has a line for each relation."""
        formulas = self.formulas
        if isinstance(node, tree.Justified):
            for line in self._rows(node.body):
                yield Line(line.left, line.sign, line.right, self._reason(node.by))
        elif isinstance(node, tree.Chain) and len(node.links) <= BRIEF and not _reasons(node):
            first, *further = node.links
            rest = [
                box
                for link in further
                for box in (relation(formulas, link.relation), formulas.at_least(Tightness.SUM, link.operand))
            ]
            right = row(formulas.at_least(Tightness.SUM, first.operand), *rest)
            yield Line(
                formulas.at_least(Tightness.SUM, node.first), relation(formulas, first.relation), right
            )
        elif isinstance(node, tree.Chain):
            left: Box | None = formulas.at_least(Tightness.SUM, node.first)
            for link in node.links:
                operand = formulas.at_least(Tightness.SUM, link.operand)
                reason = self._reason(link.by) if link.by is not None else ()
                yield Line(left, relation(formulas, link.relation), operand, reason)
                left = None
        elif isinstance(node, Form) and node.head == "and":
            *parts, final = conjuncts(node)
            for part in parts:
                *before, last = self._rows(part)
                yield from before
                yield replace(last, right=row(last.right, COMMA))
            yield from self._rows(final)
        elif isinstance(node, Form) and node.head == "in":
            box = formulas.box(node)
            yield Line(None, None, box)
        else:
            yield Line(None, None, formulas.box(node))

    # why

    def _reason(self, by: tree.Justification) -> Prose:
        return reason_phrase(self.formulas, by, self._premise)

    def _premise(self, name: str) -> Piece:
        """A reference to a premise: a hypothesis or statement of the theorem, or one of another theorem."""
        other, dot, label = name.rpartition(".")
        if dot and label == "range":
            return Reference("range", self.theorem, name)
        if dot:
            return Reference("equation", other, label)
        kind = "equation" if name in self.statements else "hypothesis" if name in self.hypotheses else "name"
        return Reference(kind, self.theorem, name)

    def _concluded(self, by: tree.Justification, what: Reference) -> Paragraph:
        if by.rule.text == "cite":
            return Paragraph(("See ", Citation(by.text or "a reference"), " for ", what, "."))
        reason = self._reason(by)
        return Paragraph((*_capitalised(reason), ", this proves ", what, "."))

    def _command(self, command: tree.Command) -> Prose:
        flat = self.formulas.inline()
        if isinstance(command, tree.Minimise | tree.Maximise):
            word = "Minimising " if isinstance(command, tree.Minimise) else "Maximising "
            return (word, *self._said(command.objective), " over ", flat.box(command.over))
        if isinstance(command, tree.Specialise):
            values = [self._setting(own, "≔") for own in command.settings]
            return ("Specialising ", self._premise(command.name.text), " to ", *joined(values))
        if isinstance(command, tree.Weaken):
            return ("Weakening ", *self._named(command.subject), " into ", *self._said(command.form))
        if isinstance(command, tree.Leading):
            limits = [self._setting(own, "→") for own in command.limits]
            return ("The leading term of ", *self._said(command.subject), " as ", *joined(limits))
        if isinstance(command, tree.Explicit):
            return ("An explicit constant for ", *self._named(command.subject))
        if isinstance(command, tree.Solve):
            return ("Solving ", *self._said(command.goal), " for ", flat.box(command.unknown))
        names = (command.name, *command.others)
        phrases: list[Prose] = [(self._premise(name.text),) for name in names]
        return ("Composing ", *joined(phrases))

    def _setting(self, node: tree.Setting, sign: str) -> Prose:
        flat = self.formulas.inline()
        return (row(flat.box(node.name), Sign(sign, "relation"), flat.box(node.value)),)

    def _named(self, node: Node) -> Prose:
        """A statement by its label, or what is written."""
        if isinstance(node, tree.Identifier):
            return (self._premise(node.text),)
        return self._said(node)

    def _side(self, node: Node) -> Prose:
        """`general.rhs` as the right-hand side of a claim."""
        if isinstance(node, Form) and node.head == "attr":
            operand, name = node.parts
            if isinstance(operand, tree.Identifier) and isinstance(name, tree.Identifier):
                side = {"rhs": "the right-hand side of ", "lhs": "the left-hand side of "}.get(name.text)
                if side:
                    return (side, self._premise(operand.text))
        return ()


def listed(shown: Sequence[str], lines: Sequence[Line]) -> str:
    """Lines that stand in a sentence, as they are shown, with an "and" before the last; after a comma where a
    line has words or a quantifier, which could take the "and" for its own."""
    if len(shown) == 1:
        return shown[0]
    boxes = [box for line in lines for part in (line.left, line.right) if part for box in inside(part)]
    loose = any(isinstance(box, Words) or (isinstance(box, Sign) and box.text in ("∀", "∃")) for box in boxes)
    return f"{', '.join(shown[:-1])}{',' if loose else ''} and {shown[-1]}"


def spaced(pieces: tuple[str | Box, ...]) -> Prose:
    """Pieces with a blank between each two, none before a hyphen."""
    found: list[Piece] = []
    for place, piece in enumerate(pieces):
        if place and not (isinstance(piece, str) and piece.startswith("-")):
            found.append(" ")
        found.append(piece)
    return tuple(found)


def _commas(prefixes: list[Prose]) -> Iterator[Piece]:
    for place, prefix in enumerate(prefixes):
        if place:
            yield " " if _yields_on(prefixes[place - 1]) else ", "
        yield from prefix


def _yields_on(prefix: Prose) -> bool:
    """Whether what follows a prefix needs no comma."""
    last = prefix[-1]
    return isinstance(last, str) and last.endswith((" such that", "then"))


def _capitalised(prose: Prose) -> Prose:
    if prose and isinstance(prose[0], str):
        return (prose[0][:1].upper() + prose[0][1:], *prose[1:])
    return prose


def _several(node: tree.Quantified) -> bool:
    return sum(len(bound.names) for bound in node.bounds) > 1


def _reasons(chain: tree.Chain) -> bool:
    return any(link.by is not None for link in chain.links)


def _reason_apart(node: Node) -> tuple[Node, tree.Justification] | None:
    """A relation or conjunction, and the reason at its end, which is that of all of it; None without one."""
    if isinstance(node, tree.Justified):
        return node.body, node.by
    if isinstance(node, tree.Chain) and len(node.links) == 1:
        (link,) = node.links
        plain = tree.Chain(node.first, (tree.Link(link.relation, link.operand),))
        return (plain, link.by) if link.by is not None else None
    if isinstance(node, Form) and node.head == "and":
        *before, last = node.parts
        apart = _reason_apart(last)
        return (Form("and", (*before, apart[0])), apart[1]) if apart is not None else None
    return None


def _conditions(node: Form) -> tuple[list[Node], Node]:
    """The conditions of an implication, and of those that follow at once where an "and" between them is read
    as it is meant; what they imply."""
    found, body = [node.parts[0]], node.parts[1]
    while isinstance(body, Form) and body.head == "implies" and not any(map(_loose, (*found, body.parts[0]))):
        found.append(body.parts[0])
        body = body.parts[1]
    return found, body


def _loose(node: Node) -> bool:
    prefixed = isinstance(node, tree.Quantified | tree.WithProbability | tree.AlmostSurely)
    return prefixed or (isinstance(node, Form) and node.head in ("or", "implies", "iff"))
