"""Where the relations behind a derivation are certified: by a stored proof that the judge accepts, by a proof
that the command itself puts together, else by search. Sampling only keeps hopeless goals from the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from boundkit.desk.derived import Certified, Notebook
from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.sorts import NAT, PROP, REAL
from boundkit.ir.terms import (
    ZERO,
    Apply,
    Name,
    Term,
    conjunction,
    digest,
    rebuild,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.facts import negation
from boundkit.kernel.judge import Frame, Rejected, Sequent, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.kernel.steps import Step, to_json
from boundkit.plain import is_scalar, plain
from boundkit.provers.inequalities import archive, proofs
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.goal import Effort, Goal
from boundkit.provers.inequalities.problem import SORTS, Problem
from boundkit.provers.inequalities.sampling import fails, points, signs
from boundkit.provers.samples import sign_at
from boundkit.provers.search import Budget, Hints, prove

QUICK = 150
"""Attempts before what the command itself puts together is tried."""
THOROUGH = 3000
CHAINED = 500
SEARCH = 12
"""Attempts of the prover of steps, for goals that are not about numbers alone."""

Builder = Callable[[Goal], Step | None]
"""A step for a goal, put together from what a command knows; it need not be right."""

REFUSED = (
    Rejected,
    CoverRejected,
    NotNormal,
    NotDefined,
    TooLarge,
    RecursionError,
    Malformed,
    KeyError,
    ValueError,
)


class Desk:
    """The declarations and hypotheses of one theorem, and what an earlier run kept of one derivation.

    Of the hypotheses, those count that are about numbers alone. Without `search`, only stored proofs are put
    to the judge, for the stored proposal."""

    def __init__(
        self, ledger: Ledger, stored: Any = None, search: bool = True, more: tuple[Term, ...] = ()
    ) -> None:
        entry = stored if isinstance(stored, dict) else {}
        kept = entry.get("proofs")
        self.ledger = ledger
        self.search = search
        self.notebook = Notebook()
        self.proposal = _decoded(entry.get("proposal"))
        self._more = more
        self._aside: frozenset[str] = frozenset()
        self._kept: dict[str, Any] = kept if isinstance(kept, dict) else {}

    @cached_property
    def names(self) -> dict[str, Name]:
        """The declared numbers, in order."""
        declared = [d.name for d in self.ledger.theorem.declarations if d.kind == "let"]
        declared += [part for own in self._more for part in subterms(own) if isinstance(part, Name)]
        return {name.text: name for name in declared if name.sort in SORTS}

    def knowing(self, *more: Term) -> Desk:
        """The desk with more hypotheses, which may speak of new names."""
        return self._changed((*self._more, *more), self._aside)

    def setting_aside(self, labels: Iterable[str]) -> Desk:
        """The desk without the hypotheses of these labels."""
        return self._changed(self._more, self._aside | frozenset(labels))

    def _changed(self, more: tuple[Term, ...], aside: frozenset[str]) -> Desk:
        desk = Desk(self.ledger, None, self.search, more)
        desk.proposal, desk._kept, desk._aside = self.proposal, self._kept, aside
        desk.notebook = self.notebook
        return desk

    @cached_property
    def hypotheses(self) -> tuple[Term, ...]:
        """What is known of the declared numbers, as relations."""
        found = []
        for hypothesis in self.ledger.theorem.hypotheses:
            if hypothesis.label in self._aside:
                continue
            formula = plain(self.plain(hypothesis.formula))
            if formula is not None and formula.free and formula.free <= set(self.names):
                found.append(formula)
        return (*found, *self._more)

    def about(self, name: Name) -> tuple[Term, ...]:
        """The hypotheses that speak of a name, taken apart; for a natural number, that it is not negative."""
        found = [part for own in self.hypotheses for part in _parts(own) if name.text in own.free]
        if name.sort == NAT and not found:
            found.append(relation("<=", ZERO, name))
        return tuple(found)

    def bearing_on(self, name: Name) -> tuple[Term, ...]:
        """The hypotheses that speak of a name, or of a name that these speak of, and so on."""
        used, found = {name.text}, list(self.about(name))
        parts = [part for own in self.hypotheses for part in _parts(own)]
        while more := [own for own in parts if own.free & used and own not in found]:
            found += more
            used.update(*(own.free for own in more))
        return tuple(dict.fromkeys(found))

    def with_values(self, term: Term, kept: Name) -> tuple[Term, list[Certified]]:
        """The term with numbers for those names, other than `kept`, that a hypothesis says to be one; that
        it is equal is certified."""
        values = {}
        for own in self.hypotheses:
            match own:
                case Apply("=", (Name(text), value)) if not value.free and text != kept.text:
                    values[text] = value
        there = substitute(term, values)
        proof = self.certified(relation("=", term, there), "as given") if there != term else None
        return (term, []) if proof is None else (there, [proof])

    def plain(self, term: Term) -> Term:
        """The term with its definitions written out, or as it is where they cannot be."""
        try:
            return written_out(term, Context(self.ledger.theorem.definition))
        except (NotNormal, TooLarge):
            return term

    def problem(self, goal: Term, given: Iterable[Term] = (), without: Iterable[str] = ()) -> Problem | None:
        """The goal under the hypotheses that bear on it; None where it is not about numbers alone.

        without: names about which nothing is taken to be known."""
        wanted = plain(self.plain(goal))
        conditions = [plain(self.plain(own)) for own in given]
        if wanted is None or any(own is None for own in conditions):
            return None
        facts = [own for own in conditions if own is not None]
        known = [own for own in self.hypotheses if not own.free & set(without)]
        used = set(wanted.free).union(*(own.free for own in facts))
        while more := [own for own in known if own.free & used and not own.free <= used]:
            used.update(*(own.free for own in more))
        facts = [*(own for own in known if own.free <= used), *facts]
        try:
            names = tuple(name for text, name in self.names.items() if text in used)
            return Problem("derivation", names, tuple(facts), wanted)
        except ValueError:
            return None

    def certified(
        self,
        goal: Term,
        role: str = "",
        given: Iterable[Term] = (),
        builders: Iterable[Builder] = (),
        effort: int = THOROUGH,
        without: Iterable[str] = (),
    ) -> Certified | None:
        """The goal under the hypotheses and some conditions, with a proof that the judge accepts; of the
        names in `without` nothing is taken to be known."""
        return self._noted(self._certified(goal, role, tuple(given), tuple(builders), effort, without))

    def _noted(self, found: Certified | None) -> Certified | None:
        if found is not None:
            self.notebook.certified.append(found)
        return found

    def _certified(
        self,
        goal: Term,
        role: str,
        given: tuple[Term, ...],
        builders: tuple[Builder, ...],
        effort: int,
        without: Iterable[str],
    ) -> Certified | None:
        statement = Apply("implies", (conjunction(given), goal), PROP) if given else goal
        problem = self.problem(goal, given, without)
        if problem is None:
            return self.by_steps(statement, role)
        sequent = proofs.sequent_of(problem)
        stored = self._stored(statement, sequent)
        if stored is not None:
            return Certified(statement, stored, role)
        if not self.search:
            return None
        known = archive.recall(problem)
        if known is not None and known.verdict == "PROVED" and known.certificate is not None:
            return Certified(statement, c.from_json(dict(known.certificate)), role, known.argument)
        answer = self._sought(problem, builders, effort)
        if answer is None or answer.certificate is None:
            return None
        archive.keep(problem, answer)
        return Certified(statement, c.from_json(dict(answer.certificate)), role, answer.argument)

    def chained(
        self, relations: Iterable[Term], role: str = "", builders: Sequence[Builder] = ()
    ) -> Certified | None:
        """The last of some relations from the first, each from the one before it, as one proof; `builders`
        has one for each link."""
        return self._noted(self._chained(relations, role, builders))

    def _chained(self, relations: Iterable[Term], role: str, builders: Sequence[Builder]) -> Certified | None:
        steps = [plain(self.plain(own)) for own in relations]
        if len(steps) < 2 or any(own is None for own in steps):
            return None
        known = [own for own in steps if own is not None]
        statement = Apply("implies", (known[0], known[-1]), PROP)
        whole = self.problem(known[-1], known)
        if whole is None:
            return None
        facts = whole.hypotheses[: len(whole.hypotheses) - len(known)]
        whole = Problem("derivation", whole.names, (*facts, known[0]), known[-1])
        stored = self._stored(statement, proofs.sequent_of(whole))
        if stored is not None or not self.search:
            return None if stored is None else Certified(statement, stored, role)
        lines: list[c.Line] = []
        argument: list[str] = []
        place = len(Problem("derivation", whole.names, (*facts,), known[0]).facts) + 1
        for link, (before, after) in enumerate(pairwise(known)):
            part = Problem("derivation", whole.names, (*facts, before), after)
            answer = self._sought(part, tuple(builders[link : link + 1]), CHAINED)
            if answer is None or answer.certificate is None:
                return None
            proof = c.from_json(dict(answer.certificate))
            if not isinstance(proof, c.Proof) or proof.lines or not isinstance(proof.by, c.Cover):
                return None
            names = {f"given{place}": lines[-1].name} if lines else {}
            cover = replace(proof.by, facts=tuple(names.get(own, own) for own in proof.by.facts))
            lines.append(c.Line(f"link{len(lines) + 1}", after, cover))
            argument.append(str(after))
        *earlier, last = lines
        certificate = c.Proof(last.by, tuple(earlier))
        if not proofs.check(whole, c.to_json(certificate)):
            return None
        return Certified(statement, certificate, role, tuple(argument))

    def _sought(self, problem: Problem, builders: tuple[Builder, ...], effort: int) -> Answer | None:
        # Sampling does not look into alternatives.
        cases = any(isinstance(own, Apply) and own.head in ("or", "implies") for own in problem.hypotheses)
        if not cases and any(map(fails, self._goals(problem))):
            return None
        found = proofs.find(problem, Effort(min(QUICK, effort)))
        if isinstance(found, proofs.Proved):
            return Answer("PROVED", found.method, found.argument, certificate=found.certificate)
        frame = Frame(proofs.sequent_of(problem))
        for builder in builders:
            own = self._covering(frame, problem.goal)
            step = None if own is None else builder(own[0])
            if step is None or own is None:
                continue
            certificate = c.to_json(c.Proof(c.Cover((), to_json(step), own[1])))
            if proofs.check(problem, certificate):
                return Answer("PROVED", "derivation", (), certificate=certificate)
        if effort > QUICK:
            found = proofs.find(problem, Effort(effort))
            if isinstance(found, proofs.Proved):
                return Answer("PROVED", found.method, found.argument, certificate=found.certificate)
        return None

    def _covering(self, frame: Frame, goal: Term) -> tuple[Goal, tuple[str, ...]] | None:
        if not (isinstance(goal, Apply) and goal.head in ("<=", "<")):
            return None
        try:
            return proofs.covering_goal(frame, goal)
        except REFUSED:
            return None

    def _goals(self, problem: Problem) -> list[Goal]:
        """The relation of a problem as goals for sampling; none where it is no relation."""
        goal = problem.goal
        if not (isinstance(goal, Apply) and goal.head in ("<=", "<", "=")):
            return []
        sides = [goal.args] if goal.head != "=" else [goal.args, goal.args[::-1]]
        head = "<=" if goal.head == "=" else goal.head
        frame = Frame(proofs.sequent_of(problem))
        found = [self._covering(frame, relation(head, left, right)) for left, right in sides]
        return [own[0] for own in found if own is not None]

    def seems(self, goal: Term, given: Iterable[Term] = (), without: Iterable[str] = ()) -> bool:
        """Whether sampling finds no point at which the goal fails; of `and`, of each part; of a condition
        with `or`, or with a premise, in each case."""
        given = tuple(given)
        if isinstance(goal, Apply) and goal.head == "and":
            return all(self.seems(part, given, without) for part in goal.args)
        for place, own in enumerate(given):
            if isinstance(own, Apply) and own.head in ("or", "implies"):
                cases = own.args if own.head == "or" else (_negated(own.args[0]), own.args[1])
                others = given[:place] + given[place + 1 :]
                return all(part is None or self.seems(goal, (*others, part), without) for part in cases)
        problem = self.problem(goal, given, without)
        return problem is None or not any(map(fails, self._goals(problem)))

    def failure(self, goal: Term, given: Iterable[Term]) -> dict[str, Fraction] | None:
        """A sample point at which the conditions hold, and the goal certainly fails, in the kernel's
        arithmetic; None where none is seen."""
        problem = self.problem(goal, given)
        for own in [] if problem is None else self._goals(problem):
            for place in points(own.box, own.facts):
                sure = all(sign_at(fact.term, place) == 1 for fact in own.facts if fact.term.free)
                if sure and sign_at(own.slack, place) == -1:
                    return {name: place[name] for name in sorted(place) if name in self.names}
        return None

    def signs(self, term: Term, given: Iterable[Term] = ()) -> frozenset[int]:
        """The signs that a term has at sample points; empty where none is found."""
        problem = self.problem(relation("<=", Apply("-", (term, term), REAL), term), given)
        if problem is None:
            return frozenset()
        goals = self._goals(problem)
        return signs(term, goals[0].box, goals[0].facts) if goals else frozenset()

    def _stored(self, statement: Term, sequent: Sequent) -> c.Proof | None:
        try:
            proof = c.from_json(self._kept.get(digest(statement)))
            if isinstance(proof, c.Proof):
                judge(sequent, proof)
                return proof
        except (*REFUSED, TypeError):
            pass
        return None

    def by_steps(self, statement: Term, role: str) -> Certified | None:
        """A statement about more than numbers, by the prover of steps, under all hypotheses."""
        premises = [h.label for h in self.ledger.theorem.hypotheses if h.origin == "assume"]
        sequent = self.ledger.sequent(statement, premises)
        stored = self._stored(statement, sequent)
        if stored is not None or not self.search:
            return None if stored is None else Certified(statement, stored, role)
        try:
            proof = prove(Frame(sequent), statement, Hints(budget=Budget(SEARCH)))
            if proof is not None:
                judge(sequent, proof)
        except REFUSED:
            return None
        return None if proof is None else Certified(statement, proof, role)


def kept(proposal: Iterable[Term], certified: Iterable[Certified]) -> dict[str, Any]:
    """What a later run needs: the proposal, and the proofs by what they show."""
    return {
        "proposal": [encode(term) for term in proposal],
        "proofs": {digest(own.statement): c.to_json(own.proof) for own in certified},
    }


def resolved(term: Term, results: Mapping[tuple[str, str], Term]) -> Term:
    """The term with references to derivations replaced by their results."""
    if isinstance(term, Apply) and term.head in ("derived_rhs", "derived_lhs") and term.args:
        name = term.args[0]
        if isinstance(name, Name) and (name.text, term.head) in results:
            return results[name.text, term.head]
    return rebuild(term, lambda part: resolved(part, results))


def _decoded(data: Any) -> tuple[Term, ...]:
    """The terms of a stored proposal; none where it is malformed."""
    try:
        return tuple(decode(part) for part in data) if isinstance(data, list) else ()
    except (Malformed, RecursionError):
        return ()


def _negated(premise: Term) -> Term | None:
    """The negation of a relation; None of what is none."""
    return negation(premise) if isinstance(premise, Apply) and premise.head in ("<=", "<") else None


def _parts(formula: Term) -> tuple[Term, ...]:
    if isinstance(formula, Apply) and formula.head == "and":
        return tuple(part for arg in formula.args for part in _parts(arg))
    return (formula,)


__all__ = ["Builder", "Desk", "is_scalar", "kept", "resolved"]
