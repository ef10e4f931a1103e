"""A statement to its proof: each link of its chain is put to its rule, what the rule licenses is put to
the provers, and what they find is put to the judge. What does not follow is told apart: a premise that is
missing, an inference that stayed open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from boundkit.ir.laws import Law
from boundkit.ir.obligations import Obligation
from boundkit.ir.sorts import PROP
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name, substitute
from boundkit.ir.theorems import Link, Reason, Statement
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected, Undefined, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.outcomes import is_sure
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.existence import chosen
from boundkit.provers.extended import released
from boundkit.provers.search import Budget, Hints, prove
from boundkit.task import Licence, Rule, Task

PLAIN = Reason("algebra")
ATTEMPTS = 24
"""Combinations that the search may try for one link."""
MOST_WORK, LESS_WORK, FIRST_WORK = 400_000, 100_000, 4_000
"""Normal forms and signs that the search may ask for in one link, where it only asks for a premise, and
before it is asked whether an instance refutes the link: what bounds the time of a step that does not
follow."""
WIDER = 6
"""The same where it only asks whether a premise that is not listed would do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one link. `status` is

    `proved` (proof, premises and laws consumed), `gap` (`message` names what is missing, `help` an edit or,
    where no edit will do, `advice` what the rule says),
    `open` (neither closed nor refuted), `undefined` (it would follow, but `message`, as a proposition
    `condition`, is not known),
    `believed` (debts), `unsupported` (no rule for it yet). `refused` when a stored certificate was turned
    down; `needed` are labels that `from` should list; `stood` when a term is defined only under a hypothesis
    that is no premise; `code` is a gap's; `cut` when the search ended because its work was spent."""

    status: str
    proof: c.Proof | None = None
    used: frozenset[str] = frozenset()
    laws: frozenset[str] = frozenset()
    debts: frozenset[str] = frozenset()
    message: str = ""
    help: str = ""
    rule: str = ""
    refused: bool = False
    condition: Term | None = None
    stood: bool = False
    code: str = "E0401"
    cut: bool = False
    needed: tuple[str, ...] = ()
    advice: str = ""


def reasons(statement: Statement) -> list[tuple[Link, Reason]]:
    """The links with their justifications: a link without one may use only `algebra`, and the one of a
    `conclude` stands for all links that have none."""
    default = statement.by or PLAIN
    return [(link, link.by or default) for link in statement.links]


def obligations(ledger: Ledger, statement: Statement) -> list[Obligation]:
    """What is to be shown for each link of a statement, in order."""
    found = []
    for number, (link, reason) in enumerate(reasons(statement), 1):
        name = statement.label if len(statement.links) == 1 else f"{statement.label}#{number}"
        known = _known(ledger)
        premises = tuple((p, ledger.formula(p)) for p in reason.premises if p in known)
        found.append(Obligation(name, statement.goal(link), premises, reason))
    return found


def attempt(
    ledger: Ledger,
    obligation: Obligation,
    rules: Mapping[str, Rule],
    earlier: Iterable[str],
    refuted: Callable[[], str] = lambda: "",
) -> Outcome:
    """Puts one obligation to its rule; `earlier` are the labels that its step could name. `refuted` is asked
    where the search is long, and an instance ends it: `inference` when the premises hold at one and the goal
    does not, `statement` when all hypotheses do, so that no other premise helps; "" when none is known."""
    label, goal, reason = obligation.name, obligation.goal, obligation.reason
    rule = rules.get(reason.rule) or _lemma_rule(ledger, reason)
    if rule is None:
        what = f"citing `{reason.rule}`" if "." in reason.rule else f"the rule `{reason.rule}`"
        return Outcome("unsupported", message=f"{what} is not supported yet", rule=reason.rule)
    premises = [label_ for label_, _ in obligation.premises]
    outcome, work = _with(ledger, label, goal, reason, rule, premises, work=FIRST_WORK), LESS_WORK
    if outcome.cut:
        against = refuted()
        if not against:
            outcome = _with(ledger, label, goal, reason, rule, premises)
        else:
            # Why the rule does not say it is worth more than that it does not.
            said = _with(ledger, label, goal, reason, rule, premises, work=LESS_WORK)
            outcome = said if said.status == "gap" else outcome
            if against == "statement":
                return outcome
            work = FIRST_WORK
    if outcome.status in ("proved", "believed"):
        return outcome
    known = _known(ledger)
    more = [e for e in earlier if e in known and e not in premises]
    if more and outcome.status in ("open", "gap"):
        needed = _needed(ledger, label, goal, reason, rule, premises, more, work)
        if needed:
            listed = ", ".join([*reason.premises, *needed])
            message = f"it needs {', '.join(needed)}, which `from` does not list"
            return Outcome(
                "gap",
                message=outcome.message if outcome.status == "gap" else message,
                help=f"`by {rule.name} from {listed}`",
                rule=rule.name,
                needed=tuple(needed),
            )
    return outcome


