"""The command line: flags in, text and exit status out. Each command imports what it needs when it runs,
so that `--version` and `--help` answer at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from boundkit import __version__
from boundkit.errors import BoundkitError, Diagnostic, Exit, MissingBackend
from boundkit.exports import export, formats
from boundkit.formula_arguments import FormulaCommand
from boundkit.options import CLASSES, SAMPLES, SEED, Options

if TYPE_CHECKING:
    from boundkit.desk import Derived
    from boundkit.ledger import Entry
    from boundkit.report import Report
    from boundkit.source import Source

INTERRUPTED = 130
PIPE_CLOSED = 141
SUGGESTING = ("text", "json")
"""Formats that have a place for suggestions."""

Command = TypeVar("Command", bound=Callable[..., Any])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with the given arguments (those of the process by default); its exit status."""
    # The matrices are small: threads of the linear algebra library would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = boundkit.main(arguments, prog_name="boundkit", standalone_mode=False)
        return int(status or 0)
    except click.Abort:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BoundkitError as error:
        return _failed(error)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "boundkit":
            return _failed(_internal(error))
        return _failed(
            MissingBackend(
                Diagnostic(
                    "E0905",
                    "error",
                    f"`{error.name}` is not installed, and this command needs it",
                    help="install boundkit again with all that it depends on",
                )
            )
        )
    except Exception as error:
        return _failed(_internal(error))


def _internal(error: Exception) -> BoundkitError:
    """A fault of boundkit as the one message that a user sees; the traceback goes out on request."""
    if os.environ.get("BOUNDKIT_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    return BoundkitError(
        Diagnostic(
            "E0900",
            "error",
            f"internal error: {type(error).__name__}: {error}",
            help="please report this with the input; BOUNDKIT_DEBUG=1 shows where it happened",
        )
    )


def _failed(error: BoundkitError) -> int:
    """Show what stopped a command on standard error; its exit status."""
    shown = error.diagnostic.show(_source_of(error.diagnostic))
    click.echo(shown.removeprefix("-: "), err=True)
    return int(error.exit)


def _source_of(diagnostic: Diagnostic) -> Source | None:
    """The text that a diagnostic points into, or None."""
    if diagnostic.span.start == diagnostic.span.stop or not Path(diagnostic.span.path).is_file():
        return None
    from boundkit.syntax.read import read

    try:
        return read(diagnostic.span.path)
    except BoundkitError:
        return None


def _write(text: str) -> None:
    """Text to standard output at once, so that a closed pipe ends the command here and quietly."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise _PipeClosed from None


class _PipeClosed(click.ClickException):
    """Nobody reads the output any more."""

    exit_code = PIPE_CLOSED

    def __init__(self) -> None:
        super().__init__("")

    def show(self, file: Any = None) -> None:
        """Say nothing, and let what is still buffered go nowhere when the interpreter flushes at exit."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _render(report: Report, format: str) -> int:
    """Print a report; the exit status it carries."""
    choices: dict[str, object] = {}
    if export(format).formulas:
        from boundkit.publish import with_trees

        report = with_trees(report)
    if format == "text" and sys.stdout.isatty():
        choices = {"colour": not os.environ.get("NO_COLOR"), "width": shutil.get_terminal_size().columns}
    _write(export(format, **choices).render(report))
    return int(report.exit)


def _budgeted(command: Command) -> Command:
    """Add the options that every judging command has."""
    for option in (
        click.option(
            "--format",
            type=click.Choice(formats()),
            default="text",
            show_default=True,
            help="How the report is printed.",
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="Stop after so many seconds; what is open by then stays UNKNOWN.",
        ),
        click.option(
            "--samples",
            type=click.IntRange(min=1),
            default=SAMPLES,
            show_default=True,
            help="Random instances for each test.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=SEED,
            show_default=True,
            help="The same seed gives the same report, times aside.",
        ),
    ):
        command = option(command)
    return command


@click.group(
    name="boundkit",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 as expected, 1 some theorem is not, 2 malformed input, 3 a needed back-end is "
    "missing, 4 stopped by a limit, 70 soundness alarm.",
)
@click.version_option(__version__, prog_name="boundkit", message="%(prog)s %(version)s")
def boundkit() -> None:
    """Check the proofs of bounds.

    A theorem and its proof sketch stand in a .thm file. A kernel proves steps with certificates, sampling
    attacks the rest, and each verdict says what it rests on.
    """


