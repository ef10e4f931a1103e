"""Draws of finite types, laws on anything, tables between finite types, finite sets, and processes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from boundkit.attack.draws import Prefixed
from boundkit.attack.intervals import rational_of
from boundkit.attack.members import SIZED
from boundkit.attack.tape import TapeTooLong
from boundkit.instances import REAL, UNIT, Coordinate
from boundkit.instances.dirichlet import weights
from boundkit.ir.sorts import INT, NAT, Abstract, Distribution, Function, Matrix, Power, Product, SetOf, Sort
from boundkit.ir.sorts import REAL as REAL_SORT
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import TRUE, Name, Term
from boundkit.ir.theorems import Declaration
from boundkit.kernel.candidates import Tilt
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.samples import everything
from boundkit.kernel.values import Extent, Listed, Pair, Tabulated, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.attack.programme import Programme

MOST_ENTRIES = 256
MOST_CHOSEN = 4
RATE = Coordinate("log", Fraction(1, 8), Fraction(32), (Fraction(1), Fraction(2), Fraction(4), Fraction(8)))
NATURAL = Coordinate("integer", Fraction(0), Fraction(5))


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
                count = self.count(sort)
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
            case Function():
                return self.table(label, sort, name)
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

    def table(self, label: str, sort: Function, name: str) -> Tabulated:
        """A function of finite types, and of natural numbers from some of which on it is constant. With the
        size `varied` 0 all entries are equal, with 1 there are at most two, else each is drawn."""
        shape, naturals = self.shape(sort, label)
        support = self.plan.support(name)
        self.programme.line(f"draw {name} ~ table({support if support is not None else sort.result})")
        if sort.result == REAL_SORT:
            numbers = tuple(self.atom(f"{label}[{k}]", name) for k in range(1, math.prod(shape) + 1))
            return Tabulated(shape, numbers, naturals)
        count = math.prod(shape)
        varied = self.context.natural(f"{label}.varied", 0, 2)
        if varied < 2:
            kinds = [self.element(f"{label}[{k}]", sort.result, name) for k in range(1, varied + 2)]
            chosen = [
                self.context.natural(f"{label}[{k}].kind", 0, 1) if varied else 0 for k in range(1, count + 1)
            ]
            return Tabulated(shape, tuple(kinds[kind] for kind in chosen), naturals)
        entries = tuple(self.element(f"{label}[{k}]", sort.result, name) for k in range(1, count + 1))
        return Tabulated(shape, entries, naturals)

    def shape(self, sort: Function, name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The sizes of the arguments of a table, that of a tuple once for each place, and the places of
        natural numbers. Raises TapeTooLong for more than MOST_ENTRIES entries."""
        found: list[int] = []
        naturals: list[int] = []
        for argument in sort.arguments:
            if argument == NAT:
                naturals.append(len(found))
                found.append(self.context.natural(f"{name}.naturals[{len(naturals)}]", 2, 4))
            else:
                found += self._places(argument)
        if math.prod(found) > MOST_ENTRIES:
            raise TapeTooLong(f"a table of {math.prod(found)} entries")
        return tuple(found), tuple(naturals)

    def _places(self, sort: Sort) -> list[int]:
        """The numbers of elements of the places of an argument: of a tuple, also of one of tuples, all."""
        if not isinstance(sort, Power):
            return [self.count(sort)]
        self.programme.needs(sort.count)
        return self._places(sort.element) * self.evaluator.integer(sort.count, {})

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
        rest = self._all_of(sort.element)
        if rest is not None:
            # by number and without replacement: which elements are equal is known, in every arithmetic
            many = min(len(rest), MOST_CHOSEN)
            count = self.context.natural(f"{label}.count", int(sort.finite), many)
            chosen = [
                rest.pop(self.context.natural(f"{label}.point[{k}]", 0, len(rest) - 1))
                for k in range(1, count + 1)
            ]
            self.programme.line(f"draw {name} ~ {count} of {sort.element}")
            return Extent("enumeration", tuple(chosen), TRUE)
        count = self.context.natural(f"{label}.count", 1, MOST_CHOSEN)
        self.programme.line(f"draw {name} ~ random_cloud({count})")
        values = [self.element(f"{label}.point[{k}]", sort.element, name) for k in range(1, count + 1)]
        return Extent("enumeration", tuple(dict.fromkeys(values)), TRUE)

    def _all_of(self, sort: Sort) -> list[Value] | None:
        """All tuples or pairs of elements of finite types; None for another sort, and for too many."""
        if not isinstance(sort, Power | Product):
            return None
        for element in _finite_types(sort):
            self.programme.supply(element.name)
        self.programme.needs(*_counts(sort))
        found = everything(self.evaluator, sort)
        return None if found is None else list(found)

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
        values = tuple(map(rational_of, extent.parts))
        if extent.kind == "enumeration" and values and None not in values:
            atoms = tuple(sorted(value for value in values if value is not None))
            return self.context.number(label, Coordinate("linear", atoms[0], atoms[-1], atoms, Fraction(1)))
        if (
            extent.kind == "enumeration"
            or len(extent.parts) != 2
            or None in extent.parts
            or extent.kind == "range"
        ):
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

    def count(self, sort: Sort) -> int:
        """The number of elements of a finite type."""
        return len(self._type_of(sort).parts)


def _finite_types(sort: Sort) -> Iterator[Abstract]:
    """The abstract types of which a sort has tuples and pairs."""
    match sort:
        case Abstract():
            yield sort
        case Power(element, _):
            yield from _finite_types(element)
        case Product(left, right):
            yield from _finite_types(left)
            yield from _finite_types(right)


def _counts(sort: Sort) -> Iterator[Term]:
    """The numbers of places of the tuples in a sort."""
    match sort:
        case Power(element, count):
            yield count
            yield from _counts(element)
        case Product(left, right):
            yield from _counts(left)
            yield from _counts(right)


def _takes(parameters: Sequence[Name], element: Sort) -> bool:
    return len(parameters) == 1 and parameters[0].sort == element


__all__ = ["Discrete"]
