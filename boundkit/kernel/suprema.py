"""Extended real numbers: which of -inf, a real number and +inf a term may be, and what bounds a supremum.

A term of the sort `EXTREAL` is defined where it has a value in [-inf, inf]; `inf - inf`, `0*inf` and
`inf/inf` have none. Normal forms are of real numbers: they take in such a term only where it is certainly
one. `KL(Q, P)` lies in [0, inf] and is 0 for Q = P (Cover & Thomas 2006, theorem 2.6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product as choices
from typing import TYPE_CHECKING

from boundkit.ir.sorts import EXTREAL, PROP, is_numeric
from boundkit.ir.terms import (
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    relation,
    substitute,
)
from boundkit.kernel.facts import NotNormal, negation
from boundkit.kernel.polynomials import TooLarge

if TYPE_CHECKING:
    from boundkit.kernel.context import Context
    from boundkit.kernel.integrable import Random

BELOW, WITHIN, ABOVE = -1, 0, 1
Values = frozenset[int]
"""Which of -inf (`BELOW`), the real numbers (`WITHIN`) and +inf (`ABOVE`) a term may be."""

FINITE: Values = frozenset({WITHIN})
ANY: Values = frozenset({BELOW, WITHIN, ABOVE})
NONNEGATIVE: Values = frozenset({WITHIN, ABOVE})
PLUS = Apply("infinity", (), EXTREAL)
MINUS = Apply("neg", (PLUS,), EXTREAL)
MOST_SPLIT = 3
"""Terms that may be infinite which one question takes apart."""


class NoValue(Exception):
    """A term that is not known to have a value in [-inf, inf]; carries the condition that is missing."""

    def __init__(self, condition: Term | str) -> None:
        super().__init__(str(condition))
        self.condition = condition


def values(term: Term, context: Context) -> Values:
    """Which of -inf, the real numbers and +inf a term may be; raises `NoValue`. That its parts are defined
    otherwise is for the caller to know."""
    if not term.may_be_infinite:
        return FINITE
    found = context.infinite.get(term)
    if found is None:
        context.spend()
        found = context.infinite[term] = _left(term, _values(term, context), context)
    return found


def is_finite(term: Term, context: Context) -> bool:
    """Whether a term is certainly a real number."""
    try:
        return values(term, context) == FINITE
    except NoValue:
        return False


def key_of(term: Term, context: Context) -> str:
    """A text for what facts say of a term that may be infinite."""
    if isinstance(term, Apply) and term.head == "KL":
        return canonical(Apply("KL", tuple(map(context.canonical_term, term.args)), EXTREAL))
    return canonical(term)


def _left(term: Term, own: Values, context: Context) -> Values:
    """The values that the facts leave of those that a term may have."""
    if own == FINITE or not context.limits:
        return own
    limit, references = context.limits.get(key_of(term, context), (ANY, ()))
    if own <= limit:
        return own
    context.used.update(references)
    return own & limit or FINITE  # none is left only where the facts contradict each other


def _values(term: Term, context: Context) -> Values:
    if isinstance(term, Name):
        definition = context.definitions.get(term.text)
        if definition is None or definition.style != "constant" or definition.recursive:
            raise NoValue(f"{term} is finite")
        return values(definition.clauses[0].body, context)
    if isinstance(term, Bind):
        return _of_binder(term, context)
    if not isinstance(term, Apply):
        raise NoValue("an unknown term")
    head, args = term.head, term.args
    if head == "infinity":
        return frozenset({ABOVE})
    if head == "real":
        return FINITE
    if head in ("KL", "W1", "Renyi"):
        same = head == "KL" and context.same_law(*args)
        return FINITE if same else NONNEGATIVE
    if head in ("call", "index"):
        return values(_applied(term, context), context)
    if head == "if":
        condition, then, otherwise = args
        above = values(then, context.extended(condition, ""))
        return above | values(otherwise, context.extended(negation(condition), ""))
    if not all(is_numeric(arg.sort) for arg in args):
        if term.sort != EXTREAL:
            return FINITE
        raise NoValue(f"{head} is finite")
    if head in ("*", "/"):
        return _scaled(term, context)
    parts = [values(arg, context) for arg in args]
    if head == "neg":
        return _mirrored(parts[0])
    if head == "+":
        return _sum(parts)
    if head == "-":
        return _sum([parts[0], _mirrored(parts[1])])
    if head == "exp":
        return frozenset({WITHIN} | (parts[0] & {ABOVE})) if parts[0] != {ABOVE} else parts[0]
    if head in ("sqrt", "ln", "log2"):
        if BELOW in parts[0]:
            raise NoValue(relation("<=", ZERO, args[0]))
        return parts[0]
    if head == "abs":
        return frozenset(map(abs, parts[0]))
    if head in ("max", "min"):
        pick = max if head == "max" else min
        return frozenset(pick(chosen) for chosen in choices(*parts))
    if head == "^":
        return _power(parts, args[1])
    if all(part == FINITE for part in parts):
        return FINITE
    raise NoValue(f"{head} of what may be infinite")


def _mirrored(values_: Values) -> Values:
    return frozenset(-value for value in values_)


def _sum(parts: list[Values]) -> Values:
    """inf - inf is nothing."""
    result = FINITE
    for part in parts:
        if any(one * other < 0 for one in result for other in part):
            raise NoValue("no difference of infinities")
        result = frozenset(one or other for one in result for other in part)
    return result


def _scaled(term: Apply, context: Context) -> Values:
    """A product of numbers other than 0 of known sign and at most one factor that may be infinite."""
    above, below = (term.args[:1], term.args[1:]) if term.head == "/" else (term.args, ())
    parts = [values(arg, context) for arg in above]
    infinite = [place for place, part in enumerate(parts) if part != FINITE]
    if any(values(arg, context) != FINITE for arg in below) or len(infinite) > 1:
        raise NoValue("no product or quotient of infinities")
    if not infinite:
        return FINITE
    result = parts[infinite[0]]
    for place, arg in enumerate((*above, *below)):
        if place == infinite[0]:
            continue
        if context.holds(relation("<", arg, ZERO)):
            result = _mirrored(result)
        elif not context.holds(relation("<", ZERO, arg)):
            raise NoValue(relation("<", ZERO, arg))
    return result


def _power(parts: list[Values], exponent: Term) -> Values:
    base, above = parts
    if above != FINITE:
        raise NoValue("a finite exponent")
    if base == FINITE:
        return FINITE
    if not (isinstance(exponent, Number) and exponent.value > 0):
        raise NoValue(f"{exponent} > 0")
    if BELOW not in base:
        return base
    if exponent.value.denominator != 1:
        raise NoValue("a base that is not negative")
    return base if exponent.value % 2 else frozenset(map(abs, base))


def _applied(term: Apply, context: Context) -> Term:
    """The body of a defined or anonymous function at its arguments."""
    from boundkit.kernel.unfolding import beta, unfolded

    function, places = term.args[0], tuple(term.args[1:])
    found = beta(function, places)
    if found is None and isinstance(function, Name):
        definition = context.definitions.get(function.text)
        if definition is not None and not definition.recursive:
            found = unfolded(function, places, context.unfolding_all())
    if found is None or found is function:
        raise NoValue(f"{term} is finite")
    return found


def _of_binder(term: Bind, context: Context) -> Values:
    if term.head in ("sup", "inf"):
        return _of_extremum(term, context)
    if term.head == "probability" or not is_numeric(term.sort):
        return FINITE
    inner, fresh = context.inside(term.variable, term.domain)
    body = substitute(term.body, {term.variable.text: fresh})
    if term.head == "expectation" and body.sort != EXTREAL:
        return FINITE  # where it is defined
    each = values(body, inner)
    if term.head == "expectation":
        if each == FINITE and is_bounded(body, {fresh.text: term.domain}, inner):
            return FINITE
        if inner.holds(relation("<=", ZERO, body)):
            return NONNEGATIVE
        raise NoValue(f"{term.body} is integrable")
    if term.head in ("sum", "avg"):
        if {BELOW, ABOVE} <= each:
            raise NoValue("no difference of infinities")
        return each | FINITE  # an empty sum is 0
    if term.head in ("max", "min"):
        return each
    raise NoValue(f"{term.head} is finite")


def _of_extremum(term: Bind, context: Context) -> Values:
    """A supremum is +inf unless its members have a common bound, and -inf unless one of them is more;
    an infimum the other way round."""
    end = ABOVE if term.head == "sup" else BELOW
    inner, fresh = context.inside(term.variable, term.domain)
    body = substitute(term.body, {term.variable.text: fresh})
    values(body, inner)
    found = {WITHIN}
    if not bounded(body, end, {fresh.text: None}, inner):
        found.add(end)
    if not any(-end not in values(member, context) for member in members(term, context)):
        found.add(-end)
    return frozenset(found)


def members(term: Bind, context: Context) -> Iterator[Term]:
    """The body of a supremum or infimum at the fixed names that it mentions and that lie in its domain."""
    names: dict[str, Name] = {}
    for part in _parts(term):
        if isinstance(part, Name) and part.text in term.free and part.sort == term.variable.sort:
            names.setdefault(part.text, part)
    for text in sorted(names):
        if context.contains(names[text], term.domain, term.variable):
            yield substitute(term.body, {term.variable.text: names[text]})


def _parts(term: Term) -> Iterator[Term]:
    from boundkit.ir.terms import subterms

    return subterms(term)


def is_bounded(term: Term, random: Random, context: Context) -> bool:
    """Whether a number is almost surely bounded by a real number that is the same for all outcomes."""
    from boundkit.kernel.integrable import is_bounded as of_real

    if term.sort != EXTREAL:
        return of_real(term, random, context)
    return bounded(term, ABOVE, random, context) and bounded(term, BELOW, random, context)


def bounded(term: Term, end: int, random: Random, context: Context) -> bool:
    """Whether a real number that is the same for all outcomes of the `random` names almost surely bounds a
    term from above (`ABOVE`) or from below (`BELOW`)."""
    try:
        return _bounded(term, end, random, context)
    except (NoValue, NotNormal, TooLarge):
        return False


def _bounded(term: Term, end: int, random: Random, context: Context) -> bool:
    if not term.free & set(random):
        return end not in values(term, context)
    if term.sort != EXTREAL:
        from boundkit.kernel.integrable import is_below
        from boundkit.kernel.integrable import is_bounded as of_real

        signed = term if end == ABOVE else Apply("neg", (term,), term.sort)
        return is_below(signed, random, context) or of_real(term, random, context)
    if isinstance(term, Bind):
        return _bounded_binder(term, end, random, context)
    if not isinstance(term, Apply):
        return False
    head, args = term.head, term.args
    each: Callable[[Term], bool] = lambda arg: _bounded(arg, end, random, context)  # noqa: E731
    if head in ("KL", "W1", "Renyi"):
        return end == BELOW
    if head in ("+", "real"):
        return all(map(each, args))
    if head == "-":
        return each(args[0]) and _bounded(args[1], -end, random, context)
    if head == "neg":
        return _bounded(args[0], -end, random, context)
    if head in ("*", "/"):
        return _bounded_product(term, end, random, context)
    if head in ("exp", "sqrt"):
        return end == BELOW or each(args[0])
    if head in ("max", "min"):
        every = (head == "max") == (end == ABOVE)
        return all(map(each, args)) if every else any(map(each, args))
    if head in ("call", "index"):
        return each(_applied(term, context))
    return False


def _bounded_product(term: Apply, end: int, random: Random, context: Context) -> bool:
    """One factor that varies, times fixed real numbers of known sign."""
    varying = [arg for arg in term.args if arg.free & set(random)]
    if len(varying) != 1 or term.head == "/" and varying[0] is not term.args[0]:
        return False
    for arg in term.args:
        if arg is varying[0]:
            continue
        if not is_finite(arg, context):
            return False
        if context.holds(relation("<", arg, ZERO)):
            end = -end
        elif not context.holds(relation("<=", ZERO, arg)):
            return False
    return _bounded(varying[0], end, random, context)


def _bounded_binder(term: Bind, end: int, random: Random, context: Context) -> bool:
    inner, fresh = context.inside(term.variable, term.domain)
    body = substitute(term.body, {term.variable.text: fresh})
    if term.head in ("sup", "inf"):
        if (term.head == "sup") == (end == ABOVE):
            return _bounded(body, end, {**random, fresh.text: None}, inner)
        return any(_bounded(member, end, random, context) for member in members(term, context))
    if term.head == "expectation":
        return _bounded(body, end, {**random, fresh.text: term.domain}, inner)
    return False


def holds(formula: Apply, context: Context, splits: int = MOST_SPLIT) -> bool:
    """Whether a relation certainly holds in [-inf, inf]: both sides are real numbers of that order, or one is
    infinite; each term that may be infinite is taken both ways."""
    left, right = formula.args
    try:
        one, other = values(left, context), values(right, context)
    except NoValue:
        return False
    if one == FINITE == other:
        if context.compares(formula):
            return True
    elif len(one) == len(other) == 1:
        return _compare(formula.head, next(iter(one)), next(iter(other)))
    if formula.head == "<=" and (one == {BELOW} or other == {ABOVE}):
        return True
    for part in (*open_terms(left, context), *open_terms(right, context)):
        if splits == 0:
            return False
        return all(
            holds(formula, context.extended(is_value(part, value), ""), splits - 1)
            for value in sorted(values(part, context))
        )
    return False


def _compare(head: str, left: int, right: int) -> bool:
    """Of infinities, or of an infinity and a number."""
    match head:
        case "<=":
            return left <= right
        case "<":
            return left < right
        case "=":
            return left == right
    return left != right


def open_terms(term: Term, context: Context) -> Iterator[Term]:
    """Terms outside binders that may be infinite by themselves, not by their parts."""
    if not term.may_be_infinite:
        return
    if isinstance(term, Bind) or isinstance(term, Apply) and term.head in ("KL", "W1", "Renyi"):
        try:
            if len(values(term, context)) > 1:
                yield term
        except NoValue:
            return
    elif isinstance(term, Apply):
        for arg in term.args:
            yield from open_terms(arg, context)


def is_value(term: Term, value: int) -> Term:
    """That a term is -inf, a real number, or +inf."""
    if value == ABOVE:
        return relation("<=", PLUS, term)
    if value == BELOW:
        return relation("<=", term, MINUS)
    return Apply("and", (relation("<", MINUS, term), relation("<", term, PLUS)), PROP)


def of_extremum(term: Term) -> Term | None:
    """Every member of a supremum is at most it, every member of an infimum at least; None for other terms."""
    if not (isinstance(term, Bind) and term.head in ("sup", "inf")):
        return None
    return _for_members(term, term)


def as_bound(formula: Term) -> Term | None:
    """`sup_{x in S} e(x) <= b` says that `e(x) <= b` for all x in S, and `b <= inf_{x in S} e(x)` that
    `b <= e(x)`; None for other propositions."""
    if not (isinstance(formula, Apply) and formula.head == "<="):
        return None
    left, right = formula.args
    if isinstance(left, Bind) and left.head == "sup":
        return _for_members(left, right)
    if isinstance(right, Bind) and right.head == "inf":
        return _for_members(right, left)
    return None


def _for_members(term: Bind, other: Term) -> Term:
    text = fresh_name(
        term.variable.text, term.domain.free | other.free | (term.body.free - {term.variable.text})
    )
    name = Name(text, term.variable.sort)
    member = substitute(term.body, {term.variable.text: name})
    sides = (member, other) if term.head == "sup" else (other, member)
    return Bind("forall", name, term.domain, relation("<=", *sides), PROP)


def limits_of(formula: Apply, context: Context) -> Iterator[tuple[str, Values]]:
    """What a relation that holds leaves of the values of its sides."""
    if formula.head not in ("<=", "<", "="):
        return
    left, right = formula.args
    try:
        one, other = values(left, context), values(right, context)
    except NoValue:
        return
    strict = formula.head == "<"
    for term, own, found, low in ((left, one, other, True), (right, other, one, False)):
        if not term.may_be_infinite or len(own) == 1:
            continue
        end = ABOVE if low else BELOW
        allowed = ANY
        if strict or end not in found:
            allowed -= {end}
        if found == {-end} or formula.head == "=" and len(found) == 1:
            allowed &= found
        if formula.head == "=" and -end not in found:
            allowed -= {-end}
        if allowed != ANY:
            yield key_of(term, context), allowed


__all__ = [
    "ABOVE", "BELOW", "FINITE", "MINUS", "PLUS", "WITHIN", "NoValue", "as_bound", "bounded", "holds",
    "is_bounded", "is_finite", "is_value", "limits_of", "of_extremum", "open_terms", "values",
]  # fmt: skip