@boundkit.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_budgeted
@click.option("--only", default="", metavar="THEOREM[.STEP]", help="Judge this theorem or node alone.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Files checked side by side; no verdict depends on it.",
)
@click.option("--afresh", is_flag=True, help="Judge again what has not changed since it was checked.")
@click.option(
    "--suggest", is_flag=True, help="Say what to write instead of what is false or does not follow."
)
@click.option("--apply", "applied", is_flag=True, help="With --suggest: write the first suggestion of each.")
@click.option("--hypotheses", is_flag=True, help="Say of each hypothesis whether the claims need it.")
def check(
    paths: tuple[str, ...],
    seed: int,
    samples: int,
    time_limit: float | None,
    format: str,
    only: str,
    jobs: int,
    afresh: bool,
    suggest: bool,
    applied: bool,
    hypotheses: bool,
) -> int:
    """Judge every theorem in files and folders.

    A theorem passes if its headline is the one that it announces or, where it announces none, TESTED or
    better. A file that nothing has touched since it was checked is reported as it was then.
    """
    if applied and not suggest:
        raise click.UsageError("--apply goes with --suggest")
    for flag, given in (("--suggest", suggest), ("--hypotheses", hypotheses)):
        if given and format not in SUGGESTING:
            raise click.UsageError(f"{flag} goes with --format {' or '.join(SUGGESTING)}")
    from boundkit import pipeline
    from boundkit.progress import shown

    options = Options(seed, samples, time_limit, only, jobs, format, afresh)
    with shown() as progress:
        report = pipeline.check_paths(paths, options, progress)
        if hypotheses:
            from boundkit.weigh import weigh_paths

            report = weigh_paths(report, options)
        if suggest:
            from boundkit.suggest import suggest_for

            report = suggest_for(report, options)
    status = _render(report, format)
    if applied:
        from boundkit.applying import apply

        for path, what in apply(report, options):
            click.echo(f"wrote {path}: {what}", err=format != "text")
    return status


@boundkit.command(cls=FormulaCommand)
@click.argument("goal", required=False)
@click.option("--given", multiple=True, metavar="HYP", help="A hypothesis, such as `x >= 1`; repeatable.")
@click.option(
    "--let", "declarations", multiple=True, metavar="DECL", help="A declaration, such as `n : Nat >= 1`."
)
@click.option("--certificate", metavar="FILE", help="Write what `replay` re-checks to this file.")
@click.option("--latex", is_flag=True, help="Print the statement and what was found as LaTeX.")
@click.option("--batch", metavar="FILE", help="Answer the problems of a file, one JSON object a line.")
@click.option("--output", metavar="FILE", help="Write the answers of a batch to this file.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Problems of a batch side by side.",
)
@click.option("--afresh", is_flag=True, help="Use and keep no proofs found earlier.")
@_budgeted
def prove(
    goal: str | None,
    given: tuple[str, ...],
    declarations: tuple[str, ...],
    certificate: str | None,
    latex: bool,
    batch: str | None,
    output: str | None,
    jobs: int,
    afresh: bool,
    seed: int,
    samples: int,
    time_limit: float | None,
    format: str,
) -> int:
    """Prove or refute one statement, such as "x^2 + 1 >= 2*x", or all those of a file.

    In a batch the time limit is for each problem.
    """
    if (goal is None) == (batch is None):
        raise click.UsageError("give either a statement or --batch FILE")
    if batch is not None:
        return _prove_batch(batch, output, jobs, time_limit, not afresh)
    assert goal is not None
    from boundkit import pipeline

    options = Options(seed, samples, time_limit, format=format, afresh=afresh)
    report = pipeline.prove_goal(goal, given, declarations, options)
    if certificate is not None:
        _write_certificate(report, certificate)
    if latex and (found := _in_latex(report)):
        _write(found)
        return int(report.exit)
    return _render(report, format)


