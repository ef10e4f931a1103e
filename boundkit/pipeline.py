"""The spine: read, parse, elaborate, prove, attack, judge what was found together, report."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundkit.derive import Derived, derive
from boundkit.elaborate import elaborate, elaborate_goal
from boundkit.errors import BoundkitError, Diagnostic, Exit
from boundkit.ir.theorems import Statement, Theorem
from boundkit.kernel import certificates as c
from boundkit.library import Library
from boundkit.options import Options, Progress, silent
from boundkit.plan import Outcome, reasons
from boundkit.proofs import (
    Proved,
    StatementProof,
    certificate_file,
    certificates_text,
    in_order,
    prove_theorem,
    read_certificates,
)
from boundkit.report import (
    FileReport,
    Message,
    Report,
    Slack,
    TheoremReport,
    Trial,
    VacuityAnalysis,
    Witness,
    assemble,
    place,
    report_node,
    report_theorem,
)
from boundkit.source import Source
from boundkit.store import theorem_files, write_atomically
from boundkit.syntax.parse import parse, parse_declaration, parse_expression
from boundkit.syntax.read import read
from boundkit.vacuity import analyse
from boundkit.verdicts import Finding, Headline, Verdict, compose

if TYPE_CHECKING:
    from boundkit.attack.reports import AttackReport, StatementReport
    from boundkit.kernel.witness import Finding as ExactFinding


def check(path: str | Path | Iterable[str | Path], **choices: Any) -> Report:
    """Checks theorem files and folders; `choices` are the fields of `Options`. Raises BoundkitError for
    a path that is not there."""
    paths = [path] if isinstance(path, str | Path) else list(path)
    return check_paths(paths, Options(**choices))


def check_paths(paths: Sequence[str | Path], options: Options, progress: Progress = silent) -> Report:
    """Checks every theorem of every file; certificates found are written beside the files."""
    files = theorem_files(paths)
    began = time.monotonic()
    checked: list[_Checked] = []
    if options.jobs == 1 or len(files) == 1:
        run = _Run(options, began=began)
        for done, path in enumerate(files):
            checked.append(_check_file(run, path, lambda name, done=done: progress(done, len(files), name)))  # type: ignore[misc]
    else:
        # Processes, since ball arithmetic keeps its precision in one place for all threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
            for done, one in enumerate(pool.map(_check_alone, files, repeat(options), repeat(began))):
                progress(done + 1, len(files), str(one.report.path))
                checked.append(one)
    exits = [Exit.LIMIT] if any(one.out_of_time for one in checked) else []
    messages = [message for one in checked for message in one.messages]
    reports = [one.report for one in checked]
    if options.only and not any(report.theorems for report in reports):
        messages.append(_nothing_called(options.only))
    return assemble(reports, messages, options.seed, exits)


def _nothing_called(only: str) -> Message:
    """E0906 for an `only` that nothing in the files answers to."""
    help = "give a theorem as `NAME`, or one of its steps, claims and derivations as `NAME.LABEL`"
    return place(Diagnostic("E0906", "error", f"no theorem or node is called `{only}`", help=help), None)


@dataclass(frozen=True)
class _Checked:
    """A file's part of the report."""

    report: FileReport
    messages: tuple[Message, ...]
    out_of_time: bool


def _check_alone(path: Path, options: Options, began: float) -> _Checked:
    """Checks one file in a process of its own."""
    return _check_file(_Run(options, began=began), path, lambda name: None)


def _check_file(run: _Run, path: Path, announce: Callable[[str], None]) -> _Checked:
    """Checks the theorems of one file and keeps their certificates."""
    one = run.load(path)
    judged = []
    for theorem in one.theorems:
        if run.wants(theorem):
            announce(theorem.name)
            judged.append(run.judge_theorem(one, theorem))
    if not run.options.only:
        _keep(one, judged)
    messages = (*one.messages, *(message for j in judged for message in j.messages))
    return _Checked(FileReport(str(path), tuple(j.report for j in judged)), messages, run.out_of_time)


