"""Reports: schema 1, order, exit status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boundkit.errors import Diagnostic, Exit
from boundkit.measured import (
    Attained,
    ClaimLoss,
    Exponent,
    Growth,
    Looseness,
    Map,
    Point,
    Region,
    Share,
    StepLoss,
)
from boundkit.report import (
    FileReport,
    Slack,
    TheoremReport,
    Threshold,
    Trial,
    VacuityAnalysis,
    Witness,
    as_json,
    assemble,
    place,
    report_node,
    report_theorem,
)
from boundkit.source import Source, Span
from boundkit.verdicts import Finding, compose

KEYS = {
    "": ["schema", "files", "diagnostics", "seed", "exit"],
    "files[]": ["path", "theorems"],
    "theorems[]": [
        "name",
        "title",
        "headline",
        "expected",
        "ok",
        "debts",
        "unused",
        "vacuity",
        "nodes",
        "looseness",
    ],
    "vacuity": ["verdict", "reason", "threshold", "trivial", "value"],
    "threshold": ["parameter", "value"],
    "nodes[]": [
        "name",
        "kind",
        "verdict",
        "by",
        "from",
        "debts",
        "constant",
        "certificate",
        "witness",
        "test",
        "slack",
        "line",
        "column",
        "seconds",
    ],
    "witness": ["values", "comparison"],
    "test": ["outcome", "model", "instances", "undecided", "mass", "alpha", "scope", "reason"],
    "slack": ["largest", "median", "at"],
    "looseness": [
        "model",
        "seed",
        "instances",
        "scope",
        "steps",
        "claims",
        "growth",
        "regions",
        "maps",
        "attained",
        "reason",
    ],
    "steps[]": [
        "name",
        "kind",
        "measure",
        "instances",
        "median",
        "least",
        "most",
        "least_at",
        "most_at",
        "histogram",
        "reason",
    ],
    "claims[]": ["claim", "instances", "total", "parts", "reason"],
    "parts[]": ["name", "factor", "share"],
    "growth[]": [
        "claim",
        "parameter",
        "points",
        "left",
        "right",
        "claimed",
        "order",
        "level",
        "draws",
    ],
    "points[]": ["size", "instances", "left", "right", "factor"],
    "left": ["value", "low", "high"],
    "right": ["value", "low", "high"],
    "regions[]": ["claim", "parameter", "value", "at", "trivial", "proved"],
    "maps[]": ["claim", "x", "y", "xs", "ys", "rows", "trivial", "at"],
    "attained[]": ["claim", "values", "comparison"],
    "diagnostics[]": [
        "code",
        "severity",
        "message",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "help",
    ],
}
LOOSE = Looseness(
    instances=100,
    scope="n <= 8",
    steps=(
        StepLoss("s", "step", "factor", 100, 3.0, 1.0, 9.0, (("n", "1"),), (("n", "8"),), (50, 50)),
        StepLoss("same", "step", "equality"),
        StepLoss("c", "claim", "factor", 100, 6.0, 2.0, float("inf")),
    ),
    claims=(ClaimLoss("c", 100, 6.0, (Share("s", 3.0, 0.61), Share("c", 2.0, 0.39))),),
    growth=(
        Growth(
            "c",
            "n",
            tuple(Point(n, 50, (0.2 / n, 0.4 / n, 0.9 / n), 1 / n**0.5, 2.5 * n**0.5) for n in (1, 4, 16)),
            Exponent(-1.0, -1.1, -0.9),
            Exponent(-0.5, -0.5, -0.5),
            "-1/2",
        ),
    ),
    regions=(Region("c", "n", 84, (("d", "10"),), "1", True),),
    maps=(Map("c", "n", "d", (1.0, 4.0), (1.0, 2.0), ((2.0, 0.5), (None, 0.7)), 1.0),),
    attained=(Attained("c", (("n", "1"),), "1 = 1"),),
)
"""Every record of what was measured, some figure of it not finite."""
FREE = {"certificate", "values", "at", "least_at", "most_at"}
"""Keys whose objects have keys of their own."""


def theorem(name: str = "t", announced: str = "", **finding: object) -> TheoremReport:
    """A theorem with one claim and every optional record."""
    verdicts = compose([Finding("c", "claim", **finding)])  # type: ignore[arg-type]
    node = report_node(
        verdicts["c"],
        by="algebra",
        certificate={"kind": "squares"},
        witness=Witness((("n", "1"),), "1 > 0"),
        test=Trial("passed", "default", 10),
        slack=Slack(float("inf"), 0.5, (("n", "1"),)),
        place=(3, 5),
        seconds=0.12345,
    )
    return report_theorem(
        name,
        "title",
        announced,
        verdicts.values(),
        [node],
        vacuity=VacuityAnalysis("region", "why", Threshold("n", 3)),
        looseness=LOOSE,
    )


def seen(value: object, name: str = "") -> dict[str, list[str]]:
    """The keys of each object in a JSON value, by the name under which it stands."""
    if isinstance(value, list):
        return {key: keys for item in value for key, keys in seen(item, f"{name}[]").items()}
    if not isinstance(value, dict):
        return {}
    found = {name: list(value)}
    for key, item in value.items():
        if key not in FREE:
            found |= seen(item, key)
    return found


def test_the_keys_are_those_of_schema_1() -> None:
    """Each object has exactly these keys, in this order."""
    message = place(Diagnostic("E0101", "error", "wrong", Span("a.thm", 0, 1)), Source("a.thm", "x"))
    report = assemble([FileReport("a.thm", (theorem(),))], [message], 0)
    assert seen(as_json(report)) == KEYS
    assert as_json(report)["schema"] == 1


def test_every_key_is_documented() -> None:
    """`docs/json.md` has a row for each key of each object."""
    page = (Path(__file__).parent.parent / "docs" / "json.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0].strip(): part for part in page.split("\n## ")[1:]}
    for name, keys in KEYS.items():
        section = sections[f"`{name.removesuffix('[]')}`" if name else "The report"]
        rows = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        assert rows == keys, name


def test_what_is_unknown_is_null_and_what_is_not_finite_too() -> None:
    """JSON has no infinity; absent records are null, never left out."""
    verdicts = compose([Finding("c", "claim")])
    bare = report_theorem("t", "", "", verdicts.values(), [report_node(verdicts["c"])])
    report: Any = as_json(assemble([FileReport("a.thm", (bare, theorem("u")))], [], 0))
    first, second = report["files"][0]["theorems"]
    node = first["nodes"][0]
    assert [node[key] for key in ("by", "certificate", "witness", "test", "slack")] == [None] * 5
    assert first["expected"] is None
    assert second["nodes"][0]["slack"]["largest"] is None


def test_files_and_messages_are_sorted() -> None:
    """The order in which work was finished does not show."""
    messages = [
        place(Diagnostic("E0102", "note", "second", Span("a.thm", 2, 3)), Source("a.thm", "x\ny\n")),
        place(Diagnostic("E0101", "note", "first", Span("a.thm", 0, 1)), Source("a.thm", "x\ny\n")),
    ]
    files = [FileReport("b.thm", (theorem(),)), FileReport("a.thm", (theorem(),))]
    report = assemble(files, messages, 0)
    assert [file.path for file in report.files] == ["a.thm", "b.thm"]
    assert [message.message for message in report.diagnostics] == ["first", "second"]
    assert report == assemble(reversed(files), reversed(messages), 0)


def test_a_place_counts_from_one_and_ends_after_the_last_character() -> None:
    """Lines and columns of both ends; zero where there is no source."""
    source = Source("a.thm", "one\ntwo three\n")
    message = place(Diagnostic("E0101", "error", "wrong", Span("a.thm", 8, 13)), source)
    assert (message.line, message.column, message.end_line, message.end_column) == (2, 5, 2, 10)
    assert message.shown.splitlines()[1] == "2 | two three"
    nowhere = place(Diagnostic("E0101", "error", "wrong"), None)
    assert (nowhere.line, nowhere.column, nowhere.shown) == (0, 0, "error[E0101]: wrong")


ALARM = {"refuted": "exact"}
VIOLATED = {"refuted": "exact", "debts": frozenset({"open:c"})}


@pytest.mark.parametrize(
    ("expected", "announced", "finding"),
    [
        (Exit.AS_EXPECTED, "", {}),
        (Exit.AS_EXPECTED, "VIOLATED", VIOLATED),
        (Exit.NOT_AS_EXPECTED, "", VIOLATED),
        (Exit.NOT_AS_EXPECTED, "VIOLATED", {}),
        (Exit.ALARM, "", ALARM),
        (Exit.ALARM, "ERROR", ALARM),
    ],
)
def test_the_exit_status_follows_the_theorems(
    expected: Exit, announced: str, finding: dict[str, object]
) -> None:
    """An alarm cannot be announced away."""
    assert assemble([FileReport("a.thm", (theorem("t", announced, **finding),))], [], 0).exit is expected


def test_the_gravest_status_wins() -> None:
    """Alarm, then malformed input, missing back-end, limit, not as expected."""
    error = place(Diagnostic("E0101", "error", "wrong"), None)
    limit = place(Diagnostic("E0003", "error", "too large"), None, Exit.LIMIT)
    announced = place(Diagnostic("E0221", "error", "division by zero"), None, Exit.AS_EXPECTED)
    gap = place(Diagnostic("E0404", "gap", "non sequitur"), None)
    failing = [FileReport("a.thm", (theorem("t", "GAP"),))]
    alarming = [FileReport("a.thm", (theorem(**ALARM),))]
    assert assemble(alarming, [error], 0).exit is Exit.ALARM
    assert assemble(failing, [error, limit], 0, [Exit.MISSING_BACKEND]).exit is Exit.MALFORMED
    assert assemble(failing, [limit], 0, [Exit.MISSING_BACKEND]).exit is Exit.MISSING_BACKEND
    assert assemble(failing, [limit], 0).exit is Exit.LIMIT
    assert assemble(failing, [announced, gap], 0).exit is Exit.NOT_AS_EXPECTED
    assert assemble([], [announced, gap], 0).exit is Exit.AS_EXPECTED


def test_a_report_is_not_a_truth_value() -> None:
    """`if report:` would be true for every report."""
    with pytest.raises(TypeError, match=r"compare `report\.exit`"):
        bool(assemble([], [], 0))
