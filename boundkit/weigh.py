"""What each condition of a theorem is for: needed, with an instance at which all others hold and a claim
fails; unused, since the claims are proved without it; or unknown. Each is weighed alone, all others kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from boundkit.bench import FEW, FIRST, LAST, MANY, REFUTED, Bench
from boundkit.conditions import Condition, conditions
from boundkit.ir.theorems import Link, Statement, Theorem
from boundkit.kernel.witness import check_all
from boundkit.options import Options
from boundkit.pipeline import Loaded, Run
from boundkit.proofs import debts_of, prove_theorem
from boundkit.report import ConditionReport, Report, Suggestion, TheoremReport, Witness
from boundkit.syntax.patch import patched
from boundkit.verdicts import Headline

UNDEFINED = frozenset({"E0216", "E0221"})
"""What the elaborator says of terms that are undefined somewhere: such a theorem can still be attacked."""
WITHOUT_MEANING = frozenset({Headline.ERROR, Headline.VIOLATED, Headline.VACUOUS})
"""Headlines of theorems of which it makes no sense to ask what a hypothesis is for."""
REFUSED = "the theorem cannot be read without it"
CITED = "a citation in its proof may rest on it"
UNPROVED = "the theorem is not proved with it"
OWN = "condition"


def weigh_paths(report: Report, options: Options) -> Report:
    """The report of a check with what each condition of its theorems is for. Nothing is written."""
    run = Run(options)
    files = []
    for file in report.files:
        one = run.load(Path(file.path))
        known = {theorem.name: theorem for theorem in one.theorems}
        found = []
        for theorem in file.theorems:
            own = known.get(theorem.name)
            if own is not None and run.wants(own):
                theorem = replace(theorem, conditions=weighed(run, one, own, theorem))
            found.append(theorem)
        files.append(replace(file, theorems=tuple(found)))
    return replace(report, files=tuple(files))


def weighed(
    run: Run, one: Loaded, theorem: Theorem, found: TheoremReport
) -> tuple[ConditionReport, ...] | None:
    """What each condition is for, in the order in which they are written; None for a theorem that is false,
    says nothing or cannot be read."""
    headline = Headline(found.headline)
    if headline in WITHOUT_MEANING or any(message.severity == "error" for message in one.messages):
        return None
    bench = Bench(run, one, theorem)
    return tuple(_weigh(bench, condition, headline) for condition in conditions(bench.written))


def _weigh(bench: Bench, condition: Condition, headline: Headline) -> ConditionReport:
    unknown = ConditionReport(condition.label, condition.text, "unknown")
    if bench.run.out_of_time:
        return replace(unknown, reason="not reached in time")
    changed, wrong = bench.read(condition.without)
    if changed is None or any(diagnostic.code not in UNDEFINED for diagnostic in wrong):
        return replace(unknown, reason=f"{REFUSED}: {wrong[0].message}")
    hopeless = _hopeless(bench, headline)
    if not hopeless and not wrong and is_proved(bench, changed, search=False):
        return replace(unknown, outcome="unused")
    trials: list[str] = []
    for failure in _failures(bench, changed, trials):
        needed, why = _confirmed(bench, changed, condition.label, failure, headline)
        if needed is not None:
            reason = "the claim is undefined there" if failure.undefined else ""
            return replace(unknown, outcome="needed", witness=needed, reason=reason)
        trials.append(why)
    if not hopeless and not wrong:
        if is_proved(bench, changed, search=True):
            return replace(unknown, outcome="unused")
        trials.append("no proof without it was found")
    return replace(unknown, reason="; ".join(dict.fromkeys(filter(None, (*trials, hopeless)))))


def _hopeless(bench: Bench, headline: Headline) -> str:
    """Why no proof can show that a condition is not used, or "": a citation is believed as it stands, under
    all that the theorem assumes."""
    if headline not in (Headline.PROVED, Headline.DERIVED):
        return UNPROVED
    outcomes = [outcome for proof in bench.proved.statements.values() for outcome in proof.outcomes]
    return CITED if any(outcome.status == "believed" for outcome in outcomes) else ""


def is_proved(bench: Bench, changed: Theorem, search: bool) -> bool:
    """Whether the kernel accepts, under what is left of the conditions, a proof of all that is proved under
    all of them: the certificates that are there, or with `search` others, and with no more debts."""
    laws, before = bench.one.library, bench.proved
    stored = {
        name: {"proof": entry["proof"]}
        for proof in before.statements.values()
        for name, entry in proof.certificates.items()
    }
    after = prove_theorem(changed, laws, stored, search=search, stopped=bench.stopped)
    claims = [statement.label for statement in changed.statements if statement.kind == "claim"]
    if not all(after.statements[label].proved for label, proof in before.statements.items() if proof.proved):
        return False
    done = all(after.statements[label].proved for label in claims)
    return done and debts_of(after.statements, claims) <= debts_of(before.statements, claims)


@dataclass(frozen=True)
class _Failure:
    """An instance that the attack found against a claim."""

    label: str
    instance: object
    values: tuple[tuple[str, str], ...]
    undefined: bool


def _failures(bench: Bench, changed: Theorem, trials: list[str]) -> Iterator[_Failure]:
    """Instances against the claims, found by attacks of growing length; first without the models of the
    theorem, which may draw only what all conditions allow. `trials` gets a line where none is found."""
    claims = tuple(statement for statement in changed.statements if statement.kind == "claim")
    bare = replace(changed, statements=claims, order=tuple(one.label for one in claims), models=())
    works = [bare, *([replace(bare, models=changed.models)] if changed.models else [])]
    seen, why = 0, ""
    for work in works:
        for seed, samples in ((FIRST[0], FEW), (LAST[0], MANY)):
            report = bench.attack(work, seed, samples, short=samples == FEW)
            for own in report.statements:
                if own.outcome in REFUTED and own.witness is not None:
                    yield _Failure(own.label, own.witness, own.values, own.outcome == "undefined")
            links = [link for own in report.statements for link in own.links]
            passes = max((link.passes + link.rounding for link in links), default=0)
            seen += passes
            why = why or next((d.message for d in report.diagnostics), "")
            if not passes:
                break
    trials.append(f"no instance of {seen} speaks against the claim" if seen else why or "not sampled")


def _confirmed(
    bench: Bench, changed: Theorem, label: str, failure: _Failure, headline: Headline
) -> tuple[Witness | None, str]:
    """The witness, checked anew and exactly: all other conditions hold, the claim fails, and this one does
    not hold; or why it is none. Where this one cannot be evaluated, it fails at an instance against the claim
    of a theorem that is proved."""
    instance, families = failure.instance, bench.one.families
    assert isinstance(instance, dict)
    found = check_all(changed, (failure.label,), instance, families=families)[failure.label]
    if found.outcome not in REFUTED:
        return None, "an instance against the claim was not confirmed"
    own = bench.theorem.hypothesis[label].formula
    statement = Statement(OWN, "claim", own, (), (Link(own),))
    asked = replace(changed, statements=(statement,), order=(OWN,))
    holds = check_all(asked, (OWN,), instance, families=families)[OWN]
    if holds.outcome in REFUTED or (holds.outcome != "holds" and headline is Headline.PROVED):
        return Witness(failure.values, found.comparison or found.reason), ""
    if holds.outcome == "holds":
        return None, "the claim fails at an instance at which it holds"
    return None, "at an instance against the claim it is not known whether it holds"


def unneeded(bench: Bench, found: TheoremReport) -> list[Suggestion]:
    """The theorem without each of the conditions that it does not need: those that were found so, or where
    nobody asked, those without which its certificates are accepted."""
    assert bench.one.source is not None
    known = {(one.label, one.condition): one.outcome for one in found.conditions or ()}
    shown = []
    for one in conditions(bench.written):
        if known:
            less = known.get((one.label, one.text)) == "unused"
        else:
            changed, wrong = bench.read(one.without)
            less = changed is not None and not wrong and not _hopeless(bench, Headline(found.headline))
            less = less and changed is not None and is_proved(bench, changed, search=False)
        if less:
            after = patched(bench.one.source, bench.written, one.without)
            shown.append(
                Suggestion(
                    path=str(bench.one.path),
                    theorem=bench.theorem.name,
                    label=one.label,
                    kind="hypothesis",
                    change=f"without `{one.text}`, which no claim needs",
                    headline=found.headline,
                    before=bench.one.source.text,
                    after=after,
                )
            )
    return shown
