"""Definitions: constants and sequences where they stand, functions when they are first used, since
their parameters carry no sorts. Recursions must descend and their clauses must not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Listed

from boundkit.elaborate.randomness import random_in
from boundkit.elaborate.reading import Context, Instance, check_depth, describe, read
from boundkit.elaborate.recursion import check_recursion
from boundkit.elaborate.scope import Known, Mistake, Scope, Template, mistake
from boundkit.elaborate.unknowns import ORDER, wider
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, INT, NAT, REAL, Function, Sort, Unknown, is_numeric
from boundkit.ir.terms import Apply, Name, Term, fresh_name, relation
from boundkit.ir.theorems import Clause, Definition
from boundkit.syntax.tree import Bound, Define, Form, Identifier, Node, Numeral


def target_name(node: Node) -> Identifier:
    """The name that a `define` or `draw` gives a meaning to."""
    while isinstance(node, Form):
        node = node.parts[0]
    if not isinstance(node, Identifier):
        raise mistake("E0209", "a definition needs a name on its left", node.span)
    return node


def patterns_of(node: Node) -> tuple[Node, ...]:
    """The arguments on the left of a definition."""
    return node.parts[1:] if isinstance(node, Form) else ()


def groups(clauses: Iterable[Node]) -> dict[str, tuple[Define, ...]]:
    """The clauses of each definition that has an index or arguments, in order."""
    found: dict[str, list[Define]] = {}
    for clause in clauses:
        if isinstance(clause, Define) and isinstance(clause.target, Form):
            found.setdefault(target_name(clause.target).text, []).append(clause)
    return {name: tuple(parts) for name, parts in found.items()}


def define(
    context: Context, scope: Scope, clause: Define, grouped: Mapping[str, tuple[Define, ...]]
) -> Scope:
    """The scope after a `define`. A definition of several clauses is made at its last one."""
    from boundkit.elaborate.binders import introduce

    name = target_name(clause.target)
    if not isinstance(clause.target, Form):
        introduce(context, scope, name)
        known = constant(context, scope, clause)
        return scope.with_entry(name.text, known)
    parts = grouped[name.text]
    if clause is not parts[-1]:
        return scope
    introduce(context, scope, target_name(parts[0].target))
    heads = {part.target.head for part in parts if isinstance(part.target, Form)}
    if len(heads) != 1:
        message = f"`{name.text}` is defined both with `[...]` and with `(...)`"
        raise mistake("E0209", message, clause.target.span, "use one of the two")
    if clause.target.head == "index":
        known = sequence(context, scope, parts)
        return scope.with_entry(name.text, known)
    return scope.with_entry(name.text, Template(name.text, parts, scope, parts[0].span))


def constant(context: Context, scope: Scope, clause: Define) -> Known:
    """A definition without parameters, read where it stands."""
    name = target_name(clause.target)
    if clause.bound is not None:
        help = f"`define {name.text}[{clause.bound.names[0].text}] := ...`"
        raise mistake("E0209", f"`for` ranges over no index of `{name.text}`", clause.bound.span, help)
    check_depth(clause.body)
    body = context.unknowns.settle(read(context, scope, clause.body))
    _closed_sort(context, body.sort, clause.body)
    known = Name(name.text, body.sort, name.span)
    context.definitions.append(Definition(known, "constant", (Clause((), (), body),), False, clause.span))
    return Known(known, "defined", name.span, random_in(body, scope.random()))


def sequence(context: Context, scope: Scope, clauses: Listed[Define]) -> Known:
    """`define w[1] := a   define w[t+1] := b for t in 1..T`, read where the first clause stands."""
    name = target_name(clauses[0].target)
    template = Template(name.text, tuple(clauses), scope, clauses[0].span)
    count = len(patterns_of(clauses[0].target))
    instance = _instantiate(context, template, name.text, (NAT,) * count, "index")
    assert instance.definition is not None
    return Known(instance.definition.name, "defined", name.span, instance.random)


def apply(context: Context, scope: Scope, template: Template, arguments: Listed[Node], node: Node) -> Term:
    """A definition applied; read for these sorts unless it has been."""
    count = len(patterns_of(template.clauses[0].target))
    if len(arguments) != count:
        plural = "" if count == 1 else "s"
        raise mistake(
            "E0207",
            f"`{template.text}` has {len(arguments)} argument{'' if len(arguments) == 1 else 's'} here, "
            f"and its definition {count}",
            node.span,
            f"give {count} argument{plural}",
        )
    current = _current(context, template)
    if current is not None:
        args = [
            read(context, scope, part, want) for part, want in zip(arguments, current.arguments, strict=True)
        ]
        sort = Function(current.arguments, current.result)
        head = Name(current.name, sort, node.span)
        return Apply("call", (head, *args), current.result, node.span)
    args = [read(context, scope, part) for part in arguments]
    given = tuple(context.unknowns.resolve(arg.sort) for arg in args)
    literal = [isinstance(part, Numeral) for part in arguments]
    instance = instance_for(context, template, given, literal)
    from boundkit.elaborate.reading import fit

    args = [
        fit(context, arg, want, part)
        for arg, want, part in zip(args, instance.arguments, arguments, strict=True)
    ]
    head = Name(instance.name, Function(instance.arguments, instance.result), node.span)
    return Apply("call", (head, *args), instance.result, node.span)


def _current(context: Context, template: Template) -> Instance | None:
    for instance in reversed(context.instances):
        if instance.template is template and instance.definition is None:
            return instance
    return None


def instance_for(
    context: Context, template: Template, given: tuple[Sort, ...], literal: Listed[bool]
) -> Instance:
    """The reading of a definition for arguments of these sorts."""
    _note_use(context, template, given, literal)
    wanted = context.wanted.get(template.span, (None,) * len(given))
    asked = []
    for sort, is_literal, earlier in zip(given, literal, wanted, strict=True):
        if is_numeric(sort) and earlier is not None and is_numeric(earlier):
            asked.append(earlier)
        elif is_numeric(sort) or isinstance(sort, Unknown):
            asked.append(earlier or (REAL if is_literal or isinstance(sort, Unknown) else _plain(sort)))
        else:
            asked.append(sort)
    choices = [tuple(asked)]
    exact = tuple(_plain(sort) if is_numeric(sort) else want for sort, want in zip(given, asked, strict=True))
    if exact not in choices:
        choices.append(exact)
    for choice in choices:
        found = _existing(context, template, choice, given)
        if found is not None:
            return found
    failure: Mistake | None = None
    for choice in choices:
        try:
            return _instantiate(context, template, _free_text(context, template), choice, "call")
        except Mistake as error:
            failure = failure or error
    assert failure is not None
    raise failure


def _plain(sort: Sort) -> Sort:
    # an index such as k - 1 is an Int that stands for a Nat; that it is none below 0 is a condition
    return NAT if sort == INT else (REAL if sort == EXTREAL else sort)


def _note_use(context: Context, template: Template, given: tuple[Sort, ...], literal: Listed[bool]) -> None:
    earlier = context.seen.get(template.span, (None,) * len(given))
    noted: list[Sort | None] = []
    for before, sort, is_literal in zip(earlier, given, literal, strict=True):
        if isinstance(sort, Unknown) or is_literal:
            noted.append(before)
        elif is_numeric(sort):
            noted.append(
                wider(_plain(sort), before) if before is not None and is_numeric(before) else _plain(sort)
            )
        else:
            noted.append(before or sort)
    context.seen[template.span] = tuple(noted)


def _existing(
    context: Context, template: Template, choice: tuple[Sort, ...], given: tuple[Sort, ...]
) -> Instance | None:
    for instance in context.instances:
        if instance.template is template and all(
            _same(context, mine, theirs) for mine, theirs in zip(instance.arguments, choice, strict=True)
        ):
            return instance
    return None


def _same(context: Context, left: Sort, right: Sort) -> bool:
    if is_numeric(left) or is_numeric(right):
        return left == right
    return context.unknowns.fits(right, left)


def _free_text(context: Context, template: Template) -> str:
    made = {instance.name for instance in context.instances}
    return template.text if template.text not in made else fresh_name(template.text, made | context.taken)


def as_function(context: Context, template: Template, wanted: Sort | None, node: Node) -> Term:
    """A definition as a value, for `grad(f, x)` or `exhibit(g := f)`; its sorts come from what is wanted,
    from its uses, or from its body."""
    current = _current(context, template)
    if current is not None:
        raise mistake(
            "E0209", f"`{template.text}` is used without arguments in its own definition", node.span
        )
    count = len(patterns_of(template.clauses[0].target))
    resolved = context.unknowns.resolve(wanted) if wanted is not None else None
    if isinstance(resolved, Function) and len(resolved.arguments) == count:
        instance = instance_for(context, template, resolved.arguments, [False] * count)
    else:
        made = [instance for instance in context.instances if instance.template is template]
        hints = context.wanted.get(template.span)
        if made:
            instance = made[0]
        elif hints is not None and None not in hints:
            instance = instance_for(
                context, template, tuple(h for h in hints if h is not None), [False] * count
            )
        else:
            instance = infer(context, template, node)
    return Name(instance.name, Function(instance.arguments, instance.result), node.span)


def infer(context: Context, template: Template, node: Node) -> Instance:
    """The definition with parameter sorts found from its body; E0210 when the body leaves them open."""
    count = len(patterns_of(template.clauses[0].target))
    unknown = tuple(context.unknowns.sort() for _ in range(count))
    kept = len(context.instances), len(context.definitions)
    try:
        found = _instantiate(context, template, _free_text(context, template), unknown, "call")
        return found
    except Mistake as first:
        del context.instances[kept[0] :], context.definitions[kept[1] :]
        for guess in (REAL, NAT):
            try:
                name = _free_text(context, template)
                return _instantiate(context, template, name, (guess,) * count, "call")
            except Mistake:
                del context.instances[kept[0] :], context.definitions[kept[1] :]
        if first.diagnostic.code not in ("E0204", "E0210"):
            raise
    help = f"use `{template.text}` with arguments in a claim or step"
    message = f"the sorts of the parameters of `{template.text}` cannot be determined"
    raise mistake("E0210", message, template.clauses[0].target.span, help)


def _instantiate(
    context: Context, template: Template, name: str, arguments: tuple[Sort, ...], style: str
) -> Instance:
    """Read all clauses for the given sorts. The sort of the values of a recursion is found by reading
    again until it no longer grows."""
    for clause in template.clauses:
        check_depth(clause.body)
    kept = len(context.instances), len(context.definitions)
    guess: Sort = context.unknowns.sort()
    recursive = any(_mentions(clause.body, template.text) for clause in template.clauses)
    for _ in range(len(ORDER) + 2):
        instance = Instance(template, name, arguments, guess)
        context.instances.append(instance)
        try:
            clauses, result = _read_clauses(context, instance, style)
        except Exception:
            del context.instances[kept[0] :], context.definitions[kept[1] :]
            raise
        settled = context.unknowns.resolve(result)
        if not recursive or settled == context.unknowns.resolve(guess) and not isinstance(guess, Unknown):
            break
        del context.instances[kept[0] :], context.definitions[kept[1] :]
        if isinstance(guess, Unknown) and (is_numeric(settled) or isinstance(settled, Unknown)):
            guess = NAT
        else:
            guess = settled
    arguments = tuple(context.unknowns.resolve(sort) for sort in arguments)
    arguments = tuple(REAL if isinstance(sort, Unknown) else sort for sort in arguments)
    result = context.unknowns.resolve(result)
    if isinstance(result, Unknown):
        result = REAL
    _closed_sort(context, result, template.clauses[0].body)
    instance.arguments, instance.result = arguments, result
    full: Sort = Function(arguments, result)
    if style == "index":
        full = result
        for _ in arguments:
            full = sorts.Sequence(full)
    settled_clauses = tuple(_settle_clause(context, clause, name, full) for clause in clauses)
    random = frozenset().union(
        *(random_in(clause.body, template.scope.random()) for clause in settled_clauses)
    )
    random |= _random_of_instances(context, settled_clauses, instance)
    known = Name(name, full, target_name(template.clauses[0].target).span)
    definition = Definition(known, style, settled_clauses, recursive, template.span)
    check_recursion(context, definition, template.clauses)
    instance.random, instance.definition = random, definition
    context.definitions.append(definition)
    return instance


def _random_of_instances(context: Context, clauses: tuple[Clause, ...], own: Instance) -> frozenset[str]:
    table = random_instances(context, own.template.scope.random())
    table = {text: draws for text, draws in table.items() if text != own.name}
    return frozenset().union(*(random_in(clause.body, table) for clause in clauses))


def random_instances(context: Context, random: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The randomness sets of names in scope and of definitions read so far."""
    table = dict(random)
    for instance in context.instances:
        if instance.random:
            table[instance.name] = instance.random
    return table


