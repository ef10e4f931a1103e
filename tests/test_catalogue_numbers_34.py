"""Closed-form numbers of sections 3 and 4 of the survey: enumerated, or inequalities of constants. Where a
bound has a value, its formula must stand in the file of the theorem."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pytest

from boundkit import prove

SURVEY = Path(__file__).parent.parent / "theorems" / "survey"
Matrix = list[list[Fraction]]


def close(value: str, expected: str, within: str) -> None:
    """The term is proved to lie within a distance of the expected number."""
    for goal in (f"{value} <= {expected} + {within}", f"{value} >= {expected} - {within}"):
        assert prove(goal).headline.value == "PROVED", goal


def stands(name: str, term: str) -> None:
    """The file of the theorem has the term, however it is laid out."""
    text = (SURVEY / f"{name}.thm").read_text(encoding="utf-8")
    assert re.sub(r"\s", "", term) in re.sub(r"\s", "", text)


# Section 3


@pytest.mark.parametrize("ones", range(1, 7))
def test_random_labels_are_fitted_by_all_labels(ones: int) -> None:
    """All 0-1 vectors: the mean of the largest correlation with signs is 1/2, so that twice it is 1."""
    labels = list(product((0, 1), repeat=ones))
    total = 0
    for signs in product((-1, 1), repeat=ones):
        total += max(sum(s * a for s, a in zip(signs, label, strict=True)) for label in labels)
    assert Fraction(total, ones * 2**ones) == Fraction(1, 2)


def test_the_other_form_of_the_rademacher_bound_is_weaker() -> None:
    stands("rademacher_bound", "3*B*sqrt(ln(2/delta)/(2*n))")
    for delta in ("1/10^9", "1/20", "999/1000"):
        goal = f"3*sqrt(ln(2/({delta}))/2) <= 4*sqrt(2*ln(4/({delta})))"
        assert prove(goal).headline.value == "PROVED"


@pytest.mark.parametrize(
    ("n", "levels", "gamma", "expected", "within"),
    [
        ("10^3", "10", "1/10^3", "3.36", "0.005"),
        ("10^4", "14", "1/10^4", "0.575", "0.0005"),
        ("10^5", "17", "1/10^5", "0.107", "0.001"),
        ("10^4", "14", "20/10^4", "7.9", "0.05"),
        ("10^5", "17", "20/10^5", "1", "0.01"),
    ],
)
def test_the_bound_from_stability(n: str, levels: str, gamma: str, expected: str, within: str) -> None:
    """delta = 1/20, losses in [0, 1]; `levels` is the logarithm of n to base 2, rounded up."""
    term = "2*gamma + exp(1)*(24*sqrt(2)*p*gamma*ceil(log2(n)) + 4*M*sqrt(p/n))"
    stands("uniform_stability_explicit", term)
    assert prove(f"2^({levels} - 1) < {n} and {n} <= 2^{levels}").headline.value == "PROVED"
    p = "ln(20)"
    value = f"2*({gamma}) + exp(1)*(24*sqrt(2)*{p}*({gamma})*{levels} + 4*sqrt({p}/({n})))"
    close(value, expected, within)


def paths(pieces: list[Fraction], steps: int, eta: Fraction) -> Fraction:
    """The mean over all runs of f at the average iterate, f the mean of |w - b| over the pieces."""
    total = Fraction(0)
    for chosen in product(pieces, repeat=steps):
        w, visited = Fraction(0), Fraction(0)
        for b in chosen:
            visited += w
            w -= eta * (1 if w >= b else -1)
        total += sum((abs(visited / steps - b) for b in pieces), Fraction(0))
    return total / Fraction(len(pieces)) / Fraction(len(pieces) ** steps)


@pytest.mark.parametrize("root", [1, 2, 3])
def test_stochastic_gradients_attain_the_bound(root: int) -> None:
    """f(w) = |w - 1|, root^2 steps of length 1/root: the bound B*rho/sqrt(T) is attained without noise."""
    stands("stochastic_gradient_descent", "B*rho/sqrt(T)")
    assert paths([Fraction(1)], root**2, Fraction(1, root)) == Fraction(1, root)


def test_stochastic_gradients_keep_the_bound() -> None:
    """All runs of nine steps on the mean of |w - b|, b one of 1, 1/2, -1, against the best point, 1/2."""
    pieces = [Fraction(1), Fraction(1, 2), Fraction(-1)]
    best = sum(abs(Fraction(1, 2) - b) for b in pieces) / 3
    gap = paths(pieces, 9, Fraction(1, 6)) - best  # B = 1/2, rho = 1
    assert Fraction(0) < gap <= Fraction(1, 6)


# Survey 4.2


def test_risk_of_linear_attention_by_hand() -> None:
    """One number, one example, no noise: the mean of u^2 is 3, the best weight 1/3, its risk 2/3."""
    fourth, trace, examples = 3, 1, 1
    inner = Fraction(trace, examples) + Fraction(examples + 1, examples)
    assert inner == fourth
    best = 1 / inner
    assert fourth * best**2 - 2 * best + 1 == Fraction(2, 3) == 1 - best


def test_steps_shrink_with_the_square_of_the_dimension() -> None:
    """For H = I and many examples tr(H)*tr(Htilde) is d^2."""
    for d in (3, 10):
        close(f"{d}*{d}*({d}/10^9 + (10^9 + 1)/10^9)", f"{d}^2", "2/10^6")


def test_task_complexity_with_constant_one() -> None:
    """H = diag(1, 1/2, 1/10), signal 1, noise 1/4, prompts of 10: the excess risk after T tasks is between
    0.53 and 0.98 of the sum of the two terms, most at T = 64 and c = 10."""
    ratios = {(tasks, c): task_ratio(tasks, c) for tasks, c in ((64, 10), (64, 4), (512, 4))}
    assert max(ratios, key=lambda key: ratios[key]) == (64, 10)
    assert all(0.45 <= ratio <= 1.05 for ratio in ratios.values()), ratios


def task_ratio(tasks: int, c: int, runs: int = 400, prompt: int = 10) -> float:
    """The mean excess risk of linear attention after a gradient step for each task, over the two terms."""
    random = np.random.default_rng(5)
    h, noise, d = np.array([1, 0.5, 0.1]), 0.25, 3
    inner = (h.sum() + noise) / prompt + (prompt + 1) / prompt * h
    tilde, best = h * inner, np.diag(1 / inner)
    first, span = 1 / (c * h.sum() * tilde.sum()), tasks / np.log(tasks)
    curve = np.outer(h, tilde)
    weight, bias = np.zeros((runs, d, d)), -best
    for t in range(1, tasks + 1):
        gamma = first / 2 ** np.floor(t / span)
        beta = random.normal(size=(runs, d))
        x = random.normal(size=(runs, prompt, d)) * np.sqrt(h)
        y = np.einsum("rnd,rd->rn", x, beta) + np.sqrt(noise) * random.normal(size=(runs, prompt))
        u = np.einsum("rnd,rn->rd", x, y) / prompt
        query = random.normal(size=(runs, d)) * np.sqrt(h)
        answer = (query * beta).sum(1) + np.sqrt(noise) * random.normal(size=runs)
        error = np.einsum("ri,rij,rj->r", query, weight, u) - answer
        weight -= gamma * np.einsum("r,ri,rj->rij", error, query, u)
        bias = bias * (1 - gamma * curve)
    excess = (curve * (weight - best) ** 2).sum((1, 2)).mean()
    effective = np.minimum(1, (span * first * curve) ** 2).sum()
    return float(excess / ((curve * bias**2).sum() + (h.sum() + noise) * effective / span))


# Survey 4.4 to 4.8


def test_parameters_of_a_pretrained_model() -> None:
    """12 layers, widths 768 and 3072, 50000 words: 5.5*10^8, and its square exceeds 10^17."""
    parameters = "(12^2*768*(3072 + 768 + 768) + 768*50000)"
    close(parameters, "5.5*10^8", "5*10^6")
    assert prove(f"{parameters}^2 > 10^17").headline.value == "PROVED"


def test_when_deep_transformers_are_stable() -> None:
    """A bound on outputs in the unit ball says something from 2*m - 1 > ((1 + Gam)*exp(Gam))^depth on."""
    deep = "(2*exp(1))^{depth} < 2*({m}) - 1"
    assert prove(deep.format(depth=12, m="3.34*10^8")).headline.value == "PROVED"
    assert prove(deep.format(depth=12, m="3.3*10^8")).headline.value == "VIOLATED"
    assert prove(deep.format(depth=48, m="10^35")).headline.value == "PROVED"
    assert prove(deep.format(depth=48, m="9*10^34")).headline.value == "VIOLATED"
    assert prove("(1.1*exp(0.1))^12 < 2*6 - 1").headline.value == "PROVED"
    assert prove("(1.1*exp(0.1))^12 < 2*5 - 1").headline.value == "VIOLATED"


def test_constant_of_multitask_learning() -> None:
    """K = 2*((1 + Gam)*exp(Gam))^12 at Gam = 1 is 1.3*10^9, and its square exceeds 10^18."""
    stands("multitask_excess_risk", "4*L*eps + 2*(B + K*H)*sqrt(2*ln(2*card(C)/delta)/(n*T))")
    close("2*(2*exp(1))^12", "1.3*10^9", "5*10^7")
    assert prove("(2*(2*exp(1))^12)^2 > 10^18").headline.value == "PROVED"


def test_losses_along_a_sequence_move_as_little_as_claimed() -> None:
    """Predicting a fair label by the mean of those before, 0 at first: the mean of the loss over what is not
    yet seen moves by at most (B + K*H)/n when a label is seen, B = K = 1, H = 1 + 1/2 + 1/3, n = 4."""
    n = 4
    limit = (1 + sum(Fraction(1, i) for i in range(1, n))) / n

    def loss(labels: tuple[int, ...]) -> Fraction:
        total = Fraction(0)
        for i, label in enumerate(labels):
            total += abs(label - (Fraction(sum(labels[:i]), i) if i else Fraction(0)))
        return total / n

    def mean(seen: tuple[int, ...]) -> Fraction:
        rest = list(product((0, 1), repeat=n - len(seen)))
        return sum((loss(seen + tail) for tail in rest), Fraction(0)) / len(rest)

    for size in range(n):
        for seen in product((0, 1), repeat=size):
            for label in (0, 1):
                assert abs(mean((*seen, label)) - mean(seen)) <= limit


def times(matrix: Matrix, vector: list[Fraction]) -> list[Fraction]:
    return [sum((a * b for a, b in zip(row, vector, strict=True)), Fraction(0)) for row in matrix]


def test_linear_attention_takes_a_gradient_step() -> None:
    """Three examples in the plane, one output, W0 = (1/2, -1), eta = 3/4, by exact arithmetic: tokens lose
    their step, and the query's own residual would be 2*W0*x."""
    eta, start = Fraction(3, 4), [[Fraction(1, 2), Fraction(-1)]]
    xs = [[Fraction(1), Fraction(2)], [Fraction(-1, 3), Fraction(1)], [Fraction(2), Fraction(1, 2)]]
    ys = [[Fraction(1)], [Fraction(-2)], [Fraction(1, 5)]]
    size = len(xs)
    gradient = [Fraction(0), Fraction(0)]
    for x, y in zip(xs, ys, strict=True):
        residual = times(start, x)[0] - y[0]
        gradient = [g + residual * part / size for g, part in zip(gradient, x, strict=True)]
    step = [[-eta * g for g in gradient]]

    def attend(x: list[Fraction], y: list[Fraction]) -> list[Fraction]:
        for other, target in zip(xs, ys, strict=True):
            inner = sum(a * b for a, b in zip(other, x, strict=True))
            y = [y[0] + eta / size * (times(start, other)[0] - target[0]) * inner]
        return y

    for x, y in zip(xs, ys, strict=True):
        assert attend(x, y) == [y[0] - times(step, x)[0]]
    query = [Fraction(3), Fraction(-1)]
    hidden = [-times(start, query)[0]]
    assert attend(query, hidden) == [-times(start, query)[0] - times(step, query)[0]]
    assert times(start, query)[0] - hidden[0] == 2 * times(start, query)[0]


def test_votes_of_a_chain() -> None:
    """Three steps, five patterns, gap 1/2, delta 1/20: with the examples asked for, the chance of a wrong
    step is 4/5 of delta; and four examples, each right with 3/4, fail less often than the bound says."""
    stands("cot_voting", "card(R)*card(P)*exp(-l*gap^2/2)")
    examples = "2/(1/2)^2*ln(3*5/(1/20))"
    close(f"3*4*exp(-({examples})*(1/2)^2/2)", "0.04", "1/10^9")
    wrong = sum(Fraction(comb(4, k) * 3**k, 4**4) for k in range(3))
    assert wrong == Fraction(67, 256)
    assert prove("67/256 <= exp(-4*(1/2)^2/2)").headline.value == "PROVED"
