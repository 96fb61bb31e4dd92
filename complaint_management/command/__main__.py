"""Entry point: finds the verb and hands over.

A verb is a module of this package with `add_arguments(parser)` and `run(arguments) -> exit code`. Only the
module of the verb that was asked for is imported, so that each starts as fast as it can.

Exit codes: 0 clean · 1 problems · 2 the plan has changes · 64 wrong usage.
"""

# A command prints: that is what it is for.
# pylint: disable=print-used
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

PROGRAM = "complaint-policy"
USAGE = 64
VERBS = {
    "validate": "check policy files: every problem of every file in one run",
    "test": "run the tests of policy packs on a virtual clock",
    "explain": "what a code or a field means, how the deadlines of a case come about",
    "simulate": "replay past cases under one policy, or two to compare them",
    "diff": "what differs between two packs, entry by entry",
    "schema": "write the JSON schemas, so that editors complete and explain the keys of policy files",
}


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes end with our code for wrong usage (2 means changes here)."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code.

    Any encoding of the terminal will do, and a reader that stops reading (`| head`) is no error.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # so that the exit does not flush in vain
        return 0
    return code


def _dispatch(argv: list[str]) -> int:
    if argv and argv[0] in ("-h", "--help"):
        print(_overview())
        return 0
    if not argv or argv[0] not in VERBS:
        print(_overview(), file=sys.stderr)
        return USAGE
    verb, *rest = argv
    module = import_module(f".{verb}", __package__)
    parser = Parser(prog=f"{PROGRAM} {verb}", description=VERBS[verb])
    module.add_arguments(parser)
    try:
        arguments = parser.parse_args(rest)
    except SystemExit as stop:
        return int(stop.code or 0)
    return module.run(arguments)


def _overview() -> str:
    lines = [f"  {verb:<10} {what}" for verb, what in VERBS.items()]
    return "\n".join([f"usage: {PROGRAM} VERB … (VERB --help says more)", "", *lines])


if __name__ == "__main__":
    sys.exit(main())
