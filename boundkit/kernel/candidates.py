"""Laws that are tried where a term ranges over all laws on a finite type.

A value found at one of them is a lower bound of a supremum, a failure there refutes `for all`; neither says
anything of the other laws (language 4.4). The least divergence from P at a given mean of g is attained at the
tilts of P by g (Donsker and Varadhan 1975), so these are the ones to propose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from boundkit.ir.sorts import REAL, Abstract, Distribution, Sort
from boundkit.ir.terms import Apply, Bind, Name
from boundkit.kernel import extended, laws, variational
from boundkit.kernel.balls import Undecided, precisely
from boundkit.kernel.values import Absent, Extent, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

FINEST = 1000
MOST_POINTS = 16


@dataclass(frozen=True)
class Tilt:
    """The law with weights proportional to prior(h)*exp(rate*direction(h)), rounded to rationals. Prior and
    direction are names, so that the law may depend on what was drawn."""

    prior: str
    direction: str
    rate: Any

    def law(self, evaluator: Evaluator, sort: Sort) -> laws.FiniteLaw:
        """The law at the values that draws have. Raises Unsupported when it is none."""
        prior = evaluator.named(self.prior, {})
        if not isinstance(prior, laws.FiniteLaw):
            raise Unsupported(f"`{self.prior}` as a law")
        exponents: dict[int, Any] = {}
        direction = Name(self.direction, sort)
        for place, outcome in enumerate(prior.outcomes):
            if not isinstance(prior.weights[place], fmpq):
                raise Unsupported("a tilt of a law whose weights are not rational")
            if prior.weights[place] == 0:
                continue
            called = Apply("call", (direction, Name("h", sort)), sort)
            value = evaluator.value(called, {"h": outcome})
            if not isinstance(value, fmpq | arb):
                raise Unsupported(f"`{self.direction}` as a direction")
            exponents[place] = value * self.rate
        shares = [fmpq(0)] * len(prior.outcomes)
        with precisely(64):
            top = max(arb(value).mid().fmpq() for value in exponents.values())
            for place, value in exponents.items():
                factor = (arb(value) - arb(top)).exp().mid().fmpq()
                near = Fraction(int(factor.p), int(factor.q)).limit_denominator(FINEST)
                shares[place] = prior.weights[place] * fmpq(near.numerator, near.denominator)
        whole = sum(shares, fmpq(0))
        return laws.FiniteLaw(prior.outcomes, tuple(share / whole for share in shares))


def candidates(evaluator: Evaluator, variable: Name, scope: Scope) -> Iterator[laws.FiniteLaw]:
    """The proposed law, the laws of this sort that have names, the uniform one, and the point masses."""
    sort = variable.sort
    assert isinstance(sort, Distribution)
    if not evaluator.arithmetic.exact:
        raise Unsupported(f"all `{variable.text}` in {sort}, in doubles")
    proposed = evaluator.proposals.get(variable.text)
    if isinstance(proposed, Tilt):
        prior = evaluator.theorem.declaration.get(proposed.prior)
        try:
            same = prior is not None and prior.name.sort == sort
            tilted = proposed.law(evaluator, sort.element) if same else None
        except Unsupported:  # a direction that is random has no value outside of its draws
            tilted = None
        if tilted is not None:
            yield tilted
    elif isinstance(proposed, laws.FiniteLaw) and _is_law(evaluator, proposed, sort.element):
        yield proposed
    for name, declaration in evaluator.theorem.declaration.items():
        known = evaluator.names.get(name)
        if declaration.name.sort == sort and isinstance(known, laws.FiniteLaw):
            yield known
    element = evaluator.names.get(str(sort.element))
    if isinstance(element, Extent) and len(element.parts) <= MOST_POINTS:
        zero, one = (evaluator.arithmetic.rational(Fraction(value)) for value in (0, 1))
        count = len(element.parts)
        share = evaluator.arithmetic.rational(Fraction(1, count))
        if count > 1:
            yield laws.FiniteLaw(element.parts, (share,) * count)
        for place in range(count):
            yield laws.FiniteLaw(element.parts, tuple(one if k == place else zero for k in range(count)))


def _is_law(evaluator: Evaluator, law: laws.FiniteLaw, sort: Sort) -> bool:
    """Whether a law that was proposed is one on a type: rational weights >= 0 with sum 1, and outcomes in
    it."""
    if not all(isinstance(weight, fmpq) and weight >= 0 for weight in law.weights):
        return False
    if sum(law.weights, fmpq(0)) != 1:
        return False
    if isinstance(sort, Abstract):
        element = evaluator.names.get(sort.name)
        return isinstance(element, Extent) and all(outcome in element.parts for outcome in law.outcomes)
    return sort == REAL and all(isinstance(outcome, fmpq) for outcome in law.outcomes)


def is_over_laws(term: Bind) -> bool:
    """Whether a binder ranges over all laws on a type."""
    everything = isinstance(term.domain, Apply) and term.domain.head == "everything"
    return everything and isinstance(term.variable.sort, Distribution)


def extremum(evaluator: Evaluator, term: Bind, scope: Scope) -> Any:
    """`sup` or `inf` over all laws: its closed form, or a number that is at least, or at most, the best value
    found."""
    closed = variational.extremum(evaluator, term, scope)
    if closed is not None:
        return closed
    head = "max" if term.head in ("sup", "max") else "min"
    values = []
    for law in candidates(evaluator, term.variable, scope):
        value = evaluator.value(term.body, {**scope, term.variable.text: law})
        if not isinstance(value, extended.Infinite):
            values.append(value)
    if not values:
        raise Unsupported(f"`{term.head}` over `{term.domain}`")
    best = values[0] if len(values) == 1 else evaluator.arithmetic.apply(head, values)
    return extended.at_least(best) if head == "max" else extended.at_most(best)


def quantified(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """`forall`: what its closed form says; without one false when some law refutes it, else not known.
    `exists` likewise true, or not known."""
    wanted = term.head == "exists"
    closed = None if wanted else variational.holds_for_all(evaluator, term, scope)
    if closed is True or (closed is not None and not evaluator.arithmetic.exact):
        return closed
    for law in candidates(evaluator, term.variable, scope):
        inner: dict[str, Value] = {**scope, term.variable.text: law}
        try:
            truth = evaluator.truth(term.body, inner)
        except Undecided:
            continue
        except Absent:
            if wanted:
                continue
            raise
        if truth is wanted:
            return evaluator.arithmetic.constant(wanted)
    return closed
