"""Asks boundkit, and its peers on request, about every problem and counts right and wrong answers.

Usage: python -m benchmarks.inequalities [--peers] [--only THEME] [--time-limit 10] [--jobs 2]"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.inequalities.peers import PEERS, available
from benchmarks.inequalities.problems import FOLDER, Problem, problems, read

Answer = Mapping[str, Any]

ROOT = Path(__file__).parents[2]
GRACE = 20.0
"""Seconds beyond the time limit for an interpreter to start and to import a prover."""

HEADER = (
    "prover",
    "theme",
    "true",
    "proved",
    "false",
    "refuted",
    "WRONG",
    "undecided",
    "unsupported",
    "errors",
)


def record(problem: Problem) -> dict[str, Any]:
    """What a prover is told of a problem: not what is expected."""
    told: dict[str, Any] = {
        "id": problem.id,
        "vars": problem.vars,
        "hyps": problem.hyps,
        "goal": problem.goal,
    }
    return {**told, "sorts": problem.sorts} if problem.sorts else told


def ask_boundkit(chosen: Sequence[Problem], limit: float, jobs: int) -> Iterator[Answer]:
    """The answers of `boundkit prove --batch`, and an error for each problem that it leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "problems.jsonl")
        path.write_text("".join(json.dumps(record(problem)) + "\n" for problem in chosen), encoding="utf-8")
        options = ["--jobs", str(jobs), "--time-limit", str(limit), "--afresh"]
        process = subprocess.Popen(
            [sys.executable, "-m", "boundkit", "prove", "--batch", str(path), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        missing = {problem.id for problem in chosen}
        assert process.stdout is not None
        for line in process.stdout:
            answer = json.loads(line)
            missing.discard(answer["id"])
            yield answer
        process.wait()
        for name in sorted(missing):
            yield {
                "id": name,
                "verdict": "ERROR",
                "reason": f"no answer, status {process.returncode}",
                "seconds": 0.0,
            }


def ask_peer(name: str, problem: Problem, limit: float) -> Answer:
    """The answer of one prover in a process that is stopped at the time limit."""
    began = time.perf_counter()
    told = json.dumps({**record(problem), "expected": "true", "source": "", "kind": ""})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.inequalities.peers", name],
            cwd=ROOT,
            input=told,
            capture_output=True,
            text=True,
            timeout=limit + start_up(name),
        )
    except subprocess.TimeoutExpired:
        return {"id": problem.id, "verdict": "UNDECIDED", "reason": "time limit", "seconds": limit}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = done.stderr.strip().rpartition("\n")[2]
        answer = {"verdict": "ERROR", "reason": last, "seconds": time.perf_counter() - began}
    return {"id": problem.id, **answer}


STARTS: dict[str, float] = {}


def start_up(name: str) -> float:
    """Seconds that an interpreter takes to import the prover, measured once."""
    if name not in STARTS:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import flint, {name}"], cwd=ROOT, timeout=GRACE, check=True)
        STARTS[name] = time.perf_counter() - began
    return STARTS[name]


def ask_peers(name: str, chosen: Sequence[Problem], limit: float, jobs: int) -> Iterator[Answer]:
    """The answers of one prover, in the order of the problems."""
    start_up(name)
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda problem: ask_peer(name, problem, limit), chosen)


def wrong(problem: Problem, verdict: str) -> bool:
    """Whether the verdict contradicts what is known."""
    return verdict == ("REFUTED" if problem.expected else "PROVED")


def row(prover: str, theme: str, pairs: Sequence[tuple[Problem, Answer]]) -> list[str]:
    """The cells of one line of the table."""
    verdicts = [(problem, answer["verdict"]) for problem, answer in pairs]
    true = sum(problem.expected for problem, _ in verdicts)
    counts = [
        true,
        sum(problem.expected and verdict == "PROVED" for problem, verdict in verdicts),
        len(verdicts) - true,
        sum(not problem.expected and verdict == "REFUTED" for problem, verdict in verdicts),
        sum(wrong(problem, verdict) for problem, verdict in verdicts),
        *(sum(verdict == kind for _, verdict in verdicts) for kind in ("UNDECIDED", "UNSUPPORTED", "ERROR")),
    ]
    return [
        prover,
        theme,
        *map(str, counts),
        *times(float(answer.get("seconds") or 0) for _, answer in pairs),
    ]


