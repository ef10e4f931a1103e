"""Whether a random variable is certainly bounded, and so integrable.

Measurability is taken for granted of everything that a theorem declares (see `docs/trust.md`)."""

from __future__ import annotations

from collections.abc import Mapping

from boundkit.ir.sorts import EXTREAL, NAT, REAL, Abstract, Distribution, Matrix, SetOf, is_numeric
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Number, Term, relation, substitute
from boundkit.ir.theorems import Clause, Definition
from boundkit.kernel import suprema
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.facts import negation, patterns
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import Polynomial, TooLarge
from boundkit.kernel.replacement import either_entry
from boundkit.kernel.signs import DEEPEST_BOUND, NONNEGATIVE, POSITIVE
from boundkit.kernel.unfolding import beta, unfolded

DEEPEST = 60
"""Nesting up to which a term is looked into."""

CONTINUOUS = frozenset(
    {
        "+", "-", "*", "neg", "abs", "min", "max", "floor", "ceil", "exp", "sqrt", "relu", "cosh", "sinh",
        "xlnx", "real", "norm", "norm_op", "norm_fro", "norm_1", "norm_inf", "inner", "transpose", "entry",
        "blocks",
    }
)  # fmt: skip
"""Heads that are bounded where their arguments are."""

BOUNDED = frozenset(
    {"tanh", "sin", "cos", "arctan", "erf", "Phi", "sign", "softmax", "softmax_rows", "basis"}
)
"""Heads that are bounded everywhere."""

FINITE = frozenset({"Rademacher", "bernoulli", "binomial", "categorical"})

Random = Mapping[str, "Term | None"]
"""The names that vary, with their laws; None for one that varies over a set."""


def is_bounded(term: Term, random: Random, context: Context) -> bool:
    """Whether a number or vector is almost surely bounded by a constant that is the same for all outcomes of
    the `random` names, which stand as fixed names in the context."""
    try:
        return _Check().of(term, random, context, 0)
    except (NotNormal, TooLarge):
        return False


def is_below(term: Term, random: Random, context: Context) -> bool:
    """Whether the facts bound a real number from above by one that does not vary."""
    return _below(term, random, context)


def is_finite_law(law: Term, context: Context) -> bool:
    """Whether a law certainly has finitely many outcomes."""
    element = law.sort.element if isinstance(law.sort, Distribution) else None
    if isinstance(element, Abstract) and element.name in context.finite_types:
        return True
    if isinstance(law, Apply):
        if law.head in FINITE:
            return True
        if law.head == "^":
            return is_finite_law(law.args[0], context)
        if law.head == "uniform":
            own = law.args[0]
            return isinstance(own.sort, SetOf) and own.sort.finite
    return False