def attempt_briefly(ledger: Ledger, obligation: Obligation, rules: Mapping[str, Rule]) -> Outcome:
    """What becomes of an obligation with little work, and only where the rule licenses something: for one of
    which nobody said that the rule gives it."""
    reason = obligation.reason
    rule = rules.get(reason.rule) or _lemma_rule(ledger, reason)
    if rule is None:
        return Outcome("unsupported", rule=reason.rule)
    premises = [label for label, _ in obligation.premises]
    return _with(ledger, obligation.name, obligation.goal, reason, rule, premises, WIDER, FIRST_WORK, True)


def _needed(
    ledger: Ledger,
    label: str,
    goal: Term,
    reason: Reason,
    rule: Rule,
    premises: list[str],
    more: list[str],
    work: int,
) -> list[str]:
    """Labels beside the premises with which the goal follows: one alone where one suffices; empty when it
    does not follow from all that stands before it either."""
    wider = _with(ledger, label, goal, reason, rule, [*premises, *more], WIDER, work)
    needed = [m for m in more if m in _labels(wider.used)] if wider.status == "proved" else []
    if len(needed) > 1:
        for one in needed:
            alone = _with(ledger, label, goal, reason, rule, [*premises, one], WIDER, work)
            if alone.status == "proved":
                return [one]
    return needed


def _known(ledger: Ledger) -> set[str]:
    return set(ledger.established) | set(ledger.theorem.hypothesis)


def _labels(used: Iterable[str]) -> set[str]:
    return {name.partition("#")[0] for name in used}


def _lemma_rule(ledger: Ledger, reason: Reason) -> Rule | None:
    """A law of the library named as a rule: its instances with the arguments given."""
    law = ledger.laws.get(reason.rule)
    if law is None:
        return None

    def license_(task: Task) -> Licence:
        lines: list[c.Line] = []
        called = task.namesake(law)
        if called is not None and (line := task.law_line(law, called[0], (), [], called[1])) is not None:
            lines.append(line)
        if not law.types:
            lines.extend(task.law_lines(law, dict(task.reason.named), lines))
        if not lines:
            lines.extend(task.law_instances(law.name, lines))
        if not lines:
            missing = _unmet(law, task)
            return Licence(missing=missing or f"the premises of `{law.name}`")
        return Licence(tuple(lines))

    return Rule(law.name, "", law.reference, "", "S", law.reference, license_)


def _unmet(law: Law, task: Task) -> str:
    for _, premise in law.premises:
        is_property = isinstance(premise, Apply) and premise.head.startswith("is_")
        if is_property and next(task.about(premise.head), None) is None:  # type: ignore[attr-defined]
            return f"`{premise}`"
    return ""


def _with(
    ledger: Ledger,
    label: str,
    goal: Term,
    reason: Reason,
    rule: Rule,
    premises: list[str],
    attempts: int = ATTEMPTS,
    work: int | None = None,
    licensed: bool = False,
) -> Outcome:
    sequent = ledger.sequent(goal, premises)
    budget = Budget(attempts)
    left = [MOST_WORK if work is None else work]
    frame = Frame(sequent, work=left)
    try:
        found = _open(label, frame, goal, reason, rule, ledger, budget, licensed)
    except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
        found = None
    cut = left[0] < 0
    if isinstance(found, Licence):
        if found.debts:
            return Outcome("believed", debts=found.debts, used=frozenset(premises), rule=rule.name)
        if found.unsupported:
            return Outcome("unsupported", message=found.unsupported, rule=rule.name)
        if found.misused:
            said = f"rule `{rule.name}` does not say this: {found.misused}"
            return Outcome("gap", message=said, rule=rule.name, code="E0402", cut=cut)
        edit = _provider(ledger, found.missing, rule, reason)
        return Outcome(
            "gap",
            message=f"rule `{rule.name}` needs {found.missing}; nothing in `from` provides it",
            help=edit,
            rule=rule.name,
            cut=cut,
            advice="" if edit else f"`{rule.name}` says: {rule.says}",
        )
    if found is None:
        if budget.undefined:
            undefined, condition = budget.undefined, budget.condition
            return Outcome("undefined", message=undefined, rule=rule.name, condition=condition, cut=cut)
        return Outcome(
            "open", message="the inference was neither closed nor refuted", rule=rule.name, cut=cut
        )
    try:
        judged = judge(sequent, found)
    except Undefined as failure:
        return Outcome("undefined", message=str(failure), rule=rule.name)
    except Rejected:
        return Outcome("open", message="the proof found was turned down", rule=rule.name)
    debts = frozenset(d for name in judged.laws for d in ledger.laws[name].debts)
    return Outcome("proved", found, judged.used, judged.laws, debts, rule=rule.name, stood=judged.stood)


WORD = re.compile(r"[\w']+")
STATEMENT = re.compile(r"`[^`]+`( almost surely)?")


def _provider(ledger: Ledger, missing: str, rule: Rule, reason: Reason) -> str:
    """A premise of the theorem that states what is missing and is not listed yet, as an edit; else the
    hypothesis to state, where what is missing is a statement."""
    wanted = missing.strip("`").split("(")[0].rpartition(" ")[2]
    for hypothesis in ledger.theorem.hypotheses:
        listed = hypothesis.origin != "assume" or hypothesis.label in reason.premises
        if wanted and not listed and wanted in WORD.findall(str(hypothesis.formula)):
            premises = ", ".join(dict.fromkeys([*reason.premises, hypothesis.label]))
            return f"`by {rule.name} from {premises}`"
    return f"state {missing} as a hypothesis" if STATEMENT.fullmatch(missing) else ""


