"""The closed family of certificates: plain data, written as JSON, each with one check in `judge`.

A proof is a list of lines, each a proposition with its certificate, and a certificate of the goal; a
certificate may use the premises and the lines before it by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from boundkit.ir.json import Malformed, decode, encode, rational
from boundkit.ir.terms import Name, Term

DEEPEST = 200
"""Nesting of JSON beyond which a certificate is not read."""


@dataclass(frozen=True)
class Rewrite:
    """An equation `forall variables, left = right` among the facts, used left to right."""

    fact: str


@dataclass(frozen=True)
class Factor:
    """One factor of a summand; `kind` is

    `fact`: the slack of a relation among the facts, its leading variables replaced by `values`; where the
    fact says several, as a membership in an interval does, the one number `place` of its inequalities;
    `equal`: the difference of the sides of an equation, times `term` (any defined term);
    `goal`: the negated goal; `sign`: `term`, non-negative by its sign; `square`: `term` squared
    (`<u, u>` for a vector); `gram`: `|u| |v| - <u, v>` for the inner product `term`;
    `extremum`: how far the maximum, minimum or absolute value `term` lies from its member `values`.
    """

    kind: str
    fact: str = ""
    values: tuple[Term, ...] = ()
    term: Term | None = None
    place: int = 0


@dataclass(frozen=True)
class Summand:
    """`coefficient * product of factors`, summed over the binders (variable, first, last)."""

    coefficient: Fraction
    factors: tuple[Factor, ...]
    binders: tuple[tuple[Name, Term, Term], ...] = ()


@dataclass(frozen=True)
class Certificate:
    """Base of the family."""


@dataclass(frozen=True)
class Signs(Certificate):
    """The goal holds by the signs of normal forms alone."""


@dataclass(frozen=True)
class Given(Certificate):
    """The goal is one of the facts, up to normal form."""

    fact: str


@dataclass(frozen=True)
class Identity(Certificate):
    """The two sides have one normal form, with these clauses unfolded and equations used."""

    unfold: tuple[tuple[str, int], ...] = ()
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True)
class Combination(Certificate):
    """The summands, each non-negative and one of them positive when the goal is false, add up to 0."""

    summands: tuple[Summand, ...]
    unfold: tuple[tuple[str, int], ...] = ()
    rewrites: tuple[Rewrite, ...] = ()


@dataclass(frozen=True)
class Cover(Certificate):
    """The relation holds on a product of intervals at which the `facts`, relations between numbers, hold; by
    the steps of `kernel.steps`."""

    unfold: tuple[tuple[str, int], ...]
    tree: Any
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specialise(Certificate):
    """A universal fact at given values."""

    fact: str
    values: tuple[Term, ...]


@dataclass(frozen=True)
class Instance(Certificate):
    """A law with terms for its holes, and sets for its types; its premises are among the facts."""

    law: str
    substitution: tuple[tuple[str, Term], ...]
    types: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True)
class Meaning(Certificate):
    """The definition of a property or membership among the facts, or of a function term."""

    fact: str = ""
    term: Term | None = None


@dataclass(frozen=True)
class Folded(Certificate):
    """A property, from a proof of its definition."""

    proof: Proof


@dataclass(frozen=True)
class Generalised(Certificate):
    """An established statement for all values of a `let`, its definitions written out."""

    fact: str
    variable: str


@dataclass(frozen=True)
class Introduce(Certificate):
    """A `forall` for new names, or an `implies` with its condition as the fact `name`."""

    name: str
    proof: Proof


@dataclass(frozen=True)
class Both(Certificate):
    """A conjunction, part by part."""

    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Either(Certificate):
    """A disjunction, by its part number `place`."""

    place: int
    proof: Proof


@dataclass(frozen=True)
class Cases(Certificate):
    """The goal under each part of a disjunction: a fact, `a < b or b < a` for one that says `a != b`, or
    `a <= b or b < a` for a relation."""

    fact: str
    relation: Term | None
    name: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Induction(Certificate):
    """`forall k in a..b, P(k)`: a proof of P(a), and one of P(k+1) from `name`: P(k)."""

    name: str
    base: Proof
    step: Proof


@dataclass(frozen=True)
class Exhibit(Certificate):
    """`exists x, P(x)`, by a witness."""

    witness: Term
    proof: Proof


@dataclass(frozen=True)
class Gradient(Certificate):
    """`grad(F, W, …) = G` for F polynomial in W: the first-order part of F(W + epsilon*Delta)."""

    unfold: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Taylor(Certificate):
    """Taylor's formula with Lagrange's remainder: a bound of `body` from one of its derivative of
    even order, the fact `bound`, `forall x, diff(body, x, order) <= M`."""

    variable: Name
    centre: Term
    order: int
    bound: str


@dataclass(frozen=True)
class Surely(Certificate):
    """`surely_{x ~ law} event`: the event at an arbitrary outcome `name`, where what holds almost surely of
    the law is known of it."""

    name: str
    proof: Proof


@dataclass(frozen=True)
class Mean(Certificate):
    """`E[X] <= E[Y]`, or a constant on one side, from `X <= Y` at an arbitrary outcome; `Pr[A] <= Pr[B]` from
    B where A is the fact `event`."""

    name: str
    proof: Proof


@dataclass(frozen=True)
class Levels(Certificate):
    """A relation affine in expectations of variables in [0, 1], from that of the probabilities that they
    are at least `level`, for an arbitrary level in (0, 1]. `bounds` prove of each variable, from left to
    right and at an arbitrary `outcome`, that it lies in [0, 1]."""

    outcome: str
    level: str
    bounds: tuple[Proof, ...]
    proof: Proof


@dataclass(frozen=True)
class Resampled(Certificate):
    """The expectation or probability `term` over a sample is the same when the entry at `place` is drawn
    afresh."""

    term: Term
    place: Term


@dataclass(frozen=True)
class Entries(Certificate):
    """The probability `term` that every entry of a sample from `i = a` to `b` satisfies an event, which may
    differ from place to place, is the product of the probabilities; see `kernel.resampling`."""

    term: Term


@dataclass(frozen=True)
class Tail(Certificate):
    """`E[g(X)] <= R` by the integral of `g'(a) Pr[X >= a]` over the levels a > 0: `value` is X at it,
    `growth`, `tail` and `primitive` are g, a bound of the probability and F with F' >= g' t in the level,
    `limit` bounds F; see `kernel.tails`."""

    outcome: str
    level: str
    value: Term
    growth: Term
    tail: Term
    primitive: Term
    limit: Term
    positive: Proof
    chance: Proof
    rises: Proof
    covers: Proof
    ends: Proof
    total: Proof


@dataclass(frozen=True)
class Vanishing(Certificate):
    """`surely_{x ~ law} X <= 0` from `0 <= X` at an outcome `name` and from `E[X] <= 0`."""

    name: str
    sign: Proof
    mean: Proof


@dataclass(frozen=True)
class Masses(Certificate):
    """`E_Q[f] <= E_P[g]` over a finite set, at an arbitrary element `name`: where both masses are positive,
    where the first alone is, and where the second alone is."""

    name: str
    both: Proof
    first: Proof
    second: Proof


@dataclass(frozen=True)
class Good:
    """A good event: `c <= Pr[A]` with the budget 1 - c, or the complement of A for `Pr[A] <= b` with the
    budget b. The fact at `values` for its first variables; it is used for all values of those that remain,
    which range over a finite set. `places` says which draws of the goal its draws are."""

    fact: str
    values: tuple[Term, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Event(Certificate):
    """`c <= Pr[A]` (`lower`), A proved at an arbitrary outcome where the good events hold, and their budgets
    add up to at most 1 - c; or `Pr[A] <= b`, A refuted there, and the budgets at most b."""

    lower: bool
    names: tuple[str, ...]
    goods: tuple[Good, ...]
    proof: Proof
    budget: Proof


@dataclass(frozen=True)
class Largest(Certificate):
    """`E[max_{a in A} X] <= b` over a finite set, X not negative (`proof`, at an arbitrary `outcome` and
    `member`), from the fact `forall a in A, E[X] <= B`, its first variables replaced by `values`, and
    `budget`: card(A)*B <= b."""

    fact: str
    values: tuple[Term, ...]
    outcome: str
    member: str
    proof: Proof
    budget: Proof


@dataclass(frozen=True)
class Obtain(Certificate):
    """The goal from an `exists` among the facts, with a new name for what exists."""

    fact: str
    values: tuple[Term, ...]
    name: str
    proof: Proof


@dataclass(frozen=True)
class Tower(Certificate):
    """`E[A] = E[B]` where B, the right side or else (`turned`) the left, is A with the conditional
    expectation `given`, at the outcome `name`, in place of its variable."""

    name: str
    given: Term
    turned: bool


@dataclass(frozen=True)
class Constant(Certificate):
    """`a <~ b` by `a <= value*b` for a positive number."""

    value: Fraction
    proof: Proof


@dataclass(frozen=True)
class Nested(Certificate):
    """A proof with lines of its own."""

    proof: Proof


@dataclass(frozen=True)
class Line:
    """A proposition that becomes the fact `name` once its certificate is checked."""

    name: str
    claim: Term
    by: Certificate


@dataclass(frozen=True)
class Proof:
    """Lines in order, then the certificate of the goal."""

    by: Certificate
    lines: tuple[Line, ...] = ()


KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Rewrite, Factor, Summand, Signs, Given, Identity, Combination, Cover, Specialise, Instance,
        Meaning, Folded, Generalised, Introduce, Both, Either, Cases, Induction, Exhibit, Gradient,
        Taylor, Surely, Mean, Vanishing, Levels, Tail, Masses, Resampled, Entries, Good, Event, Largest,
        Obtain, Tower, Constant, Nested, Line, Proof,
    )
}  # fmt: skip


_HINTS = {kind: get_type_hints(kind) for kind in KINDS.values()}


def is_of(value: Any, kind: Any) -> bool:
    """Whether a value is of the type of an annotation of the classes above; its own fields are not looked
    at."""
    if kind is Any:
        return True
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(is_of(value, part) for part in parts)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if len(parts) == 2 and parts[1] is Ellipsis:
            return all(is_of(part, parts[0]) for part in value)
        return len(value) == len(parts) and all(map(is_of, value, parts))
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def is_sound_data(value: Any) -> bool:
    """Whether every field in a certificate, and in all that it is made of, is of the annotated type."""
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            stack.extend(current)
            continue
        hints = _HINTS.get(type(current))
        if hints is None:
            continue
        for name, hint in hints.items():
            own = getattr(current, name)
            if not is_of(own, hint):
                return False
            if not isinstance(own, Term) and hint is not Any:
                stack.append(own)
    return True


def constants_of(proof: Proof) -> Iterator[Fraction]:
    """The numbers by which a proof shows bounds up to a constant."""
    stack: list[Any] = [proof]
    while stack:
        current = stack.pop()
        if isinstance(current, Constant):
            yield current.value
        if isinstance(current, tuple):
            stack.extend(current)
        elif type(current) in _HINTS:
            stack.extend(getattr(current, field.name) for field in fields(current))


def to_json(value: Any) -> Any:
    """A certificate or proof as plain JSON."""
    if isinstance(value, Term):
        return {"type": "term", "value": encode(value)}
    if type(value) in KINDS.values():
        return {
            "type": type(value).__name__,
            **{field.name: to_json(getattr(value, field.name)) for field in fields(value)},
        }
    if isinstance(value, Fraction):
        return {"type": "rational", "value": str(value)}
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {"type": "data", "value": {str(key): value[key] for key in value}}
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(type(value))


def from_json(data: Any, depth: int = 0) -> Any:
    """What `to_json` wrote; raises `Malformed`. Fields have the types of their annotations."""
    if depth > DEEPEST:
        raise Malformed("nested too deep")
    if isinstance(data, dict):
        match data.get("type"), data.get("value"):
            case "term", value:
                return decode(value)
            case "rational", value:
                return rational(str(value))
            case "data", value:
                return value
        kind = KINDS.get(str(data.get("type")))
        if kind is None:
            raise Malformed(f"unknown type {data.get('type')!r}")
        found = {str(k): from_json(v, depth + 1) for k, v in data.items() if k != "type"}
        hints = _HINTS[kind]
        if not all(name in hints and is_of(value, hints[name]) for name, value in found.items()):
            raise Malformed(f"fields of {kind.__name__}")
        try:
            return kind(**found)
        except TypeError:
            raise Malformed(f"fields of {kind.__name__}") from None
    if isinstance(data, list):
        return tuple(from_json(part, depth + 1) for part in data)
    if data is None or isinstance(data, str | int | bool):
        return data
    raise Malformed("neither text nor whole number")
