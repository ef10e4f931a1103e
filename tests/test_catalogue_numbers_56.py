"""The closed-form numbers of sections 5 and 6 of the survey: inequalities of constants, or enumerated."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest

from boundkit import prove

ATTENTION = "1/4*ln(1 + 2*10*49^2*(5/100)*({h})^2)"
"""B of `attention_phase_transition` at M = 50, K = 10, etay = 1, etaz = 1/20, C0 = 1."""


def close(value: str, expected: str, within: str = "1/1000") -> None:
    """The term is proved to lie within a distance of the expected number."""
    for goal in (f"{value} <= {expected} + {within}", f"{value} >= {expected} - {within}"):
        assert prove(goal).headline.value == "PROVED", goal


@pytest.mark.parametrize(
    ("time", "low", "high", "expected"),
    [
        ("ln(50)", "0.06800", "0.06802", "0.623"),
        ("2*ln(50)", "0.0998", "0.0999", "0.804"),
        ("40", "0.1480", "0.1481", "0.995"),
    ],
)
def test_attention_follows_its_exact_form(time: str, low: str, high: str, expected: str) -> None:
    clock = "49*({h}) + (exp(50*({h})) - 1)/50"
    assert prove(f"{clock.format(h=low)} <= {time}").headline.value == "PROVED"
    assert prove(f"{clock.format(h=high)} >= {time}").headline.value == "PROVED"
    close(ATTENTION.format(h=low), expected)
    close(ATTENTION.format(h=high), expected)


def test_attention_branches() -> None:
    close("1/4*ln(1 + 2*49^2/(10*50^2)*(5/100)*(10*ln(50))^2)", "0.688")
    close("1/4*ln(1 + 2*10*49^2/50^2*(5/100)*ln(2*50*ln(50))^2)", "0.890", "2/1000")
    close("1/4*ln(1 + 2*10*49^2/50^2*(5/100)*ln(50*40)^2)", "1.008")


@pytest.mark.parametrize(
    ("value", "expected", "within"),
    [
        ("1/(2*(1 + 0.1895/(3*sqrt(3)*0.3535)))", "0.4532", "1/5000"),
        (
            "0.4*(1 + 0.1895/(3*sqrt(3)*0.3535))/(1 - 0.4*(1 + 0.1895/(3*sqrt(3)*0.3535)))",
            "0.790",
            "1/1000",
        ),
        ("0.9/1.9", "0.474", "1/1000"),
        ("0.9/(1 - 0.9)", "9", "1/1000"),
        ("0.95^50", "0.077", "1/1000"),
        ("10^(-3/2)*sqrt(10*ln(2*10^8))", "0.44", "1/100"),
    ],
)
def test_retraining_loops(value: str, expected: str, within: str) -> None:
    close(value, expected, within)


@pytest.mark.parametrize(
    ("value", "expected", "within"),
    [
        ("1 - exp(-0.05)", "0.0488", "1/10000"),
        ("1 - exp(-0.2)", "0.181", "1/1000"),
        ("1 - exp(-1)", "0.632", "1/1000"),
        ("2/0.1^2*ln(16/(exp(-0.1)*10^(-5)))", "2877.5", "1"),
        ("2/0.01^2*ln(16/(exp(-0.01)*10^(-6)))", "332000", "1000"),
    ],
)
def test_private_algorithms_generalise(value: str, expected: str, within: str) -> None:
    close(value, expected, within)


def test_noise_of_private_gradients() -> None:
    close("sqrt(2)*gamma(11/2)/gamma(5)", "3.08", "1/100")
    # One step, eps = 1, delta = 10^-5: at the noise of `dp_sgd_noise` its budget is met with equality.
    sigma = "(sqrt(2*ln(10^5)) + sqrt(2*ln(10^5) + 2))/2"
    close(f"1/(2*({sigma})^2) + sqrt(2*ln(10^5))/({sigma})", "1", "1/10^9")


def test_emergence_of_the_last_token() -> None:
    """Four tokens and noise of variance 1: copies carry ln(2)/2, the last token nothing."""
    close("-(3/(2*4))*ln(1 + 1/1)", "-0.25993", "1/10^5")
    close("(1/2)*ln(1*(1 + 1)/(1*(1 + 1) - 1^2))", "0.34657", "1/10^5")


def test_curvature_of_preferences() -> None:
    """The least curvature of the logistic loss for margins up to 10, and the comparisons that it asks for."""
    close("1/(2 + exp(10) + exp(-10))", "4.5/10^5", "1/10^6")
    close("(2 + exp(10) + exp(-10))^2", "4.86*10^8", "10^6")


def test_errors_of_the_diagonal() -> None:
    """A table of three models on five questions: the least unused answer errs as often as it must."""
    models = [[0, 1, 2, 0, 1], [1, 1, 0, 0, 2], [2, 0, 1, 1, 0]]
    truth = []
    for question in range(5):
        used = {models[model][question] for model in range(3) if model <= question}
        truth.append(min(set(range(4)) - used))
    assert truth == [1, 0, 3, 2, 3]
    for number, answers in enumerate(models, start=1):
        wrong = sum(given != right for given, right in zip(answers, truth, strict=True))
        assert wrong >= 5 - number + 1


def test_error_of_a_clipped_gradient() -> None:
    """Norms 1/2 and 3 clipped at 1: the second loses 2, so that the mean over both loses 1."""
    close("1/2*(max(1/2 - 1, 0) + max(3 - 1, 0))", "1", "1/10^9")
    close("(1 - 1/max(1, 3))*3", "2", "1/10^9")


def test_equal_odds_saturates() -> None:
    close("4*sqrt(2*ln(2))", "4.71", "1/100")


def frequencies() -> list[tuple[Fraction, ...]]:
    """The equally likely laws of six points whose weights are 1 or 1/100."""
    found = []
    for weights in product((Fraction(1), Fraction(1, 100)), repeat=6):
        found.append(tuple(weight / sum(weights) for weight in weights))
    return found


def posterior(sample: tuple[int, ...]) -> Fraction:
    """The mean frequency of the first point of a sample, given the whole sample."""
    above = below = Fraction(0)
    for law in frequencies():
        likelihood = Fraction(1)
        for point, count in Counter(sample).items():
            likelihood *= law[point] ** count
        above += likelihood * law[sample[0]]
        below += likelihood
    return above / below


def test_frequencies_of_seen_points() -> None:
    alphas = [law[0] for law in frequencies()]
    tau = sum(a**2 * (1 - a) ** 3 for a in alphas) / sum(a * (1 - a) ** 3 for a in alphas)
    assert float(tau) == pytest.approx(0.27478, abs=1e-5)
    assert float(posterior((0, 1, 2, 3))) == pytest.approx(0.21598, abs=1e-5)
    assert float(posterior((0, 1, 1, 1))) == pytest.approx(0.34783, abs=1e-5)
    assert 4 * tau > 1.099  # what `memorisation_per_dataset` refutes on a smaller sample