def replay_paths(paths: Sequence[str | Path]) -> Report:
    """Re-checks the stored certificates without any search or sampling: a node without one that the
    kernel accepts keeps the debt `open:`."""
    run = _Run(Options(), replaying=True)
    reports, messages = [], []
    for path in theorem_files(paths):
        one = run.load(path)
        messages.extend(one.messages)
        judged = [run.judge_theorem(one, theorem) for theorem in one.theorems]
        reports.append(FileReport(str(path), tuple(_replayed(j) for j in judged)))
        messages.extend(message for j in judged for message in j.messages)
    return assemble(reports, messages, 0)


def _replayed(judged: _Judged) -> TheoremReport:
    """The report of a theorem whose certificates were re-checked. One that announces what only sampling or
    search can find is as expected unless a stored certificate is turned down."""
    report = judged.report
    refused = any(o.refused for proof in judged.proved.statements.values() for o in proof.outcomes)
    beyond = bool(report.expected) and Headline(report.expected).rank <= Headline.TESTED.rank
    return replace(report, ok=not refused and (report.ok or beyond) and not report.alarms)


def prove_goal(
    goal: str, given: Sequence[str], let: Sequence[str], options: Options, progress: Progress = silent
) -> Report:
    """A goal under hypotheses, each in the language's expression syntax (`**` and `log` are read too),
    as a theorem named `goal` that announces PROVED."""
    run = _Run(options)
    theorem, source, messages = _goal(goal, given, let)
    if theorem is None:
        return assemble((), messages, options.seed)
    one = _Loaded(Path("goal"), source, (theorem,), (), Library(Path.cwd(), run.prove), {})
    judged = run.judge_theorem(one, theorem)
    file = FileReport("goal", (judged.report,))
    exits = [Exit.LIMIT] if run.out_of_time else []
    return assemble((file,), [*messages, *judged.messages], options.seed, exits)


def prove(
    goal: str,
    given: Sequence[str] = (),
    let: Sequence[str] = (),
    time_limit: float | None = None,
    seed: int = 0,
) -> Verdict:
    """The verdict of a goal under hypotheses; see `prove_goal`. Raises BoundkitError for text that cannot
    be read. `bool()` of a verdict raises: ask for its `headline`."""
    theorem, source, messages = _goal(goal, given, let)
    if theorem is None:
        first = messages[0]
        raise BoundkitError(Diagnostic(first.code, first.severity, first.message, help=first.help))
    run = _Run(Options(seed=seed, time_limit=time_limit))
    one = _Loaded(Path("goal"), source, (theorem,), (), Library(Path.cwd(), run.prove), {})
    return run.judge_theorem(one, theorem).verdicts["goal"]


def load(path: str | Path) -> tuple[Theorem, ...]:
    """The elaborated theorems of a file. Raises BoundkitError with the first error."""
    one = _Run(Options()).load(Path(path))
    for message in one.messages:
        if message.severity == "error":
            raise BoundkitError(Diagnostic(message.code, "error", message.message, help=message.help))
    return one.theorems


def _goal(
    goal: str, given: Sequence[str], let: Sequence[str]
) -> tuple[Theorem | None, Source, list[Message]]:
    texts = [*(("let", text) for text in let), *(("given", text) for text in given), ("goal", goal)]
    lines = [" ".join(text.split()) for _, text in texts]
    whole = Source("goal", "\n".join(lines))
    messages: list[Message] = []
    declared, hypotheses, wanted = [], [], None
    for place_, (kind, _) in enumerate(texts):
        # The other lines blanked, so that places are those in the whole text.
        own = "\n".join(line if at == place_ else " " * len(line) for at, line in enumerate(lines))
        source = Source("goal", own)
        if kind == "let":
            found, wrong = parse_declaration(source)
            if found is not None:
                declared.append(found)
        else:
            formula, wrong = parse_expression(source, aliases=True)
            if kind == "goal":
                wanted = formula
            elif formula is not None:
                hypotheses.append(formula)
        messages.extend(place(diagnostic, whole) for diagnostic in wrong)
    if messages or wanted is None:
        return None, whole, messages
    theorem, diagnostics = elaborate_goal(wanted, hypotheses, declared, whole)
    messages.extend(place(diagnostic, whole) for diagnostic in diagnostics)
    if theorem is None or any(d.severity == "error" for d in diagnostics):
        return None, whole, messages
    from boundkit.ir.theorems import Reason

    everything = tuple(h.label for h in theorem.hypotheses if h.origin == "assume")
    reason = Reason("algebra", premises=everything)
    statements = tuple(replace(statement, by=reason) for statement in theorem.statements)
    return replace(theorem, statements=statements, announced="PROVED"), whole, messages


