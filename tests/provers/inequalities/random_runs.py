"""Many random goals of known truth through the whole prover: `make random-goals TRUE=1000 FALSE=1000 FROM=0`.

Prints how many of each kind were settled how, each goal that is answered wrongly, and each false one that
stays open; the exit status is 1 if there is a wrong answer."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import Random
from time import process_time

from tests.provers.inequalities.random_goals import false_goal, true_goal
from tests.provers.inequalities.test_random_goals import answer_to_false, answer_to_true

RUNS = {"true": (true_goal, answer_to_true), "false": (false_goal, answer_to_false)}
EVERY = 200


def run(truth: str, first: int, count: int) -> int:
    """How many answers to goals of one truth, by their seeds, are wrong."""
    make, answer_to = RUNS[truth]
    verdicts: Counter[str] = Counter()
    wrong = 0
    began = process_time()
    for seed in range(first, first + count):
        goal = make(Random(seed))
        try:
            verdict = answer_to(goal).verdict
        except AssertionError as failure:
            wrong, verdict = wrong + 1, "WRONG"
            say(f"wrong at {seed}: {failure}")
        if truth == "false" and verdict == "UNDECIDED":
            say(f"open at {seed}: {goal.record}")
        verdicts[f"{goal.kind} {verdict}"] += 1
        if (seed - first) % EVERY == EVERY - 1 or seed == first + count - 1:
            said = ", ".join(f"{kind} {number}" for kind, number in sorted(verdicts.items()))
            say(f"{truth} {first}..{seed}: {said}; {process_time() - began:.0f} s")
    return wrong


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--true", type=int, default=1000, help="how many true goals")
    parser.add_argument("--false", type=int, default=1000, help="how many false goals")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    asked = parser.parse_args()
    return 1 if run("false", asked.first, asked.false) + run("true", asked.first, asked.true) else 0


if __name__ == "__main__":
    sys.exit(main())
