"""Running a plan: the same draws on the lanes of a tape and, from given coordinates, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from flint import fmpq

from boundkit.attack import machine as m
from boundkit.attack.lanes import Compiler, Lanes
from boundkit.attack.models import Call, Plan, family_named
from boundkit.attack.tape import Builder, Node
from boundkit.instances import (
    POSITIVE,
    REAL,
    UNIT,
    Context,
    Coordinate,
    Drawn,
    in_ball,
)
from boundkit.ir.sorts import INT, NAT, Basic, Function, Matrix, Power, Sequence
from boundkit.ir.terms import Apply, Name, Term
from boundkit.kernel.evaluation import Absent, Evaluator, Extent, Grid, Grown, Scope, Truth, Unsupported, Value, column
from boundkit.kernel.forms import FIELDS
from boundkit.kernel.witness import Exact, Judge

LARGEST_NATURAL = 10**6
PROBABILITY = Coordinate(
    "log",
    Fraction(1, 1000),
    Fraction(1),
    (Fraction(1, 10**6), Fraction(1, 2), 1 - Fraction(1, 10**6)),
    Fraction(1, 2),
)


@dataclass
class Sizes:
    """The integers of a structure. Those not chosen yet are the smallest plus `extra` (by label, "" for all
    others), or random when there is a `source`."""

    extra: Mapping[str, int] = field(default_factory=dict)
    source: Random | None = None
    chosen: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)

    def natural(self, label: str, low: int, high: int, law: str) -> int:
        """The integer with this label, from low..high by the law `uniform` or `loguniform`."""
        if high < low:
            raise Unsupported(f"`{label}` in the empty range {low}..{high}")
        self.least[label] = low
        if label not in self.chosen:
            if self.source is None:
                value = low + self.extra.get(label, self.extra.get("", 0))
            elif law == "uniform":
                value = self.source.randint(low, high)
            else:
                start = math.log(max(low, 1))
                top = math.log(high + 1) - start
                value = int(math.exp(start + top * self.source.random())) if self.source.random() < 0.9 else low
                value = max(value, low)
            self.chosen[label] = min(value, high)
        return self.chosen[label]


class Sampling:
    """Draws on a tape; remembers each coordinate's law and row by label."""

    def __init__(self, arithmetic: Lanes, sizes: Sizes) -> None:
        self.arithmetic = arithmetic
        self.sizes = sizes
        self.coordinates: dict[str, tuple[Coordinate, Node]] = {}

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return self.sizes.natural(label, low, high, law)

    def number(self, label: str, law: Coordinate) -> Any:
        if label not in self.coordinates:
            builder = self.arithmetic.builder
            node = builder.mark_exact(_from_uniform(builder, builder.draw(), law))
            self.coordinates[label] = (law, node)
        return self.coordinates[label][1]


class Given:
    """Takes every coordinate and size from what is given, exactly."""

    def __init__(self, arithmetic: Exact, sizes: Mapping[str, int], coordinates: Mapping[str, Fraction]) -> None:
        self.arithmetic = arithmetic
        self.sizes = sizes
        self.coordinates = coordinates

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return min(max(self.sizes[label], low), high)

    def number(self, label: str, law: Coordinate) -> Any:
        return self.arithmetic.rational(self.coordinates[label])


@dataclass
class Prefixed:
    """A context whose labels start with a name."""

    context: Context
    prefix: str

    @property
    def arithmetic(self) -> Any:
        return self.context.arithmetic

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return self.context.natural(f"{self.prefix}.{label}", low, high, law)

    def number(self, label: str, law: Coordinate) -> Any:
        return self.context.number(f"{self.prefix}.{label}", law)


