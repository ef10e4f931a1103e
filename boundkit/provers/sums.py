"""Squares under a sum: `sum_i (a[i] - mean)^2` for numbers and vectors, which give Cauchy and Schwarz for
sums."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL, Matrix, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, fresh_name, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import Monomial, TooLarge


def mean_squares(frame: Frame, context: Context, wanted: list[Monomial]) -> Iterator[c.Summand]:
    """Summands `sum_i weight * |u[i] - (1/n) sum_j u[j]|^2` for every square of a sum, or double sum of inner
    products, among the monomials; the weight is what stands beside it, with and without n."""
    from boundkit.kernel.normal import to_term
    from boundkit.kernel.polynomials import Polynomial

    seen: set[str] = set()
    for monomial in wanted:
        for atom, exponent in monomial:
            found = _summands(atom.term, exponent)
            if found is None:
                continue
            variable, domain, body = found
            first, last = domain.args
            names = set(frame.sequent.names) | set(frame.sequent.definitions)
            index = Name(fresh_name("i", names), variable.sort if variable.sort in (NAT, INT) else NAT)
            rest = tuple(pair for pair in monomial if pair[0] != atom)
            beside = to_term(Polynomial({rest: Fraction(1)}))
            count: Term = Apply("-", (Apply("+", (last, ONE), INT), first), INT)
            count = last if first == ONE else count
            whole = Bind("sum", variable, domain, body, body.sort)
            own = substitute(body, {variable.text: index})
            mean = Apply("/", (whole, count), body.sort)
            gap = Apply("-", (own, mean), body.sort)
            for weight in (beside, Apply("*", (count, beside), REAL)):
                key = f"{gap}|{weight}"
                if key in seen:
                    continue
                seen.add(key)
                factors: tuple[c.Factor, ...] = (c.Factor("square", term=gap), c.Factor("sign", term=weight))
                summand = c.Summand(Fraction(1), factors, ((index, first, last),))
                try:
                    frame.summand(summand, None, context)
                except (Rejected, NotNormal, NotDefined, TooLarge):
                    continue
                yield summand


def _summands(term: Term, exponent: object) -> tuple[Name, Apply, Term] | None:
    """Index, range and summand of a sum that stands squared: `(sum_i a[i])^2`, or the double sum
    `sum_i sum_j <u[i], u[j]>` that `|sum_i u[i]|^2` becomes."""
    if not (isinstance(term, Bind) and term.head == "sum" and isinstance(term.domain, Apply)):
        return None
    if is_numeric(term.body.sort) and exponent == 2:
        return term.variable, term.domain, term.body
    inner = term.body
    if exponent != 1 or not (isinstance(inner, Bind) and inner.head == "sum"):
        return None
    core = inner.body
    if not (isinstance(core, Apply) and core.head == "inner" and inner.domain == term.domain):
        return None
    left, right = core.args
    if inner.variable.text in left.free:
        left, right = right, left
    if not isinstance(left.sort, Matrix) or inner.variable.text in left.free:
        return None
    if substitute(left, {term.variable.text: inner.variable}) != right:
        return None
    return term.variable, term.domain, left
