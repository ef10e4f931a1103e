"""Which random variables are certainly integrable: bounded ones, those whose expectation a fact speaks of,
what is linear in such, and products of two that are square integrable (Cauchy and Schwarz).

An expectation is read as finite wherever it is written; a fact about one therefore says that it exists."""

from __future__ import annotations

from boundkit.ir.sorts import INT, NAT, REAL, is_vector
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, number, rebuild, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.coordinates import at_place, coordinates, is_index, power_of
from boundkit.kernel.facts import Universal, negation
from boundkit.kernel.integrable import is_bounded
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import E, TooLarge
from boundkit.kernel.sums import depends
from boundkit.kernel.unfolding import beta, unfolded

DEEPEST = 40
"""Nesting up to which a variable is taken apart."""


def is_integrable(body: Term, outcome: Name, law: Term, context: Context, depth: int = 0) -> bool:
    """Whether a number that depends on an outcome of the law, which stands as a fixed name in the context,
    certainly has a finite mean. What is linear in integrable variables is integrable, and so are absolute
    values, extrema and choices among them."""
    if outcome.text not in body.free:
        return True
    if depth > DEEPEST:
        return False
    if _is_mentioned(body, outcome, law, context) or _has_square(body, outcome, law, context):
        return True
    try:
        if is_bounded(body, {outcome.text: law}, context):
            return True
    except (NotNormal, TooLarge):
        return False

    def each(*parts: Term) -> bool:
        return all(is_integrable(part, outcome, law, context, depth + 1) for part in parts)

    if isinstance(body, Bind):
        domain = body.domain
        if body.head not in ("sum", "avg") or outcome.text in domain.free:
            return False
        if not (isinstance(domain, Apply) and domain.head == "range"):
            return False
        inner, fresh = context.inside(body.variable, domain)
        summand = substitute(body.body, {body.variable.text: fresh})
        return is_integrable(summand, outcome, law, inner, depth + 1)
    if not isinstance(body, Apply):
        return False
    head, args = body.head, body.args
    if head in ("+", "-", "neg", "abs", "max", "min", "relu"):
        return each(*args)
    if head == "*":
        varying = [arg for arg in args if outcome.text in arg.free]
        if len(varying) == 2:
            return all(is_square_integrable(part, outcome, law, context, depth + 1) for part in varying)
        return len(varying) == 1 and each(*varying)
    if head == "/":
        return outcome.text not in args[1].free and each(args[0])
    if head == "^" and args[1] == number(2):
        return is_square_integrable(args[0], outcome, law, context, depth + 1)
    if head == "norm" and is_vector(args[0].sort):
        return _has_moment(args[0], outcome, law, context, depth + 1)
    if head == "if":
        condition, then, otherwise = args
        above, below = context.extended(condition, ""), context.extended(negation(condition), "")
        return is_integrable(then, outcome, law, above, depth + 1) and is_integrable(
            otherwise, outcome, law, below, depth + 1
        )
    if head == "exp" and power_of(law) is not None:
        return _is_product(body, outcome, law, context)
    if head in ("call", "index"):
        function, *places = args
        if places == [outcome] and isinstance(function, Name) and function.text in context.lipschitz:
            size = "norm" if is_vector(outcome.sort) else "abs" if outcome.sort == REAL else None
            if size is not None and each(Apply(size, (outcome,), REAL)):  # |h(x)| <= |h(0)| + rate*|x|
                return True
        value = _value(function, tuple(places), context)
        return value is not None and each(value)
    return False


