"""Goals about real numbers, answered by the prover of inequalities, as reports of theorems of one claim."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boundkit.batch import run_batch
from boundkit.errors import Diagnostic, Exit
from boundkit.formulas import Unreadable, read_formula, read_problem
from boundkit.formulas.latex import latex
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name
from boundkit.ir.theorems import Theorem
from boundkit.plain import plain
from boundkit.provers.inequalities import problem as problems
from boundkit.provers.inequalities.answer import Answer, from_json
from boundkit.provers.inequalities.archive import prove_once
from boundkit.provers.inequalities.certificate import certificate_of, recheck
from boundkit.provers.inequalities.problem import SORTS, Effort, Problem
from boundkit.provers.inequalities.prove import prove
from boundkit.provers.inequalities.repairs import Repair, repairs_of
from boundkit.report import (
    FileReport,
    Message,
    Report,
    TheoremReport,
    Witness,
    place,
    report_node,
    report_theorem,
)
from boundkit.source import NOWHERE, Source, Span
from boundkit.store import read_text
from boundkit.verdicts import Finding, Verdict, compose

LABEL = "goal"
REPAIRING = Effort(attempts=400, points=50_000, judgements=100)
"""What may be spent on a change that would repair a false goal."""


@dataclass(frozen=True)
class Answered:
    """The report of a goal with its verdict and messages."""

    problem: Problem
    answer: Answer
    report: TheoremReport
    verdict: Verdict
    messages: tuple[Message, ...]


def problem_of(theorem: Theorem) -> Problem | None:
    """The only claim of a theorem as a problem, if it is about numbers alone; else None."""
    names = tuple(declaration.name for declaration in theorem.declarations)
    if theorem.definitions or len(theorem.statements) != 1 or any(name.sort not in SORTS for name in names):
        return None
    facts = [plain(hypothesis.formula) for hypothesis in theorem.hypotheses]
    goal = plain(theorem.statements[0].formula)
    if goal is None or any(fact is None for fact in facts):
        return None
    try:
        return Problem(LABEL, names, tuple(fact for fact in facts if fact is not None), goal)
    except ValueError:
        return None


def problem_from(goal: str, given: Sequence[str]) -> Problem | None:
    """The problem of a goal in the spelling of SymPy, all names being real; None if it cannot be read."""
    try:
        return read_problem({"id": LABEL, "hyps": list(given), "goal": goal})
    except Unreadable:
        return None


def answer(problem: Problem, time_limit: float | None, cached: bool = True) -> Answer:
    """The answer of the prover; of a false goal, with the changes that repair it and which of these are
    proved."""
    found = _settled(problem, time_limit, cached, Effort())
    if found.verdict != "REFUTED":
        return found
    hints = [_repaired(choices, time_limit, cached) for choices in repairs_of(problem)]
    return replace(found, hints=tuple(hint for hint in hints if hint))


def _repaired(choices: Sequence[Repair], time_limit: float | None, cached: bool) -> str:
    """The first change that is proved, or else the first that is not refuted; "" if there is none."""
    open_: list[str] = []
    for repair in choices:
        found = _settled(repair.problem, time_limit, cached, REPAIRING)
        if found.verdict == "PROVED":
            return f"{repair.text} (proved)"
        if found.verdict == "UNDECIDED":
            open_.append(f"{repair.text} (conjecture)")
    return open_[0] if open_ else ""


def _settled(problem: Problem, time_limit: float | None, cached: bool, effort: Effort) -> Answer:
    """The answer, by a process that can be stopped where there is a time limit."""
    if time_limit is None:
        return prove_once(problem, effort) if cached else prove(problem, effort)
    line = json.dumps({"id": LABEL, "problem": problems.as_json(problem)})
    (found,) = run_batch([line], time_limit=time_limit, cached=cached)
    settled = from_json(found)
    proof = None if settled.certificate is None else settled.certificate["proof"]
    return replace(settled, certificate=proof)


def answered(problem: Problem, found: Answer, source: Source | None = None, span: Span = NOWHERE) -> Answered:
    """The report on a problem: PROVED, VIOLATED or ERROR with the witness, else UNKNOWN with the
    reason, or with the debt to an oracle."""
    label = LABEL
    messages: list[Diagnostic] = []
    reason = found.reason if found.verdict == "UNDECIDED" else "; ".join((*found.argument, *found.hints))
    debts, refuted = frozenset[str](), "no"
    witness = None
    if found.verdict == "REFUTED":
        debts, refuted, reason = frozenset({f"open:{label}"}), "exact", "; ".join(found.hints)
        witness = Witness(tuple(found.witness.items()), found.reason)
        what = f"claim `{label}` is false (exact)"
        messages.append(Diagnostic("E0601", "violated", what, span, notes=found.argument[:1]))
    elif found.verdict == "ERROR":
        debts, reason = frozenset({f"wd:{label}"}), found.reason
        what = f"claim `{label}` is not defined everywhere"
        messages.append(Diagnostic("E0602", "error", what, span, notes=(found.reason,)))
    elif found.verdict != "PROVED":
        debts = frozenset({f"oracle:{found.oracle}" if found.oracle else f"open:{label}"})
    finding = Finding(label, "claim", debts, refuted, error=found.verdict == "ERROR", reason=reason)
    verdicts = compose([finding])
    node = report_node(
        verdicts[label],
        by=found.method,
        certificate=certificate_of(problem, found),
        witness=witness,
        seconds=found.seconds,
    )
    report = report_theorem(label, "", "PROVED", verdicts.values(), [node])
    shown = tuple(place(message, source, Exit.AS_EXPECTED) for message in messages)
    return Answered(problem, found, report, verdicts[label], shown)


def replayed(path: str) -> tuple[FileReport, list[Message]]:
    """The certificates in a file asked of the kernel again: one that `prove --certificate` wrote, or those of
    the answers of a batch, one a line. What a line claims and the kernel does not accept is not as expected;
    an answer that claims nothing is UNKNOWN. BoundkitError where the file cannot be read."""
    reports: list[TheoremReport] = []
    messages: list[Message] = []
    for number, (label, claimed, certificate) in enumerate(_entries(path), 1):
        name = label or f"{LABEL}{number}"
        try:
            problem, found = recheck(certificate) if certificate is not None else (None, "")
        except ValueError as failure:
            problem, found = None, ""
            wrong = Diagnostic("E0907", "error", f"`{name}` in `{path}`: {failure}")
            messages.append(place(wrong, None))
        claims = claimed in ("PROVED", "REFUTED") or (not claimed and certificate is not None)
        holds = bool(found) and claimed in ("", found)
        reports.append(_replay(name, problem, found if holds else "", claims))
    return FileReport(path, tuple(reports)), messages


def _entries(path: str) -> Iterator[tuple[str, str, Any]]:
    """Of each entry of a file the name, the verdict that it claims, and its certificate."""
    text = read_text(path)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, Mapping) and "verdict" not in whole:
        yield LABEL, "", whole
        return
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, Mapping):
            yield "", "PROVED", {}
            continue
        yield str(data.get("id", "")), str(data.get("verdict")), data.get("certificate")


def _replay(name: str, problem: Problem | None, found: str, claims: bool) -> TheoremReport:
    debts = frozenset[str]() if found == "PROVED" else frozenset({f"open:{LABEL}"})
    if found == "REFUTED":
        finding = Finding(LABEL, "claim", debts, "exact", reason=f"the witness refutes {problem}")
    elif found == "PROVED":
        finding = Finding(LABEL, "claim", debts, reason=f"the kernel accepts the proof of {problem}")
    else:
        said = "the kernel does not accept what is claimed" if claims else "nothing is claimed"
        finding = Finding(LABEL, "claim", debts, reason=said)
    verdicts = compose([finding])
    report = report_theorem(name, "", "", verdicts.values(), [report_node(verdicts[LABEL])])
    return replace(report, ok=bool(found) or not claims)


def report_in_latex(report: Report) -> str:
    """The goal of a report with its hypotheses, and what was found, as a piece of LaTeX; "" where it was not
    settled by the prover of inequalities."""
    nodes = [node for theorem in report.theorems for node in theorem.nodes]
    if not nodes or nodes[0].certificate is None or "problem" not in nodes[0].certificate:
        return ""
    node = nodes[0]
    assert node.certificate is not None
    problem = problems.from_json(node.certificate["problem"])
    lines = [rf"\[ {latex(problem.goal)} \]"]
    if problem.hypotheses:
        known = ", ".join(f"${latex(hypothesis)}$" for hypothesis in problem.hypotheses)
        lines.insert(0, f"Suppose {known}. Then")
    if node.witness is None:
        lines.append(rf"\emph{{Proof}} ({_text(node.by)}): {_text(node.reason)}.")
    else:
        at = ", ".join(
            f"${latex(Name(name, REAL))} = {latex(read_formula(value))}$"
            for name, value in node.witness.values
        )
        lines.append(f"This is false{f' at {at}' if at else ''}: ${node.witness.comparison}$.")
    return "\n".join(lines) + "\n"


def _text(plain: str) -> str:
    """Plain text with what LaTeX reads as commands escaped."""
    return re.sub(r"[#$%&_{}]", r"\\\g<0>", plain).replace("^", r"\^{}").replace("~", r"\~{}")
