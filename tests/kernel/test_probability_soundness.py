"""False goals about laws, outcomes and extended numbers, with certificates made to deceive. Each is turned
down, and for the reason that is stated; often an honest neighbour is accepted beside it."""

from __future__ import annotations

from typing import Any

import pytest

from boundkit.ir.laws import Law
from boundkit.ir.sorts import (
    EXTREAL,
    INT,
    NAT,
    PROP,
    REAL,
    Abstract,
    Distribution,
    Function,
    Matrix,
    Power,
    Sequence,
    SetOf,
    Sort,
)
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, number, relation
from boundkit.ir.theorems import Clause, Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.binding import bound
from boundkit.kernel.conditioning import is_past
from boundkit.kernel.context import Context
from boundkit.kernel.outcomes import is_countable
from tests.kernel.writing import (
    NAMES,
    accepts,
    at,
    belongs,
    both,
    call,
    closed,
    constant_definition,
    eq,
    everything,
    forall,
    i,
    k,
    le,
    lt,
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
    theorem,
    times,
    within,
    x,
    y,
)

SIGNS = c.Signs()
PLUS = Apply("infinity", (), EXTREAL)
T = Name("T", NAT)
D, P = (Name(text, Distribution(REAL)) for text in "DP")
UNIFORM = Apply("uniform", (closed(0, 1),), Distribution(REAL))


def mean(variable: Name, law: Term, body: Term) -> Bind:
    """E_{variable ~ law}[body]."""
    return Bind("expectation", variable, law, body, EXTREAL if body.sort == EXTREAL else REAL)


def chance(variable: Name, law: Term, event: Term) -> Bind:
    """Pr_{variable ~ law}[event]."""
    return Bind("probability", variable, law, event, REAL)


def surely(variable: Name, law: Term, event: Term) -> Bind:
    """The event has probability 1."""
    return Bind("surely", variable, law, event, PROP)


def named(*names: Name) -> dict[str, Any]:
    """The fixed names of the other tests, and these."""
    return {**NAMES, **{name.text: name.sort for name in names}}


# What holds almost surely


def test_sure_events_for_uncountably_many_values_do_not_hold_at_once() -> None:
    """A uniform number is almost surely not t, for each t in [0, 1]; that it is not itself is false. Nor does
    it help to write [0, 1] as a set of natural numbers."""
    value, r = Name("t", REAL), Name("r", REAL)
    each = forall(value, eq(chance(x, UNIFORM, ne(x, value)), 1), closed(0, 1))
    odd = Apply("closed", (number(0), number(1)), SetOf(NAT))
    there = c.Line("Q", eq(chance(x, UNIFORM, ne(x, r)), 1), c.Specialise("F", (r,)))
    sure = c.Surely("o", c.Proof(c.Given("Q at o")))
    at_itself = c.Surely("e", c.Proof(c.Specialise("L at e", (Name("e", REAL),))))
    for domain, reason in ((closed(0, 1), "no fact 'L at e'"), (odd, "t is not of the sort of `closed`")):
        claim = forall(value, surely(x, UNIFORM, ne(x, value)), domain)
        line = ("L", claim, c.Introduce("r", c.Proof(sure, (there,))))
        rejects(reason, surely(x, UNIFORM, ne(x, x)), proof(at_itself, line), facts={"F": each})
    assert not is_countable(forall(value, ne(value, 0), odd))
    assert is_countable(forall(k, ne(k, 0), odd))


