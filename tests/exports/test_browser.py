"""Pages in a real browser: in light and dark, at the width of a phone and of a desk."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

from boundkit.pages import one_page, pages
from boundkit.report import Report
from boundkit.verdicts import Headline
from tests.exports.test_html import hostile, loose
from tests.exports.written import LIBRARY, written

BROWSER = next(
    (found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), ""
)
WIDTHS = (320, 390, 1000)
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}
MEASURE = r"""
const least = page => Math.min(99, ...[...page.querySelectorAll("svg text")].map(e =>
  parseFloat(page.defaultView.getComputedStyle(e).fontSize) * e.getScreenCTM().a));
const apart = (a, b) =>
  a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
const clashes = page => [...page.querySelectorAll("svg")].flatMap(svg => {
  const texts = [...svg.querySelectorAll("text")].map(e => [e.textContent, e.getBoundingClientRect()]);
  const edge = svg.getBoundingClientRect();
  const outside = ([, b]) => b.left < edge.left - 1 || b.right > edge.right + 1;
  const out = texts.filter(outside).map(([t]) => t + " leaves");
  return out.concat(texts.flatMap(([t, a], k) =>
    texts.slice(k + 1).filter(([, b]) => !apart(a, b)).map(([u]) => t + " over " + u)));
});
const bright = colour => {
  const part = colour.match(/[\d.]+/g).slice(0, 3).map(x => x / 255);
  const [r, g, b] = part.map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
};
const contrast = page => {
  const view = page.defaultView, paper = bright(view.getComputedStyle(page.body).backgroundColor);
  const ratio = colour => Math.max(bright(colour) / paper, paper / bright(colour));
  const words = [...page.querySelectorAll("h1, h2, p, dd, dt, figcaption, .verdict, .label, th, td")];
  return Math.min(99, ...words.map(e => ratio(view.getComputedStyle(e).color)),
    ...[...page.querySelectorAll("svg text")].map(e => ratio(view.getComputedStyle(e).fill)));
};
addEventListener("load", () => {
  const found = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, root = page.documentElement;
    const high = sort => [...page.querySelectorAll(sort)].map(e => e.getBoundingClientRect().height);
    found.push({name: frame.title, scroll: root.scrollWidth, client: root.clientWidth,
      paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
      verdicts: high(".verdict"), formulas: high("article > section math"), graphs: high("svg.graph"),
      plots: high("svg.plot"), tables: high("table"), least: least(page), clashes: clashes(page),
      contrast: contrast(page)});
  }
  document.body.textContent = JSON.stringify(found);
});
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="chromium is not installed"),
]


def measured(texts: dict[str, str], mode: str, folder: Path) -> list[dict[str, object]]:
    """What the browser makes of pages in frames of each width; the script is the test's, not the pages'."""
    frames = "".join(
        f'<iframe title="{escape(name)} at {width}" style="width:{width}px;height:900px;border:0" '
        f'srcdoc="{escape(text)}"></iframe>'
        for name, text in texts.items()
        for width in WIDTHS
    )
    host = folder / "host.html"
    host.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{frames}<script>{MEASURE}</script>")
    scheme = f"--blink-settings=preferredColorScheme={0 if mode == 'dark' else 1}"
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        scheme,
        f"--user-data-dir={folder}/profile",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", host.as_uri()], capture_output=True, text=True, timeout=240, check=True
    )
    body = re.search(r"<body>(.*)</body>", done.stdout, re.DOTALL)
    assert body is not None
    found: list[dict[str, object]] = json.loads(unescape(body[1]))
    return found


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pages_fit_and_show_everything(mode: str, standard: Report, tmp_path: Path) -> None:
    """No page is wider than its window, the colours are those of the mode and have contrast, every verdict,
    formula and graph has a height, and no words of a picture lie over others or leave it; whatever the names
    are."""
    proofs = [path for path in LIBRARY if path.parent.name in ("optimization", "networks")]
    library = pages(written(proofs, tuple(Headline)))
    texts = {**pages(standard), **library, "hostile": one_page(hostile()), "loose": one_page(loose())}
    found = measured(texts, mode, tmp_path)
    assert len(found) == len(WIDTHS) * len(texts)
    for page in found:
        assert page["paper"] == PAPER[mode], page["name"]
        assert page["scroll"] <= page["client"], page  # type: ignore[operator]
        assert page["verdicts"] and all(page["verdicts"]), page["name"]  # type: ignore[arg-type]
        assert all(page["graphs"]), page["name"]  # type: ignore[arg-type]
        assert all(page["formulas"]), page["name"]  # type: ignore[arg-type]
        assert all(page["plots"]) and all(page["tables"]), page["name"]  # type: ignore[arg-type]
        assert page["least"] >= 7.4, page["name"]  # type: ignore[operator]
        assert page["clashes"] == [], page["name"]
        assert page["contrast"] >= 4.5, page["name"]  # type: ignore[operator]
    assert any(page["graphs"] for page in found)
    figures = [page["plots"] for page in found if str(page["name"]).startswith("loose")]
    assert [len(plots) for plots in figures] == [3] * len(WIDTHS)  # type: ignore[arg-type]
    assert sum(bool(page["formulas"]) for page in found) >= len(WIDTHS) * (len(library) - 1)


def test_a_page_that_is_too_wide_faint_or_crowded_is_noticed(tmp_path: Path) -> None:
    """The measures above can fail."""
    text = '<svg width="100"><text x="5" y="20">one</text><text x="8" y="22">two</text></svg>'
    bad = f'<body style="background:#fff"><p style="width:2000px;color:#ccc">text{text}'
    (wide, *_) = measured({"wide": bad}, "light", tmp_path)
    assert wide["scroll"] > wide["client"]  # type: ignore[operator]
    assert wide["clashes"] == ["one over two"]
    assert wide["contrast"] < 2  # type: ignore[operator]
