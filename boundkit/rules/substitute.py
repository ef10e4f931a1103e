"""`by substitute(x := e)`: a premise that holds for all x, at x = e."""

from __future__ import annotations

from boundkit.ir.sorts import EXTREAL, PROP, REAL
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name
from boundkit.ir.terms import substitute as put
from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if not task.reason.named:
        return Licence(missing="a value, as in `by substitute(x := e)`")
    values = dict(task.reason.named)
    lines: list[c.Line] = []
    for name in list(task.frame.facts):
        base = name
        for variable in values:
            if variable in task.frame.sequent.scoped.get(name, {}):
                line = task.generalised_line(base, variable, lines)
                lines.append(line)
                base = line.name
                break
        line_ = specialised(task, base, values, lines)
        if line_ is not None:
            lines.append(line_)
    if not lines:
        return Licence(missing=f"a premise for all {', '.join(sorted(values))}")
    return Licence((*lines, *task.averages(lines)))


def specialised(task: Task, fact: str, values: dict[str, Term], lines: list[c.Line]) -> c.Line | None:
    """The fact with the named variables replaced and the others left universal."""
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    binders: list[tuple[Name, Term]] = []
    ordered: list[Term] = []
    done: dict[str, Term] = {}
    core = {**task.frame.facts, **{line.name: line.claim for line in lines}}[fact]
    hit = False
    while isinstance(core, Bind) and core.head == "forall":
        variable = core.variable
        if variable.text in values:
            value = values[variable.text]
            if value.sort == EXTREAL and variable.sort == REAL:
                value = Apply("real", (value,), REAL)  # where it is finite
            hit = True
        else:
            value = Name(fresh_name(variable.text, taken), variable.sort)
            taken.add(value.text)
            binders.append((value, put(core.domain, done)))
        done[variable.text] = value
        ordered.append(value)
        core = core.body
    if not hit:
        return None
    claim = put(core, done)
    while isinstance(claim, Apply) and claim.head == "implies":
        claim = claim.args[1]  # the judge wants the condition to be known
    certificate: c.Certificate = c.Specialise(fact, tuple(ordered))
    for name, domain in reversed(binders):
        claim = Bind("forall", name, domain, claim, PROP)
        certificate = c.Introduce(name.text, c.Proof(certificate))
    return task.checked(c.Line(task.fresh(f"{fact} at", lines), claim, certificate), lines)


substitute = Rule(
    name="substitute",
    needs="premises that hold for all x",
    says="the premises at x = e, when e lies in the range of x.",
    misuse="a value outside the range, or one that would be captured",
    level="K",
    reference="",
    license=_license,
)