@dataclass(frozen=True)
class _Loaded:
    """A file with what it holds."""

    path: Path
    source: Source | None
    theorems: tuple[Theorem, ...]
    messages: tuple[Message, ...]
    library: Library
    stored: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Judged:
    """A theorem's report with what it rests on, and what its derivations keep for a later run."""

    report: TheoremReport
    messages: tuple[Message, ...]
    proved: Proved
    verdicts: Mapping[str, Verdict]
    kept: Mapping[str, Mapping[str, Any]]


class _Run:
    """One run: its options, its clock, and the theorems it has proved."""

    def __init__(self, options: Options, replaying: bool = False, began: float | None = None) -> None:
        self.options = options
        self.replaying = replaying
        self.began = time.monotonic() if began is None else began
        self.proved: dict[tuple[str, str], Proved] = {}

    @property
    def out_of_time(self) -> bool:
        """Whether the time limit is spent."""
        limit = self.options.time_limit
        return limit is not None and time.monotonic() - self.began > limit

    def wants(self, theorem: Theorem) -> bool:
        """Whether the options ask for this theorem."""
        only = self.options.only
        nodes = [*theorem.statements, *theorem.derivations]
        return only in ("", theorem.name, *(f"{theorem.name}.{node.label}" for node in nodes))

    def label(self, theorem: Theorem) -> str:
        """The only label of the theorem that is asked for, or ""."""
        only = self.options.only
        return only.removeprefix(f"{theorem.name}.") if only.startswith(f"{theorem.name}.") else ""

    def load(self, path: Path) -> _Loaded:
        """Reads, parses and elaborates a file; errors become messages."""
        library = Library(path.parent, self.prove)
        try:
            source = read(path)
        except BoundkitError as error:
            shown = place(error.diagnostic, None, error.exit)
            return _Loaded(path, None, (), (shown,), library, {})
        tree, wrong = parse(source)
        reached, missing = library.theorems_for(tree)
        entries, more = elaborate(tree, source, reached)
        if wrong:
            more = tuple(d for d in more if d.code not in ("E0201", "E0302", "E0304"))
        theorems = tuple(entry for entry in entries if isinstance(entry, Theorem))
        messages = tuple(place(diagnostic, source) for diagnostic in (*wrong, *missing, *more))
        return _Loaded(path, source, theorems, messages, library, read_certificates(path))

    def prove(self, theorem: Theorem, library: Library, path: Path) -> Proved:
        """A theorem of the library, proved or replayed once in a run."""
        key = (str(path), theorem.name)
        if key not in self.proved:
            stored = read_certificates(path).get(theorem.name, {})
            self.proved[key] = prove_theorem(
                theorem, library, stored, search=not self.replaying, stopped=lambda: self.out_of_time
            )
        return self.proved[key]

    def judge_theorem(self, one: _Loaded, theorem: Theorem) -> _Judged:
        """Proves, attacks and reports one theorem."""
        label = self.label(theorem)
        key = (str(one.path), theorem.name)
        if key in self.proved and not label:
            proved = self.proved[key]
        else:
            proved = prove_theorem(
                theorem,
                one.library,
                one.stored.get(theorem.name, {}),
                only=label,
                search=not self.replaying,
                stopped=lambda: self.out_of_time,
            )
            if not label:
                self.proved[key] = proved
        one.library.offer(proved)
        derived: dict[str, Derived] = {}
        stored = one.stored.get(theorem.name, {})
        for derivation in theorem.derivations:
            if label in ("", *(d.label for d in theorem.derivations)):
                searching = not self.replaying and not self.out_of_time
                kept = stored.get(derivation.label)
                derived[derivation.label] = derive(proved.ledger, derivation, derived, kept, searching)
        attacked = None if self.replaying or self.out_of_time else self._attack(theorem)
        vacuity = None
        if not self.replaying and not self.out_of_time:
            vacuity = analyse(theorem, proved.ledger, one.library)
        return _assembled(one, theorem, proved, derived, attacked, vacuity, label)

    def _attack(self, theorem: Theorem) -> AttackReport | None:
        from boundkit.attack import attack

        return attack(theorem, seed=self.options.seed, samples=self.options.samples)


