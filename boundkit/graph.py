"""The graph of a theorem: what each node of its proof rests on, and where to draw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from boundkit.measured import shown_factor
from boundkit.report import TheoremReport

COLOURS = {
    "PROVED": "#1a7f37",
    "DERIVED": "#0969da",
    "ADMITTED": "#0969da",
    "TESTED": "#0969da",
    "UNKNOWN": "#9a6700",
    "GAP": "#9a6700",
    "SUSPECT": "#9a6700",
    "VACUOUS": "#9a6700",
    "BROKEN": "#cf222e",
    "VIOLATED": "#cf222e",
    "ERROR": "#cf222e",
}
"""The colour of each verdict on white."""
DARK = {
    "#1a7f37": "#3fb950",
    "#0969da": "#58a6ff",
    "#9a6700": "#d29922",
    "#cf222e": "#ff7b72",
}
"""What stands for these colours on a dark page."""
NEUTRAL = "#57606a"


@dataclass(frozen=True)
class Vertex:
    """`kind` is `hypothesis`, `lemma`, or that of a node; `verdict` is "" where it has none."""

    name: str
    kind: str
    verdict: str = ""
    debts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Vertices in the order of the proof; an edge leads from a premise to what rests on it. `slack` is the
    largest ratio of both sides that a test saw, by node; `lost`, where looseness was measured, the median of
    right over left side of each step and claim in words, with its share of the loss of a claim."""

    vertices: tuple[Vertex, ...]
    edges: tuple[tuple[str, str], ...]
    slack: tuple[tuple[str, float], ...] = ()
    lost: tuple[tuple[str, str], ...] = ()


def graph_of(theorem: TheoremReport) -> Graph:
    """The graph: premises that are no nodes are hypotheses, and lemmas of the library are vertices too.
    Ranges of declared names are left out: almost every step rests on some, which would hide the proof."""
    nodes = {node.name for node in theorem.nodes}
    vertices: dict[str, Vertex] = {}
    edges: dict[tuple[str, str], None] = {}
    for node in theorem.nodes:
        for premise in node.premises:
            if premise not in nodes and premise.endswith(".range"):
                continue
            if premise not in nodes:
                vertices.setdefault(premise, Vertex(premise, "hypothesis"))
            edges[premise, node.name] = None
        for lemma in node.lemmas:
            if lemma not in nodes:
                vertices.setdefault(lemma, Vertex(lemma, "lemma"))
            edges[lemma, node.name] = None
    for node in theorem.nodes:
        vertices[node.name] = Vertex(node.name, node.kind, node.verdict, node.debts)
    slack = tuple((node.name, node.slack.largest) for node in theorem.nodes if node.slack)
    kept = tuple(edge for edge in edges if edge[0] != edge[1])
    return Graph(tuple(vertices.values()), kept, slack, tuple(_lost(theorem)))


def _lost(theorem: TheoremReport) -> Iterator[tuple[str, str]]:
    """What each statement gives away; the links of a chain together."""
    found = theorem.looseness
    if found is None:
        return
    for node in theorem.nodes:
        own = [
            step
            for step in found.steps
            if step.name == node.name or step.name.startswith(f"{node.name}.") and step.kind != "hypothesis"
        ]
        if not own or any(step.measure not in ("factor", "equality") for step in own):
            continue
        names = {step.name for step in own}
        shares = [sum(p.share for p in claim.parts if p.name in names) for claim in found.claims]
        share = max(shares, default=0.0)
        said = f"x{shown_factor(prod(step.median for step in own))}"
        yield node.name, f"{said}, {100 * share:.0f}%" if share >= 0.005 else said


def layers_of(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """The names in layers: each below all that it rests on, hypotheses and lemmas right above the first that
    rests on them, and within a layer near what it rests on. An edge that would close a circle is left out of
    account."""
    import networkx

    directed = networkx.DiGraph()
    directed.add_nodes_from(vertex.name for vertex in graph.vertices)
    for premise, node in graph.edges:
        if premise in directed and node in directed and not networkx.has_path(directed, node, premise):
            directed.add_edge(premise, node)
    order = {vertex.name: float(k) for k, vertex in enumerate(graph.vertices)}
    layers: list[tuple[str, ...]] = []
    place: dict[str, float] = {}
    depth = {
        name: float(k) for k, names in enumerate(networkx.topological_generations(directed)) for name in names
    }
    for name in [name for name, own in depth.items() if not own and directed.succ[name]]:
        depth[name] = min(depth[user] for user in directed.succ[name]) - 1
    for level in sorted(set(depth.values())):
        names = [name for name in depth if depth[name] == level]
        wanted = {
            name: (sum(place[p] for p in directed.pred[name]) / max(1, len(directed.pred[name])), order[name])
            for name in names
        }
        layers.append(tuple(sorted(names, key=wanted.__getitem__)))
        place.update((name, float(k)) for k, name in enumerate(layers[-1]))
    return tuple(layers)
