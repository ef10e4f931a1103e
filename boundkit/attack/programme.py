"""Running a plan: draws for all names, on the lanes of a tape or, from given coordinates, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from boundkit.attack.discrete import NATURAL, Discrete
from boundkit.attack.draws import Prefixed, describe
from boundkit.attack.intervals import law_between
from boundkit.attack.members import Members
from boundkit.attack.models import Call, Plan, family_named
from boundkit.attack.noise import noisy_subgradients
from boundkit.attack.patterns import copied
from boundkit.attack.places import Mention, span
from boundkit.instances import (
    REAL,
    UNIT,
    Context,
    Coordinate,
    Drawn,
    in_ball,
)
from boundkit.ir.sorts import (
    INT,
    NAT,
    Abstract,
    Basic,
    Distribution,
    Function,
    Matrix,
    Power,
    Product,
    SetOf,
    Sort,
)
from boundkit.ir.sorts import REAL as REAL_SORT
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import Apply, Bind, Name, Term, subterms
from boundkit.ir.theorems import Declaration
from boundkit.ir.theorems import Family as Defined
from boundkit.kernel.candidates import is_over_laws
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.families import Member, member_of
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.naturals import representatives
from boundkit.kernel.values import Absent, Extent, Grid, Grown, Tabulated, Truth, Unsupported, Value, column

LARGEST_NATURAL = 10**6
STRUCTURED = frozenset({"law", "algorithm", "table", "map", "sequence", "set"})
"""Kinds of values that are made of finite types."""


class Programme:
    """Gives every declared name of the plan's theorem a value in `evaluator.names`."""

    def __init__(self, plan: Plan, context: Context, evaluator: Evaluator) -> None:
        self.plan = plan
        self.context = context
        self.evaluator = evaluator
        self.drawn: dict[str, Drawn] = {}
        self.active: set[str] = set()
        self.lines: list[str] = []
        self.discrete = Discrete(self)
        self.members = Members(self)
        self.conditions: list[Truth] = []
        """What the members that were drawn need of their parameters."""
        self.relied: set[str] = set()
        """User-defined families whose word a hypothesis was taken on."""

    def run(self) -> None:
        """Draws all names. Raises Unsupported naming the first that cannot be drawn."""
        for declaration in self.plan.theorem.declarations:
            if declaration.kind == "draw":
                # integrated exactly where a statement integrates it
                self.needs(declaration.name, declaration.law)
            else:
                self.supply(declaration.name.text)
        free = [d for d in self.plan.theorem.declarations if d.kind == "draw" and d.law is None]
        if free:
            self.evaluator.process = self._process(free)

    def _process(self, free: Sequence[Declaration]) -> tuple[tuple[str, ...], FiniteLaw]:
        """The joint law of the draws that the theorem gives none: by the model, by a hypothesis, or any."""
        calls = [self.plan.calls[one.name.text] for one in free if one.name.text in self.plan.calls]
        if not calls:
            return noisy_subgradients(self, free) or self.discrete.process(free)
        call = calls[0]
        if call.place is not None or call.family in self.plan.defined:
            raise Unsupported(f"the draw of `{call.target}`, one place at a time")
        if family_named(call.family).draws != "process":
            raise Unsupported(f"`{call.family}` as the law of the process `{call.target}`")
        self.line(_call_line(call))
        try:
            return self.members.process(call, free)
        except ValueError as error:
            raise Unsupported(f"the draw of `{call.target}`: {error}") from None

    def propose(self, formulas: Iterable[Term]) -> None:
        """Draws a value for each variable that a `forall` binds over a set that cannot be listed, and for
        each that ranges over laws."""
        defined = [clause.body for d in self.plan.theorem.definitions for clause in d.clauses]
        for formula in (*formulas, *defined):
            for part in subterms(formula):
                if isinstance(part, Bind) and (part.head == "forall" or is_over_laws(part)):
                    name = part.variable.text
                    if name in self.evaluator.proposals:
                        continue
                    try:
                        if not self._listed(part.domain):
                            self.evaluator.proposals[name] = self.context.settled(self._proposed(part))
                    except (Unsupported, Absent):
                        continue

    def _listed(self, domain: Term) -> bool:
        return isinstance(domain, Apply) and domain.head in ("range", "enumeration")

    def _proposed(self, bind: Bind) -> Value:
        label, sort = f"bound.{bind.variable.text}", bind.variable.sort
        if is_over_laws(bind):
            return self.discrete.tilt(bind.variable)
        extent = self.evaluator.extent(bind.domain, {})
        if isinstance(sort, Matrix):
            rows, columns = self.evaluator.size(sort, {})
            if extent.kind == "ball":
                return in_ball(self.context, label, rows, extent.parts[1], UNIT)
            entries = [
                self.context.number(f"{label}[{place}]", REAL) for place in range(1, rows * columns + 1)
            ]
            return Grid(rows, columns, tuple(entries))
        if sort == REAL_SORT and extent.kind in ("everything", "closed", "open", "left_open", "right_open"):
            lower, upper = extent.parts or (None, None)
            above, below = extent.kind in ("open", "left_open"), extent.kind in ("open", "right_open")
            law, low, width = law_between(self.context.arithmetic, lower, upper, above, below)
            share = self.context.number(label, law)
            if width is not None:
                share = self.context.arithmetic.apply("*", (width, share))
            return share if low is None else self.context.arithmetic.apply("+", (low, share))
        if sort == NAT and representatives(self.evaluator, bind, {}) is None and extent.kind == "everything":
            return self.context.number(label, NATURAL)
        raise Unsupported(f"a value for the bound variable `{bind.variable.text}`")

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
        if declaration is None or declaration.kind == "draw":
            return
        if declaration.kind == "type":
            self.evaluator.names[name] = self.discrete.type(name)
            return
        call = self.plan.calls.get(name)
        if call is not None:
            self._called(call, declaration.name)
        else:
            self._default(declaration.name)

    def needs(self, *terms: Term | None) -> None:
        for term in terms:
            if term is not None:
                for name in sorted(term.free):
                    self.supply(name)

    def _called(self, call: Call, name: Name) -> None:
        if call.family == "dirichlet" and isinstance(name.sort, Distribution):
            ends = self.evaluator.extent(call.arguments["atoms"], {}).parts if call.arguments else (1, 3)
            self.evaluator.names[name.text] = self.discrete.law(name.text, name.sort, name.text, ends)
            return
        if call.family in ("table", "kernel_table") and isinstance(name.sort, Function):
            self.evaluator.names[name.text] = self.discrete.table(name.text, name.sort, name.text)
            return
        self.needs(name, *call.arguments.values(), call.first, call.last)
        self.lines.append(_call_line(call))
        if call.place is None and call.family not in self.plan.defined:
            kind = family_named(call.family).draws
            if kind in STRUCTURED:
                self.evaluator.names[name.text] = self._structured(kind, call, name)
                return
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
        element = name.sort.element if isinstance(name.sort, SequenceSort | Power) else name.sort
        place_name = call.place.text
        low, high = first, last
        if isinstance(name.sort, SequenceSort) and (isinstance(element, Matrix) or element == REAL_SORT):
            # the sequence is total: places outside the range of the draw may be anything
            listed = [mention for mention in self.plan.mentions(name.text) if mention.listed]
            reached = self._span(listed)
            if reached is not None:
                low, high = min(first, reached[0]), max(last, reached[1])

        def make(place: int) -> Value:
            if not first <= place <= last:
                return self._element(name.text, place, element)
            scope = {place_name: self.context.arithmetic.rational(Fraction(place))}
            return self._member(call, f"{name.text}[{place}]", element, scope).value

        self._sequence(name.text, low, high, make)

    def _structured(self, kind: str, call: Call, name: Name) -> Value:
        try:
            if kind == "law" and isinstance(name.sort, Distribution):
                return self.members.law(call, name)
            if kind == "algorithm" and isinstance(name.sort, Function):
                return self.members.algorithm(call, name)
            if kind == "table" and isinstance(name.sort, Function):
                return self.members.table(call, name)
            if kind == "sequence" and isinstance(name.sort, SequenceSort):
                return self.members.sequence(call, name)
            if kind == "map" and isinstance(name.sort, Function):
                return self.members.map(call, name)
            if kind == "set" and isinstance(name.sort, SetOf):
                return self.members.set_of(call, name)
        except (ValueError, KeyError) as error:
            raise Unsupported(f"the draw of `{name.text}`: {error}") from None
        raise Unsupported(f"`{call.family}` gives no values of the sort {name.sort} of `{name.text}`")

    def places(self, name: str) -> tuple[int, int]:
        """The first and the last place of a sequence that are mentioned."""
        return self._span(self.plan.mentions(name)) or (1, 1)

    def _span(self, found: list[Mention]) -> tuple[int, int] | None:
        """The first and last place of mentions, after the sizes that they depend on."""
        sizes = sorted(self.plan.structural)
        listed = all(mention.listed for mention in found)
        for needed in sorted(
            {name for mention in found for name in mention.free} | set(() if listed else sizes)
        ):
            self.supply(needed)
        return span(self.evaluator, found, sizes)

    def _element(self, name: str, place: int, sort: Sort) -> Value:
        """One element of a sequence whose elements are independent, by the default law of their sort."""
        if isinstance(sort, Matrix):
            return self.context.settled(self.grid(f"{name}[{place}]", name, sort))
        if isinstance(sort, Basic):
            return self.context.number(f"{name}[{place}]", REAL)
        return self.discrete.element(f"{name}[{place}]", sort, name)

    def _sequence(self, name: str, first: int, last: int, make: Any) -> None:
        grown = Grown(first, last, make)
        self.evaluator.names[name] = grown
        if first <= last:
            grown.at(last)

    def _structural(self, call: Call, name: Name) -> None:
        extent = self.argument(next(iter(call.arguments.values())), {})
        if (
            not isinstance(extent, Extent)
            or extent.kind != "range"
            or call.family not in ("uniform", "loguniform")
        ):
            raise Unsupported(f"the law of the size `{name.text}`")
        value = self.context.natural(name.text, extent.parts[0], extent.parts[1], call.family)
        self.evaluator.names[name.text] = self.context.arithmetic.rational(Fraction(value))

    def _member(self, call: Call, label: str, sort: Any, scope: Scope) -> Drawn:
        arguments = {
            key: self.context.settled(self.argument(term, scope)) for key, term in call.arguments.items()
        }
        if call.family in self.plan.defined:
            return self._of_defined(self.plan.defined[call.family], label, sort, arguments)
        family = family_named(call.family)
        missing = set(family.needs) - set(arguments)
        if missing:
            raise Unsupported(f"`{call.family}` without its parameter `{min(missing)}`")
        try:
            drawn = family.draw(Prefixed(self.context, label), self._size(sort), arguments)
            drawn = replace(drawn, value=self.context.settled(drawn.value))
        except ValueError as error:
            raise Unsupported(f"the draw of `{label}`: {error}") from None
        self.conditions += [condition for condition in drawn.conditions if condition is not True]
        return drawn

    def _of_defined(self, family: Defined, label: str, sort: Any, arguments: Mapping[str, Value]) -> Drawn:
        """A member of a user-defined family; parameters that are not given are drawn."""
        own = family.sort
        if not (isinstance(own, Function) and len(own.arguments) == 1 and isinstance(sort, Function)):
            raise Unsupported(f"a member of `{family.name}`")
        member = member_of(self.evaluator, family, arguments)
        parameters = Programme(
            Plan(member.evaluator.theorem), Prefixed(self.context, label), member.evaluator
        )
        given = member.evaluator.names
        if isinstance(own.arguments[0], Matrix):
            sizes = zip((own.arguments[0].rows, own.arguments[0].columns), self._size(sort), strict=True)
            for size, count in sizes:
                if isinstance(size, Name) and size.text not in given:
                    given[size.text] = self.context.arithmetic.rational(Fraction(count))
                elif member.evaluator.integer(size, {}) != count:
                    raise Unsupported(f"a member of `{family.name}` with arguments of another size")
        parameters.run()
        truths = [member.evaluator.truth(hypothesis.formula, {}) for hypothesis in family.hypotheses]
        conditions = [truth for truth in (*parameters.conditions, *truths) if truth is not True]
        self.conditions += conditions
        return Drawn(member, tuple(self._ensured(family, member)), conditions=tuple(conditions))

    def _ensured(self, family: Defined, member: Member) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The properties of the whole function that the family says it has, with their parameters."""
        for formula in family.ensures:
            if isinstance(formula, Apply) and formula.head.startswith("is_"):
                subject, *parameters = formula.args
                if isinstance(subject, Name) and subject.text == "value":
                    values = [self._extended(member, parameter) for parameter in parameters]
                    if not any(isinstance(value, Extent) for value in values):
                        yield formula.head.removeprefix("is_"), tuple(values)

    def _extended(self, member: Member, term: Term) -> Value:
        try:
            return member.evaluator.value(term, {})
        except Unsupported:
            return member.evaluator.extent(term, {})

    def argument(self, term: Term, scope: Scope) -> Value:
        """The value of a family's argument; a set, or the table of a defined function of finite types, where
        the term stands for one."""
        if isinstance(term, Name) and term.text in self.plan.theorem.definition:
            definition = self.plan.theorem.definition[term.text]
            parameters = definition.clauses[0].parameters
            if definition.style == "call" and all(isinstance(one.sort, Abstract) for one in parameters):
                return self._tabulated(term.text, parameters)
        if isinstance(term, Apply) and term.head == "blocks" and len(term.args) == 4:
            term = Apply("closed", term.args[2:], term.sort)
        if isinstance(term, Apply) and term.head in (
            "range",
            "closed",
            "open",
            "left_open",
            "right_open",
            "ball",
        ):
            extent = self.evaluator.extent(term, scope)
            return extent
        return self.evaluator.value(term, scope)

    def _tabulated(self, name: str, parameters: Sequence[Name]) -> Tabulated:
        """The table of a defined function."""
        sizes = tuple(self.discrete.count(one.sort) for one in parameters)
        rational = self.context.arithmetic.rational
        entries = [
            self.evaluator.defined_call(name, [rational(Fraction(k)) for k in chosen])
            for chosen in product(*(range(1, size + 1) for size in sizes))
        ]
        return Tabulated(sizes, tuple(entries))

    def _size(self, sort: Any) -> tuple[int, int]:
        if isinstance(sort, Function) and len(sort.arguments) == 1:
            sort = sort.arguments[0]
        return self.evaluator.size(sort, {}) if isinstance(sort, Matrix) else (1, 1)

    def _default(self, name: Name) -> None:
        sort = name.sort
        if isinstance(sort, Basic):
            self.evaluator.names[name.text] = self.context.settled(self._number(name))
        elif isinstance(sort, Matrix) and (origin := copied(self.plan.theorem, name.text)) is not None:
            self.needs(sort.rows, sort.columns, *origin)
            self.evaluator.names[name.text] = self._with_row(name.text, sort, *origin)
        elif isinstance(sort, Matrix):
            self.needs(sort.rows, sort.columns)
            self.evaluator.names[name.text] = self.context.settled(self.grid(name.text, name.text, sort))
        elif isinstance(sort, Distribution):
            self.needs(name)
            self.evaluator.names[name.text] = self.discrete.law(name.text, sort, name.text)
        elif isinstance(sort, Function) and all(map(_is_listed, sort.arguments)):
            self.evaluator.names[name.text] = self.discrete.table(name.text, sort, name.text)
        elif isinstance(sort, SetOf | Product | Abstract):
            self.needs(name)
            self.evaluator.names[name.text] = self.discrete.element(name.text, sort, name.text)
        elif isinstance(sort, Function):
            self._function(name, sort)
        elif isinstance(sort, SequenceSort | Power):
            self._default_sequence(name, sort)
        else:
            raise Unsupported(f"no family gives values of the sort {sort} of `{name.text}`")

    def _default_sequence(self, name: Name, sort: SequenceSort | Power) -> None:
        self.needs(name)
        if isinstance(sort, Power):
            ends = (1, self.evaluator.integer(sort.count, {}))
        else:
            ends = self._span(self.plan.mentions(name.text)) or (1, 1)
        element = sort.element
        if element in (NAT, INT):
            raise Unsupported(f"no family gives sequences of {element}")
        if isinstance(element, Basic):
            self.lines.append(f"draw {name.text}[t] ~ real  for t in {ends[0]}..{ends[1]}")
        self._sequence(name.text, *ends, lambda place: self._element(name.text, place, element))

    def grid(self, label: str, name: str, sort: Matrix) -> Grid:
        rows, columns = self.evaluator.size(sort, {})
        radius = self.plan.radius(name)
        if radius is not None and columns == 1:
            self.needs(radius)
            self.line(f"draw {name} ~ ball({radius})")
            return in_ball(self.context, label, rows, self.evaluator.value(radius, {}), UNIT)
        if radius is not None and name not in radius.free:
            self.needs(radius)
            self.line(f"draw {name}[i] ~ ball({radius})")
            length = self.evaluator.value(radius, {})
            lines = [
                in_ball(self.context, f"{label}[{i}]", columns, length, UNIT) for i in range(1, rows + 1)
            ]
            return Grid(rows, columns, tuple(entry for line in lines for entry in line.entries))
        operator = self.plan.operator_radius(name)
        if operator is not None:
            self.needs(operator)
            self.line(f"draw {name} ~ contraction({operator})")
            given = {"bound": self.evaluator.value(operator, {})}
            drawn = family_named("contraction").draw(Prefixed(self.context, label), (rows, columns), given)
            self.drawn[label] = drawn
            self.conditions += [condition for condition in drawn.conditions if condition is not True]
            assert isinstance(drawn.value, Grid)
            return drawn.value
        self.line(f"draw {name} ~ real entries")
        entries = [
            self.context.number(f"{label}[{i}]" if columns == 1 else f"{label}[{i},{j}]", REAL)
            for i in range(1, rows + 1)
            for j in range(1, columns + 1)
        ]
        return Grid(rows, columns, tuple(entries)) if columns > 1 else column(entries)

    def _with_row(self, name: str, sort: Matrix, origin: Name, place: Term) -> Grid:
        """The matrix `origin` with a row drawn anew."""
        found, fresh = self.evaluator.names[origin.text], self.grid(name, name, sort)
        at = self.evaluator.integer(place, {})
        self.line(f"define {name} := {origin.text} but for row {place}")
        if not isinstance(found, Grid) or not 1 <= at <= found.rows:
            raise Absent(f"row {at} of `{origin.text}`")
        rows = [fresh.row(k) if k == at - 1 else found.row(k) for k in range(found.rows)]
        return Grid(found.rows, found.columns, tuple(entry for row in rows for entry in row))

    def line(self, line: str) -> None:
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
            self.needs(bounds.equal)
            if not bounds.equal.free & self.active - {label} - set(self.evaluator.names):
                self.line(f"define {label} := {bounds.equal}")
                return self.evaluator.value(bounds.equal, {})
        lower, upper = self._bound(bounds.lower), self._bound(bounds.upper)
        if name.sort in (NAT, INT):
            return self._integer(name, lower, upper)
        law, low, width = law_between(arithmetic, lower, upper, bounds.above, bounds.below)
        self.line(f"draw {label} ~ {describe(law, low, width)}")
        share = self.context.number(label, law)
        if width is not None:
            share = arithmetic.apply("*", (width, share))
        return share if low is None else arithmetic.apply("+", (low, share))

    def _bound(self, term: Term | None) -> Any:
        if term is None:
            return None
        self.needs(term)
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
            self.line(f"draw {name.text} ~ loguniform({low}..{top})")
            return arithmetic.rational(Fraction(self.context.natural(name.text, low, top, "loguniform")))
        low = 0 if low is None else low
        high = arithmetic.integer(upper) if upper is not None else None
        top = LARGEST_NATURAL if high is None else high
        atoms = tuple(Fraction(value) for value in (low, low + 1, low + 2) if value <= top)
        law = Coordinate("log_integer", Fraction(max(low, 1)), Fraction(max(top, 1)), atoms)
        self.line(f"draw {name.text} ~ loguniform({low}..{top})")
        return self.context.number(name.text, law)

    def _is_dimension(self, name: str) -> bool:
        return any(
            name in size.free
            for declaration in self.plan.theorem.declarations
            if isinstance(declaration.name.sort, Matrix | Function | SequenceSort)
            for size in [declaration.name]
        )


def _is_listed(sort: Sort) -> bool:
    """Whether a table may have an argument of the sort."""
    return isinstance(sort, Abstract | Power) or sort == NAT


def _call_line(call: Call) -> str:
    arguments = ", ".join(f"{key} := {term}" for key, term in call.arguments.items())
    if call.place is None:
        return f"draw {call.target} ~ {call.family}({arguments})"
    ends = f"for {call.place} in {call.first}..{call.last}"
    return f"draw {call.target}[{call.place}] ~ {call.family}({arguments})  {ends}"
