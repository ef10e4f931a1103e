"""Text to term, by precedence. Nothing is evaluated, and no text is run as a program.

From the loosest: `implies`, `or |`, `and &`, `not ~`, relations (which may be chained), `+ -`, `* /`, signs,
`** ^` (to the right), `!`. A bar where an operand is due opens an absolute value, elsewhere it closes one
or, outside of one, means `or`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from boundkit.formulas import functions
from boundkit.formulas.functions import CONSTANTS, FUNCTIONS, REFUSED, Unfit, compare
from boundkit.ir.sorts import PROP, REAL, Sort
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.syntax.spelling import LETTERS, SIGNS

LONGEST_TEXT = 100_000
LONGEST_NUMERAL = 400
LARGEST_EXPONENT = 10_000
DEEPEST = 50
LONGEST_CHAIN = 200

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*'*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|<>|[-+*/^()<>=,|&~!])"
    r"|(?P<end>$)|(?P<other>.))",
    re.DOTALL,
)
_RELATIONS = frozenset({"<=", "<", ">=", ">", "=", "==", "!=", "<>"})


class Unreadable(ValueError):
    """The text is no formula; the message says where and why."""


def read_formula(text: str, sorts: Mapping[str, Sort] | None = None) -> Term:
    """The term or proposition that a text spells.

    sorts: the declared variables with their sorts; without it every name that is no function or constant is
    a real variable. Decimals are exact. Raises Unreadable for what is no formula, for a name that is not
    declared, and for what is too long, too deep, or a number with too many digits."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"a formula of {len(text)} characters; the limit is {LONGEST_TEXT}")
    reader = _Reader(text, sorts)
    try:
        found = reader.implication()
    except RecursionError:
        raise Unreadable("the formula is nested too deep") from None
    if reader.kind != "end":
        raise reader.unexpected("the end of the formula")
    return found


