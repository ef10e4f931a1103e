"""What a person is told about a malformed text: the table `grammar/mistakes.toml`, entry by entry."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from boundkit.resources import grammar
from boundkit.source import Source
from boundkit.syntax.parse import parse

TABLE: list[dict[str, Any]] = tomllib.loads(grammar("mistakes.toml"))["mistake"]


def text(mistake: dict[str, Any]) -> str:
    return mistake.get("text") or f"theorem a\n  {mistake['clause']}\nend\n"


def name(mistake: dict[str, Any]) -> str:
    return f"{mistake['code']}-{mistake.get('clause', 'file')}"


@pytest.mark.parametrize("mistake", TABLE, ids=name)
def test_each_mistake_gets_the_message_it_deserves(mistake: dict[str, Any]) -> None:
    _, errors = parse(Source("a.thm", text(mistake)))
    first, *others = errors
    assert (mistake["code"], mistake["message"], mistake["help"]) == (first.code, first.message, first.help)
    assert mistake.get("fix", False) == first.fix
    assert mistake.get("others", []) == [error.code for error in others]


def test_the_table_has_every_syntax_error() -> None:
    assert {mistake["code"] for mistake in TABLE} >= {f"E01{number:02}" for number in range(1, 22)}


@pytest.mark.parametrize("mistake", TABLE, ids=name)
def test_every_message_names_a_place_and_one_remedy(mistake: dict[str, Any]) -> None:
    source = Source("a.thm", text(mistake))
    for error in parse(source)[1]:
        assert error.help
        assert not error.message.endswith(".")
        assert error.show(source).startswith("a.thm:")
        assert 0 <= error.span.start < error.span.stop


def shown(text: str) -> str:
    source = Source("a.thm", text)
    return "\n".join(error.show(source) for error in parse(source)[1])


def test_a_bar_inside_a_norm() -> None:
    before = "theorem t\n  let x : Seq[Real]\n  let y : Real\n"
    assert shown(before + "  claim c: x[1] <= ||x| - |y||\nend\n") == (
        "a.thm:4:23: error[E0101]: `|` cannot continue the norm opened by `||` at column 20\n"
        "4 |   claim c: x[1] <= ||x| - |y||\n"
        "  |                       ^ fix: write `| |x| - |y| |`"
    )


def test_a_bar_in_a_conditional_expectation() -> None:
    assert shown("theorem t\n\n\n\n\n\n  claim c: E[X | Y] <= 1\nend\n") == (
        "a.thm:7:16: error[E0102]: `|` cannot follow a complete expression; conditioning is written `given`\n"
        "7 |   claim c: E[X | Y] <= 1\n"
        "  |                ^ fix: `E[X given Y]`"
    )


def test_a_theorem_that_is_not_closed() -> None:
    clauses = "".join(f"  let x{i} : Real\n" for i in range(14))
    blank = "\n" * 13
    assert shown(f"\n\ntheorem pac_bayes\n{clauses}{blank}theorem chaining\nend\n") == (
        "a.thm:31:1: error[E0105]: theorem `pac_bayes` (line 3) is not closed before the next theorem\n"
        "31 | theorem chaining\n"
        "   | ^^^^^^^ fix: insert `end` before this line "
        "(the 14 clauses above were checked as if it were there)"
    )


def test_an_unclosed_bracket_is_reported_where_it_was_opened() -> None:
    assert shown("theorem t\n  claim c: f(x,\n    g(y) <= 1  by algebra(z)\nend\n").startswith(
        "a.thm:2:13: error[E0103]: `(` is not closed before `by`"
    )


@pytest.mark.parametrize("word", ["step", "model", "end", "over", "in", "given"])
def test_a_reserved_word_is_one_error(word: str) -> None:
    source = Source("-", f"theorem t\n let {word} : Real\n claim c: 1 <= 2\nend")
    assert [error.code for error in parse(source)[1]] == ["E0112"]


def test_a_long_line_is_shown_around_the_place() -> None:
    text = "theorem t claim c: " + "x <= 1 and " * 50 + "x y and" + " x <= 1 and" * 50 + " x end"
    head, excerpt, caret = shown(text).split("\n")
    assert head.startswith("a.thm:1:572: error[E0106]")
    assert excerpt.startswith("1 | ...")
    assert excerpt.endswith("...")
    assert excerpt[caret.index("^")] == "y"
