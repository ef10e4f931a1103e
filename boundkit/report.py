"""The report of a run: plain frozen records, in the order in which things were written. Says what was
found and at what exit status; knows no rendering. `as_json` is schema 1, described in `docs/json.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import cached_property
from math import isfinite
from typing import Any

from boundkit import measured
from boundkit.errors import Diagnostic, Exit
from boundkit.measured import Looseness
from boundkit.source import Source
from boundkit.syntax.tree import FileTree, TheoremTree
from boundkit.verdicts import Verdict, as_announced, headline, owed

SCHEMA = 1

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Witness:
    """An instance that refutes: its values in the order of declaration, and the two sides there, such
    as `1 > exp(-1/2) = 0.6065`. All numbers are exact text."""

    values: tuple[tuple[str, str], ...]
    comparison: str


@dataclass(frozen=True)
class Trial:
    """What sampling says about a node.

    outcome: `passed`, `failed`, `undecided` (no instance was decided, or no witness satisfied every
        hypothesis) or `skipped` (nothing can be tested; `reason` says why).
    model: the model's name, or `default` for one made from the types; "" when skipped.
    instances: instances that satisfied every hypothesis exactly and were decided.
    undecided: instances that satisfied the hypotheses but could not be decided; never a pass.
    mass: upper bound on the mass of violating instances under that model, at that level; or None.
    alpha: the error probability of that bound, or None.
    scope: the ranges sampled, such as `d <= 5, T <= 300`.
    """

    outcome: str
    model: str = ""
    instances: int = 0
    undecided: int = 0
    mass: float | None = None
    alpha: float | None = None
    scope: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Slack:
    """The ratio of left to right side over the instances of the test: largest, median, and the values
    at which the largest occurs."""

    largest: float
    median: float
    at: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Threshold:
    """The smallest value of a parameter from which the bound says something."""

    parameter: str
    value: int | str


@dataclass(frozen=True)
class VacuityAnalysis:
    """Whether the theorem says anything.

    verdict: `none`, `region` or `total`.
    reason: why, or why there is no analysis; "" when there is nothing to add.
    threshold: where the bound starts to say something, when one parameter decides it.
    trivial: the bound that holds anyway, as text, or None when none could be derived.
    value: the theorem's bound at its operating point, as text, or None when it has none.
    unwitnessed: where instances were drawn and hardly one, or none, satisfies the hypotheses, the one that
        fails most often and how often it held; the hypotheses are then not known to hold anywhere. In JSON it
        is part of `reason`.
    """

    verdict: str = "none"
    reason: str = ""
    threshold: Threshold | None = None
    trivial: str | None = None
    value: str | None = None
    unwitnessed: str = ""


@dataclass(frozen=True)
class NodeReport:
    """One claim, step or derivation.

    verdict: the headline of this node, debts of its premises included.
    by: the rule that justified it, or "" for none.
    premises: labels that the proof consumed (`from` in JSON).
    debts: own and inherited, sorted.
    constant: the constant of `<~` that was proved, as text, of several links each; "" for none.
    certificate: what the kernel replays, as plain JSON that nobody changes, or None.
    line, column: where the node is written, from 1; 0 when it is written nowhere.
    seconds: time spent on it, the one field that differs between runs of the same seed.
    reason: one sentence for a reader; shown by text exports, not part of schema 1.
    lemmas: theorems of the library that the proof used, sorted; not part of schema 1.
    """

    name: str
    kind: str
    verdict: str
    by: str = ""
    premises: tuple[str, ...] = ()
    debts: tuple[str, ...] = ()
    constant: str = ""
    certificate: Mapping[str, Any] | None = None
    witness: Witness | None = None
    test: Trial | None = None
    slack: Slack | None = None
    line: int = 0
    column: int = 0
    seconds: float = 0.0
    reason: str = ""
    lemmas: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConditionReport:
    """What a hypothesis, or an end of a declared range, is for.

    label: of the hypothesis, such as `order` or `n.range`; condition: what it says.
    outcome: `needed` (at `witness` every other one holds and it does not, and a claim is false or undefined),
        `unused` (the claims are proved without it) or `unknown`.
    reason: why it is unknown; of one that is needed only for a claim to be defined, that; or "".
    """

    label: str
    condition: str
    outcome: str
    witness: Witness | None = None
    reason: str = ""


@dataclass(frozen=True)
class TheoremReport:
    """One theorem, lemma or axiom.

    expected: the headline that the theorem announces, or "" when it announces none.
    ok: the headline is the announced one or, without one, TESTED or better; and there is no alarm.
    unused: hypotheses that no claim's proof consumed, in order.
    alarms: nodes both proved and exactly refuted; they make exit status 70. Not part of schema 1.
    looseness: how loose the proof is, where that was asked for.
    conditions: what each hypothesis is for, where that was asked for.
    """

    name: str
    title: str
    headline: str
    expected: str
    ok: bool
    debts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    vacuity: VacuityAnalysis = VacuityAnalysis()
    nodes: tuple[NodeReport, ...] = ()
    alarms: tuple[str, ...] = ()
    looseness: Looseness | None = None
    conditions: tuple[ConditionReport, ...] | None = None


@dataclass(frozen=True)
class FileReport:
    """The theorems of one file, as written."""

    path: str
    theorems: tuple[TheoremReport, ...] = ()


@dataclass(frozen=True)
class Message:
    """A diagnostic with its place as lines and columns, which count from 1 (0 for no place); the end is
    the place just after the last character. `shown` is the whole text with excerpt and caret, and `exit`
    the status that this message alone asks for; neither is part of schema 1."""

    code: str
    severity: str
    message: str
    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    help: str = ""
    shown: str = ""
    exit: Exit = Exit.AS_EXPECTED


@dataclass(frozen=True)
class Suggestion:
    """An edit of a theorem that repairs one of its statements.

    kind: of the edit, as on the shelf `repairs`; change: the edit in a few words.
    headline: of the theorem after it; TESTED, UNKNOWN and the like say that the edit is a conjecture.
    before, after: the text of the whole file.
    """

    path: str
    theorem: str
    label: str
    kind: str
    change: str
    headline: str
    before: str
    after: str

    @property
    def certain(self) -> bool:
        """Whether the theorem is proved after it, or derived from what is believed."""
        return self.headline in ("PROVED", "DERIVED")

    @property
    def diff(self) -> str:
        """The edit as a unified difference."""
        path = self.path.lstrip("/")
        old, new = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(unified_diff(old, new, f"a/{path}", f"b/{path}", n=1))


@dataclass(frozen=True)
class Report:
    """A whole run. `exit` is the status that the command ends with. `written` holds the trees of the files,
    by path, for exports that print formulas; others do without. `suggestions` is None where nobody asked for
    any. Neither is part of schema 1, but that suggestions that were asked for are one more key."""

    files: tuple[FileReport, ...]
    diagnostics: tuple[Message, ...]
    seed: int
    exit: Exit
    written: tuple[tuple[str, FileTree], ...] = ()
    suggestions: tuple[Suggestion, ...] | None = None

    @property
    def theorems(self) -> tuple[TheoremReport, ...]:
        """All theorems, file by file."""
        return tuple(theorem for file in self.files for theorem in file.theorems)

    @cached_property
    def trees(self) -> Mapping[tuple[str, str], TheoremTree]:
        """The theorems of `written`, by path and name."""
        return {
            (path, item.name.text): item
            for path, file in self.written
            for item in file.items
            if isinstance(item, TheoremTree)
        }

    def __bool__(self) -> bool:
        raise TypeError("a report is neither true nor false; compare `report.exit` with Exit.AS_EXPECTED")


def report_node(
    verdict: Verdict,
    *,
    by: str = "",
    constant: str = "",
    certificate: Mapping[str, Json] | None = None,
    witness: Witness | None = None,
    test: Trial | None = None,
    slack: Slack | None = None,
    place: tuple[int, int] = (0, 0),
    seconds: float = 0.0,
    lemmas: Iterable[str] = (),
) -> NodeReport:
    """The record of a node; verdict, debts, premises and reason are those of `verdict`."""
    return NodeReport(
        name=verdict.label,
        kind=verdict.kind,
        verdict=verdict.headline.value,
        by=by,
        premises=verdict.finding.premises,
        debts=verdict.debts,
        constant=constant,
        certificate=certificate,
        witness=witness,
        test=test,
        slack=slack,
        line=place[0],
        column=place[1],
        seconds=seconds,
        reason=verdict.finding.reason,
        lemmas=tuple(sorted(set(lemmas))),
    )


def report_theorem(
    name: str,
    title: str,
    announced: str,
    verdicts: Iterable[Verdict],
    nodes: Iterable[NodeReport],
    *,
    unused: Iterable[str] = (),
    vacuity: VacuityAnalysis | None = None,
    looseness: Looseness | None = None,
) -> TheoremReport:
    """The record of a theorem: its headline and debts are computed from `verdicts`, `ok` from the headline
    and what is announced ("" for nothing). ValueError when `announced` is no headline."""
    known = tuple(verdicts)
    found = headline(known)
    alarms = tuple(verdict.label for verdict in known if verdict.alarm)
    return TheoremReport(
        name=name,
        title=title,
        headline=found.value,
        expected=announced,
        ok=as_announced(found, announced) and not alarms,
        debts=owed(known),
        unused=tuple(unused),
        vacuity=vacuity or VacuityAnalysis(),
        nodes=tuple(nodes),
        alarms=alarms,
        looseness=looseness,
    )


def place(diagnostic: Diagnostic, source: Source | None, exit: Exit | None = None) -> Message:
    """A diagnostic with its place in `source`, or without lines and columns where there is no source.

    exit: the status it asks for, such as that of the exception that carried it; without one, malformed
    input for severity `error`, else none. Give `Exit.AS_EXPECTED` where its theorem announces ERROR.
    """
    if exit is None:
        exit = Exit.MALFORMED if diagnostic.severity == "error" else Exit.AS_EXPECTED
    line = column = end_line = end_column = 0
    if source is not None:
        line, column = source.position(diagnostic.span.start)
        end_line, end_column = source.position(max(diagnostic.span.stop, diagnostic.span.start))
    return Message(
        code=diagnostic.code,
        severity=diagnostic.severity,
        message=diagnostic.message,
        path=diagnostic.span.path,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        help=diagnostic.help,
        shown=diagnostic.show(source).removeprefix("-: "),
        exit=exit,
    )


_GRAVEST_FIRST = (Exit.ALARM, Exit.MALFORMED, Exit.MISSING_BACKEND, Exit.LIMIT, Exit.NOT_AS_EXPECTED)


def assemble(
    files: Iterable[FileReport],
    diagnostics: Iterable[Message],
    seed: int,
    exits: Iterable[Exit] = (),
) -> Report:
    """The report of a run. Files are sorted by path, messages by path, place and code.

    The exit status is the gravest that applies: alarm (70), malformed input (2), missing back-end (3),
    limit (4), a theorem that is not as expected (1), else 0; as asked for by the messages, the theorems
    and `exits`, for what stopped the run without a message.
    """
    ordered = tuple(sorted(files, key=lambda file: file.path))
    messages = tuple(
        sorted(diagnostics, key=lambda message: (message.path, message.line, message.column, message.code))
    )
    statuses = {*exits, *(message.exit for message in messages)}
    for theorem in (theorem for file in ordered for theorem in file.theorems):
        if theorem.alarms:
            statuses.add(Exit.ALARM)
        if not theorem.ok:
            statuses.add(Exit.NOT_AS_EXPECTED)
    exit = next((status for status in _GRAVEST_FIRST if status in statuses), Exit.AS_EXPECTED)
    return Report(ordered, messages, seed, exit)


def without_times(report: Report) -> Report:
    """The same report with every duration 0: equal for two runs with the same seed."""
    return replace(
        report,
        files=tuple(
            replace(
                file,
                theorems=tuple(
                    replace(theorem, nodes=tuple(replace(node, seconds=0.0) for node in theorem.nodes))
                    for theorem in file.theorems
                ),
            )
            for file in report.files
        ),
    )


def as_json(report: Report) -> dict[str, Json]:
    """The report as schema 1: keys always present, in a fixed order, null where nothing is known and for
    numbers that are not finite."""
    return {
        "schema": SCHEMA,
        "files": [
            {"path": file.path, "theorems": [_theorem(theorem) for theorem in file.theorems]}
            for file in report.files
        ],
        "diagnostics": [
            {
                "code": message.code,
                "severity": message.severity,
                "message": message.message,
                "path": message.path,
                "line": message.line,
                "column": message.column,
                "end_line": message.end_line,
                "end_column": message.end_column,
                "help": message.help,
            }
            for message in report.diagnostics
        ],
        "seed": report.seed,
        "exit": int(report.exit),
        **({} if report.suggestions is None else {"suggestions": list(map(_suggestion, report.suggestions))}),
    }


def _suggestion(suggestion: Suggestion) -> Json:
    return {
        "path": suggestion.path,
        "theorem": suggestion.theorem,
        "node": suggestion.label,
        "kind": suggestion.kind,
        "change": suggestion.change,
        "headline": suggestion.headline,
        "conjecture": not suggestion.certain,
        "diff": suggestion.diff,
    }


def _theorem(theorem: TheoremReport) -> Json:
    return {
        "name": theorem.name,
        "title": theorem.title,
        "headline": theorem.headline,
        "expected": theorem.expected or None,
        "ok": theorem.ok,
        "debts": list(theorem.debts),
        "unused": list(theorem.unused),
        "vacuity": _vacuity(theorem.vacuity),
        "nodes": [_node(node) for node in theorem.nodes],
        "looseness": measured.as_json(theorem.looseness) if theorem.looseness else None,
        **({} if theorem.conditions is None else {"hypotheses": list(map(_condition, theorem.conditions))}),
    }


def _condition(condition: ConditionReport) -> Json:
    return {
        "label": condition.label,
        "condition": condition.condition,
        "outcome": condition.outcome,
        "witness": _witness(condition.witness) if condition.witness else None,
        "reason": condition.reason,
    }


def _vacuity(vacuity: VacuityAnalysis) -> Json:
    threshold = vacuity.threshold
    return {
        "verdict": vacuity.verdict,
        "reason": "; ".join(
            part
            for part in (vacuity.reason, vacuity.unwitnessed and f"no witness: {vacuity.unwitnessed}")
            if part
        ),
        "threshold": {"parameter": threshold.parameter, "value": threshold.value} if threshold else None,
        "trivial": vacuity.trivial,
        "value": vacuity.value,
    }


def _node(node: NodeReport) -> Json:
    return {
        "name": node.name,
        "kind": node.kind,
        "verdict": node.verdict,
        "by": node.by or None,
        "from": list(node.premises),
        "debts": list(node.debts),
        "constant": node.constant or None,
        "certificate": None if node.certificate is None else dict(node.certificate),
        "witness": _witness(node.witness) if node.witness else None,
        "test": _trial(node.test) if node.test else None,
        "slack": _slack(node.slack) if node.slack else None,
        "line": node.line,
        "column": node.column,
        "seconds": round(node.seconds, 3),
    }


def _witness(witness: Witness) -> Json:
    return {"values": dict(witness.values), "comparison": witness.comparison}


def _trial(trial: Trial) -> Json:
    return {
        "outcome": trial.outcome,
        "model": trial.model,
        "instances": trial.instances,
        "undecided": trial.undecided,
        "mass": _finite(trial.mass),
        "alpha": _finite(trial.alpha),
        "scope": trial.scope,
        "reason": trial.reason,
    }


def _slack(slack: Slack) -> Json:
    return {"largest": _finite(slack.largest), "median": _finite(slack.median), "at": dict(slack.at)}


def _finite(number: float | None) -> float | None:
    """The number, or None for what JSON cannot write."""
    return number if number is not None and isfinite(number) else None


__all__ = [
    "SCHEMA",
    "ConditionReport",
    "FileReport",
    "Json",
    "Message",
    "NodeReport",
    "Report",
    "Slack",
    "Suggestion",
    "TheoremReport",
    "Threshold",
    "Trial",
    "VacuityAnalysis",
    "Witness",
    "as_json",
    "assemble",
    "place",
    "report_node",
    "report_theorem",
    "without_times",
]
