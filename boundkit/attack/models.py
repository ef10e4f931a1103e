"""A theorem's `model` block, or one synthesised from its types and hypotheses, as a plan of draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from boundkit.attack.patterns import head_of, opened, stochastic
from boundkit.attack.places import Mention, mentions
from boundkit.instances import Family, shelf
from boundkit.ir.sorts import INT, NAT, REAL, Function, Matrix, Power, Sequence, Sort, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, subterms
from boundkit.ir.theorems import Family as Defined
from boundkit.ir.theorems import Hypothesis, Model, Theorem
from boundkit.kernel.values import Unsupported

PROPERTY_PARAMETERS = {
    "lipschitz": ("lip",),
    "smooth": ("smooth",),
    "strongly_convex": ("strong",),
    "bounded": ("low", "high"),
}
_SIZE_HEADS = ("range", "ball", "basis", "identity")


@dataclass(frozen=True)
class Call:
    """`target ~ family(arguments)`, or `target[place] ~ …` for a place in `first..last`. Arguments are
    by parameter name; `label` is how it is printed."""

    target: str
    family: str
    arguments: Mapping[str, Term]
    place: Name | None = None
    first: Term | None = None
    last: Term | None = None


@dataclass(frozen=True)
class Bounds:
    """What the hypotheses say of a number: the ends (None where open-ended), whether they are excluded,
    and a value that it must equal."""

    lower: Term | None = None
    upper: Term | None = None
    above: bool = False
    below: bool = False
    equal: Term | None = None


class Plan:
    """How instances of a theorem are drawn under `model` (None: a synthesised one). `stated` is the theorem
    as it stands, `theorem` the one with the model's definitions; `defined` are the families of its file."""

    def __init__(
        self, theorem: Theorem, model: Model | None = None, defined: Mapping[str, Defined] | None = None
    ) -> None:
        self.stated = theorem
        self.theorem = theorem
        self.model = model
        self.defined = dict(defined or {})
        self.calls: dict[str, Call] = {}
        self.proposals: dict[str, Call] = {}
        """What the model draws for variables that a statement binds."""
        self.mends = False
        """Whether the values of exact instances are moved onto the hypotheses."""
        self.solved: set[str] = set()
        """Hypotheses from which it was read how to draw; they are evaluated all the same."""
        if model is not None:
            self.theorem = replace(theorem, definitions=(*theorem.definitions, *model.definitions))
            for target, call, guards in model.draws:
                found = self._model_call(target, call, guards)
                chosen = self.calls if _root(target) in theorem.declaration else self.proposals
                chosen[found.target] = found
        for hypothesis in theorem.hypotheses:
            found_call = self._call_from(hypothesis.formula)
            if found_call is not None and found_call.target not in self.calls:
                self.calls[found_call.target] = found_call
                self.solved.add(hypothesis.label)
            self.solved |= self._solved_by_family(hypothesis)

    def _solved_by_family(self, hypothesis: Hypothesis) -> set[str]:
        """The label of a hypothesis that is an equation about what a family draws as its solution."""
        for part, _ in opened(hypothesis.formula):
            for call in self.calls.values():
                solves = call.family in shelf() and shelf()[call.family].solves
                if solves and head_of(part) == "=" and call.target in part.free:
                    return {hypothesis.label}
        return set()

    @property
    def name(self) -> str:
        """The model's name; `default` when it is synthesised."""
        return self.model.name if self.model is not None else "default"

    @property
    def filters(self) -> tuple[Hypothesis, ...]:
        """The model's own conditions on instances."""
        return self.model.filters if self.model is not None else ()

    @property
    def hunted(self) -> frozenset[str] | None:
        """The names that the adversary chooses; None for all."""
        return frozenset(self.model.hunted) if self.model is not None and self.model.hunted else None

    def lines(self) -> list[str]:
        """The model's own definitions, conditions and hunted names, as printed."""
        if self.model is None:
            return []
        found = []
        for definition in self.model.definitions:
            for clause in definition.clauses:
                inside = ", ".join(map(str, clause.patterns))
                target = {"constant": "", "index": f"[{inside}]", "call": f"({inside})"}[definition.style]
                found.append(f"define {definition.name.text}{target} := {clause.body}")
        found += [f"assume {filter_.label}: {filter_.formula}" for filter_ in self.model.filters]
        return found + ([f"hunt {', '.join(self.model.hunted)}"] if self.model.hunted else [])

    @cached_property
    def structural(self) -> frozenset[str]:
        """Integers on which sizes, ranges or places depend; all lanes of a tape share them."""
        names: set[str] = set()
        for declaration in self.theorem.declarations:
            for size in _sizes(declaration.name.sort):
                names |= size.free
        for term in self._all_terms():
            for part in subterms(term):
                if isinstance(part, Apply) and part.head in _SIZE_HEADS:
                    for arg in part.args[: 1 if part.head == "ball" else 2]:
                        names |= arg.free
                if isinstance(part, Apply) and part.head == "in" and head_of(part.args[1]) == "range":
                    names |= part.args[0].free
                if isinstance(part, Apply) and part.head == "index":
                    names |= part.args[1].free
                if isinstance(part, Apply | Bind | Name):
                    for size in _sizes(part.sort):
                        names |= size.free
        for call in self.calls.values():
            names |= frozenset().union(*(end.free for end in (call.first, call.last) if end is not None))
            if call.family in shelf():
                whole = shelf()[call.family].integers
                names |= frozenset().union(*(t.free for key, t in call.arguments.items() if key in whole))
        for definition in self.theorem.definitions:
            for clause in definition.clauses:
                for guard in clause.guard:
                    names |= guard.free
        grown = True
        while grown:
            more = set(names)
            for definition in self.theorem.definitions:
                if definition.name.text in names and definition.style == "constant":
                    more |= definition.clauses[0].body.free
            grown, names = more != names, more
        integers = {d.name.text for d in self.theorem.declarations if d.name.sort in (NAT, INT)}
        return frozenset(names & integers)

    def bounds(self, name: str) -> Bounds:
        """The ends that hypotheses of the shapes `a <= x`, `x <= b`, `x in set`, `x = a` give."""
        return self._bounds(name, self.solved)

    def _bounds(self, name: str, used: set[str]) -> Bounds:
        """The same; the labels of what gives them are added to `used`."""
        found = Bounds()
        for hypothesis in self.theorem.hypotheses:
            for part in _conjuncts(hypothesis.formula):
                before, found = found, _tightened(found, name, part)
                if found != before:
                    used.add(hypothesis.label)
        return found

    def open_ends(self) -> list[tuple[str, str]]:
        """The rational ends that the intervals of real numbers exclude, each with the number's name."""
        found = []
        for declaration in self.theorem.declarations:
            name = declaration.name.text
            if declaration.kind != "let" or declaration.name.sort != REAL:
                continue
            bounds = self._bounds(name, set())
            for end, excluded in ((bounds.upper, bounds.below), (bounds.lower, bounds.above)):
                if excluded and isinstance(end, Number):
                    found.append((name, str(end.value)))
        return found

    def radius(self, name: str) -> Term | None:
        """The r of a hypothesis ||name|| <= r, also for every place of a sequence, every row of a matrix,
        every value of a function, or almost surely."""
        return self._bound_of("norm", name)

    def operator_radius(self, name: str) -> Term | None:
        """The r of a hypothesis ||name||_op <= r, also for every place of a sequence."""
        return self._bound_of("norm_op", name)

    def _bound_of(self, head: str, name: str) -> Term | None:
        for hypothesis in self.theorem.hypotheses:
            for inner, bound in opened(hypothesis.formula):
                if not (isinstance(inner, Apply) and inner.head in ("<=", "=") and len(inner.args) == 2):
                    continue
                left, right = inner.args
                if isinstance(left, Apply) and left.head == head and name not in right.free:
                    vector = left.args[0]
                    if isinstance(vector, Apply) and vector.head in ("index", "call"):
                        vector = vector.args[0]
                    if isinstance(vector, Name) and vector.text == name and not bound & right.free:
                        self.solved.add(hypothesis.label)
                        return right
        return None

    def support(self, name: str) -> Term | None:
        """The set in which hypotheses place the values of a law (Pr_{x ~ name}[x in K] = 1) or of a function
        (for all arguments, name(x, …) in K)."""
        for hypothesis in self.theorem.hypotheses:
            for part in _conjuncts(hypothesis.formula):
                while isinstance(part, Bind) and part.head == "forall":
                    part = part.body
                if isinstance(part, Apply) and part.head == "=" and isinstance(part.args[0], Bind):
                    law = part.args[0]
                    if law.head == "probability" and isinstance(law.domain, Name) and law.domain.text == name:
                        part = law.body
                    else:
                        continue
                if not (isinstance(part, Apply) and part.head == "in"):
                    continue
                element = part.args[0]
                called = isinstance(element, Apply) and element.head == "call"
                subject = element.args[0] if isinstance(element, Apply) and called else None
                if hypothesis.label == f"{name}.range" or (
                    isinstance(subject, Name) and subject.text == name
                ):
                    self.solved.add(hypothesis.label)
                    return part.args[1]
        return None

    def properties(self, name: str) -> list[tuple[str, tuple[Term, ...]]]:
        """Properties that hypotheses demand of a function, with their parameters."""
        found = []
        for hypothesis in self.theorem.hypotheses:
            for part in _conjuncts(hypothesis.formula):
                if isinstance(part, Apply) and part.head.startswith("is_"):
                    subject = part.args[0]
                    if isinstance(subject, Name) and subject.text == name:
                        self.solved.add(hypothesis.label)
                        found.append((part.head.removeprefix("is_"), part.args[1:]))
        return found

    def families(self, name: str) -> tuple[list[str], dict[str, Term]]:
        """The families of functions that ensure every property demanded of `name`, and the arguments that
        the hypotheses give them."""
        demanded = self.properties(name)
        within = self._range(name)
        if within is not None:
            demanded.append(("bounded", within))
        arguments: dict[str, Term] = {}
        for property_name, parameters in demanded:
            arguments.update(zip(PROPERTY_PARAMETERS.get(property_name, ()), parameters, strict=False))
        minimiser = self._minimiser(name)
        if minimiser is not None:
            arguments["argmin"] = minimiser
        levels = self.support(name)
        if levels is not None and head_of(levels) == "enumeration":
            arguments["levels"] = levels
        steep = self._steepness(name)
        if steep is not None:
            arguments.setdefault("lip", steep)
        found = [
            family_name
            for family_name, family in shelf().items()
            if family.draws == "function"
            and all(property_name in family.ensures for property_name, _ in demanded)
            and set(family.needs) <= set(arguments)
            and (minimiser is None or "argmin" in family.takes)
            and ("levels" not in arguments or "levels" in family.needs)
        ]
        if not found:
            known = "; ".join(
                f"{family_name}: {', '.join(family.ensures)}"
                for family_name, family in shelf().items()
                if family.draws == "function"
            )
            wanted = ", ".join(property_name for property_name, _ in demanded) or "no property"
            raise Unsupported(f"no family of functions ensures {wanted} (there are {known})")
        return found, arguments

    def _steepness(self, name: str) -> Term | None:
        """A bound of the noisy subgradients of `name`: its own subgradients are to be within it too."""
        for declaration in self.theorem.declarations:
            if declaration.kind == "draw" and declaration.law is None:
                found = stochastic(self.theorem, declaration.name.text)
                if found is not None and found[0].text == name:
                    return self.radius(declaration.name.text)
        return None

    def _range(self, name: str) -> tuple[Term, Term] | None:
        """A bounded interval inside the set in which the hypotheses place all values of a function. An
        excluded or infinite end is replaced by one inside."""
        lower: Term | None = None
        upper: Term | None = None
        above = below = False
        for hypothesis in self.theorem.hypotheses:
            for part in _conjuncts(hypothesis.formula):
                body, bound = part, set[str]()
                while isinstance(body, Bind) and body.head == "forall":
                    bound.add(body.variable.text)
                    body = body.body
                for inner in _two_sided(body) if bound else ():
                    found = _tightened(Bounds(), _VALUE, _abbreviated(inner, name, bound))
                    if (found.lower or found.upper) is not None:
                        self.solved.add(hypothesis.label)
                    if found.lower is not None and not found.lower.free & {*bound, name}:
                        lower, above = found.lower, found.above
                    if found.upper is not None and not found.upper.free & {*bound, name}:
                        upper, below = found.upper, found.below
        one = Number(Fraction(1))
        if lower is not None:
            low, high = lower, upper if upper is not None else Apply("+", (lower, one), REAL)
        elif upper is not None:
            low, high = Apply("-", (upper, one), REAL), upper
        else:
            return None
        return (_between(low, high) if above else low), (_between(high, low) if below else high)

    def mentions(self, name: str) -> list[Mention]:
        """The places at which a sequence is mentioned, anywhere in the theorem or the model."""
        formulas = [hypothesis.formula for hypothesis in (*self.theorem.hypotheses, *self.filters)]
        formulas += [statement.formula for statement in self.theorem.statements]
        return mentions(name, formulas, self.theorem.definitions, _ends)

    def _all_terms(self) -> Iterator[Term]:
        for hypothesis in (*self.theorem.hypotheses, *self.filters):
            yield hypothesis.formula
        for statement in self.theorem.statements:
            yield statement.formula
        for definition in self.theorem.definitions:
            for clause in definition.clauses:
                yield clause.body

    def _minimiser(self, name: str) -> Term | None:
        for hypothesis in self.theorem.hypotheses:
            formula = hypothesis.formula
            if isinstance(formula, Apply) and formula.head == "in" and isinstance(formula.args[1], Bind):
                domain = formula.args[1]
                body = domain.body
                called = body.args[0] if isinstance(body, Apply) and body.head == "call" else None
                if domain.head == "argmin" and isinstance(called, Name) and called.text == name:
                    self.solved.add(hypothesis.label)
                    return formula.args[0]
        return None

    def _call_from(self, formula: Term) -> Call | None:
        """The draw that solves `v[t] in subgrad(f, w[t])` for all t of a range, or without t."""
        first = last = None
        place: Name | None = None
        if isinstance(formula, Bind) and formula.head == "forall" and head_of(formula.domain) == "range":
            assert isinstance(formula.domain, Apply)
            place, (first, last), formula = formula.variable, formula.domain.args, formula.body
        if not (
            isinstance(formula, Apply) and formula.head == "in" and head_of(formula.args[1]) == "subgrad"
        ):
            return None
        element, domain = formula.args
        assert isinstance(domain, Apply)
        arguments = {"function": domain.args[0], "point": domain.args[1]}
        if place is None and isinstance(element, Name):
            return Call(element.text, "subgradient", arguments)
        if place is not None and isinstance(element, Apply) and element.head == "index":
            target = element.args[0]
            if element.args[1] == place and isinstance(target, Name):
                return Call(target.text, "subgradient", arguments, place, first, last)
        return None

    def _model_call(self, target: Term, call: Term, guards: tuple[Term, ...]) -> Call:
        if not (isinstance(call, Apply) and call.args and isinstance(call.args[0], Name)):
            raise Unsupported(f"the draw `{call}` of the model")
        name = call.args[0].text
        takes = family_named(name).takes if name not in self.defined else _parameters(self.defined[name])
        arguments: dict[str, Term] = {}
        positional = 0
        for arg in call.args[1:]:
            if isinstance(arg, Apply) and arg.head == "named":
                key = arg.args[0]
                assert isinstance(key, Name)
                arguments[key.text] = arg.args[1]
            elif positional < len(takes):
                arguments[takes[positional]] = arg
                positional += 1
        unknown = set(arguments) - set(takes)
        if unknown:
            raise Unsupported(f"`{name}` has no parameter `{min(unknown)}` (it takes {', '.join(takes)})")
        if isinstance(target, Name):
            return Call(target.text, name, arguments)
        if isinstance(target, Apply) and target.head == "index" and isinstance(target.args[0], Name):
            place = target.args[1]
            ends = _ends(place, guards)
            if isinstance(place, Name) and ends is not None:
                return Call(target.args[0].text, name, arguments, place, *ends)
        raise Unsupported(f"the target `{target}` of a draw")


