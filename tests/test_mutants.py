"""Single-point mutants of the theorems that are proved: a constant scaled by 0.9, a relation or sign turned
round, an exponent raised, an index shifted. One that is proved follows from the statement that it changes, or
is listed here as true, with the reason; and none that is proved is violated at an instance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from boundkit import resources
from boundkit.attack import attack
from boundkit.discover import shelf
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Reason, Theorem
from boundkit.library import Library
from boundkit.plan import attempt, obligations
from boundkit.proofs import Proved, prove_theorem, read_certificates
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read

SAMPLED = 700
"""One of so many mutants is tried by default; `-m slow` tries all."""

CLAUSE = re.compile(r"^  (?:claim|step) (\w+):((?:.|\n(?!  \w))*)", re.MULTILINE)
JUSTIFICATION = re.compile(r"\bby \w+.*", re.DOTALL)

EDITS: tuple[tuple[str, str, str], ...] = (
    ("scaled", r"(?<![\w.^\[(+-])(\d+)(?![\w.\]])(?!\.\.)", r"(9/10*\1)"),
    ("turned", r" <= ", " >= "),
    ("turned", r" >= ", " <= "),
    ("turned", r"(?<=[\w)\]|>]) \+ ", " - "),
    ("turned", r"(?<=[\w)\]|>]) - ", " + "),
    ("raised", r"\^2\b", "^3"),
    ("shifted", r"\[([tk])\]", r"[\1+1]"),
    ("shifted", r"\[([tkT])\+1\]", r"[\1]"),
)

TRUE: dict[str, str] = {
    "rademacher_bound.second scaled: with prob >= 1 - delta/(9/10*2) over S, E[E_{sigma ~ Rademacher^n}"
    "[max_{g in H} cor(sigma, g, S)]] <= E_{sigma ~ Rademacher^n}[max_{g in H} cor(sigma, g, S)] + r": (
        "the probability that is claimed is smaller: 1 - delta/1.8 < 1 - delta/2"
    ),
    "strongly_convex_not_lipschitz.second scaled: f(t*e) - f((1/(9/10*2))*(t*e)) <= rho*t/2": (
        "the two points are nearer: the distance is 4*t/9, and rho*t/2 was to bound rho times it"
    ),
    "stable_sequence.part turned: forall p in 1..n, forall m in 0..n, sum_{i=1..m} own(i, p) >= "
    "if p <= m then B else 0": "own(i, p) is B at i = p and 0 elsewhere, so both sides are equal",
}


@dataclass(frozen=True)
class Mutant:
    """A theorem's text with one edit inside one of its statements."""

    path: Path
    label: str
    kind: str
    line: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.path.stem}.{self.label} {self.kind}: {' '.join(self.line.split())}"


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of the statements of a file, in order."""
    text = path.read_text(encoding="utf-8")
    for clause in CLAUSE.finditer(text):
        start, formula = clause.start(2), JUSTIFICATION.sub("", clause[2])
        for kind, pattern, replacement in EDITS:
            for place in re.finditer(pattern, formula):
                changed = formula[: place.start()] + place.expand(replacement) + formula[place.end() :]
                whole = text[:start] + changed + text[start + len(formula) :]
                yield Mutant(path, clause[1], kind, changed, whole)


def files() -> list[Path]:
    """The theorems of the library that announce no other verdict than PROVED."""
    found = sorted(resources.library().rglob("*.thm"))
    return [path for path in found if "\n  verdict " not in path.read_text(encoding="utf-8")]


@cache
def library() -> Library:
    """The theorems that are shipped, replayed when a rule asks for one."""

    def proved(theorem: Theorem, laws: Library, path: Path) -> Proved:
        return prove_theorem(theorem, laws, read_certificates(path).get(theorem.name, {}))

    return Library(resources.library(), proved)


@cache
def original(path: Path) -> tuple[Theorem, Proved, dict[str, Any]]:
    """A theorem, its proofs, and their certificates by node."""
    theorem = library().theorems_of(path)[0]
    proved = prove_theorem(theorem, library(), read_certificates(path).get(theorem.name, {}))
    kept = {node: entry for one in proved.statements.values() for node, entry in one.certificates.items()}
    return theorem, proved, kept


def elaborated(mutant: Mutant) -> Theorem | None:
    """The mutant as a theorem; None when the edit leaves no statement that makes sense."""
    source = Source(str(mutant.path), mutant.text)
    tree, wrong = parse(source)
    if wrong:
        return None
    reached, _ = library().theorems_for(tree)
    entries, more = elaborate(tree, source, reached)
    if any(diagnostic.severity == "error" for diagnostic in more):
        return None
    return next(entry for entry in entries if isinstance(entry, Theorem))


def is_proved(mutant: Mutant) -> bool:
    """Whether the prover closes the statement that was changed."""
    theorem = elaborated(mutant)
    if theorem is None:
        return False
    _, _, kept = original(mutant.path)
    found = prove_theorem(theorem, library(), kept, only=mutant.label)
    if not found.statements[mutant.label].proved:
        return False
    report = attack(theorem, seed=1, samples=500).by_label.get(mutant.label)
    assert report is None or report.outcome != "violated", f"proved and violated: {mutant.name}"
    return True


def follows(mutant: Mutant) -> bool:
    """Whether the changed statement follows from the one it changes and the hypotheses."""
    theorem = elaborated(mutant)
    assert theorem is not None
    before, proved, _ = original(mutant.path)
    statement = next(one for one in theorem.statements if one.label == mutant.label)
    labels = [h.label for h in before.hypotheses if h.origin == "assume"]
    reason = Reason("algebra", premises=(mutant.label, *labels))
    changed = replace(statement, by=reason, links=tuple(replace(one, by=reason) for one in statement.links))
    outcomes = [
        attempt(proved.ledger, obligation, shelf("rules"), [])
        for obligation in obligations(proved.ledger, changed)
    ]
    return all(outcome.status == "proved" for outcome in outcomes)


def judged(chosen: list[Mutant]) -> list[str]:
    """The names of those that are proved, are not listed as true, and do not follow from the original."""
    proved = [mutant for mutant in chosen if is_proved(mutant) and mutant.name not in TRUE]
    return [mutant.name for mutant in proved if not follows(mutant)]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_file_is_read(path: Path) -> None:
    assert not parse(read(path))[1]
    assert list(mutants(path)) or path.stem == "hallucination_inevitable"


def test_a_sample_of_mutants() -> None:
    every = [mutant for path in files() for mutant in mutants(path)]
    chosen = [mutant for mutant in every if crc32(mutant.name.encode()) % SAMPLED == 0]
    assert len(chosen) > 10
    assert judged(chosen) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_all_mutants(path: Path) -> None:
    assert judged(list(mutants(path))) == []
