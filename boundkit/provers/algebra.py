"""Proposals from computer algebra: stationary points, solutions, simpler forms, as terms. Nothing here is
trusted, and nothing that a user wrote reaches a parser of SymPy's: terms are translated head by head.

What does not depend on the unknown and is no product of powers, such as `K + ln(1/delta)`, is one symbol to
computer algebra, so that it comes back as the author wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any

from boundkit.ir.sorts import PROP, REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, subterms

MOST_ROOTS = 3
MOST_SOLUTIONS = 4
LARGEST = 60
"""Subterms beyond which no proposal is made."""
MOST_PIECES = 16
MOST_TURNS = 12
"""Values of a parameter that are proposed."""
MONOMIAL = frozenset({"*", "/", "neg"})
FAILURES = (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, ArithmeticError)
"""What computer algebra raises where it cannot answer; none of it concerns the user."""


def stationary_points(objective: Term, variable: Name) -> list[Term]:
    """Zeros of the derivative in the variable, as SymPy finds them with every name positive;
    summands that do not mention it do not matter."""
    objective = _without_constants(objective, variable.text)
    found: list[Term] = []
    for opaque in (True, False):
        algebra = Algebra(variable.text, opaque)
        try:
            import sympy

            whole = algebra.read(objective)
            if variable.text not in objective.free or _size(objective) > LARGEST:
                return []
            unknown = algebra.unknown
            found += algebra.written(roots(sympy.diff(whole, unknown), unknown))
        except (Untranslatable, *FAILURES):
            continue
    return list(dict.fromkeys(found))


def turning_points(objective: Term, variable: Name) -> list[Term]:
    """Zeros of the derivative, and places where what an absolute value, a maximum or a minimum chooses
    changes, with zeros of the derivatives of all that may be chosen."""
    found = stationary_points(objective, variable)
    if found or not any(_is_choice(part, variable.text) for part in subterms(objective)):
        return found
    for part in subterms(objective):
        if _is_choice(part, variable.text):
            assert isinstance(part, Apply)
            sides = [_chosen(arg, variable.text) for arg in part.args]
            if len(sides) == 1:
                sides.append([number(0)])
            for one, two in combinations(sides, 2):
                for left, right in product(one, two):
                    found += solutions(Apply("=", (left, right), PROP), variable)
    for own in _chosen(objective, variable.text):
        found += stationary_points(own, variable)
    return list(dict.fromkeys(found))[:MOST_TURNS]


def _is_choice(term: Term, name: str) -> bool:
    return isinstance(term, Apply) and term.head in ("abs", "max", "min") and name in term.free


def _chosen(term: Term, name: str) -> list[Term]:
    """The term with one of its arguments for each choice that depends on a name."""
    if not isinstance(term, Apply) or name not in term.free:
        return [term]
    lists = [_chosen(arg, name) for arg in term.args]
    if term.head in ("max", "min"):
        return list(dict.fromkeys(own for one in lists for own in one))[:MOST_PIECES]
    if term.head == "abs":
        return [own for one in lists[0] for own in (one, Apply("neg", (one,), REAL))][:MOST_PIECES]
    return [Apply(term.head, args, term.sort) for args in islice(product(*lists), MOST_PIECES)]


def solutions(wanted: Term, unknown: Name) -> list[Term]:
    """Values at which both sides of a relation are equal, as SymPy finds them with every name positive."""
    if not (isinstance(wanted, Apply) and len(wanted.args) == 2) or unknown.text not in wanted.free:
        return []
    found: list[Term] = []
    for opaque in (True, False):
        algebra = Algebra(unknown.text, opaque)
        try:
            left, right = (algebra.read(arg) for arg in wanted.args)
            if _size(wanted) > LARGEST:
                return []
            found += algebra.written(roots(left - right, algebra.unknown))
        except (Untranslatable, *FAILURES):
            continue
    return list(dict.fromkeys(found))


def limits(objective: Term, variable: Name) -> list[Term]:
    """Finite limits of the objective as the variable goes to infinity, to minus infinity and to 0, as SymPy
    finds them with every other name positive."""
    import sympy

    found: list[Term] = []
    if variable.text not in objective.free or _size(objective) > LARGEST:
        return found
    for end in (sympy.oo, -sympy.oo, sympy.Integer(0)):
        algebra = Algebra(variable.text, True)
        try:
            whole = algebra.read(objective)
            free = sympy.Symbol("free", real=True)
            value = sympy.limit(whole.subs(algebra.unknown, free), free, end, "+" if end == 0 else "-")
            if value.is_finite and not value.has(free):
                found += algebra.written([value])
        except (Untranslatable, *FAILURES):
            continue
    return list(dict.fromkeys(found))


def simpler(term: Term, atoms: Sequence[Term] = ()) -> list[Term]:
    """Forms of a term that seem equal, the shortest first, the term itself among them; every name is taken
    to be positive, and `atoms` are left as they are."""
    for kept in dict.fromkeys((tuple(atoms), ())):
        found = [term]
        algebra = Algebra("", False, kept)
        try:
            import sympy

            whole = algebra.read(term)
            if _size(term) > 2 * LARGEST:
                return found
            forms = [
                sympy.expand(whole),
                sympy.powsimp(sympy.expand(whole)),
                sympy.factor(sympy.expand(whole)),
            ]
            forms += [sympy.radsimp(forms[0]), sympy.together(whole), gathered(whole)]
            forms.append(whole.replace(sympy.log, lambda arg: sympy.log(sympy.factor(sympy.together(arg)))))
            forms.append(sympy.factor_terms(forms[-1]))
            forms.append(_by_roots(whole))
            if _size(term) <= LARGEST:
                forms.append(sympy.powsimp(sympy.simplify(whole)))
            found += algebra.written(forms, limit=len(forms))
        except (Untranslatable, *FAILURES):
            continue
        found = sorted(dict.fromkeys(found), key=_length)
        if found[0] != term:
            break
    return found


def _by_roots(whole: Any) -> Any:
    """A rational function of square roots, factored: what stands under each is written by a new symbol, in
    place of a symbol that stands there alone or to the first power."""
    import sympy

    names: dict[Any, Any] = {}
    found = sympy.expand_power_base(whole)
    while len(names) < MOST_ROOTS:
        roots = [part.base for part in found.atoms(sympy.Pow) if part.exp.is_Rational and part.exp.q == 2]
        places = [
            (inner, own)
            for inner in sorted(roots, key=lambda inner: (inner.count_ops(), str(inner)))
            for own in sorted(inner.free_symbols - set(names), key=str)
            if inner == own or (inner.is_polynomial(own) and sympy.degree(inner, own) == 1)
        ]
        if not places:
            break
        inner, own = places[0]
        root = sympy.Symbol(f"root{len(names)}", positive=True)
        names[root] = sympy.sqrt(inner).subs(names)
        found = found.subs(own, sympy.solve(inner - root**2, own)[0])
    found = sympy.factor(sympy.powdenest(found, force=True)) if names else whole
    for root in reversed(names):
        found = found.subs(root, names[root])
    return found


def _length(term: Term) -> tuple[int, int]:
    """How long a form reads: signs before it, quotients of quotients and exponents that are no numbers count
    more."""
    twice = 0
    for part in subterms(term):
        if isinstance(part, Apply):
            first = part.args[0] if part.args else None
            nested = part.head == "/" and isinstance(first, Apply) and first.head == "/"
            twice += part.head == "neg" or nested
            twice += 3 * (part.head == "^" and not isinstance(part.args[1], Number))
    return term.size + twice, len(str(term))


def coefficients(terms: Sequence[Term], variable: str) -> list[Term]:
    """The largest subterms without the variable that are neither names, numbers nor products of their powers;
    none that is part of another."""
    found: dict[Term, None] = {}

    def visit(term: Term) -> None:
        if not isinstance(term, Apply) or not term.free:
            return
        power = term.head == "^" and isinstance(term.args[1], Number)
        if variable in term.free or term.head in MONOMIAL or power or term.head == "sqrt":
            for arg in term.args:
                visit(arg)
        else:
            found[term] = None

    for term in terms:
        visit(term)
    return [own for own in found if not any(own != other and own in subterms(other) for other in found)]


def roots(whole: Any, unknown: Any) -> list[Any]:
    """Real zeros of an expression in a symbol, unverified: of two or three powers of it by formula, else as
    SymPy finds them."""
    import sympy

    numerator = sympy.expand(sympy.fraction(sympy.together(sympy.powsimp(whole)))[0])
    powers: dict[Any, Any] | None = {}
    for summand in sympy.Add.make_args(numerator):
        coefficient, rest = summand.as_independent(unknown, as_Add=False)
        base, exponent = rest.as_base_exp() if rest != 1 else (unknown, sympy.Integer(0))
        if base != unknown or not exponent.is_Rational:
            powers = None
            break
        assert powers is not None
        powers[exponent] = powers.get(exponent, 0) + coefficient
    if powers:
        exponents = sorted(powers)
        if len(exponents) == 2:
            low, high = exponents
            ratio = sympy.factor_terms(-powers[low] / powers[high])
            return [ratio ** (1 / (high - low))]
        if len(exponents) == 3 and exponents[2] - exponents[1] == exponents[1] - exponents[0]:
            a, b, c_ = (powers[e] for e in reversed(exponents))
            root = sympy.sqrt(sympy.factor((b**2 - 4 * a * c_) / (4 * a**2)))
            found = [sympy.cancel(-b / (2 * a)) + sign * root for sign in (1, -1)]
            return [one ** (1 / (exponents[1] - exponents[0])) for one in found]
    return [gathered(own) for own in sympy.solve(numerator, unknown)]


def gathered(whole: Any) -> Any:
    """The expression expanded, with one logarithm for those with coefficients that are multiples."""
    import sympy

    logarithms: dict[Any, Any] = {}
    rest = sympy.Integer(0)
    for summand in sympy.Add.make_args(sympy.expand_log(sympy.expand(whole), force=True)):
        own = [factor for factor in sympy.Mul.make_args(summand) if isinstance(factor, sympy.log)]
        if len(own) != 1:
            rest += summand
            continue
        coefficient, argument = summand / own[0], own[0].args[0]
        if argument.is_Integer and argument > 1:
            factors = sympy.factorint(argument)
            (base, exponent), *others = factors.items()
            if not others:
                coefficient, argument = coefficient * exponent, sympy.Integer(base)
        for known in logarithms:
            ratio = sympy.cancel(coefficient / known)
            if ratio.is_Integer:
                logarithms[known] *= argument**ratio
                break
        else:
            logarithms[coefficient] = argument
    return rest + sum(
        (coefficient * sympy.log(argument) for coefficient, argument in logarithms.items()), sympy.Integer(0)
    )


def _without_constants(term: Term, name: str) -> Term:
    """The term without the summands that do not mention a name."""
    if isinstance(term, Apply) and term.head in ("+", "-"):
        left, right = (_without_constants(arg, name) for arg in term.args)
        return Apply(term.head, (left, right), term.sort)
    return term if name in term.free else number(0)


class Untranslatable(Exception):
    """A head that computer algebra is not asked about."""


def _size(term: Term) -> int:
    return sum(1 for _ in subterms(term))


class Algebra:
    """Terms to SymPy and back, with one symbol for each name and, if `opaque`, for each subterm without the
    unknown that is no product of powers of names."""

    def __init__(self, unknown: str, opaque: bool, atoms: Sequence[Term] = ()) -> None:
        self._unknown = unknown
        self._atoms = frozenset(atoms)
        self._opaque = opaque
        self._symbols: dict[Term, Any] = {}

    @property
    def unknown(self) -> Any:
        """The symbol of the unknown."""
        return self._symbol(Name(self._unknown, REAL))

    def _symbol(self, term: Term) -> Any:
        import sympy

        if isinstance(term, Name):
            term = Name(term.text, REAL)
        return self._symbols.setdefault(term, sympy.Symbol(f"v{len(self._symbols):03d}", positive=True))

    def read(self, term: Term) -> Any:
        """The term as an expression of SymPy's. Raises Untranslatable."""
        import sympy

        if isinstance(term, Number):
            return sympy.Rational(term.value.numerator, term.value.denominator)
        if isinstance(term, Name) or term in self._atoms:
            return self._symbol(term)
        if not isinstance(term, Apply):
            if self._opaque and self._unknown not in term.free:
                return self._symbol(term)
            raise Untranslatable
        free_of = self._opaque and self._unknown not in term.free and bool(term.free)
        is_power = term.head == "^" and isinstance(term.args[1], Number)
        if free_of and term.head not in MONOMIAL and not is_power and term.head != "sqrt":
            return self._symbol(term)
        args = [self.read(arg) for arg in term.args]
        match term.head:
            case "+":
                return sympy.Add(*args)
            case "*":
                return sympy.Mul(*args)
            case "-":
                return args[0] - args[1]
            case "/":
                return args[0] / args[1]
            case "neg":
                return -args[0]
            case "^":
                return args[0] ** args[1]
            case "sqrt":
                return sympy.sqrt(args[0])
            case "exp":
                return sympy.exp(args[0])
            case "ln":
                return sympy.log(args[0])
            case "log2":
                return sympy.log(args[0]) / sympy.log(2)
            case "LambertW":
                return sympy.LambertW(args[0])
            case "LambertWm1":
                return sympy.LambertW(args[0], -1)
        raise Untranslatable

    def written(self, found: Any, limit: int = MOST_SOLUTIONS) -> list[Term]:
        """The real ones among some expressions as terms; those that cannot be written are left out."""
        names = {symbol: term for term, symbol in self._symbols.items()}
        result = []
        for value in list(found)[:limit]:
            try:
                result.append(_Writer(names).term(value))
            except (Untranslatable, *FAILURES):
                continue
        return result


