"""What README.md and docs/tour.md show of the command is what the command prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from boundkit.cli import main

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = ["README.md", "docs/tour.md"]


def replayed(block: str, capfd: pytest.CaptureFixture[str]) -> str:
    """The block with the output of every command as it is now; `cat` writes the file that it shows."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    text = parts[0]
    for command, shown in zip(parts[1::2], parts[2::2], strict=True):
        words = shlex.split(command)
        if words[0] == "cat":
            Path(words[1]).write_text(shown.rstrip("\n") + "\n", encoding="utf-8")
            text += f"$ {command}\n{shown}"
        elif words[0] == "boundkit":
            capfd.readouterr()
            main(words[1:])
            text += f"$ {command}\n{capfd.readouterr().out}\n"
        else:
            done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
            text += f"$ {command}\n{done.stdout}"
    return text.rstrip("\n") + "\n"


@pytest.mark.parametrize("page", PAGES)
def test_a_transcript_is_what_the_commands_print(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`BOUNDKIT_GOLDEN=write` puts in what they print now; the difference is then reviewed."""
    for example in (ROOT / "tests" / "examples").glob("*.thm"):
        (tmp_path / example.name).write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOUNDKIT_CACHE_DIR", str(tmp_path / "cache"))
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    blocks = [block for block in BLOCK.findall(text) if "$ boundkit" in block and "boundkit new" not in block]
    assert blocks
    new = text
    for block in blocks:
        new = new.replace(block, replayed(block, capfd))
    if os.environ.get("BOUNDKIT_GOLDEN") == "write":
        path.write_text(new, encoding="utf-8")
    assert new == text or os.environ.get("BOUNDKIT_GOLDEN") == "write"
