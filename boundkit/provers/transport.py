"""The easy half of Kantorovich's duality: `|E_P f - E_Q f| <= lam * W1(P, Q)` for a Lipschitz function f,
by a coupling of cost at most W1(P, Q) + e."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import PROP, REAL, Distribution, Product, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, fresh_name, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.couplings import component, first_moment, infimum, size
from boundkit.kernel.judge import Frame, Rejected
from boundkit.provers.chances import new_name

Search = Callable[[Frame, Term], c.Proof | None]


def kantorovich_bound(function: Term, rate: Term, left: Term, right: Term) -> Apply | None:
    """`|E_{x ~ P}[f(x)] - E_{x ~ Q}[f(x)]| <= rate * W1(P, Q)`; None for laws on other things than numbers
    and vectors."""
    if first_moment(left) is None or first_moment(right) is None:
        return None
    gap = Apply("-", (_mean(function, left), _mean(function, right)), REAL)
    distance = Apply("W1", (left, right), REAL)
    return relation("<=", Apply("abs", (gap,), REAL), Apply("*", (rate, distance), REAL))


def _mean(function: Term, law: Term) -> Bind:
    assert isinstance(law.sort, Distribution)
    x = Name(fresh_name("x", law.free | function.free), law.sort.element)
    return Bind("expectation", x, law, Apply("call", (function, x), REAL), REAL)


def prove_kantorovich(
    frame: Frame, lipschitz: str, function: Term, rate: Term, laws: tuple[Term, Term], search: Search
) -> c.Proof | None:
    """A proof of `kantorovich_bound`, where the fact `lipschitz` says what Lipschitz means for f."""
    goal = kantorovich_bound(function, rate, *laws)
    if goal is None:
        return None
    distance = Apply("W1", laws, REAL)
    couplings = infimum(distance)
    if couplings is None:
        return None
    lines: list[c.Line] = []
    label = fresh_name("couplings", set(frame.facts))
    try:
        first = frame.with_fact(label, couplings)
    except Rejected:
        return None
    lines.append(c.Line(label, couplings, c.Meaning(term=distance)))
    e = Name(new_name(first, "e"), REAL)
    positive = Apply("open", (ZERO, Apply("infinity", (), REAL)), SetOf(REAL))
    room = Apply("*", (rate, Apply("+", (distance, e), REAL)), REAL)
    nearly = relation("<=", goal.args[0], room)
    own = _near(first, label, lipschitz, function, rate, laws, e, positive, nearly, search)
    if own is None:
        return None
    claim = Bind("forall", e, positive, nearly, PROP)
    name = fresh_name("nearly", set(first.facts))
    lines.append(c.Line(name, claim, c.Introduce(e.text, own)))
    second = first.with_fact(name, claim)
    last = _limit(second, name, goal, rate, search)
    return None if last is None else c.Proof(last, tuple(lines))


def _near(
    frame: Frame,
    couplings: str,
    lipschitz: str,
    function: Term,
    rate: Term,
    laws: tuple[Term, Term],
    e: Name,
    positive: Term,
    nearly: Term,
    search: Search,
) -> c.Proof | None:
    """The bound with W1 + e, by a coupling."""
    sort = laws[0].sort
    assert isinstance(sort, Distribution)
    joint = Name(new_name(frame, "pi"), Distribution(Product(sort.element, sort.element)))
    pair = Name(new_name(frame, "p"), joint.sort.element)  # type: ignore[attr-defined]
    found = substitute(frame.facts[couplings].body, {frame.facts[couplings].variable.text: e})  # type: ignore[attr-defined]
    assert isinstance(found, Bind)
    try:
        inner = frame.with_name(e).with_fact(f"range of {e.text}", Apply("in", (e, positive), PROP))
        inner = inner.with_name(joint).with_fact(
            f"range of {joint.text}", Apply("in", (joint, found.domain), PROP)
        )
        chosen = f"choice of {joint.text}"
        inner = inner.with_fact(chosen, substitute(found.body, {found.variable.text: joint}))
    except Rejected:
        return None
    lines: list[c.Line] = []
    values = []
    for law, head in zip(laws, ("fst", "snd"), strict=True):
        mean = _mean(function, law)
        value = Apply("call", (function, component(pair, head)), REAL)
        values.append(value)
        claim: Term = relation("=", mean, Bind("expectation", pair, joint, value, REAL))
        lines.append(c.Line(f"marginal {head}", claim, c.Meaning(chosen, mean)))
    gap = Apply("-", (component(pair, "fst"), component(pair, "snd")), sort.element)
    at_most = Apply("*", (rate, size(gap)), REAL)
    points = (component(pair, "fst"), component(pair, "snd"))
    for place, (one, other) in enumerate((tuple(values), tuple(reversed(values)))):
        difference = Apply("-", (one, other), REAL)
        claim = relation(
            "<=",
            Bind("expectation", pair, joint, difference, REAL),
            Bind("expectation", pair, joint, at_most, REAL),
        )
        with_lines = inner
        for line in lines:
            with_lines = with_lines.with_fact(line.name, line.claim)
        try:
            within = with_lines.at_outcome(pair, joint)
            fact = frame.facts[lipschitz]
            at = fact
            for point in points:
                at = substitute(at.body, {at.variable.text: point})  # type: ignore[attr-defined]
            special = c.Line("at the pair", at, c.Specialise(lipschitz, points))
            own = search(within.with_fact("at the pair", at), relation("<=", difference, at_most))
        except Rejected:
            return None
        if own is None:
            return None
        proof = c.Proof(own.by, (special, *own.lines))
        lines.append(c.Line(f"mean {place}", claim, c.Mean(pair.text, proof)))
    for line in lines:
        if line.name not in inner.facts:
            inner = inner.with_fact(line.name, line.claim)
    last = search(inner, nearly)
    if last is None:
        return None
    proof = c.Proof(last.by, (*lines, *last.lines))
    return c.Proof(c.Obtain(couplings, (e,), joint.text, proof))


def _limit(frame: Frame, nearly: str, goal: Apply, rate: Term, search: Search) -> c.Certificate | None:
    """The bound from those with W1 + e for all e > 0: were it false by a gap, `e = gap/(rate + 1)` would
    contradict."""
    left, right = goal.args
    case = fresh_name("case", set(frame.facts))
    above = relation("<", right, left)
    e = Apply("/", (Apply("-", (left, right), REAL), Apply("+", (rate, ONE), REAL)), REAL)
    claim = substitute(frame.facts[nearly].body, {frame.facts[nearly].variable.text: e})  # type: ignore[attr-defined]
    label = fresh_name("at the gap", set(frame.facts))
    in_range = fresh_name("positive", set(frame.facts))
    try:
        failing = frame.with_fact(case, above)
        positive = relation("<", ZERO, e)
        shown = search(failing, positive)
        if shown is None:
            return None
        failing = failing.with_fact(in_range, positive)
        own = search(failing.with_fact(label, claim), goal)
    except Rejected:
        return None
    if own is None:
        return None
    lines = (
        c.Line(in_range, positive, c.Nested(shown)),
        c.Line(label, claim, c.Specialise(nearly, (e,))),
        *own.lines,
    )
    return c.Cases("", goal, case, (c.Proof(c.Given(case)), c.Proof(own.by, lines)))
