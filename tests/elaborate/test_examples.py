"""Every example elaborates without an error, to the sorts and statements that are meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.show import show, show_sort
from boundkit.ir.terms import Apply, Bind, canonical
from boundkit.ir.theorems import Family, Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.thm"))
Example = Callable[[str], Theorem]


def library() -> dict[str, Theorem]:
    text = (Path(__file__).parents[1] / "examples" / "gd_convex_lipschitz.thm").read_text(encoding="utf-8")
    source = Source("gd.thm", text)
    results, _ = elaborate(parse(source)[0], source, {})
    return {result.name: result for result in results if isinstance(result, Theorem)}


def elaborated(text: str) -> tuple[Theorem | Family, ...]:
    source = Source("example.thm", text)
    tree, errors = parse(source)
    assert errors == ()
    results, diagnostics = elaborate(tree, source, library())
    assert [diagnostic.message for diagnostic in diagnostics] == []
    return results


def formulas(result: Theorem | Family) -> list[str]:
    if isinstance(result, Family):
        return [canonical(term) for term in result.ensures]
    claims = [statement.formula for statement in result.statements]
    return [canonical(term) for term in (*(h.formula for h in result.hypotheses), *claims)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_no_error(path: Path) -> None:
    assert len(elaborated(path.read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_blanks_and_line_ends_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"#[^\n]*", "", re.sub(r'(theorem \w+) "[^"]*"', r"\1", text))
    spaced = re.sub(r"(?<=[\w)\]]) ([<>=+*/-]+) (?=[\w(\[|])", r"\n   \1\n ", bare)
    assert [formulas(r) for r in elaborated(text)] == [formulas(r) for r in elaborated(spaced)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_names_of_bound_variables_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    bound = sorted(set(re.findall(r"(?:sum|forall)(?:_\{| )([a-z])\b(?=(?:=| in 1\.\.))", text)))
    renamed = text
    for name in bound:
        if len(re.findall(rf"\b(?:let|draw|define) [^:]*\b{name}\b", text)) == 0:
            renamed = re.sub(rf"(?<![\w.]){name}(?![\w'])", f"{name}{name}", renamed)
    assert [formulas(r) for r in elaborated(text)] == [formulas(r) for r in elaborated(renamed)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_printed_elaborates_to_the_same_statement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = elaborated(text)[0]
    if isinstance(first, Family):
        return
    printed = text
    for statement in reversed(first.statements):
        start, stop = statement.span.start, statement.span.stop
        clause = f"{statement.kind} {statement.label}: {show(statement.formula)}"
        printed = printed[:start] + clause + printed[stop:]
    second = elaborated(printed)[0]
    assert isinstance(second, Theorem)
    assert [show(s.formula) for s in first.statements] == [show(s.formula) for s in second.statements]
    assert formulas(first) == formulas(second)


@pytest.mark.parametrize(
    ("name", "sorts"),
    [
        (
            "gd_convex_lipschitz",
            {"w": "Seq[Vector[d]]", "wbar": "Vector[d]", "f": "Vector[d] -> Real", "T": "Nat"},
        ),
        ("pac_bayes", {"S": "Z^n", "L": "H -> Real", "Phi": "ExtReal", "delta": "Real", "D": "Dist[Z]"}),
        ("linear_attention_is_gd", {"risk": "Matrix[q, p] * Seq[Vector[p]] * Seq[Vector[q]] -> Real"}),
        ("transformer_stability", {"TF": "Matrix[n, d] * Nat -> Matrix[n, d]", "dif": "Nat * Nat -> Real"}),
        ("chaining", {"C": "Seq[FiniteSet[Vector[m]]]", "astar": "Vector[m]", "N": "Real -> Nat"}),
        (
            "chaining",
            {"sigma": "Vector[m]", "b": "Seq[Vector[m]]", "Rad": "Real", "A": "FiniteSet[Vector[m]]"},
        ),
        ("hallucination_inevitable", {"f": "Nat -> Nat", "h": "Seq[Nat -> Nat]"}),
        ("parity_gap_transfer", {"gap": "Seq[Dist[Vector[d]]] -> Real", "S": "Seq[Dist[Vector[d]]]"}),
        ("uniform_stability", {"A": "(Z^n) -> H", "g": "Nat -> Real", "R": "Real"}),
        ("dp_generalises", {"A": "(Z^n) -> Dist[H]", "h": "H", "z'": "Z"}),
        ("oops", {"X": "Real^n", "dev": "Real", "D": "Dist[Real]"}),
    ],
)
def test_names_have_the_sorts_that_are_meant(example: Example, name: str, sorts: dict[str, str]) -> None:
    theorem = example(name)
    assert {text: show_sort(theorem.sort_of(text)) for text in sorts} == sorts


def test_ranges_are_hypotheses_and_a_nat_without_one_has_none(example: Example) -> None:
    theorem = example("gd_convex_lipschitz")
    assert show(theorem.hypothesis["T.range"].formula) == "1 <= T"
    assert show(theorem.hypothesis["eta.range"].formula) == "0 < eta"
    assert theorem.hypothesis["eta.range"].origin == "range"
    losses = example("float32_nets").hypothesis["loss.range"].formula
    assert show(losses) == "forall x in H, forall y in Z, loss(x, y) in [0, 1]"
    assert show(example("oops").hypothesis["D.range"].formula) == "Pr_{x ~ D}[x in [0, 1]] = 1"


def test_a_chain_has_a_link_for_each_relation_with_its_own_reason(example: Example) -> None:
    links = example("gd_convex_lipschitz").statement["S4"].links
    assert [link.by.rule for link in links if link.by] == ["telescope", "algebra"]
    assert [link.by.premises for link in links if link.by] == [("S3",), ()]


def test_prefixes_are_outermost_first(example: Example) -> None:
    prefix = example("pac_bayes").statement["S7"].prefix
    assert [part.head for part in prefix if isinstance(part, Apply | Bind)] == ["with_probability", "forall"]
    guarded = example("dp_generalises").statement["layer"].prefix
    assert [part.head for part in guarded if isinstance(part, Apply | Bind)] == ["forall"] * 3 + ["implies"]


def test_a_single_reason_after_a_conjunction_is_the_reason_for_all_of_it(example: Example) -> None:
    links = example("transformer_stability").statement["stay"].links
    assert len(links) == 1
    assert links[0].by is not None and links[0].by.rule == "induction"
    assert isinstance(links[0].relation, Apply) and links[0].relation.head == "and"


def test_an_expression_at_a_point_is_substituted_unless_it_differentiates(example: Example) -> None:
    theorem = example("hoeffding_lemma_scalar")
    assert show(theorem.statement["value"].formula) == "ln(1 - p + p*exp(0)) - p*0 = 0"
    slope = theorem.statement["slope"].links[0].relation
    assert isinstance(slope, Apply) and isinstance(slope.args[0], Apply) and slope.args[0].head == "at"


def test_a_derivation_refers_to_sides_and_to_earlier_derivations(example: Example) -> None:
    tuned, samples = example("gd_convex_lipschitz").derivations
    assert show(tuned.subject) == "B^2/(2*eta*T) + eta*rho^2/2"
    assert tuned.expected is not None
    assert show(tuned.expected) == "eta = B/(rho*sqrt(T)) and tuned.rhs = B*rho/sqrt(T)"
    assert show(samples.subject) == "tuned.rhs <= eps"
    assert samples.variable is not None and samples.variable.text == "T"


def test_a_model_pairs_targets_with_families(example: Example) -> None:
    (model,) = example("gd_convex_lipschitz").models
    drawn = [f"{show(target)} ~ {show(law)}" for target, law, _ in model.draws]
    assert drawn[0] == "d ~ uniform(1..5)"
    assert drawn[3] == "f ~ planted_max_affine(argmin := wstar, lip := rho, pieces := 1..6)"
    assert [show(guard) for guard in model.draws[4][2]] == ["1 <= t", "t <= T"]
    assert model.hunted == ("f", "wstar", "v", "eta")


def test_blocks_of_zeros_take_their_sizes_from_their_neighbours(example: Example) -> None:
    by = example("linear_attention_is_gd").statement["update"].by
    assert by is not None
    blocks = dict(by.named)["V"]
    assert isinstance(blocks, Apply)
    assert [show_sort(entry.sort) for entry in blocks.args[2:]] == [
        "Matrix[p, p]",
        "Matrix[p, q]",
        "Matrix[q, p]",
        "Matrix[q, q]",
    ]
    assert show_sort(blocks.sort) == "Matrix[p + q, p + q]"


def test_the_order_is_that_of_conclusions(example: Example) -> None:
    assert example("oops").order == ("up", "down", "tail")


def test_a_family_has_its_parameters_and_what_it_ensures() -> None:
    path = next(path for path in EXAMPLES if path.stem == "huber")
    (family,) = elaborated(path.read_text(encoding="utf-8"))
    assert isinstance(family, Family)
    assert [parameter.text for parameter in family.parameters] == ["d", "rho", "c", "a"]
    assert show_sort(family.sort) == "Vector[d] -> Real"
    assert [show(term) for term in family.ensures] == ["value is convex", "value is Lipschitz(rho)"]
    assert [definition.name.text for definition in family.definitions] == ["value", "subgrad"]