def _settle_clause(context: Context, clause: Clause, name: str, sort: Sort) -> Clause:
    settle = context.unknowns.settle
    parameters = tuple(Name(p.text, _numeric_default(context, p.sort), p.span) for p in clause.parameters)
    return Clause(
        parameters,
        tuple(map(settle, clause.patterns)),
        settle(clause.body),
        tuple(map(settle, clause.guard)),
    )


def _numeric_default(context: Context, sort: Sort) -> Sort:
    sort = context.unknowns.resolve(sort)
    return REAL if isinstance(sort, Unknown) else sort


def _read_clauses(context: Context, instance: Instance, style: str) -> tuple[list[Clause], Sort]:
    clauses: list[Clause] = []
    result: Sort | None = None
    for define in instance.template.clauses:
        clause = _read_clause(context, instance, define, style)
        sort = context.unknowns.resolve(clause.body.sort)
        clauses.append(clause)
        if result is None:
            result = sort
            context.unknowns.fits(sort, instance.result) if isinstance(instance.result, Unknown) else None
        elif is_numeric(sort) and is_numeric(context.unknowns.resolve(result)):
            result = wider(sort, context.unknowns.resolve(result))
        elif not context.unknowns.fits(sort, result):
            name = instance.template.text
            words = f"an earlier clause gives {describe(context.unknowns.resolve(result))}"
            raise mistake(
                "E0209",
                f"this clause of `{name}` gives {describe(sort)}, {words}",
                define.body.span,
                "all clauses of a definition give values of one sort",
            )
    assert result is not None
    return clauses, result


