"""False goals with certificates made to deceive. Each is turned down, and for the reason that is stated."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from boundkit.ir.json import Malformed
from boundkit.ir.laws import Law
from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Function, Matrix, Sequence, SetOf
from boundkit.ir.terms import FALSE, ONE, ZERO, Apply, Bind, Name, Term, number
from boundkit.ir.theorems import Clause, Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Rejected, Undefined
from tests.kernel.writing import (
    GOAL,
    NAMES,
    ONE_FACTOR,
    VECTOR,
    a,
    accepts,
    at,
    belongs,
    call,
    closed,
    combination,
    constant_definition,
    eq,
    everything,
    f,
    fact,
    forall,
    i,
    implies,
    j,
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
    proof,
    real,
    rejects,
    s,
    t,
    times,
    total,
    u,
    v,
    w,
    within,
    x,
    y,
    z,
)

SIGNS, IDENTITY = c.Signs(), c.Identity()
DIFFERENT = "different normal forms"


def diff(body: Term, variable: Name, order: int = 1) -> Term:
    """The derivative."""
    return Apply("diff", (body, variable, number(order)), REAL)


def size(head: str, *parts: Term) -> Apply:
    """A natural number of a set."""
    return Apply(head, parts, NAT)


# Division, roots, logarithms, powers


@pytest.mark.parametrize(
    ("left", "right", "facts", "reason"),
    [
        (over(x, x), 1, [], "x != 0"),
        (over(1, minus(n, 1)), over(1, minus(n, 1)), [le(1, n)], "n - 1 != 0"),
        (real("sqrt", power(x, 2)), x, [], DIFFERENT),
        (real("sqrt", power(x, 2)), x, [le(x, 0)], DIFFERENT),
        (power(power(x, 4), Fraction(1, 4)), x, [lt(x, 0)], DIFFERENT),
        (real("sqrt", times(x, y)), times(real("sqrt", x), real("sqrt", y)), [le(0, times(x, y))], "0 <= x"),
        (power(power(x, 3), Fraction(1, 3)), x, [], "0 <= x\\^3"),
        (real("ln", times(x, y)), plus(real("ln", x), real("ln", y)), [lt(0, times(x, y))], "0 < x"),
        (real("ln", power(x, 2)), times(2, real("ln", x)), [], "0 < x"),
        (real("exp", times(n, real("ln", x))), power(x, n), [], "0 < x"),
        (times(power(x, n), power(x, minus(0, n))), 1, [], "x != 0"),
        (power(0, n), 0, [], DIFFERENT),
        (power(0, Fraction(-1, 2)), 0, [], "0 < 0"),
        (power(x, 0), 0, [], DIFFERENT),
        (minus(real("infinity"), real("infinity")), 0, [], "finite"),
    ],
)
def test_identities_outside_their_domain(left: Term, right: Any, facts: list[Term], reason: str) -> None:
    rejects(reason, eq(left, right), IDENTITY, facts={str(place): own for place, own in enumerate(facts)})


def test_what_follows_must_be_defined_even_where_its_normal_form_is() -> None:
    """x/x <= 2 is not true at x = 0."""
    line = ("L", le(1, 2), SIGNS)
    rejects("x != 0", le(over(x, x), 2), proof(c.Given("L"), line))
    everywhere = ("L", forall(y, le(1, 2)), c.Introduce("p", c.Proof(SIGNS)))
    rejects("x != 0", le(over(x, x), 2), proof(c.Specialise("L", (x,)), everywhere))
    premise = Law("law", (x,), (("here", le(over(x, x), 2)),), eq(x, 0), "proved")
    rejects("premise here", eq(x, 0), c.Instance("law", (("x", x),)), laws={"law": premise})


def test_a_domain_must_be_defined() -> None:
    ends = closed(Apply("neg", (over(1, x),), REAL), 2)
    rejects("x != 0", forall(y, le(0, 1), ends), c.Introduce("p", c.Proof(SIGNS)))


# Sums


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (total(k, 3, n, at(s, k)), minus(total(k, 1, n, at(s, k)), plus(at(s, 1), at(s, 2))), DIFFERENT),
        (total(k, 2, n, at(s, k)), minus(total(k, 1, n, at(s, k)), at(s, 1)), DIFFERENT),
        (total(k, 3, n, number(1)), minus(n, 2), DIFFERENT),
        (total(k, 3, n, k), minus(over(times(n, plus(n, 1)), 2), 3), DIFFERENT),
        (total(k, 1, Fraction(5, 2), number(1)), Fraction(5, 2), "is an integer"),
        (total(i, 1, j, over(x, j)), x, "j != 0|different"),
        (total(k, 1, n, over(x, n)), x, "n != 0|different"),
        (
            total(k, 0, n, times(real("abs", minus(k, 1)), at(s, minus(k, 1)))),
            total(k, 0, n, times(minus(k, 1), at(s, minus(k, 1)))),
            DIFFERENT,
        ),
    ],
)
def test_sums_over_ranges_that_may_be_empty(left: Term, right: Any, reason: str) -> None:
    rejects(reason, eq(left, right), IDENTITY)


def test_numbers_of_terms_that_depend_on_an_outer_index() -> None:
    inner = Name("l", NAT)

    def vectors(name: Name, first: Any, last: Any, body: Term) -> Term:
        return Bind("sum", name, within(first, last), body, VECTOR)

    left = vectors(k, 1, n, vectors(inner, 1, k, u))
    right = vectors(k, m, m, vectors(inner, 1, times(n, k), u))
    rejects(DIFFERENT, eq(left, right), IDENTITY)


def test_products_of_three_sums_of_matrices() -> None:
    square = Matrix(n, n)
    names = {**NAMES, **{text: Sequence(square) for text in ("A", "B", "C")}}
    inner, third = Name("l", NAT), Name("q", NAT)

    def entry(text: str, place: Term) -> Term:
        return Apply("index", (Name(text, Sequence(square)), place), square)

    def product(*factors: Term) -> Term:
        result = factors[0]
        for factor in factors[1:]:
            result = Apply("*", (result, factor), square)
        return result

    def summed(name: Name, body: Term) -> Term:
        return Bind("sum", name, within(1, m), body, square)

    left = product(*(summed(k, entry(text, k)) for text in "ABC"))
    same = summed(
        k, summed(inner, summed(third, product(entry("A", k), entry("B", inner), entry("C", third))))
    )
    accepts(eq(left, same), IDENTITY, names=names)
    mixed = summed(
        k, summed(inner, summed(third, product(entry("A", k), entry("B", third), entry("C", third))))
    )
    rejects(DIFFERENT, eq(left, mixed), IDENTITY, names=names)


# Sorts and names


@pytest.mark.parametrize(
    ("goal", "claim"),
    [
        (le(0, x), le(0, Name("x", NAT))),
        (le(0, call(f, x)), le(0, Apply("call", (f, x), NAT))),
        (le(0, Apply("floor", (x,), INT)), le(0, Apply("floor", (x,), NAT))),
        (le(0, minus(n, m)), le(0, Apply("-", (n, m), NAT))),
        (le(0, at(s, n)), le(0, Apply("index", (Name("s", Sequence(NAT)), n), NAT))),
        (le(0, x), forall(Name("q", NAT), le(0, Name("q", REAL)))),
    ],
)
def test_terms_that_are_not_what_they_say(goal: Term, claim: Term) -> None:
    by = c.Introduce("r", c.Proof(SIGNS)) if isinstance(claim, Bind) else SIGNS
    rejects("is of another sort than it says", goal, proof(c.Given("L"), ("L", claim, by)))


def test_a_variable_named_e_is_not_the_base_of_the_exponential() -> None:
    e = Name("e", REAL)
    rejects("does not follow", lt(0, e), SIGNS, names={"e": REAL})
    rejects(DIFFERENT, eq(real("ln", e), 1), IDENTITY, names={"e": REAL}, facts={"positive": lt(0, e)})


@pytest.mark.parametrize("name", ["2", "", "a b", "#0", "(inner x x)", "@0", "x", "S"])
def test_names_that_a_proof_may_not_introduce(name: str) -> None:
    """Those that look like other terms, and those that the sequent speaks of, fixed or not."""
    goal = forall(y, eq(power(2, Fraction(1, 2)), power(y, Fraction(1, 2))), closed(0, 9))
    draw = le(call(f, Name("S", REAL)), 0)
    rejects("is no name|is taken", goal, c.Introduce(name, c.Proof(IDENTITY)), facts={"draw": draw})


def test_a_name_of_a_fact_that_is_not_fixed_is_not_generalised() -> None:
    draw = Name("S", REAL)
    rejects(
        "taken",
        forall(y, le(call(f, y), 0)),
        c.Introduce("S", c.Proof(c.Given("h"))),
        facts={"h": le(call(f, draw), 0)},
    )


# Universal facts


def test_a_universal_inequation_bounds_nothing() -> None:
    rejects("does not follow", le(at(s, 1), 0), SIGNS, facts={"h": forall(k, ne(at(s, k), 0))})


def test_a_condition_about_an_outer_name_is_not_one_about_an_inner() -> None:
    claim = forall(x, implies(lt(0, y), forall(y, le(call(f, y), 0))))
    by = c.Introduce(
        "p",
        c.Proof(
            c.Introduce(
                "q", c.Proof(c.Introduce("r", c.Proof(combination((1, (fact("h"),)), (1, (fact("q"),))))))
            )
        ),
    )
    facts = {"h": le(y, 0)}
    accepts(claim, by, facts=facts)
    rejects("does not follow", le(call(f, 5), 0), proof(SIGNS, ("L", claim, by)), facts=facts)


def test_signs_of_a_fixed_name_say_nothing_of_a_bound_one() -> None:
    facts = {"h": lt(0, x), "u": forall(x, le(call(f, x), real("abs", x)))}
    rejects("does not follow", le(call(f, a), a), SIGNS, facts=facts)


def test_values_of_universal_facts_must_lie_in_their_domains() -> None:
    rejects("is of sort Real, not Nat", le(0, x), c.Specialise("L", (x,)), facts={"L": forall(k, le(0, k))})
    facts = {"L": forall(y, le(call(f, y), 0), closed(0, 1))}
    rejects("is not known to lie in", le(call(f, x), 0), c.Specialise("L", (x,)), facts=facts)
    rejects("does not follow", le(call(f, x), 0), SIGNS, facts=facts)
    rejects("does not follow", belongs(x, everything(NAT)), SIGNS)


def test_sizes_of_values_must_fit() -> None:
    """For vectors of size 1 the Cauchy-Schwarz inequality is an equation."""
    one = Matrix(ONE, ONE)
    p, q = Name("p", one), Name("q", one)

    def inner(left: Term, right: Term) -> Term:
        return real("inner", left, right)

    facts = {"h": forall(p, forall(q, eq(power(inner(p, q), 2), times(inner(p, p), inner(q, q)))))}
    goal = eq(power(inner(u, v), 2), times(inner(u, u), inner(v, v)))
    rejects("is of sort", goal, c.Specialise("h", (u, v)), facts=facts)
    rejects(DIFFERENT, goal, c.Identity((), (c.Rewrite("h"),)), facts=facts)


def test_matching_does_not_let_bound_names_out() -> None:
    table = Name("F", Function((NAT, NAT), REAL))
    row = Name("H", Function((NAT,), REAL))
    names = {**NAMES, "F": table.sort, "H": row.sort}
    facts = {"h": forall(m, eq(total(k, 1, n, call(table, k, m)), call(row, m)))}
    rejects(
        DIFFERENT,
        eq(total(k, 1, n, call(table, k, k)), call(row, k)),
        c.Identity((), (c.Rewrite("h"),)),
        names=names,
        facts=facts,
    )


# Derivatives


def test_a_value_is_not_put_in_for_what_a_derivative_treats_as_constant() -> None:
    line = ("L", forall(x, eq(diff(times(x, z), x), z)), c.Introduce("p", c.Proof(IDENTITY)))
    rejects("a derivative depends on", eq(diff(times(z, z), z), z), proof(c.Specialise("L", (z,)), line))
    rejects(DIFFERENT, eq(diff(times(z, z), z), z), IDENTITY)


def test_definitions_are_differentiated_too() -> None:
    const = Name("const", REAL)
    square = constant_definition(const, power(x, 2))
    rejects(DIFFERENT, eq(diff(times(const, x), x), const), IDENTITY, definitions=[square])
    scaled = Definition(Name("h", f.sort), "call", (Clause((y,), (y,), times(y, x)),))
    value = call(Name("h", f.sort), 2)
    rejects("depends on x", eq(diff(times(value, x), x), value), IDENTITY, definitions=[scaled])


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        (eq(diff(real("abs", x), x), 1), "abs"),
        (eq(diff(real("sqrt", power(x, 2)), x), 1), "sqrt\\(x\\^2\\) != 0"),
        (eq(diff(real("ln", x), x), over(1, x)), "0 < "),
        (eq(diff(power(x, 2), x, 10**9), 0), "large order"),
        (eq(diff(power(x, 2), x, -1), power(x, 2)), "large order"),
    ],
)
def test_derivatives_that_do_not_exist(goal: Term, reason: str) -> None:
    rejects(reason, goal, IDENTITY)


def test_a_gradient_of_what_is_no_polynomial() -> None:
    function = Name("F", Function((VECTOR,), REAL))
    body = real("exp", real("inner", w, v))
    definition = Definition(function, "call", (Clause((w,), (w,), body),))
    goal = eq(Apply("grad", (function, u), VECTOR), Apply("zero", (), VECTOR))
    names = {**NAMES, "F": function.sort}
    rejects("not polynomial|!= 0", goal, c.Gradient((("F", 0),)), names=names, definitions=[definition])


def test_a_function_that_is_smooth_on_a_set_has_no_gradient_elsewhere() -> None:
    function = Name("F", Function((VECTOR,), REAL))
    slope = Apply("grad", (function, u), VECTOR)
    ball = Apply("ball", (n, number(1)), SetOf(VECTOR))
    smooth = Apply("is_smooth", (function, x, ball), PROP)
    names = {**NAMES, "F": function.sort}
    rejects("is differentiable", eq(slope, slope), IDENTITY, names=names, facts={"h": smooth})


# Definitions


def sequence(*clauses: Clause, recursive: bool = False) -> list[Definition]:
    """A defined sequence `c`."""
    return [Definition(Name("c", Sequence(REAL)), "index", clauses, recursive)]


C = Name("c", Sequence(REAL))


@pytest.mark.parametrize(
    ("definitions", "place", "reason"),
    [
        (sequence(Clause((k,), (k,), over(1, minus(k, 1)))), 1, "1 - 1 != 0"),
        (
            sequence(
                Clause((), (ONE,), ZERO),
                Clause((k,), (plus(k, 1),), plus(at(C, k), over(1, minus(k, 3))), (le(1, k), le(k, 10))),
                recursive=True,
            ),
            5,
            "- 3 != 0",
        ),
        (
            sequence(
                Clause((), (ONE,), ZERO),
                Clause((k,), (plus(k, 1),), at(C, k), (le(1, k), le(k, 10))),
                recursive=True,
            ),
            12,
            "is covered",
        ),
    ],
)
def test_defined_sequences_where_they_are_not_defined(
    definitions: list[Definition], place: int, reason: str
) -> None:
    rejects(reason, eq(minus(at(C, place), at(C, place)), 0), IDENTITY, definitions=definitions)


def test_defined_functions_where_they_are_not_defined() -> None:
    name = Name("h", Function((NAT,), REAL))
    clauses = (Clause((), (ZERO,), ONE), Clause((k,), (plus(k, 1),), over(1, k)))
    value = call(name, 1)
    rejects("0 != 0", eq(minus(value, value), 0), IDENTITY, definitions=[Definition(name, "call", clauses)])


def test_an_anonymous_function_outside_its_domain() -> None:
    function = Bind("function", y, closed(0, 1), y, Function((REAL,), REAL))
    rejects("2 in", eq(call(function, 2), 2), IDENTITY)


def test_a_unit_vector_of_a_place_that_is_not_there() -> None:
    unit = Apply("basis", (number(3), number(5)), Matrix(number(3), ONE))
    rejects("5 in 1..3", eq(real("inner", unit, unit), 1), IDENTITY)


def test_least_missing_numbers_and_cardinals_of_sets_that_may_be_infinite_or_empty() -> None:
    least = size("mex", Bind("set", k, everything(NAT), k, SetOf(NAT)))
    line = ("L", forall(k, ne(least, k)), c.Meaning("", least))
    rejects("is finite", ne(least, least), proof(c.Specialise("L", (least,)), line))
    empty = Bind("set", k, within(1, 0), k, SetOf(NAT, True))
    rejects("does not follow", le(1, size("card", empty)), SIGNS)


# Signs


@pytest.mark.parametrize(
    ("goal", "facts"),
    [
        (lt(0, minus(1, times(2, x))), [le(0, x), lt(x, 1)]),
        (le(plus(x, 1), y), [lt(x, y)]),
        (le(plus(over(n, 2), 1), m), [lt(over(n, 2), m)]),
        (le(0, times(x, y)), [le(x, 0), le(0, y)]),
        (le(0, minus(times(x, y), 1)), [le(1, x)]),
        (lt(0, power(x, 2)), []),
        (lt(0, real("sqrt", x)), [le(0, x)]),
        (lt(0, real("max", x, y)), [le(0, x)]),
        (le(0, real("min", x, y)), [le(0, x)]),
        (le(0, total(k, 1, n, at(s, k))), [forall(k, le(0, at(s, k)), within(2, n))]),
        (lt(0, total(k, 1, n, number(1))), []),
    ],
)
def test_signs_that_do_not_follow(goal: Term, facts: list[Term]) -> None:
    rejects("does not follow", goal, SIGNS, facts={str(place): own for place, own in enumerate(facts)})


# Matrices


SQUARE = Matrix(n, n)
P, Q = Name("P", SQUARE), Name("Q", SQUARE)


def matrix_product(left: Term, right: Term) -> Term:
    """P*Q."""
    assert isinstance(left.sort, Matrix) and isinstance(right.sort, Matrix)
    return Apply("*", (left, right), Matrix(left.sort.rows, right.sort.columns))


def transposed(own: Term) -> Term:
    """P.T."""
    assert isinstance(own.sort, Matrix)
    return Apply("transpose", (own,), Matrix(own.sort.columns, own.sort.rows))


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (matrix_product(P, Q), matrix_product(Q, P), DIFFERENT),
        (transposed(matrix_product(P, Q)), matrix_product(transposed(P), transposed(Q)), DIFFERENT),
        (real("inner", u, matrix_product(P, v)), real("inner", matrix_product(P, u), v), DIFFERENT),
        (Apply("zero", (), VECTOR), Apply("zero", (), Matrix(m, ONE)), "different sizes"),
        (Apply("identity", (n,), SQUARE), Apply("identity", (m,), Matrix(m, m)), "different sizes"),
        (Apply("identity", (n,), SQUARE), Apply("zero", (), SQUARE), DIFFERENT),
    ],
)
def test_false_identities_of_matrices(left: Term, right: Term, reason: str) -> None:
    rejects(reason, eq(left, right), IDENTITY, names={**NAMES, "P": SQUARE, "Q": SQUARE})


# Laws


def test_a_law_about_a_finite_set_is_not_one_about_an_empty_one() -> None:
    hole = Name("A", SetOf(NAT, True))
    law = Law("law", (hole,), (), le(1, size("card", hole)), "proved")
    empty = Bind("set", k, within(1, 0), k, SetOf(NAT, True))
    rejects("is of sort", le(1, size("card", empty)), c.Instance("law", (("A", empty),)), laws={"law": law})


def test_a_law_with_terms_of_other_sorts() -> None:
    law = Law("law", (n,), (), le(0, n), "proved")
    rejects("x of sort Real", le(0, x), c.Instance("law", (("n", x),)), laws={"law": law})
    rejects("no term for the hole", le(0, x), c.Instance("law", ()), laws={"law": law})
    rejects("no law", le(0, x), c.Instance("other", ()))


# Certificates that are no certificates


@pytest.mark.parametrize(
    "by",
    [
        c.Combination((c.Summand(1, (ONE_FACTOR,)),)),  # type: ignore[arg-type]
        c.Identity(("a",)),  # type: ignore[arg-type]
        c.Identity((("a", "b"),)),  # type: ignore[arg-type]
        c.Identity((("a", True),)),
        c.Introduce("p", None),  # type: ignore[arg-type]
        c.Introduce(5, c.Proof(IDENTITY)),  # type: ignore[arg-type]
        c.Either("a", c.Proof(IDENTITY)),  # type: ignore[arg-type]
        c.Both([c.Proof(IDENTITY)]),  # type: ignore[arg-type]
        c.Given(None),  # type: ignore[arg-type]
        c.Specialise("h", (1,)),  # type: ignore[arg-type]
        c.Cases("h", None, "p", (None,)),  # type: ignore[arg-type]
        c.Taylor(x, ZERO, "2", "h"),  # type: ignore[arg-type]
        c.Taylor(le(x, 0), ZERO, 2, "h"),  # type: ignore[arg-type]
        c.Instance("law", (("x", "y"),)),  # type: ignore[arg-type]
        None,
        "Signs",
        c.Proof(SIGNS),
        c.Line("a", le(0, 1), SIGNS),
    ],
)
def test_fields_of_other_types(by: Any) -> None:
    rejects("of another type", le(0, 1), c.Proof(by))


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Given"},
        {"type": "Given", "fact": 5},
        {"type": "Given", "fact": "h", "more": 1},
        {"type": "Identity", "unfold": [["a", "b"]]},
        {"type": "Proof", "by": {"type": "Factor", "kind": "goal"}},
        {"type": "Proof", "by": None},
        {"type": "Introduce", "name": "p", "proof": []},
        {"type": "term", "value": ["apply", "f"]},
        {"type": "rational", "value": "1e999999"},
        {"type": "rational", "value": "1/0"},
        {"type": "rational", "value": "9" * 4400},
        {"type": 7},
        {},
        1.5,
    ],
)
def test_json_that_is_no_certificate(data: Any) -> None:
    with pytest.raises(Malformed):
        c.from_json(data)


def test_deep_json_is_malformed() -> None:
    data: Any = None
    for _ in range(100_000):
        data = [data]
    with pytest.raises(Malformed):
        c.from_json(data)


@pytest.mark.parametrize(
    "claim",
    [
        eq(Apply("/", (x,), REAL), 1),
        Apply("is_lipschitz", (f,), PROP),
        Apply("foo", (x,), NAT),
        Apply("+", (), REAL),
        Apply("*", (u, v), VECTOR),
        Apply("in", (x, x), PROP),
        belongs(u, closed(0, 1)),
        Apply("blocks", (number(2), number(10**9), u), VECTOR),
        Apply("index", (s, x), REAL),
        call(f, Apply("neg", (n,), NAT)),
        total(Name("q", NAT), -3, -1, number(1)),
        le(x, Name("nowhere", REAL)),
    ],
)
def test_lines_that_are_no_propositions(claim: Term) -> None:
    line = c.Line("L", claim, c.Folded(c.Proof(SIGNS)) if claim.sort == PROP else SIGNS)
    with pytest.raises(Rejected):
        accepts(le(0, 1), c.Proof(SIGNS, (line,)))


# Work without end


def nested_sums(depth: int) -> Term:
    """sum_{q0=1..50} sum_{q1=1..q0} … sin(q0 + q1 + …)."""
    names = [Name(f"q{place}", NAT) for place in range(depth)]
    body: Term = real("sin", plus(*names))
    for place in reversed(range(depth)):
        body = total(names[place], 1, 50 if place == 0 else names[place - 1], body)
    return body


def doubled(depth: int) -> Term:
    """(fun q => g(q, q)) of itself, again and again."""
    function = Name("g2", Function((REAL, REAL), REAL))
    q = Name("q", REAL)
    body: Term = x
    for _ in range(depth):
        body = call(
            Bind("function", q, everything(REAL), call(function, q, q), Function((REAL,), REAL)), body
        )
    return body


def deep(depth: int) -> Term:
    """sin(sin(…))."""
    body: Term = x
    for _ in range(depth):
        body = real("sin", body)
    return body


@pytest.mark.parametrize(
    "goal",
    [
        eq(doubled(60), doubled(60)),
        eq(power(plus(x, y, z, a), 50), 0),
        eq(power(2, power(2, power(2, 100))), 0),
        eq(power(number(2**9000), 9000), 0),
        eq(real("ln", number(10**3000 + 7)), 0),
        eq(deep(350), deep(350)),
        eq(deep(900), deep(900)),
        pytest.param(le(nested_sums(12), 0), marks=pytest.mark.slow),
    ],
)
def test_terms_that_would_take_too_long(goal: Term) -> None:
    names = {**NAMES, "g2": Function((REAL, REAL), REAL)}
    with pytest.raises(Rejected):
        accepts(goal, IDENTITY, names=names)


@pytest.mark.parametrize(
    "equation",
    [
        eq(x, plus(x, 0)),
        forall(y, eq(call(f, y), plus(call(f, plus(y, 1)), 1))),
        forall(y, eq(call(f, y), plus(call(f, call(f, plus(y, 1))), call(f, plus(y, 2))))),
    ],
)
def test_equations_that_rewrite_for_ever(equation: Term) -> None:
    goal = eq(call(f, x), 5)
    with pytest.raises(Rejected):
        accepts(goal, c.Identity((), (c.Rewrite("h"),)), facts={"h": equation})


def test_undefined_is_told_apart() -> None:
    with pytest.raises(Undefined, match="x != 0"):
        accepts(eq(over(x, x), 1), IDENTITY)
    with pytest.raises(Rejected) as failure:
        accepts(eq(x, 1), IDENTITY)
    assert not isinstance(failure.value, Undefined)
    assert accepts(le(minus(x, 0), x), combination((1, (GOAL,)))).used == frozenset()


def test_sequences_of_numbers_are_not_bounded_by_their_sort_alone() -> None:
    rejects("does not follow", le(0, at(t, 1)), SIGNS)


# Infinite values, quantifiers, induction


def test_numbers_that_may_be_infinite_are_not_calculated_with() -> None:
    """M + 1 <= M holds for M = inf."""
    most = Name("M", EXTREAL)
    names = {**NAMES, "M": EXTREAL}
    facts = {"h": le(Apply("+", (most, ONE), EXTREAL), most)}
    by = combination((1, (fact("h"),)), (1, (ONE_FACTOR,)))
    rejects("may be infinite", FALSE, by, names=names, facts=facts)
    finite = ("L", le(Apply("+", (most, ONE), REAL), most), c.Given("h"))
    by = combination((1, (fact("L"),)), (1, (ONE_FACTOR,)))
    rejects("another sort", FALSE, c.Proof(by, (c.Line(*finite),)), names=names, facts=facts)


def test_a_witness_may_not_depend_on_a_later_variable() -> None:
    bound = Bind("exists", y, everything(REAL), forall(x, lt(x, y)), PROP)
    by = c.Exhibit(plus(x, 1), c.Proof(c.Introduce("p", c.Proof(SIGNS))))
    rejects("does not follow", bound, by)


def test_a_law_does_not_capture_its_terms() -> None:
    greater = Bind("exists", y, everything(REAL), lt(x, y), PROP)
    law = Law("law", (x,), (), greater, "proved")
    itself = Bind("exists", y, everything(REAL), lt(y, y), PROP)
    rejects("another proposition", itself, c.Instance("law", (("x", y),)), laws={"law": law})


def test_inductions_that_do_not_go_on() -> None:
    same = c.Proof(c.Given("hypothesis of induction"))
    rejects("another proposition", forall(k, le(k, 0)), c.Induction("q", c.Proof(SIGNS), same))
    last = c.Proof(combination((1, (GOAL,)), (1, (fact("end of q"),))))
    goal = forall(k, le(k, n), within(0, plus(n, 1)))
    rejects("do not add up", goal, c.Induction("q", c.Proof(SIGNS), last))


def test_facts_under_a_sum_hold_in_their_range_only() -> None:
    index = Name("q", NAT)
    facts = {"h": forall(k, le(at(s, k), at(t, k)), within(1, n))}
    goal = le(total(k, 0, n, at(s, k)), total(k, 0, n, at(t, k)))
    own = c.Summand(Fraction(1), (c.Factor("fact", "h", (index,)),), ((index, ZERO, n),))
    rejects(
        "is not known to lie in", goal, c.Combination((c.Summand(Fraction(1), (GOAL,)), own)), facts=facts
    )
    below = c.Summand(Fraction(1), (c.Factor("sign", term=index),), ((index, number(-2), number(-1)),))
    rejects("below 0", le(0, 0), c.Combination((below,)))


def test_a_law_about_functions_of_real_numbers() -> None:
    whole = Name("W", Function((NAT,), REAL))
    hole = Name("G", Function((REAL,), REAL))
    law = Law("law", (hole,), (), eq(minus(call(hole, 0), call(hole, 0)), 0), "proved")
    names = {**NAMES, "W": whole.sort}
    goal = eq(minus(call(whole, 0), call(whole, 0)), 0)
    rejects("is of sort", goal, c.Instance("law", (("G", whole),)), names=names, laws={"law": law})
    partial = Bind("function", y, everything(REAL), over(1, y), Function((REAL,), REAL))
    goal = eq(minus(call(partial, 0), call(partial, 0)), 0)
    rejects("0 != 0", goal, c.Instance("law", (("G", partial),)), laws={"law": law})


@pytest.mark.parametrize(
    "body",
    [
        real("abs", real("inner", w, v)),
        power(2, real("inner", w, v)),
        real("norm", w),
        real("max", real("inner", w, v), 0),
        over(1, plus(1, real("inner", w, w))),
    ],
)
def test_functions_that_are_no_polynomials_have_no_gradient_here(body: Term) -> None:
    function = Name("F", Function((VECTOR,), REAL))
    definition = Definition(function, "call", (Clause((w,), (w,), body),))
    goal = eq(Apply("grad", (function, u), VECTOR), Apply("zero", (), VECTOR))
    names = {**NAMES, "F": function.sort}
    rejects("not polynomial|!= 0", goal, c.Gradient((("F", 0),)), names=names, definitions=[definition])


def test_covers_of_what_is_not_continuous_or_not_defined() -> None:
    step = {"step": "Enclosed", "precision": 64, "form": "natural"}
    facts = {"a": le(0, x), "b": le(x, 1)}
    rejects("reaches below", le(Apply("floor", (x,), INT), 0), c.Cover((), step), facts=facts)
    facts = {"a": le(-1, x), "b": le(x, 1), "c": le(n, 3)}
    rejects("negative or zero", le(0, power(x, n)), c.Cover((), step), facts=facts)
