"""Definitions unfolded and written out, equations used, functions applied, derivatives carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boundkit.ir.terms import Apply, Bind, Name, Number, Term, number, substitute
from boundkit.ir.theorems import Definition
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.derivative import derivative
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import LARGEST_TERM, TooLarge
from boundkit.kernel.products import MOST_POWER

DEEPEST = 120
"""Nesting of unfolded definitions beyond which a term counts as not normal."""


def rewrite(term: Term, context: Context) -> Term | None:
    """The right side of the first rewriting equation whose left side the term is, or None."""
    for left, right, variables, reference in context.rewrites:
        values = match(left, term, [variable.text for variable, _ in variables])
        if values is None or len(values) != len(variables):
            continue
        done: dict[str, Term] = {}
        for variable, domain in variables:
            if not context.contains(values[variable.text], substitute(domain, done), variable):
                break
            done[variable.text] = values[variable.text]
        else:
            context.used.add(reference)
            return substitute(right, done)
    return None


def unfolded(name: Name, arguments: tuple[Term, ...], context: Context) -> Term | None:
    """The body of the first clause to unfold that fits the arguments, or None."""
    definition = context.definitions.get(name.text)
    if definition is None:
        return None
    for place, clause in enumerate(definition.clauses):
        if (name.text, place) not in context.unfold or len(clause.patterns) != len(arguments):
            continue
        if arguments and clause.body.has_derivative:
            continue
        values: dict[str, Term] | None = {}
        names = [parameter.text for parameter in clause.parameters]
        for pattern, argument in zip(clause.patterns, arguments, strict=True):
            values = match(pattern, argument, names, values)
            if values is None:
                break
        if values is None or set(values) != set(names):
            continue
        if not all(
            context.of_sort(values[parameter.text], parameter.sort) for parameter in clause.parameters
        ):
            continue
        if all(context.holds(substitute(guard, values)) for guard in clause.guard):
            return substitute(clause.body, values)
    return None


def beta(function: Term, places: tuple[Term, ...]) -> Term | None:
    """The body of an anonymous function at its arguments, or None."""
    for place in places:
        if not (isinstance(function, Bind) and function.head == "function") or function.has_derivative:
            return None
        function = substitute(function.body, {function.variable.text: place})
    return function


def differentiated(term: Term, context: Context) -> Term:
    """The term with its derivatives carried out."""
    if isinstance(term, Apply) and term.head == "diff":
        return derivatives(term, context)[-1]
    if isinstance(term, Apply) and term.head == "at":
        body = written_out(differentiated(term.args[0], context), context)
        variable = term.args[1]
        if not isinstance(variable, Name):
            raise NotNormal("substitution for a term")
        return substitute(body, {variable.text: term.args[2]})
    if isinstance(term, Apply) and term.has_derivative:
        return Apply(
            term.head, tuple(differentiated(arg, context) for arg in term.args), term.sort, term.span
        )
    return term


def derivatives(term: Apply, context: Context) -> list[Term]:
    """The body of a `diff`, written out, and its derivatives up to the order asked for."""
    variable = term.args[1]
    order = term.args[2] if len(term.args) > 2 else number(1)
    if not (isinstance(variable, Name) and isinstance(order, Number) and order.value in range(1, MOST_POWER)):
        raise NotNormal("derivative of a symbolic or large order")
    found = [written_out(differentiated(term.args[0], context), context)]
    if variable.text in reached(found[0].free, context.definitions):
        raise NotNormal(f"a definition that depends on {variable}")
    for _ in range(int(order.value)):
        found.append(derivative(found[-1], variable.text))
        if found[-1].size > LARGEST_TERM:
            raise TooLarge
    return found


def reached(names: Iterable[str], definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Names that occur in the definitions that some names lead to."""
    found: set[str] = set()
    pending = [name for name in names if name in definitions]
    while pending:
        definition = definitions[pending.pop()]
        found |= definition.name.free
        for clause in definition.clauses:
            own = {parameter.text for parameter in clause.parameters}
            for part in (clause.body, *clause.guard, *clause.patterns):
                new = part.free - own - found
                found |= new
                pending.extend(name for name in new if name in definitions)
    return frozenset(found)


def written_out(term: Term, context: Context) -> Term:
    """The term with every non-recursive defined constant replaced by its body."""
    for _ in range(DEEPEST):
        names = {
            name: context.definitions[name].clauses[0].body
            for name in sorted(term.free)
            if name in context.definitions
            and context.definitions[name].style == "constant"
            and not context.definitions[name].recursive
        }
        if not names:
            return term
        term = substitute(term, names)
    raise NotNormal("definitions nested too deep")
