"""Whether every subterm of a term is certainly defined where it stands (language 3.1, 10.5)."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import (
    EXTREAL,
    INT,
    NAT,
    REAL,
    Distribution,
    Function,
    Matrix,
    Power,
    SetOf,
    entries_of,
    is_numeric,
)
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.ir.theorems import Definition
from boundkit.kernel.context import Context, NotNormal, infinite, integral
from boundkit.kernel.couplings import has_moment
from boundkit.kernel.derivative import NotDifferentiable
from boundkit.kernel.finite import is_attained, is_finite_set
from boundkit.kernel.matching import match
from boundkit.kernel.means import is_integrable
from boundkit.kernel.normal import (
    DEEPEST,
    beta,
    derivatives,
    differentiated,
    negation,
    normal,
    rewrite,
    unfolded,
)
from boundkit.kernel.polynomials import LARGEST_TERM, Atom, TooLarge
from boundkit.kernel.suprema import NoValue, is_finite, values

INTERVALS = frozenset({"closed", "open", "left_open", "right_open"})

TOTAL = frozenset(
    {
        "+", "-", "*", "neg", "abs", "min", "max", "floor", "ceil", "sign", "exp", "sin", "cos", "arctan",
        "sinh", "cosh", "tanh", "erf", "Phi", "relu", "softmax", "softmax_rows",
        "inner", "norm", "norm_op", "norm_fro", "norm_1", "norm_inf", "entry", "trace", "transpose",
        "identity", "zero", "blocks", "pair", "fst", "snd", "and_where",
        "<=", "<", "=", "!=", "lesssim", "in", "true", "false", "or", "not", "iff",
        "range", *INTERVALS, "everything", "enumeration", "ball", "sphere", "subgrad",
        "is_convex", "is_concave", "is_monotone", "is_strongly_convex", "is_lipschitz", "is_smooth",
        "is_bounded", "is_differentiable", "neighbours", "Rademacher", "TV", "is_coupling", "KL",
    }
)  # fmt: skip
"""Heads that are defined wherever their arguments are; a head without a rule here is not known to be."""


LAWS: dict[str, Callable[[tuple[Term, ...]], tuple[Term, ...]]] = {
    "bernoulli": lambda args: _unit(args[0]),
    "binomial": lambda args: _unit(args[1]),
    "geometric": lambda args: (relation("<", ZERO, args[0]), relation("<=", args[0], ONE)),
    "poisson": lambda args: (relation("<", ZERO, args[0]),),
    "exponential": lambda args: (relation("<", ZERO, args[0]),),
    "laplace": lambda args: (relation("<", ZERO, args[0]),),
    "gamma": lambda args: (relation("<", ZERO, args[0]), relation("<", ZERO, args[1])),
    "beta": lambda args: (relation("<", ZERO, args[0]), relation("<", ZERO, args[1])),
    "normal": lambda args: tuple(relation("<=", ZERO, arg) for arg in args[1:] if is_numeric(arg.sort)),
}
"""What the parameters of a law on the numbers must satisfy."""


def _unit(p: Term) -> tuple[Term, ...]:
    return relation("<=", ZERO, p), relation("<=", p, ONE)


def _spread(domain: Term, context: Context) -> None:
    """A uniform law is on an interval of positive length, or on a finite set that is not empty."""
    if isinstance(domain, Apply) and domain.head in INTERVALS:
        low, high = domain.args
        longer = relation("<", low, high)
        need(context.holds(longer), longer)
    else:
        need(context.is_full(domain), f"{domain} is finite and not empty")


class NotDefined(Exception):
    """A subterm that is not known to be defined; carries the condition that is missing, in words and,
    where it is one, as a proposition."""

    def __init__(self, condition: Term | str) -> None:
        super().__init__(f"not known: {condition}")
        self.condition = str(condition)
        self.proposition = None if isinstance(condition, str) else condition


class NotIntegrable(NotDefined):
    """An expectation of what is not known to be integrable: no law with finitely many outcomes shows it."""


def require_defined(term: Term, context: Context, depth: int = 0) -> None:
    """Raises `NotDefined` unless every subterm is defined at every point that the facts admit."""
    try:
        _Check(context).of(term, context, depth)
    except (NotNormal, NotDifferentiable) as failure:
        raise NotDefined(str(failure)) from None
    except TooLarge:
        raise NotDefined("a normal form of bounded size") from None


class _Check:
    """One traversal. `checked` holds the definitions whose clauses are known to be defined, or are being
    looked at: a recursion may rely on that for smaller indices."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.checked: set[str] = set()
        self.count = 0

    def of(self, term: Term, context: Context, depth: int) -> None:
        self.count += 1
        if depth > DEEPEST or self.count > LARGEST_TERM:
            raise NotDefined("a term of bounded size")
        if isinstance(term, Number):
            return
        if isinstance(term, Name):
            definition = context.definitions.get(term.text)
            if definition is not None:
                self.name(definition, context, depth)
        elif isinstance(term, Bind):
            self.binder(term, context, depth)
        elif isinstance(term, Apply):
            self.apply(term, context, depth)
        else:
            raise NotDefined("an unknown term")
        if term.may_be_infinite and is_numeric(term.sort):
            try:
                values(term, context)
            except NoValue as failure:
                raise NotDefined(failure.condition) from None

    def name(self, definition: Definition, context: Context, depth: int) -> None:
        """A defined name as a value: a function must then be defined for all arguments."""
        if definition.style == "constant" and not definition.recursive:
            self.of(definition.clauses[0].body, context, depth + 1)
            return
        clause = definition.clauses[0]
        everywhere = (
            len(definition.clauses) == 1 and not clause.guard and clause.patterns == clause.parameters
        )
        need(everywhere, f"{definition.name} has a value everywhere")
        self.clauses(definition, depth)

    def clauses(self, definition: Definition, depth: int) -> None:
        """Every clause of a definition, for all parameters that it speaks of."""
        if definition.name.text in self.checked:
            return
        self.checked.add(definition.name.text)
        for clause in definition.clauses:
            inner = self.context
            values: dict[str, Term] = {}
            for parameter in clause.parameters:
                inner, values[parameter.text] = inner.inside(
                    parameter, Apply("everything", (), SetOf(parameter.sort))
                )
            for guard in clause.guard:
                inner = inner.extended(substitute(guard, values), "")
            if values and clause.body.has_derivative:
                raise NotDefined(f"the derivative in {definition.name}")
            self.of(substitute(clause.body, values), inner, depth + 1)

    def apply(self, term: Apply, context: Context, depth: int) -> None:
        head, args = term.head, term.args
        if head == "diff":
            self.derivative(term, context, depth)
        elif head == "at":
            self.derivative_at(term, context, depth)
        elif head == "if":
            self.of(args[0], context, depth + 1)
            self.of(args[1], context.extended(args[0], ""), depth + 1)
            self.of(args[2], context.extended(negation(args[0]), ""), depth + 1)
        elif head in ("and", "implies"):
            inner = context
            for arg in args:
                self.of(arg, inner, depth + 1)
                inner = inner.extended(arg, "")
        else:
            for place, arg in enumerate(args):
                # Of a function only its values where it is taken matter, of a gradient that it exists.
                function = isinstance(arg, Name) or isinstance(arg, Bind) and arg.head == "function"
                if place == 0 and (head == "grad" or head in ("index", "call") and function):
                    continue
                if (head in INTERVALS or head == "range") and infinite(arg):
                    continue
                self.of(arg, context, depth + 1)
            self.own(term, context, depth)

    def own(self, term: Apply, context: Context, depth: int) -> None:
        """The head, its arguments being defined."""
        head, args = term.head, term.args
        if head in TOTAL:
            return
        if head == "/":
            need(_nonzero(args[1], context), relation("!=", args[1], ZERO))
        elif head in ("ln", "log2", "Gamma", "lnGamma"):
            need(_holds(relation("<", ZERO, args[0]), context), relation("<", ZERO, args[0]))
        elif head == "polygamma":
            need(args[0].sort == NAT, f"{args[0]} is a natural number")
            need(_holds(relation("<", ZERO, args[1]), context), relation("<", ZERO, args[1]))
        elif head in ("arcsin", "arccos"):
            for bound in (relation("<=", number(-1), args[0]), relation("<=", args[0], ONE)):
                need(_holds(bound, context), bound)
        elif head in ("LambertW", "LambertWm1"):
            below = Apply("neg", (Apply("exp", (number(-1),), REAL),), REAL)
            need(_holds(relation("<=", below, args[0]), context), relation("<=", below, args[0]))
            if head == "LambertWm1":
                need(_holds(relation("<", args[0], ZERO), context), relation("<", args[0], ZERO))
        elif head in ("sqrt", "xlnx"):
            need(_holds(relation("<=", ZERO, args[0]), context), relation("<=", ZERO, args[0]))
        elif head == "^":
            if isinstance(term.sort, Distribution):
                need(args[1].sort == NAT, f"{args[1]} is a natural number")
            else:
                _power(args[0], args[1], context)
        elif head in ("factorial", "binomial"):
            for arg in args:
                need(arg.sort == NAT, f"{arg} is a natural number")
        elif head == "basis":
            _within(args[1], args[0], context)
        elif head in ("card", "mex"):
            need(is_finite_set(args[0], context), f"{args[0]} is finite")
        elif head in ("nearest", "covering_number", "minimal_cover"):
            need(context.is_full(args[0]), f"{args[0]} is finite and not empty")
            if head != "nearest":
                # The set itself is a cover, so that there are covers, and one of the fewest elements.
                need(_holds(relation("<=", ZERO, args[1]), context), relation("<=", ZERO, args[1]))
        elif head == "index":
            self.index(term, context, depth)
        elif head == "call":
            self.call(term, context, depth)
        elif head == "grad":
            _gradient(term, context)
        elif head == "slice":
            if isinstance(args[0].sort, Power):
                first, last = args[1].args  # type: ignore[attr-defined]
                inside = context.holds(relation("<=", ONE, first))
                need(inside and context.holds(relation("<=", last, args[0].sort.count)), f"{term} exists")
        elif head in ("replace", "others"):
            found = entries_of(args[0].sort)
            if found is None:
                raise NotDefined(f"{term} exists")
            _within(args[1], found[1], context)
        elif head == "W1":
            for law in args[:2]:
                need(has_moment(law, context), f"the first moment of {law} is finite")
        elif head == "conditional":
            self.conditional(term, context, depth)
        elif head == "uniform":
            _spread(args[0], context)
        elif head in LAWS:
            for condition in LAWS[head](args):
                need(context.holds(condition), condition)
        elif head == "infinity":
            need(term.sort == EXTREAL, "a finite value")
        elif head == "real":
            need(is_finite(args[0], context), f"{args[0]} is finite")
        else:
            raise NotDefined(f"{head} exists" if head != "tan" else f"cos({args[0]}) != 0")

    def index(self, term: Apply, context: Context, depth: int) -> None:
        sequence, place = term.args
        if isinstance(sequence, Name):
            definition = context.definitions.get(sequence.text)
            if definition is not None and definition.style == "index":
                self.defined(definition, sequence, (place,), term, context, depth)
                return
            self.of(sequence, context, depth + 1)
        if isinstance(sequence, Bind) and sequence.head == "function":
            self.applied(sequence, (place,), context, depth)
            return
        sort = sequence.sort
        if isinstance(sort, Power | Matrix):
            _within(place, sort.count if isinstance(sort, Power) else sort.rows, context)

    def call(self, term: Apply, context: Context, depth: int) -> None:
        function, *places = term.args
        if isinstance(function, Name):
            definition = context.definitions.get(function.text)
            if definition is not None and definition.style == "call":
                self.defined(definition, function, tuple(places), term, context, depth)
                return
            self.of(function, context, depth + 1)
            wanted = function.sort.arguments if isinstance(function.sort, Function) else ()
            for place, sort in zip(places, wanted, strict=False):
                if sort == NAT and place.sort == INT:
                    need(context.holds(relation("<=", ZERO, place)), relation("<=", ZERO, place))
        elif isinstance(function, Bind):
            self.applied(function, tuple(places), context, depth)

    def defined(
        self,
        definition: Definition,
        name: Name,
        places: tuple[Term, ...],
        term: Term,
        context: Context,
        depth: int,
    ) -> None:
        """A defined sequence or function at places: some clause fits, and its body is defined."""
        wide = context.unfolding_all()
        body = unfolded(name, places, wide)
        if definition.recursive:
            need(
                body is not None or _covered(definition, places, context),
                f"{term} is covered by its definition",
            )
            self.clauses(definition, depth + 1)
            return
        if body is None:
            need(_covered(definition, places, context), f"{term} is covered by the definition of {name}")
            self.clauses(definition, depth + 1)
            return
        self.of(body, context, depth + 1)

    def applied(self, function: Term, places: tuple[Term, ...], context: Context, depth: int) -> None:
        """An anonymous function at places, which must lie in its domain."""
        for place in places:
            if not (isinstance(function, Bind) and function.head == "function"):
                raise NotDefined("a function of so many arguments")
            need(context.contains(place, function.domain, function.variable), f"{place} in {function.domain}")
            following = beta(function, (place,))
            if following is None:
                raise NotDefined("a derivative under a function")
            function = following
        self.of(function, context, depth + 1)

    def derivative(self, term: Apply, context: Context, depth: int) -> None:
        """The body and the derivatives before the last are defined around the point, the last at it."""
        *before, last = derivatives(term, context)
        variable = term.args[1]
        for body in before:
            self.around(body, variable, variable, context, depth)
        self.of(last, context, depth + 1)

    def derivative_at(self, term: Apply, context: Context, depth: int) -> None:
        """As `derivative`, for each derivative in the body."""
        body, variable, value = term.args
        self.of(value, context, depth + 1)
        for part in subterms(body):
            if (
                isinstance(part, Bind)
                and part.has_derivative
                or isinstance(part, Apply)
                and part.head == "at"
            ):
                raise NotDefined("a derivative under a binder")
            if isinstance(part, Apply) and part.head == "diff":
                need(part.args[1] == variable, f"a derivative in {variable}")
                for inner in derivatives(part, context)[:-1]:
                    self.around(inner, variable, value, context, depth)
        self.of(differentiated(term, context), context, depth + 1)

    def around(self, body: Term, variable: Term, point: Term, context: Context, depth: int) -> None:
        """The body is defined for all real values of the variable, or in an open interval that is known to
        contain the point."""
        fresh = Name(f"#{context.depth}", REAL)
        moved = substitute(body, {variable.text: fresh})  # type: ignore[attr-defined]
        inner = context.deeper()
        try:
            self.of(moved, inner, depth + 1)
            return
        except NotDefined:
            if not isinstance(point, Name):
                raise
            bounds = context.bounds(Atom(point))
            closed = (bounds.lower is not None and not bounds.lower_strict) or (
                bounds.upper is not None and not bounds.upper_strict
            )
            if closed or (bounds.lower is None and bounds.upper is None):
                raise
        context.used.update(bounds.lower_from + bounds.upper_from)
        if bounds.lower is not None:
            inner = inner.extended(relation("<", number(bounds.lower), fresh), "")
        if bounds.upper is not None:
            inner = inner.extended(relation("<", fresh, number(bounds.upper)), "")
        self.of(moved, inner, depth + 1)

    def conditional(self, term: Apply, context: Context, depth: int) -> None:
        """A conditional expectation: what is averaged is integrable."""
        law, of, _, _ = term.args
        if not (isinstance(of, Bind) and of.head == "function"):
            raise NotIntegrable(f"{of} is integrable")
        self.mean(Bind("expectation", of.variable, law, of.body, of.body.sort), context, depth)

    def mean(self, term: Bind, context: Context, depth: int) -> None:
        """An expectation: its body is almost surely defined and integrable."""
        inner, fresh = context.inside(term.variable, term.domain)
        body = substitute(term.body, {term.variable.text: fresh})
        self.of(body, inner, depth + 1)
        if canonical(term) in context.means or body.sort == EXTREAL:
            return
        if not is_integrable(body, fresh, term.domain, inner):
            raise NotIntegrable(f"{term.body} is integrable")

    def binder(self, term: Bind, context: Context, depth: int) -> None:
        domain = term.domain
        self.of(domain, context, depth + 1)
        if term.head == "expectation":
            self.mean(term, context, depth)
            return
        inner, fresh = context.inside(term.variable, domain)
        body = substitute(term.body, {term.variable.text: fresh})
        listed = isinstance(domain, Apply) and domain.head == "range"
        extremal = term.head in ("min", "max", "argmin", "argmax") and is_numeric(body.sort)
        if term.head in ("sum", "prod", "avg") or term.head in ("min", "max") and listed and extremal:
            _integers(term, context)
            if term.head not in ("sum", "prod"):
                need(context.holds(relation("<=", *domain.args)), f"{domain} is not empty")  # type: ignore[attr-defined]
        elif not (
            term.head in ("forall", "exists", "set", "function", "probability", "surely", "sup", "inf")
            or term.head in ("argmin", "argmax")
            and isinstance(term.sort, SetOf)
        ):
            need(extremal and not listed and is_attained(term, context), f"{term.head} exists")
        self.of(body, inner, depth + 1)


