"""The report as lines for a person. Decoration is ASCII; colour is added only on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from textwrap import wrap
from typing import ClassVar

from boundkit.errors import Exit
from boundkit.report import (
    ConditionReport,
    FileReport,
    Message,
    NodeReport,
    Report,
    Suggestion,
    TheoremReport,
    Trial,
)
from boundkit.verdicts import Headline
from boundkit.wording import condition_sentence, suggestion_sentence, trial_sentence, vacuity_phrases

Line = list[tuple[str, str]]
"""Pieces of one line, each with its style ("" for none)."""

WIDTH = 100
NARROWEST = 40

_STYLE = {
    Headline.ERROR: "bold red",
    Headline.VIOLATED: "bold red",
    Headline.VACUOUS: "bold magenta",
    Headline.BROKEN: "bold red",
    Headline.SUSPECT: "bold magenta",
    Headline.GAP: "bold yellow",
    Headline.UNKNOWN: "bold yellow",
    Headline.TESTED: "cyan",
    Headline.ADMITTED: "cyan",
    Headline.DERIVED: "green",
    Headline.PROVED: "green",
}
_SEVERITY = {"error": "bold red", "violated": "bold red", "gap": "bold yellow", "vacuous": "bold magenta"}
_VERDICT_WIDTH = max(len(headline.value) for headline in Headline)
_INDENT = "  "


@dataclass(frozen=True)
class Text:
    """Plain lines of at most `width` columns, source excerpts excepted; with `colour`, ANSI sequences.

    What users wrote is shown as they wrote it, control characters escaped, so that no file can steer a
    terminal.
    """

    suffix: ClassVar[str] = ".txt"
    formulas: ClassVar[bool] = False

    colour: bool = False
    width: int = WIDTH

    def render(self, report: Report) -> str:
        """File by file: a headline for each theorem, a line for each node; then messages and a summary."""
        lines = list(_report(report, max(self.width, NARROWEST)))
        return _coloured(lines) if self.colour else "".join(_plain(line) + "\n" for line in lines)


def _plain(line: Line) -> str:
    return "".join(_harmless(text) for text, _ in line).rstrip()


def _coloured(lines: Iterable[Line]) -> str:
    """The lines with ANSI sequences."""
    from rich.console import Console
    from rich.text import Text as Styled

    sink = StringIO()
    console = Console(file=sink, force_terminal=True, color_system="standard", soft_wrap=True)
    for line in lines:
        console.print(Styled.assemble(*((_harmless(text), style) for text, style in line)))
    return sink.getvalue()


def _harmless(text: str) -> str:
    """The text with control characters escaped."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text
    )


def _report(report: Report, width: int) -> Iterator[Line]:
    shown = {file.path for file in report.files}
    for message in report.diagnostics:
        if message.path not in shown:
            yield from _message(message)
            yield []
    for file in report.files:
        messages = [message for message in report.diagnostics if message.path == file.path]
        if file.theorems or messages:
            yield from _file(file, messages, width)
    for suggestion in report.suggestions or ():
        yield from _suggestion(suggestion, width)
        yield []
    for name in _without_suggestion(report):
        said = "no small change of the statement survives"
        yield from _hanging([("no suggestion", "bold"), (f" for {name}:", "")], [said], width, 4)
        yield []
    yield from _summary(report, width)


def _without_suggestion(report: Report) -> list[str]:
    """Theorems that want repair, where suggestions were asked for and none was found."""
    if report.suggestions is None:
        return []
    known = {(one.path, one.theorem) for one in report.suggestions}
    return [
        theorem.name
        for file in report.files
        for theorem in file.theorems
        if not Headline(theorem.headline).supported and (file.path, theorem.name) not in known
    ]


def _suggestion(suggestion: Suggestion, width: int) -> Iterator[Line]:
    """An edit with how sure it is, as a difference that `patch` reads."""
    head: Line = [("suggestion", "bold"), (f" for {suggestion.theorem}.{suggestion.label}:", "")]
    yield from _hanging(head, [f"{suggestion.change} ({suggestion.kind.replace('_', ' ')})"], width, 4)
    style = "green" if suggestion.certain else "cyan"
    yield from _hanging([("   ", "")], [suggestion_sentence(suggestion)], width, 4, style)
    for line in suggestion.diff.splitlines():
        yield [(line, {"-": "red", "+": "green"}.get(line[:1], ""))]


