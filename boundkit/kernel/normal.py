"""The normal form of scalar terms: polynomials over atoms (see `polynomials`), with symbolic sums and
inner products as linear operators.

Every identity used holds wherever both sides are defined; those that need a sign (`sqrt(x*y)`,
`|x| = x`, `ln(x*y)`, a sum taken apart at its ends) ask the context, and are left out when it cannot tell.
A term that is not known to be defined is treated as an arbitrary number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import isqrt

from boundkit.ir.sorts import EXTREAL, INT, NAT, REAL, Matrix, SetOf, Sort, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, number, substitute, subterms
from boundkit.ir.theorems import Definition
from boundkit.kernel.context import Context, NotNormal, common_monomial, divided
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import (
    LARGEST,
    LARGEST_NUMBER,
    LARGEST_TERM,
    NIL,
    UNIT,
    UNITY,
    Atom,
    Composite,
    E,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    as_polynomial,
    constant,
    expandable,
    inverse_monomial,
    is_prime,
    multiply,
    of_atom,
    simplest,
    total,
)

MOST_POWER = 64
"""Whole exponents up to this are multiplied out."""
MOST_TERMS = 64
"""Sums with numeric ends and at most this many terms are written out."""
DEEPEST = 120
"""Nesting of unfolded definitions beyond which a term counts as not normal."""


def normal(term: Term, context: Context) -> Polynomial:
    """The normal form of a scalar term; raises `NotNormal` or `TooLarge`."""
    found = context.scalars.get(term)
    if found is None:
        context.spend()
        if term.size > LARGEST_TERM:
            raise TooLarge
        found = expand(_normal(term, context), context)
        context.scalars[term] = found
    return found


def is_zero(polynomial: Polynomial, context: Context) -> bool:
    """Whether the polynomial is 0 wherever it is defined: after clearing composite denominators."""
    for _ in range(12):
        if not polynomial.terms:
            return True
        lowest: tuple[Composite, Rational] | None = None
        for monomial in polynomial.ordered:
            for atom, exponent in monomial:
                if isinstance(atom, Composite):
                    part = exponent if isinstance(exponent, Rational) else exponent.constant_part
                    if part < 0 and (lowest is None or part < lowest[1] or atom == lowest[0]):
                        lowest = (atom, min(part, lowest[1]) if lowest and atom == lowest[0] else part)
        if lowest is None:
            return False
        atom, part = lowest
        power = -(part.numerator // part.denominator)
        polynomial = expand(multiply(polynomial, of_atom(atom, Fraction(power))), context)
    return not polynomial.terms


def product(left: Polynomial, right: Polynomial, context: Context) -> Polynomial:
    """The product, multiplied out."""
    context.spend(len(left.terms) * len(right.terms) // 50)
    return expand(multiply(left, right), context)


def expand(polynomial: Polynomial, context: Context) -> Polynomial:
    """Whole parts of powers of composites, primes and absolute values multiplied out."""
    if not any(expandable(a, e) for m in polynomial.terms for a, e in m):
        return polynomial
    result = NIL
    for monomial, coefficient in polynomial.terms.items():
        part = Polynomial({UNIT: coefficient})
        plain = []
        for atom, exponent in monomial:
            if not expandable(atom, exponent):
                plain.append((atom, exponent))
                continue
            whole_part = exponent if isinstance(exponent, Rational) else exponent.constant_part
            whole = whole_part.numerator // whole_part.denominator
            if isinstance(atom, Composite):
                if whole > MOST_POWER:
                    raise TooLarge
                for _ in range(whole):
                    part = expand(multiply(part, atom.polynomial), context)
            elif is_prime(atom):
                prime = atom.term.value  # type: ignore[attr-defined]
                if abs(whole) * prime.numerator.bit_length() > LARGEST_NUMBER:
                    raise TooLarge
                part = part.scaled(Fraction(prime) ** whole)
            else:
                whole -= whole % 2
                inside = normal(atom.term.args[0], context)  # type: ignore[attr-defined]
                for _ in range(whole):
                    part = expand(multiply(part, inside), context)
            rest = simplest(as_polynomial(exponent) - constant(whole))
            if rest != 0:
                plain.append((atom, rest))
        result = result + multiply(part, Polynomial({tuple(plain): Fraction(1)}))
    return expand(result, context)


def atom_of(term: Term) -> Polynomial:
    """An opaque term as a polynomial."""
    return of_atom(Atom(term))


def _normal(term: Term, context: Context) -> Polynomial:
    rewritten = rewrite(term, context)
    if rewritten is not None:
        return normal(rewritten, context)
    if isinstance(term, Number):
        return constant(term.value)
    if term.sort == EXTREAL:
        raise NotNormal(f"{term} may be infinite")
    if isinstance(term, Name):
        body = unfolded(term, (), context)
        return atom_of(term) if body is None else normal(body, context)
    if isinstance(term, Bind):
        return _binder(term, context)
    if not isinstance(term, Apply):
        raise NotNormal("unknown term")
    head, args = term.head, term.args
    if head == "+":
        return total(normal(arg, context) for arg in _spine(term, "+"))
    if head == "-":
        return normal(args[0], context) - normal(args[1], context)
    if head == "neg":
        return -normal(args[0], context)
    if head == "*":
        if not all(is_numeric(arg.sort) for arg in args):
            return _from_matrix(term, context)
        result = UNITY
        for arg in _spine(term, "*"):
            result = product(result, normal(arg, context), context)
        return result
    if head == "/":
        return product(normal(args[0], context), inverse(normal(args[1], context), context), context)
    if head == "^":
        return power(normal(args[0], context), normal(args[1], context), context)
    if head == "sqrt":
        return root(normal(args[0], context), Fraction(1, 2), context)
    if head == "exp":
        return exponential(normal(args[0], context), context)
    if head == "ln":
        return logarithm(normal(args[0], context), context)
    if head == "log2":
        two = logarithm(constant(2), context)
        return product(logarithm(normal(args[0], context), context), inverse(two, context), context)
    if head == "abs":
        return absolute(normal(args[0], context), context)
    if head in ("max", "min"):
        return _extremum(head, [normal(arg, context) for arg in args], context)
    if head in ("inner", "norm", "norm_fro"):
        return _from_matrix(term, context)
    if head == "index":
        return _index(term, context)
    if head == "call":
        return _call(term, context)
    if head in ("diff", "at"):
        return _calculus(term, context)
    if head == "if":
        condition, then, otherwise = args
        if context.holds(condition):
            return normal(then, context)
        if context.holds(negation(condition)):
            return normal(otherwise, context)
        parts = (condition, canonical_term(then, context), canonical_term(otherwise, context))
        return atom_of(Apply("if", parts, term.sort))
    if head == "infinity":
        raise NotNormal("infinity is no number")
    if head in ("expectation", "probability", "variance", "expectation_given", "derived_rhs"):
        return atom_of(term)
    return atom_of(Apply(head, tuple(canonical_term(arg, context) for arg in args), term.sort))


def negation(formula: Term) -> Term:
    """The negation of a relation between numbers, pushed inside; other formulas under `not`."""
    if isinstance(formula, Apply):
        match formula.head:
            case "<=":
                return Apply("<", (formula.args[1], formula.args[0]), formula.sort)
            case "<":
                return Apply("<=", (formula.args[1], formula.args[0]), formula.sort)
            case "=":
                return Apply("!=", formula.args, formula.sort)
            case "!=":
                return Apply("=", formula.args, formula.sort)
            case "not":
                return formula.args[0]
    return Apply("not", (formula,), formula.sort)


def _spine(term: Apply, head: str) -> list[Term]:
    """The operands of nested applications of one associative head, without recursion on the left."""
    parts: list[Term] = []
    stack: list[Term] = [term]
    while stack:
        current = stack.pop()
        if isinstance(current, Apply) and current.head == head and is_numeric(current.sort):
            stack.extend(reversed(current.args))
        else:
            parts.append(current)
    return parts


def rewrite(term: Term, context: Context) -> Term | None:
    """The right side of the first rewriting equation whose left side the term is, or None."""
    for left, right, variables, reference in context.rewrites:
        values = match(left, term, [variable.text for variable, _ in variables])
        if values is None or len(values) != len(variables):
            continue
        done: dict[str, Term] = {}
        for variable, domain in variables:
            if not context.contains(values[variable.text], substitute(domain, done), variable):
                break
            done[variable.text] = values[variable.text]
        else:
            context.used.add(reference)
            return substitute(right, done)
    return None


def unfolded(name: Name, arguments: tuple[Term, ...], context: Context) -> Term | None:
    """The body of the first clause to unfold that fits the arguments, or None."""
    definition = context.definitions.get(name.text)
    if definition is None:
        return None
    for place, clause in enumerate(definition.clauses):
        if (name.text, place) not in context.unfold or len(clause.patterns) != len(arguments):
            continue
        if arguments and clause.body.has_derivative:
            continue
        values: dict[str, Term] | None = {}
        names = [parameter.text for parameter in clause.parameters]
        for pattern, argument in zip(clause.patterns, arguments, strict=True):
            values = match(pattern, argument, names, values)
            if values is None:
                break
        if values is None or set(values) != set(names):
            continue
        if not all(
            context.of_sort(values[parameter.text], parameter.sort) for parameter in clause.parameters
        ):
            continue
        if all(context.holds(substitute(guard, values)) for guard in clause.guard):
            return substitute(clause.body, values)
    return None


def inverse(polynomial: Polynomial, context: Context) -> Polynomial:
    """1 over the polynomial; the caller answers for its being other than 0."""
    if not polynomial.terms:
        raise NotNormal("division by zero")
    single = polynomial.single
    if single is not None:
        monomial, coefficient = single
        return Polynomial({inverse_monomial(monomial): 1 / coefficient})
    quotient = over_one_denominator(polynomial, context)
    if quotient is not None:
        numerator, below = quotient
        above = Polynomial({inverse_monomial(below): Fraction(1)})
        return expand(multiply(inverse(numerator, context), above), context)
    content, scale, primitive = parts(polynomial)
    outside = Polynomial({inverse_monomial(content): 1 / scale})
    return multiply(outside, of_atom(composite(primitive, context), Fraction(-1)))


def over_one_denominator(polynomial: Polynomial, context: Context) -> tuple[Polynomial, Monomial] | None:
    """A sum with composite denominators as a numerator and the composites, with their negative exponents,
    that it is to be multiplied by; None when it has none."""
    lowest: dict[Atom, Rational | Polynomial] = {}
    for monomial in polynomial.terms:
        for atom, exponent in monomial:
            if isinstance(atom, Composite) and isinstance(exponent, Rational) and exponent < 0:
                own = lowest.get(atom, 0)
                lowest[atom] = min(own, exponent) if isinstance(own, Rational) else exponent
    if not lowest or polynomial.single is not None:
        return None
    below = tuple(sorted(lowest.items(), key=lambda pair: pair[0].key))
    return expand(divided(polynomial, below), context), below


def parts(polynomial: Polynomial) -> tuple[Monomial, Fraction, Polynomial]:
    """Common monomial, rational content (with the sign of the first term) and the primitive rest."""
    content = common_monomial(polynomial)
    rest = divided(polynomial, content)
    numerator, denominator = 0, 1
    from math import gcd, lcm

    for coefficient in rest.terms.values():
        numerator = gcd(numerator, coefficient.numerator)
        denominator = lcm(denominator, coefficient.denominator)
    scale = Fraction(numerator, denominator)
    if rest.terms[rest.ordered[0]] < 0:
        scale = -scale
    return content, scale, rest.scaled(1 / scale)


def composite(polynomial: Polynomial, context: Context) -> Composite:
    """The atom for a polynomial of several monomials."""
    return Composite(polynomial, to_term(polynomial))


def power(base: Polynomial, exponent: Polynomial, context: Context) -> Polynomial:
    """`base ^ exponent`."""
    value = exponent.constant
    if value is not None:
        if value.denominator == 1:
            return whole_power(base, int(value), context)
        return root(base, value, context)
    rational = base.constant
    if rational is not None and rational > 0:
        return _rational_power(rational, exponent, context)
    single = base.single
    if single is not None:
        monomial, coefficient = single
        natural = _is_natural(exponent)
        positive = all(context.is_positive(of_atom(atom)) for atom, _ in monomial)
        if natural or positive:
            size = _rational_power(abs(coefficient), exponent, context)
            if coefficient < 0:
                size = product(atom_of(Apply("^", (number(-1), to_term(exponent)), INT)), size, context)
            powers = tuple((atom, simplest(multiply(as_polynomial(own), exponent))) for atom, own in monomial)
            return product(size, Polynomial({powers: Fraction(1)}), context)
    elif base.terms:
        content, scale, primitive = parts(base)
        if scale > 0 and all(context.is_positive(of_atom(atom)) for atom, _ in content):
            outside = (
                power(Polynomial({content: scale}), exponent, context) if content or scale != 1 else UNITY
            )
            inside = of_atom(composite(primitive, context), simplest(exponent))
            return product(outside, inside, context)
    return atom_of(Apply("^", (to_term(base), to_term(exponent)), REAL))


def _is_natural(exponent: Polynomial) -> bool:
    return all(
        coefficient.denominator == 1
        and coefficient > 0
        and all(
            atom.term.sort == NAT and isinstance(e, Rational) and e > 0 and e.denominator == 1
            for atom, e in m
        )
        for m, coefficient in exponent.terms.items()
    )


def whole_power(base: Polynomial, exponent: int, context: Context) -> Polynomial:
    """`base` to a whole exponent."""
    if exponent < 0:
        return whole_power(inverse(base, context), -exponent, context)
    single = base.single
    if single is not None:
        monomial, coefficient = single
        bits = max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) - 1
        if exponent * bits > LARGEST_NUMBER:
            raise TooLarge
        raised = tuple(
            (a, e * exponent if isinstance(e, Rational) else e.scaled(Fraction(exponent)))
            for a, e in monomial
        )
        return expand(Polynomial({raised if exponent else UNIT: coefficient**exponent}), context)
    if exponent > MOST_POWER:
        raise TooLarge
    result = UNITY
    for _ in range(exponent):
        result = product(result, base, context)
    return result


def root(base: Polynomial, exponent: Fraction, context: Context) -> Polynomial:
    """`base` to a rational exponent that is not whole; the base is >= 0 where this is defined."""
    if not base.terms:
        if exponent < 0:
            raise NotNormal("division by zero")
        return NIL
    single = base.single
    if single is not None:
        monomial, coefficient = single
        if coefficient > 0:
            return _monomial_root(monomial, coefficient, exponent, context)
    content, scale, primitive = parts(base)
    # A factor comes out of the root when it is known to be >= 0; the rest is then >= 0 where it matters.
    out = tuple((a, e) for a, e in content if _takes_out(a, e, context))
    kept = tuple((a, e) for a, e in content if not _takes_out(a, e, context))
    inside = multiply(primitive, Polynomial({kept: Fraction(1 if scale > 0 else -1)}))
    outside = _monomial_root(out, abs(scale), exponent, context)
    return product(outside, of_atom(composite_or_atom(inside, context), exponent), context)


def composite_or_atom(polynomial: Polynomial, context: Context) -> Atom:
    """An atom that stands for the polynomial."""
    single = polynomial.single
    if single is not None and single[1] == 1 and len(single[0]) == 1 and single[0][0][1] == 1:
        return single[0][0][0]
    return composite(polynomial, context)


def _takes_out(atom: Atom, exponent: Rational | Polynomial, context: Context) -> bool:
    if isinstance(exponent, Rational) and exponent.denominator == 1 and exponent % 2 == 0:
        return True
    return context.is_nonnegative(of_atom(atom))


def _monomial_root(
    monomial: Monomial, coefficient: Fraction, exponent: Fraction, context: Context
) -> Polynomial:
    result = _rational_power(coefficient, constant(exponent), context)
    unknown: list[tuple[Atom, Rational | Polynomial]] = []
    for atom, own in monomial:
        if context.is_nonnegative(of_atom(atom)):
            raised = own * exponent if isinstance(own, Rational) else own.scaled(exponent)
            result = product(result, of_atom(atom, raised), context)
        elif isinstance(own, Rational) and own.denominator == 1 and own % 2 == 0:
            size = absolute(of_atom(atom), context)
            result = product(result, power(size, constant(own * exponent), context), context)
        else:
            unknown.append((atom, own))
    if len(unknown) == 1 and unknown[0][1] == 1:
        # A single factor under the root is itself >= 0 where the root is defined and the rest is > 0;
        # where the rest vanishes both forms are 0 if the factor's root is read as an arbitrary number.
        return product(result, of_atom(unknown[0][0], exponent), context)
    if unknown:
        inside = Polynomial({tuple(unknown): Fraction(1)})
        return product(result, of_atom(composite(inside, context), exponent), context)
    return result


def _rational_power(value: Fraction, exponent: Polynomial, context: Context) -> Polynomial:
    """A positive rational to any exponent, over prime bases."""
    if value == 1:
        return UNITY
    powers: dict[Atom, Polynomial] = {}
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, count in factored(whole):
            atom = Atom(number(prime))
            powers[atom] = powers.get(atom, NIL) + exponent.scaled(Fraction(sign * count))
    monomial = tuple(
        sorted(((a, simplest(e)) for a, e in powers.items() if e.terms), key=lambda pair: pair[0].key)
    )
    return expand(Polynomial({monomial: Fraction(1)}), context)


def factored(whole: int) -> list[tuple[int, int]]:
    """Prime powers of a positive integer; what remains after small primes counts as one base."""
    result = []
    divisor = 2
    while divisor * divisor <= whole and divisor < 10_000:
        count = 0
        while whole % divisor == 0:
            whole //= divisor
            count += 1
        if count:
            result.append((divisor, count))
        divisor += 1
    if whole > 1:
        side = isqrt(whole)
        result.append((side, 2) if side * side == whole else (whole, 1))
    return result


def exponential(exponent: Polynomial, context: Context) -> Polynomial:
    """`exp`: `e` to the exponent, with `exp(c ln x) = x^c` where x is known to be positive."""
    result = UNITY
    rest = NIL
    for monomial, coefficient in exponent.terms.items():
        logs = [(a, e) for a, e in monomial if isinstance(a.term, Apply) and a.term.head == "ln"]
        if len(logs) == 1 and logs[0][1] == 1:
            base = normal(logs[0][0].term.args[0], context)  # type: ignore[attr-defined]
            others = Polynomial({tuple(p for p in monomial if p != logs[0]): coefficient})
            if context.is_positive(base):
                result = product(result, power(base, others, context), context)
                continue
        rest = rest + Polynomial({monomial: coefficient})
    if rest.terms:
        result = product(result, of_atom(E, simplest(rest)), context)
    return result


def logarithm(argument: Polynomial, context: Context) -> Polynomial:
    """`ln`, taken apart over factors that are known to be positive."""
    if argument == UNITY:
        return NIL
    if not argument.terms:
        raise NotNormal("the logarithm of 0")
    quotient = over_one_denominator(argument, context)
    if quotient is not None and all(context.is_positive(of_atom(atom)) for atom, _ in quotient[1]):
        result = logarithm(quotient[0], context)
        for atom, exponent in quotient[1]:
            own = logarithm(atom.polynomial, context)
            result = result + product(own, as_polynomial(exponent), context)
        return result
    single = argument.single
    content, scale, primitive = (single[0], single[1], UNITY) if single else parts(argument)
    positive = [(a, e) for a, e in content if context.is_positive(of_atom(a))]
    kept = tuple((a, e) for a, e in content if (a, e) not in positive)
    result = NIL
    if scale > 0:
        for whole, sign in ((scale.numerator, 1), (scale.denominator, -1)):
            for prime, count in factored(whole):
                result = result + atom_of(Apply("ln", (number(prime),), REAL)).scaled(Fraction(sign * count))
    for atom, exponent in positive:
        own = UNITY if atom == E else atom_of(Apply("ln", (atom.term,), REAL))
        if is_prime(atom):
            own = logarithm(constant(atom.term.value), context)  # type: ignore[attr-defined]
        result = result + product(own, as_polynomial(exponent), context)
    inside = multiply(primitive, Polynomial({kept: Fraction(1) if scale > 0 else scale}))
    if inside != UNITY:
        result = result + atom_of(Apply("ln", (to_term(inside),), REAL))
    return result


def absolute(polynomial: Polynomial, context: Context) -> Polynomial:
    """`|p|`, by the sign of p where it is known."""
    if context.is_nonnegative(polynomial):
        return polynomial
    if context.is_nonnegative(-polynomial):
        return -polynomial
    single = polynomial.single
    if single is not None:
        monomial, coefficient = single
        result = constant(abs(coefficient))
        for atom, exponent in monomial:
            even = isinstance(exponent, Rational) and exponent.denominator == 1 and exponent % 2 == 0
            if even or context.is_nonnegative(of_atom(atom)):
                result = multiply(result, of_atom(atom, exponent))
            elif isinstance(exponent, Rational) and exponent.denominator == 1:
                size = Atom(Apply("abs", (atom.term,), REAL))
                result = product(result, of_atom(size, exponent), context)
            else:
                size = Atom(Apply("abs", (to_term(of_atom(atom, exponent)),), REAL))
                result = multiply(result, of_atom(size))
        return result
    content, scale, primitive = parts(polynomial)
    size = Atom(Apply("abs", (to_term(primitive),), REAL))
    outside = absolute(Polynomial({content: abs(scale)}), context)
    return product(outside, of_atom(size), context)


def _extremum(head: str, values: list[Polynomial], context: Context) -> Polynomial:
    kept: list[Polynomial] = []
    for value in values:
        beaten = False
        for other in list(kept):
            difference = value - other if head == "max" else other - value
            if context.is_nonnegative(difference):
                kept.remove(other)
            elif context.is_nonnegative(-difference):
                beaten = True
        if not beaten:
            kept.append(value)
    kept = sorted(set(kept), key=lambda value: value.key)
    if len(kept) == 1:
        return kept[0]
    integral = all(to_term(value).sort in (NAT, INT) for value in kept)
    natural = integral and all(to_term(value).sort == NAT for value in kept)
    sort = NAT if natural else INT if integral else REAL
    return atom_of(Apply(head, tuple(map(to_term, kept)), sort))


def _index(term: Apply, context: Context) -> Polynomial:
    sequence = term.args[0]
    places = tuple(canonical_term(arg, context) for arg in term.args[1:])
    if isinstance(sequence, Name):
        body = unfolded(sequence, places, context)
        if body is not None:
            return _deeper(body, context)
    applied = beta(sequence, places)
    if applied is not None:
        return normal(applied, context)
    shown = sequence if isinstance(sequence, Name) else canonical_term(sequence, context)
    return atom_of(Apply("index", (shown, *places), term.sort))


def _call(term: Apply, context: Context) -> Polynomial:
    function = term.args[0]
    places = tuple(canonical_term(arg, context) for arg in term.args[1:])
    if isinstance(function, Name):
        body = unfolded(function, places, context)
        if body is not None:
            return _deeper(body, context)
    applied = beta(function, places)
    if applied is not None:
        return normal(applied, context)
    return atom_of(Apply("call", (function, *places), term.sort))


def beta(function: Term, places: tuple[Term, ...]) -> Term | None:
    """The body of an anonymous function at its arguments, or None."""
    for place in places:
        if not (isinstance(function, Bind) and function.head == "function") or function.has_derivative:
            return None
        function = substitute(function.body, {function.variable.text: place})
    return function


def _deeper(body: Term, context: Context) -> Polynomial:
    if context.unfolding > DEEPEST:
        raise NotNormal("definitions nested too deep")
    context.unfolding += 1
    try:
        return normal(body, context)
    finally:
        context.unfolding -= 1


def _calculus(term: Apply, context: Context) -> Polynomial:
    """`diff(body, x, k)`, and `at` of a body that holds derivatives: definitions unfolded, differentiated
    by the kernel, then normalised."""
    try:
        return normal(differentiated(term, context), context)
    except NotDifferentiable as failure:
        raise NotNormal(str(failure)) from None


def differentiated(term: Term, context: Context) -> Term:
    """The term with its derivatives carried out."""
    if isinstance(term, Apply) and term.head == "diff":
        return derivatives(term, context)[-1]
    if isinstance(term, Apply) and term.head == "at":
        body = written_out(differentiated(term.args[0], context), context)
        variable = term.args[1]
        if not isinstance(variable, Name):
            raise NotNormal("substitution for a term")
        return substitute(body, {variable.text: term.args[2]})
    if isinstance(term, Apply) and term.has_derivative:
        return Apply(
            term.head, tuple(differentiated(arg, context) for arg in term.args), term.sort, term.span
        )
    return term


def derivatives(term: Apply, context: Context) -> list[Term]:
    """The body of a `diff`, written out, and its derivatives up to the order asked for."""
    variable = term.args[1]
    order = term.args[2] if len(term.args) > 2 else number(1)
    if not (isinstance(variable, Name) and isinstance(order, Number) and order.value in range(1, MOST_POWER)):
        raise NotNormal("derivative of a symbolic or large order")
    found = [written_out(differentiated(term.args[0], context), context)]
    if variable.text in reached(found[0].free, context.definitions):
        raise NotNormal(f"a definition that depends on {variable}")
    for _ in range(int(order.value)):
        found.append(derivative(found[-1], variable.text))
        if found[-1].size > LARGEST_TERM:
            raise TooLarge
    return found


def reached(names: Iterable[str], definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Names that occur in the definitions that some names lead to."""
    found: set[str] = set()
    pending = [name for name in names if name in definitions]
    while pending:
        definition = definitions[pending.pop()]
        found |= definition.name.free
        for clause in definition.clauses:
            own = {parameter.text for parameter in clause.parameters}
            for part in (clause.body, *clause.guard, *clause.patterns):
                new = part.free - own - found
                found |= new
                pending.extend(name for name in new if name in definitions)
    return frozenset(found)


