"""Text to tree."""

from __future__ import annotations

import logging
import random
import sys
import time
from functools import cache
from pathlib import Path

import lark
import pytest

from boundkit.resources import grammar
from boundkit.source import Source
from boundkit.syntax import tree
from boundkit.syntax.format import format_file, show_expression
from boundkit.syntax.parse import parse, parse_declaration, parse_expression
from boundkit.syntax.tree import Chain, Form, Identifier, Link, Node, Numeral, Quantified

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.thm"))


def goal(text: str) -> Node:
    """The tree of a formula that has no errors."""
    source = Source("-", text)
    node, errors = parse_expression(source, aliases=False)
    assert node is not None, errors[0].show(source)
    return node


def clause(text: str) -> tree.Clause:
    """The tree of a clause in a theorem that has no errors."""
    source = Source("-", f"theorem t\n{text}\nend")
    file, errors = parse(source)
    assert not errors, errors[0].show(source)
    theorem = file.items[0]
    assert isinstance(theorem, tree.TheoremTree)
    return theorem.clauses[0]


@cache
def reference() -> lark.Lark:
    """A parser of whole files made from the grammar and nothing else."""
    text = grammar("thm.lark") + grammar("expr.lark")
    return lark.Lark(text, parser="lalr", lexer="basic", start=["file", "unread"])


def codes(text: str) -> list[str]:
    return [error.code for error in parse(Source("-", text))[1]]


