"""Each kind of certificate: accepted where it proves its goal, turned down for each stated reason, and never
anything but accepted or turned down whatever is changed in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from boundkit.ir.json import Malformed
from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, PROP, REAL, Function, Matrix, SetOf
from boundkit.ir.terms import FALSE, ONE, ZERO, Apply, Bind, Name, Number, Term, number, rebuild
from boundkit.ir.theorems import Clause, Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame, Judged, Rejected, Sequent, judge
from boundkit.kernel.ledger import Ledger
from boundkit.provers.search import Hints, prove
from tests.kernel import laws
from tests.kernel.values import Undefined, holds
from tests.kernel.writing import (
    GOAL,
    NAMES,
    ONE_FACTOR,
    a,
    at,
    b,
    belongs,
    both,
    call,
    closed,
    combination,
    constant_definition,
    eq,
    everything,
    f,
    fact,
    forall,
    implies,
    k,
    le,
    ledger,
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
    sequent,
    t,
    times,
    total,
    u,
    v,
    within,
    x,
    y,
    z,
)

SIGNS, IDENTITY = c.Signs(), c.Identity()
T1, T2 = Matrix(n, ONE), Matrix(m, ONE)
EXAMPLES = Path(__file__).parents[1] / "examples"


def square(own: Term) -> c.Factor:
    """The square of a term."""
    return c.Factor("square", term=own)


def sign(own: Term) -> c.Factor:
    """A term that is not negative."""
    return c.Factor("sign", term=own)


SUM = constant_definition(Name("total", REAL), plus(x, y))
CUBE = Definition(Name("h", f.sort), "call", (Clause((z,), (z,), power(z, 3)),))
QUADRATIC = Definition(Name("F", Function((T1,), REAL)), "call", (Clause((v,), (v,), real("inner", v, v)),))
DOUBLE = Law("double", (x,), (("positive", le(0, x)),), le(x, times(2, x)), "proved")
SECOND = forall(z, le(Apply("diff", (real("sin", z), z, number(2)), REAL), 1))
SLOPE = Apply("at", (Apply("diff", (real("sin", z), z, number(1)), REAL), z, ZERO), REAL)

ACCEPTED: dict[str, tuple[Term, c.Proof, dict[str, Any]]] = {
    "Signs": (lt(0, plus(times(x, x), 1)), proof(SIGNS), {}),
    "Given": (le(plus(x, y, x), z), proof(c.Given("h")), {"facts": {"h": le(plus(times(2, x), y), z)}}),
    "Identity": (
        eq(power(plus(x, y), 2), plus(power(x, 2), times(2, x, y), power(y, 2))),
        proof(IDENTITY),
        {},
    ),
    "Identity, unfolding": (
        eq(Name("total", REAL), plus(y, x)),
        proof(c.Identity((("total", 0),))),
        {"definitions": [SUM]},
    ),
    "Identity, rewriting": (
        eq(call(f, plus(n, 1)), power(plus(n, 1), 2)),
        proof(c.Identity((), (c.Rewrite("h"),))),
        {"facts": {"h": forall(x, eq(call(f, x), power(x, 2)))}},
    ),
    "Combination of facts": (
        le(x, z),
        proof(combination((1, (GOAL,)), (1, (fact("h"),)), (1, (fact("g"),)))),
        {"facts": {"h": le(x, y), "g": le(y, z)}},
    ),
    "Combination of squares": (
        le(times(2, x, y), plus(power(x, 2), power(y, 2))),
        proof(combination((1, (GOAL,)), (1, (square(minus(x, y)),)))),
        {},
    ),
    "Combination of products": (
        le(times(x, z), times(y, z)),
        proof(combination((1, (GOAL,)), (1, (fact("h"), sign(z))))),
        {"facts": {"h": le(x, y), "p": le(0, z)}},
    ),
    "Combination of equations": (
        le(power(x, 2), power(y, 2)),
        proof(combination((1, (GOAL,)), (1, (c.Factor("equal", "h", (), plus(x, y)),)))),
        {"facts": {"h": eq(x, y)}},
    ),
    "Combination under sums": (
        le(total(k, 1, n, at(s, k)), total(k, 1, n, at(t, k))),
        proof(
            c.Combination(
                (
                    c.Summand(Fraction(1), (GOAL,)),
                    c.Summand(
                        Fraction(1), (c.Factor("fact", "h", (Name("q", NAT),)),), ((Name("q", NAT), ONE, n),)
                    ),
                )
            )
        ),
        {"facts": {"h": forall(k, le(at(s, k), at(t, k)), within(1, n))}},
    ),
    "Combination with Cauchy and Schwarz": (
        le(real("inner", u, v), times(real("norm", u), real("norm", v))),
        proof(combination((1, (GOAL,)), (1, (c.Factor("gram", term=real("inner", u, v)),)))),
        {},
    ),
    "Combination with an extremum": (
        le(x, real("max", x, y)),
        proof(combination((1, (GOAL,)), (1, (c.Factor("extremum", "", (x,), real("max", x, y)),)))),
        {},
    ),
    "Combination of a contradiction": (
        FALSE,
        proof(combination((1, (fact("h"),)), (1, (fact("g"),)))),
        {"facts": {"h": lt(x, y), "g": le(y, x)}},
    ),
    "Cover": (
        le(times(x, minus(1, x)), Fraction(1, 3)),
        proof(c.Cover((), {"step": "Enclosed", "precision": 64, "form": "mean value"})),
        {"facts": {"h": belongs(x, closed(Fraction(2, 5), Fraction(3, 5)))}},
    ),
    "Specialise": (
        le(0, call(f, plus(y, 1))),
        proof(c.Specialise("h", (plus(y, 1),))),
        {"facts": {"h": forall(x, implies(le(0, x), le(0, call(f, x)))), "p": le(0, y)}},
    ),
    "Instance": (
        le(plus(y, 1), plus(times(2, y), 2)),
        proof(c.Instance("double", (("x", plus(y, 1)),))),
        {"laws": {"double": DOUBLE}, "facts": {"p": le(0, y)}},
    ),
    "Meaning": (
        forall(
            x, forall(y, le(real("abs", minus(call(f, x), call(f, y))), times(3, real("abs", minus(x, y)))))
        ),
        proof(c.Meaning("h")),
        {"facts": {"h": Apply("is_lipschitz", (f, number(3)), PROP)}},
    ),
    "Meaning of a term": (
        forall(k, ne(Apply("mex", (Bind("set", k, within(1, n), k, SetOf(NAT)),), NAT), k), within(1, n)),
        proof(c.Meaning("", Apply("mex", (Bind("set", k, within(1, n), k, SetOf(NAT)),), NAT))),
        {},
    ),
    "Folded": (
        belongs(u, Apply("ball", (n, x), SetOf(T1))),
        proof(c.Folded(c.Proof(c.Given("h")))),
        {"facts": {"h": le(real("norm", u), x)}},
    ),
    "Generalised": (
        forall(x, le(0, power(x, 2)), closed(0, 1)),
        proof(c.Generalised("h", "x")),
        {"facts": {"h": le(0, power(x, 2))}, "scoped": {"h": {"x": closed(0, 1)}}},
    ),
    "Introduce": (
        forall(x, implies(le(1, x), le(x, power(x, 2)))),
        proof(
            c.Introduce(
                "p",
                c.Proof(
                    c.Introduce(
                        "big", c.Proof(combination((1, (GOAL,)), (1, (fact("big"), sign(Name("p", REAL))))))
                    )
                ),
            )
        ),
        {},
    ),
    "Both": (both(le(x, x), eq(y, y)), proof(c.Both((c.Proof(SIGNS), c.Proof(IDENTITY)))), {}),
    "Both sides of an equation": (
        eq(x, y),
        proof(c.Both((c.Proof(c.Given("h")), c.Proof(c.Given("g"))))),
        {"facts": {"h": le(x, y), "g": le(y, x)}},
    ),
    "Both ends of an interval": (
        belongs(x, closed(0, y)),
        proof(c.Both((c.Proof(c.Given("h")), c.Proof(c.Given("g"))))),
        {"facts": {"h": le(0, x), "g": le(x, y)}},
    ),
    "Either": (Apply("or", (lt(x, 0), le(0, power(x, 2))), PROP), proof(c.Either(1, c.Proof(SIGNS))), {}),
    "Cases of a relation": (
        le(times(x, real("abs", x)), power(x, 2)),
        proof(
            c.Cases(
                "",
                le(0, x),
                "case",
                (c.Proof(IDENTITY), c.Proof(combination((1, (GOAL,)), (2, (square(x),))))),
            )
        ),
        {},
    ),
    "Cases of a fact": (
        le(0, x),
        proof(
            c.Cases(
                "h",
                None,
                "case",
                (c.Proof(c.Given("case")), c.Proof(SIGNS)),
            )
        ),
        {"facts": {"h": Apply("or", (le(0, x), le(1, x)), PROP)}},
    ),
    "Cases of what is not equal": (
        Apply("or", (lt(x, y), lt(y, x)), PROP),
        proof(
            c.Cases(
                "h",
                None,
                "case",
                tuple(c.Proof(c.Either(place, c.Proof(c.Given("case")))) for place in (0, 1)),
            )
        ),
        {"facts": {"h": ne(x, y)}},
    ),
    "Induction": (
        forall(k, le(k, power(2, k))),
        proof(
            c.Induction(
                "q",
                c.Proof(SIGNS),
                c.Proof(
                    combination(
                        (1, (GOAL,)),
                        (1, (fact("hypothesis of induction"),)),
                        (1, (fact("at least 1", Name("q", NAT)),)),
                    )
                ),
            )
        ),
        {"facts": {"at least 1": forall(k, le(1, power(2, k)))}},
    ),
    "Exhibit": (
        Bind("exists", y, everything(REAL), lt(x, y), PROP),
        proof(c.Exhibit(plus(x, 1), c.Proof(SIGNS))),
        {},
    ),
    "Obtain": (
        le(0, x),
        proof(
            c.Obtain(
                "h",
                (x,),
                "q",
                proof(
                    combination((1, (GOAL,)), (1, (fact("choice of q"),)), (1, (square(Name("q", REAL)),)))
                ),
            )
        ),
        {"facts": {"h": forall(z, Bind("exists", y, everything(REAL), le(power(y, 2), z), PROP))}},
    ),
    "Gradient": (
        eq(Apply("grad", (Name("F", Function((T1,), REAL)), u), T1), Apply("*", (number(2), u), T1)),
        proof(c.Gradient((("F", 0),))),
        {"definitions": [QUADRATIC]},
    ),
    "Taylor": (
        le(
            real("sin", x),
            plus(
                real("sin", 0), times(SLOPE, over(minus(x, 0), 1)), times(1, over(power(minus(x, 0), 2), 2))
            ),
        ),
        proof(c.Taylor(x, ZERO, 2, "h")),
        {"facts": {"h": SECOND}},
    ),
    "Levels": (
        le(laws.mean(laws.P), plus(laws.mean(laws.Q), a)),
        proof(laws.by_levels(2, proof(c.Specialise("events", (laws.LEVEL_SET,))))),
        {"facts": {"unit": laws.UNIT, "events": laws.EVENTS}, "names": laws.NAMES},
    ),
    "Resampled": (
        eq(laws.OWN, laws.AFRESH),
        proof(c.Resampled(laws.OWN, laws.i)),
        {"facts": {"unit": laws.F_UNIT, "place": laws.PLACE}, "names": laws.SAMPLES},
    ),
    "Entries": (
        eq(laws.EVERY_ENTRY, power(laws.ONE_ENTRY, laws.n)),
        proof(c.Entries(laws.EVERY_ENTRY)),
        {"names": {**laws.SAMPLES, "g": laws.g.sort}},
    ),
    "Nested": (
        le(0, power(x, 2)),
        proof(c.Nested(proof(c.Given("L"), ("L", le(0, power(x, 2)), SIGNS)))),
        {},
    ),
    "lines": (
        le(0, plus(power(x, 2), power(y, 2))),
        proof(
            combination((1, (GOAL,)), (1, (fact("one"),)), (1, (fact("two"),))),
            ("one", le(0, power(x, 2)), SIGNS),
            ("two", le(0, power(y, 2)), SIGNS),
        ),
        {},
    ),
}


def sequent_of(name: str, goal: Term | None = None) -> Sequent:
    """The sequent of an accepted proof, or one with another goal."""
    own, _, rest = ACCEPTED[name]
    return sequent(own if goal is None else goal, **rest)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_proves_its_goal_is_accepted(name: str) -> None:
    found = judge(sequent_of(name), ACCEPTED[name][1])
    assert isinstance(found, Judged)


@pytest.mark.parametrize("name", ACCEPTED)
def test_certificates_are_plain_data(name: str) -> None:
    certificate = ACCEPTED[name][1]
    text = json.dumps(c.to_json(certificate))
    assert c.from_json(json.loads(text)) == certificate


def test_every_kind_is_among_them_or_in_the_library() -> None:
    """Those about laws are long; the library replays them."""
    kinds: set[str] = set()

    def visit(data: Any) -> None:
        if isinstance(data, dict):
            kinds.add(str(data.get("type")))
            for part in data.values():
                visit(part)
        elif isinstance(data, list):
            for part in data:
                visit(part)

    for _, certificate, _ in ACCEPTED.values():
        visit(c.to_json(certificate))
    root = Path(__file__).parents[2]
    for path in sorted([*(root / "theorems").rglob("*.cert"), *EXAMPLES.glob("*.cert")]):
        visit(json.loads(path.read_text(encoding="utf-8")))
    assert set(c.KINDS) <= kinds


def test_the_facts_and_laws_used_are_told() -> None:
    assert judge(sequent_of("Combination of products"), ACCEPTED["Combination of products"][1]).used == {
        "h",
        "p",
    }
    assert judge(sequent_of("Instance"), ACCEPTED["Instance"][1]).laws == {"double"}
    assert judge(sequent_of("Signs"), ACCEPTED["Signs"][1]).used == frozenset()


# What is changed in certificates and goals


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in nested lists and dictionaries."""
    yield path
    if isinstance(data, dict):
        for key in data:
            yield from places(data[key], (*path, key))
    elif isinstance(data, list):
        for key in range(len(data)):
            yield from places(data[key], (*path, key))


