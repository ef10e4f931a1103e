"""A derivation typed at the command line or from Python: words of the language without a file."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from boundkit.carry_out import carry_out
from boundkit.desk import Derived
from boundkit.elaborate import elaborate, elaborate_derivation
from boundkit.errors import BoundkitError, Diagnostic
from boundkit.ir.theorems import Theorem
from boundkit.kernel.binding import bound
from boundkit.kernel.ledger import Ledger
from boundkit.library import Library
from boundkit.proofs import read_certificates
from boundkit.report import Message, place
from boundkit.source import Source
from boundkit.store import theorem_files
from boundkit.syntax import tree
from boundkit.syntax.parse import parse, parse_clause, parse_declaration, parse_expression
from boundkit.syntax.read import read
from boundkit.syntax.tree import Identifier

LABEL = "result"
_LABELLED = re.compile(r"\s*([^\W\d_]\w*)\s*:(?!=)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Read:
    """A derivation that was read, or what is wrong with its text."""

    theorem: Theorem | None
    source: Source
    messages: tuple[Message, ...]


def derive(
    command: str, given: Sequence[str] = (), let: Sequence[str] = (), time_limit: float | None = None
) -> Derived:
    """Carries out one derivation, such as `minimise a/x + b*x over x`.

    command: what stands after `derive label:` in a `.thm` file; it may end in `expect ...`. given:
    hypotheses, each with a label if it is of the form `label: proposition`, else `given1`, `given2`, ...;
    let: declarations, such as `n : Nat >= 1`; other names are real numbers. time_limit: seconds, after which
    the answer is what was found until then; only the main thread can keep it (ValueError elsewhere). Raises
    BoundkitError for text that cannot be read. Ask the answer for its `status`; `bool()` of it raises."""
    limit = ends_after(time_limit)
    found = read_command(command, given, let)
    if found.theorem is None:
        first = found.messages[0]
        raise BoundkitError(Diagnostic(first.code, first.severity, first.message, help=first.help))
    return carried_out(found.theorem, limit)


def ends_after(seconds: float | None) -> float | None:
    """The value of `time.monotonic` so many seconds from now. ValueError unless they are positive."""
    if seconds is None:
        return None
    if not seconds > 0:
        raise ValueError(f"time_limit must be positive: {seconds}")
    return time.monotonic() + seconds


def carried_out(theorem: Theorem, limit: float | None = None) -> Derived:
    """What becomes of the only derivation of a theorem, until `limit` on the clock `time.monotonic`."""
    (derivation,) = theorem.derivations
    return carry_out(Ledger(bound(theorem), {}), derivation, {}, limit=limit)


def read_command(command: str, given: Sequence[str], let: Sequence[str]) -> Read:
    """The theorem with this one derivation."""
    texts = [*(("let", text) for text in let), *(("given", text) for text in given)]
    texts.append(("derive", f"derive {LABEL}: {command}"))
    lines = [" ".join(text.split()) for _, text in texts]
    whole = Source("derivation", "\n".join(lines))
    messages: list[Message] = []
    declared, hypotheses, clause = [], [], None
    for place_, (kind, _) in enumerate(texts):
        # The other lines blanked, so that places are those in the whole text.
        rows = [line if at == place_ else " " * len(line) for at, line in enumerate(lines)]
        label = _LABELLED.fullmatch(lines[place_]) if kind == "given" else None
        if label is not None:
            start = label.start(2)
            rows[place_] = " " * start + lines[place_][start:]
        source = Source("derivation", "\n".join(rows))
        if kind == "let":
            found, wrong = parse_declaration(source)
            if found is not None:
                declared.append(found)
        elif kind == "given":
            formula, wrong = parse_expression(source)
            if formula is not None:
                name = label.group(1) if label is not None else f"given{place_ - len(let) + 1}"
                hypotheses.append(
                    tree.Assume(Identifier(name, span=formula.span), formula, span=formula.span)
                )
        else:
            clause, wrong = parse_clause(source)
        messages.extend(place(diagnostic, whole) for diagnostic in wrong)
    if messages or not isinstance(clause, tree.Derive):
        if not messages:
            messages.append(place(Diagnostic("E0121", "error", "no command of `derive` is given"), None))
        return Read(None, whole, tuple(messages))
    theorem, diagnostics = elaborate_derivation(clause, hypotheses, declared, whole)
    messages.extend(place(diagnostic, whole) for diagnostic in diagnostics)
    if theorem is None or any(d.severity == "error" for d in diagnostics):
        return Read(None, whole, tuple(messages))
    return Read(theorem, whole, tuple(messages))


Told = Callable[[str, str, Derived], object]
"""Hears of each derivation as it ends: the file, the theorem, what became of it."""


def derive_files(
    paths: Sequence[str], told: Told = lambda *_: None, limit: float | None = None
) -> tuple[list[tuple[str, str, Derived]], list[Message]]:
    """The derivations of the theorems in files and folders, each with its file and theorem, in order; and
    what is wrong with the files. `limit` is for all of them, as for `carry_out`. BoundkitError for a path
    that is not there."""
    found: list[tuple[str, str, Derived]] = []
    messages: list[Message] = []
    for path in theorem_files(paths):
        try:
            source = read(path)
        except BoundkitError as error:
            messages.append(place(error.diagnostic, None, error.exit))
            continue
        file, wrong = parse(source)
        reached, missing = Library(path.parent, lambda *_: None).theorems_for(file)
        entries, more = elaborate(file, source, reached)
        messages.extend(place(diagnostic, source) for diagnostic in (*wrong, *missing, *more))
        stored = read_certificates(path)
        for theorem in entries:
            if isinstance(theorem, Theorem):
                earlier: dict[str, Derived] = {}
                ledger = Ledger(bound(theorem), {})
                for derivation in theorem.derivations:
                    kept = stored.get(theorem.name, {}).get(derivation.label)
                    earlier[derivation.label] = carry_out(ledger, derivation, earlier, kept, limit=limit)
                    told(str(path), theorem.name, earlier[derivation.label])
                    found.append((str(path), theorem.name, earlier[derivation.label]))
    return found, messages
