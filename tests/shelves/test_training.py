"""Families that train and run models, against what is known of them in closed form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq

from boundkit.attack.draws import Given
from boundkit.instances import Coordinate, shelf
from boundkit.instances.dp_sgd import clipped_step
from boundkit.instances.transformer import Layer, forward, softmax
from boundkit.kernel.forms import Quadratic
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.maps import AffineMap, MixtureScore
from boundkit.kernel.values import Grid, Listed, Tabulated, column
from boundkit.kernel.vectors import difference, dot, entries_of, length
from boundkit.kernel.witness import Exact


class Chosen(Given):
    """Draws at random rationals of each law; sizes as given, else the smallest."""

    def __init__(self, seed: int, sizes: Mapping[str, int] | None = None) -> None:
        super().__init__(Exact(), dict(sizes or {}), {})
        self.source = Random(seed)
        self.known: dict[str, Fraction] = {}

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return min(max(self.sizes.get(label, low), low), high)

    def number(self, label: str, law: Coordinate) -> Any:
        if label not in self.known:
            inside = law.low + (law.high - law.low) * Fraction(self.source.randint(1, 63), 64)
            chosen = self.source.choice(law.atoms) if law.atoms else inside
            self.known[label] = chosen if law.share == 1 else inside
        return self.arithmetic.rational(self.known[label])


def decimals(numbers: Any) -> list[float]:
    """Exact numbers as doubles."""
    return [float(arb(number).mid()) for number in numbers]


def test_attention_weights_are_positive_and_sum_to_one() -> None:
    """For logits of any size, also where their exponentials overflow."""
    for logits in ([0], [1, 2, 3], [2000, 0, -2000], [5, 5]):
        weights = softmax(Exact(), [fmpq(logit) for logit in logits])
        assert all(arb(weight) > 0 for weight in weights)
        assert abs(sum(map(arb, weights), arb(0)) - 1) < arb(2) ** -40


def test_a_forward_pass_is_that_of_matrices() -> None:
    """Two layers of two heads on three tokens, against the same in doubles; no token sees a later one."""
    source = Random(4)

    def matrix() -> tuple[tuple[fmpq, ...], ...]:
        return tuple(tuple(fmpq(source.randint(-8, 8), 8) for _ in range(2)) for _ in range(2))

    layers = [Layer(((matrix(), matrix()), (matrix(), matrix())), matrix(), matrix()) for _ in range(2)]
    tokens = [tuple(fmpq(source.randint(-8, 8), 8) for _ in range(2)) for _ in range(3)]
    stream = np.array([decimals(token) for token in tokens])
    for layer in layers:
        read = stream.copy()
        for scores, values in layer.heads:
            a, v = (np.array([decimals(row) for row in m]) for m in (scores, values))
            logits = np.where(np.tri(3, dtype=bool), stream @ a @ stream.T, -np.inf)
            weights = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            read += weights @ stream @ v.T
        inside, outside = (np.array([decimals(row) for row in m]) for m in (layer.inside, layer.outside))
        stream = read + np.maximum(read @ inside.T, 0) @ outside.T
    found = forward(Exact(), layers, tokens)
    np.testing.assert_allclose([decimals(token) for token in found], stream, rtol=1e-10)
    changed = forward(Exact(), layers, [*tokens[:2], (fmpq(9), fmpq(-9))])
    assert [decimals(token) for token in changed[:2]] == [decimals(token) for token in found[:2]]


def test_a_transformer_with_a_window_does_not_see_what_is_outside_of_it() -> None:
    """Of two tasks of two tokens, with a window of one or two."""
    for window in (1, 2):
        given = {
            "shape": (1, 3, 3, 2, 2, 2, 2), "naturals": (1, 2), "low": fmpq(-99), "high": fmpq(99),
            "window": fmpq(window), "length": fmpq(2),
        }  # fmt: skip
        table = shelf()["transformer"].draw(Chosen(1, {"dimension": 2}), (1, 1), given).value
        entries = dict(zip(np.ndindex(table.shape), table.entries, strict=True))
        seen = set()
        for (model, task, place, *sample), entry in entries.items():
            for k in range(4):
                other = [*sample[:k], 1 - sample[k], *sample[k + 1 :]]
                if entries[(model, task, place, *other)] != entry:
                    seen.add((task, place, k + 1))
        start = {1: 0, 2: 2}
        assert seen
        for task, place, token in seen:
            assert max(place - window, 0) < token - start[task] <= place


def test_an_example_moves_a_private_step_by_at_most_the_clipping_norm() -> None:
    """And by just that where its gradient is larger."""
    for clip in (1, 2, 3):
        for weight in range(1, 6):
            moves = [abs(clipped_step(weight, [target], clip) - weight) for target in range(1, 6)]
            assert max(moves) <= clip
            assert moves == [min(clip, abs(weight - target)) for target in range(1, 6)]


def test_private_training_on_one_more_record_of_a_kind_is_a_step_of_a_chain() -> None:
    """For a table of natural numbers; with no privacy to spare, all laws are uniform."""
    for eps in (0, 1):
        given = {"shape": (4,), "naturals": (0,), "hypotheses": 3, "eps": fmpq(eps)}
        for seed in range(6):
            sizes = {"target[1]": seed % 3 + 1, "target[2]": 3 - seed % 3, "steps": 1 + seed % 2, "clip": 1}
            table = shelf()["dp_sgd"].draw(Chosen(seed, sizes), (1, 1), given).value
            assert table.naturals == (0,)
            for one, other in zip(table.entries, table.entries[1:], strict=False):
                for p, q in zip(one.weights, other.weights, strict=True):
                    assert p <= q * fmpq(2) ** 2 if eps else p == q == fmpq(1, 3)
                    assert arb(p) <= arb(q) * arb(eps).exp() or p == q


@pytest.mark.parametrize("dimension", [1, 2])
def test_sgd_on_a_quadratic_is_its_closed_form_in_the_mean(dimension: int) -> None:
    """E[w[T+1]] = c + (1 - rate*a)^T*(0 - c) for a*||w - c||^2/2, whatever the noise."""
    curve, rate, steps = fmpq(3, 2), fmpq(1, 4), 3
    centre = tuple(fmpq(k + 1, 3) for k in range(dimension))
    identity = tuple(tuple(curve * (i == j) for j in range(dimension)) for i in range(dimension))
    given = {
        "function": Quadratic(identity, centre, fmpq(0)), "rate": rate, "places": (1, steps),
    }  # fmt: skip
    for seed, examples in ((1, 2), (2, 3)):
        law = shelf()["sgd"].draw(Chosen(seed, {"examples": examples}), (dimension, 1), given | {
            "examples": fmpq(examples)
        }).value  # fmt: skip
        assert len(law.outcomes) == examples**steps and sum(law.weights, fmpq(0)) == 1
        for k in range(dimension):
            mean = fmpq(0)
            for (run,), weight in zip(law.outcomes, law.weights, strict=True):
                mean -= weight * rate * sum((v.entries[k] for v in run.items), fmpq(0))
            assert mean == centre[k] - (1 - rate * curve) ** steps * centre[k]


def test_bounded_gradients_stay_within_their_bound() -> None:
    """And some of them reach it nearly."""
    form = Quadratic(((fmpq(1),),), (fmpq(1),), fmpq(0))
    given = {"function": form, "rate": fmpq(1, 2), "bound": fmpq(2), "places": (1, 2)}
    sizes = []
    for seed in range(20):
        law = shelf()["sgd"].draw(Chosen(seed), (1, 1), given).value
        sizes += [abs(v.entries[0]) for (run,) in law.outcomes for v in run.items]
    assert max(sizes) <= 2 and max(sizes) > fmpq(19, 10)


def test_a_retraining_loop_strays_by_more_than_its_error_as_seldom_as_is_said() -> None:
    """In each round, and the rounds are independent."""
    step = AffineMap(((fmpq(1, 2),),), (fmpq(1),), (fmpq(1),))
    given = {"map": step, "error": fmpq(1, 4), "chance": fmpq(1, 3), "places": (0, 3)}
    for seed in range(8):
        law = shelf()["retraining_loop"].draw(Chosen(seed), (1, 1), given).value
        assert sum(law.weights, fmpq(0)) == 1 and len(law.outcomes) == 8
        misses = [fmpq(0)] * 3
        for (run,), weight in zip(law.outcomes, law.weights, strict=True):
            assert run.first == 0 and len(run.items) == 4
            for t in range(3):
                image = step.value(Exact(), run.items[t])
                if abs(run.items[t + 1].entries[0] - image.entries[0]) > fmpq(1, 4):
                    misses[t] += weight
        assert misses[0] == misses[1] == misses[2] <= fmpq(1, 3)


def pretraining(dimension: int, seed: int) -> dict[str, Any]:
    """Prompts, targets and a law for a linear attention layer."""
    source = Random(seed)

    def table() -> Tabulated:
        rows = [[fmpq(source.randint(-8, 8), 4) for _ in range(dimension)] for _ in range(3)]
        return Tabulated((3,), tuple(map(column, rows)))

    law = FiniteLaw(tuple(map(fmpq, (1, 2, 3))), (fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)))
    return {"inputs": table(), "targets": table(), "law": law}


def slope(value: Grid, given: Mapping[str, Any]) -> list[fmpq]:
    """The entries of E[(G*u - b)*u^T]."""
    found = [fmpq(0)] * len(value.entries)
    for z, weight in enumerate(given["law"].weights):
        u, b = given["inputs"].entries[z].entries, given["targets"].entries[z].entries
        for i in range(value.rows):
            error = dot(Exact(), value.row(i), u) - b[i]
            for j, entry in enumerate(u):
                found[i * value.columns + j] += weight * error * entry
    return found


@pytest.mark.parametrize("dimension", [1, 2])
def test_pretraining_of_linear_attention_ends_at_the_known_optimum(dimension: int) -> None:
    """The optimum solves the normal equations exactly, and gradient descent comes nearer with each step."""
    given = pretraining(dimension, 5)
    family, size = shelf()["attention_pretraining"], (dimension, dimension)
    best = family.draw(Chosen(1), size, given)
    assert best.conditions == (True,) * dimension and not any(slope(best.value, given))
    gaps = []
    for steps in (1, 4, 16, 64):
        context = Chosen(1, {"steps": steps})
        context.known["share"] = Fraction(1)
        value = family.draw(context, size, given | {"steps": fmpq(steps)}).value
        gaps.append(float(arb(length(Exact(), difference(Exact(), value.entries, best.value.entries))).mid()))
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 0.01 * gaps[0] + 1e-12
    flat = given | {"inputs": Tabulated((3,), (column([fmpq(0)] * dimension),) * 3)}
    assert False in family.draw(Chosen(1), size, flat).conditions


def test_the_score_of_a_mixture_is_the_slope_of_the_logarithm_of_its_density() -> None:
    """Against central differences."""
    form = MixtureScore(
        ((fmpq(1), fmpq(0)), (fmpq(-1), fmpq(1, 2)), (fmpq(0), fmpq(-2))),
        (fmpq(1), fmpq(1, 2), fmpq(1, 4)), fmpq(1, 2), (fmpq(0),) * 2,
    )  # fmt: skip
    centres = np.array([decimals(centre) for centre in form.centres])
    masses = np.array(decimals(form.masses))

    def logarithm(x: np.ndarray) -> float:
        return math.log(float(np.sum(masses * np.exp(-np.sum((x - centres) ** 2, axis=1)))))

    for point in ((0.25, 0.5), (-1.0, 1.0), (2.0, -1.5)):
        found = decimals(entries_of(form.value(Exact(), column([fmpq(int(8 * x), 8) for x in point]))))
        for k, step in enumerate(1e-5 * np.eye(2)):
            at = np.array(point)
            central = (logarithm(at + step) - logarithm(at - step)) / 2e-5
            assert found[k] == pytest.approx(central, rel=1e-7, abs=1e-8)


def test_the_bound_on_the_slope_of_a_score_is_attained() -> None:
    """Between two centres of equal mass: D^2/(4*v^2) - 1/v, and at least 1/v."""
    far = MixtureScore(((fmpq(-3),), (fmpq(3),)), (fmpq(1), fmpq(1)), fmpq(1), (fmpq(0),))
    at = [far.value(Exact(), column([fmpq(k, 1000)])).entries[0] for k in (-1, 1)]
    assert float((arb(at[1]) - at[0]).mid()) * 500 == pytest.approx(8, rel=1e-4)
    for bound, certain in ((8, True), (fmpq(79, 10), None)):
        assert far.guarantees(Exact(), "lipschitz", (fmpq(bound),)) is certain
    near = MixtureScore(((fmpq(0),),), (fmpq(1),), fmpq(1, 2), (fmpq(0),))
    assert near.guarantees(Exact(), "lipschitz", (fmpq(2),)) is True
    assert near.guarantees(Exact(), "lipschitz", (fmpq(19, 10),)) is None
    assert near.guarantees(Exact(), "convex", ()) is None
    improper = MixtureScore(((fmpq(0),), (fmpq(9),)), (fmpq(2), fmpq(-1)), fmpq(1), (fmpq(0),))
    assert improper.guarantees(Exact(), "lipschitz", (fmpq(10**6),)) is None


def test_an_edited_prompt_keeps_its_last_token_and_moves_the_others_by_no_more_than_is_said() -> None:
    """And all tokens stay in the ball."""
    prompt = Grid(3, 2, tuple(map(fmpq, (1, 0, 0, -1, 0, 1))))
    for seed in range(12):
        given = {"of": prompt, "total": fmpq(seed, 4)}
        drawn = shelf()["edited_prompt"].draw(Chosen(seed), (3, 2), given)
        moved = fmpq(0)
        for k in range(3):
            row, old = drawn.value.row(k), prompt.row(k)
            assert dot(Exact(), row, row) <= 1
            moved += arb(length(Exact(), difference(Exact(), row, old)))
        assert moved <= arb(given["total"]) + arb(2) ** -50 and drawn.value.row(2) == prompt.row(2)


def test_moments_solutions_and_noise_are_exact() -> None:
    """Moments are those of the law, solutions solve, definite matrices are, and noise has mean zero."""
    given = pretraining(2, 7)
    table, law = given["inputs"], given["law"]
    moment = shelf()["second_moment"].draw(Chosen(1), (2, 2), {"of": table, "law": law}).value
    for i in (0, 1):
        for j in (0, 1):
            products = [x.entries[i] * x.entries[j] for x in table.entries]
            assert moment.entries[2 * i + j] == dot(Exact(), law.weights, products)
    right = column([fmpq(1), fmpq(2)])
    system = {"matrix": moment, "right": right}
    solution = shelf()["linear_solution"].draw(Chosen(1), (2, 1), system).value.entries
    assert [dot(Exact(), moment.row(k), solution) for k in (0, 1)] == [1, 2]
    singular = {"matrix": Grid(2, 2, (fmpq(0),) * 4), "right": right}
    assert shelf()["linear_solution"].draw(Chosen(1), (2, 1), singular).conditions == (False,)
    for seed in range(4):
        definite = shelf()["definite_matrix"].draw(Chosen(seed), (2, 2), {"least": fmpq(3)}).value
        rows = (definite.row(0), definite.row(1))
        form = Quadratic(rows, (fmpq(0),) * 2, fmpq(0))
        assert form.guarantees(Exact(), "strongly_convex", (fmpq(3),)) is True
        nudged = shelf()["nudged_matrix"].draw(Chosen(seed), (2, 2), {"of": definite, "error": fmpq(1, 2)})
        gap = difference(Exact(), nudged.value.entries, definite.entries)
        assert dot(Exact(), gap, gap) <= fmpq(1, 4)
        ends = {"law": law, "low": fmpq(-1), "high": fmpq(2), "shape": (3,)}
        noise = shelf()["table_of_mean"].draw(Chosen(seed), (1, 1), ends).value.entries
        assert dot(Exact(), law.weights, noise) == 0 and all(-1 <= entry <= 2 for entry in noise)
        density = shelf()["table_of_mean"].draw(Chosen(seed), (1, 1), ends | {"mean": fmpq(1)}).value.entries
        assert dot(Exact(), law.weights, density) == 1 and all(0 <= entry <= 2 for entry in density)


def test_dual_directions_stand_for_inner_products() -> None:
    """<f, v> = mean of <x, f>*<x, w> + weight*<f, w> for every f; there are none without a weight."""
    table = pretraining(2, 9)["inputs"]
    logged = Listed(1, (column([fmpq(1), fmpq(2)]), column([fmpq(1, 2), fmpq(-1)])))
    given = {"of": table, "features": logged, "count": fmpq(2), "weight": fmpq(1, 3), "shape": (3,)}
    drawn = shelf()["ridge_dual"].draw(Chosen(1), (2, 1), given)
    for v, w in zip(table.entries, drawn.value.entries, strict=True):
        for f in ((fmpq(1), fmpq(0)), (fmpq(2), fmpq(-3))):
            parts = [dot(Exact(), x.entries, f) * dot(Exact(), x.entries, w.entries) for x in logged.items]
            wanted = sum(parts, fmpq(0)) / 2 + fmpq(1, 3) * dot(Exact(), f, w.entries)
            assert dot(Exact(), f, v.entries) == wanted
    without = shelf()["ridge_dual"].draw(Chosen(1), (2, 1), given | {"weight": fmpq(-1)})
    assert without.conditions == (False,)


def test_probabilities_sum_to_one_and_are_zero_elsewhere() -> None:
    """For every count; with a count below 1 there are none."""
    given = {"places": (0, 7)}
    for count in (1, 2, 5):
        for last in (0, 1):
            context = Chosen(count, {"last": last})
            drawn = shelf()["probabilities"].draw(context, (1, 1), given | {"count": fmpq(count)})
            listed = [drawn.value.at(place) for place in range(8)]
            assert sum(listed, fmpq(0)) == 1 and all(entry >= 0 for entry in listed)
            assert listed[0] == 0 and not any(listed[count + 1 :])
            assert [entry > 0 for entry in listed[1:count]] == [True] * (count - 1)
            assert (listed[count] > 0) is (last == 0 or count == 1)
    assert False in shelf()["probabilities"].draw(Chosen(1), (1, 1), given | {"count": fmpq(0)}).conditions
