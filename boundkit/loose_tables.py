"""What was measured of how loose proofs are, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import Any

from boundkit import measured
from boundkit.measured import ATTAINED, Attained, ClaimLoss, Growth, Looseness, Region, StepLoss, values_text
from boundkit.measured import shown_factor as factor

WIDTH = 100
FEW_SIZES, GROWING = 4, 1.2
"""How many of the last sizes are looked at, and the growth of the constant from each to the next that says
that none is enough."""
CLAIMS = 4
"""Claims whose shares stand in the table; more than that, and their sentences say all."""


@dataclass(frozen=True)
class Measured:
    """One theorem of the file `path`."""

    path: str
    name: str
    title: str
    found: Looseness


def claim_sentence(claim: ClaimLoss, found: Looseness) -> str:
    """Which relation loses most of what a claim gives away: `step x loses most: median 3.2 of the total 4.1,
    78% of the loss`."""
    if not claim.parts:
        return claim.reason or "nothing was measured"
    kinds = {step.name: step.kind for step in found.steps}
    steps = [part for part in claim.parts if kinds.get(part.name) != "hypothesis"] or list(claim.parts)
    first = steps[0]
    what = (
        "the conclusion" if first.name == claim.claim else f"{kinds.get(first.name, 'step')} `{first.name}`"
    )
    said = (
        f"{what} loses most: median {factor(first.factor)} of the total {factor(claim.total)}, "
        f"{percent(first.share)} of the loss"
    )
    above = [part for part in claim.parts if part.share > first.share]
    if above:
        names = ", ".join(f"`{part.name}` {percent(part.share)}" for part in above)
        said += f"; more goes with {'a hypothesis that is' if len(above) == 1 else 'hypotheses that are'} "
        said += f"not used up: {names}"
    return said


def growth_sentence(growth: Growth) -> str:
    """How both sides of a claim grow in a size."""
    name, ends = growth.parameter, (growth.points[0], growth.points[-1])
    left, right = (
        f"{name}^{side.value + 0.0:.2f} [{side.low + 0.0:.2f}, {side.high + 0.0:.2f}]".replace(
            "-0.00", "0.00"
        )
        for side in (growth.left, growth.right)
    )
    claimed = f"claimed {name}^({growth.claimed})" if growth.claimed else "claimed: no power"
    said = (
        f"along {name} = {ends[0].size}..{ends[1].size}: left {left}, {claimed}, right {right}; right/left "
        f"from {factor(ends[0].factor)} to {factor(ends[1].factor)}"
    )
    return f"{said}; {constant_sentence(growth)}" if growth.order else said


def constant_sentence(growth: Growth) -> str:
    """Which constant a claim up to a constant needs along a size, in the median, and whether that settles."""
    needed = [max(1 / point.factor, 0.0) for point in growth.points if point.factor > 0]
    last = needed[-FEW_SIZES:]
    grows = len(last) == FEW_SIZES and all(b > GROWING * a for a, b in pairwise(last))
    if grows:
        return f"the constant that it needs grows with each size, to {factor(last[-1])}: none is in sight"
    return (
        f"the constant {factor(max(needed))} is enough along it, in the median"
        if needed
        else "no constant is known"
    )


def region_sentence(region: Region) -> str:
    """From where on a bound says something."""
    at = values_text(region.at)
    where = f" at {at}" if at else ""
    if region.value is None:
        return f"not below {region.trivial} for any {region.parameter}{where}"
    how = "exactly for" if region.proved else "from"
    status = "proved" if region.proved else "measured"
    return f"below {region.trivial} {how} {region.parameter} >= {region.value}{where} ({status})"


def attained_sentence(one: Attained) -> str:
    """An instance at which a claim is attained."""
    at = values_text(one.values)
    return f"attained (exact): {one.comparison}" + (f" with {at}" if at else "")


def shares(name: str, found: Looseness) -> list[tuple[str, float]]:
    """The claims to whose loss a relation adds at least half a percent."""
    return [
        (claim.claim, part.share)
        for claim in found.claims
        for part in claim.parts
        if part.name == name and part.share >= 0.005
    ]


def as_text(theorems: Sequence[Measured], width: int = WIDTH) -> str:
    """File by file: a sentence for each claim, and a table of all relations."""
    lines: list[str] = []
    path = ""
    for one in theorems:
        if one.path != path:
            path = one.path
            lines.append(path)
        lines += [*_theorem(one, width), ""]
    lines.append(summary(theorems))
    return "".join(f"{_harmless(line)}\n".replace(" \n", "\n") for line in lines)


def summary(theorems: Sequence[Measured]) -> str:
    """How many were measured."""
    known = sum(1 for one in theorems if any(claim.parts for claim in one.found.claims))
    tight = sum(1 for one in theorems if one.found.claims and not any(c.parts for c in one.found.claims)
                and any(c.reason == ATTAINED for c in one.found.claims))  # fmt: skip
    noun = "theorem" if len(theorems) == 1 else "theorems"
    said = f"{len(theorems)} {noun}: {known} with a step that loses most"
    return f"{said}, {tight} attained at every instance" if tight else said


def _theorem(one: Measured, width: int) -> Iterator[str]:
    found = one.found
    yield f"{one.name}  {one.title}".rstrip()
    if found.reason:
        yield from _wrapped("  ", f"not measured: {found.reason}", width)
    else:
        scope = f" ({found.scope})" if found.scope else ""
        said = f"{found.instances} instances of model {found.model}{scope}, seed {found.seed}"
        yield from _wrapped("  ", said, width)
    for claim in found.claims:
        yield from _wrapped(f"  {claim.claim}: ", claim_sentence(claim, found), width)
    yield from _table(found, width)
    for growth in found.growth:
        yield from _wrapped(f"  {growth.claim} ", growth_sentence(growth), width)
        if growth.order:
            pairs = ", ".join(f"{point.size}: {factor(point.factor)}" for point in growth.points)
            yield from _wrapped("    ", f"right/left by {growth.parameter}: {pairs}", width)
    for region in found.regions:
        yield from _wrapped(f"  {region.claim}: ", region_sentence(region), width)
    for attained in found.attained:
        yield from _wrapped(f"  {attained.claim} ", attained_sentence(attained), width)


READING = (
    "A factor is the right side over the left side, the median of all instances at which both are",
    "positive; 1 is tight. At each instance the factors of the steps multiply to that of the claim; the",
    "share is the mean part of the logarithm. A slack, with `+`, is right less left, where sides are not",
    "positive. How it is measured, and what it does not say, stands in",
    "[statistics.md](statistics.md#looseness).",
)
HEADS = ("relation", "median", "tightest", "loosest")


def _table(found: Looseness, width: int) -> Iterator[str]:
    rows = [figures(step) for step in found.steps]
    if not rows:
        return
    columns = [max(len(head), *(len(row[k]) for row in rows)) for k, head in enumerate(HEADS)]
    few = len(found.claims) <= CLAIMS
    head = "  " + "  ".join(f"{h:<{w}}" if not k else f"{h:>{w}}" for k, (h, w) in enumerate(zip(HEADS, columns, strict=True)))  # noqa: E501  # fmt: skip
    yield f"{head}  share of the loss; loosest at"
    for step, row in zip(found.steps, rows, strict=True):
        start = "  " + "  ".join(f"{t:<{w}}" if not k else f"{t:>{w}}" for k, (t, w) in enumerate(zip(row, columns, strict=True)))  # noqa: E501  # fmt: skip
        named = shares(step.name, found) if few else []
        said = [f"{claim} {percent(share)}" for claim, share in named]
        rest = "; ".join(part for part in (", ".join(said), remark(step)) if part)
        yield from _wrapped(f"{start}  ", rest, width, len(start) + 2)


def figures(step: StepLoss) -> tuple[str, str, str, str]:
    """The name of a relation, and its median, tightest and loosest figure."""
    name = f"{step.name} (assumed)" if step.kind == "hypothesis" else step.name
    if step.measure == "equality":
        return name, "1", "1", "1"
    if step.measure == "none":
        return name, "-", "-", "-"
    sign = "+" if step.measure == "slack" else ""
    median, least, most = (f"{sign}{factor(value)}" for value in (step.median, step.least, step.most))
    return name, median, least, most


def remark(step: StepLoss) -> str:
    """What there is to say of a relation besides its figures."""
    if step.measure == "equality":
        return "an equality"
    if step.measure == "none":
        return step.reason
    at = values_text(step.most_at[:4])
    where = f"at {at}" if at and step.most != step.least else ""
    return "; ".join(part for part in (where, step.reason if step.measure == "slack" else "") if part)


def _wrapped(start: str, text: str, width: int, indent: int = 4) -> Iterator[str]:
    lines = wrap(text, max(width - len(start), 30), break_on_hyphens=False) if text else [""]
    yield f"{start}{lines[0]}".rstrip()
    rest = " ".join(lines[1:])
    if rest:
        yield from (f"{' ' * indent}{line}" for line in wrap(rest, max(width - indent, 30)))


def percent(share: float) -> str:
    """A share in words."""
    return f"{100 * share:.0f}%"


def _harmless(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def as_json(theorems: Iterable[Measured], seed: int) -> dict[str, Any]:
    """One object with a list of theorems, each with its file, name, title and `looseness`, which is the
    object of that name in the report of `check`."""
    return {
        "schema": 1,
        "seed": seed,
        "theorems": [
            {
                "path": one.path,
                "name": one.name,
                "title": one.title,
                "looseness": measured.as_json(one.found),
            }
            for one in theorems
        ],
    }


def as_markdown(theorems: Sequence[Measured], title: str = "Looseness") -> str:
    """A table that names for each claim what loses most, then the relations of each theorem."""
    lines = [f"# {title}", "", summary(theorems) + ".", "", *READING, ""]
    lines += [
        "| theorem | claim | loses most | its factor | of the total | share |",
        "|---|---|---|---|---|---|",
    ]
    for one in theorems:
        lines += list(_overview(one))
    for one in theorems:
        lines += ["", f"## {_cell(one.title or one.name)}", "", f"`{one.name}` in {_code(one.path)}"]
        lines += list(section(one.found))
    return "\n".join(lines) + "\n"


def _overview(one: Measured) -> Iterator[str]:
    link = f"[{_cell(one.name)}](#{_anchor(one.title or one.name)})"
    if one.found.reason:
        yield f"| {link} | | not measured: {_cell(one.found.reason)} | | | |"
        return
    kinds = {step.name: step.kind for step in one.found.steps}
    for claim in one.found.claims:
        steps = [p for p in claim.parts if kinds.get(p.name) != "hypothesis"] or list(claim.parts)
        if not steps:
            yield f"| {link} | `{claim.claim}` | {_cell(claim.reason)} | | | |"
            continue
        first = steps[0]
        what = "the conclusion" if first.name == claim.claim else f"`{first.name}`"
        above = [f"`{p.name}` {percent(p.share)}" for p in claim.parts if p.share > first.share]
        also = f" (hypothesis {', '.join(above)})" if above else ""
        yield (
            f"| {link} | `{claim.claim}` | {what} | {factor(first.factor)} | {factor(claim.total)} | "
            f"{percent(first.share)}{also} |"
        )


def section(found: Looseness) -> Iterator[str]:
    """The lines of Markdown about one theorem."""
    if found.reason:
        yield ""
        yield f"Not measured: {_cell(found.reason)}."
    else:
        scope = f" ({found.scope})" if found.scope else ""
        yield f"at {found.instances} instances of model `{found.model}`{_cell(scope)}, seed {found.seed}."
        yield ""
        for claim in found.claims:
            yield f"- `{claim.claim}`: {_cell(claim_sentence(claim, found))}."
    for said in [
        *(f"`{g.claim}` {growth_sentence(g)}" for g in found.growth),
        *(f"`{r.claim}` is {region_sentence(r)}" for r in found.regions),
        *(f"`{a.claim}` is {attained_sentence(a)}" for a in found.attained),
    ]:
        yield f"- {_cell(said)}."
    if not found.steps:
        return
    yield ""
    yield "| relation | median | tightest | loosest | share of the loss |"
    yield "|---|---|---|---|---|"
    for step in found.steps:
        name, *numbers = figures(step)
        said = ", ".join(f"{claim} {percent(share)}" for claim, share in shares(step.name, found))
        if step.measure in ("equality", "none"):
            said = remark(step)
        yield f"| {_cell(name)} | {' | '.join(numbers)} | {_cell(said)} |"


def _code(text: str) -> str:
    return f"`{''.join(sign if sign.isprintable() and sign != '`' else ' ' for sign in text)}`"


def _cell(text: str) -> str:
    """Plain text for a cell: nothing in it ends the cell, and only backticks mean something."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    if shown.count("`") % 2:
        shown = shown.replace("`", "'")
    pieces = shown.split("`")
    marks = str.maketrans({sign: f"\\{sign}" for sign in "*_[]<#"})
    plain = [piece if place % 2 else piece.translate(marks) for place, piece in enumerate(pieces)]
    return "`".join(plain).replace("|", "\\|")


def _anchor(title: str) -> str:
    kept = "".join(sign for sign in title.lower() if sign.isalnum() or sign in " -_")
    return kept.replace(" ", "-")
