"""What every family on the shelf must do, for all its examples: draw the same on lanes and exactly, and keep
what it guarantees without rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq

import boundkit.instances
from boundkit.attack.draws import Given, Sampling, Sizes
from boundkit.attack.exactly import plain
from boundkit.attack.lanes import Lanes
from boundkit.attack.tape import Builder, allocate, run
from boundkit.instances import Coordinate, Drawn, Family, shelf
from boundkit.ir.terms import TRUE
from boundkit.kernel.forms import PARAMETERS, Quadratic, finite_range, read_form
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.reading import read_number
from boundkit.kernel.values import Extent, Grid, Tabulated, column
from boundkit.kernel.vectors import difference, dot, entries_of, length
from boundkit.kernel.witness import Exact

FOLDER = Path(boundkit.instances.__file__).parent
KEY = np.array([1, 2, 3], np.uint64)
CASES = [(name, example) for name, family in shelf().items() for example in family.examples]
WITHOUT_SUBGRADIENT = frozenset(
    {"clipped_affine", "constant", "halfspace", "relu_layer", "softmax_attention", "tent1d"}
)
FUNCTIONS = [(name, example) for name, example in CASES if shelf()[name].draws == "function"]


def decimal(number: Any) -> float:
    """An exact number as a double."""
    return float(Fraction(str(number))) if isinstance(number, fmpq) else float(number.mid())


def names(value: Any) -> str:
    """How a case is shown."""
    return value if isinstance(value, str) else ",".join(f"{key}={item}" for key, item in value.items())


def arguments_of(
    example: Mapping[str, Any], arithmetic: Any, planted: bool, takes: tuple[str, ...]
) -> dict[str, Any]:
    """The example's arguments in an arithmetic, with a minimiser at (1/2, 1/2, …) if wanted and possible. An
    algorithm is one of samples of two."""
    numbers = {key: item for key, item in example.items() if key not in ("size", "levels")}
    arguments: dict[str, Any] = {key: arithmetic.rational(Fraction(item)) for key, item in numbers.items()}
    if "levels" in example:
        arguments["levels"] = tuple(arithmetic.rational(Fraction(level)) for level in example["levels"])
    if "hypotheses" in example:
        arguments |= {"hypotheses": example["hypotheses"], "shape": (example["size"],) * 2}
    if planted and "argmin" in takes:
        arguments["argmin"] = column([arithmetic.rational(Fraction(1, 2))] * example["size"])
    return arguments


def on_lanes(family: Family, example: Mapping[str, Any], extra: int) -> tuple[Builder, Sampling, Drawn]:
    """One draw on a tape."""
    builder = Builder()
    context = Sampling(Lanes(builder), Sizes({"": extra}))
    given = arguments_of(example, context.arithmetic, True, family.takes)
    return builder, context, family.draw(context, (example["size"], 1), given)


def exactly(
    family: Family, example: Mapping[str, Any], sizes: Mapping[str, int], coordinates: Mapping[str, Fraction]
) -> tuple[Exact, Drawn]:
    """One exact draw."""
    arithmetic = Exact()
    given = arguments_of(example, arithmetic, True, family.takes)
    return arithmetic, family.draw(Given(arithmetic, sizes, coordinates), (example["size"], 1), given)


def random_value(law: Coordinate, source: Random) -> Fraction:
    """A rational that the law can give."""
    if law.atoms and (law.share == 1 or source.random() < 0.4):
        return source.choice(law.atoms)
    value = law.low + (law.high - law.low) * Fraction(source.randint(1, 99), 100)
    return Fraction(math.floor(value)) if "integer" in law.kind else value


def exact_members(family: Family, example: Mapping[str, Any], count: int = 12) -> list[tuple[Exact, Drawn]]:
    """Exact members at random rational coordinates, of two structures."""
    found = []
    for place in range(count):
        _, context, _ = on_lanes(family, example, place % 3)
        source = Random(place)
        coordinates = {label: random_value(law, source) for label, (law, _) in context.coordinates.items()}
        found.append(exactly(family, example, context.sizes.chosen, coordinates))
    return found


def test_each_file_defines_one_family_named_as_the_file() -> None:
    """And the shelf holds all of them."""
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert files == set(shelf())
    for name, family in shelf().items():
        assert type(family).__name__ == "".join(part.capitalize() for part in name.split("_"))
        assert set(family.needs) <= set(family.takes) and family.__class__.__doc__
        assert {bound for bounds in family.ensures.values() for bound in bounds} <= set(family.takes)
        assert set(family.ensures) <= set(PARAMETERS)


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_lanes_and_exact_numbers_agree(name: str, example: Mapping[str, Any]) -> None:
    """Value and subgradient at a point, to rounding."""
    family = shelf()[name]
    for extra in (0, 1, 2):
        builder, context, drawn = on_lanes(family, example, extra)
        arithmetic = context.arithmetic
        point = column([Fraction(place + 1, 3) for place in range(example["size"])])
        wanted = [drawn.value.value(arithmetic, point)]
        if name not in WITHOUT_SUBGRADIENT:
            wanted += entries_of(drawn.value.subgradient(arithmetic, point))
        nodes = [arithmetic.node(number) for number in wanted]
        rows = [node for _, node in context.coordinates.values()]
        tape = allocate(builder, 0, 0, [*nodes, *rows], recorded=False)
        _, work = run(tape, KEY, 0, 1, lanes=16)
        for lane in range(16):
            found = [float(work[row, lane]) for row in tape.kept]
            coordinates = dict(zip(context.coordinates, map(Fraction, found[len(nodes) :]), strict=True))
            exact, member = exactly(family, example, context.sizes.chosen, coordinates)
            at = column([exact.rational(Fraction(place + 1, 3)) for place in range(example["size"])])
            value = decimal(member.value.value(exact, at))
            scale = 1 + max(abs(float(Fraction(c))) for c in coordinates.values()) ** 2 if coordinates else 1
            assert found[0] == pytest.approx(value, rel=1e-9, abs=1e-12 * scale)


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_guarantees_hold_without_rounding(name: str, example: Mapping[str, Any]) -> None:
    """Each property that was promised is certain for the exact form."""
    family = shelf()[name]
    for arithmetic, drawn in exact_members(family, example):
        promised = {prop for prop, _ in drawn.properties}
        wanted = {prop for prop, bounds in family.ensures.items() if set(bounds) <= set(example)}
        assert wanted <= promised
        for prop, bounds in drawn.properties:
            assert drawn.value.guarantees(arithmetic, prop, bounds) is True


STEEP = [(name, example) for name, example in FUNCTIONS if "lipschitz" in shelf()[name].ensures]


@pytest.mark.parametrize("name, example", STEEP, ids=names)
def test_slopes_and_values_stay_within_what_is_promised(name: str, example: Mapping[str, Any]) -> None:
    """Between rational points, near and far, to the width of a ball."""
    source = Random(name)
    for arithmetic, drawn in exact_members(shelf()[name], example, 6):
        points = [
            column(
                [fmpq(source.randint(-40, 40), source.choice((1, 8, 1000))) for _ in range(example["size"])]
            )
            for _ in range(8)
        ]
        values = [drawn.value.value(arithmetic, point) for point in points]
        for prop, bounds in drawn.properties:
            if prop == "bounded":
                assert not any(arb(value) < bounds[0] or arb(value) > bounds[1] for value in values)
            for one, value in zip(points, values, strict=True) if prop == "lipschitz" else ():
                for other, there in zip(points, values, strict=True):
                    gap = difference(arithmetic, one.entries, other.entries)
                    assert not abs(arb(value) - there) > arb(bounds[0]) * length(arithmetic, gap)


@pytest.mark.parametrize("name", ["constant", "halfspace"])
def test_functions_with_levels_have_no_other_values(name: str) -> None:
    """And their forms know so; a family without levels has no member."""
    levels = (fmpq(0), fmpq(1), fmpq(3))
    for arithmetic, drawn in exact_members(shelf()[name], {"size": 2, "levels": (0, 1, 3)}):
        points = [column([fmpq(x), fmpq(y)]) for x in (-9, 0, 9) for y in (-9, 0, 9)]
        values = {drawn.value.value(arithmetic, point) for point in points}
        assert values <= set(finite_range(arithmetic, drawn.value)) <= set(levels)
    with pytest.raises(ValueError, match="levels"):
        exact_members(shelf()[name], {"size": 1, "levels": ()}, 1)


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_planted_minimisers_are_minimisers(name: str, example: Mapping[str, Any]) -> None:
    """Certainly, over the whole space."""
    for arithmetic, drawn in exact_members(shelf()[name], example):
        if drawn.minimiser is not None:
            assert drawn.value.is_minimiser(arithmetic, drawn.minimiser, False) is True


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_members_survive_as_plain_data(name: str, example: Mapping[str, Any]) -> None:
    """Written and read again they are equal."""
    for _, drawn in exact_members(shelf()[name], example, 4):
        assert read_form(plain(drawn.value), read_number) == drawn.value


POINTS = [
    (name, example) for name, example in CASES if "radius" in example and shelf()[name].draws == "vector"
]


@pytest.mark.parametrize("name, example", POINTS, ids=names)
def test_points_stay_within_their_radius(name: str, example: Mapping[str, Any]) -> None:
    """Exactly; spheres exactly on it."""
    radius = Fraction(example["radius"])
    for _, drawn in exact_members(shelf()[name], example):
        assert isinstance(drawn.value, Grid)
        square = sum((entry * entry for entry in drawn.value.entries), fmpq(0))
        limit = fmpq(radius.numerator, radius.denominator) ** 2
        assert square == limit if name == "sphere" else square <= limit


def probabilities(law: Any) -> bool:
    """Whether the weights of an exact law are probabilities with sum 1."""
    assert isinstance(law, FiniteLaw) and len(law.outcomes) == len(law.weights) > 0
    return all(weight >= 0 for weight in law.weights) and sum(law.weights, fmpq(0)) == 1


def of_kind(kind: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The cases of the families that draw values of a kind."""
    return [(name, example) for name, example in CASES if shelf()[name].draws == kind]