def is_square_integrable(body: Term, outcome: Name, law: Term, context: Context, depth: int = 0) -> bool:
    """Whether the square of a number that depends on an outcome of the law certainly has a finite mean: such
    variables are a linear space with the bounded ones among them, and closed under absolute values."""
    if body.sort not in (REAL, INT, NAT):
        return False
    if outcome.text not in body.free:
        return True
    if depth > DEEPEST:
        return False
    if _has_square(body, outcome, law, context):
        return True
    try:
        if is_bounded(body, {outcome.text: law}, context):
            return True
    except (NotNormal, TooLarge):
        return False

    def each(*parts: Term) -> bool:
        return all(is_square_integrable(part, outcome, law, context, depth + 1) for part in parts)

    match body:
        case Bind("sum", variable, Apply("range") as domain, summand) if outcome.text not in domain.free:
            inner, fresh = context.inside(variable, domain)
            summand = substitute(summand, {variable.text: fresh})
            return is_square_integrable(summand, outcome, law, inner, depth + 1)
        case Apply("+" | "-" | "neg" | "abs" | "max" | "min", args):
            return each(*args)
        case Apply("*", args):
            varying = [arg for arg in args if outcome.text in arg.free]
            return len(varying) == 1 and each(*varying)
        case Apply("/", (above, below)):
            return outcome.text not in below.free and each(above)
        case Apply("norm", (Apply("+" | "-" | "neg", parts),)) if all(is_vector(own.sort) for own in parts):
            return each(*(Apply("norm", (part,), REAL) for part in parts))
    return False


def _has_square(body: Term, outcome: Name, law: Term, context: Context) -> bool:
    """Whether the facts speak of the mean of the square of a variable, or of its variance."""
    if not (context.means or context.means_for_all) or body.sort not in (REAL, INT, NAT):
        return False
    if not (isinstance(body, Name) or isinstance(body, Apply) and body.head in ("index", "call", "norm")):
        return False
    other = Name(f"#m{context.depth}", outcome.sort)
    mean = Bind("expectation", other, law, substitute(body, {outcome.text: other}), REAL)
    squares = (body, Apply("-", (body, mean), REAL))
    return any(_is_mentioned(Apply("^", (own, number(2)), REAL), outcome, law, context) for own in squares)


def _value(function: Term, places: tuple[Term, ...], context: Context) -> Term | None:
    """What a function is at places, by its definition."""
    value = beta(function, places)
    if value is None and isinstance(function, Name):
        return unfolded(function, places, context.unfolding_all())
    return value


def _has_moment(vector: Term, outcome: Name, law: Term, context: Context, depth: int) -> bool:
    """Whether the norm of a vector certainly has a finite mean because it is at most a combination of norms
    that have one, by the triangle inequality: sums, fixed multiples, and images under fixed matrices."""
    if isinstance(vector, Apply):
        head, args = vector.head, vector.args
        if head in ("+", "-", "neg"):
            return all(_is_moment(arg, outcome, law, context, depth) for arg in args)
        if head == "*":
            varying = [arg for arg in args if outcome.text in arg.free]
            return len(varying) == 1 and _is_moment(varying[0], outcome, law, context, depth)
        if head == "/":
            return outcome.text not in args[1].free and _is_moment(args[0], outcome, law, context, depth)
        if head in ("call", "index"):
            value = _value(args[0], args[1:], context)
            return value is not None and _is_moment(value, outcome, law, context, depth)
    return False


def _is_moment(part: Term, outcome: Name, law: Term, context: Context, depth: int) -> bool:
    """Whether the norm of a vector, or a number itself, certainly has a finite mean."""
    size = Apply("norm", (part,), REAL) if is_vector(part.sort) else part
    return size.sort == REAL and is_integrable(size, outcome, law, context, depth)


def _is_product(body: Term, outcome: Name, law: Term, context: Context) -> bool:
    """Whether an exponential is a product of integrable functions of different entries of a sample."""
    from boundkit.kernel.independence import exponents_apart, product_of_means

    try:
        single = context.normal(body).single
        if single is None:
            return False
        inside = tuple(pair for pair in single[0] if depends(pair, outcome.text))
        inside, _ = exponents_apart(inside, outcome.text)
        sample = Name(f"#p{context.depth}", outcome.sort)  # apart from the names that contexts give
        return product_of_means(inside, outcome, sample, law, context) is not None
    except (NotNormal, TooLarge):
        return False


