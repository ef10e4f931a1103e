"""`derive` clauses: a better form of a bound is proposed, and each proposal becomes goals for the provers and
the judge. What cannot be certified is a conjecture and says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.sorts import PROP, is_numeric
from boundkit.ir.terms import Apply, Name, Term, digest, rebuild, relation, substitute
from boundkit.ir.theorems import Derivation
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.normal import normal, to_term
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.search import Budget, Hints, prove


@dataclass(frozen=True)
class Derived:
    """What became of one derivation. `status` is `proved`, `open` or `unsupported`; `results` are the
    sides that later derivations may refer to, by head (`derived_rhs`, `derived_lhs`); `goals` are the
    relations that were put to the judge, `wrong` those of the expected result that were not proved;
    `stored` is what a later run needs to come to the same result without search."""

    label: str
    status: str
    message: str = ""
    results: Mapping[str, Term] = field(default_factory=dict)
    goals: tuple[Term, ...] = ()
    wrong: tuple[Term, ...] = ()
    certificates: tuple[tuple[Term, c.Proof], ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)


def derive(
    ledger: Ledger,
    derivation: Derivation,
    earlier: Mapping[str, Derived],
    stored: Any = None,
    search: bool = True,
) -> Derived:
    """Carries out one derivation under the ranges of the lets. `stored` is what an earlier run kept; without
    `search` only its proposal is tried, and only its proofs are put to the judge."""
    desk = _Desk(ledger, stored, search)
    if derivation.command == "minimise":
        return _minimise(desk, derivation, earlier)
    if derivation.command == "solve":
        return _solve(desk, derivation, earlier)
    return Derived(derivation.label, "unsupported", f"`{derivation.command}` is not supported yet")


class _Desk:
    """Where goals are certified: by a stored proof that the judge accepts, else by search."""

    def __init__(self, ledger: Ledger, stored: Any, search: bool) -> None:
        entry = stored if isinstance(stored, dict) else {}
        proofs = entry.get("proofs")
        self.ledger = ledger
        self.search = search
        self.proposal = _decoded(entry.get("proposal"))
        self._proofs: dict[str, Any] = proofs if isinstance(proofs, dict) else {}

    def certified(self, goal: Term) -> c.Proof | None:
        """A proof of the goal from the ranges of the lets that the judge accepts."""
        sequent = self.ledger.sequent(goal, ())
        try:
            proof = c.from_json(self._proofs.get(digest(goal)))
            if isinstance(proof, c.Proof):
                judge(sequent, proof)
                return proof
        except _REFUSED:
            pass
        if not self.search:
            return None
        try:
            proof = prove(Frame(sequent), goal, Hints(budget=Budget(12)))
            if proof is not None:
                judge(sequent, proof)
        except _REFUSED:
            return None
        return proof


_REFUSED = (Rejected, NotNormal, NotDefined, TooLarge, RecursionError, Malformed, KeyError)


def _decoded(data: Any) -> tuple[Term, ...]:
    """The terms of a stored proposal; none where it is malformed."""
    try:
        return tuple(decode(part) for part in data) if isinstance(data, list) else ()
    except (Malformed, RecursionError):
        return ()


def _kept(proposal: tuple[Term, ...], certificates: list[tuple[Term, c.Proof]]) -> dict[str, Any]:
    return {
        "proposal": [encode(term) for term in proposal],
        "proofs": {digest(goal): c.to_json(proof) for goal, proof in certificates},
    }


def _resolved(term: Term, results: Mapping[tuple[str, str], Term]) -> Term:
    """The term with references to derivations replaced by their results."""
    if isinstance(term, Apply) and term.head in ("derived_rhs", "derived_lhs") and term.args:
        name = term.args[0]
        if isinstance(name, Name) and (name.text, term.head) in results:
            return results[name.text, term.head]
    return rebuild(term, lambda part: _resolved(part, results))


def _results(earlier: Mapping[str, Derived]) -> dict[tuple[str, str], Term]:
    return {(label, head): term for label, one in earlier.items() for head, term in one.results.items()}


def _parts(expected: Term | None) -> list[Term]:
    if expected is None:
        return []
    if isinstance(expected, Apply) and expected.head == "and":
        return [part for arg in expected.args for part in _parts(arg)]
    return [expected]


def _minimise(desk: _Desk, derivation: Derivation, earlier: Mapping[str, Derived]) -> Derived:
    variable = derivation.variable
    if variable is None or not is_numeric(variable.sort):
        return Derived(derivation.label, "unsupported", "only a number can be minimised over")
    ledger = desk.ledger
    results = _results(earlier)
    objective = _resolved(derivation.subject, results)
    expected = _parts(derivation.expected)
    declared = set(ledger.names())
    for candidate in _candidates(desk, objective, variable, expected):
        if variable.text in candidate.free or not candidate.free <= declared:
            continue
        best = substitute(objective, {variable.text: candidate})
        goals: list[Term] = [relation("<=", best, objective)]
        goals.extend(
            substitute(hypothesis.formula, {variable.text: candidate})
            for hypothesis in ledger.theorem.hypotheses
            if hypothesis.origin == "range" and variable.text in hypothesis.formula.free
        )
        proofs = [desk.certified(goal) for goal in goals]
        if any(proof is None for proof in proofs):
            continue
        value = _simplest(ledger, best)
        at, least = candidate, value
        results = {**results, (derivation.label, "derived_rhs"): value}
        certificates = [(g, p) for g, p in zip(goals, proofs, strict=True) if p is not None]
        wrong = []
        for part in expected:
            goal = _resolved(part, results)
            if isinstance(goal, Apply) and goal.head == "=" and goal.args[0] == variable:
                goal = relation("=", candidate, goal.args[1])
            proof = desk.certified(goal)
            if proof is None:
                wrong.append(goal)
                continue
            certificates.append((goal, proof))
            match goal:  # from here on as the author writes it
                case Apply("=", (left, right)) if left == candidate:
                    at = right
                case Apply("=", (left, right)) if left == value:
                    least = right
        own = {"derived_rhs": least}
        message = f"minimum at {variable.text} = {at}: {least}"
        status = "open" if wrong else "proved"
        kept = _kept((candidate,), certificates)
        return Derived(
            derivation.label, status, message, own, tuple(goals), tuple(wrong), tuple(certificates), kept
        )
    return Derived(derivation.label, "open", "no certified minimiser was found")


def _simplest(ledger: Ledger, term: Term) -> Term:
    """The normal form as a term, or the term as it is."""
    try:
        return to_term(normal(term, Frame(ledger.sequent(term, ())).context()))
    except (NotNormal, TooLarge, Rejected):
        return term


def _candidates(desk: _Desk, objective: Term, variable: Name, expected: list[Term]) -> Iterator[Term]:
    """Proposals for the minimiser: the stored one, zeros of the derivative from computer algebra, then what
    the author expects. All are only proposals."""
    yield from desk.proposal
    if not desk.search:
        return
    from boundkit.provers.algebra import stationary_points

    yield from stationary_points(objective, variable)
    for part in expected:
        if isinstance(part, Apply) and part.head == "=" and part.args[0] == variable:
            yield part.args[1]


def _solve(desk: _Desk, derivation: Derivation, earlier: Mapping[str, Derived]) -> Derived:
    unknown = derivation.variable
    if unknown is None or not is_numeric(unknown.sort):
        return Derived(derivation.label, "unsupported", "only a number can be solved for")
    wanted = _resolved(derivation.subject, _results(earlier))
    expected = [_resolved(part, _results(earlier)) for part in _parts(derivation.expected)]
    proposals = [conditions for conditions in (tuple(expected),) if conditions]
    if not proposals and _is_bound(desk.proposal, unknown, set(desk.ledger.names())):
        proposals = [desk.proposal]
    if not expected and desk.search:
        from boundkit.provers.algebra import solutions

        proposals += [(relation("<=", value, unknown),) for value in solutions(wanted, unknown)]
        proposals += [(relation("<=", unknown, value),) for value in solutions(wanted, unknown)]
    for conditions in proposals:
        condition = conditions[0] if len(conditions) == 1 else Apply("and", conditions, PROP)
        goals: tuple[Term, Term] = (
            Apply("implies", (condition, wanted), PROP),
            Apply("implies", (wanted, condition), PROP),
        )
        proofs = [desk.certified(goal) for goal in goals]
        certificates = [(g, p) for g, p in zip(goals, proofs, strict=True) if p is not None]
        if proofs[0] is not None:
            message = f"{wanted} if and only if {condition}"
            if proofs[1] is None:
                message = f"{wanted} if {condition}; the converse is not certified"
            results = {}
            if isinstance(condition, Apply) and len(condition.args) == 2:
                low, high = condition.args
                results = {"derived_rhs": low if high == unknown else high, "derived_lhs": unknown}
            status = "proved" if proofs[1] is not None or not expected else "open"
            kept = _kept(conditions, certificates)
            return Derived(derivation.label, status, message, results, goals, (), tuple(certificates), kept)
    wrong = tuple(Apply("implies", (condition, wanted), PROP) for condition in expected)
    return Derived(derivation.label, "open", "no certified solution was found", {}, (), wrong)


def _is_bound(conditions: tuple[Term, ...], unknown: Name, declared: set[str]) -> bool:
    """Whether they are one bound of the unknown by a term in the declared names without it."""
    match conditions:
        case (Apply("<=", (low, high)),):
            other = high if low == unknown else low
            return unknown in (low, high) and other.free <= declared - {unknown.text}
    return False
