"""The command line: what it passes on, what it prints, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click
import pytest

import boundkit
from boundkit import cli
from boundkit.cli import main
from boundkit.errors import BoundkitError, Diagnostic, Exit, LimitReached, MissingBackend
from boundkit.options import Options, Progress, silent
from boundkit.report import FileReport, Report, assemble, report_node, report_theorem
from boundkit.source import Span
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read
from boundkit.verdicts import Finding, compose


def report_on(announced: str = "", seed: int = 0) -> Report:
    """One proved theorem, which announces what is asked."""
    verdicts = compose([Finding("c", "claim")])
    nodes = [report_node(verdicts["c"], by="algebra")]
    theorem = report_theorem("t", "a title", announced, verdicts.values(), nodes)
    return assemble([FileReport("a.thm", (theorem,))], [], seed)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A pipeline that records how it was called and returns, or raises, `answer`."""
    record = SimpleNamespace(called=(), answer=report_on())

    def reply(*arguments: object) -> Report:
        record.called = arguments
        if isinstance(record.answer, BaseException):
            raise record.answer
        return record.answer

    stub: Any = ModuleType("boundkit.pipeline")
    stub.check_paths = stub.prove_goal = stub.replay_paths = reply
    monkeypatch.setitem(sys.modules, "boundkit.pipeline", stub)
    monkeypatch.setattr(boundkit, "pipeline", stub, raising=False)
    yield record


def run(*arguments: str) -> int:
    return main(arguments)


def test_check_passes_paths_and_options(pipeline: SimpleNamespace) -> None:
    """Every flag arrives, and nothing else is decided here."""
    assert (
        run(
            "check",
            "one",
            "two",
            "--seed=3",
            "--samples=10",
            "--time-limit=1.5",
            "--only=t.S1",
            "--jobs=2",
            "--format=json",
        )
        == 0
    )
    assert (("one", "two"), Options(3, 10, 1.5, "t.S1", 2, "json"), silent) == pipeline.called


def test_check_without_flags_uses_the_defaults(pipeline: SimpleNamespace) -> None:
    """Those of `Options`."""
    run("check", "one")
    assert pipeline.called[1] == Options()


def test_check_prints_the_report(pipeline: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    """As text by default, on standard output, with nothing on standard error."""
    assert run("check", "one") == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1] == "1 theorem in 1 file: 1 PROVED; as expected"
    assert shown.err == ""