def _file(file: FileReport, messages: Iterable[Message], width: int) -> Iterator[Line]:
    if file.theorems:
        yield [(file.path, "bold")]
    for theorem in file.theorems:
        yield from _theorem(theorem, width)
        yield []
    for message in messages:
        yield from _message(message)
        yield []


def _theorem(theorem: TheoremReport, width: int) -> Iterator[Line]:
    verdict = (f"{theorem.headline:<{_VERDICT_WIDTH}}", _STYLE[Headline(theorem.headline)])
    head = [verdict, ("  ", ""), (theorem.name, "bold")]
    announced = bool(theorem.expected) and theorem.ok and not Headline(theorem.headline).supported
    title = f"{theorem.title} (as announced)" if announced else theorem.title
    yield from _hanging(head, [title], width, _VERDICT_WIDTH + 2)
    if _is_doubtful(theorem):
        doubt = f"NO WITNESS: {theorem.vacuity.unwitnessed}; the hypotheses may contradict each other"
        yield from _hanging([(" " * _VERDICT_WIDTH, "")], [doubt], width, _VERDICT_WIDTH + 2, "bold yellow")
    if theorem.alarms:
        wrong = "SOUNDNESS ALARM: both proved and exactly refuted: " + ", ".join(theorem.alarms)
    else:
        wrong = "" if theorem.ok else f"not as expected: {theorem.expected or 'TESTED or better'} was wanted"
    if wrong:
        yield from _hanging([(" " * _VERDICT_WIDTH, "")], [wrong], width, _VERDICT_WIDTH + 2, "bold red")
    names = max([len(node.name) for node in theorem.nodes] + [len("vacuity")])
    rules = max((len(node.by) for node in theorem.nodes), default=0)
    said: set[str] = set()
    for node in theorem.nodes:
        start: Line = [
            (f"{_INDENT}{node.name:<{names}}  ", ""),
            (f"{node.verdict:<{_VERDICT_WIDTH}}", _STYLE[Headline(node.verdict)]),
            (f"  {node.by:<{rules}}", ""),
        ]
        yield from _hanging(start, _remarks(node, said), width, len(_INDENT) + names + 2)
    if theorem.unused:
        start = [(f"{_INDENT}{'unused':<{names}}", "")]
        yield from _hanging(start, [", ".join(theorem.unused)], width, len(_INDENT) + names + 2)
    if vacuity := vacuity_phrases(theorem.vacuity):
        yield from _hanging(
            [(f"{_INDENT}{'vacuity':<{names}}", "")], vacuity, width, len(_INDENT) + names + 2
        )
    if theorem.conditions:
        yield [(f"{_INDENT}hypotheses", "")]
        labels = max(len(one.label) for one in theorem.conditions)
        for one in theorem.conditions:
            yield from _condition(one, labels, width)


def _condition(condition: ConditionReport, labels: int, width: int) -> Iterator[Line]:
    """A hypothesis, and what it is for."""
    start: Line = [(f"{_INDENT * 2}{condition.label:<{labels}}  {condition.condition}", "")]
    style = {"needed": "green", "unused": "yellow"}.get(condition.outcome, "")
    yield from _hanging(start, [condition_sentence(condition)], width, len(_INDENT) * 3, style)


def _is_doubtful(theorem: TheoremReport) -> bool:
    """Whether a theorem is supported, but its hypotheses are not known to hold anywhere."""
    return bool(theorem.vacuity.unwitnessed) and Headline(theorem.headline).supported


