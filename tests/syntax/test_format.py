"""Tree to text: the canonical layout, and that nothing is lost on the way."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.source import Source
from boundkit.syntax.format import format_file, show_expression
from boundkit.syntax.layout import WIDTH
from boundkit.syntax.parse import parse, parse_expression
from boundkit.syntax.scan import comments, scan
from boundkit.syntax.tree import (
    AlmostSurely,
    Bound,
    Chain,
    FileTree,
    Form,
    Identifier,
    Justification,
    Justified,
    Link,
    Named,
    Node,
    Numeral,
    Property,
    Quantified,
    WithProbability,
)

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.thm"))
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def read(text: str) -> FileTree:
    source = Source("-", text)
    file, errors = parse(source)
    assert not errors, errors[0].show(source)
    return file


def formatted(text: str) -> str:
    return format_file(read(text), Source("-", text))


def remarks(text: str) -> list[str]:
    source = Source("-", text)
    return sorted(comment.text for comment in comments(source, scan(source)))


def laid_out(clause: str) -> str:
    """A clause of a theorem in canonical form, without the margin of two."""
    lines = formatted(f"theorem t\n{clause}\nend\n").splitlines()
    return "\n".join(line[2:] for line in lines[1:-1])


def shown(text: str) -> str:
    node, errors = parse_expression(Source("-", text))
    assert node is not None, errors
    return show_expression(node)


@each_example
def test_formatting_keeps_the_tree(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read(formatted(text)) == read(text)


@each_example
def test_formatting_twice_changes_nothing(path: Path) -> None:
    once = formatted(path.read_text(encoding="utf-8"))
    assert formatted(once) == once


@each_example
def test_formatting_keeps_every_comment(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert remarks(formatted(text)) == remarks(text)


@each_example
def test_only_what_cannot_be_broken_is_wider_than_the_limit(path: Path) -> None:
    """A declaration, a rule with its arguments, a definition and a string are not broken."""
    for line in formatted(path.read_text(encoding="utf-8")).splitlines():
        code = line.partition("#")[0].rstrip()
        assert len(code) <= WIDTH or code.lstrip().startswith(("by ", "define "))


@each_example
def test_line_breaks_in_the_text_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pieces = [text[token.span.start : token.span.stop] for token in scan(Source("-", text))]
    draw = random.Random(path.stem)
    broken = "".join(piece + draw.choice((" ", "  ", "\t", "\n")) for piece in pieces)
    assert formatted(broken).replace("\n\n", "\n") == formatted(" ".join(pieces))


@each_example
@pytest.mark.parametrize("seed", range(4))
def test_comments_anywhere_are_kept_in_one_pass(path: Path, seed: int) -> None:
    text = path.read_text(encoding="utf-8")
    draw = random.Random(f"{path.stem} {seed}")
    result, last = "", 0
    for number, token in enumerate(scan(Source("-", text))):
        result += text[last : token.span.stop]
        last = token.span.stop
        if draw.random() < 0.15:
            result += draw.choice((" # {}\n", "\n # {}\n", "\n\n# {}\n\n", "#{}\n")).format(number)
    result += text[last:]
    once = formatted(result)
    assert remarks(once) == remarks(result)
    assert read(once) == read(result)
    assert formatted(once) == once


def test_one_clause_a_line_and_two_blanks_before_by() -> None:
    text = 'theorem  t "x"\nlet x:Real>0 step S : x^2>=0   by algebra end'
    assert formatted(text) == 'theorem t "x"\n  let x : Real > 0\n  step S: x^2 >= 0  by algebra\nend\n'


def test_a_calculation_is_broken_at_its_links_with_by_in_one_column() -> None:
    assert laid_out("step curv: diff(psi, s, 2) = q*(1 - q) by calculus <= 1/4 by algebra") == (
        "step curv: diff(psi, s, 2)\n       = q*(1 - q)  by calculus\n      <= 1/4        by algebra"
    )


def test_a_long_justification_goes_to_the_next_line() -> None:
    relation = "f(xxxxxxxxxxxxxxxxxxxx) <= g(yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy) + 1"
    assert laid_out(f"step S: {relation} by hoeffding from one, two, three") == (
        f"step S: {relation}\n    by hoeffding from one, two, three"
    )


def test_a_long_formula_is_broken_after_its_prefixes() -> None:
    prefix = "with prob >= 1 - delta over S, forall Q : Dist[H],"
    relation = "E_{h ~ Q}[L(h)] <= E_{h ~ Q}[Lhat(h)] + sqrt(KL(Q, P)/(2*n))"
    assert laid_out(f"claim c: {prefix} {relation}") == f"claim c: {prefix}\n    {relation}"


def test_a_comment_after_a_link_stays_there() -> None:
    text = "step S: a  # first\n  <= b  by r  # second\n  <= c  by s  # third"
    assert laid_out(text) == "step S: a  # first\n      <= b  by r  # second\n      <= c  by s  # third"


def test_a_comment_inside_an_expression_moves_above_its_clause() -> None:
    assert laid_out("define x := 1 + # why\n 2") == "# why\ndefine x := 1 + 2"


def test_blank_lines_are_kept_but_one_at_a_place() -> None:
    text = "theorem t\n\n\n let x : Real\n\n\n\n # about y\n let y : Real\n let z : Real\n\nend"
    assert laid_out(text.removeprefix("theorem t").removesuffix("end")) == (
        "\nlet x : Real\n\n# about y\nlet y : Real\nlet z : Real"
    )


def test_theorems_are_separated_by_one_blank_line_and_keep_their_outcome() -> None:
    outcome = "#=> PROVED\n#   really\n"
    text = f"use a\n# first\ntheorem t end\n{outcome}\n\n# second\ntheorem u end # done\ntheorem v end"
    assert formatted(text) == (
        f"use a\n# first\ntheorem t\nend\n{outcome}\n# second\ntheorem u\nend  # done\n\ntheorem v\nend\n"
    )


def test_unicode_becomes_ascii() -> None:
    ascii = "claim c: forall epsilon in K, ||epsilon|| <= E[eta*lambda]"
    assert laid_out("claim c: ∀ ε ∈ K, ‖ε‖ ≤ 𝔼[η·λ]") == ascii


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a))+(b*c)", "a + b*c"),
        ("(a-b)-(c-d)", "a - b - (c - d)"),
        ("(1/n)*x", "(1/n)*x"),
        ("a/(b*c)", "a/(b*c)"),
        ("(a^b)^c", "(a^b)^c"),
        ("a^(b^c)", "a^b^c"),
        ("2^-k", "2^(-k)"),
        ("-(a*b)", "-(a*b)"),
        ("(-a)*b", "-a*b"),
        ("(sum_{i=1..n} x)*y", "(sum_{i=1..n} x)*y"),
        ("x*(sum_{i=1..n} y)", "x * sum_{i=1..n} y"),
        ("sum_{i=1..n} (x + y)", "sum_{i=1..n} (x + y)"),
        ("if a<b then (c+d) else (e+f)", "if a < b then c + d else (e + f)"),
        ("| |x|-1|", "| |x| - 1 |"),
        ("w[ t+1 ]", "w[t+1]"),
        ("1..n", None),
        ("f(1..n-1, g := fun x : Real => x^2)", "f(1..n-1, g := fun x : Real => x^2)"),
        ("(forall x in K, x<=1) and y<=2", "(forall x in K, x <= 1) and y <= 2"),
        ("not (a and b)", "not (a and b)"),
        ("(a implies b) implies c", "(a implies b) implies c"),
        ("{u-v for u in A,v in B where u<=v}", "{ u - v for u in A, v in B where u <= v }"),
    ],
)
def test_parentheses_are_those_that_are_needed(text: str, canonical: str | None) -> None:
    if canonical is None:
        assert parse_expression(Source("-", text))[0] is None
    else:
        assert shown(text) == canonical


def test_a_head_that_the_language_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no such head: nabla"):
        show_expression(Form("nabla", (Identifier("x"),)))


names = st.sampled_from([Identifier(text) for text in ("x", "y", "f", "S1", "eta", "X'", "w_bar", "e", "E2")])
numerals = st.sampled_from([Numeral(text) for text in ("0", "1", "2.5", "1e-3", "10")])
signs = st.sampled_from(["<=", "<", ">=", ">"])
some_names = st.lists(names, min_size=1, max_size=2).map(tuple)


def several(of: st.SearchStrategy[Any], least: int = 1, most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


def form(head: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    return st.tuples(*parts).map(lambda found: Form(head, found))


def larger(e: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Every kind of node, one level above the given ones."""
    spans = form("..", e, e)
    sets = e | spans
    restricted = form("restrict", e, signs.flatmap(lambda sign: form(sign, e)) | form("in", sets))
    arrows = form("->", e, e | restricted)
    limits = st.tuples(signs | st.just("!="), e) | st.tuples(st.just("in"), sets) | st.just(("", None))
    bounds = (
        st.builds(Bound, st.just("in"), some_names, sets)
        | st.builds(lambda n, t, r: Bound("type", n, t, *r), some_names, e, limits)
        | st.builds(Bound, st.just("type"), some_names, arrows)
        | st.builds(Bound, st.just("law"), some_names, e)
        | st.builds(Bound, st.just("relation"), some_names, e, signs)
        | st.builds(Bound, st.just("range"), some_names, spans)
    )
    functions = st.builds(Quantified, st.just("fun"), several(bounds), e)
    values = sets | arrows | functions
    arguments = several(values | st.builds(Named, names, values))
    references = st.none() | st.just("A. B, 1")
    by = st.builds(Justification, names, arguments | st.just(()), references, several(names, 0))
    links = st.builds(Link, signs | st.sampled_from(["=", "!=", "<~", "<~_{x,y}"]), e, st.none() | by)
    chains = st.builds(Chain, e, several(links))
    properties = st.builds(Property, e, names, arguments | st.just(())) | st.builds(
        Property, e, names, arguments, names, e, several(names, 0)
    )
    members = form("in", e, sets)
    formulas = (
        chains | members | properties | st.builds(Justified, members | properties, by)
        | form("not", e) | form("and", e, e) | form("or", e, e) | form("implies", e, e) | form("iff", e, e)
        | st.builds(Quantified, st.sampled_from(["forall", "exists"]), several(bounds, 1, 1), e)
        | st.builds(WithProbability, signs, e, several(names, 0), e) | st.builds(AlmostSurely, e)
    )  # fmt: skip
    laws = st.sampled_from(["E", "Pr", "Var"])
    binders = ["sum", "prod", "min", "max", "sup", "inf", "argmin", "argmax", "avg", "integral"]
    rows = several(e).map(lambda found: Form("row", found))
    expressions = (
        st.one_of(*(form(head, e, e) for head in ("+", "-", "*", "/", "^", "inner")))
        | st.one_of(*(form(head, e, e) for head in ("open", "left_open", "right_open")))
        | st.one_of(*(form(head, e) for head in ("neg", "abs", "norm", "norm_op", "norm_1")))
        | st.builds(lambda f, found: Form("call", (f, *found)), e, arguments)
        | st.builds(lambda f, found: Form("index", (f, *found)), e, arguments)
        | form("attr", e, names) | form("at", e, names, e) | form("if", e, e, e)
        | several(e, 0).map(lambda found: Form("set", found))
        | several(rows).map(lambda found: Form("matrix", found))
        | st.builds(lambda law, body, givens: Form(law, (body, *givens)), laws, e, several(e, 0))
        | st.builds(Quantified, laws, several(bounds), e, several(e, 0))
        | st.builds(Quantified, st.sampled_from(binders), several(bounds), e)
        | st.builds(lambda b, e, p: Quantified("set", b, e, condition=p), several(bounds), e, st.none() | e)
    )  # fmt: skip
    return expressions | formulas


trees = st.recursive(names | numerals | st.just(Form("infinity", ())), larger, max_leaves=12)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(trees)
def test_text_of_a_tree_parses_to_the_tree(node: Node) -> None:
    text = show_expression(node)
    found, errors = parse_expression(Source("-", text), aliases=False)
    assert not errors, errors[0].show(Source("-", text))
    assert found == node
    assert show_expression(found) == text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(trees)
def test_layout_of_a_formula_keeps_its_tree(node: Node) -> None:
    text = f"theorem t\n  step S: {show_expression(node)}\nend\n"
    once = formatted(text)
    assert read(once) == read(text)
    assert formatted(once) == once