def written_out(term: Term, context: Context) -> Term:
    """The term with every non-recursive defined constant replaced by its body."""
    for _ in range(DEEPEST):
        names = {
            name: context.definitions[name].clauses[0].body
            for name in sorted(term.free)
            if name in context.definitions
            and context.definitions[name].style == "constant"
            and not context.definitions[name].recursive
        }
        if not names:
            return term
        term = substitute(term, names)
    raise NotNormal("definitions nested too deep")


def _binder(term: Bind, context: Context) -> Polynomial:
    if term.head in ("sum", "avg") and isinstance(term.domain, Apply) and term.domain.head == "range":
        low, high = (normal(end, context) for end in term.domain.args)
        inner, fresh = context.inside(
            term.variable, Apply("range", (to_term(low), to_term(high)), term.domain.sort)
        )
        summand = normal(substitute(term.body, {term.variable.text: fresh}), inner)
        result = summed(fresh, low, high, summand, context)
        if term.head == "avg":
            count = high - low + UNITY
            result = product(result, inverse(count, context), context)
        return result
    domain = canonical_domain(term.domain, context)
    inner, fresh = context.inside(term.variable, domain)
    inside = substitute(term.body, {term.variable.text: fresh})
    if term.head == "set":
        return atom_of(Bind(term.head, fresh, domain, canonical_term(inside, inner), term.sort))
    if is_numeric(inside.sort):
        inside = to_term(normal(inside, inner))
    return atom_of(Bind(term.head, fresh, domain, inside, term.sort))