def _read_clause(context: Context, instance: Instance, define: Define, style: str) -> Clause:
    template = instance.template
    scope = template.scope
    name = target_name(define.target)
    nodes = patterns_of(define.target)
    if len(nodes) != len(instance.arguments):
        counts = f"{len(nodes)} arguments and an earlier one {len(instance.arguments)}"
        message = f"this clause of `{name.text}` has {counts}"
        raise mistake("E0209", message, define.target.span, "give all clauses the same arguments")
    variables: dict[str, Name] = {}
    for node, sort in zip(nodes, instance.arguments, strict=True):
        variable = _variable_of(context, node)
        if variable is None:
            continue
        if variable.text in variables or scope.get(variable.text) is not None or variable.text == name.text:
            message = f"the parameter `{variable.text}` is already a name in this theorem"
            raise mistake("E0202", message, variable.span, "choose another name for the parameter")
        if variable is not node:
            if not context.unknowns.fits(sort, NAT):
                raise mistake(
                    "E0209", f"`{context.text(node)}` stands for a number, not {describe(sort)}", node.span
                )
            sort = NAT
        variables[variable.text] = Name(variable.text, sort, variable.span)
    inside = scope.with_bound(*variables.values(), kind="parameter")
    guard = _guard(context, inside, define.bound, variables) if define.bound is not None else ()
    if style == "index":
        own: Sort = instance.result
        for _ in nodes:
            own = sorts.Sequence(own)
        inside = inside.with_entry(name.text, Known(Name(instance.name, own), "defined", name.span))
    else:
        inside = inside.with_entry(name.text, template)
    patterns = tuple(
        read(context, inside, node, None if isinstance(node, Identifier) else NAT) for node in nodes
    )
    body = read(context, inside, define.body)
    return Clause(tuple(variables.values()), patterns, body, guard)


