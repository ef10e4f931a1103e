"""Members of the families of the shelf whose values are made of finite types: laws, algorithms, processes and
sets, with what each family is told besides the arguments of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boundkit.attack.draws import Prefixed
from boundkit.attack.models import Call, family_named
from boundkit.instances import Drawn
from boundkit.ir.sorts import NAT, REAL, Abstract, Distribution, Function, Matrix, Power, SetOf
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import TRUE, Name
from boundkit.ir.theorems import Declaration
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Extent, Listed, Tabulated, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.attack.programme import Programme

SIZED = ("atoms", "hypotheses")
"""Arguments of a family that give the size of a finite type: that of a law's outcomes, that of what an
algorithm gives."""


class Members:
    """Draws from families for a programme; every coordinate's label starts with the name that is drawn."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.plan = programme.plan
        self.context = programme.context
        self.evaluator = programme.evaluator

    def law(self, call: Call, name: Name) -> FiniteLaw:
        """A member of a family of laws. It is told the elements of a finite type, or the ends between which
        the hypotheses place the outcomes."""
        arguments = {key: self.programme.argument(term, {}) for key, term in call.arguments.items()}
        sort = name.sort
        assert isinstance(sort, Distribution)
        if isinstance(sort.element, Abstract):
            self.programme.supply(sort.element.name)
            arguments["elements"] = self.evaluator.names[sort.element.name]
        elif (support := self.plan.support(name.text)) is not None:
            self.programme.needs(support)
            extent = self.evaluator.extent(support, {})
            ends = extent.parts
            if extent.kind != "enumeration" and len(ends) == 2 and None not in ends:
                arguments.setdefault("low", ends[0])
                arguments.setdefault("high", ends[1])
        drawn = self._drawn(call, name.text, (1, 1), arguments)
        if not isinstance(drawn.value, FiniteLaw):
            raise Unsupported(f"`{call.family}` as a law on {sort.element}")
        return drawn.value

    def algorithm(self, call: Call, name: Name) -> Tabulated:
        """A member of a family of algorithms or mechanisms, a table over all samples."""
        sort = name.sort
        assert isinstance(sort, Function)
        shape, naturals = self.programme.discrete.shape(sort, name.text)
        given = {key: term for key, term in call.arguments.items() if key not in SIZED}
        arguments = {
            key: self.context.settled(self.programme.argument(term, {})) for key, term in given.items()
        }
        result = sort.result.element if isinstance(sort.result, Distribution) else sort.result
        arguments |= {"shape": shape, "naturals": naturals}
        size = (1, 1)
        if isinstance(result, Matrix):
            size = self.evaluator.size(result, {})
        else:
            arguments["hypotheses"] = self.programme.discrete.count(result)
        value = self._drawn(call, name.text, size, arguments).value
        if not isinstance(value, Tabulated) or value.naturals != naturals:
            raise Unsupported(f"`{call.family}` as `{name.text}`")
        kernel = bool(value.entries) and isinstance(value.entries[0], FiniteLaw)
        if kernel != isinstance(sort.result, Distribution):
            raise Unsupported(f"`{call.family}` as a function of the sort {sort}")
        return value

    def table(self, call: Call, name: Name) -> Tabulated:
        """A member of a family of tables: a number for all arguments of finite types, between the ends in
        which the hypotheses place it."""
        sort = name.sort
        assert isinstance(sort, Function)
        shape, naturals = self.programme.discrete.shape(sort, name.text)
        arguments = {
            key: self.context.settled(self.programme.argument(term, {}))
            for key, term in call.arguments.items()
        }
        if (support := self.plan.support(name.text)) is not None:
            self.programme.needs(support)
            ends = self.evaluator.extent(support, {}).parts
            if len(ends) == 2 and None not in ends:
                arguments.setdefault("low", ends[0])
                arguments.setdefault("high", ends[1])
        arguments |= {"shape": shape, "naturals": naturals}
        value = self._drawn(call, name.text, (1, 1), arguments).value
        if not isinstance(value, Tabulated) or sort.result != REAL:
            raise Unsupported(f"`{call.family}` as `{name.text}`")
        return value

    def map(self, call: Call, name: Name) -> Value:
        """A member of a family of maps of vectors; where there is one for each natural number, a table of
        them, of which the last stands for all larger numbers."""
        sort = name.sort
        assert isinstance(sort, Function)
        timed = len(sort.arguments) == 2 and sort.arguments[0] == NAT
        point = sort.arguments[-1]
        if not (isinstance(point, Matrix) and sort.result == point and len(sort.arguments) == 1 + timed):
            raise Unsupported(f"`{call.family}` as a function of the sort {sort}")
        self.programme.needs(name, point.rows, point.columns)
        size = self.evaluator.size(point, {})
        arguments = {key: self.programme.argument(term, {}) for key, term in call.arguments.items()}
        tables = [value for value in arguments.values() if isinstance(value, Tabulated)]
        if not timed:
            return self._map(call, name.text, size, arguments)
        count = tables[0].shape[0] if tables else self.context.natural(f"{name.text}.naturals[1]", 2, 4)
        maps = []
        for k in range(count):
            given = {key: v.entries[k] if isinstance(v, Tabulated) else v for key, v in arguments.items()}
            maps.append(self._map(call, f"{name.text}[{k}]", size, given))
        return Tabulated((count,), tuple(maps), (0,))

    def _map(self, call: Call, label: str, size: tuple[int, int], arguments: Mapping[str, Any]) -> Value:
        given = {key: self.context.settled(value) for key, value in arguments.items()}
        self.programme.drawn[label] = drawn = self._drawn(call, label, size, given)
        return drawn.value

    def sequence(self, call: Call, name: Name) -> Listed:
        """A member of a family of sequences of numbers."""
        assert isinstance(name.sort, SequenceSort)
        arguments = {
            key: self.context.settled(self.programme.argument(term, {}))
            for key, term in call.arguments.items()
        }
        arguments["places"] = self.programme.places(name.text)
        value = self._drawn(call, name.text, (1, 1), arguments).value
        if not isinstance(value, Listed) or name.sort.element != REAL:
            raise Unsupported(f"`{call.family}` as `{name.text}`")
        return value

    def set_of(self, call: Call, name: Name) -> Extent:
        """A member of a family of finite sets of vectors."""
        sort = name.sort
        assert isinstance(sort, SetOf)
        self.programme.needs(name)
        arguments = {
            key: self.context.settled(self.programme.argument(term, {}))
            for key, term in call.arguments.items()
        }
        size = self.evaluator.size(sort.element, {}) if isinstance(sort.element, Matrix) else (1, 1)
        drawn = self._drawn(call, name.text, size, arguments)
        points = [point if isinstance(sort.element, Matrix) else point.entries[0] for point in drawn.value]
        return Extent("enumeration", tuple(dict.fromkeys(points)), TRUE)

    def process(self, call: Call, declared: Sequence[Declaration]) -> tuple[tuple[str, ...], FiniteLaw]:
        """A member of a family of processes: the joint law of all places of one draw without a law."""
        one = declared[0].name
        if len(declared) > 1 or not isinstance(one.sort, Power | SequenceSort):
            raise Unsupported(f"`{call.family}` for {', '.join(d.name.text for d in declared)}")
        self.programme.needs(one, *call.arguments.values())
        if isinstance(one.sort, Power):
            self.programme.needs(one.sort.count)
            places = (1, self.evaluator.integer(one.sort.count, {}))
        else:
            places = self.programme.places(one.text)
        arguments = {key: self.programme.argument(term, {}) for key, term in call.arguments.items()}
        element = one.sort.element
        if isinstance(element, Matrix):
            self.programme.needs(element.rows, element.columns)
        size = self.evaluator.size(element, {}) if isinstance(element, Matrix) else (1, 1)
        drawn = self._drawn(call, one.text, size, {**arguments, "places": places})
        if not isinstance(drawn.value, FiniteLaw):
            raise Unsupported(f"`{call.family}` as the law of `{one.text}`")
        return (one.text,), drawn.value

    def _drawn(self, call: Call, label: str, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        """A member of a family of the shelf, with what it needs of its arguments as conditions."""
        family = family_named(call.family)
        missing = set(family.needs) - set(arguments)
        if missing:
            raise Unsupported(f"`{call.family}` without its parameter `{min(missing)}`")
        drawn = family.draw(Prefixed(self.context, label), size, arguments)
        self.programme.conditions += [condition for condition in drawn.conditions if condition is not True]
        return drawn


__all__ = ["SIZED", "Members"]
