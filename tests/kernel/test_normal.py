"""Normal forms have the values of the terms that they come from."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, Bind, Name, Term, number, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.normal import is_zero, normal, to_term
from boundkit.kernel.polynomials import TooLarge
from tests.kernel import values
from tests.kernel.values import Undefined, close
from tests.kernel.writing import (
    a,
    at,
    b,
    i,
    k,
    le,
    lt,
    m,
    minus,
    n,
    over,
    plus,
    power,
    real,
    s,
    t,
    times,
    total,
    within,
    x,
    y,
    z,
)

REALS = (x, y, z)
WHOLE = (n, m)


def parts(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """One operation on terms."""
    two = st.tuples(inner, inner)
    exponents = st.sampled_from(
        [Fraction(e) for e in ("2", "3", "0", "-1", "-2", "1/2", "3/2", "-1/2", "1/3")]
    )
    return st.one_of(
        two.map(lambda p: plus(*p)),
        two.map(lambda p: minus(*p)),
        two.map(lambda p: times(*p)),
        two.map(lambda p: over(*p)),
        two.map(lambda p: real("max", *p)),
        two.map(lambda p: real("min", *p)),
        inner.map(lambda p: Apply("neg", (p,), INT if p.sort == NAT else p.sort)),
        inner.map(lambda p: real("abs", p)),
        inner.map(lambda p: real("sqrt", p)),
        inner.map(lambda p: real("ln", p)),
        inner.map(lambda p: real("exp", p)),
        st.tuples(inner, exponents).map(lambda p: power(*p)),
        st.tuples(inner, st.sampled_from(WHOLE)).map(lambda p: power(*p)),
        two.map(lambda p: Apply("if", (le(p[0], p[1]), p[0], p[1]), REAL)),
    )


LEAVES: st.SearchStrategy[Term] = st.one_of(
    st.sampled_from([*REALS, *WHOLE]), st.sampled_from([-2, -1, 0, 1, 2, 3, Fraction(1, 2), 4, 9]).map(number)
)
TERMS = st.recursive(LEAVES, parts, max_leaves=6)
SMALL = st.sampled_from([Fraction(v) for v in ("-3", "-1", "-1/2", "0", "1/3", "1", "2", "4")])
POINTS = st.fixed_dictionaries(
    {name.text: SMALL for name in REALS} | {name.text: st.integers(0, 3).map(Fraction) for name in WHOLE}
)


def known(point: dict[str, Fraction], kinds: dict[str, int]) -> Context:
    """A context with true facts about a point: signs, bounds, an order."""
    facts: dict[str, Term] = {}
    for name in (*REALS, *WHOLE):
        own, kind = point[name.text], kinds[name.text]
        if kind & 1:
            facts[f"{name} sign"] = lt(0, name) if own > 0 else lt(name, 0) if own < 0 else le(name, 0)
        if kind & 2:
            facts[f"{name} bound"] = le(name, number(own + 1))
        if kind & 4:
            facts[f"{name} below"] = le(number(own), name)
    facts["order"] = le(x, y) if point["x"] <= point["y"] else lt(y, x)
    return Context({}).with_facts(facts)


KINDS = st.fixed_dictionaries({name.text: st.integers(0, 7) for name in (*REALS, *WHOLE)})


def at_point(term: Term, point: values.Point) -> values.Value:
    """The value, or no more of this example where there is none."""
    try:
        found = values.value(term, point)
    except (Undefined, OverflowError):
        assume(False)
    assume(abs(found) < 1e9)
    return found


def in_normal_form(term: Term, context: Context) -> Term:
    try:
        return to_term(normal(term, context))
    except (NotNormal, TooLarge):
        assume(False)
        raise


@settings(max_examples=400, deadline=None)
@given(term=TERMS, point=POINTS, kinds=KINDS)
def test_a_normal_form_has_the_value_of_its_term(
    term: Term, point: dict[str, Fraction], kinds: dict[str, int]
) -> None:
    expected = at_point(term, point)
    found = at_point(in_normal_form(term, known(point, kinds)), point)
    assert close(expected, found)


@settings(max_examples=100, deadline=None)
@given(
    terms=st.lists(st.recursive(LEAVES, parts, max_leaves=2), min_size=12, max_size=12),
    point=POINTS,
    kinds=KINDS,
)
def test_terms_with_equal_normal_forms_have_equal_values(
    terms: list[Term], point: dict[str, Fraction], kinds: dict[str, int]
) -> None:
    context = known(point, kinds)
    found: dict[str, values.Value] = {}
    for term in terms:
        try:
            own, key = values.value(term, point), normal(term, context).key
        except (NotNormal, TooLarge, Undefined, OverflowError):
            continue
        assert close(found.setdefault(key, own), own)


INSIDE: st.SearchStrategy[Term] = st.one_of(
    st.sampled_from([
        k, number(1), number(2), x, n, at(s, k), at(s, plus(k, 1)), at(s, minus(k, 1)), at(t, k),
        at(t, minus(k, 2)), power(2, k), over(x, plus(k, 1)), over(y, n), real("abs", minus(k, 1)),
        real("abs", minus(k, n)), over(1, plus(n, m)), times(k, k), power(x, k), real("max", k, 2),
    ])
)  # fmt: skip
BODIES = st.one_of(
    INSIDE,
    st.tuples(INSIDE, INSIDE).map(lambda p: times(*p)),
    st.tuples(INSIDE, INSIDE).map(lambda p: plus(*p)),
    st.tuples(INSIDE, INSIDE).map(lambda p: minus(times(p[0], p[1]), p[0])),
)
FIRST = st.sampled_from([number(v) for v in (0, 1, 2, 3)] + [n, plus(n, 1)])
LAST = st.sampled_from([n, m, plus(n, 1), plus(n, 2), minus(n, 1), minus(n, 2), plus(n, m), number(2)])
TABLES = st.lists(SMALL, min_size=20, max_size=20).map(
    lambda numbers: {place - 8: own for place, own in enumerate(numbers)}
)


@settings(max_examples=400, deadline=None)
@given(
    first=FIRST, last=LAST, body=BODIES, tables=st.tuples(TABLES, TABLES), point=POINTS,
    whole=st.tuples(st.integers(0, 4), st.integers(0, 4)), kinds=KINDS, integers=st.booleans(),
)  # fmt: skip
def test_a_sum_over_a_symbolic_range_has_the_value_of_the_sum(
    first: Term,
    last: Term,
    body: Term,
    tables: tuple[dict[int, Fraction], dict[int, Fraction]],
    point: dict[str, Fraction],
    whole: tuple[int, int],
    kinds: dict[str, int],
    integers: bool,
) -> None:
    """Also over empty ranges, and over those that are empty by more than one."""
    index: Name = k
    if integers:
        index = Name("k", INT)
        body = substitute(body, {"k": index})
    term = total(index, first, last, body)
    everything: dict[str, object] = {**point, "n": Fraction(whole[0]), "m": Fraction(whole[1])}
    everything |= {"s": tables[0], "t": tables[1]}
    expected = at_point(term, everything)  # type: ignore[arg-type]
    context = known({**point, "n": Fraction(whole[0]), "m": Fraction(whole[1])}, kinds)
    found = at_point(in_normal_form(term, context), everything)  # type: ignore[arg-type]
    assert close(expected, found)


@settings(max_examples=150, deadline=None)
@given(
    body=BODIES, other=BODIES, last=LAST, tables=st.tuples(TABLES, TABLES), point=POINTS, n_=st.integers(0, 4)
)
def test_products_and_nests_of_sums(
    body: Term,
    other: Term,
    last: Term,
    tables: tuple[dict[int, Fraction], dict[int, Fraction]],
    point: dict[str, Fraction],
    n_: int,
) -> None:
    outer = Name("q", NAT)
    inner = total(k, 1, outer, body)
    term = times(Bind("sum", outer, within(1, last), times(at(s, outer), inner), REAL), total(k, 0, n, other))
    everything: dict[str, object] = {
        **point,
        "n": Fraction(n_),
        "m": Fraction(2),
        "s": tables[0],
        "t": tables[1],
    }
    expected = at_point(term, everything)  # type: ignore[arg-type]
    found = at_point(in_normal_form(term, Context({})), everything)  # type: ignore[arg-type]
    assert close(expected, found)


def equal(left: Term, right: Term, *facts: Term) -> bool:
    """Whether two terms have one normal form under facts."""
    context = Context({}).with_facts({str(place): own for place, own in enumerate(facts)})
    return is_zero(normal(left, context) - normal(right, context), context)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (times(plus(x, y), minus(x, y)), minus(power(x, 2), power(y, 2))),
        (power(plus(x, 1), 3), plus(power(x, 3), times(3, power(x, 2)), times(3, x), 1)),
        (over(minus(power(x, 2), 1), minus(x, 1)), plus(x, 1)),
        (real("sqrt", power(x, 2)), real("abs", x)),
        (real("sqrt", 12), times(2, real("sqrt", 3))),
        (power(2, plus(n, 1)), times(2, power(2, n))),
        (real("exp", plus(x, y)), times(real("exp", x), real("exp", y))),
        (real("ln", 6), plus(real("ln", 2), real("ln", 3))),
        (real("max", x, x), x),
        (total(k, 1, n, k), over(times(n, plus(n, 1)), 2)),
        (total(k, 1, n, minus(at(s, plus(k, 1)), at(s, k))), minus(at(s, plus(n, 1)), at(s, 1))),
        (
            total(k, 2, plus(n, 1), at(s, k)),
            plus(minus(total(k, 1, n, at(s, k)), at(s, 1)), at(s, plus(n, 1))),
        ),
        (
            total(k, 1, n, total(i, 1, m, times(at(s, k), at(t, i)))),
            times(total(k, 1, n, at(s, k)), total(i, 1, m, at(t, i))),
        ),
    ],
)
def test_identities_without_conditions(left: Term, right: Term) -> None:
    assert equal(left, right)


@pytest.mark.parametrize(
    ("left", "right", "condition"),
    [
        (real("sqrt", power(x, 2)), x, le(0, x)),
        (real("sqrt", power(x, 2)), times(-1, x), le(x, 0)),
        (real("sqrt", times(x, y)), times(real("sqrt", x), real("sqrt", y)), le(0, x)),
        (real("abs", x), x, lt(0, x)),
        (real("ln", times(x, y)), plus(real("ln", x), real("ln", y)), lt(0, x)),
        (real("exp", times(a, real("ln", x))), power(x, a), lt(0, x)),
        (power(times(x, b), a), times(power(x, a), power(b, a)), lt(0, x)),
        (real("max", x, y), x, le(y, x)),
        (real("min", x, y), y, le(y, x)),
        (total(k, 3, n, at(s, k)), minus(total(k, 1, n, at(s, k)), plus(at(s, 1), at(s, 2))), le(2, n)),
        (total(k, 1, n, over(x, n)), x, le(1, n)),
    ],
)
def test_identities_that_ask_for_a_sign(left: Term, right: Term, condition: Term) -> None:
    """They hold under the condition, and are left out without it."""
    if not (
        left.head == "sqrt" and isinstance(right, Apply) and right.head == "*" and right.args[0] != number(-1)
    ):  # type: ignore[attr-defined]
        assert not equal(left, right)
    if left.head == "ln":  # type: ignore[attr-defined]
        assert equal(left, right, condition, lt(0, y))
    elif left.head == "^":  # type: ignore[attr-defined]
        assert equal(left, right, condition, lt(0, b))
    else:
        assert equal(left, right, condition)


def test_what_has_no_normal_form_says_so() -> None:
    context = Context({})
    for term in (
        over(x, 0),
        power(0, Fraction(-1, 2)),
        real("ln", 0),
        real("infinity"),
        total(k, 1, Fraction(5, 2), x),
    ):
        with pytest.raises(NotNormal):
            normal(term, context)


def test_large_terms_are_given_up() -> None:
    for term in (power(plus(x, y, z, a, b), 60), power(2, power(2, power(2, 100)))):
        with pytest.raises(TooLarge):
            normal(term, Context({}))