class Programme:
    """Gives every declared name of the plan's theorem a value in `evaluator.names`."""

    def __init__(self, plan: Plan, context: Context, evaluator: Evaluator) -> None:
        self.plan = plan
        self.context = context
        self.evaluator = evaluator
        self.drawn: dict[str, Drawn] = {}
        self.active: set[str] = set()
        self.lines: list[str] = []

    def run(self) -> None:
        """Draws all names. Raises Unsupported naming the first that cannot be drawn."""
        for declaration in self.plan.theorem.declarations:
            if declaration.kind == "draw":
                raise Unsupported(f"the random draw of `{declaration.name.text}`")
            if declaration.kind == "type":
                raise Unsupported(f"the abstract type `{declaration.name.text}`")
            self.supply(declaration.name.text)

    def supply(self, name: str) -> None:
        """Draws a name after those that its law mentions."""
        if name in self.evaluator.names or name in self.active:
            return
        self.active.add(name)
        definition = self.plan.theorem.definition.get(name)
        if definition is not None:
            for clause in definition.clauses:
                parameters = {parameter.text for parameter in clause.parameters}
                for other in sorted(clause.body.free - parameters):
                    self.supply(other)
            self.active.discard(name)
            return
        declaration = self.plan.theorem.declaration.get(name)
        if declaration is None:
            return
        call = self.plan.calls.get(name)
        if call is not None:
            self._called(call, declaration.name)
        else:
            self._default(declaration.name)

    def _needs(self, *terms: Term | None) -> None:
        for term in terms:
            if term is not None:
                for name in sorted(term.free):
                    self.supply(name)

    def _called(self, call: Call, name: Name) -> None:
        self._needs(name, *call.arguments.values(), call.first, call.last)
        self.lines.append(_call_line(call))
        if call.place is None:
            if name.sort in (NAT, INT) and name.text in self.plan.structural:
                self._structural(call, name)
                return
            drawn = self._member(call, name.text, name.sort, {})
            self.drawn[name.text] = drawn
            self.evaluator.names[name.text] = drawn.value
            return
        assert call.first is not None and call.last is not None
        first, last = self.evaluator.integer(call.first, {}), self.evaluator.integer(call.last, {})
        element = name.sort.element if isinstance(name.sort, Sequence | Power) else name.sort
        place_name = call.place.text

        def make(place: int) -> Value:
            scope = {place_name: self.context.arithmetic.rational(Fraction(place))}
            return self._member(call, f"{name.text}[{place}]", element, scope).value

        self._sequence(name.text, first, last, make)

    def _sequence(self, name: str, first: int, last: int, make: Any) -> None:
        grown = Grown(first, last, make)
        self.evaluator.names[name] = grown
        if first <= last:
            grown.at(last)

    def _structural(self, call: Call, name: Name) -> None:
        extent = self._argument(next(iter(call.arguments.values())), {})
        if not isinstance(extent, Extent) or extent.kind != "range" or call.family not in ("uniform", "loguniform"):
            raise Unsupported(f"the law of the size `{name.text}`")
        value = self.context.natural(name.text, extent.parts[0], extent.parts[1], call.family)
        self.evaluator.names[name.text] = self.context.arithmetic.rational(Fraction(value))

    def _member(self, call: Call, label: str, sort: Any, scope: Scope) -> Drawn:
        family = family_named(call.family)
        arguments = {key: self._argument(term, scope) for key, term in call.arguments.items()}
        missing = set(family.needs) - set(arguments)
        if missing:
            raise Unsupported(f"`{call.family}` without its parameter `{min(missing)}`")
        try:
            return family.draw(Prefixed(self.context, label), self._size(sort), arguments)
        except ValueError as error:
            raise Unsupported(f"the draw of `{label}`: {error}") from None

    def _argument(self, term: Term, scope: Scope) -> Value:
        if isinstance(term, Apply) and term.head == "blocks" and len(term.args) == 4:
            term = Apply("closed", term.args[2:], term.sort)
        if isinstance(term, Apply) and term.head in ("range", "closed", "open", "left_open", "right_open", "ball"):
            extent = self.evaluator.extent(term, scope)
            return extent
        return self.evaluator.value(term, scope)

    def _size(self, sort: Any) -> tuple[int, int]:
        if isinstance(sort, Function) and len(sort.arguments) == 1:
            sort = sort.arguments[0]
        return self.evaluator.size(sort, {}) if isinstance(sort, Matrix) else (1, 1)

    def _default(self, name: Name) -> None:
        sort = name.sort
        if isinstance(sort, Basic):
            self.evaluator.names[name.text] = self._number(name)
        elif isinstance(sort, Matrix):
            self._needs(sort.rows, sort.columns)
            self.evaluator.names[name.text] = self._grid(name.text, name.text, sort)
        elif isinstance(sort, Function):
            self._function(name, sort)
        elif isinstance(sort, Sequence | Power):
            self._default_sequence(name, sort)
        else:
            raise Unsupported(f"no family gives values of the sort {sort} of `{name.text}`")

    def _default_sequence(self, name: Name, sort: Sequence | Power) -> None:
        self._needs(name)
        if isinstance(sort, Power):
            ends = (1, self.evaluator.integer(sort.count, {}))
        else:
            places = self.plan.places(name.text)
            if places is None:
                raise Unsupported(f"the range of the sequence `{name.text}`")
            self._needs(*places)
            ends = (self.evaluator.integer(places[0], {}), self.evaluator.integer(places[1], {}))
        element = sort.element
        if isinstance(element, Matrix):
            self._sequence(name.text, *ends, lambda place: self._grid(f"{name.text}[{place}]", name.text, element))
        elif element in (NAT, INT) or not isinstance(element, Basic):
            raise Unsupported(f"no family gives sequences of {element}")
        else:
            self.lines.append(f"draw {name.text}[t] ~ real  for t in {ends[0]}..{ends[1]}")
            self._sequence(name.text, *ends, lambda place: self.context.number(f"{name.text}[{place}]", REAL))

    def _grid(self, label: str, name: str, sort: Matrix) -> Grid:
        rows, columns = self.evaluator.size(sort, {})
        radius = self.plan.radius(name)
        if radius is not None and columns == 1:
            self._needs(radius)
            self._line(f"draw {name} ~ ball({radius})")
            return in_ball(self.context, label, rows, self.evaluator.value(radius, {}), UNIT)
        self._line(f"draw {name} ~ real entries")
        entries = [
            self.context.number(f"{label}[{i}]" if columns == 1 else f"{label}[{i},{j}]", REAL)
            for i in range(1, rows + 1)
            for j in range(1, columns + 1)
        ]
        return Grid(rows, columns, tuple(entries)) if columns > 1 else column(entries)

    def _line(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)

    def _function(self, name: Name, sort: Function) -> None:
        if len(sort.arguments) != 1 or not (isinstance(sort.result, Basic)):
            raise Unsupported(f"no family gives functions of the sort {sort} of `{name.text}`")
        families, arguments = self.plan.families(name.text)
        chosen = families[self.context.natural(f"{name.text}.family", 0, len(families) - 1)]
        takes = family_named(chosen).takes
        call = Call(name.text, chosen, {key: term for key, term in arguments.items() if key in takes})
        self._called(call, name)

    def _number(self, name: Name) -> Any:
        bounds = self.plan.bounds(name.text)
        arithmetic, label = self.context.arithmetic, name.text
        if bounds.equal is not None:
            self._needs(bounds.equal)
            if not bounds.equal.free & self.active - {label} - set(self.evaluator.names):
                self._line(f"define {label} := {bounds.equal}")
                return self.evaluator.value(bounds.equal, {})
        lower, upper = self._bound(bounds.lower), self._bound(bounds.upper)
        if name.sort in (NAT, INT):
            return self._integer(name, lower, upper)
        law, low, width = _law(arithmetic, lower, upper, bounds.above, bounds.below)
        self._line(f"draw {label} ~ {describe(law, low, width)}")
        share = self.context.number(label, law)
        if width is not None:
            share = arithmetic.apply("*", (width, share))
        return share if low is None else arithmetic.apply("+", (low, share))

    def _bound(self, term: Term | None) -> Any:
        if term is None:
            return None
        self._needs(term)
        if any(name in self.active and name not in self.evaluator.names for name in term.free):
            return None
        return self.evaluator.value(term, {})

    def _integer(self, name: Name, lower: Any, upper: Any) -> Any:
        arithmetic = self.context.arithmetic
        low = arithmetic.integer(lower) if lower is not None else 0
        if name.text in self.plan.structural:
            high = arithmetic.integer(upper) if upper is not None else None
            if low is None or (upper is not None and high is None):
                raise Unsupported(f"the range of the size `{name.text}`")
            top = low + (4 if self._is_dimension(name.text) else 30)
            top = top if high is None else min(top, high)
            self._line(f"draw {name.text} ~ loguniform({low}..{top})")
            return arithmetic.rational(Fraction(self.context.natural(name.text, low, top, "loguniform")))
        low = 0 if low is None else low
        high = arithmetic.integer(upper) if upper is not None else None
        top = LARGEST_NATURAL if high is None else high
        atoms = tuple(Fraction(value) for value in (low, low + 1, low + 2) if value <= top)
        law = Coordinate("log_integer", Fraction(max(low, 1)), Fraction(max(top, 1)), atoms)
        self._line(f"draw {name.text} ~ loguniform({low}..{top})")
        return self.context.number(name.text, law)

    def _is_dimension(self, name: str) -> bool:
        return any(
            name in size.free
            for declaration in self.plan.theorem.declarations
            if isinstance(declaration.name.sort, Matrix | Function | Sequence)
            for size in [declaration.name]
        )