def test_a_uniform_law_on_an_interval_is_none_of_integers() -> None:
    """Natural numbers in [0, 1] are equal to their squares; those below 2 and above -3 are not negative."""
    q, o = Name("q", NAT), Name("o", NAT)
    whole = Apply("uniform", (Apply("closed", (number(0), number(1)), SetOf(NAT)),), Distribution(NAT))
    by = c.Cases("", le(o, 0), "case", (c.Proof(c.Both((c.Proof(SIGNS), c.Proof(SIGNS)))),) * 2)
    line = ("L", surely(q, whole, eq(power(q, 2), q)), c.Surely("o", c.Proof(by)))
    goal = surely(x, UNIFORM, eq(power(x, 2), x))
    rejects("of another sort than it says", goal, proof(c.Surely("e", c.Proof(c.Given("L at e"))), line))
    first = Apply("neg", (number(2),), INT)

    def integers(sort: Sort) -> Apply:
        return Apply("uniform", (Apply("range", (first, ONE), SetOf(sort)),), Distribution(sort))

    line = ("L", surely(q, integers(NAT), le(0, q)), c.Surely("o", c.Proof(SIGNS)))
    by_mean = c.Mean("u", c.Proof(c.Given("L at u")))
    rejects("of another sort than it says", le(0, mean(i, integers(INT), i)), proof(by_mean, line))
    bounds = both(le(-2, i), le(i, 1))
    accepts(surely(i, integers(INT), bounds), c.Surely("o", c.Proof(c.Both((c.Proof(SIGNS),) * 2))))


def test_a_number_in_an_interval_of_integers_is_an_integer() -> None:
    odd = Apply("closed", (number(0), number(1)), SetOf(NAT))
    rejects("does not follow by signs", belongs(over(1, 2), odd), SIGNS)
    accepts(belongs(over(1, 2), closed(0, 1)), SIGNS)
    accepts(belongs(number(1), odd), SIGNS)


def test_what_holds_of_each_coordinate_does_not_capture_an_index() -> None:
    """x <= s[i] for a fixed i says S[j] <= s[i] of a sample, not S[j] <= s[j]."""
    fixed, place = Name("i", NAT), Name("q", NAT)
    sample = Name("S", Power(REAL, n))
    law = Apply("^", (D, n), Distribution(sample.sort))

    def below(index: Name) -> Bind:
        entry = Apply("index", (sample, place), REAL)
        return surely(sample, law, forall(place, le(entry, at(s, index)), within(1, n)))

    rest: dict[str, Any] = {
        "facts": {"F": surely(x, D, le(x, at(s, fixed)))},
        "names": {**named(D), "i": NAT},
    }
    by = c.Surely("o", c.Proof(c.Given("F at o")))
    rejects("another proposition", below(place), by, **rest)
    accepts(below(fixed), by, **rest)


def test_the_variable_of_what_holds_almost_surely_is_no_definition() -> None:
    """For each q something holds under D[q]; a definition k := 2 does not make D[k] one law for all k."""
    laws, size = Name("D", Sequence(Distribution(REAL))), Name("A", Function((REAL, NAT), REAL))
    q, defined = Name("q", NAT), Name("defined", NAT)

    def each(place: Name) -> Bind:
        return forall(place, surely(x, at(laws, place), le(call(size, x, place), 0)), within(1, 5))

    goal = surely(x, at(laws, number(2)), forall(q, le(call(size, x, q), 0), within(1, 5)))
    by = c.Surely("o", c.Proof(c.Given("L at o")))
    line = ("L", each(defined), c.Given("F"))
    rest: dict[str, Any] = {"facts": {"F": each(q)}, "names": named(laws, size)}
    two = constant_definition(defined, number(2))
    rejects("no fact 'L at o'", goal, proof(by, line), definitions=[two], **rest)


def test_the_variable_of_a_membership_is_no_defined_set() -> None:
    """0 in K for K = A says nothing of the defined set K = {1}."""
    sets = SetOf(REAL, True)
    given, other, own = Name("A", sets), Name("q", sets), Name("defined", sets)
    some = Apply("enumeration", (given,), SetOf(sets, True))

    def each(place: Name) -> Bind:
        return forall(place, belongs(number(0), place), some)

    line = ("L", each(own), c.Given("F"))
    rest: dict[str, Any] = {"facts": {"F": each(other)}, "names": named(given)}
    rest["definitions"] = [constant_definition(own, Apply("enumeration", (ONE,), sets))]
    rejects("no definition", forall(other, eq(0, 1), some), proof(c.Meaning("L"), line), **rest)