def _assembled(
    one: _Loaded,
    theorem: Theorem,
    proved: Proved,
    derived: Mapping[str, Derived],
    attacked: AttackReport | None,
    vacuity: VacuityAnalysis | None,
    only: str,
) -> _Judged:
    """Findings, verdicts and the report of one theorem."""
    findings: list[Finding] = []
    messages: list[Message] = []
    seen = attacked.by_label if attacked is not None else {}
    hypotheses = [h.label for h in theorem.hypotheses]
    known = {s.label for s in theorem.statements} | set(hypotheses)
    model = attacked.model if attacked is not None else "default"
    for statement in in_order(theorem):
        if only and statement.label != only:
            continue
        proof = proved.statements[statement.label]
        found = seen.get(statement.label)
        undefined = _undefined_at(theorem, proof, attacked)
        finding, wrong = _finding(theorem, statement, proof, found, vacuity, known, only, undefined)
        findings.append(finding)
        messages.extend(place(diagnostic, one.source, Exit.AS_EXPECTED) for diagnostic in wrong)
    for derivation in theorem.derivations:
        if only and derivation.label != only:
            continue
        result = derived.get(derivation.label)
        findings.append(_derive_finding(theorem, derivation.label, result, attacked))
    if attacked is not None:
        for diagnostic in attacked.diagnostics:
            softened = replace(diagnostic, severity="note") if diagnostic.severity == "error" else diagnostic
            messages.append(place(softened, one.source if diagnostic.span.path else None))
    verdicts = compose(findings, hypotheses)
    nodes = []
    for statement in in_order(theorem):
        if only and statement.label != only:
            continue
        proof = proved.statements[statement.label]
        report = seen.get(statement.label)
        rules = ", ".join(dict.fromkeys(reason.rule for _, reason in reasons(statement))) if proof.outcomes else ""
        nodes.append(
            report_node(
                verdicts[statement.label],
                by=rules,
                certificate=_certificate(one, theorem, proof),
                witness=_witness(report),
                test=_trial(report, model, attacked),
                slack=_slack(report),
                place=_position(one.source, statement),
                seconds=proof.seconds,
            )
        )
    for derivation in theorem.derivations:
        if derivation.label in verdicts:
            position = one.source.position(derivation.span.start) if one.source else (0, 0)
            result = derived.get(derivation.label)
            held = tuple(c.to_json(p) for _, p in result.certificates) if result is not None else ()
            nodes.append(
                report_node(
                    verdicts[derivation.label],
                    by=derivation.command,
                    certificate={"derivation": list(held)} if held else None,
                    place=position,
                )
            )
    report_ = report_theorem(
        theorem.name,
        theorem.title,
        theorem.announced,
        verdicts.values(),
        nodes,
        unused=() if only else _unused(theorem, proved),
        vacuity=vacuity,
    )
    if only:
        alone = verdicts[only]
        ok = alone.headline.supported and not alone.alarm
        report_ = replace(
            report_, headline=alone.headline.value, expected="", ok=ok, debts=alone.debts, vacuity=VacuityAnalysis()
        )
    kept = {label: one_.stored for label, one_ in derived.items()}
    return _Judged(report_, tuple(messages), proved, verdicts, kept)


