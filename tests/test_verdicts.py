"""The lattice of verdicts: its laws, and the headline of each condition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundkit.verdicts import (
    DEBTS,
    Finding,
    Headline,
    Point,
    Refuted,
    Vacuity,
    Verdict,
    as_announced,
    compose,
    headline,
    owed,
)

LABELS = ("a", "b", "c", "d", "e", "f")


def finding(label: str = "c", kind: str = "claim", *debts: str, **rest: object) -> Finding:
    return Finding(label, kind, frozenset(debts), **rest)  # type: ignore[arg-type]


def alone(*debts: str, **rest: object) -> Headline:
    """The headline of a theorem that is one claim."""
    return headline(compose([finding("c", "claim", *debts, **rest)]).values())


debts = st.frozensets(st.builds("{}:{}".format, st.sampled_from(DEBTS), st.sampled_from(LABELS)), max_size=3)
points = st.builds(Point, st.sampled_from(Refuted), debts, st.sampled_from(Vacuity))


@st.composite
def theorems(draw: st.DrawFn) -> list[Finding]:
    """Findings whose premises point backwards."""
    found = []
    for number, label in enumerate(LABELS[: draw(st.integers(1, len(LABELS)))]):
        found.append(
            Finding(
                label,
                draw(st.sampled_from(("claim", "step", "derive", "definition"))),
                draw(debts),
                draw(st.sampled_from(("no", "suspect", "exact"))),
                draw(st.sampled_from(("none", "region", "total"))),
                tuple(draw(st.sets(st.sampled_from(LABELS[:number])))) if number else (),
                draw(st.booleans()),
                draw(st.booleans()),
            )
        )
    return found


@given(points, points, points)
def test_join_is_a_semilattice(one: Point, two: Point, three: Point) -> None:
    """Commutative, associative, idempotent, with the bottom neutral; `below` is its order."""
    assert one.join(two) == two.join(one)
    assert one.join(two).join(three) == one.join(two.join(three))
    assert one.join(one) == one
    assert one.join(Point()) == one
    assert one.below(one.join(two)) and two.below(one.join(two))


@given(theorems(), st.randoms())
def test_verdicts_do_not_depend_on_the_order_of_findings(found: list[Finding], random: object) -> None:
    """Composing a shuffled list gives the same verdicts, headline and debts."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = compose(found), compose(shuffled)
    assert first == second
    assert headline(first.values()) is headline(second.values())
    assert owed(first.values()) == owed(second.values())


@given(theorems())
def test_a_consumer_owes_what_its_premises_owe(found: list[Finding]) -> None:
    """Debts and vacuity flow along every edge; a refutation becomes a debt and nothing else."""
    verdicts = compose(found)
    for consumer in verdicts.values():
        assert consumer.point.refuted is consumer.finding.point.refuted
        for label in consumer.finding.premises:
            premise = verdicts[label]
            assert set(premise.debts) <= set(consumer.debts)
            assert premise.point.vacuity <= consumer.point.vacuity
            if premise.point.refuted is Refuted.EXACT:
                assert f"broken:{label}" in consumer.debts


@given(theorems(), st.data())
def test_a_new_debt_never_improves_a_headline(found: list[Finding], data: st.DataObject) -> None:
    """Adding a debt to a node makes the theorem worse or leaves it, alarms aside."""
    before = compose(found)
    if any(verdict.alarm for verdict in before.values()):
        return
    place = data.draw(st.integers(0, len(found) - 1))
    old = found[place]
    more = Finding(
        old.label,
        old.kind,
        old.debts | data.draw(debts),
        old.refuted,
        old.vacuity,
        old.premises,
        old.error,
        old.tested,
    )
    after = compose([*found[:place], more, *found[place + 1 :]])
    assert headline(after.values()).rank <= headline(before.values()).rank


