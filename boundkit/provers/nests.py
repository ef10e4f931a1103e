"""Premises that hold for all values, at the random points that nested expectations speak of, in the mean over
all the draws there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, Power, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.facts import domain_facts_of, elementary
from boundkit.kernel.judge import Frame
from boundkit.kernel.matching import match
from boundkit.provers.chances import new_name

MOST_LINES = 18
"""Instances in the mean that one premise may have."""
MOST_VALUES = 200
"""Choices of values that are looked at for one premise and one nest of draws."""
DEEPEST = 3
"""Draws that are averaged over, one inside the other."""

Accepted = Callable[[Frame, Term, c.Proof], bool]


@dataclass
class Nest:
    """Expectations, and sums, inside each other with these laws and ranges: draws and indices by name, and
    the terms known there."""

    draws: tuple[tuple[Name, Term], ...] = ()
    terms: dict[str, Term] = field(default_factory=dict)
    inner: dict[str, Nest] = field(default_factory=dict)

    def all(self) -> Iterator[Nest]:
        """The nest and those inside it, with the terms of the outer ones."""
        yield self
        for nest in self.inner.values():
            nest.terms = {**self.terms, **nest.terms}
            yield from nest.all()


def nested_means(
    frame: Frame, goal: Term, taken: set[str], accepted: Accepted, ranges: bool = False
) -> list[c.Line]:
    """The premises for all values at the points of the expectations in goal and facts, in the mean: those
    that say what `ranges` values have, or the others. Names of lines are apart from the `taken` ones."""
    root = Nest()
    used: set[str] = set()
    for formula in (goal, *_at_indices(frame)):
        _gather(frame, formula, root, used)
    found: list[c.Line] = []
    seen: set[str] = set()
    many: dict[str, int] = {}
    for (name, formula), nest in product(_premises(frame, ranges), list(root.all())):
        if nest.draws:
            for values, claim in _instances(formula, nest):
                if many.get(name, 0) >= MOST_LINES:
                    break
                for relation_, proof in _one_sided(claim, c.Specialise(name, values)):
                    line = _averaged(nest, relation_, proof)
                    if line is None or canonical(line.claim) in seen:
                        continue
                    seen.add(canonical(line.claim))
                    label = fresh_name(f"mean of {name}", taken | {own.name for own in found})
                    if accepted(frame, line.claim, c.Proof(line.by)):
                        found.append(c.Line(label, line.claim, line.by))
                        many[name] = many.get(name, 0) + 1
    return found


def _premises(frame: Frame, ranges: bool) -> list[tuple[str, Term]]:
    def is_range(formula: Term) -> bool:
        while isinstance(formula, Bind) and formula.head == "forall":
            formula = formula.body
        return isinstance(formula, Apply) and formula.head == "in"

    return [(name, formula) for name, formula in frame.facts.items() if is_range(formula) == ranges]


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
        indexed = term.head == "sum" and isinstance(term.domain, Apply) and term.domain.head == "range"
        opened = term.head == "expectation" or indexed
        if not opened or not term.domain.free <= known or len(nest.draws) >= DEEPEST:
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
    if isinstance(term, Name) and isinstance(term.sort, Power):
        nest.terms.setdefault(term.text, term)
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
    if not (isinstance(core, Apply) and core.head in ("<=", "=", "in") and is_numeric(core.args[0].sort)):
        return
    if not any(True for _ in elementary(core)):
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
            if values:
                grown.setdefault(_key(values), values)
        partial = list(grown.values())[:MOST_VALUES]
    partial = [whole for values in partial for whole in _completed(values, variables, terms)][:MOST_VALUES]
    for values in partial:
        if set(values) != set(names) or not any(own & value.free for value in values.values()):
            continue
        claim = substitute(core, values)
        if last in claim.free or not isinstance(nest.draws[-1][1].sort, Distribution):
            assert isinstance(claim, Apply)
            yield tuple(values[name] for name in names), claim


def _completed(
    values: dict[str, Term], variables: list[Name], terms: list[Term]
) -> Iterator[dict[str, Term]]:
    """The values with those that are missing taken from the terms of their sort; no two samples are taken to
    be the same."""
    open_ = [variable for variable in variables if variable.text not in values]
    options = [[t for t in terms if t.sort == v.sort and isinstance(t, Name | Apply)] for v in open_]
    for chosen in product(*options):
        whole = {**values, **{v.text: t for v, t in zip(open_, chosen, strict=True)}}
        samples = [canonical(whole[v.text]) for v in variables if isinstance(v.sort, Power)]
        if len(set(samples)) == len(samples):
            yield whole


def _key(values: dict[str, Term]) -> str:
    return ";".join(f"{name}={canonical(values[name])}" for name in sorted(values))


def _atoms(term: Term, names: frozenset[str]) -> Iterator[Term]:
    """What a relation speaks of beneath its arithmetic, as far as it mentions the names."""
    if not term.free & names:
        return
    if isinstance(term, Apply) and term.head in ("+", "-", "*", "/", "neg", "abs", "<=", "=", "in"):
        for arg in term.args:
            yield from _atoms(arg, names)
    else:
        yield term


def _one_sided(claim: Apply, by: c.Certificate) -> Iterator[tuple[Apply, c.Proof]]:
    """The relation, and for a bound of an absolute value those of the number and of its negative, since only
    these are linear."""
    if claim.head == "in":
        line = c.Line("the instance", claim, by)
        for part in domain_facts_of(*claim.args):
            assert isinstance(part, Apply)
            yield part, c.Proof(c.Signs(), (line,))
        return
    yield claim, c.Proof(by)
    size, most = claim.args
    if claim.head != "<=" or not (isinstance(size, Apply) and size.head == "abs"):
        return
    line = c.Line("the instance", claim, by)
    for member in (size.args[0], Apply("neg", (size.args[0],), REAL)):
        gap = c.Factor("extremum", term=size, values=(member,))
        parts = ((c.Factor("goal"),), (c.Factor("fact", "the instance"),), (gap,))
        summands = tuple(c.Summand(Fraction(1), factors) for factors in parts)
        yield relation("<=", member, most), c.Proof(c.Combination(summands), (line,))


def _averaged(nest: Nest, claim: Apply, proof: c.Proof) -> c.Line | None:
    """The relation in the mean over the draws of the nest, the last one innermost, for all its indices."""
    mean: Term = claim
    for outcome, law in reversed(nest.draws):
        if not isinstance(law.sort, Distribution):
            continue
        if outcome.text not in mean.free:
            return None
        left, right = (
            Bind("expectation", outcome, law, side, REAL) if outcome.text in side.free else side
            for side in mean.args  # type: ignore[attr-defined]
        )
        mean = relation(claim.head, left, right)
        proof = c.Proof(c.Mean(outcome.text, proof))
    if mean is claim:
        return None
    for index, domain in reversed(nest.draws):
        if not isinstance(domain.sort, Distribution):
            mean = Bind("forall", index, domain, mean, PROP)
            proof = c.Proof(c.Introduce(index.text, proof))
    return c.Line("", mean, proof.by if not proof.lines else c.Nested(proof))
