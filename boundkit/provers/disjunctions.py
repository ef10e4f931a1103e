"""Disjunctions that hold for all places, such as `i = j or X[i] = Y[i]`: at the places that a goal speaks of,
and under a sum of which they leave one term."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from itertools import product as combinations

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Sequence, SetOf, is_numeric
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge

MOST_PLACES = 6
"""Instances of one disjunction that are tried."""

Show = Callable[[Frame, Term], c.Proof | None]
"""A search for a proof of a goal in a frame."""


def opened(formula: Term) -> tuple[tuple[Bind, ...], Term]:
    """The leading universal binders of a formula, and what stands under them."""
    binders: list[Bind] = []
    while isinstance(formula, Bind) and formula.head == "forall":
        binders.append(formula)
        formula = formula.body
    return tuple(binders), formula


def disjunctions(frame: Frame) -> Iterator[str]:
    """The facts that are disjunctions for all integers of some ranges."""
    for name, formula in frame.facts.items():
        binders, core = opened(formula)
        whole = all(binder.variable.sort in (NAT, INT) for binder in binders)
        if binders and whole and isinstance(core, Apply) and core.head == "or":
            yield name


def instances(frame: Frame, goal: Term) -> Iterator[c.Line]:
    """Every such fact at the integers that the goal takes functions and sequences at."""
    for name in disjunctions(frame):
        binders, _ = opened(frame.facts[name])
        options = [places(frame, goal)] * len(binders)
        for values in islice(combinations(*options), MOST_PLACES):
            try:
                claim = frame.instantiate(frame.facts[name], values)
            except (Rejected, NotNormal, NotDefined, TooLarge):
                continue
            label = fresh_name(f"{name} here", set(frame.facts))
            yield c.Line(label, claim, c.Specialise(name, values))


def places(frame: Frame, goal: Term) -> list[Term]:
    """Integers at which the goal takes functions and sequences, then what follows on an induction's
    variable, then the integers in scope."""
    fixed = set(frame.sequent.names) | set(frame.sequent.definitions)
    found: dict[str, Term] = {}
    for part in subterms(goal):
        if isinstance(part, Apply) and part.head in ("index", "call"):
            for arg in part.args[1:]:
                if arg.sort in (NAT, INT) and arg.free <= fixed:
                    found.setdefault(canonical(arg), arg)
    for text, sort in frame.sequent.names.items():
        if sort in (NAT, INT) and f"start of {text}" in frame.facts:
            following = Apply("+", (Name(text, sort), ONE), sort)
            found.setdefault(canonical(following), following)
    for text, sort in frame.sequent.names.items():
        if sort in (NAT, INT):
            found.setdefault(canonical(Name(text, sort)), Name(text, sort))
    return list(found.values())


def excluded(frame: Frame, name: str) -> c.Proof | None:
    """A refutation of the fact `name`, an equation of numbers that signs show to be apart; it proves any
    relation."""
    fact = frame.facts[name]
    if not (isinstance(fact, Apply) and fact.head == "=" and all(is_numeric(arg.sort) for arg in fact.args)):
        return None
    left, right = fact.args
    for more, less, sign in ((left, right, 1), (right, left, -1)):
        try:
            if not frame.context().holds(relation("<", less, more)):
                continue
        except (NotNormal, TooLarge):
            return None
        gap = c.Factor("sign", term=Apply("-", (more, less), INT if left.sort in (NAT, INT) else REAL))
        same = c.Factor("equal", name, (), number(sign))
        return c.Proof(c.Combination((c.Summand(Fraction(1), (gap,)), c.Summand(Fraction(1), (same,)))))
    return None


def parts_of(frame: Frame, name: str) -> tuple[c.Line, ...]:
    """The parts of a fact that is a conjunction, as lines; a combination speaks of the first alone."""
    binders, core = opened(frame.facts[name])
    if not (isinstance(core, Apply) and core.head == "and"):
        return ()
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    values: dict[str, Term] = {}
    fresh: list[tuple[Name, Term]] = []
    for binder in binders:
        own = Name(fresh_name(binder.variable.text, taken), binder.variable.sort)
        taken.add(own.text)
        fresh.append((own, substitute(binder.domain, values)))
        values[binder.variable.text] = own
    lines = []
    for place, part in enumerate(core.args, 1):
        claim = substitute(part, values)
        whole = tuple(own for own, _ in fresh)
        certificate: c.Certificate = c.Specialise(name, whole) if whole else c.Given(name)
        for own, domain in reversed(fresh):
            claim = Bind("forall", own, domain, claim, PROP)
            certificate = c.Introduce(own.text, c.Proof(certificate))
        lines.append(c.Line(fresh_name(f"{name} part {place}", set(frame.facts)), claim, certificate))
    return tuple(lines)


def sums_of_one(frame: Frame, goal: Apply, show: Show) -> Iterator[c.Line]:
    """Bounds of a sum of which a disjunction `i = j or …` leaves one term, by the law `one_term`; `show` is
    asked for what its premise says of each term."""
    whole = goal.args[0] if goal.head == "<=" else goal
    if not is_sum(whole):
        return
    assert isinstance(whole, Bind) and isinstance(whole.domain, Apply)
    for name in disjunctions(frame):
        chosen = _chosen(frame.facts[name])
        law = frame.sequent.laws.get("one_term") if chosen is not None else None
        if chosen is None or law is None:
            continue
        values: dict[str, Term] = {
            "n": whole.domain.args[1],
            "j": chosen,
            "b": goal.args[1],
            "f": Bind("function", whole.variable, _naturals(), whole.body, Sequence(REAL)),
        }
        premise = substitute(dict(law.premises)["off"], values)
        substitution = tuple((hole.text, values[hole.text]) for hole in law.holes)
        try:
            proof = _each(frame, name, chosen, premise, show)
            if proof is None:
                continue
            line = c.Line(fresh_name("each term", set(frame.facts)), premise, proof.by)
            frame.check(line.claim, proof)
            inner = frame.with_fact(line.name, line.claim)
            claim = substitute(law.conclusion, values)
            label = fresh_name("one term", set(inner.facts))
            found = c.Line(label, claim, c.Instance(law.name, substitution))
            inner.check(found.claim, c.Proof(found.by))
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            continue
        yield line
        yield found
        return


def _naturals() -> Term:
    return Apply("everything", (), SetOf(NAT))


def is_sum(term: Term) -> bool:
    """Whether a term is a sum over 1..n."""
    if not (isinstance(term, Bind) and term.head == "sum" and term.variable.sort == NAT):
        return False
    return isinstance(term.domain, Apply) and term.domain.head == "range" and term.domain.args[0] == ONE


def _chosen(formula: Term) -> Term | None:
    """The place j of a disjunction over i with a part `i = j`."""
    binders, core = opened(formula)
    if len(binders) != 1 or not isinstance(core, Apply):
        return None
    own = binders[0].variable
    for part in core.args:
        if isinstance(part, Apply) and part.head == "=" and own in part.args:
            other = part.args[1] if part.args[0] == own else part.args[0]
            if own.text not in other.free:
                return other
    return None


def _each(frame: Frame, name: str, chosen: Term, premise: Term, show: Show) -> c.Proof | None:
    """A proof that every term is not positive, or the chosen one and bounded."""
    if not isinstance(premise, Bind):
        return None
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    place = Name(fresh_name(premise.variable.text, taken), NAT)
    wanted = substitute(premise.body, {premise.variable.text: place})
    assert isinstance(wanted, Apply)
    inner = frame.with_name(place).with_fact(
        f"range of {place.text}", Apply("in", (place, premise.domain), PROP)
    )
    here = fresh_name(f"{name} here", set(inner.facts))
    claim = inner.instantiate(frame.facts[name], (place,))
    assert isinstance(claim, Apply)
    line = c.Line(here, claim, c.Specialise(name, (place,)))
    inner = inner.with_fact(here, claim)
    case = fresh_name("case", set(inner.facts))
    proofs = []
    for part in claim.args:
        is_chosen = isinstance(part, Apply) and part.head == "=" and {*part.args} == {place, chosen}
        own = show(inner.with_fact(case, part), wanted.args[int(is_chosen)])
        if own is None:
            return None
        proofs.append(c.Proof(c.Either(int(is_chosen), own)))
    cases = c.Proof(c.Cases(here, None, case, tuple(proofs)), (line,))
    return c.Proof(c.Introduce(place.text, cases))
