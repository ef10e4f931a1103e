"""Conditional expectations: the tower property with what is known taken out, and conditioning on all entries
of a sample but one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.sorts import INT, NAT, REAL, SetOf
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, canonical, rebuild, relation, substitute, subterms
from boundkit.ir.theorems import Definition
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
    if not is_zero(
        normal(substitute(opened, {fresh.text: variable}), context) - normal(expected, context), context
    ):
        raise Rejected("the sides differ in more than the conditional expectation")
    for cofactor, product in _linear(normal(opened, context), fresh, variable):
        hidden = _hidden(cofactor, known, context)
        last = _last_known(known, outcome)
        if outcome.text in hidden.free and (last is None or not is_past(hidden, outcome, last, context)):
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
    return (
        fresh.text in atom.term.free or isinstance(exponent, Polynomial) and exponent.depends_on(fresh.text)
    )


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


def _last_known(known: Term, process: Name) -> Term | None:
    """The `t` for which `process[1..t]` is given, else None."""
    if isinstance(known, Apply) and known.head == "pair":
        found = (_last_known(part, process) for part in known.args)
        return next((last for last in found if last is not None), None)
    match known:
        case Apply("slice", (own, Apply("range", (first, last)))) if own == process and first == ONE:
            return last
    return None


def is_past(term: Term, process: Name, last: Term, context: Context, assumed: str = "") -> bool:
    """Whether a term depends on the process through its entries 1 to `last` alone: by the indices at which
    it is mentioned, and for a recursion `w(process, k)` because w at k depends on the entries before k, which
    is shown by its equations."""
    if process.text not in term.free:
        return True
    if isinstance(term, Bind):
        inner, fresh = context.inside(term.variable, term.domain)
        body = substitute(term.body, {term.variable.text: fresh})
        return is_past(term.domain, process, last, context, assumed) and is_past(
            body, process, last, inner, assumed
        )
    if not isinstance(term, Apply):
        return False
    place = term.args[-1] if term.args else term
    if term.head == "index" and term.args[0] == process:
        inside = (relation("<=", ONE, place), relation("<=", place, last))
        return process.text not in place.free and all(map(context.holds, inside))
    if term.head == "call" and isinstance(term.args[0], Name):
        definition = context.definitions.get(term.args[0].text)
        if definition is not None and definition.recursive:
            if process.text in place.free or place.sort != NAT:
                return False
            before = Apply("-", (place, ONE), INT)
            alone = all(arg == process or process.text not in arg.free for arg in term.args[1:])
            if not alone or not context.holds(relation("<=", before, last)):
                return False
            return assumed == definition.name.text or _is_adapted(definition, process, context)
    return all(is_past(arg, process, last, context, assumed) for arg in term.args)


def _is_adapted(definition: Definition, process: Name, context: Context) -> bool:
    """Whether each clause of a recursion for the index p depends on the process before p alone, given that it
    does so for smaller indices."""
    for clause in definition.clauses:
        inner = context
        values: dict[str, Term] = {}
        for parameter in clause.parameters:
            if parameter.sort == process.sort:
                values[parameter.text] = process
            else:
                everything = Apply("everything", (), SetOf(parameter.sort))
                inner, values[parameter.text] = inner.inside(parameter, everything)
        for guard in clause.guard:
            condition = substitute(guard, values)
            if process.text in condition.free:
                return False
            inner = inner.extended(condition, "")
        last = Apply("-", (substitute(clause.patterns[-1], values), ONE), INT)
        if not is_past(substitute(clause.body, values), process, last, inner, definition.name.text):
            return False
    return True


def _without_entry(term: Term, part: Apply, hidden: Name) -> Term:
    """Functions of a sample without its i-th entry: the sample with that entry replaced by what is fixed."""
    sample, index = part.args
    replaced = isinstance(term, Apply) and term.head == "replace" and term.args[0] == sample
    if replaced and canonical(term.args[1]) == canonical(index):  # type: ignore[attr-defined]
        entry = _without_entry(term.args[2], part, hidden)  # type: ignore[attr-defined]
        return Apply("replace", (hidden, index, entry), term.sort)
    if isinstance(term, Bind) and term.variable.text in part.free:
        return term
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
