"""How many draws it takes to find a violation of a given size, and how often true statements are refuted.

For each claim and each planted size: the number of draws at which stream A makes it a candidate and at which
the fresh stream B confirms it, at the levels of the first check of a theorem; medians and largest over some
seeds, and how many of them are found with at most the number of draws that the attack spends. Prints the
tables of docs/statistics.md. Usage: python benchmarks/power.py [seeds]"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence

from flint import fmpq

from boundkit.attack.continuous import CONFIRMING, DISCOVERY, HOLDING, LOOKS
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.statistics.levels import ALPHA, Shares, level, shown
from boundkit.statistics.sampler import Account, Sampler
from boundkit.statistics.statements import Levels, decide, relations
from boundkit.statistics.streams import Stream
from boundkit.syntax.parse import parse

SIZES = ("4", "2", "1", "1/2", "1/4", "1/8", "1/16", "1/32", "1/64", "1/128")
"""By how much, relative to the bound that is claimed, the true value exceeds it."""

CLAIMS = {
    "Pr <= 1/10": ("uniform([0, 1])", "Pr[x <= (1 + s)/10] <= 1/10"),
    "Pr <= 1/1000": ("uniform([0, 1])", "Pr[x <= (1 + s)/1000] <= 1/1000"),
    "E <= 1/10, X uniform on [0, (1+s)/5]": ("uniform([0, (1 + s)/5])", "E[min(x, 1)] <= 1/10"),
    "E <= 1, X >= 0 exponential": ("exponential(1/(1 + s))", "E[x] <= 1"),
}
"""Each false by the share s, for s > 0, and just true for s = 0."""


HEADER = "| excess s | found | draws on A, median | draws on B, median | largest |\n|---|---|---|---|---|\n"


def read(law: str, claim: str) -> Theorem:
    """The theorem with this law and claim."""
    text = f"theorem power\n  let s : Real >= 0\n  draw x ~ {law}\n  claim c: {claim}\nend\n"
    source = Source("power.thm", text)
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    return theorem


def draws(theorem: Theorem, size: str, key: str, name: str, levels: Levels, most: int) -> int | None:
    """Draws until the claim is refuted on a stream, or None."""
    top, _, bottom = size.partition("/")
    names = {"s": fmpq(int(top), int(bottom or 1))}
    sampler = Sampler(theorem, names, {}, Stream(key, name), Account(Shares(1e-6), 1 << 26), most)
    (relation,) = relations(sampler, theorem.statements[0].formula)
    found = decide(sampler, relation, levels)
    return found.draws if found.outcome == "refuted" else None


def found_within(theorem: Theorem, size: str, seeds: Sequence[int]) -> tuple[list[int], list[int]]:
    """Draws on stream A and on stream B for each seed at which both refute."""
    share = level(level(ALPHA, 1), 1)
    first, second = [], []
    for seed in seeds:
        candidate = draws(theorem, size, str(seed), "A", Levels(DISCOVERY / 2, HOLDING / 2), LOOKS[-1])
        if candidate is None:
            continue
        confirmed = draws(theorem, size, str(seed), "B", Levels(share / 2, share / 2), CONFIRMING[-1])
        if confirmed is not None:
            first.append(candidate)
            second.append(confirmed)
    return first, second


def row(theorem: Theorem, size: str, seeds: int) -> str:
    """A row of a table."""
    first, second = found_within(theorem, size, range(seeds))
    medians = [str(round(statistics.median(found))) if found else "" for found in (first, second)]
    cells = [size, f"{len(first)} of {seeds}", *medians, str(max(second)) if second else ""]
    return f"| {' | '.join(cells)} |\n"


def main(seeds: int) -> None:
    """Prints the tables."""
    write = sys.stdout.write
    share = level(level(ALPHA, 1), 1)
    write(
        f"Seeds 0..{seeds - 1}. Stream A: at most {LOOKS[-1]} draws, level {shown(DISCOVERY / 2)}. "
        f"Stream B: at most {CONFIRMING[-1]} draws, level {shown(share / 2)}.\n"
    )
    for name, (law, claim) in CLAIMS.items():
        theorem = read(law, claim)
        write(f"\n### {name}\n\n`draw x ~ {law}`, `{claim}`\n\n")
        write(HEADER)
        began = time.perf_counter()
        for size in (*SIZES, "0"):
            write(row(theorem, size, seeds))
        sys.stderr.write(f"{name}: {time.perf_counter() - began:.1f} s\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
