"""What a user-defined family ensures, as statements of a theorem: for all parameters and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from boundkit.attack.driver import Budget, attack
from boundkit.attack.reports import AttackReport, StatementReport
from boundkit.errors import Diagnostic
from boundkit.ir.sorts import PROP, REAL, Function, Matrix, SetOf, Sort, is_numeric
from boundkit.ir.terms import Apply, Name, Number, Term, conjunction, relation
from boundkit.ir.theorems import Declaration, Family, Hypothesis, Link, Statement, Theorem
from boundkit.kernel.families import theorem_of


@dataclass(frozen=True)
class FamilyReport:
    """The attack on a family: for each `ensure` (and, for a convex family with a `subgrad`, for that) the
    report of its statement, labelled by the property or `ensure_k`. `theorem` is what was attacked, so that
    a witness can be checked again; `unsupported` are ensures for which there is no such statement."""

    family: str
    theorem: Theorem
    statements: tuple[StatementReport, ...]
    unsupported: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    attack: AttackReport


def attack_family(
    family: Family, seed: int = 0, samples: int = 20_000, budget: Budget | None = None
) -> FamilyReport:
    """Attacks everything that the family ensures: convexity by chords, Lipschitz bounds by pairs of points,
    other formulas as they are; a violation is checked exactly. Nothing here proves an `ensure`."""
    theorem, unsupported = obligations(family)
    report = attack(theorem, seed, samples, budget)
    return FamilyReport(family.name, theorem, report.statements, unsupported, report.diagnostics, report)


def obligations(family: Family) -> tuple[Theorem, tuple[str, ...]]:
    """The theorem whose claims say what the family ensures, with points x', y' and a weight s' as further
    lets (primed until new), and the ensures that cannot be written so."""
    taken = {name.text for name in family.parameters} | {d.name.text for d in family.definitions}
    own = family.sort
    point = own.arguments[0] if isinstance(own, Function) and len(own.arguments) == 1 else REAL
    x, y = (Name(_fresh(text, taken), point) for text in ("x", "y"))
    s = Name(_fresh("s", taken), REAL)
    base = theorem_of(family)
    unit = Apply("closed", (Number(Fraction(0)), Number(Fraction(1))), SetOf(REAL))
    statements: list[Statement] = []
    unsupported: list[str] = []
    labels: set[str] = set()
    ensures = list(family.ensures)
    for place, formula in enumerate(ensures, 1):
        label, claim = f"ensure_{place}", formula
        if isinstance(formula, Apply) and formula.head.startswith("is_"):
            label = formula.head.removeprefix("is_")
            written = _written(family, formula, x, y, s)
            if written is None:
                unsupported.append(str(formula))
                continue
            claim = written
        while label in labels:
            label += "'"
        labels.add(label)
        statements.append(_claim(label, claim))
    if any(isinstance(e, Apply) and e.head == "is_convex" for e in ensures) and "subgrad" in base.definition:
        statements.append(_claim("subgrad", _supporting(family, x, y)))
    used = set().union(*(statement.formula.free for statement in statements))
    declarations = [Declaration(name, "let") for name in (x, y, s) if name.text in used]
    hypotheses = [Hypothesis(f"{s.text}.range", Apply("in", (s, unit), PROP), "range")]
    theorem = replace(
        base,
        declarations=(*base.declarations, *declarations),
        hypotheses=(*base.hypotheses, *(hypotheses if s.text in used else ())),
        statements=tuple(statements),
        order=tuple(statement.label for statement in statements),
    )
    return theorem, tuple(unsupported)


def _claim(label: str, formula: Term) -> Statement:
    links = tuple(Link(part) for part in _parts(formula))
    return Statement(label, "claim", formula, (), links)


def _parts(formula: Term) -> Iterator[Term]:
    if isinstance(formula, Apply) and formula.head == "and":
        yield from formula.args
    else:
        yield formula


def _written(family: Family, formula: Apply, x: Name, y: Name, s: Name) -> Term | None:
    """The property of `value` at the points x, y and the weight s; None when it is not known."""
    subject, *parameters = formula.args
    if not (isinstance(subject, Name) and subject.text == "value" and _is_function(family)):
        return None
    numbers = [parameter for parameter in parameters if is_numeric(parameter.sort)]
    sets = [parameter for parameter in parameters if not is_numeric(parameter.sort)]
    at_x, at_y = (Apply("call", (subject, point), REAL) for point in (x, y))
    rest = _minus(Number(Fraction(1)), s)
    mixed = _plus(_times(s, x, x.sort), _times(rest, y, x.sort), x.sort)
    at_mixed = Apply("call", (subject, mixed), REAL)
    chord = _plus(_times(s, at_x), _times(rest, at_y))
    distance = _norm(_minus(x, y, x.sort))
    square = Apply("^", (distance, Number(Fraction(2))), REAL)
    match formula.head, numbers:
        case "is_convex", []:
            claim: Term = relation("<=", at_mixed, chord)
        case "is_concave", []:
            claim = relation("<=", chord, at_mixed)
        case "is_strongly_convex", [mu]:
            bend = _times(_times(mu, _times(s, rest)), Apply("/", (square, Number(Fraction(2))), REAL))
            claim = relation("<=", at_mixed, _minus(chord, bend))
        case "is_lipschitz", [rho]:
            gap = Apply("abs", (_minus(at_x, at_y),), REAL)
            claim = relation("<=", gap, _times(rho, distance))
        case "is_smooth", [beta]:
            half = _times(Number(Fraction(1, 2)), _plus(x, y, x.sort), x.sort)
            twice = _times(Number(Fraction(2)), Apply("call", (subject, half), REAL))
            bend = Apply("abs", (_minus(_plus(at_x, at_y), twice),), REAL)
            claim = relation("<=", bend, _times(beta, Apply("/", (square, Number(Fraction(4))), REAL)))
        case "is_bounded", [low, high]:
            claim = conjunction((relation("<=", low, at_x), relation("<=", at_x, high)))
        case "is_monotone", [] if is_numeric(x.sort):
            claim = Apply("implies", (relation("<=", x, y), relation("<=", at_x, at_y)), PROP)
        case _:
            return None
    inside = conjunction(tuple(Apply("in", (point, where), PROP) for where in sets for point in (x, y)))
    return Apply("implies", (inside, claim), PROP) if sets else claim


def _supporting(family: Family, x: Name, y: Name) -> Term:
    """value(x) + <subgrad(x), y - x> <= value(y)."""
    function, result = Name("value", family.sort), x.sort
    slope = Apply("call", (Name("subgrad", Function((x.sort,), result)), x), result)
    gap = _minus(y, x, x.sort)
    rise = _times(slope, gap) if is_numeric(x.sort) else Apply("inner", (slope, gap), REAL)
    at_x, at_y = (Apply("call", (function, point), REAL) for point in (x, y))
    return relation("<=", _plus(at_x, rise), at_y)


def _is_function(family: Family) -> bool:
    own = family.sort
    if not (isinstance(own, Function) and len(own.arguments) == 1):
        return False
    argument = own.arguments[0]
    return is_numeric(argument) or isinstance(argument, Matrix)


def _norm(term: Term) -> Term:
    return Apply("abs" if is_numeric(term.sort) else "norm", (term,), REAL)


def _plus(left: Term, right: Term, sort: Sort = REAL) -> Term:
    return Apply("+", (left, right), sort)


def _minus(left: Term, right: Term, sort: Sort = REAL) -> Term:
    return Apply("-", (left, right), sort)


def _times(left: Term, right: Term, sort: Sort = REAL) -> Term:
    return Apply("*", (left, right), sort)


def _fresh(text: str, taken: set[str]) -> str:
    while text in taken:
        text += "'"
    taken.add(text)
    return text
