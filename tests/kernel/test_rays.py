"""`a <~ b` is refuted where b <= 0 < a, or along a ray on which b vanishes and a does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kernel.instances import checked, law


def ray(name: str, near: str, end: str, **values: Any) -> dict[str, Any]:
    """An instance in which a name runs to an end."""
    return {"values": {name: near, **values}, "ray": {"name": name, "end": end}}


LET = "let d : Real in (0, 1) "


def test_a_right_side_of_zero_is_refuted_at_once() -> None:
    """And nothing is said where both sides are positive."""
    text = "let x : Real claim c: 1 <~ x"
    assert checked(text, {"values": {"x": "0"}}).outcome == "violated"
    assert checked(text, {"values": {"x": "1"}}).outcome == "undecided"


@pytest.mark.parametrize(
    "claim", ["1 <~ ln(1/d)", "2 <~ 1 - d", "1/2 <~ sqrt(ln(1/d)) + 3*(1 - d)^2", "1 <~ max(1 - d, -d)"]
)
def test_what_vanishes_at_the_end_is_refuted(claim: str) -> None:
    """As d -> 1, for every constant."""
    found = checked(f"{LET} claim c: {claim}", ray("d", "1023/1024", "1"))
    assert found.outcome == "violated" and "d -> 1" in found.comparison


@pytest.mark.parametrize(
    "text",
    [
        f"{LET} claim c: 1 <~ 2 - d",
        f"{LET} claim c: d <~ 1 - d",
        f"{LET} claim c: 0 <~ 1 - d",
        f"{LET} claim c: 1 <~ floor(2*d)",
        f"{LET} claim c: 1 <~ ln(1/(1 - d))",
        "let d : Real in (0, 1/2] claim c: 1 <~ ln(1/d)",
        f"{LET} assume h: d^2 <= 1023/1024 claim c: 1 <~ 1 - d",
        f"{LET} define e := d claim c: e <~ 1 - d",
    ],
)
def test_what_is_not_shown_is_not_refuted(text: str) -> None:
    """The right side stays positive; the left depends on d, or is not positive; the right is not continuous,
    or has no value at the end; the end is out of reach, or a hypothesis fails on the way."""
    assert checked(text, ray("d", "1023/1024", "1")).outcome in ("undecided", "inadmissible")


SAMPLE = "let D : Dist[Real] draw X ~ D claim c: with prob >= 1 - d over X, "


@pytest.mark.parametrize(
    "claim, weights, outcome",
    [
        ("|X| <~ ln(1/d)", [1, 0], "violated"),
        ("|X| <~ ln(1/d)", ["1/2", "1/2"], "undecided"),
    ],
)
def test_under_a_probability_the_event_must_be_likely_enough(
    claim: str, weights: list[Any], outcome: str
) -> None:
    """|X| > 0 with probability 1 exceeds d; with probability 1/2 it does not."""
    at = ray("d", "1023/1024", "1", D=law(*weights, outcomes=[2, 0]))
    assert checked(LET + SAMPLE + claim, at).outcome == outcome


@pytest.mark.parametrize("broken", [{"name": "d", "end": "1023/1024"}, {"name": "e", "end": "1"}])
def test_a_ray_has_a_length_and_a_name(broken: dict[str, str]) -> None:
    """Anything else is no instance."""
    instance = {"values": {"d": "1023/1024"}, "ray": broken}
    assert checked(f"{LET} claim c: 1 <~ 1 - d", instance).outcome == "malformed"
