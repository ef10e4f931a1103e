"""Whether a term is put together as its sorts say. Terms of a theorem are when they are read; those of a
certificate may be anything, and normal forms believe sorts: a natural number is at least 0, sizes fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import (
    EXTREAL,
    INT,
    NAT,
    PROP,
    REAL,
    Distribution,
    Function,
    Matrix,
    Power,
    Product,
    Sequence,
    SetOf,
    Sort,
    entries_of,
    is_numeric,
)
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term

ORDER: tuple[Sort, ...] = (NAT, INT, REAL, EXTREAL)
"""Sorts of numbers, each containing those before it."""

PROPERTIES: dict[str, tuple[int, int]] = {
    "is_convex": (1, 2), "is_concave": (1, 2), "is_monotone": (1, 2), "is_differentiable": (1, 2),
    "is_strongly_convex": (2, 4), "is_lipschitz": (2, 4), "is_smooth": (2, 4), "is_bounded": (3, 4),
}  # fmt: skip
"""Properties of functions with how few and how many arguments they have, the function included."""

Fits = Callable[[Sort, Sort], bool]
"""Whether values of one sort are values of another."""


def fits(own: Sort, wanted: Sort, same_size: Callable[[Term, Term], bool]) -> bool:
    """Whether values of one sort are values of another."""
    if own in ORDER and wanted in ORDER:
        return ORDER.index(own) <= ORDER.index(wanted)
    match own, wanted:
        case Matrix(rows, columns), Matrix(other_rows, other_columns):
            return same_size(rows, other_rows) and same_size(columns, other_columns)
        case Power(element, count), Power(other, other_count):
            return fits(element, other, same_size) and same_size(count, other_count)
        case Function(arguments, result), Function(other_arguments, other_result):
            return (
                len(arguments) == len(other_arguments)
                and fits(result, other_result, same_size)
                and all(fits(o, a, same_size) for a, o in zip(arguments, other_arguments, strict=True))
            )
        case Product(left, right), Product(other_left, other_right):
            return fits(left, other_left, same_size) and fits(right, other_right, same_size)
        case SetOf(element, finite), SetOf(other, other_finite):
            return fits(element, other, same_size) and (finite or not other_finite)
        case (Sequence(element), Sequence(other)) | (Distribution(element), Distribution(other)):
            return fits(element, other, same_size)
    return own == wanted


class IllSorted(Exception):
    """A term that is not put together as its sorts say; the text says where."""


def require_sorted(term: Term, names: Mapping[str, Sort], fits: Fits) -> None:
    """Raises `IllSorted` unless the term, with these names free, is put together as its sorts say."""
    _Check(fits).of(term, names)


def said(term: Term) -> str:
    """A term in few words, which need not be put together well."""
    if isinstance(term, Name):
        return term.text
    return str(term.value) if isinstance(term, Number) else f"`{term.head}`"  # type: ignore[attr-defined]


class _Check:
    """One traversal."""

    def __init__(self, fits: Fits) -> None:
        self.fits = fits

    def of(self, term: Term, names: Mapping[str, Sort]) -> None:
        if isinstance(term, Number):
            return
        if isinstance(term, Name):
            if names.get(term.text) != term.sort:
                raise IllSorted(f"{term.text} is of another sort than it says")
        elif isinstance(term, Apply):
            if term.head == "infinity" and not term.args and term.sort in (REAL, EXTREAL):
                return  # an end of an interval; it has no normal form
            for arg in term.args:
                self.of(arg, names)
            self.sizes(term.sort, names)
            self.declared(term, self.apply(term))
        elif isinstance(term, Bind):
            self.of(term.domain, names)
            self.sizes(term.variable.sort, names)
            self.of(term.body, {**names, term.variable.text: term.variable.sort})
            self.sizes(term.sort, names)
            self.declared(term, self.bind(term))
        else:
            raise IllSorted("no term")

    def declared(self, term: Apply | Bind, found: Sort) -> None:
        if not self.fits(found, term.sort):
            raise IllSorted(f"{said(term)} is of another sort than it says")

    def sizes(self, sort: Sort, names: Mapping[str, Sort]) -> None:
        """The sizes that a sort mentions."""
        match sort:
            case Matrix(rows, columns):
                self.of(rows, names)
                self.of(columns, names)
                self.number(rows)
                self.number(columns)
            case Power(element, count):
                self.sizes(element, names)
                self.of(count, names)
                self.number(count)
            case Sequence(element) | SetOf(element) | Distribution(element):
                self.sizes(element, names)
            case Product(left, right):
                self.sizes(left, names)
                self.sizes(right, names)
            case Function(arguments, result):
                for argument in arguments:
                    self.sizes(argument, names)
                self.sizes(result, names)

    # What is wanted of arguments

    def need(self, held: bool, term: Term, wanted: str) -> None:
        if not held:
            raise IllSorted(f"{said(term)} is not {wanted}")

    def number(self, term: Term) -> Sort:
        self.need(is_numeric(term.sort), term, "a number")
        return term.sort

    def integer(self, term: Term) -> None:
        self.need(term.sort in (NAT, INT), term, "an integer")

    def matrix(self, term: Term) -> Matrix:
        if not isinstance(term.sort, Matrix):
            raise IllSorted(f"{said(term)} is not a matrix")
        return term.sort

    def vector(self, term: Term) -> Matrix:
        sort = self.matrix(term)
        self.need(sort.columns == ONE, term, "a vector")
        return sort

    def same(self, left: Term, right: Term) -> None:
        fit = self.fits(left.sort, right.sort) and self.fits(right.sort, left.sort)
        self.need(fit, right, f"of the sort of {said(left)}")

    def proposition(self, term: Term) -> None:
        self.need(term.sort == PROP, term, "a proposition")

    def set_of(self, term: Term) -> Sort:
        if not isinstance(term.sort, SetOf):
            raise IllSorted(f"{said(term)} is not a set")
        return term.sort.element

    def function(self, term: Term) -> Function:
        if not isinstance(term.sort, Function):
            raise IllSorted(f"{said(term)} is not a function")
        return term.sort

    def equal_size(self, left: Term, right: Term, term: Term) -> None:
        self.need(self.fits(Matrix(left, ONE), Matrix(right, ONE)), term, "of fitting size")

    # Sorts

    def apply(self, term: Apply) -> Sort:
        """The sort of an application by its head and arguments."""
        head, args = term.head, term.args
        if head in PROPERTIES:
            return self.property(term)
        if head in _RULES:
            least, most, rule = _RULES[head]
            self.need(least <= len(args) and (most is None or len(args) <= most), term, "of due length")
            return rule(self, term)
        symbol = SYMBOLS.get(head)
        if symbol is None:
            raise IllSorted(f"{head!r} is no function of certificates")
        due = len(args) == symbol.arity if symbol.arity is not None else bool(args)
        self.need(due, term, "of due length")
        return widest([REAL, *map(self.number, args)])

    def bind(self, term: Bind) -> Sort:
        """The sort of a binder by its body."""
        body = term.body.sort
        if term.head in ("sum", "prod", "avg"):
            domain = term.domain
            if isinstance(domain, Apply) and domain.head == "enumeration":
                self.need(
                    self.fits(self.set_of(domain), term.variable.sort), domain, "of elements of due sort"
                )
                return widest([self.number(term.body), REAL if term.head == "avg" else NAT])
            if not (isinstance(domain, Apply) and domain.head == "range" and len(domain.args) == 2):
                raise IllSorted(f"{said(domain)} is no range of integers")
            for end in domain.args:
                self.integer(end)
            self.integer(term.variable)
            natural = term.variable.sort == INT or domain.args[0].sort == NAT
            self.need(natural, term.variable, "at least 0")
            if term.head != "prod" and isinstance(body, Matrix):
                return body
            self.number(term.body)
            return widest([body, REAL]) if term.head == "avg" else body
        if term.head == "function":
            if isinstance(term.sort, Sequence):
                self.integer(term.variable)
                return Sequence(body)
            return Function((term.variable.sort,), body)
        if term.head in ("expectation", "probability", "surely"):
            return self.mean(term)
        element = self.set_of(term.domain)
        # Not every element of an interval of integers is one of the interval of real numbers.
        whole = isinstance(term.domain, Apply) and term.domain.head == "range"
        fit = self.fits(term.variable.sort, element) or whole and is_numeric(term.variable.sort)
        self.need(fit, term.variable, f"of the sort of {said(term.domain)}")
        if term.head in ("forall", "exists"):
            self.proposition(term.body)
            return PROP
        if term.head == "set":
            return SetOf(body, isinstance(term.sort, SetOf) and term.sort.finite)
        if term.head in ("min", "max", "sup", "inf"):
            return widest([self.number(term.body), EXTREAL if term.head in ("sup", "inf") else NAT])
        if term.head in ("argmin", "argmax"):
            self.number(term.body)
            own = term.variable.sort
            return SetOf(own) if isinstance(term.sort, SetOf) and not isinstance(own, SetOf) else own
        raise IllSorted(f"{term.head!r} is no binder of certificates")

    def mean(self, term: Bind) -> Sort:
        """An expectation, a probability or what holds almost surely, over a law of the variable's sort."""
        law = self.law(term.domain)
        fit = self.fits(term.variable.sort, law.element) and self.fits(law.element, term.variable.sort)
        self.need(fit, term.variable, f"an outcome of {said(term.domain)}")
        if term.head == "expectation":
            if isinstance(term.body.sort, Matrix):
                return term.body.sort
            return widest([REAL, self.number(term.body)])
        self.proposition(term.body)
        return REAL if term.head == "probability" else PROP

    def law(self, term: Term) -> Distribution:
        if not isinstance(term.sort, Distribution):
            raise IllSorted(f"{said(term)} is not a law")
        return term.sort

    def law_of_numbers(self, term: Apply) -> Sort:
        """A law on the numbers, or a normal law on vectors."""
        for arg in term.args:
            self.need(is_numeric(arg.sort) or isinstance(arg.sort, Matrix), arg, "a parameter of a law")
        if term.head == "binomial" and is_numeric(term.sort):
            return self.whole(term)
        if term.head in ("binomial", "poisson", "geometric", "bernoulli"):
            return Distribution(NAT)
        if term.head == "Rademacher" or all(is_numeric(arg.sort) for arg in term.args):
            return Distribution(REAL)
        return term.sort if isinstance(self.law(term).element, Matrix) else Distribution(REAL)

    def uniform(self, term: Apply) -> Sort:
        """A law on a set; those on an interval, or on integers, have outcomes of the sort of its ends."""
        domain = term.args[0]
        element = self.set_of(domain)
        if isinstance(domain, Apply) and domain.head == "range":
            element = widest([end.sort for end in domain.args])
        elif isinstance(domain, Apply) and domain.head in ("closed", "open", "left_open", "right_open"):
            element = REAL
        return Distribution(element)

    def replaced(self, term: Apply) -> Sort:
        sort = term.args[0].sort
        found = entries_of(sort)
        if found is None:
            raise IllSorted(f"{said(term.args[0])} is not a sample")
        self.integer(term.args[1])
        self.need(self.fits(term.args[2].sort, found[0]), term.args[2], "an entry of the sample")
        return sort

    def others(self, term: Apply) -> Sort:
        """A sample without one of its entries."""
        sort = term.args[0].sort
        if not isinstance(sort, Power):
            raise IllSorted(f"{said(term.args[0])} is not a sample")
        self.integer(term.args[1])
        return term.sort if isinstance(term.sort, Power) and term.sort.element == sort.element else PROP

    def slice(self, term: Apply) -> Sort:
        """A part of a sequence or sample, for a range of indices."""
        sort = term.args[0].sort
        if not isinstance(sort, Power | Sequence) or not self.fits(self.set_of(term.args[1]), INT):
            raise IllSorted(f"{said(term)} is no part of a sequence")
        return Sequence(sort.element)

    def samples(self, term: Apply) -> Sort:
        self.need(isinstance(term.args[0].sort, Power), term.args[0], "a sample")
        self.same(*term.args)
        return PROP

    def conditional(self, term: Apply) -> Sort:
        """Law, variable, what is known, and the outcome; both functions of outcomes."""
        law, of, by, outcome = term.args
        element = self.law(law).element
        for function in (of, by):
            sort = self.function(function)
            self.need(
                sort.arguments == (element,) or self.fits(element, sort.arguments[0]), function, "of outcomes"
            )
        self.need(self.fits(outcome.sort, element), outcome, "an outcome")
        result = self.function(of).result
        return result if isinstance(result, Matrix) else widest([REAL, result])

    def divergence(self, term: Apply) -> Sort:
        first, second = term.args[:2]
        self.law(first)
        self.same(first, second)
        return EXTREAL if term.head in ("KL", "Renyi") else REAL

    def coupling(self, term: Apply) -> Sort:
        """A law of pairs, and the laws of their components."""
        pairs, *components = map(self.law, term.args)
        for place, law in enumerate(components):
            own = pairs.element
            if not isinstance(own, Product):
                raise IllSorted(f"{said(term.args[0])} is not a law of pairs")
            part = own.right if place else own.left
            self.need(self.fits(part, law.element) and self.fits(law.element, part), term, "of fitting laws")
        return PROP

    def property(self, term: Apply) -> Sort:
        least, most = PROPERTIES[term.head]
        self.need(least <= len(term.args) <= most, term, "of due length")
        self.function(term.args[0])
        for arg in term.args[1:least]:
            self.number(arg)
        return PROP

    def sum(self, term: Apply) -> Sort:
        args = term.args
        if isinstance(args[0].sort, Matrix):
            for arg in args[1:]:
                self.same(args[0], arg)
            return args[0].sort
        sort = widest(list(map(self.number, args)))
        return widest([sort, INT]) if term.head == "-" else sort

    def product(self, term: Apply) -> Sort:
        found: Matrix | None = None
        numbers: list[Sort] = [NAT]
        for arg in term.args:
            if is_numeric(arg.sort):
                numbers.append(arg.sort)
                continue
            own = self.matrix(arg)
            if found is not None:
                self.equal_size(found.columns, own.rows, term)
                own = Matrix(found.rows, own.columns)
            found = own
        return widest(numbers) if found is None else found

    def quotient(self, term: Apply) -> Sort:
        self.number(term.args[1])
        if isinstance(term.args[0].sort, Matrix):
            return term.args[0].sort
        return widest([REAL, *map(self.number, term.args)])

    def negative(self, term: Apply) -> Sort:
        sort = term.args[0].sort
        return sort if isinstance(sort, Matrix) else widest([self.number(term.args[0]), INT])

    def power(self, term: Apply) -> Sort:
        law = term.args[0].sort
        if isinstance(law, Distribution):
            self.integer(term.args[1])
            vector = law.element == REAL and term.sort == Distribution(Matrix(term.args[1], ONE))
            return term.sort if vector else Distribution(Power(law.element, term.args[1]))
        base, exponent = map(self.number, term.args)
        return base if exponent == NAT and base in (NAT, INT) else widest([REAL, base, exponent])

    def numeric(self, term: Apply) -> Sort:
        sort = widest(list(map(self.number, term.args)))
        return NAT if term.head == "abs" and sort == INT else sort

    def whole(self, term: Apply) -> Sort:
        for arg in term.args:
            self.number(arg)
        return NAT if term.head in ("factorial", "binomial") else INT

    def relation(self, term: Apply) -> Sort:
        left, right = term.args
        if term.head in ("=", "!=") and not is_numeric(left.sort):
            self.same(left, right)
        else:
            self.number(left)
            self.number(right)
        return PROP

    def up_to_constant(self, term: Apply) -> Sort:
        for arg in term.args[:2]:
            self.number(arg)
        return PROP

    def connective(self, term: Apply) -> Sort:
        for arg in term.args:
            self.proposition(arg)
        return PROP

    def called(self, term: Apply) -> Sort:
        function = self.function(term.args[0])
        self.need(len(function.arguments) == len(term.args) - 1, term, "of due length")
        for arg, wanted in zip(term.args[1:], function.arguments, strict=True):
            # Whether an integer is a natural number is a question of definedness.
            fit = self.fits(arg.sort, wanted) or (arg.sort == INT and wanted == NAT)
            self.need(fit, arg, f"what {said(term.args[0])} takes")
        return function.result

    def index(self, term: Apply) -> Sort:
        sort = term.args[0].sort
        self.integer(term.args[1])
        if isinstance(sort, Sequence | Power):
            return sort.element
        columns = self.matrix(term.args[0]).columns
        return REAL if columns == ONE else Matrix(columns, ONE)

    def inner(self, term: Apply) -> Sort:
        self.matrix(term.args[0])
        self.same(*term.args)
        return REAL

    def norm(self, term: Apply) -> Sort:
        self.vector(term.args[0]) if term.head == "norm" else self.matrix(term.args[0])
        return REAL

    def entry(self, term: Apply) -> Sort:
        sort = self.matrix(term.args[0])
        self.need(sort.rows == ONE == sort.columns, term, "of one row and one column")
        return REAL

    def entrywise(self, term: Apply) -> Sort:
        """A function of the entries of a matrix; `relu` also of a number."""
        if term.head == "relu" and is_numeric(term.args[0].sort):
            return term.args[0].sort
        own = self.matrix(term.args[0])
        self.need(term.head != "softmax" or own.columns == ONE, term, "of a vector")
        return own

    def transpose(self, term: Apply) -> Sort:
        sort = self.matrix(term.args[0])
        return Matrix(sort.columns, sort.rows)

    def identity(self, term: Apply) -> Sort:
        self.number(term.args[0])
        return Matrix(term.args[0], term.args[0])

    def zero(self, term: Apply) -> Sort:
        return self.matrix(term)

    def basis(self, term: Apply) -> Sort:
        self.number(term.args[0])
        self.integer(term.args[1])
        return Matrix(term.args[0], ONE)

    def blocks(self, term: Apply) -> Sort:
        """The sizes of the whole are those that are declared, whose sums `normal` forms compare."""
        height, width, *cells = term.args
        if not (isinstance(height, Number) and isinstance(width, Number)):
            raise IllSorted("blocks without counts")
        rows, columns = height.value, width.value
        whole = rows.denominator == columns.denominator == 1 and rows > 0 and columns > 0
        self.need(whole and rows * columns == len(cells), term, "of due length")
        grid = [cells[k : k + int(columns)] for k in range(0, len(cells), int(columns))]
        shapes = [[self.cell(cell) for cell in line] for line in grid]
        for line in shapes:
            for shape in line[1:]:
                self.equal_size(line[0].rows, shape.rows, term)
        for line in shapes[1:]:
            for first, shape in zip(shapes[0], line, strict=True):
                self.equal_size(first.columns, shape.columns, term)
        return Matrix(added([line[0].rows for line in shapes]), added([shape.columns for shape in shapes[0]]))

    def cell(self, term: Term) -> Matrix:
        return Matrix(ONE, ONE) if is_numeric(term.sort) else self.matrix(term)

    def choice(self, term: Apply) -> Sort:
        condition, then, otherwise = term.args
        self.proposition(condition)
        if is_numeric(then.sort):
            return widest([then.sort, self.number(otherwise)])
        self.same(then, otherwise)
        return then.sort

    def interval(self, term: Apply) -> Sort:
        for arg in term.args:
            self.number(arg)
        return SetOf(NAT)

    def whole_sort(self, term: Apply) -> Sort:
        self.set_of(term)
        return term.sort

    def enumeration(self, term: Apply) -> Sort:
        if is_numeric(term.args[0].sort):
            return SetOf(widest(list(map(self.number, term.args))), True)
        for arg in term.args[1:]:
            self.same(term.args[0], arg)
        return SetOf(term.args[0].sort, True)

    def ball(self, term: Apply) -> Sort:
        self.number(term.args[0])
        self.number(term.args[1])
        return SetOf(Matrix(term.args[0], ONE))

    def subgradients(self, term: Apply) -> Sort:
        function = self.function(term.args[0])
        self.need(len(function.arguments) == 1, term.args[0], "a function of one argument")
        self.need(self.fits(term.args[1].sort, function.arguments[0]), term.args[1], "in its domain")
        return SetOf(function.arguments[0])

    def member(self, term: Apply) -> Sort:
        element = self.set_of(term.args[1])
        own = term.args[0].sort
        numeric = is_numeric(own) and is_numeric(element)
        self.need(numeric or self.fits(own, element), term, "of fitting sorts")
        return PROP

    def real(self, term: Apply) -> Sort:
        """An extended real number that is finite, as a real number."""
        self.number(term.args[0])
        return REAL

    def counted(self, term: Apply) -> Sort:
        self.set_of(term.args[0])
        return NAT

    def nearest(self, term: Apply) -> Sort:
        """An element of a set of vectors."""
        element = self.set_of(term.args[0])
        self.vector(term.args[1])
        self.need(self.fits(term.args[1].sort, element), term.args[1], "in the space of the set")
        return element

    def covered(self, term: Apply) -> Sort:
        """A set of vectors and a radius: the least cover, or the number of its elements."""
        element = self.set_of(term.args[0])
        vectors = isinstance(element, Matrix) and element.columns == ONE
        self.need(vectors, term.args[0], "a set of vectors")
        self.number(term.args[1])
        return SetOf(element, True) if term.head == "minimal_cover" else NAT

    def derivative(self, term: Apply) -> Sort:
        self.number(term.args[0])
        self.need(isinstance(term.args[1], Name), term.args[1], "a name")
        for arg in term.args[2:]:
            self.number(arg)
        return REAL

    def gradient(self, term: Apply) -> Sort:
        self.called(term)
        return term.args[1].sort

    def guarded(self, term: Apply) -> Sort:
        self.proposition(term.args[1])
        return term.args[0].sort

    def pair(self, term: Apply) -> Sort:
        return Product(term.args[0].sort, term.args[1].sort)

    def component(self, term: Apply) -> Sort:
        sort = term.args[0].sort
        if not isinstance(sort, Product):
            raise IllSorted(f"{said(term.args[0])} is not a pair")
        return sort.left if term.head == "fst" else sort.right