def _finding(
    theorem: Theorem,
    statement: Statement,
    proof: StatementProof,
    found: StatementReport | None,
    vacuity: VacuityAnalysis | None,
    known: set[str],
    only: str,
    undefined: str,
) -> tuple[Finding, list[Diagnostic]]:
    """The finding of one statement, and the diagnostics of its gaps and of its refutation."""
    label = statement.label
    debts: set[str] = set()
    premises: dict[str, None] = {}
    texts: list[str] = []
    wrong: list[Diagnostic] = []
    if not proof.outcomes:
        debts.add(f"open:{label}")
        texts.append("nothing is said to prove it")
    for outcome, (_, reason) in zip(proof.outcomes, reasons(statement), strict=False):
        if outcome.status in ("proved", "believed"):
            debts |= outcome.debts
            names = [name.partition("#")[0] for name in outcome.used] if outcome.status == "proved" else reason.premises
            premises.update(dict.fromkeys(n for n in (*reason.premises, *names) if n in names and n in known))
            continue
        premises.update(dict.fromkeys(p for p in reason.premises if p in known))
        kind = {"gap": "gap", "undefined": "wd"}.get(outcome.status, "open")
        debts.add(f"{kind}:{label}")
        texts.append(_explained(outcome))
        if outcome.status == "gap":
            code = "E0401"
            span = reason.span if reason.span.path else statement.concluded
            wrong.append(Diagnostic(code, "gap", outcome.message, span, outcome.help, bool(outcome.help)))
    refuted, tested, error = "no", False, False
    if undefined:
        error = True
        what = f"{statement.kind} `{label}` is not defined everywhere"
        wrong.append(Diagnostic("E0602", "error", what, statement.span, notes=(undefined,)))
        texts.append(f"undefined {undefined}")
    if found is not None:
        if found.outcome == "violated":
            refuted = "exact"
            shown = found.finding
            what = f"{statement.kind} `{label}` is false (exact)"
            note = ""
            if shown is not None:
                note = f"at {_instance(found)}: {shown.comparison}"
            wrong.append(Diagnostic("E0601", "violated", what, statement.span, notes=(note,) if note else ()))
        elif found.outcome == "suspect":
            refuted = "suspect"
        elif found.outcome == "tested":
            tested = True
    if only:
        premises = {p: None for p in premises if p in {h.label for h in theorem.hypotheses}}
    verdict = vacuity.verdict if vacuity is not None and statement.kind == "claim" else "none"
    finding = Finding(
        label,
        statement.kind,
        frozenset(debts),
        refuted,
        verdict if verdict == "total" else "none",
        tuple(premises),
        error,
        tested,
        "; ".join(dict.fromkeys(text for text in texts if text)),
    )
    return finding, wrong


def _explained(outcome: Outcome) -> str:
    if outcome.status == "undefined":
        return f"not shown to be defined: {outcome.message}"
    return outcome.message


def _derive_finding(
    theorem: Theorem, label: str, result: Derived | None, attacked: AttackReport | None
) -> Finding:
    if result is None:
        return Finding(label, "derive", frozenset({f"open:{label}"}), reason="not reached")
    if result.status == "proved":
        return Finding(label, "derive", reason=result.message)
    refuted = "no"
    if result.wrong and attacked is not None:
        refuted = "exact" if _is_refuted(theorem, result.wrong, attacked.seed) else "no"
    return Finding(label, "derive", frozenset({f"open:{label}"}), refuted, reason=result.message)


def _undefined_at(theorem: Theorem, proof: StatementProof, attacked: AttackReport | None) -> str:
    """Where a condition of definedness that could not be shown is exactly false although every hypothesis
    holds, in words; "" when no such instance was found."""
    if attacked is None:
        return ""
    from boundkit.attack import attack
    from boundkit.ir.theorems import Link

    names = {d.name.text for d in theorem.declarations} | set(theorem.definition)
    for outcome in proof.outcomes:
        condition = outcome.condition
        if outcome.status != "undefined" or condition is None or not condition.free <= names:
            continue
        claim = Statement("defined", "claim", condition, (), (Link(condition),))
        bare = replace(theorem, statements=(claim,), derivations=(), order=("defined",))
        found = attack(bare, seed=attacked.seed, samples=2_000).by_label.get("defined")
        if found is not None and found.outcome == "violated":
            return f"at {_instance(found)}, where `{outcome.message}` fails"
    return ""


def _is_refuted(theorem: Theorem, goals: tuple[Any, ...], seed: int) -> bool:
    """Whether some expected result is exactly false at an instance of the lets."""
    from boundkit.attack import attack
    from boundkit.ir.theorems import Link

    ranges = tuple(h for h in theorem.hypotheses if h.origin == "range")
    for goal in goals:
        claim = Statement("expected", "claim", goal, (), (Link(goal),))
        bare = replace(
            theorem, hypotheses=ranges, statements=(claim,), derivations=(), models=(), definitions=(), order=("expected",)
        )
        bare = replace(bare, declarations=tuple(d for d in theorem.declarations if d.name.text in goal.free))
        names = {d.name.text for d in bare.declarations}
        bare = replace(bare, hypotheses=tuple(h for h in ranges if h.formula.free <= names))
        found = attack(bare, seed=seed, samples=2_000).by_label.get("expected")
        if found is not None and found.outcome == "violated":
            return True
    return False


