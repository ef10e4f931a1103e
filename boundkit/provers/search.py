"""The first prover: takes a goal apart and tries, in a fixed order, signs, normal forms, combinations of
facts, cases and ball arithmetic. Deterministic; bounded by a budget of attempts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Matrix, is_numeric
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Term,
    fresh_name,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal, domain_facts_of
from boundkit.kernel.cover import Rejected as CoverRejected
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.facts import negation
from boundkit.kernel.judge import Frame, Rejected, Undefined
from boundkit.kernel.meanings import meaning
from boundkit.kernel.normal import canonical_term
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.bounded_functions import bounded_functions
from boundkit.provers.chances import prove_event, prove_largest, prove_mean, prove_surely, prove_tower
from boundkit.provers.choices import is_choice, prove_extremum, prove_member
from boundkit.provers.combination import combine
from boundkit.provers.disjunctions import excluded, instances, parts_of, sums_of_one
from boundkit.provers.exponents import prove_exchanged, prove_exponents
from boundkit.provers.extended import prove_extended, released
from boundkit.provers.layers import lines_for
from boundkit.provers.masses import prove_masses
from boundkit.provers.roots import prove_roots
from boundkit.provers.scalars import CASE, ScalarProver, prove_choices, prove_scalar
from boundkit.provers.summands import prove_up_to_constant
from boundkit.provers.terms_of_sums import terms_below

Clauses = tuple[tuple[str, int], ...]
COMPOUND = frozenset({"+", "-", "*", "/", "neg", "^"})
"""Heads whose terms a normal form takes apart, so that equations do not rewrite them."""
LARGEST_CONSTANT = 2**14
"""The largest constant tried for a bound up to one, and how often the first that serves is made smaller."""
CONSTANT_STEPS = 7
CONSTANT_ATTEMPTS = 8
OUTCOME_ATTEMPTS = 8
"""Attempts at an arbitrary outcome of one choice of good events."""
CASE_ATTEMPTS = 12
"""Attempts for the cases of a disjunction among the facts."""


@dataclass
class Budget:
    """Attempts left; shared by all parts of one goal."""

    attempts: int = 60
    undefined: str = ""
    condition: Term | None = None

    def spend(self) -> bool:
        """Takes one attempt; False when none is left."""
        self.attempts -= 1
        return self.attempts >= 0


@dataclass(frozen=True)
class Hints:
    """Witnesses for `exists` by the name of the variable, whether ball arithmetic may be tried, and whether
    laws of the library may be brought in for what the goal speaks of."""

    witnesses: tuple[tuple[str, Term], ...] = ()
    cover: bool = True
    induct: str = ""
    cases: int = 3
    budget: Budget = field(default_factory=Budget)
    library: bool = False


def prove(frame: Frame, goal: Term, hints: Hints) -> c.Proof | None:
    """A proof of the goal from the facts of the frame, or None."""
    if isinstance(goal, Bind) and goal.head == "forall":
        if goal.variable.text in hints.induct.split()[:1]:
            return _induct(frame, goal, hints)
        return _introduce(frame, goal, hints)
    if isinstance(goal, Bind) and goal.head == "exists":
        if accepted(frame, goal, c.Proof(c.Signs())):
            return c.Proof(c.Signs())
        for name, formula in frame.facts.items():
            stated = isinstance(formula, Bind) and formula.head == "exists"
            if stated and accepted(frame, goal, c.Proof(c.Given(name))):
                return c.Proof(c.Given(name))
        return _exhibit(frame, goal, hints)
    if isinstance(goal, Bind) and goal.head == "surely":
        return prove_surely(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
    if not isinstance(goal, Apply):
        return None
    if goal.head == "implies":
        name = _free_fact(frame, "condition")
        inner = prove(frame.with_fact(name, goal.args[0]), goal.args[1], hints)
        return c.Proof(c.Introduce(name, inner)) if inner else None
    if goal.head in ("and", "iff"):
        parts: tuple[Term, ...] = goal.args
        if goal.head == "iff":
            parts = tuple(Apply("implies", pair, PROP) for pair in (goal.args, goal.args[::-1]))
        proofs = []
        for part in parts:
            inner = prove(frame, part, hints)
            if inner is None:
                return None
            proofs.append(inner)
        return c.Proof(c.Both(tuple(proofs)))
    if goal.head == "or":
        if len(goal.args) == 2 and goal.args[1] == negation(goal.args[0]):
            sides = tuple(c.Proof(c.Either(place, c.Proof(c.Given("case")))) for place in (0, 1))
            either = c.Proof(c.Cases("", goal.args[0], "case", sides))
            if "case" not in frame.facts and accepted(frame, goal, either, hints.budget):
                return either
        for place, part in enumerate(goal.args):
            inner = prove(frame, part, hints)
            if inner is not None:
                return c.Proof(c.Either(place, inner))
        return None
    if goal.head == "lesssim":
        return _constant(frame, goal, hints)
    if goal.head.startswith("is_") or goal.head == "in":
        return _property(frame, goal, hints)
    return _relation(frame, goal, hints)


def accepted(frame: Frame, goal: Term, proof: c.Proof, budget: Budget | None = None) -> bool:
    """Whether the frame's checks accept the proof; notes a condition under which the goal itself would be
    defined, when it is missing."""
    try:
        frame.check(goal, proof)
    except NotDefined:
        if budget is not None and not budget.undefined:
            _note_undefined(frame, goal, budget)
        return False
    except (Rejected, Undefined, NotNormal, TooLarge, CoverRejected, RecursionError):
        return False
    return True


def _note_undefined(frame: Frame, goal: Term, budget: Budget) -> None:
    try:
        frame.require_defined(goal, frame.context())
    except NotDefined as failure:
        budget.undefined, budget.condition = failure.condition, failure.proposition
    except (NotNormal, TooLarge, Rejected):
        return


def _free_fact(frame: Frame, base: str) -> str:
    return fresh_name(base, set(frame.facts))


def _introduce(frame: Frame, goal: Bind, hints: Hints) -> c.Proof | None:
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    name = Name(fresh_name(goal.variable.text, taken), goal.variable.sort)
    try:
        inner_frame = frame.with_name(name).with_fact(
            f"range of {name.text}", Apply("in", (name, goal.domain), PROP)
        )
    except Rejected:
        return None
    inner = prove(inner_frame, substitute(goal.body, {goal.variable.text: name}), hints)
    return c.Proof(c.Introduce(name.text, inner)) if inner else None


def _exhibit(frame: Frame, goal: Bind, hints: Hints) -> c.Proof | None:
    for name, witness in hints.witnesses:
        if name == goal.variable.text:
            inner = prove(frame, substitute(goal.body, {goal.variable.text: witness}), hints)
            return c.Proof(c.Exhibit(witness, inner)) if inner else None
    return None


def _induct(frame: Frame, goal: Bind, hints: Hints) -> c.Proof | None:
    inner = " ".join(hints.induct.split()[1:])
    rest = Hints(hints.witnesses, hints.cover, inner, hints.cases, hints.budget, library=True)
    domain = goal.domain
    if not isinstance(domain, Apply):
        return None
    first: Term = domain.args[0] if domain.args else number(0)
    last = domain.args[1] if domain.head == "range" else None
    if isinstance(last, Apply) and last.head == "infinity":
        last = None
    taken = set(frame.sequent.names) | set(frame.sequent.definitions)
    name = fresh_name(goal.variable.text, taken)
    fixed = Name(name, goal.variable.sort)
    following = Apply("+", (fixed, number(1)), goal.variable.sort)
    try:
        base = frame
        if last is not None:
            base = base.with_fact(f"range of {name}", relation("<=", first, last))
        base_proof = prove(base, substitute(goal.body, {goal.variable.text: first}), rest)
        if base_proof is None:
            return None
        step = frame.with_name(fixed).with_fact(f"start of {name}", relation("<=", first, fixed))
        if last is not None:
            step = step.with_fact(f"end of {name}", relation("<=", following, last))
        supposed = _free_fact(step, "hypothesis of induction")
        step = step.with_fact(supposed, substitute(goal.body, {goal.variable.text: fixed}))
        step_proof = prove(step, substitute(goal.body, {goal.variable.text: following}), rest)
    except Rejected:
        return None
    if step_proof is None:
        return None
    return c.Proof(c.Induction(name, base_proof, step_proof))


def _constant(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    """A bound up to a constant: summand by summand; else by the largest constant that is tried, or not at
    all, and then the least whole one that serves, by powers of four and halving."""
    left, right = goal.args[:2]

    def cover(inner: Frame, wanted: Apply) -> c.Proof | None:
        return prove_scalar(inner, wanted, policies(inner)[0], accepted)

    by_summands = prove_up_to_constant(frame, goal, cover, policies(frame)[0])
    if by_summands is not None and accepted(frame, goal, c.Proof(by_summands), hints.budget):
        return c.Proof(by_summands)

    def attempt(value: int) -> c.Proof | None:
        bound = Apply("*", (number(value), right), REAL)
        own = Hints(hints.witnesses, False, "", min(hints.cases, 1), Budget(CONSTANT_ATTEMPTS))
        return prove(frame, relation("<=", left, bound), own)

    low, high, found = 0, LARGEST_CONSTANT, attempt(LARGEST_CONSTANT)
    if found is None:
        return None  # a larger constant is easier, since the right side is not negative
    for value in (4**k for k in range(CONSTANT_STEPS)):
        better = attempt(value) if value < LARGEST_CONSTANT else None
        if better is not None:
            high, found = value, better
            break
        low = min(value, LARGEST_CONSTANT)
    for _ in range(CONSTANT_STEPS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        better = attempt(middle)
        low, high, found = (low, middle, better) if better is not None else (middle, high, found)
    return c.Proof(c.Constant(Fraction(high), found))


def _property(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    for name, formula in frame.facts.items():
        values = _aimed(formula, goal)
        proof = c.Proof(c.Specialise(name, values) if values else c.Given(name))
        if (values or isinstance(formula, Apply)) and accepted(frame, goal, proof):
            return proof
    if accepted(frame, goal, c.Proof(c.Signs())):
        return c.Proof(c.Signs())
    if goal.head == "in":
        found = prove_member(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
        if found is not None and accepted(frame, goal, found, hints.budget):
            return found
    definition = meaning(goal)
    if definition is None:
        if goal.head != "in":
            return None
        parts = tuple(domain_facts_of(*goal.args))
        proofs = [prove(frame, part, hints) for part in parts]
        both = tuple(proof for proof in proofs if proof is not None)
        return c.Proof(c.Both(both)) if parts and len(both) == len(parts) else None
    if goal.head != "in":
        hints = Hints((), False, "", 1, hints.budget)
    inner = prove(frame, definition, hints)
    return c.Proof(c.Folded(inner)) if inner else None


def policies(frame: Frame) -> list[Clauses]:
    """Which clauses to unfold, in the order to try: all but the steps of recursions, all, none."""
    definitions = frame.sequent.definitions
    plain: list[tuple[str, int]] = []
    steps: list[tuple[str, int]] = []
    for name in sorted(definitions):
        definition = definitions[name]
        for place, clause in enumerate(definition.clauses):
            is_step = definition.recursive and any(isinstance(p, Apply) for p in clause.patterns)
            (steps if is_step else plain).append((name, place))
    found = [tuple(plain)]
    if steps:
        found.append(tuple(plain + steps))
    if plain:
        found.append(())
        if steps:
            found.append(tuple(steps))
    return found


def equations(frame: Frame) -> list[tuple[c.Rewrite, ...]]:
    """Sets of facts to use as rewriting rules: none, then every equation whose left side is atomic."""
    found = []
    for name, formula in frame.facts.items():
        body = formula
        while isinstance(body, Bind) and body.head == "forall":
            body = body.body
        if isinstance(body, Apply) and body.head == "=":
            left, right = body.args
            atomic = isinstance(left, Name) or (
                isinstance(left, Bind)
                and (left.head == "sum" or (left.head == "expectation" and isinstance(left.sort, Matrix)))
            )
            atomic = atomic or (isinstance(left, Apply) and left.head not in COMPOUND)
            if atomic and not any(left == part for part in subterms(right)):
                found.append((name, left.sort))
    if not found:
        return [()]
    matrices = tuple(c.Rewrite(name) for name, sort in found if isinstance(sort, Matrix))
    everything = tuple(c.Rewrite(name) for name, _ in found)
    options: list[tuple[c.Rewrite, ...]] = [(), matrices, everything]
    return list(dict.fromkeys(options))


def _relation(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    budget = hints.budget
    for certificate in _quick(frame, goal):
        if accepted(frame, goal, c.Proof(certificate), budget):
            return c.Proof(certificate)
    if goal.head not in ("<=", "<", "=", "false") or (
        goal.args and not all(is_numeric(arg.sort) for arg in goal.args)
    ):
        return None
    applies, proof = prove_extended(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
    if proof is None and not applies:
        proof = prove_exponents(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
    if proof is not None and accepted(frame, goal, proof, budget):
        return proof
    if applies:
        return None
    if any(map(is_choice, subterms(goal))):
        proof = prove_extremum(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
        if proof is not None and accepted(frame, goal, proof, budget):
            return proof
    if any(isinstance(arg, Bind) and arg.head in ("expectation", "probability") for arg in goal.args):
        for certificate in prove_tower(frame, goal):
            if accepted(frame, goal, c.Proof(certificate), budget):
                return c.Proof(certificate)

        def search(inner: Frame, wanted: Term) -> c.Proof | None:
            return prove(inner, wanted, replace(hints, budget=Budget(OUTCOME_ATTEMPTS)))

        for strategy in (prove_largest, prove_mean, prove_exchanged, prove_masses, prove_event):
            proof = strategy(frame, goal, search)
            if proof is not None and accepted(frame, goal, proof, budget):
                return proof
    if goal.head == "=":
        left, right = goal.args
        proofs = []
        for part in (relation("<=", left, right), relation("<=", right, left)):
            inner = _relation(frame, part, Hints((), False, "", 0, budget))
            if inner is None:
                return _cases(frame, goal, hints) if hints.cases else None
            proofs.append(inner)
        return c.Proof(c.Both(tuple(proofs)))
    if goal.head == "false":
        goal = relation("<=", number(1), number(0))
    if hints.library:
        proof = _with_library(frame, goal, replace(hints, library=False))
        if proof is not None:
            return proof
    for rewrites in equations(frame):
        for unfold in policies(frame):
            if not budget.spend():
                return _cases(frame, goal, hints) if hints.cases and has_disjunction(frame) else None
            try:
                for found in combine(frame, goal, unfold, rewrites):
                    if accepted(frame, goal, c.Proof(found), budget):
                        return c.Proof(found)
            except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
                continue
    proof = _with_terms(frame, goal, hints)
    if proof is not None:
        return proof
    proof = prove_roots(frame, goal, lambda inner, wanted: prove(inner, wanted, hints))
    if proof is not None and accepted(frame, goal, proof, budget):
        return proof
    if hints.cases:
        if hints.cover and not any(key.startswith(CASE) for key in frame.facts):
            proof = _cover(frame, goal, budget, prove_choices)
            if proof is not None:
                return proof
        proof = _cases(frame, goal, hints)
        if proof is not None:
            return proof
    return _cover(frame, goal, budget, prove_scalar) if hints.cover else None


def _with_library(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    """A proof with the parts of conjunctions apart, and with what laws of the library say of the layers and
    sums in the goal; None when they say nothing of it."""
    lines: list[c.Line] = []
    inner = frame
    for name in tuple(frame.facts):
        for line in parts_of(inner, name):
            lines.append(line)
            inner = inner.with_fact(line.name, line.claim)

    def show(own: Frame, wanted: Term) -> c.Proof | None:
        return prove(own, wanted, Hints((), False, "", 1, Budget(6)))

    for line in (*lines_for(inner, goal), *sums_of_one(inner, goal, show)):
        lines.append(line)
        inner = inner.with_fact(line.name, line.claim)
    if not lines:
        return None
    proof = _relation(inner, goal, hints)
    return c.Proof(proof.by, (*lines, *proof.lines)) if proof else None


def _with_terms(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    """A proof with what a term of a sum, and a function of a bounded term, is at most; None when nothing is
    said of one."""

    if any(name.startswith(CASE) for name in frame.facts):
        return None

    def show(own: Frame, wanted: Term) -> c.Proof | None:
        return prove(own, wanted, Hints((), False, "", 1, Budget(4)))

    def shown(own: Frame, wanted: Apply) -> c.Proof | None:
        return prove_scalar(own, wanted, policies(own)[0], accepted)

    lines = (*terms_below(frame, _unfolded(frame, goal), show), *bounded_functions(frame, goal, shown))
    inner = frame
    for line in lines:
        inner = inner.with_fact(line.name, line.claim)
    proof = _relation(inner, goal, hints) if lines else None
    return c.Proof(proof.by, (*lines, *proof.lines)) if proof else None


def _quick(frame: Frame, goal: Apply) -> Iterator[c.Certificate]:
    yield c.Signs()
    if goal.head in ("=", "<="):
        for rewrites in equations(frame):
            for unfold in policies(frame):
                yield c.Identity(unfold, rewrites)
        if goal.head == "=" and isinstance(goal.args[0], Apply) and goal.args[0].head == "grad":
            for unfold in policies(frame):
                yield c.Gradient(unfold)
    plain = _unfolded(frame, goal)
    for name, formula in frame.facts.items():
        if isinstance(formula, Apply) and formula.head == goal.head:
            yield c.Given(name)
        elif isinstance(formula, Bind) and formula.head == "forall":
            for fact, wanted in ((formula, goal), (_unfolded(frame, formula), plain)):
                values = _aimed(fact, wanted)
                if values is not None:
                    yield c.Specialise(name, values)


def _unfolded(frame: Frame, formula: Term) -> Term:
    """The formula in normal form under its quantifiers, its definitions unfolded."""
    if isinstance(formula, Bind) and formula.head == "forall":
        body = _unfolded(frame, formula.body)
        return Bind("forall", formula.variable, formula.domain, body, PROP)
    try:
        return canonical_term(formula, frame.context())
    except (NotNormal, TooLarge):
        return formula


def _aimed(formula: Term, goal: Term) -> tuple[Term, ...] | None:
    """Values for the variables of a universal fact that make its core the goal, by matching."""
    from boundkit.kernel.matching import match

    names: list[str] = []
    while isinstance(formula, Bind) and formula.head == "forall":
        names.append(formula.variable.text)
        formula = formula.body
    if isinstance(formula, Apply) and formula.head == "implies":
        formula = formula.args[1]
    values = match(formula, goal, names)
    if values is None or any(name not in values for name in names):
        return None
    return tuple(values[name] for name in names)


def _cases(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    """Cases by the sign of what stands under an absolute value, or of the difference of two under a
    maximum or minimum, or by the condition of a choice; or by a disjunction among the facts."""
    rest = Hints(hints.witnesses, hints.cover, "", hints.cases - 1, hints.budget)
    for split in _splits(frame, goal):
        own = replace(rest, budget=Budget(CASE_ATTEMPTS)) if isinstance(split, str) else rest
        name = _free_fact(frame, CASE)
        if isinstance(split, str):
            fact = frame.facts[split]
            parts: tuple[Term, ...] = fact.args  # type: ignore[attr-defined]
            certificate: tuple[str, Term | None] = (split, None)
        else:
            left, right = split.args
            other = relation("<" if split.head == "<=" else "<=", right, left)
            parts = (split, other)
            certificate = ("", split)
        proofs = []
        for part in parts:
            try:
                inner = _released(frame.with_fact(name, part), goal, own)
            except Rejected:
                inner = None
            if inner is None:
                break
            proofs.append(inner)
        if len(proofs) == len(parts):
            proof = c.Proof(c.Cases(certificate[0], certificate[1], name, tuple(proofs)))
            if accepted(frame, goal, proof, hints.budget):
                return proof
    return _choices(frame, goal, rest)


def _choices(frame: Frame, goal: Apply, rest: Hints) -> c.Proof | None:
    """Cases by a disjunction that holds for all places, at a place that the goal speaks of."""
    if any(key.startswith(CASE) for key in frame.facts):
        return None
    for line in instances(frame, goal):
        inner = frame.with_fact(line.name, line.claim)
        name = _free_fact(inner, CASE)
        proofs = []
        for part in line.claim.args:  # type: ignore[attr-defined]
            case = inner.with_fact(name, part)
            lines = parts_of(case, name)
            for one in lines:
                case = case.with_fact(one.name, one.claim)
            own = excluded(case, name)
            if own is None or not accepted(case, goal, own, rest.budget):
                own = _relation(case, goal, rest)
            if own is None:
                break
            proofs.append(c.Proof(own.by, (*lines, *own.lines)))
        else:
            proof = c.Proof(c.Cases(line.name, None, name, tuple(proofs)), (line,))
            if accepted(frame, goal, proof, rest.budget):
                return proof
    return None


def _released(frame: Frame, goal: Apply, hints: Hints) -> c.Proof | None:
    """The goal, with what implications among the facts say where their conditions are known."""
    lines = tuple(released(frame))
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    for contradiction in opposed(frame):
        if accepted(frame, goal, c.Proof(contradiction), hints.budget):
            return c.Proof(contradiction, lines)
    proof = _relation(frame, goal, hints)
    return c.Proof(proof.by, (*lines, *proof.lines)) if proof and lines else proof


def opposed(frame: Frame) -> Iterator[c.Combination]:
    """A fact whose negation holds by the signs of the others."""
    context = frame.context()
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Apply) and formula.head in ("<=", "<")):
            continue
        low, high = formula.args
        if is_numeric(low.sort) and is_numeric(high.sort) and context.holds(negation(formula)):
            gap = Apply("-", (low, high), REAL)
            parts = ((c.Factor("fact", name),), (c.Factor("sign", term=gap),))
            yield c.Combination(tuple(c.Summand(Fraction(1), factors) for factors in parts))


def has_disjunction(frame: Frame) -> bool:
    """Whether a disjunction is among the facts and no case of one is."""
    stated = any(isinstance(formula, Apply) and formula.head == "or" for formula in frame.facts.values())
    return stated and not any(name.startswith(CASE) for name in frame.facts)


def _splits(frame: Frame, goal: Apply) -> Iterator[Apply | str]:
    seen: set[str] = set()
    for name, formula in frame.facts.items():
        is_choice = isinstance(formula, Apply) and formula.head == "or"
        if is_choice and not any(key.startswith(CASE) for key in frame.facts):
            yield name
    context = frame.context()
    count = 0
    hides = bool(goal.free & set(frame.sequent.definitions))
    formulas = [
        goal,
        *([_unfolded(frame, goal)] if hides else []),
        *(f for f in frame.facts.values() if isinstance(f, Apply) and f.head in ("<=", "<", "=")),
    ]
    for formula in formulas:
        for term in subterms(formula):
            if not isinstance(term, Apply) or any(v.startswith("#") for v in term.free):
                continue
            split: Apply | None = None
            if term.head == "abs":
                split = relation("<=", number(0), term.args[0])
            elif term.head in ("max", "min") and len(term.args) == 2:
                split = relation("<=", term.args[0], term.args[1])
            elif term.head == "if" and isinstance(term.args[0], Apply) and term.args[0].head in ("<=", "<"):
                split = relation(term.args[0].head, term.args[0].args[0], term.args[0].args[1])
            if (
                split is None
                or str(split) in seen
                or not term.free <= set(frame.sequent.names) | set(frame.sequent.definitions)
            ):
                continue
            seen.add(str(split))
            left, right = split.args
            if context.holds(split) or context.holds(relation("<=", right, left)):
                continue
            count += 1
            if count > 3:
                return
            yield split


def _cover(frame: Frame, goal: Apply, budget: Budget, prover: ScalarProver) -> c.Proof | None:
    """The prover of real inequalities, on the goal with its plain definitions written out."""

    def settled(inner: Frame, wanted: Term, proof: c.Proof) -> bool:
        return accepted(inner, wanted, proof, budget)

    for unfold in policies(frame)[:1]:
        proof = prover(frame, goal, unfold, settled)
        if proof is not None:
            return proof
    return None


__all__ = ["INT", "NAT", "REAL", "Budget", "Hints", "accepted", "prove"]
