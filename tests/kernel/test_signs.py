"""A sign that is claimed holds at every point where the facts do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number
from boundkit.kernel.context import NONNEGATIVE, POSITIVE, Context, NotNormal
from boundkit.kernel.normal import normal
from tests.kernel.values import Undefined, value
from tests.kernel.writing import (
    at,
    eq,
    f,
    forall,
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
    s,
    times,
    total,
    within,
    x,
    y,
    z,
)

REALS, WHOLE = (x, y, z), (n, m)
ATOMS: list[Term] = [x, y, z, n, m]


def linear(numbers: list[int]) -> Term:
    """A sum of multiples of the names, and a number."""
    result: Term = number(numbers[-1])
    for name, own in zip(ATOMS, numbers, strict=False):
        result = plus(result, times(own, name))
    return result


LINEAR = st.lists(st.sampled_from([-2, -1, 0, 0, 1, 2]), min_size=6, max_size=6).map(linear)
QUADRATIC = st.lists(
    st.tuples(
        st.sampled_from([-2, -1, 1, 1, 2]), st.sampled_from(ATOMS), st.sampled_from([*ATOMS, number(1)])
    ),
    max_size=4,
).map(lambda parts: plus(0, *(times(c, p, q) for c, p, q in parts)))
EXTRA = st.sampled_from(
    [number(0), real("abs", x), real("max", x, y), real("min", y, z), power(x, 2), real("sqrt", power(y, 2)),
     over(1, plus(n, 1)), real("abs", minus(x, y)), power(2, n), real("exp", x)]
)  # fmt: skip
SUBJECTS = st.tuples(LINEAR, QUADRATIC, EXTRA, st.sampled_from([-1, 0, 1])).map(
    lambda p: plus(p[0], p[1], times(p[3], p[2]))
)
ENDS = st.fixed_dictionaries(
    {
        name.text: st.tuples(*[st.sampled_from([None, None, 0, Fraction(1, 2), 2])] * 2)
        for name in (*REALS, *WHOLE)
    }
)
"""How far below and above the value of a name the facts put its bounds, if at all."""
POINT = st.fixed_dictionaries(
    {name.text: st.fractions(-3, 3, max_denominator=2) for name in REALS}
    | {name.text: st.integers(0, 4).map(Fraction) for name in WHOLE}
)


def true_facts(
    point: dict[str, Fraction],
    ends: dict[str, tuple[Fraction | None, Fraction | None]],
    relations: list[tuple[bool, Term, Term]],
) -> list[Term]:
    """Bounds of names and relations of terms that hold at a point."""
    found: list[Term] = []
    for name in (*REALS, *WHOLE):
        below, above = ends[name.text]
        own = point[name.text]
        if below is not None:
            found.append((lt if below else le)(number(own - below), name))
        if above is not None:
            found.append((lt if above else le)(name, number(own + above)))
    for equal, left, right in relations:
        low, high = value(left, point), value(right, point)
        if low == high:
            found.append((eq if equal else le)(left, right))
        else:
            found.append(lt(left, right) if low < high else lt(right, left))
    return found


@settings(max_examples=400, deadline=None)
@given(
    subject=SUBJECTS,
    point=POINT,
    ends=ENDS,
    relations=st.lists(st.tuples(st.booleans(), LINEAR, LINEAR), max_size=2),
)
def test_a_claimed_sign_holds_where_the_facts_do(
    subject: Term,
    point: dict[str, Fraction],
    ends: dict[str, tuple[Fraction | None, Fraction | None]],
    relations: list[tuple[bool, Term, Term]],
) -> None:
    """Under facts that hold at a point, the sign that follows is that of the value there."""
    facts = true_facts(point, ends, relations)
    context = Context({}).with_facts({str(place): own for place, own in enumerate(facts)})
    try:
        found, polynomial = value(subject, point), normal(subject, context)
    except (NotNormal, Undefined):
        return
    level, opposite = context.sign(polynomial), context.sign(-polynomial)
    assert found > -1e-9 if level == NONNEGATIVE else not level or found > 0
    assert found < 1e-9 if opposite == NONNEGATIVE else not opposite or found < 0


def sign(subject: Term, *facts: Term) -> int:
    """What is claimed of a term under facts."""
    context = Context({}).with_facts({str(place): own for place, own in enumerate(facts)})
    return context.sign(normal(subject, context))


@pytest.mark.parametrize(
    ("subject", "facts", "level"),
    [
        (plus(n, 1), [], POSITIVE),
        (minus(n, 1), [le(1, n)], NONNEGATIVE),
        (minus(n, m), [le(m, n)], NONNEGATIVE),
        (minus(n, plus(m, 1)), [lt(m, n)], NONNEGATIVE),
        (minus(1, x), [lt(x, 1)], POSITIVE),
        (minus(1, times(x, y)), [le(0, x), le(x, 1), le(0, y), le(y, 1)], NONNEGATIVE),
        (minus(times(x, y), 1), [le(1, x), le(1, y)], NONNEGATIVE),
        (times(x, minus(1, x)), [lt(0, x), lt(x, 1)], POSITIVE),
        (power(x, 2), [], NONNEGATIVE),
        (power(x, 2), [ne(x, 0)], NONNEGATIVE),
        (real("exp", x), [], POSITIVE),
        (real("sqrt", x), [lt(0, x)], POSITIVE),
        (times(x, y), [le(x, 0), le(0, y)], 0),
        (times(-1, x, y), [le(x, 0), le(0, y)], NONNEGATIVE),
        (real("max", x, 1), [], POSITIVE),
        (at(s, n), [forall(k, lt(0, at(s, k)))], POSITIVE),
        (at(s, n), [forall(k, lt(0, at(s, k)), within(1, m))], 0),
        (at(s, n), [forall(k, lt(0, at(s, k)), within(1, m)), le(1, n), le(n, m)], POSITIVE),
        (total(k, 1, n, at(s, k)), [forall(k, le(0, at(s, k)), within(1, n))], NONNEGATIVE),
    ],
)
def test_signs_that_are_found(subject: Term, facts: list[Term], level: int) -> None:
    assert sign(subject, *facts) == level


def test_the_facts_used_are_named() -> None:
    context = Context({}).with_facts({"a": le(0, x), "b": le(0, y), "c": le(1, z)})
    assert context.is_nonnegative(normal(times(x, z), context))
    assert context.used == {"a", "c"}


def test_inequations_make_denominators_sound() -> None:
    context = Context({}).with_facts({"apart": ne(x, y)})
    assert context.is_nonzero(normal(minus(y, x), context))
    assert not context.is_nonzero(normal(plus(y, x), context))
    assert context.used == {"apart"}


def test_what_holds_by_signs() -> None:
    context = Context({}).with_facts({"a": lt(x, y), "b": lt(n, m)})
    assert context.holds(le(x, y))
    assert context.holds(le(plus(n, 1), m))
    assert not context.holds(le(plus(x, 1), y))
    assert context.holds(Apply("or", (le(y, x), le(x, y)), x.sort))
    assert not context.holds(Apply("not", (le(y, x),), x.sort))


def test_a_function_value_has_no_sign_of_its_own() -> None:
    assert sign(Apply("call", (f, x), REAL)) == 0
