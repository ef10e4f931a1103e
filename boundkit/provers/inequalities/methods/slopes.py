"""Several variables under functions: in one of them, from the place where the sides touch or the slope turns,
the slope is a product of factors of known signs, or has a slope that is, until the functions are gone. So
relative entropies and logarithms of moment generating functions are bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, number, rebuild, substitute, subterms
from boundkit.kernel.derivative import (
    NotDifferentiable,
    derivative,
    minus,
    negative,
    over,
    plus,
    power,
    times,
)
from boundkit.kernel.enclosures import facts_towards, size_of
from boundkit.kernel.quotients import Algebra, Monomial, Polynomial, Quotient, TooLarge
from boundkit.kernel.steps import Cases, Enclosed, Fact, Known, Lemma, Lowered, Product, Step
from boundkit.provers.factors import expanded, factorise
from boundkit.provers.inequalities.bottoms import Place, places, vanishes
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.definedness import undecided
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.transcendental import has_functions

COST = 9
HIGHEST_ORDER = 3
LARGEST_SLACK = 150
LARGEST_BOTTOM = 40
LARGEST_CORE = 400
LARGEST_LEFT = 25
"""The size up to which a factor with functions of the variable is left to other methods."""
MOST_PLACES = 4
MOST_LEMMAS = 4
MOST_LOWERED = 10
NOTHING = Product((ZERO,), (Enclosed(),))
"""That a term that is 0 is not negative."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable and one place in it."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) < 2 or size_of(goal.slack) > LARGEST_SLACK or not has_functions(goal.slack):
        return GivenUp("")
    found = places(goal, active)[:MOST_PLACES]
    originals = _originals(goal) if found else {}
    for place in found:
        effort.spend()
        step = _Search(place, originals, prove, effort).around(goal)
        if step is not None and accepted(goal, step):
            lines = (f"least at {place.name} = {place.bottom}, by the slopes in {place.name}",)
            return Found(step, lines)
    return GivenUp("")


def _originals(goal: Goal) -> dict[Term, Term]:
    """Arguments of functions and divisors by what they are multiplied out: as they stand they are defined by
    their signs."""
    found: dict[Term, Term] = {}
    for part in subterms(goal.slack):
        if not isinstance(part, Apply) or not part.free:
            continue
        if part.head in ("/", "^") or has_functions(part):
            for own in part.args:
                out = expanded(own) if isinstance(own, Apply) and size_of(own) < LARGEST_BOTTOM else None
                if out is not None and out != own:
                    found.setdefault(out, own)
    return found


def _restored(term: Term, originals: Mapping[Term, Term]) -> Term:
    """The term with these for what is multiplied out."""
    if not isinstance(term, Apply) or not originals:
        return term
    if term.head == "+" and (own := originals.get(term)) is not None:
        return own
    return rebuild(term, lambda part: _restored(part, originals))


def _collected(term: Term, name: str) -> Term | None:
    """The term as a sum of functions of the variable, each with its coefficient, if the variable stands in
    none of these; None for others, and where there is no such function."""
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except TooLarge:
        return None
    groups: dict[Monomial, Polynomial] = {}
    for monomial, value in quotient.top.items():
        hard = tuple(pair for pair in monomial if has_functions(pair[0], name))
        easy = tuple(pair for pair in monomial if pair not in hard)
        groups.setdefault(hard, {})[easy] = value
    parts: list[Term] = []
    for hard, own in groups.items():
        found = factorise(algebra.to_term(Quotient(own, quotient.below)))
        if found is None or (hard and any(name in factor.free for factor, _ in found.factors)):
            return None
        powers = [power(factor, number(count)) for factor, count in found.factors]
        parts.append(times(number(found.coefficient), *powers, algebra.monomial_term(hard)))
    return plus(*parts) if any(groups) else None


