"""Whatever is on a line of a batch, it has one answer, in the time that it was given; and what answers claim
is accepted when it is replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inequalities.problems import problems
from boundkit.batch import LONGEST_LINE, answer_line, lines_of, run_batch
from boundkit.cli import main
from boundkit.errors import Exit
from boundkit.provers.inequalities.answer import VERDICTS

FIELDS = {
    "id",
    "verdict",
    "method",
    "argument",
    "witness",
    "reason",
    "hints",
    "oracle",
    "certificate",
    "seconds",
}
TIME_LIMIT = 2.0
SHARE = 1.1
"""Of a time limit, how much a problem may take."""


def problem(goal: object, **more: object) -> str:
    return json.dumps({"id": "p", "vars": ["x"], "goal": goal, **more})


UNREADABLE = {
    "nested arrays": "[" * 100_000,
    "nested objects": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "a nested identifier": '{"id": ' + "[" * 900 + "]" * 900 + ', "goal": "x >"}',
    "numbers of many digits": "9" * 100_000,
    "an infinite number": '{"id": 1e999, "goal": 1e999}',
    "a numeral of many digits": problem("x > " + "9" * 5000),
    "a large exponent of a numeral": problem("x > 1e999999999"),
    "a small exponent of a numeral": problem("x > 1e-999999999"),
    "a tower": problem("10**10**10 > x"),
    "a tower below": problem("10**-10**10 > x"),
    "a large power": problem("x**10000000000 >= 0"),
    "a large power by a product": problem("x**(10**5*10**5) >= 0"),
    "parentheses": problem("(" * 5000 + "x" + ")" * 5000 + " > 0"),
    "signs": problem("-" * 5000 + "x > 0"),
    "negations": problem("not " * 5000 + "x > 0"),
    "bars": problem("|" * 4001 + "x > 0"),
    "powers": problem("^".join(["x"] * 3000) + " > 0"),
    "calls": problem("exp(" * 3000 + "x" + ")" * 3000 + " > 0"),
    "implications": problem(" implies ".join(["x > 0"] * 3000)),
    "a long sum": problem("+".join(["x"] * 30_000) + " > 0"),
    "half of a pair": '{"id": "\\ud800", "vars": ["x"], "goal": "\\ud800 > x"}',
    "a zero byte": problem("x\0 > 0"),
    "signs that are no ASCII": problem("x \u2265 \u221e \u00b7 \u202e0\u0301"),
    "digits that are no ASCII": problem("x >= \u0663\u00b2"),
    "a goal that is a number": problem(5),
    "a goal that is a list": problem(["x > 0"]),
    "no goal": problem(None),
    "a goal that is no relation": problem("x + 1"),
    "variables that are a number": problem("x > 0", vars=3),
    "variables that are text": problem("x > 0", vars="x"),
    "variables that are lists": problem("x > 0", vars=[["x"]]),
    "hypotheses that are text": problem("x > 0", hyps="x > 1"),
    "hypotheses that are an object": problem("x > 0", hyps={"x": 1}),
    "hypotheses that are numbers": problem("x > 0", hyps=[1, None, True]),
    "sorts that are a list": problem("x > 0", sorts=["Nat"]),
    "a sort that is a list": problem("x > 0", sorts={"x": ["Nat"]}),
    "a variable twice": problem("x > 0", vars=["x", "x"]),
    "a text": '"x > 0"',
    "true": "true",
    "nothing of JSON": "\ufeff\u2028{]",
    "an encoded problem that is a list": '{"id": "p", "problem": []}',
    "an encoded problem of other types": '{"id": "p", "problem": {"names": 1, "hypotheses": 2, "goal": 3}}',
    "an encoded problem with terms that are no terms": (
        '{"id": "p", "problem": {"names": [["name", 1, 2]], "hypotheses": [[[]]], "goal": {"a": []}}}'
    ),
    "an encoded problem that is deep": (
        '{"id": "p", "problem": {"names": [], "hypotheses": [], "goal": ' + "[" * 900 + "]" * 900 + "}}"
    ),
}
READABLE = {
    "a factorial": "factorial(10**6) > x",
    "a tower of factorials": "9!!!!!!! > x",
    "a binomial": "binomial(10**9, 5*10**8) > x",
    "exponentials": "exp(exp(exp(exp(100)))) > x",
    "exponentials below": "exp(-exp(exp(100))) > x**2",
    "a power of a power": "(x**9999)**9999 >= 0",
    "small numbers": "x**2 > 1e-300",
    "many digits": "x > " + "9" * 300,
    "a large argument": "sin(10**300) < x",
    "integers": "floor(x*10**300) <= x*10**300",
    "gamma": "gamma(x**100 + 10**100) > 0",
    "nothing true": "1 > 2",
    "undefined": "log(-1) > 0",
}


def is_answer(answer: Any) -> bool:
    """Whether an object is an answer that can be written."""
    written = json.loads(json.dumps(answer))
    return set(written) == FIELDS and written["verdict"] in VERDICTS and written["seconds"] >= 0


def test_lines_that_are_no_problems_are_answered_one_by_one() -> None:
    answers = list(run_batch(UNREADABLE.values(), time_limit=30, cached=False))
    assert len(answers) == len(UNREADABLE)
    assert all(map(is_answer, answers))
    for what, answer in zip(UNREADABLE, answers, strict=True):
        assert answer["verdict"] == "ERROR" and answer["reason"], (what, answer)
        assert len(answer["reason"]) < 500, what


def test_problems_with_extreme_numbers_are_answered_one_by_one() -> None:
    lines = [problem(goal) for goal in READABLE.values()]
    answers = list(run_batch(lines, time_limit=3, cached=False))
    assert len(answers) == len(READABLE)
    for what, answer in zip(READABLE, answers, strict=True):
        assert is_answer(answer) and "internal error" not in answer["reason"], (what, answer)
        assert "status" not in answer["reason"], (what, answer)


def test_a_line_that_is_too_long_is_refused_whatever_its_end(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    file.write_text("x" * (3 * LONGEST_LINE) + "\n" + problem("x**2 >= x") + "\n" + "[" * LONGEST_LINE)
    with lines_of(str(file)) as lines:
        answers = list(run_batch(lines, time_limit=30, cached=False))
    assert [answer["verdict"] for answer in answers] == ["ERROR", "REFUTED", "ERROR"]


def test_bytes_that_are_no_text_are_answered(tmp_path: Path) -> None:
    file = tmp_path / "bytes.jsonl"
    file.write_bytes(b"\xff\xfe\x00{\r\n\x00\x00\n" + problem("x**2 >= x").encode() + b"\n\xc3\x28")
    with lines_of(str(file)) as lines:
        answers = list(run_batch(lines, time_limit=30, cached=False))
    assert [answer["verdict"] for answer in answers] == ["ERROR", "ERROR", "REFUTED", "ERROR"]


SIGNS = st.sampled_from([
    "x", "y", "n", "0", "1", "2", "1/3", "0.5", "1e9", "10**10", "+", "-", "*", "/", "**", "^", "(", ")", "|",
    "!", ",", "<=", "<", ">=", ">", "==", "!=", " and ", " or ", " not ", " implies ", "exp", "log(", "sqrt(",
    "Abs(", "Max(", "floor(", "gamma(", "pi", "E", "oo", "I", "\u2264", "\u03bb", "\u221a", "'", '"',
    "\\", "\n", "\ud800", ".", "e",
])  # fmt: skip
GOALS = st.text(max_size=30) | st.lists(SIGNS, max_size=14).map("".join)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | GOALS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "id": PLAIN,
        "vars": PLAIN | st.lists(st.sampled_from(["x", "y : Nat", "n : Int"]), unique=True, max_size=3),
        "hyps": PLAIN | st.lists(GOALS, max_size=2),
        "goal": PLAIN | GOALS,
        "sorts": PLAIN,
        "problem": PLAIN,
    },
)


@given(OBJECTS.map(json.dumps) | PLAIN.map(json.dumps) | st.text(max_size=60))
@settings(max_examples=300)
def test_random_lines_are_answered(line: str) -> None:
    assert is_answer(answer_line(line))


@given(GOALS, st.lists(GOALS, max_size=2))
@settings(max_examples=300)
def test_random_formulas_are_answered(goal: str, hypotheses: list[str]) -> None:
    answer = answer_line(json.dumps({"id": 1, "goal": goal, "hyps": hypotheses}))
    assert is_answer(answer) and "internal error" not in answer["reason"]


def test_a_time_limit_is_kept_in_code_that_cannot_be_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a library computes for hours without looking at signals."""
    (tmp_path / "sitecustomize.py").write_text(
        "import json\n"
        "loads = json.loads\n"
        "def endless(text, *more, **named):\n"
        "    if 'endless' in text: sum(range(10**12))\n"
        "    return loads(text, *more, **named)\n"
        "json.loads = endless\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path.cwd()}")
    lines = [json.dumps({"id": "endless", "goal": "x > 0"})]
    (answer,) = run_batch(lines, time_limit=TIME_LIMIT, cached=False)
    assert (answer["id"], answer["verdict"], answer["reason"]) == ("endless", "UNDECIDED", "time limit")
    assert TIME_LIMIT <= answer["seconds"] <= SHARE * TIME_LIMIT


