"""The lattice of verdicts: what was found at each node, carried along the graph of consumed premises.

A node's value is a point of `refuted x debts x vacuity`. Join is componentwise: the worse refutation,
the union of the debts, the worse vacuity. PROVED is the empty set of debts. Knows nothing of how a
finding came about; trusts the kernel's and the attack's word as it stands in a `Finding`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

import networkx


class Refuted(IntEnum):
    """How far a statement is refuted: not at all, by statistics or an undecided instance, exactly."""

    NO = 0
    SUSPECT = 1
    EXACT = 2


class Vacuity(IntEnum):
    """Where a statement says nothing: nowhere known, in a region of its parameters, everywhere."""

    NONE = 0
    REGION = 1
    TOTAL = 2


class Headline(Enum):
    """The one word for a node or theorem, worst first; `Headline.X.rank` counts from the worst."""

    ERROR = "ERROR"
    VIOLATED = "VIOLATED"
    VACUOUS = "VACUOUS"
    BROKEN = "BROKEN"
    SUSPECT = "SUSPECT"
    GAP = "GAP"
    UNKNOWN = "UNKNOWN"
    TESTED = "TESTED"
    ADMITTED = "ADMITTED"
    DERIVED = "DERIVED"
    PROVED = "PROVED"

    @property
    def rank(self) -> int:
        """0 for ERROR, up to 10 for PROVED."""
        return _RANK[self]

    @property
    def supported(self) -> bool:
        """TESTED or better: wanted of a theorem that announces nothing."""
        return self.rank >= Headline.TESTED.rank


_RANK = {headline: rank for rank, headline in enumerate(Headline)}

KINDS = ("claim", "step", "derive", "definition")
ANSWERED = ("claim", "derive")
"""Kinds that the headline of a theorem answers for; the others count through what consumes them."""

DEBTS = ("cite", "oracle", "admit", "tested", "gap", "broken", "wd", "open", "suspect")
"""`cite:k` reference k is believed; `oracle:z3` a solver's word; `admit:s` `sorry` at s; `tested:s@m`
only sampled under model m; `gap:s` does not follow; `broken:s` rests on the refuted s; `wd:s`
well-definedness is open; `open:s` the inference was neither closed nor refuted; `suspect:s` rests on the
suspect s."""


@dataclass(frozen=True)
class Point:
    """A value of the lattice; `Point()` is its bottom, which says proved, not refuted, not vacuous."""

    refuted: Refuted = Refuted.NO
    debts: frozenset[str] = frozenset()
    vacuity: Vacuity = Vacuity.NONE

    def join(self, other: Point) -> Point:
        """The least point above both: commutative, associative, idempotent, with `Point()` neutral."""
        return Point(
            max(self.refuted, other.refuted), self.debts | other.debts, max(self.vacuity, other.vacuity)
        )

    def below(self, other: Point) -> bool:
        """Whether `other` is at least as bad in every component."""
        return self.join(other) == other


@dataclass(frozen=True)
class Finding:
    """What was found at one node, before its premises are looked at.

    label: unique among the findings composed together; nodes of other theorems are `theorem.label`.
    kind: `claim`, `step`, `derive` or `definition`.
    debts: the node's own, each `kind:rest` with a kind in `DEBTS`. No debt at all says that the kernel
        accepted a certificate for the inference, well-definedness included; a claim without a
        `conclude`, or a node nobody tried to prove, owes `open:label`.
    refuted: `no`, `suspect`, or `exact` when an exact instance was replayed.
    vacuity: `none`, `region` or `total`.
    premises: labels that the inference consumed.
    error: an instance at which the node is undefined, or the node could not be read.
    tested: a valid test of this node's statement passed, on at least one accepted instance.
    reason: a sentence for the reader, without a final stop.

    ValueError for an unknown kind, debt, refutation or vacuity.
    """

    label: str
    kind: str
    debts: frozenset[str] = frozenset()
    refuted: str = "no"
    vacuity: str = "none"
    premises: tuple[str, ...] = ()
    error: bool = False
    tested: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.label}: `{self.kind}` is none of {', '.join(KINDS)}")
        for debt in sorted(self.debts):
            kind, colon, rest = debt.partition(":")
            if kind not in DEBTS or not colon or not rest:
                raise ValueError(f"{self.label}: `{debt}` is not a debt, such as `cite:k` or `gap:S1`")
        if self.refuted.upper() not in Refuted.__members__:
            raise ValueError(f"{self.label}: `{self.refuted}` is none of no, suspect, exact")
        if self.vacuity.upper() not in Vacuity.__members__:
            raise ValueError(f"{self.label}: `{self.vacuity}` is none of none, region, total")

    @property
    def point(self) -> Point:
        """The node's own value."""
        return Point(Refuted[self.refuted.upper()], self.debts, Vacuity[self.vacuity.upper()])


