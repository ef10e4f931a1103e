"""Searchers for certificates. Nothing here is trusted; the judge checks what they find."""
