"""A plan run at exact coordinates, and its values as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from flint import fmpq

from boundkit.attack.draws import Given
from boundkit.attack.mending import mend
from boundkit.attack.models import Plan
from boundkit.attack.programme import Programme
from boundkit.ir.terms import Term
from boundkit.kernel.candidates import Tilt
from boundkit.kernel.families import Member
from boundkit.kernel.forms import FIELDS
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Absent, Extent, Grid, Grown, Listed, Pair, Tabulated, Unsupported, Value
from boundkit.kernel.witness import Judge


class Recorder(Protocol):
    """Where the largest sizes and the lines of a model are kept."""

    sizes: dict[str, int]
    lines: tuple[str, ...]


def exact_instance(
    plan: Plan, given: Given, formulas: Iterable[Term], record: Recorder | None = None
) -> dict[str, Any]:
    """The instance at given coordinates, as the data that `kernel.witness` reads, with values for what the
    formulas bind; `record` is told the sizes and the lines of the model. Raises what the evaluator raises,
    and KeyError for a coordinate that is missing."""
    judge = Judge(plan.theorem, given.arithmetic, {})
    programme = Programme(plan, given, judge)
    programme.run()
    if plan.mends:
        given.mended = mend(programme)
    if not all(condition is True for condition in programme.conditions):
        raise Absent("a parameter of a family that breaks its hypotheses")
    programme.propose(formulas)
    if record is not None:
        record.lines = record.lines or tuple(programme.lines)
        for label, size in given.sizes.items():
            record.sizes[label] = max(record.sizes.get(label, 0), size)
    drawn = (declaration for declaration in plan.theorem.declarations if declaration.kind != "draw")
    names = [declaration.name.text for declaration in drawn]
    instance: dict[str, Any] = {"values": {name: plain(judge.names[name]) for name in names}}
    if judge.process is not None:
        drawn_together, law = judge.process
        outcomes = [[plain(value) for value in outcome] for outcome in law.outcomes]
        weights = list(map(plain, law.weights))
        instance["process"] = {"names": list(drawn_together), "weights": weights, "outcomes": outcomes}
    if judge.proposals:
        instance["bound"] = {name: plain(value) for name, value in judge.proposals.items()}
    return instance


def plain(value: Value) -> Any:
    """A value as the JSON data that `kernel.witness` reads; Unsupported when it is not rational."""
    if isinstance(value, fmpq):
        return str(value)
    if isinstance(value, Grid):
        if value.columns == 1:
            return [plain(entry) for entry in value.entries]
        return {"matrix": [[plain(entry) for entry in value.row(place)] for place in range(value.rows)]}
    if isinstance(value, Extent) and value.kind == "enumeration":
        if value.parts and all(part == place for place, part in enumerate(value.parts, 1)):
            return {"elements": len(value.parts)}
        return {"set": list(map(plain, value.parts))}
    if isinstance(value, Listed):
        return {"first": value.first, "items": list(map(plain, value.items))}
    if isinstance(value, Pair):
        return {"pair": [plain(value.left), plain(value.right)]}
    if isinstance(value, Tilt):
        return {"tilt": value.direction, "of": value.prior, "rate": plain(value.rate)}
    if isinstance(value, FiniteLaw):
        return {"weights": list(map(plain, value.weights)), "outcomes": list(map(plain, value.outcomes))}
    if isinstance(value, Tabulated):
        table = {"shape": list(value.shape), "entries": list(map(plain, value.entries))}
        return {**table, "naturals": list(value.naturals)} if value.naturals else table
    if isinstance(value, Grown):
        places = sorted(value.known)
        if not places:
            return {"first": value.first, "items": []}
        return {"first": places[0], "items": [plain(value.known[place]) for place in places]}
    if isinstance(value, Member):
        return {
            "defined": value.name,
            "parameters": {p.text: plain(value.evaluator.names[p.text]) for p in value.family.parameters},
        }
    name = getattr(value, "name", None)
    if name in FIELDS:
        data: dict[str, Any] = {"family": name}
        for field_name, shape in FIELDS[name][1].items():
            item = getattr(value, field_name)
            if shape == "number":
                data[field_name] = plain(item)
            elif shape == "vector":
                data[field_name] = [plain(entry) for entry in item]
            else:
                data[field_name] = [[plain(entry) for entry in row] for row in item]
        return data
    raise Unsupported("a value that is not rational")