class _Check:
    def __init__(self) -> None:
        self.assumed: set[str] = set()

    def of(self, term: Term, random: Random, context: Context, depth: int) -> bool:
        if depth > DEEPEST:
            return False
        if term.sort == EXTREAL:
            return suprema.is_bounded(term, random, context)
        if not term.free & set(random):
            return True
        if all(law is not None and is_finite_law(law, context) for law in random.values()):
            return True
        if is_numeric(term.sort) and _between(term, random, context):
            return True
        if isinstance(term, Name):
            size = Apply("norm", (term,), REAL) if isinstance(term.sort, Matrix) else None
            return size is not None and _below(size, random, context)
        if isinstance(term, Bind):
            return self.bind(term, random, context, depth + 1)
        return isinstance(term, Apply) and self.apply(term, random, context, depth + 1)

    def apply(self, term: Apply, random: Random, context: Context, depth: int) -> bool:
        head, args = term.head, term.args
        if head in BOUNDED or head in ("probability",):
            return True
        if head in CONTINUOUS:
            if head == "exp" and context.holds(relation("<=", args[0], ZERO)):
                return True
            if all(self.of(arg, random, context, depth) for arg in args):
                return True
        elif head == "/":
            if self.of(args[0], random, context, depth) and self.apart(args[1], random, context, depth):
                return True
        elif head == "^":
            base, exponent = args
            fixed = not exponent.free & set(random)
            natural = exponent.sort == NAT or isinstance(exponent, Number) and exponent.value >= 0
            natural = natural or fixed and context.holds(relation("<", ZERO, exponent))
            if fixed and self.of(base, random, context, depth):
                if natural or context.holds(relation("<", ZERO, exponent)):
                    return True
                if self.apart(base, random, context, depth):
                    return True
            if not base.free & set(random) and self.of(exponent, random, context, depth):
                return context.holds(relation("<", ZERO, base))
        elif head in ("ln", "log2"):
            if self.of(args[0], random, context, depth) and self.apart(args[0], random, context, depth):
                return True
        elif head == "if":
            condition, then, otherwise = args
            above = context.extended(condition, "")
            below = context.extended(negation(condition), "")
            if self.of(then, random, above, depth) and self.of(otherwise, random, below, depth):
                return True
        elif head == "conditional":
            _, of, _, _ = args
            if isinstance(of, Bind) and of.head == "function":
                inner, fresh = context.inside(of.variable, args[0])
                body = substitute(of.body, {of.variable.text: fresh})
                if self.of(body, {**random, fresh.text: args[0]}, inner, depth):
                    return True
        elif head in ("call", "index"):
            if self.value(term, random, context, depth):
                return True
            both = either_entry(term)
            if both is not None and all(self.of(own, random, context, depth) for own in both):
                return True
        if isinstance(term.sort, Matrix):
            return _below(Apply("norm", (term,), REAL), random, context)
        return False

    def value(self, term: Apply, random: Random, context: Context, depth: int) -> bool:
        """A function or sequence at arguments: by its definition, or by what is known of it."""
        function, *places = term.args
        applied = beta(function, tuple(places))
        if applied is not None:
            return self.of(applied, random, context, depth)
        if term.head == "index" and isinstance(function.sort, Matrix):
            return self.of(function, random, context, depth)
        if not isinstance(function, Name):
            return False
        definition = context.definitions.get(function.text)
        if definition is not None:
            if definition.recursive:
                return self.recursion(definition, places, random, context, depth)
            body = unfolded(function, tuple(places), context.unfolding_all())
            return body is not None and self.of(body, random, context, depth)
        if function.free & set(random):
            return False
        known = function.text in context.tame and all(self.of(p, random, context, depth) for p in places)
        return known and all(is_numeric(p.sort) or isinstance(p.sort, Matrix) for p in places)

    def recursion(
        self, definition: Definition, places: list[Term], random: Random, context: Context, depth: int
    ) -> bool:
        """A recursion whose index does not vary, by induction on that: each clause is bounded when what it
        calls is, which is supposed while its clauses are looked at. What varies is only handed on."""
        given = [place for place in places if isinstance(place, Name) and place.text in random]
        index = places[len(given) :]
        if places[: len(given)] != given or any(place.free & set(random) for place in index):
            return False
        handed_on = (c.patterns[: len(given)] == c.parameters[: len(given)] for c in definition.clauses)
        if not (index and all(handed_on)):
            return False
        key = f"{definition.name.text}({', '.join(place.text for place in given)})"
        if key in self.assumed:
            return True
        self.assumed.add(key)
        try:
            return all(self.clause(own, given, random, context, depth) for own in definition.clauses)
        finally:
            self.assumed.discard(key)  # elsewhere the names that vary may have other laws

    def clause(self, clause: Clause, given: list[Name], random: Random, context: Context, depth: int) -> bool:
        """Whether the body of a clause is bounded for every index."""
        values: dict[str, Term] = {}
        for place, parameter in enumerate(clause.parameters):
            if place < len(given):
                values[parameter.text] = given[place]
            else:
                everything = Apply("everything", (), SetOf(parameter.sort))
                context, values[parameter.text] = context.inside(parameter, everything)
        for guard in clause.guard:
            context = context.extended(substitute(guard, values), "")
        return self.of(substitute(clause.body, values), random, context, depth)

    def bind(self, term: Bind, random: Random, context: Context, depth: int) -> bool:
        if term.head == "probability":
            return True
        inner, fresh = context.inside(term.variable, term.domain)
        body = substitute(term.body, {term.variable.text: fresh})
        if term.head == "expectation":
            return self.of(body, {**random, fresh.text: term.domain}, inner, depth)
        domain = term.domain
        fixed = not domain.free & set(random)
        if term.head in ("sum", "avg", "prod", "max", "min") and fixed:
            ends = isinstance(domain, Apply) and domain.head == "range"
            if ends or isinstance(domain.sort, SetOf) and domain.sort.finite:
                return self.of(body, random, inner, depth)
        if term.head in ("max", "min", "sup", "inf"):
            return self.of(body, {**random, fresh.text: None}, inner, depth)
        return False

    def apart(self, term: Term, random: Random, context: Context, depth: int) -> bool:
        """Whether a number is positive and bounded away from 0."""
        if not term.free & set(random):
            return context.holds(relation("<", ZERO, term))
        if isinstance(term, Apply) and term.head == "exp":
            return self.of(term.args[0], random, context, depth)
        if isinstance(term, Apply) and term.head in ("*", "sqrt", "max"):
            return all(self.apart(arg, random, context, depth) for arg in term.args)
        if isinstance(term, Bind) and term.head == "expectation":
            inner, fresh = context.inside(term.variable, term.domain)
            body = substitute(term.body, {term.variable.text: fresh})
            wider = {**random, fresh.text: term.domain}
            return self.apart(body, wider, inner, depth + 1) and self.of(body, wider, inner, depth + 1)
        whole = context.normal(term)
        fixed = Polynomial({m: c for m, c in whole.terms.items() if not _varies(m, random)})
        rest = whole - fixed
        return context.sign(fixed) == POSITIVE and context.sign(rest) >= NONNEGATIVE


