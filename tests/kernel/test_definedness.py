"""What is certainly defined under which facts, and the condition that is missing elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from boundkit.ir.sorts import EXTREAL, NAT, PROP, REAL, Distribution, Function, Matrix, Power, Sequence, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number
from boundkit.ir.theorems import Clause, Definition
from boundkit.kernel.context import Context
from boundkit.kernel.definedness import NotDefined, require_defined
from tests.kernel.test_normal import KINDS, POINTS, TERMS, known
from tests.kernel.values import Undefined, value
from tests.kernel.writing import (
    VECTOR,
    at,
    call,
    closed,
    constant_definition,
    eq,
    everything,
    f,
    forall,
    i,
    implies,
    k,
    le,
    lt,
    m,
    minus,
    n,
    ne,
    over,
    plus,
    power,
    real,
    times,
    total,
    within,
    x,
    y,
)


def missing(term: Term, *facts: Term, definitions: tuple[Definition, ...] = ()) -> str:
    """The condition that is missing, or "" when the term is defined."""
    context = Context({d.name.text: d for d in definitions}).with_facts(
        {str(place): own for place, own in enumerate(facts)}
    )
    try:
        require_defined(term, context)
    except NotDefined as failure:
        return failure.condition
    return ""


@settings(max_examples=400, deadline=None)
@given(term=TERMS, point=POINTS, kinds=KINDS)
def test_what_is_found_defined_has_a_value(
    term: Term, point: dict[str, Fraction], kinds: dict[str, int]
) -> None:
    try:
        require_defined(term, known(point, kinds))
    except NotDefined:
        return
    try:
        value(term, point)
    except Undefined:
        # Floats overflow where the term is defined.
        assert "exp" in str(term) or "^" in str(term)
    except OverflowError:
        assert "exp" in str(term) or "^" in str(term)


@pytest.mark.parametrize(
    ("term", "facts", "condition"),
    [
        (over(1, x), [], "x != 0"),
        (over(1, x), [lt(0, x)], ""),
        (over(1, x), [ne(x, 0)], ""),
        (over(1, minus(x, y)), [ne(y, x)], ""),
        (over(1, minus(n, 1)), [le(1, n)], "n - 1 != 0"),
        (over(1, minus(n, 1)), [le(2, n)], ""),
        (over(1, times(x, y)), [lt(0, x), lt(y, 0)], ""),
        (real("ln", x), [], "0 < x"),
        (real("ln", x), [le(0, x)], "0 < x"),
        (real("sqrt", x), [le(0, x)], ""),
        (real("sqrt", minus(x, 1)), [le(0, x)], "0 <= x - 1"),
        (power(x, n), [], ""),
        (power(x, i), [], "x != 0"),
        (power(x, -2), [lt(x, 0)], ""),
        (power(x, y), [lt(0, x)], ""),
        (power(x, y), [le(0, x)], "0 < x"),
        (power(x, y), [le(0, x), lt(0, y)], ""),
        (power(0, 0), [], ""),
        (Apply("binomial", (n, m), NAT), [], ""),
        (Apply("factorial", (minus(n, m),), NAT), [], "n - m is a natural number"),
        (real("tan", x), [], "cos(x) != 0"),
        (Apply("if", (lt(0, x), over(1, x), ZERO), REAL), [], ""),
        (Apply("if", (le(x, 0), ZERO, over(1, x)), REAL), [], ""),
        (Apply("if", (le(0, x), over(1, x), ZERO), REAL), [], "x != 0"),
        (implies(lt(0, x), le(0, over(1, x))), [], ""),
        (implies(le(0, over(1, x)), lt(0, x)), [], "x != 0"),
        (Apply("and", (lt(0, x), le(0, over(1, x))), PROP), [], ""),
        (Apply("or", (le(x, 0), le(0, over(1, x))), PROP), [], "x != 0"),
        (total(k, 1, n, over(1, k)), [], ""),
        (total(k, 0, n, over(1, k)), [], "#0 != 0"),
        (total(k, 1, n, over(1, minus(plus(n, 1), k))), [], ""),
        (total(k, 1, over(n, 2), number(1)), [], "n/2 is an integer"),
        (total(k, minus(n, m), n, number(1)), [], "0 <= n - m"),
        (
            Bind("sum", k, Apply("range", (ONE, real("infinity")), SetOf(NAT)), k, REAL),
            [],
            "inf is an integer",
        ),
        (Bind("avg", k, within(1, n), k, REAL), [], "1..n is not empty"),
        (Bind("avg", k, within(1, n), k, REAL), [le(1, n)], ""),
        (Bind("max", k, within(n, m), k, NAT), [], "n..m is not empty"),
        (Bind("sup", x, closed(0, 1), x, EXTREAL), [], ""),
        (forall(x, le(0, over(1, x)), Apply("left_open", (ZERO, ONE), SetOf(REAL))), [], ""),
        (forall(x, le(0, y), closed(over(1, y), 2)), [], "y != 0"),
        (Apply("KL", (x, y), EXTREAL), [], ""),
        (Name("M", EXTREAL), [], "M is finite"),
        (Bind("expectation", x, Name("D", Distribution(REAL)), x, REAL), [], "x is integrable"),
        (Apply("something", (x,), REAL), [], "something exists"),
    ],
)  # fmt: skip
def test_conditions(term: Term, facts: list[Term], condition: str) -> None:
    assert missing(term, *facts) == condition


def test_places_of_tuples_matrices_and_unit_vectors() -> None:
    sample = Name("S", Power(REAL, n))
    square = Name("P", Matrix(n, n))
    facts = [le(1, k), le(k, n)]
    for own, sort in ((sample, REAL), (square, VECTOR)):
        term = Apply("index", (own, k), sort)
        assert missing(term) == "k in 1..n"
        assert missing(term, *facts) == ""
    unit = Apply("basis", (n, k), VECTOR)
    assert missing(unit) == "k in 1..n"
    assert missing(unit, *facts) == ""
    assert missing(at(Name("s", Sequence(REAL)), minus(0, 5))) == ""


def test_functions_are_defined_where_their_definition_is() -> None:
    h = Name("h", f.sort)
    definition = Definition(h, "call", (Clause((y,), (y,), over(1, y)),))
    assert missing(call(h, x), definitions=(definition,)) == "x != 0"
    assert missing(call(h, x), lt(0, x), definitions=(definition,)) == ""
    assert missing(Apply("is_convex", (h,), PROP), definitions=(definition,)) == "#0 != 0"


def test_anonymous_functions_are_defined_where_they_are_taken() -> None:
    function = Bind("function", y, closed(0, 1), over(1, y), Function((REAL,), REAL))
    assert missing(call(function, x)) == "x in [0, 1]"
    assert missing(call(function, x), le(0, x), le(x, 1)) == "x != 0"
    assert missing(call(function, x), lt(0, x), le(x, 1)) == ""


def recursion(step: Term, last: Term) -> Definition:
    """c[1] := 0, c[k+1] := step for k in 1..last."""
    first = Clause((), (ONE,), ZERO)
    following = Clause((k,), (plus(k, 1),), step, (le(1, k), le(k, last)))
    return Definition(Name("c", Sequence(REAL)), "index", (first, following), True)


def test_recursions() -> None:
    c = Name("c", Sequence(REAL))
    good = recursion(plus(at(c, k), over(1, k)), n)
    assert missing(at(c, m), definitions=(good,)) == "c[m] is covered by its definition"
    assert missing(at(c, m), le(1, m), le(m, plus(n, 1)), definitions=(good,)) == ""
    assert missing(at(c, plus(n, 2)), definitions=(good,)) == "c[n + 2] is covered by its definition"
    bad = recursion(plus(at(c, k), over(1, minus(k, 2))), n)
    assert missing(at(c, 1), definitions=(bad,)) == "#0 - 2 != 0"
    early = recursion(at(c, minus(k, 1)), n)
    assert "is covered" in missing(at(c, 1), definitions=(early,))


def test_derivatives_exist_around_the_point() -> None:
    def diff(body: Term, order: int = 1) -> Term:
        return Apply("diff", (body, x, number(order)), REAL)

    assert missing(diff(power(x, 3))) == ""
    assert missing(diff(real("ln", x))) == "0 < #0"
    assert missing(diff(real("ln", x)), lt(0, x)) == ""
    assert missing(diff(real("sqrt", x)), le(0, x)) == "0 <= #0"
    assert missing(diff(real("sqrt", x), 2), lt(0, x)) == ""
    assert missing(Apply("at", (diff(real("exp", x)), x, y), REAL)) == ""
    assert missing(Apply("at", (diff(real("ln", x)), x, y), REAL), lt(0, y)) == ""
    assert missing(Apply("at", (diff(real("ln", x)), x, ONE), REAL)) == "0 < #0"
    assert missing(diff(real("abs", x))) == "abs"
    const = Name("const", REAL)
    assert missing(diff(const), definitions=(constant_definition(const, real("ln", x)),)) == "0 < #0"


def test_gradients_of_functions_that_are_known_to_have_them() -> None:
    function = Name("F", Function((VECTOR,), REAL))
    slope = Apply("grad", (function, Name("u", VECTOR)), VECTOR)
    assert missing(slope) == "F is differentiable"
    assert missing(slope, Apply("is_smooth", (function, x), PROP)) == ""
    assert missing(slope, Apply("is_differentiable", (function,), PROP)) == ""


def test_sets_whose_least_missing_number_exists() -> None:
    def least(domain: Term) -> Term:
        return Apply("mex", (domain,), NAT)

    def values(domain: Term) -> Term:
        return Bind("set", k, domain, k, SetOf(NAT))

    assert missing(least(values(within(1, n)))) == ""
    assert missing(least(Apply("enumeration", (n, m), SetOf(NAT, True)))) == ""
    assert missing(least(values(everything(NAT)))).endswith("is finite")
    assert missing(least(values(Apply("range", (ONE, real("infinity")), SetOf(NAT))))).endswith("is finite")


def test_an_undefined_hypothesis_excludes_its_point() -> None:
    """Where `1/x <= 2` is assumed, x is not 0; but the term itself still has to be known to be defined."""
    assert missing(eq(over(1, x), 2), le(over(1, x), 2)) == "x != 0"
