"""Finite sets in the kernel: which are finite and not empty, where extrema are attained, what choices and
covers are; each with what must be turned down."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, Matrix, SetOf
from boundkit.ir.terms import ONE, TRUE, ZERO, Apply, Bind, Name, Term, number
from boundkit.kernel import certificates as c
from boundkit.kernel.choices import binomial, cardinality, choice, member, of_set
from boundkit.kernel.context import Context
from boundkit.kernel.definedness import NotDefined, require_defined
from boundkit.kernel.finite import is_attained, is_filled_set, is_finite_set
from tests.kernel.writing import (
    accepts,
    belongs,
    both,
    eq,
    everything,
    forall,
    le,
    lt,
    n,
    real,
    rejects,
    x,
    y,
)

VECTOR = Matrix(n, ONE)
u, v, w = (Name(text, VECTOR) for text in "uvw")
POINTS = Name("A", SetOf(VECTOR, True))
SPACE = Name("K", SetOf(VECTOR))
NUMBERS = Name("R", SetOf(REAL, True))
NAMES = {name.text: name.sort for name in (n, x, y, u, v, w, POINTS, SPACE, NUMBERS)}


def context(*facts: Term) -> Context:
    """A context with these facts."""
    return Context({}).with_facts({f"f{place}": fact for place, fact in enumerate(facts)})


def distance(left: Term, right: Term) -> Term:
    """||left - right||."""
    return real("norm", Apply("-", (left, right), VECTOR))


def built(variable: Name, domain: Term, element: Term, condition: Term | None = None) -> Bind:
    """{element for variable in domain where condition}."""
    body = element if condition is None else Apply("and_where", (element, condition), element.sort)
    finite = isinstance(domain.sort, SetOf) and domain.sort.finite
    return Bind("set", variable, domain, body, SetOf(element.sort, finite))


def over(head: str, variable: Name, domain: Term, body: Term) -> Bind:
    """An extremum or extremal point."""
    return Bind(head, variable, domain, body, body.sort if head in ("max", "min", "sum") else variable.sort)


SHORT = built(u, POINTS, u, le(real("norm", u), x))
LARGEST = over("max", u, POINTS, distance(u, v))
COVER = Apply("minimal_cover", (POINTS, x), SetOf(VECTOR, True))
FEWEST = Apply("covering_number", (POINTS, x), NAT)
EXPONENTIAL = real("exp", x)


@pytest.mark.parametrize(
    ("domain", "finite", "filled"),
    [
        (POINTS, True, True),
        (SPACE, False, False),
        (everything(VECTOR), False, True),
        (Apply("range", (ONE, n), SetOf(NAT)), True, False),
        (Apply("enumeration", (u, v), SetOf(VECTOR, True)), True, True),
        (built(u, POINTS, u), True, True),
        (SHORT, True, False),
        (built(u, everything(VECTOR), u), False, True),
        (COVER, True, True),
    ],
)
def test_finite_and_filled(domain: Term, finite: bool, filled: bool) -> None:
    assert is_finite_set(domain, context()) is finite
    assert is_filled_set(domain, context()) is filled


def test_a_set_has_an_element_where_a_fact_says_so() -> None:
    assert is_filled_set(SHORT, context(belongs(v, SHORT)))
    assert is_filled_set(SHORT, context(Bind("exists", v, SHORT, TRUE, PROP)))
    assert not is_filled_set(SHORT, context(belongs(v, POINTS)))
    assert not is_filled_set(SHORT, context(forall(v, belongs(v, SHORT), SPACE)))


def test_what_holds_almost_surely_gives_an_element_only_of_a_fixed_set() -> None:
    law = Apply("normal", (number(0), number(1)), Distribution(REAL))
    fixed = built(y, NUMBERS, y, le(y, 1))
    moved = built(y, NUMBERS, y, le(y, x))
    sure = Bind("surely", x, law, belongs(x, fixed), PROP)
    assert is_filled_set(fixed, context(sure))
    assert not is_filled_set(moved, context(Bind("surely", x, law, belongs(x, moved), PROP)))


def test_an_element_of_a_set_of_sets_may_be_empty() -> None:
    own = Name("S", SetOf(VECTOR, True))
    sets = Apply("enumeration", (SHORT,), SetOf(SetOf(VECTOR, True), True))
    assert is_filled_set(own, context())
    assert not is_filled_set(own, context(belongs(own, sets)))
    counted = le(1, Apply("card", (own,), NAT))
    accepts(forall(own, counted), c.Introduce("T", c.Proof(c.Signs())), names=NAMES)
    rejects(
        "does not follow",
        forall(own, counted, sets),
        c.Introduce("T", c.Proof(c.Signs())),
        names=NAMES,
    )


@pytest.mark.parametrize(
    ("term", "facts", "attained"),
    [
        (over("max", u, POINTS, distance(u, v)), (), True),
        (over("max", u, SHORT, distance(u, v)), (), False),
        (over("max", u, SHORT, distance(u, v)), (belongs(w, SHORT),), True),
        (over("max", u, SPACE, distance(u, v)), (), False),
        (over("min", v, everything(VECTOR), LARGEST), (), True),
        (over("argmin", v, everything(VECTOR), LARGEST), (), True),
        (over("max", v, everything(VECTOR), LARGEST), (), False),
        (over("argmax", v, everything(VECTOR), LARGEST), (), False),
        (over("min", v, SPACE, LARGEST), (), False),
        (over("min", u, everything(VECTOR), real("inner", u, v)), (), False),
        (over("min", u, everything(VECTOR), real("exp", real("norm", u))), (), False),
        (over("min", y, everything(REAL), real("exp", y)), (), False),
        (over("min", y, everything(REAL), real("abs", Apply("-", (y, x), REAL))), (), True),
        (
            over("min", u, everything(VECTOR), Apply("-", (real("norm", u), real("inner", u, v)), REAL)),
            (),
            False,
        ),
        (
            over("min", u, everything(VECTOR), Apply("*", (x, real("norm", u)), REAL)),
            (),
            False,
        ),
        (
            over("min", u, everything(VECTOR), Apply("*", (x, real("norm", u)), REAL)),
            (lt(0, x),),
            True,
        ),
    ],
)
def test_attained(term: Bind, facts: tuple[Term, ...], attained: bool) -> None:
    assert is_attained(term, context(*facts)) is attained


@pytest.mark.parametrize("term", [COVER, FEWEST])
def test_a_cover_has_a_radius_that_is_not_negative(term: Term) -> None:
    require_defined(term, context(le(0, x)))
    with pytest.raises(NotDefined, match="0 <= x"):
        require_defined(term, context())


def test_a_nearest_point_is_one_of_a_set_that_is_not_empty() -> None:
    require_defined(Apply("nearest", (POINTS, v), VECTOR), context())
    with pytest.raises(NotDefined, match="not empty"):
        require_defined(Apply("nearest", (SHORT, v), VECTOR), context())


def test_a_uniform_law_is_on_a_set_that_is_not_empty() -> None:
    require_defined(Apply("uniform", (POINTS,), Distribution(VECTOR)), context())
    with pytest.raises(NotDefined, match="not empty"):
        require_defined(Apply("uniform", (SHORT,), Distribution(VECTOR)), context())


def test_what_choices_are() -> None:
    assert str(choice(LARGEST)) == (
        f"(forall u' in A, ||u' - v|| <= {LARGEST}) and (exists u' in A, {LARGEST} = ||u' - v||)"
    )
    nearest = Apply("nearest", (POINTS, v), VECTOR)
    assert str(choice(nearest)) == f"{nearest} in A and (forall u in A, ||v - {nearest}|| <= ||v - u||)"
    assert choice(Apply("sup", (LARGEST,), REAL)) is None


def test_the_variable_of_a_choice_captures_nothing() -> None:
    """In max_{u in {.. u ..}} the set speaks of another u."""
    domain = built(v, POINTS, v, le(real("norm", v), real("norm", u)))
    said = choice(over("max", u, domain, real("norm", u)))
    assert isinstance(said, Apply) and "u" in said.free


def test_what_covers_are() -> None:
    near, few = of_set(COVER, COVER).args  # type: ignore[union-attr]
    assert str(near) == f"forall a in A, exists u in {COVER}, ||a - u|| <= x"
    assert few == eq(Apply("card", (COVER,), NAT), FEWEST)
    assert of_set(POINTS, POINTS) is None


def test_numbers_of_elements() -> None:
    listed = Apply("enumeration", (u, v), SetOf(VECTOR, True))
    count = Apply("card", (listed,), NAT)
    assert cardinality(count, listed) == both(le(1, count), le(count, 2))
    pairs = Bind("set", u, POINTS, built(v, POINTS, Apply("-", (u, v), VECTOR)), SetOf(VECTOR, True))
    sizes = Apply("*", (Apply("card", (POINTS,), NAT),) * 2, NAT)
    assert cardinality(Apply("card", (pairs,), NAT), pairs) == le(Apply("card", (pairs,), NAT), sizes)
    dependent = Bind("set", u, POINTS, built(v, built(w, POINTS, Apply("-", (w, u), VECTOR)), v), SHORT.sort)
    assert cardinality(Apply("card", (dependent,), NAT), dependent) is None


def test_members() -> None:
    listed = Apply("enumeration", (u, v), SetOf(VECTOR, True))
    assert member(w, listed) == Apply("or", (eq(w, u), eq(w, v)), PROP)
    said = member(u, SHORT)  # the element has the name of the variable
    assert isinstance(said, Bind) and said.head == "exists" and said.variable.text != "u"
    assert member(u, POINTS) is None


def test_definitions_in_the_judge() -> None:
    bound = choice(LARGEST).args[0]  # type: ignore[union-attr]
    accepts(bound, c.Meaning("", LARGEST), names=NAMES)
    rejects("another proposition", le(distance(v, v), LARGEST), c.Meaning("", LARGEST), names=NAMES)
    partial = over("max", u, SHORT, distance(u, v))
    with pytest.raises(Exception, match="max exists"):
        accepts(choice(partial).args[0], c.Meaning("", partial), names=NAMES)  # type: ignore[union-attr]
    shown = c.Folded(c.Proof(c.Exhibit(v, c.Proof(c.Both((c.Proof(c.Identity()), c.Proof(c.Given("s"))))))))
    facts = {"m": belongs(v, POINTS), "s": le(real("norm", v), x)}
    accepts(belongs(v, SHORT), shown, facts=facts, names=NAMES)
    rejects("not known to lie in", belongs(v, SHORT), shown, facts={"s": facts["s"]}, names=NAMES)
    rejects("no fact 's'", belongs(v, SHORT), shown, facts={"m": facts["m"]}, names=NAMES)


def test_a_member_is_not_shown_of_a_set_that_is_not_defined() -> None:
    quotient = Apply("/", (ONE, x), REAL)
    listed = Apply("enumeration", (number(1), quotient), SetOf(REAL, True))
    with pytest.raises(Exception, match="x != 0"):
        accepts(belongs(ONE, listed), c.Folded(c.Proof(c.Either(0, c.Proof(c.Identity())))), names=NAMES)


@pytest.mark.parametrize(
    ("total", "chosen", "value"),
    [
        (Apply("+", (n, ONE), NAT), Apply("+", (n, ONE), NAT), "binomial(n, n) + binomial(n, n + 1)"),
        (n, ZERO, "1"),
        (ZERO, Apply("+", (n, ONE), NAT), "0"),
    ],
)
def test_pascals_rule(total: Term, chosen: Term, value: str) -> None:
    term = Apply("binomial", (total, chosen), NAT)
    said = binomial(term)
    assert isinstance(said, Apply) and str(said.args[1]) == value
    accepts(said, c.Meaning("", term), names=NAMES)


def test_pascals_rule_begins_at_natural_numbers() -> None:
    below = Apply("-", (n, ONE), INT)
    assert (
        binomial(Apply("binomial", (Apply("+", (below, ONE), INT), Apply("+", (n, ONE), NAT)), NAT)) is None
    )
    assert binomial(Apply("binomial", (ZERO, n), NAT)) is None
    assert binomial(Apply("binomial", (n, x), Distribution(REAL))) is None


def test_an_induction_inside_an_induction_has_a_hypothesis_of_its_own() -> None:
    k, j = Name("k", NAT), Name("j", NAT)
    goal = forall(k, forall(j, le(0, Apply("*", (k, j), NAT))))
    signs = c.Proof(c.Signs())
    inner = c.Proof(c.Induction("j", signs, signs))
    accepts(goal, c.Induction("k", inner, inner), names={})
    used = c.Proof(c.Induction("j", signs, c.Proof(c.Given("hypothesis of induction"))))
    rejects("another proposition", goal, c.Induction("k", inner, used), names={})


def test_a_sum_of_positive_terms_is_positive_over_a_set_that_has_an_element() -> None:
    known = context()
    assert known.is_positive(known.normal(over("sum", x, NUMBERS, EXPONENTIAL)))


def test_the_same_over_a_set_that_may_be_empty_is_not_known_to_be_positive() -> None:
    family = Name("F", SetOf(NUMBERS.sort, True))
    known, element = context().inside(NUMBERS, family)
    total = known.normal(over("sum", x, element, EXPONENTIAL))
    assert known.is_nonnegative(total) and not known.is_positive(total)