@pytest.mark.parametrize("name, example", of_kind("law"), ids=names)
def test_laws_are_probabilities_between_their_ends(name: str, example: Mapping[str, Any]) -> None:
    """Exactly, for all coordinates, and all outcomes are between `low` and `high` where these are given."""
    for _, drawn in exact_members(shelf()[name], example):
        assert probabilities(drawn.value) and all(condition is True for condition in drawn.conditions)
        if "low" in example:
            ends = fmpq(example["low"]), fmpq(example["high"])
            assert all(ends[0] <= outcome <= ends[1] for outcome in drawn.value.outcomes)


ON_TYPES = ("empirical", "point_mass")


@pytest.mark.parametrize("name", ON_TYPES)
def test_laws_on_a_finite_type_have_its_elements(name: str) -> None:
    """Whatever else is drawn."""
    elements = tuple(fmpq(k) for k in (1, 2, 3))
    arithmetic, sizes = Exact(), Sizes({"": 1})
    context = Given(arithmetic, _Whichever(sizes), {})
    drawn = shelf()[name].draw(context, (1, 1), {"elements": Extent("enumeration", elements, TRUE)})
    assert probabilities(drawn.value) and set(drawn.value.outcomes) <= set(elements)


class _Whichever(dict[str, int]):
    """Sizes that are all the smallest plus one."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.extra = sizes.extra[""]

    def __missing__(self, label: str) -> int:
        return self.extra


def test_a_tilt_of_a_law_charges_what_the_law_charges() -> None:
    """No more and no less."""
    prior = FiniteLaw((fmpq(1), fmpq(2), fmpq(3)), (fmpq(1, 2), fmpq(0), fmpq(1, 2)))
    context = Given(Exact(), _Whichever(Sizes({"": 2})), {})
    drawn = shelf()["gibbs"].draw(context, (1, 1), {"prior": prior})
    assert probabilities(drawn.value)
    assert [weight > 0 for weight in drawn.value.weights] == [True, False, True]


@pytest.mark.parametrize("name, example", of_kind("algorithm"), ids=names)
def test_algorithms_are_tables_over_all_samples(name: str, example: Mapping[str, Any]) -> None:
    """Of the right shape, each entry a hypothesis or a law on them."""
    hypotheses = {fmpq(k) for k in range(1, example["hypotheses"] + 1)}
    for _, drawn in exact_members(shelf()[name], example):
        table = drawn.value
        assert isinstance(table, Tabulated) and len(table.entries) == math.prod(table.shape)
        for entry in table.entries:
            assert entry in hypotheses or (probabilities(entry) and set(entry.outcomes) <= hypotheses)


@pytest.mark.parametrize("name, example", of_kind("table"), ids=names)
def test_tables_have_a_number_between_their_ends_for_all_arguments(
    name: str, example: Mapping[str, Any]
) -> None:
    """Exactly, where their conditions hold."""
    for _, drawn in exact_members(shelf()[name], example):
        assert isinstance(drawn.value, Tabulated) and all(one is True for one in drawn.conditions)
        assert len(drawn.value.entries) == math.prod(drawn.value.shape)
        assert all(example["low"] <= entry <= example["high"] for entry in drawn.value.entries)


MAPS = of_kind("map")


@pytest.mark.parametrize("name, example", MAPS, ids=names)
def test_maps_agree_on_lanes_and_in_exact_numbers(name: str, example: Mapping[str, Any]) -> None:
    """All coordinates of the image of a point, to rounding."""
    for extra in (0, 1, 2):
        builder, context, drawn = on_lanes(shelf()[name], example, extra)
        point = [Fraction(place + 1, 3) for place in range(example["size"])]
        image = entries_of(drawn.value.value(context.arithmetic, column(point)))
        rows = [node for _, node in context.coordinates.values()]
        nodes = [context.arithmetic.node(number) for number in image]
        tape = allocate(builder, 0, 0, [*nodes, *rows], recorded=False)
        _, work = run(tape, KEY, 0, 1, lanes=8)
        for lane in range(8):
            found = [float(work[row, lane]) for row in tape.kept]
            coordinates = dict(zip(context.coordinates, map(Fraction, found[len(nodes) :]), strict=True))
            exact, member = exactly(shelf()[name], example, context.sizes.chosen, coordinates)
            at = column([exact.rational(entry) for entry in point])
            wanted = [decimal(entry) for entry in entries_of(member.value.value(exact, at))]
            assert found[: len(nodes)] == pytest.approx(wanted, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name, example", MAPS, ids=names)
def test_maps_are_as_steep_as_they_promise_and_survive_as_plain_data(
    name: str, example: Mapping[str, Any]
) -> None:
    """Certain for the form, true between points, and not certain for a hundredth of the bound."""
    source = Random(name)
    for arithmetic, drawn in exact_members(shelf()[name], example):
        form, ((prop, bounds),) = drawn.value, drawn.properties
        assert prop == "lipschitz" and form.guarantees(arithmetic, prop, bounds) is True
        assert read_form(plain(form), read_number) == form and form.rows == example["size"]
        points = [
            [fmpq(source.randint(-20, 20), source.choice((1, 8))) for _ in range(example["size"])]
            for _ in range(5)
        ]
        images = [entries_of(form.value(arithmetic, column(point))) for point in points]
        for (one, here), (other, there) in combinations(list(zip(points, images, strict=True)), 2):
            moved = length(arithmetic, difference(arithmetic, here, there))
            assert not arb(moved) > arb(bounds[0]) * length(arithmetic, difference(arithmetic, one, other))
        nudged = form.moved(arithmetic, (fmpq(3),) * example["size"])
        assert abs(arb(form.apart(arithmetic, nudged)) ** 2 - 9 * example["size"]) < arb(2) ** -40


PRIVATE = [(name, example) for name, example in CASES if "eps" in example]


@pytest.mark.parametrize("eps", [0, 1, 3])
@pytest.mark.parametrize("name, example", PRIVATE, ids=names)
def test_mechanisms_are_private(name: str, example: Mapping[str, Any], eps: int) -> None:
    """The weight of each outcome grows by at most exp(eps) where one member changes."""
    for _, drawn in exact_members(shelf()[name], {**example, "eps": eps}):
        assert all(condition is True for condition in drawn.conditions)
        shape = drawn.value.shape
        rows = dict(zip(np.ndindex(shape), drawn.value.entries, strict=True))
        for one, first in rows.items():
            for other, second in rows.items():
                if sum(a != b for a, b in zip(one, other, strict=True)) == 1:
                    for p, q in zip(first.weights, second.weights, strict=True):
                        assert arb(p) <= arb(eps).exp() * q or p <= q


@pytest.mark.parametrize("steeper, private, pure", [(0, True, True), (2, True, False), (3, False, False)])
def test_a_gaussian_mechanism_with_tau_may_have_less_noise(steeper: int, private: bool, pure: bool) -> None:
    """As little as its conditions allow: for neighbours the mass beyond exp(eps) times the other is at most
    tau, and for some of them it is above 0."""
    family, example = (
        shelf()["gaussian_mechanism"],
        {"size": 2, "hypotheses": 3, "eps": 1, "tau": Fraction(1, 2)},
    )
    _, drawn = exactly(family, example, {"kind": 0, "steeper": steeper}, {})
    rows = dict(zip(np.ndindex(drawn.value.shape), drawn.value.entries, strict=True))
    excesses = []
    for one, first in rows.items():
        for other, second in rows.items():
            if sum(a != b for a, b in zip(one, other, strict=True)) == 1:
                pairs = zip(first.weights, second.weights, strict=True)
                excesses.append(sum((max(arb(p) - arb(1).exp() * q, arb(0)) for p, q in pairs), arb(0)))
    assert all(excess <= arb(0.5) for excess in excesses) is private
    assert all(condition is True for condition in drawn.conditions) is private
    assert all(excess <= 0 for excess in excesses) is pure


def test_ridge_regression_solves_its_equations_without_rounding() -> None:
    """The gradient of its objective is zero on each sample."""
    arithmetic, source = Exact(), Random(3)
    points = [column([fmpq(source.randint(-9, 9), 4) for _ in range(2)]) for _ in range(3)]
    targets = [fmpq(source.randint(-9, 9)) for _ in range(3)]
    given = {
        "shape": (3, 3), "inputs": Tabulated((3,), tuple(points)), "targets": Tabulated((3,), tuple(targets)),
        "weight": fmpq(1, 5),
    }  # fmt: skip
    drawn = shelf()["ridge"].draw(Given(arithmetic, {}, {}), (2, 1), given)
    for sample, solution in zip(np.ndindex(3, 3), drawn.value.entries, strict=True):
        for i in (0, 1):
            errors = [dot(arithmetic, solution.entries, points[z].entries) - targets[z] for z in sample]
            slope = sum((e * points[z].entries[i] for e, z in zip(errors, sample, strict=True)), fmpq(0))
            assert slope + 2 * fmpq(1, 5) * solution.entries[i] == 0
    flat = shelf()["ridge"].draw(Given(arithmetic, {}, {}), (2, 1), {**given, "weight": fmpq(0, 1) - 1})
    assert flat.conditions == (False,)


def test_a_reversible_kernel_is_in_detailed_balance_and_a_chain_follows_its_kernel() -> None:
    """P(x)*K(x, y) = P(y)*K(y, x), also where P has no mass; a path has the product of its steps."""
    law = FiniteLaw(tuple(map(fmpq, (1, 2, 3))), (fmpq(1, 6), fmpq(0), fmpq(5, 6)))
    shares = {f"share[{x},{y}]": Fraction(x, y + 1) for x in (1, 2) for y in (2, 3) if x < y}
    kernel = shelf()["reversible_kernel"].draw(
        Given(Exact(), {}, shares), (1, 1), {"shape": (3,), "hypotheses": 3, "stationary": law}
    )
    rows = [row.weights for row in kernel.value.entries]
    assert all(map(probabilities, kernel.value.entries))
    for x in range(3):
        for y in range(3):
            assert law.weights[x] * rows[x][y] == law.weights[y] * rows[y][x]
    given = {"initial": law, "kernel": kernel.value, "places": (2, 4)}
    chain = shelf()["markov_chain"].draw(Given(Exact(), {}, {}), (1, 1), given).value
    assert probabilities(chain) and len(chain.outcomes) == 27
    for (path,), weight in zip(chain.outcomes, chain.weights, strict=True):
        a, b, c = (int(state.p) - 1 for state in path.items)
        assert path.first == 2 and weight == law.weights[a] * rows[a][b] * rows[b][c]
    with pytest.raises(ValueError, match="paths"):
        shelf()["markov_chain"].draw(Given(Exact(), {}, {}), (1, 1), {**given, "places": (1, 9)})


def test_separated_points_are_farther_apart_than_a_ball_is_wide() -> None:
    """So many points, so many balls."""
    for example in shelf()["separated_points"].examples:
        for _, drawn in exact_members(shelf()["separated_points"], example):
            assert all(condition is True for condition in drawn.conditions)
            assert len(drawn.value) == example.get("points", len(drawn.value))
            for one, other in combinations(drawn.value, 2):
                gap = [a - b for a, b in zip(one.entries, other.entries, strict=True)]
                assert sum((g * g for g in gap), fmpq(0)) > 4 * fmpq(example["radius"]) ** 2


def test_empirical_risk_minimisation_minimises() -> None:
    """The first hypothesis of least mean loss on each sample of two."""
    loss = Tabulated((2, 2), tuple(map(fmpq, (0, 2, 1, 0))))
    drawn = shelf()["erm_table"].draw(Given(Exact(), {}, {}), (1, 1), {"shape": (2, 2), "loss": loss})
    assert drawn.value.entries == (1, 2, 2, 2)


@pytest.mark.parametrize("name, example", of_kind("set"), ids=names)
def test_sets_are_vectors_of_the_size_wanted(name: str, example: Mapping[str, Any]) -> None:
    """At least one, all of `size` rational coordinates."""
    for _, drawn in exact_members(shelf()[name], example):
        assert len(drawn.value) >= 1
        for point in drawn.value:
            assert isinstance(point, Grid) and (point.rows, point.columns) == (example["size"], 1)
            assert all(isinstance(entry, fmpq) for entry in point.entries)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (2, 3)])
def test_contractions_have_the_norm_that_is_said(size: tuple[int, int]) -> None:
    """The Gram matrix is at most bound^2, without rounding."""
    family = shelf()["contraction"]
    for place in range(8):
        context = Sampling(Lanes(Builder()), Sizes())
        family.draw(context, size, {"bound": Fraction(2)})
        source = Random(place)
        coordinates = {label: random_value(law, source) for label, (law, _) in context.coordinates.items()}
        drawn = family.draw(Given(Exact(), {}, coordinates), size, {"bound": fmpq(2)})
        value = drawn.value
        columns = [value.entries[k :: value.columns] for k in range(value.columns)]
        gram = tuple(
            tuple(sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0)) for y in columns) for x in columns
        )
        form = Quadratic(gram, (fmpq(0),) * len(columns), fmpq(0))
        assert form.semidefinite(Exact(), fmpq(-1), fmpq(4)) is True


DRAWN = [case for case in CASES if case[0] != "memorise"]
"""What has coordinates at all."""


@pytest.mark.parametrize("name, example", DRAWN, ids=names)
def test_the_same_seed_gives_the_same_member(name: str, example: Mapping[str, Any]) -> None:
    """To the bit, and other samples give others."""
    builder, context, _ = on_lanes(shelf()[name], example, 1)
    rows = [node for _, node in context.coordinates.values()]
    tape = allocate(builder, 0, 0, rows, recorded=False)
    first, again = (run(tape, KEY, 5, 1, lanes=8)[1][list(tape.kept)] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(np.unique(first, axis=1).T) > 1 or not len(rows)


@pytest.mark.parametrize("name, example", CASES, ids=names)
def test_coordinates_are_values_of_their_law(name: str, example: Mapping[str, Any]) -> None:
    """Every double on the lanes is one that the law admits, up to rounding."""
    builder, context, _ = on_lanes(shelf()[name], example, 2)
    laws = [law for law, _ in context.coordinates.values()]
    tape = allocate(builder, 0, 0, [node for _, node in context.coordinates.values()], recorded=False)
    _, work = run(tape, KEY, 0, 1, lanes=256)
    for law, row in zip(laws, tape.kept, strict=True):
        low, high = float(law.low) * (1 - 1e-12) - 1e-12, float(law.high) * (1 + 1e-12)
        for value in work[row]:
            size = abs(value) if law.kind == "signed" else value
            assert (
                low <= size <= high or Fraction(value) in law.atoms or float(value) in map(float, law.atoms)
            )


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_the_simplest_member_exists(name: str, example: Mapping[str, Any]) -> None:
    """All coordinates at their first atom, where shrinking ends."""
    family = shelf()[name]
    _, context, _ = on_lanes(family, example, 0)
    simple = {
        label: law.atoms[0] if law.atoms else law.low for label, (law, _) in context.coordinates.items()
    }
    arithmetic, drawn = exactly(family, example, context.sizes.chosen, simple)
    for prop, bounds in drawn.properties:
        assert drawn.value.guarantees(arithmetic, prop, bounds) is True


CONTRADICTIONS = [
    ("quadratic", {"size": 2, "smooth": 1, "strong": 2}),
    ("quadratic", {"size": 1, "smooth": -1}),
    ("huber", {"size": 1, "lip": -1}),
    ("huber", {"size": 1, "lip": 1, "smooth": -1}),
    ("logsumexp", {"size": 1, "lip": -1}),
    ("norm_ball_distance", {"size": 1, "lip": -1}),
    ("planted_max_affine", {"size": 1, "lip": -1}),
    ("tent1d", {"size": 1, "lip": -1}),
    ("clipped_affine", {"size": 1, "low": 1, "high": 0}),
    ("clipped_affine", {"size": 1, "low": 0, "high": 1, "lip": -1}),
    ("ball", {"size": 2, "radius": -1}),
    ("sphere", {"size": 2, "radius": -1}),
    ("contraction", {"size": 2, "bound": -1}),
    ("relu_layer", {"size": 1, "lip": -1}),
    ("softmax_attention", {"size": 1, "lip": -1}),
    ("softmax_attention", {"size": 1, "lip": 1, "low": 1, "high": 0}),
    ("separated_points", {"size": 1, "radius": -1}),
    ("gaussian_mechanism", {"size": 2, "hypotheses": 2, "eps": -1}),
    ("gaussian_mechanism", {"size": 2, "hypotheses": 2, "eps": 1, "tau": -1}),
    ("bernoulli", {"size": 1, "p": 2}),
    ("atoms_at_edges", {"size": 1, "low": 1, "high": 0}),
    ("randomised_response", {"size": 2, "hypotheses": 2, "eps": -1}),
    ("dp_sgd", {"size": 2, "hypotheses": 2, "eps": -1}),
    ("transformer", {"size": 1, "hypotheses": 1, "low": 1, "high": 0}),
    ("affine_map", {"size": 2, "lip": -1}),
]


@pytest.mark.parametrize("name, example", CONTRADICTIONS, ids=names)
def test_contradicting_arguments_give_no_member(name: str, example: Mapping[str, Any]) -> None:
    """One of the conditions is false, exactly and on lanes."""
    for _, drawn in exact_members(shelf()[name], example, 3):
        assert False in drawn.conditions
    assert False in on_lanes(shelf()[name], example, 0)[2].conditions


EXTREMES = [
    ("quadratic", {"size": 2, "smooth": 2, "strong": 2}),
    ("quadratic", {"size": 2, "smooth": 0}),
    ("quadratic", {"size": 2, "smooth": 1, "strong": -1}),
    ("quadratic", {"size": 2, "strong": -1}),
    ("huber", {"size": 2, "lip": 0}),
    ("huber", {"size": 1, "lip": 1, "smooth": 0}),
    ("logsumexp", {"size": 2, "lip": 0}),
    ("norm_ball_distance", {"size": 2, "lip": 0}),
    ("planted_max_affine", {"size": 2, "lip": 0}),
    ("tent1d", {"size": 2, "lip": 0}),
    ("clipped_affine", {"size": 1, "low": 1, "high": 1, "lip": 0}),
    ("relu_layer", {"size": 2, "lip": 0}),
    ("softmax_attention", {"size": 2, "lip": 0, "low": 0, "high": 1}),
    ("softmax_attention", {"size": 2, "lip": 1, "low": 1, "high": 1}),
]


@pytest.mark.parametrize("name, example", EXTREMES, ids=names)
def test_extreme_arguments_keep_what_is_guaranteed(name: str, example: Mapping[str, Any]) -> None:
    """Parameters at the edge of what is possible, or that ask for nothing."""
    for arithmetic, drawn in exact_members(shelf()[name], example, 6):
        assert all(condition is True for condition in drawn.conditions)
        for prop, bounds in drawn.properties:
            assert drawn.value.guarantees(arithmetic, prop, bounds) is True


@pytest.mark.parametrize("name, example", FUNCTIONS, ids=names)
def test_admissible_examples_meet_their_conditions(name: str, example: Mapping[str, Any]) -> None:
    """So that none of the above passes for want of members."""
    for _, drawn in exact_members(shelf()[name], example, 3):
        assert all(condition is True for condition in drawn.conditions)
