"""Hypotheses that cannot hold together: `1 <= 0` from them and from the ranges, by a certificate that the
judge accepts. Nothing else is ever called contradictory: a hypothesis that no sample satisfies may be true
elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, PROP, REAL, Distribution, Matrix, SetOf, is_numeric
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    number,
    rebuild,
    relation,
    substitute,
    subterms,
)
from boundkit.ir.theorems import Definition, Reason
from boundkit.kernel import certificates as c
from boundkit.kernel.chance import ABSURD
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.divergences import DIVERGENCES
from boundkit.kernel.facts import negation
from boundkit.kernel.judge import Frame, Rejected, Undefined, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.library import Library
from boundkit.provers.chances import at_named_points, price_of
from boundkit.provers.search import Budget, Hints, accepted, opposed, prove
from boundkit.task import Task

REFUSED = (Rejected, NotNormal, NotDefined, TooLarge, RecursionError)
WORK = 20_000
"""Normal forms and signs that the search may ask for."""
MOST_WORK = 1_000
"""The same for one line."""
DEEPEST = 12
"""Definitions in definitions that are written out."""
MOST_LAWS = 6
"""Laws at an outcome of which what holds almost surely is looked at."""
MOST_MEANS = 8
"""Expectations and probabilities that are compared with the ends of ranges."""
MOST_MEMBERS = 3
"""Values at which a universal fact is taken."""
MOST_ENDS = 6
"""Ends of ranges that they are compared with."""


def contradiction(ledger: Ledger, library: Library) -> str:
    """Why the hypotheses cannot all hold, by a proof that the judge accepted; "" when none was found."""
    assumed = [h.label for h in ledger.theorem.hypotheses if h.origin == "assume"]
    return _by_law(ledger, library, assumed) or _by_search(ledger, library, assumed)


def _by_law(ledger: Ledger, library: Library, assumed: list[str]) -> str:
    """By a lemma of the library whose premises cannot all hold."""
    sequent = ledger.sequent(ABSURD, assumed)
    frame = Frame(sequent)
    for law in library.conflicts():
        task = Task("hypotheses", frame, ABSURD, Reason(law.name), library)
        try:
            for line in task.law_lines(law, _directions(law), []):
                proof = c.Proof(c.Given(line.name), (line,))
                judged = judge(sequent, proof)
                named = " and ".join(
                    f"`{label}`" for label in _labels(ledger, judged.used) if label in assumed
                )
                return f"{named} contradict each other ({law.reference or law.name})"
        except REFUSED:
            continue
    return ""


def _directions(law: Law) -> dict[str, Term]:
    """A unit vector for the hole `e` of a law that speaks of a direction."""
    given: dict[str, Term] = {}
    for hole in law.holes:
        if isinstance(hole.sort, Matrix) and hole.text == "e":
            given["e"] = Apply("basis", (hole.sort.rows, number(1)), hole.sort)
    return given


def _by_search(ledger: Ledger, library: Library, assumed: list[str]) -> str:
    """By the searchers: the facts as they are, then with what they say in the mean, at an outcome, and of the
    events and means that they speak of."""
    frame = Frame(ledger.sequent(ABSURD, assumed), work=[WORK])
    lines: tuple[c.Line, ...] = ()
    about_laws = any(map(_speaks_of_laws, frame.facts.values()))
    about_laws = about_laws or any(isinstance(sort, Distribution) for sort in frame.sequent.names.values())
    for source in SOURCES if about_laws else SOURCES[:3]:
        try:
            more = tuple(source(_with(frame, lines), library))
            if source is not _nothing and not more:
                continue
            lines = (*lines, *more)
            by = _absurd(_with(frame, lines))
        except REFUSED:
            continue
        named = _needed(ledger, assumed, lines, by) if by is not None else []
        if named:
            together = " together" if len(named) > 1 else ""
            return f"{', '.join(f'`{label}`' for label in named)} cannot hold{together}"
    return ""


def _needed(ledger: Ledger, assumed: list[str], lines: tuple[c.Line, ...], by: c.Proof) -> list[str]:
    """The hypotheses that a proof of `1 <= 0` rests on, by the judge: lines and hypotheses that it does not
    need are left out."""
    whole = (*lines, *by.lines)
    for line in reversed(lines):
        fewer = tuple(own for own in whole if own is not line)
        if _judged(ledger, assumed, c.Proof(by.by, fewer)) is not None:
            whole = fewer
    proof = c.Proof(by.by, whole)
    labels = list(assumed)
    for label in assumed:
        fewer_labels = [own for own in labels if own != label]
        if _judged(ledger, fewer_labels, proof) is not None:
            labels = fewer_labels
    used = _judged(ledger, labels, proof)
    return [] if used is None else _labels(ledger, used)


def _judged(ledger: Ledger, assumed: list[str], proof: c.Proof) -> frozenset[str] | None:
    """What a proof of `1 <= 0` from these hypotheses uses; None when the judge turns it down."""
    try:
        return judge(ledger.sequent(ABSURD, assumed), proof).used
    except (*REFUSED, Undefined):
        return None


def _labels(ledger: Ledger, used: frozenset[str]) -> list[str]:
    """The hypotheses among the names of facts, as they stand in the theorem."""
    named = {name.partition("#")[0] for name in used}
    return [h.label for h in ledger.theorem.hypotheses if h.label in named]


def _with(frame: Frame, lines: tuple[c.Line, ...]) -> Frame:
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    return frame


def _single(proof: c.Proof) -> c.Certificate:
    return proof.by if not proof.lines else c.Nested(proof)


def _absurd(frame: Frame) -> c.Proof | None:
    """`1 <= 0` from the facts of the frame."""
    for combination in opposed(frame):
        if accepted(frame, ABSURD, c.Proof(combination)):
            return c.Proof(combination)
    return prove(frame, ABSURD, Hints((), False, "", 1, Budget(3)))


def _line(frame: Frame, claim: Term, base: str, proof: c.Proof | None) -> Iterator[c.Line]:
    if proof is not None and accepted(frame, claim, proof):
        yield c.Line(fresh_name(base, set(frame.facts)), claim, _single(proof))


def _shown(frame: Frame, claim: Term, base: str) -> Iterator[c.Line]:
    """The claim as a line, where the search shows it."""
    own = Frame(frame.sequent, work=[MOST_WORK])
    try:
        proof = prove(own, claim, Hints((), False, "", 0, Budget(1)))
    except REFUSED:
        return
    yield from _line(frame, claim, base, proof)


def _means(frame: Frame, library: Library) -> Iterator[c.Line]:
    """What facts and ranges say in the mean over the laws that the theorem speaks of."""
    spoken: Term = ABSURD
    for name, sort in frame.sequent.names.items():
        if isinstance(sort, Distribution):
            outcome = Name(fresh_name("x", set(frame.taken) | set(frame.sequent.names)), sort.element)
            mean = Bind("expectation", outcome, Name(name, sort), ZERO, REAL)
            spoken = Apply("and", (spoken, relation("<=", ZERO, mean)), PROP)
    task = Task("hypotheses", frame, spoken, Reason("monotone"), library)
    lines = task.premises_in_the_mean()
    yield from lines
    yield from task.at(_with(frame, lines)).ranges_in_the_mean(())


def _nothing(frame: Frame, library: Library) -> Iterator[c.Line]:
    yield from ()


def _written_out(frame: Frame, library: Library) -> Iterator[c.Line]:
    """The facts with definitions written out."""
    context = frame.context()
    for name, formula in frame.facts.items():
        if formula.free & set(frame.sequent.definitions):
            claim = _applied(written_out(formula, context), frame.sequent.definitions)
            claim = written_out(claim, context)
            yield from _line(frame, claim, f"{name} written out", c.Proof(c.Given(name)))


def _applied(term: Term, definitions: Mapping[str, Definition], depth: int = DEEPEST) -> Term:
    """The term with defined functions of one clause applied, those in what they stand for as well."""
    whole = rebuild(term, lambda part: _applied(part, definitions, depth))
    if not (depth and isinstance(whole, Apply) and whole.head in ("call", "index")):
        return whole
    function, *places = whole.args
    definition = definitions.get(function.text) if isinstance(function, Name) else None
    if definition is None or definition.recursive or len(definition.clauses) > 1:
        return whole
    clause = definition.clauses[0]
    values = {p.text: place for p, place in zip(clause.parameters, places, strict=False)}
    return _applied(substitute(clause.body, values), definitions, depth - 1)


def _members(frame: Frame, library: Library) -> Iterator[c.Line]:
    """What holds for all values of a variable, at one: a name of its type, an element of a finite set, the
    first place of a range, 0 and 1."""
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Bind) and formula.head == "forall"):
            continue
        own, domain = formula.variable, formula.domain
        values: list[Term] = [
            Name(text, sort) for text, sort in frame.sequent.names.items() if sort == own.sort
        ]
        if is_numeric(own.sort):
            first = domain.args[:1] if isinstance(domain, Apply) and domain.head == "range" else ()
            values = [*first, ZERO, ONE, *values]
        elif isinstance(domain.sort, SetOf) and domain.sort.finite:
            values.append(Bind("argmin", own, domain, ZERO, own.sort))
        for value in {canonical(value): value for value in values[:MOST_MEMBERS]}.values():
            claim = substitute(formula.body, {own.text: value})
            yield from _line(frame, claim, f"{name} at {value}", c.Proof(c.Specialise(name, (value,))))


def _contraries(frame: Frame, library: Library) -> Iterator[c.Line]:
    """The contrary of a relation about laws among the facts, where it holds whatever they say."""
    for name, formula in list(frame.facts.items()):
        if not (isinstance(formula, Apply) and formula.head in ("<=", "<")):
            continue
        if is_numeric(formula.args[0].sort) and _speaks_of_laws(formula):
            yield from _shown(frame, negation(formula), f"contrary of {name}")


def _outcomes(frame: Frame, library: Library) -> Iterator[c.Line]:
    """`E[1] <= E[0]` over a law at an outcome of which what holds almost surely is absurd."""
    found: dict[str, tuple[Name, Term]] = {}
    for formula in frame.facts.values():
        if isinstance(formula, Bind) and formula.head == "surely":
            found.setdefault(canonical(formula.domain), (formula.variable, formula.domain))
    for variable, law in list(found.values())[:MOST_LAWS]:
        used = set(frame.taken) | set(frame.sequent.names) | set(frame.sequent.definitions)
        outcome = Name(fresh_name(variable.text, used), variable.sort)
        inner = frame.at_outcome(outcome, law)
        stated = Apply("and", tuple(f for n, f in inner.facts.items() if n not in frame.facts), PROP)
        lines = at_named_points(inner, stated)
        by = _absurd(_with(inner, lines))
        if by is not None:
            one, nothing = (Bind("expectation", outcome, law, side, REAL) for side in (ONE, ZERO))
            proof = c.Proof(c.Mean(outcome.text, c.Proof(by.by, (*lines, *by.lines))))
            yield from _line(frame, relation("<=", one, nothing), f"outcome of {law}", proof)


def _speaks_of_laws(formula: Term) -> bool:
    return any(
        isinstance(term, Apply | Bind) and term.head in ("expectation", "probability", "surely", *DIVERGENCES)
        for term in subterms(formula)
    )


def _chances(frame: Frame) -> list[Term]:
    """The expectations, probabilities and divergences that the facts speak of, closed."""
    known = set(frame.sequent.names) | set(frame.sequent.definitions)
    found: dict[str, Term] = {}
    for formula in frame.facts.values():
        for term in subterms(formula):
            averaged = isinstance(term, Bind) and term.head in ("expectation", "probability")
            if (averaged or isinstance(term, Apply) and term.head == "TV") and term.free <= known:
                found.setdefault(canonical(term), term)
    return list(found.values())[:MOST_MEANS]


def _bounds(frame: Frame, library: Library) -> Iterator[c.Line]:
    """Bounds of probabilities, distances and means by the ends of ranges, and of the squares of means."""
    for term in _chances(frame):
        if isinstance(term, Apply):
            bound = relation("<=", term, ONE)
            yield from _line(frame, bound, f"{term} at most 1", c.Proof(c.Meaning("", term)))
        elif isinstance(term, Bind) and term.head == "probability":
            # As the mean of the indicator, since facts that exceed 1 hide the bound from the signs.
            indicator = Apply("if", (term.body, ONE, ZERO), NAT)
            mean = Bind("expectation", term.variable, term.domain, indicator, REAL)
            same = relation("=", term, mean)
            yield from _line(frame, same, f"{term} as a mean", c.Proof(c.Meaning("", term)))
            yield from _shown(frame, relation("<=", mean, ONE), f"{term} at most 1")
        elif isinstance(term, Bind):
            for end in _ends(frame):
                yield from _shown(frame, relation("<=", term, end), f"{term} at most {end}")
                yield from _shown(frame, relation("<=", end, term), f"{term} at least {end}")
            yield from _shown(frame, _square_of_mean(term), f"square of {term}")


def _square_of_mean(mean: Bind) -> Term:
    """`E[2*m*X - m^2] <= E[X^2]` for m = E[X]."""
    twice = Apply("*", (number(2), mean, mean.body), REAL)
    gap = Apply("-", (twice, Apply("^", (mean, number(2)), REAL)), REAL)
    square = Apply("^", (mean.body, number(2)), REAL)
    low, high = (Bind("expectation", mean.variable, mean.domain, body, REAL) for body in (gap, square))
    return relation("<=", low, high)


def _ends(frame: Frame) -> list[Term]:
    """0 and 1, and the ends of the intervals among the facts."""
    ends: dict[str, Term] = {canonical(end): end for end in (ZERO, ONE)}
    for formula in frame.facts.values():
        for term in subterms(formula):
            if isinstance(term, Apply) and term.head in ("closed", "open", "left_open", "right_open"):
                plain = (end for end in term.args if isinstance(end, Number | Name))
                ends.update((canonical(end), end) for end in plain if end.free <= set(frame.sequent.names))
    return list(ends.values())[:MOST_ENDS]


def _prices(frame: Frame, library: Library) -> Iterator[c.Line]:
    """For `c <= Pr[A]` a bound of `Pr[A]` by what the other facts say of the events that A excludes."""
    for name, formula in list(frame.facts.items()):
        chance = formula.args[1] if isinstance(formula, Apply) and formula.head in ("<=", "<") else None
        if not (isinstance(chance, Bind) and chance.head == "probability"):
            continue
        apart = _without(frame, name)
        price = price_of(apart, relation("<=", chance, ZERO), _search)
        if price is not None:
            bound = relation("<=", chance, price)
            proof = prove(apart, bound, Hints((), False, "", 1, Budget(6)))
            yield from _line(frame, bound, f"price of {name}", proof)


def _without(frame: Frame, name: str) -> Frame:
    facts = {label: formula for label, formula in frame.facts.items() if label != name}
    return Frame(replace(frame.sequent, facts=facts), work=frame.work)


def _search(frame: Frame, wanted: Term) -> c.Proof | None:
    return prove(frame, wanted, Hints((), False, "", 1, Budget(6)))


SOURCES = (_nothing, _members, _written_out, _means, _means, _contraries, _outcomes, _prices, _bounds)
"""What is added to the facts, in order, until they are absurd; what is in the mean is taken twice, since the
means of hypotheses name the means that ranges bound."""

__all__ = ["contradiction"]
