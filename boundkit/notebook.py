"""How theorems, steps, verdicts and reports show themselves in a notebook: as Markdown with formulas, as
LaTeX where they are one formula, and as plain text."""

from __future__ import annotations

from boundkit.exports import export
from boundkit.ir.show import show
from boundkit.ir.terms import Term
from boundkit.ir.theorems import Statement, Theorem
from boundkit.publish import with_trees
from boundkit.report import FileReport, NodeReport, Report, TheoremReport, assemble
from boundkit.source import Source
from boundkit.syntax.parse import parse_expression
from boundkit.typesetting.boxes import Box, Words
from boundkit.typesetting.formulas import formulas_of
from boundkit.typesetting.plain import plain
from boundkit.typesetting.standard import standard_latex
from boundkit.verdicts import Verdict

Bundle = dict[str, str]
Displayed = Theorem | Statement | Verdict | Report | TheoremReport | NodeReport

MARKDOWN, LATEX, PLAIN = "text/markdown", "text/latex", "text/plain"


def install() -> None:
    """Gives each of these classes its `_repr_mimebundle_`, which notebooks ask for."""
    for kind in (Theorem, Statement, Verdict, Report, TheoremReport, NodeReport):
        setattr(kind, "_repr_mimebundle_", mimebundle)  # noqa: B010


def mimebundle(shown: Displayed, include: object = None, exclude: object = None) -> Bundle:
    """What is shown, by the type of its text. A notebook picks one; `include` and `exclude` may be ignored,
    as its protocol allows."""
    match shown:
        case Report():
            report = with_trees(shown)
            return {MARKDOWN: export("markdown").render(report), PLAIN: export("text").render(report)}
        case TheoremReport():
            report = assemble([FileReport("", (shown,))], (), 0)
            return {MARKDOWN: export("markdown").render(report), PLAIN: export("text").render(report)}
        case NodeReport():
            return _verdict(shown.name, shown.verdict, shown.by, shown.debts, shown.reason)
        case Verdict():
            return _verdict(shown.label, shown.headline.value, "", shown.debts, shown.finding.reason)
        case Statement():
            box = box_of(shown.formula)
            return {
                MARKDOWN: f"**{shown.label}**: ${standard_latex(box).strip()}$",
                LATEX: rf"$\displaystyle {standard_latex(box).strip()}$",
                PLAIN: f"{shown.label}: {plain(box)}",
            }
    return _theorem(shown)


def box_of(term: Term) -> Box:
    """The box of a term, in the order in which the kernel has it."""
    text = show(term)
    node, errors = parse_expression(Source("", text), aliases=False)
    if node is None or errors:
        return Words(text)
    try:
        return formulas_of(node).box(node)
    except ValueError:
        return Words(text)


def _theorem(theorem: Theorem) -> Bundle:
    """Hypotheses and statements, all with their labels."""
    title = f": {theorem.title}" if theorem.title else ""
    assumed = [(hypothesis.label, box_of(hypothesis.formula)) for hypothesis in theorem.hypotheses]
    stated = [(f"{s.kind} {s.label}", box_of(s.formula)) for s in theorem.statements]
    markdown = [f"**{theorem.kind} `{theorem.name}`**{title}", ""]
    lines = [f"{theorem.kind} {theorem.name}{title}"]
    for label, box in (*assumed, *stated):
        markdown.append(f"- `{label}`: ${standard_latex(box).strip()}$")
        lines.append(f"  {label}: {plain(box)}")
    return {MARKDOWN: "\n".join(markdown), PLAIN: "\n".join(lines)}


def _verdict(name: str, verdict: str, by: str, debts: tuple[str, ...], reason: str) -> Bundle:
    said = [f"by {by}"] if by else []
    if debts:
        said.append(f"owes {', '.join(debts)}")
    if reason:
        said.append(reason)
    rest = f" ({'; '.join(said)})" if said else ""
    code = rest.replace("`", "'")
    return {MARKDOWN: f"`{name}`: **{verdict}**" + (f" `{code.strip()}`" if code else ""),
            PLAIN: f"{name}: {verdict}{rest}"}  # fmt: skip