class _Reader:
    """One pass over a text: the token that is next, and how deep it stands."""

    def __init__(self, text: str, sorts: Mapping[str, Sort] | None) -> None:
        self.text = text
        self.sorts = sorts
        self.place = 0
        self.depth = 0
        self.bars = 0
        self.kind = self.token = ""
        self.advance()

    def advance(self) -> None:
        match = _TOKEN.match(self.text, self.place)
        assert match is not None and match.lastgroup is not None
        self.kind = match.lastgroup
        self.begin, self.place = match.start(self.kind), match.end()
        self.token = match.group(self.kind)
        if self.token in SIGNS and not self.token.isascii():
            self.token = SIGNS[self.token]
            self.kind = "name" if self.token.isalpha() else "sign"
        elif self.kind == "name" and not self.token.isascii():
            self.token = "".join(LETTERS.get(letter, letter) for letter in self.token)
        elif self.token == "√":
            self.kind, self.token = "name", "sqrt"

    def wrong(self, message: str, place: int | None = None) -> Unreadable:
        column = (self.begin if place is None else place) + 1
        return Unreadable(f"{message}, at column {column} of `{_excerpt(self.text, column)}`")

    def unexpected(self, due: str) -> Unreadable:
        if self.kind == "end":
            return self.wrong(f"{due} is missing")
        hint = ""
        if self.kind in ("name", "number") and due == "the end of the formula":
            hint = " (a product is written with `*`)"
        return self.wrong(f"`{self.token}` stands where {due} is due{hint}")

    def accept(self, *tokens: str) -> str:
        """Takes the next token if it is one of these."""
        if self.kind in ("sign", "name") and self.token in tokens:
            taken = self.token
            self.advance()
            return taken
        return ""

    def expect(self, token: str) -> None:
        if not self.accept(token):
            raise self.unexpected(f"`{token}`")

    def deeper(self, read: Callable[[], Term]) -> Term:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"the formula is nested more than {DEEPEST} levels deep")
        found = read()
        self.depth -= 1
        return found

    def proposition(self, term: Term, place: int) -> Term:
        if term.sort != PROP:
            raise self.wrong("a number stands where a relation is due", place)
        return term

    def scalar(self, term: Term, place: int) -> Term:
        if term.sort == PROP:
            raise self.wrong("a relation stands where a number is due", place)
        return term

    def implication(self) -> Term:
        place = self.begin
        left = self.connected("or", ("or", "|"), lambda: self.connected("and", ("and", "&"), self.negation))
        if not self.accept("implies"):
            return left
        right = self.begin
        conclusion = self.deeper(self.implication)
        return Apply("implies", (self.proposition(left, place), self.proposition(conclusion, right)), PROP)

    def connected(self, head: str, words: tuple[str, str], read: Callable[[], Term]) -> Term:
        places = [self.begin]
        parts = [read()]
        while not (self.bars and self.token == "|") and self.accept(*words):
            places.append(self.begin)
            parts.append(read())
        if len(parts) == 1:
            return parts[0]
        return Apply(head, tuple(map(self.proposition, parts, places)), PROP)

    def negation(self) -> Term:
        place = self.begin
        if self.accept("not", "~"):
            return Apply("not", (self.proposition(self.deeper(self.negation), place),), PROP)
        return self.comparison()

    def comparison(self) -> Term:
        places = [self.begin]
        sides = [self.sum()]
        signs: list[str] = []
        while self.kind == "sign" and self.token in _RELATIONS:
            signs.append(self.token)
            self.advance()
            places.append(self.begin)
            sides.append(self.sum())
        if not signs:
            return sides[0]
        sides = list(map(self.scalar, sides, places))
        links = [compare(sign, sides[k], sides[k + 1]) for k, sign in enumerate(signs)]
        return links[0] if len(links) == 1 else Apply("and", tuple(links), PROP)

    def sum(self) -> Term:
        return self.folded({"+": functions.add, "-": functions.subtract}, self.product)

    def product(self) -> Term:
        return self.folded({"*": functions.multiply, "/": functions.divide}, self.signed)

    def folded(self, signs: Mapping[str, Callable[[Term, Term], Term]], read: Callable[[], Term]) -> Term:
        place = self.begin
        found = read()
        count = 0
        while self.kind == "sign" and self.token in signs:
            count += 1
            if count > LONGEST_CHAIN:
                raise self.wrong(f"more than {LONGEST_CHAIN} terms or factors in a row")
            left, build = self.scalar(found, place), signs[self.token]
            self.advance()
            place = self.begin
            found = build(left, self.scalar(read(), place))
        return found

    def signed(self) -> Term:
        sign = self.accept("-", "+")
        if not sign:
            return self.power()
        place = self.begin
        inner = self.scalar(self.deeper(self.signed), place)
        return functions.negate(inner) if sign == "-" else inner

    def power(self) -> Term:
        place = self.begin
        base = self.factorial()
        if not self.accept("**", "^"):
            return base
        above = self.begin
        exponent = self.scalar(self.deeper(self.signed), above)
        if (size := _size(exponent)) is not None and abs(size) > LARGEST_EXPONENT:
            raise self.wrong(f"an exponent of absolute value more than {LARGEST_EXPONENT}", above)
        return functions.raise_to(self.scalar(base, place), exponent)

    def factorial(self) -> Term:
        place = self.begin
        found = self.operand()
        while self.accept("!"):
            found = FUNCTIONS["factorial"].build(self.scalar(found, place))
        return found

    def operand(self) -> Term:
        place = self.begin
        if self.kind == "number":
            return self.numeral()
        if self.kind == "name" and self.token not in ("and", "or", "not", "implies"):
            return self.named()
        if self.accept("("):
            bars, self.bars = self.bars, 0
            inner = self.deeper(self.implication)
            self.bars = bars
            self.expect(")")
            return inner
        if self.accept("|"):
            self.bars += 1
            inner = self.scalar(self.deeper(self.sum), place)
            self.bars -= 1
            self.expect("|")
            return FUNCTIONS["abs"].build(inner)
        raise self.unexpected("an operand")

    def numeral(self) -> Term:
        mantissa, _, exponent = self.token.lower().partition("e")
        if len(mantissa) > LONGEST_NUMERAL or (exponent and abs(int(exponent[:9])) > LONGEST_NUMERAL):
            raise self.wrong(f"a number of more than {LONGEST_NUMERAL} digits")
        value = Fraction(self.token)
        self.advance()
        return Number(value)

    def named(self) -> Term:
        name, place = self.token, self.begin
        self.advance()
        if self.kind == "sign" and self.token == "(":
            return self.applied(name, place)
        if self.sorts is not None and name in self.sorts:
            return Name(name, self.sorts[name])
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in REFUSED:
            raise self.wrong(REFUSED[name], place)
        if self.sorts is not None:
            raise self.wrong(f"`{name}` is not declared", place)
        return Name(name, REAL)

    def applied(self, name: str, place: int) -> Term:
        function = FUNCTIONS.get(name)
        if function is None:
            if self.sorts is not None and name in self.sorts:
                raise self.wrong(f"`{name}` is a variable; a product is written with `*`", place)
            raise self.wrong(f"the function `{name}` is not supported", place)
        self.expect("(")
        bars, self.bars = self.bars, 0
        check = self.proposition if function.propositions else self.scalar
        arguments: list[Term] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            begin = self.begin
            arguments.append(check(self.deeper(self.implication), begin))
        self.bars = bars
        most = len(arguments) if function.most is None else function.most
        if not function.least <= len(arguments) <= most:
            raise self.wrong(f"`{name}` with {len(arguments)} arguments", place)
        try:
            return function.build(*arguments)
        except Unfit as failure:
            raise self.wrong(f"`{name}` {failure}", place) from None


def _size(term: Term) -> float | None:
    """About the value of a constant exponent, infinite if it is out of reach; None with a variable in it."""
    if isinstance(term, Number):
        return float(term.value) if abs(term.value) < 10**300 else float("inf")
    if not isinstance(term, Apply) or term.free:
        return None
    sizes = [_size(arg) for arg in term.args]
    known = [size for size in sizes if size is not None]
    try:
        match term.head, known:
            case "+", [a, b]:
                return a + b
            case "-", [a, b]:
                return a - b
            case "*", [a, b]:
                return a * b
            case "/", [a, b]:
                return a / b
            case "neg", [a]:
                return -a
            case "^", [a, b]:
                return float(abs(a) ** b)
            case "factorial", [a]:
                return float("inf") if a > 20 else 1.0
    except (OverflowError, ZeroDivisionError):
        return float("inf")
    return None


def _excerpt(text: str, column: int) -> str:
    """At most 60 characters of the text around a column."""
    start = max(0, column - 31)
    return ("..." if start else "") + text[start : start + 60] + ("..." if start + 60 < len(text) else "")
