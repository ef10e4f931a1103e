"""The report of a file that nothing has touched since it was checked, so that a run costs what changed.

An entry is found by the file's text and certificates, the options, and the text of the whole program with the
versions of what it computes with; it holds while every file that the check rested on says what it said.
Unlike a certificate it is not judged anew but believed, so it is signed with a key that lies apart from it,
in the user's own state folder: an entry that somebody else wrote, or that was brought along from another
machine, is no entry."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from boundkit import resources
from boundkit.errors import BoundkitError
from boundkit.library import Dependencies, Library
from boundkit.options import Options
from boundkit.proofs import certificate_file
from boundkit.report import FileReport, Message
from boundkit.store import cache_folder, write_atomically

SIGNATURE = 64
"""Characters of the signature that an entry begins with."""

LARGEST = 4_000_000
"""Bytes of an entry that is kept."""

COMPUTES = ("lark", "llvmlite", "networkx", "numba", "numpy", "python-flint", "scipy", "sympy", "z3-solver")
"""Distributions whose version may change what is found."""


@dataclass(frozen=True)
class Entry:
    """What was said of a file, and what must still be so for it to be said again.

    sought: the files that the names that were looked up mean, "" for none.
    read: digests of the files that were read.
    scanned: digests of the files of the library that hold a text.
    """

    report: FileReport
    messages: tuple[Message, ...]
    sought: dict[str, str]
    read: dict[str, str]
    scanned: dict[str, str]


def recall(path: Path, options: Options) -> Entry | None:
    """The entry of a file under these options if it still holds; None without one."""
    import msgspec

    try:
        data = _place(path, options).read_bytes()
        signature, body = data[:SIGNATURE], data[SIGNATURE:]
        if len(data) > LARGEST or not hmac.compare_digest(signature, _signature(body)):
            return None
        entry = msgspec.json.decode(body, type=Entry)
    except (OSError, ValueError, RecursionError):
        return None
    return entry if _holds(entry, path.parent) else None


def keep(
    path: Path, options: Options, report: FileReport, messages: tuple[Message, ...], rests: Dependencies
) -> None:
    """Keeps what was said of a file; a folder that cannot be written changes nothing."""
    import msgspec

    entry = Entry(
        report,
        messages,
        {name: str(found or "") for name, found in sorted(rests.sought.items())},
        {str(file): _digest(file) for file in sorted(rests.read)},
        {text: _holders(text) for text in sorted(rests.scanned)},
    )
    body = msgspec.json.encode(entry)
    if len(body) > LARGEST:
        return
    try:
        text = (_signature(body) + body).decode()
        place = _place(path, options)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, text)
    except (OSError, BoundkitError):
        return


def _holds(entry: Entry, folder: Path) -> bool:
    """Whether names still mean the files that they meant, and those say what they said."""
    names = Library(folder, lambda theorem, library, file: None)
    return (
        all(str(names.file_of(name) or "") == file for name, file in entry.sought.items())
        and all(_digest(Path(file)) == digest for file, digest in entry.read.items())
        and all(_holders(text) == digest for text, digest in entry.scanned.items())
    )


def _place(path: Path, options: Options) -> Path:
    """The file of the entry. The path is part of its name since messages quote it."""
    total = sha256()
    asked = (options.seed, options.samples, options.only, options.looseness)
    for part in (str(path), _program(), *map(str, asked)):
        total.update(part.encode() + b"\0")
    total.update(_digest(path).encode() + _digest(certificate_file(path)).encode())
    key = total.hexdigest()
    return cache_folder() / "reports" / key[:2] / f"{key}.json"


def _digest(file: Path) -> str:
    """The digest of a file's bytes, or "" where it cannot be read."""
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _holders(text: str) -> str:
    """A digest of the files of the library that hold a text."""
    total = sha256()
    for file, content in _library():
        if text in content:
            total.update(f"{file}\0{content}\0".encode())
    return total.hexdigest()


@cache
def _library() -> tuple[tuple[str, str], ...]:
    """The files of the library with their texts."""
    files = sorted(resources.library().rglob("*.thm"))
    return tuple((str(file), file.read_text(encoding="utf-8", errors="replace")) for file in files)


def _signature(body: bytes) -> bytes:
    return blake2b(body, key=_key(), digest_size=SIGNATURE // 2).hexdigest().encode()


def _key() -> bytes:
    """This user's key, made when it is first asked for. OSError where it can be neither read nor made."""
    from platformdirs import user_state_dir

    file = Path(os.environ.get("BOUNDKIT_STATE_DIR") or user_state_dir("boundkit")) / "key"
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"key.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
        try:
            os.link(draft, file)  # whoever comes second keeps the key of the first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        key = file.read_bytes()
    if len(key) != 32:
        raise OSError(f"{file} holds no key")
    return key


@cache
def _program() -> str:
    """A digest of the program: its own text, its grammar, and the versions of what it computes with."""
    total = sha256(sys.version.encode())
    for file in (*sorted(Path(__file__).parent.rglob("*.py")), *resources.grammars()):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for name in COMPUTES:
        try:
            total.update(f"{name} {version(name)}\0".encode())
        except PackageNotFoundError:
            continue
    return total.hexdigest()
