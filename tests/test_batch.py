"""Batches: one answer for each line, whatever is on it, within the time limit."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic

import pytest

from boundkit.batch import LONGEST_LINE, answer_line, lines_of, run_batch
from boundkit.cli import main
from boundkit.errors import BoundkitError, Exit
from boundkit.formulas import read_problem
from boundkit.provers.inequalities import archive

TRUE = {"id": "t", "vars": ["x"], "hyps": ["x >= 0"], "goal": "x + 1 >= 1"}
FALSE = {"id": "f", "vars": ["x"], "hyps": [], "goal": "x**2 >= x"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_every_line_has_its_answer() -> None:
    lines = [
        json.dumps(TRUE),
        "",
        "{not json",
        json.dumps(FALSE),
        "[]",
        json.dumps({"id": 7, "vars": ["x"], "goal": "10**10**10 > x"}),
        " " * LONGEST_LINE + "{}",
    ]
    told: list[tuple[int, int, str]] = []
    answers = list(run_batch(lines, jobs=2, told=lambda *own: told.append(own), cached=False))
    found = {answer["id"]: answer["verdict"] for answer in answers if answer["id"] != ""}
    assert found == {"t": "PROVED", "f": "REFUTED", 7: "ERROR"}
    assert [answer["verdict"] for answer in answers if answer["id"] == ""] == ["ERROR"] * 3
    assert [done for done, _, _ in told] == list(range(1, 7))
    assert all(
        set(answer) >= {"id", "verdict", "method", "witness", "reason", "certificate", "seconds"}
        for answer in answers
    )


def test_a_problem_is_stopped_at_its_time_limit_and_the_next_one_answered() -> None:
    long = {"id": "long", "vars": ["x", "y", "z"], "hyps": [f"{n} > 0" for n in "xyz"],
            "goal": "x**y + y**z + z**x > 1 - x*y*z/10**9"}  # fmt: skip
    answers = {a["id"]: a for a in run_batch([json.dumps(long), json.dumps(FALSE)], 1, 0.5, cached=False)}
    assert answers["f"]["verdict"] == "REFUTED"
    assert answers["long"]["verdict"] == "UNDECIDED"
    if answers["long"]["reason"] == "time limit":
        assert answers["long"]["seconds"] >= 0.5


def test_a_worker_that_dies_costs_one_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a library ends the process."""
    (tmp_path / "sitecustomize.py").write_text(
        "import builtins, os, json\n"
        "loads = json.loads\n"
        "def deadly(text, *more, **named):\n"
        "    if 'kill me' in text: os._exit(3)\n"
        "    return loads(text, *more, **named)\n"
        "json.loads = deadly\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path.cwd()}")
    lines = [json.dumps({**FALSE, "id": "kill me"}), json.dumps(FALSE)]
    answers = {answer["id"]: answer for answer in run_batch(lines, cached=False)}
    assert answers["kill me"]["reason"] == "the process of the prover ended with status 3"
    assert answers["f"]["verdict"] == "REFUTED"


def test_workers_end_with_the_batch() -> None:
    answers = run_batch([json.dumps(FALSE)] * 3, jobs=2, cached=False)
    assert next(answers)["verdict"] == "REFUTED"
    began = monotonic()
    answers.close()  # type: ignore[attr-defined]
    assert monotonic() - began < 5


def test_a_proof_is_kept_and_asked_of_the_kernel_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_problem(TRUE)
    first = archive.prove_once(problem)
    assert first.verdict == "PROVED" and archive.recall(problem) is not None
    assert archive.prove_once(problem).argument == first.argument
    other = read_problem({**TRUE, "hyps": ["x >= -2"]})
    assert archive.recall(other) is None
    archive._place(other).parent.mkdir(parents=True, exist_ok=True)
    archive._place(problem).rename(archive._place(other))
    assert archive.recall(other) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"verdict": "PROVED"}', '{"verdict": "x", "certificate": {}}']
)
def test_a_spoiled_entry_of_the_cache_is_useless(text: str) -> None:
    problem = read_problem(FALSE)
    place = archive._place(problem)
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert archive.recall(problem) is None


def test_only_what_is_settled_is_kept() -> None:
    undefined = answer_line(json.dumps({"id": 1, "vars": ["x"], "goal": "1/x > 0 | 1/x <= 0"}), cached=True)
    assert undefined["verdict"] == "ERROR" and undefined["certificate"] is None
    assert not list(archive._place(read_problem(FALSE)).parent.parent.glob("*/*"))


def test_the_command_answers_a_file_and_replay_accepts_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems, answers = tmp_path / "problems.jsonl", tmp_path / "answers.jsonl"
    problems.write_text("\n".join(map(json.dumps, (TRUE, FALSE))))
    status = main(["prove", "--batch", str(problems), "--output", str(answers), "--time-limit", "60"])
    assert status == Exit.AS_EXPECTED
    assert capsys.readouterr().err.endswith("1 PROVED, 1 REFUTED, 0 UNDECIDED, 0 ERROR\n")
    assert main(["replay", str(answers)]) == Exit.AS_EXPECTED
    shown = capsys.readouterr().out
    assert "the kernel accepts the proof" in shown and "the witness refutes" in shown
    claimed = [json.loads(line) for line in answers.read_text().splitlines()]
    swapped = [{**claimed[0], "certificate": claimed[1]["certificate"]}, {**claimed[1], "verdict": "PROVED"}]
    answers.write_text("\n".join(map(json.dumps, swapped)))
    assert main(["replay", str(answers)]) == Exit.NOT_AS_EXPECTED
    assert capsys.readouterr().out.count("the kernel does not accept what is claimed") == 2


@pytest.mark.parametrize("text", ["nothing", "{}", "[]", '{"schema": 1, "problem": {}, "proof": {}}'])
def test_what_is_no_certificate_is_malformed(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    assert main(["replay", str(file)]) == Exit.MALFORMED
    assert "E0907" in capsys.readouterr().out


def test_a_statement_or_a_batch_is_due() -> None:
    assert main(["prove"]) == main(["prove", "x > 0", "--batch", "x"]) == Exit.MALFORMED


def test_a_missing_file_is_named() -> None:
    with pytest.raises(BoundkitError, match="cannot read"), lines_of("/no/such/file"):
        pass
