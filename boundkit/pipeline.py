"""The spine: read, parse, elaborate, prove, attack, judge what was found together, report."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boundkit import unchanged
from boundkit.answers import Answered, answer, answered, problem_from, problem_of
from boundkit.carry_out import carry_out
from boundkit.desk import Derived
from boundkit.elaborate import elaborate
from boundkit.errors import BoundkitError, Diagnostic, Exit
from boundkit.findings import (
    derivation_finding,
    family_report,
    finding_of,
    left_open,
    non_sequitur,
    only_where_defined,
    slack_of,
    trial_of,
    undefined_at,
    unused,
    unwitnessed,
    witness_of,
)
from boundkit.goals import goal_theorem
from boundkit.ir.terms import number
from boundkit.ir.theorems import Family, Statement, Theorem
from boundkit.kernel import certificates as c
from boundkit.library import Dependencies, Library
from boundkit.loose_tables import Measured
from boundkit.measured import Looseness
from boundkit.options import Options, Progress, silent
from boundkit.plan import reasons
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
    TheoremReport,
    VacuityAnalysis,
    assemble,
    place,
    report_node,
    report_theorem,
)
from boundkit.source import NOWHERE, Source
from boundkit.store import theorem_files, write_atomically
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read
from boundkit.vacuity import analyse
from boundkit.verdicts import Finding, Headline, Verdict, compose

if TYPE_CHECKING:
    from boundkit.attack.inference import NonSequitur
    from boundkit.attack.reports import AttackReport


def check(path: str | Path | Iterable[str | Path], **choices: Any) -> Report:
    """Checks theorem files and folders; `choices` are the fields of `Options`. Raises BoundkitError for
    a path that is not there."""
    paths = [path] if isinstance(path, str | Path) else list(path)
    return check_paths(paths, Options(**choices))


def check_paths(paths: Sequence[str | Path], options: Options, progress: Progress = silent) -> Report:
    """Checks every theorem of every file; certificates found are written beside the files."""
    files = theorem_files(paths)
    began = time.monotonic()
    checked = {} if options.afresh else {path: known for path in files if (known := _known(path, options))}
    open_ = [path for path in files if path not in checked]
    if options.jobs == 1 or len(open_) <= 1:
        run = Run(options, began=began)
        for path in open_:
            checked[path] = _check_file(run, path, lambda name: progress(len(checked), len(files), name))
    else:
        # Processes, since ball arithmetic keeps its precision in one place for all threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
            for path, one in zip(
                open_, pool.map(_check_alone, open_, repeat(options), repeat(began)), strict=True
            ):
                checked[path] = one
                progress(len(checked), len(files), str(path))
    exits = [Exit.LIMIT] if any(one.out_of_time for one in checked.values()) else []
    messages = [message for path in files for message in checked[path].messages]
    reports = [checked[path].report for path in files]
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


def _known(path: Path, options: Options) -> _Checked | None:
    """What was said of a file that nothing has touched since."""
    entry = unchanged.recall(path, options)
    return None if entry is None else _Checked(entry.report, entry.messages, out_of_time=False)


def _check_alone(path: Path, options: Options, began: float) -> _Checked:
    """Checks one file in a process of its own."""
    return _check_file(Run(options, began=began), path, lambda name: None)


def _check_file(run: Run, path: Path, announce: Callable[[str], None]) -> _Checked:
    """Checks the theorems of one file and keeps their certificates."""
    one = run.load(path)
    judged: list[Judged] = []
    broken: list[TheoremReport] = []
    faults: list[Message] = []
    for theorem in one.theorems:
        if run.wants(theorem):
            announce(theorem.name)
            try:
                judged.append(run.judge_theorem(one, theorem))
            except Exception as fault:
                if isinstance(fault, BoundkitError) or os.environ.get("BOUNDKIT_DEBUG") == "1":
                    raise
                # A fault of boundkit costs one theorem its verdict, not the run.
                faults.append(_fault(one, theorem, fault))
                broken.append(
                    TheoremReport(
                        theorem.name, theorem.title, Headline.ERROR.value, theorem.announced, ok=False
                    )
                )
    families = [run.judge_family(one, f) for f in one.families.values() if not run.options.only]
    if not run.options.only:
        _keep(one, judged)
    messages = (*one.messages, *faults, *(message for j in judged for message in j.messages))
    file = FileReport(str(path), (*families, *(j.report for j in judged), *broken))
    if not run.out_of_time and not faults and one.source is not None:
        unchanged.keep(path, run.options, file, messages, one.library.dependencies)
    return _Checked(file, messages, run.out_of_time)


def _fault(one: Loaded, theorem: Theorem, fault: Exception) -> Message:
    """The one message that a user sees of a fault of boundkit."""
    message = f"internal error in `{theorem.name}`: {type(fault).__name__}: {fault}"
    help = "please report this with the input; BOUNDKIT_DEBUG=1 shows where it happened"
    return place(Diagnostic("E0900", "error", message, theorem.span, help), one.source)


def replay_paths(paths: Sequence[str | Path]) -> Report:
    """Re-checks the stored certificates without any search or sampling: a node without one that the
    kernel accepts keeps the debt `open:`."""
    run = Run(Options(), replaying=True)
    reports: list[FileReport] = []
    messages: list[Message] = []
    for path in theorem_files(paths):
        one = run.load(path)
        messages.extend(one.messages)
        judged = [run.judge_theorem(one, theorem) for theorem in one.theorems]
        reports.append(FileReport(str(path), tuple(_replayed(j) for j in judged)))
        messages.extend(message for j in judged for message in j.messages)
    return assemble(reports, messages, 0)


def measure_paths(
    paths: Sequence[str | Path], options: Options, progress: Progress = silent
) -> tuple[tuple[Measured, ...], tuple[Message, ...]]:
    """How loose the proofs of files and folders are, with what is wrong with the files; nothing is judged."""
    files = theorem_files(paths)
    began = time.monotonic()
    found: dict[Path, tuple[tuple[Measured, ...], tuple[Message, ...]]] = {}
    if options.jobs == 1 or len(files) <= 1:
        for path in files:
            progress(len(found), len(files), str(path))
            found[path] = _measured(path, options, began)
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
            for path, one in zip(
                files, pool.map(_measured, files, repeat(options), repeat(began)), strict=True
            ):
                found[path] = one
                progress(len(found), len(files), str(path))
    theorems = tuple(one for path in files for one in found[path][0])
    messages = [message for path in files for message in found[path][1]]
    if options.only and not theorems:
        messages.append(_nothing_called(options.only))
    return theorems, tuple(messages)


def _measured(path: Path, options: Options, began: float) -> tuple[tuple[Measured, ...], tuple[Message, ...]]:
    run = Run(options, began=began)
    one = run.load(path)
    found = []
    for theorem in one.theorems:
        if options.only not in ("", theorem.name) or theorem.kind == "axiom":
            continue
        loose = Looseness(reason="the time limit is spent") if run.out_of_time else run.measure(one, theorem)
        found.append(Measured(str(path), theorem.name, theorem.title, loose))
    return tuple(found), tuple(message for message in one.messages if message.severity == "error")


def _replayed(judged: Judged) -> TheoremReport:
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
    as a theorem named `goal` that announces PROVED. A goal about real numbers goes to the prover of
    inequalities first, and may then be spelled as in SymPy."""
    run = Run(options)
    theorem, source, messages = goal_theorem(goal, given, let)
    found = _answered(theorem, source, goal, given, let, options.time_limit, not options.afresh)
    if found is not None:
        report = FileReport("goal", (found.report,))
        return assemble((report,), [*messages, *found.messages] if theorem else found.messages, options.seed)
    if theorem is None:
        return assemble((), messages, options.seed)
    one = Loaded(Path("goal"), source, (theorem,), (), Library(Path.cwd(), run.prove), {})
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
    theorem, source, messages = goal_theorem(goal, given, let)
    found = _answered(theorem, source, goal, given, let, time_limit)
    if found is not None:
        return found.verdict
    if theorem is None:
        first = messages[0]
        raise BoundkitError(Diagnostic(first.code, first.severity, first.message, help=first.help))
    run = Run(Options(seed=seed, time_limit=time_limit))
    one = Loaded(Path("goal"), source, (theorem,), (), Library(Path.cwd(), run.prove), {})
    return run.judge_theorem(one, theorem).verdicts["goal"]