def _is_mentioned(body: Term, outcome: Name, law: Term, context: Context) -> bool:
    """Whether the facts speak of the mean of a variable; of one coordinate of a sample, over its law."""
    if not context.means and not context.means_for_all:
        return False
    forms = [(body, outcome, law)]
    power = power_of(law)
    places = coordinates(body, outcome.text) if power is not None else None
    if power is not None and places is not None and len(places) == 1:
        (place,) = places.values()
        single = Name(f"{outcome.text}'", power[0].sort.element)  # type: ignore[attr-defined]
        if is_index(place, power[1], context):
            forms.append((at_place(body, outcome.text, place, single), single, power[0]))
    for value, name, own in forms:
        mean = Bind("expectation", name, own, value, REAL)
        if any(is_among(form, context) for form in forms_of(mean, context)):
            return True
    return False


def is_among(mean: Term, context: Context) -> bool:
    """Whether an expectation is, as it stands, among those that the facts speak of."""
    if canonical(mean) in context.means:
        return True
    return any(_is_admitted(universal, mean, context) for universal in context.means_for_all)


def patterns_of(universal: Universal, context: Context) -> tuple[Term, ...]:
    """The forms of an expectation that a fact speaks of for all values of variables, with the variables among
    the factors of products first, and with them last: where their values come in the order is not known."""
    names = frozenset(variable.text for variable, _ in universal.variables)
    found = forms_of(universal.formula, context)
    found = (*found, *(_variables_last(form, names) for form in found))
    return tuple({canonical(form): form for form in found}.values())


def _variables_last(term: Term, names: frozenset[str]) -> Term:
    whole = rebuild(term, lambda part: _variables_last(part, names))
    if isinstance(whole, Apply) and whole.head == "*":
        left, right = whole.args
        if isinstance(left, Name) and left.text in names:
            return Apply("*", (right, left), whole.sort)
    return whole


def _is_admitted(universal: Universal, mean: Term, context: Context) -> bool:
    """Whether an expectation is one that a fact speaks of, at values of its variables that it admits."""
    names = [variable.text for variable, _ in universal.variables]
    values = match(universal.formula, mean, names)
    if values is None or set(values) != set(names) or not context.admits(universal, values):
        return False
    context.used.add(universal.reference)
    return True


def texts_of(mean: Term, context: Context) -> frozenset[str]:
    """The texts of the forms of an expectation."""
    return frozenset(map(canonical, forms_of(mean, context)))


def forms_of(mean: Term, context: Context) -> tuple[Term, ...]:
    """The forms under which an expectation is known to exist: as it stands, with functions applied, with what
    it averages in normal form, and where its own normal form is another times an exponential, that one."""
    found = [mean, reduced(mean)]
    single = None
    try:
        if isinstance(mean, Bind):
            inner, fresh = context.inside(mean.variable, mean.domain)
            body = inner.canonical_term(substitute(mean.body, {mean.variable.text: fresh}))
            found.append(Bind("expectation", fresh, mean.domain, body, REAL))
        single = context.normal(mean).single
    except (NotNormal, TooLarge):
        pass
    if single is not None:
        others = [(a, e) for a, e in single[0] if a != E]
        if len(others) == 1 and others[0][1] == 1 and _is_mean(others[0][0].term):
            found.append(others[0][0].term)
    return tuple({canonical(form): form for form in found}.values())


def _is_mean(term: Term) -> bool:
    return isinstance(term, Bind) and term.head == "expectation"


def reduced(term: Term) -> Term:
    """The term with anonymous functions applied."""
    whole = rebuild(term, reduced)
    if isinstance(whole, Apply) and whole.head in ("call", "index"):
        value = beta(whole.args[0], whole.args[1:])
        if value is not None:
            return reduced(value)
    return whole