def _variable_of(context: Context, node: Node) -> Identifier | None:
    """The parameter in a pattern `k`, `k+1`, `k-1` or a literal."""
    if isinstance(node, Identifier):
        return node
    if isinstance(node, Numeral):
        return None
    if isinstance(node, Form) and node.head in ("+", "-"):
        left, right = node.parts
        if isinstance(left, Identifier) and isinstance(right, Numeral):
            return left
    help = "patterns are a name, a numeral, or a name plus a numeral"
    raise mistake("E0209", f"`{context.text(node)}` is no pattern", node.span, help)


def _guard(context: Context, scope: Scope, bound: Bound, variables: Mapping[str, Name]) -> tuple[Term, ...]:
    if bound.kind not in ("in", "range") or not isinstance(bound.operand, Form) or bound.operand.head != "..":
        raise mistake("E0209", "the clause ranges over integers", bound.span, "`for t in 1..T`")
    guards: list[Term] = []
    for identifier in bound.names:
        if identifier.text not in variables:
            message = f"`{identifier.text}` does not occur on the left of the definition"
            raise mistake("E0209", message, identifier.span, "range over the index of the definition")
        variable = variables[identifier.text]
        context.unknowns.fits(variable.sort, NAT)
        variable = Name(variable.text, NAT, identifier.span)
        first, last = (read(context, scope, end, INT) for end in bound.operand.parts)
        guards += [relation("<=", first, variable, bound.span), relation("<=", variable, last, bound.span)]
    return tuple(guards)


def _mentions(node: Node, text: str) -> bool:
    from boundkit.elaborate.reading import each_node

    return any(isinstance(part, Identifier) and part.text == text for part in each_node(node))


def _closed_sort(context: Context, sort: Sort, node: Node) -> None:
    if context.unknowns.is_open(sort):
        help = "write the sizes, for example by a `let` of the sort that is meant"
        raise mistake("E0210", f"the sort of `{context.text(node)}` cannot be determined", node.span, help)
