"""A reason for a claim that has none: the theorems that the file uses, and the rules that need no arguments
and are about what the claim speaks of, are tried one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from boundkit.discover import shelf
from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Bind, Name, Term, substitute, subterms
from boundkit.ir.theorems import Reason, Theorem
from boundkit.library import Library
from boundkit.plain import plain
from boundkit.plan import attempt, attempt_briefly, obligations
from boundkit.proofs import Proved
from boundkit.provers.inequalities.archive import prove_once
from boundkit.provers.inequalities.problem import SORTS, Effort, Problem
from boundkit.syntax import tree
from boundkit.syntax.tree import Identifier

RULES: dict[str, tuple[str, ...]] = {
    "": ("bounds", "calculus", "extremum", "triangle", "am_gm", "young", "cauchy_schwarz"),
    "expectation": ("linearity", "variance", "jensen", "massart", "symmetrization", "tv_bound"),
    "probability": ("hoeffding", "markov", "chebyshev", "union", "bernstein", "mcdiarmid"),
    "with_probability": ("union", "hoeffding", "finite_class"),
    "sum": ("counting", "induction", "telescope"),
    "KL": ("pinsker", "donsker_varadhan", "chain_rule_kl"),
    "TV": ("pinsker", "tv_bound"),
}
"""Rules by what the statement speaks of; those of "" whatever it does."""
CHANCE = frozenset({"expectation", "probability", "variance", "with_probability", "almost_surely"})
EFFORT = Effort(attempts=200, points=40_000, judgements=60)
"""What may be spent on a statement about numbers alone."""


def justify(proved: Proved, laws: Library, label: str, stopped: Callable[[], bool]) -> tree.Conclude | None:
    """`conclude label by …` with a rule that proves the claim from the hypotheses, or None."""
    theorem, ledger, rules = proved.theorem, proved.ledger, shelf("rules")
    known = tuple(h.label for h in theorem.hypotheses if h.origin == "assume")
    statement = ledger.theorem.statement[label]
    heads = _heads(proved, label)
    problem = scalar_problem(theorem, label)
    if problem is not None and prove_once(problem, EFFORT).verdict != "PROVED":
        return None
    for reason, written in _reasons(proved, heads):
        if stopped():
            return None
        due = obligations(ledger, replace(statement, by=replace(reason, premises=known)))
        outcomes = []
        for obligation in due:
            if reason.rule == "algebra":
                outcomes.append(attempt(ledger, obligation, rules, (), lambda: "statement"))
            else:
                outcomes.append(attempt_briefly(ledger, obligation, rules))
            if outcomes[-1].status != "proved":
                break
        else:
            used = {name.partition("#")[0] for outcome in outcomes for name in outcome.used}
            premises = tuple(Identifier(one) for one in known if one in used)
            return tree.Conclude(Identifier(label), replace(written, premises=premises))
    return None


def scalar_problem(theorem: Theorem, label: str) -> Problem | None:
    """A statement as a problem for the prover of inequalities, constant definitions written out; None where
    the theorem speaks of more than numbers."""
    values: dict[str, Term] = {}
    for definition in theorem.definitions:
        if definition.style != "constant" or definition.recursive:
            return None
        values[definition.name.text] = substitute(definition.clauses[0].body, values)
    names = tuple(declaration.name for declaration in theorem.declarations)
    if any(name.sort not in SORTS for name in names):
        return None
    whole = [hypothesis.formula for hypothesis in theorem.hypotheses] + [theorem.statement[label].formula]
    known = [plain(substitute(formula, values)) for formula in whole]
    *facts, goal = known
    if goal is None or any(fact is None for fact in facts):
        return None
    try:
        return Problem(label, names, tuple(fact for fact in facts if fact is not None), goal)
    except ValueError:
        return None


def _heads(proved: Proved, label: str) -> set[str]:
    """What a statement speaks of, by way of definitions too."""
    theorem = proved.theorem
    bodies = [clause.body for definition in theorem.definitions for clause in definition.clauses]
    whole = (theorem.statement[label].formula, *bodies)
    return {term.head for one in whole for term in subterms(one) if isinstance(term, Apply | Bind)}


def _reasons(proved: Proved, heads: set[str]) -> Iterator[tuple[Reason, tree.Justification]]:
    """Rules and theorems by name, those first that need least."""
    theorem = proved.theorem
    own = [name for head, names in RULES.items() if not head or head in heads for name in names]
    scalar = () if heads & CHANCE else ("algebra",)
    for name in dict.fromkeys((*scalar, *theorem.uses, *own)):
        if name == "induction":
            for declaration in theorem.declarations:
                if declaration.kind == "let" and declaration.name.sort == NAT:
                    index = Name(declaration.name.text, NAT)
                    written = (Identifier(declaration.name.text),)
                    yield Reason(name, (index,)), tree.Justification(Identifier(name), written)
        else:
            yield Reason(name), tree.Justification(Identifier(name))
