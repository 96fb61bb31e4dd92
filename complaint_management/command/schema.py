"""`complaint-policy schema FOLDER`: the JSON schemas for editors, and a policy file's line that names its.

With that line as the first one, editors such as VS Code and PyCharm complete the keys of a policy file and
explain them. `--check` is for a pipeline: it changes nothing and tells what is not current.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..language.published import marked, published
from ..language.schema import kinds
from ..language.source import MapNode, read
from .files import UsageError, own_files, target
from .words import LANGUAGES, say

CLEAN, PROBLEMS, USAGE = 0, 1, 64


class Output(NamedTuple):
    """A file as it should be."""

    path: Path
    content: bytes

    @property
    def is_current(self) -> bool:
        """Whether it is so already."""
        return self.path.is_file() and self.path.read_bytes() == self.content


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.add_argument("folder", metavar="FOLDER", help="where the schemas are written, one file a kind")
    parser.add_argument(
        "--mark",
        metavar="PATH",
        nargs="+",
        default=[],
        help="packs whose files get the line that names their schema: a folder of packs, a pack or a file",
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail when something is not current"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit code: 0 current or written, 1 not current (only with --check), 64 wrong usage."""
    folder, lang = Path(arguments.folder), arguments.lang
    try:
        outputs = [*_schemas(folder, lang), *_policies(folder, arguments.mark)]
        stale = [one for one in outputs if not one.is_current]
        for one in stale:
            if arguments.check:
                print(say("not_current", lang, path=one.path))
            else:
                one.path.parent.mkdir(parents=True, exist_ok=True)
                one.path.write_bytes(one.content)
    except (UsageError, OSError) as error:
        print(error, file=sys.stderr)
        return USAGE
    written = 0 if arguments.check else len(stale)
    print(say("schemas_summary", lang, all=len(outputs), written=written))
    return PROBLEMS if arguments.check and stale else CLEAN


def _schemas(folder: Path, lang: str) -> Iterator[Output]:
    for kind in kinds():
        text = json.dumps(published(kind, lang), indent=2, ensure_ascii=False) + "\n"
        yield Output(folder / f"{kind}.json", text.encode())


def _policies(folder: Path, paths: Iterable[str]) -> Iterator[Output]:
    """The policy files with their first line. A file that cannot be read is for `validate` to judge."""
    for one in dict.fromkeys(target(path) for path in paths):
        for name, content in own_files(one.root).items():
            source = read(name, content)
            kind = source.data.get("kind") if isinstance(source.data, MapNode) else None
            if kind not in kinds() or one.pack not in (None, name.split("/")[0]):
                continue
            path = one.root / name
            reference = Path(os.path.relpath(folder / f"{kind}.json", path.parent)).as_posix()
            yield Output(path, marked(content.decode(), reference).encode())
