"""A mutant judged as `boundkit check` judges a theorem, and what is known of its truth.

What a mutant shares with the theorem that it was made from is not done again: proofs in the same context, and
attacks on statements that still say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.mutants.edits import Mutant, mutants_of
from boundkit.attack import attack
from boundkit.attack.driver import Budget
from boundkit.attack.inference import SMALL
from boundkit.attack.reports import AttackReport, StatementReport
from boundkit.attack.small import Limits
from boundkit.discover import shelf
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Reason, Theorem
from boundkit.options import Options
from boundkit.pipeline import Judged, Loaded, Run, assembled
from boundkit.plan import attempt, obligations
from boundkit.proofs import Proved, prove_theorem
from boundkit.syntax.parse import parse
from boundkit.syntax.tree import FileTree
from boundkit.vacuity import analyse
from boundkit.verdicts import Headline

SAMPLES = 2000
"""Instances for a verdict. A verdict at more samples is at least as strict."""
SEARCHED = 60_000
"""Instances from which a witness is sought against a mutant that the verdict lets stand."""
LONGEST = 400
"""Characters of a witness that are kept."""
BRIEF = replace(SMALL, threads=1)
"""The budget of a first attack; the usual one follows where it leaves a mutant standing."""
USUAL = Budget(threads=1)
LARGE = Budget(
    threads=1,
    structures=64,
    rechecks=40,
    generations=90,
    small=Limits(instances=2000, accepted=800, work=3_000_000, moves=400),
    mended=Limits(instances=600, accepted=300, work=1_000_000, moves=100),
)


@dataclass(frozen=True)
class Base:
    """A theorem that is to hold, in its file; what was found of it is sought when it is first asked for."""

    loaded: Loaded
    tree: FileTree
    library: Mapping[str, Theorem]
    theorem: Theorem
    run: Run

    @cached_property
    def proved(self) -> Proved:
        """Its proofs, and before them those of the theorems above it in the file."""
        laws, stored = self.loaded.library, self.loaded.stored
        for one in self.loaded.theorems:
            proved = prove_theorem(one, laws, stored.get(one.name, {}))
            laws.offer(proved)
            if one is self.theorem:
                break
        return proved

    @cached_property
    def attacked(self) -> AttackReport:
        """What the attack on it found."""
        return attack(self.theorem, samples=SAMPLES, budget=USUAL, families=self.loaded.families)

    def mutants(self) -> Iterator[Mutant]:
        """All of them."""
        return mutants_of(self.tree, self.theorem.name)


@dataclass(frozen=True)
class Judgement:
    """What the mutant is called. headline: of its theorem; node: of the statement that was edited, or the
    headline where the edit is not in a statement; witness: what was found where it is exactly refuted;
    alarm: proved and refuted; ratio: the largest of left side and right side that was seen."""

    headline: str
    node: str
    witness: str = ""
    alarm: bool = False
    ratio: float = 0.0

    @property
    def denied(self) -> bool:
        """Whether the edited statement is neither proved nor derived nor tested."""
        return not Headline(self.node).supported

    @property
    def caught(self) -> bool:
        """Whether that is so of the statement, or of the theorem."""
        return self.denied or not Headline(self.headline).supported


def bases(path: Path) -> list[Base]:
    """The theorems of a file that announce nothing but that they hold."""
    run = Run(Options(samples=SAMPLES))
    loaded = run.load(path)
    if loaded.source is None:
        return []
    tree, _ = parse(loaded.source)
    reached, _ = loaded.library.theorems_for(tree)
    found = []
    for theorem in loaded.theorems:
        claims = any(statement.kind == "claim" for statement in theorem.statements)
        if claims and (not theorem.announced or Headline(theorem.announced).supported):
            found.append(Base(loaded, tree, reached, theorem, run))
    return found


def elaborated(base: Base, mutant: Mutant) -> Theorem | None:
    """The mutant as a theorem; None when it makes no sense, or says the same as before."""
    assert base.loaded.source is not None
    entries, wrong = elaborate(mutant.file, base.loaded.source, base.library)
    if any(diagnostic.severity == "error" for diagnostic in wrong):
        return None
    found = next(one for one in entries if isinstance(one, Theorem) and one.name == mutant.theorem)
    return None if found == base.theorem else found


def judged(base: Base, mutant: Mutant, theorem: Theorem) -> Judgement:
    """The verdict of a mutant: an attack on what changed first, then the proof of the edited statement, and
    only where both let it stand, all that could make the verdict worse: the attack as `boundkit check` makes
    it, the proofs that rest on the statement, refuted inferences, and vacuity."""
    theorem = replace(theorem, derivations=())
    for budget in (BRIEF, USUAL):
        attacked = _attacked(base, mutant, theorem, budget)
        violated = [one.label for one in attacked.statements if one.outcome == "violated"]
        if violated:
            break
    inferences = base.run.inferences(base.loaded, theorem, attacked)
    laws, kept = base.loaded.library, base.loaded.stored.get(theorem.name, {})

    def proved(only: str) -> Proved:
        return prove_theorem(theorem, laws, kept, only=only, twin=base.proved, refuted=inferences.known)

    if violated or mutant.in_statement:
        # Of a refuted statement all that is left to know is whether it is proved as well.
        label = mutant.label if mutant.in_statement else violated[0]
        alone = assembled(base.loaded, theorem, proved(label), {}, attacked, {}, None, "")
        if violated or _judgement(mutant, alone, attacked).denied:
            return _judgement(mutant, alone, attacked)
    whole = proved("")
    found = assembled(base.loaded, theorem, whole, {}, attacked, {}, None, "")
    if not _judgement(mutant, found, attacked).caught:
        vacuity = analyse(theorem, whole.ledger, laws)
        found = assembled(base.loaded, theorem, whole, {}, attacked, inferences.of(whole), vacuity, "")
    return _judgement(mutant, found, attacked)


def _attacked(base: Base, mutant: Mutant, theorem: Theorem, budget: Budget) -> AttackReport:
    """The attack on the edited statement with what was found of all others; on all where it is a hypothesis,
    a declaration or a definition that was edited."""
    if not mutant.in_statement:
        return attack(theorem, samples=SAMPLES, budget=budget, families=base.loaded.families)
    alone = replace(theorem, statements=(theorem.statement[mutant.label],))
    own = attack(alone, samples=SAMPLES, budget=budget, families=base.loaded.families)
    statements = tuple(own.by_label.get(one.label, one) for one in base.attacked.statements)
    return replace(own, statements=statements)


def _judgement(mutant: Mutant, found: Judged, attacked: AttackReport) -> Judgement:
    headline = found.report.headline
    node = found.verdicts[mutant.label].headline.value if mutant.in_statement else headline
    labels = [mutant.label] if mutant.in_statement else _claims(found)
    reports = [attacked.by_label[label] for label in labels]
    witness = next((_witness(one) for one in reports if one.outcome == "violated"), "")
    ratios = [link.ratio_worst for one in reports for link in one.links if link.ratio_worst > 0]
    alarm = any(verdict.alarm for verdict in found.verdicts.values())
    return Judgement(headline, node, witness, alarm, max(ratios, default=0.0))


def _claims(found: Judged) -> list[str]:
    return [label for label, verdict in found.verdicts.items() if verdict.kind == "claim"]


def _witness(report: StatementReport) -> str:
    shown = ", ".join(f"{name} = {value}" for name, value in report.values)
    return f"{report.text if report.finding is None else report.finding.comparison} at {shown}"[:LONGEST]


def witness(base: Base, mutant: Mutant, theorem: Theorem) -> str:
    """An exact refutation of the edited statement, or of a claim where the edit is in no statement, sought
    with a large budget in the models of the theorem and in the declared ranges; "" where none is found."""
    labels = [s.label for s in theorem.statements if s.kind == "claim"]
    labels = [mutant.label] if mutant.in_statement else labels
    alone = replace(theorem, statements=tuple(s for s in theorem.statements if s.label in labels))
    unmodelled = replace(alone, models=())
    for seed, one in enumerate((unmodelled, alone) if theorem.models else (alone,), 11):
        found = attack(one, seed, SEARCHED, LARGE, families=base.loaded.families)
        for report in found.statements:
            if report.outcome == "violated":
                return _witness(report)
    return ""


def follows(base: Base, mutant: Mutant, theorem: Theorem) -> bool:
    """Whether an edited statement follows from what it was and the hypotheses, which makes it true."""
    if not mutant.in_statement:
        return False
    before = base.proved
    statement = theorem.statement[mutant.label]
    labels = [h.label for h in base.theorem.hypotheses if h.origin == "assume"]
    reason = Reason("algebra", premises=(mutant.label, *labels))
    changed = replace(statement, by=reason, links=tuple(replace(one, by=reason) for one in statement.links))
    rules: Mapping[str, Any] = shelf("rules")
    outcomes = [attempt(before.ledger, one, rules, []) for one in obligations(before.ledger, changed)]
    return bool(outcomes) and all(outcome.status == "proved" for outcome in outcomes)