def canonical_domain(domain: Term, context: Context) -> Term:
    """A domain with its ends in normal form."""
    if isinstance(domain, Apply) and domain.head in ("range", "closed", "open", "left_open", "right_open"):
        return Apply(
            domain.head,
            tuple(
                arg
                if isinstance(arg, Apply) and arg.head in ("infinity", "neg")
                else canonical_term(arg, context)
                for arg in domain.args
            ),
            domain.sort,
        )
    return domain


def summed(
    variable: Name, low: Polynomial, high: Polynomial, body: Polynomial, context: Context
) -> Polynomial:
    """The sum of `body` for `variable` from `low` to `high`, as a linear operator: factors free of the
    variable come out, powers of the variable are summed, and what remains is an atom over a range that
    begins at 1 and ends without an integer part, ends split off where the number of terms is known to be
    non-negative and the split-off terms to be defined."""
    count = high - low + UNITY
    number_of_terms = count.constant
    if number_of_terms is not None and number_of_terms.denominator != 1:
        raise NotNormal("a sum between numbers that are not integers")
    if number_of_terms is not None and number_of_terms <= 0:
        return NIL
    if number_of_terms is not None and number_of_terms <= MOST_TERMS:
        result = NIL
        start = to_term(low)
        for step in range(int(number_of_terms)):
            place = to_term(low + constant(step)) if step else start
            result = result + normal(substitute(to_term(body), {variable.text: place}), context)
        return result
    known = context.is_nonnegative(count)
    result = NIL
    for monomial, coefficient in body.terms.items():
        inside = tuple(p for p in monomial if depends(p, variable.text) or not comes_out(p, context))
        outside = Polynomial({tuple(p for p in monomial if p not in inside): coefficient})
        if not inside and known:
            part = count
        elif known and (whole := _power_of(inside, variable)) and whole <= 4:
            part = _faulhaber(low, high, whole, context)
        else:
            part = _sum_atom(variable, low, high, inside, known, context)
        result = result + product(outside, part, context)
    return result