def changed(data: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The data with one part replaced."""
    if not path:
        return new
    if isinstance(data, dict):
        return {key: changed(own, path[1:], new) if key == path[0] else own for key, own in data.items()}
    return [changed(own, path[1:], new) if key == path[0] else own for key, own in enumerate(data)]


def at_place(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def others(own: Any) -> list[Any]:
    """What a part is replaced by."""
    found: list[Any] = [None, "", "q", 0, -1, True, [], {}, ["number", "7"], "h", 10**40]
    if isinstance(own, str) and own.lstrip("-").replace("/", "").isdigit():
        found += [str(Fraction(own) + 1), str(-Fraction(own)), "1/0", "9" * 5000]
    if isinstance(own, int):
        found += [own + 1, own - 1]
    if isinstance(own, list):
        found += [own[:-1], own + own[-1:], own[::-1]]
    return found


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_changed_certificate_is_turned_down_or_proves_the_same_goal(name: str) -> None:
    """No exception but those two: a certificate may come from anywhere."""
    certificate = c.to_json(ACCEPTED[name][1])
    own = sequent_of(name)
    count = 0
    for path in places(certificate):
        for new in others(at_place(certificate, path)):
            try:
                read = c.from_json(changed(certificate, path, new))
            except Malformed:
                continue
            count += 1
            try:
                judge(own, read)
            except Rejected:
                continue
    assert count


POINTS = [
    {name: Fraction(value) for name, value in zip("xyzab", values, strict=True)}
    | {"n": Fraction(whole), "m": Fraction(2)}
    for whole, values in enumerate(
        [
            (0, 0, 0, 0, 0),
            (1, 2, 3, 1, 1),
            (-1, 1, 2, 0, 1),
            (2, -1, 1, 1, 2),
            (Fraction(1, 2), 3, -2, 1, 1),
            (-3, -2, -1, 1, 5),
        ]
    )
]


def is_false(goal: Term, facts: list[Term]) -> bool:
    """Whether a relation fails at a point where the facts hold."""
    for point in POINTS:
        try:
            if all(holds(own, point) for own in facts) and not holds(goal, point):
                return True
        except (Undefined, AssertionError, KeyError):
            continue
    return False


def near(goal: Term) -> Iterator[Term]:
    """The goal with one number, name or head changed."""
    if isinstance(goal, Number):
        yield from (number(goal.value + 1), number(goal.value - 1), number(-goal.value))
    elif isinstance(goal, Name):
        yield from (own for own in (x, y, z) if own.sort == goal.sort and own != goal)
    elif isinstance(goal, Apply):
        swaps = {"<=": "<", "<": "<=", "+": "-", "-": "+", "max": "min"}
        if goal.head in swaps:
            yield Apply(swaps[goal.head], goal.args, goal.sort)
        if len(goal.args) == 2:
            yield Apply(goal.head, goal.args[::-1], goal.sort)
        for place, arg in enumerate(goal.args):
            for new in near(arg):
                yield Apply(goal.head, (*goal.args[:place], new, *goal.args[place + 1 :]), goal.sort)


@pytest.mark.parametrize(
    "name",
    [name for name, (goal, _, _) in ACCEPTED.items() if isinstance(goal, Apply) and len(goal.args) == 2],
)
def test_a_false_goal_near_a_true_one_is_not_proved_by_its_proof(name: str) -> None:
    goal, certificate, rest = ACCEPTED[name]
    facts = list(rest.get("facts", {}).values())
    for other in near(goal):
        try:
            judge(sequent_of(name, other), certificate)
        except Rejected:
            continue
        assert not is_false(other, facts), str(other)


# Reasons


H = {"h": le(x, y)}
ABOVE = {"h": Bind("exists", y, everything(REAL), le(x, y), PROP)}
LATER = {"h": forall(z, ABOVE["h"], closed(1, 2))}


@pytest.mark.parametrize(
    ("reason", "goal", "by", "facts"),
    [
        ("does not follow by signs", le(0, x), SIGNS, {}),
        ("h is another proposition", le(y, x), c.Given("h"), H),
        ("there is no fact 'g'", le(y, x), c.Given("g"), H),
        ("not an equation", lt(x, y), IDENTITY, {}),
        ("different normal forms", eq(x, y), IDENTITY, {}),
        ("different sizes", eq(u, Name("q", T2)), IDENTITY, {}),
        ("the two sides differ", eq(f, Name("g", f.sort)), IDENTITY, {}),
        ("h is no equation", eq(x, y), c.Identity((), (c.Rewrite("h"),)), H),
        ("proves a relation of numbers", eq(x, y), combination((1, (GOAL,))), {}),
        ("no summand is positive", le(x, y), combination((1, (fact("h"),))), H),
        ("no summand is positive", le(x, y), combination(), H),
        ("do not add up to 0", le(y, x), combination((1, (GOAL,)), (1, (fact("h"),))), H),
        ("not positive", le(x, y), combination((0, (GOAL,))), {}),
        ("not positive", le(x, y), combination((-1, (GOAL,))), {}),
        ("no goal to negate", FALSE, combination((1, (GOAL,))), {}),
        ("h is no inequality", le(x, y), combination((1, (fact("h"),))), {"h": eq(x, y)}),
        ("h is no equation of numbers", le(x, y), combination((1, (c.Factor("equal", "h", (), x),))), H),
        ("without its factor", le(x, y), combination((1, (c.Factor("equal", "h"),))), {"h": eq(x, y)}),
        ("without its term", le(x, y), combination((1, (c.Factor("sign"),))), {}),
        ("sign of x is not known", le(x, y), combination((1, (sign(x),))), {}),
        ("x != 0", le(x, y), combination((1, (sign(power(over(1, x), 2)),))), {}),
        ("q is not in scope", le(x, y), combination((1, (sign(Name("q", REAL)),))), {}),
        ("no inner product", le(x, y), combination((1, (c.Factor("gram", term=x),))), {}),
        ("no maximum", le(x, y), combination((1, (c.Factor("extremum", "", (x,), x),))), {}),
        ("no member", le(x, y), combination((1, (c.Factor("extremum", "", (z,), real("max", x, y)),))), {}),
        ("unknown factor", le(x, y), combination((1, (c.Factor("luck", term=x),))), {}),
        ("more values than variables", le(x, y), c.Specialise("h", (x,)), H),
        ("another proposition follows", le(y, x), c.Specialise("h", ()), H),
        ("no definition", le(x, y), c.Meaning("h"), H),
        ("no definition", le(x, y), c.Meaning("", x), {}),
        ("no definition", le(x, y), c.Folded(c.Proof(SIGNS)), {}),
        ("not known for all x", forall(x, le(x, y)), c.Generalised("h", "x"), H),
        ("neither a forall nor an implication", le(x, y), c.Introduce("p", c.Proof(SIGNS)), {}),
        ("the name 'h' is taken", implies(le(x, y), le(x, y)), c.Introduce("h", c.Proof(SIGNS)), H),
        ("no conjunction", le(x, y), c.Both(()), {}),
        ("a part without its proof", both(le(x, x), le(y, y)), c.Both((c.Proof(SIGNS),)), {}),
        ("not an equation of numbers", eq(u, u), c.Both((c.Proof(SIGNS), c.Proof(SIGNS))), {}),
        ("no disjunction", le(x, x), c.Either(0, c.Proof(SIGNS)), {}),
        ("no disjunction", Apply("or", (le(x, x), le(y, y)), PROP), c.Either(2, c.Proof(SIGNS)), {}),
        ("h is no disjunction", le(x, y), c.Cases("h", None, "p", ()), H),
        ("a case without its proof", le(x, x), c.Cases("", le(x, y), "p", (c.Proof(SIGNS),)), {}),
        (
            "a case without its proof",
            le(x, x),
            c.Cases("h", None, "p", (c.Proof(SIGNS),)),
            {"h": ne(x, y)},
        ),
        ("h is no disjunction", le(x, x), c.Cases("h", None, "p", ()), {"h": ne(u, u)}),
        ("cases of a relation only", le(x, x), c.Cases("", ne(x, y), "p", ()), {}),
        ("forall over integers", forall(x, le(x, x)), c.Induction("q", c.Proof(SIGNS), c.Proof(SIGNS)), {}),
        (
            "unknown set",
            forall(k, le(k, k), Name("A", SetOf(NAT))),
            c.Induction("q", c.Proof(SIGNS), c.Proof(SIGNS)),
            {},
        ),
        (
            "begins at an integer",
            forall(k, le(k, k), within(over(n, 2), n)),
            c.Induction("q", c.Proof(SIGNS), c.Proof(SIGNS)),
            {},
        ),
        ("nothing is said to exist", le(x, x), c.Exhibit(x, c.Proof(SIGNS)), {}),
        (
            "is of sort Real, not Nat",
            Bind("exists", k, everything(NAT), le(k, k), PROP),
            c.Exhibit(x, c.Proof(SIGNS)),
            {},
        ),
        (
            "not known to lie in",
            Bind("exists", y, closed(0, 1), le(y, y), PROP),
            c.Exhibit(x, c.Proof(SIGNS)),
            {},
        ),
        ("does not say that something exists", le(x, x), c.Obtain("h", (), "p", c.Proof(SIGNS)), H),
        ("there is no fact", le(x, x), c.Obtain("h", (), "p", c.Proof(SIGNS)), {}),
        ("the name 'x' is taken", le(x, x), c.Obtain("h", (), "x", c.Proof(SIGNS)), ABOVE),
        ("more values than variables", le(x, x), c.Obtain("h", (x,), "p", c.Proof(SIGNS)), ABOVE),
        (
            "p is not in scope",
            le(x, Name("p", REAL)),
            c.Obtain("h", (), "p", c.Proof(c.Given("choice of p"))),
            ABOVE,
        ),
        ("not known to lie in", le(x, x), c.Obtain("h", (x,), "p", c.Proof(SIGNS)), LATER),
        ("no gradient", eq(u, u), c.Gradient(()), {}),
        ("order of Taylor", le(x, y), c.Taylor(x, ZERO, 3, "h"), H),
        ("holds for all points", le(x, y), c.Taylor(x, ZERO, 2, "h"), H),
        ("a cover proves an inequality", eq(x, y), c.Cover((), {}), {}),
        ("not a step", le(x, y), c.Cover((), {}), {}),
        ("unknown certificate", le(x, y), c.Certificate(), {}),
    ],
)
def test_reasons(reason: str, goal: Term, by: c.Certificate, facts: dict[str, Term]) -> None:
    extra = {"q": T2, "g": f.sort, "A": SetOf(NAT)}
    names = {**NAMES, **({key: own for key, own in extra.items() if key in goal.free})}
    rejects(reason, goal, by, facts=facts, names=names)


@pytest.mark.parametrize(
    ("reason", "bound"),
    [
        ("about no derivative", forall(z, le(real("sin", z), 1))),
        ("about another derivative", forall(z, le(Apply("diff", (real("sin", z), z, number(4)), REAL), 1))),
        ("depends on the point", forall(z, le(Apply("diff", (real("sin", z), z, number(2)), REAL), z))),
        ("upper bound", forall(z, eq(Apply("diff", (real("sin", z), z, number(2)), REAL), 1))),
        (
            "not known to lie in",
            forall(z, le(Apply("diff", (real("sin", z), z, number(2)), REAL), 1), closed(1, 2)),
        ),
    ],
)
def test_bounds_that_taylor_does_not_take(reason: str, bound: Term) -> None:
    goal, certificate, _ = ACCEPTED["Taylor"]
    rejects(reason, goal, certificate, facts={"h": bound})


def test_an_instance_of_a_law_needs_its_premises() -> None:
    goal, certificate, rest = ACCEPTED["Instance"]
    rejects("the premise positive of double is not known", goal, certificate, laws=rest["laws"])


def test_each_fact_is_needed() -> None:
    for _name, (goal, certificate, rest) in ACCEPTED.items():
        for label in rest.get("facts", {}):
            fewer = {key: own for key, own in rest["facts"].items() if key != label}
            with pytest.raises(Rejected):
                judge(sequent(goal, **{**rest, "facts": fewer}), certificate)


def test_a_proof_may_not_be_longer_than_a_bound() -> None:
    many = c.Proof(c.Both(tuple(c.Proof(SIGNS) for _ in range(6_000))))
    goal = Apply("and", tuple(le(0, 1) for _ in range(6_000)), PROP)
    with pytest.raises(Rejected, match="too long"):
        judge(sequent(goal), many)


# A theorem


def established(text: str, rules: Ledger) -> Iterator[tuple[str, Sequent, c.Proof]]:
    """The links of the statements of a theorem that follow from facts alone, with proofs that are found."""
    for label, premises in (("S3", ()), ("S4", ("S3",)), ("general", ("S1", "S2", "S4", "S5", "ball"))):
        statement = rules.theorem.statement[label]
        prefix = statement.prefix[0] if statement.prefix else None
        for link in statement.links:
            goal: Term = link.relation
            if isinstance(prefix, Bind):
                goal = Bind("forall", prefix.variable, prefix.domain, goal, PROP)
            own = rules.sequent(goal, premises)
            found = prove(Frame(own), goal, Hints())
            assert found is not None, f"{label}: {goal}"
            yield label, own, found
        rules.enter(label, statement.formula, premises, Judged(frozenset(), frozenset()))


def test_gradient_descent() -> None:
    """The steps of the example that need no lemma, each with a certificate that survives JSON."""
    text = (EXAMPLES / "gd_convex_lipschitz.thm").read_text(encoding="utf-8")
    rules = ledger(text)
    for label in ("S1", "S2", "S5"):
        rules.enter(label, rules.theorem.statement[label].formula, (), Judged(frozenset(), frozenset()))
    used: dict[str, frozenset[str]] = {}
    for label, own, found in established(text, rules):
        again = c.from_json(json.loads(json.dumps(c.to_json(found))))
        assert again == found
        used[label] = judge(own, again).used
    assert {"S1", "S2", "S5", "ball"} <= used["general"]


def test_a_wrong_constant_in_gradient_descent_is_not_proved() -> None:
    text = (EXAMPLES / "gd_convex_lipschitz.thm").read_text(encoding="utf-8")
    rules = ledger(text)
    for label in ("S1", "S2", "S4", "S5"):
        rules.enter(label, rules.theorem.statement[label].formula, (), Judged(frozenset(), frozenset()))
    goal = rules.theorem.statement["general"].formula
    premises = ("S1", "S2", "S4", "S5", "ball")
    found = prove(Frame(rules.sequent(goal, premises)), goal, Hints())
    assert found is not None

    def halved(term: Term) -> Term:
        if term == number(2):
            return number(3)
        return rebuild(term, halved)

    wrong = halved(goal)
    with pytest.raises(Rejected):
        judge(rules.sequent(wrong, premises), found)
    for needed in ("S1", "S2", "S5", "ball"):
        with pytest.raises(Rejected):
            judge(rules.sequent(goal, tuple(p for p in premises if p != needed)), found)


def test_one_is_positive() -> None:
    """The least certificate of all: a positive number is no contradiction."""
    rejects("do not add up", FALSE, combination((1, (ONE_FACTOR,))))
    rejects("do not add up", le(a, b), combination((1, (GOAL,)), (1, (ONE_FACTOR,))))
    assert CUBE.name.text == "h"