def _parameters(family: Defined) -> tuple[str, ...]:
    return tuple(parameter.text for parameter in family.parameters)


def family_named(name: str) -> Family:
    """The family; Unsupported when there is none."""
    if name not in shelf():
        raise Unsupported(f"no family `{name}` (there are {', '.join(shelf())})")
    return shelf()[name]


def _root(target: Term) -> str:
    """The name that a target draws."""
    while isinstance(target, Apply) and target.args:
        target = target.args[0]
    return target.text if isinstance(target, Name) else ""


def _ends(place: Term, guards: tuple[Term, ...]) -> tuple[Term, Term] | None:
    first = last = None
    for guard in guards:
        for part in _conjuncts(guard):
            if isinstance(part, Apply) and part.head == "in" and part.args[0] == place:
                domain = part.args[1]
                if isinstance(domain, Apply) and domain.head == "range":
                    first, last = domain.args
            elif isinstance(part, Apply) and part.head == "<=":
                if part.args[1] == place:
                    first = part.args[0]
                elif part.args[0] == place:
                    last = part.args[1]
    return (first, last) if first is not None and last is not None else None


def _tightened(bounds: Bounds, name: str, part: Term) -> Bounds:
    if not isinstance(part, Apply) or len(part.args) != 2:
        return bounds
    left, right = part.args
    is_left = isinstance(left, Name) and left.text == name and name not in right.free
    is_right = isinstance(right, Name) and right.text == name and name not in left.free
    lower, upper, above, below, equal = bounds.lower, bounds.upper, bounds.above, bounds.below, bounds.equal
    if part.head in ("<=", "<"):
        if is_right and (lower is None or not left.free):
            lower, above = left, part.head == "<"
        elif is_left and (upper is None or not right.free):
            upper, below = right, part.head == "<"
    elif part.head == "=" and (is_left or is_right):
        equal = right if is_left else left
    elif part.head == "in" and is_left and isinstance(right, Apply) and right.head in _INTERVALS:
        low, high = right.args
        if not _infinite(low):
            lower, above = low, right.head in ("open", "left_open")
        if not _infinite(high):
            upper, below = high, right.head in ("open", "right_open")
    return Bounds(lower, upper, above, below, equal)


