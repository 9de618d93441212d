"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# The same examples every time, and none failed for being slow: a kernel's first call compiles.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")
