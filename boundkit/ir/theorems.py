"""A theorem after elaboration: everything implicit made explicit, every name with its sort.

The meaning is one closed formula: for all lets in order, for all probability spaces that carry the
draws, hypotheses imply claim. Whatever comes later reads this, never the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from boundkit.errors import Diagnostic
from boundkit.ir.sorts import PROP, Sort
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term
from boundkit.source import NOWHERE, Span


@dataclass(frozen=True)
class Declaration:
    """A `let` (kind `let`), a `draw` (kind `draw`, with its law, or None for any process) or an
    abstract type (kind `type`; `finite` for a FiniteSet)."""

    name: Name
    kind: str
    law: Term | None = None
    finite: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Hypothesis:
    """A labelled assumption; `origin` is `assume` or `range` (a restriction in a declaration, with
    the label `n.range`)."""

    label: str
    formula: Term
    origin: str = "assume"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Clause:
    """One equation of a definition: for the parameters, and where `guard` holds,
    `name(patterns) = body`. `guard` holds the integer range of `for t in 1..T` as propositions."""

    parameters: tuple[Name, ...]
    patterns: tuple[Term, ...]
    body: Term
    guard: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A defined name. `style` is `constant`, `call` or `index`; `recursive` when a clause mentions
    the name itself (on a smaller index)."""

    name: Name
    style: str
    clauses: tuple[Clause, ...]
    recursive: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Reason:
    """`by rule(arguments) "text" from premises`. Arguments are terms (`positional`) or `name := term`
    (`named`); premises are labels of the theorem, or `theorem.label` for another one."""

    rule: str
    positional: tuple[Term, ...] = ()
    named: tuple[tuple[str, Term], ...] = ()
    text: str = ""
    premises: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    premise_spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Link:
    """One relation of a chain with its own justification, without the prefix of the statement."""

    relation: Term
    by: Reason | None = None


@dataclass(frozen=True)
class Statement:
    """A claim or step. `formula` is the whole proposition with its prefixes (a chain is the `and` of
    its links); `links` are the relations under the prefixes, in order; `prefix` are the binders in
    front of them, outermost first, each a `Bind` or `Apply` whose body is `true`.
    A claim has no justification until a `conclude` gives one, which is then its `by`."""

    label: str
    kind: str
    formula: Term
    prefix: tuple[Term, ...]
    links: tuple[Link, ...]
    by: Reason | None = None
    concluded: Span = field(default=NOWHERE, compare=False)
    span: Span = field(default=NOWHERE, compare=False)

    def goal(self, link: Link) -> Term:
        """The proposition of one link under the prefix."""
        goal = link.relation
        for binder in reversed(self.prefix):
            if isinstance(binder, Bind):
                goal = Bind(binder.head, binder.variable, binder.domain, goal, PROP, binder.span)
            elif isinstance(binder, Apply) and binder.head == "implies":
                goal = Apply("implies", (binder.args[0], goal), PROP, binder.span)
            elif isinstance(binder, Apply):
                args = tuple(goal if arg == TRUE else arg for arg in binder.args)
                goal = Apply(binder.head, args, PROP, binder.span)
        return goal


@dataclass(frozen=True)
class Derivation:
    """`derive label: minimise objective over variable expect …` and its kin.

    command: a name of the shelf `derivations`. subject: the objective, the relation to solve, what is
    weakened, whose leading term or constant is asked for, or the statements composed or specialised.
    variable: the name minimised over or solved for. others: the labels of the statements. target: the form
    weakened into. settings: the values of `specialise`, and the limits of `leading`. A reference to
    `label.rhs` is already replaced by the side of that statement, and to an earlier derivation by
    `Apply("derived_rhs", ())` with the derivation's label in a `Name`."""

    label: str
    command: str
    subject: Term
    variable: Name | None
    others: tuple[str, ...] = ()
    expected: Term | None = None
    span: Span = field(default=NOWHERE, compare=False)
    target: Term | None = None
    settings: tuple[tuple[Name, Term], ...] = ()


@dataclass(frozen=True)
class Model:
    """An instance model: clauses in order. A draw pairs a target term with a family call (a term
    `Apply("family", (Name(family), args…))`, named arguments as `Apply("named", (Name, value))`)."""

    name: str
    draws: tuple[tuple[Term, Term, tuple[Term, ...]], ...] = ()
    definitions: tuple[Definition, ...] = ()
    filters: tuple[Hypothesis, ...] = ()
    hunted: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Theorem:
    """An elaborated theorem, lemma or axiom. `order` lists labels of steps, claims (at their
    conclude) and derivations as written; references go backwards in it. `digest` keys the statement."""

    kind: str
    name: str
    title: str
    declarations: tuple[Declaration, ...]
    definitions: tuple[Definition, ...]
    hypotheses: tuple[Hypothesis, ...]
    statements: tuple[Statement, ...]
    derivations: tuple[Derivation, ...] = ()
    models: tuple[Model, ...] = ()
    announced: str = ""
    uses: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)
    span: Span = field(default=NOWHERE, compare=False)
    order: tuple[str, ...] = ()

    @cached_property
    def definition(self) -> Mapping[str, Definition]:
        """Definitions by name."""
        return {definition.name.text: definition for definition in self.definitions}

    @cached_property
    def statement(self) -> Mapping[str, Statement]:
        """Claims and steps by label."""
        return {statement.label: statement for statement in self.statements}

    @cached_property
    def hypothesis(self) -> Mapping[str, Hypothesis]:
        """Hypotheses by label."""
        return {hypothesis.label: hypothesis for hypothesis in self.hypotheses}

    @cached_property
    def declaration(self) -> Mapping[str, Declaration]:
        """Declarations by name."""
        return {declaration.name.text: declaration for declaration in self.declarations}

    def sort_of(self, name: str) -> Sort:
        """The sort of a declared or defined name; KeyError when there is none."""
        if name in self.declaration:
            return self.declaration[name].name.sort
        return self.definition[name].name.sort


@dataclass(frozen=True)
class Family:
    """A user-defined `family` block: a function of its parameters given by definitions (`value`, and
    `subgrad` where it has one), with what it ensures."""

    name: str
    parameters: tuple[Name, ...]
    hypotheses: tuple[Hypothesis, ...]
    sort: Sort
    definitions: tuple[Definition, ...]
    ensures: tuple[Term, ...]
    span: Span = field(default=NOWHERE, compare=False)