def depends(pair: tuple[Atom, Rational | Polynomial], name: str) -> bool:
    """Whether a power mentions a name."""
    atom, exponent = pair
    return name in atom.term.free or (isinstance(exponent, Polynomial) and exponent.depends_on(name))


def comes_out(pair: tuple[Atom, Rational | Polynomial], context: Context) -> bool:
    """Whether a power may stand outside a sum: the sum over an empty range is 0 although the 1/n in it is
    not defined at n = 0, and outside that would cancel against the number of terms."""
    atom, exponent = pair
    if (
        isinstance(exponent, Rational)
        and exponent > 0
        or isinstance(exponent, Polynomial)
        and _is_natural(exponent)
    ):
        return True
    return context.is_nonzero(of_atom(atom))


def _power_of(monomial: Monomial, variable: Name) -> int:
    if len(monomial) == 1 and monomial[0][0].term == variable:
        exponent = monomial[0][1]
        if isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0:
            return int(exponent)
    return 0


def _faulhaber(low: Polynomial, high: Polynomial, whole: int, context: Context) -> Polynomial:
    return _faulhaber_to(high, whole, context) - _faulhaber_to(low - UNITY, whole, context)


def _faulhaber_to(end: Polynomial, whole: int, context: Context) -> Polynomial:
    """Sum of i^whole for i in 1..end as a polynomial in `end` (Faulhaber)."""
    coefficients = {
        1: {1: Fraction(1, 2), 2: Fraction(1, 2)},
        2: {1: Fraction(1, 6), 2: Fraction(1, 2), 3: Fraction(1, 3)},
        3: {2: Fraction(1, 4), 3: Fraction(1, 2), 4: Fraction(1, 4)},
        4: {1: Fraction(-1, 30), 3: Fraction(1, 3), 4: Fraction(1, 2), 5: Fraction(1, 5)},
    }[whole]
    return total(whole_power(end, k, context).scaled(c) for k, c in coefficients.items())