@dataclass(frozen=True)
class Verdict:
    """A finding with what it took over from the premises it consumed; only `compose` makes one.

    A verdict is not a truth value: `bool()` of it raises TypeError.
    """

    finding: Finding
    point: Point

    def __bool__(self) -> bool:
        raise TypeError(
            f"a verdict is neither true nor false (here {self.headline.value}); "
            "compare `verdict.headline` with a Headline, or ask `verdict.headline.supported`"
        )

    @property
    def label(self) -> str:
        """The node's label."""
        return self.finding.label

    @property
    def kind(self) -> str:
        """The node's kind."""
        return self.finding.kind

    @property
    def debts(self) -> tuple[str, ...]:
        """Own and inherited debts, sorted."""
        return tuple(sorted(self.point.debts))

    @property
    def alarm(self) -> bool:
        """Proved without debts and refuted exactly: either the kernel or the replay is wrong."""
        return self.point.refuted is Refuted.EXACT and not self.point.debts

    @property
    def headline(self) -> Headline:
        """The first of the table that applies to this node alone."""
        owed = {debt.partition(":")[0] for debt in self.point.debts}
        if self.finding.error or self.alarm:
            return Headline.ERROR
        if self.point.refuted is Refuted.EXACT:
            return Headline.VIOLATED
        if self.point.vacuity is Vacuity.TOTAL:
            return Headline.VACUOUS
        if "broken" in owed:
            return Headline.BROKEN
        if self.point.refuted is Refuted.SUSPECT or "suspect" in owed:
            return Headline.SUSPECT
        if "gap" in owed:
            return Headline.GAP
        if owed & {"tested", "wd", "open"}:
            return Headline.TESTED if self.finding.tested else Headline.UNKNOWN
        if "admit" in owed:
            return Headline.ADMITTED
        if owed:
            return Headline.DERIVED
        return Headline.PROVED


def compose(findings: Iterable[Finding], given: Collection[str] = ()) -> Mapping[str, Verdict]:
    """The verdict of each node, in the order of the findings; the values do not depend on that order.

    value(node) = own value, joined with what each consumed premise hands on: its debts, its vacuity,
    and `broken:premise` when it is exactly refuted or in error, `suspect:premise` when it is suspect.
    A refutation is not handed on: a consumer is unsupported, not false.

    given: labels that carry nothing, the hypotheses; a premise must be one of them or a finding.
    ValueError when a label occurs twice, a premise is unknown, or the premises form a cycle.
    """
    found: dict[str, Finding] = {}
    for finding in findings:
        if finding.label in found:
            raise ValueError(f"two findings for `{finding.label}`")
        found[finding.label] = finding
    graph = networkx.DiGraph()
    graph.add_nodes_from(found)
    for finding in found.values():
        for premise in finding.premises:
            if premise in found:
                graph.add_edge(premise, finding.label)
            elif premise not in given:
                raise ValueError(f"`{finding.label}` consumes `{premise}`, for which there is no finding")
    if not networkx.is_directed_acyclic_graph(graph):
        cycle = " -> ".join(f"{start}" for start, _ in networkx.find_cycle(graph))
        raise ValueError(f"premises form a cycle: {cycle}")
    verdicts: dict[str, Verdict] = {}
    for label in networkx.topological_sort(graph):
        value = found[label].point
        for premise in graph.predecessors(label):
            value = value.join(_handed_on(verdicts[premise]))
        verdicts[label] = Verdict(found[label], value)
    return {label: verdicts[label] for label in found}


def _handed_on(premise: Verdict) -> Point:
    """What a consumer takes over from a premise."""
    debts = premise.point.debts
    if premise.finding.error or premise.point.refuted is Refuted.EXACT:
        debts |= {f"broken:{premise.label}"}
    elif premise.point.refuted is Refuted.SUSPECT:
        debts |= {f"suspect:{premise.label}"}
    return Point(Refuted.NO, debts, premise.point.vacuity)


_DEFECT = {
    Headline.ERROR: Headline.ERROR,
    Headline.VIOLATED: Headline.BROKEN,
    Headline.BROKEN: Headline.BROKEN,
    Headline.SUSPECT: Headline.SUSPECT,
    Headline.GAP: Headline.GAP,
}


def headline(verdicts: Iterable[Verdict]) -> Headline:
    """The headline of the theorem whose nodes these are: the first of

    ERROR (some node in error, or an alarm) > VIOLATED (a claim or an expected derivation, exactly) >
    VACUOUS (a claim, totally) > BROKEN (something rests on, or is, a refuted step) > SUSPECT > GAP (some
    step does not follow) > UNKNOWN (a claim with a tested, wd or open debt, and no passed test of the
    claim) > TESTED (the same, with one) > ADMITTED > DERIVED > PROVED.

    Steps that no claim consumes count by their defects only: an unproved step that nothing needs takes
    nothing away, a false one does. Without a claim or derivation the headline is at best UNKNOWN.
    """
    worst: Headline | None = None
    answered = False
    for verdict in verdicts:
        found: Headline | None = verdict.headline
        if verdict.kind in ANSWERED:
            answered = True
        else:
            found = _DEFECT.get(verdict.headline)
        if found is not None and (worst is None or found.rank < worst.rank):
            worst = found
    if worst is None or (not answered and worst.supported):
        return Headline.UNKNOWN
    return worst


def owed(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The debts of a theorem, sorted: those of its claims and derivations, and the defects (`broken:`,
    `gap:`, `suspect:`) of every other node, a refuted node counting as `broken:` itself."""
    debts: set[str] = set()
    for verdict in verdicts:
        if verdict.kind in ANSWERED:
            debts |= verdict.point.debts
        else:
            debts |= {
                debt
                for debt in _handed_on(verdict).debts
                if debt.partition(":")[0] in ("broken", "gap", "suspect")
            }
    return tuple(sorted(debts))


def as_announced(found: Headline, announced: str) -> bool:
    """Whether a headline is the one announced or, where nothing is, TESTED or better.
    ValueError when `announced` is no headline."""
    return found is Headline(announced) if announced else found.supported
