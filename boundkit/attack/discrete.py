"""Draws of finite types, laws on anything, tables between finite types, finite sets, and processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from boundkit.attack.draws import Prefixed
from boundkit.attack.models import Call, family_named
from boundkit.attack.tape import TapeTooLong
from boundkit.instances import REAL, UNIT, Coordinate
from boundkit.instances.dirichlet import weights
from boundkit.ir.sorts import INT, NAT, Abstract, Distribution, Function, Matrix, Power, Product, SetOf, Sort
from boundkit.ir.sorts import REAL as REAL_SORT
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import TRUE, Name
from boundkit.ir.theorems import Declaration
from boundkit.kernel.candidates import Tilt
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Extent, Listed, Pair, Tabulated, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.attack.programme import Programme

MOST_ENTRIES = 256
RATE = Coordinate("log", Fraction(1, 8), Fraction(32), (Fraction(1), Fraction(2), Fraction(4), Fraction(8)))
NATURAL = Coordinate("integer", Fraction(0), Fraction(5))
SIZED = ("atoms", "hypotheses")
"""Arguments of a family that give the size of a finite type: that of a law's outcomes, that of what an
algorithm gives."""


class Discrete:
    """Draws for a programme; every coordinate's label starts with the name that is drawn."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.plan = programme.plan
        self.context = programme.context
        self.evaluator = programme.evaluator

    def type(self, name: str) -> Extent:
        """A finite type: its size is given by a draw of the model on it, or small."""
        low, high = 1, 3
        for call in self.plan.calls.values():
            declared = self.plan.theorem.declaration.get(call.target)
            for key in SIZED:
                if declared is not None and key in call.arguments:
                    sort = declared.name.sort
                    sort = sort.result if isinstance(sort, Function) else sort
                    sort = sort.element if isinstance(sort, Distribution) else sort
                    if sort == Abstract(name):
                        low, high = self.evaluator.extent(call.arguments[key], {}).parts
        count = self.context.natural(f"{name}.elements", low, high)
        elements = tuple(self.context.arithmetic.rational(Fraction(k)) for k in range(1, count + 1))
        self.programme.line(f"draw {name} ~ {{1..{count}}}")
        return Extent("enumeration", elements, TRUE)

    def element(self, label: str, sort: Sort, name: str) -> Value:
        """One value of a sort; `name` is the declared name whose hypotheses restrict it."""
        match sort:
            case Abstract():
                count = self._count(sort)
                atoms = tuple(Fraction(k) for k in range(1, count + 1))
                law = Coordinate("linear", Fraction(1), Fraction(count), atoms, Fraction(1))
                return self.context.number(label, law)
            case Matrix():
                return self.context.settled(self.programme.grid(label, name, sort))
            case Power(element, count_term):
                self.programme.needs(count_term)
                count = self.evaluator.integer(count_term, {})
                return Listed(
                    1, tuple(self.element(f"{label}[{k}]", element, name) for k in range(1, count + 1))
                )
            case Product(left, right):
                return Pair(
                    self.element(f"{label}.left", left, name), self.element(f"{label}.right", right, name)
                )
            case Distribution():
                return self.law(label, sort, name)
            case SetOf():
                return self.set_of(label, sort, name)
            case SequenceSort(element):
                first, last = self.programme.places(name)
                items = (self.element(f"{label}[{k}]", element, name) for k in range(first, last + 1))
                return Listed(first, tuple(items))
        if sort in (NAT, INT):
            return self.context.number(label, NATURAL)
        if sort == REAL_SORT:
            return self.atom(label, name)
        raise Unsupported(f"no family gives values of the sort {sort} of `{name}`")

    def law(self, label: str, sort: Distribution, name: str, most: tuple[int, int] = (1, 3)) -> FiniteLaw:
        """A finite law, weights by breaking a stick: on all of a finite type, or on a few other values."""
        if isinstance(sort.element, Abstract):
            self.programme.supply(sort.element.name)
            outcomes = self.evaluator.names[sort.element.name].parts
        else:
            count = self.context.natural(f"{label}.atoms", *most)
            outcomes = tuple(
                self.element(f"{label}.atom[{k}]", sort.element, name) for k in range(1, count + 1)
            )
        self.programme.line(f"draw {name} ~ dirichlet({len(outcomes)})")
        return FiniteLaw(outcomes, weights(Prefixed(self.context, label), len(outcomes)))

    def member_law(self, call: Call, name: Name) -> FiniteLaw:
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
            ends = self.evaluator.extent(support, {}).parts
            if len(ends) == 2 and None not in ends:
                arguments.setdefault("low", ends[0])
                arguments.setdefault("high", ends[1])
        drawn = family_named(call.family).draw(Prefixed(self.context, name.text), (1, 1), arguments)
        self.programme.conditions += [condition for condition in drawn.conditions if condition is not True]
        if not isinstance(drawn.value, FiniteLaw):
            raise Unsupported(f"`{call.family}` as a law on {sort.element}")
        return drawn.value

    def algorithm(self, call: Call, name: Name) -> Tabulated:
        """A member of a family of algorithms or mechanisms, a table over all samples."""
        sort = name.sort
        assert isinstance(sort, Function)
        shape = self.shape(sort)
        given = {key: term for key, term in call.arguments.items() if key not in SIZED}
        arguments = {
            key: self.context.settled(self.programme.argument(term, {})) for key, term in given.items()
        }
        result = sort.result.element if isinstance(sort.result, Distribution) else sort.result
        arguments |= {"shape": shape, "hypotheses": self._count(result)}
        drawn = family_named(call.family).draw(Prefixed(self.context, name.text), (1, 1), arguments)
        self.programme.conditions += [condition for condition in drawn.conditions if condition is not True]
        value = drawn.value
        if not isinstance(value, Tabulated):
            raise Unsupported(f"`{call.family}` as `{name.text}`")
        kernel = bool(value.entries) and isinstance(value.entries[0], FiniteLaw)
        if kernel != isinstance(sort.result, Distribution):
            raise Unsupported(f"`{call.family}` as a function of the sort {sort}")
        return value

    def table(self, name: str, sort: Function) -> Tabulated:
        """A function of finite types. With the size `varied` 0 all entries are equal, with 1 there are at
        most two, else each is drawn."""
        shape = self.shape(sort)
        support = self.plan.support(name)
        self.programme.line(f"draw {name} ~ table({support if support is not None else sort.result})")
        if sort.result == REAL_SORT:
            return Tabulated(
                shape, tuple(self.atom(f"{name}[{k}]", name) for k in range(1, math.prod(shape) + 1))
            )
        count = math.prod(shape)
        varied = self.context.natural(f"{name}.varied", 0, 2)
        if varied < 2:
            kinds = [self.element(f"{name}[{k}]", sort.result, name) for k in range(1, varied + 2)]
            chosen = [
                self.context.natural(f"{name}[{k}].kind", 0, 1) if varied else 0 for k in range(1, count + 1)
            ]
            return Tabulated(shape, tuple(kinds[kind] for kind in chosen))
        return Tabulated(
            shape, tuple(self.element(f"{name}[{k}]", sort.result, name) for k in range(1, count + 1))
        )

    def shape(self, sort: Function) -> tuple[int, ...]:
        """The sizes of the arguments of a table, that of a tuple once for each place. Raises TapeTooLong
        for more than MOST_ENTRIES entries."""
        found: list[int] = []
        for argument in sort.arguments:
            if isinstance(argument, Power):
                self.programme.needs(argument.count)
                found += [self._count(argument.element)] * self.evaluator.integer(argument.count, {})
            else:
                found.append(self._count(argument))
        if math.prod(found) > MOST_ENTRIES:
            raise TapeTooLong(f"a table of {math.prod(found)} entries")
        return tuple(found)

    def set_of(self, label: str, sort: SetOf, name: str) -> Extent:
        """A finite set: the subsets of a type, or a few values."""
        if isinstance(sort.element, Abstract):
            parts = self._type_of(sort.element).parts
            kept = [
                part for k, part in enumerate(parts) if self.context.natural(f"{label}.has[{k + 1}]", 0, 1)
            ]
            if sort.finite and not kept:
                kept = [parts[0]]
            return Extent("enumeration", tuple(kept), TRUE)
        count = self.context.natural(f"{label}.count", 1, 4)
        self.programme.line(f"draw {name} ~ random_cloud({count})")
        values = [self.element(f"{label}.point[{k}]", sort.element, name) for k in range(1, count + 1)]
        return Extent("enumeration", tuple(dict.fromkeys(values)), TRUE)

    def member_set(self, call: Call, name: Name) -> Extent:
        """A member of a family of finite sets of vectors."""
        sort = name.sort
        assert isinstance(sort, SetOf)
        self.programme.needs(name)
        arguments = {key: self.programme.argument(term, {}) for key, term in call.arguments.items()}
        size = self.evaluator.size(sort.element, {}) if isinstance(sort.element, Matrix) else (1, 1)
        drawn = family_named(call.family).draw(Prefixed(self.context, name.text), size, arguments)
        points = [point if isinstance(sort.element, Matrix) else point.entries[0] for point in drawn.value]
        return Extent("enumeration", tuple(dict.fromkeys(points)), TRUE)

    def tilt(self, variable: Name) -> Tilt:
        """A law to propose for a variable that ranges over laws: a tilt of a law of this sort that has a name
        by a defined function of its outcomes."""
        sort = variable.sort
        assert isinstance(sort, Distribution)
        call = self.plan.proposals.get(variable.text)
        given = [term.text for term in call.arguments.values() if isinstance(term, Name)] if call else []
        theorem = self.plan.theorem
        priors = [n for n, d in theorem.declaration.items() if d.name.sort == sort and d.kind == "let"]
        directions = [
            n
            for n, d in theorem.definition.items()
            if d.style == "call" and all(_takes(clause.parameters, sort.element) for clause in d.clauses)
        ]
        if len(given) == 2 and given[0] in priors and given[1] in directions:
            priors, directions = [given[0]], [given[1]]
        if not priors or not directions:
            raise Unsupported(f"a law to propose for `{variable.text}`")
        prior = priors[self.context.natural(f"bound.{variable.text}.prior", 0, len(priors) - 1)]
        direction = directions[
            self.context.natural(f"bound.{variable.text}.direction", 0, len(directions) - 1)
        ]
        return Tilt(prior, direction, self.context.number(f"bound.{variable.text}.rate", RATE))

    def process(self, declared: Sequence[Declaration]) -> tuple[tuple[str, ...], FiniteLaw]:
        """A joint law of draws without a law: a few outcomes, each a value of every draw."""
        names = tuple(one.name.text for one in declared)
        label = ",".join(names)
        for one in declared:
            self.programme.needs(one.name)
        count = self.context.natural(f"{label}.outcomes", 1, 3)
        outcomes = tuple(
            tuple(self.element(f"{one.name.text}{{{k}}}", one.name.sort, one.name.text) for one in declared)
            for k in range(1, count + 1)
        )
        self.programme.line(f"draw {label} ~ process of {count} outcomes")
        return names, FiniteLaw(outcomes, weights(Prefixed(self.context, label), count))

    def atom(self, label: str, name: str) -> Any:
        """A real number where the hypotheses place the values of `name`."""
        support = self.plan.support(name)
        if support is None:
            return self.context.number(label, REAL)
        self.programme.needs(support)
        extent = self.evaluator.extent(support, {})
        if len(extent.parts) != 2 or None in extent.parts or extent.kind == "range":
            raise Unsupported(f"numbers in `{support}`")
        apply = self.context.arithmetic.apply
        low, high = extent.parts
        return apply("+", (low, apply("*", (apply("-", (high, low)), self.context.number(label, UNIT)))))

    def _type_of(self, sort: Sort) -> Extent:
        if not isinstance(sort, Abstract):
            raise Unsupported(f"a table of arguments in {sort}")
        self.programme.supply(sort.name)
        found = self.evaluator.names[sort.name]
        assert isinstance(found, Extent)
        return found

    def _count(self, sort: Sort) -> int:
        return len(self._type_of(sort).parts)


def _takes(parameters: Sequence[Name], element: Sort) -> bool:
    return len(parameters) == 1 and parameters[0].sort == element


__all__ = ["Discrete"]
