"""Tree to Theorem: names, sorts, sizes, scope and domains; everything implicit is made explicit here, and
nothing later reads the text. Knows no rule, no prover and no numeric method."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Listed

from boundkit.elaborate import application, arithmetic, binders, properties, standard  # noqa: F401  (they register readers)
from boundkit.elaborate.families import read_family
from boundkit.elaborate.goals import read_derivation_alone, read_goal
from boundkit.elaborate.scope import mistake
from boundkit.elaborate.theorems import read_theorem
from boundkit.errors import Diagnostic
from boundkit.ir.theorems import Family, Theorem
from boundkit.source import Source
from boundkit.syntax import tree
from boundkit.syntax.tree import Declared, FileTree, Node

__all__ = ["elaborate", "elaborate_derivation", "elaborate_goal"]

NO_LIBRARY: Mapping[str, Theorem] = {}


def elaborate(
    tree_of_file: FileTree, source: Source, library: Mapping[str, Theorem] = NO_LIBRARY
) -> tuple[tuple[Theorem | Family, ...], tuple[Diagnostic, ...]]:
    """The theorems and families of a file, and all that is wrong with it, in the order of the text.

    A clause with an error is left out; names and labels that it would have declared raise no further
    errors. `library` holds theorems that may be cited, by name; those above in the file may be too.
    Never raises for a mistake of the text."""
    reachable = dict(library)
    results: list[Theorem | Family] = []
    diagnostics: list[Diagnostic] = []
    uses: list[str] = []
    names: dict[str, tree.Clause] = {}
    for item in tree_of_file.items:
        found: list[Diagnostic] = []
        if isinstance(item, tree.UseTree):
            uses.append(item.name.text)
            continue
        if isinstance(item, tree.TheoremTree | tree.FamilyTree) and item.name.text in names:
            line = source.position(names[item.name.text].span.start)[0]
            message = f"`{item.name.text}` is already the name of a theorem or family (line {line})"
            error = mistake("E0215", message, item.name.span, "choose another name")
            diagnostics.append(error.diagnostic)
        if isinstance(item, tree.TheoremTree):
            names.setdefault(item.name.text, item)
            theorem, found = read_theorem(item, source, reachable, tuple(uses))
            reachable[theorem.name] = theorem
            results.append(theorem)
        elif isinstance(item, tree.FamilyTree):
            names.setdefault(item.name.text, item)
            family, found = read_family(item, source, reachable)
            if family is not None:
                results.append(family)
        diagnostics.extend(found)
    diagnostics.sort(key=lambda diagnostic: (diagnostic.span.start, diagnostic.code))
    return tuple(results), tuple(diagnostics)


def elaborate_goal(
    goal: Node, given: Listed[Node], declared: Listed[Declared], source: Source
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    """A theorem named `goal` with one claim `goal` and hypotheses `given1`, `given2`, ...; names that are
    not declared and stand for numbers are declared `Real`. None when there is an error."""
    return read_goal(goal, given, declared, source)


def elaborate_derivation(
    derivation: tree.Derive, given: Listed[Node], declared: Listed[Declared], source: Source
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    """A theorem with no claim and one derivation; as for a goal, names that are not declared are real
    numbers. An `assume` among the hypotheses keeps its label. None when there is an error."""
    return read_derivation_alone(derivation, given, declared, source)
