"""User-defined families: drawn from in models, evaluated exactly, and attacked themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boundkit.attack import Budget, attack, attack_family
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Family, Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

HUBER = (Path(__file__).parents[1] / "examples" / "huber.thm").read_text()
JUMPY = HUBER.replace("(||x - a|| - c/2)", "||x - a|| - c/2")
SMALL = Budget(structures=6, generations=8)


def entries(text: str) -> list[Any]:
    """Theorems and families of a text."""
    source = Source("t.thm", text)
    found, wrong = elaborate(parse(source)[0], source)
    assert not [d for d in wrong if d.severity == "error"], wrong
    return list(found)


def family(text: str) -> Family:
    """The first family of a text."""
    (found, *_) = (entry for entry in entries(text) if isinstance(entry, Family))
    return found


def test_what_huber_ensures_is_not_refuted() -> None:
    """Convexity, the Lipschitz bound, and that `subgrad` is one."""
    report = attack_family(family(HUBER), seed=1, samples=4000, budget=SMALL)
    assert {s.label: s.outcome for s in report.statements} == {
        "convex": "tested", "lipschitz": "tested", "subgrad": "tested",
    }  # fmt: skip


def test_huber_without_parentheses_is_refuted_exactly() -> None:
    """It jumps where the branches meet: neither convex nor Lipschitz."""
    assert JUMPY != HUBER
    report = attack_family(family(JUMPY), seed=1, samples=4000, budget=SMALL)
    for statement in report.statements:
        assert statement.outcome == "violated" and statement.witness is not None
        assert check_witness(report.theorem, statement.label, statement.witness).outcome == "violated"
    (convex,) = (s for s in report.statements if s.label == "convex")
    assert dict(convex.values)["d"] == "1" and convex.finding is not None
    assert convex.finding.comparison in convex.text


@pytest.mark.parametrize(
    "body, ensure, expected",
    [
        ("k*x^2", "value is convex", "tested"),
        ("k*x^3", "value is convex", "violated"),
        ("k*x^2", "value is strongly_convex(2*k)", "tested"),
        ("k*x^2", "value is strongly_convex(3*k)", "violated"),
        ("k*x^2", "value is smooth(2*k)", "tested"),
        ("k*x^2", "value is smooth(k)", "violated"),
        ("k*sin(x)", "value is bounded(-k, k)", "tested"),
        ("k*sin(x)", "value is bounded(0, k)", "violated"),
        ("k*sin(x)", "value is Lipschitz(k)", "tested"),
        ("k*x^2", "value is Lipschitz(2*k, on := [-1, 1])", "tested"),
        ("k*x^2", "value is Lipschitz(k, on := [-1, 1])", "violated"),
        ("k*x^2", "forall y : Real, value(y) >= 0", "tested"),
        ("k*x^2 - 1", "forall y : Real, value(y) >= 0", "violated"),
    ],
)
def test_ensures_of_a_function_of_a_number(body: str, ensure: str, expected: str) -> None:
    """Each property at sampled points."""
    text = f"family g(k : Real > 0) : Real -> Real define value(x) := {body} ensure {ensure} end"
    report = attack_family(family(text), seed=1, samples=2000, budget=SMALL)
    assert [s.outcome for s in report.statements] == [expected], report.statements


USE = """
theorem t
  let d : Nat >= 1   let f : Vector[d] -> Real   let x, y : Vector[d]   let r : Real > 0
  assume lip: f is Lipschitz(r)
  claim c: f(x) - f(y) <= r*||x - y||
  claim half: f(x) - f(y) <= r/2*||x - y||
  model m
    draw d ~ uniform(1..3)
    draw f ~ huber(rho := r, c := r + 1)
  end
end
theorem free
  let d : Nat >= 1   let f : Vector[d] -> Real   let x, y : Vector[d]
  claim down: f(x) <= f(y)
  claim up: f(x) >= f(y)
  model m draw f ~ huber(rho := 1, a := y) end
end
"""


def test_a_model_draws_from_a_family_of_the_file() -> None:
    """What the family ensures is taken for granted in samples only: a violation that rests on it is
    suspect, and a pass says so."""
    huber, theorem, _ = entries(HUBER + USE)
    report = attack(theorem, seed=1, samples=4000, budget=SMALL, families={"huber": huber})
    assert report.by_label["c"].outcome == "tested" and "tested only" in report.by_label["c"].text
    assert report.by_label["half"].outcome == "suspect"
    assert report.families == ("huber",)
    assert "draw f ~ huber(rho := r, c := r + 1)" in report.source


def test_members_are_evaluated_exactly() -> None:
    """Where no guarantee is needed the refutation is exact, with the member in the instance."""
    huber, _, theorem = entries(HUBER + USE)
    families = {"huber": huber}
    report = attack(theorem, seed=1, samples=4000, budget=SMALL, families=families)
    down = report.by_label["down"]
    assert down.outcome == "violated" and down.witness is not None and report.families == ()
    assert down.witness["values"]["f"]["defined"] == "huber"
    assert check_witness(theorem, "down", down.witness, families=families).outcome == "violated"
    assert check_witness(theorem, "down", down.witness).outcome == "malformed"
    assert report.by_label["up"].outcome == "tested"


def test_a_member_with_parameters_out_of_range_is_no_instance() -> None:
    """rho > 0 is a hypothesis of the family."""
    huber, _, theorem = entries(HUBER + USE)
    member = {"defined": "huber", "parameters": {"d": "1", "rho": "-1", "c": "1", "a": ["0"]}}
    instance = {"values": {"d": "1", "f": member, "x": ["0"], "y": ["1"]}}
    assert isinstance(theorem, Theorem)
    found = check_witness(theorem, "down", instance, families={"huber": huber})
    assert found.outcome == "malformed" and "rho.range" in found.reason
