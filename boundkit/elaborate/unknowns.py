"""Sorts and sizes that are not known yet, and the matching that finds them.

A sort not known yet is `Unknown(k)`, a size `Name("?k", Nat)`; no written name begins with `?`."""

from __future__ import annotations

from fractions import Fraction

from boundkit.elaborate import sizes
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, INT, NAT, REAL, Sort, Unknown, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, substitute

ORDER: tuple[Sort, ...] = (NAT, INT, REAL, EXTREAL)


class Unknowns:
    """The values found so far."""

    def __init__(self) -> None:
        self._count = 0
        self._sorts: dict[int, Sort] = {}
        self._sizes: dict[str, Term] = {}

    def sort(self) -> Unknown:
        """A new unknown sort."""
        self._count += 1
        return Unknown(self._count)

    def size(self) -> Name:
        """A new unknown size."""
        self._count += 1
        return Name(f"?{self._count}", NAT)

    def resolve(self, sort: Sort) -> Sort:
        """The sort with everything found put in."""
        match sort:
            case Unknown(number):
                return self.resolve(self._sorts[number]) if number in self._sorts else sort
            case sorts.Matrix(rows, columns):
                return sorts.Matrix(self.resolve_size(rows), self.resolve_size(columns))
            case sorts.Sequence(element):
                return sorts.Sequence(self.resolve(element))
            case sorts.Power(element, count):
                return sorts.Power(self.resolve(element), self.resolve_size(count))
            case sorts.Product(left, right):
                return sorts.Product(self.resolve(left), self.resolve(right))
            case sorts.Function(arguments, result):
                return sorts.Function(tuple(map(self.resolve, arguments)), self.resolve(result))
            case sorts.SetOf(element, finite):
                return sorts.SetOf(self.resolve(element), finite)
            case sorts.Distribution(element):
                return sorts.Distribution(self.resolve(element))
            case _:
                return sort

    def resolve_size(self, size: Term) -> Term:
        """The size with everything found put in."""
        while True:
            found = {name: self._sizes[name] for name in size.free if name in self._sizes}
            if not found:
                return size
            size = substitute(size, found)

    def is_open(self, sort: Sort) -> bool:
        """Whether something in the sort is still not known."""
        match self.resolve(sort):
            case Unknown():
                return True
            case sorts.Matrix(rows, columns):
                return any(name.startswith("?") for name in rows.free | columns.free)
            case sorts.Sequence(element) | sorts.SetOf(element) | sorts.Distribution(element):
                return self.is_open(element)
            case sorts.Power(element, count):
                return self.is_open(element) or any(name.startswith("?") for name in count.free)
            case sorts.Product(left, right):
                return self.is_open(left) or self.is_open(right)
            case sorts.Function(arguments, result):
                return self.is_open(result) or any(map(self.is_open, arguments))
            case _:
                return False

    def same_size(self, left: Term, right: Term) -> bool:
        """Make two sizes equal, finding at most one unknown size; False when they differ."""
        left, right = self.resolve_size(left), self.resolve_size(right)
        if sizes.equal(left, right):
            return True
        for unknown in sorted(name for name in left.free | right.free if name.startswith("?")):
            value = sizes.solve(left, right, unknown)
            if value is not None:
                self._sizes[unknown] = value
                return True
        return False

    def fits(self, given: Sort, wanted: Sort) -> bool:
        """Whether a value of sort `given` may stand where `wanted` is asked for, finding unknown sorts
        on the way. Numbers widen from Nat to Int to Real, and a finite set is a set; Int is taken
        where Nat is wanted, which is a condition of definedness and no matter of sort."""
        given, wanted = self.resolve(given), self.resolve(wanted)
        if given == wanted:
            return True
        if isinstance(given, Unknown):
            return self._find(given, wanted)
        if isinstance(wanted, Unknown):
            return self._find(wanted, given)
        if is_numeric(given) and is_numeric(wanted):
            return wanted in (REAL, EXTREAL) or given in (NAT, INT)
        match given, wanted:
            case sorts.Matrix(r1, c1), sorts.Matrix(r2, c2):
                return self.same_size(r1, r2) and self.same_size(c1, c2)
            case sorts.Sequence(e1), sorts.Sequence(e2):
                return self.fits(e1, e2)
            case sorts.Function((argument,), result), sorts.Sequence(e2) if argument in (NAT, INT):
                return self.fits(result, e2)
            case sorts.Power(e1, n1), sorts.Power(e2, n2):
                return self.fits(e1, e2) and self.same_size(n1, n2)
            case sorts.Product(l1, r1), sorts.Product(l2, r2):
                return self.fits(l1, l2) and self.fits(r1, r2)
            case sorts.Function(a1, r1), sorts.Function(a2, r2):
                inside = len(a1) == len(a2) and all(
                    self.fits(wide, narrow) for wide, narrow in zip(a2, a1, strict=True)
                )
                return inside and self.fits(r1, r2)
            case sorts.SetOf(e1, f1), sorts.SetOf(e2, f2):
                return (f1 or not f2) and self.fits(e1, e2)
            case sorts.Distribution(e1), sorts.Distribution(e2):
                return self.fits(e1, e2)
        return False

    def _find(self, unknown: Unknown, sort: Sort) -> bool:
        if _mentions(sort, unknown.number):
            return False
        self._sorts[unknown.number] = sort
        return True

    def settle(self, term: Term) -> Term:
        """The term with all that was found put in; a literal 0 whose sort nothing fixed is a number."""
        settled = self._settle(term)
        # kept from here on: computed part by part they never recurse deeply
        hash(settled)
        _ = settled.free
        return settled

    def _settle(self, term: Term) -> Term:
        if isinstance(term, Name):
            sort = self.resolve(term.sort)
            if term.text.startswith("?"):
                return self.resolve_size(term)
            return term if sort == term.sort else Name(term.text, sort, term.span)
        if isinstance(term, Number):
            return term
        sort = self.resolve(term.sort)
        if isinstance(term, Apply):
            if term.head == "zero" and not isinstance(sort, sorts.Matrix):
                return Number(Fraction(0), term.span)
            args = tuple([self.settle(arg) for arg in term.args])
            return Apply(term.head, args, REAL if isinstance(sort, Unknown) else sort, term.span)
        if isinstance(term, Bind):
            variable = Name(term.variable.text, self.resolve(term.variable.sort), term.variable.span)
            domain, body = self.settle(term.domain), self.settle(term.body)
            found = REAL if isinstance(sort, Unknown) else sort
            return Bind(term.head, variable, domain, body, found, term.span)
        raise TypeError(type(term))


def _mentions(sort: Sort, unknown: int) -> bool:
    match sort:
        case Unknown(other):
            return other == unknown
        case sorts.Sequence(element) | sorts.SetOf(element) | sorts.Distribution(element):
            return _mentions(element, unknown)
        case sorts.Power(element, _):
            return _mentions(element, unknown)
        case sorts.Product(left, right):
            return _mentions(left, unknown) or _mentions(right, unknown)
        case sorts.Function(arguments, result):
            return _mentions(result, unknown) or any(_mentions(argument, unknown) for argument in arguments)
        case _:
            return False


def wider(left: Sort, right: Sort) -> Sort:
    """The smallest numeric sort that holds both."""
    return ORDER[max(ORDER.index(left), ORDER.index(right))]