@pytest.mark.parametrize(
    ("expected", "rest"),
    [
        (Headline.ERROR, {"error": True, "refuted": "exact"}),
        (Headline.VIOLATED, {"refuted": "exact", "vacuity": "total"}),
        (Headline.VACUOUS, {"vacuity": "total", "refuted": "suspect"}),
        (Headline.SUSPECT, {"refuted": "suspect"}),
    ],
)
def test_each_defect_outranks_the_next(expected: Headline, rest: dict[str, object]) -> None:
    """The claim owes a gap as well, which all of these outrank."""
    assert alone("gap:c", **rest) is expected


@pytest.mark.parametrize(
    ("expected", "debts", "tested"),
    [
        (Headline.BROKEN, ("broken:s", "suspect:s", "gap:s"), True),
        (Headline.SUSPECT, ("suspect:s", "gap:s"), True),
        (Headline.GAP, ("gap:s", "open:s"), True),
        (Headline.UNKNOWN, ("open:s",), False),
        (Headline.TESTED, ("open:s", "admit:s"), True),
        (Headline.UNKNOWN, ("wd:s",), False),
        (Headline.TESTED, ("wd:s",), True),
        (Headline.UNKNOWN, ("tested:s@planted",), False),
        (Headline.TESTED, ("tested:s@planted",), True),
        (Headline.ADMITTED, ("admit:s", "cite:k"), True),
        (Headline.DERIVED, ("cite:k",), True),
        (Headline.DERIVED, ("oracle:z3",), False),
        (Headline.PROVED, (), False),
    ],
)
def test_each_debt_has_its_headline(expected: Headline, debts: tuple[str, ...], tested: bool) -> None:
    """The gravest debt decides; open work counts as tested only if the claim's own test passed."""
    assert alone(*debts, tested=tested) is expected


def test_total_vacuity_is_reported_and_a_region_is_not() -> None:
    """A bound that is empty in a region of its parameters may still be PROVED."""
    assert alone(vacuity="total") is Headline.VACUOUS
    assert alone(vacuity="region") is Headline.PROVED


def test_a_refuted_step_breaks_its_consumers_without_refuting_them() -> None:
    """The claim is BROKEN, the step VIOLATED, and an independent step stays PROVED."""
    verdicts = compose(
        [
            finding("S1", "step", "open:S1", refuted="exact"),
            finding("S2", "step"),
            finding("c", "claim", premises=("S1", "S2")),
        ]
    )
    assert verdicts["S1"].headline is Headline.VIOLATED
    assert verdicts["S2"].headline is Headline.PROVED
    assert verdicts["c"].headline is Headline.BROKEN
    assert verdicts["c"].debts == ("broken:S1", "open:S1")
    assert headline(verdicts.values()) is Headline.BROKEN


def test_a_suspect_step_makes_its_consumers_suspect() -> None:
    """`suspect:` is a debt of the consumer."""
    verdicts = compose(
        [finding("S1", "step", "open:S1", refuted="suspect"), finding("c", "claim", premises=("S1",))]
    )
    assert verdicts["c"].headline is Headline.SUSPECT
    assert "suspect:S1" in verdicts["c"].debts


def test_a_false_step_that_nothing_uses_still_breaks_the_theorem() -> None:
    """The sketch contains a false statement, though no claim rests on it."""
    verdicts = compose([finding("S1", "step", "open:S1", refuted="exact"), finding("c", "claim")])
    assert headline(verdicts.values()) is Headline.BROKEN
    assert owed(verdicts.values()) == ("broken:S1",)


def test_an_open_step_that_nothing_uses_takes_nothing_away() -> None:
    """Only defects count where no claim consumes a step."""
    verdicts = compose([finding("S1", "step", "open:S1"), finding("c", "claim")])
    assert headline(verdicts.values()) is Headline.PROVED
    assert owed(verdicts.values()) == ()


def test_a_gap_anywhere_is_the_headline() -> None:
    """Some step does not follow."""
    verdicts = compose([finding("S1", "step", "gap:S1"), finding("c", "claim")])
    assert headline(verdicts.values()) is Headline.GAP


