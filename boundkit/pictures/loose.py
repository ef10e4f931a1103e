"""Pictures of how loose a proof is: the factors of its steps, both sides of a claim along a growing size, and
where a bound says something over two numbers. Elements of SVG whose colours are classes of the page; no
meaning is in a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from boundkit.measured import BUCKETS, Growth, Map, StepLoss, shown_factor
from boundkit.pictures.plots import WIDE, brief, head

MOST_ROWS = 16
_NAME, _END, _ROW = 106.0, 56.0, 30.0
_LEFT, _RIGHT, _TOP, _TALL = 48.0, 24.0, 14.0, 200.0


def factors(steps: Sequence[StepLoss]) -> str:
    """A row for each step: how often its right side was how many times its left side, on one logarithmic axis
    from 1 (tight) on, and the median. "" where no step has factors."""
    measured = [step for step in steps if sum(step.histogram)]
    if not measured:
        return ""
    rows = sorted(measured, key=lambda step: -step.median)[:MOST_ROWS]
    kept = [step for step in measured if step in rows]
    said = "; ".join(f"{step.name}: median factor {shown_factor(step.median)}" for step in kept)
    bar = (WIDE - _NAME - _END) / BUCKETS
    tall = 26.0 + _ROW * len(kept) + 26.0
    out = [head(tall, f"how often right over left side was how large; {said}")]
    for power in (0, 2, 4, 6, 8, 10):
        x = _NAME + 4 * power * bar
        kind = "axis" if power else "one"
        out.append(f'<path class="{kind}" d="M{x:.1f} 18V{tall - 24:.1f}"/>')
        word = f"{2**power}" + ("+" if power == 10 else "")
        out.append(_text(x, 12, word))
    for row, step in enumerate(kept):
        foot = 22.0 + _ROW * (row + 1)
        most = max(step.histogram)
        out.append(_text(_NAME - 8, foot - 6, step.name, "end", 12))
        path = "".join(
            f"M{_NAME + place * bar:.1f} {foot:.1f}v{-22.0 * count / most:.1f}h{bar:.1f}V{foot:.1f}z"
            for place, count in enumerate(step.histogram)
            if count
        )
        out.append(f'<path class="bar truth" d="{path}"/>')
        out.append(_text(WIDE - 2, foot - 6, shown_factor(step.median), "end"))
    out.append(_text((_NAME + WIDE - _END) / 2, tall - 6, "right / left side"))
    return "".join([*out, "</svg>"])


def along(growth: Growth) -> str:
    """Both sides of a claim against a size, on logarithmic axes: the median of the left side with a band from
    5% to 95%, and the median of the right side, dashed. "" where a side has no logarithm."""
    ends = [number for point in growth.points for number in (*point.left, point.right)]
    if not all(isfinite(number) and number > 0 for number in ends):
        return ""
    low, high = log10(min(ends)), log10(max(ends))
    low, high = (low - 0.5, high + 0.5) if high - low < 0.2 else (low, high)
    first, last = log10(growth.points[0].size), log10(growth.points[-1].size)

    def x(size: int) -> float:
        return _LEFT + (WIDE - _LEFT - _RIGHT) * (log10(size) - first) / (last - first)

    def y(number: float) -> float:
        return _TOP + _TALL * (high - log10(number)) / (high - low)

    def line(numbers: Sequence[float]) -> str:
        pairs = zip(growth.points, numbers, strict=True)
        return "L".join(f"{x(point.size):.1f} {y(number):.1f}" for point, number in pairs)

    said = "; ".join(
        f"{growth.parameter} = {p.size}: left {p.left[1]:.3g}, right {p.right:.3g}" for p in growth.points
    )
    out = [head(_TOP + _TALL + 40, f"both sides of {growth.claim}: {said}")]
    every = max(1, ceil((high - low) / 5))
    for power in range(ceil(low), floor(high) + 1):
        if power % every == 0:
            at = y(10.0**power)
            out.append(f'<path class="axis" d="M{_LEFT:.1f} {at:.1f}H{WIDE - _RIGHT:.1f}"/>')
            out.append(_text(_LEFT - 6, at + 4, _power(power), "end"))
    foot = _TOP + _TALL
    for point in growth.points:
        at = x(point.size)
        out.append(f'<path class="axis" d="M{at:.1f} {foot:.1f}v5"/>')
        out.append(_text(at, foot + 18, str(point.size)))
    middle = (_LEFT + WIDE - _RIGHT) / 2
    out.append(_text(middle, foot + 35, growth.parameter))
    lower = [point.left[0] for point in growth.points]
    upper = [point.left[2] for point in growth.points]
    back = "L".join(line(lower).split("L")[::-1])
    out.append(f'<path class="band" d="M{line(upper)}L{back}z"/>')
    lefts, rights = [p.left[1] for p in growth.points], [p.right for p in growth.points]
    out.append(f'<path class="curve truth" d="M{line(lefts)}"/>')
    out.append(f'<path class="curve bound" d="M{line(rights)}"/>')
    for point in growth.points:
        out.append(f'<circle class="truth" cx="{x(point.size):.1f}" cy="{y(point.left[1]):.1f}" r="3"/>')
    return "".join([*out, "</svg>"])


def region(map: Map) -> str:
    """A cell for each pair of numbers: large where the bound is below the trivial one, small where it is not,
    none where it has no value. "" for a map without cells."""
    columns, rows = len(map.xs), len(map.ys)
    if not columns or not rows or not any(value is not None for row in map.rows for value in row):
        return ""
    wide, tall = (WIDE - _LEFT - _RIGHT) / columns, min(16.0, _TALL / rows)
    below = sum(1 for row in map.rows for value in row if value is not None and value < map.trivial)
    known = sum(1 for row in map.rows for value in row if value is not None)
    said = f"the bound is below {map.trivial:g} at {below} of {known} pairs of {map.x} and {map.y}"
    foot = _TOP + tall * rows
    out = [head(foot + 38, said)]
    for up, row in enumerate(map.rows):
        for across, value in enumerate(row):
            if value is None:
                continue
            fine = value < map.trivial
            share = 0.94 if fine else 0.4
            gap_x, gap_y = wide * (1 - share) / 2, tall * (1 - share) / 2
            out.append(
                f'<rect class="bar {"within" if fine else "over"}" x="{_LEFT + across * wide + gap_x:.1f}" '
                f'y="{foot - (up + 1) * tall + gap_y:.1f}" width="{wide * share:.1f}" '
                f'height="{tall * share:.1f}"/>'
            )
    for place, value in ((0, map.ys[0]), (rows - 1, map.ys[-1])):
        at = foot - (place + 0.5) * tall + 4
        out.append(_text(_LEFT - 6, at, shown_factor(value), "end"))
    out.append(_text(0, 10, map.y, "start"))
    for place in sorted({0, columns // 3, 2 * columns // 3, columns - 1}):
        at = _LEFT + (place + 0.5) * wide
        out.append(_text(at, foot + 16, shown_factor(map.xs[place])))
    middle = (_LEFT + WIDE - _RIGHT) / 2
    out.append(_text(middle, foot + 33, map.x))
    return "".join([*out, "</svg>"])


def _text(x: float, y: float, words: str, anchor: str = "middle", letters: int = 30) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{brief(words, letters)}</text>'


def _power(power: int) -> str:
    return f"{10.0**power:g}" if -3 <= power <= 4 else f"1e{power}"
