"""A theorem as written and what changes of it share: a change is read from its text, tried at all instances
that are known against it, by the attack on instances of its own and, where that is possible, proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import log2
from typing import TYPE_CHECKING, Any

from boundkit.elaborate import elaborate
from boundkit.errors import Diagnostic
from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, number, relation
from boundkit.ir.theorems import Hypothesis, Link, Statement, Theorem
from boundkit.kernel.witness import check_all
from boundkit.pipeline import Judged, Loaded, Run, assembled
from boundkit.proofs import Proved, prove_theorem
from boundkit.report import Suggestion
from boundkit.slips import Change, Slip, citing
from boundkit.source import Source
from boundkit.syntax import tree
from boundkit.syntax.parse import parse
from boundkit.syntax.patch import patched
from boundkit.syntax.tree import FileTree, TheoremTree
from boundkit.vacuity import analyse
from boundkit.verdicts import Headline

if TYPE_CHECKING:
    from boundkit.attack import AttackReport, Budget

FEW, MANY = 600, 20_000
"""Instances of a first trial, and of each of the last ones."""
FIRST, LAST = (11, 12, 13), (21, 22)
"""What is added to the seed for the instances against the statement, and for those of the last trials."""
IDLE = 0.01
"""The quotient of both sides below which an edit counts as one that leaves the statement nothing to say."""
WIDE = 0.05
"""How much larger a change counts for each factor 2 between the sides at half of the instances."""
ROOM = 0.9
"""The largest quotient of both sides that leaves room: a constant that is not proved is kept where no
instance comes nearer, or one attains it."""
ATTAINED = 1 - 1e-9
NARROWING = frozenset({"side_condition", "hypothesis"})
LEAST_PASSES = 0.1
"""Of the instances, how many must show the right side to be the greater one by more than rounding, after a
change that admits fewer of them."""
REFUTED = frozenset({"violated", "undefined"})
ROUNDS = 3
"""How often premises are added that the proofs of a changed theorem need."""
SIZES = (1, 2, 3, 4, 5)
GROWING = 1.03
"""Values of an integer parameter that are compared, and the growth of the quotient of both sides from each of
the last ones to the next that speaks against a conjecture."""


@dataclass(frozen=True)
class Survivor:
    """A change that survived, and what is found of the theorem after it."""

    kind: str
    change: Change
    theorem: Theorem
    median: float
    judged: Judged | None = None

    @property
    def rank(self) -> tuple[int, int, float]:
        assert self.judged is not None
        return (-Headline(self.judged.report.headline).rank, 0, self.size)

    @property
    def size(self) -> float:
        """The size of the change, and more for one that leaves more room than it needs."""
        wide = min(4.0, log2(1 / self.median)) if 0 < self.median < 1 else 0.0
        return self.change.size + WIDE * wide


@dataclass
class Bench:
    """A theorem as written, and what changes of it share."""

    run: Run
    one: Loaded
    theorem: Theorem
    pool: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    @cached_property
    def file(self) -> FileTree:
        assert self.one.source is not None
        return parse(self.one.source)[0]

    @cached_property
    def written(self) -> TheoremTree:
        """The theorem as it stands."""
        return next(
            item
            for item in self.file.items
            if isinstance(item, TheoremTree) and item.name.text == self.theorem.name
        )

    @cached_property
    def reached(self) -> Mapping[str, Theorem]:
        """The theorems that it may cite."""
        found, _ = self.one.library.theorems_for(self.file)
        above = {}
        for theorem in self.one.theorems:
            if theorem.name == self.theorem.name:
                break
            above[theorem.name] = theorem
        return {**found, **above}

    @cached_property
    def proved(self) -> Proved:
        """Its proofs, and before them those of the theorems above it in the file."""
        laws = self.one.library
        for one in self.one.theorems:
            proved = prove_theorem(one, laws, self.one.stored.get(one.name, {}), stopped=self.stopped)
            laws.offer(proved)
            if one.name == self.theorem.name:
                break
        return proved

    def stopped(self) -> bool:
        """Whether the time limit is spent."""
        return self.run.out_of_time

    @cached_property
    def attacked(self) -> AttackReport:
        """What the attack finds of it as it stands; instances against its statements go to the pool."""
        found = [self.attack(self.theorem, seed, FEW, short=True) for seed in FIRST]
        for report in found:
            for statement in report.statements:
                if statement.outcome in REFUTED and statement.witness is not None:
                    self.pool.setdefault(statement.label, []).append(statement.witness)
        return found[0]

    def attack(self, theorem: Theorem, seed: int, samples: int, short: bool) -> AttackReport:
        """What the attack finds of a theorem on so many instances of its own."""
        from boundkit.attack import attack

        return attack(
            theorem, self.run.options.seed + seed, samples, _budget(short), families=self.one.families
        )

    def slip(self, label: str) -> Slip:
        """A statement with what is known against it; without the announcement that it is false."""
        clauses = tuple(one for one in self.written.clauses if not isinstance(one, tree.Announced))
        own = self.attacked.by_label[label]
        ratios = [link.ratio_worst for link in own.links if link.ratio_worst > 1]
        wanted = [outcome.message for proof in self.proved.statements.values() for outcome in proof.outcomes]
        return Slip(
            replace(self.written, clauses=clauses),
            self.theorem,
            label,
            max(ratios, default=1.0),
            tuple(wanted),
        )

    @cached_property
    def alone(self) -> Source:
        """The file with blanks for all other theorems, so that places are the same."""
        assert self.one.source is not None
        text = self.one.source.text
        for item in self.file.items:
            if isinstance(item, TheoremTree) and item is not self.written:
                own = text[item.span.start : item.span.stop]
                text = text[: item.span.start] + re.sub(r"[^\n]", " ", own) + text[item.span.stop :]
        return Source(self.one.source.path, text)

    def elaborated(self, changed: TheoremTree) -> Theorem | None:
        """The changed theorem, read from its text; None where that makes no sense or says the same."""
        found, wrong = self.read(changed)
        same = found == replace(self.theorem, derivations=())
        return None if wrong or same else found

    def read(self, changed: TheoremTree) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
        """The changed theorem, read from its text, without its derivations, and what is wrong with it; None
        where there is nothing to read."""
        source = Source(self.alone.path, patched(self.alone, self.written, changed))
        file, wrong = parse(source)
        if wrong:
            return None, tuple(wrong)
        entries, wrong = elaborate(file, source, self.reached)
        found = [one for one in entries if isinstance(one, Theorem) and one.name == self.theorem.name]
        errors = tuple(diagnostic for diagnostic in wrong if diagnostic.severity == "error")
        return (replace(found[0], derivations=()) if found else None), errors

    def refuted(self, theorem: Theorem, label: str) -> bool:
        """Whether an instance that is known against the statement is one against the changed statement."""
        return any(
            check_all(theorem, (label,), instance, families=self.one.families)[label].outcome in REFUTED
            for instance in self.pool.get(label, ())
        )

    def stands(self, report: AttackReport, label: str) -> bool:
        """Whether a trial leaves the statement standing, and no other one false that was not; what it found
        against the statement goes to the pool."""
        own = report.by_label[label]
        if own.outcome in REFUTED and own.witness is not None:
            self.pool.setdefault(label, []).append(own.witness)
        before = {one.label for one in self.attacked.statements if one.outcome in REFUTED} - {label}
        wrong = {
            one.label for one in report.statements if one.outcome in ("violated", "suspect", "undefined")
        }
        return own.outcome == "tested" and wrong <= before

    def last_trial(self, one: Survivor, label: str) -> Survivor | None:
        """The change with the verdict after it, if it survives instances that had no part in its choice."""
        if self.is_false(one.theorem, label):
            return None
        reports = [self.attack(one.theorem, seed, MANY, short=False) for seed in LAST]
        if not all(self.stands(report, label) for report in reports):
            return None
        change, theorem, judged = self.judged(one, reports[0])
        headline = Headline(judged.report.headline)
        if headline in (Headline.VIOLATED, Headline.VACUOUS, Headline.ERROR) or judged.report.alarms:
            return None
        links = [link for report in reports for link in report.by_label[label].links]
        if one.kind in NARROWING:
            if any(link.passes < LEAST_PASSES * link.samples for link in links):
                return None  # Hardly more than the points where both sides are equal is left,
            if self.says_nothing(theorem, label):
                return None  # or nothing more.
        ratio = max(link.ratio_worst for link in links)
        if 0 <= ratio < IDLE:
            return None
        if headline.rank < Headline.DERIVED.rank and ratio < ATTAINED and self.grows(theorem, label):
            return None
        if not headline.rank >= Headline.DERIVED.rank and one.kind == "constant" and ROOM < ratio < ATTAINED:
            return None
        return replace(one, change=change, theorem=theorem, judged=judged)

    def says_nothing(self, theorem: Theorem, label: str) -> bool:
        """Whether the sides of each inequality of a statement are equal at all instances of a trial."""
        statement, asked = theorem.statement[label], list[Statement]()
        for link in statement.links:
            if isinstance(link.relation, Apply) and link.relation.head in ("<=", "<"):
                less, more = link.relation.args
                turned, name = Link(relation("<=", more, less)), f"equal{len(asked)}"
                goal = statement.goal(turned)
                asked.append(Statement(name, "claim", goal, statement.prefix, (turned,)))
        only = replace(theorem, statements=tuple(asked), order=())
        found = self.attack(only, LAST[0], FEW, short=True).statements if asked else ()
        apart = (link.violations or link.undecided for own in found for link in own.links)
        return bool(asked) and not (any(apart) or any(own.outcome in REFUTED for own in found))

    def grows(self, theorem: Theorem, label: str) -> bool:
        """Whether the sides come nearer to each other with each larger value of a parameter, or size of a
        finite type: then no instance that can be drawn says what holds for large ones."""
        for declaration in theorem.declarations:
            counted = declaration.kind == "let" and declaration.name.sort == NAT
            if counted or declaration.finite:
                count = declaration.name if counted else Apply("card", (declaration.name,), NAT)
                ratios = []
                for size in SIZES:
                    at = relation("=", count, number(Fraction(size)))
                    more = (*theorem.hypotheses, Hypothesis("size", at))
                    only = (theorem.statement[label],)
                    fixed = replace(theorem, hypotheses=more, statements=only, order=(label,))
                    own = self.attack(fixed, LAST[0], FEW, short=True).by_label[label]
                    if own.outcome == "violated":
                        return True
                    ratios.append(max(link.ratio_worst for link in own.links))
                known = [ratio for ratio in ratios if ratio > 0]
                if len(known) > 2 and known[-1] > GROWING * known[-2] > GROWING**2 * known[-3]:
                    return True
        return False

    def is_false(self, theorem: Theorem, label: str) -> bool:
        """Whether the prover of inequalities refutes a statement about numbers alone."""
        from boundkit.justify import EFFORT, scalar_problem
        from boundkit.provers.inequalities.archive import prove_once

        problem = scalar_problem(theorem, label)
        return problem is not None and prove_once(problem, EFFORT).verdict == "REFUTED"

    def judged(self, one: Survivor, attacked: AttackReport) -> tuple[Change, Theorem, Judged]:
        """The verdict after a change; where nothing is said to prove a claim, by a rule that proves it."""
        from boundkit.justify import justify

        laws = self.one.library
        change, theorem = one.change, one.theorem
        stored = self.one.stored.get(theorem.name, {})
        inferences = self.run.inferences(self.one, theorem, attacked)
        proved = prove_theorem(
            theorem,
            laws,
            stored,
            twin=self.proved,
            refuted=inferences.known,
            stopped=self.stopped,
        )
        for _ in range(ROUNDS):
            due = [
                (label, link, outcome.needed)
                for label, proof in proved.statements.items()
                for link, outcome in enumerate(proof.outcomes)
                if outcome.needed
            ]
            if not due:
                break
            changed = change.tree
            for label, link, needed in due:
                changed = citing(changed, label, link, needed)
            again = self.elaborated(changed)
            if again is None:
                break
            change, theorem = replace(change, tree=changed), again
            proved = prove_theorem(theorem, laws, stored, twin=self.proved, stopped=self.stopped)
        for label in [s.label for s in theorem.statements if s.kind == "claim"]:
            if not proved.statements[label].outcomes:
                concluded = justify(proved, laws, label, self.stopped)
                if concluded is not None:
                    own = change.tree.clauses
                    models = [at for at, clause in enumerate(own) if isinstance(clause, tree.ModelTree)]
                    place = min(models, default=len(own))
                    changed = replace(change.tree, clauses=(*own[:place], concluded, *own[place:]))
                    again = self.elaborated(changed)
                    if again is not None:
                        change, theorem = replace(change, tree=changed), again
                        proved = prove_theorem(theorem, laws, stored, twin=self.proved, stopped=self.stopped)
        vacuity = analyse(theorem, proved.ledger, laws)
        broken = inferences.of(proved) if theorem is one.theorem else {}
        return change, theorem, assembled(self.one, theorem, proved, {}, attacked, broken, vacuity, "")

    def suggestion(self, one: Survivor, label: str) -> Suggestion:
        """What is shown of a change."""
        assert self.one.source is not None and one.judged is not None
        after = patched(self.one.source, self.written, one.change.tree)
        return Suggestion(
            path=str(self.one.path),
            theorem=self.theorem.name,
            label=label,
            kind=one.kind,
            change=one.change.words,
            headline=one.judged.report.headline,
            before=self.one.source.text,
            after=after,
        )


def _budget(short: bool) -> Budget:
    from boundkit.attack import Budget
    from boundkit.attack.inference import SMALL

    return replace(SMALL, threads=1) if short else Budget(threads=1)
