"""What a page shows of how loose a proof is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boundkit.loose_tables import (
    attained_sentence,
    claim_sentence,
    figures,
    growth_sentence,
    percent,
    region_sentence,
    remark,
    shares,
)
from boundkit.measured import Looseness, shown_factor, values_text
from boundkit.pictures.loose import along, factors, region

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_GROWTHS = 6
"""Pictures of claims along growing sizes on one page; the sentences say the others."""
FACTORS = (
    "How often (heights) the right side was how many times the left side, by step; 1 is tight. "
    "The number is the median."
)
ALONG = (
    "{claim} along {parameter}: the left side (dots: median, band: from 5% to 95% of the instances), "
    "and the median of the right side (dashed)."
)
REGION = (
    "{claim} is below {trivial:g} at the large cells and not at the small ones, over {x} and {y}{at}; "
    "where there is no cell, it has no value."
)


@dataclass(frozen=True)
class ShownRow:
    """One relation of the table. `loosest`: its loosest instance."""

    name: str
    kind: str
    median: str
    least: str
    most: str
    share: str
    loosest: str


@dataclass(frozen=True)
class ShownLooseness:
    """The section on looseness; `reason` says why nothing was measured."""

    reason: str
    scope: str
    claims: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]
    rows: tuple[ShownRow, ...]
    plots: tuple[tuple[Markup, str], ...]


def shown_looseness(found: Looseness, plain: Callable[[str], str]) -> ShownLooseness:
    """The section; `plain` makes text fit to be shown, before it is escaped."""
    scope = f" ({found.scope})" if found.scope else ""
    return ShownLooseness(
        reason=plain(_bare(found.reason)),
        scope=plain(f"{found.instances} instances of model {found.model}{scope}, seed {found.seed}"),
        claims=tuple((plain(c.claim), plain(_bare(claim_sentence(c, found)))) for c in found.claims),
        said=tuple((plain(name), plain(_bare(text))) for name, text in _said(found)),
        rows=tuple(_rows(found, plain)),
        plots=tuple(_plots(found, plain)),
    )


def _said(found: Looseness) -> Iterator[tuple[str, str]]:
    for growth in found.growth:
        yield growth.claim, growth_sentence(growth)
        if growth.order:
            pairs = ", ".join(f"{shown_factor(p.factor)} at {p.size}" for p in growth.points)
            yield growth.claim, f"right/left by {growth.parameter}: {pairs}"
    for one in found.regions:
        yield one.claim, region_sentence(one)
    for attained in found.attained:
        yield attained.claim, attained_sentence(attained)


def _rows(found: Looseness, plain: Callable[[str], str]) -> Iterator[ShownRow]:
    for step in found.steps:
        _, median, least, most = figures(step)
        named = shares(step.name, found)
        alone = len(found.claims) == 1
        said = ", ".join(percent(share) if alone else f"{claim} {percent(share)}" for claim, share in named)
        where = values_text(step.most_at) if step.most != step.least else ""
        if step.measure != "factor":
            where = remark(step)
        kind = "assumed" if step.kind == "hypothesis" else step.kind
        yield ShownRow(plain(step.name), kind, median, least, most, plain(said), plain(where))


def _plots(found: Looseness, plain: Callable[[str], str]) -> Iterator[tuple[Markup, str]]:
    pictures = [
        (factors(found.steps), FACTORS),
        *(
            (along(growth), ALONG.format(claim=growth.claim, parameter=growth.parameter))
            for growth in found.growth[:MOST_GROWTHS]
        ),
    ]
    for one in found.maps:
        at = f", {values_text(one.at)}" if one.at else ""
        said = REGION.format(claim=one.claim, trivial=one.trivial, x=one.x, y=one.y, at=at)
        pictures.append((region(one), said))
    from markupsafe import Markup

    for picture, said in pictures:
        if picture:
            yield Markup(picture), plain(said)


def _bare(text: str) -> str:
    return text.replace("`", "")