def need(held: bool, condition: Term | str) -> None:
    """Raises `NotDefined` with the condition unless it holds."""
    if not held:
        raise NotDefined(condition)


def _integers(term: Bind, context: Context) -> None:
    """The domain is a finite range of integers of the variable's sort, or, of a sum, finite."""
    domain = term.domain
    if term.head in ("sum", "prod") and isinstance(domain, Apply) and domain.head == "enumeration":
        return
    if not (isinstance(domain, Apply) and domain.head == "range"):
        if term.head == "sum" and is_finite_set(domain, context) and term.body.sort != EXTREAL:
            return
        raise NotDefined(f"a finite {term.head}")
    first, last = domain.args
    for end in (first, last):
        need(not infinite(end) and integral(end), f"{end} is an integer")
    if term.variable.sort == NAT:
        need(context.holds(relation("<=", ZERO, first)), relation("<=", ZERO, first))


def _within(place: Term, size: Term, context: Context) -> None:
    inside = integral(place) and context.holds(relation("<=", ONE, place))
    need(inside and context.holds(relation("<=", place, size)), f"{place} in 1..{size}")


def _holds(condition: Term, context: Context) -> bool:
    """Whether a condition holds by signs, with the definitions that are to be unfolded here, or with all."""
    return context.holds(condition) or context.unfolding_all().holds(condition)


