"""A theorem to its proofs: every statement in its order, by a stored certificate where one still fits, else
by search; and the file of certificates beside a theorem."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from boundkit.discover import shelf
from boundkit.ir.json import Malformed
from boundkit.ir.laws import Law
from boundkit.ir.obligations import Obligation
from boundkit.ir.terms import conjunction
from boundkit.ir.theorems import Statement, Theorem
from boundkit.kernel import certificates as c
from boundkit.kernel.binding import bound
from boundkit.kernel.judge import Judged, Rejected, Undefined, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.rays import has_constant
from boundkit.plan import Outcome, attempt, obligations, reasons

SCHEMA = 1
LARGEST = 50_000_000
"""Bytes of a file of certificates."""

BELIEVED = frozenset({"cite", "sorry"})
"""Rules that need neither search nor certificate."""


@dataclass(frozen=True)
class StatementProof:
    """What became of one statement: an outcome for each link, with the certificates as JSON."""

    statement: Statement
    outcomes: tuple[Outcome, ...]
    certificates: Mapping[str, Any]
    seconds: float

    @property
    def proved(self) -> bool:
        """Whether every link was accepted by the judge."""
        return bool(self.outcomes) and all(outcome.status == "proved" for outcome in self.outcomes)

    @property
    def constants(self) -> tuple[Fraction, ...]:
        """The constants of the bounds up to one, `<~`, in the order of the links."""
        if not (self.proved and has_constant(self.statement.formula)):
            return ()
        proofs = [outcome.proof for outcome in self.outcomes if outcome.proof is not None]
        found = [tuple(c.constants_of(proof)) for proof in proofs]
        return tuple(max(own) for own in found if own)

    @property
    def supported(self) -> bool:
        """Whether every link was accepted or is believed."""
        return bool(self.outcomes) and all(o.status in ("proved", "believed") for o in self.outcomes)


@dataclass(frozen=True)
class Proved:
    """All statements of a theorem in their order, the ledger they were entered in, and the theorem as a law
    where all claims are supported."""

    theorem: Theorem
    ledger: Ledger
    statements: Mapping[str, StatementProof] = field(default_factory=dict)
    law: Law | None = None


def in_order(theorem: Theorem) -> list[Statement]:
    """The statements as they are justified: a claim at its `conclude`."""
    places = {label: place for place, label in enumerate(theorem.order)}
    return sorted(theorem.statements, key=lambda statement: places.get(statement.label, len(places)))


def prove_theorem(
    theorem: Theorem,
    laws: Mapping[str, Law],
    stored: Mapping[str, Any],
    *,
    only: str = "",
    search: bool = True,
    stopped: Callable[[], bool] = lambda: False,
    twin: Proved | None = None,
    refuted: Callable[[str, int], str] = lambda label, link: "",
) -> Proved:
    """Proves what can be proved. `stored` maps node names to certificates; without `search` only these
    are tried. `only` restricts the work to one label and what it may use; `stopped` ends it early. `twin` is
    a theorem that was proved under the same laws: what both have to show, in the same context, is as it was
    found there. `refuted` is asked where a search is long, see `plan.attempt`."""
    settled = _settled(theorem, twin)
    ledger = Ledger(bound(theorem), laws)
    rules = shelf("rules")
    earlier = [h.label for h in theorem.hypotheses if h.origin == "assume"]
    found: dict[str, StatementProof] = {}
    for statement in in_order(theorem):
        began = time.perf_counter()
        unjustified = (
            statement.kind == "claim"
            and statement.by is None
            and all(link.by is None for link in statement.links)
        )
        outcomes: list[Outcome] = []
        kept: dict[str, Any] = {}
        if not unjustified and not (
            only and statement.label != only and only not in _after(theorem, statement)
        ):
            due = obligations(ledger, ledger.theorem.statement[statement.label])
            for link, obligation in enumerate(due):
                name, rule = obligation.name, obligation.reason.rule
                outcome = settled.get((name, obligation.key))
                outcome = outcome or _replayed(ledger, obligation, stored.get(name))
                late = stopped()
                if outcome is None and (rule in BELIEVED or search and not late):
                    outcome = attempt(
                        ledger, obligation, rules, earlier, partial(refuted, statement.label, link)
                    )
                if outcome is None:
                    refused = name in stored
                    said = "the stored certificate is turned down" if refused else "no certificate is stored"
                    said = "not reached in time" if search and late else said
                    outcome = Outcome("open", message=said, rule=rule, refused=refused)
                outcomes.append(outcome)
                if outcome.proof is not None:
                    kept[name] = {"key": obligation.key, "proof": c.to_json(outcome.proof)}
        proof = StatementProof(statement, tuple(outcomes), kept, time.perf_counter() - began)
        found[statement.label] = proof
        if unjustified or not outcomes:
            continue
        closed = ledger.theorem.statement[statement.label]
        goals = tuple(closed.goal(link) for link in closed.links)
        premises = [p for _, reason in reasons(statement) for p in reason.premises]
        used = frozenset(u for outcome in outcomes for u in outcome.used)
        stood = any(outcome.stood for outcome in outcomes)
        judged = Judged(used, frozenset(), stood) if proof.supported else None
        ledger.enter(statement.label, conjunction(goals), premises, judged)
        earlier.append(statement.label)
    return Proved(theorem, ledger, found, _law(theorem, ledger, found))


def _settled(theorem: Theorem, twin: Proved | None) -> dict[tuple[str, str], Outcome]:
    """What was proved of a twin in the same context, by name and key; nothing where the context differs."""
    if twin is None:
        return {}
    ours, theirs = ((one.declarations, one.definitions, one.hypotheses) for one in (theorem, twin.theorem))
    if ours != theirs:
        return {}
    found: dict[tuple[str, str], Outcome] = {}
    for proof in twin.statements.values():
        many = len(proof.outcomes) > 1
        for number, outcome in enumerate(proof.outcomes, 1):
            name = f"{proof.statement.label}#{number}" if many else proof.statement.label
            if outcome.status == "proved" and name in proof.certificates:
                found[name, proof.certificates[name]["key"]] = outcome
    return found


def _after(theorem: Theorem, statement: Statement) -> set[str]:
    """Labels that come at or after a statement."""
    order = [s.label for s in in_order(theorem)]
    return set(order[order.index(statement.label) :])


def _law(theorem: Theorem, ledger: Ledger, found: Mapping[str, StatementProof]) -> Law | None:
    claims = [s.label for s in theorem.statements if s.kind == "claim"]
    if not claims or not all(found[label].supported for label in claims):
        return None
    return ledger.law(claims, theorem.name, debts_of(found, claims))


def step_law(proved: Proved, label: str) -> Law | None:
    """One established statement as a law `theorem.label`, under the hypotheses of its cone alone."""
    if label not in proved.statements or not proved.statements[label].supported:
        return None
    debts = debts_of(proved.statements, [label])
    return proved.ledger.law([label], f"{proved.theorem.name}.{label}", debts)


def debts_of(found: Mapping[str, StatementProof], labels: list[str]) -> frozenset[str]:
    """What the proofs of statements believe, their premises included."""
    debts: set[str] = set()
    pending, seen = list(labels), set()
    while pending:
        label = pending.pop()
        if label in seen or label not in found:
            continue
        seen.add(label)
        for outcome, (_, reason) in zip(found[label].outcomes, reasons(found[label].statement), strict=True):
            debts |= outcome.debts
            pending.extend(name.partition("#")[0] for name in outcome.used)
            pending.extend(reason.premises)
    return frozenset(debts)


def _replayed(ledger: Ledger, obligation: Obligation, entry: Any) -> Outcome | None:
    """The outcome of a stored certificate that is accepted for this obligation, else None; one with the key
    of another obligation is not tried, one without a key is."""
    if not isinstance(entry, dict) or entry.get("key", obligation.key) != obligation.key:
        return None
    try:
        proof = c.from_json(entry.get("proof"))
        if not isinstance(proof, c.Proof):
            return None
        premises = [label for label, _ in obligation.premises]
        judged = judge(ledger.sequent(obligation.goal, premises), proof)
    except (Malformed, Rejected, Undefined, KeyError):
        return None
    debts = frozenset(d for name in judged.laws for d in ledger.laws[name].debts)
    rule = obligation.reason.rule
    return Outcome("proved", proof, judged.used, judged.laws, debts, rule=rule, stood=judged.stood)


def certificate_file(path: Path) -> Path:
    """Where the certificates of a theorem file are."""
    return path.with_suffix(".cert")


def read_certificates(path: Path) -> dict[str, dict[str, Any]]:
    """Stored certificates by theorem, then by node; empty when there are none that can be read."""
    file = certificate_file(path)
    try:
        if file.stat().st_size > LARGEST:
            return {}
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if (
        not isinstance(data, dict)
        or data.get("schema") != SCHEMA
        or not isinstance(data.get("theorems"), dict)
    ):
        return {}
    return {str(name): nodes for name, nodes in data["theorems"].items() if isinstance(nodes, dict)}


def certificates_text(proved: Mapping[str, Proved], derived: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a file of certificates, in a fixed order; `derived` holds what derivations keep, by theorem
    and label."""
    theorems = {
        name: {
            **{node: entry for p in one.statements.values() for node, entry in p.certificates.items()},
            **{label: kept for label, kept in derived.get(name, {}).items() if kept},
        }
        for name, one in proved.items()
    }
    body = {"schema": SCHEMA, "theorems": {name: nodes for name, nodes in theorems.items() if nodes}}
    return json.dumps(body, sort_keys=True, separators=(",", ":")) + "\n"