@boundkit.command()
@click.argument("words", nargs=-1, required=True, metavar="COMMAND... | PATH...")
@click.option("--over", metavar="NAME", help="What `minimise` and `maximise` choose.")
@click.option("--for", "unknown", metavar="NAME", help="What `solve` solves for.")
@click.option(
    "--with", "others", multiple=True, metavar="TEXT", help="`x := value`, or a statement to compose."
)
@click.option("--into", metavar="FORM", help="What `weaken` weakens into.")
@click.option("--as", "limits", multiple=True, metavar="LIMIT", help="A limit, such as `n -> inf`.")
@click.option("--expect", metavar="PROP", help="What you expect of `result`, such as `result.rhs = 2*x`.")
@click.option(
    "--given", multiple=True, metavar="HYP", help="A hypothesis, or `label: statement`; repeatable."
)
@click.option(
    "--let", "declarations", multiple=True, metavar="DECL", help="A declaration, such as `n : Nat >= 1`."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="For the whole run; what was found until then is shown.",
)
@click.option("--format", type=click.Choice(("text", "json")), default="text", show_default=True)
def derive(
    words: tuple[str, ...],
    over: str | None,
    unknown: str | None,
    others: tuple[str, ...],
    into: str | None,
    limits: tuple[str, ...],
    expect: str | None,
    given: tuple[str, ...],
    declarations: tuple[str, ...],
    time_limit: float | None,
    format: str,
) -> int:
    """Derive a better form of a bound, with a proof.

    \b
    boundkit derive minimise "a/x + b*x" --over x --let "a, b, x : Real > 0"
    boundkit derive solve "2*exp(-2*n*eps^2) <= delta" --for n --let "n : Nat >= 1" ...
    boundkit derive FILE.thm

    The commands are minimise, maximise, solve, compose, specialise, weaken, leading and explicit. Exit
    status 1 if something is not certified, 4 if the time limit was reached.
    """
    from boundkit.deriving import carried_out, derive_files, ends_after, read_command
    from boundkit.report import assemble

    limit = ends_after(time_limit)
    if all(word.endswith(".thm") or Path(word).is_dir() for word in words):

        def told(path: str, theorem: str, one: Derived) -> None:
            # At once, so that a run that is interrupted leaves what it has found.
            _write(_derived(f"{path}: {theorem}.{one.label}", one, format))

        found, messages = derive_files(words, told, limit)
        derived = [one for _, _, one in found]
    else:
        joined = " with ".join(others) if words[0] == "compose" else ", ".join(others)
        ends = (("over", over), ("for", unknown), ("with", joined), ("into", into), ("as", ", ".join(limits)))
        text = " ".join([*words, *(f"{word} {own}" for word, own in ends if own)])
        read = read_command(f"{text} expect {expect}" if expect else text, given, declarations)
        messages, derived = list(read.messages), []
        if read.theorem is not None:
            derived = [carried_out(read.theorem, limit)]
            _write(_derived("", derived[0], format))
    status = _render(assemble((), messages, SEED), "text") if messages else 0
    if not derived:
        if not messages:
            _write("no derivations\n")
        return status
    if any(one.limited for one in derived):
        return int(Exit.LIMIT)
    fine = all(one.status in ("proved", "impossible") for one in derived)
    return int(Exit.AS_EXPECTED if fine else Exit.NOT_AS_EXPECTED)


def _derived(title: str, one: Derived, format: str) -> str:
    """A derivation as text, or as one JSON object on a line."""
    from boundkit.derivation_text import as_json, as_text

    if format == "json":
        from json import dumps

        return dumps({"of": title, **as_json(one)}) + "\n"
    return as_text(one, title) + ("\n" if title else "")


def _prove_batch(batch: str, output: str | None, jobs: int, time_limit: float | None, cached: bool) -> int:
    """Answers to the problems of a file, to standard output or to a file as each is found."""
    from json import dumps

    from boundkit.batch import lines_of, run_batch
    from boundkit.progress import shown

    counts = dict.fromkeys(("PROVED", "REFUTED", "UNDECIDED", "ERROR"), 0)
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(lines_of(batch))
        target = stack.enter_context(_opened(output)) if output is not None else None
        progress = stack.enter_context(shown())
        for answer in run_batch(source, jobs, time_limit, progress, cached):
            counts[answer["verdict"]] += 1
            line = dumps(answer) + "\n"
            if target is None:
                _write(line)
            else:
                target.write(line)
                target.flush()
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.items()), err=True)
    return int(Exit.AS_EXPECTED)


def _opened(path: str) -> IO[str]:
    """A new file to write to. BoundkitError (E0903) where it cannot be made."""
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        raise _unwritten(path, error) from None


def _unwritten(path: str, error: OSError) -> BoundkitError:
    return BoundkitError(Diagnostic("E0903", "error", f"cannot write `{path}`: {error.strerror}"))


def _write_certificate(report: Report, path: str) -> None:
    """The certificate of a goal to a file; a note where there is none."""
    from json import dumps

    from boundkit.store import write_atomically

    found = [node.certificate for theorem in report.theorems for node in theorem.nodes]
    if not found or found[0] is None or "problem" not in found[0]:
        click.echo("no certificate to write: the prover of inequalities has not settled this", err=True)
        return
    write_atomically(path, dumps(found[0], indent=1) + "\n")


