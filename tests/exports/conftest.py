"""The standard report that every export renders."""

from __future__ import annotations

import pytest

from boundkit.errors import Diagnostic
from boundkit.report import (
    FileReport,
    NodeReport,
    Report,
    Slack,
    TheoremReport,
    Threshold,
    Trial,
    VacuityAnalysis,
    Witness,
    assemble,
    place,
    report_node,
    report_theorem,
)
from boundkit.source import Source, Span
from boundkit.verdicts import Finding, compose


def proved() -> TheoremReport:
    verdicts = compose(
        [
            Finding("S1", "step", premises=("cvx",)),
            Finding("S2", "step", premises=("cvx", "sub")),
            Finding("general", "claim", premises=("S1", "S2"), tested=True),
            Finding("tuned", "derive", frozenset({"cite:am_gm"}), premises=("general",)),
        ],
        given=("cvx", "sub", "opt"),
    )
    nodes = [
        report_node(verdicts["S1"], by="jensen", place=(12, 3), certificate={"kind": "instance"}),
        report_node(verdicts["S2"], by="convexity", place=(13, 3), seconds=0.25),
        report_node(
            verdicts["general"],
            by="chain",
            place=(14, 3),
            slack=Slack(1.0, 0.34, (("T", "1"), ("d", "1"))),
            test=Trial("passed", "planted", 100000, 3, 1.4e-5, 1e-6, "d <= 5, T <= 300"),
        ),
        report_node(verdicts["tuned"], by="minimise", place=(15, 3)),
    ]
    return report_theorem(
        "gd_convex_lipschitz",
        "GD, convex and Lipschitz",
        "",
        verdicts.values(),
        nodes,
        unused=["opt"],
        vacuity=VacuityAnalysis("region", "", Threshold("T", 2), "rho*B"),
    )


def violated() -> TheoremReport:
    verdicts = compose(
        [
            Finding("up", "step"),
            Finding(
                "tail",
                "claim",
                frozenset({"gap:tail"}),
                "exact",
                premises=("up",),
                reason="union gives 2*exp(-2*n*t^2)",
            ),
        ]
    )
    witness = Witness((("n", "1"), ("D", "Bernoulli(1/2)"), ("t", "1/2")), "1 > exp(-1/2) = 0.6065")
    nodes = [
        report_node(verdicts["up"], by="hoeffding", place=(5, 3)),
        report_node(verdicts["tail"], by="union", place=(6, 3), witness=witness),
    ]
    return report_theorem(
        "oops", "FALSE: two-sided Hoeffding, factor 2 forgotten", "VIOLATED", verdicts.values(), nodes
    )


def tested() -> TheoremReport:
    verdicts = compose([Finding("c", "claim", frozenset({"open:c"}), tested=True)])
    nodes = [
        report_node(
            verdicts["c"],
            place=(9, 3),
            test=Trial("passed", "default", 1000000, 12, 1.4e-5, 1e-6, "d <= 5, T <= 300"),
        )
    ]
    return report_theorem("unproved", "A bound without a proof", "PROVED", verdicts.values(), nodes)


def vacuous() -> TheoremReport:
    verdicts = compose([Finding("bound", "claim", vacuity="total")])
    nodes: list[NodeReport] = [
        report_node(
            verdicts["bound"],
            by="finite_class",
            place=(4, 3),
            test=Trial("skipped", reason="the class has too many elements"),
        )
    ]
    return report_theorem(
        "float32_nets",
        "All float32 networks with 10^6 weights",
        "VACUOUS",
        verdicts.values(),
        nodes,
        unused=["size", "data"],
        vacuity=VacuityAnalysis(
            "total", "the bound is at least the trivial one", Threshold("n", 11090357), "1", "14.89"
        ),
    )


def alarming() -> TheoremReport:
    verdicts = compose([Finding("c", "claim", refuted="exact")])
    return report_theorem(
        "impossible",
        "Both proved and false",
        "",
        verdicts.values(),
        [report_node(verdicts["c"], by="algebra")],
    )


@pytest.fixture
def standard() -> Report:
    """Four theorems, one of them not as expected, and one syntax error."""
    source = Source("library/broken.thm", "theorem a\n  claim c: x[1] <= ||x| - |y||\nend\n")
    diagnostic = Diagnostic(
        "E0101",
        "error",
        "`|` cannot continue the norm opened by `||` at column 20",
        Span("library/broken.thm", 33, 34),
        help="write `| |x| - |y| |`",
        fix=True,
    )
    return assemble(
        [
            FileReport("library/gd.thm", (proved(),)),
            FileReport("library/broken.thm"),
            FileReport("library/false.thm", (violated(), tested(), vacuous())),
        ],
        [place(diagnostic, source)],
        7,
    )


@pytest.fixture
def alarm() -> Report:
    """A soundness alarm."""
    return assemble([FileReport("a.thm", (alarming(),))], [], 0)
