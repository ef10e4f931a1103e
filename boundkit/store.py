"""Files: which ones are meant, and writing one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from boundkit.errors import BoundkitError, Diagnostic

SUFFIX = ".thm"


def theorem_files(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """The files meant by `paths`: a file is itself, a folder all `*.thm` under it in sorted order; each
    file once, at its first mention. BoundkitError (E0901, E0902) for a path that is not there and for a
    folder without a theorem file."""
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(file for file in path.rglob(f"*{SUFFIX}") if file.is_file())
            if not found:
                raise BoundkitError(
                    Diagnostic(
                        "E0902",
                        "error",
                        f"no `*{SUFFIX}` file under `{path}`",
                        help="`boundkit new NAME` writes a first one",
                    )
                )
            files.update(dict.fromkeys(found))
        elif path.exists():
            files[path] = None
        else:
            raise BoundkitError(Diagnostic("E0901", "error", f"`{path}` does not exist", help=_near(path)))
    return tuple(files)


def _near(path: Path) -> str:
    """A hint at files whose name resembles that of a missing one, or ""."""
    from difflib import get_close_matches

    if not path.parent.is_dir():
        return f"`{path.parent}` does not exist either"
    names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix == SUFFIX or entry.is_dir())
    close = get_close_matches(path.name, names, n=1) or get_close_matches(path.name + SUFFIX, names, n=1)
    return f"did you mean `{path.parent / close[0]}`?" if close else ""


def cache_folder() -> Path:
    """BOUNDKIT_CACHE_DIR, else the user's cache folder."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("BOUNDKIT_CACHE_DIR") or user_cache_dir("boundkit"))


def read_text(path: str | Path) -> str:
    """The text of a file, bytes that are no UTF-8 replaced. BoundkitError (E0901) when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise BoundkitError(Diagnostic("E0901", "error", f"cannot read `{path}`: {reason}")) from error


def write_atomically(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 so that at every moment the file is the old one or the new one, whole.

    The text goes to a temporary file in the same folder, which then replaces the target (following a
    link, keeping its permissions); an interruption removes the temporary file. BoundkitError (E0903) when
    the file cannot be written.
    """
    target = Path(path).resolve()
    try:
        _replace(target, text)
    except OSError as error:
        raise _unwritten(f"cannot write `{path}`: {(error.strerror or 'unknown reason').lower()}") from error


def _replace(target: Path, text: str) -> None:
    """Write beside the target, then put it in the target's place."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as draft:
        try:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
            os.chmod(draft.name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            draft.close()
            os.replace(draft.name, target)
        except BaseException:
            draft.close()
            os.unlink(draft.name)
            raise


def _umask() -> int:
    """The permissions that new files of this process lack."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_new(path: str | Path, text: str) -> None:
    """Write a file that is not there yet. BoundkitError (E0903) when it is, or cannot be written."""
    if Path(path).exists():
        raise _unwritten(f"`{path}` already exists", "choose another name")
    write_atomically(path, text)


def _unwritten(message: str, help: str = "") -> BoundkitError:
    return BoundkitError(Diagnostic("E0903", "error", message, help=help))
