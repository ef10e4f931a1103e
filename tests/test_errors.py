"""How a diagnostic is shown: the layout of the reference, sample by sample."""

from __future__ import annotations

from boundkit.errors import Diagnostic
from boundkit.source import Source, Span


def shown(path: str, number: int, line: str, marked: str, after: str, **rest: object) -> str:
    """A diagnostic whose caret is under the first `marked` that follows `after` on that line."""
    text = "\n" * (number - 1) + line + "\n"
    start = number - 1 + line.index(marked, line.index(after))
    span = Span(path, start, start + len(marked))
    return Diagnostic(span=span, **rest).show(Source(path, text))  # type: ignore[arg-type]


def test_a_help_stands_beside_the_caret() -> None:
    expected = """\
a.thm:12:12: error[E0211]: the claim depends on the draw S, which no quantifier discharges
12 |   claim c: L(A(S)) <= Lhat(A(S)) + r
   |            ^^^^^^^ help: `with prob >= 1 - delta over S,` or `almost surely,` or `E[...]`"""
    found = shown(
        "a.thm",
        12,
        "  claim c: L(A(S)) <= Lhat(A(S)) + r",
        "L(A(S))",
        "c:",
        code="E0211",
        severity="error",
        message="the claim depends on the draw S, which no quantifier discharges",
        help="`with prob >= 1 - delta over S,` or `almost surely,` or `E[...]`",
    )
    assert found == expected


def test_an_edit_that_may_be_applied_is_called_a_fix() -> None:
    expected = """\
a.thm:15:32: error[E0401]: rule `jensen` needs `f is convex`; nothing in `from` provides it
15 |   step S1: f(m) <= E[f(X)]  by jensen
   |                                ^^^^^^ fix: `by jensen from cvx` (line 5 states it)"""
    found = shown(
        "a.thm",
        15,
        "  step S1: f(m) <= E[f(X)]  by jensen",
        "jensen",
        "by",
        code="E0401",
        severity="error",
        fix=True,
        message="rule `jensen` needs `f is convex`; nothing in `from` provides it",
        help="`by jensen from cvx` (line 5 states it)",
    )
    assert found == expected


def test_notes_push_the_help_to_a_line_of_its_own() -> None:
    expected = """\
pac.thm:19:62: gap[E0404]: non sequitur: S4 does not imply S5 (S5 itself was not refuted)
19 |   step S5: forall h in H, E[exp(2*(n-1)*gap(h)^2)] <= n   by tail_integral from S4
   |                                                              ^^^^^^^^^^^^^ needs gap(h) >= 0; S4 bounds \
only the upper tail
   | counterexample to the inference: gap(h) = -1 satisfies S4, but exp(2*(n-1)) > n, e.g. n = 5
   | help: `define gap(h) := max(L(h) - Lhat(h), 0)`"""
    found = shown(
        "pac.thm",
        19,
        "  step S5: forall h in H, E[exp(2*(n-1)*gap(h)^2)] <= n   by tail_integral from S4",
        "tail_integral",
        "by",
        code="E0404",
        severity="gap",
        message="non sequitur: S4 does not imply S5 (S5 itself was not refuted)",
        notes=(
            "needs gap(h) >= 0; S4 bounds only the upper tail",
            "counterexample to the inference: gap(h) = -1 satisfies S4, but exp(2*(n-1)) > n, e.g. n = 5",
        ),
        help="`define gap(h) := max(L(h) - Lhat(h), 0)`",
    )
    assert found == expected


def test_notes_may_stand_without_a_help() -> None:
    expected = """\
oops.thm:6:15: violated[E0601]: claim `tail` is false (exact; certificate out/oops.tail.json)
6 |   claim tail: Pr[|dev| >= t] <= exp(-2*n*t^2)
  |               ^^^^^^^^^^^^^^ at n = 1, D = Bernoulli(1/2), t = 1/2: 1 > exp(-1/2) = 0.6065...
  | steps up, down hold; `union` gives 2*exp(-2*n*t^2), with which the claim is PROVED"""
    found = shown(
        "oops.thm",
        6,
        "  claim tail: Pr[|dev| >= t] <= exp(-2*n*t^2)",
        "Pr[|dev| >= t]",
        "tail",
        code="E0601",
        severity="violated",
        message="claim `tail` is false (exact; certificate out/oops.tail.json)",
        notes=(
            "at n = 1, D = Bernoulli(1/2), t = 1/2: 1 > exp(-1/2) = 0.6065...",
            "steps up, down hold; `union` gives 2*exp(-2*n*t^2), with which the claim is PROVED",
        ),
    )
    assert found == expected


def test_a_caret_stands_alone_when_there_is_nothing_to_say() -> None:
    assert shown("a.thm", 1, "let x", "x", "let", code="E0112", severity="error", message="m") == (
        "a.thm:1:5: error[E0112]: m\n1 | let x\n  |     ^"
    )
