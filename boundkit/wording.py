"""Sentences about what a test and an analysis of vacuity found, the same in every export."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal

from boundkit.report import ConditionReport, Suggestion, Trial, VacuityAnalysis
from boundkit.verdicts import Headline


def trial_sentence(trial: Trial, kind: str) -> str:
    """The fixed wording of a test: mass under a model is not truth, and the sentence says so. A step is
    given its count alone."""
    if trial.outcome == "skipped":
        return f"testing skipped: {trial.reason}"
    scope = f" ({trial.scope})" if trial.scope else ""
    undecided = f", {trial.undecided} undecided" if trial.undecided else ""
    reason = f": {trial.reason}" if trial.reason else ""
    if trial.outcome == "undecided" and trial.instances:
        return f"left open by the test under model {trial.model}{scope}{undecided}{reason}"
    if trial.outcome == "undecided":
        return f"no instance of model {trial.model}{scope} was decided{undecided}{reason}"
    if trial.outcome == "failed":
        return f"violated in the test under model {trial.model}{scope}{reason}"
    if kind == "step":
        return f"no violation in N = {trial.instances} instances of model {trial.model}{undecided}"
    line = f"no violation in N = {trial.instances} instances of model {trial.model}{scope}{undecided}"
    if trial.mass is not None and trial.alpha is not None:
        line += (
            f"; with confidence 1-{_short(trial.alpha)} violating instances have mass "
            f"<= {_short(trial.mass)} "
            "under that model"
        )
    return line


def _short(number: float) -> str:
    """Two digits, rounded up, since both a mass and an error probability are upper bounds."""
    rounded = Context(prec=2, rounding=ROUND_CEILING).create_decimal(repr(number)).normalize()
    return f"{rounded:f}" if abs(rounded) >= Decimal("0.001") or not rounded else f"{rounded:e}"


def vacuity_phrases(vacuity: VacuityAnalysis) -> list[str]:
    """What there is to say of whether a theorem says anything; nothing where nothing is known."""
    said = {"none": [], "region": ["in a region"], "total": ["total"]}[vacuity.verdict]
    if vacuity.reason:
        said.append(vacuity.reason)
    if vacuity.value is not None and vacuity.trivial is not None:
        said.append(f"the bound is {vacuity.value}, the trivial one {vacuity.trivial}")
    if vacuity.threshold:
        said.append(f"says something from {vacuity.threshold.parameter} = {vacuity.threshold.value}")
    return said


def condition_sentence(condition: ConditionReport) -> str:
    """What a condition is for: without it a claim fails somewhere, or is proved all the same."""
    if condition.witness is not None:
        values = ", ".join(f"{name} = {value}" for name, value in condition.witness.values)
        said = f"{condition.reason}: {condition.witness.comparison}" if condition.reason else ""
        said = said or condition.witness.comparison
        return f"needed: at {values}: {said}" if values else f"needed: {said}"
    if condition.outcome == "unused":
        return "unused: the claims are proved without it"
    return f"unknown: {condition.reason}"


def suggestion_sentence(suggestion: Suggestion) -> str:
    """How sure a suggestion is."""
    if suggestion.certain:
        return f"the theorem is then {suggestion.headline}"
    survived = "a conjecture: it survived the attack, and no proof was found"
    if Headline(suggestion.headline).supported:
        return f"{survived}; the theorem is then {suggestion.headline}"
    return f"{survived}; the theorem is then {suggestion.headline}, its proof has to follow"
