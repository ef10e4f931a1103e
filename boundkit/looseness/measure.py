"""The measurement of one theorem, from its instances to the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from boundkit.attack.driver import BROKEN
from boundkit.attack.models import Plan
from boundkit.ir.terms import Term, canonical, digest
from boundkit.ir.theorems import Family, Hypothesis, Theorem
from boundkit.kernel.values import Absent, Unsupported
from boundkit.looseness.attained import attained
from boundkit.looseness.exponents import growths
from boundkit.looseness.instances import Effort, Instances, instances, small_instances
from boundkit.looseness.losses import FEWEST, claim_losses, step_losses
from boundkit.looseness.regions import regions
from boundkit.looseness.relations import Kinship, condition, relations
from boundkit.measured import ClaimLoss, Looseness, StepLoss

MOST_CONDITIONS = 6
"""Conditions of statements under which instances of their own are drawn."""


def measure(
    theorem: Theorem,
    seed: int = 0,
    families: Mapping[str, Family] | None = None,
    effort: Effort | None = None,
) -> Looseness:
    """How loose the steps and claims of a theorem are. Never raises for a well-formed theorem: what cannot be
    measured says why."""
    model = theorem.models[0] if theorem.models else None
    name = model.name if model is not None else "default"
    try:
        found = _Measurement(theorem, seed, families or {}, effort or Effort()).found()
    except (Absent, Unsupported) as error:
        found = Looseness(name, seed, reason=str(error))
    except BROKEN as error:
        found = Looseness(name, seed, reason=f"the measurement broke off: {type(error).__name__}: {error}")
    try:
        where, maps = regions(theorem)
    except BROKEN:
        return found
    return replace(found, regions=where, maps=maps)


@dataclass(frozen=True)
class _Drawn:
    """Instances with what they say of the relations."""

    instances: Instances
    steps: tuple[StepLoss, ...]
    claims: tuple[ClaimLoss, ...]

    @property
    def measured(self) -> int:
        """How many claims have a loss."""
        return sum(1 for claim in self.claims if claim.instances >= FEWEST)


class _Measurement:
    def __init__(self, theorem: Theorem, seed: int, families: Mapping[str, Family], effort: Effort) -> None:
        self.theorem = theorem
        self.seed = seed
        self.families = families
        self.effort = effort
        self.model = theorem.models[0] if theorem.models else None
        self.relations = relations(theorem)
        self.kinship = Kinship(theorem, self.relations)
        formulas = (*(h.formula for h in theorem.hypotheses), *(s.formula for s in theorem.statements))
        self.digest = digest(*formulas)

    def found(self) -> Looseness:
        """The record."""
        plan = Plan(self.theorem, self.model, self.families)
        drawn, reason = self._drawn(plan)
        if reason:
            return Looseness(plan.name, self.seed, reason=reason)
        steps, claims = list(drawn.steps), list(drawn.claims)
        for assumed, labels in self._conditions():
            more = (*self.theorem.hypotheses, Hypothesis("condition", assumed))
            bare = replace(self.theorem, hypotheses=more)
            other, stopped = self._drawn(Plan(bare, self.model, self.families))
            if stopped:
                continue
            for place, relation in enumerate(self.relations):
                if relation.label in labels and other.steps[place].instances > steps[place].instances:
                    steps[place] = other.steps[place]
            for place, claim in enumerate(claims):
                if claim.claim in labels and other.claims[place].instances > claim.instances:
                    claims[place] = other.claims[place]
        ends = [r for r in self.relations if r.kind == "claim"]
        return Looseness(
            plan.name,
            self.seed,
            drawn.instances.count,
            _scope(drawn.instances),
            tuple(steps),
            tuple(claims),
            growths(plan, ends, (self.seed, self.digest), self.effort),
            attained=attained(self.theorem, self.seed, self.families),
        )

    def _drawn(self, plan: Plan) -> tuple[_Drawn, str]:
        """Instances on tapes or, where these leave a claim without sides and the others do not, small exact
        ones."""
        key = (self.seed, self.digest)
        sampled, reason = instances(plan, self.relations, key, self.effort)
        best = self._losses(sampled)
        if not reason and best.measured == len(best.claims):
            return best, ""
        exact, why = small_instances(plan, self.relations, key, self.effort)
        if why:
            return best, reason
        other = self._losses(exact)
        return (other, "") if reason or other.measured > best.measured else (best, "")

    def _losses(self, drawn: Instances) -> _Drawn:
        return _Drawn(
            drawn,
            step_losses(self.relations, drawn, self.theorem),
            claim_losses(self.relations, drawn, self.kinship),
        )

    def _conditions(self) -> Iterator[tuple[Term, frozenset[str]]]:
        """Conditions of statements about declared names alone, with the labels of the statements."""
        found: dict[str, tuple[Term, set[str]]] = {}
        for relation in self.relations:
            assumed = condition(relation)
            if assumed is not None:
                found.setdefault(canonical(assumed), (assumed, set()))[1].add(relation.label)
        for assumed, labels in list(found.values())[:MOST_CONDITIONS]:
            yield assumed, frozenset(labels)


def _scope(drawn: Instances) -> str:
    """The largest sizes that were reached."""
    reached: dict[str, int] = dict(drawn.sizes)
    for one in drawn.compiled:
        for label, size in one.structure.sizes.items():
            reached[label] = max(reached.get(label, 0), size)
    said = [f"{label} <= {size}" for label, size in reached.items() if label.isidentifier()]
    return ", ".join((["small exact instances"] if drawn.exact else []) + said)


__all__ = ["Effort", "measure"]
