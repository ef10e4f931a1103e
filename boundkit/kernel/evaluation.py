"""The meaning of terms at one instance, over any arithmetic of numbers and truth values.

Sizes, index ranges and sequence places must be known integers; numbers and truth values belong to the
arithmetic: rationals and balls in `kernel.witness`, rows of a tape in `boundkit.attack`. What is not
defined here is `Unsupported`, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from boundkit.ir.sorts import NAT, Matrix, SetOf, Sort
from boundkit.ir.terms import Apply, Bind, Name, Number, Term
from boundkit.ir.theorems import Definition, Theorem
from boundkit.kernel import (
    candidates,
    clauses,
    covers,
    everywhere,
    generic,
    grids,
    heads,
    laws,
    naturals,
    rays,
    samples,
)
from boundkit.kernel.values import (
    Absent,
    Arithmetic,
    Exhausted,
    Extent,
    Grid,
    Grown,
    Listed,
    Pair,
    Tabulated,
    Truth,
    Unsupported,
    Value,
    column,
)

Scope = Mapping[str, Value]

RELATIONS = ("<=", "<", "=", "!=")
GRID_HEADS = ("transpose", "identity", "zero", "blocks", "basis")
NORMS = ("norm", "norm_1", "norm_inf", "norm_fro")
SET_HEADS = ("range", *clauses.INTERVALS, "enumeration", "everything", "ball", "subgrad")
NOT_NUMBERS = (Extent, Grown, Listed, Pair, Tabulated, laws.FiniteLaw)
DECIDED = frozenset({"forall", "exists", "min", "max", "sup", "inf"})
"""Binders that ask which values the body takes, and not how often."""
FOLDS = {"sum": "+", "prod": "*", "min": "min", "max": "max", "sup": "max", "inf": "min"}


class Evaluator:
    """Evaluates terms of `theorem` where the declared names have `names`; `proposals` gives values for
    bound variables whose range cannot be listed. `budget` bounds the number of evaluated terms,
    `most_outcomes` those of one expectation. `process` is the joint law of the draws that have no law of
    their own: their names, and a law whose outcomes are tuples of values."""

    most_outcomes = 4096
    process: tuple[tuple[str, ...], laws.FiniteLaw] | None = None
    parent: Evaluator | None = None
    fresh: frozenset[str] = frozenset()

    def __init__(
        self,
        theorem: Theorem,
        arithmetic: Arithmetic,
        names: Mapping[str, Value],
        proposals: Mapping[str, Value] | None = None,
        budget: int = 2_000_000,
    ) -> None:
        self.theorem = theorem
        self.arithmetic = arithmetic
        self.names = dict(names)
        self.proposals = dict(proposals or {})
        self.left = [budget]  # shared with the evaluators under outcomes
        self.constants: dict[str, Value] = {}
        self.sequences: dict[str, Grown] = {}
        self.calls: dict[tuple[Any, ...], Value] = {}
        self.nested = [0]  # relations inside the sides of others, or inside a probability; shared likewise
        self.mentions: dict[str, frozenset[str]] = {}
        self.conditionals: dict[Any, list[tuple[Any, list[Value], Value]]] = {}
        self.trail: list[tuple[str, Value]] = []

    def value(self, term: Term, scope: Scope) -> Value:
        """The number, Grid, sequence or function that `term` stands for.

        Raises Unsupported, Absent, Exhausted, and what the arithmetic raises."""
        self.left[0] -= 1
        if self.left[0] < 0:
            raise Exhausted("the budget of evaluated terms is spent")
        match term:
            case Number():
                return self.arithmetic.rational(term.value)
            case Name():
                return self.named(term.text, scope)
            case Apply():
                return self._apply(term, scope)
            case Bind():
                return self._fold(term, scope)
        raise Unsupported(f"a term of kind {type(term).__name__}")

    def named(self, name: str, scope: Scope) -> Value:
        """The value of a name: bound, given, or defined."""
        if name in scope:
            return scope[name]
        if name in self.names:
            return self.names[name]
        definition = self.theorem.definition.get(name)
        if definition is None:
            raise Unsupported(f"`{name}` has no value at this instance")
        if self.parent is not None and self.fresh.isdisjoint(self._mentioned(name)):
            return self.parent.named(name, {})
        if definition.style == "constant":
            if name not in self.constants:
                self.constants[name] = self.value(definition.clauses[0].body, {})
            return self.constants[name]
        if definition.style == "index":
            return self._sequence(definition)
        raise Unsupported(f"the defined function `{name}` without its arguments")

    def _mentioned(self, name: str) -> frozenset[str]:
        if name not in self.mentions:
            self.mentions[name] = clauses.mentioned(self.theorem, name)
        return self.mentions[name]

    def integer(self, term: Term, scope: Scope) -> int:
        """The known integer that `term` stands for; Unsupported when it is none."""
        found = self.arithmetic.integer(self.value(term, scope))
        if found is None:
            raise Unsupported(f"`{term}` is needed as a known integer")
        return found

    def truth(self, term: Term, scope: Scope) -> Truth:
        """The truth value of a proposition."""
        arithmetic: Any = self.arithmetic
        if isinstance(term, Bind):
            return self._quantified(term, scope)
        if not isinstance(term, Apply):
            raise Unsupported(f"`{term}` as a proposition")
        match term.head:
            case "true" | "false":
                return arithmetic.constant(term.head == "true")
            case "and":
                return arithmetic.every([partial(self.truth, part, scope) for part in term.args])
            case "or":
                return arithmetic.some([partial(self.truth, part, scope) for part in term.args])
            case "not":
                return arithmetic.negation(self.truth(term.args[0], scope))
            case "implies":
                return self._implies(term.args[0], term.args[1], scope)
            case "iff":
                return arithmetic.every(
                    (
                        lambda: self._implies(term.args[0], term.args[1], scope),
                        lambda: self._implies(term.args[1], term.args[0], scope),
                    )
                )
            case "in":
                return self._member(term.args[0], term.args[1], scope)
            case "almost_surely":
                return laws.almost_surely(self, term.args[0], scope)
            case "with_probability":
                level = self.value(term.args[0], scope)
                if arithmetic.exact and not self.nested[0]:
                    mass = laws.watched_probability(self, term.args[1], level, scope)
                else:
                    mass = laws.probability(self, term.args[1], scope)
                return arithmetic.compare("<=", level, mass)
            case head if head in RELATIONS:
                return self._relation(head, term.args[0], term.args[1], scope)
            case "lesssim":
                return rays.up_to_a_constant(self, term, scope)
            case "neighbours":
                return samples.neighbours(self, term.args, scope)
            case head if head.startswith("is_"):
                return self._property(term, scope)
        raise Unsupported(f"`{term.head}`")

    def under(self, names: Mapping[str, Value]) -> Evaluator:
        """An evaluator in which further names have values; it spends the same budget."""
        child = object.__new__(type(self))
        child.__dict__.update(self.__dict__)
        child.names = {**self.names, **names}
        child.constants, child.sequences, child.calls = {}, {}, {}
        child.parent, child.fresh = self, frozenset(names)
        return child

    def within(self, theorem: Theorem, names: Mapping[str, Value]) -> Evaluator:
        """An evaluator of another theorem's terms, with these names alone; it spends the same budget."""
        child = self.under({})
        child.theorem, child.parent, child.conditionals, child.mentions = theorem, None, {}, {}
        child.names, child.proposals, child.trail = dict(names), {}, []
        return child

    def elements(self, domain: Term, scope: Scope) -> Iterator[Value] | None:
        """The elements of a set that can be listed, in order; None for any other."""
        extent = self.extent(domain, scope)
        if extent.kind == "range":
            first, last = extent.parts
            return (self.arithmetic.rational(Fraction(place)) for place in range(first, last + 1))
        if extent.kind == "enumeration":
            return iter(extent.parts)
        if extent.kind == "everything" and isinstance(extent.term.sort, SetOf):
            return samples.everything(self, extent.term.sort.element)
        return None

    def ranging(self, term: Bind, scope: Scope) -> Iterator[Value] | None:
        """Values of the variable of a quantifier or fold that may stand for all; None for those that cannot
        be listed."""
        if term.head in DECIDED and (some := naturals.representatives(self, term, scope)) is not None:
            return (self.arithmetic.rational(Fraction(place)) for place in some)
        return self.elements(term.domain, scope)

    def extent(self, domain: Term, scope: Scope) -> Extent:
        """The set that `domain` stands for."""
        if isinstance(domain, Apply) and domain.head in SET_HEADS:
            match domain.head:
                case "range":
                    ends = tuple(self.integer(end, scope) for end in domain.args)
                    return Extent("range", ends, domain)
                case "closed" | "open" | "left_open" | "right_open":
                    return Extent(domain.head, tuple(self._end(end, scope) for end in domain.args), domain)
                case "everything":
                    return Extent("everything", (), domain)
                case _:
                    parts = tuple(self.value(arg, scope) for arg in domain.args)
                    return Extent(domain.head, parts, domain)
        if isinstance(domain, Bind) and domain.head in ("argmin", "argmax"):
            return Extent(domain.head, (self.extent(domain.domain, scope),), domain)
        if isinstance(domain, Bind) and domain.head == "set":
            return Extent("enumeration", tuple(heads.built_set(self, domain, scope)), domain)
        named = isinstance(domain, Name | Apply) and isinstance(domain.sort, SetOf)
        if named and isinstance(found := self.value(domain, scope), Extent):
            return found
        raise Unsupported(f"the set `{domain}`")

    def defined_call(self, name: str, args: Sequence[Value]) -> Value:
        """The value of a defined function or sequence at `args`; Absent where no clause applies."""
        if self.parent is not None and self.fresh.isdisjoint(self._mentioned(name)):
            return self.parent.defined_call(name, args)
        try:
            return self.calls[name, *args]
        except KeyError:
            self.calls[name, *args] = result = self._by_clauses(name, args)
            return result
        except (TypeError, ValueError):  # balls have no hash
            return self._by_clauses(name, args)

    def _by_clauses(self, name: str, args: Sequence[Value]) -> Value:
        for clause in self.theorem.definition[name].clauses:
            scope = clauses.matches(self, clause, args)
            if scope is not None:
                return self.value(clause.body, scope)
        raise Absent(f"no clause of `{name}` applies")

    def _apply(self, term: Apply, scope: Scope) -> Value:
        head, args = term.head, term.args
        match head:
            case "call":
                return self._call(args[0], args[1:], scope)
            case "index":
                return self._index(args[0], args[1], scope, isinstance(term.sort, Matrix))
            case "if":
                return self.arithmetic.choose(
                    self.truth(args[0], scope),
                    lambda: self.value(args[1], scope),
                    lambda: self.value(args[2], scope),
                )
            case "inner":
                return grids.inner(self.arithmetic, self.value(args[0], scope), self.value(args[1], scope))
            case "grad":
                return self._gradient(args, scope)
            case "diff":
                return clauses.derivative_of(self, args, scope)
            case "at":
                return clauses.value_at(self, args, scope)
            case "card":
                extent = self.extent(args[0], scope)
                if extent.kind != "enumeration":
                    raise Unsupported(f"the size of `{args[0]}`")
                return self.arithmetic.rational(Fraction(len(extent.parts)))
            case "^" if self._even_power_of_norm(term):
                base, exponent = args
                assert isinstance(base, Apply) and isinstance(exponent, Number)
                vector = self.value(base.args[0], scope)
                half = self.arithmetic.rational(exponent.value / 2)
                square = grids.inner(self.arithmetic, vector, vector)
                return square if exponent.value == 2 else self.arithmetic.apply("^", (square, half))
            case "expectation":
                return laws.expectation(self, args[0], scope)
            case "probability":
                return laws.probability(self, args[0], scope)
            case "variance":
                return laws.variance(self, laws.outcomes_of(self, args[0], scope))
            case _ if head in heads.HEADS:
                return heads.value_of(self, term, scope)
            case _ if head in SET_HEADS:
                return self.extent(term, scope)
            case _ if head in NORMS:
                return grids.norm(self.arithmetic, head, self.value(args[0], scope))
            case _ if head in GRID_HEADS:
                return grids.written_grid(self, term, scope)
        return self._operate(head, [self.value(arg, scope) for arg in args], term)

    def _operate(self, head: str, args: list[Value], term: Apply) -> Value:
        arithmetic = self.arithmetic
        if not args or any(isinstance(arg, NOT_NUMBERS) for arg in args):
            raise Unsupported(f"`{head}` in `{term}`")
        if not any(isinstance(arg, Grid) for arg in args):
            return arithmetic.apply(head, args)
        match head:
            case "+" | "-" | "neg":
                return grids.entrywise(self.arithmetic, head, args)
            case "*":
                product = args[0]
                for factor in args[1:]:
                    product = grids.product(self.arithmetic, product, factor)
                return product
            case "/" if isinstance(args[0], Grid) and not isinstance(args[1], Grid):
                quotient = [arithmetic.apply("/", (entry, args[1])) for entry in args[0].entries]
                return Grid(args[0].rows, args[0].columns, tuple(quotient))
            case "min" | "max" | "abs":
                pass
        raise Unsupported(f"`{head}` on matrices, in `{term}`")

    def size(self, sort: Sort, scope: Scope) -> tuple[int, int]:
        """Rows and columns of a matrix sort."""
        if not isinstance(sort, Matrix):
            raise Unsupported(f"the size of a {sort}")
        return self.integer(sort.rows, scope), self.integer(sort.columns, scope)

    def _call(self, function: Term, args: tuple[Term, ...], scope: Scope) -> Value:
        values = [self.value(arg, scope) for arg in args]
        defined = (
            isinstance(function, Name) and function.text not in scope and function.text not in self.names
        )
        if isinstance(function, Name) and defined and function.text in self.theorem.definition:
            return self.defined_call(function.text, values)
        if isinstance(function, Bind) and function.head == "function" and len(values) == 1:
            return self.value(function.body, {**scope, function.variable.text: values[0]})
        form = self.value(function, scope)
        if isinstance(form, Tabulated) and len(values) == len(form.shape) + 1 and form.naturals:
            form, values = form.at(self.arithmetic, values[:-1]), values[-1:]
        if isinstance(form, Tabulated):
            return form.at(self.arithmetic, values)
        if len(values) != 1:
            raise Unsupported(f"a function of {len(values)} arguments")
        try:
            return self.calls[id(form), values[0]]
        except KeyError:
            self.calls[id(form), values[0]] = result = form.value(self.arithmetic, values[0])
            return result
        except (TypeError, ValueError):  # balls have no hash
            return form.value(self.arithmetic, values[0])

    def _gradient(self, args: tuple[Term, ...], scope: Scope) -> Value:
        form = self.value(args[0], scope)
        if not getattr(form, "differentiable", False) or len(args) != 2:
            raise Unsupported("`grad` of this function")
        return form.subgradient(self.arithmetic, self.value(args[1], scope))

    def _index(self, sequence: Term, place: Term, scope: Scope, whole_row: bool) -> Value:
        """An element of a sequence or vector, or a row of a matrix, which may have one column."""
        value = self.value(sequence, scope)
        at = self.integer(place, scope)
        if isinstance(value, Grid):
            if not 1 <= at <= value.rows:
                raise Absent(f"row {at} of {value.rows}")
            row = value.row(at - 1)
            return column(row) if whole_row or value.columns > 1 else row[0]
        return value.at(at)

    def _sequence(self, definition: Definition) -> Grown:
        name = definition.name.text
        if name not in self.sequences:
            first = clauses.first_place(self, definition)

            def make(place: int) -> Value:
                return self.defined_call(name, (self.arithmetic.rational(Fraction(place)),))

            self.sequences[name] = Grown(first, None, make)
        return self.sequences[name]

    def _fold(self, term: Bind, scope: Scope) -> Value:
        if term.head in ("expectation", "probability", "variance"):
            return laws.over_law(self, term, scope)
        if term.head == "function":
            raise Unsupported("an anonymous function that is not applied")
        if term.head in ("argmin", "argmax"):
            return covers.chosen(self, term, scope)
        if term.head == "set":
            return self.extent(term, scope)
        if term.head in ("sup", "inf", "max", "min") and candidates.is_over_laws(term):
            return candidates.extremum(self, term, scope)
        if term.head in ("min", "inf") and (ball := covers.centre_of(self, term, scope)) is not None:
            return ball[1]
        if term.head not in FOLDS and term.head != "avg":
            raise Unsupported(f"`{term.head}`")
        elements = self.ranging(term, scope)
        if elements is None:
            raise Unsupported(f"`{term.head}` over `{term.domain}`")
        parts = [self.value(term.body, {**scope, term.variable.text: element}) for element in elements]
        if not parts:
            if term.head == "sum" and isinstance(term.sort, Matrix):
                rows, columns = self.size(term.sort, scope)
                return Grid(rows, columns, (self.arithmetic.rational(Fraction(0)),) * (rows * columns))
            if term.head in ("sum", "prod"):
                return self.arithmetic.rational(Fraction(int(term.head == "prod")))
            raise Absent(f"`{term.head}` over an empty set")
        total = parts[0]
        head = "+" if term.head == "avg" else FOLDS[term.head]
        for part in parts[1:]:
            total = self._operate(head, [total, part], Apply(head, (term.body, term.body), term.sort))
        if term.head == "avg":
            share = self.arithmetic.rational(Fraction(1, len(parts)))
            total = grids.product(self.arithmetic, share, total)
        return total

    def _quantified(self, term: Bind, scope: Scope) -> Truth:
        if term.head not in ("forall", "exists"):
            raise Unsupported(f"`{term.head}` as a proposition")
        name = term.variable.text
        elements = self.ranging(term, scope)
        if elements is not None:
            parts = [self._labelled(term, {**scope, name: element}, element) for element in elements]
            return self.arithmetic.every(parts) if term.head == "forall" else self.arithmetic.some(parts)
        if term.head == "forall" and (within := clauses.stays_within(self, term, scope)) is not None:
            return within
        if term.head == "forall" and (known := everywhere.holds_everywhere(self, term, scope)) is not None:
            return known
        if term.head == "forall" and (certain := generic.holds_for_all(self, term, scope)) is not None:
            return certain
        if candidates.is_over_laws(term):
            return candidates.quantified(self, term, scope)
        if term.head == "forall" and laws.is_tail(term) and self.arithmetic.exact:
            holds = laws.tail_holds(self, term, scope)
            if holds is True or name not in self.proposals:
                return holds
        if name not in self.proposals:
            raise Unsupported(f"`{term.head} {name} in {term.domain}` without a proposed value")
        chosen = self.proposals[name]
        if term.variable.sort == NAT and self.arithmetic.exact:
            place = self.arithmetic.integer(chosen)
            if place is None or place < 0:
                raise Unsupported(f"the value proposed for `{name}`, which is no natural number")
        inside = self._contains(self.extent(term.domain, scope), chosen, scope)
        body = self._labelled(term, {**scope, name: chosen}, chosen)
        if term.head == "exists":
            raise Unsupported("`exists` over a set that cannot be listed")
        outside = self.arithmetic.negation(inside)
        return self.arithmetic.one_sided(self.arithmetic.some((lambda: outside, body)))

    def _labelled(self, term: Bind, scope: Scope, element: Value) -> Callable[[], Truth]:
        def evaluate() -> Truth:
            self.trail.append((term.variable.text, element))
            result = self.truth(term.body, scope)
            if result is not False:
                self.trail.pop()
            return result

        return evaluate

    def _implies(self, premise: Term, conclusion: Term, scope: Scope) -> Truth:
        return self.arithmetic.some(
            (
                lambda: self.arithmetic.negation(self.truth(premise, scope)),
                lambda: self.truth(conclusion, scope),
            )
        )

    def _relation(self, head: str, left: Term, right: Term, scope: Scope) -> Truth:
        arithmetic: Any = self.arithmetic
        if head == "<=" and heads.operator_norm_within(self, left, right, scope) is True:
            return arithmetic.constant(True)
        self.nested[0] += 1
        try:
            a, b = self.value(left, scope), self.value(right, scope)
        finally:
            self.nested[0] -= 1
        if arithmetic.exact and not self.nested[0]:
            arithmetic.outermost(head, a, b)
        structured = isinstance(a, Listed | Pair) and isinstance(b, Listed | Pair)
        if structured and head in ("=", "!="):
            equal = samples.same(arithmetic, a, b)
            return equal if head == "=" else arithmetic.negation(equal)
        if isinstance(a, Grid) or isinstance(b, Grid):
            if not (isinstance(a, Grid) and isinstance(b, Grid)) or head not in ("=", "!="):
                raise Unsupported(f"`{head}` between matrices")
            if (a.rows, a.columns) != (b.rows, b.columns):
                raise Absent("matrices of different sizes compared")
            pairs = list(zip(a.entries, b.entries, strict=True))
            equal = arithmetic.every([partial(arithmetic.compare, "=", *pair) for pair in pairs])
            return equal if head == "=" else arithmetic.negation(equal)
        if isinstance(a, NOT_NUMBERS) or isinstance(b, NOT_NUMBERS):
            raise Unsupported(f"`{head}` between `{left}` and `{right}`")
        return arithmetic.compare(head, a, b)

    def _member(self, element: Term, domain: Term, scope: Scope) -> Truth:
        return self._contains(self.extent(domain, scope), self.value(element, scope), scope)

    def _contains(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        arithmetic = self.arithmetic
        match extent.kind:
            case "range":
                if arithmetic.integer(value) is None:
                    raise Unsupported("membership of a number that is no known integer in a range")
                first, last = (arithmetic.rational(Fraction(end)) for end in extent.parts)
                return self._between(value, first, last, "closed")
            case "enumeration":
                equal = partial(samples.same, arithmetic, value)
                return arithmetic.some([partial(equal, part) for part in extent.parts])
            case "everything":
                return arithmetic.constant(True)
            case "ball":
                _, radius = extent.parts
                return arithmetic.compare("<=", grids.norm(self.arithmetic, "norm", value), radius)
            case "closed" | "open" | "left_open" | "right_open":
                lower, upper = extent.parts
                return self._between(value, lower, upper, extent.kind)
            case "subgrad":
                form, point = extent.parts
                return self.has_subgradient(form, point, value)
            case "argmin":
                return self.is_minimiser(extent, value, scope)
        raise Unsupported(f"membership in `{extent.term}`")

    def _between(self, value: Any, lower: Any, upper: Any, kind: str) -> Truth:
        parts = []
        if lower is not None:
            strict = "<" if kind in ("open", "left_open") else "<="
            parts.append(lambda: self.arithmetic.compare(strict, lower, value))
        if upper is not None:
            firm = "<" if kind in ("open", "right_open") else "<="
            parts.append(lambda: self.arithmetic.compare(firm, value, upper))
        return self.arithmetic.every(parts)

    def _end(self, end: Term, scope: Scope) -> Any:
        return None if clauses.infinite(end) else self.value(end, scope)

    def _property(self, term: Apply, scope: Scope) -> Truth:
        if term.head in samples.DIFFERENCES:
            return samples.bounded_differences(self, term, scope)
        form = self.value(term.args[0], scope)
        values: list[Value] = []
        for arg in term.args[1:]:
            try:
                values.append(self.value(arg, scope))
            except Unsupported:
                values.append(self.extent(arg, scope))
        return self.has_property(term.head.removeprefix("is_"), form, values)

    def _even_power_of_norm(self, term: Apply) -> bool:
        base, exponent = term.args
        return (
            isinstance(base, Apply)
            and base.head in ("norm", "norm_fro")
            and isinstance(exponent, Number)
            and exponent.value > 0
            and exponent.value % 2 == 0
        )

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        """Whether the function has the property, by what its form guarantees."""
        raise Unsupported(f"`is {name}`")

    def at_most(self, left: Value, right: Value) -> Truth:
        """Whether a number is at most another one."""
        return self.arithmetic.compare("<=", left, right)

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        """Whether `value` is a subgradient of the function at `point`."""
        raise Unsupported("membership in `subgrad`")

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        """Whether `value` minimises the body of an argmin over its domain."""
        raise Unsupported("membership in `argmin`")
