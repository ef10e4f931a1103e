"""Reports as files for a paper: the trees that exports print formulas from, the files of an export, and the
PDF that LaTeX makes of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from boundkit.errors import BoundkitError, Diagnostic, MissingBackend
from boundkit.exports import export
from boundkit.pages import pages
from boundkit.report import Report
from boundkit.store import read_text, write_atomically
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read

STYLE = "boundkit.sty"
RUNS = 4
SECONDS = 300.0
"""How long one run of LaTeX may take."""

_OPTIONS = {"IEEEtran": "conference", "acmart": "sigconf,nonacm", "article": "10pt"}
_PACKAGES = {"article": r"\usepackage{amsthm,hyperref}", "jmlr": "", "acmart": ""}


def with_trees(report: Report) -> Report:
    """The report with the trees of its files, for exports that print formulas. A file that cannot be read
    any more is left out."""
    found = []
    for file in report.files:
        try:
            source = read(file.path)
        except BoundkitError:
            continue
        found.append((file.path, parse(source)[0]))
    return replace(report, written=tuple(found))


def files_of(report: Report, format: str, stem: str, **choices: object) -> dict[str, str]:
    """The files of an export by name: the report, and what LaTeX needs beside it."""
    made = export(format, **choices)
    files = {f"{stem}{made.suffix}": made.render(report)}
    if format == "latex":
        from boundkit.exports.latex import bibliography

        files[STYLE] = (Path(__file__).parent / "typesetting" / STYLE).read_text(encoding="utf-8")
        files["references.bib"] = bibliography(report)
    return files


def pages_of(report: Report) -> dict[str, str]:
    """The pages of a report by name: `index.html`, one for each theorem, and the certificates that stand
    beside theorem files."""
    stored: dict[str, str] = {}
    copies: dict[str, str] = {}
    for file in report.files:
        beside = Path(file.path).with_suffix(".cert")
        if file.theorems and beside.is_file():
            name, number = beside.name, 1
            while name in copies:
                number += 1
                name = f"{beside.stem}-{number}.cert"
            stored[file.path], copies[name] = name, read_text(beside)
    return {**pages(report, stored), **copies}


def document(name: str, stem: str, cites: bool) -> str:
    """A document of a class that inputs the fragment."""
    options = f"[{_OPTIONS[name]}]" if name in _OPTIONS else ""
    lines = [
        rf"\documentclass{options}{{{name}}}",
        r"\usepackage{amsmath}" if name != "acmart" else "",
        _PACKAGES.get(name, r"\usepackage{hyperref}"),
        r"\usepackage[capitalise]{cleveref}",
        r"\usepackage[badges]{boundkit}",
        r"\hypersetup{hidelinks}",
        r"\title{Theorems}",
        r"\allowdisplaybreaks",
        r"\begin{document}",
        r"\raggedbottom",
        rf"\input{{{stem}}}",
        *([r"\bibliographystyle{plain}", r"\bibliography{references}"] if cites else []),
        r"\end{document}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Writes files into a folder, which is made where it is missing. BoundkitError (E0903) where it cannot
    be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder `{folder}`: {error.strerror}"
        raise BoundkitError(Diagnostic("E0903", "error", message)) from None
    for name, text in files.items():
        write_atomically(folder / name, text)


def compile_pdf(folder: Path, main: str) -> tuple[Path, list[str]]:
    """Runs pdflatex, and bibtex where something is cited, on a document in its folder; the PDF, and the
    warnings of the last run.

    MissingBackend (E0909) without pdflatex; BoundkitError (E0910) when it fails.
    """
    latex = shutil.which("pdflatex")
    if latex is None:
        raise MissingBackend(
            Diagnostic(
                "E0909",
                "error",
                f"`pdflatex` is not installed, so there is no PDF; `{folder / main}.tex` is written",
                help="install TeX Live, or compile that file elsewhere",
            )
        )
    command = [latex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", f"{main}.tex"]
    log = _run(command, folder, main)
    if r"\bibdata" in (folder / f"{main}.aux").read_text(encoding="utf-8", errors="replace"):
        if bibtex := shutil.which("bibtex"):
            _run([bibtex, main], folder, main)
        log = _run(command, folder, main)
    for _ in range(RUNS):
        log = _run(command, folder, main)
        if "Rerun" not in log:
            break
    return folder / f"{main}.pdf", warnings_of(log)


def has_class(name: str) -> bool:
    """Whether the LaTeX that is installed has a document class."""
    finder = shutil.which("kpsewhich")
    if finder is None:
        return False
    return subprocess.run([finder, f"{name}.cls"], capture_output=True, check=False).returncode == 0


def warnings_of(log: str) -> list[str]:
    """The lines of a log that tell of boxes that are too wide and of references without a target."""
    return re.findall(
        r"^(?:Overfull \\[hv]box .*|LaTeX Warning: (?:Ref|Cit|Lab|There).*)$", log, re.MULTILINE
    )


def _run(command: list[str], folder: Path, main: str) -> str:
    """The log of a run that worked."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _failed(folder, main, f"it took more than {SECONDS:.0f} seconds") from None
    file = folder / f"{main}.log"
    log = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if done.returncode and "pdflatex" in command[0]:
        first = re.search(r"^! (.*)$", log, re.MULTILINE)
        raise _failed(folder, main, first[1] if first else f"exit status {done.returncode}")
    return log


def _failed(folder: Path, main: str, why: str) -> BoundkitError:
    message = f"`pdflatex` could not make `{folder / main}.pdf`: {why}"
    return BoundkitError(Diagnostic("E0910", "error", message, help=f"`{folder / main}.log` says more"))