def _answered(
    theorem: Theorem | None,
    source: Source,
    goal: str,
    given: Sequence[str],
    let: Sequence[str],
    time_limit: float | None,
    cached: bool = True,
) -> Answered | None:
    """The answer of the prover of inequalities, where the goal is one for it and it finds one; that nothing
    is known only where nobody else can read the goal."""
    if theorem is not None:
        problem, span = problem_of(theorem), theorem.statements[0].span
    else:
        problem, span = (None if let else problem_from(goal, given)), NOWHERE
    if problem is None:
        return None
    found = answer(problem, time_limit, cached)
    if found.verdict not in ("PROVED", "REFUTED") and theorem is not None:
        return None
    return answered(problem, found, source if theorem is not None else None, span)


def load(path: str | Path) -> tuple[Theorem, ...]:
    """The elaborated theorems of a file. Raises BoundkitError with the first error."""
    one = Run(Options()).load(Path(path))
    for message in one.messages:
        if message.severity == "error":
            raise BoundkitError(Diagnostic(message.code, "error", message.message, help=message.help))
    return one.theorems


@dataclass(frozen=True)
class Loaded:
    """A file with what it holds."""

    path: Path
    source: Source | None
    theorems: tuple[Theorem, ...]
    messages: tuple[Message, ...]
    library: Library
    stored: Mapping[str, Mapping[str, Any]]
    families: Mapping[str, Family] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """A theorem's report with what it rests on, and what its derivations keep for a later run."""

    report: TheoremReport
    messages: tuple[Message, ...]
    proved: Proved
    verdicts: Mapping[str, Verdict]
    kept: Mapping[str, Mapping[str, Any]]


