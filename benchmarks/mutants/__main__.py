"""Judges mutants of the theorems of the library and counts the false ones that are caught.

    python -m benchmarks.mutants run [--each 12] [--share 0/1] [--limit 12] [--seek 4] [--found F] [PATH...]
    python -m benchmarks.mutants table [--found F] [--list]
    python -m benchmarks.mutants list [--found F] [-o theorems/MUTANTS]

`run` appends a line of JSON for each mutant to F and leaves out those that stand there with the same text,
so it can be stopped and run again; with `--changed` it leaves out the theorems that theorems/MUTANTS has with
their present text. `list` writes that file anew. Each mutant has a process of its own, which may spend
`--limit` seconds of processor time on the verdict and, where that lets it stand, `--seek` seconds on a
witness against it."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.mutants.edits import Mutant, in_turn
from benchmarks.mutants.judging import Base, bases, elaborated, follows, judged, witness
from benchmarks.mutants.listing import (
    NAME,
    Listing,
    digest,
    key,
    listing,
    listing_text,
    read_listing,
    read_reasons,
    wanting,
)
from benchmarks.mutants.tally import listed, read, table
from boundkit import resources
from boundkit.ir.theorems import Theorem

FOUND = Path("build/mutants.jsonl")
PATIENCE = 20
"""Seconds of waiting for each second of processor time that a mutant may spend. On a machine that is busier
nothing is said of it, and it is judged in the next run."""


def main(arguments: Sequence[str]) -> int:
    """Runs a command; the status is 1 where a false mutant is proved."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="judge mutants")
    run.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders; the library")
    run.add_argument("--each", type=int, default=12, help="mutants of a theorem")
    run.add_argument("--share", default="0/1", metavar="FROM/OF", help="every OF-th theorem from FROM on")
    run.add_argument(
        "--limit", type=int, default=12, metavar="SECONDS", help="of processor time for a verdict"
    )
    run.add_argument("--seek", type=int, default=4, metavar="SECONDS", help="of processor time for a witness")
    run.add_argument("--changed", action="store_true", help=f"leave out what {NAME} has as it stands")
    run.add_argument("--found", type=Path, default=FOUND)
    show = commands.add_parser("table", help="count what was found")
    show.add_argument("--found", type=Path, default=FOUND)
    show.add_argument("--list", action="store_true", help="the mutants that are not caught, with the reason")
    write = commands.add_parser("list", help=f"write the library's {NAME}")
    write.add_argument("--found", type=Path, default=FOUND)
    write.add_argument("-o", "--output", type=Path, default=resources.library() / NAME, metavar="FILE")
    chosen = parser.parse_args(arguments)
    if chosen.command == "list":
        return _list(chosen)
    if chosen.command == "run":
        _run(chosen)
    found = read(chosen.found)
    sys.stdout.write(listed(found) if chosen.command == "table" and chosen.list else table(found))
    return int(any(one["alarm"] for one in found))


def _run(chosen: argparse.Namespace) -> None:
    first, _, of = chosen.share.partition("/")
    paths = chosen.paths or [resources.library()]
    files = sorted({file for path in paths for file in (path.rglob("*.thm") if path.is_dir() else [path])})
    if chosen.changed:
        kept = {(one.file, one.digest) for one in read_listing(resources.library() / NAME).theorems}
        files = [file for file in files if (_place(file), digest(file)) not in kept]
    chosen.found.parent.mkdir(parents=True, exist_ok=True)
    known = {one["key"] for one in read(chosen.found)}
    for file in files[int(first) :: int(of)]:
        began = time.perf_counter()
        lines = _of_file(file, chosen.each, chosen.limit, chosen.seek, known)
        with chosen.found.open("a", encoding="utf-8") as out:
            for line in lines:
                out.write(json.dumps(line, sort_keys=True) + "\n")
                out.flush()
        sys.stderr.write(f"{file.stem}: {time.perf_counter() - began:.0f} s\n")


