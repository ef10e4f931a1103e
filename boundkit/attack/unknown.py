"""An inference with random quantities put for unknown ones: a counterexample at which the premises hold.

A defined quantity such as `L(h)` or `Lhat(h)`, an expectation or a mean over a sample, becomes a table of
numbers that keeps its argument and the range that types give it; where it depends on draws, one more argument
is an outcome of which nothing is known. What defines it is forgotten, so this is for rules that bring no
facts of their own about what a name stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import PROP, REAL, Abstract, Distribution, Function, SetOf, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, rebuild, substitute
from boundkit.ir.theorems import Declaration, Hypothesis, Link, Statement, Theorem
from boundkit.kernel.clauses import mentioned

RULES = frozenset(
    {
        "tail_integral",
        "layer_cake",
        "markov",
        "chebyshev",
        "union",
        "linearity",
        "monotone",
        "algebra",
        "chain",
    }
)
"""Rules that speak of random quantities by their premises alone."""
DEEPEST = 32

Range = tuple[Fraction, Fraction]


class Related(Exception):
    """The quantities may be related by more than the premises say."""


def with_unknowns(
    theorem: Theorem, label: str, goal: Term, premises: Iterable[Hypothesis]
) -> tuple[Theorem, tuple[str, ...]]:
    """The inference as a theorem about unknown quantities, and how these were written. Raises Related where a
    quantity has no known range or occurs in another way."""
    work = _Unknowns(theorem)
    replaced = [Hypothesis(one.label, work.walk(one.formula, frozenset())) for one in premises]
    claim = work.walk(goal, frozenset())
    if not work.tables:
        raise Related("no quantity of which the premises speak")
    used = claim.free.union(*(one.formula.free for one in replaced)) - work.tables.keys()
    kept = [one for one in theorem.declarations if one.name.text in used and one.kind != "draw"]
    while True:
        needed = used.union(*(_names_of(one) for one in kept))
        more = [one for one in theorem.declarations if one.name.text in needed and one not in kept]
        if not more:
            break
        kept += more
    if any(one.kind == "draw" for one in kept) or (work.sources & {one.name.text for one in kept}):
        raise Related("what a quantity is made of occurs beside it")
    if used & theorem.definition.keys():
        raise Related("a defined name")
    names = {one.name.text for one in kept}
    ranges = [
        one
        for one in theorem.hypotheses
        if one.origin == "range" and one.label.removesuffix(".range") in names and one.formula.free <= names
    ]
    types = {sort.name for table in work.tables.values() for sort in _arguments(table) if sort != work.space}
    order = [one for one in theorem.declarations if one in kept or one.name.text in types]
    declarations = [*order, *work.declared()]
    result = replace(
        theorem,
        declarations=tuple(declarations),
        definitions=(),
        hypotheses=(*ranges, *work.ranges(), *replaced),
        statements=(Statement(label, "claim", claim, (), (Link(claim),)),),
        derivations=(),
        models=(),
        order=(label,),
    )
    return result, tuple(work.written)


class _Unknowns:
    """The quantities met so far, each a table by its name."""

    def __init__(self, theorem: Theorem) -> None:
        self.theorem = theorem
        taken = {*theorem.declaration, *theorem.definition}
        self.space = Abstract(_fresh("Omega", taken))
        self.law = Name(_fresh("law", taken), Distribution(self.space))
        self.outcome = Name(_fresh("w", taken), self.space)
        self.tables: dict[str, Name] = {}
        self.bounds: dict[str, Range] = {}
        self.sources: set[str] = set()
        self.written: list[str] = []

    def declared(self) -> list[Declaration]:
        """The space of outcomes with its law, and the tables."""
        found = [Declaration(table, "let") for table in self.tables.values()]
        if any(self.space in _arguments(table) for table in self.tables.values()):
            space = Declaration(Name(self.space.name, SetOf(self.space)), "type")
            found = [space, Declaration(self.law, "let"), *found]
            found.append(Declaration(self.outcome, "draw", self.law))
        return found

    def ranges(self) -> list[Hypothesis]:
        """What types say of each quantity."""
        found = []
        for name, table in self.tables.items():
            arguments = [Name(f"x{k}", sort) for k, sort in enumerate(_arguments(table))]
            low, high = (Number(end) for end in self.bounds[name])
            value = Apply("call", (table, *arguments), REAL)
            formula: Term = Apply("in", (value, Apply("closed", (low, high), SetOf(REAL))), PROP)
            for argument in reversed(arguments):
                domain = Name(str(argument.sort), SetOf(argument.sort))
                formula = Bind("forall", argument, domain, formula, PROP)
            found.append(Hypothesis(f"{name}.range", formula, "range"))
        return found

    def walk(self, term: Term, bound: frozenset[str], depth: int = 0) -> Term:
        """The term with tables for its quantities."""
        if depth > DEEPEST:
            raise Related("definitions too deep")
        if isinstance(term, Bind):
            if not (term.variable.sort == REAL or is_numeric(term.variable.sort) or _is_type(term.domain)):
                raise Related(f"`{term.head}` over `{term.domain}`")
            inner = bound | {term.variable.text}
            domain = self.walk(term.domain, bound, depth + 1)
            return Bind(term.head, term.variable, domain, self.walk(term.body, inner, depth + 1), term.sort)
        if isinstance(term, Apply) and term.head == "with_probability":
            level, body = (self.walk(part, bound, depth + 1) for part in term.args[:2])
            return Apply(term.head, (level, body, self.outcome), term.sort)
        called = self._called(term)
        if called is None:
            return rebuild(term, lambda part: self.walk(part, bound, depth + 1))
        name, body, arguments = called
        found = self._range(body)
        if found is None:
            return self.walk(body, bound, depth + 1)
        if not all(isinstance(arg, Name) and isinstance(arg.sort, Abstract) for arg in arguments):
            raise Related(f"`{term}`")
        return self._table(name, arguments, found, str(term))

    def _table(self, name: str, arguments: tuple[Term, ...], found: Range, text: str) -> Term:
        names = mentioned(self.theorem, name)
        draws = {one.name.text for one in self.theorem.declarations if one.kind == "draw"}
        sorts = [argument.sort for argument in arguments]
        random = bool(names & draws)
        function = Function((*sorts, self.space) if random else tuple(sorts), REAL)
        if not function.arguments:
            raise Related(f"the number `{name}`")
        table = self.tables.setdefault(name, Name(name, function))
        self.bounds[name] = found
        declared = self.theorem.declaration
        self.sources |= {
            other for other in names if other in declared and not is_numeric(declared[other].name.sort)
        } - {str(sort) for sort in sorts}
        if text not in self.written:
            self.written.append(text)
        return Apply("call", (table, *arguments, *((self.outcome,) if random else ())), REAL)

    def _called(self, term: Term) -> tuple[str, Term, tuple[Term, ...]] | None:
        """Name, body and arguments of a use of a definition with one clause."""
        known = self.theorem.definition
        if isinstance(term, Name) and term.text in known and known[term.text].style == "constant":
            return term.text, known[term.text].clauses[0].body, ()
        if not (isinstance(term, Apply) and term.head == "call" and isinstance(term.args[0], Name)):
            return None
        definition = known.get(term.args[0].text)
        if definition is None:
            return None
        clause = definition.clauses[0]
        if len(definition.clauses) > 1 or clause.guard or clause.patterns != clause.parameters:
            raise Related(f"the defined `{term.args[0].text}`")
        values = dict(zip((p.text for p in clause.parameters), term.args[1:], strict=True))
        return term.args[0].text, substitute(clause.body, values), term.args[1:]

    def _range(self, term: Term) -> Range | None:
        """Rational ends between which the types place an expectation, a mean, or a value of a table."""
        if isinstance(term, Bind) and term.head == "expectation":
            return self._range(term.body)
        if isinstance(term, Bind) and term.head == "avg":
            return self._range(term.body)
        if isinstance(term, Apply) and term.head == "expectation":
            return self._range(term.args[0])
        if isinstance(term, Apply) and term.head == "*" and len(term.args) == 2:
            share, whole = term.args
            if isinstance(whole, Bind) and whole.head == "sum" and isinstance(whole.domain, Apply):
                last = whole.domain.args[-1]
                one = Number(Fraction(1))
                if share == Apply("/", (one, last), REAL) and whole.domain.args[0] == one:
                    return self._range(whole.body)
        if isinstance(term, Apply) and term.head == "call" and isinstance(term.args[0], Name):
            return self._declared_range(term.args[0].text)
        return None

    def _declared_range(self, name: str) -> Range | None:
        if name not in self.theorem.declaration:
            return None
        for hypothesis in self.theorem.hypotheses:
            formula = hypothesis.formula
            while hypothesis.label == f"{name}.range" and isinstance(formula, Bind):
                formula = formula.body
            if isinstance(formula, Apply) and formula.head == "in" and hypothesis.label == f"{name}.range":
                domain = formula.args[1]
                ends = domain.args if isinstance(domain, Apply) and domain.head == "closed" else ()
                if len(ends) == 2 and isinstance(ends[0], Number) and isinstance(ends[1], Number):
                    return ends[0].value, ends[1].value
        return None


def _arguments(table: Name) -> tuple[Abstract, ...]:
    assert isinstance(table.sort, Function)
    return tuple(sort for sort in table.sort.arguments if isinstance(sort, Abstract))


def _is_type(domain: Term) -> bool:
    return isinstance(domain, Name) or (isinstance(domain, Apply) and domain.head == "range")


def _names_of(declaration: Declaration) -> frozenset[str]:
    sort = declaration.name.sort
    if isinstance(sort, Distribution) and isinstance(sort.element, Abstract):
        return frozenset({sort.element.name})
    return frozenset()


def _fresh(text: str, taken: set[str]) -> str:
    while text in taken:
        text += "'"
    return text


__all__ = ["RULES", "Related", "with_unknowns"]
