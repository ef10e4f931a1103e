"""`by counting`: sums of constants and of powers of the index; how many elements listed and built sets
have."""

from __future__ import annotations

from boundkit.ir.terms import Apply, canonical, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.finite import opened
from boundkit.kernel.frame import conjuncts
from boundkit.kernel.meanings import truth
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines: list[c.Line] = []
    fixed = {*task.frame.sequent.names, *task.frame.sequent.definitions}
    seen: set[str] = set()
    for part in subterms(task.goal):
        if not (isinstance(part, Apply) and part.head == "card" and part.free <= fixed):
            continue
        if canonical(part) in seen:
            continue
        seen.add(canonical(part))
        for term in (part, part.args[0]):
            said = truth(term, lambda domain: opened(domain, task.frame.context()))
            for own in conjuncts(said) if said is not None else ():
                if isinstance(own, Apply) and own.head in ("<=", "="):
                    line = c.Line(task.fresh("count", lines), own, c.Meaning("", term))
                    checked = task.checked(line, lines)
                    lines.extend([] if checked is None else [checked])
    return Licence(tuple(lines))


counting = Rule(
    name="counting",
    needs="nothing",
    says="sums of constants and of powers of the index; an image of pairs has at most as many elements as "
    "there are pairs, a least cover as many as the covering number says.",
    misuse="an empty range counted as negative, an image with fewer elements than stated",
    level="K",
    reference="",
    license=_license,
)