def _sum_atom(
    variable: Name, low: Polynomial, high: Polynomial, inside: Monomial, known: bool, context: Context
) -> Polynomial:
    body = to_term(Polynomial({inside: Fraction(1)}))
    offset = least_offset(body, variable.text)
    natural = variable.sort == NAT
    if offset:
        low, high = low + constant(offset), high + constant(offset)
        # The moved variable may be below 0.
        index = Name(variable.text, NAT if natural and context.is_nonnegative(low) else INT)
        moved = to_term(of_atom(Atom(index)) - constant(offset))
        body = _over_range(index, low, high, substitute(body, {variable.text: moved}), context)
        variable = index
    result = NIL
    start, past = low.constant, high.constant_part
    if (
        known
        and start is not None
        and past.denominator == 1
        and start.denominator == 1
        and high.constant is None
    ):
        new_low, new_high = UNITY, high - constant(past)
        if (start != 1 or past) and context.is_nonnegative(new_high):
            edges = _edges(variable, body, int(start), high, int(past), context)
            if edges is not None:
                result, low, high = edges, new_low, new_high
                if natural and variable.sort != NAT:
                    index = Name(variable.text, NAT)
                    body = _over_range(index, low, high, substitute(body, {variable.text: index}), context)
                    variable = index
    domain = Apply("range", (to_term(low), to_term(high)), SetOf(variable.sort))
    best = Bind("sum", variable, domain, body, REAL)
    swapped = _swapped(best)
    candidates = [Atom(best)] + ([Atom(swapped)] if swapped is not None else [])
    return result + of_atom(min(candidates))


