"""Goals between numbers in a proof, for the prover of real inequalities: as they stand, or with names for
what is opaque to it, under facts that speak of the same things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import EXTREAL, PROP, REAL, SetOf, is_numeric
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, fresh_name, number, rebuild, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected, as_real
from boundkit.kernel.polynomials import TooLarge
from boundkit.kernel.steps import Fact, to_json
from boundkit.provers.inequalities.domain import bound_of
from boundkit.provers.inequalities.goal import Effort, Exhausted, Goal
from boundkit.provers.inequalities.search import Search, scalar
from boundkit.provers.specialisation import specialised

Clauses = tuple[tuple[str, int], ...]
Accepted = Callable[[Frame, Term, c.Proof], bool]
ScalarProver = Callable[[Frame, Apply, Clauses, Accepted], c.Proof | None]

ATTEMPTS = 1200
FEW_ATTEMPTS = 400
"""Attempts of the methods on one goal; a step of a proof asks for many of them."""
FUNCTIONS = frozenset({"exp", "ln", "log2"})
OPAQUE = frozenset({"norm", "inner", "index", "call"})
CHOICES = frozenset({"abs", "max", "min"})
CASE = "this case"
"""What the fact of a case is called."""
MOST_NAMES = 6
MOST_FACTS = 8


def prove_scalar(frame: Frame, goal: Apply, unfold: Clauses, accepted: Accepted) -> c.Proof | None:
    """A proof of a relation between numbers, or None."""
    proof = _direct(frame, goal, unfold, accepted)
    if proof is not None:
        return proof
    for parts in _abstractions(frame, goal, unfold):
        proof = _generalised(frame, goal, parts, unfold, accepted)
        if proof is not None:
            return proof
    return _at_places(frame, goal, unfold, accepted)


def _at_places(frame: Frame, goal: Apply, unfold: Clauses, accepted: Accepted) -> c.Proof | None:
    """A proof under what universal facts say at the places that the goal and the other facts speak of, with
    the facts that speak of names in these."""
    if any(name.startswith(CASE) for name in frame.facts):
        return None  # of several cases each would cost as much as the whole
    lines = tuple(specialised(frame, goal))
    inner = frame
    for line in lines:
        inner = inner.with_fact(line.name, line.claim)
    facts = _connected(inner, goal)
    known = set(frame.sequent.names) | set(frame.sequent.definitions)
    whole = Apply("and", (goal, *facts), PROP)
    wholes = _named_wholes(frame, whole, unfold)
    parts = [*_opaque_parts(whole, OPAQUE | CHOICES), *wholes]
    functions = [*_opaque_parts(whole, OPAQUE | CHOICES | FUNCTIONS), *wholes]
    exponents = [*_exponents(whole), *parts]
    tried: list[list[Term]] = []
    for own, attempts in ((functions, FEW_ATTEMPTS), (exponents, FEW_ATTEMPTS), (parts, ATTEMPTS)):
        fixed = [part for part in own if part.free <= known]
        if not facts or not fixed or fixed in tried:
            continue
        tried.append(fixed)
        proof = _generalised(inner, goal, fixed, unfold, accepted, facts, attempts)
        if proof is not None:
            proof = c.Proof(proof.by, (*lines, *proof.lines))
            return proof if accepted(frame, goal, proof) else None
    return None


def _exponents(formula: Term) -> list[Term]:
    """What stands under exponential functions, where it is built of numbers and names, and of several."""
    found: dict[str, Term] = {}
    for part in subterms(formula):
        inside = part.args[0] if isinstance(part, Apply) and part.head == "exp" else None
        if isinstance(inside, Apply) and inside.free and scalar(inside):
            found.setdefault(str(inside), inside)
    return list(found.values())


def _connected(frame: Frame, goal: Apply) -> list[Apply]:
    """Relations between numbers among the facts that share an opaque part or a name with the goal, or with
    one of these."""
    open_: list[tuple[Apply, frozenset[str]]] = []
    for formula in frame.facts.values():
        if not (isinstance(formula, Apply) and formula.head in ("<=", "<", "=")):
            continue
        if all(is_numeric(side.sort) for side in formula.args) and bound_of(formula) is None:
            open_.append((formula, _atoms(formula)))
    reached = _atoms(goal)
    found: list[Apply] = []
    while len(found) < MOST_FACTS:
        near = next((own for own in open_ if own[1] & reached), None)
        if near is None:
            break
        open_.remove(near)
        found.append(near[0])
        reached |= near[1]
    return found


def _atoms(formula: Term) -> frozenset[str]:
    """The opaque parts of a formula, and the names that stand outside of them."""
    parts = {part: Name(str(part), REAL) for part in _opaque_parts(formula, OPAQUE | CHOICES)}
    return frozenset(_replaced(formula, dict(parts)).free)


def prove_choices(frame: Frame, goal: Apply, unfold: Clauses, accepted: Accepted) -> c.Proof | None:
    """A proof of a relation between numbers in which absolute values or extrema of opaque terms occur, with
    names for these terms alone; or None."""
    inner, outer = (_opaque_parts(goal, heads) for heads in (OPAQUE, OPAQUE | CHOICES))
    return _generalised(frame, goal, inner, unfold, accepted) if inner and inner != outer else None


def _direct(
    frame: Frame, goal: Apply, unfold: Clauses, accepted: Accepted, attempts: int = ATTEMPTS
) -> c.Proof | None:
    """The goal itself, if it is built of numbers, names and functions of the reals."""
    context = frame.context(unfold)
    try:
        left, right = (as_real(frame.plain(arg, context), frame.sequent.names) for arg in goal.args)
        if not (scalar(left) and scalar(right)):
            return None
        names, facts = _facts(frame, context, left.free | right.free)
        used = {name for term in (left, right, *(fact.term for fact in facts)) for name in term.free}
        if len(used) > MOST_NAMES:
            return None
        box = frame.domain(used, context)
        slack = right if left == ZERO else Apply("-", (right, left), REAL)
        found = Search().prove(Goal(slack, goal.head == "<", box, facts), Effort(attempts))
    except (Rejected, NotNormal, NotDefined, TooLarge, CoverRejected, Exhausted):
        return None
    if found is None:
        return None
    proof = c.Proof(c.Cover(unfold, to_json(found.step), names))
    return proof if accepted(frame, goal, proof) else None


def _facts(
    frame: Frame, context: Context, wanted: frozenset[str]
) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
    """Relations among the facts that speak of names of the goal and of no more than a few others."""
    names: list[str] = []
    facts: list[Fact] = []
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Apply) and formula.head in ("<=", "<", "=")):
            continue
        if bound_of(formula) is not None or not formula.free & wanted:
            continue
        try:
            fact = frame.covering_fact(name, context)
        except (Rejected, NotNormal, TooLarge):
            continue
        numeric = all(is_numeric(frame.sequent.names.get(own, PROP)) for own in fact.term.free)
        if numeric and scalar(fact.term) and len(facts) < MOST_FACTS:
            names.append(name)
            facts.append(fact)
    return tuple(names), tuple(facts)


def _abstractions(frame: Frame, goal: Apply, unfold: Clauses) -> Iterator[list[Term]]:
    """Lists of subterms to read as variables: all opaque ones, then each quotient or power whose names
    occur nowhere else."""
    opaque = [*_opaque_parts(goal, OPAQUE | CHOICES), *_named_wholes(frame, goal, unfold)]
    if opaque:
        yield opaque
    seen: set[str] = set()
    for part in subterms(goal):
        if not (isinstance(part, Apply) and part.head in ("/", "^", "*", "sqrt") and part.free):
            continue
        if str(part) in seen:
            continue
        seen.add(str(part))
        if not part.free & _replaced(goal, {part: number(0)}).free:
            yield [part]


def _opaque_parts(goal: Term, heads: frozenset[str]) -> list[Term]:
    """The largest subterms with such heads or with one that is no function of the reals, and those that bind
    a name."""
    found: dict[str, Term] = {}
    _opaque(goal, heads, found)
    return list(found.values())


def _opaque(term: Term, heads: frozenset[str], found: dict[str, Term]) -> None:
    foreign = isinstance(term, Apply) and is_numeric(term.sort) and term.head not in SYMBOLS
    foreign = foreign and bool(term.free)
    if isinstance(term, Apply) and (term.head in heads or foreign):
        if is_numeric(term.sort):
            found.setdefault(str(term), term)
        return
    if isinstance(term, Bind):
        if is_numeric(term.sort):
            found.setdefault(str(term), term)
        return
    if isinstance(term, Apply):
        for arg in term.args:
            _opaque(arg, heads, found)


def _named_wholes(frame: Frame, formula: Term, unfold: Clauses) -> list[Term]:
    """Names that are defined as numbers which are opaque, such as sums."""
    found: dict[str, Term] = {}
    for part in subterms(formula):
        if isinstance(part, Name) and part.text in frame.sequent.definitions and is_numeric(part.sort):
            try:
                opaque = not scalar(frame.plain(part, frame.context(unfold)))
            except (Rejected, NotNormal, NotDefined, TooLarge):
                opaque = True
            if opaque:
                found.setdefault(part.text, part)
    return list(found.values())


def _replaced(term: Term, values: dict[Term, Term]) -> Term:
    """The term with these values; what may be infinite by replaced parts alone is a number."""
    if term in values:
        return values[term]
    found = rebuild(term, lambda part: _replaced(part, values))
    infinite = isinstance(found, Apply) and found.sort == EXTREAL and found.head in SYMBOLS
    if infinite and not any(arg.sort == EXTREAL for arg in found.args):  # type: ignore[attr-defined]
        return Apply(found.head, found.args, REAL)  # type: ignore[attr-defined]
    return found


def _generalised(
    frame: Frame,
    goal: Apply,
    parts: list[Term],
    unfold: Clauses,
    accepted: Accepted,
    facts: Iterable[Apply] | None = None,
    attempts: int = ATTEMPTS,
) -> c.Proof | None:
    """For all values of the parts in their ranges, under the facts about them, the goal; at the parts. The
    facts are those given or, without any, those that speak of names of the goal."""
    if len(parts) > MOST_NAMES:
        return None
    context = frame.context()
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    values: dict[Term, Term] = {}
    domains: list[Term] = []
    names: list[Name] = []
    for part in parts:
        name = Name(fresh_name("u", taken), REAL)
        taken.add(name.text)
        names.append(name)
        values[part] = name
        domains.append(_interval_of(part, context))
    whole = _replaced(goal, values)
    if not isinstance(whole, Apply):
        return None
    if facts is None:
        conditions = list(_conditions(frame, values, whole))
    else:
        replaced = [(fact, _replaced(fact, values)) for fact in facts]
        conditions = [own for fact, own in replaced if own != fact and isinstance(own, Apply)]
    inner = frame
    try:
        for name, domain in zip(names, domains, strict=True):
            inner = inner.with_name(name).with_fact(
                f"range of {name.text}", Apply("in", (name, domain), PROP)
            )
        labels = []
        for condition in conditions:
            label = fresh_name("condition", set(inner.facts))
            labels.append(label)
            inner = inner.with_fact(label, condition)
    except Rejected:
        return None
    proof = _direct(inner, whole, unfold, accepted, attempts)
    if proof is None:
        return None
    claim: Term = whole
    for label, condition in zip(reversed(labels), reversed(conditions), strict=True):
        claim = Apply("implies", (condition, claim), PROP)
        proof = c.Proof(c.Introduce(label, proof))
    for name, domain in zip(reversed(names), reversed(domains), strict=True):
        claim = Bind("forall", name, domain, claim, PROP)
        proof = c.Proof(c.Introduce(name.text, proof))
    line = c.Line(fresh_name("cover", set(frame.facts)), claim, proof.by)
    finite = (Apply("real", (part,), REAL) if part.sort == EXTREAL else part for part in parts)
    found = c.Proof(c.Specialise(line.name, tuple(finite)), (line,))
    return found if accepted(frame, goal, found) else None


def _conditions(frame: Frame, values: dict[Term, Term], goal: Term) -> Iterator[Term]:
    """Facts that are about numbers once the parts have names, and about some that the goal speaks of."""
    count = 0
    for formula in frame.facts.values():
        if not (isinstance(formula, Apply) and formula.head in ("<=", "<", "=")):
            continue
        if not all(is_numeric(side.sort) for side in formula.args):
            continue
        own = _replaced(formula, values)
        if own == formula or not isinstance(own, Apply) or not own.free & goal.free:
            continue
        if all(map(scalar, own.args)) and count < MOST_FACTS:
            count += 1
            yield own


def _interval_of(part: Term, context: Context) -> Term:
    """The interval that signs give a term: its lower end 0 and its upper end 1 where they hold."""
    infinity = Apply("infinity", (), REAL)
    low: Term = Apply("neg", (infinity,), REAL)
    high: Term = infinity
    open_low = True
    if context.holds(relation("<", number(0), part)):
        low = number(0)
    elif context.holds(relation("<=", number(0), part)):
        low, open_low = number(0), False
    open_high = True
    if context.holds(relation("<=", part, number(1))):
        high, open_high = number(1), False
    heads = {
        (True, True): "open",
        (False, True): "right_open",
        (True, False): "left_open",
        (False, False): "closed",
    }
    return Apply(heads[open_low, open_high], (low, high), SetOf(REAL))