class Run:
    """One run: its options, its clock, and the theorems it has proved."""

    def __init__(self, options: Options, replaying: bool = False, began: float | None = None) -> None:
        self.options = options
        self.replaying = replaying
        self.began = time.monotonic() if began is None else began
        self.proved: dict[tuple[str, str], Proved] = {}
        self._rests: dict[tuple[str, str], Dependencies] = {}
        self._pending: set[tuple[str, str]] = set()

    @property
    def out_of_time(self) -> bool:
        """Whether the time limit is spent."""
        limit = self.options.time_limit
        return limit is not None and time.monotonic() - self.began > limit

    @property
    def limit(self) -> float | None:
        """Where the time limit lies on the clock; None where none is left or work cannot be stopped."""
        limit = self.options.time_limit
        here = threading.current_thread() is threading.main_thread()
        return self.began + limit if limit is not None and here and not self.out_of_time else None

    def wants(self, theorem: Theorem) -> bool:
        """Whether the options ask for this theorem."""
        only = self.options.only
        labels = [s.label for s in theorem.statements] + [d.label for d in theorem.derivations]
        return only in ("", theorem.name, *(f"{theorem.name}.{label}" for label in labels))

    def label(self, theorem: Theorem) -> str:
        """The only label of the theorem that is asked for, or ""."""
        only = self.options.only
        return only.removeprefix(f"{theorem.name}.") if only.startswith(f"{theorem.name}.") else ""

    def load(self, path: Path) -> Loaded:
        """Reads, parses and elaborates a file; errors become messages."""
        library = Library(path.parent, self.prove)
        try:
            source = read(path)
        except BoundkitError as error:
            shown = place(error.diagnostic, None, error.exit)
            return Loaded(path, None, (), (shown,), library, {})
        tree, wrong = parse(source)
        reached, missing = library.theorems_for(tree)
        entries, more = elaborate(tree, source, reached)
        if wrong:
            more = tuple(d for d in more if d.code not in ("E0201", "E0302", "E0304"))
        theorems = tuple(entry for entry in entries if isinstance(entry, Theorem))
        messages = tuple(place(diagnostic, source) for diagnostic in (*wrong, *missing, *more))
        families = {entry.name: entry for entry in entries if isinstance(entry, Family)}
        return Loaded(path, source, theorems, messages, library, read_certificates(path), families)

    def prove(self, theorem: Theorem, asking: Library, path: Path) -> Proved | None:
        """A theorem of the library, proved or replayed once in a run: under the laws that its own folder
        gives, since what it rests on does not depend on who asks. None while it is being proved."""
        key = (str(path), theorem.name)
        if key in self._pending:
            return None
        if key not in self.proved:
            own = Library(path.parent, self.prove)
            stored = read_certificates(path).get(theorem.name, {})
            self._pending.add(key)
            try:
                self.proved[key] = prove_theorem(
                    theorem, own, stored, search=not self.replaying, stopped=lambda: self.out_of_time
                )
            finally:
                self._pending.discard(key)
            self._rests[key] = own.dependencies
        asking.dependencies.include(self._rests[key])
        return self.proved[key]

    def judge_theorem(self, one: Loaded, theorem: Theorem) -> Judged:
        """Proves, attacks and reports one theorem."""
        label = self.label(theorem)
        key = (str(one.path), theorem.name)
        attacked = None if self.replaying or self.out_of_time else self._attack(one, theorem)
        inferences = self.inferences(one, theorem, attacked)
        if key in self.proved and not label:
            proved = self.proved[key]
            one.library.dependencies.include(self._rests[key])
        else:
            proved = prove_theorem(
                theorem,
                one.library,
                one.stored.get(theorem.name, {}),
                only=label,
                search=not self.replaying,
                stopped=lambda: self.out_of_time,
                refuted=inferences.known,
            )
            if not label:
                self.proved[key] = proved
                self._rests[key] = one.library.dependencies
        one.library.offer(proved)
        derived: dict[str, Derived] = {}
        stored = one.stored.get(theorem.name, {})
        for derivation in theorem.derivations:
            if label in ("", *(d.label for d in theorem.derivations)):
                searching = not self.replaying and not self.out_of_time
                kept = stored.get(derivation.label)
                derived[derivation.label] = carry_out(
                    proved.ledger, derivation, derived, kept, searching, self.limit
                )
        broken = {} if attacked is None else inferences.of(proved)
        vacuity = None
        if not self.replaying and not self.out_of_time:
            vacuity = analyse(theorem, proved.ledger, one.library)
        judged = assembled(one, theorem, proved, derived, attacked, broken, vacuity, label)
        if not self.options.looseness or label or self.replaying or self.out_of_time:
            return judged
        return replace(judged, report=replace(judged.report, looseness=self.measure(one, theorem)))

    def measure(self, one: Loaded, theorem: Theorem) -> Looseness:
        """How loose a theorem's proof is."""
        from boundkit.looseness.measure import measure

        return measure(theorem, self.options.seed, one.families)

    def judge_family(self, one: Loaded, family: Family) -> TheoremReport:
        """Attacks what a family ensures: claims that are tested at best, with their own verdicts."""
        from boundkit.attack import attack_family

        found = attack_family(family, seed=self.options.seed, samples=min(self.options.samples, 20_000))
        position = one.source.position(family.span.start) if one.source is not None else (0, 0)
        return family_report(found, position)

    def _attack(self, one: Loaded, theorem: Theorem) -> AttackReport:
        from boundkit.attack import attack

        return attack(theorem, self.options.seed, self.options.samples, families=one.families)

    def inferences(self, one: Loaded, theorem: Theorem, attacked: AttackReport | None) -> Inferences:
        """The attack on the inferences of a theorem, within the limits of this run."""
        stopped = lambda: self.replaying or self.out_of_time  # noqa: E731
        return Inferences(theorem, attacked, self.options.seed, one.families, stopped)


