"""Tables over natural numbers that are constant from some place on, and quantifiers over all of them."""

from __future__ import annotations

import pytest

from tests.kernel.instances import checked, value

TEXT = (
    "let Z : Set let z : Z let g : Nat * Z -> Real let b : Nat -> Real define twice(t) := 2*g(t, z) claim c: "
)
TABLE = {"shape": [3, 2], "entries": [1, 2, 3, 4, 5, 6], "naturals": [0]}
VALUES = {
    "Z": {"elements": 2},
    "z": 1,
    "g": TABLE,
    "b": {"shape": [2], "entries": [0, 7], "naturals": [0]},
}


@pytest.mark.parametrize("place, expected", [(0, 1), (1, 3), (2, 5), (3, 5), (10**9, 5)])
def test_the_last_entry_stands_for_all_larger_numbers(place: int, expected: int) -> None:
    """Counted from 0."""
    lets = "let Z : Set let z : Z let g : Nat * Z -> Real"
    assert value(lets, f"g({place}, z)", Z={"elements": 2}, z=1, g=TABLE) == expected


@pytest.mark.parametrize(
    "claim, outcome",
    [
        ("forall t : Nat, g(t, z) <= 5", "holds"),
        ("forall t : Nat, forall y in Z, g(t, y) <= 5", "violated"),
        ("forall t : Nat >= 2, g(t, z) = 5", "holds"),
        ("forall t : Nat >= 9, g(t, z) = 5", "holds"),
        ("forall t : Nat >= 1, g(t, z) = 5", "violated"),
        ("forall t : Nat, twice(t) <= 10", "holds"),
        ("forall t : Nat, twice(t) < 10", "violated"),
        ("forall t : Nat, g(t, z) + b(t) <= 12", "holds"),
        ("forall t : Nat, forall s : Nat, |g(t, z) - g(s, z)| <= 4", "holds"),
        ("exists t : Nat, g(t, z) + b(t) = 10", "holds"),
        ("exists t : Nat, g(t, z) = 4", "violated"),
        ("sup_{t : Nat} g(t, z) = 5", "holds"),
        ("inf_{t : Nat} (g(t, z) - b(t)) = -4", "holds"),
        ("forall t : Nat, g(t, z) <= t + 5", "unsupported"),
        ("forall t : Nat, g(t + 1, z) <= 5", "unsupported"),
        ("forall t : Nat, exists s in 0..t, g(s, z) = 1", "unsupported"),
    ],
)
def test_a_number_that_only_indexes_tables_has_finitely_many_representatives(
    claim: str, outcome: str
) -> None:
    """One that occurs elsewhere has not."""
    assert checked(TEXT + claim, {"values": VALUES}).outcome == outcome


@pytest.mark.parametrize(
    "table",
    [
        {"shape": [3, 2], "entries": [1, 2, 3, 4, 5, 6]},
        {**TABLE, "naturals": [1]},
        {**TABLE, "naturals": [0, 1]},
        {"shape": [0, 2], "entries": [], "naturals": [0]},
        {"shape": [3, 3], "entries": [1] * 9, "naturals": [0]},
        {"shape": [3, 2], "entries": [1, 2, 3], "naturals": [0]},
    ],
)
def test_a_table_must_have_naturals_where_the_sort_has_them(table: dict[str, object]) -> None:
    """At those places and at no others, at least one number, and an entry for all arguments."""
    found = checked(TEXT + "g(0, z) <= 9", {"values": {**VALUES, "g": table}})
    assert found.outcome == "malformed"


@pytest.mark.parametrize(
    "proposed, outcome", [("3", "violated"), ("-1", "unsupported"), ("1/2", "unsupported")]
)
def test_what_is_proposed_for_a_natural_number_must_be_one(proposed: str, outcome: str) -> None:
    """t <= 2 fails at 3; that it fails for a fraction says nothing."""
    instance = {"values": VALUES, "bound": {"t": proposed}}
    assert checked(TEXT + "forall t : Nat, t <= 2 and 0 <= t and t != 1/2", instance).outcome == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"), [("h(s, 0, t) <= 9", "holds"), ("h(s, 0, t) <= 0", "violated")]
)
def test_a_tuple_of_tuples_takes_as_many_places_as_it_has_entries(claim: str, outcome: str) -> None:
    """`t` has the fourth place of the table, of three values; the place before it has two."""
    lets = "let Z : Set let s : (Z^2)^1 let h : (Z^2)^1 * Nat * Nat -> Real"
    values = {
        "Z": {"elements": 1},
        "s": {"first": 1, "items": [{"first": 1, "items": [1, 1]}]},
        "h": {"shape": [1, 1, 2, 3], "entries": [0, 0, 9, 0, 0, 9], "naturals": [2, 3]},
    }
    assert checked(f"{lets} claim c: forall t : Nat, {claim}", {"values": values}).outcome == outcome
