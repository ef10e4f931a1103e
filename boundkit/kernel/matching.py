"""One-way matching: which values of some variables turn a pattern into a given term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, canonical, fresh_name, number, substitute


def match(
    pattern: Term, term: Term, variables: Iterable[str], found: Mapping[str, Term] | None = None
) -> dict[str, Term] | None:
    """Values of `variables` under which `pattern` is `term` up to the names of bound variables, or None.

    An integer pattern `t + c` matches any integer term `e`, with `t := e - c`. No value mentions a name
    that the term binds. Whether the values are of the sorts and in the domains of the variables is for the
    caller to check."""
    result = dict(found or {})
    if not _match(pattern, term, frozenset(variables), result):
        return None
    return None if any("#bound" in name for value in result.values() for name in value.free) else result


def _match(pattern: Term, term: Term, variables: frozenset[str], found: dict[str, Term]) -> bool:
    if not (pattern.free & variables):
        return canonical(pattern) == canonical(term)
    if isinstance(pattern, Name):
        # Otherwise it is a fixed name whose size mentions a variable.
        return pattern.text in variables and _assign(pattern.text, term, found)
    offset = _offset(pattern, variables)
    if offset is not None and term.sort in (NAT, INT):
        name, shift = offset
        return _assign(name, _shifted(term, -shift), found)
    if isinstance(pattern, Apply):
        if pattern.head in ("zero", "everything"):
            return False  # the variable occurs in the sort, which is not matched
        return (
            isinstance(term, Apply)
            and term.head == pattern.head
            and len(term.args) == len(pattern.args)
            and all(_match(p, t, variables, found) for p, t in zip(pattern.args, term.args, strict=True))
        )
    if isinstance(pattern, Bind):
        if not (isinstance(term, Bind) and term.head == pattern.head):
            return False
        if pattern.variable.sort != term.variable.sort:
            return False
        if not _match(pattern.domain, term.domain, variables, found):
            return False
        taken = pattern.body.free | term.body.free
        bound = Name(fresh_name("#bound", taken), pattern.variable.sort)
        return _match(
            substitute(pattern.body, {pattern.variable.text: bound}),
            substitute(term.body, {term.variable.text: bound}),
            variables,
            found,
        )
    return False


def _assign(name: str, value: Term, found: dict[str, Term]) -> bool:
    if name in found:
        return canonical(found[name]) == canonical(value)
    found[name] = value
    return True


def _offset(pattern: Term, variables: frozenset[str]) -> tuple[str, int] | None:
    match pattern:
        case Apply("+", (Name(text), Number(value))) if text in variables and value.denominator == 1:
            return text, int(value)
        case Apply("+", (Number(value), Name(text))) if text in variables and value.denominator == 1:
            return text, int(value)
        case Apply("-", (Name(text), Number(value))) if text in variables and value.denominator == 1:
            return text, -int(value)
    return None


def _shifted(term: Term, shift: int) -> Term:
    if shift == 0:
        return term
    if isinstance(term, Number):
        return number(term.value + shift)
    match term:
        case Apply("+", (left, Number(value))) if value == -shift:
            return left
        case Apply("+", (Number(value), right)) if value == -shift:
            return right
        case Apply("-", (left, Number(value))) if value == shift:
            return left
    if shift > 0:
        return Apply("+", (term, number(shift)), INT)
    return Apply("-", (term, number(-shift)), INT)
