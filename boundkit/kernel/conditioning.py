"""Conditional expectations: the tower property with what is known taken out, and conditioning on all entries
of a sample but one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, rebuild, substitute, subterms
from boundkit.kernel.frame import Rejected
from boundkit.kernel.integrable import is_bounded
from boundkit.kernel.normal import is_zero, normal
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import Atom, Polynomial, Rational
from boundkit.kernel.unfolding import beta

if TYPE_CHECKING:
    from boundkit.kernel import certificates as c
    from boundkit.kernel.context import Context
    from boundkit.kernel.judge import Frame


def check_tower(frame: Frame, goal: Term, certificate: c.Tower) -> None:
    """`E[h(Y) * X] = E[h(Y) * E[X given Y]]` (Williams 1991, 9.7 i and j): one side is the other with the
    conditional expectation `given` replaced by its variable; it enters linearly, its factors are functions of
    what is given, and their products with the variable are bounded. Raises `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head == "="):
        raise Rejected("no equation between expectations")
    frame.require_defined(goal, frame.context())
    plain, conditioned = goal.args if not certificate.turned else reversed(goal.args)
    if not (isinstance(conditioned, Bind) and conditioned.head == "expectation"):
        raise Rejected("no expectation")
    law = conditioned.domain
    outcome = Name(certificate.name, conditioned.variable.sort)
    inner = frame.at_outcome(outcome, law)
    whole = substitute(conditioned.body, {conditioned.variable.text: outcome})
    given = certificate.given
    inner.scoped(given)
    if not (isinstance(given, Apply) and given.head == "conditional" and given.args[3] == outcome):
        raise Rejected("no conditional expectation at the outcome")
    if not frame.context().same_law(given.args[0], law):
        raise Rejected("a conditional expectation under another law")
    _, of, by, _ = given.args
    variable, known = beta(of, (outcome,)), beta(by, (outcome,))
    if variable is None or known is None:
        raise Rejected("functions of the outcome that are not written out")
    if isinstance(plain, Bind) and plain.head == "expectation":
        if not frame.context().same_law(plain.domain, law):
            raise Rejected("expectations over different laws")
        expected = substitute(plain.body, {plain.variable.text: outcome})
    else:
        expected = plain
    fresh = Name("#given", given.sort)
    opened = _put(whole, given, fresh)
    context = inner.context()
    if not is_zero(normal(substitute(opened, {fresh.text: variable}), context) - normal(expected, context), context):
        raise Rejected("the sides differ in more than the conditional expectation")
    for cofactor, product in _linear(normal(opened, context), fresh, variable):
        if outcome.text in _hidden(cofactor, known, context).free:
            raise Rejected(f"{cofactor} is not a function of what is given")
        if not _is_bounded(product, {outcome.text: law}, inner, context):
            raise Rejected(f"{product} is not known to be integrable")


def _is_bounded(term: Term, random: dict[str, Term], inner: Frame, context: Context) -> bool:
    if is_bounded(term, random, context):
        return True
    if not inner.sequent.standing:
        return False
    inner.stood[0] = True
    return is_bounded(term, random, context.with_facts(inner.sequent.standing))


def _linear(polynomial: Polynomial, fresh: Name, variable: Term) -> list[tuple[Term, Term]]:
    """The factors of the fresh name in the monomials where it occurs, each with its product with the
    variable; raises `Rejected` where it does not enter linearly."""
    found = []
    for monomial in polynomial.ordered:
        with_it = [(a, e) for a, e in monomial if _mentions(a, e, fresh)]
        if not with_it:
            continue
        if len(with_it) != 1 or with_it[0][1] != 1:
            raise Rejected("the conditional expectation does not enter linearly")
        atom = with_it[0][0]
        rest = to_term(Polynomial({tuple(p for p in monomial if p[0] != atom): Fraction(1)}))
        beside: Term | None = None
        if atom.term == fresh:
            whole: Term = Apply("*", (rest, variable), REAL)
        elif isinstance(atom.term, Apply) and atom.term.head == "inner":
            one, other = atom.term.args
            beside = other if one == fresh else one
            if fresh not in (one, other) or fresh.text in beside.free:
                raise Rejected("the conditional expectation does not enter linearly")
            whole = Apply("*", (rest, Apply("inner", (beside, variable), REAL)), REAL)
        else:
            raise Rejected("the conditional expectation does not enter linearly")
        found.append((rest if beside is None else Apply("pair", (rest, beside), REAL), whole))
    if not found:
        raise Rejected("the conditional expectation does not occur")
    return found


def _mentions(atom: Atom, exponent: Rational | Polynomial, fresh: Name) -> bool:
    return fresh.text in atom.term.free or isinstance(exponent, Polynomial) and exponent.depends_on(fresh.text)


def _hidden(term: Term, known: Term, context: Context) -> Term:
    """The term with what is given, and its parts, replaced by fixed names."""
    parts: list[Term] = []
    pending = [known]
    while pending:
        part = pending.pop()
        if isinstance(part, Apply) and part.head == "pair":
            pending.extend(part.args)
        else:
            parts.append(part)
    for place, part in enumerate(parts):
        hidden = Name(f"#known{place}", part.sort)
        if isinstance(part, Apply) and part.head == "others":
            term = _without_entry(term, part, hidden)
            continue
        for own in (part, context.canonical_term(part)):
            term = _put(term, own, hidden)
    return term


def _without_entry(term: Term, part: Apply, hidden: Name) -> Term:
    """Functions of a sample without its i-th entry: the sample with that entry replaced by what is fixed."""
    sample, index = part.args
    if isinstance(term, Apply) and term.head == "replace" and term.args[0] == sample:
        if canonical(term.args[1]) == canonical(index):
            return Apply("replace", (hidden, index, _without_entry(term.args[2], part, hidden)), term.sort)
    return rebuild(term, lambda inside: _without_entry(inside, part, hidden))


def _put(term: Term, part: Term, value: Term) -> Term:
    """The term with a subterm replaced wherever none of its names is bound."""
    if canonical(term) == canonical(part):
        return value
    if isinstance(term, Bind) and term.variable.text in part.free:
        return Bind(term.head, term.variable, _put(term.domain, part, value), term.body, term.sort, term.span)
    return rebuild(term, lambda inside: _put(inside, part, value))


def conditionals(term: Term) -> list[Apply]:
    """The conditional expectations that occur, outermost first."""
    return [part for part in subterms(term) if isinstance(part, Apply) and part.head == "conditional"]
