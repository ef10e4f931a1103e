"""Pages of a report: what is on them, what they load, how they escape, and the contrast of their colours."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from boundkit import cli
from boundkit.graph import graph_of, layers_of
from boundkit.measured import Attained, ClaimLoss, Looseness, Region, Share, StepLoss
from boundkit.pages import one_page, pages, style
from boundkit.pictures.loose import along, factors, region
from boundkit.pictures.proof import drawing
from boundkit.report import (
    FileReport,
    Message,
    NodeReport,
    Report,
    Slack,
    TheoremReport,
    Threshold,
    VacuityAnalysis,
    Witness,
    assemble,
)
from boundkit.typesetting.article import Line, listed
from boundkit.typesetting.boxes import Symbol, Words, row
from boundkit.verdicts import Headline
from tests.exports.written import LIBRARY, ROOT, written
from tests.test_report import LOOSE

GOLDEN = ROOT / "tests" / "golden" / "pages"
EXAMPLES = ROOT / "tests" / "examples"
VOID = {"meta", "link", "br", "img", "wbr", "hr", "input"}
HOSTILE = '"><script>alert(1)</script>&<img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """The elements of a page with their attributes; an element that is not closed in order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def ids(self) -> list[str]:
        """In order."""
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


def hostile() -> Report:
    """A report in which everything that a file may say is an attack."""
    node = NodeReport(
        HOSTILE, "claim", "VIOLATED", HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, {HOSTILE: HOSTILE},
        Witness(((HOSTILE, HOSTILE),), HOSTILE), None, Slack(float("inf"), float("nan"), ((HOSTILE, "1"),)),
        line=1, reason=HOSTILE, lemmas=(HOSTILE,),
    )  # fmt: skip
    vacuity = VacuityAnalysis("total", HOSTILE, Threshold(HOSTILE, HOSTILE), "1", "2", HOSTILE)
    pair = ((HOSTILE, HOSTILE),)
    step = StepLoss(HOSTILE, "step", "factor", 9, 2.0, 1.0, 9.0, pair, pair, (1, 2), HOSTILE)
    looseness = Looseness(
        model=HOSTILE,
        scope=HOSTILE,
        steps=(step,),
        claims=(ClaimLoss(HOSTILE, 9, 2.0, (Share(HOSTILE, 2.0, 1.0),)), ClaimLoss(HOSTILE, reason=HOSTILE)),
        growth=tuple(replace(one, claim=HOSTILE, parameter=HOSTILE) for one in LOOSE.growth),
        regions=(Region(HOSTILE, HOSTILE, 3, pair, HOSTILE, True),),
        maps=tuple(replace(one, claim=HOSTILE, x=HOSTILE, y=HOSTILE, at=pair) for one in LOOSE.maps),
        attained=(Attained(HOSTILE, pair, HOSTILE),),
    )
    theorem = TheoremReport(
        HOSTILE,
        HOSTILE,
        "VIOLATED",
        "",
        False,
        (HOSTILE,),
        (HOSTILE,),
        vacuity,
        (node,),
        (HOSTILE,),
        looseness,
    )
    unmeasured = replace(theorem, name="unmeasured", looseness=Looseness(reason=HOSTILE))
    return assemble([FileReport(f"{HOSTILE}.thm", (theorem, unmeasured))], [], 0)


def loose() -> Report:
    """A report of one theorem whose looseness was measured."""
    nodes = (NodeReport("s", "step", "PROVED"), NodeReport("c", "claim", "PROVED", premises=("s",)))
    theorem = TheoremReport("t", "Title", "PROVED", "", True, nodes=nodes, looseness=LOOSE)
    return assemble([FileReport("a.thm", (theorem,))], [], 0)


def test_looseness_is_shown_in_words_figures_and_the_graph() -> None:
    """Each figure says in words what it shows, and the edges of the graph what each statement gives away."""
    text = one_page(loose())
    page = Page(text)
    plots = [
        attributes["aria-label"] for tag, attributes in page.elements if attributes.get("class") == "plot"
    ]
    assert plots == [
        "how often right over left side was how large; s: median factor 3",
        (
            "both sides of c: n = 1: left 0.4, right 1; n = 4: left 0.1, right 0.5; "
            "n = 16: left 0.025, right 0.25"
        ),
        "the bound is below 1 at 2 of 3 pairs of n and d",
    ]
    assert re.findall(r'class="ratio".*?>(x[^<]*)<', text) == ["x6, 39%"]
    said = " ".join(page.text.split())
    assert "c : step s loses most: median 3 of the total 6, 61% of the loss" in said.replace("c:", "c :")
    assert "below 1 exactly for n >= 84 at d = 10 (proved)" in said