def test_a_time_limit_is_kept_with_a_hard_goal() -> None:
    """Shapiro's inequality for twelve numbers, the last even case in which it is true."""
    names = [f"x{k}" for k in range(12)]
    terms = [f"{x}/({names[(k + 1) % 12]} + {names[(k + 2) % 12]})" for k, x in enumerate(names)]
    goal = {"id": "hard", "hyps": [f"{name} > 0" for name in names], "goal": f"{' + '.join(terms)} >= 6"}
    (answer,) = run_batch([json.dumps(goal)], time_limit=TIME_LIMIT, cached=False)
    assert answer["verdict"] == "UNDECIDED"
    assert answer["reason"] != "time limit" or answer["seconds"] >= TIME_LIMIT
    assert answer["seconds"] <= SHARE * TIME_LIMIT


def replayed_answers(
    count: int, seconds: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    """The answers to some problems from all over the benchmark, all of which `replay` accepts."""
    chosen = list(problems())
    chosen = chosen[:: max(1, len(chosen) // count)][:count]
    file, kept = tmp_path / "problems.jsonl", tmp_path / "answers.jsonl"
    records = [{"id": p.id, "vars": p.vars, "hyps": p.hyps, "goal": p.goal, "sorts": p.sorts} for p in chosen]
    file.write_text("\n".join(map(json.dumps, records)))
    main(["prove", "--batch", str(file), "--output", str(kept), "--time-limit", str(seconds)])
    assert main(["replay", str(kept)]) == Exit.AS_EXPECTED
    shown = capsys.readouterr().out
    answers = [json.loads(line) for line in kept.read_text().splitlines()]
    claims = [answer for answer in answers if answer["verdict"] in ("PROVED", "REFUTED")]
    assert shown.count("the kernel accepts the proof") + shown.count("the witness refutes") == len(claims)
    expected = {p.id: p.expected for p in chosen}
    assert all(expected[answer["id"]] == (answer["verdict"] == "PROVED") for answer in claims)
    assert {answer["id"] for answer in answers} == set(expected)
    return answers


def test_what_a_batch_claims_is_accepted_when_it_is_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    replayed_answers(5, 2, tmp_path, capsys)


@pytest.mark.slow
def test_the_answers_to_a_hundred_problems_are_accepted_when_they_are_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    answers = replayed_answers(100, 10, tmp_path, capsys)
    settled = [answer for answer in answers if answer["verdict"] in ("PROVED", "REFUTED")]
    assert len(settled) >= 80, [answer["id"] for answer in answers if answer not in settled]