# Draws bound


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            """let n : Nat >= 1   let D : Dist[Int]   let z : Int   let X : Int^n -> Real   draw S ~ D^n
            claim c: X(S) is bounded_differences(z, S)""",
            "forall S : Int^n, forall j in 1..n, forall z' : Int, |X(S) - X(replace(S, j, z'))| <= z",
        ),
        (
            """let n, j : Nat >= 1   let D : Dist[Int]   let X : Int^n -> Real   draw S ~ D^n
            claim c: X(S) is bounded_differences_except(1, S, j)""",
            (
                "forall S : Int^n, forall j' in 1..n, forall z : Int, "
                "j' != j implies |X(S) - X(replace(S, j', z))| <= 1"
            ),
        ),
        (
            """let i : Real   let D : Dist[Real]   draw S ~ D   define g(t) := S + t - i
            claim c: almost surely, g is Lipschitz(0)""",
            "surely_{S ~ D} ((fun i' : Real => S + i' - i) is Lipschitz(0))",
        ),
    ],
)
def test_names_that_binding_gives_are_new(text: str, said: str) -> None:
    (claim,) = bound(theorem(f"theorem example {text} end")).statements
    assert str(claim.formula) == said


# Extended real numbers


def test_an_empty_sum_of_infinities_is_zero() -> None:
    sum_ = Bind("sum", k, within(1, n), PLUS, EXTREAL)
    rejects("does not follow by signs", le(PLUS, sum_), SIGNS)


def test_infinity_less_infinity_is_nothing() -> None:
    divergence = Apply("KL", (D, P), EXTREAL)
    gap = Apply("-", (divergence, divergence), EXTREAL)
    finite = {"finite": lt(divergence, PLUS)}
    rejects("no difference of infinities", eq(gap, 0), c.Identity(), names=named(D, P))
    accepts(eq(gap, 0), c.Identity(), names=named(D, P), facts=finite)


def test_infinite_means_are_not_strictly_ordered() -> None:
    """X < X + 1 everywhere, but E X = E[X + 1] where both are infinite."""
    kernel = Name("Q", Function((REAL,), Distribution(REAL)))
    divergence = Apply("KL", (call(kernel, x), P), EXTREAL)
    above = Apply("+", (divergence, ONE), EXTREAL)
    facts: dict[str, Term] = {"finite": surely(x, D, relation("<", divergence, PLUS))}
    names = named(D, P, kernel)
    by = c.Mean("o", c.Proof(SIGNS))
    rejects(
        "may both be infinite", lt(mean(x, D, divergence), mean(x, D, above)), by, facts=facts, names=names
    )
    accepts(le(mean(x, D, divergence), mean(x, D, above)), by, facts=facts, names=names)


def test_a_question_about_what_may_be_infinite_has_an_answer() -> None:
    """A supremum over an interval that may be empty, in a minimum whose bounds are asked for."""
    size = Bind("sup", y, closed(0, 1), plus(times(y, y), n), EXTREAL)
    divergence = Apply("KL", (D, P), EXTREAL)
    least = Apply("min", (size, real("abs", x)), EXTREAL)
    more = Apply("+", (divergence, n), EXTREAL)
    rejects("does not follow by signs", le(least, more), SIGNS, names=named(D, P))


# What is integrable


def test_a_recursion_at_a_random_index_is_not_bounded() -> None:
    """w[N] = N need not have a mean; w[3] has one."""
    own, index, q = Name("recursion", Sequence(REAL)), Name("N", NAT), Name("q", NAT)
    law = Name("law", Distribution(NAT))
    base = Clause((), (number(0),), number(0))
    counted = Definition(own, "index", (base, Clause((q,), (plus(q, 1),), plus(at(own, q), 1))), True)
    rest: dict[str, Any] = {"definitions": [counted], "names": named(law)}
    value = mean(index, law, at(own, index))
    rejects("is integrable", le(value, value), SIGNS, **rest)
    value = mean(index, law, at(own, number(3)))
    accepts(le(value, value), SIGNS, **rest)