def _in_latex(report: Report) -> str:
    """The goal of a report as LaTeX, or "" where it is not about real numbers."""
    from boundkit.answers import report_in_latex

    return report_in_latex(report)


@boundkit.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit status 1 if a file would change."
)
def fmt(paths: tuple[str, ...], only_check: bool) -> int:
    """Give theorem files their one layout.

    Nothing is written if one of the files cannot be read as theorems.
    """
    from boundkit.layout import laid_out
    from boundkit.report import assemble
    from boundkit.store import write_atomically

    files, messages = laid_out(paths)
    if messages:
        return _render(assemble((), messages, SEED), "text")
    changed = [file for file in files if file.changed]
    done = "would change" if only_check else "changed"
    for file in changed:
        if not only_check:
            write_atomically(file.path, file.text)
        _write(f"{done} {file.path}\n")
    _write(f"{len(changed)} of {len(files)} {'file' if len(files) == 1 else 'files'} {done}\n")
    return int(Exit.NOT_AS_EXPECTED if only_check and changed else Exit.AS_EXPECTED)


@boundkit.command("export")
@click.argument("format", type=click.Choice(formats()))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", metavar="PATH", help="Write to this file or, without a suffix, folder.")
@click.option(
    "--column", metavar="POINTS", type=click.FloatRange(min=120), help="Width that formulas of LaTeX fit."
)
@click.option(
    "--class",
    "class_",
    type=click.Choice(CLASSES),
    default="IEEEtran",
    show_default=True,
    help="Class of the document of --pdf.",
)
@click.option("--pdf", is_flag=True, help="Also write a document and compile it; needs -o FOLDER.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Files side by side.")
def export_(
    format: str,
    paths: tuple[str, ...],
    output: str | None,
    column: float | None,
    class_: str,
    pdf: bool,
    time_limit: float | None,
    jobs: int,
) -> int:
    """Check theorems and print them with their proofs and verdicts, for a paper or a page.

    What has been checked and has not changed since is not checked again.
    """
    from boundkit import pipeline, publish
    from boundkit.progress import shown

    target = Path(output) if output is not None else None
    folder = target if target is not None and (target.is_dir() or not target.suffix) else None
    if pdf and (format != "latex" or folder is None):
        raise click.UsageError("--pdf goes with `latex` and -o FOLDER")
    if column is not None and format != "latex":
        raise click.UsageError("--column goes with `latex`")
    choices: dict[str, object] = {}
    if format == "latex" and (column is not None or pdf):
        choices["column"] = column or CLASSES[class_]
    with shown() as progress:
        report = pipeline.check_paths(paths, Options(time_limit=time_limit, jobs=jobs), progress)
    report = publish.with_trees(report)
    if target is None:
        _write(export(format, **choices).render(report))
        return int(report.exit)
    where, stem = (folder, "theorems") if folder is not None else (target.parent, target.stem)
    files = publish.files_of(report, format, stem, **choices)
    if folder is None:
        files = {target.name if name.startswith(f"{stem}.") else name: text for name, text in files.items()}
    if pdf:
        cites = "@misc" in files["references.bib"]
        files["main.tex"] = publish.document(class_, stem, cites)
    publish.write_files(where, files)
    _write("".join(f"wrote {where / name}\n" for name in files))
    if pdf:
        made, warnings = publish.compile_pdf(where, "main")
        _write(f"wrote {made}\n")
        for warning in warnings:
            click.echo(warning, err=True)
    return int(report.exit)