def widest(sorts: list[Sort]) -> Sort:
    """The least sort of numbers that contains them all."""
    return max(sorts, key=ORDER.index)


def added(sizes: list[Term]) -> Term:
    """The sum of sizes."""
    result = sizes[0]
    for size in sizes[1:]:
        result = Apply("+", (result, size), NAT)
    return result


Rule = Callable[[_Check, Apply], Sort]
_RULES: dict[str, tuple[int, int | None, Rule]] = {
    "+": (1, None, _Check.sum), "-": (2, 2, _Check.sum), "*": (1, None, _Check.product),
    "/": (2, 2, _Check.quotient), "neg": (1, 1, _Check.negative), "^": (2, 2, _Check.power),
    "abs": (1, 1, _Check.numeric), "min": (1, None, _Check.numeric), "max": (1, None, _Check.numeric),
    "floor": (1, 1, _Check.whole), "ceil": (1, 1, _Check.whole), "sign": (1, 1, _Check.whole),
    "factorial": (1, 1, _Check.whole), "binomial": (2, 2, _Check.whole),
    "<=": (2, 2, _Check.relation), "<": (2, 2, _Check.relation),
    "=": (2, 2, _Check.relation), "!=": (2, 2, _Check.relation),
    "lesssim": (2, None, _Check.up_to_constant),
    "true": (0, 0, _Check.connective), "false": (0, 0, _Check.connective),
    "and": (1, None, _Check.connective), "or": (1, None, _Check.connective),
    "not": (1, 1, _Check.connective), "implies": (2, 2, _Check.connective), "iff": (2, 2, _Check.connective),
    "call": (1, None, _Check.called), "index": (2, 2, _Check.index),
    "inner": (2, 2, _Check.inner), "norm": (1, 1, _Check.norm), "norm_op": (1, 1, _Check.norm),
    "relu": (1, 1, _Check.entrywise), "softmax": (1, 1, _Check.entrywise),
    "softmax_rows": (1, 1, _Check.entrywise),
    "norm_fro": (1, 1, _Check.norm), "norm_1": (1, 1, _Check.norm), "norm_inf": (1, 1, _Check.norm),
    "entry": (1, 1, _Check.entry), "transpose": (1, 1, _Check.transpose),
    "identity": (1, 1, _Check.identity), "zero": (0, 0, _Check.zero), "basis": (2, 2, _Check.basis),
    "blocks": (3, None, _Check.blocks), "if": (3, 3, _Check.choice),
    "range": (2, 2, _Check.interval), "closed": (2, 2, _Check.interval), "open": (2, 2, _Check.interval),
    "left_open": (2, 2, _Check.interval), "right_open": (2, 2, _Check.interval),
    "everything": (0, 0, _Check.whole_sort), "enumeration": (1, None, _Check.enumeration),
    "ball": (2, 2, _Check.ball), "sphere": (2, 2, _Check.ball), "subgrad": (2, 2, _Check.subgradients),
    "in": (2, 2, _Check.member), "card": (1, 1, _Check.counted), "mex": (1, 1, _Check.counted),
    "nearest": (2, 2, _Check.nearest), "minimal_cover": (2, 2, _Check.covered),
    "covering_number": (2, 2, _Check.covered),
    "diff": (2, 3, _Check.derivative), "at": (3, 3, _Check.derivative), "grad": (2, None, _Check.gradient),
    "real": (1, 1, _Check.real), "and_where": (2, 2, _Check.guarded), "pair": (2, 2, _Check.pair),
    **dict.fromkeys(
        (
            "Rademacher", "bernoulli", "binomial", "normal", "poisson", "exponential", "laplace", "gamma",
            "beta", "geometric",
        ),
        (0, 2, _Check.law_of_numbers),
    ),
    "uniform": (1, 1, _Check.uniform), "replace": (3, 3, _Check.replaced),
    "slice": (2, 2, _Check.slice), "others": (2, 2, _Check.others),
    "neighbours": (2, 2, _Check.samples), "conditional": (4, 4, _Check.conditional),
    "KL": (2, 2, _Check.divergence), "TV": (2, 2, _Check.divergence), "W1": (2, 2, _Check.divergence),
    "is_coupling": (3, 3, _Check.coupling), "fst": (1, 1, _Check.component), "snd": (1, 1, _Check.component),
}  # fmt: skip