def test_a_recursion_is_bounded_under_one_law_and_not_under_another() -> None:
    """w(v, 3) sums entries of v, which are bounded under V(x) and not known to be under U(x)."""
    path, q, paths = Name("path", Sequence(REAL)), Name("q", NAT), Distribution(Sequence(REAL))
    own = Name("recursion", Function((path.sort, NAT), REAL))
    bounded, other = (Name(text, Function((REAL,), paths)) for text in ("V", "U"))
    base = Clause((path,), (path, number(0)), number(0))
    step = Clause((path, q), (path, plus(q, 1)), plus(call(own, path, q), at(path, q)))

    def value(law: Name) -> Bind:
        return mean(path, call(law, x), call(own, path, number(3)))

    entry = at(path, q)
    within_one = forall(q, both(le(-1, entry), le(entry, 1)))
    facts: dict[str, Term] = {
        "bounded": surely(x, D, surely(path, call(bounded, x), within_one)),
        "finite": surely(x, D, le(0, value(other))),
    }
    rest: dict[str, Any] = {
        "facts": facts,
        "names": named(bounded, other, D),
        "definitions": [Definition(own, "call", (base, step), True)],
    }
    outer = mean(x, D, plus(value(bounded), value(other)))
    rejects("is integrable", le(outer, outer), SIGNS, **rest)
    outer = mean(x, D, plus(value(bounded), value(bounded)))
    accepts(le(outer, outer), SIGNS, **rest)


# Good events


def test_the_variable_of_a_union_is_no_fixed_name() -> None:
    """For each j the event has its own law; a fixed k with the name of the variable would make them one."""
    laws, size = Name("D", Sequence(Distribution(REAL))), Name("A", Function((REAL, NAT), REAL))
    j = Name("q", NAT)

    def bound(place: Name) -> Term:
        small = le(chance(x, at(laws, place), le(1, call(size, x, place))), over(1, 10))
        return forall(place, small, within(1, 5))

    all_small = forall(j, lt(call(size, x, j), 1), within(1, 5))
    by = c.Event(True, ("o",), (c.Good("L", (), (0,)),), c.Proof(c.Given("good event 0")), c.Proof(SIGNS))
    rejects(
        "another law",
        le(over(1, 2), chance(x, at(laws, k), all_small)),
        proof(by, ("L", bound(k), c.Given("F"))),
        facts={"F": bound(j)},
        names=named(laws, size),
    )


# What is given


def conditional(law: Name, body: Term, known: Term, process: Name, outcome: Name) -> Term:
    """E[body given known], both of the process, at an outcome of the law."""
    of, by = (
        Bind("function", process, everything(process.sort), part, Function((process.sort,), part.sort))
        for part in (body, known)
    )
    return Apply("conditional", (law, of, by, outcome), REAL)


PROCESS = Name("v", Sequence(REAL))
OUTCOME = Name("o", PROCESS.sort)
LAW = Name("V", Distribution(PROCESS.sort))
PAST = Apply("slice", (PROCESS, within(1, T)), Sequence(REAL))


def tower(factor: Term, body: Term, **rest: Any) -> tuple[Term, c.Tower]:
    """E[factor * body] = E[factor * E[body given v[1..T]]], and its certificate."""
    inner = conditional(LAW, body, PAST, PROCESS, PROCESS)
    goal = eq(mean(PROCESS, LAW, times(factor, body)), mean(PROCESS, LAW, times(factor, inner)))
    return goal, c.Tower("o", conditional(LAW, body, PAST, PROCESS, OUTCOME), False)


def test_what_is_given_begins_at_its_first_entry() -> None:
    """v[0] is not among v[1..T]: with v[0] = 1 or -1 and T = 0 the sides are 1 and 0."""
    for place in (number(0), minus(T, T), plus(T, 1)):
        entry = at(PROCESS, place)
        goal, by = tower(entry, entry)
        facts = {"b": surely(PROCESS, LAW, both(le(-1, entry), le(entry, 1)))}
        rejects("not a function of what is given", goal, by, facts=facts, names=named(LAW, T))
    entry, last = at(PROCESS, plus(T, 1)), at(PROCESS, T)
    goal, by = tower(last, entry)
    bounds = [both(le(-1, own), le(own, 1)) for own in (entry, last)]
    both_facts: dict[str, Term] = {"b": surely(PROCESS, LAW, both(*bounds)), "T": le(1, T)}
    accepts(goal, by, facts=both_facts, names=named(LAW, T))