def _nonzero(term: Term, context: Context) -> bool:
    """Whether a defined number is certainly not 0; a product or power by its factors."""
    if isinstance(term, Apply):
        if term.head == "exp":
            return True
        if term.head in ("neg", "sqrt", "abs"):
            return _nonzero(term.args[0], context)
        if term.head in ("*", "/") and all(is_numeric(arg.sort) for arg in term.args):
            return all(_nonzero(arg, context) for arg in term.args)
        if term.head == "^" and _nonzero(term.args[0], context):
            return True
    return context.is_nonzero(normal(term, context))


def _power(base: Term, exponent: Term, context: Context) -> None:
    if exponent.sort == NAT:
        return
    if isinstance(exponent, Number) and exponent.value.denominator == 1 or exponent.sort == INT:
        need(_nonzero(base, context), relation("!=", base, ZERO))
        return
    if context.holds(relation("<", ZERO, base)):
        return
    if context.holds(relation("<", ZERO, exponent)):
        need(context.holds(relation("<=", ZERO, base)), relation("<=", ZERO, base))
    else:
        need(False, relation("<", ZERO, base))


def _covered(definition: Definition, places: tuple[Term, ...], context: Context) -> bool:
    """Whether an index lies in the range of a recursion `w[base]`, `w[t+1] for t in low..high` although
    no clause is known to fit: base <= place <= high + 1 with low the base. Parameters that the recursion
    only hands on may stand before the index."""
    if not places or len(definition.clauses) != 2:
        return False
    base, step = definition.clauses
    first = base.patterns[-1]
    led = base.parameters == base.patterns[:-1] and step.parameters[:-1] == step.patterns[:-1]
    if not (isinstance(first, Number) and led and step.parameters):
        return False
    parameter = step.parameters[-1].text
    place = places[-1]
    previous = match(step.patterns[-1], place, [parameter])
    if previous is None or not integral(place):
        return False
    if not context.holds(relation("<=", first, place)):
        return False
    # Above the base, the step must speak of the place.
    above = context.extended(relation("<", first, place), "")
    fits = above.of_sort(previous[parameter], step.parameters[-1].sort)
    handed = {own.text: value for own, value in zip(step.parameters, places, strict=False)}
    return fits and all(above.holds(substitute(guard, {**handed, **previous})) for guard in step.guard)


def _gradient(term: Apply, context: Context) -> None:
    if rewrite(term, context) is not None:
        return  # a true equation has defined sides
    function = term.args[0]
    if isinstance(function, Name) and function.text in context.differentiable:
        return
    raise NotDefined(f"{function} is differentiable")
