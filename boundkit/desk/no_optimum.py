"""That there is no optimum: the values have no bound, or a bound that none of them attains. Shown by a value
of the parameter for every M > 0 at which the objective passes -M, or comes within 1/M of the infimum."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.desk.derived import Certified, Derived
from boundkit.desk.desk import Desk
from boundkit.desk.objective import Objective, ends, simplified
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, fresh_name, number, relation, substitute
from boundkit.provers.algebra import limits, solutions

EFFORT = 600
MOST_TRIED = 6


def no_optimum(desk: Desk, label: str, objective: Objective) -> Derived | None:
    """That there is none, with the sequence of values that shows it."""
    search = _Search(desk, objective)
    found = search.unbounded(label)
    return search.not_attained(label) if found is None else found


class _Search:
    """The proofs, for every M > 0; of an integer parameter, for every positive integer M."""

    def __init__(self, desk: Desk, objective: Objective) -> None:
        self.whole = objective.variable.sort in (NAT, INT)
        self.objective = objective
        self.depth = Name(fresh_name("M", set(desk.names)), NAT if self.whole else REAL)
        self.outer = desk
        low = relation("<=", ONE, self.depth) if self.whole else relation("<", ZERO, self.depth)
        self.desk = desk.knowing(low)

    def unbounded(self, label: str) -> Derived | None:
        """Values below -M (above M for a maximum)."""
        own = self.objective
        level: Term = self.depth if own.largest else Apply("neg", (self.depth,), REAL)
        found = self.reaching(level, "unbounded")
        if found is None:
            return None
        point, proofs = found
        side, beyond = ("above", "at least M") if own.largest else ("below", "at most -M")
        beyond = beyond.replace("M", self.depth.text)
        where = f"{beyond} at {own.variable.text} = {point}, for every {self._every}"
        message = f"no {own.word}: the values are unbounded {side}, {where}"
        return Derived(label, "impossible", message, {}, (("witness", point),), tuple(proofs))

    def not_attained(self, label: str) -> Derived | None:
        """An infimum (supremum) that every value exceeds (stays below)."""
        own = self.objective
        for bound in dict.fromkeys(self._bounds()):
            pair = (own.term, bound) if own.largest else (bound, own.term)
            never = relation("<", *pair)
            if not self.outer.seems(never):
                continue
            share = Apply("/", (ONE, self.depth), REAL)
            level = Apply("-" if own.largest else "+", (bound, share), REAL) if bound != ZERO else share
            if bound == ZERO and own.largest:
                level = Apply("neg", (share,), REAL)
            found = self.reaching(level, "approached")
            strict = None if found is None else self.outer.certified(never, "never reached")
            if found is None or strict is None:
                continue
            point, proofs = found
            word = "supremum" if own.largest else "infimum"
            least = "at least" if own.largest else "at most"
            message = (
                f"no {own.word}: the {word} {bound} is not attained; the values are {least} {level} "
                f"at {own.variable.text} = {point}, for every {self._every}"
            )
            parts = ((word, bound), ("witness", point))
            return Derived(label, "impossible", message, {}, parts, (strict, *proofs))
        return None

    @property
    def _every(self) -> str:
        return f"integer {self.depth} >= 1" if self.whole else f"{self.depth} > 0"

    def _bounds(self) -> Iterator[Term]:
        """Values at excluded ends and limits, in a simple form."""
        own = self.objective
        for end, _, strict in ends(own):
            if strict:
                yield simplified(self.outer, own.at(end))[0]
        yield from limits(own.term, own.variable)

    def reaching(self, level: Term, role: str) -> tuple[Term, list[Certified]] | None:
        """A value of the parameter, in its range, at which the objective is no worse than the level."""
        own, name = self.objective, self.objective.variable.text
        tried = 0
        for point in dict.fromkeys(self._points(level)):
            here = own.at(point)
            low, high = (level, here) if own.largest else (here, level)
            goals: list[Term] = [substitute(limit, {name: point}) for limit in own.limits]
            goals.append(relation("<=", low, high))
            if not all(self.desk.seems(goal, without=(name,)) for goal in goals):
                continue
            tried += 1
            proofs: list[Certified] = []
            for goal in goals:
                proof = self.desk.certified(goal, role, without=(name,), effort=EFFORT)
                if proof is None:
                    break
                proofs.append(proof)
            if len(proofs) == len(goals):
                return point, proofs
            if tried >= MOST_TRIED:
                return None
        return None

    def _points(self, level: Term) -> Iterator[Term]:
        """Where the objective equals the level; then what goes to an end of the range at ever greater pace,
        with room for the parameters."""
        own, depth = self.objective, self.depth
        sort = INT if self.whole else REAL
        if not self.whole:
            wanted = own.term
            for point in solutions(relation("=", wanted, level), own.variable):
                if point.free <= {*self.desk.names, depth.text} - {own.variable.text}:
                    yield point
        others = [Name(text, REAL) for text in sorted(own.term.free - {own.variable.text})]
        room: Term = ONE
        for name in others if not self.whole else ():
            size: Term = name if self.outer.signs(name) == {1} else Apply("abs", (name,), REAL)
            room = Apply("+", (room, size), REAL)
            if self.outer.signs(name) == {1}:
                room = Apply("+", (room, Apply("/", (ONE, name), REAL)), REAL)
        paces: list[Term] = [depth]
        paces += [Apply("+", (depth, number(own)), sort) for own in (1, 2, 4)]
        paces.append(Apply("*", (number(2), depth), sort))
        paces.append(Apply("+", (Apply("^", (depth, number(2)), sort), ONE), sort))
        if others and not self.whole:
            paces.append(Apply("*", (paces[1], room), REAL))
            paces.append(Apply("^", (paces[-1], number(2)), REAL))
        if not self.whole:
            paces.append(Apply("exp", (paces[1],), REAL))
        limits_ = ends(own)
        for pace in paces:
            uppers = [end for end, upper, _ in limits_ if upper]
            lowers = [end for end, upper, _ in limits_ if not upper]
            if not uppers:
                yield pace
                for low in lowers:
                    if low != ZERO:
                        yield Apply("+", (low, pace), sort)
            if not lowers:
                yield Apply("neg", (pace,), sort)
                for high in uppers:
                    if high != ZERO:
                        yield Apply("-", (high, pace), sort)
            if self.whole:
                continue
            share = Apply("/", (ONE, pace), REAL)
            for end, upper, strict in limits_:
                if strict:
                    head = "-" if upper else "+"
                    yield share if end == ZERO and not upper else Apply(head, (end, share), REAL)
