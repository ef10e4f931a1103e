"""The tree: what was written, with its places. Knows syntax only; names and sorts come later.

Unicode and Greek spellings are already replaced by their ASCII names. Equality ignores spans.

Heads of `Form`
    arithmetic      `+ - * / ^ neg`
    relations       `<= < >= > = != <~` and `<~_{d,..}` (a `Form` with head `<~` and, after the two
                    sides, one Identifier for each name that the constant may depend on)
    membership      `in`; `is` (subject, property Form, and for `is O(e) as n -> inf uniformly in d`
                    see `Property`)
    connectives     `and or not implies iff`
    brackets        `abs norm norm_op norm_fro norm_inf norm_1 ... inner`
    application     `call` (function, arguments…), `index` (sequence, indices…), `attr` (operand,
                    Identifier), `at` (expression, Identifier, value)
    sets            `..` (range), `closed open left_open right_open` (intervals: `left_open` is
                    `(a, b]`), `set` (elements), `infinity`
    matrices        `matrix` of `row` forms; `[a, b]` is read as `matrix` with one row, and the
                    elaborator decides between row and closed interval
    choice          `if` (condition, then, else)
    laws            `E Pr Var` (body, givens…)
    types           `->` (domain, codomain); `Real in [a, b]` after an arrow is `restrict` (type, relation
                    text as head of the inner Form)
    functions       `fun` is `Quantified`
Heads of `Quantified`
    `sum prod min max sup inf argmin argmax avg integral set E Pr Var forall exists fun`
    a set builder `{e for b where p}` is `Quantified("set", bounds, e, condition=p)`
"""

from __future__ import annotations

from dataclasses import dataclass, field

from boundkit.source import NOWHERE, Span


@dataclass(frozen=True)
class Node:
    """Anything that was written."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True)
class Numeral(Node):
    """A literal, kept as written; its value is the exact decimal fraction."""

    text: str


@dataclass(frozen=True)
class Identifier(Node):
    """A name in its ASCII spelling."""

    text: str


@dataclass(frozen=True)
class Form(Node):
    """An operator, bracket or application; see the module's list of heads."""

    head: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Named(Node):
    """`name := value` among arguments."""

    name: Identifier
    value: Node


@dataclass(frozen=True)
class Bound(Node):
    """What a binder ranges over. `kind` is

    `in` (operand is a set), `type` (operand is a type, relation and limit hold a restriction `Real > 0`
    or `Real in K`, else "" and None), `law` (`x ~ D`), `relation` (`t >= 1`: relation and operand),
    `range` (`t = a..b`).
    """

    kind: str
    names: tuple[Identifier, ...]
    operand: Node
    relation: str = ""
    limit: Node | None = None


@dataclass(frozen=True)
class Quantified(Node):
    """A binder with its bounds and body; `givens` belong to `E Pr Var`, `condition` to `set`."""

    head: str
    bounds: tuple[Bound, ...]
    body: Node
    givens: tuple[Node, ...] = ()
    condition: Node | None = None


@dataclass(frozen=True)
class WithProbability(Node):
    """`with prob RELATION level over S and A, body`."""

    relation: str
    level: Node
    over: tuple[Identifier, ...]
    body: Node


@dataclass(frozen=True)
class AlmostSurely(Node):
    """`almost surely, body`."""

    body: Node


@dataclass(frozen=True)
class Property(Node):
    """`subject is NAME(arguments) as variable -> limit uniformly in names`."""

    subject: Node
    name: Identifier
    arguments: tuple[Node, ...] = ()
    variable: Identifier | None = None
    limit: Node | None = None
    uniformly: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Justification(Node):
    """`by rule(arguments) "text" from premises`; dotted names are joined by `.`."""

    rule: Identifier
    arguments: tuple[Node, ...] = ()
    text: str | None = None
    premises: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Link(Node):
    """One relation of a chain: `RELATION operand by …`."""

    relation: str
    operand: Node
    by: Justification | None = None


