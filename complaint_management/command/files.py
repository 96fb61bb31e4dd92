"""Reads policy files from disk: which library and which pack a path means, and the files in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..language.library import PACK_FILE
from ..language.source import MAX_BYTES, MapNode, read

_HERE = Path(__file__).resolve()
# The packs that come with the product: in its folder, or in the addon beside an installed `complaint-policy`.
SHIPPED = (_HERE.parents[2] / "policies", _HERE.parents[2] / "odoo/addons/complaint_management/policies")
SUFFIXES = (".yaml", ".yml")
MAX_FILES = 2_000  # far above any library; a slip such as `validate /` ends here


class UsageError(Exception):
    """The path cannot mean a library or pack; the text says why."""


@dataclass(frozen=True)
class Target:
    """What a path on the command line means: a library, and one pack of it or all."""

    root: Path
    pack: str | None = None

    @property
    def prefix(self) -> str:
        """What stands before a library's paths so that the reader can open them from where he is."""
        return "" if str(self.root) == "." else f"{self.root}{os.sep}"


def target(path: str | Path) -> Target:
    """`policies/` (all packs), a pack's folder (its packs to extend lie beside it) or one of its files.

    Raises UsageError for a path that does not exist or holds no policy files.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if path.is_file():
        path = path.parent
    files_here = any(_is_policy_file(child) for child in _children(path))
    packs_below = any(
        _is_policy_file(child) for folder in _children(path) if folder.is_dir() for child in _children(folder)
    )
    if (path / PACK_FILE).is_file() or (files_here and not packs_below):
        # `.` and `..` have no name of their own to look up beside the other packs
        whole = path if path.name not in ("", "..") else path.resolve()
        return Target(whole.parent, whole.name)
    if packs_below:
        return Target(path)
    raise UsageError(f"{path}: no policy files here")


def read_tree(root: Path) -> dict[str, bytes]:
    """The policy files of all packs under a library's root, by path relative to it, and those they need.

    A pack that one of them extends and that does not stand there is taken from those that come with the
    product, so that a company's own repository holds only its own packs. Raises UsageError as `own_files`.
    """
    files = own_files(root)
    return {**files, **_shipped(files)}


def own_files(root: Path) -> dict[str, bytes]:
    """The policy files of all packs that stand under a library's root, by path relative to it.

    Of a file that is too large only so much is read that the language can see it. Raises UsageError when
    there are more files than any library has, or one cannot be read.
    """
    files: dict[str, bytes] = {}
    for folder in [root, *(child for child in _children(root) if child.is_dir())]:
        for path in _children(folder):
            if not _is_policy_file(path):
                continue
            if len(files) >= MAX_FILES:
                raise UsageError(f"{root}: more than {MAX_FILES} files")
            files[path.relative_to(root).as_posix()] = _read(path)
    return files


def packs_in(root: Path, names: Iterable[str]) -> list[str]:
    """Which of these packs stand under a library's root themselves."""
    return sorted(name for name in names if (root / name).is_dir())


def _shipped(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of packs that come with the product and that others need."""
    found: dict[str, bytes] = {}
    here = {path.partition("/")[0] for path in files}
    waiting = [
        name for path, text in files.items() if path.endswith(f"/{PACK_FILE}") for name in _parents(text)
    ]
    while waiting:
        name = waiting.pop()
        if name in here or Path(name).name != name:
            continue
        here.add(name)
        folder = next((one / name for one in SHIPPED if (one / name / PACK_FILE).is_file()), None)
        if folder is not None:
            found |= {
                f"{name}/{path.name}": _read(path) for path in _children(folder) if _is_policy_file(path)
            }
            waiting += _parents(found[f"{name}/{PACK_FILE}"])
    return found


def _parents(pack_file: bytes) -> list[str]:
    """The names after `extends` in a pack file; what cannot be read is reported by whoever reads it whole."""
    data = read(PACK_FILE, pack_file).data
    names = data.get("extends") if isinstance(data, MapNode) else None
    return [name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)]


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}") from None


def _is_policy_file(path: Path) -> bool:
    return path.suffix in SUFFIXES and path.is_file()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
