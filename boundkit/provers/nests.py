"""Premises that hold for all values, at the random points that nested expectations speak of, in the mean over
all the draws there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from boundkit.ir.sorts import INT, NAT, REAL, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame
from boundkit.kernel.matching import match
from boundkit.provers.chances import new_name

MOST_LINES = 24
"""Instances in the mean that one goal may have."""
MOST_VALUES = 200
"""Choices of values that are looked at for one premise and one nest of draws."""
DEEPEST = 3
"""Draws that are averaged over, one inside the other."""

Accepted = Callable[[Frame, Term, c.Proof], bool]


@dataclass
class Nest:
    """Expectations inside each other with these laws: the draws by name, and the terms known there."""

    draws: tuple[tuple[Name, Term], ...] = ()
    terms: dict[str, Term] = field(default_factory=dict)
    inner: dict[str, Nest] = field(default_factory=dict)

    def all(self) -> Iterator[Nest]:
        """The nest and those inside it, with the terms of the outer ones."""
        yield self
        for nest in self.inner.values():
            nest.terms = {**self.terms, **nest.terms}
            yield from nest.all()


def nested_means(frame: Frame, goal: Term, taken: set[str], accepted: Accepted) -> list[c.Line]:
    """The premises for all values at the points of the expectations in goal and facts, in the mean; names of
    lines are apart from the `taken` ones."""
    root = Nest()
    used: set[str] = set()
    for formula in (goal, *_at_indices(frame)):
        _gather(frame, formula, root, used)
    found: list[c.Line] = []
    seen: set[str] = set()
    for nest in list(root.all()):
        if not nest.draws:
            continue
        for name, formula in frame.facts.items():
            for values, claim in _instances(formula, nest):
                if len(found) >= MOST_LINES:
                    return found
                line = _averaged(nest, name, values, claim)
                if line is None or canonical(line.claim) in seen:
                    continue
                seen.add(canonical(line.claim))
                label = fresh_name(f"mean of {name}", taken | {own.name for own in found})
                if accepted(frame, line.claim, c.Proof(line.by)):
                    found.append(c.Line(label, line.claim, line.by))
    return found


def _at_indices(frame: Frame) -> Iterator[Term]:
    """The facts, those for all indices of a range at the fixed names that range over it."""
    ranges: dict[str, list[Name]] = {}
    for formula in frame.facts.values():
        if isinstance(formula, Apply) and formula.head == "in" and isinstance(formula.args[0], Name):
            ranges.setdefault(canonical(formula.args[1]), []).append(formula.args[0])
    for formula in frame.facts.values():
        core = formula
        while isinstance(core, Bind) and core.head == "forall" and core.variable.sort in (NAT, INT):
            places = ranges.get(canonical(core.domain))
            if not places:
                break
            core = substitute(core.body, {core.variable.text: places[0]})
        if not (isinstance(core, Bind) and core.head == "forall"):
            yield core


def _gather(frame: Frame, term: Term, nest: Nest, used: set[str]) -> None:
    """Enters the expectations of a term into the nest, and the terms that stand directly in it."""
    if isinstance(term, Bind):
        known = set(frame.sequent.names) | set(frame.sequent.definitions) | {n.text for n, _ in nest.draws}
        if term.free <= known:
            nest.terms.setdefault(canonical(term), term)
        if term.head != "expectation" or not term.domain.free <= known or len(nest.draws) >= DEEPEST:
            for part in subterms(term.body):
                if part.free <= known and isinstance(part, Apply):
                    nest.terms.setdefault(canonical(part), part)
            return
        key = canonical(term.domain)
        inside = nest.inner.get(key)
        if inside is None:
            text = new_name(frame, term.variable.text)
            while text in used:
                text += "'"
            used.add(text)
            outcome = Name(text, term.variable.sort)
            inside = Nest((*nest.draws, (outcome, term.domain)), {outcome.text: outcome})
            nest.inner[key] = inside
        _gather(frame, substitute(term.body, {term.variable.text: inside.draws[-1][0]}), inside, used)
        return
    if isinstance(term, Apply):
        if term.head not in ("+", "-", "*", "/", "neg", "<=", "<", "=", "and"):
            nest.terms.setdefault(canonical(term), term)
        for arg in term.args:
            _gather(frame, arg, nest, used)


def _instances(formula: Term, nest: Nest) -> Iterator[tuple[tuple[Term, ...], Apply]]:
    """A universal premise at the terms of a nest, with values found by matching what it speaks of."""
    variables: list[Name] = []
    core = formula
    while True:
        if isinstance(core, Bind) and core.head == "forall":
            variables.append(core.variable)
            core = core.body
        elif isinstance(core, Apply) and core.head == "implies" and variables:
            core = core.args[1]
        else:
            break
    if not any(v.sort not in (NAT, INT, REAL) for v in variables):
        return
    if not (
        isinstance(core, Apply) and core.head in ("<=", "=") and all(is_numeric(a.sort) for a in core.args)
    ):
        return
    names = [variable.text for variable in variables]
    patterns = list(_atoms(core, frozenset(names)))
    terms = list(nest.terms.values())
    own = {name.text for name, _ in nest.draws}
    last = nest.draws[-1][0].text
    partial: list[dict[str, Term]] = [{}]
    for pattern in patterns:
        grown: dict[str, dict[str, Term]] = {}
        for values in partial:
            for term in terms:
                merged = match(pattern, term, names, values)
                if merged is not None:
                    grown.setdefault(_key(merged), merged)
            if set(values) >= pattern.free & set(names):
                grown.setdefault(_key(values), values)
        partial = list(grown.values())[:MOST_VALUES]
    for values in partial:
        if set(values) != set(names) or not any(own & value.free for value in values.values()):
            continue
        claim = substitute(core, values)
        if last in claim.free:
            assert isinstance(claim, Apply)
            yield tuple(values[name] for name in names), claim


def _key(values: dict[str, Term]) -> str:
    return ";".join(f"{name}={canonical(values[name])}" for name in sorted(values))


def _atoms(term: Term, names: frozenset[str]) -> Iterator[Term]:
    """What a relation speaks of beneath its arithmetic, as far as it mentions the names."""
    if not term.free & names:
        return
    if isinstance(term, Apply) and term.head in ("+", "-", "*", "/", "neg", "abs", "<=", "="):
        for arg in term.args:
            yield from _atoms(arg, names)
    else:
        yield term


def _averaged(nest: Nest, fact: str, values: tuple[Term, ...], claim: Apply) -> c.Line | None:
    """The instance in the mean over the draws of the nest, the last one innermost."""
    certificate: c.Certificate = c.Specialise(fact, values)
    for outcome, law in reversed(nest.draws):
        if outcome.text not in claim.free:
            return None
        left, right = (
            Bind("expectation", outcome, law, side, REAL) if outcome.text in side.free else side
            for side in claim.args
        )
        claim = relation(claim.head, left, right)
        certificate = c.Mean(outcome.text, c.Proof(certificate))
    return c.Line("", claim, certificate)
