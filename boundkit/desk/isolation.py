"""A relation brought, one inverse function at a time, to the form in which the unknown stands alone. Each
relation is meant to be equivalent to the one before under the hypotheses; all are only proposals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, relation

MOST_STEPS = 24
Sign = Callable[[Term], int]
"""1, -1, or 0 where the sign of a term is not one of these throughout."""


@dataclass(frozen=True)
class Link:
    """A relation that is equivalent to the one before, whatever the terms in `named` stand for."""

    relation: Apply
    named: tuple[Term, ...] = ()


def isolated(wanted: Apply, unknown: Name, sign: Sign) -> list[Link]:
    """The relation and those that follow from it, as far as the unknown can be freed."""
    left, right = wanted.args
    if unknown.text in right.free and unknown.text not in left.free:
        current = _Relation(right, wanted.head, left, turned=True)
    elif unknown.text in left.free and unknown.text not in right.free:
        current = _Relation(left, wanted.head, right, turned=False)
    else:
        return [Link(wanted)]
    found = [Link(wanted)]
    for _ in range(MOST_STEPS):
        following = _step(current, unknown.text, sign)
        if following is None:
            break
        inner = current.own
        assert isinstance(inner, Apply)
        turned = inner.head != "^" and (inner.head == "neg" or following.own not in inner.args)
        parts = () if turned else (current.other, *inner.args)
        current = following
        found.append(Link(current.term, tuple(own for own in parts if isinstance(own, Apply) and own.free)))
    return found


class _Relation:
    """`own` is at most `other`, or at least if `turned`; strictly for the head `<`."""

    def __init__(self, own: Term, head: str, other: Term, turned: bool) -> None:
        self.own, self.head, self.other, self.turned = own, head, other, turned

    @property
    def term(self) -> Apply:
        pair = (self.other, self.own) if self.turned else (self.own, self.other)
        return relation(self.head, *pair)

    def to(self, own: Term, other: Term, flip: bool = False) -> _Relation:
        return _Relation(own, self.head, other, self.turned != flip)


def _step(now: _Relation, name: str, sign: Sign) -> _Relation | None:
    own, other = now.own, now.other
    if not isinstance(own, Apply):
        return None
    if is_minus(own):
        return now.to(negated(own), negated(other), flip=True)
    args = own.args
    inside = [name in arg.free for arg in args]
    if sum(inside) != 1:
        return None
    place = inside.index(True)
    part = args[place]
    match own.head:
        case "neg":
            return now.to(part, negated(other), flip=True)
        case "+":
            rest = other
            for k, arg in enumerate(args):
                if k != place:
                    rest = Apply("-", (rest, arg), REAL) if rest != number(0) else negated(arg)
            return now.to(part, rest)
        case "-":
            if place == 0:
                return now.to(part, _sum(other, args[1]))
            return now.to(part, _difference(args[0], other), flip=True)
        case "*":
            rest = other
            for k, arg in enumerate(args):
                if k == place:
                    continue
                direction = sign(arg)
                if direction < 0 and not is_minus(arg):
                    turned = tuple(
                        Apply("neg", (negated(own),), REAL) if j == k else own for j, own in enumerate(args)
                    )
                    return now.to(Apply("*", turned, REAL), other)
                if direction != 1:
                    return None
                rest = _quotient(rest, arg)
            return now.to(part, rest)
        case "/":
            return _fraction(now, args, place, sign)
        case "exp":
            return now.to(part, Apply("ln", (other,), REAL)) if sign(other) == 1 else None
        case "ln":
            return now.to(part, Apply("exp", (other,), REAL))
        case "log2":
            return now.to(part, Apply("^", (number(2), other), REAL))
        case "sqrt":
            return now.to(part, _power(other, Fraction(2)))
        case "^":
            return _root(now, args, place, sign)
    return None


def _fraction(now: _Relation, args: tuple[Term, ...], place: int, sign: Sign) -> _Relation | None:
    other, part = now.other, args[place]
    if place == 0:
        if sign(args[1]) != 1:
            return None
        return now.to(part, _product(args[1], other))
    if sign(args[0]) != 1 or sign(other) != 1 or sign(part) != 1:
        return None
    return now.to(part, _quotient(args[0], other), flip=True)


def _root(now: _Relation, args: tuple[Term, ...], place: int, sign: Sign) -> _Relation | None:
    base, exponent = args
    if place == 0:
        if not isinstance(exponent, Number) or sign(base) != 1 or sign(now.other) != 1:
            return None
        value = exponent.value
        return now.to(base, _power(now.other, 1 / value), flip=value < 0)
    other = now.other
    if sign(other) != 1 or sign(base) != 1:
        return None
    return now.to(_product(exponent, Apply("ln", (base,), REAL)), Apply("ln", (other,), REAL))


def negated(term: Term) -> Term:
    """Minus the term, written without a double sign; of a logarithm, that of the reciprocal."""
    if isinstance(term, Number):
        return number(-term.value)
    if isinstance(term, Apply):
        if term.head == "neg":
            return term.args[0]
        if term.head == "ln":
            return Apply("ln", (_reciprocal(term.args[0]),), REAL)
        if term.head == "-":
            return Apply("-", term.args[::-1], REAL)
        if term.head in ("*", "/") and is_minus(term):
            place = 0 if is_minus(term.args[0]) else 1
            args = tuple(negated(own) if k == place else own for k, own in enumerate(term.args))
            return _product(*args) if term.head == "*" and len(args) == 2 else Apply(term.head, args, REAL)
    return Apply("neg", (term,), REAL)


def is_minus(term: Term) -> bool:
    if isinstance(term, Number):
        return term.value < 0
    if isinstance(term, Apply):
        return term.head == "neg" or (term.head in ("*", "/") and any(map(is_minus, term.args[:2])))
    return False


def _reciprocal(term: Term) -> Term:
    if isinstance(term, Apply) and term.head == "/":
        return _quotient(term.args[1], term.args[0])
    if isinstance(term, Number) and term.value:
        return number(1 / term.value)
    return Apply("/", (ONE, term), REAL)


def _sum(left: Term, right: Term) -> Term:
    if left == number(0):
        return right
    return Apply("+", (left, right), REAL)


def _difference(left: Term, right: Term) -> Term:
    if right == number(0):
        return left
    return Apply("-", (left, right), REAL)


def _product(left: Term, right: Term) -> Term:
    if left == ONE:
        return right
    if right == ONE:
        return left
    return Apply("*", (left, right), REAL)


def _quotient(top: Term, bottom: Term) -> Term:
    if bottom == ONE:
        return top
    return Apply("/", (top, bottom), REAL)


def _power(base: Term, exponent: Fraction) -> Term:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return Apply("sqrt", (base,), REAL)
    return Apply("^", (base, number(exponent)), REAL)
