"""Natural numbers that stand for all others: a term in which a natural number is only an argument of tables
that are constant from some place on takes, over all natural numbers, the values that it takes up to there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import NAT, Power, Sort
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel.clauses import infinite
from boundkit.kernel.values import Tabulated

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

DEEPEST = 32


class _Free(Exception):
    """The number occurs elsewhere than as an argument of a table."""


def representatives(evaluator: Evaluator, term: Bind, scope: Scope) -> range | None:
    """The numbers of `t : Nat` or of `t in first..inf` at which the body of a binder takes all its values;
    None for other binders, and where it may take more."""
    domain = term.domain
    if term.variable.sort != NAT or not isinstance(domain, Apply):
        return None
    first = 0
    if domain.head == "range" and infinite(domain.args[1]):
        first = evaluator.integer(domain.args[0], scope)
    elif domain.head != "everything":
        return None
    try:
        size = _size(evaluator, term.body, term.variable.text, frozenset(scope), 0)
    except _Free:
        return None
    return range(first, max(first, size - 1) + 1)


def _size(evaluator: Evaluator, term: Term, name: str, bound: frozenset[str], depth: int) -> int:
    """The largest size of a table on the side of the number; 0 where it does not occur. Raises _Free."""
    if name not in term.free:
        return 0
    if depth > DEEPEST or isinstance(term, Name):
        raise _Free
    if isinstance(term, Bind):
        sizes = [_size(evaluator, term.domain, name, bound, depth + 1)]
        if term.variable.text != name:
            inner = bound | {term.variable.text}
            sizes.append(_size(evaluator, term.body, name, inner, depth + 1))
        return max(sizes)
    assert isinstance(term, Apply)
    if term.head != "call" or not isinstance(term.args[0], Name) or term.args[0].text in bound:
        return max(_size(evaluator, arg, name, bound, depth + 1) for arg in term.args)
    function, *args = term.args
    assert isinstance(function, Name)
    table, place, sizes = evaluator.names.get(function.text), 0, [0]
    for position, arg in enumerate(args):
        if not (isinstance(arg, Name) and arg.text == name):
            sizes.append(_size(evaluator, arg, name, bound, depth + 1))
        elif isinstance(table, Tabulated) and place in table.naturals:
            sizes.append(table.shape[place])
        else:
            sizes.append(_size_in_definition(evaluator, function.text, position, depth))
        place += _places(evaluator, arg.sort)
    return max(sizes)


def _places(evaluator: Evaluator, sort: Sort) -> int:
    """The number of places that an argument takes in a table: of a tuple, also of one of tuples, all."""
    if not isinstance(sort, Power):
        return 1
    return max(evaluator.integer(sort.count, {}), 0) * _places(evaluator, sort.element)


def _size_in_definition(evaluator: Evaluator, function: str, position: int, depth: int) -> int:
    """The same for a parameter of a defined function."""
    definition = evaluator.theorem.definition.get(function)
    if definition is None or definition.style != "call" or len(definition.clauses) != 1:
        raise _Free
    clause = definition.clauses[0]
    if clause.guard or clause.patterns != clause.parameters:
        raise _Free
    others = frozenset(parameter.text for parameter in clause.parameters)
    parameter = clause.parameters[position].text
    return _size(evaluator, clause.body, parameter, others - {parameter}, depth + 1)


__all__ = ["representatives"]
