"""Whether every subterm of a term is certainly defined where it stands (language 3.1, 10.5)."""

from __future__ import annotations

from boundkit.ir.sorts import INT, NAT, REAL, Matrix, Power, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, number, relation, substitute, subterms
from boundkit.kernel.context import Context, NotNormal, infinite
from boundkit.kernel.matching import match
from boundkit.kernel.normal import DEEPEST, differentiated, negation, normal, rewrite, unfolded, written_out
from boundkit.kernel.polynomials import TooLarge


class NotDefined(Exception):
    """A subterm that is not known to be defined; carries the condition that is missing."""

    def __init__(self, condition: str) -> None:
        super().__init__(f"not known: {condition}")
        self.condition = condition


def require_defined(term: Term, context: Context, depth: int = 0) -> None:
    """Raises `NotDefined` unless every subterm is defined at every point that the facts admit."""
    if depth > DEEPEST:
        raise NotDefined("terms nested too deep")
    if isinstance(term, Number):
        return
    if isinstance(term, Name):
        definition = context.definitions.get(term.text)
        if definition is not None and definition.style == "constant" and not definition.recursive:
            require_defined(definition.clauses[0].body, context, depth + 1)
        return
    if isinstance(term, Bind):
        _binder(term, context, depth)
        return
    if not isinstance(term, Apply):
        raise NotDefined("an unknown term")
    head, args = term.head, term.args
    if head in ("diff", "at"):
        _calculus(term, context, depth)
        return
    if head == "if":
        require_defined(args[0], context, depth + 1)
        require_defined(args[1], context.extended(args[0], ""), depth + 1)
        require_defined(args[2], context.extended(negation(args[0]), ""), depth + 1)
        return
    if head in ("and", "implies"):
        inner = context
        for arg in args:
            require_defined(arg, inner, depth + 1)
            inner = inner.extended(arg, "")
        return
    for arg in args:
        if head == "grad" and arg is args[0]:
            continue
        if head in ("index", "call") and isinstance(arg, Bind) and arg.head == "function":
            continue  # only its value at the places where it is taken matters
        if head in ("range", "closed", "open", "left_open", "right_open") and infinite(arg):
            continue
        require_defined(arg, context, depth + 1)
    _own(term, context, depth)


def _need(held: bool, condition: Term | str) -> None:
    if not held:
        raise NotDefined(str(condition))


def _own(term: Apply, context: Context, depth: int) -> None:
    head, args = term.head, term.args
    try:
        if head == "/":
            _need(_nonzero(args[1], context), relation("!=", args[1], number(0)))
        elif head in ("ln", "log2", "Gamma", "lnGamma"):
            _need(context.holds(relation("<", number(0), args[0])), relation("<", number(0), args[0]))
        elif head in ("sqrt", "xlnx"):
            _need(context.holds(relation("<=", number(0), args[0])), relation("<=", number(0), args[0]))
        elif head == "^":
            _power(args[0], args[1], context)
        elif head in ("factorial", "binomial"):
            for arg in args:
                _need(arg.sort == NAT, f"{arg} is a natural number")
        elif head == "tan":
            raise NotDefined(f"cos({args[0]}) != 0")
        elif head == "index":
            _index(term, context, depth)
        elif head == "call":
            _call(term, context, depth)
        elif head == "grad":
            _gradient(term, context)
        elif head in ("expectation", "probability", "variance", "expectation_given", "with_probability"):
            raise NotDefined(f"{head} exists")
        elif head == "infinity":
            raise NotDefined("a finite value")
    except NotNormal as failure:
        raise NotDefined(str(failure)) from None
    except TooLarge:
        raise NotDefined("a normal form of bounded size") from None


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
        _need(_nonzero(base, context), relation("!=", base, number(0)))
        return
    if context.holds(relation("<", number(0), base)):
        return
    _need(
        context.holds(relation("<=", number(0), base)) and context.holds(relation("<", number(0), exponent)),
        relation("<", number(0), base),
    )


def _everything_unfolded(context: Context) -> Context:
    every = frozenset(
        (name, place)
        for name, definition in context.definitions.items()
        for place in range(len(definition.clauses))
    )
    wide = Context(context.definitions, every, context.rewrites, context, context.used)
    wide.depth = context.depth
    return wide


def _index(term: Apply, context: Context, depth: int) -> None:
    sequence = term.args[0]
    if isinstance(sequence, Name) and sequence.text in context.definitions:
        places = tuple(term.args[1:])
        wide = _everything_unfolded(context)
        if unfolded(sequence, places, wide) is not None:
            return
        _need(_covered(sequence.text, places, wide), f"{term} is covered by the definition of {sequence.text}")
        return
    if isinstance(sequence, Bind) and sequence.head == "function":
        require_defined(substitute(sequence.body, {sequence.variable.text: term.args[1]}), context, depth + 1)
        return
    sort = sequence.sort
    if isinstance(sort, Power | Matrix):
        size = sort.count if isinstance(sort, Power) else sort.rows
        place = term.args[1]
        inside = context.holds(relation("<=", number(1), place)) and context.holds(relation("<=", place, size))
        _need(inside, f"{place} in 1..{size}")