class Sampled(Compiler):
    """The compiler that knows what the families guarantee."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.programme: Programme | None = None

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        numbers = [parameter for parameter in parameters if not isinstance(parameter, Extent)]
        for drawn in self._drawn(form):
            for known, bounds in drawn.properties:
                if known == name and len(bounds) == len(numbers):
                    return self.arithmetic.every(
                        [
                            lambda pair=pair: True if pair[0] == pair[1] else self.arithmetic.compare("<=", *pair)
                            for pair in zip(bounds, numbers, strict=True)
                        ]
                    )
        return super().has_property(name, form, parameters)

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        if form.subgradient(self.arithmetic, point) == value:
            return True
        return super().has_subgradient(form, point, value)

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        body = getattr(extent.term, "body", None)
        if isinstance(body, Apply) and body.head == "call":
            for drawn in self._drawn(self.value(body.args[0], scope)):
                if drawn.minimiser is not None and drawn.minimiser == value:
                    return self._contains(extent.parts[0], value, scope)
        return super().is_minimiser(extent, value, scope)

    def _contains(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        if extent.kind == "range" and isinstance(value, Node):
            low, high = (Fraction(end) for end in extent.parts)
            whole = self.arithmetic.apply("floor", (value,))
            return self.arithmetic.every(
                (
                    lambda: self.arithmetic.compare("=", value, whole),
                    lambda: self.arithmetic.compare("<=", low, value),
                    lambda: self.arithmetic.compare("<=", value, high),
                )
            )
        return super()._contains(extent, value, scope)

    def _drawn(self, form: Value) -> list[Drawn]:
        if self.programme is None:
            return []
        return [drawn for drawn in self.programme.drawn.values() if drawn.value is form]


def exact_names(
    plan: Plan, sizes: Mapping[str, int], coordinates: Mapping[str, Fraction]
) -> dict[str, Value]:
    """The values of all declared names at exact coordinates. Raises what the evaluator raises."""
    arithmetic = Exact()
    judge = Judge(plan.theorem, arithmetic, {})
    programme = Programme(plan, Given(arithmetic, sizes, coordinates), judge)
    programme.run()
    return {declaration.name.text: judge.names[declaration.name.text] for declaration in plan.theorem.declarations}


def plain(value: Value) -> Any:
    """A value as the JSON data that `kernel.witness` reads; Unsupported when it is not rational."""
    if isinstance(value, fmpq):
        return str(value)
    if isinstance(value, Grid):
        if value.columns == 1:
            return [plain(entry) for entry in value.entries]
        return {"matrix": [[plain(entry) for entry in value.row(place)] for place in range(value.rows)]}
    if isinstance(value, Grown):
        places = sorted(value.known)
        if not places:
            return {"first": value.first, "items": []}
        return {"first": places[0], "items": [plain(value.known[place]) for place in places]}
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


def describe(law: Coordinate, low: Any, width: Any) -> str:
    """A law in words for the printed model."""
    ends = f"{float(law.low):g}..{float(law.high):g}"
    text = {"linear": "uniform", "log": "loguniform", "signed": "signed loguniform"}.get(law.kind, law.kind)
    atoms = f" with atoms {', '.join(f'{float(atom):g}' for atom in law.atoms)}" if law.atoms else ""
    shifted = " between its bounds" if width is not None else ""
    return f"{text}({ends}){atoms}{shifted}"


def _law(
    arithmetic: Any, lower: Any, upper: Any, above: bool, below: bool
) -> tuple[Coordinate, Any, Any]:
    """The law of a number with these ends, and the offset and width to apply to it (None: none)."""
    zero = Fraction(0)
    if lower is not None and upper is not None:
        if _rational(lower) == 0 and _rational(upper) == 1 and above:
            ends = (Fraction(1),) if not below else ()
            return Coordinate("log", PROBABILITY.low, PROBABILITY.high, PROBABILITY.atoms + ends, Fraction(1, 2)), None, None
        atoms = ((zero,) if not above else (Fraction(1, 10**6),)) + (Fraction(1, 2),)
        atoms += (Fraction(1),) if not below else (1 - Fraction(1, 10**6),)
        return Coordinate("linear", zero, Fraction(1), atoms), lower, arithmetic.apply("-", (upper, lower))
    if lower is not None:
        atoms = (Fraction(1),) if above else (Fraction(1), zero)
        law = Coordinate("log", POSITIVE.low, POSITIVE.high, atoms)
        return law, (None if _rational(lower) == 0 else lower), None
    if upper is not None:
        atoms = (Fraction(1),) if below else (Fraction(1), zero)
        law = Coordinate("log", POSITIVE.low, POSITIVE.high, atoms)
        return law, upper, arithmetic.rational(Fraction(-1))
    return REAL, None, None


def _rational(value: Any) -> Fraction | None:
    if isinstance(value, Fraction):
        return value
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else None


def _call_line(call: Call) -> str:
    arguments = ", ".join(f"{key} := {term}" for key, term in call.arguments.items())
    if call.place is None:
        return f"draw {call.target} ~ {call.family}({arguments})"
    return f"draw {call.target}[{call.place}] ~ {call.family}({arguments})  for {call.place} in {call.first}..{call.last}"


def _from_uniform(builder: Builder, u: Node, law: Coordinate) -> Node:
    """The row of values with the law, from a row of uniforms."""
    share = float(law.share) if law.atoms else 0.0
    count = len(law.atoms)
    emit = builder.emit
    if share < 1.0:
        v = u
        if share > 0.0:
            v = emit(m.ADDC, emit(m.MULC, u, constant=1 / (1 - share)), constant=-share / (1 - share))
        value = _spread(builder, v, law)
    else:
        value = builder.constant(float(law.atoms[-1]))
        count -= 1
    for place in range(count - 1, -1, -1):
        edge = builder.constant(share * (place + 1) / len(law.atoms))
        atom = builder.constant(float(law.atoms[place]))
        value = emit(m.SELECT, atom, value, emit(m.LT, u, edge))
    return value


def _spread(builder: Builder, v: Node, law: Coordinate) -> Node:
    emit = builder.emit
    low, high = float(law.low), float(law.high)
    if law.kind in ("linear", "integer"):
        width = high - low + (1.0 if law.kind == "integer" else 0.0)
        value = emit(m.ADDC, emit(m.MULC, v, constant=width), constant=low)
    else:
        top = high + 1.0 if law.kind == "log_integer" else high
        signed = law.kind == "signed"
        w = emit(m.ADDC, emit(m.MULC, v, constant=2.0), constant=-1.0) if signed else v
        part = emit(m.ABS, w) if signed else w
        exponent = emit(m.ADDC, emit(m.MULC, part, constant=math.log(top / low)), constant=math.log(low))
        value = emit(m.EXP, exponent)
        if signed:
            value = emit(m.SELECT, emit(m.NEG, value), value, emit(m.LT, w, builder.constant(0.0)))
    if law.kind in ("integer", "log_integer"):
        value = emit(m.MIN, emit(m.FLOOR, value), builder.constant(high))
    return value


__all__ = ["Absent", "Given", "Programme", "Sampled", "Sampling", "Sizes", "exact_names", "plain"]
