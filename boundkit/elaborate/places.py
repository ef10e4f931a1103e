"""Where in the text a term was written."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Bind, Name, Number, Term
from boundkit.source import NOWHERE, Span


def place_of(term: Term) -> Span:
    """The span of the term; NOWHERE for one that was not written."""
    return term.span if isinstance(term, Number | Name | Apply | Bind) else NOWHERE
