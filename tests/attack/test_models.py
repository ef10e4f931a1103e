"""The clauses of a `model`: draws, definitions, conditions, and what the adversary chooses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from boundkit.attack import Budget, attack
from boundkit.attack import hunt as hunting
from boundkit.attack.draws import Sizes
from boundkit.attack.hunt import POPULATION, hunt
from boundkit.attack.models import Plan
from boundkit.attack.structures import Structure, checks_of, compile_structure
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

SMALL = Budget(structures=6, generations=8)


def read(text: str) -> Theorem:
    """The only theorem of a text without mistakes."""
    source = Source("t.thm", text)
    (theorem,), wrong = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem) and not [d for d in wrong if d.severity == "error"], wrong
    return theorem


def modelled(clauses: str, claim: str = "x <= y") -> Theorem:
    """Two numbers with a model."""
    return read(f"theorem t let x, y : Real claim c: {claim} model m {clauses} end end")


def test_a_filter_restricts_the_samples() -> None:
    """Where x <= y - 1 the claim holds; it is false elsewhere, which the model does not reach."""
    free = attack(modelled(""), seed=1, samples=4000, budget=SMALL)
    filtered = attack(modelled("assume below: x <= y - 1"), seed=1, samples=4000, budget=SMALL)
    assert free.by_label["c"].outcome == "violated"
    assert filtered.by_label["c"].outcome == "tested"
    (below,) = filtered.hypotheses
    assert (below.label, below.how) == ("below", "filtered") and 0 < below.satisfied < below.seen
    assert "assume below: x <= y - 1" in filtered.source


def test_a_definition_of_the_model_is_used_by_its_draws_and_filters() -> None:
    """y is drawn between 0 and u = x^2 + 1, and u is bounded by a filter."""
    clauses = "define u := x^2 + 1 draw y ~ uniform([0, u]) assume small: u <= 5"
    report = attack(modelled(clauses, "0 <= y and y <= 5"), seed=1, samples=4000, budget=SMALL)
    assert report.by_label["c"].outcome == "tested", report
    assert "define u := x^2 + 1" in report.source
    other = attack(modelled(clauses, "y <= 4"), seed=1, samples=4000, budget=SMALL).by_label["c"]
    assert other.outcome == "violated" and other.witness is not None
    assert set(other.witness["values"]) == {"x", "y"}


def compiled(theorem: Theorem) -> tuple[Plan, Structure]:
    """The smallest structure under the theorem's model."""
    plan = Plan(theorem, theorem.models[0])
    return plan, compile_structure(plan, checks_of(theorem), Sizes(), 1, 10_000)


@pytest.mark.parametrize("clauses, chosen", [("hunt x", (0,)), ("hunt y", (1,)), ("", (0, 1))])
def test_the_adversary_moves_only_what_is_hunted(
    clauses: str, chosen: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other coordinate keeps values of the first population."""
    plan, structure = compiled(modelled(clauses))
    seen: list[Any] = []
    original = Structure.run

    def spy(self: Structure, *args: Any, **options: Any) -> Any:
        seen.append(options["given"].copy())
        return original(self, *args, **options)

    monkeypatch.setattr(Structure, "run", spy)
    prey = hunt(structure, 0, 1, 5, plan.hunted)
    assert prey is not None and list(structure.laws) == ["x", "y"]
    first, rest = seen[0], np.concatenate(seen[1:], axis=1)
    assert first.shape[1] == POPULATION
    for row in (0, 1):
        assert np.isin(rest[row], first[row]).all() == (row not in chosen)


def test_nothing_to_hunt_is_no_hunt() -> None:
    """A hunted name without coordinates of its own leaves the adversary nothing."""
    theorem = read("theorem t let n : Nat in 1..3 let x : Real claim c: x <= n model m hunt n end end")
    plan, structure = compiled(theorem)
    assert plan.hunted == {"n"}
    found = hunt(structure, 0, 1, 5, plan.hunted)
    assert found is None or "n" in structure.laws


def test_a_hunt_is_repeated_bit_by_bit() -> None:
    """Same seed, same prey."""
    _, structure = compiled(modelled(""))
    one, two = (hunting.hunt(structure, 0, 3, 5) for _ in range(2))
    assert one is not None and two is not None
    assert one.gap == two.gap and np.array_equal(one.uniforms, two.uniforms)