def test_conditions_of_a_recursion_may_look_ahead() -> None:
    """w(v, 2) is 1 or 0 as v[9] is positive or not, which v[1] does not tell."""
    step = Function((PROCESS.sort, NAT), REAL)
    own, j = Name("recursion", step), Name("q", NAT)
    ahead = at(PROCESS, 9)

    def depends_on_the_past(condition: Term) -> bool:
        clauses = (
            Clause((PROCESS,), (PROCESS, number(1)), number(0)),
            Clause((PROCESS, j), (PROCESS, plus(j, 1)), call(own, PROCESS, j), (condition,)),
            Clause((PROCESS, j), (PROCESS, plus(j, 1)), number(1)),
        )
        context = Context({own.text: Definition(own, "call", clauses, True)})
        return is_past(call(own, PROCESS, number(2)), PROCESS, ONE, context)

    assert depends_on_the_past(le(1, j))
    assert not depends_on_the_past(le(ahead, 0))


# Laws with types


ABSTRACT = Abstract("Z")
SET = Name("Z", SetOf(ABSTRACT))


def all_equal(sort: Any, domain: Term) -> Term:
    """Any two elements of a type are equal."""
    one, other = (Name(text, sort) for text in ("z", "z'"))
    return forall(one, forall(other, eq(one, other), domain), domain)


def test_sizes_of_a_type_are_not_captured_by_a_law() -> None:
    """All vectors of size k are equal for k = 0, which says nothing of those of the sizes 1..n."""
    count = Name("N", NAT)
    vectors = Matrix(k, ONE)
    premise = all_equal(ABSTRACT, SET)
    law = Law(
        "law", (count,), (("p", premise),), forall(k, premise, within(1, count)), "proved", types=(SET,)
    )
    other = Name("q", NAT)
    sizes = Matrix(other, ONE)
    by = c.Instance("law", (("N", n),), (("Z", everything(vectors)),))
    facts = {"p": all_equal(vectors, everything(vectors))}
    wrong = forall(other, all_equal(sizes, everything(sizes)), within(1, n))
    rejects("another proposition", wrong, by, laws={"law": law}, facts=facts)
    right = forall(other, all_equal(vectors, everything(vectors)), within(1, n))
    accepts(right, by, laws={"law": law}, facts=facts)


def test_sizes_of_a_type_are_no_holes_of_a_law() -> None:
    """The k of the law is 5, the k of the type is the one where the law is used."""
    hole, vectors, fives = Name("f", Function((ABSTRACT,), REAL)), Matrix(k, ONE), Matrix(number(5), ONE)
    own = Name("g", Function((vectors,), REAL))

    def positive(function: Name, domain: Term) -> Term:
        point = Name("z", function.sort.arguments[0])  # type: ignore[attr-defined]
        return forall(point, le(0, call(function, point)), domain)

    equal = all_equal(ABSTRACT, SET)
    law = Law("law", (hole, k), (("p", positive(hole, SET)), ("q", equal)), equal, "proved", types=(SET,))
    by = c.Instance("law", (("f", own), ("k", number(5))), (("Z", everything(vectors)),))
    here = all_equal(vectors, everything(vectors))
    facts = {"p": positive(own, everything(vectors)), "q": here}
    rest: dict[str, Any] = {"laws": {"law": law}, "facts": facts, "names": named(own)}
    rejects("another proposition", all_equal(fives, everything(fives)), by, **rest)
    accepts(here, by, **rest)


# Maxima


def test_the_variable_of_a_maximum_is_not_the_outcome_of_the_same_name() -> None:
    """In E_{x ~ D}[max_{x in K} |x|] the inner x is bound by the maximum."""
    members, h = Name("K", SetOf(REAL, True)), Name("h", REAL)
    size = real("abs", x)

    def largest(variable: Name, body: Term) -> Bind:
        return mean(x, D, Bind("max", variable, members, body, REAL))

    budget = times(Apply("card", (members,), NAT), 1)
    by = c.Largest("F", (), "o", "e", c.Proof(SIGNS), c.Proof(SIGNS))
    facts = {"F": forall(h, le(mean(x, D, size), 1), members), "b": surely(x, D, le(size, 1))}
    rest: dict[str, Any] = {"facts": facts, "names": named(D, members)}
    rejects("about other variables", le(largest(x, size), budget), by, **rest)
    accepts(le(largest(h, size), budget), by, **rest)
