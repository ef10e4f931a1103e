"""A goal from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from boundkit.elaborate import elaborate_goal
from boundkit.errors import Diagnostic
from boundkit.ir.show import show, show_sort
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse_declaration, parse_expression
from boundkit.syntax.tree import Declared, Node


def read(
    goal: str, given: Sequence[str] = (), declared: Sequence[str] = ()
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    def formula(text: str) -> Node:
        node, errors = parse_expression(Source("goal", text))
        assert node is not None and errors == ()
        return node

    def declaration(text: str) -> Declared:
        node, errors = parse_declaration(Source("goal", text))
        assert node is not None and errors == ()
        return node

    return elaborate_goal(
        formula(goal),
        [formula(text) for text in given],
        [declaration(text) for text in declared],
        Source("goal", goal),
    )


def test_undeclared_numbers_are_real() -> None:
    theorem, errors = read("a*b <= (a^2 + b^2)/2")
    assert errors == ()
    assert theorem is not None and theorem.name == "goal"
    assert sorted(f"{d.name.text} : {show_sort(d.name.sort)}" for d in theorem.declarations) == [
        "a : Real",
        "b : Real",
    ]
    assert [statement.kind for statement in theorem.statements] == ["claim"]


def test_declarations_and_hypotheses_are_kept() -> None:
    theorem, errors = read("forall t in 1..n, w[t] <= c", ["c >= 1"], ["n : Nat >= 1", "w : Seq[Real]"])
    assert errors == ()
    assert theorem is not None
    assert [(h.label, show(h.formula)) for h in theorem.hypotheses] == [
        ("n.range", "1 <= n"),
        ("given1", "1 <= c"),
    ]


def test_an_unknown_function_is_an_error_not_a_number() -> None:
    theorem, errors = read("frob(a) <= 1")
    assert theorem is None
    assert [error.code for error in errors] == ["E0201"]
