"""Terms and sorts as plain JSON lists, and back; the reader accepts nothing else."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from boundkit.ir import sorts
from boundkit.ir.sorts import Sort
from boundkit.ir.terms import Apply, Bind, Name, Number, Term

DEEPEST = 400


class Malformed(Exception):
    """Data that is not a term."""


# Not all that `Fraction` reads: an exponent could be astronomic, and Python reads 4300 digits at most.
_RATIONAL = re.compile(r"-?[0-9]{1,3500}(/[0-9]{1,3500})?")


def rational(text: str) -> Fraction:
    """The rational that `str` of a Fraction wrote; raises `Malformed`."""
    if not _RATIONAL.fullmatch(text):
        raise Malformed(f"no number: {text[:40]!r}")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise Malformed("a denominator of 0") from None


def encode(term: Term) -> list[Any]:
    """A term as nested lists."""
    if isinstance(term, Number):
        return ["number", str(term.value)]
    if isinstance(term, Name):
        return ["name", term.text, encode_sort(term.sort)]
    if isinstance(term, Apply):
        return ["apply", term.head, encode_sort(term.sort), *map(encode, term.args)]
    if isinstance(term, Bind):
        return [
            "bind",
            term.head,
            encode_sort(term.sort),
            encode(term.variable),
            encode(term.domain),
            encode(term.body),
        ]
    raise TypeError(type(term))


def decode(data: Any, depth: int = 0) -> Term:
    """The term that `encode` wrote; raises `Malformed`."""
    if depth > DEEPEST or not isinstance(data, list) or not data:
        raise Malformed("no term")
    match data:
        case ["number", str(text)]:
            return Number(rational(text))
        case ["name", str(text), sort]:
            return Name(text, decode_sort(sort, depth + 1))
        case ["apply", str(head), sort, *args]:
            return Apply(head, tuple(decode(arg, depth + 1) for arg in args), decode_sort(sort, depth + 1))
        case ["bind", str(head), sort, variable, domain, body]:
            name = decode(variable, depth + 1)
            if not isinstance(name, Name):
                raise Malformed("a bound variable is a name")
            return Bind(
                head, name, decode(domain, depth + 1), decode(body, depth + 1), decode_sort(sort, depth + 1)
            )
    raise Malformed("no term")


def encode_sort(sort: Sort) -> Any:
    """A sort as a string or nested lists."""
    match sort:
        case sorts.Basic(name):
            return name
        case sorts.Abstract(name):
            return ["abstract", name]
        case sorts.Matrix(rows, columns):
            return ["matrix", encode(rows), encode(columns)]
        case sorts.Sequence(element):
            return ["sequence", encode_sort(element)]
        case sorts.Power(element, count):
            return ["power", encode_sort(element), encode(count)]
        case sorts.Product(left, right):
            return ["product", encode_sort(left), encode_sort(right)]
        case sorts.Function(arguments, result):
            return ["function", encode_sort(result), *map(encode_sort, arguments)]
        case sorts.SetOf(element, finite):
            return ["set", encode_sort(element), finite]
        case sorts.Distribution(element):
            return ["distribution", encode_sort(element)]
        case sorts.Unknown(number):
            return ["unknown", number]
    raise TypeError(type(sort))


def decode_sort(data: Any, depth: int = 0) -> Sort:
    """The sort that `encode_sort` wrote; raises `Malformed`."""
    if depth > DEEPEST:
        raise Malformed("no sort")
    if isinstance(data, str):
        return sorts.Basic(data)
    match data:
        case ["abstract", str(name)]:
            return sorts.Abstract(name)
        case ["matrix", rows, columns]:
            return sorts.Matrix(decode(rows, depth + 1), decode(columns, depth + 1))
        case ["sequence", element]:
            return sorts.Sequence(decode_sort(element, depth + 1))
        case ["power", element, count]:
            return sorts.Power(decode_sort(element, depth + 1), decode(count, depth + 1))
        case ["product", left, right]:
            return sorts.Product(decode_sort(left, depth + 1), decode_sort(right, depth + 1))
        case ["function", result, *arguments]:
            return sorts.Function(
                tuple(decode_sort(argument, depth + 1) for argument in arguments),
                decode_sort(result, depth + 1),
            )
        case ["set", element, bool(finite)]:
            return sorts.SetOf(decode_sort(element, depth + 1), finite)
        case ["distribution", element]:
            return sorts.Distribution(decode_sort(element, depth + 1))
        case ["unknown", int(number)]:
            return sorts.Unknown(number)
    raise Malformed("no sort")