def test_the_graph_shows_what_a_reader_would_draw() -> None:
    """Ranges of numbers are left out, a hypothesis stands right above the first step that rests on it, and
    what is said beside a box is within the picture."""
    nodes = (
        NodeReport("a", "step", "PROVED", premises=("n.range", "first")),
        NodeReport("b", "step", "PROVED", premises=("a",)),
        NodeReport("c", "claim", "PROVED", premises=("b", "late", "n.range")),
    )
    graph = graph_of(TheoremReport("t", "", "PROVED", "", True, nodes=nodes))
    assert layers_of(graph) == (("first",), ("a",), ("late", "b"), ("c",))
    plain = drawing(graph, 0.0)[1]
    assert drawing(replace(graph, lost=(("c", "x123456789, 100% of it"),)), 0.0)[1] > plain


def test_no_line_of_a_page_begins_with_a_comma() -> None:
    """A formula and the sign or ending after it are one word."""
    text = one_page(written([EXAMPLES / "gd_convex_lipschitz.thm"]))
    assert text.count("</math>,</span>") > 5
    assert "</math>-Lipschitz</span>" in text
    assert re.findall(r"</math>[,.;:](?!</span>)", text) == []
    assert re.findall(r"<span class=whole><span", text) == []


def test_assumptions_that_have_words_are_told_apart_by_a_comma() -> None:
    """`y = 0 or y = 1, and z = 2` where a reader could take the "and" into the alternative."""
    line, other = (
        Line(None, None, row(Symbol("y"), *between)) for between in ((), (Words("or"), Symbol("z")))
    )
    assert listed(["y", "y"], (line, line)) == "y and y"
    assert listed(["y or z", "y"], (other, line)) == "y or z, and y"