@dataclass(frozen=True)
class Inferences:
    """Refuted inferences of a theorem, each sought once; `attacked` is what was found of its statements."""

    theorem: Theorem
    attacked: AttackReport | None
    seed: int
    families: Mapping[str, Family]
    stopped: Callable[[], bool]
    found: dict[tuple[str, int], NonSequitur | None] = field(default_factory=dict)

    def known(self, label: str, link: int) -> str:
        """What is known against a link, as `plan.attempt` asks for it."""
        own = self.attacked.by_label.get(label) if self.attacked is not None else None
        if own is not None and own.outcome == "violated" and len(self.theorem.statement[label].links) == 1:
            return "statement"
        return "inference" if self.refuted(label, link) is not None else ""

    def refuted(self, label: str, link: int) -> NonSequitur | None:
        """An instance at which the premises of a link hold and the link does not, where one is found."""
        from boundkit.attack import attack_inference

        if (label, link) not in self.found and not self.stopped():
            self.found[label, link] = attack_inference(
                self.theorem, label, link, seed=self.seed, families=self.families
            )
        return self.found.get((label, link))

    def of(self, proved: Proved) -> dict[str, NonSequitur]:
        """By label, the first of each: tried only where nothing was proved and no premise is missing."""
        broken: dict[str, NonSequitur] = {}
        for label, proof in proved.statements.items():
            for link, outcome in enumerate(proof.outcomes):
                if outcome.status == "open" and label not in broken:
                    refuted = self.refuted(label, link)
                    if refuted is not None:
                        broken[label] = refuted
        return broken


