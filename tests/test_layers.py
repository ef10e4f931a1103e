"""Imports go one way; the kernel imports only what its list says; some calls occur nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "boundkit"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

LEVELS: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (
            {"source"},
            {"errors"},
            {"clock", "ir", "options", "resources", "store"},
            {"kernel"},
            {"instances", "provers", "statistics"},
            {"task"},
            {"rules", "syntax", "attack", "discover", "plain"},
            {"desk", "extents"},
            {"conditions", "slips"},
            {"derivations", "repairs"},
            {"elaborate", "plan", "carry_out", "typesetting"},
            {"proofs"},
            {"library"},
            {"measured", "verdicts"},
            {"report", "justify"},
            {"contradictions", "trivial_bounds"},
            {"looseness", "vacuity"},
            {
                "exports",
                "layout",
                "loose_tables",
                "progress",
                "skeleton",
                "findings",
                "formulas",
                "goals",
                "derivation_text",
                "unchanged",
                "ledger",
                "gallery",
                "graph",
                "pages",
                "pictures",
                "wording",
            },
            {"answers", "batch", "pipeline", "publish", "deriving"},
            {"bench", "proposals"},
            {"sharpen", "weigh"},
            {"suggest"},
            {"applying", "formula_arguments"},
            {"cli", "notebook"},
            {"__main__"},
        ),
    )
)
"""Units of the package, lowest first; a unit imports from its own level or from below."""

SHELVES = frozenset({"rules", "instances", "provers", "exports", "derivations", "repairs"})
SERVES = {"rules": frozenset({"provers"}), "derivations": frozenset({"provers"})}
"""Shelves that another may import: a rule has what it licenses proved before it answers, and so has a command
of a derivation."""

ONLY = {
    "source": frozenset(),
    "errors": frozenset({"source"}),
    "options": frozenset(),
    "clock": frozenset(),
    "formula_arguments": frozenset(),
    "resources": frozenset(),
    "store": frozenset({"errors"}),
    "ir": frozenset({"errors", "source"}),
    "verdicts": frozenset({"errors", "ir", "source"}),
    "measured": frozenset(),
    "report": frozenset({"errors", "ir", "measured", "source", "syntax", "verdicts"}),
    "exports": frozenset(
        {
            "errors",
            "graph",
            "loose_tables",
            "pages",
            "pictures",
            "report",
            "syntax",
            "typesetting",
            "verdicts",
            "wording",
        }
    ),
    "typesetting": frozenset({"source", "syntax"}),
}
"""Units that may import less than their level allows."""

KERNEL = frozenset(
    {
        "__future__",
        "boundkit.errors",
        "boundkit.ir",
        "boundkit.kernel",
        "boundkit.source",
        "collections",
        "dataclasses",
        "decimal",
        "enum",
        "flint",
        "fractions",
        "functools",
        "hashlib",
        "itertools",
        "json",
        "math",
        "operator",
        "re",
        "types",
        "typing",
    }
)
"""All that the trusted part may import: `re` cuts the names of facts, `types` reads the declared types of the
fields of certificates, `decimal` shows an enclosure with its digits rounded down."""

FORBIDDEN_NAMES = frozenset({"sympify", "parse_expr"})
FORBIDDEN_CALLS = frozenset({"eval", "exec", "__import__"})


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit_of(name: str) -> str:
    """The second part of a dotted name in the package, or "" for the package itself."""
    return name.split(".")[1] if "." in name else ""


def imported(path: Path) -> Iterator[str]:
    """Dotted names of the modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            assert node.module
            for alias in node.names:
                below = PACKAGE.parent.joinpath(*node.module.split("."), alias.name)
                is_module = below.is_dir() or below.with_suffix(".py").is_file()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def own_imports(path: Path) -> Iterator[str]:
    """Those of them that belong to the package."""
    return (name for name in imported(path) if name.partition(".")[0] == "boundkit")


