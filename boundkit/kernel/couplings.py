"""The distance W1 of two laws with finite first moments, by couplings (Villani 2009, def. 6.1 and 6.4).

`W1(P, Q)` is the infimum of `E_{p ~ pi}[|fst(p) - snd(p)|]` over the laws pi of pairs whose components have
the laws P and Q. Where it is written, P and Q are supposed to have finite first moments: then it is a
number."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import NAT, PROP, REAL, Distribution, Matrix, Product, Sequence, SetOf, Sort
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Term,
    conjunction,
    fresh_name,
    relation,
    substitute,
    subterms,
)
from boundkit.ir.theorems import Hypothesis, Theorem
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.matching import match
from boundkit.kernel.means import is_integrable


def size(term: Term) -> Term:
    """The Euclidean norm of a vector, the absolute value of a number."""
    return Apply("norm" if isinstance(term.sort, Matrix) else "abs", (term,), REAL)


def _has_length(sort: Sort) -> bool:
    return sort == REAL or isinstance(sort, Matrix) and sort.columns == ONE


def first_moment(law: Term) -> Bind | None:
    """`E_{x ~ law}[|x|]`; None for a law on neither numbers nor vectors."""
    element = law.sort.element if isinstance(law.sort, Distribution) else None
    if element is None or not _has_length(element):
        return None
    x = Name(fresh_name("x", law.free), element)
    return Bind("expectation", x, law, size(x), REAL)


def with_moments(theorem: Theorem) -> Theorem:
    """The theorem with `0 <= E_{x ~ P}[|x|]`, hence that this is finite, as a restriction of every declared
    law, or sequence of laws, in a W1 that its hypotheses or claims speak of; what only a step mentions is not
    part of the statement."""
    mentioned: set[str] = set()
    pending = [h.formula for h in theorem.hypotheses]
    for statement in theorem.statements:
        if statement.kind == "claim":
            pending += [statement.formula, *(link.relation for link in statement.links)]
    seen: set[str] = set()
    while pending:
        formula = pending.pop()
        for part in subterms(formula):
            if isinstance(part, Apply) and part.head == "W1":
                mentioned |= part.free
        for name in sorted((formula.free & set(theorem.definition)) - seen):
            seen.add(name)
            pending += [clause.body for clause in theorem.definition[name].clauses]
    added = []
    for declaration in theorem.declarations:
        law = declaration.name
        presupposed = _presupposed(law) if declaration.kind == "let" and law.text in mentioned else None
        if presupposed is not None:
            added.append(Hypothesis(f"{law.text}.moment", presupposed, "range", declaration.span))
    if not added:
        return theorem
    return replace(theorem, hypotheses=(*theorem.hypotheses, *added))


def _presupposed(name: Name) -> Term | None:
    if isinstance(name.sort, Distribution):
        moment = first_moment(name)
        return None if moment is None else relation("<=", ZERO, moment)
    if isinstance(name.sort, Sequence) and isinstance(name.sort.element, Distribution):
        place = Name(fresh_name("a", {name.text}), NAT)
        moment = first_moment(Apply("index", (name, place), name.sort.element))
        if moment is None:
            return None
        everything = Apply("everything", (), SetOf(NAT))
        return Bind("forall", place, everything, relation("<=", ZERO, moment), PROP)
    return None


def has_moment(law: Term, context: Context) -> bool:
    """Whether the first moment of a law is known to be finite: it stands in a relation among the facts, or in
    one for all values of its variables."""
    moment = first_moment(law)
    if moment is None:
        return False
    inner, outcome = context.inside(moment.variable, law)
    if is_integrable(substitute(moment.body, {moment.variable.text: outcome}), outcome, law, inner):
        return True
    try:
        wanted = context.canonical_term(moment)
    except NotNormal:
        return False
    for universal in context.universals:
        names = [variable.text for variable, _ in universal.variables]
        for side in universal.formula.args:  # type: ignore[attr-defined]
            values = match(side, wanted, names)
            if values is not None and set(values) == set(names) and context.admits(universal, values):
                context.used.add(universal.reference)
                return True
    return False


def infimum(term: Term) -> Term | None:
    """What holds of `W1(P, Q)` as an infimum over couplings: for every e > 0 there is one of cost at most
    W1(P, Q) + e. None for another metric."""
    if not (isinstance(term, Apply) and term.head == "W1" and len(term.args) == 2):
        return None
    left, right = term.args
    element = left.sort.element if isinstance(left.sort, Distribution) else None
    if element is None or not _has_length(element):
        return None
    pairs = Product(element, element)
    taken = set(term.free)
    e = Name(fresh_name("e", taken), REAL)
    joint = Name(fresh_name("pi", taken | {e.text}), Distribution(pairs))
    bound = relation("<=", cost(joint), Apply("+", (term, e), REAL))
    coupling = Apply("is_coupling", (joint, left, right), PROP)
    everything = Apply("everything", (), SetOf(joint.sort))
    some = Bind("exists", joint, everything, conjunction((coupling, bound)), PROP)
    positive = Apply("open", (ZERO, Apply("infinity", (), REAL)), SetOf(REAL))
    return Bind("forall", e, positive, some, PROP)


def cost(joint: Term) -> Term:
    """`E_{p ~ joint}[|fst(p) - snd(p)|]`."""
    assert isinstance(joint.sort, Distribution) and isinstance(joint.sort.element, Product)
    pair = Name(fresh_name("p", joint.free), joint.sort.element)
    left, right = component(pair, "fst"), component(pair, "snd")
    gap = Apply("-", (left, right), left.sort)
    return Bind("expectation", pair, joint, size(gap), REAL)


def component(pair: Term, head: str) -> Term:
    """The first or second component of a pair."""
    assert isinstance(pair.sort, Product)
    return Apply(head, (pair,), pair.sort.left if head == "fst" else pair.sort.right)


def marginals(coupling: Term, term: Term, context: Context) -> list[Term]:
    """`E_{x ~ P}[f(x)] = E_{p ~ pi}[f(fst(p))]` where pi is a coupling of P with another law, and the same of
    the second component and of probabilities (change of variables; Kallenberg 2002, lemma 1.22). It holds
    where the left side is defined."""
    if not (isinstance(coupling, Apply) and coupling.head == "is_coupling"):
        return []
    if not (isinstance(term, Bind) and term.head in ("expectation", "probability")) or term.has_derivative:
        return []
    joint, *laws = coupling.args
    assert isinstance(joint.sort, Distribution)
    pair = Name(fresh_name("p", term.free | term.body.free | joint.free), joint.sort.element)
    found: list[Term] = []
    for law, head in zip(laws, ("fst", "snd"), strict=True):
        if context.same_law(term.domain, law):
            body = substitute(term.body, {term.variable.text: component(pair, head)})
            found.append(relation("=", term, Bind(term.head, pair, joint, body, REAL)))
    return found