@dataclass
class _Search:
    """Proofs that lower a variable to one place."""

    place: Place
    originals: Mapping[Term, Term]
    prove: Prove
    effort: Effort
    count: int = 0

    def around(self, goal: Goal) -> Step | None:
        """The goal on the sides of the place that the facts leave."""
        gap = minus(Name(self.place.name, REAL), self.place.bottom)
        if len(self.place.directions) == 1:
            rising = self.place.directions[0] == 1
            towards = gap if rising else minus(self.place.bottom, Name(self.place.name, REAL))
            reach = self.prove(Goal(towards, False, goal.box, goal.facts), self.effort)
            return None if reach is None else self.lowered(goal, rising, reach.step, HIGHEST_ORDER)
        above = replace(goal, facts=(*goal.facts, Fact(gap, "nonnegative")))
        below = replace(goal, facts=(*goal.facts, Fact(negative(gap), "positive")))
        known = Known(len(goal.facts), ONE)
        first = self.lowered(above, True, known, HIGHEST_ORDER)
        second = first and self.lowered(below, False, known, HIGHEST_ORDER)
        return Cases(gap, first, second) if first is not None and second is not None else None

    def lowered(self, goal: Goal, rising: bool, reach: Step, order: int) -> Step | None:
        """The goal at the bottom, and the sign of the slope."""
        self.count += 1
        if self.count > MOST_LOWERED:
            return None
        name, bottom = self.place.name, self.place.bottom
        slope = derivative(goal.slack, name)
        kept = facts_towards(goal.facts, name, rising, goal.box)
        gap = minus(Name(name, REAL), bottom) if rising else minus(bottom, Name(name, REAL))
        inner = {**goal.box, name: goal.box[name].interior}
        facts = (Fact(gap, "nonnegative"), *kept)
        wanted = Goal(slope if rising else negative(slope), False, inner, facts)
        if -1 in signs(wanted.slack, inner, facts):
            return None
        steep = self.product(wanted, rising, order - 1)
        if steep is None:
            return None
        at_bottom = substitute(goal.slack, {name: bottom})
        face: Step = NOTHING
        if goal.strict or not vanishes(at_bottom):
            there = tuple(Fact(substitute(fact.term, {name: bottom}), fact.kind) for fact in kept)
            others = {own: extent for own, extent in goal.box.items() if own != name}
            found = self.prove(Goal(at_bottom, goal.strict, others, there), self.effort)
            if found is None:
                return None
            face = found.step
        return Lowered(name, "increasing" if rising else "decreasing", bottom, reach, steep, face)

    def product(self, goal: Goal, rising: bool, order: int) -> Step | None:
        """A term by the signs of its factors; of those that are open, by lowering again."""
        found = factorise(goal.slack)
        if found is None:
            return None
        if not found.coefficient:
            return NOTHING
        factors = [(self.restored(factor), count) for factor, count in found.factors]
        if order > 0 and any(count < 0 for _, count in factors):
            step = self.collected(goal, rising, order)
            if step is not None:
                return step
        sign = 1 if found.coefficient > 0 else -1
        parts: list[Term] = [number(abs(found.coefficient))]
        steps: list[Step] = [Enclosed()]
        rest: list[tuple[Term, int]] = []
        for factor, count in factors:
            known = self.known(goal, factor, count)
            if known is None:
                rest.append((factor, count))
                continue
            sign *= known[0]
            parts.append(known[1])
            steps.append(known[2])
        separate = [signs(factor, goal.box, goal.facts) for factor, _ in rest]
        if any(len(own) > 1 for own in separate) or any(size_of(own) > LARGEST_CORE for own, _ in rest):
            return None
        for (factor, count), own in zip(rest, separate, strict=True):
            turned = negative(factor) if -1 in own else factor
            sign *= -1 if -1 in own and count % 2 else 1
            step = self.core(replace(goal, slack=turned, strict=count < 0), rising, order)
            if step is None:
                return None
            parts.append(power(turned, number(count)))
            steps.append(self.raised(turned, count, step))
        if sign < 0:
            return None
        whole = Product(tuple(parts), tuple(steps))
        return whole if accepted(goal, whole) else None

    def restored(self, factor: Term) -> Term:
        """A factor as it was written."""
        out = expanded(factor) if self.originals and isinstance(factor, Apply) else None
        return _restored(factor if out is None else out, self.originals)

    def collected(self, goal: Goal, rising: bool, order: int) -> Step | None:
        """The term by its slope, as a sum of functions of the variable with coefficients in which it does not
        stand, or as it is."""
        if not has_functions(goal.slack, self.place.name):
            return None
        term = _restored(_collected(goal.slack, self.place.name) or goal.slack, self.originals)
        if -1 in signs(term, goal.box, goal.facts):
            return None
        step = self.sloped(replace(goal, slack=term), rising, order)
        whole = step and Product((term,), (step,))
        return whole if whole is not None and accepted(goal, whole) else None

    def raised(self, term: Term, count: int, proof: Step) -> Step:
        """That a power of a term with a proof is not negative."""
        if count == 1:
            return proof
        if count < 0:
            return Lemma(term, True, proof, Enclosed())
        return Product((term,) * count, (proof,) * count)

    def known(self, goal: Goal, factor: Term, count: int) -> tuple[int, Term, Step] | None:
        """The sign of a power of a factor, with the power that is not negative, and why."""
        if count % 2 == 0:
            even = power(factor, number(count))
            if accepted(replace(goal, slack=even), Enclosed()):
                return 1, even, Enclosed()
        for sign in (1, -1):
            turned = factor if sign > 0 else negative(factor)
            if accepted(replace(goal, slack=turned, strict=True), Enclosed()):
                return sign if count % 2 else 1, power(turned, number(count)), Enclosed()
        for place, fact in enumerate(goal.facts):
            weak = fact.kind == "zero" or (count < 0 and fact.kind != "positive")
            if weak or not factor.free <= fact.term.free:
                continue
            ratio = factorise(over(factor, fact.term))
            if ratio is None or ratio.factors or not ratio.coefficient:
                continue
            sign = 1 if ratio.coefficient > 0 else -1
            turned = factor if sign > 0 else negative(factor)
            once = Known(place, number(abs(ratio.coefficient)))
            if accepted(replace(goal, slack=turned, strict=count < 0), once):
                return (
                    sign if count % 2 else 1,
                    power(turned, number(count)),
                    self.raised(turned, count, once),
                )
        return None

    def core(self, goal: Goal, rising: bool, order: int) -> Step | None:
        """A factor of unknown sign: by its slope while functions of the variable stand in it, else as a goal
        of its own."""
        if order > 0 and has_functions(goal.slack, self.place.name):
            step = self.sloped(goal, rising, order)
            if step is not None or (size_of(goal.slack) > LARGEST_LEFT and len(goal.slack.free) > 1):
                return step
        found = self.prove(goal, self.effort)
        return None if found is None else found.step

    def sloped(self, goal: Goal, rising: bool, order: int) -> Step | None:
        """A term that is not negative at the bottom, by its slope."""
        lemmas = self.defined(goal)
        if lemmas is None:
            return None
        within = replace(goal, facts=(*goal.facts, *(fact for fact, _ in lemmas)))
        try:
            step = self.lowered(within, rising, Known(0, ONE), order)
        except NotDifferentiable:
            return None
        for fact, own in reversed(lemmas if step is not None else []):
            assert step is not None
            step = Lemma(fact.term, fact.kind == "positive", own, step)
        return step

    def defined(self, goal: Goal) -> list[tuple[Fact, Step]] | None:
        """What must be known for a term to be defined, and why."""
        lemmas: list[tuple[Fact, Step]] = []
        for _ in range(MOST_LEMMAS):
            wanted = next(undecided(goal.slack, goal), None)
            if wanted is None:
                return lemmas
            argument, strict = wanted
            fact = Fact(argument, "positive" if strict else "nonnegative")
            if fact in goal.facts:
                return None
            own = self.known(goal, argument, 1)
            if own is not None and own[0] == 1 and not strict:
                step = own[2]
            else:
                found = self.prove(replace(goal, slack=argument, strict=strict), self.effort)
                if found is None:
                    return None
                step = found.step
            lemmas.append((fact, step))
            goal = replace(goal, facts=(*goal.facts, fact))
        return None