x, y, a, b, c, n = (Identifier(name) for name in "xyabcn")
one = Numeral("1")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_have_no_syntax_errors(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    file, errors = parse(source)
    assert [error.show(source) for error in errors] == []
    assert isinstance(file.items[0], tree.TheoremTree | tree.FamilyTree)
    assert file.items[0].name.text == path.stem


def test_there_are_fifteen_examples() -> None:
    assert len(EXAMPLES) == 15


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_grammar_alone_accepts_the_examples(path: Path) -> None:
    """The rule `file` says what the cutting into clauses says."""
    assert reference().parse(path.read_text(encoding="utf-8"), start="file").data == "file"


def test_the_grammar_has_no_conflict(caplog: pytest.LogCaptureFixture) -> None:
    """Lark settles a shift/reduce conflict by shifting and says so only in its log."""
    lark.logger.addHandler(caplog.handler)
    level = lark.logger.level
    lark.logger.setLevel(logging.DEBUG)
    try:
        start = ["file", "clause", "prop", "declared", "unread"]
        lark.Lark(
            grammar("thm.lark") + grammar("expr.lark"), parser="lalr", lexer="basic", start=start, debug=True
        )
    finally:
        lark.logger.removeHandler(caplog.handler)
        lark.logger.setLevel(level)
    assert [record.message for record in caplog.records if "onflict" in record.message] == []


def test_a_relation_is_a_chain_with_one_link() -> None:
    assert goal("x <= 1") == Chain(x, (Link("<=", one),))


def test_a_justification_belongs_to_the_link_it_follows() -> None:
    node = goal("a <= b by r1 = c by lib.r2(x := 1) from S1, S2")
    assert isinstance(node, Chain)
    first, second = node.links
    assert first.by == tree.Justification(Identifier("r1"))
    assert second.by == tree.Justification(
        Identifier("lib.r2"), (tree.Named(x, one),), None, (Identifier("S1"), Identifier("S2"))
    )


def test_bars_open_where_an_operand_is_due_and_close_elsewhere() -> None:
    assert goal("||x - |y| || + |x|*|y|") == goal("||(x - |y|)|| + (|x|)*(|y|)")
    assert goal("| |x| - |y| |") == Form("abs", (Form("-", (Form("abs", (x,)), Form("abs", (y,)))),))


def test_angles_are_inner_products_where_an_operand_is_due() -> None:
    assert goal("a < <x, y>") == Chain(a, (Link("<", Form("inner", (x, y))),))
    assert goal("<x, y> > a") == Chain(Form("inner", (x, y)), (Link(">", a),))


def test_the_body_of_a_binder_is_one_product() -> None:
    total = Quantified("sum", (tree.Bound("range", (n,), Form("..", (one, x))),), Form("*", (a, b)))
    assert goal("sum_{n=1..x} a*b + c") == Form("+", (total, c))


def test_the_else_branch_is_one_product() -> None:
    branch = Form("if", (Chain(x, (Link("<", y),)), a, b))
    assert goal("if x < y then a else b + c") == Form("+", (branch, c))


def test_powers_group_to_the_right_and_signs_bind_less() -> None:
    assert goal("-a^b^c") == Form("neg", (Form("^", (a, Form("^", (b, c)))),))
    assert goal("a^-b") == Form("^", (a, Form("neg", (b,))))
    assert goal("a - b - c") == Form("-", (Form("-", (a, b)), c))
    assert goal("-a*b") == Form("*", (Form("neg", (a,)), b))


def test_connectives_bind_in_the_usual_order() -> None:
    assert goal("a or b and not c implies x iff y") == Form(
        "implies",
        (Form("or", (a, Form("and", (b, Form("not", (c,)))))), Form("iff", (x, y))),
    )


@pytest.mark.parametrize(
    ("text", "head"),
    [("(a, b)", "open"), ("(a, b]", "left_open"), ("[a, b)", "right_open"), ("[a, b]", "matrix")],
)
def test_the_four_intervals(text: str, head: str) -> None:
    node = goal(text)
    assert isinstance(node, Form)
    assert node.head == head


def test_a_matrix_is_made_of_rows() -> None:
    assert goal("[a, b; x, y]") == Form("matrix", (Form("row", (a, b)), Form("row", (x, y))))


def test_norms_carry_their_index() -> None:
    heads = [goal(f"||x||{index}").head for index in ("", "_op", "_fro", "_inf", "_1")]  # type: ignore[attr-defined]
    assert heads == ["norm", "norm_op", "norm_fro", "norm_inf", "norm_1"]


def test_laws_with_and_without_a_binder() -> None:
    assert goal("E[x given y, a]") == Form("E", (x, y, a))
    bound = tree.Bound("law", (x,), a)
    assert goal("Pr_{x ~ a}[x in b given c]") == Quantified("Pr", (bound,), Form("in", (x, b)), (c,))


def test_a_set_builder_keeps_its_condition() -> None:
    bounds = (tree.Bound("in", (a,), b),)
    assert goal("{ x for a in b where a < c }") == Quantified(
        "set", bounds, x, condition=Chain(a, (Link("<", c),))
    )


def test_functions_are_arguments() -> None:
    function = Quantified("fun", (tree.Bound("type", (x,), a),), Form("^", (x, Numeral("2"))))
    assert goal("b(c := fun x : a => x^2)") == Form("call", (b, tree.Named(c, function)))


def test_the_value_of_an_expression_at_a_point() -> None:
    assert goal("(a at x = 0) = b") == Chain(Form("at", (a, x, Numeral("0"))), (Link("=", b),))


def test_prefixes_nest() -> None:
    node = goal("with prob >= a over x and y, forall n in b, almost surely, c <= 1")
    inner = tree.AlmostSurely(Chain(c, (Link("<=", one),)))
    bound = tree.Bound("in", (n,), b)
    assert node == tree.WithProbability(">=", a, (x, y), Quantified("forall", (bound,), inner))


def test_a_property_with_a_limit() -> None:
    node = goal("a is O(b) as n -> inf uniformly in x, y")
    assert node == tree.Property(a, Identifier("O"), (b,), n, Form("infinity", ()), (x, y))


def test_a_membership_with_a_justification() -> None:
    node = goal("a in b by r")
    assert node == tree.Justified(Form("in", (a, b)), tree.Justification(Identifier("r")))


def test_constants_of_asymptotic_relations_may_depend_on_names() -> None:
    node = goal("a <~_{x, η} b")
    assert node == Chain(a, (Link("<~_{x,eta}", b),))


def test_a_restriction_after_an_arrow_belongs_to_the_codomain() -> None:
    node = clause("let a : x * y -> Real in [1, 1]")
    interval = Form("matrix", (Form("row", (one, one)),))
    codomain = Form("restrict", (Identifier("Real"), Form("in", (interval,))))
    assert node == tree.Let(tree.Declared((a,), Form("->", (Form("*", (x, y)), codomain))))


def test_clauses_of_every_kind() -> None:
    text = """use a.b
    axiom n1 "title"  let x, y : Real > 0  draw X ~ D^n for t in 1..n  draw v : Seq[Real]
      define w[t+1] := w[t] for t in 1..n  define g(x) := x^2  assume h: x is convex  claim c: x <= y
      step S1: x in y by r  conclude c by chain from S1  derive d: minimise c.rhs over x expect x = 1
      derive e: solve c.rhs <= x for y  derive f: compose a with b with c
      model m draw x ~ y  define z := 1  assume q: x <= 1  hunt x, y end  verdict PROVED end
    family f(d : Nat >= 1; r, s : Real > 0) : Vector[d] -> Real
      define value(x) := x  ensure value is convex end
    """
    file, errors = parse(Source("-", text))
    assert errors == ()
    use, axiom, family = file.items
    assert use == tree.UseTree(Identifier("a.b"))
    assert isinstance(axiom, tree.TheoremTree)
    assert isinstance(family, tree.FamilyTree)
    kinds = "Let Draw Draw Define Define Assume Claim Step Conclude Derive Derive Derive ModelTree Announced"
    assert [type(item).__name__ for item in axiom.clauses] == kinds.split()
    assert [type(item).__name__ for item in family.clauses] == ["Define", "Ensure"]
    assert (axiom.kind, axiom.title, len(family.parameters)) == ("axiom", "title", 2)


def test_both_spellings_of_a_sign_give_one_tree() -> None:
    pairs = {
        "∀ a ∈ b, ¬ x ≤ y ∧ x ≥ 1 ∨ a ≠ b": "forall a in b, not x <= y and x >= 1 or a != b",
        "∃ a ∈ b, x ⇒ y ⇔ c": "exists a in b, x implies y iff c",
        "∑_{n=1..x} a·b": "sum_{n=1..x} a*b",
        "∏_{n=1..x} ∑{n=1..x} a × b": "prod_{n=1..x} sum_{n=1..x} a*b",
        "𝔼[x] − ℙ_{x ∼ a}[x ≤ 1]": "E[x] - Pr_{x ~ a}[x <= 1]",
        "‖x‖_op ≲ ⟨x, y⟩": "||x||_op <~ <x, y>",
        "x is O(a) as n → ∞": "x is O(a) as n -> inf",
        "η·λ' + Δ1": "eta*lambda' + Delta1",
        "=\u0338".join(("x ", " y")): "x != y",
        "x′": "x'",
    }
    for unicode, ascii in pairs.items():
        assert goal(unicode) == goal(ascii), unicode


def test_lam_is_an_ordinary_name() -> None:
    assert goal("lam") != goal("λ") == Identifier("lambda")


def test_spans_count_characters_of_the_text_as_written() -> None:
    text = "∀ ε : ℝ, ‖ε‖ ≤ 1"
    node = goal(text)
    assert isinstance(node, Quantified)
    assert isinstance(node.body, Chain)
    first = node.body.first
    assert text[first.span.start : first.span.stop] == "‖ε‖"


def test_spans_include_parentheses() -> None:
    text = "a / (2*(n-1))"
    node = goal(text)
    assert isinstance(node, Form)
    assert text[node.parts[1].span.start : node.parts[1].span.stop] == "(2*(n-1))"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_node_lies_within_its_parent(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pending: list[Node] = [parse(Source("-", text))[0]]
    while pending:
        node = pending.pop()
        for name in vars(node):
            value = getattr(node, name)
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, Node):
                    assert node.span.start <= child.span.start < child.span.stop <= node.span.stop
                    pending.append(child)


def test_comments_are_kept_with_clauses() -> None:
    text = "# top\ntheorem t # head\n # above\n let x : Real # after\n # last\nend # end\n#=> PROVED\n"
    file, _ = parse(Source("-", text))
    theorem = file.items[0]
    assert isinstance(theorem, tree.TheoremTree)
    assert theorem.comments == ("# top", "# head")
    assert (theorem.clauses[0].comments, theorem.clauses[0].trailing) == (("# above",), "# after")
    assert (theorem.closing, theorem.trailing, file.closing) == (("# last",), "# end", ("#=> PROVED",))


def test_an_error_costs_one_clause() -> None:
    text = "theorem t\n let x : Real\n claim c: 2x <= \n step s: x == 1 by r\n claim d: x <= 1\nend\n"
    file, errors = parse(Source("-", text))
    assert [error.code for error in errors] == ["E0106", "E0118"]
    theorem = file.items[0]
    assert isinstance(theorem, tree.TheoremTree)
    assert [type(item).__name__ for item in theorem.clauses] == ["Let", "Claim"]


def test_errors_come_in_textual_order() -> None:
    text = "theorem t\n claim c: x +\n ensure x <= 1\ntheorem u\n claim d: y y\nend"
    assert codes(text) == ["E0111", "E0113", "E0105", "E0106"]


def test_a_misspelled_clause_is_read_as_it_was_meant() -> None:
    text = "theorm t\n let x : Real\n clam c: x <= 1\n asume h: x x\nEnd\n"
    file, errors = parse(Source("-", text))
    assert [error.code for error in errors] == ["E0114", "E0114", "E0114", "E0106", "E0114"]
    theorem = file.items[0]
    assert isinstance(theorem, tree.TheoremTree)
    assert [type(item).__name__ for item in theorem.clauses] == ["Let", "Claim"]


def test_other_spellings_are_accepted_in_a_goal_only() -> None:
    node, errors = parse_expression(Source("-", "log(x)**2 <= 1"))
    assert errors == ()
    assert node == goal("ln(x)^2 <= 1")
    assert codes("theorem t claim c: log(x) <= 1 end") == ["E0107"]
    assert codes("theorem t claim c: x**2 <= 1 end") == ["E0118"]


def test_a_declaration_alone() -> None:
    node, errors = parse_declaration(Source("-", "eta : Real > 0"))
    assert errors == ()
    assert node == tree.Declared((Identifier("eta"),), Identifier("Real"), ">", Numeral("0"))
    assert parse_declaration(Source("-", "eta Real"))[0] is None


@pytest.mark.parametrize("text", ["", " ", "\n", "# only a comment", "use a.b"])
def test_a_file_without_a_theorem_is_e0005(text: str) -> None:
    assert codes(text) == ["E0005"]


HOSTILE = {
    "parentheses": "theorem t claim c: " + "(" * 10_000 + "x" + ")" * 10_000 + " <= 1 end",
    "open parentheses": "theorem t claim c: " + "(" * 10_000,
    "binders": "theorem t claim c: " + "sum_{i=1..n} " * 10_000 + "x <= 1 end",
    "signs": "theorem t claim c: " + "-" * 10_000 + "x <= 1 end",
    "negations": "theorem t claim c: " + "not " * 10_000 + "x end",
    "powers": "theorem t claim c: " + "x^" * 10_000 + "x <= 1 end",
    "sums": "theorem t claim c: " + "x + " * 10_000 + "x <= 1 end",
    "quantifiers": "theorem t claim c: " + "forall x in K, " * 10_000 + "x <= 1 end",
    "bars": "theorem t claim c: " + "| " * 10_000 + "x",
    "norms": "theorem t claim c: " + "|" * 10_001 + "x" + "|" * 10_001,
    "angles": "theorem t claim c: " + "<" * 10_000 + "x",
    "closing": "theorem t claim c: x" + "| )] }" * 10_000,
    "branches": "theorem t claim c: " + "if x then " * 10_000 + "x",
    "calls": "theorem t claim c: f" + "(x)" * 10_000 + " <= 1 end",
    "braces": "theorem t claim c: <~_{" * 5_000,
    "words": "claim " * 20_000,
    "ends": "end " * 20_000,
    "theorems": "theorem t " * 10_000,
    "letters": "x" * 200_000,
    "names": "x " * 50_000,
    "primes": "x'" * 50_000,
    "digits": "9" * 200_000,
    "dots": "1." * 50_000,
    "exponent": "theorem t claim c: 1e" + "9" * 100_000 + " <= x end",
    "strings": '"' * 50_001,
    "open string": "theorem t " + '"a\n' * 20_000,
    "unknown": "$" * 50_000,
    "surrogates": "\ud800" * 1_000,
    "hashes": "#" * 200_000,
    "blank": " " * 200_000,
    "lines": "\n" * 200_000,
    "long line": "theorem t\n" + "claim c: x y " * 10_000 + "end",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_in_diagnostics(name: str) -> None:
    source = Source("-", HOSTILE[name])
    limit = sys.getrecursionlimit()
    begin = time.process_time()
    _, errors = parse(source)
    assert time.process_time() - begin < 10
    assert errors
    assert all(error.code.startswith("E0") and error.help for error in errors)
    assert all(len(error.show(source)) < 2_000 for error in errors[:100])
    assert sys.getrecursionlimit() == limit


def test_ten_megabytes_are_refused_at_once() -> None:
    begin = time.process_time()
    assert codes("theorem t\n" * 1_000_000) == ["E0003"]
    assert time.process_time() - begin < 1


WORDS = r"""
theorem lemma family model let draw define assume claim step ensure conclude derive hunt verdict end use
forall exists with prob over almost surely and or not implies iff in is by from given where for if then
else at as uniformly expect minimise solve compose inf fun x y f S1 E Pr E[ Pr_{ sum_{ min_{ 1 2.5 1e9
"s" ( ) [ ] { } | || < > <= >= = != <~ <~_{d} := : ; , . .. -> => ~ + - * / ^ _op # $ \ ∀ ‖ ⟨ η ²
"""


@pytest.mark.parametrize("seed", range(150))
def test_random_tokens_never_raise(seed: int) -> None:
    """What parses can also be written, and what does not has a diagnostic that can be shown."""
    draw = random.Random(seed)
    text = "theorem t\n" + " ".join(draw.choices([*WORDS.split(), "\n"], k=draw.randrange(1, 200)))
    source = Source("-", text)
    file, errors = parse(source)
    assert all(error.show(source) for error in errors)
    if not errors:
        format_file(file, source)
    for single in text.split("\n"):
        node, found = parse_expression(Source("-", single))
        assert (node is None) == bool(found)
        if node is not None:
            show_expression(node)
        parse_declaration(Source("-", single))


@pytest.mark.parametrize("seed", range(50))
def test_random_characters_never_raise(seed: int) -> None:
    draw = random.Random(seed)
    text = "".join(chr(draw.choice((draw.randrange(128), draw.randrange(0x11000)))) for _ in range(300))
    source = Source("-", text)
    assert all(error.show(source) for error in parse(source)[1])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_truncated_example_ends_in_diagnostics(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for stop in range(0, len(text), 97):
        source = Source("-", text[:stop])
        _, errors = parse(source)
        assert all(error.show(source) for error in errors)


def test_a_hundred_lines_are_read_fast() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    parse(Source("-", ""))
    lines = text.count("\n")
    begin = time.process_time()
    parse(Source("-", text))
    assert (time.process_time() - begin) * 100 / lines < 0.2
