"""What a page of the documentation shows is really done: its files are written, its commands run.

Blocks of a page that count: a yaml block whose first line is `# policies/…` is that file; a block with a file
name after its language (```csv cases.csv) is that file; a console block holds commands after `$ ` and what
they print. A line `…` in the output stands for any lines.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from complaint_policy.command.__main__ import main

PROMPT = "$ "
COMMAND = "scripts/policy"
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_COUNTS = re.compile(
    r"\d+ (packs?|files?)\b"
)  # how many files the packs of the product have is not the page's subject


def rerun(text: str, policies: Path) -> str:
    """The page with the outputs that its commands have now. ``policies``: the packs already there."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.chdir(folder)
            shutil.copytree(policies, "policies")
            return _BLOCK.sub(_done, text)
        finally:
            os.chdir(here)


def _done(block: re.Match) -> str:
    language, name, body = block["language"], block["name"], block["body"]
    if language == "yaml" and body.startswith("# policies/"):
        name = body.split("\n", 1)[0].removeprefix("# ").split()[0]
    if name:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(body, "utf-8")
    if language != "console":
        return block[0]
    return f"```console\n{''.join(_session(body))}```"


def _session(body: str) -> Iterator[str]:
    """Commands with their output; the old one where it still holds."""
    for part in re.split(rf"^(?={re.escape(PROMPT)})", body, flags=re.MULTILINE):
        command, _, shown = part.partition("\n")
        if not command.startswith(f"{PROMPT}{COMMAND} "):
            yield part
            continue
        now = _output(command.removeprefix(f"{PROMPT}{COMMAND} "))
        yield f"{command}\n{shown if _holds(shown, now) else now}"


def _output(arguments: str) -> str:
    """What a command prints, as one sees it at a terminal that is wide enough."""
    printed = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "120"
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main(shlex.split(arguments, comments=True))
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    return printed.getvalue()


def _holds(shown: str, now: str) -> bool:
    if "\n…\n" not in f"\n{shown}":
        return _plain(shown) == _plain(now)
    pattern = re.escape(_plain(shown)).replace(re.escape("…\n"), "(?:.*\n)*?")
    return re.fullmatch(pattern, _plain(now)) is not None


def _plain(text: str) -> str:
    return _COUNTS.sub(r"N \1", "\n".join(line.rstrip() for line in text.split("\n")))
