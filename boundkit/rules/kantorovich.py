"""`by kantorovich`: a Lipschitz function has nearly the same mean under laws that are near each other."""

from __future__ import annotations

from boundkit.ir.sorts import Distribution
from boundkit.ir.terms import Apply, Term, canonical, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame
from boundkit.provers.search import Hints, prove
from boundkit.provers.transport import kantorovich_bound, prove_kantorovich
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    whole = [
        (name, fact)
        for name, fact in task.about("is_lipschitz")
        if len(fact.args) == 2 and task.frame.facts[name] == fact
    ]
    if not whole:
        return Licence(missing="`f is Lipschitz(lam)` on the whole space")

    def search(frame: Frame, wanted: Term) -> c.Proof | None:
        return prove(frame, wanted, Hints((), False, "", 2, task.budget))

    lines: list[c.Line] = []
    for name, fact in whole:
        meant = task.meaning_line(name, lines)
        if meant is None:
            continue
        function, rate = fact.args
        frame = task.frame
        for left, right in _laws(task):
            goal = kantorovich_bound(function, rate, left, right)
            if goal is None:
                continue
            proof = prove_kantorovich(
                frame.with_fact(meant.name, meant.claim), meant.name, function, rate, (left, right), search
            )
            if proof is None:
                continue
            whole_proof = c.Proof(proof.by, (meant, *proof.lines))
            line = task.checked(c.Line(task.fresh("kantorovich", lines), goal, c.Nested(whole_proof)), lines)
            if line is not None:
                lines.append(line)
    return Licence(tuple(lines))


def _laws(task: Task) -> list[tuple[Term, Term]]:
    """The pairs of laws whose distance the goal speaks of."""
    found: dict[str, tuple[Term, Term]] = {}
    for part in subterms(task.goal):
        if isinstance(part, Apply) and part.head == "W1" and len(part.args) == 2:
            left, right = part.args
            if isinstance(left.sort, Distribution):
                found.setdefault(canonical(part), (left, right))
    return list(found.values())


kantorovich = Rule(
    name="kantorovich",
    needs="`f is Lipschitz(lam)` on the whole space",
    says="`|E_P[f] - E_Q[f]| <= lam*W1(P, Q)`.",
    misuse="a function that is Lipschitz on a set only, or in another norm than that of W1",
    level="K",
    reference="Villani 2009, remark 6.5; Kantorovich and Rubinstein 1958",
    license=_license,
)