def level(unit: str) -> int:
    """The place of a unit; a new one is given its place in LEVELS."""
    found = [number for number, units in enumerate(LEVELS) if unit in units]
    assert len(found) == 1, f"`boundkit/{unit}` has no place in LEVELS"
    return found[0]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    """From a level to the same or a lower one; the package itself loads nothing until asked."""
    unit = unit_of(name_of(path))
    if not unit:
        return
    allowed = level(unit)
    for name in own_imports(path):
        other = unit_of(name)
        if other and other != unit:
            assert level(other) <= allowed, f"{name_of(path)} imports {name}"
            if unit in ONLY:
                assert other in ONLY[unit], f"{name_of(path)} imports {name}"
            if unit in SHELVES:
                assert other not in SHELVES - SERVES.get(unit, frozenset()), (
                    f"shelf {unit} imports shelf {other}"
                )


def test_units_do_not_import_each_other_in_a_circle() -> None:
    """Within a level as well."""
    import networkx

    graph = networkx.DiGraph()
    for path in MODULES:
        unit = unit_of(name_of(path))
        others = {unit_of(name) for name in own_imports(path)} - {"", unit}
        graph.add_edges_from((unit, other) for other in others if unit)
    circles = [[*circle, circle[0]] for circle in networkx.simple_cycles(graph)]
    assert circles == [], [" -> ".join(circle) for circle in circles]


def test_the_levels_name_every_unit_once() -> None:
    """No unit stands on two levels."""
    for number, (lower, upper) in enumerate(pairwise(LEVELS)):
        assert not lower & upper, number
    assert sum(map(len, LEVELS)) == len(frozenset().union(*LEVELS))


@pytest.mark.parametrize("path", sorted((PACKAGE / "kernel").rglob("*.py")), ids=name_of)
def test_the_kernel_imports_only_what_is_allowed(path: Path) -> None:
    """What must be trusted is a short list."""
    for name in imported(path):
        root = ".".join(name.split(".")[:2]) if name.startswith("boundkit.") else name.partition(".")[0]
        assert root in KERNEL, f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_text_is_run_as_a_program(path: Path) -> None:
    """No eval or exec, no SymPy parser, and no floating point mode that forgets NaN."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                assert node.func.id not in FORBIDDEN_CALLS, where
            for keyword in node.keywords:
                off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                assert keyword.arg != "fastmath" or off, where
        elif isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_NAMES, where
        elif isinstance(node, ast.Attribute):
            assert node.attr not in FORBIDDEN_NAMES, where
        elif isinstance(node, ast.ImportFrom):
            assert not FORBIDDEN_NAMES & {alias.name for alias in node.names}, where


def functions(tree: ast.AST) -> dict[str, ast.FunctionDef]:
    """Functions and methods of a module by name, and those that it imports from beside the tests."""
    found: dict[str, ast.FunctionDef] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            beside = ROOT / f"{(node.module or '').replace('.', '/')}.py"
            known = functions(ast.parse(beside.read_text(encoding="utf-8"))) if beside.is_file() else {}
            found.update((alias.name, known[alias.name]) for alias in node.names if alias.name in known)
    found.update((node.name, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return found


def asserts(function: ast.FunctionDef, others: dict[str, ast.FunctionDef], seen: frozenset[str]) -> bool:
    """Whether a function asserts, expects an exception, or calls one of its module that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in {"raises", "warns", "fail"} or name.startswith("assert"):
                return True
            if name in others and name not in seen and asserts(others[name], others, seen | {name}):
                return True
    return False


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_can_fail(path: Path) -> None:
    """Each contains an assertion or expects an exception."""
    found = functions(ast.parse(path.read_text(encoding="utf-8")))
    idle = [
        name
        for name, function in found.items()
        if name.startswith("test_") and not asserts(function, found, frozenset({name}))
    ]
    assert idle == []


def test_every_code_has_a_page() -> None:
    """A code in the program or in the grammar's table of mistakes is explained in `docs/errors/`."""
    sources = [*MODULES, *(ROOT / "grammar").glob("*.toml")]
    codes = {code for path in sources for code in re.findall(r"\bE\d{4}\b", path.read_text(encoding="utf-8"))}
    pages = {path.stem for path in (ROOT / "docs" / "errors").glob("E*.md")}
    assert sorted(codes - pages) == []
    assert sorted(pages - codes) == []