def test_check_prints_json_on_request(pipeline: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    """One object with the seed in it."""
    pipeline.answer = report_on(seed=5)
    assert run("check", "one", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 5


def test_the_exit_status_is_that_of_the_report(pipeline: SimpleNamespace) -> None:
    """Here 1: another headline was announced."""
    pipeline.answer = report_on("VIOLATED")
    assert run("check", "one") == Exit.NOT_AS_EXPECTED


def test_prove_passes_goal_hypotheses_and_declarations(pipeline: SimpleNamespace) -> None:
    """Repeatable flags keep their order."""
    arguments = ["prove", "x^2 >= 0", "--let", "x : Real", "--given", "x >= 1", "--given", "x <= 2"]
    assert run(*arguments, "--time-limit", "2") == 0
    assert pipeline.called == ("x^2 >= 0", ("x >= 1", "x <= 2"), ("x : Real",), Options(time_limit=2.0))


def test_a_goal_may_begin_with_a_minus_sign(pipeline: SimpleNamespace) -> None:
    assert run("prove", "-x <= 1", "--given", "-x <= 0") == 0
    assert pipeline.called[:2] == ("-x <= 1", ("-x <= 0",))


def test_replay_passes_paths(pipeline: SimpleNamespace) -> None:
    """It has no options that a search would need."""
    assert run("replay", "one") == 0
    assert pipeline.called == (("one",),)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "a", "--samples", "0"),
        ("check", "a", "--seed", "-1"),
        ("check", "a", "--time-limit", "0"),
        ("check", "a", "--jobs", "0"),
        ("check", "a", "--format", "papyrus"),
        ("conquer",),
    ],
)
def test_misuse_is_malformed_input(
    arguments: Sequence[str], pipeline: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, with usage on standard error."""
    assert run(*arguments) == Exit.MALFORMED
    shown = capsys.readouterr()
    assert "Usage: boundkit" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Exit.MALFORMED, BoundkitError),
        (Exit.MISSING_BACKEND, MissingBackend),
        (Exit.LIMIT, LimitReached),
    ],
)
def test_an_error_is_one_message_with_its_own_status(
    status: Exit,
    error: type[BoundkitError],
    pipeline: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On standard error, without a traceback."""
    pipeline.answer = error(Diagnostic("E0901", "error", "`a` does not exist", help="look again"))
    assert run("check", "a") == status
    shown = capsys.readouterr()
    assert shown.err == "error[E0901]: `a` does not exist\n  | help: look again\n"
    assert shown.out == ""


def test_an_error_in_a_file_shows_the_line(
    pipeline: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the caret."""
    path = tmp_path / "a.thm"
    path.write_text("theorem t\nend\n", encoding="utf-8")
    pipeline.answer = BoundkitError(Diagnostic("E0101", "error", "wrong", Span(str(path), 8, 9)))
    assert run("check", str(path)) == Exit.MALFORMED
    assert capsys.readouterr().err.splitlines()[1:] == ["1 | theorem t", "  |         ^"]


def test_a_missing_library_is_named(pipeline: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 3."""
    pipeline.answer = ModuleNotFoundError("No module named 'numba'", name="numba")
    assert run("check", "a") == Exit.MISSING_BACKEND
    assert "error[E0905]: `numba` is not installed" in capsys.readouterr().err


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_boundkit_is_one_message(
    debug: bool,
    pipeline: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The traceback is shown on request only."""
    monkeypatch.setenv("BOUNDKIT_DEBUG", "1" if debug else "")
    pipeline.answer = ZeroDivisionError("division by zero")
    assert run("check", "a") == Exit.MALFORMED
    shown = capsys.readouterr().err
    assert "error[E0900]: internal error: ZeroDivisionError: division by zero" in shown
    assert ("Traceback" in shown) is debug


def test_an_interruption_is_one_word(pipeline: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 130, as shells expect."""
    pipeline.answer = KeyboardInterrupt()
    assert run("check", "a") == 130
    shown = capsys.readouterr()
    assert (shown.out, shown.err.strip()) == ("", "interrupted")


def test_a_closed_pipe_is_quiet() -> None:
    """No message, though nobody reads the output."""
    program = """
import click
from boundkit import cli

@cli.boundkit.command()
def talk():
    cli._write('x' * 10**6)

raise SystemExit(cli.main(['talk']))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == cli.PIPE_CLOSED


def test_new_writes_a_theorem_that_parses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the given name, and no other file."""
    monkeypatch.chdir(tmp_path)
    assert run("new", "my_bound") == 0
    assert "my_bound.thm" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["my_bound.thm"]
    source = read("my_bound.thm")
    assert "theorem my_bound " in source.text
    assert parse(source)[1] == ()


@pytest.mark.parametrize(
    ("name", "hint"), [("my-bound", "`my_bound`"), ("2nd", "`nd`"), ("end", "no word"), ("../a", "`a`")]
)
def test_new_refuses_what_is_no_name(
    name: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And suggests one."""
    monkeypatch.chdir(tmp_path)
    assert run("new", name) == Exit.MALFORMED
    shown = capsys.readouterr().err
    assert "E0904" in shown and hint in shown
    assert list(tmp_path.iterdir()) == []


def test_new_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time is an error."""
    monkeypatch.chdir(tmp_path)
    assert run("new", "a") == 0
    assert run("new", "a") == Exit.MALFORMED
    assert "E0903" in capsys.readouterr().err


UGLY = "theorem t let a:Real claim c: a<=a   end"


def test_fmt_lays_out_and_then_leaves_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` says what would change, and writes nothing."""
    path = tmp_path / "a.thm"
    path.write_text(UGLY, encoding="utf-8")
    assert run("fmt", "--check", str(tmp_path)) == Exit.NOT_AS_EXPECTED
    assert path.read_text(encoding="utf-8") == UGLY
    assert run("fmt", str(tmp_path)) == 0
    assert path.read_text(encoding="utf-8") != UGLY
    assert run("fmt", "--check", str(tmp_path)) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"would change {path}",
        "1 of 1 file would change",
        f"changed {path}",
        "1 of 1 file changed",
        "0 of 1 file would change",
    ]


def test_fmt_writes_nothing_when_a_file_is_malformed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even the files that could be read."""
    (tmp_path / "a.thm").write_text(UGLY, encoding="utf-8")
    (tmp_path / "b.thm").write_text("theorem t claim c: a <= end", encoding="utf-8")
    assert run("fmt", str(tmp_path)) == Exit.MALFORMED
    assert (tmp_path / "a.thm").read_text(encoding="utf-8") == UGLY
    assert "b.thm:1:" in capsys.readouterr().out


def test_a_missing_path_is_malformed_input(capsys: pytest.CaptureFixture[str]) -> None:
    """E0901."""
    assert run("fmt", "no/such/place") == Exit.MALFORMED
    assert "error[E0901]: `no/such/place` does not exist" in capsys.readouterr().err


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """`boundkit --version`."""
    assert run("--version") == 0
    assert capsys.readouterr().out == f"boundkit {boundkit.__version__}\n"


def test_every_command_and_option_is_documented() -> None:
    """`docs/cli.md` has a section for each command and names each of its options."""
    page = (Path(__file__).parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    for name, command in cli.boundkit.commands.items():
        section = next(text for title, text in sections.items() if title.startswith(f"`boundkit {name}"))
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{flag}" in section for flag in option.opts), option.opts


def test_progress_goes_to_a_terminal_only(pipeline: SimpleNamespace) -> None:
    """Here standard error is none, so the pipeline is given the silent one."""
    run("check", "a")
    progress: Progress = pipeline.called[2]
    assert progress is silent


def test_options_are_checked() -> None:
    """The command line checks before, a program may not."""
    for wrong in ({"seed": -1}, {"samples": 0}, {"time_limit": 0.0}, {"jobs": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Options(**wrong)  # type: ignore[arg-type]
