"""What a page shows of one theorem: strings to be escaped, and the parts that were made as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from json import dumps
from typing import TYPE_CHECKING
from urllib.parse import quote

from boundkit.graph import graph_of
from boundkit.pages.looseness import ShownLooseness, shown_looseness
from boundkit.pictures.plots import against_trivial, ratios, vacuity_map
from boundkit.pictures.proof import drawing, shown
from boundkit.report import NodeReport, Report, TheoremReport
from boundkit.typesetting.article import Article, Assertion, Listing, Part, article
from boundkit.typesetting.boxes import row
from boundkit.typesetting.html_blocks import HtmlBlocks
from boundkit.typesetting.plain import plain
from boundkit.verdicts import Headline
from boundkit.wording import trial_sentence, vacuity_phrases

if TYPE_CHECKING:
    from markupsafe import Markup

Fact = tuple[str, "str | Markup"]
Links = Mapping[tuple[str, str, str], str]

RATIOS = (
    "Left side over right side in the test: the median (hollow) and the largest (full). "
    "A bound that reaches 1 is attained, one that passes it is violated."
)
SLACK = (
    "A number where edges meet is the largest ratio of left to right side that the test of the statement "
    "below it saw."
)
LOST = (
    "A number where edges meet is the median of right over left side of the statement below it, with its "
    "share of the loss of a claim, the largest one where there are several claims."
)
AGAINST_TRIVIAL = "The bound at its operating point, and what holds anyway."
VACUITY_MAP = "Where the bound says something, on a logarithmic axis."


MOST = 12
"""Values that are shown of the instance at which a ratio was largest."""
LEAST = 0.75
"""How far a graph shrinks to fit its window; a wider one is scrolled."""


@dataclass(frozen=True)
class ShownNode:
    """A statement of the proof with its verdict, "" for a part that the report does not judge."""

    name: str
    kind: str
    verdict: str
    anchor: str
    body: Markup
    facts: tuple[Fact, ...] = ()
    counterexample: str = ""
    certificate: str = ""


@dataclass(frozen=True)
class Shown:
    """A theorem. `proved`: whether its steps are set as a proof. `measured`: what the numbers in its graph
    are."""

    name: str
    title: str
    path: str
    anchor: str
    verdict: str
    ok: bool
    announced: str
    wrong: tuple[str, ...]
    debts: tuple[str, ...]
    facts: tuple[Fact, ...]
    statement: Markup
    proved: bool
    nodes: tuple[ShownNode, ...]
    graph: Markup
    measured: str
    plots: tuple[tuple[Markup, str], ...]
    looseness: ShownLooseness | None


def shown_theorem(
    path: str, theorem: TheoremReport, report: Report, anchor: str, links: Links, stored: str = ""
) -> Shown:
    """One theorem of the file `path`. links: where the statements of the document are, by path ("" for any
    file), theorem and label. stored: where the certificates of its file are, "" for nowhere."""
    tree = report.trees.get((path, theorem.name))
    one = article(tree) if tree is not None else None
    own = {(name, label): href for (file, name, label), href in links.items() if file in ("", path)}
    own |= {(name, label): href for (file, name, label), href in links.items() if file == path}
    own |= {(theorem.name, label): f"#{anchor}.{quote(label)}" for label in _assumptions(one)}
    setter = HtmlBlocks(theorem.name, own)
    writer = _Writer(path, theorem, anchor, setter, _said(one))
    graph = graph_of(theorem)
    measured = [(node.name, node.slack) for node in theorem.nodes if node.slack]
    return Shown(
        name=shown_plain(theorem.name),
        title=shown_plain(theorem.title),
        path=shown_plain(path),
        anchor=anchor,
        verdict=theorem.headline,
        ok=theorem.ok,
        announced="as announced" if theorem.expected and theorem.ok else "",
        wrong=tuple(writer.wrong()),
        debts=theorem.debts,
        facts=tuple(writer.facts(stored)),
        statement=_safe(setter.blocks(one.statement) if one is not None else ""),
        proved=one is not None,
        nodes=tuple(writer.nodes(one)),
        graph=_graph(theorem) if graph.edges else _safe(""),
        measured=LOST if graph.lost else SLACK if measured else "",
        plots=tuple(
            (_safe(plot), caption)
            for plot, caption in (
                (ratios(measured), RATIOS),
                (against_trivial(theorem.vacuity), AGAINST_TRIVIAL),
                (vacuity_map(theorem.vacuity), VACUITY_MAP),
            )
            if plot
        ),
        looseness=shown_looseness(theorem.looseness, shown_plain) if theorem.looseness else None,
    )


@dataclass(frozen=True)
class _Writer:
    path: str
    theorem: TheoremReport
    anchor: str
    setter: HtmlBlocks
    said: Mapping[str, str]

    def wrong(self) -> Iterator[str]:
        """What a reader has to know first."""
        theorem = self.theorem
        if theorem.alarms:
            yield f"SOUNDNESS ALARM: both proved and exactly refuted: {', '.join(theorem.alarms)}"
        elif not theorem.ok:
            yield f"Not as expected: {theorem.expected or 'TESTED or better'} was wanted."
        if theorem.vacuity.unwitnessed and Headline(theorem.headline).supported:
            doubt = "the hypotheses may contradict each other"
            yield f"No witness: {theorem.vacuity.unwitnessed}; {doubt}."

    def facts(self, stored: str) -> Iterator[Fact]:
        """Of the theorem as a whole."""
        theorem = self.theorem
        if theorem.debts:
            yield "owes", _codes(theorem.debts)
        if theorem.unused:
            yield "unused hypotheses", _codes(theorem.unused)
        if phrases := vacuity_phrases(theorem.vacuity):
            yield "vacuity", shown_plain("; ".join(phrases))
        if stored:
            yield "certificates", _safe(f'<a href="{escape(quote(stored))}">{escape(stored)}</a>')

    def nodes(self, one: Article | None) -> Iterator[ShownNode]:
        """The parts of the proof in their order, each with what was found; then what is no part of it."""
        parts = (*one.proof, *one.derived) if one is not None else ()
        judged = {node.name: node for node in self.theorem.nodes}
        told: set[str] = set()
        for part in parts:
            node = judged.get(part.label) if part.label not in told else None
            told.add(part.label)
            yield self._node(node, part)
        for node in self.theorem.nodes:
            if node.name not in told:
                yield self._node(node, None)

    def _node(self, node: NodeReport | None, part: Part | None) -> ShownNode:
        body = _safe(self.setter.blocks(part.blocks) if part is not None else "")
        if node is None:
            assert part is not None
            return ShownNode(shown_plain(part.label), part.kind, "", "", body)
        return ShownNode(
            name=shown_plain(node.name),
            kind=node.kind,
            verdict=node.verdict,
            anchor=f"{self.anchor}.{node.name}",
            body=body,
            facts=tuple(self._evidence(node)),
            counterexample=counterexample(self.path, self.theorem, node, self.said.get(node.name, "")),
            certificate=dumps(dict(node.certificate), indent=1) if node.certificate is not None else "",
        )

    def _evidence(self, node: NodeReport) -> Iterator[Fact]:
        if node.by:
            yield "by", _codes((node.by,))
        if node.premises:
            yield "from", self._named(node.premises)
        if node.lemmas:
            links = self.setter.links
            yield "lemmas", _joined(_link(lemma, links.get((lemma, ""))) for lemma in node.lemmas)
        if node.debts:
            yield "owes", _codes(node.debts)
        if node.constant:
            yield "up to C", _codes((node.constant,))
        if node.reason:
            yield "because", shown_plain(node.reason)
        if node.test:
            yield "test", shown_plain(trial_sentence(node.test, node.kind))
        if node.slack:
            named = [f"{name} = {value}" for name, value in node.slack.at]
            more = [f"and {len(named) - MOST} more"] if len(named) > MOST else []
            at = ", ".join([*named[:MOST], *more])
            where = f", largest at {at}" if at else ""
            said = f"lhs/rhs up to {node.slack.largest:.4g}, median {node.slack.median:.4g}{where}"
            yield "slack", shown_plain(said)
        if node.line:
            yield "line", str(node.line)

    def _named(self, premises: tuple[str, ...]) -> Markup:
        links = self.setter.links
        return _joined(_link(name, links.get((self.theorem.name, name))) for name in premises)


def counterexample(path: str, theorem: TheoremReport, node: NodeReport, statement: str) -> str:
    """An instance that refutes a node, in plain lines for a message, with the statement where it is known;
    "" without one."""
    if node.witness is None:
        return ""
    place = f" ({path}:{node.line})" if path and node.line else f" ({path})" if path else ""
    lines = [f"{node.kind} {node.name} of {theorem.name}{place} is false:"]
    lines += [f"  {statement}"] if statement else []
    lines += ["at"] if node.witness.values else []
    lines += [f"  {name} = {value}" for name, value in node.witness.values]
    lines += ["where", f"  {node.witness.comparison}"]
    return "\n".join(map(shown_plain, lines))


def shown_plain(text: str) -> str:
    """Text that is yet to be escaped, with what cannot be printed as blanks."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _assumptions(one: Article | None) -> Iterator[str]:
    """The labels of the assumptions."""
    for block in one.statement if one is not None else ():
        if isinstance(block, Listing):
            yield from (label for label, _ in block.items)


