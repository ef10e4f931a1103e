"""What is reported from an earlier run, and what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from boundkit import pipeline, resources, unchanged
from boundkit.options import Options
from boundkit.pipeline import check_paths

OPTIONS = Options(samples=500)

LEMMA = """\
lemma twice "a lemma"
  let a, b : Real
  claim bound: 2*a*b <= a^2 + b^2
  conclude bound by algebra
end
"""

THEOREM = """\
use twice
theorem small "the square of a sum"
  let a, b : Real
  claim bound: (a + b)^2 <= 2*a^2 + 2*b^2
  step product: 2*a*b <= a^2 + b^2 by twice
  conclude bound by algebra from product
end
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A theorem and its lemma, checked once, with a cache and a key of their own."""
    monkeypatch.setenv("BOUNDKIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("BOUNDKIT_STATE_DIR", str(tmp_path / "state"))
    folder = tmp_path / "theorems"
    folder.mkdir()
    (folder / "small.thm").write_text(THEOREM, encoding="utf-8")
    (folder / "twice.thm").write_text(LEMMA, encoding="utf-8")
    check_paths([folder], OPTIONS)
    return folder


def judged(folder: Path, monkeypatch: pytest.MonkeyPatch, options: Options = OPTIONS) -> tuple[str, ...]:
    """The files that a run judges anew."""
    files: list[str] = []
    check_file: Callable[..., object] = pipeline._check_file

    def counted(run: object, path: Path, announce: object) -> object:
        files.append(path.name)
        return check_file(run, path, announce)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_check_file", counted)
        check_paths([folder], options)
    return tuple(files)


def test_a_file_that_nothing_touched_is_not_judged_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(folder, monkeypatch) == ()


def test_what_is_reported_again_is_what_was_reported(folder: Path) -> None:
    first = check_paths([folder], Options(samples=500, afresh=True))
    assert [theorem.headline for theorem in first.theorems] == ["PROVED", "PROVED"]
    assert check_paths([folder], OPTIONS) == first


def test_the_lemma_of_a_changed_theorem_is_not_judged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "small.thm"
    path.write_text(THEOREM.replace("2*a^2 + 2*b^2", "3*a^2 + 3*b^2"), encoding="utf-8")
    assert judged(folder, monkeypatch) == ("small.thm",)


def test_what_rests_on_a_changed_lemma_is_judged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "twice.thm").write_text(LEMMA.replace("2*a*b", "a*b*2"), encoding="utf-8")
    assert judged(folder, monkeypatch) == ("small.thm", "twice.thm")


def test_a_false_lemma_takes_the_proof_with_it(folder: Path) -> None:
    (folder / "twice.thm").write_text(LEMMA.replace("<=", ">="), encoding="utf-8")
    headlines = {t.name: t.headline for t in check_paths([folder], OPTIONS).theorems}
    assert headlines["twice"] == "VIOLATED"
    assert headlines["small"] != "PROVED"


def test_a_file_that_now_stands_for_a_name_is_seen(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lemma of the shipped library, once the folder has one of the same name."""
    other = tmp_path / "other"
    other.mkdir()
    name = "cosh_bound"
    text = f"use {name}\n" + THEOREM.partition("\n")[2].replace("by twice", "by algebra")
    (other / "small.thm").write_text(text, encoding="utf-8")
    check_paths([other], OPTIONS)
    assert judged(other, monkeypatch) == ()
    shutil.copy(resources.library() / "lemmas" / f"{name}.thm", other)
    assert judged(other, monkeypatch) == ("cosh_bound.thm", "small.thm")


@pytest.mark.parametrize("options", [Options(samples=501), Options(seed=1, samples=500)])
def test_other_options_are_another_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    assert judged(folder, monkeypatch, options) == ("small.thm", "twice.thm")


def test_afresh_judges_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(folder, monkeypatch, Options(samples=500, afresh=True)) == ("small.thm", "twice.thm")


def test_a_lost_certificate_is_found_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "small.cert").unlink()
    assert judged(folder, monkeypatch) == ("small.thm",)
    assert (folder / "small.cert").exists()


def entries(folder: Path) -> list[Path]:
    found = sorted((folder.parent / "cache" / "reports").rglob("*.json"))
    assert len(found) == 2
    return found


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text.replace("PROVED", "TESTED"),
        lambda text: "0" * unchanged.SIGNATURE + text[unchanged.SIGNATURE :],
        lambda text: text[unchanged.SIGNATURE :],
        lambda text: text[:100],
        lambda text: "",
        lambda text: "[" * 100_000,
    ],
)
def test_a_changed_entry_is_no_entry(
    folder: Path, monkeypatch: pytest.MonkeyPatch, forge: Callable[[str], str]
) -> None:
    for entry in entries(folder):
        text = entry.read_text(encoding="utf-8")
        assert forge(text) != text
        entry.write_text(forge(text), encoding="utf-8")
    assert judged(folder, monkeypatch) == ("small.thm", "twice.thm")


def test_an_entry_signed_with_another_key_is_no_entry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that came with a folder from elsewhere."""
    (folder.parent / "state" / "key").write_bytes(bytes(32))
    assert judged(folder, monkeypatch) == ("small.thm", "twice.thm")


def test_the_key_is_the_users_alone(folder: Path) -> None:
    key = folder.parent / "state" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32
    assert [path.name for path in key.parent.iterdir()] == ["key"]


def test_a_run_that_was_stopped_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in entries(folder):
        entry.unlink()
    check_paths([folder], Options(samples=500, time_limit=1e-9))
    assert judged(folder, monkeypatch) == ("small.thm", "twice.thm")
