"""What is known of an outcome of a law: what holds almost surely, also of each coordinate of a sample, and
what the laws on numbers say of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, Matrix, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, fresh_name, number, relation, substitute

Same = Callable[[Term, Term], bool]


def surely(formula: Term) -> Bind | None:
    """A proposition `surely_{x ~ law} event`, also where it is written as a probability of 1; else None."""
    if isinstance(formula, Bind) and formula.head == "surely":
        return formula
    if isinstance(formula, Apply) and formula.head in ("=", "<="):
        for chance, level in (formula.args, tuple(reversed(formula.args))):
            if not (isinstance(chance, Bind) and chance.head == "probability" and level == ONE):
                continue
            if formula.head == "=" or formula.args[0] == level:
                return Bind("surely", chance.variable, chance.domain, chance.body, PROP)
    return None


def is_sure(formula: Term) -> bool:
    """Whether a proposition says, under quantifiers, that something holds almost surely."""
    while isinstance(formula, Bind) and formula.head == "forall":
        formula = formula.body
    return surely(formula) is not None


def is_countable(binder: Bind) -> bool:
    """Whether a variable certainly has countably many values: an intersection of so many sure events is
    sure. The sort of an interval does not tell: an interval of integers is also one of real numbers."""
    domain = binder.domain
    if binder.variable.sort in (NAT, INT):
        return True
    if isinstance(domain, Apply):
        return domain.head in ("range", "enumeration")
    return isinstance(domain, Name) and isinstance(domain.sort, SetOf) and domain.sort.finite


def at_outcome(formula: Term, law: Term, outcome: Term, same: Same) -> Term | None:
    """What an almost sure proposition says of an outcome of the law, or None when it is about another law or
    stands under an uncountable quantifier."""
    binders: list[Bind] = []
    core = formula
    while isinstance(core, Bind) and core.head == "forall":
        if not is_countable(core) or core.variable.text in outcome.free | law.free:
            return None
        binders.append(core)
        core = core.body
    sure = surely(core)
    # The variables are no names of anything else: none has the value of a definition with its name.
    apart = {b.variable.text: Name(f"#s{place}", b.variable.sort) for place, b in enumerate(binders)}
    if sure is None or not same(substitute(sure.domain, apart), law):
        return None
    found = substitute(sure.body, {sure.variable.text: outcome})
    for binder in reversed(binders):
        found = Bind("forall", binder.variable, binder.domain, found, PROP)
    return found


def outcome_facts(
    sure: Iterable[tuple[Term, str]], law: Term, outcome: Term, same: Same
) -> Iterator[tuple[Term, str]]:
    """Propositions that hold almost surely of an outcome of the law, with the references of the facts that
    they come from."""
    sure = tuple(sure)
    for formula, reference in sure:
        found = at_outcome(formula, law, outcome, same)
        if found is not None:
            yield found, reference
    if not isinstance(law, Apply):
        return
    if law.head == "^":
        base, size = law.args
        taken = outcome.free | law.free
        index = Name(fresh_name("i", taken.union(*(formula.free for formula, _ in sure))), NAT)
        assert isinstance(base.sort, Distribution)
        coordinate = Apply("index", (outcome, index), base.sort.element)
        domain = Apply("range", (ONE, size), SetOf(NAT))
        for formula, reference in outcome_facts(sure, base, coordinate, same):
            yield Bind("forall", index, domain, formula, PROP), reference
        if isinstance(base, Apply) and base.head == "Rademacher" and isinstance(outcome.sort, Matrix):
            # The sum of the squares of so many signs.
            yield relation("=", Apply("^", (Apply("norm", (outcome,), REAL), number(2)), REAL), size), ""
        return
    for formula in _of_numbers(law, outcome):
        yield formula, ""


def _of_numbers(law: Apply, outcome: Term) -> Iterator[Term]:
    """What every value of a law on the numbers satisfies."""
    if isinstance(outcome.sort, Matrix):
        return
    if law.head == "Rademacher":
        yield relation("<=", number(-1), outcome)
        yield relation("<=", outcome, ONE)
        yield relation("=", Apply("^", (outcome, number(2)), REAL), ONE)
    elif law.head == "bernoulli":
        yield relation("<=", ZERO, outcome)
        yield relation("<=", outcome, ONE)
        yield relation("=", Apply("^", (outcome, number(2)), REAL), outcome)
    elif law.head in ("exponential", "gamma", "poisson", "geometric", "binomial"):
        yield relation("<=", ZERO, outcome)
    elif law.head == "beta":
        yield relation("<=", ZERO, outcome)
        yield relation("<=", outcome, ONE)
    elif law.head == "uniform" and len(law.args) == 1:
        yield Apply("in", (outcome, law.args[0]), PROP)


def expectations_in(formula: Term) -> Iterator[Term]:
    """The expectations that a relation between numbers says something of, wherever it holds: not those
    inside choices or other binders, which need not be defined. What an expectation averages is defined at
    some outcome, and with it the expectations in it that do not depend on the outcome."""
    if isinstance(formula, Bind):
        if formula.head == "expectation":
            yield formula
            own = formula.variable.text
            yield from (inner for inner in expectations_in(formula.body) if own not in inner.free)
    elif isinstance(formula, Apply) and formula.head != "if":
        for arg in formula.args:
            yield from expectations_in(arg)
