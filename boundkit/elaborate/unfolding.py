"""Replacing defined names by what they stand for."""

from __future__ import annotations

from boundkit.elaborate.reading import Context
from boundkit.ir.terms import Apply, Name, Term, rebuild, substitute


def depends(context: Context, term: Term, variable: str) -> bool:
    """Whether a definition that the term mentions depends on the variable."""
    table = {definition.name.text: definition for definition in context.definitions}
    seen: set[str] = set()
    stack = [name for name in term.free if name in table]
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        for clause in table[name].clauses:
            free = clause.body.free - {parameter.text for parameter in clause.parameters}
            if variable in free:
                return True
            stack.extend(other for other in free if other in table)
    return False


def unfold(context: Context, term: Term, variable: str) -> Term:
    """The term with every definition that depends on the variable replaced by its body."""
    table = {definition.name.text: definition for definition in context.definitions}

    def walk(part: Term) -> Term:
        if isinstance(part, Name):
            definition = table.get(part.text)
            if definition is not None and definition.style == "constant" and depends(context, part, variable):
                return walk(definition.clauses[0].body)
            return part
        if isinstance(part, Apply) and part.head == "call" and isinstance(part.args[0], Name):
            definition = table.get(part.args[0].text)
            if (
                definition is not None
                and not definition.recursive
                and depends(context, part.args[0], variable)
            ):
                clause = definition.clauses[0]
                if all(isinstance(pattern, Name) for pattern in clause.patterns):
                    values = {p.text: a for p, a in zip(clause.parameters, part.args[1:], strict=True)}
                    return walk(substitute(clause.body, values))
        return rebuild(part, walk)

    return walk(term)