class _Writer:
    """Expressions of SymPy's as terms that read well: quotients, one root for what stands under roots, and
    the logarithm of the reciprocal for minus a logarithm."""

    def __init__(self, names: dict[Any, Term]) -> None:
        self.names = names

    def term(self, value: Any) -> Term:
        import sympy

        if value in self.names:
            return self.names[value]
        if value.is_Rational:
            return number(Fraction(int(value.p), int(value.q)))
        if value == sympy.E:
            return Apply("exp", (ONE,), REAL)
        if isinstance(value, sympy.Add):
            return self.sum(value)
        if isinstance(value, sympy.Mul | sympy.Pow):
            return self.product(value)
        if isinstance(value, sympy.exp):
            return Apply("exp", (self.term(value.args[0]),), REAL)
        if isinstance(value, sympy.log):
            return Apply("ln", (self.term(sympy.together(value.args[0])),), REAL)
        if isinstance(value, sympy.LambertW) and value.args[1:] in ((), (-1,)):
            return Apply("LambertWm1" if value.args[1:] else "LambertW", (self.term(value.args[0]),), REAL)
        raise Untranslatable

    def sum(self, value: Any) -> Term:
        parts = list(value.as_ordered_terms())
        parts.sort(key=lambda part: _is_minus(part))
        whole = self.term(parts[0])
        for part in parts[1:]:
            if _is_minus(part):
                whole = Apply("-", (whole, self.term(-part)), REAL)
            else:
                whole = Apply("+", (whole, self.term(part)), REAL)
        return whole

    def product(self, value: Any) -> Term:
        import sympy

        sign, value = (-1, -value) if _is_minus(value) else (1, value)
        factors = sympy.Mul.make_args(value)
        logarithms = [own for own in factors if isinstance(own, sympy.log)]
        if sign < 0 and logarithms:
            sign, first = 1, logarithms[0]
            factors = tuple(own for own in factors if own is not first)
            turned = sympy.Symbol("turned", positive=True)
            inner = self.term(sympy.together(1 / first.args[0]))
            self.names[turned] = Apply("ln", (inner,), REAL)
            factors = (*factors, turned)
        tops: list[Term] = []
        bottoms: list[Term] = []
        roots_above: list[Any] = []
        roots_below: list[Any] = []
        for factor in factors:
            if factor.is_Rational:
                if factor.p != 1:
                    tops.insert(0, number(int(factor.p)))
                if factor.q != 1:
                    bottoms.insert(0, number(int(factor.q)))
                continue
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sympy.exp) or base == sympy.E:
                tops.append(
                    self.term(factor)
                    if isinstance(factor, sympy.exp)
                    else Apply("exp", (self.term(exponent),), REAL)
                )
                continue
            if not exponent.is_Rational:
                tops.append(Apply("^", (self.term(base), self.term(exponent)), REAL))
                continue
            side, size = (tops, exponent) if exponent > 0 else (bottoms, -exponent)
            whole_part = size.p // size.q
            rest = size - whole_part
            if rest == sympy.Rational(1, 2):
                (roots_above if exponent > 0 else roots_below).append(base)
                size = sympy.Integer(whole_part)
            if size == 0:
                continue
            side.append(self.power(self.term(base), size))
        if roots_above:
            top, bottom = sympy.fraction(sympy.together(sympy.Mul(*roots_above) / sympy.Mul(*roots_below)))
            tops.append(Apply("sqrt", (_quotient(self.factors(top), self.factors(bottom)),), REAL))
        elif roots_below:
            bottoms.append(Apply("sqrt", (_product(self.factors(sympy.Mul(*roots_below))),), REAL))
        whole = _quotient(tops, bottoms)
        return whole if sign > 0 else Apply("neg", (whole,), REAL)

    def factors(self, value: Any) -> list[Term]:
        import sympy

        return [self.term(own) for own in sympy.Mul.make_args(value) if own != 1]

    def power(self, base: Term, exponent: Any) -> Term:
        return base if exponent == 1 else Apply("^", (base, self.term(exponent)), REAL)


def _is_minus(value: Any) -> bool:
    return bool(value.could_extract_minus_sign()) and not value.is_Add


def _product(factors: list[Term]) -> Term:
    whole = factors[0] if factors else ONE
    for factor in factors[1:]:
        whole = Apply("*", (whole, factor), REAL)
    return whole


def _quotient(tops: list[Term], bottoms: list[Term]) -> Term:
    top = _product(tops)
    return Apply("/", (top, _product(bottoms)), REAL) if bottoms else top