def test_an_exactly_refuted_expectation_counts_like_a_claim() -> None:
    """VIOLATED, although the claim is proved."""
    verdicts = compose(
        [
            finding("c", "claim"),
            finding("tuned", "derive", "open:tuned", refuted="exact", premises=("c",)),
        ]
    )
    assert headline(verdicts.values()) is Headline.VIOLATED


def test_proved_and_refuted_is_an_alarm() -> None:
    """No debt and an exact counterexample: the headline is ERROR, for a step as for a claim."""
    for kind in ("claim", "step"):
        verdicts = compose([finding("x", kind, refuted="exact")])
        assert verdicts["x"].alarm
        assert verdicts["x"].headline is Headline.ERROR
        assert headline(verdicts.values()) is Headline.ERROR


def test_refuting_what_rests_on_a_citation_is_no_alarm() -> None:
    """Then the citation is wrong, not the kernel."""
    verdicts = compose([finding("S1", "step", "cite:k"), finding("c", refuted="exact", premises=("S1",))])
    assert not verdicts["c"].alarm
    assert verdicts["c"].headline is Headline.VIOLATED


def test_without_a_claim_nothing_is_established() -> None:
    """Steps alone are UNKNOWN, however well proved."""
    assert headline([]) is Headline.UNKNOWN
    assert headline(compose([finding("S1", "step")]).values()) is Headline.UNKNOWN


def test_a_verdict_is_not_a_truth_value() -> None:
    """`if verdict:` is a mistake that is reported."""
    verdict = compose([finding()])["c"]
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(verdict)


def test_hypotheses_are_named_and_other_premises_must_be_known() -> None:
    """A mistyped premise would lose debts, so it is refused."""
    assert compose([finding(premises=("cvx",))], given=("cvx",))["c"].headline is Headline.PROVED
    with pytest.raises(ValueError, match="consumes `cvx`"):
        compose([finding(premises=("cvx",))])


def test_cycles_and_duplicates_are_refused() -> None:
    """No verdict is its own premise."""
    with pytest.raises(ValueError, match="cycle"):
        compose([finding("a", premises=("b",)), finding("b", premises=("a",))])
    with pytest.raises(ValueError, match="two findings for `a`"):
        compose([finding("a"), finding("a")])


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ({"kind": "remark"}, "`remark` is none of"),
        ({"debts": frozenset({"believe:k"})}, "`believe:k` is not a debt"),
        ({"debts": frozenset({"cite:"})}, "`cite:` is not a debt"),
        ({"refuted": "maybe"}, "`maybe` is none of"),
        ({"vacuity": "some"}, "`some` is none of"),
    ],
)
def test_a_malformed_finding_is_refused(rest: dict[str, object], message: str) -> None:
    """A misspelled debt must not count as none."""
    with pytest.raises(ValueError, match=message):
        Finding(**{"label": "c", "kind": "claim", **rest})  # type: ignore[arg-type]


def test_what_is_announced_is_wanted_exactly() -> None:
    """Better than announced is not as announced; nothing announced wants TESTED or better."""
    assert as_announced(Headline.VIOLATED, "VIOLATED")
    assert not as_announced(Headline.PROVED, "TESTED")
    assert [found for found in Headline if as_announced(found, "")] == [
        Headline.TESTED,
        Headline.ADMITTED,
        Headline.DERIVED,
        Headline.PROVED,
    ]
    with pytest.raises(ValueError, match="FINE"):
        as_announced(Headline.PROVED, "FINE")


def test_the_verdict_keeps_its_finding() -> None:
    """What a report prints comes from the finding."""
    verdict = compose([finding(reason="by hand")])["c"]
    assert isinstance(verdict, Verdict)
    assert (verdict.label, verdict.kind, verdict.finding.reason) == ("c", "claim", "by hand")
