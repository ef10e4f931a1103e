"""What is wrong with a clause that does not parse, and what to write instead: one diagnostic a clause."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.errors import Diagnostic
from boundkit.source import Source, Span
from boundkit.syntax.brackets import BARS, CLOSES, match
from boundkit.syntax.place import Place, quoted
from boundkit.syntax.spoken import GIVES_WAY, STARTS, WORDS, expected_text
from boundkit.syntax.tokens import OPENING, Token

_RELATIONS = frozenset(
    {"LESS", "GREATER", "AT_MOST", "AT_LEAST", "EQUAL", "UNEQUAL", "LESSIM", "IN", "IS", "AND", "OR"}
    | {"IMPLIES", "IFF"}
)
_NEVER_IN_FORMULAS = frozenset(
    {"PROB", "WITH", "SURELY", "UNIFORMLY", "ALMOST", "EXPECT", "SOLVE", "COMPOSE", "MINIMISE"}
)
_LABELLED = frozenset({"ASSUME", "CLAIM", "STEP", "DERIVE"})
_FORMULA_WORDS = frozenset({"FORALL", "EXISTS", "WITH", "ALMOST", "NOT", "FUN", "BIND", "IF"})


def explain(
    source: Source,
    tokens: list[Token],
    i: int,
    expected: set[str],
    following: Token | None,
    following_is_fine: bool,
) -> Diagnostic:
    """The one diagnostic for a clause whose token i (or whose end) the grammar does not accept.

    `expected` holds the terminals it would accept; `following` is the first word of the next clause.
    """
    if not tokens:
        message, help = "an expression is missing", "write one, for example `x^2 >= 0`"
        return Diagnostic("E0111", "error", message, Span(source.path, 0, 1), help)
    place = Place(source, tokens, i, frozenset(expected), following, following_is_fine, match(tokens))
    for recognise in _RECOGNISERS:
        if found := recognise(place):
            return found
    return _otherwise(place)


def _article(word: str) -> str:
    return f"an `{word}`" if word[0] in "aeiou" else f"a `{word}`"


def _reserved_before_next_clause(p: Place) -> Diagnostic | None:
    """`let step : Real`: the clause ends where a name is due, at a clause word that begins no clause."""
    if p.token or not p.following or p.following_is_fine or p.before is None or "NAME" not in p.expected:
        return None
    if "\n" in p.source.text[p.before.span.stop : p.following.span.start]:
        return None
    word = p.following.text
    message = f"`{word}` begins a clause and cannot be a name"
    return p.say("E0112", message, f"choose another name, for example `{word}1`", p.following.span)


def _label(p: Place) -> Diagnostic | None:
    """`claim x <= 1` and `claim c x <= 1`."""
    word = p.tokens[0]
    if word.type not in _LABELLED:
        return None
    missing = f"{_article(word.text)} needs a label"
    rest = p.written(1, len(p.tokens) - 1, 40) or "..."
    if p.i == 1 and (p.kind in STARTS or p.kind in _FORMULA_WORDS):
        return p.say("E0115", missing, f"write `{word.text} main: {rest}`")
    if p.i == 2 and p.kind != "COLON":
        label = p.tokens[1].text
        if p.kind in ("NAME", "NUMBER") or p.kind in _FORMULA_WORDS or not p.kind:
            message = f"`:` is missing after the label `{label}`"
            return p.say("E0115", message, f"write `{word.text} {label}: ...`")
        return p.say("E0115", missing, f"write `{word.text} main: {rest}`", p.tokens[1].span)
    return None


def _shape(p: Place) -> Diagnostic | None:
    """What is special to `let`, `define`, `draw` and `conclude`."""
    word = p.tokens[0].type if p.tokens else ""
    if word == "LET" and "COLON" in p.expected:
        name = p.tokens[1].text
        if p.kind in ("EQUAL", "ASSIGN"):
            return p.say("E0116", "`let` declares a type, not a value", f"write `define {name} := ...`")
        bound = p.written(p.i, len(p.tokens) - 1, 30) if p.kind in _RELATIONS else "> 0"
        return p.say("E0116", f"the type of `{name}` is missing", f"write `let {name} : Real {bound}`")
    if word == "DEFINE" and "ASSIGN" in p.expected and p.kind == "EQUAL":
        return p.say("E0118", "a definition is written with `:=`", "write `:=`", fix=True)
    if word == "DRAW" and "TILDE" in p.expected and p.kind in ("EQUAL", "ASSIGN"):
        return p.say("E0118", "a draw is written with `~`", "write `~`", fix=True)
    if word == "DRAW" and "TILDE" in p.expected and not p.kind:
        name = p.tokens[1].text
        return p.say("E0116", f"the law of `{name}` is missing", f"write `draw {name} ~ D`")
    if word == "LET" and p.kind == "COMMA" and not p.operand_due:
        help = "begin a new `let` after it; a function of two arguments has a type such as `A * B -> Real`"
        return p.say("E0121", "a `let` declares names of one type", help)
    if word in OPENING and p.i == 2:
        return p.say("E0121", f"{quoted(p.tokens[2])} cannot stand after the name", "put the title in quotes")
    if word == "CONCLUDE" and p.i == 2:
        message = "`conclude` takes only a justification; the formula is that of the claim"
        return p.say("E0119", message, f"write `conclude {p.tokens[1].text} by ... from ...`")
    return None


def _split_bars(p: Place, opener: int) -> str:
    """What is meant by `||x| - |y||`: the text with its outer bars set apart, or ""."""
    stack = 2
    due = True
    for k in range(opener + 1, len(p.tokens)):
        kind = p.tokens[k].type
        if kind in BARS:
            width = 1 if kind == "BAR" else 2
            if due:
                stack += width
            else:
                stack -= width
            if stack <= 0:
                text = p.source.text[p.tokens[opener].span.start + 1 : p.tokens[k].span.stop - 1].strip()
                return f"| {text} |" if stack == 0 and len(text) <= 60 and "\n" not in text else ""
        else:
            due = kind not in ("NAME", "NUMBER", "RPAR", "RSQB", "RBRACE", "NORMSUB", "INF")
    return ""


def _bars(p: Place) -> Diagnostic | None:
    """E0101 and E0102: a bar where an operator is due."""
    if p.kind not in BARS or p.brackets.due[p.i] or p.token is None:
        return None
    bar, inside = p.token.text, p.inside
    if inside is not None and p.tokens[inside].type in BARS:
        what = "norm" if p.tokens[inside].type == "BARS" else "absolute value"
        opener = p.tokens[inside].text
        message = f"`{bar}` cannot continue the {what} opened by `{opener}` {p.at(inside)}"
        split = _split_bars(p, inside) if what == "norm" else ""
        if split:
            return p.say("E0101", message, f"write `{split}`", fix=True)
        return p.say("E0101", message, "set the bars apart with blanks, as in `| ||x|| - 1 |`")
    message = f"`{bar}` cannot follow a complete expression; conditioning is written `given`"
    callee = p.tokens[inside - 1].type if inside else ""
    if inside and p.tokens[inside].type == "LSQB" and callee == "LAW":
        return _rewritten_bar(p, inside - 1, inside, message, "given", "`E[X given Y]`")
    if inside and callee == "NAME":
        message = f"`{bar}` cannot follow a complete expression; arguments are separated by `,`"
        return _rewritten_bar(p, inside - 1, inside, message, ",", "`KL(Q, P)`")
    return p.say("E0102", message, "write `E[X given Y]`, or `KL(Q, P)` for two arguments")


def _rewritten_bar(p: Place, first: int, opener: int, message: str, by: str, example: str) -> Diagnostic:
    """E0102 with the whole bracket as it should be, when its end is known and it is short."""
    last = p.brackets.partner.get(opener)
    if p.token is None or last is None or not p.written(first, last):
        return p.say("E0102", message, f"write {example}")
    text = p.source.text
    left = text[p.tokens[first].span.start : p.token.span.start].rstrip()
    right = text[p.token.span.stop : p.tokens[last].span.stop].lstrip()
    joined = f"{left}, {right}" if by == "," else f"{left} {by} {right}"
    return p.say("E0102", message, f"`{joined}`", fix=True)


def _unclosed(p: Place) -> Diagnostic | None:
    """E0103 at the bracket that was left open; E0104 at a closing one that has no partner."""
    opened = [k for k in p.brackets.unclosed if k < p.i]
    if opened:
        k = opened[-1]
        token = p.tokens[k]
        close = CLOSES[token.type]
        if token.type == "LESS" and k and p.tokens[k - 1].type == "EQUAL" and p.written(k - 1, k) == "=<":
            span = p.tokens[k - 1].span.to(token.span)
            return p.say("E0118", "`=<` is no operator here", "write `<=`", span, fix=True)
        stop = "`by`" if any(t.type == "BY" for t in p.tokens[k:]) else "the end of the clause"
        message = f"{quoted(token)} is not closed before {stop}"
        return p.say("E0103", message, f"write the `{close}` that closes it", token.span)
    for opener, closer in p.brackets.wrong:
        if closer == p.i:
            right = CLOSES[p.tokens[opener].type]
            message = f"`{p.tokens[closer].text}` cannot close the `{p.tokens[opener].text}` {p.at(opener)}"
            return p.say("E0104", message, f"write `{right}`")
    if p.i in p.brackets.stray and p.token:
        return p.say("E0104", f"`{p.token.text}` closes nothing", "delete it, or open a bracket before it")
    return None


def _foreign(p: Place) -> Diagnostic | None:
    """E0118: an operator as other languages write it."""
    token, before = p.token, p.before
    if token is None or before is None:
        return None
    pair = before.text + token.text if p.touches() else ""
    for written, meant in (("**", "^"), ("==", "="), ("=<", "<="), ("<=>", "iff"), ("<>", "!=")):
        if pair == written:
            message = f"`{written}` is no operator here"
            return p.say("E0118", message, f"write `{meant}`", before.span.to(token.span), fix=True)
    if before.type == "NAME" and before.text.endswith("_") and token.type == "LBRACE":
        name = before.text.rstrip("_")
        last = p.brackets.partner.get(p.i)
        index = p.written(p.i, last, 30)[1:-1] if last else "..."
        message = "an index is written in square brackets"
        return p.say("E0118", message, f"write `{name}[{index}]`", before.span.to(token.span))
    if token.type == "AT_LEAST" and p.inside is not None and p.tokens[p.inside].type == "LESS":
        message = f"`>=` is one sign, so the `<` {p.at(p.inside)} stays open"
        return p.say("E0118", message, "write a blank between `>` and `=`", fix=True)
    bound_ends = token.type == "RBRACE" and p.inside is not None and p.tokens[p.inside].type == "BIND"
    if bound_ends and "DOTDOT" in p.expected and p.inside is not None:
        last = p.brackets.partner.get(p.i + 2)
        high = p.written(p.i + 2, last, 20)[1:-1] if last else "n"
        range = f"{p.written(p.inside, p.i - 1, 30)}..{high}}}"
        return p.say("E0118", "the upper end of the range is missing", f"write `{range}`")
    if token.type in GIVES_WAY and not p.operand_due and not p.name_due:
        meant = GIVES_WAY[token.type]
        if token.type == "COLON" and "COMMA" not in p.expected:
            return None
        return p.say("E0118", f"`{token.text}` is no operator of a formula", meant)
    return None


def _several_bounds(p: Place) -> Diagnostic | None:
    """E0120: `forall i in A, j in B, ...` and `forall i in A` without a formula."""
    quantifier = next((t for t in reversed(p.tokens[: p.i]) if t.type in ("FORALL", "EXISTS")), None)
    if quantifier is None or p.inside is not None:
        return None
    word = quantifier.text
    if not p.kind and "COMMA" in p.expected:
        return p.say("E0120", f"no formula follows the range of `{word}`", f"write `{word} x in A, x >= 0`")
    if p.kind != "COMMA" or p.operand_due or p.name_due:
        return None
    return p.say(
        "E0120", f"the formula after `{word}` is complete before this `,`",
        f"give each range its own `{word}`: `{word} i in A, {word} j in B, ...`",
    )  # fmt: skip


def _juxtaposed(p: Place) -> Diagnostic | None:
    """E0106: an operand where an operator is due."""
    token, before = p.token, p.before
    if token is None or before is None or "MULOP" not in p.expected or token.type not in STARTS:
        return None
    start = p.brackets.partner.get(p.i - 1, p.i - 1)
    start -= start > 0 and before.type in ("RPAR", "RSQB") and p.tokens[start - 1].type in ("NAME", "LAW")
    stop = p.i + 1 if token.type == "LAW" and p.i + 1 < len(p.tokens) else p.i
    stop = p.brackets.partner.get(stop, stop) if stop in p.brackets.partner else stop
    left, right = p.written(min(start, p.i - 1), p.i - 1, 30), p.written(p.i, max(stop, p.i), 30)
    message = f"{quoted(token)} cannot follow {quoted(before)} without an operator"
    if left and right and token.type not in ("BIND", "LAWBIND"):
        return p.say("E0106", message, f"write `{left}*{right}`", fix=True)
    return p.say("E0106", message, "write `*` between them")


def _justified(p: Place) -> Diagnostic | None:
    """E0119: `by` and `from` out of place."""
    if p.kind == "BY" and not p.operand_due and not p.name_due:
        if p.tokens[0].type in ("LET", "DRAW", "DEFINE", "HUNT", "VERDICT"):
            return p.say("E0119", f"`{p.tokens[0].text}` takes no justification", "delete it")
        if any(token.type == "BY" for token in p.tokens[: p.i]):
            return p.say("E0119", "this relation already has a justification", "delete one `by`")
        message = "`by` justifies a relation, and none stands before it"
        return p.say("E0119", message, "write the relation before `by`")
    if p.kind == "FROM" and not p.operand_due:
        return p.say("E0119", "`from` follows the rule of a `by`", "write `by rule from ...`")
    return None


def _name(p: Place) -> Diagnostic | None:
    """E0112: a reserved word or something else where a name is due."""
    token = p.token
    meant_as_name = p.name_due or (p.operand_due and p.kind in _NEVER_IN_FORMULAS)
    if token is not None and token.text.isidentifier() and token.type in WORDS and meant_as_name:
        help = f"choose another name, for example `{token.text}1`"
        return p.say("E0112", f"`{token.text}` is a word of the language and cannot be a name", help)
    if not p.name_due:
        return None
    if p.before is None:
        return p.say("E0112", "a declaration begins with a name", "write `eta : Real > 0`")
    after = quoted(p.before)
    if token is None:
        return p.say("E0112", f"a name is missing after {after}", "write the name")
    others = expected_text(p.expected)
    return p.say("E0112", f"{quoted(token)} stands where a name is due, after {after}", f"write {others}")


def _operand(p: Place) -> Diagnostic | None:
    """E0111 and E0117: an expression is due."""
    if not p.operand_due:
        return None
    token, before = p.token, p.before
    if before is None:
        message = f"{quoted(p.tokens[0])} cannot begin a formula"
        return p.say("E0111", message, "write an expression before it")
    if token is not None and token.type in _FORMULA_WORDS:
        message = f"{quoted(token)} cannot follow {quoted(before)} without parentheses"
        return p.say("E0117", message, "put it and what belongs to it in parentheses")
    if token is None:
        message = f"an expression is missing after {quoted(before)}"
        return p.say("E0111", message, f"write it, or delete {quoted(before)}")
    if token.type == "DOT" and p.i + 1 < len(p.tokens) and p.tokens[p.i + 1].type == "NUMBER":
        return p.say("E0118", "a number begins with a digit", f"write `0.{p.tokens[p.i + 1].text}`")
    message = f"an expression is missing between {quoted(before)} and {quoted(token)}"
    return p.say("E0111", message, "write it between them")


def _relation_inside(p: Place) -> Diagnostic | None:
    """E0117: a relation among arguments, or a second one where one is allowed."""
    if p.kind not in _RELATIONS or p.inside is None or p.token is None:
        return None
    opener = p.inside
    caller = p.tokens[opener - 1] if opener and p.tokens[opener].type == "LPAR" else None
    sign = f"`{p.token.text}`"
    if caller and caller.text in ("P", "Pr", "Prob", "E"):
        law = "E" if caller.text == "E" else "Pr"
        help = f"write `{law}[...]` with square brackets"
        return p.say("E0117", f"{sign} stands among the arguments of `{caller.text}`", help)
    if caller and caller.type == "NAME":
        name = p.tokens[p.i - 1].text
        help = f"write `{name} := ...`" if p.kind == "EQUAL" else "put the relation in parentheses"
        return p.say("E0117", f"{sign} stands among the arguments of `{caller.text}`", help)
    message = f"{sign} stands in the bracket opened by {quoted(p.tokens[opener])} {p.at(opener)}"
    return p.say("E0117", message, "put the relation in parentheses")


def _otherwise(p: Place) -> Diagnostic:
    """E0121."""
    expected = expected_text(p.expected)
    help = f"write {expected}" if expected else "delete it, or begin a new clause"
    if p.token is None:
        word = f"this `{p.tokens[0].text}`" if p.tokens else "the text"
        return p.say("E0121", f"{word} ends too early", help)
    if p.i == len(p.tokens) - 1 and p.kind in ("DOT", "SEMICOLON", "COMMA"):
        return p.say("E0121", f"no {quoted(p.token)} stands at the end of a clause", "delete it")
    before = f" after {quoted(p.before)}" if p.before else ""
    return p.say("E0121", f"{quoted(p.token)} cannot stand here{before}", help)


_RECOGNISERS: tuple[Callable[[Place], Diagnostic | None], ...] = (
    _reserved_before_next_clause, _label, _shape, _foreign, _bars, _unclosed, _several_bounds, _juxtaposed,
    _justified, _name, _relation_inside, _operand,
)  # fmt: skip
