"""Layers of a network move as far as is proved, and no further: false twins of the stability of attention, of
relu and of sums with one term."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from boundkit import resources
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.library import Library
from boundkit.proofs import Proved, prove_theorem, read_certificates
from boundkit.source import Source
from boundkit.syntax.parse import parse

STABLE = (Path(__file__).parent / "examples" / "transformer_stability.thm").read_text(encoding="utf-8")


@cache
def library() -> Library:
    """The theorems that are shipped, by the certificates that lie beside them."""

    def replayed(theorem: Theorem, laws: Library, path: Path) -> Proved:
        return prove_theorem(theorem, laws, read_certificates(path).get(theorem.name, {}))

    return Library(resources.library(), replayed)


def proved(text: str) -> bool:
    """Whether the step of the theorem in a text is proved from the premises that it names."""
    source = Source("use.thm", text)
    tree, wrong = parse(source)
    entries, more = elaborate(tree, source)
    assert not [d.message for d in (*wrong, *more) if d.severity == "error"]
    theorem = next(entry for entry in entries if isinstance(entry, Theorem))
    (step,) = (s.label for s in theorem.statements if s.kind == "step")
    return all(o.status == "proved" for o in prove_theorem(theorem, library(), {}).statements[step].outcomes)


def alone(step: str, old: str = "", new: str = "") -> str:
    """One step of the theorem, the steps before it assumed; with one text in place of another."""
    clauses: list[str] = []
    for line in STABLE.splitlines():
        words = line.split()
        if words and words[0] in ("theorem", "let", "define", "assume", "claim", "step", "conclude", "model"):
            clauses.append(line)
        elif words and not line.startswith("#") and clauses:
            clauses[-1] += "\n" + line
    kept: list[str] = []
    for clause in clauses:
        kind, name = clause.split()[0], clause.split()[1].rstrip(":")
        if kind == "step" and name == step:
            break
        kept.append(clause.replace("step", "assume", 1).partition(" by ")[0] if kind == "step" else clause)
    text = "\n".join([*kept, clause, "end\n"])
    assert old in text
    return text.replace(old, new) if old else text


@pytest.mark.slow
@pytest.mark.parametrize("step", ["stay", "row", "total", "token"])
def test_a_step_of_the_stability_of_attention_is_proved(step: str) -> None:
    assert proved(alone(step))


FALSE = {
    "a mean of rows twice over leaves the ball": (
        "stay",
        "relu(softmax_rows(TF(Y, k)*W[k]*TF(Y, k).T) * TF(Y, k)",
        "relu(2*softmax_rows(TF(Y, k)*W[k]*TF(Y, k).T) * TF(Y, k)",
    ),
    "so it does from a larger ball": (
        "stay",
        "forall i in 1..n, ||X[i]|| <= 1",
        "forall i in 1..n, ||X[i]|| <= 2",
    ),
    "logits twice as large": ("row", "||W[k]||_op <= Gam/2", "||W[k]||_op <= Gam"),
    "weights above exp(Gam)/n": ("row", "(1 + Gam)*exp(Gam)/n", "(1 + Gam)/n"),
    "the largest change in place of the sum": ("row", "sum_{l=1..n} dif(k, l)", "max_{l in 1..n} dif(k, l)"),
    "the change of the query left out": ("row", " + (Gam/2)*dif(k, i)", ""),
    "rows in no ball": ("row", "from stay, nW, nV, nU", "from nW, nV, nU"),
    "two rows change": ("total", "i = j or X[i] = X'[i]", "i = j or i = j + 1 or X[i] = X'[i]"),
    "the changed row in no ball": ("total", "from unit, one, row", "from one, row"),
    "a rate without exp": ("total", "define r := (1 + Gam)*exp(Gam)", "define r := (1 + Gam)"),
    "the last row changes": ("token", "let j : Nat in 1..n-1", "let j : Nat in 1..n"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FALSE)
def test_a_false_twin_is_not_proved(name: str) -> None:
    assert not proved(alone(*FALSE[name]))


NETWORK = """
theorem network
  let d, depth : Nat >= 1
  let L : Real >= 0
  let W : Seq[Matrix[d, d]]
  let x, y : Vector[d]
  define h(u, 0) := u
  define h(u, k+1) := relu(W[k]*h(u, k)) for k in 0..depth-1
  assume nW: forall k in 0..depth-1, ||W[k]||_op <= L
  claim none: 0 <= 0
  step own: forall k in 0..depth, ||h(x, k) - h(y, k)|| <= L^k*||x - y|| by induction(k) from nW
end
"""
LAYER = """
theorem layer
  let d, n : Nat >= 1
  let W, V : Matrix[d, d]
  let X, Y : Matrix[n, d]
  let i : Nat in 1..n
  assume rows: forall l in 1..n, ||X[l]|| <= 1 and ||Y[l]|| <= 1
  assume nW: ||W||_op <= 1
  assume nV: ||V||_op <= 2
  claim none: 0 <= 0
  step own: ||relu(softmax_rows(X*W*X.T)*X*V)[i] - relu(softmax_rows(Y*W*Y.T)*Y*V)[i]||
      <= (6*exp(2)/n)*sum_{l=1..n} ||X[l] - Y[l]|| + 2*||X[i] - Y[i]|| by softmax_lipschitz from rows, nW, nV
end
"""


@pytest.mark.parametrize("text", [NETWORK, LAYER])
def test_layers_move_as_far_as_their_norms_say(text: str) -> None:
    assert proved(text)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (NETWORK, "relu(W[k]*h(u, k))", "relu(2*W[k]*h(u, k))"),
        (NETWORK, "<= L^k", "<= L^(k+1)"),
        (NETWORK, "from nW", ""),
        (LAYER, "6*exp(2)", "4*exp(2)"),
        (LAYER, "6*exp(2)", "6"),
        (LAYER, " + 2*||X[i] - Y[i]||", ""),
        (LAYER, "||X[l]|| <= 1", "||X[l]|| <= 2"),
        (LAYER, "from rows, nW, nV", "from rows, nV"),
        (LAYER, "from rows, nW, nV", "from rows, nW"),
        (LAYER, "softmax_rows(Y*W*Y.T)", "softmax_rows(Y*V*Y.T)"),
    ],
)
def test_they_are_not_said_to_move_less(text: str, old: str, new: str) -> None:
    assert old in text
    assert not proved(text.replace(old, new))