def times(seconds: Iterable[float]) -> list[str]:
    """Median and 90th percentile."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, 9 * len(ordered) // 10)]
    return [f"{statistics.median(ordered):.2f}", f"{high:.2f}"]


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows under each other, as a table in Markdown."""
    head = [*HEADER, "median s", "90% s"]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in [head, *rows]
    ]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])]) + "\n"


def summary(prover: str, chosen: Sequence[Problem], answers: Mapping[str, Answer]) -> list[list[str]]:
    """A row for each theme, and one for all."""
    pairs = [(problem, answers[problem.id]) for problem in chosen]
    themes = sorted({problem.theme for problem in chosen})
    rows = [row(prover, theme, [pair for pair in pairs if pair[0].theme == theme]) for theme in themes]
    return rows if len(themes) < 2 else [*rows, row(prover, "all", pairs)]


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inequalities", description=__doc__)
    parser.add_argument(
        "--peers", nargs="?", const=",".join(PEERS), metavar="NAMES", help="ask these provers too"
    )
    parser.add_argument(
        "--only", choices=sorted(path.stem for path in FOLDER.glob("*.jsonl")), metavar="THEME"
    )
    parser.add_argument("--file", type=Path, help="problems of this file instead")
    parser.add_argument("--time-limit", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--output", type=Path, default=Path("out/inequalities.jsonl"), metavar="FILE")
    parser.add_argument(
        "--certificates", type=Path, metavar="FILE", help="boundkit's answers, for `boundkit replay`"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; 1 if an answer is wrong."""
    chosen_options = options(arguments)
    limit, jobs = chosen_options.time_limit, chosen_options.jobs
    if chosen_options.file:
        lines = chosen_options.file.read_text(encoding="utf-8").splitlines()
        chosen = [read(json.loads(line)) for line in lines]
    else:
        chosen = list(problems(chosen_options.only))
    asked: dict[str, Callable[[], Iterator[Answer]]] = {
        "boundkit": partial(ask_boundkit, chosen, limit, jobs)
    }
    for name in (chosen_options.peers or "").split(","):
        if name and available(name):
            asked[name] = partial(ask_peers, name, chosen, limit, jobs)
        elif name:
            sys.stderr.write(f"{name}: not available\n")
    known = {problem.id: problem for problem in chosen}
    rows: list[list[str]] = []
    failures: list[str] = []
    chosen_options.output.parent.mkdir(parents=True, exist_ok=True)
    proofs = chosen_options.certificates or Path(os.devnull)
    with (
        chosen_options.output.open("w", encoding="utf-8") as output,
        proofs.open("w", encoding="utf-8") as certificates,
    ):
        for prover, answers_of in asked.items():
            answers: dict[str, Answer] = {}
            for answer in answers_of():
                answers[answer["id"]] = answer
                problem = known[answer["id"]]
                if prover == "boundkit":
                    certificates.write(json.dumps(answer) + "\n")
                is_wrong = wrong(problem, answer["verdict"])
                kept = {key: value for key, value in answer.items() if key != "certificate"}
                expected = "true" if problem.expected else "false"
                line = {"prover": prover, **kept, "expected": expected, "wrong": is_wrong}
                output.write(json.dumps(line) + "\n")
                output.flush()
                if is_wrong:
                    failures.append(
                        f"WRONG: {prover} says {answer['verdict']} of {problem.id}: {problem.goal}\n"
                    )
            rows += summary(prover, chosen, answers)
    sys.stdout.write(table(rows) + "".join(failures))
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