@boundkit.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", metavar="FILE", help="Write to this file.")
@click.option("--only", default="", metavar="THEOREM", help="Measure this theorem alone.")
@click.option("--format", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Files side by side.")
def looseness(
    paths: tuple[str, ...],
    output: str | None,
    only: str,
    format: str,
    time_limit: float | None,
    seed: int,
    jobs: int,
) -> int:
    """Measure how loose proofs are, and which step loses most.

    Both sides of every step are evaluated at the same random instances. Nothing is proved or attacked; that
    is what `check` does.
    """
    from json import dumps

    from boundkit import loose_tables, pipeline
    from boundkit.progress import shown
    from boundkit.report import assemble
    from boundkit.store import write_atomically

    options = Options(seed, time_limit=time_limit, only=only, jobs=jobs)
    with shown() as progress:
        found, messages = pipeline.measure_paths(paths, options, progress)
    for message in messages:
        click.echo(message.shown, err=True)
    if format == "json":
        text = dumps(loose_tables.as_json(found, seed), indent=1, allow_nan=False) + "\n"
    elif format == "markdown":
        text = loose_tables.as_markdown(found)
    else:
        text = loose_tables.as_text(found)
    if output is None:
        _write(text)
    else:
        write_atomically(Path(output), text)
    return int(assemble((), messages, seed).exit)


@boundkit.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", required=True, metavar="FOLDER", help="Folder of the pages.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
@click.option("--samples", type=click.IntRange(min=1), default=SAMPLES, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Files side by side.")
@click.option(
    "--looseness/--no-looseness",
    default=True,
    show_default=True,
    help="Also measure how loose the proofs are, and show it.",
)
def report(
    paths: tuple[str, ...],
    output: str,
    time_limit: float | None,
    samples: int,
    seed: int,
    jobs: int,
    looseness: bool,
) -> int:
    """Check theorems and write a page of HTML for each, and an index.

    The pages need no network and no script. What has not changed since it was checked is not checked again.
    """
    from boundkit import pipeline, publish
    from boundkit.progress import shown

    options = Options(seed, samples, time_limit, jobs=jobs, looseness=looseness)
    with shown() as progress:
        found = publish.with_trees(pipeline.check_paths(paths, options, progress))
    files = publish.pages_of(found)
    publish.write_files(Path(output), files)
    written = sum(1 for name in files if name.endswith(".html"))
    _write(f"wrote {written} pages to {output}; start with {Path(output) / 'index.html'}\n")
    return int(found.exit)


@boundkit.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", type=click.Choice(formats()), default="text", show_default=True)
def replay(paths: tuple[str, ...], format: str) -> int:
    """Check certificates again, without searching: those beside theorem files, those that
    `prove --certificate` wrote, and those in the answers of a batch."""
    others = [path for path in paths if Path(path).suffix in (".json", ".jsonl")]
    theorems = tuple(path for path in paths if path not in others)
    if not others:
        from boundkit import pipeline

        return _render(pipeline.replay_paths(theorems), format)
    from boundkit.answers import replayed
    from boundkit.report import assemble

    found = [replayed(path) for path in others]
    files = [file for file, _ in found]
    messages = [message for _, own in found for message in own]
    if theorems:
        from boundkit import pipeline

        report = pipeline.replay_paths(theorems)
        files.extend(report.files)
        messages.extend(report.diagnostics)
    return _render(assemble(files, messages, SEED), format)


@boundkit.command()
@click.argument("folder", metavar="FOLDER")
@click.option(
    "--check", "only_check", is_flag=True, help="Check nothing; exit status 1 if the ledger is stale."
)
@click.option("--gallery", metavar="FOLDER", help="Also write pages that show the library.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Files side by side.")
def ledger(folder: str, only_check: bool, gallery: str | None, jobs: int) -> int:
    """Write FOLDER/LEDGER: what was found of each theorem, what it owes, and what it rests on."""
    from boundkit.ledger import NAME, entries, ledger_text, read_ledger, stale
    from boundkit.store import read_text, write_atomically

    root = Path(folder)
    file = root / NAME
    if only_check:
        wrong = stale(read_ledger(read_text(file)), root)
        _write("".join(f"{line}\n" for line in wrong) + (f"{file} is {'stale' if wrong else 'up to date'}\n"))
        return int(Exit.NOT_AS_EXPECTED if wrong else Exit.AS_EXPECTED)
    from boundkit import pipeline
    from boundkit.progress import shown

    with shown() as progress:
        report = pipeline.check_paths([root], Options(jobs=jobs), progress)
    found = entries(report, root)
    write_atomically(file, ledger_text(found))
    _write(f"wrote {file}: {len(found)} theorems\n")
    if gallery is not None:
        _write_gallery(found, root, Path(gallery))
    return int(report.exit)


def _write_gallery(found: Sequence[Entry], root: Path, target: Path) -> None:
    """Writes the pages of a gallery, and removes those of folders that are no more."""
    from boundkit.gallery import gallery
    from boundkit.store import write_atomically

    pages = gallery(found, root)
    target.mkdir(parents=True, exist_ok=True)
    for page in target.glob("*.md"):
        if page.name not in pages:
            page.unlink()
    for name, text in pages.items():
        write_atomically(target / name, text)
    _write(f"wrote {len(pages)} pages to {target}\n")


@boundkit.command()
@click.argument("name")
def new(name: str) -> int:
    """Write NAME.thm, a small complete theorem to start from."""
    from boundkit.skeleton import skeleton
    from boundkit.store import write_new

    path = Path(f"{name}.thm")
    write_new(path, skeleton(name))
    _write(f"wrote {path}; try `boundkit check {path}`\n")
    return int(Exit.AS_EXPECTED)