def _unused(theorem: Theorem, proved: Proved) -> list[str]:
    """Hypotheses that no proof of a claim consumed, nor any step that is not proved."""
    used: set[str] = set()
    pending = [s.label for s in theorem.statements if s.kind == "claim"]
    seen: set[str] = set()
    while pending:
        label = pending.pop()
        if label in seen or label not in proved.statements:
            continue
        seen.add(label)
        proof = proved.statements[label]
        for outcome, (_, reason) in zip(proof.outcomes, reasons(proof.statement), strict=False):
            names = {name.partition("#")[0] for name in outcome.used}
            if outcome.status != "proved":
                names |= set(reason.premises)
            used |= names
            pending.extend(names)
    return [h.label for h in theorem.hypotheses if h.origin == "assume" and h.label not in used]


def _certificate(one: _Loaded, theorem: Theorem, proof: StatementProof) -> Mapping[str, Any] | None:
    """Where the certificates of a proved statement are: the file, the theorem and the nodes in it."""
    if not proof.proved or not proof.certificates:
        return None
    return {
        "file": certificate_file(one.path).name,
        "theorem": theorem.name,
        "nodes": sorted(proof.certificates),
    }


def _instance(found: StatementReport) -> str:
    return ", ".join(f"{name} = {value}" for name, value in found.values)


def _witness(found: StatementReport | None) -> Witness | None:
    if found is None or found.outcome != "violated" or found.finding is None:
        return None
    return Witness(found.values, found.finding.comparison)


def _trial(found: StatementReport | None, model: str, attacked: AttackReport | None) -> Trial | None:
    if found is None or attacked is None:
        return None
    outcome = {
        "violated": "failed", "suspect": "failed", "tested": "passed", "undecided": "undecided",
    }.get(found.outcome, "skipped")  # fmt: skip
    if outcome == "skipped":
        return Trial("skipped", reason=found.text)
    passes = min((link.passes for link in found.links), default=0)
    undecided = max((link.rounding + link.undefined for link in found.links), default=0)
    mass = -math.expm1(math.log(1e-6) / passes) if outcome == "passed" and passes else None
    return Trial(
        outcome, model, passes, undecided, mass, 1e-6 if mass is not None else None, attacked.scope,
        found.text if outcome != "passed" else "",
    )  # fmt: skip


def _slack(found: StatementReport | None) -> Slack | None:
    if found is None:
        return None
    links = [
        link
        for link in found.links
        if math.isfinite(link.ratio_worst) and math.isfinite(link.ratio_median) and link.ratio_worst > 0
    ]
    if not links:
        return None
    worst = max(links, key=lambda link: link.ratio_worst)
    at = tuple((name, f"{value:.6g}") for name, value in sorted(worst.smallest_at.items()) if "." not in name)
    sizes = tuple((name, str(value)) for name, value in sorted(worst.smallest_sizes.items()))
    largest, median = worst.ratio_worst, worst.ratio_median
    if found.outcome == "tested":  # beyond 1 there is only rounding, and the upper end of a bin
        largest, median = min(largest, 1.0), min(median, 1.0)
    return Slack(largest, median, (*sizes, *at))


def _position(source: Source | None, statement: Statement) -> tuple[int, int]:
    return source.position(statement.span.start) if source is not None else (0, 0)


def _keep(one: _Loaded, judged: list[_Judged]) -> None:
    """Writes the certificates beside the file when they are other than those there."""
    if one.source is None:
        return
    proved = {j.report.name: j.proved for j in judged}
    text = certificates_text(proved, {j.report.name: j.kept for j in judged})
    file = certificate_file(one.path)
    idle = not any(p.certificates for one_ in proved.values() for p in one_.statements.values())
    if idle and not any(kept for j in judged for kept in j.kept.values()) and not file.exists():
        return
    try:
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return
        write_atomically(file, text)
    except (OSError, BoundkitError):
        return  # a folder that cannot be written: the report stands without the file


__all__ = ["check", "check_paths", "load", "prove", "prove_goal", "replay_paths"]
