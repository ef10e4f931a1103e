"""Means and variances in closed form: of what is linear in independent draws, and of squares and products of
them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.terms import Apply, Bind, Name, Number, Term
from boundkit.kernel.evaluation import Scope
from boundkit.kernel.values import Unsupported
from boundkit.statistics import arithmetic
from boundkit.statistics.arithmetic import is_number
from boundkit.statistics.integrals import INTERVALS, Estimand, mentioned, named_draw
from boundkit.statistics.quantiles import LAWS

if TYPE_CHECKING:
    from boundkit.statistics.sampler import Sampler


class _NoForm(Exception):
    """There is no closed form here."""


def closed_form(sampler: Sampler, estimand: Estimand, scope: Scope) -> arithmetic.Number | None:
    """The mean of a polynomial of degree at most 2 in draws, or the variance of one draw; None for anything
    else. The laws may depend on `let`s, and not on other draws."""
    if estimand.head == "probability":
        return None
    form = _Form(sampler, estimand, scope)
    try:
        if estimand.head == "variance":
            return form.moment(estimand.body, "variance")
        return form.mean(estimand.body)
    except (_NoForm, Unsupported):
        return None


class _Form:
    def __init__(self, sampler: Sampler, estimand: Estimand, scope: Scope) -> None:
        self.sampler = sampler
        self.scope = scope
        self.variable = estimand.bind.variable.text if estimand.bind is not None else ""
        self.law = estimand.bind.domain if estimand.bind is not None else None
        self.apply: Callable[..., arithmetic.Number] = sampler.arithmetic.apply

    def random(self, term: Term) -> set[str]:
        """The draws over which the mean of a term is taken."""
        if self.law is not None:
            return {self.variable} & set(term.free)
        theorem = self.sampler.theorem
        names = mentioned(theorem, term, frozenset(self.scope))
        return {name for name in names if name in theorem.declaration and _is_draw(self.sampler, name)}

    def constant(self, term: Term) -> arithmetic.Number:
        """The value of a term that is not random."""
        value = self.sampler.value(term, self.scope)
        if not is_number(value):
            raise _NoForm
        return value

    def mean(self, term: Term) -> arithmetic.Number:
        """The mean of a term. Raises _NoForm."""
        if not self.random(term):
            return self.constant(term)
        if self.is_draw(term):
            return self.moment(term, "mean")
        if isinstance(term, Name) and (definition := self.sampler.theorem.definition.get(term.text)):
            if definition.style != "constant" or self.law is not None or self.scope:
                raise _NoForm
            return self.mean(definition.clauses[0].body)
        if isinstance(term, Bind) and term.head == "sum":
            return self.sum(term)
        if not isinstance(term, Apply):
            raise _NoForm
        match term.head:
            case "+" | "-" | "neg":
                return self.apply(term.head, [self.mean(part) for part in term.args])
            case "/" if not self.random(term.args[1]):
                return self.apply("/", (self.mean(term.args[0]), self.constant(term.args[1])))
            case "*":
                return self.product(term)
            case "^" if term.args[1] == Number(Fraction(2)):
                return self.square(term.args[0])
        raise _NoForm

    def product(self, term: Apply) -> arithmetic.Number:
        factors = [self.constant(part) for part in term.args if not self.random(part)]
        random = [part for part in term.args if self.random(part)]
        if len(random) == 2 and random[0] == random[1]:
            factors.append(self.square(random[0]))
        elif len(random) == 1 or self.independent(random):
            factors += [self.mean(part) for part in random]
        else:
            raise _NoForm
        return factors[0] if len(factors) == 1 else self.apply("*", factors)

    def square(self, term: Term) -> arithmetic.Number:
        if not self.is_draw(term):
            raise _NoForm
        mean = self.moment(term, "mean")
        return self.apply("+", (self.apply("*", (mean, mean)), self.moment(term, "variance")))

    def sum(self, term: Bind) -> arithmetic.Number:
        elements = self.sampler.elements(term.domain, self.scope)
        if elements is None or self.random(term.domain):
            raise _NoForm
        parts = []
        kept = self.scope
        for element in elements:
            self.scope = {**kept, term.variable.text: element}
            parts.append(self.mean(term.body))
        self.scope = kept
        return self.apply("+", parts) if parts else self.constant(Number(Fraction(0)))

    def independent(self, parts: list[Term]) -> bool:
        """Whether the parts depend on different draws, whose laws mention no draw."""
        names = [self.random(part) for part in parts]
        laws = [self.sampler.theorem.declaration[n].law for found in names for n in found if self.law is None]
        apart = all(not names[i] & names[j] for i in range(len(names)) for j in range(i))
        return apart and all(law is not None and not self.random(law) for law in laws)

    def is_draw(self, term: Term) -> bool:
        """Whether a term is a draw or an element of one."""
        if self.law is not None:
            return isinstance(term, Name) and term.text == self.variable
        name = named_draw(self.sampler.theorem, term)
        return name is not None and name not in self.scope

    def moment(self, term: Term, which: str) -> arithmetic.Number:
        """The mean or variance of a draw or of an element of one."""
        if not self.is_draw(term):
            raise _NoForm
        if self.law is not None:
            law: Term | None = self.law
        else:
            name = named_draw(self.sampler.theorem, term)
            assert name is not None
            law = self.sampler.theorem.declaration[name].law
            if isinstance(term, Apply):  # an element: of a power, at a place in its range
                if not (isinstance(law, Apply) and law.head == "^"):
                    raise _NoForm
                place = self.sampler.integer(term.args[1], self.scope)
                if not 1 <= place <= self.sampler.integer(law.args[1], {}):
                    raise _NoForm
                law = law.args[0]
        if not isinstance(law, Apply) or law.head not in LAWS or self.random(law):
            raise _NoForm
        arguments: tuple[Term, ...] = law.args
        if law.head == "uniform":
            domain = law.args[0]
            if not (isinstance(domain, Apply) and domain.head in INTERVALS):
                raise _NoForm
            arguments = domain.args
        known = LAWS[law.head]
        parameters = known.checked([self.constant(argument) for argument in arguments], law.head)
        return (known.mean if which == "mean" else known.variance)(*parameters)


def _is_draw(sampler: Sampler, name: str) -> bool:
    return sampler.theorem.declaration[name].kind == "draw"