_INTERVALS = ("closed", "open", "left_open", "right_open", "range")


_VALUE = "value"


def _two_sided(term: Term) -> Iterator[Term]:
    """The conjuncts, |u| <= v as -v <= u and u <= v."""
    for part in _conjuncts(term):
        if isinstance(part, Apply) and part.head in ("<=", "<") and head_of(part.args[0]) == "abs":
            size, end = part.args
            assert isinstance(size, Apply)
            yield Apply(part.head, (Apply("neg", (end,), REAL), size.args[0]), part.sort)
            yield Apply(part.head, (size.args[0], end), part.sort)
        else:
            yield part


def _abbreviated(term: Term, function: str, bound: Set[str]) -> Term:
    """A relation in which a side `function(x)` with a bound x is a name of its own."""
    if not isinstance(term, Apply) or len(term.args) != 2:
        return term

    def short(side: Term) -> Term:
        if not (isinstance(side, Apply) and side.head == "call" and len(side.args) == 2):
            return side
        called, argument = side.args
        if not (isinstance(called, Name) and called.text == function):
            return side
        return Name(_VALUE, REAL) if isinstance(argument, Name) and argument.text in bound else side

    return Apply(term.head, tuple(map(short, term.args)), term.sort)


def _between(near: Term, far: Term) -> Term:
    """A number between two, closer to the first: (7*near + far)/8."""
    seven, eight = (Number(Fraction(value)) for value in (7, 8))
    return Apply("/", (Apply("+", (Apply("*", (seven, near), REAL), far), REAL), eight), REAL)


def _infinite(term: Term) -> bool:
    return isinstance(term, Apply) and (
        term.head == "infinity" or (term.head == "neg" and _infinite(term.args[0]))
    )


def _conjuncts(term: Term) -> Iterator[Term]:
    if isinstance(term, Apply) and term.head == "and":
        for part in term.args:
            yield from _conjuncts(part)
    else:
        yield term


def _sizes(sort: Sort) -> Iterator[Term]:
    match sort:
        case Matrix(rows, columns):
            yield rows
            yield columns
        case Sequence(element):
            yield from _sizes(element)
        case Power(element, count):
            yield count
            yield from _sizes(element)
        case Function(arguments, result):
            for part in (*arguments, result):
                yield from _sizes(part)


__all__ = ["Bounds", "Call", "Plan", "family_named", "is_numeric"]
