"""Theorems as a fragment of LaTeX: golden files, references, bad input, and what pdflatex says of it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from boundkit import cli, publish
from boundkit.errors import BoundkitError, Exit, MissingBackend
from boundkit.exports import export
from boundkit.exports.latex import bibliography
from boundkit.options import CLASSES
from boundkit.report import FileReport, Report, TheoremReport, assemble
from boundkit.typesetting.latex import text
from boundkit.verdicts import Headline
from tests.exports.written import LIBRARY, ROOT, written

GOLDEN = ROOT / "tests" / "golden" / "latex"
EXAMPLES = ROOT / "tests" / "examples"
NEEDS_LATEX = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def fragment(report: Report, **choices: object) -> str:
    """The fragment without the folder of the checkout in its comments."""
    return export("latex", **choices).render(report).replace(f"{ROOT}/", "")


@pytest.mark.parametrize(
    "name", ["gd_convex_lipschitz", "pac_bayes", "linear_attention_is_gd", "uniform_stability"]
)
def test_a_theorem_is_written_as_recorded(name: str) -> None:
    """`BOUNDKIT_GOLDEN=write` records anew; the pages are then looked at."""
    found = fragment(written([EXAMPLES / f"{name}.thm"]))
    path = GOLDEN / f"{name}.tex"
    if os.environ.get("BOUNDKIT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_every_reference_has_its_label() -> None:
    """What is not in the document is named in words; so no reference is undefined, whatever is exported."""
    for paths in ([EXAMPLES / "sgd_convex_lipschitz.thm"], sorted(EXAMPLES.glob("*.thm"))):
        found = fragment(written(paths))
        labels = re.findall(r"\\label\{([^}]*)\}|\\bkItem\{([^}]*)\}", found)
        known = {one or other for one, other in labels}
        wanted = set(re.findall(r"\\(?:eqref|ref|cref)\{([^}]*)\}", found))
        assert wanted <= known
        assert len(known) == len(labels)


def test_two_theorems_of_one_name_have_labels_of_their_own(tmp_path: Path) -> None:
    """Each refers to its own statements."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(EXAMPLES / "oops.thm", tmp_path / folder)
    found = fragment(written(sorted(tmp_path.rglob("*.thm"))))
    assert found.count(r"\label{thm:oops}") == found.count(r"\label{thm:oops-2}") == 1
    assert found.count(r"\label{eq:oops-2:tail}") == 1


def test_what_is_not_settled_is_not_called_a_theorem() -> None:
    """A refuted statement is a false one, one that is only tested is unproved."""
    for headline, environment in (("VIOLATED", "bkFalse"), ("TESTED", "bkUnproved"), ("PROVED", "theorem")):
        found = fragment(written([EXAMPLES / "oops.thm"], (Headline(headline),)))
        assert rf"\begin{{{environment}}}" in found


def test_lines_fit_the_column_that_is_asked_for() -> None:
    """A narrow column has more lines than a wide one, and says the same."""
    report = written([EXAMPLES / "gd_convex_lipschitz.thm"])
    narrow, wide = fragment(report, column=200.0), fragment(report, column=430.0)
    assert narrow.count(r"\notag") > wide.count(r"\notag")
    assert set(re.findall(r"\\label\{[^}]*\}", narrow)) == set(re.findall(r"\\label\{[^}]*\}", wide))


def test_citations_have_entries() -> None:
    """Author, year and place are told apart."""
    axioms = [path for path in LIBRARY if path.stem in ("azuma", "bernstein", "bretagnolle_huber")]
    report = written(axioms)
    assert r"\cite{azuma-1967}" in fragment(report)
    assert r"\cite[{corollary 2.11}]{boucheron-lugosi-massart-2013}" in fragment(report)
    entries = bibliography(report)
    cited = set(re.findall(r"\\cite(?:\[\{[^]]*\}\]|\[[^]]*\])?\{([^}]*)\}", fragment(report)))
    assert cited == set(re.findall(r"@misc\{([^,]*),", entries))
    assert "author = {Boucheron and Lugosi and Massart}" in entries


def test_text_of_a_file_is_no_command() -> None:
    """Each sign that LaTeX reads is escaped, and what it cannot show has its number."""
    assert text(r"50% of \input{x} & $x_1^2$ #1 ~") == (
        r"50\% of \textbackslash{}input\{x\} \& \$x\_1\textasciicircum{}2\$ \#1 \textasciitilde{}"
    )
    assert text("η ≤ 1, é, 漢") == r"$\eta$ $\le$ 1, é, U+6F22"
    hostile = TheoremReport("t", r"\end{theorem}\input{/etc/passwd}", "PROVED", "", True)
    found = fragment(assemble([FileReport("a\n\\input{b}.thm", (hostile,))], [], 0))
    assert "\\input{/etc" not in found
    assert all(line.startswith("%") for line in found.splitlines() if r"\input{b}" in line)


def test_without_latex_the_rest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 3, and a message that says what there is."""
    (tmp_path / "a.thm").write_text(
        'theorem a "A"\n  let x : Real\n  claim c: x^2 >= 0\n  conclude c by algebra\nend\n'
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    status = cli.main(["export", "latex", str(tmp_path / "a.thm"), "-o", str(tmp_path / "out"), "--pdf"])
    assert status == Exit.MISSING_BACKEND
    assert "error[E0909]: `pdflatex` is not installed" in capsys.readouterr().err
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["boundkit.sty", "main.tex", "references.bib", "theorems.tex"]
    with pytest.raises(MissingBackend):
        publish.compile_pdf(tmp_path / "out", "main")


@NEEDS_LATEX
def test_a_document_that_latex_refuses_is_reported(tmp_path: Path) -> None:
    """With the first line of the error."""
    (tmp_path / "main.tex").write_text("\\documentclass{article}\\begin{document}\\nonsense\\end{document}")
    with pytest.raises(BoundkitError, match="Undefined control sequence") as refused:
        publish.compile_pdf(tmp_path, "main")
    assert refused.value.diagnostic.code == "E0910"


def compiled(report: Report, folder: Path, name: str) -> list[str]:
    """The warnings of a document of a class."""
    files = publish.files_of(report, "latex", "theorems", column=CLASSES[name])
    files["main.tex"] = publish.document(name, "theorems", cites="@misc" in files["references.bib"])
    publish.write_files(folder, files)
    made, warnings = publish.compile_pdf(folder, "main")
    assert made.stat().st_size > 10_000
    return warnings


@NEEDS_LATEX
def test_the_examples_compile_without_a_warning(tmp_path: Path) -> None:
    """No box is too wide and no reference without a target, with every kind of headline."""
    report = written(sorted(EXAMPLES.glob("*.thm")), tuple(Headline))
    assert compiled(report, tmp_path, "IEEEtran") == []


@pytest.mark.slow
@NEEDS_LATEX
@pytest.mark.parametrize("name", ["IEEEtran", "jmlr"])
def test_the_whole_library_compiles_without_a_warning(name: str, tmp_path: Path) -> None:
    """In the columns of two conference styles."""
    if not publish.has_class(name):
        pytest.skip(f"{name}.cls is not installed")
    assert compiled(written(LIBRARY, (Headline.PROVED, Headline.DERIVED)), tmp_path, name) == []
