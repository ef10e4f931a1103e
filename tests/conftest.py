"""What holds for every test: property tests draw the same examples each time and have no deadline, so that
neither luck nor a busy machine decides; and nothing is reported from an earlier run, for want of a key."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

os.environ["BOUNDKIT_STATE_DIR"] = os.devnull
