"""Plants slips and counts what the first suggestion makes of them.

    python -m benchmarks.repairs run [--found F] [NAME...]
    python -m benchmarks.repairs table [--found F]

`run` appends a line of JSON for each slip of `planted.toml` to F and leaves out those that stand there, so it
can be stopped and run again; NAME picks theorems."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.repairs.planted import Slip, first_suggestion, judged, planted

FOUND = Path("build/repairs.jsonl")
RESULTS = ("proved", "repairs", "conjecture", "none", "false")


def main(arguments: Sequence[str]) -> int:
    """Runs a command; the status is 1 where a suggestion is false."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repairs", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="suggest and judge")
    run.add_argument("names", nargs="*", metavar="NAME", help="theorems; all")
    run.add_argument("--found", type=Path, default=FOUND)
    show = commands.add_parser("table", help="count what was found")
    show.add_argument("--found", type=Path, default=FOUND)
    chosen = parser.parse_args(arguments)
    if chosen.command == "run":
        chosen.found.parent.mkdir(parents=True, exist_ok=True)
        done = {one["theorem"] for one in _read(chosen.found)}
        for slip in planted():
            if slip.theorem not in done and (not chosen.names or slip.theorem in chosen.names):
                with chosen.found.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(_line(slip)) + "\n")
    found = _read(chosen.found)
    sys.stdout.write(table(found))
    return int(any(one["result"] == "false" for one in found))


def _line(slip: Slip) -> dict[str, Any]:
    began = process_time()
    with TemporaryDirectory() as folder:
        suggestion = first_suggestion(slip, Path(folder))
        result = judged(slip, suggestion, Path(folder))
    told = {
        "theorem": slip.theorem,
        "kind": slip.kind,
        "result": result,
        "seconds": round(process_time() - began),
    }
    if suggestion is None:
        return told
    return {**told, "headline": suggestion.headline, "by": suggestion.kind, "change": suggestion.change}


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """A line for each slip, and how many of each result there are."""
    lines = [
        f"{one['result']:<10}  {one['theorem']:<32}  {one.get('by', ''):<14}  {one.get('change', '')}\n"
        for one in found
    ]
    counts = Counter(str(one["result"]) for one in found)
    said = ", ".join(f"{counts[result]} {result}" for result in RESULTS)
    return "".join(lines) + f"{len(found)} planted slips: {said}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
