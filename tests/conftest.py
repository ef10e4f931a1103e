"""What holds for every test: property tests draw the same examples each time and have no deadline, so that
neither luck nor a busy machine decides."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