def _hanging(start: Line, remarks: list[str], width: int, indent: int, style: str = "") -> Iterator[Line]:
    """`start`, two blanks, and the remarks wrapped beside it; below it where little room is left."""
    text = "; ".join(remark for remark in remarks if remark)
    used = sum(len(piece) for piece, _ in start) + 2
    if not text:
        yield start
        return
    if width - used < min(30, len(text)):
        yield start
        used = indent
        start = []
    pieces = wrap(text, width - used, break_on_hyphens=False)
    for number, piece in enumerate(pieces):
        if number == 0 and start:
            yield [*start, ("  ", ""), (piece, style)]
        else:
            yield [(" " * used, ""), (piece, style)]


def _remarks(node: NodeReport, said: set[str]) -> list[str]:
    """What is said of a node after its rule. `said` holds debts and reasons that stand at the nodes before,
    and grows: they are not repeated."""
    headline = Headline(node.verdict)
    remarks = [f"up to C = {node.constant}"] if node.constant else []
    if node.witness:
        values = ", ".join(f"{name} = {value}" for name, value in node.witness.values)
        remarks.append(f"at {values}: {node.witness.comparison}" if values else node.witness.comparison)
    if node.debts:
        new = [debt for debt in node.debts if debt not in said]
        rest = "what its premises owe" if len(new) < len(node.debts) else ""
        remarks.append("owes " + " and ".join(part for part in (", ".join(new), rest) if part))
        said.update(new)
    if node.reason:
        remarks.append(node.reason)
    if node.test and not node.witness:
        untested_claim = node.kind == "claim" and not node.test.instances
        if headline is not Headline.PROVED or untested_claim:
            remarks.append(_trial(node.test, node.kind, said))
    if node.slack:
        remarks.append(f"lhs/rhs up to {node.slack.largest:.4g} (median {node.slack.median:.4g})")
    return remarks


def _trial(trial: Trial, kind: str, said: set[str]) -> str:
    """What the test found; why it was skipped is said once."""
    if trial.outcome == "skipped":
        if trial.reason in said:
            return "testing skipped, as above"
        said.add(trial.reason)
    return trial_sentence(trial, kind)


def _message(message: Message) -> Iterator[Line]:
    """The message with its excerpt, a note or refutation without it; the severity is coloured, the excerpt is
    left as it stands."""
    place = f"{message.path}:{message.line}:{message.column}: " if message.line else f"{message.path}: "
    fallback = f"{place if message.path else ''}{message.severity}[{message.code}]: {message.message}"
    head, *rest = (message.shown or fallback).split("\n")
    if message.severity in ("note", "violated"):  # the line of the node says the rest
        rest = []
    mark = f"{message.severity}[{message.code}]"
    before, found, after = head.partition(mark)
    yield [(before, ""), (mark if found else "", _SEVERITY.get(message.severity, "bold")), (after, "")]
    for line in rest:
        yield [(line, "")]


def _summary(report: Report, width: int) -> Iterator[Line]:
    theorems = report.theorems
    counts = Counter(theorem.headline for theorem in theorems)
    parts = [f"{counts[headline.value]} {headline.value}" for headline in reversed(Headline)]
    said = ", ".join(part for part in parts if not part.startswith("0 "))
    files = sum(1 for file in report.files if file.theorems)
    checked = f"{_counted(len(theorems), 'theorem')} in {_counted(files, 'file')}: {said}"
    wrong = sum(1 for theorem in theorems if not theorem.ok)
    errors = sum(1 for message in report.diagnostics if message.severity == "error")
    ends = [f"{wrong} not as expected"] if wrong else []
    doubtful = sum(1 for theorem in theorems if _is_doubtful(theorem))
    if doubtful:
        checked += f", {doubtful} without a witness"
    if errors:
        ends.append(_counted(errors, "error"))
    if report.exit is Exit.LIMIT:
        ends.append("stopped by a limit")
    if report.exit is Exit.ALARM:
        ends.append("SOUNDNESS ALARM")
    if not ends and theorems:
        ends.append("all as expected" if len(theorems) > 1 else "as expected")
    style = "bold green" if report.exit is Exit.AS_EXPECTED else "bold red"
    if theorems or not ends:
        ends.insert(0, checked if theorems else "no theorem")
    for piece in wrap("; ".join(ends), width, break_on_hyphens=False):
        yield [(piece, style)]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
