"""Whatever the text, the elaborator answers with diagnostics: it neither raises nor runs away."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from boundkit.elaborate import elaborate, elaborate_goal
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.syntax.tree import Chain, Form, Identifier, Link, Node, Numeral

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.thm"))
TOKEN = re.compile(r"\s+|[A-Za-z_]\w*'*|\d+(?:\.\d+)?|\|\||<=|>=|:=|->|\.\.|<~|!=|.", re.DOTALL)
WORDS = [
    token for path in EXAMPLES for token in TOKEN.findall(path.read_text(encoding="utf-8")) if token.strip()
]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_text_with_words_changed_gives_diagnostics_only(path: Path) -> None:
    chance = random.Random(path.stem)
    tokens = TOKEN.findall(path.read_text(encoding="utf-8"))
    for _ in range(12):
        changed = list(tokens)
        for _ in range(chance.choice((1, 1, 2, 5))):
            place = chance.randrange(len(changed))
            changed[place] = chance.choice(
                (chance.choice(WORDS), "", changed[chance.randrange(len(changed))])
            )
        source = Source("changed.thm", "".join(changed))
        results, diagnostics = elaborate(parse(source)[0], source)
        assert all(re.fullmatch(r"E\d{4}", diagnostic.code) for diagnostic in diagnostics)
        assert all(diagnostic.show(source) for diagnostic in diagnostics)
        assert len(results) <= 3


@pytest.mark.parametrize(("count", "expected"), [(150, []), (2000, ["E0220"]), (20000, ["E0220"])])
def test_a_long_sum_is_read_or_refused_but_never_overflows(count: int, expected: list[str]) -> None:
    node: Node = Identifier("a")
    for _ in range(count):
        node = Form("+", (node, Identifier("b")))
    goal = Chain(node, (Link("<=", Numeral("1")),))
    theorem, diagnostics = elaborate_goal(goal, (), (), Source("goal", "a"))
    assert [diagnostic.code for diagnostic in diagnostics] == expected
    assert (theorem is None) == bool(expected)


def test_definitions_that_rest_on_each_other_in_a_long_row_are_read() -> None:
    lines = ["theorem t", "  let x : Real", "  define a0 := x"]
    lines += [f"  define a{place + 1} := a{place}/2 + 1" for place in range(400)]
    lines += ["  claim c: a400 <= (a400 at x = 0)", "end"]
    source = Source("long.thm", "\n".join(lines))
    _, diagnostics = elaborate(parse(source)[0], source)
    assert {diagnostic.code for diagnostic in diagnostics} <= {"E0220"}


def test_large_powers_in_sizes_are_not_computed() -> None:
    lines = ["theorem t", "  let n : Nat", "  let x : Vector[(n + 1)^(10^9)]", "  let y : Vector[10^10^10]"]
    source = Source("large.thm", "\n".join([*lines, "  claim c: x = y", "end"]))
    _, diagnostics = elaborate(parse(source)[0], source)
    assert [diagnostic.code for diagnostic in diagnostics] == ["E0205"]


@pytest.mark.parametrize("code", ["__import__('os')", "().__class__", "eval(1)", "lambda: 0"])
def test_code_is_nothing_but_text(code: str) -> None:
    source = Source("code.thm", f"theorem t\n  claim c: {code} <= 1\nend\n")
    tree, errors = parse(source)
    _, diagnostics = elaborate(tree, source)
    assert errors or diagnostics
