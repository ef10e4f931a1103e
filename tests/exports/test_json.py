"""The JSON for programs."""

from __future__ import annotations

import json

from boundkit.exports import export
from boundkit.report import Report, as_json, without_times


def test_the_text_is_the_schema(standard: Report) -> None:
    """Reading it back gives what `as_json` says."""
    assert json.loads(export("json").render(standard)) == as_json(standard)


def test_times_are_all_that_differs(standard: Report) -> None:
    """Two runs with the same seed agree in every byte once the times are gone."""
    assert export("json").render(standard) != export("json").render(without_times(standard))
    assert '"seconds": 0.25' in export("json").render(standard)
    assert '"seconds": 0.25' not in export("json").render(without_times(standard))