def in_the_mean(task: Task, rule: Rule, lines: tuple[c.Line, ...]) -> tuple[c.Line, ...]:
    """What the rule licenses at an arbitrary outcome of the laws that the goal averages over, in the mean."""
    found: list[c.Line] = []
    for variable, law in task.laws_of_goal():
        try:
            # The names of the lines that are known already are taken.
            frame = task.frame
            for line in (*lines, *found):
                frame = frame.with_fact(line.name, line.claim)
            outcome, inner = task.at(frame).opened(variable, law)
            found.extend(task.averaged(rule.license(inner).lines, outcome, law, [*lines, *found]))
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            continue
    return tuple(found)


def _open(
    label: str,
    frame: Frame,
    goal: Term,
    reason: Reason,
    rule: Rule,
    ledger: Ledger,
    budget: Budget,
    licensed: bool,
) -> c.Proof | Licence | None:
    """Opens the quantifiers of the goal, names what the facts say exists, asks the rule at its core, and
    searches with what it licenses; `licensed` is to search only where that is something. An induction or a
    witness is asked for before anything is opened."""
    first = rule.license(Task(label, frame, goal, reason, ledger.laws, budget))
    if first.debts or first.unsupported:
        return first
    if first.induct or first.witnesses:
        if first.missing:
            return first
        hints = Hints(first.witnesses, True, first.induct, 3, budget)
        return prove(frame, goal, hints)
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    wrappers: list[Callable[[c.Proof], c.Proof]] = []
    at_outcome = False
    inner = frame
    core = goal
    while True:
        if isinstance(core, Bind) and core.head == "forall":
            name = Name(fresh_name(core.variable.text, taken), core.variable.sort)
            taken.add(name.text)
            inner = inner.with_name(name).with_fact(
                f"range of {name.text}", Apply("in", (name, core.domain), PROP)
            )
            wrappers.append(partial(_introduced, name.text))
            core = substitute(core.body, {core.variable.text: name})
        elif isinstance(core, Apply) and core.head == "implies":
            fact = fresh_name("condition", set(inner.facts))
            inner = inner.with_fact(fact, core.args[0])
            wrappers.append(partial(_introduced, fact))
            core = core.args[1]
            follows = tuple(released(inner))
            for line in follows:
                inner = inner.with_fact(line.name, line.claim)
            wrappers.append(partial(_behind, follows))
        elif isinstance(core, Bind) and core.head == "surely":
            name = Name(fresh_name(core.variable.text, taken), core.variable.sort)
            taken.add(name.text)
            # What the rule knows to hold almost surely holds of the outcome, if it stands before it.
            sure = first.lines if any(is_sure(line.claim) for line in first.lines) else ()
            sure = tuple(line for line in sure if line.name not in inner.facts)
            for line in sure:
                inner = inner.with_fact(line.name, line.claim)
            wrappers.append(partial(_behind, sure))
            inner = inner.at_outcome(name, core.domain)
            wrappers.append(partial(_at_outcome, name.text))
            at_outcome = True
            core = substitute(core.body, {core.variable.text: name})
        else:
            break
    inner, obtained = chosen(inner)
    wrappers.extend(obtained)
    task = Task(label, inner, core, reason, ledger.laws, budget)
    licence = rule.license(task)
    if licence.misused:
        return licence
    # A rule that asks for ranges has looked at the premises in the mean itself.
    means = () if licence.ranges else in_the_mean(task, rule, licence.lines)
    if licence.missing and not means:
        return licence
    lines = (*licence.lines, *means)
    if licensed and not lines:
        return None
    proof = _with_lines(inner, core, lines, licence, budget)
    if proof is None and licence.ranges and (more := task.ranges_in_the_mean(lines)):
        lines = (*lines, *more)
        proof = _with_lines(inner, core, lines, licence, Budget(ATTEMPTS))
    if proof is None:
        return prove(frame, goal, Hints(licence.witnesses, True, "", 3, budget)) if at_outcome else None
    for wrap in reversed(wrappers):
        proof = wrap(proof)
    return proof


def _introduced(name: str, proof: c.Proof) -> c.Proof:
    return c.Proof(c.Introduce(name, proof))


def _at_outcome(name: str, proof: c.Proof) -> c.Proof:
    return c.Proof(c.Surely(name, proof))


def _behind(lines: tuple[c.Line, ...], proof: c.Proof) -> c.Proof:
    return c.Proof(proof.by, (*lines, *proof.lines))


def _with_lines(
    frame: Frame, goal: Term, lines: tuple[c.Line, ...], licence: Licence, budget: Budget
) -> c.Proof | None:
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    proof = prove(frame, goal, Hints(licence.witnesses, True, "", 3, budget))
    return None if proof is None else c.Proof(proof.by, (*lines, *proof.lines))
