"""What was found of one statement, from its proof and from the attack: findings for the lattice of verdicts,
records for the report, and the messages that go with them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from boundkit.desk import Derived
from boundkit.errors import Diagnostic
from boundkit.ir.terms import Apply, subterms
from boundkit.ir.theorems import Link, Statement, Theorem
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined, NotIntegrable
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.polynomials import TooLarge
from boundkit.plan import Outcome, reasons
from boundkit.proofs import Proved, StatementProof
from boundkit.report import Slack, TheoremReport, Trial, VacuityAnalysis, Witness, report_node, report_theorem
from boundkit.verdicts import Finding, compose

if TYPE_CHECKING:
    from boundkit.attack.inference import NonSequitur
    from boundkit.attack.obligations import FamilyReport
    from boundkit.attack.reports import AttackReport, StatementReport

GUARDS = frozenset({"if", "implies", "iff", "or", "and_where"})
"""Heads under which a part need not be defined everywhere."""


def finding_of(
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
            names = list(reason.premises)
            if outcome.status == "proved":
                names = [name.partition("#")[0] for name in sorted(outcome.used)]
            premises.update(dict.fromkeys(n for n in (*reason.premises, *names) if n in names and n in known))
            continue
        premises.update(dict.fromkeys(p for p in reason.premises if p in known))
        kind = {"gap": "gap", "undefined": "wd"}.get(outcome.status, "open")
        debts.add(f"{kind}:{label}")
        texts.append(_explained(outcome))
        span = reason.span if reason.span.path else statement.concluded
        if outcome.status == "gap":
            help = outcome.help or outcome.advice
            wrong.append(Diagnostic(outcome.code, "gap", outcome.message, span, help, bool(outcome.help)))
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


def derivation_finding(
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


def only_where_defined(ledger: Ledger, proof: StatementProof, found: StatementReport) -> StatementReport:
    """What the attack found. A claim that is not shown to be defined is not tested by instances that would
    not show it undefined: those that were not decided, and laws with finitely many outcomes where a mean may
    not exist."""
    if found.outcome != "tested" or found.kind != "claim" or proof.proved:
        return found
    open_ = any(link.undefined or link.undecided for link in found.links)
    goal = ledger.theorem.statement[found.label].formula
    frame = Frame(ledger.sequent(goal, [h.label for h in ledger.theorem.hypotheses if h.origin == "assume"]))
    try:
        frame.require_defined(goal, frame.context())
    except NotIntegrable as failure:
        why = f"not shown to be defined: {failure.condition}, and every law that is sampled has finite means"
    except (NotDefined, NotNormal, TooLarge, Rejected, RecursionError) as failure:
        if not (open_ and isinstance(failure, NotDefined)):
            return found
        why = "not shown to be defined, and some instances are not decided"
    else:
        return found
    return replace(found, outcome="undecided", text=why)


def unwitnessed(attacked: AttackReport | None) -> str:
    """The hypothesis that fails on the most instances, where fewer than one in a thousand satisfies all, with
    how often it held; "" where instances satisfy them, or none could be drawn."""
    if attacked is None or not any(found.code == "E0504" for found in attacked.diagnostics):
        return ""
    rarest = min(attacked.hypotheses, key=lambda hypothesis: hypothesis.satisfied)
    held = f"{rarest.satisfied} of {rarest.seen} instances of model `{attacked.model}`"
    return f"hypothesis `{rarest.label}` holds on {held}"


def undefined_at(theorem: Theorem, proof: StatementProof, attacked: AttackReport | None) -> str:
    """Where a statement is exactly undefined, or a condition of its definedness that could not be shown is
    exactly false, although every hypothesis holds, in words; "" when no such instance was found."""
    if attacked is None:
        return ""
    from boundkit.attack import attack

    names = {d.name.text for d in theorem.declarations} | set(theorem.definition)
    if _is_guarded(theorem, proof.statement):
        return ""  # the condition may hold wherever it is wanted
    for outcome in proof.outcomes:
        condition = outcome.condition
        if outcome.status != "undefined" or condition is None or not condition.free <= names:
            continue
        claim = Statement("defined", "claim", condition, (), (Link(condition),))
        bare = replace(theorem, statements=(claim,), derivations=(), order=("defined",))
        found = attack(bare, seed=attacked.seed, samples=2_000).by_label.get("defined")
        if found is not None and found.outcome == "violated":
            return f"at {_instance(found)}, where `{outcome.message}` fails"
    seen = attacked.by_label.get(proof.statement.label)
    if seen is not None and seen.outcome == "undefined" and not proof.proved:
        return seen.text.removeprefix("undefined ")
    return ""


def _is_guarded(theorem: Theorem, statement: Statement) -> bool:
    """Whether some part of a statement, or of a definition, need not be defined everywhere."""
    bodies = [clause.body for definition in theorem.definitions for clause in definition.clauses]
    terms = (term for whole in (statement.formula, *bodies) for term in subterms(whole))
    return any(isinstance(term, Apply) and term.head in GUARDS for term in terms)


def _is_refuted(theorem: Theorem, goals: tuple[Any, ...], seed: int) -> bool:
    """Whether some expected result is exactly false at an instance of the lets."""
    from boundkit.attack import attack

    ranges = tuple(h for h in theorem.hypotheses if h.origin == "range")
    for goal in goals:
        claim = Statement("expected", "claim", goal, (), (Link(goal),))
        bare = replace(
            theorem,
            hypotheses=ranges,
            statements=(claim,),
            derivations=(),
            models=(),
            definitions=(),
            order=("expected",),
        )
        bare = replace(bare, declarations=tuple(d for d in theorem.declarations if d.name.text in goal.free))
        names = {d.name.text for d in bare.declarations}
        bare = replace(bare, hypotheses=tuple(h for h in ranges if h.formula.free <= names))
        found = attack(bare, seed=seed, samples=2_000).by_label.get("expected")
        if found is not None and found.outcome == "violated":
            return True
    return False


def unused(theorem: Theorem, proved: Proved) -> list[str]:
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


def _instance(found: StatementReport) -> str:
    return ", ".join(f"{name} = {value}" for name, value in found.values)


def witness_of(found: StatementReport | None) -> Witness | None:
    if found is None or found.outcome != "violated" or found.finding is None:
        return None
    return Witness(found.values, found.finding.comparison)


def trial_of(found: StatementReport | None, model: str, attacked: AttackReport | None) -> Trial | None:
    if found is None or attacked is None or found.outcome == "undefined":
        return None
    outcome = {
        "violated": "failed", "suspect": "failed", "tested": "passed", "undecided": "undecided",
    }.get(found.outcome, "skipped")  # fmt: skip
    if outcome == "skipped":
        return Trial("skipped", reason=found.text)
    passes = min((link.passes for link in found.links), default=0)
    undecided = max((link.rounding + link.undefined + link.undecided for link in found.links), default=0)
    mass = -math.expm1(math.log(1e-6) / passes) if outcome == "passed" and passes > 1 else None
    scope = ", ".join(part for part in (attacked.scope, found.scope) if part)
    return Trial(
        outcome, model, passes, undecided, mass, 1e-6 if mass is not None else None, scope,
        found.text if outcome != "passed" else "",
    )  # fmt: skip


def slack_of(found: StatementReport | None) -> Slack | None:
    if found is None or found.outcome == "undefined":
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
    elif found.outcome != "violated" and largest > 1:
        return None  # only where a hypothesis holds up to rounding
    return Slack(largest, median, (*sizes, *at))


def left_open(statement: Statement, proof: StatementProof) -> list[Diagnostic]:
    """A note for each link that its rule neither proved nor, by an instance, was shown not to follow; a
    certificate that was turned down has its own message."""
    found = []
    for outcome, (_, reason) in zip(proof.outcomes, reasons(statement), strict=False):
        if outcome.status not in ("open", "undefined") or outcome.refused or not reason.span.path:
            continue
        premises = ", ".join(reason.premises) or "no premise"
        by = f"`{statement.label}` by `{reason.rule}` from {premises}"
        code, what = "E0403", f"{by} is neither proved nor refuted"
        if outcome.status == "undefined":
            code, what = "E0405", f"`{statement.label}` is not shown to be defined: {outcome.message}"
        found.append(Diagnostic(code, "note", what, reason.span))
    return found


def non_sequitur(statement: Statement, refuted: NonSequitur) -> Diagnostic:
    """The message for a refuted inference."""
    _, reason = reasons(statement)[refuted.link]
    premises = ", ".join(refuted.premises)
    said = f"{premises} does not imply" if premises else f"`{reason.rule}` alone does not give"
    values = ", ".join(f"{name} = {value}" for name, value in refuted.values)
    return Diagnostic(
        "E0404",
        "gap",
        f"non sequitur: {said} {statement.label}",
        reason.span if reason.span.path else statement.span,
        notes=(f"counterexample to the inference: {values}: {refuted.comparison}",),
    )


def family_report(found: FamilyReport, position: tuple[int, int]) -> TheoremReport:
    """The report of a family: a claim for each thing that it ensures, tested at best."""
    findings = []
    for statement in found.statements:
        refuted = {"violated": "exact", "suspect": "suspect"}.get(statement.outcome, "no")
        findings.append(
            Finding(
                statement.label,
                "claim",
                frozenset({f"open:{statement.label}"}),
                refuted,
                tested=statement.outcome == "tested",
                reason="" if statement.outcome == "tested" else statement.text,
            )
        )
    findings.extend(
        Finding(text, "claim", frozenset({f"open:{text}"}), reason="not supported yet")
        for text in found.unsupported
    )
    verdicts = compose(findings)
    nodes = [
        report_node(
            verdicts[statement.label],
            witness=witness_of(statement),
            test=trial_of(statement, found.attack.model, found.attack),
            slack=slack_of(statement),
            place=position,
        )
        for statement in found.statements
    ]
    return report_theorem(found.family, "family", "", verdicts.values(), nodes)