def _over_range(variable: Name, low: Polynomial, high: Polynomial, body: Term, context: Context) -> Term:
    """The summand in normal form where the variable lies in its range."""
    inner, fresh = context.inside(
        variable, Apply("range", (to_term(low), to_term(high)), SetOf(variable.sort))
    )
    renewed = normal(substitute(body, {variable.text: fresh}), inner)
    return substitute(to_term(renewed), {fresh.text: variable})


def _swapped(term: Bind) -> Bind | None:
    """A double sum over independent ranges with its sums exchanged."""
    inner = term.body
    if not (isinstance(inner, Bind) and inner.head == "sum") or term.variable.text in inner.domain.free:
        return None
    if inner.variable.text in term.domain.free | {term.variable.text}:
        return None
    return Bind(
        "sum", inner.variable, inner.domain, Bind("sum", term.variable, term.domain, inner.body, REAL), REAL
    )


def _edges(
    variable: Name, body: Term, start: int, high: Polynomial, past: int, context: Context
) -> Polynomial | None:
    """What is to be added when a sum from `start` to `high` is written from 1 to `high - past`; None
    when one of the terms is not known to be defined."""
    result = NIL
    if abs(start - 1) + abs(past) > 8:
        return None
    places: list[tuple[Polynomial, int]] = []
    places.extend((constant(k), 1) for k in range(start, 1))
    places.extend((constant(k), -1) for k in range(1, start))
    base = high - constant(past)
    places.extend((base + constant(k), 1) for k in range(1, past + 1))
    places.extend((base - constant(k), -1) for k in range(-past))
    for place, sign in places:
        try:
            value = normal(substitute(body, {variable.text: to_term(place)}), context)
        except NotNormal:
            return None
        if not is_total(value, context):
            return None
        result = result + value.scaled(Fraction(sign))
    return result


