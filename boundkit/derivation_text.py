"""What became of a derivation, as text and as plain JSON."""

from __future__ import annotations

import textwrap
from typing import Any

from boundkit.desk import Derived

WORDS = {
    "proved": "PROVED",
    "conjecture": "CONJECTURE",
    "impossible": "NO RESULT",
    "open": "OPEN",
    "unsupported": "UNSUPPORTED",
}
WIDTH = 100


def as_text(found: Derived, title: str = "") -> str:
    """The result, the relations behind it with their roles, and what is not certified."""
    head = WORDS[found.status]
    lines = [title] if title else []
    lines += _hanging(f"{head:<12}", found.message)
    for name, term in found.parts:
        lines += _hanging(
            f"  {name} = " if name not in ("condition", "statement") else f"  {name}: ", str(term)
        )
    for note in found.notes:
        lines += _hanging("  note: ", note)
    for own in found.certified:
        lines += _hanging(f"  proved, {own.role}: " if own.role else "  proved: ", str(own.statement))
        lines += [line for reason in own.argument for line in _hanging("      ", reason)]
    for term in found.conjectured:
        lines += _hanging("  not certified: ", str(term))
    for term in found.wrong:
        lines += _hanging("  expected, not certified: ", str(term))
    return "\n".join(lines) + "\n"


def _hanging(first: str, text: str) -> list[str]:
    inner = " " * min(len(first), 12)
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=inner,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def as_json(found: Derived) -> dict[str, Any]:
    """The same as plain data; terms are text of the language."""
    return {
        "label": found.label,
        "status": found.status,
        "message": found.message,
        "parts": {name: str(term) for name, term in found.parts},
        "notes": list(found.notes),
        "proved": [
            {"role": own.role, "statement": str(own.statement), "argument": list(own.argument)}
            for own in found.certified
        ],
        "conjectured": [str(term) for term in found.conjectured],
        "wrong": [str(term) for term in found.wrong],
        "limited": found.limited,
    }