def _said(one: Article | None) -> dict[str, str]:
    """Claims and steps as plain text, by label."""
    blocks = (
        [*one.statement, *(block for part in one.proof for block in part.blocks)] if one is not None else []
    )
    return {
        block.label: "; ".join(plain(row(line.left, line.sign, line.right)) for line in block.lines)
        for block in blocks
        if isinstance(block, Assertion)
    }


def _graph(theorem: TheoremReport) -> Markup:
    lines, wide, high = drawing(graph_of(theorem), 16)
    size = (
        f'viewBox="0 0 {wide:.0f} {high + 32:.0f}" style="width:{wide:.0f}px;min-width:{LEAST * wide:.0f}px"'
    )
    said = f"Graph of the proof of {theorem.name}"
    return _safe(
        "\n".join([f'<svg class="graph" role="img" {size} aria-label="{shown(said)}">', *lines, "</svg>"])
    )


def _codes(names: tuple[str, ...]) -> Markup:
    return _joined(_link(name, None) for name in names)


def _link(name: str, href: str | None) -> str:
    code = f"<code>{escape(shown_plain(name))}</code>"
    return f'<a href="{escape(href)}">{code}</a>' if href else code


def _joined(pieces: Iterator[str]) -> Markup:
    return _safe(", ".join(pieces))


def _safe(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)
