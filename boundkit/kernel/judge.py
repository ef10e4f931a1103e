"""The judge: checks a proof of a sequent and nothing else. Every verdict PROVED comes from here.

A sequent is a goal under named facts about fixed names. The checks are those of natural deduction, of
`normal` forms, of `signs` and of ball arithmetic; what cannot be checked is `Rejected` with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from boundkit.ir.laws import Law
from boundkit.ir.sorts import (
    EXTREAL,
    INT,
    NAT,
    PROP,
    REAL,
    Abstract,
    Function,
    Matrix,
    Sequence,
    SetOf,
    Sort,
    is_numeric,
)
from boundkit.ir.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    conjunction,
    fresh_name,
    relation,
    sort_with_types,
    substitute,
    substitute_sort,
    subterms,
    with_types,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.calculus import check_gradient, check_taylor
from boundkit.kernel.chance import check_event, check_mean, check_vanishing
from boundkit.kernel.conditioning import check_tower
from boundkit.kernel.context import Context, NotNormal, domain_facts_of, integral
from boundkit.kernel.couplings import marginals
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.cover import check_cover
from boundkit.kernel.cover import from_json as cover_from_json
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.finite import opened
from boundkit.kernel.frame import Ground, Rejected, Sequent, Undefined, conjuncts
from boundkit.kernel.largest import check_largest
from boundkit.kernel.levels import check_levels
from boundkit.kernel.masses import check_masses
from boundkit.kernel.matrices import added, aligned, grid, inner_product
from boundkit.kernel.meanings import meaning, truth
from boundkit.kernel.normal import expand, is_zero, normal, product, root, summed, written_out
from boundkit.kernel.polynomials import NIL, UNITY, Atom, Polynomial, TooLarge
from boundkit.kernel.rays import has_constant
from boundkit.kernel.resampling import check_entries, check_resampled
from boundkit.kernel.steps import Fact, Range
from boundkit.kernel.tails import check_tail

LONGEST = 5_000
"""Lines and certificates that one proof may have."""


MOST_WORK = 200_000
"""Normal forms and signs that one proof may ask for; long products count for several."""


@dataclass(frozen=True)
class Judged:
    """An accepted proof: the facts and laws that it used; `stood` when a term is defined only under a
    hypothesis that is no premise."""

    used: frozenset[str]
    laws: frozenset[str]
    stood: bool = False


def judge(sequent: Sequent, proof: c.Proof) -> Judged:
    """Checks the proof; raises `Rejected` with the reason when it does not prove the goal."""
    if not c.is_sound_data(proof):
        raise Rejected("a field of a certificate is of another type")
    try:
        frame = Frame(sequent, work=[MOST_WORK])
        frame.check(sequent.goal, proof)
    except (NotNormal, TooLarge) as failure:
        raise Rejected(f"no normal form: {failure}") from None
    except NotDefined as failure:
        raise Undefined(failure.condition) from None
    except CoverRejected as failure:
        raise Rejected(str(failure)) from None
    except RecursionError:
        raise Rejected("nested too deep") from None
    known = {**sequent.facts, **sequent.standing}
    used = frozenset(name for name in frame.used if name in known)
    return Judged(used, frozenset(frame.laws_used), frame.stood[0])


class Frame(Ground):
    """The checks of certificates at one place of a proof."""

    def check(self, goal: Term, proof: c.Proof) -> None:
        """Checks lines in order, then the goal."""
        if not isinstance(proof, c.Proof):
            raise Rejected("no proof")
        frame = self
        for line in proof.lines:
            if line.claim.sort != PROP:
                raise Rejected("a line without a proposition")
            frame.scoped(line.claim)
            frame.certify(line.claim, line.by)
            frame = frame.with_fact(line.name, line.claim)
        frame.named(goal)
        frame.certify(goal, proof.by)

    def certify(self, goal: Term, certificate: c.Certificate) -> None:
        """Checks one certificate."""
        self.count[0] += 1
        if self.count[0] > LONGEST:
            raise Rejected("a proof too long")
        check = getattr(self, f"_check_{type(certificate).__name__.lower()}", None)
        if check is None:
            raise Rejected(f"unknown certificate {type(certificate).__name__}")
        check(goal, certificate)

    def _check_signs(self, goal: Term, certificate: c.Signs) -> None:
        context = self.context()
        self.require_defined(goal, context)
        if not context.holds(goal):
            raise Rejected(f"{goal} does not follow by signs")

    def _check_given(self, goal: Term, certificate: c.Given) -> None:
        self.follows(goal, self.fact(certificate.fact), f"{certificate.fact} is another proposition")

    def _check_identity(self, goal: Term, certificate: c.Identity) -> None:
        context = self.context(certificate.unfold, certificate.rewrites)
        if not (isinstance(goal, Apply) and goal.head in ("=", "<=") and len(goal.args) == 2):
            raise Rejected("not an equation")
        left, right = goal.args
        self.require_defined(goal, context)
        if is_numeric(left.sort) and is_numeric(right.sort):
            if not is_zero(normal(left, context) - normal(right, context), context):
                raise Rejected("the two sides have different normal forms")
        elif isinstance(left.sort, Matrix) and isinstance(right.sort, Matrix) and goal.head == "=":
            if not (
                self.same_size(left.sort.rows, right.sort.rows)
                and self.same_size(left.sort.columns, right.sort.columns)
            ):
                raise Rejected("the two sides have different sizes")
            one, other = aligned(grid(left, context), grid(right, context), context)
            minus = other.mapped(lambda entry: entry.scaled(-UNITY, context))
            if not added(one, minus).is_zero(context):
                raise Rejected("the two sides have different normal forms")
        elif goal.head != "=" or self._text(left, context) != self._text(right, context):
            raise Rejected("the two sides differ")

    def _check_combination(self, goal: Term, certificate: c.Combination) -> None:
        context = self.context(certificate.unfold, certificate.rewrites)
        negated: tuple[Polynomial, bool] | None = None
        if isinstance(goal, Apply) and goal.head in ("<=", "<") and is_numeric(goal.args[0].sort):
            self.require_defined(goal, context)
            slack = normal(goal.args[1], context) - normal(goal.args[0], context)
            negated = (-slack, goal.head == "<=")
        elif not (isinstance(goal, Apply) and goal.head == "false"):
            raise Rejected("a combination proves a relation of numbers")
        total = NIL
        strict = False
        for summand in certificate.summands:
            value, positive = self.summand(summand, negated, context)
            total = total + value
            strict = strict or positive
        if not strict:
            raise Rejected("no summand is positive")
        if not is_zero(total, context):
            raise Rejected("the summands do not add up to 0")

    def summand(
        self, summand: c.Summand, negated: tuple[Polynomial, bool] | None, context: Context
    ) -> tuple[Polynomial, bool]:
        """The value of a summand, and whether it is positive; raises `Rejected` when it is not known to be
        non-negative."""
        if not isinstance(summand.coefficient, Fraction) or summand.coefficient <= 0:
            raise Rejected("a coefficient that is not positive")
        inner, frame = context, self
        outer: list[Context] = []
        for variable, first, last in summand.binders:
            for end in (first, last):
                frame.scoped(end)
                self.require_defined(end, inner)
            if variable.sort not in (NAT, INT) or not (integral(first) and integral(last)):
                raise Rejected("a summation index is an integer")
            if variable.sort == NAT and not inner.holds(relation("<=", ZERO, first)):
                raise Rejected("a summation index below 0")
            outer.append(inner)
            domain = Apply("range", (first, last), SetOf(variable.sort))
            frame = frame.with_name(variable).with_fact(
                f"range of {variable.text}", Apply("in", (variable, domain), PROP)
            )
            inner = inner.keeping(variable, domain)
        value, strict = UNITY, True
        for factor in summand.factors:
            own, positive = frame._factor(factor, negated, inner)
            value = product(value, own, inner)
            strict = strict and positive
        for (variable, first, last), before in zip(reversed(summand.binders), reversed(outer), strict=True):
            value = summed(variable, normal(first, before), normal(last, before), value, before)
            value = expand(value, before)
            strict = False
        return value.scaled(summand.coefficient), strict and bool(summand.factors)

    def _factor(
        self, factor: c.Factor, negated: tuple[Polynomial, bool] | None, context: Context
    ) -> tuple[Polynomial, bool]:
        if factor.kind == "goal":
            if negated is None:
                raise Rejected("there is no goal to negate")
            return negated
        if factor.kind == "fact":
            formula = self.instantiate(self.fact(factor.fact), factor.values)
            stated = [
                part
                for part in _relations(formula)
                if part.head in ("<=", "<") and is_numeric(part.args[0].sort)
            ]
            if 0 <= factor.place < len(stated):
                part = stated[factor.place]
                slack = normal(part.args[1], context) - normal(part.args[0], context)
                return slack, part.head == "<"
            raise Rejected(f"{factor.fact} is no inequality")
        if factor.kind == "equal":
            formula = self.instantiate(self.fact(factor.fact), factor.values)
            if factor.term is None:
                raise Rejected("an equation without its factor")
            self.scoped(factor.term)
            self.require_defined(factor.term, context)
            for part in _relations(formula):
                if part.head == "=" and is_numeric(part.args[0].sort):
                    difference = normal(part.args[1], context) - normal(part.args[0], context)
                    return product(difference, normal(factor.term, context), context), False
            raise Rejected(f"{factor.fact} is no equation of numbers")
        if factor.term is None:
            raise Rejected("a factor without its term")
        self.scoped(factor.term)
        self.require_defined(factor.term, context)
        if factor.kind == "sign":
            value = normal(factor.term, context)
            level = context.sign(value)
            if not level:
                raise Rejected(f"the sign of {factor.term} is not known")
            return value, context.is_positive(value)
        if factor.kind == "extremum":
            return self.extremum(factor, context), False
        if factor.kind == "gram":
            return self._gram(factor.term, context), False
        if factor.kind == "square":
            if is_numeric(factor.term.sort):
                value = normal(factor.term, context)
                return product(value, value, context), False
            inside = grid(factor.term, context)
            return inner_product(inside, inside, context), False
        raise Rejected(f"unknown factor {factor.kind!r}")

    def extremum(self, factor: c.Factor, context: Context) -> Polynomial:
        """max(a, b) - a, a - min(a, b), |a| - a or |a| + a, none of which is negative."""
        term = factor.term
        if not (isinstance(term, Apply) and term.head in ("max", "min", "abs") and len(factor.values) == 1):
            raise Rejected("no maximum, minimum or absolute value")
        self.scoped(factor.values[0])
        own = normal(factor.values[0], context)
        members = [normal(arg, context) for arg in term.args]
        if term.head == "abs":
            members.append(-members[0])
        if own not in members:
            raise Rejected("no member of the extremum")
        difference = normal(term, context) - own
        return -difference if term.head == "min" else difference

    def _gram(self, term: Term, context: Context) -> Polynomial:
        """|u| |v| - <u, v>, which Cauchy and Schwarz say is not negative."""
        if not (isinstance(term, Apply) and term.head == "inner"):
            raise Rejected("no inner product")
        left, right = (grid(arg, context) for arg in term.args)
        sizes = [root(inner_product(part, part, context), Fraction(1, 2), context) for part in (left, right)]
        return product(sizes[0], sizes[1], context) - inner_product(left, right, context)

    def _check_cover(self, goal: Term, certificate: c.Cover) -> None:
        context = self.context(certificate.unfold)
        if not (isinstance(goal, Apply) and goal.head in ("<=", "<")):
            raise Rejected("a cover proves an inequality")
        left, right = (as_real(self.plain(arg, context), self.sequent.names) for arg in goal.args)
        facts = tuple(self.covering_fact(name, context) for name in certificate.facts)
        names = {name for term in (left, right, *(fact.term for fact in facts)) for name in term.free}
        domain = self.domain(names, context)
        check_cover(relation(goal.head, left, right), domain, cover_from_json(certificate.tree), facts)

    def covering_fact(self, name: str, context: Context) -> Fact:
        """A relation among the facts, for a cover."""
        formula = self.fact(name)
        kinds = {"<=": "nonnegative", "<": "positive", "=": "zero"}
        if not (isinstance(formula, Apply) and formula.head in kinds):
            raise Rejected(f"{name} is no relation between numbers")
        if not all(is_numeric(arg.sort) for arg in formula.args):
            raise Rejected(f"{name} is no relation between numbers")
        left, right = (as_real(self.plain(arg, context), self.sequent.names) for arg in formula.args)
        slack = right if left == ZERO else Apply("-", (right, left), REAL)
        return Fact(slack, kinds[formula.head])

    def domain(self, names: set[str], context: Context) -> dict[str, Range]:
        """The ranges that the facts give names; of integers, those of integers."""
        found: dict[str, Range] = {}
        for name in sorted(names):
            sort = self.sequent.names.get(name)
            if sort is None or not is_numeric(sort):
                raise Rejected(f"{name} is no number")
            found[name] = self.interval(Name(name, sort), context)
        return found

    def plain(self, term: Term, context: Context) -> Term:
        """The term with its definitions written out, for ball arithmetic."""
        term = written_out(term, context)
        for part in subterms(term):
            if isinstance(part, Apply) and part.head in ("diff", "at", "call", "index", "inner", "norm"):
                raise Rejected(f"{part.head} has no enclosure")
        if _may_be_infinite(term):
            raise Rejected("what may be infinite has no enclosure")
        return term

    def interval(self, name: Name, context: Context) -> Range:
        """The interval that the facts give a name."""
        bounds = context.bounds(Atom(name))
        context.used.update(bounds.lower_from + bounds.upper_from)
        found = Range(bounds.lower, bounds.upper, not bounds.lower_strict, not bounds.upper_strict)
        return found if name.sort == REAL else _of_integers(found)

    def _check_specialise(self, goal: Term, certificate: c.Specialise) -> None:
        found = self.instantiate(self.fact(certificate.fact), certificate.values)
        self.follows(goal, found)

    def _check_instance(self, goal: Term, certificate: c.Instance) -> None:
        law = self.sequent.laws.get(certificate.law)
        if law is None:
            raise Rejected(f"there is no law {certificate.law!r}")
        law, values = _apart(law, dict(certificate.substitution), certificate.types)
        law = self.typed(law, certificate)
        done: dict[str, Term] = {}
        if law.conclusion.has_derivative or any(premise.has_derivative for _, premise in law.premises):
            raise Rejected("a law about derivatives")
        for hole in law.holes:
            value = values.get(hole.text)
            if value is None:
                raise Rejected(f"no term for the hole {hole.text}")
            self.scoped(value)
            partial = isinstance(value, Bind) and value.head == "function" or isinstance(value, Name)
            if not (partial and isinstance(value.sort, Function | Sequence)):
                self.require_defined(value, self.context())
            wanted = substitute_sort(hole.sort, done)
            if not self.has_sort(value, wanted):
                raise Rejected(f"{hole.text} is of sort {wanted}, {value} of sort {value.sort}")
            done[hole.text] = value
        for label, premise in law.premises:
            if not self.known(substitute(premise, done)):
                raise Rejected(f"the premise {label} of {law.name} is not known: {substitute(premise, done)}")
        self.laws_used.add(law.name)
        conclusion = substitute(law.conclusion, done)
        # A sequence need not be defined at every index: read as an arbitrary total extension of it, the
        # law holds, and says something of the sequence itself where what it says is defined.
        self.require_defined(conclusion, self.context())
        self.follows(goal, conclusion)

    def typed(self, law: Law, certificate: c.Instance) -> Law:
        """The law with sets for its types; a finite type wants a set that is finite and not empty."""
        if not law.types:
            return law
        sets = dict(certificate.types)
        for own in law.types:
            value = sets.get(own.text)
            if value is None or not isinstance(value.sort, SetOf):
                raise Rejected(f"no set for the type {own.text}")
            self.scoped(value)
            whole = isinstance(value, Apply) and value.head == "everything" or isinstance(value, Name)
            finite = isinstance(own.sort, SetOf) and own.sort.finite
            if not whole or finite and not self.context().is_full(value):
                raise Rejected(f"{value} is no type such as {own.text}")
            if isinstance(value, Name) and value.sort.element != Abstract(value.text):
                raise Rejected(f"{value} is a set of some elements of a type only")
        return replace(
            law,
            holes=tuple(Name(h.text, sort_with_types(h.sort, sets)) for h in law.holes),
            premises=tuple((label, with_types(p, sets)) for label, p in law.premises),
            conclusion=with_types(law.conclusion, sets),
            types=(),
        )

    def _check_meaning(self, goal: Term, certificate: c.Meaning) -> None:
        if certificate.term is not None:
            self.scoped(certificate.term)
            self.require_defined(certificate.term, self.context())
        if certificate.term is not None and certificate.fact:
            context = self.context()
            stated = (
                marginals(part, certificate.term, context) for part in conjuncts(self.fact(certificate.fact))
            )
            found = next((conjunction(tuple(parts)) for parts in stated if parts), None)
        elif certificate.term is not None:
            found = truth(certificate.term, self.opened, self.finite_types)
        else:
            formula = self.fact(certificate.fact)
            variables = []
            taken = {*self.sequent.names, *self.sequent.definitions}
            while isinstance(formula, Bind) and formula.head == "forall":
                own = formula.variable
                new = Name(fresh_name(own.text, taken | (formula.body.free - {own.text})), own.sort)
                taken.add(new.text)
                variables.append(Bind("forall", new, formula.domain, TRUE, PROP))
                formula = substitute(formula.body, {own.text: new})
            parts = (meaning(part, self.opened) for part in conjuncts(formula))
            found = next((part for part in parts if part is not None), None)
            for binder in reversed(variables):
                found = found and Bind("forall", binder.variable, binder.domain, found, PROP)
        if found is None:
            raise Rejected("there is no definition")
        self.follows(goal, found)

    def _check_folded(self, goal: Term, certificate: c.Folded) -> None:
        definition = meaning(goal, self.opened)
        if definition is None:
            raise Rejected("there is no definition")
        if isinstance(goal, Apply) and goal.head in ("in", "<="):
            self.require_defined(goal, self.context())
        self.check(definition, certificate.proof)

    def opened(self, domain: Term) -> Term:
        """The set that a defined name stands for here."""
        return opened(domain, self.context())

    def _check_generalised(self, goal: Term, certificate: c.Generalised) -> None:
        domains = self.sequent.scoped.get(certificate.fact, {})
        if certificate.variable not in domains:
            raise Rejected(f"{certificate.fact} is not known for all {certificate.variable}")
        context = self.context()
        body = written_out(self.fact(certificate.fact), context)
        sort = self.sequent.names[certificate.variable]
        bound = Name(certificate.variable, sort)
        self.follows(goal, Bind("forall", bound, domains[certificate.variable], body, PROP))

    def _check_introduce(self, goal: Term, certificate: c.Introduce) -> None:
        if isinstance(goal, Bind) and goal.head == "forall":
            name = Name(certificate.name, goal.variable.sort)
            frame = self.with_name(name).with_fact(
                f"range of {name.text}", Apply("in", (name, goal.domain), PROP)
            )
            self.require_defined(goal.domain, self.context())
            frame.check(substitute(goal.body, {goal.variable.text: name}), certificate.proof)
        elif isinstance(goal, Apply) and goal.head == "implies":
            self.require_defined(goal.args[0], self.context())
            self.with_fact(certificate.name, goal.args[0]).check(goal.args[1], certificate.proof)
        else:
            raise Rejected("neither a forall nor an implication")

    def _check_gradient(self, goal: Term, certificate: c.Gradient) -> None:
        check_gradient(self, goal, certificate)

    def _check_taylor(self, goal: Term, certificate: c.Taylor) -> None:
        check_taylor(self, goal, certificate)

    def _check_nested(self, goal: Term, certificate: c.Nested) -> None:
        self.check(goal, certificate.proof)

    def _check_both(self, goal: Term, certificate: c.Both) -> None:
        if not (isinstance(goal, Apply) and goal.head in ("and", "iff", "=", "in")):
            raise Rejected("no conjunction")
        parts: tuple[Term, ...] = goal.args
        if goal.head == "=":
            left, right = goal.args
            if not (is_numeric(left.sort) and is_numeric(right.sort)):
                raise Rejected("not an equation of numbers")
            parts = (relation("<=", left, right), relation("<=", right, left))
        if goal.head == "iff":
            left, right = goal.args
            parts = (Apply("implies", (left, right), PROP), Apply("implies", (right, left), PROP))
        if goal.head == "in":
            value, domain = goal.args
            interval = isinstance(domain, Apply) and domain.head in (
                "closed",
                "open",
                "left_open",
                "right_open",
            )
            if not (interval and is_numeric(value.sort) and self.same_sort(value.sort, domain.sort)):
                raise Rejected("not a membership in an interval")
            self.require_defined(value, self.context())
            parts = tuple(domain_facts_of(value, domain))
        if len(parts) != len(certificate.proofs):
            raise Rejected("a part without its proof")
        for part, proof in zip(parts, certificate.proofs, strict=True):
            self.check(part, proof)

    def _check_either(self, goal: Term, certificate: c.Either) -> None:
        if not (isinstance(goal, Apply) and goal.head == "or" and 0 <= certificate.place < len(goal.args)):
            raise Rejected("no disjunction")
        self.require_defined(goal, self.context())
        self.check(goal.args[certificate.place], certificate.proof)

    def _check_cases(self, goal: Term, certificate: c.Cases) -> None:
        _one_constant(goal)
        if certificate.relation is not None:
            relation_ = certificate.relation
            self.scoped(relation_)
            if not (isinstance(relation_, Apply) and relation_.head in ("<=", "<", "=")):
                raise Rejected("cases of a relation only")
            if not all(is_numeric(arg.sort) for arg in relation_.args):
                raise Rejected("cases of a relation of numbers only")
            self.require_defined(relation_, self.context())
            left, right = relation_.args
            other = {
                "<=": relation("<", right, left),
                "<": relation("<=", right, left),
                "=": relation("!=", left, right),
            }
            parts: tuple[Term, ...] = (relation_, other[relation_.head])
        else:
            fact = self.fact(certificate.fact)
            parts = _cases_of(fact)
            if not parts:
                raise Rejected(f"{certificate.fact} is no disjunction")
        if len(parts) != len(certificate.proofs):
            raise Rejected("a case without its proof")
        for part, proof in zip(parts, certificate.proofs, strict=True):
            self.with_fact(certificate.name, part).check(goal, proof)

    def _check_induction(self, goal: Term, certificate: c.Induction) -> None:
        if not (isinstance(goal, Bind) and goal.head == "forall" and goal.variable.sort in (NAT, INT)):
            raise Rejected("induction proves a forall over integers")
        _one_constant(goal)
        domain = goal.domain
        first: Term
        last: Term | None = None
        if isinstance(domain, Apply) and domain.head == "range":
            first, last = domain.args
            if _unbounded(last):
                last = None
        elif (
            isinstance(domain, Apply)
            and domain.head in ("closed", "right_open")
            and _unbounded(domain.args[1])
        ):
            first = domain.args[0]
        elif isinstance(domain, Apply) and domain.head == "everything" and goal.variable.sort == NAT:
            first = ZERO
        else:
            raise Rejected("induction over an unknown set")
        if first.sort not in (NAT, INT) or (goal.variable.sort == NAT and first.sort != NAT):
            raise Rejected("induction begins at an integer")
        self.require_defined(first, self.context())
        variable = goal.variable
        base = self
        if last is not None:
            self.require_defined(last, self.context())
            base = self.with_fact(f"range of {certificate.name}", relation("<=", first, last))
        base.check(self.put(goal.body, variable.text, first), certificate.base)
        fixed = Name(certificate.name, variable.sort)
        following = Apply("+", (fixed, ONE), variable.sort)
        frame = self.with_name(fixed).with_fact(f"start of {certificate.name}", relation("<=", first, fixed))
        if last is not None:
            frame = frame.with_fact(f"end of {certificate.name}", relation("<=", following, last))
        supposed = fresh_name("hypothesis of induction", set(frame.facts))
        frame = frame.with_fact(supposed, substitute(goal.body, {variable.text: fixed}))
        frame.check(self.put(goal.body, variable.text, following), certificate.step)

    def _check_surely(self, goal: Term, certificate: c.Surely) -> None:
        if not (isinstance(goal, Bind) and goal.head == "surely"):
            raise Rejected("nothing is said to hold almost surely")
        outcome = Name(certificate.name, goal.variable.sort)
        frame = self.at_outcome(outcome, goal.domain)
        frame.check(substitute(goal.body, {goal.variable.text: outcome}), certificate.proof)

    def _check_mean(self, goal: Term, certificate: c.Mean) -> None:
        check_mean(self, goal, certificate)

    def _check_levels(self, goal: Term, certificate: c.Levels) -> None:
        check_levels(self, goal, certificate)

    def _check_masses(self, goal: Term, certificate: c.Masses) -> None:
        check_masses(self, goal, certificate)

    def _check_tail(self, goal: Term, certificate: c.Tail) -> None:
        check_tail(self, goal, certificate)

    def _check_resampled(self, goal: Term, certificate: c.Resampled) -> None:
        check_resampled(self, goal, certificate)

    def _check_entries(self, goal: Term, certificate: c.Entries) -> None:
        check_entries(self, goal, certificate)

    def _check_vanishing(self, goal: Term, certificate: c.Vanishing) -> None:
        check_vanishing(self, goal, certificate)

    def _check_event(self, goal: Term, certificate: c.Event) -> None:
        check_event(self, goal, certificate)

    def _check_tower(self, goal: Term, certificate: c.Tower) -> None:
        check_tower(self, goal, certificate)

    def _check_constant(self, goal: Term, certificate: c.Constant) -> None:
        """A number is chosen before everything, so what it serves for may stand under any quantifier."""
        if not (isinstance(goal, Apply) and goal.head == "lesssim") or certificate.value <= 0:
            raise Rejected("no bound up to a constant")
        left, right = goal.args[:2]
        bound = Apply("*", (Number(certificate.value), right), REAL)
        self.check(relation("<=", left, bound), certificate.proof)

    def _check_largest(self, goal: Term, certificate: c.Largest) -> None:
        check_largest(self, goal, certificate)

    def _check_obtain(self, goal: Term, certificate: c.Obtain) -> None:
        found = self.instantiate(self.fact(certificate.fact), certificate.values)
        if not (isinstance(found, Bind) and found.head == "exists"):
            raise Rejected(f"{certificate.fact} does not say that something exists")
        name = Name(certificate.name, found.variable.sort)
        frame = self.with_name(name)
        frame = frame.with_fact(f"range of {name.text}", Apply("in", (name, found.domain), PROP))
        frame = frame.with_fact(f"choice of {name.text}", substitute(found.body, {found.variable.text: name}))
        frame.check(goal, certificate.proof)

    def _check_exhibit(self, goal: Term, certificate: c.Exhibit) -> None:
        if not (isinstance(goal, Bind) and goal.head == "exists"):
            raise Rejected("nothing is said to exist")
        witness = certificate.witness
        if isinstance(goal.variable.sort, Function) and isinstance(witness, Name):
            # Of a function that is not defined everywhere any extension is a witness as well.
            self.scoped(witness)
            if not self.fits(witness.sort, goal.variable.sort):
                raise Rejected(f"{witness} is of sort {witness.sort}, not {goal.variable.sort}")
            if not (isinstance(goal.domain, Apply) and goal.domain.head == "everything"):
                raise Rejected("a function in an unknown set")
        else:
            self.member(witness, goal.domain, goal.variable)
        self.check(self.put(goal.body, goal.variable.text, witness), certificate.proof)


def _apart(
    law: Law, values: dict[str, Term], types: tuple[tuple[str, Term], ...]
) -> tuple[Law, dict[str, Term]]:
    """The law, and the values for its holes, with other names for holes that the sets for its types mention:
    those are names of the place where the law is used."""
    outer = frozenset().union(*(value.free for _, value in types))
    taken = {*outer, *values, *(hole.text for hole in law.holes)}
    renamed: dict[str, Name] = {}
    for hole in law.holes:
        if hole.text in outer:
            renamed[hole.text] = Name(fresh_name(hole.text, taken), substitute_sort(hole.sort, renamed))
            taken.add(renamed[hole.text].text)
    changed = replace(
        law,
        holes=tuple(renamed.get(h.text, Name(h.text, substitute_sort(h.sort, renamed))) for h in law.holes),
        premises=tuple((label, substitute(premise, renamed)) for label, premise in law.premises),
        conclusion=substitute(law.conclusion, renamed),
    )
    return changed, {renamed[own].text if own in renamed else own: v for own, v in values.items()}


def as_real(term: Term, names: Mapping[str, Sort]) -> Term:
    """The term with its integer names read as real ones; what holds of these holds of the integers."""
    return substitute(
        term, {name: Name(name, REAL) for name in sorted(term.free) if names.get(name) in (NAT, INT)}
    )


def _of_integers(extent: Range) -> Range:
    """The integers in a range."""
    lower, upper = extent.lower, extent.upper
    if lower is not None:
        lower = Fraction(ceil(lower) if extent.lower_closed else floor(lower) + 1)
    if upper is not None:
        upper = Fraction(floor(upper) if extent.upper_closed else ceil(upper) - 1)
    return Range(lower, upper, integral=True)


def _relations(formula: Term) -> tuple[Apply, ...]:
    """The relations among the conjuncts, memberships in intervals included."""
    found = []
    for part in conjuncts(formula):
        if isinstance(part, Apply) and part.head in ("<=", "<", "="):
            found.append(part)
        elif isinstance(part, Apply) and part.head == "in":
            inner = list(domain_facts_of(*part.args)) or [m for m in (meaning(part),) if m is not None]
            found.extend(p for p in inner if isinstance(p, Apply) and p.head in ("<=", "<", "="))
    return tuple(found)


def _one_constant(goal: Term) -> None:
    """Refuses a bound up to a constant where parts of a proof could each choose one: none need serve in all
    of them where the right side is negative, or in all of an induction."""
    if has_constant(goal):
        raise Rejected("`<~` has one constant for all cases")


def _unbounded(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "infinity"


def _may_be_infinite(term: Term) -> bool:
    """Whether infinity, or a term that may have it as its value, occurs other than as the end of an interval:
    of relations between such, the difference of the sides says nothing."""
    if isinstance(term, Bind):
        return term.sort == EXTREAL or _may_be_infinite(term.domain) or _may_be_infinite(term.body)
    if not isinstance(term, Apply):
        return term.sort == EXTREAL
    parts = term.args
    if term.head in ("closed", "open", "left_open", "right_open"):
        ends = (part.args[0] if isinstance(part, Apply) and part.head == "neg" else part for part in parts)
        parts = tuple(end for end in ends if not _unbounded(end))
    return term.sort == EXTREAL or _unbounded(term) or any(map(_may_be_infinite, parts))


__all__ = ["Frame", "Judged", "Rejected", "Sequent", "Undefined", "judge"]


def _cases_of(fact: Term) -> tuple[Term, ...]:
    """The parts of a disjunction; `a < b` and `b < a` for numbers that are not equal."""
    if not isinstance(fact, Apply):
        return ()
    if fact.head == "!=" and all(is_numeric(arg.sort) for arg in fact.args):
        left, right = fact.args
        return relation("<", left, right), relation("<", right, left)
    return fact.args if fact.head == "or" else ()