def assembled(
    one: Loaded,
    theorem: Theorem,
    proved: Proved,
    derived: Mapping[str, Derived],
    attacked: AttackReport | None,
    broken: Mapping[str, NonSequitur],
    vacuity: VacuityAnalysis | None,
    only: str,
) -> Judged:
    """Findings, verdicts and the report of one theorem."""
    findings: list[Finding] = []
    messages: list[Message] = []
    # Against a proof, a suspicion that could not be made exact is rounding or bad luck.
    seen = {
        label: own
        for label, own in (attacked.by_label if attacked is not None else {}).items()
        if not (own.outcome == "suspect" and label in proved.statements and proved.statements[label].proved)
    }
    for label, own in seen.items():
        seen[label] = only_where_defined(proved.ledger, proved.statements[label], own)
    hypotheses = [h.label for h in theorem.hypotheses]
    known = {s.label for s in theorem.statements} | set(hypotheses)
    model = attacked.model if attacked is not None else "default"
    for statement in in_order(theorem):
        if only and statement.label != only:
            continue
        proof = proved.statements[statement.label]
        found = seen.get(statement.label)
        undefined = undefined_at(theorem, proof, attacked)
        finding, wrong = finding_of(theorem, statement, proof, found, vacuity, known, only, undefined)
        refuted = broken.get(statement.label)
        if refuted is not None:
            finding = replace(
                finding,
                debts=(finding.debts - {f"open:{statement.label}"}) | {f"gap:{statement.label}"},
                reason=f"non sequitur: {refuted.comparison}",
            )
            wrong.append(non_sequitur(statement, refuted))
        elif finding.refuted == "no" and not undefined:
            wrong.extend(left_open(statement, proof))
        findings.append(finding)
        messages.extend(place(diagnostic, one.source, Exit.AS_EXPECTED) for diagnostic in wrong)
    for derivation in theorem.derivations:
        if only and derivation.label != only:
            continue
        result = derived.get(derivation.label)
        findings.append(derivation_finding(theorem, derivation.label, result, attacked))
    if attacked is not None:
        for diagnostic in attacked.diagnostics:
            softened = replace(diagnostic, severity="note") if diagnostic.severity == "error" else diagnostic
            messages.append(place(softened, one.source if diagnostic.span.path else None))
    if vacuity is not None:
        vacuity = replace(vacuity, unwitnessed=unwitnessed(attacked))
    verdicts = compose(findings, hypotheses)
    nodes = []
    for statement in in_order(theorem):
        if only and statement.label != only:
            continue
        proof = proved.statements[statement.label]
        report = seen.get(statement.label)
        named = [reason.rule for _, reason in reasons(statement)] if proof.outcomes else []
        nodes.append(
            report_node(
                verdicts[statement.label],
                by=", ".join(dict.fromkeys(named)),
                constant=", ".join(str(number(value)) for value in proof.constants),
                certificate=_certificate(one, theorem, proof),
                witness=witness_of(report),
                test=trial_of(report, model, attacked),
                slack=slack_of(report),
                place=_position(one.source, statement),
                seconds=proof.seconds,
                lemmas=[law.partition(".")[0] for outcome in proof.outcomes for law in outcome.laws],
            )
        )
    for derivation in theorem.derivations:
        if derivation.label in verdicts:
            position = one.source.position(derivation.span.start) if one.source else (0, 0)
            result = derived.get(derivation.label)
            held = tuple(c.to_json(own.proof) for own in result.certified) if result is not None else ()
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
        unused=() if only else unused(theorem, proved),
        vacuity=vacuity,
    )
    if only:
        alone = verdicts[only]
        ok = alone.headline.supported and not alone.alarm
        report_ = replace(
            report_,
            headline=alone.headline.value,
            expected="",
            ok=ok,
            debts=alone.debts,
            vacuity=VacuityAnalysis(),
        )
    kept = {label: one_.stored for label, one_ in derived.items()}
    return Judged(report_, tuple(messages), proved, verdicts, kept)


def _certificate(one: Loaded, theorem: Theorem, proof: StatementProof) -> Mapping[str, Any] | None:
    """Where the certificates of a proved statement are: the file, the theorem and the nodes in it."""
    if not proof.proved or not proof.certificates:
        return None
    return {
        "file": certificate_file(one.path).name,
        "theorem": theorem.name,
        "nodes": sorted(proof.certificates),
    }


def _position(source: Source | None, statement: Statement) -> tuple[int, int]:
    return source.position(statement.span.start) if source is not None else (0, 0)


def _keep(one: Loaded, judged: list[Judged]) -> None:
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


__all__ = ["check", "check_paths", "load", "measure_paths", "prove", "prove_goal", "replay_paths"]
