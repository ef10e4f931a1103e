"""The graphs of proofs in the language of Graphviz: a cluster for each theorem, verdicts as colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from boundkit.graph import COLOURS, NEUTRAL, Vertex, graph_of
from boundkit.report import Report


@dataclass(frozen=True)
class Dot:
    """One digraph; an edge leads from a premise to what rests on it."""

    suffix: ClassVar[str] = ".dot"
    formulas: ClassVar[bool] = False

    def render(self, report: Report) -> str:
        """Messages of the report are comments."""
        out = [f"// {_line(f'{m.path}:{m.line}: {m.code}: {m.message}')}" for m in report.diagnostics]
        out += ["digraph proofs {", "  rankdir=TB;", '  node [shape=box, fontname="Helvetica"];']
        number = 0
        for file in report.files:
            for theorem in file.theorems:
                graph = graph_of(theorem)
                out += [
                    f"  subgraph cluster_{number} {{",
                    f"    label={_quoted(_head(theorem.name, theorem.headline))};",
                ]
                out += [f"    {_id(number, v.name)} {_attributes(v)};" for v in graph.vertices]
                said = dict(graph.lost) or {name: f"{ratio:.3g}" for name, ratio in graph.slack}
                for premise, node in graph.edges:
                    label = f" [label={_quoted(said[node])}]" if node in said else ""
                    out.append(f"    {_id(number, premise)} -> {_id(number, node)}{label};")
                out.append("  }")
                number += 1
        return "\n".join([*out, "}"]) + "\n"


def _head(name: str, headline: str) -> str:
    return f"{name}: {headline}"


def _attributes(vertex: Vertex) -> str:
    colour = COLOURS.get(vertex.verdict, NEUTRAL)
    shape = {"hypothesis": "ellipse", "lemma": "hexagon"}.get(vertex.kind, "box")
    owes = "".join(f"\nowes {debt}" for debt in vertex.debts)
    label = f"{vertex.name}\n{vertex.verdict}{owes}" if vertex.verdict else vertex.name
    return f'[label={_quoted(label)}, shape={shape}, color="{colour}"]'


def _id(number: int, name: str) -> str:
    return _quoted(f"{number}.{name}")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "\\n".join(_line(part) for part in escaped.split("\n")) + '"'


def _line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
