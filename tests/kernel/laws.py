"""Laws, samples and couplings that the tests of the kernel speak of."""

from __future__ import annotations

from boundkit.ir.sorts import NAT, PROP, REAL, Abstract, Distribution, Function, Power, Product, SetOf, Sort
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel import certificates as c
from tests.kernel.writing import (
    belongs,
    closed,
    everything,
    forall,
    le,
    n,
    plus,
    within,
)

H = Abstract("H")

P, Q = (Name(text, Distribution(H)) for text in "PQ")

G = Name("G", SetOf(H))

h = Name("h", H)

loss, wide = (Name(text, Function((H,), REAL)) for text in ("loss", "wide"))

u, a = Name("u", REAL), Name("a", REAL)

NAMES: dict[str, Sort] = {
    "P": P.sort, "Q": Q.sort, "loss": loss.sort, "wide": wide.sort, "a": REAL, "n": NAT,
}  # fmt: skip

UNIT = forall(Name("g", H), belongs(Apply("call", (loss, Name("g", H)), REAL), closed(0, 1)))


def mean(law: Term, function: Term = loss) -> Bind:
    """`E_{h ~ law}[function(h)]`."""
    return Bind("expectation", h, law, Apply("call", (function, h), REAL), REAL)


def chance(law: Term, event: Term) -> Bind:
    """`Pr_{h ~ law}[event]`."""
    return Bind("probability", h, law, event, REAL)


EVENTS = forall(G, le(chance(P, belongs(h, G)), plus(chance(Q, belongs(h, G)), a)))

"""P is at most Q + a on every event."""

LEVEL_SET = Bind(
    "set", h, everything(H), Apply("and_where", (h, le(u, Apply("call", (loss, h), REAL))), H), SetOf(H)
)

IN_UNIT = c.Proof(c.Both((c.Proof(c.Signs()), c.Proof(c.Signs()))))


def by_levels(count: int, inner: c.Proof) -> c.Levels:
    """A proof by levels, with the bounds of so many variables by signs."""
    return c.Levels("g", "u", (IN_UNIT,) * count, inner)


Z = Abstract("Z")

D = Name("D", Distribution(Z))

SAMPLE = Power(Z, n)

S = Name("S", SAMPLE)

POWER = Apply("^", (D, n), Distribution(SAMPLE))

F = Name("F", Function((SAMPLE, Z), REAL))

i, k = Name("i", NAT), Name("k", NAT)

z = Name("z", Z)

SAMPLES: dict[str, Sort] = {"D": D.sort, "n": NAT, "F": F.sort, "i": NAT, "k": NAT, "c": REAL}

F_UNIT = forall(
    Name("s", SAMPLE), forall(z, belongs(Apply("call", (F, Name("s", SAMPLE), z), REAL), closed(0, 1)))
)

PLACE = belongs(i, within(1, n))


def at(sample: Term, place: Term) -> Term:
    return Apply("index", (sample, place), Z)


def replaced(sample: Term, place: Term, value: Term) -> Term:
    return Apply("replace", (sample, place, value), SAMPLE)


def over_samples(body: Term) -> Bind:
    return Bind("expectation", S, POWER, body, REAL)


OWN = over_samples(Apply("call", (F, S, at(S, i)), REAL))

AFRESH = over_samples(Bind("expectation", z, D, Apply("call", (F, replaced(S, i, z), z), REAL), REAL))

GHOST = over_samples(Bind("expectation", z, D, Apply("call", (F, S, z), REAL), REAL))

M, N = (Name(text, Distribution(REAL)) for text in ("M", "N"))

f = Name("f", Function((REAL,), REAL))

x = Name("x", REAL)

W = Apply("W1", (M, N), REAL)

LAWS: dict[str, Sort] = {"M": M.sort, "N": N.sort, "f": f.sort, "pi": Distribution(Product(REAL, REAL))}


def moment(law: Term) -> Term:
    """That the first moment of a law is finite."""
    return le(0, Bind("expectation", x, law, Apply("abs", (x,), REAL), REAL))


PI = Name("pi", Distribution(Product(REAL, REAL)))

COUPLED = Apply("is_coupling", (PI, M, N), PROP)

BOUNDED = forall(x, belongs(Apply("call", (f, x), REAL), closed(0, 1)))

p = Name("p", Product(REAL, REAL))


def marginal(head: str) -> Bind:
    inner = Apply("call", (f, Apply(head, (p,), REAL)), REAL)
    return Bind("expectation", p, PI, inner, REAL)


def of_law(law: Term) -> Bind:
    return Bind("expectation", x, law, Apply("call", (f, x), REAL), REAL)


def each(event: Term) -> Term:
    """`Pr_{S ~ D^n}[forall k in 1..n, event]`."""
    return Bind("probability", S, AFRESH.domain, Bind("forall", k, within(1, n), event, PROP), REAL)


g = Name("g", Function((Z,), REAL))
EVERY_ENTRY = each(le(Apply("call", (g, at(S, k)), REAL), 1))
ONE_ENTRY = Bind("probability", z, D, le(Apply("call", (g, z), REAL), 1), REAL)
