from __future__ import annotations
def certain_failures(source, theorem, restrictions):
    return []
