"""Finite sets of vectors: least enclosing balls, covering numbers with centres anywhere, least covers, and
nearest elements. Centres are rational when the points are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from flint import fmpq

from boundkit.ir.sorts import Matrix
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel import extended, laws
from boundkit.kernel.balls import Undecided
from boundkit.kernel.values import Absent, Arithmetic, Truth, Unsupported, Value
from boundkit.kernel.vectors import Vector, difference, dot, entries_of, like

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

MOST_POINTS = 8
MOST_BRACKETED = 64


def elements_of(evaluator: Evaluator, domain: Term, scope: Scope) -> list[Value]:
    """The elements of a set; Unsupported for one that cannot be listed, Absent for the empty one."""
    found = evaluator.elements(domain, scope)
    if found is None:
        raise Unsupported(f"the elements of `{domain}`")
    listed = list(found)
    if not listed:
        raise Absent(f"`{domain}`, which is empty")
    return listed


def enclosing_ball(points: tuple[Vector, ...]) -> tuple[Vector, Any]:
    """Centre and squared radius of the least ball around at most MOST_POINTS points with rational
    coordinates: the least of the balls through some of them, with the centre in their affine hull, that hold
    all of them. Raises Unsupported for any other points, Absent for none."""
    if not all(isinstance(entry, fmpq) for point in points for entry in point):
        raise Unsupported("the least ball around points that are not rational")
    return _least_ball(tuple(dict.fromkeys(points)))


@lru_cache(maxsize=4096)
def _least_ball(distinct: tuple[Vector, ...]) -> tuple[Vector, Any]:
    if len(distinct) > MOST_POINTS:
        raise Unsupported(f"the least ball around {len(distinct)} points")
    best: tuple[Vector, Any] | None = None
    for size in range(1, min(len(distinct), len(distinct[0]) + 1) + 1 if distinct else 1):
        for some in combinations(distinct, size):
            centre = circumcentre(some)
            if centre is None:
                continue
            square = _square(some[0], centre)
            if best is not None and best[1] <= square:
                continue
            if all(_square(point, centre) <= square for point in distinct):
                best = (centre, square)
    if best is None:
        raise Absent("the least ball around no points")
    return best


def circumcentre(points: Sequence[Vector]) -> Vector | None:
    """The point of the affine hull at equal distance from all points; None when they are affinely
    dependent."""
    first = points[0]
    rest = [tuple(a - b for a, b in zip(point, first, strict=True)) for point in points[1:]]
    rows = [[_inner(a, b) for b in rest] + [_inner(a, a) / 2] for a in rest]
    shares = _solved(rows)
    if shares is None:
        return None
    return tuple(
        entry + sum((share * direction[k] for share, direction in zip(shares, rest, strict=True)), fmpq(0))
        for k, entry in enumerate(first)
    )


def _solved(rows: list[list[Any]]) -> list[Any] | None:
    """The solution of a square system given with its right sides; None when it is singular."""
    count = len(rows)
    for place in range(count):
        pivot = next((k for k in range(place, count) if rows[k][place] != 0), None)
        if pivot is None:
            return None
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [entry / rows[place][place] for entry in rows[place]]
        for k in range(count):
            if k != place and rows[k][place] != 0:
                factor = rows[k][place]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[place], strict=True)]
    return [row[-1] for row in rows]


def _inner(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def _square(left: Sequence[Any], right: Sequence[Any]) -> Any:
    gap = [a - b for a, b in zip(left, right, strict=True)]
    return _inner(gap, gap)


def _families(arithmetic: Arithmetic, points: Sequence[Vector], radius: Any) -> tuple[list[Any], list[Any]]:
    """The subsets (as bit sets) that a ball of the radius certainly holds, each with a centre, and those that
    it may hold."""
    square = arithmetic.apply("*", (radius, radius))
    sure, possible = [], []
    for bits in range(1, 1 << len(points)):
        some = tuple(point for place, point in enumerate(points) if bits >> place & 1)
        centre, size = enclosing_ball(some)
        fits = arithmetic.compare("<=", size, square)
        if fits is True:
            sure.append((bits, centre))
        if fits is not False:
            possible.append((bits, centre))
    return sure, possible


def _least(family: Sequence[tuple[int, Vector]], whole: int) -> list[Vector] | None:
    """Centres of the fewest members that cover everything, the first such choice; None when none do."""
    largest = [
        (bits, centre)
        for bits, centre in family
        if not any(bits != other and bits & other == bits for other, _ in family)
    ]
    for count in range(1, len(largest) + 1):
        for chosen in combinations(largest, count):
            covered = 0
            for bits, _ in chosen:
                covered |= bits
            if covered == whole:
                return [centre for _, centre in chosen]
    return None


def _bracket(arithmetic: Arithmetic, points: Sequence[Vector], radius: Any) -> tuple[int, int]:
    """Two numbers between which the covering number lies. A ball holds at most one of points at pairwise
    distances above twice the radius, of which one choice is made; and a ball around a point that is left
    holds those within the radius, which are taken off, the most at a time (Vershynin 2018, lemma 4.2.8)."""
    square = arithmetic.apply("*", (radius, radius))
    double = arithmetic.apply("*", (arithmetic.rational(Fraction(4)), square))
    apart: list[Vector] = []
    for point in points:
        if all(arithmetic.compare("<", double, _square(point, other)) is True for other in apart):
            apart.append(point)
    near = [
        {
            k
            for k, other in enumerate(points)
            if arithmetic.compare("<=", _square(point, other), square) is True
        }
        for point in points
    ]
    left, count = set(range(len(points))), 0
    while left:
        # a point alone is within any radius of itself
        left -= max((balls & left for balls in near), key=len) or {min(left)}
        count += 1
    return len(apart), count


def _points(
    evaluator: Evaluator, domain: Term, scope: Scope, most: int = MOST_POINTS
) -> tuple[Value, list[Vector]]:
    elements = elements_of(evaluator, domain, scope)
    if not all(laws.is_exact(element) for element in elements):
        raise Unsupported("a cover of points that are not rational")
    points = list(dict.fromkeys(entries_of(element) for element in elements))
    if len(points) > most:
        raise Unsupported(f"a cover of {len(points)} points")
    return elements[0], points


def _radius(evaluator: Evaluator, term: Term, scope: Scope) -> Any:
    radius = evaluator.value(term, scope)
    if evaluator.arithmetic.compare("<", radius, evaluator.arithmetic.rational(Fraction(0))) is not False:
        raise Absent(f"a cover with the radius `{term}`, which is not certainly >= 0")
    return radius


def covering_number(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Any:
    """The least number of balls; between two numbers where it is not certain which subsets fit in a ball, and
    for more than MOST_POINTS points between a packing and a cover."""
    arithmetic = evaluator.arithmetic
    if not arithmetic.exact:
        raise Unsupported("a covering number in doubles")
    _, points = _points(evaluator, args[0], scope, MOST_BRACKETED)
    radius = _radius(evaluator, args[1], scope)
    if len(points) > MOST_POINTS:
        ends = _bracket(arithmetic, points, radius)
        return extended.between(*(arithmetic.rational(Fraction(count)) for count in ends))
    sure, possible = _families(arithmetic, points, radius)
    whole = (1 << len(points)) - 1
    fewest, enough = (_least(family, whole) for family in (possible, sure))
    assert fewest is not None
    most = len(points) if enough is None else len(enough)
    return extended.between(*(arithmetic.rational(Fraction(count)) for count in (len(fewest), most)))


def minimal_cover(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> list[Value]:
    """The centres of a least cover; Undecided where it is not certain which subsets fit in a ball."""
    first, points = _points(evaluator, args[0], scope)
    sure, possible = _families(evaluator.arithmetic, points, _radius(evaluator, args[1], scope))
    whole = (1 << len(points)) - 1
    fewest, centres = (_least(family, whole) for family in (possible, sure))
    if fewest is None or centres is None or len(fewest) != len(centres):
        raise Undecided("the least cover")
    return [like(first, centre) for centre in centres]


def nearest(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Value:
    """The first of the nearest elements of a finite set."""
    arithmetic = evaluator.arithmetic
    point = entries_of(evaluator.value(args[1], scope))
    elements = elements_of(evaluator, args[0], scope)
    gaps = [difference(arithmetic, entries_of(element), point) for element in elements]
    keys = [dot(arithmetic, gap, gap) for gap in gaps]
    return elements[first_least(arithmetic, keys)]


def first_least(arithmetic: Arithmetic, keys: Sequence[Any], head: str = "<") -> int:
    """The place of the first least number; Undecided where which is less is not certain."""
    best = 0
    if not arithmetic.exact and len(keys) > 1:
        raise Unsupported("the first of the least numbers, in doubles")
    for place in range(1, len(keys)):
        less: Truth = arithmetic.compare("<", *((keys[place], keys[best])[:: 1 if head == "<" else -1]))
        if not isinstance(less, bool):
            raise Undecided("the first of the least numbers")
        if less:
            best = place
    return best


def chosen(evaluator: Evaluator, term: Bind, scope: Scope) -> Value:
    """What `argmin` or `argmax` stands for as an element: the first one of a finite set, or the centre of
    the least ball around a finite set of vectors."""
    elements = evaluator.elements(term.domain, scope)
    if elements is None:
        if (centre := centre_of(evaluator, term, scope)) is not None and term.head == "argmin":
            return centre[0]
        raise Unsupported(f"`{term.head}` over `{term.domain}`")
    listed = list(elements)
    if not listed:
        raise Absent(f"`{term.head}` over an empty set")
    name = term.variable.text
    keys = [evaluator.value(term.body, {**scope, name: element}) for element in listed]
    return listed[first_least(evaluator.arithmetic, keys, "<" if term.head == "argmin" else ">")]


def centre_of(evaluator: Evaluator, term: Bind, scope: Scope) -> tuple[Value, Any] | None:
    """Centre and radius of the least ball where a term minimises `max_{a in A} ||a - u||` over all vectors u;
    None for any other."""
    inner = term.body
    if not (isinstance(term.domain, Apply) and term.domain.head == "everything"):
        return None
    if not (isinstance(term.variable.sort, Matrix) and isinstance(inner, Bind) and inner.head == "max"):
        return None
    size, point = inner.body, inner.variable
    if not (isinstance(size, Apply) and size.head == "norm" and isinstance(size.args[0], Apply)):
        return None
    gap = size.args[0]
    pair = {arg.text for arg in gap.args if isinstance(arg, Name)}
    if gap.head != "-" or pair != {point.text, term.variable.text} or term.variable.text in inner.domain.free:
        return None
    elements = elements_of(evaluator, inner.domain, scope)
    if not evaluator.arithmetic.exact or not all(map(laws.is_exact, elements)):
        raise Unsupported("the least ball around points that are not rational")
    centre, square = enclosing_ball(tuple(entries_of(element) for element in elements))
    radius = evaluator.arithmetic.apply("sqrt", (square,))
    return like(elements[0], centre), radius


__all__ = ["centre_of", "chosen", "covering_number", "enclosing_ball", "minimal_cover", "nearest"]
