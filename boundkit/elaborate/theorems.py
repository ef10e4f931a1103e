"""One theorem, lemma or axiom: its clauses in order. A clause with an error is left out, and what uses the
names that it would have declared is left out silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from boundkit.elaborate import definitions
from boundkit.elaborate.binders import introduce
from boundkit.elaborate.derivations import read_derivation
from boundkit.elaborate.divisors import certain_failures
from boundkit.elaborate.models import read_model
from boundkit.elaborate.reading import Context, check_depth, each_node, read
from boundkit.elaborate.references import (
    Labels,
    check_capture,
    check_premises,
    hints,
    premises_in,
)
from boundkit.elaborate.scope import Broken, Known, Mistake, Scope, Suppressed, Template, mistake, nearest
from boundkit.elaborate.statements import (
    Written,
    bound_names,
    check_randomness,
    make_statement,
    read_reason,
    read_statement,
    statement_scope,
)
from boundkit.elaborate.types import Kind, read_type
from boundkit.errors import Diagnostic
from boundkit.ir import sorts
from boundkit.ir.sorts import INT, NAT, PROP, Distribution, SetOf, Sort
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.ir.theorems import (
    Declaration,
    Derivation,
    Hypothesis,
    Model,
    Reason,
    Statement,
    Theorem,
)
from boundkit.source import Source, Span
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node

HEADLINES = (
    "ERROR", "VIOLATED", "VACUOUS", "BROKEN", "SUSPECT", "GAP", "UNKNOWN", "TESTED", "ADMITTED", "DERIVED",
    "PROVED",
)  # fmt: skip


def read_theorem(
    node: tree.TheoremTree, source: Source, reachable: Mapping[str, Theorem], uses: tuple[str, ...]
) -> tuple[Theorem, list[Diagnostic]]:
    """The theorem and what is wrong with it. It is read twice when a definition has parameters: the first
    time shows at which sorts they are used."""
    reader = TheoremReader(node, source, reachable, uses)
    theorem = reader.read()
    if reader.context.seen:
        uses_seen = reader.context.seen
        reader = TheoremReader(node, source, reachable, uses)
        reader.context.wanted = uses_seen
        theorem = reader.read()
    reader.check_definedness(theorem)
    found = reader.context.diagnostics
    return replace(theorem, diagnostics=tuple(found)), found


class TheoremReader:
    """The state of reading one theorem: what has been read so far, and the scope at this point."""

    def __init__(
        self, node: tree.TheoremTree, source: Source, reachable: Mapping[str, Theorem], uses: tuple[str, ...]
    ) -> None:
        self.node = node
        self.uses = uses
        self.context = Context(source, dict(reachable))
        self.context.taken.update(part.text for part in each_node(node) if isinstance(part, Identifier))
        self.scope = Scope()
        self.labels = Labels()
        self.declarations: list[Declaration] = []
        self.hypotheses: list[Hypothesis] = []
        self.statements: dict[str, Statement] = {}
        self.derivations: list[Derivation] = []
        self.models: list[Model] = []
        self.sides: dict[str, tuple[Term, Term]] = {}
        self.order: list[str] = []
        self.restrictions: dict[str, tree.Declared] = {}
        self.announced = ""
        self.grouped: dict[str, tuple[tree.Define, ...]] = {}

    def read(self) -> Theorem:
        """All clauses."""
        self._collect_labels()
        try:
            self.grouped = definitions.groups(self.node.clauses)
        except Mistake as error:
            self._report(error)
        for clause in self.node.clauses:
            self._guarded(clause)
        self._unused_definitions()
        theorem = Theorem(
            self.node.kind,
            self.node.name.text,
            self.node.title or "",
            tuple(self.declarations),
            tuple(self.context.definitions),
            tuple(self.hypotheses),
            tuple(self.statements.values()),
            tuple(self.derivations),
            tuple(self.models),
            self.announced,
            self.uses,
            span=self.node.span,
            order=tuple(self.order + [label for label in self.statements if label not in self.order]),
        )
        return theorem

    def check_definedness(self, theorem: Theorem) -> None:
        """Report what is certainly undefined at some small integers."""
        for diagnostic in certain_failures(self.context.source, theorem, self.restrictions):
            self._note(diagnostic)

    def _note(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.context.diagnostics:
            self.context.diagnostics.append(diagnostic)

    def _report(self, error: Mistake) -> None:
        self._note(error.diagnostic)

    def _collect_labels(self) -> None:
        for clause in self.node.clauses:
            if isinstance(clause, tree.Assume | tree.Claim | tree.Step | tree.Derive):
                text = clause.label.text
                if text not in self.labels.kinds:
                    self.labels.kinds[text] = (type(clause).__name__.lower(), clause.span)
                    self.labels.uses[text] = premises_in(clause)
            elif isinstance(clause, tree.Conclude):
                self.labels.uses.setdefault(clause.label.text, set()).update(premises_in(clause))

    def _guarded(self, clause: tree.Clause) -> None:
        try:
            self._clause(clause)
        except Mistake as error:
            self._report(error)
            self._break(clause)
        except Suppressed:
            self._break(clause)
        except RecursionError:
            help = "define a part of it by its own `define`"
            self._note(Diagnostic("E0220", "error", "the expression is nested too deep", clause.span, help))
            self._break(clause)

    def _break(self, clause: tree.Clause) -> None:
        """What the clause would have declared is known to be broken."""
        if isinstance(clause, tree.Let):
            for name in clause.declared.names:
                if self.scope.get(name.text) is None:
                    self.scope = self.scope.with_entry(name.text, Broken(name.span))
        elif isinstance(clause, tree.Draw | tree.Define):
            target: Node = clause.target
            while isinstance(target, Form):
                target = target.parts[0]
            if isinstance(target, Identifier) and self.scope.get(target.text) is None:
                self.scope = self.scope.with_entry(target.text, Broken(target.span))
        elif isinstance(clause, tree.Assume | tree.Step | tree.Derive | tree.Conclude):
            self.labels.formulas.setdefault(clause.label.text, None)

    def _clause(self, clause: tree.Clause) -> None:
        check_depth(clause) if not isinstance(clause, tree.ModelTree) else None
        match clause:
            case tree.Let():
                self._let(clause)
            case tree.Draw():
                self._draw(clause)
            case tree.Define():
                self.scope = definitions.define(self.context, self.scope, clause, self.grouped)
                self.labels.names.update(self.scope.entries)
            case tree.Assume():
                self._assume(clause)
            case tree.Claim() | tree.Step():
                self._statement(clause)
            case tree.Conclude():
                self._conclude(clause)
            case tree.Derive():
                self._derive(clause)
            case tree.ModelTree():
                self._model(clause)
            case tree.Announced():
                self._announce(clause)
            case _:
                raise mistake("E0204", "this clause has no place in a theorem", clause.span, "delete it")

    def _declare(self, name: Name, kind: str, random: frozenset[str] = frozenset()) -> None:
        self.scope = self.scope.with_entry(name.text, Known(name, kind, name.span, random))
        self.labels.names.add(name.text)

    def _let(self, clause: tree.Let) -> None:
        declared = clause.declared
        if isinstance(declared.type, Identifier) and declared.type.text in ("Set", "FiniteSet"):
            finite = declared.type.text == "FiniteSet"
            if declared.relation:
                raise mistake("E0213", "a declared type takes no restriction", declared.span, "delete it")
            for identifier in declared.names:
                introduce(self.context, self.scope, identifier)
                sort: Sort = SetOf(sorts.Abstract(identifier.text), finite)
                name = Name(identifier.text, sort, identifier.span)
                self._declare(name, "type")
                self.declarations.append(Declaration(name, "type", None, finite, clause.span))
            return
        kind = read_declared(self.context, self.scope, declared)
        for identifier in declared.names:
            introduce(self.context, self.scope, identifier)
            name = Name(identifier.text, kind.sort, identifier.span)
            self._declare(name, "let")
            self.declarations.append(Declaration(name, "let", None, False, clause.span))
            self.restrictions[identifier.text] = declared
            self._range_hypothesis(name, kind, clause.span, False)

    def _range_hypothesis(self, name: Name, kind: Kind, span: Span, random: bool) -> None:
        if kind.property is None:
            return
        formula = kind.property(name)
        if random:
            formula = Apply("almost_surely", (formula,), PROP, span)
        label = f"{name.text}.range"
        formula = self.context.unknowns.settle(formula)
        self.hypotheses.append(Hypothesis(label, formula, "range", span))
        self.labels.formulas[label] = formula

    def _draw(self, clause: tree.Draw) -> None:
        identifier = definitions.target_name(clause.target)
        introduce(self.context, self.scope, identifier)
        scope = self.scope
        places: list[tuple[Name, Term]] = []
        if isinstance(clause.target, Form):
            scope, places = self._places(clause)
        elif clause.bound is not None:
            message = f"`for` ranges over no index of `{identifier.text}`"
            raise mistake("E0209", message, clause.bound.span, f"`draw {identifier.text}[t] ~ ...`")
        law: Term | None = None
        kind: Kind | None = None
        if clause.law is not None:
            law = read(self.context, scope, clause.law, Distribution(self.context.unknowns.sort()))
            law = self.context.unknowns.settle(law)
            assert isinstance(law.sort, Distribution)
            sort = law.sort.element
        else:
            assert clause.type is not None
            kind = read_type(self.context, scope, clause.type)
            sort = kind.sort
        for place, domain in reversed(places):
            sort = sorts.Sequence(sort)
            if law is not None:
                function = sorts.Function((place.sort,), law.sort)
                law = Bind("function", place, domain, law, function, clause.span)
        name = Name(identifier.text, sort, identifier.span)
        self._declare(name, "draw", frozenset((identifier.text,)))
        self.declarations.append(Declaration(name, "draw", law, False, clause.span))
        if kind is not None and not places:
            self._range_hypothesis(name, kind, clause.span, True)

    def _places(self, clause: tree.Draw) -> tuple[Scope, list[tuple[Name, Term]]]:
        from boundkit.elaborate.binders import read_set

        places: list[tuple[Name, Term]] = []
        scope = self.scope
        for node in definitions.patterns_of(clause.target):
            if not isinstance(node, Identifier):
                raise mistake(
                    "E0209", "an index of a draw is a name", node.span, "`draw X[t] ~ D for t in 1..T`"
                )
            introduce(self.context, scope, node)
            domain: Term = Apply("everything", (), SetOf(INT), node.span)
            bound = clause.bound
            if bound is not None and any(name.text == node.text for name in bound.names):
                domain = read_set(self.context, self.scope, bound.operand)
            place = Name(node.text, NAT, node.span)
            places.append((place, domain))
            scope = scope.with_bound(place)
        return scope, places

    def _new_label(self, label: Identifier, span: Span) -> None:
        _, first = self.labels.kinds.get(label.text, ("", span))
        if first != span:
            line = self.context.source.position(first.start)[0]
            message = f"the label `{label.text}` is already used (line {line})"
            raise mistake("E0215", message, label.span, "choose another label")

    def _assume(self, clause: tree.Assume) -> None:
        self._new_label(clause.label, clause.span)
        written = read_statement(self.context, self.scope, clause.formula)
        for reason in written.reasons:
            if reason is not None:
                raise mistake(
                    "E0222", "an assumption takes no `by`", reason.span, "delete it, or write a `step`"
                )
        what = f"the hypothesis {clause.label.text}"
        check_randomness(self.context, self.scope, written.formula, what)
        self.hypotheses.append(Hypothesis(clause.label.text, written.formula, "assume", clause.span))
        self.labels.formulas[clause.label.text] = written.formula

    def _statement(self, clause: tree.Claim | tree.Step) -> None:
        self._new_label(clause.label, clause.span)
        label = clause.label.text
        kind = "claim" if isinstance(clause, tree.Claim) else "step"
        written = read_statement(self.context, self.scope, clause.formula)
        what = "the claim" if kind == "claim" else f"step {label}"
        check_randomness(self.context, self.scope, written.formula, what)
        reasons: list[Reason | None] = []
        problem: Mistake | None = None
        for node in written.reasons:
            try:
                reasons.append(
                    None if node is None else self._reason(label, what, clause.span, written.formula, node)
                )
            except Mistake as error:
                problem = error
                break
        if problem is None:
            statement = make_statement(self.context, clause.label, kind, written, reasons, clause.span)
            self._keep(statement, written)
            if kind == "step":
                self.labels.formulas[label] = written.formula
                self.order.append(label)
        else:
            raise problem

    def _keep(self, statement: Statement, written: Written) -> None:
        self.statements[statement.label] = statement
        self.labels.statements[statement.label] = statement
        if written.sides is not None:
            settle = self.context.unknowns.settle
            self.sides[statement.label] = (settle(written.sides[0]), settle(written.sides[1]))

    def _reason(self, label: str, what: str, span: Span, formula: Term, node: tree.Justification) -> Reason:
        check_premises(self.context, self.labels, label, what, span, node)
        inside = statement_scope(self.scope, formula)
        reason = read_reason(self.context, inside, node, hints(self.context, self.labels, formula, node))
        check_capture(self.context, self.scope, self.labels, node, reason)
        return reason

    def _conclude(self, clause: tree.Conclude) -> None:
        label = clause.label.text
        kind, span = self.labels.kinds.get(label, ("", clause.span))
        if kind != "claim" or span.start > clause.span.start:
            claims = [text for text, (what, _) in self.labels.kinds.items() if what == "claim"]
            near = nearest(label, claims)
            help = f"did you mean {near}?" if near else f"`claim {label}: ...` states it, above this line"
            what = f"`{label}` is a {kind}" if kind and kind != "claim" else f"there is no claim `{label}`"
            what = f"the claim `{label}` is stated below" if kind == "claim" else what
            raise mistake(
                "E0304", f"{what}, and `conclude` ends the proof of a claim", clause.label.span, help
            )
        if label in self.labels.concluded:
            line = self.context.source.position(self.labels.concluded[label].start)[0]
            message = f"the claim `{label}` is already concluded (line {line})"
            raise mistake("E0305", message, clause.label.span, "keep one of the two")
        self.labels.concluded[label] = clause.span
        statement = self.statements.get(label)
        if statement is None:
            raise Suppressed(label)
        reason = self._reason(label, f"the conclusion of {label}", clause.span, statement.formula, clause.by)
        statement = Statement(
            statement.label, statement.kind, statement.formula, statement.prefix, statement.links, reason,
            clause.span, statement.span,
        )  # fmt: skip
        self.statements[label] = statement
        self.labels.statements[label] = statement
        self.labels.formulas[label] = statement.formula
        self.order.append(label)

    def _derive(self, clause: tree.Derive) -> None:
        self._new_label(clause.label, clause.span)
        try:
            derivation = read_derivation(self.context, self.scope, self.labels, self.sides, clause)
        except Suppressed:
            self.context.derived.add(clause.label.text)
            raise
        self.derivations.append(derivation)
        self.labels.formulas[clause.label.text] = derivation.expected
        self.order.append(clause.label.text)

    def _model(self, clause: tree.ModelTree) -> None:
        if any(model.name == clause.name.text for model in self.models):
            message = f"there is already a model `{clause.name.text}`"
            raise mistake("E0215", message, clause.name.span, "choose another name")
        scope = self.scope
        for statement in self.statements.values():
            if statement.kind == "claim":
                new = [
                    name for text, name in bound_names(statement.formula).items() if scope.get(text) is None
                ]
                scope = scope.with_bound(*new)
        self.models.append(read_model(self.context, scope, clause, self.labels.kinds))

    def _announce(self, clause: tree.Announced) -> None:
        headline = clause.headline.text
        if headline not in HEADLINES:
            near = nearest(headline, HEADLINES)
            help = f"did you mean {near}?" if near else f"one of {', '.join(HEADLINES)}"
            raise mistake("E0218", f"`{headline}` is no verdict", clause.headline.span, help)
        if self.announced:
            raise mistake("E0218", "a verdict is already announced", clause.span, "keep one of the two")
        self.announced = headline

    def _unused_definitions(self) -> None:
        for entry in self.scope.entries.values():
            if isinstance(entry, Template) and not any(i.template is entry for i in self.context.instances):
                if entry.span in self.context.seen:
                    continue
                try:
                    definitions.infer(self.context, entry, definitions.target_name(entry.clauses[0].target))
                except Mistake as error:
                    found = error.diagnostic
                    if found.code == "E0210":
                        found = Diagnostic(found.code, "warning", found.message, found.span, found.help)
                    self._note(found)
                except Suppressed:
                    pass


def read_declared(context: Context, scope: Scope, declared: tree.Declared) -> Kind:
    """The type of a declaration with its restriction."""
    kind = read_type(context, scope, declared.type)
    if declared.relation:
        assert declared.limit is not None
        kind = kind.restricted(context, scope, declared.relation, declared.limit)
    return kind
