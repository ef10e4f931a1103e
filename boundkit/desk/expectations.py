"""What an author expects of a derivation, compared with what was found; each part is a goal for the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boundkit.desk.derived import Certified
from boundkit.desk.desk import Desk, resolved
from boundkit.ir.terms import Apply, Name, Term, relation


@dataclass
class Compared:
    """The parts that were proved and those that were not; what was found, as the author writes it."""

    certified: list[Certified] = field(default_factory=list)
    wrong: list[Term] = field(default_factory=list)
    written: dict[Term, Term] = field(default_factory=dict)

    def as_written(self, term: Term) -> Term:
        """The author's own form of a result, or the result."""
        return self.written.get(term, term)


def parts_of(expected: Term | None) -> list[Term]:
    """The conjuncts of what is expected."""
    if expected is None:
        return []
    if isinstance(expected, Apply) and expected.head == "and":
        return [part for arg in expected.args for part in parts_of(arg)]
    return [expected]


def compared(
    desk: Desk,
    expected: Sequence[Term],
    results: Mapping[tuple[str, str], Term],
    variable: Name | None = None,
    found: Term | None = None,
) -> Compared:
    """Each part with the results in it; one that says `variable = e` is about what was found for it."""
    answer = Compared()
    for part in expected:
        goal = resolved(part, results)
        if isinstance(goal, Apply) and goal.head == "=" and goal.args[0] == variable and found is not None:
            goal = relation("=", found, goal.args[1])
        proof = desk.certified(goal, "as expected")
        if proof is None:
            answer.wrong.append(goal)
            continue
        answer.certified.append(proof)
        if isinstance(goal, Apply) and goal.head == "=":
            answer.written[goal.args[0]] = goal.args[1]
    return answer
