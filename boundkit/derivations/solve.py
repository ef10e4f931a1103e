"""`solve RELATION for NAME`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.derived import Certified
from boundkit.desk.desk import Builder, kept
from boundkit.desk.expectations import compared, parts_of
from boundkit.desk.integers import least_integer
from boundkit.desk.isolation import Link, isolated, negated
from boundkit.desk.links import by_lambert
from boundkit.desk.optimum import does_not_occur, empty_range
from boundkit.desk.second_order import by_search, lowest_end, naming
from boundkit.ir.sorts import INT, NAT, PROP, REAL, is_numeric
from boundkit.ir.terms import Apply, Name, Term, conjunction, relation, substitute, subterms
from boundkit.ir.theorems import Derivation
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.facts import negation
from boundkit.provers.algebra import coefficients, simpler, solutions

QUICK = 300


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, unknown, wanted = derivation.label, derivation.variable, desk.plain(derivation.subject)
    if unknown is None or not is_numeric(unknown.sort):
        return Derived(label, "unsupported", "only a number can be solved for")
    if not (isinstance(wanted, Apply) and wanted.head in ("<=", "<", "=")):
        return Derived(label, "unsupported", "only a relation `<=`, `<`, `>=`, `>` or `=` can be solved")
    if unknown.text not in wanted.free:
        return Derived(label, "open", does_not_occur(wanted, unknown))
    nothing = empty_range(desk, label, unknown)
    if nothing is not None:
        return nothing
    found = _Solver(desk, wanted, unknown)
    expected = parts_of(derivation.expected)
    for condition in (*_stated(desk, expected, unknown), *found.candidates()):
        answer = found.tried(condition)
        if answer is not None:
            return found.answer(derivation, condition, answer, expected)
    return found.instead(found.nothing(label), expected) if expected else found.nothing(label)


def _stated(desk: Desk, expected: list[Term], unknown: Name) -> list[Apply]:
    """What the author expects of the unknown, if all of it is about it; the stored proposal."""
    found = [*desk.proposal[:1]] if not expected else [conjunction(tuple(expected))] if expected else []
    known = set(desk.names)
    return [own for own in found if isinstance(own, Apply) and unknown.text in own.free and own.free <= known]


def _on_lower_branch(value: Term) -> Term | None:
    """A value with the other real branch of the Lambert function, which computer algebra leaves out."""
    for part in subterms(value):
        if isinstance(part, Apply) and part.head == "LambertW":
            return replaced(value, part, Apply("LambertWm1", part.args, REAL))
    return None


class _Solver:
    def __init__(self, desk: Desk, wanted: Apply, unknown: Name) -> None:
        self.desk, self.wanted, self.unknown = desk, wanted, unknown
        self.chain: list[Link] = [Link(wanted)]
        self.seeming: Apply | None = None
        self.mirrored: list[Term] = []

    def sign(self, term: Term) -> int:
        found = self.desk.signs(term)
        return next(iter(found)) if len(found) == 1 else 0

    def candidates(self) -> Iterator[Apply]:
        """Conditions on the unknown that seem to be equivalent, the simplest first."""
        if not self.desk.search:
            return
        self.chain = isolated(self.wanted, self.unknown, self.sign)
        last = self.chain[-1].relation
        if _is_bound(last, self.unknown):
            yield last
        values = [
            value
            for own in dict.fromkeys((last, self.wanted))
            for value in solutions(own, self.unknown)
            if value.free <= set(self.desk.names) - {self.unknown.text}
        ]
        if -1 in self.desk.signs(self.unknown):
            mirror = {self.unknown.text: negated(self.unknown)}
            turned = substitute(self.wanted, mirror)
            self.mirrored = [negated(value) for value in solutions(turned, self.unknown)]
            values += [own for own in self.mirrored if own.free <= set(self.desk.names)]
        values += [other for own in values if (other := _on_lower_branch(own)) is not None]
        head = self.wanted.head
        for value in dict.fromkeys(values):
            yield relation(head, value, self.unknown)
            if head != "=":
                yield relation(head, self.unknown, value)
        if head == "=":
            return
        below = [own for own in values if self.sign(own) == -1 or own in self.mirrored]
        for low, high in product(below, values):
            outside = (relation(head, self.unknown, low), relation(head, high, self.unknown))
            if low != high:
                yield Apply("or", outside, PROP)
        for low, high in combinations(dict.fromkeys(values), 2):
            for one, two in ((low, high), (high, low)):
                yield conjunction(  # type: ignore[misc]
                    (relation(head, one, self.unknown), relation(head, self.unknown, two))
                )

    def tried(self, condition: Apply) -> list[Certified] | None:
        """The proofs that the condition suffices and, where it is found, that it is necessary."""
        desk, wanted = self.desk, self.wanted
        if not desk.seems(wanted, (condition,)) or not desk.seems(condition, (wanted,)):
            return None
        if not self._is_met(condition):
            return None
        links = [*self.chain] if self.chain[-1].relation == condition else [*self.chain, Link(condition)]
        steps = [own.relation for own in links]
        ways: list[Builder] = [naming(own.named, lambda write: by_search) for own in links[1:]]
        if steps[-2:-1] and not links[-1].named:
            ways[-1:] = self._builders(condition) or ways[-1:]
        there = desk.chained(steps[::-1], "sufficient", ways[::-1]) or desk.certified(
            wanted, "sufficient", (condition,), self._builders(condition)
        )
        if there is None:
            self.seeming = self.seeming or condition
            desk.notebook.seeming = self._conjecture(desk.notebook.label)
            return None
        back = (
            desk.chained(steps, "necessary", ways)
            or desk.certified(condition, "necessary", (wanted,))
            or self._otherwise(condition)
        )
        return [own for own in (there, back) if own is not None]

    def _otherwise(self, condition: Apply) -> Certified | None:
        """That what is wanted fails where the condition does."""
        beyond = negation(condition)
        fails = negation(self.wanted) if self.wanted.head != "=" else None
        if fails is None or not isinstance(beyond, Apply) or beyond.head not in ("<=", "<"):
            return None
        return self.desk.certified(fails, "necessary", (beyond,), self._builders(beyond))

    def _is_met(self, condition: Apply) -> bool:
        """Whether some sample point satisfies the condition: what never holds implies everything."""
        return bool(self.desk.signs(Apply("+", (self.unknown, self.unknown), REAL), (condition,))) or bool(
            self.desk.signs(relation("=", self.unknown, self.unknown).args[0], (condition,))
        )

    def _builders(self, condition: Apply) -> list[Builder]:
        if condition.head not in ("<=", "<") or self.unknown not in condition.args:
            return []
        low, high = condition.args
        rising = high == self.unknown
        bound = low if rising else high
        return [lowest_end(self.unknown, bound, rising), by_lambert(self.unknown, bound)]

    def answer(
        self, derivation: Derivation, condition: Apply, proofs: list[Certified], expected: list[Term]
    ) -> Derived:
        condition, same = self._simplified(condition)
        exact = any(own.role == "necessary" for own in proofs)
        said = shown(condition, self.unknown)
        notes = [] if exact else ["the converse is not certified: less may do"]
        parts: list[tuple[str, Term]] = [("condition", condition)]
        results = {}
        if condition.head in ("<=", "<", "=") and self.unknown in condition.args:
            low, high = condition.args
            results = {"derived_rhs": low if high == self.unknown else high, "derived_lhs": self.unknown}
        certified = [*proofs, *same]
        if self.unknown.sort in (NAT, INT) and condition.head in ("<=", "<"):
            whole = least_integer(self.desk, self.wanted, condition, self.unknown)
            if whole is not None:
                parts.append((whole.role, whole.value))
                notes.append(whole.note)
                certified += whole.certified
        wrong: tuple[Term, ...] = ()
        if expected and condition != conjunction(tuple(expected)):
            compared_ = compared(self.desk, expected, {}, self.unknown, results.get("derived_rhs"))
            wrong, certified = tuple(compared_.wrong), certified + compared_.certified
        link = "if and only if" if exact else "if"
        message = f"{self.wanted} {link} {said}"
        status = "open" if wrong or (expected and not exact) else "proved"
        stored = kept((condition,), certified)
        return Derived(
            derivation.label, status, message, results, tuple(parts), tuple(certified), (), wrong,
            tuple(notes), stored,
        )  # fmt: skip

    def _simplified(self, condition: Apply) -> tuple[Apply, list[Certified]]:
        """The condition with a shorter form of its bound, proved to be equal."""
        if (
            condition.head not in ("<=", "<", "=")
            or self.unknown not in condition.args
            or not self.desk.search
        ):
            return condition, []
        low, high = condition.args
        value = low if high == self.unknown else high
        atoms = coefficients([own.relation for own in self.chain], self.unknown.text)
        for form in simpler(value, atoms)[:2]:
            if form == value or not form.free <= value.free:
                break
            same = self.desk.certified(relation("=", form, value), "value", effort=QUICK)
            if same is not None:
                pair = (form, high) if high == self.unknown else (low, form)
                return relation(condition.head, *pair), [same]
        return condition, []

    def instead(self, found: Derived, expected: list[Term]) -> Derived:
        """What was found where something else is expected, with a place where that fails."""
        wrong = tuple(Apply("implies", (own, self.wanted), PROP) for own in expected)
        notes = found.notes
        place = self.desk.failure(self.wanted, expected)
        if place is not None:
            where = ", ".join(f"{name} = {value}" for name, value in place.items())
            notes = (f"what is expected holds, and {self.wanted} fails, at {where}", *notes)
        message = "what is expected is not certified"
        if found.status in ("proved", "conjecture", "impossible"):
            message += f"; found instead: {found.message}"
        return replace(found, status="open", message=message, results={}, wrong=wrong, notes=notes)

    def nothing(self, label: str) -> Derived:
        """No condition was certified: the relation always holds, never holds, or nobody knows."""
        desk = self.desk
        never = negation(self.wanted) if self.wanted.head != "=" else None
        if never is not None and desk.seems(never):
            proof = desk.certified(never, "never")
            if proof is not None:
                message = f"no solution: {never} for every {self.unknown.text} in its range"
                return Derived(label, "impossible", message, certified=(proof,))
        if desk.seems(self.wanted):
            proof = desk.certified(self.wanted, "always")
            if proof is not None:
                message = f"{self.wanted} for every {self.unknown.text} in its range"
                return Derived(label, "proved", message, certified=(proof,))
        from boundkit.desk.integers import threshold

        found = threshold(desk, self.wanted, self.unknown)
        if found is not None:
            said = shown(found.condition, self.unknown)
            link = "if and only if" if found.exact else "if"
            return Derived(
                label, "proved", f"{self.wanted} {link} {said}",
                {"derived_rhs": found.value, "derived_lhs": self.unknown},
                (("condition", found.condition),), found.certified, notes=(found.note,),
            )  # fmt: skip
        if self.seeming is not None:
            return self._conjecture(label)
        return Derived(label, "open", "no certified solution was found")

    def _conjecture(self, label: str) -> Derived:
        assert self.seeming is not None
        message = f"conjecture, not certified: {self.wanted} if {shown(self.seeming, self.unknown)}"
        goal = Apply("implies", (self.seeming, self.wanted), PROP)
        return Derived(label, "conjecture", message, {}, (("condition", self.seeming),), conjectured=(goal,))


def _is_bound(condition: Apply, unknown: Name) -> bool:
    """Whether the unknown stands on one side alone."""
    return any(own == unknown and unknown.text not in other.free for own, other in _turns(condition))


def _turns(condition: Apply) -> list[tuple[Term, Term]]:
    left, right = condition.args
    return [(left, right), (right, left)]


def shown(condition: Term, unknown: Name) -> str:
    """The condition with the unknown on the left."""
    turned = {"<=": ">=", "<": ">", "=": "="}
    match condition:
        case Apply("and" | "or" as link, parts):
            return f" {link} ".join(shown(part, unknown) for part in parts)
        case Apply(head, (low, high)) if high == unknown and head in turned:
            return f"{unknown.text} {turned[head]} {low}"
    return str(condition)


solve = Command(
    name="solve",
    asks="RELATION for NAME",
    says="for which values of a parameter the relation holds; the least integer for an integer",
    proves="the condition suffices and, unless it says otherwise, is necessary",
    carry_out=_carry_out,
)

__all__ = ["shown", "solve", "substitute"]