def is_total(polynomial: Polynomial, context: Context) -> bool:
    """Whether nothing in a polynomial is divided by, or taken to a power that is not natural, unless it is
    known to be positive; such a term may be added and subtracted where nobody asks whether it is defined."""
    for monomial in polynomial.terms:
        for atom, exponent in monomial:
            natural = isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0
            if not natural and not context.is_positive(of_atom(atom)):
                return False
            for part in subterms(atom.term):
                if not isinstance(part, Apply) or isinstance(atom, Composite):
                    continue
                if part.head == "^" and part.args[1].sort != NAT or part.head in ("/", "ln", "log2", "sqrt"):
                    base = part.args[1] if part.head == "/" else part.args[0]
                    if not context.is_positive(normal(base, context)):
                        return False
    return True


def least_offset(body: Term, name: str) -> int:
    """The least c with which the variable occurs as `variable + c` inside an index or argument."""
    offsets = []
    for part in subterms(body):
        if isinstance(part, Apply) and part.head in ("index", "call", "basis"):
            for arg in part.args[1:]:
                found = _offset_of(arg, name)
                if found is not None:
                    offsets.append(found)
    return min(offsets, default=0)


def _offset_of(term: Term, name: str) -> int | None:
    match term:
        case Name(text) if text == name:
            return 0
        case Apply("+", (Name(text), Number(value))) if text == name and value.denominator == 1:
            return int(value)
        case Apply("-", (Name(text), Number(value))) if text == name and value.denominator == 1:
            return -int(value)
    return None


