"""Certain failures of definedness: a denominator that is 0, or an index out of its range, at small
integers that the declarations and hypotheses allow. Exact; what cannot be decided is not reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from boundkit.elaborate.definedness import conditions
from boundkit.elaborate.scope import mistake
from boundkit.errors import Diagnostic, LimitReached
from boundkit.ir.exact import truth
from boundkit.ir.show import show
from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Bind, Term, subterms
from boundkit.ir.theorems import Theorem
from boundkit.source import NOWHERE, Source, Span
from boundkit.syntax.tree import Declared

LARGEST = 8
MOST_NAMES = 3

Point = dict[str, Fraction]


def certain_failures(
    source: Source, theorem: Theorem, restrictions: Mapping[str, Declared]
) -> list[Diagnostic]:
    """E0221 for each denominator, E0216 for each index, that fails at an admissible small point."""
    naturals = [d.name.text for d in theorem.declarations if d.kind == "let" and d.name.sort == NAT]
    found: dict[Span, Diagnostic] = {}
    for statement in theorem.statements:
        try:
            for condition in conditions(statement.formula, theorem.definition):
                kind, core = _core(condition)
                if kind and core.span != NOWHERE and core.span not in found:
                    problem = _failure(source, theorem, restrictions, naturals, condition, kind, core)
                    if problem is not None:
                        found[core.span] = problem
        except LimitReached as error:
            found[statement.span] = replace(error.diagnostic, span=statement.span)
    return list(found.values())


def _core(condition: Term) -> tuple[str, Apply]:
    """What a condition is about, under its binders and guards: `division`, `index` or nothing."""
    while True:
        if isinstance(condition, Bind) and condition.head == "forall":
            condition = condition.body
        elif isinstance(condition, Apply) and condition.head == "implies":
            condition = condition.args[1]
        else:
            break
    if isinstance(condition, Apply) and condition.head == "!=":
        return "division", condition
    if isinstance(condition, Apply) and condition.head in ("<=", "and", "or", "="):
        return "index", condition
    return "", Apply("true", (), NAT)


def _failure(
    source: Source,
    theorem: Theorem,
    restrictions: Mapping[str, Declared],
    naturals: list[str],
    condition: Term,
    kind: str,
    core: Apply,
) -> Diagnostic | None:
    names = [name for name in naturals if name in condition.free]
    if not condition.free <= set(names) or len(names) > MOST_NAMES:
        return None
    index = _index_at(theorem, core.span) if kind == "index" else None
    if kind == "index" and index is None:
        return None
    for point in _admissible(theorem, names, naturals):
        if truth(condition, point) is False:
            return _diagnostic(source, theorem, restrictions, names, naturals, condition, point, core, index)
    return None


def _index_at(theorem: Theorem, span: Span) -> Apply | None:
    formulas = [statement.formula for statement in theorem.statements]
    formulas.extend(clause.body for definition in theorem.definitions for clause in definition.clauses)
    for formula in formulas:
        for part in subterms(formula):
            if isinstance(part, Apply) and part.head in ("index", "call") and part.span == span:
                return part
    return None


def _admissible(theorem: Theorem, names: list[str], naturals: list[str]) -> Iterator[Point]:
    """Small points of the names that satisfy every hypothesis on naturals that is connected with them."""
    connected = list(names)
    about: list[Term] = []
    grown = True
    while grown:
        grown = False
        for hypothesis in theorem.hypotheses:
            formula = hypothesis.formula
            if formula in about or not formula.free <= set(naturals) or not formula.free & set(connected):
                continue
            about.append(formula)
            connected.extend(sorted(formula.free - set(connected)))
            grown = True
    if len(connected) > MOST_NAMES:
        return
    for values in product(range(LARGEST + 1), repeat=len(connected)):
        point = {name: Fraction(number) for name, number in zip(connected, values, strict=True)}
        if all(truth(formula, point) is True for formula in about):
            yield {name: point[name] for name in connected}


def _diagnostic(
    source: Source,
    theorem: Theorem,
    restrictions: Mapping[str, Declared],
    names: list[str],
    naturals: list[str],
    condition: Term,
    point: Point,
    core: Apply,
    index: Apply | None,
) -> Diagnostic:
    at = ", ".join(f"{name} = {point[name]}" for name in names)
    where = f" at {at}" if names else ""
    allowed = ""
    if len(names) == 1 and names[0] in restrictions:
        declared = restrictions[names[0]]
        line = source.position(declared.span.start)[0]
        allowed = f", which `let {_written(source, names[0], declared)}` (line {line}) allows"
    elif names:
        allowed = ", which the declarations allow"
    fix = _raised(theorem, restrictions, names, naturals, condition, point)
    if index is not None:
        base: Term = index
        while isinstance(base, Apply) and base.head in ("index", "call"):
            base = base.args[0]
        message = f"`{show(index)}` is outside the range of `{show(base)}`{where}{allowed}"
        otherwise = "use an index in its range"
        if show(base) in theorem.definition:
            otherwise = f"define `{show(base)}` there, or {otherwise}"
        help = f"`{fix}`" if fix else otherwise
        return mistake("E0216", message, core.span, help, bool(fix)).diagnostic
    help = f"`{fix}`" if fix else f"exclude it, for example by `assume nonzero: {show(core)}`"
    return mistake("E0221", f"division by zero{where}{allowed}", core.span, help, bool(fix)).diagnostic


def _written(source: Source, name: str, declared: Declared) -> str:
    def text(span: Span) -> str:
        return " ".join(source.text[span.start : span.stop].split())

    limit = f" {declared.relation} {text(declared.limit.span)}" if declared.limit is not None else ""
    return f"{name} : {text(declared.type.span)}{limit}"


def _raised(
    theorem: Theorem,
    restrictions: Mapping[str, Declared],
    names: list[str],
    naturals: list[str],
    condition: Term,
    point: Point,
) -> str:
    """The declaration with the least lower bound that leaves no small failure, or "" when raising the bound
    of one name does not help."""
    if len(names) != 1:
        return ""
    declared = restrictions.get(names[0])
    if declared is None or declared.relation not in ("", ">=", ">"):
        return ""
    failures = [p[names[0]] for p in _admissible(theorem, names, naturals) if truth(condition, p) is False]
    least = max(failures) + 1
    if least > LARGEST:
        return ""
    return f"let {names[0]} : Nat >= {least}"
