"""The exact check of a counterexample: a theorem, a label, an instance; hypotheses first.

An instance is plain JSON data:

    {"values": {name: value, …}, "bound": {name: value, …}, "process": …, "ray": …}

A value is a rational as text or integer ("3/4"), a list of them (a vector), a list of equally long lists
(a matrix), {"first": 1, "items": [value, …]} (a sequence), {"matrix": [[…], …]} (a matrix, also with one
column), {"family": name, …} (a function, see `kernel.forms`), {"defined": name, "parameters": {name: value,
…}} (a function of a family that the file defines), {"weights": [p, …], "outcomes": [value, …]}
(a finite law), {"elements": 3} (an abstract type of three elements, numbered from 1), {"shape": [2, 3],
"entries": [value, …]} (a function of such elements, the last argument running fastest; a tuple counts as so
many arguments; with "naturals": [0] the first argument is a natural number, of which the last one listed
stands for all larger ones), {"set": [value, …]}, or {"pair": [value, value]}.

`bound` proposes values for variables bound by a `forall` whose range cannot be listed; for a law also
{"tilt": g, "of": P, "rate": p}, the tilt of P by exp(p*g). `process` is {"names": [name, …], "weights": [p,
…], "outcomes": [[value, …], …]}, the joint law of the draws that have no law of their own. `ray` is {"name":
x, "end": p}: x runs from its value to the end, which refutes a statement up to a constant (`kernel.rays`).

Arithmetic is rational as long as it can be, then balls at 64, 128, … 4096 bits until every sign is
certain. What is not certain is reported as undecided, what is not understood as unsupported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.ir.theorems import Family, Theorem
from boundkit.kernel import forms, rays
from boundkit.kernel.balls import Undecided, Undefined, precisely
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.exact import Exact, rational_value
from boundkit.kernel.families import read_member
from boundkit.kernel.grids import norm
from boundkit.kernel.reading import fits, read_process, read_value
from boundkit.kernel.showing import compared, shown, shown_value
from boundkit.kernel.values import Absent, Exhausted, Extent, Grid, Truth, Unsupported, Value

PRECISIONS = (64, 128, 256, 512, 1024, 2048, 4096)

TOO_CLOSE = "the sides are too close"
LEFT_OPEN = "a side is known only between ends, or up to a constant"
NOT_REFUTED = "not refuted at the values proposed for an infinite range"

OUTCOMES = ("violated", "holds", "inadmissible", "undefined", "undecided", "unsupported", "malformed")


@dataclass(frozen=True)
class Finding:
    """What the check of one instance found.

    outcome: `violated` (all hypotheses certainly true, the statement certainly false), `holds`,
    `inadmissible` (a hypothesis is false or undefined), `undefined` (a subterm of the statement is),
    `undecided`, `unsupported`, `malformed`. Only `violated` refutes.
    reason: one line; names the hypothesis, the subterm or the missing ability.
    where: bound variables at the failing place, outermost first, such as ("t", "3").
    relation, left, right: the failing relation and its sides, rationals or decimal enclosures.
    comparison: what holds instead, ready to print: `1 > 0.6065... at t = 3`.
    margin: where nothing failed, the least relative gap of an inequality, in doubles; for a search.
    precision: bits that were needed; 0 when all was rational.
    hypotheses: the labels found true, in order."""

    outcome: str
    label: str
    reason: str = ""
    where: tuple[tuple[str, str], ...] = ()
    relation: str = ""
    left: str = ""
    right: str = ""
    precision: int = 0
    hypotheses: tuple[str, ...] = ()
    comparison: str = ""
    margin: float = math.inf

    def __bool__(self) -> bool:
        raise TypeError("a Finding is no truth value; ask for its outcome")


class Judge(Evaluator):
    """The evaluator over exact numbers; functions answer through `kernel.forms`."""

    arithmetic: Exact
    ray: rays.Ray | None = None

    def _operate(self, head: str, args: list[Value], term: Apply) -> Value:
        if head == "^" and not isinstance(args[0], Grid):
            return self.arithmetic.apply(head, args, term.args[1].sort in (NAT, INT))
        return super()._operate(head, args, term)

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        # What holds on the whole space holds on any part of it.
        numbers = [parameter for parameter in parameters if not isinstance(parameter, Extent)]
        if len(numbers) != forms.PARAMETERS.get(name):
            return None
        truth = form.guarantees(self.arithmetic, name, numbers)
        return True if truth is True else None

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        return form.has_subgradient(self.arithmetic, point, value)

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        term = extent.term
        if not isinstance(term, Bind):
            raise Unsupported("this argmin")
        body = term.body
        if not (isinstance(body, Apply) and body.head == "call" and body.args[1:] == (term.variable,)):
            raise Unsupported(f"a minimiser of `{body}`")
        form = self.value(body.args[0], scope)
        if not hasattr(form, "is_minimiser"):
            raise Unsupported(f"a minimiser of `{body}`")
        domain = extent.parts[0]
        inside = self._contains(domain, value, scope)
        if inside is not True:
            return inside
        if form.is_minimiser(self.arithmetic, value, False) is True:
            return True
        if domain.kind == "everything":
            return form.is_minimiser(self.arithmetic, value, False)
        if domain.kind == "ball":
            at_edge = self.arithmetic.compare("=", norm(self.arithmetic, "norm", value), domain.parts[1])
            if at_edge is None:
                return None
            # inside the ball, a convex function has no other minimisers than over the whole space
            return form.is_minimiser(self.arithmetic, value, at_edge)
        return None


def check_witness(
    theorem: Theorem,
    label: str,
    instance: Mapping[str, Any],
    budget: int = 400_000,
    families: Mapping[str, Family] | None = None,
) -> Finding:
    """Evaluates the hypotheses of `theorem`, then the claim or step `label`, exactly at `instance`.

    Every hypothesis must be certainly true for the outcome `violated`. `budget` bounds the evaluated
    terms at each precision; `families` are those that the file defines. Raises
    KeyError for an unknown label, and nothing else."""
    return check_all(theorem, (label,), instance, budget, families)[label]


def check_all(
    theorem: Theorem,
    labels: Iterable[str],
    instance: Mapping[str, Any],
    budget: int = 400_000,
    families: Mapping[str, Family] | None = None,
    spent: list[int] | None = None,
) -> dict[str, Finding]:
    """What `check_witness` finds for each of the labels; the hypotheses are evaluated once at each
    precision. The number of evaluated terms is added to the one entry of `spent`."""
    found: dict[str, Finding] = {}
    pending = {label: theorem.statement[label].formula for label in labels}
    for precision in PRECISIONS:
        with precisely(precision):
            arithmetic = Exact()
            failure = ""
            try:
                judge = _judge(theorem, instance, arithmetic, budget, families or {})
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
                failure = f"the instance: {error}"
            except (Absent, Exhausted, Undecided, Undefined, Unsupported) as error:
                failure = f"the instance: {error}"
            if failure:
                return {label: Finding("malformed", label, failure) for label in pending} | found
            excluded, held = _hypotheses(theorem, judge)
            decided = not arithmetic.imprecise
            used = budget - judge.left[0]
            for label, formula in list(pending.items()):
                arithmetic.imprecise = not decided
                judge.left[0] = budget
                if excluded is not None:
                    found[label] = replace(excluded, label=label)
                else:
                    found[label] = _examine(label, formula, judge, precision, held)
                    used += budget - judge.left[0]
                if found[label].outcome != "undecided" or not arithmetic.imprecise:
                    del pending[label]
        if spent is not None:
            spent[0] += used
        if not pending:
            break
    return found


def _hypotheses(theorem: Theorem, judge: Judge) -> tuple[Finding | None, tuple[str, ...]]:
    """The labels of the hypotheses that were found true, and, when not all were, what was found instead."""
    true: list[str] = []
    for hypothesis in theorem.hypotheses:
        stage = f"hypothesis `{hypothesis.label}`"

        def found(outcome: str, reason: str, stage: str = stage) -> tuple[Finding, tuple[str, ...]]:
            return Finding(outcome, "", f"{stage} {reason}", hypotheses=tuple(true)), tuple(true)

        try:
            truth = judge.truth(hypothesis.formula, {})
        except (Undefined, Absent) as error:
            return found("inadmissible", f"is undefined: {error}")
        except Undecided as error:
            return found("undecided", f"is not certain: {error}")
        except Unsupported as error:
            return found("unsupported", f"is not evaluated: {error}")
        except (Exhausted, RecursionError, OverflowError, MemoryError) as error:
            return found("unsupported", f"is too large: {error}")
        except (ValueError, TypeError, AttributeError) as error:
            return found("malformed", f"cannot be evaluated: {error}")
        if truth is False:
            return found("inadmissible", "is false")
        if truth is None:
            return found("undecided", "is not certain")
        true.append(hypothesis.label)
    return None, tuple(true)


def _examine(label: str, formula: Term, judge: Judge, precision: int, true: tuple[str, ...]) -> Finding:
    """What the evaluation of a statement finds where all hypotheses hold."""
    arithmetic = judge.arithmetic
    judge.trail.clear()
    arithmetic.failed, arithmetic.left_open, arithmetic.margin = None, False, math.inf
    stage = "the statement"
    try:
        truth = judge.truth(formula, {})
    except (Undefined, Absent) as error:
        return Finding("undefined", label, f"{stage}: {error}", _trail(judge), hypotheses=true)
    except Undecided as error:
        return Finding("undecided", label, f"{stage}: {error}", hypotheses=true)
    except Unsupported as error:
        return Finding("unsupported", label, f"{stage}: {error}", hypotheses=true)
    except (Exhausted, RecursionError, OverflowError, MemoryError) as error:
        return Finding("unsupported", label, f"{stage} is too large: {error}", hypotheses=true)
    except (ValueError, TypeError, AttributeError) as error:
        return Finding("malformed", label, f"{stage}: {error}", hypotheses=true)
    if truth is None and judge.ray is not None and (words := rays.refuted_along(judge, formula, judge.ray)):
        why = "all hypotheses hold and the statement is false for every constant"
        return Finding("violated", label, why, hypotheses=true, comparison=words)
    if truth is None:
        reason = TOO_CLOSE if arithmetic.imprecise else LEFT_OPEN if arithmetic.left_open else NOT_REFUTED
        return Finding("undecided", label, reason, hypotheses=true, margin=arithmetic.margin)
    bits = precision if arithmetic.rounded else 0
    if truth:
        return Finding("holds", label, precision=bits, hypotheses=true, margin=arithmetic.margin)
    head, left, right = arithmetic.failed or ("", fmpq(0), fmpq(0))
    return Finding(
        "violated",
        label,
        "all hypotheses hold and the statement is false",
        _trail(judge),
        f"{shown(left)} {head} {shown(right)} is false" if head else "",
        shown(left) if head else "",
        shown(right) if head else "",
        bits,
        true,
        compared(head, left, right, _trail(judge)) if head else "",
    )


def _trail(judge: Judge) -> tuple[tuple[str, str], ...]:
    return tuple((name, shown_value(value)) for name, value in judge.trail)


def _judge(
    theorem: Theorem,
    instance: Mapping[str, Any],
    arithmetic: Exact,
    budget: int,
    families: Mapping[str, Family],
) -> Judge:
    values = instance["values"]
    declared = {name: declaration.name.sort for name, declaration in theorem.declaration.items()}
    unknown = set(values) - set(declared)
    if unknown:
        raise ValueError(f"`{min(unknown)}` is not declared")
    judge = Judge(theorem, arithmetic, {}, {}, budget)

    def member(data: Mapping[str, Any]) -> Value:
        return read_member(judge, families, data, read_value, fits)

    judge.names.update({name: read_value(value, member) for name, value in values.items()})
    bound = instance.get("bound", {})
    judge.proposals.update({name: read_value(value, member) for name, value in bound.items()})
    for name, value in list(judge.names.items()):
        fits(judge, name, declared[name], value)
    if "ray" in instance:
        name = str(instance["ray"]["name"])
        near, end = judge.names[name], read_value(instance["ray"]["end"])
        if not isinstance(near, fmpq) or not isinstance(end, fmpq) or near == end:
            raise ValueError("a ray runs from the value of a number to another one")
        judge.ray = rays.Ray(name, near, end)
    if "process" in instance:
        judge.process = read_process(judge, instance["process"], theorem.declaration)
    return judge


__all__ = [
    "LEFT_OPEN", "NOT_REFUTED", "TOO_CLOSE", "Exact", "Finding", "Judge", "check_all", "check_witness",
    "rational_value",
]  # fmt: skip