def _from_matrix(term: Apply, context: Context) -> Polynomial:
    from boundkit.kernel.matrices import grid, inner_product

    if term.head == "inner":
        return inner_product(grid(term.args[0], context), grid(term.args[1], context), context)
    if term.head in ("norm", "norm_fro"):
        inside = grid(term.args[0], context)
        square = inner_product(inside, inside, context)
        return root(square, Fraction(1, 2), context)
    return grid(term, context).scalar(context)


def canonical_term(term: Term, context: Context) -> Term:
    """A term whose parts are in normal form; equal terms that differ in arithmetic become one."""
    if isinstance(term, Number):
        return term
    if is_numeric(term.sort):
        return to_term(normal(term, context))
    if isinstance(term.sort, Matrix):
        from boundkit.kernel.matrices import grid

        try:
            return grid(term, context).to_term()
        except NotNormal:
            return term
    if isinstance(term, Apply):
        return Apply(term.head, tuple(canonical_term(arg, context) for arg in term.args), term.sort)
    if isinstance(term, Bind):
        domain = canonical_domain(term.domain, context)
        inner, fresh = context.inside(term.variable, domain)
        body = canonical_term(substitute(term.body, {term.variable.text: fresh}), inner)
        return Bind(term.head, fresh, domain, body, term.sort)
    return term


def to_term(polynomial: Polynomial) -> Term:
    """The polynomial as a term, in a fixed order with the constant last."""
    found = polynomial.__dict__.get("term")
    if found is None:
        found = polynomial.__dict__["term"] = _to_term(polynomial)
    return found


def _to_term(polynomial: Polynomial) -> Term:
    if not polynomial.terms:
        return number(0)
    if len(polynomial.terms) > LARGEST:
        raise TooLarge
    ordered = [m for m in polynomial.ordered if m != UNIT]
    if UNIT in polynomial.terms:
        ordered.append(UNIT)
    ordered.sort(key=lambda m: (m == UNIT, polynomial.terms[m] < 0))
    result: Term | None = None
    for monomial in ordered:
        coefficient = polynomial.terms[monomial]
        size = abs(coefficient) if result is not None else coefficient
        part = _monomial_term(monomial, size)
        if result is None:
            result = part
        else:
            sort = _joined(result, part)
            if coefficient < 0:
                result = Apply("-", (result, part), INT if sort == NAT else sort)
            else:
                result = Apply("+", (result, part), sort)
    assert result is not None
    return result


def _joined(left: Term, right: Term) -> Sort:
    if left.sort == NAT and right.sort == NAT:
        return NAT
    if left.sort in (NAT, INT) and right.sort in (NAT, INT):
        return INT
    return REAL


def _monomial_term(monomial: Monomial, coefficient: Fraction) -> Term:
    factors: list[Term] = []
    if coefficient != 1 or not monomial:
        factors.append(number(coefficient))
    for atom, exponent in monomial:
        if atom == E:
            factors.append(Apply("exp", (to_term(as_polynomial(exponent)),), REAL))
        elif exponent == 1:
            factors.append(atom.term)
        else:
            above = to_term(as_polynomial(exponent))
            natural = atom.term.sort == NAT and above.sort == NAT
            whole = atom.term.sort in (NAT, INT) and above.sort == NAT
            factors.append(Apply("^", (atom.term, above), NAT if natural else INT if whole else REAL))
    result = factors[0]
    for factor in factors[1:]:
        result = Apply("*", (result, factor), _joined(result, factor))
    return result