def _covered(name: str, places: tuple[Term, ...], context: Context) -> bool:
    """Whether an index lies in the range of a recursion `w[base]`, `w[t+1] for t in low..high` although
    no clause is known to fit: base <= place <= high + 1 with low the base."""
    definition = context.definitions[name]
    if len(places) != 1 or len(definition.clauses) != 2:
        return False
    base, step = definition.clauses
    if not (isinstance(base.patterns[0], Number) and not base.parameters and len(step.parameters) == 1):
        return False
    parameter = step.parameters[0].text
    place = places[0]
    previous = match(step.patterns[0], place, [parameter])
    if previous is None or place.sort not in (NAT, INT):
        return False
    if not context.holds(relation("<=", base.patterns[0], place)):
        return False
    # Above the base, the guard of the step must follow from `base < place`.
    above = context.extended(relation("<", base.patterns[0], place), "")
    return all(above.holds(substitute(guard, previous)) for guard in step.guard)


def _call(term: Apply, context: Context, depth: int) -> None:
    function = term.args[0]
    if isinstance(function, Name) and function.text in context.definitions:
        definition = context.definitions[function.text]
        if definition.recursive:
            wide = _everything_unfolded(context)
            _need(unfolded(function, tuple(term.args[1:]), wide) is not None, f"{term} is covered")
            return
        clause = definition.clauses[0]
        values = dict(zip((p.text for p in clause.parameters), term.args[1:], strict=False))
        require_defined(substitute(clause.body, values), context, depth + 1)
    elif isinstance(function, Bind):
        from boundkit.kernel.normal import beta

        body = beta(function, tuple(term.args[1:]))
        if body is not None:
            require_defined(body, context, depth + 1)


def _gradient(term: Apply, context: Context) -> None:
    if rewrite(term, context) is not None:
        return  # a true equation has defined sides
    function = term.args[0]
    if isinstance(function, Name) and function.text in context.differentiable:
        return
    raise NotDefined(f"{function} is differentiable")


def _calculus(term: Apply, context: Context, depth: int) -> None:
    """`diff` and `at`: the body is defined for every real value of the variable, or for every one in the
    open interval that the facts give it."""
    variable = term.args[1]
    if not isinstance(variable, Name):
        raise NotDefined("a derivative in a name")
    bodies = [
        part
        for part in _bodies(term)
    ]
    for body in bodies:
        _smooth_everywhere(written_out(body, context), variable, context, depth)
    for arg in term.args[2:]:
        require_defined(arg, context, depth + 1)
    require_defined(differentiated(term, context), context, depth + 1)


def _bodies(term: Term) -> list[Term]:
    if isinstance(term, Apply):
        if term.head == "diff":
            return [*_bodies(term.args[0])] if _holds_calculus(term.args[0]) else [term.args[0]]
        found: list[Term] = []
        for arg in term.args:
            found.extend(_bodies(arg))
        return found
    return []


def _holds_calculus(term: Term) -> bool:
    return any(isinstance(part, Apply) and part.head in ("diff", "at") for part in subterms(term))


def _smooth_everywhere(body: Term, variable: Name, context: Context, depth: int) -> None:
    fresh = Name(f"#{context.depth}", REAL)
    moved = substitute(body, {variable.text: fresh})
    inner = Context(context.definitions, context.unfold, context.rewrites, context, context.used)
    inner.depth = context.depth + 1
    try:
        require_defined(moved, inner, depth + 1)
        return
    except NotDefined:
        bounds = context.bounds(_atom(variable))
        closed = (bounds.lower is not None and not bounds.lower_strict) or (
            bounds.upper is not None and not bounds.upper_strict
        )
        if closed or (bounds.lower is None and bounds.upper is None):
            raise
    if bounds.lower is not None:
        inner = inner.extended(relation("<", number(bounds.lower), fresh), "")
    if bounds.upper is not None:
        inner = inner.extended(relation("<", fresh, number(bounds.upper)), "")
    require_defined(moved, inner, depth + 1)


def _atom(variable: Name):  # type: ignore[no-untyped-def]
    from boundkit.kernel.polynomials import Atom

    return Atom(variable)


def _binder(term: Bind, context: Context, depth: int) -> None:
    domain = term.domain
    if isinstance(domain, Apply):
        for arg in domain.args:
            if isinstance(arg, Apply) and arg.head in ("infinity", "neg"):
                continue
            require_defined(arg, context, depth + 1)
    inner, fresh = context.inside(term.variable, domain)
    body = substitute(term.body, {term.variable.text: fresh})
    if term.head in ("sum", "prod", "avg", "forall", "exists", "set", "function"):
        finite = isinstance(domain, Apply) and domain.head == "range" and not any(
            isinstance(part, Apply) and part.head == "infinity" for end in domain.args for part in subterms(end)
        )
        if term.head in ("sum", "prod", "avg") and not finite:
            raise NotDefined(f"a finite {term.head}")
        if term.head == "avg":
            _need(context.holds(relation("<=", domain.args[0], domain.args[1])), "a non-empty average")  # type: ignore[union-attr]
        require_defined(body, inner, depth + 1)
        return
    if term.head in ("min", "max") and isinstance(domain, Apply) and domain.head == "range" and is_numeric(body.sort):
        _need(context.holds(relation("<=", domain.args[0], domain.args[1])), f"{domain} is not empty")
        require_defined(body, inner, depth + 1)
        return
    raise NotDefined(f"{term.head} exists")