def _varies(monomial: object, random: Random) -> bool:
    names = Polynomial({monomial: 1}).names  # type: ignore[dict-item]
    return bool(names & set(random))


def _between(term: Term, random: Random, context: Context) -> bool:
    both = _below(term, random, context) and _below(Apply("neg", (term,), term.sort), random, context)
    return both or _below(Apply("abs", (term,), term.sort), random, context)


def _below(term: Term, random: Random, context: Context) -> bool:
    """Whether the facts bound a number from above by one that does not vary."""
    own = context.normal(term)
    single = own.single
    if single is None:
        return False
    monomial, factor = single
    if factor < 0 and context.sign(-own) >= NONNEGATIVE:
        return True
    if len(monomial) == 1 and monomial[0][1] == 1:
        bounds = context.bounds(monomial[0][0])
        if (bounds.upper if factor > 0 else bounds.lower) is not None:
            context.used.update(bounds.upper_from if factor > 0 else bounds.lower_from)
            return True
    for fact in context.facts:
        coefficient = fact.slack.terms.get(monomial)
        if coefficient is not None and coefficient * factor < 0:
            rest = Polynomial({m: c for m, c in fact.slack.terms.items() if m != monomial})
            if not rest.names & set(random):
                context.used.add(fact.reference)
                return True
    target = context.canonical_term(term)
    for universal in context.universals if context.nested <= DEEPEST_BOUND else ():
        if universal.formula.head == "=":  # type: ignore[attr-defined]
            continue
        names = [variable.text for variable, _ in universal.variables]
        left, right = universal.formula.args  # type: ignore[attr-defined]
        for side in (left, right):
            for pattern in patterns(side, universal.formula, names):
                values = match(pattern, _unsigned(target), names)
                if values is None or set(values) != set(names) or not context.admits(universal, values):
                    continue
                low, high = (substitute(part, values) for part in (left, right))
                if not (is_numeric(low.sort) and is_numeric(high.sort)):
                    continue
                slack = context.normal(high) - context.normal(low)
                coefficient = slack.terms.get(monomial)
                if coefficient is None or coefficient * factor >= 0:
                    continue
                rest = Polynomial({m: c for m, c in slack.terms.items() if m != monomial})
                if not rest.names & set(random):
                    context.used.add(universal.reference)
                    return True
    return False


def _unsigned(term: Term) -> Term:
    """The term without its sign or rational factor, as it stands in a universal fact."""
    if isinstance(term, Apply) and term.head == "neg":
        return _unsigned(term.args[0])
    if isinstance(term, Apply) and term.head == "*" and isinstance(term.args[0], Number):
        return _unsigned(term.args[1]) if len(term.args) == 2 else term
    return term