def _list(chosen: argparse.Namespace) -> int:
    """Writes the listing, and says what is wrong with it; the status is 1 where something is."""
    library, reasons, found = resources.library(), read_reasons(), read(chosen.found)
    made: Listing = listing(found, read_listing(chosen.output), library, reasons)
    chosen.output.write_text(listing_text(made), encoding="utf-8")
    wrong = [f"proved and refuted: {one['name']}" for one in found if one["alarm"]]
    wrong += [f"{one['why']} at {one['name']}" for one in found if one["headline"] == "FAULT"]
    wrong += wanting(made, reasons)
    old = sum(one.digest != digest(library / one.file) for one in made.theorems)
    sys.stderr.write(f"{len(made.theorems)} theorems, {old} of them have changed since they were judged\n")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return int(bool(wrong))


def _of_file(path: Path, each: int, limit: int, seek: int, known: set[str]) -> Iterator[dict[str, Any]]:
    """A line for each chosen mutant of the theorems of a file that is not known."""
    text = path.read_text(encoding="utf-8")
    for base in bases(path):
        sensible = ((one, theorem) for one in in_turn(base.mutants()) if (theorem := elaborated(base, one)))
        for mutant, theorem in islice(sensible, each):
            own = key(mutant.name, text)
            if own not in known:
                # What the mutants share is found here, not in the process of each.
                _ = base.proved, base.attacked
                edit = f"{mutant.was} -> {mutant.now}" if mutant.was else ""
                told = {"key": own, "file": _place(path), "name": mutant.name, "edit": edit}
                found = _alone(base, mutant, theorem, limit, seek)
                if found is not None:
                    yield {**told, **found}


def _place(path: Path) -> str:
    library, path = resources.library().resolve(), path.resolve()
    return str(path.relative_to(library)) if path.is_relative_to(library) else str(path)


def _alone(base: Base, mutant: Mutant, theorem: Theorem, limit: int, seek: int) -> dict[str, Any] | None:
    """What is found of a mutant in a process of its own, whose parts are sent as they are known; None where
    it was waited for in vain."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(there, base, mutant, theorem, limit, seek))
    began = time.perf_counter()
    process.start()
    there.close()
    ended = False
    found: dict[str, Any] = {
        "headline": "LIMIT", "node": "LIMIT", "caught": False, "witness": "", "alarm": False, "ratio": 0.0,
        "truth": "open",
    }  # fmt: skip
    try:
        while here.poll(PATIENCE * (limit + seek)):
            found.update(here.recv())
    except EOFError:
        ended = True
    if process.is_alive():
        process.join(1)
        process.kill()
    process.join()
    if not ended:
        return None
    return {**found, "seconds": round(time.perf_counter() - began, 1)}


def _work(out: Connection, base: Base, mutant: Mutant, theorem: Theorem, limit: int, seek: int) -> None:
    """Sends the verdict, then what is known of the truth where the verdict lets the mutant stand."""
    _may_spend(limit)
    began = time.process_time()
    try:
        found = judged(base, mutant, theorem)
    except Exception as fault:
        out.send({"headline": "FAULT", "node": "FAULT", "why": f"{type(fault).__name__}: {fault}"})
        return
    truth = "false" if found.witness else "open"
    spent = round(time.process_time() - began, 2)
    out.send({**asdict(found), "caught": found.caught, "truth": truth, "spent": spent})
    if found.caught:
        return
    _may_spend(seek)
    if found.node == "PROVED":
        out.send({"truth": "true", "why": "the kernel accepts a proof"})
    elif follows(base, mutant, theorem):
        out.send({"truth": "true", "why": "it follows from what it was"})
        return
    against = witness(base, mutant, theorem)
    if against:
        out.send({"truth": "false", "witness": against, "alarm": found.node == "PROVED", "late": True})


def _may_spend(seconds: int) -> None:
    """Ends this process when it has spent so much more processor time."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    most = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
