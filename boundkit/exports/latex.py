"""The theorems of a report as LaTeX, a fragment for `\\input` into a paper that uses `boundkit.sty`.

Formulas are printed from the trees that were checked; a theorem without one is a row of verdicts alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from boundkit.report import FileReport, NodeReport, Report, TheoremReport
from boundkit.syntax.tree import Claim, Step, TheoremTree
from boundkit.typesetting.article import Article, article
from boundkit.typesetting.boxes import Box
from boundkit.typesetting.latex import macros_of, text
from boundkit.typesetting.latex_blocks import Blocks
from boundkit.typesetting.phrases import Citation, Source, sources_of

COLUMN = 234.0
"""Points of a line in a column of a conference paper, 3.25 inches."""

_SETTLED = frozenset({"PROVED", "DERIVED", "VACUOUS"})


@dataclass(frozen=True)
class Latex:
    """One environment for each theorem, its proof, and a table of its verdicts.

    column: the width in points that displayed formulas have to fit.
    """

    suffix: ClassVar[str] = ".tex"
    formulas: ClassVar[bool] = True

    column: float = COLUMN

    def render(self, report: Report) -> str:
        """The fragment. Messages of the report are comments at its head."""
        keys, labels = _keys(report)
        out = ["% Written by boundkit. \\input it in a document that loads boundkit.sty."]
        for message in report.diagnostics:
            place = f"{message.path}:{message.line}" if message.line else message.path
            out.append(_comment(f"{place}: {message.severity}[{message.code}]: {message.message}"))
        articles = {key: article(tree) for key, tree in report.trees.items()}
        if macros := macros_of(box for one in articles.values() for box in _boxes(one)):
            out += ["", "% The names of the theorems; define one beforehand to have it set otherwise."]
            out += [rf"\providecommand{{\{name}}}{{{body}}}" for name, body in macros.items()]
        for file in report.files:
            for theorem in file.theorems:
                found = articles.get((file.path, theorem.name))
                key = keys[file.path, theorem.name]
                blocks = Blocks(self.column, theorem.name, {**_by_name(keys), theorem.name: key}, labels)
                out += ["", *self._theorem(file, theorem, found, blocks)]
        return "\n".join(out) + "\n"

    def _theorem(
        self, file: FileReport, theorem: TheoremReport, found: Article | None, blocks: Blocks
    ) -> Iterator[str]:
        key = blocks.keys[theorem.name]
        yield _comment(f"{theorem.name} ({file.path}): {theorem.headline}")
        for node in theorem.nodes:
            owes = f", owes {', '.join(node.debts)}" if node.debts else ""
            yield _comment(f"  {node.name}: {node.verdict}{owes}")
        if found is not None:
            name = _environment(found.kind, theorem.headline)
            yield rf"\begin{{{name}}}\label{{thm:{key}}}"
            yield rf"\bkTheorem{{{text(theorem.title or theorem.name)}}}{{{theorem.headline}}}"
            yield from blocks.blocks(found.statement)
            yield rf"\end{{{name}}}"
            yield from _proof(found, theorem, blocks)
        yield rf"\begin{{bkVerdicts}}{{{text(theorem.name)}}}{{{theorem.headline}}}"
        for node in theorem.nodes:
            known = found is not None and node.name in blocks.labels.get(theorem.name, ())
            number = rf"\eqref{{eq:{key}:{node.name}}} " if known else ""
            said = f"{number}{_remark(node)}".strip()
            yield rf"\bkRow{{{text(node.name)}}}{{{node.verdict}}}{{{said}}}"
        yield r"\end{bkVerdicts}"


def bibliography(report: Report) -> str:
    """The entries, in the format of BibTeX, of all that the theorems cite: who and when, to be completed."""
    found: dict[str, tuple[Source, str]] = {}
    for key, tree in report.trees.items():
        one = article(tree)
        for piece in _pieces(one):
            if isinstance(piece, Citation):
                for source in sources_of(piece.text):
                    found.setdefault(source.key, (source, key[1]))
    out = ["% Written by boundkit from the citations of the theorems; complete the entries."]
    for key_, (source, theorem) in sorted(found.items()):
        authors = source.authors.replace(" and ", ", ").split(", ")
        out += [
            "",
            f"@misc{{{key_},",
            f"  author = {{{' and '.join(text(name) for name in authors if name)}}},",
        ]
        if source.year:
            out.append(f"  year = {{{source.year}}},")
        if source.title:
            out.append(f"  title = {{{text(source.title)}}},")
        name = text(theorem).replace(r"\_", r"\_\allowbreak{}")
        out += [f"  note = {{Cited by {name}}}", "}"]
    return "\n".join(out) + "\n"


def _proof(found: Article, theorem: TheoremReport, blocks: Blocks) -> Iterator[str]:
    """The proof; what is only cited has none, and says where it is from."""
    verdicts = {node.name: node.verdict for node in theorem.nodes}
    cited = found.kind == "axiom"
    if found.proof and not cited:
        yield r"\begin{proof}\bkSteps"
    for place, part in enumerate(found.proof):
        if part.kind == "step":
            yield rf"\bkStep{{{text(part.label)}}}{{{verdicts.get(part.label, 'UNKNOWN')}}}"
        elif place or cited:
            yield r"\par\noindent"
        yield from blocks.blocks(part.blocks)
    if found.proof and not cited:
        yield r"\end{proof}"
    for part in found.derived:
        yield rf"\bkStep{{{text(part.label)}}}{{{verdicts.get(part.label, 'UNKNOWN')}}}"
        yield from blocks.blocks(part.blocks)


def _environment(kind: str, headline: str) -> str:
    """What is not settled is not called a theorem."""
    if headline == "VIOLATED":
        return "bkFalse"
    if headline not in _SETTLED:
        return "bkUnproved"
    return {"lemma": "lemma", "axiom": "bkFact"}.get(kind, "theorem")


def _remark(node: NodeReport) -> str:
    said = [f"owes {', '.join(node.debts)}"] if node.debts else []
    if node.constant:
        said.append(f"up to C = {node.constant}")
    if node.witness:
        values = ", ".join(f"{name} = {value}" for name, value in node.witness.values)
        said.append(f"at {values}: {node.witness.comparison}" if values else node.witness.comparison)
    return text("; ".join(said))


def _comment(line: str) -> str:
    """A line of comment, whatever it holds."""
    return "% " + "".join(sign if " " <= sign <= "~" else "?" for sign in line)


def _keys(report: Report) -> tuple[dict[tuple[str, str], str], dict[str, frozenset[str]]]:
    """The key of each theorem in its labels, which differ where names do not, and the labels of the
    statements of the theorems that have a tree."""
    keys: dict[tuple[str, str], str] = {}
    labels: dict[str, frozenset[str]] = {}
    for file in report.files:
        for theorem in file.theorems:
            taken = sum(1 for _, name in keys if name == theorem.name)
            keys[file.path, theorem.name] = f"{theorem.name}-{taken + 1}" if taken else theorem.name
            tree = report.trees.get((file.path, theorem.name))
            if tree is not None:
                labels[theorem.name] = frozenset(_labels(tree))
    return keys, labels


def _labels(tree: TheoremTree) -> Iterator[str]:
    return (clause.label.text for clause in tree.clauses if isinstance(clause, Step | Claim))


def _by_name(keys: dict[tuple[str, str], str]) -> dict[str, str]:
    return {name: key for (_, name), key in reversed(keys.items())}


def _pieces(held: object) -> Iterator[object]:
    """The pieces of all prose in an article."""
    if isinstance(held, Box | Citation):
        yield held
    elif isinstance(held, tuple):
        for part in held:
            yield from _pieces(part)
    elif hasattr(held, "__dataclass_fields__"):
        for name in held.__dataclass_fields__:
            yield from _pieces(getattr(held, name))


def _boxes(one: Article) -> Iterator[Box]:
    return (piece for piece in _pieces(one) if isinstance(piece, Box))


__all__ = ["COLUMN", "Latex", "bibliography"]