def test_a_cell_is_large_where_the_bound_says_something() -> None:
    """Of the two pairs below 1 the cells are larger than that of the pair at 2; one pair has none."""
    (map_,) = LOOSE.maps
    widths = [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', region(map_))]
    assert len(widths) == 3
    assert widths[0] < widths[1] == widths[2]


def test_curves_are_drawn_where_sides_have_logarithms() -> None:
    (growth,) = LOOSE.growth
    assert along(growth).count("<circle") == len(growth.points)
    nothing = replace(growth.points[0], left=(0.0, 0.1, 0.2))
    assert along(replace(growth, points=(nothing, *growth.points[1:]))) == ""
    assert factors(()) == ""


def test_a_page_is_written_as_recorded() -> None:
    """`BOUNDKIT_GOLDEN=write` records anew; the page is then looked at in a browser."""
    found = pages(written([EXAMPLES / "gd_convex_lipschitz.thm"]))["gd_convex_lipschitz.html"]
    found = re.sub(r"<style>.*?</style>", "", found, flags=re.DOTALL).replace(f"{ROOT}/", "")
    path = GOLDEN / "gd_convex_lipschitz.html"
    if os.environ.get("BOUNDKIT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_every_node_is_on_its_page_with_its_verdict(standard: Report) -> None:
    """In an element of its own, with its debts."""
    made = pages(standard)
    for theorem in standard.theorems:
        page = made[f"{theorem.name}.html"]
        for node in theorem.nodes:
            start = page.index(f'<section class="node {node.verdict}" id="{theorem.name}.{node.name}">')
            own = page[start : page.index("</section>", start)]
            assert f'<span class="verdict {node.verdict}">{node.verdict}</span> {node.name} ' in own
            assert all(f"<code>{debt}</code>" in own for debt in node.debts)
            if node.witness:
                assert escape(node.witness.comparison) in own


def test_the_index_leads_to_every_theorem(standard: Report) -> None:
    """With its headline; messages of files without a theorem stand there."""
    made = pages(standard)
    index = Page(made["index.html"])
    assert sorted(index.links) == sorted(name for name in made if name != "index.html")
    assert all(theorem.headline in index.text for theorem in standard.theorems)
    assert "E0101" in index.text
    assert "E0101" not in made["oops.html"]


def test_a_message_stands_on_the_page_of_its_theorem() -> None:
    """One about no node stands on the pages of all theorems of its file."""
    theorems = [
        TheoremReport(name, "", "PROVED", "", True, nodes=(NodeReport("c", "claim", "PROVED", line=line),))
        for name, line in (("a", 3), ("b", 9))
    ]
    messages = [
        Message("E0504", "warning", "about all of a", "x.thm", 1, 1, 5, 4),
        Message("E0601", "violated", "about c of b", "x.thm", 9, 3, 9, 20),
        Message("E0501", "note", "about the file", "x.thm"),
    ]
    made = pages(assemble([FileReport("x.thm", tuple(theorems))], messages, 0))
    found = {name: {m.message for m in messages if m.message in made[f"{name}.html"]} for name in "ab"}
    assert found == {"a": {"about all of a", "about the file"}, "b": {"about c of b", "about the file"}}


def test_theorems_of_one_name_have_pages_of_their_own() -> None:
    """Also those whose names differ in the case of letters, which some file systems do not tell apart."""
    theorems = tuple(TheoremReport(name, "", "PROVED", "", True) for name in ("a", "A", "index", "ß"))
    made = pages(assemble([FileReport("a.thm", theorems), FileReport("b.thm", theorems[:1])], [], 0))
    assert sorted(made) == ["A-2.html", "_.html", "a-3.html", "a.html", "index-2.html", "index.html"]


def test_nothing_is_loaded_and_no_script_runs(standard: Report) -> None:
    """The only addresses are links that somebody follows, and those lead to what is there."""
    library = [path for path in LIBRARY if path.parent.name == "optimization"]
    for report in (standard, written(library, tuple(Headline)), hostile()):
        made = pages(report)
        made["all.html"] = one_page(report)
        read = {name: Page(text) for name, text in made.items()}
        known = {name: set(page.ids) for name, page in read.items()}
        for name, page in read.items():
            text = made[name]
            for tag, attributes in page.elements:
                assert tag not in {
                    "script",
                    "link",
                    "img",
                    "iframe",
                    "object",
                    "embed",
                    "base",
                    "form",
                    "use",
                }
                assert not {"src", "srcset", "data", "background", "xlink:href"} & set(attributes), tag
                assert not any(attribute.startswith("on") for attribute in attributes), tag
            assert "url(" not in text.replace("url(#arrow)", "")
            assert "@import" not in text
            assert len(page.ids) == len(set(page.ids))
            for href in page.links:
                target, _, fragment = href.partition("#")
                assert not target or target in made, (name, href)
                assert not fragment or unquote(fragment) in known[target or name], (
                    name,
                    href,
                )


def test_what_a_file_says_is_text() -> None:
    """Every string of a report, wherever it is shown."""
    made = pages(hostile())
    assert sorted(made)[1] == "index.html"
    for text in (*made.values(), one_page(hostile())):
        assert "<script" not in text and "<img" not in text
        assert HOSTILE in Page(text).text


def test_a_counterexample_can_be_pasted() -> None:
    """It is plain text that says what is refuted, where, and how."""
    report = written([EXAMPLES / "oops.thm"], (Headline.VIOLATED,))
    (file,) = report.files
    (theorem,) = file.theorems
    witness = Witness((("n", "1"), ("t", "1/2")), "1 > exp(-1/2)")
    (node,) = [node for node in theorem.nodes if node.name == "tail"]
    node = NodeReport("tail", "claim", "VIOLATED", witness=witness, line=9)
    changed = TheoremReport("oops", "", "VIOLATED", "", False, nodes=(node,))
    shown = assemble([FileReport(file.path, (changed,))], [], 0)
    text = pages(replace(shown, written=report.written))["oops.html"]
    (pasted,) = re.findall(r'<pre class="copy">(.*?)</pre>', text, re.DOTALL)
    lines = pasted.splitlines()
    assert lines[0].startswith("claim tail of oops (") and lines[0].endswith("oops.thm:9) is false:")
    assert lines[2:] == ["at", "  n = 1", "  t = 1/2", "where", "  1 &gt; exp(-1/2)"]


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_of_text_has_contrast(mode: str) -> None:
    """At least 4.5 to 1 on the page and on shaded boxes, as WCAG 2.2 asks of small text."""
    blocks = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    assert len(blocks) == 2
    colours = dict(re.findall(r"--(\w+): (#\w{6});", blocks[mode == "dark"]))
    assert {headline.value for headline in Headline} <= set(colours)
    for name in {*colours} - {"paper", "shade", "line"}:
        for ground in ("paper", "shade"):
            low, high = sorted((luminance(colours[name]), luminance(colours[ground])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, ground)


def test_the_command_writes_pages_and_certificates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says where to start; what stands beside a theorem file goes with its page."""
    (tmp_path / "a.thm").write_text(
        'theorem a "A < B"\n  let x : Real\n  claim c: x^2 >= 0\n  conclude c by algebra\nend\n'
    )
    (tmp_path / "a.cert").write_text("{}")
    out = tmp_path / "out"
    status = cli.main(["report", str(tmp_path / "a.thm"), "-o", str(out), "--samples", "200"])
    assert status == 0
    assert f"start with {out / 'index.html'}" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == ["a.cert", "a.html", "index.html"]
    page = (out / "a.html").read_text(encoding="utf-8")
    assert "<h1>A &lt; B</h1>" in page and '<a href="a.cert">' in page and "<math" in page