@dataclass(frozen=True)
class Chain(Node):
    """`first R1 e1 by … R2 e2 by …`: a relation with one link or more. Every written relation
    between two expressions is a Chain, so that a justification has a place. `in` and `is` with a
    justification are `Justified`."""

    first: Node
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Justified(Node):
    """A membership or property with its justification."""

    body: Node
    by: Justification


@dataclass(frozen=True)
class Declared(Node):
    """`names : type` with an optional restriction `relation limit` (relation may be `in`)."""

    names: tuple[Identifier, ...]
    type: Node
    relation: str = ""
    limit: Node | None = None


@dataclass(frozen=True)
class Clause(Node):
    """Anything that begins with a clause word; `comments` are the `#` lines that stand before it and
    `trailing` the comment at its end, both without spans of meaning."""

    comments: tuple[str, ...] = field(default=(), compare=False, kw_only=True)
    trailing: str = field(default="", compare=False, kw_only=True)


@dataclass(frozen=True)
class Let(Clause):
    declared: Declared


@dataclass(frozen=True)
class Draw(Clause):
    """`draw target ~ law for bound` (law given) or `draw target : type` (any process)."""

    target: Node
    law: Node | None
    type: Node | None
    bound: Bound | None = None


@dataclass(frozen=True)
class Define(Clause):
    target: Node
    body: Node
    bound: Bound | None = None


@dataclass(frozen=True)
class Assume(Clause):
    label: Identifier
    formula: Node


@dataclass(frozen=True)
class Claim(Clause):
    label: Identifier
    formula: Node


@dataclass(frozen=True)
class Step(Clause):
    label: Identifier
    formula: Node


@dataclass(frozen=True)
class Ensure(Clause):
    formula: Node


@dataclass(frozen=True)
class Conclude(Clause):
    label: Identifier
    by: Justification


@dataclass(frozen=True)
class Minimise(Node):
    objective: Node
    over: Identifier


@dataclass(frozen=True)
class Maximise(Node):
    objective: Node
    over: Identifier


@dataclass(frozen=True)
class Solve(Node):
    goal: Node
    unknown: Identifier


@dataclass(frozen=True)
class Compose(Node):
    name: Identifier
    others: tuple[Identifier, ...]


@dataclass(frozen=True)
class Setting(Node):
    """`name := value`, or `name -> limit`."""

    name: Identifier
    value: Node


@dataclass(frozen=True)
class Specialise(Node):
    name: Identifier
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Weaken(Node):
    subject: Node
    form: Node


@dataclass(frozen=True)
class Leading(Node):
    subject: Node
    limits: tuple[Setting, ...]


@dataclass(frozen=True)
class Explicit(Node):
    subject: Node


Command = Minimise | Maximise | Solve | Compose | Specialise | Weaken | Leading | Explicit


@dataclass(frozen=True)
class Derive(Clause):
    label: Identifier
    command: Command
    expected: Node | None = None


@dataclass(frozen=True)
class Hunt(Clause):
    names: tuple[Identifier, ...]


@dataclass(frozen=True)
class Announced(Clause):
    """`verdict HEADLINE`."""

    headline: Identifier


@dataclass(frozen=True)
class ModelTree(Clause):
    """`closing` are comments before `end`."""

    name: Identifier
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class TheoremTree(Clause):
    """`kind` is `theorem`, `lemma` or `axiom`; `closing` are comments before `end`."""

    kind: str
    name: Identifier
    title: str | None
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class FamilyTree(Clause):
    name: Identifier
    parameters: tuple[Declared, ...]
    type: Node
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class UseTree(Clause):
    """`use a.b`, joined by `.`."""

    name: Identifier


@dataclass(frozen=True)
class FileTree(Node):
    items: tuple[Clause, ...]
    closing: tuple[str, ...] = field(default=(), compare=False)
