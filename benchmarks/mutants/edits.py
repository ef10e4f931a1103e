"""Single edits of a theorem's tree: what a slip of the pen makes of a formula, a hypothesis or a declaration.

An edit is made in the tree, so that it changes what it says and nothing else: no parenthesis is lost. Knows
syntax only; whether a mutant makes sense, and whether it is false, is not decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from boundkit.syntax import tree
from boundkit.syntax.parts import parts
from boundkit.syntax.show import formula, show_expression, value
from boundkit.syntax.tree import Chain, Form, Identifier, Link, Node, Numeral, Quantified

Edit = tuple[str, Node]
"""The kind of an edit, and the node as it is after it."""

TURNED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
STRICTER = {"<=": "<", ">=": ">"}
WEAKER = {"<": "<=", ">": ">="}
UNLIKE = {"max": "min", "min": "max", "sup": "inf", "inf": "sup", "argmax": "argmin", "argmin": "argmax"}
DROPPED = frozenset({"sqrt", "exp", "ln", "log2", "abs"})
SHORTENED = {"<=": (9, 10), "<": (9, 10), "=": (9, 10), ">=": (10, 9), ">": (10, 9)}
"""What the right side is multiplied by, which makes the claim stronger where it is positive."""

TRIVIAL = Chain(Numeral("0"), (Link("=", Numeral("0")),))
"""A hypothesis that says nothing, in place of one that is dropped: its label can still be named."""

PATTERN = ("claim", "given", "claim", "step", "claim", "define", "given", "claim")
"""The places that take turns when some mutants of a theorem are chosen."""


@dataclass(frozen=True)
class Mutant:
    """A file with one edit in one theorem. place: `claim c`, `step s`, `assume a`, `let x` or `define f`;
    kind: of the edit; was, now: the part that changed, as text; clause: the whole clause after the edit."""

    theorem: str
    place: str
    kind: str
    was: str
    now: str
    clause: str
    file: tree.FileTree

    @property
    def name(self) -> str:
        """What tells it from all others of the library."""
        return f"{self.theorem}.{self.place} {self.kind}: {self.clause}"

    @property
    def label(self) -> str:
        """The label or the name that stands at the head of the clause."""
        return self.place.partition(" ")[2]

    @property
    def in_statement(self) -> bool:
        """Whether it is a claim or a step that was edited."""
        return self.place.startswith(("claim ", "step "))


def mutants_of(file: tree.FileTree, theorem: str) -> Iterator[Mutant]:
    """All mutants of a theorem, without repetition, in the order of the text."""
    seen: set[str] = set()
    for at, item in enumerate(file.items):
        if not isinstance(item, tree.TheoremTree) or item.name.text != theorem:
            continue
        others = _namesakes(item)
        for place, clause in enumerate(item.clauses):
            for where, kind, was, now, changed in _of_clause(clause, others):
                clauses = (*item.clauses[:place], changed, *item.clauses[place + 1 :])
                items = (*file.items[:at], replace(item, clauses=clauses), *file.items[at + 1 :])
                mutant = Mutant(theorem, where, kind, was, now, _text(changed), replace(file, items=items))
                if mutant.clause != _text(clause) and mutant.name not in seen:
                    seen.add(mutant.name)
                    yield mutant


def in_turn(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """The same mutants in the order in which they are tried: places take turns as in `PATTERN`, within a
    place the kinds, within a kind as a checksum of the name has it; so any beginning is a fair sample."""
    waiting: dict[str, list[list[Mutant]]] = {place: [] for place in PATTERN}
    kinds: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in sorted(mutants, key=lambda one: (crc32(one.name.encode()), one.name)):
        word = mutant.place.partition(" ")[0]
        place = "given" if word in ("assume", "let") else word
        key = (place, mutant.kind)
        if key not in kinds:
            kinds[key] = []
            waiting[place].append(kinds[key])
        kinds[key].append(mutant)
    while any(waiting.values()):
        for place in PATTERN:
            if waiting[place]:
                first = waiting[place].pop(0)
                yield first.pop(0)
                if first:
                    waiting[place].append(first)


def _of_clause(
    clause: tree.Clause, others: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str, tree.Clause]]:
    """Place, kind, the part before and after, and the clause after each edit of it."""
    if isinstance(clause, tree.Claim | tree.Step | tree.Assume):
        word = type(clause).__name__.lower()
        if isinstance(clause, tree.Assume):
            yield f"assume {clause.label.text}", "dropped", "", "", replace(clause, formula=TRIVIAL)
        for kind, was, now, node in _everywhere(clause.formula, others):
            yield f"{word} {clause.label.text}", kind, was, now, replace(clause, formula=node)
    elif isinstance(clause, tree.Define):
        for kind, was, now, node in _everywhere(clause.body, others):
            yield f"define {_head(clause.target)}", kind, was, now, replace(clause, body=node)
    elif isinstance(clause, tree.Let):
        declared = clause.declared
        for kind, changed in _of_declaration(declared):
            was, now = show_expression(declared), show_expression(changed)
            yield f"let {declared.names[0].text}", kind, was, now, replace(clause, declared=changed)


def _of_declaration(declared: tree.Declared) -> Iterator[tuple[str, tree.Declared]]:
    if declared.limit is None:
        return
    yield "dropped", replace(declared, relation="", limit=None)
    if declared.relation in WEAKER:
        yield "weakened", replace(declared, relation=WEAKER[declared.relation])
    if isinstance(declared.limit, Numeral) and declared.limit.text not in ("0", "1"):
        yield "weakened", replace(declared, limit=Numeral(str(int(float(declared.limit.text)) - 1)))


def _everywhere(node: Node, others: Mapping[str, str]) -> Iterator[tuple[str, str, str, Node]]:
    """Kind, the part before and after, and the whole after each edit of a node or of a part of it."""
    for part in parts(node):
        for kind, changed in _here(part.node, others):
            yield kind, _shown(part.node), _shown(changed), part.put(changed)


def _here(node: Node, others: Mapping[str, str]) -> Iterator[Edit]:
    """The edits of one node itself."""
    match node:
        case Numeral(text):
            yield "doubled", Form("*", (Numeral("2"), node)) if float(text) else Numeral("1")
            if float(text):
                yield "halved", Form("/", (node, Numeral("2")))
        case Identifier(text) if text in others:
            yield "exchanged", Identifier(others[text])
        case Chain(first, links):
            yield from _of_chain(first, links)
        case Quantified(head) if head in UNLIKE:
            yield "turned", replace(node, head=UNLIKE[head])
        case tree.Bound("in" | "range", _, Form("..", (low, high))):
            yield "shifted", replace(node, operand=Form("..", (low, _one_less(high))))
            yield "shifted", replace(node, operand=Form("..", (_one_more(low), high)))
        case tree.WithProbability(relation) if relation in STRICTER:
            yield "strict", replace(node, relation=STRICTER[relation])
        case Form(head, parts):
            yield from _of_form(head, parts)


def _of_chain(first: Node, links: Sequence[Link]) -> Iterator[Edit]:
    for at, link in enumerate(links):
        before, after = tuple(links[:at]), tuple(links[at + 1 :])

        def linked(changed: Link, before: tuple[Link, ...] = before, after: tuple[Link, ...] = after) -> Node:
            return Chain(first, (*before, changed, *after))

        if link.relation in TURNED:
            yield "turned", linked(replace(link, relation=TURNED[link.relation]))
        if link.relation in STRICTER:
            yield "strict", linked(replace(link, relation=STRICTER[link.relation]))
        if link.relation in SHORTENED and not (
            isinstance(link.operand, Numeral) and not float(link.operand.text)
        ):
            top, bottom = SHORTENED[link.relation]
            factor = Form("/", (Numeral(str(top)), Numeral(str(bottom))))
            yield "shortened", linked(replace(link, operand=Form("*", (factor, link.operand))))


def _of_form(head: str, parts: tuple[Node, ...]) -> Iterator[Edit]:
    match head, parts:
        case "*", (left, right):
            yield "factor dropped", left
            yield "factor dropped", right
        case "/", (left, right):
            yield "factor dropped", left
            yield "exchanged", Form("/", (right, left))
        case "+", (left, right):
            yield "term dropped", left
            yield "term dropped", right
            yield "turned", Form("-", parts)
        case "-", (left, right):
            yield "term dropped", left
            yield "turned", Form("+", parts)
            yield "exchanged", Form("-", (right, left))
        case "^", (base, exponent):
            yield "raised", Form("^", (base, _one_more(exponent)))
            yield "lowered", _one_less(exponent, base)
        case "and" | "or", (left, right):
            yield "term dropped", left
            yield "term dropped", right
        case "abs", (inside,):
            yield "factor dropped", inside
        case "neg", (inside,):
            yield "turned", inside
        case "index", (sequence, Identifier() as index):
            yield "shifted", Form("index", (sequence, _one_more(index)))
        case "call", (Identifier(name), inside) if name in DROPPED:
            yield "factor dropped", inside
        case "call", (Identifier(name) as called, first, second, *rest) if first != second:
            if name in UNLIKE:
                yield "turned", Form("call", (Identifier(UNLIKE[name]), *parts[1:]))
            else:
                yield "exchanged", Form("call", (called, second, first, *rest))


def _one_more(node: Node) -> Node:
    if isinstance(node, Numeral) and node.text.isdigit():
        return Numeral(str(int(node.text) + 1))
    return Form("+", (node, Numeral("1")))


def _one_less(node: Node, base: Node | None = None) -> Node:
    """A number less by one, or a power of a base to it."""
    if isinstance(node, Numeral) and node.text.isdigit() and int(node.text) > 0:
        less: Node = Numeral(str(int(node.text) - 1))
        if base is not None and less == Numeral("1"):
            return base
    else:
        less = Form("-", (node, Numeral("1")))
    return less if base is None else Form("^", (base, less))


def _namesakes(theorem: tree.TheoremTree) -> dict[str, str]:
    """For a declared name another one of the same type, the next in the order of the text."""
    kinds: dict[str, list[str]] = {}
    for clause in theorem.clauses:
        if isinstance(clause, tree.Let):
            text = value(clause.declared.type)
            kinds.setdefault(text, []).extend(name.text for name in clause.declared.names)
    found: dict[str, str] = {}
    for names in kinds.values():
        if len(names) > 1:
            found.update(zip(names, [*names[1:], names[0]], strict=True))
    return found


def _head(target: Node) -> str:
    while isinstance(target, Form) and target.parts:
        target = target.parts[0]
    return target.text if isinstance(target, Identifier) else "?"


def _text(clause: tree.Clause) -> str:
    """A clause on one line, without its comments and its justification."""
    match clause:
        case tree.Claim(_, node) | tree.Step(_, node) | tree.Assume(_, node):
            return _without_reasons(node)
        case tree.Define(target, body):
            return f"{value(target)} := {_shown(body)}"
        case tree.Let(declared):
            return show_expression(declared)
    return ""


def _without_reasons(node: Node) -> str:
    """The formula without the reasons of its links."""
    return formula(_mapped(node, lambda link: replace(link, by=None)))


def _mapped(node: Node, change: Callable[[Link], Link]) -> Node:
    if isinstance(node, tree.Justified):
        return node.body
    if isinstance(node, Chain):
        return replace(node, links=tuple(change(link) for link in node.links))
    if isinstance(node, Quantified | tree.WithProbability | tree.AlmostSurely):
        return replace(node, body=_mapped(node.body, change))
    if isinstance(node, Form) and node.head in ("implies", "and"):
        return replace(node, parts=tuple(_mapped(part, change) for part in node.parts))
    return node


def _shown(node: Node) -> str:
    try:
        return formula(_mapped(node, lambda link: replace(link, by=None)))
    except ValueError:
        return show_expression(node)
