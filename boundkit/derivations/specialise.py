"""`specialise STATEMENT with NAME := VALUE, ...`."""

from __future__ import annotations

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.derived import Certified
from boundkit.desk.desk import kept
from boundkit.desk.objective import fits, simplified
from boundkit.ir.sorts import PROP
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term, rebuild, relation, substitute
from boundkit.ir.theorems import Derivation
from boundkit.kernel.normal import reached
from boundkit.plain import plain


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, statement = derivation.label, derivation.subject
    if statement == TRUE:
        return Derived(label, "unsupported", "there is no statement to specialise")
    desk = desk.setting_aside(derivation.others)
    certified: list[Certified] = []
    missing: list[Term] = []
    names = tuple(name.text for name, _ in derivation.settings)
    for name, value in derivation.settings:
        if not fits(value, name):
            return Derived(label, "open", f"{value} is not known to be an integer, as {name.text} is")
        if hidden := _depends(desk, derivation, name):
            message = f"{hidden} depends on {name.text}, and so the statement is about one value of it"
            return Derived(label, "unsupported", message)
        if name.text in value.free:
            return Derived(label, "unsupported", f"the value of {name.text} mentions {name.text} itself")
        statement, limits = _put(desk, statement, name, value)
        for limit in limits:
            wanted = substitute(limit, dict(_plain(derivation)))
            proof = desk.certified(wanted, "in range", without=names)
            if proof is None:
                missing.append(wanted)
            else:
                certified.append(proof)
    body = _relation(statement)
    results = {}
    if body is not None:
        sides = [simplified(desk, side) for side in body.args]
        certified += [own for _, proofs in sides for own in proofs]
        (left, _), (right, _) = sides
        shorter = relation(body.head, left, right)
        statement = _replaced(statement, body, shorter)
        results = {"derived_lhs": shorter.args[0], "derived_rhs": shorter.args[1]}
    if missing:
        said = ", ".join(map(str, missing))
        wrong = [own for own in missing if not desk.seems(own, without=names)]
        if wrong:
            return Derived(label, "open", f"outside the range: {', '.join(map(str, wrong))} fails")
        return Derived(
            label, "conjecture", f"conjecture, {said} is not certified: {statement}", {},
            (("statement", statement),), tuple(certified), tuple(missing),
        )  # fmt: skip
    return Derived(
        label, "proved", str(statement), results, (("statement", statement),), tuple(certified),
        stored=kept((statement,), certified),
    )  # fmt: skip


def _depends(desk: Desk, derivation: Derivation, name: Name) -> str:
    """A definition that the statement leads to, or a hypothesis about more than numbers, that speaks of the
    name; "" if there is none."""
    theorem = desk.ledger.theorem
    for own in sorted(derivation.subject.free):
        if own in theorem.definition and name.text in reached(frozenset({own}), theorem.definition):
            return f"`{own}`"
    for hypothesis in theorem.hypotheses:
        formula = hypothesis.formula
        mentioned = formula.free | reached(formula.free, theorem.definition)
        if hypothesis.label in derivation.others:
            continue
        if hypothesis.origin == "assume" and name.text in mentioned and plain(formula) is None:
            return f"the hypothesis `{hypothesis.label}`"
    return ""


def _plain(derivation: Derivation) -> list[tuple[str, Term]]:
    return [(name.text, value) for name, value in derivation.settings]


def _put(desk: Desk, statement: Term, name: Name, value: Term) -> tuple[Term, tuple[Term, ...]]:
    """The statement at a value for a bound or a declared name, and the conditions on the value."""
    if isinstance(statement, Bind) and statement.head == "forall":
        if statement.variable.text == name.text:
            inner = substitute(statement.body, {name.text: value})
            return inner, (Apply("in", (value, statement.domain), PROP),)
        body, limits = _put(desk, statement.body, name, value)
        return Bind("forall", statement.variable, statement.domain, body, PROP), limits
    return substitute(statement, {name.text: value}), desk.about(name)


def _relation(term: Term) -> Apply | None:
    """The innermost relation of a statement."""
    while True:
        if isinstance(term, Bind):
            term = term.body
        elif isinstance(term, Apply) and term.head in ("implies", "with_probability", "almost_surely"):
            term = next((own for own in term.args[1:] if own.sort == PROP), term.args[0])
        else:
            break
    return term if isinstance(term, Apply) and term.head in ("<=", "<", "=") else None


def _replaced(whole: Term, old: Term, new: Term) -> Term:
    return new if whole == old else rebuild(whole, lambda part: _replaced(part, old, new))


specialise = Command(
    name="specialise",
    asks="STATEMENT with NAME := VALUE, ...",
    says="the statement at values of its parameters, its sides simplified",
    proves="the values satisfy what is assumed of the parameters; the simpler sides are equal",
    carry_out=_carry_out,
)
