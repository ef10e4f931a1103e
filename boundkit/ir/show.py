"""Terms and sorts in the language's own syntax, with as few parentheses as parse back to the same term."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from boundkit.ir import sorts
from boundkit.ir.sorts import Sort
from boundkit.ir.terms import Apply, Bind, Name, Number, Term

QUANTIFIED, IMPLIES, OR, AND, NOT, RELATION = range(6)
SUM, OPEN_PRODUCT, PRODUCT, UNARY, POWER, POSTFIX, ATOM = range(6, 13)

RELATIONS = {"<=": "<=", "<": "<", "=": "=", "!=": "!="}
LAWS = {"expectation": "E", "probability": "Pr", "variance": "Var"}
PROPERTIES = {"is_lipschitz": "Lipschitz"}
INTERVALS = {"closed": "[]", "open": "()", "left_open": "(]", "right_open": "[)"}
BIG = ("sum", "prod", "min", "max", "sup", "inf", "argmin", "argmax", "avg", "integral")


def show(term: Term) -> str:
    """The term as it would be written."""
    return _show(term)[0]


def show_sort(sort: Sort) -> str:
    """The sort as it would be written in a declaration."""
    match sort:
        case sorts.Matrix(rows, columns):
            if isinstance(columns, Number) and columns.value == 1:
                return f"Vector[{show(rows)}]"
            return f"Matrix[{show(rows)}, {show(columns)}]"
        case sorts.Sequence(element):
            return f"Seq[{show_sort(element)}]"
        case sorts.Power(element, count):
            return f"{_sort_factor(element)}^{_at_least(count, ATOM)}"
        case sorts.Product(left, right):
            return f"pair({show_sort(left)}, {show_sort(right)})"
        case sorts.Function(arguments, result):
            return f"{' * '.join(map(_sort_factor, arguments))} -> {show_sort(result)}"
        case sorts.SetOf(element, finite):
            return f"{'FiniteSet' if finite else 'Set'}[{show_sort(element)}]"
        case sorts.Distribution(element):
            return f"Dist[{show_sort(element)}]"
        case sorts.PROP:
            return "Bool"
        case _:
            return str(sort)


def show_prefix(term: Term) -> str:
    """A binder or wrapper whose body is `true`, as it stands in front of its body."""
    return show(term).removesuffix("true").rstrip()


def _sort_factor(sort: Sort) -> str:
    text = show_sort(sort)
    return f"({text})" if isinstance(sort, sorts.Function | sorts.Power) else text


def _at_least(term: Term, level: int) -> str:
    text, own = _show(term)
    return text if own >= level else f"({text})"


def _show(term: Term) -> tuple[str, int]:
    if isinstance(term, Number):
        return _number(term.value)
    if isinstance(term, Name):
        return term.text, ATOM
    if isinstance(term, Apply):
        return _apply(term)
    if isinstance(term, Bind):
        return _bind(term)
    raise TypeError(type(term))


def _number(value: Fraction) -> tuple[str, int]:
    if value < 0:
        return f"-{_number(-value)[0]}", UNARY
    if value.denominator == 1:
        return str(value.numerator), ATOM
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}", PRODUCT
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}", ATOM


def _spine(term: Term, heads: tuple[str, ...]) -> tuple[Term, list[tuple[str, Term]]]:
    # sums are long and lean to the left: walking the spine keeps the recursion shallow
    rest: list[tuple[str, Term]] = []
    while isinstance(term, Apply) and term.head in heads and len(term.args) == 2:
        rest.append((term.head, term.args[1]))
        term = term.args[0]
    return term, rest[::-1]


def _apply(term: Apply) -> tuple[str, int]:
    head, args = term.head, term.args
    if head in ("+", "-") and len(args) == 2:
        first, rest = _spine(term, ("+", "-"))
        parts = [_at_least(first, SUM)]
        parts.extend(f"{sign} {_at_least(part, OPEN_PRODUCT)}" for sign, part in rest)
        return " ".join(parts), SUM
    if head in ("*", "/") and len(args) == 2:
        first, rest = _spine(term, ("*", "/"))
        text, level = _at_least(first, PRODUCT), PRODUCT
        for place, (sign, part) in enumerate(rest):
            shown, own = _show(part)
            last = place == len(rest) - 1
            if own == OPEN_PRODUCT and last and _is_big(part):
                level = OPEN_PRODUCT
            elif own < UNARY:
                shown = f"({shown})"
            text += f"{sign}{shown}"
        return text, level
    if head in ("+", "*"):
        level = OPEN_PRODUCT if head == "+" else UNARY
        joined = (f" {head} " if head == "+" else head).join(_at_least(arg, level) for arg in args)
        return joined, SUM if head == "+" else PRODUCT
    if head == "neg":
        inner, own = _show(args[0])
        if own == OPEN_PRODUCT and _is_big(args[0]):
            return f"-{inner}", OPEN_PRODUCT
        return f"-{inner}" if own >= UNARY else f"-({inner})", UNARY
    if head == "^":
        return f"{_at_least(args[0], POSTFIX)}^{_at_least(args[1], POWER)}", POWER
    if head in RELATIONS:
        return f"{_at_least(args[0], SUM)} {RELATIONS[head]} {_at_least(args[1], SUM)}", RELATION
    if head == "lesssim":
        names = f"_{{{', '.join(show(name) for name in args[2:])}}}" if len(args) > 2 else ""
        return f"{_at_least(args[0], SUM)} <~{names} {_at_least(args[1], SUM)}", RELATION
    if head == "in":
        return f"{_at_least(args[0], SUM)} in {_at_least(args[1], SUM)}", RELATION
    if head == "and":
        return _conjunction(args)
    if head == "or":
        return _joined(args, " or ", OR, AND)
    if head == "not":
        return f"not {_at_least(args[0], NOT)}", NOT
    if head in ("implies", "iff"):
        return f"{_at_least(args[0], OR)} {head} {_at_least(args[1], QUANTIFIED)}", IMPLIES
    if head in ("true", "false"):
        return head, ATOM
    if head == "if":
        condition, then, otherwise = args
        inside = f"if {show(condition)} then {_at_least(then, SUM)} else {_at_least(otherwise, OPEN_PRODUCT)}"
        return inside, OPEN_PRODUCT
    if head.startswith("is_"):
        return _property(term)
    return _bracket(term)


def _joined(args: tuple[Term, ...], word: str, level: int, inner: int) -> tuple[str, int]:
    first, *rest = args
    parts = [_at_least(first, level)]
    parts.extend(_at_least(arg, inner) for arg in rest)
    return word.join(parts), level


def _conjunction(args: tuple[Term, ...]) -> tuple[str, int]:
    links = [arg for arg in args if isinstance(arg, Apply) and arg.head in RELATIONS]
    chained = len(links) == len(args) > 1 and all(
        first.args[1] == second.args[0] for first, second in pairwise(links)
    )
    if not chained:
        return _joined(args, " and ", AND, NOT)
    text = _at_least(links[0].args[0], SUM)
    for link in links:
        text += f" {RELATIONS[link.head]} {_at_least(link.args[1], SUM)}"
    return text, RELATION


def _property(term: Apply) -> tuple[str, int]:
    subject, *parameters = term.args
    name = PROPERTIES.get(term.head, term.head.removeprefix("is_"))
    shown = []
    for place, parameter in enumerate(parameters):
        if term.head == "is_lipschitz" and place == 1 and isinstance(parameter.sort, sorts.SetOf):
            if not (isinstance(parameter, Apply) and parameter.head == "everything"):
                shown.append(f"on := {show(parameter)}")
        else:
            shown.append(show(parameter))
    if name == "O" and len(parameters) >= 3:
        rest = f" uniformly in {', '.join(shown[3:])}" if len(shown) > 3 else ""
        return f"{_at_least(subject, SUM)} is O({shown[0]}) as {shown[1]} -> {shown[2]}{rest}", RELATION
    inside = f"({', '.join(shown)})" if shown else ""
    return f"{_at_least(subject, SUM)} is {name}{inside}", RELATION


def _fenced(opening: str, text: str, closing: str) -> str:
    # a bar next to another one would read as the bar of a norm
    if text.startswith("|"):
        text = " " + text
    if text.endswith("|"):
        text += " "
    return f"{opening}{text}{closing}"


def _bracket(term: Apply) -> tuple[str, int]:
    head, args = term.head, term.args
    if head == "abs":
        return _fenced("|", show(args[0]), "|"), ATOM
    if head == "norm" or head.startswith("norm_"):
        return _fenced("||", show(args[0]), "||" + head.removeprefix("norm")), ATOM
    if head == "inner":
        return f"<{_at_least(args[0], SUM)}, {_at_least(args[1], SUM)}>", ATOM
    if head == "call":
        return f"{_at_least(args[0], POSTFIX)}({', '.join(map(show, args[1:]))})", POSTFIX
    if head in ("index", "slice"):
        return f"{_at_least(args[0], POSTFIX)}[{', '.join(map(show, args[1:]))}]", POSTFIX
    if head == "transpose":
        return f"{_at_least(args[0], POSTFIX)}.T", POSTFIX
    if head in ("derived_rhs", "derived_lhs"):
        return f"{show(args[0])}.{head.removeprefix('derived_')}", POSTFIX
    if head == "at":
        return f"({show(args[0])} at {show(args[1])} = {show(args[2])})", ATOM
    if head == "zero":
        return "0", ATOM
    if head == "identity":
        return f"I({show(args[0])})", POSTFIX
    if head == "blocks":
        return _blocks(args), ATOM
    if head == "range":
        return f"{_at_least(args[0], SUM)}..{_at_least(args[1], SUM)}", SUM
    if head in INTERVALS:
        left, right = INTERVALS[head][0], INTERVALS[head][1]
        return f"{left}{show(args[0])}, {show(args[1])}{right}", ATOM
    if head == "infinity":
        return "inf", ATOM
    if head == "enumeration":
        return "{" + ", ".join(map(show, args)) + "}", ATOM
    if head == "everything":
        return show_sort(term.sort.element) if isinstance(term.sort, sorts.SetOf) else "everything", ATOM
    if head == "with_probability":
        level, body, *draws = args
        over = f" over {' and '.join(map(show, draws))}" if draws else ""
        return f"with prob >= {_at_least(level, SUM)}{over}, {show(body)}", QUANTIFIED
    if head == "almost_surely":
        return f"almost surely, {show(args[0])}", QUANTIFIED
    if head in LAWS:
        return f"{LAWS[head]}[{show(args[0])}]", ATOM
    if head.endswith("_given") and head.removesuffix("_given") in LAWS:
        body, *givens = args
        return f"{LAWS[head.removesuffix('_given')]}[{show(body)} given {', '.join(map(show, givens))}]", ATOM
    if head == "given":
        return f"{show(args[0])} given {', '.join(map(show, args[1:]))}", QUANTIFIED
    if head == "family":
        name, *rest = args
        return (f"{show(name)}({', '.join(map(show, rest))})" if rest else show(name)), POSTFIX
    if head == "named":
        return f"{show(args[0])} := {show(args[1])}", QUANTIFIED
    if head == "and_where":
        return f"{show(args[0])} where {show(args[1])}", QUANTIFIED
    return (f"{head}({', '.join(map(show, args))})" if args else head), POSTFIX


def _blocks(args: tuple[Term, ...]) -> str:
    columns = args[1]
    width = int(columns.value) if isinstance(columns, Number) else 1
    entries = [show(entry) for entry in args[2:]]
    rows = [", ".join(entries[start : start + width]) for start in range(0, len(entries), max(1, width))]
    return f"[{'; '.join(rows)}]"


def _is_big(term: Term) -> bool:
    """Whether the text ends in an unbracketed binder or `if`, which takes all that follows as its body."""
    while isinstance(term, Apply) and term.head in ("neg", "*", "/"):
        term = term.args[-1]
    return (isinstance(term, Bind) and term.head in BIG) or (isinstance(term, Apply) and term.head == "if")


def _is_infinite(term: Term) -> bool:
    while isinstance(term, Apply) and term.head == "neg":
        term = term.args[0]
    return isinstance(term, Apply) and term.head == "infinity"


def _bound(term: Bind) -> str:
    name, domain = term.variable.text, term.domain
    if isinstance(term.domain.sort, sorts.Distribution):
        return f"{name} ~ {show(domain)}"
    if isinstance(domain, Apply):
        sort = show_sort(term.variable.sort)
        if domain.head == "everything":
            return f"{name} : {sort}"
        if domain.head == "range" and _is_infinite(domain.args[1]):
            return f"{name} : {sort} >= {_at_least(domain.args[0], SUM)}"
        if domain.head == "range" and _is_infinite(domain.args[0]):
            return f"{name} : {sort} <= {_at_least(domain.args[1], SUM)}"
        if domain.head in INTERVALS and _is_infinite(domain.args[1]) and not _is_infinite(domain.args[0]):
            sign = ">" if domain.head in ("open", "left_open") else ">="
            return f"{name} : {sort} {sign} {_at_least(domain.args[0], SUM)}"
        if domain.head in INTERVALS and _is_infinite(domain.args[0]) and not _is_infinite(domain.args[1]):
            sign = "<" if domain.head in ("open", "right_open") else "<="
            return f"{name} : {sort} {sign} {_at_least(domain.args[1], SUM)}"
        if domain.head == "range" and term.head in BIG:
            return f"{name}={show(domain)}"
        if term.head == "integral" and domain.head == "closed":
            return f"{name} in {_at_least(domain.args[0], SUM)}..{_at_least(domain.args[1], SUM)}"
    return f"{name} in {show(domain)}"


def _bind(term: Bind) -> tuple[str, int]:
    head = term.head
    if head in ("forall", "exists"):
        return f"{head} {_bound(term)}, {show(term.body)}", QUANTIFIED
    if head == "function":
        return f"fun {_bound(term)} => {show(term.body)}", QUANTIFIED
    if head in LAWS:
        return f"{LAWS[head]}_{{{_bound(term)}}}[{show(term.body)}]", ATOM
    if head == "set":
        return _set_builder(term), ATOM
    return f"{head}_{{{_bound(term)}}} {_at_least(term.body, OPEN_PRODUCT)}", OPEN_PRODUCT


def _set_builder(term: Bind) -> str:
    bounds, body = [_bound(term)], term.body
    # a set in a set of the same sort is one builder with several bounds, not a set of sets
    while isinstance(body, Bind) and body.head == "set" and body.sort == term.sort:
        bounds.append(_bound(body))
        body = body.body
    condition = ""
    if isinstance(body, Apply) and body.head == "and_where":
        condition = f" where {show(body.args[1])}"
        body = body.args[0]
    return f"{{ {show(body)} for {', '.join(bounds)}{condition} }}"
