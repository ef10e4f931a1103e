"""Plots of what a report measured: the ratio of both sides of each statement, and where a bound says
something. Elements of SVG whose colours are classes of the page."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite, log10

from boundkit.pictures.proof import shown
from boundkit.report import Slack, VacuityAnalysis

WIDE = 360.0
_LEFT, _RIGHT, _LINE = 106.0, 44.0, 26.0
_SPAN = WIDE - _LEFT - _RIGHT


def ratios(measured: list[tuple[str, Slack]]) -> str:
    """A line for each statement, from the median ratio of left to right side (hollow) to the largest
    (full); an attained bound reaches 1, a violated one crosses it. "" where nothing was measured."""
    if not measured:
        return ""
    known = [x for _, slack in measured for x in (slack.largest, slack.median) if isfinite(x)]
    low, high = min([0.0, *known]), max([1.0, *known])

    def place(x: float) -> float:
        inside = min(max(x, low), high) if isfinite(x) else (high if x > 0 else low)
        return _LEFT + _SPAN * (inside - low) / (high - low)

    tall = 46.0 + _LINE * len(measured)
    said = [f"{name}: median {slack.median:.4g}, largest {slack.largest:.4g}" for name, slack in measured]
    out = [head(tall, "ratio of left to right side; " + "; ".join(said))]
    ends = [x for x in (low, high) if abs(place(x) - place(1.0)) > 30]
    for x, word in [*((x, f"{x:.3g}") for x in ends), (1.0, "1")]:
        kind = "one" if x == 1 else "axis"
        out.append(f'<path class="{kind}" d="M{place(x):.1f} 18V{tall - 24:.1f}"/>')
        out.append(f'<text x="{place(x):.1f}" y="12" text-anchor="middle">{word}</text>')
    for row, (name, slack) in enumerate(measured):
        y = 34.0 + _LINE * row
        kind = "over" if slack.largest > 1 else "within"
        out.append(f'<text x="{_LEFT - 10:.1f}" y="{y + 4:.1f}" text-anchor="end">{brief(name)}</text>')
        out.append(
            f'<path class="{kind}" d="M{place(slack.median):.1f} {y:.1f}H{place(slack.largest):.1f}"/>'
        )
        out.append(f'<circle class="{kind} median" cx="{place(slack.median):.1f}" cy="{y:.1f}" r="4"/>')
        out.append(f'<circle class="{kind} largest" cx="{place(slack.largest):.1f}" cy="{y:.1f}" r="4"/>')
        out.append(f'<text x="{WIDE - 2:.1f}" y="{y + 4:.1f}" text-anchor="end">{slack.largest:.3g}</text>')
    middle = _LEFT + _SPAN / 2
    out.append(f'<text x="{middle:.1f}" y="{tall - 6:.1f}" text-anchor="middle">left / right side</text>')
    return "".join([*out, "</svg>"])


def against_trivial(vacuity: VacuityAnalysis) -> str:
    """Bars of the bound at its operating point and of the bound that holds anyway; "" where one of them is
    not known."""
    value, trivial = _number(vacuity.value), _number(vacuity.trivial)
    if value is None or trivial is None or min(value, trivial) < 0 or max(value, trivial) == 0:
        return ""
    bars = ((f"bound {vacuity.value}", value, "over" if value >= trivial else "within"),
            (f"trivial {vacuity.trivial}", trivial, "axis"))  # fmt: skip
    out = [head(80.0, "; ".join(word for word, _, _ in bars))]
    for row, (word, number, kind) in enumerate(bars):
        y = 6.0 + 38.0 * row
        out.append(f'<text x="0" y="{y + 10:.1f}">{brief(word, 40)}</text>')
        wide = WIDE * number / max(value, trivial)
        out.append(f'<rect class="bar {kind}" x="0" y="{y + 15:.1f}" width="{wide:.1f}" height="10"/>')
    return "".join([*out, "</svg>"])


def vacuity_map(vacuity: VacuityAnalysis) -> str:
    """The range of the parameter that decides, on a logarithmic axis: where the bound says nothing, and from
    where it says something. "" without a positive threshold."""
    threshold = vacuity.threshold
    start = _number(str(threshold.value)) if threshold else None
    if threshold is None or start is None or start <= 0:
        return ""
    decades = max(1.0, log10(start)) * 1.5
    split = WIDE * max(0.0, log10(start)) / decades
    name, anchor = brief(threshold.parameter), "middle" if split else "start"
    out = [
        head(74.0, f"the bound says nothing below {threshold.parameter} = {threshold.value}"),
        f'<rect class="bar over" x="0" y="22" width="{split:.1f}" height="12"/>',
        f'<rect class="bar within" x="{split:.1f}" y="22" width="{WIDE - split:.1f}" height="12"/>',
        '<text x="0" y="14">says nothing</text>' if split else "",
        f'<text x="{WIDE:.0f}" y="14" text-anchor="end">says something</text>',
        f'<text x="0" y="50">{name} = 1</text>' if split else "",
        f'<text x="{split:.1f}" y="68" text-anchor="{anchor}">{name} = {brief(str(threshold.value))}</text>',
        f'<path class="one" d="M{split:.1f} 20V56"/>',
    ]
    return "".join([*out, "</svg>"])


def brief(name: str, letters: int = 12) -> str:
    """A name for an element, cut where it would leave its place."""
    return shown(name if len(name) <= letters else name[: letters - 1] + "…")


def head(tall: float, said: str) -> str:
    """The opening of a plot so many units high, with what it says in words."""
    box = f'viewBox="0 0 {WIDE:.0f} {tall:.0f}"'
    return f'<svg class="plot" role="img" {box} aria-label="{shown(said)}">'


def _number(text: str | None) -> float | None:
    """The number that a text says, or None."""
    try:
        value = float(Fraction(text)) if text is not None else None
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return value
