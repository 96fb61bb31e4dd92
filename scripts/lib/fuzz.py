"""Throws damaged and invented policy files at the language and the engine.

    PYTHONPATH=scripts/lib python scripts/lib/fuzz.py --inputs 100000

For each input: read, check, say all problems in both languages and every form, compile, and, if it is a
policy, compare it with itself, run its tests and replay a case. What must never happen: an exception that
nobody planned, more than two seconds of computing, an error that still compiles. Every finding is made small
and printed with the number that makes it again.
"""

import argparse
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from fuzz_inputs import Input, Inputs

from complaint_policy.engine.case import Case, Event
from complaint_policy.engine.escalation import consequences
from complaint_policy.engine.policy import Policy, PolicyError
from complaint_policy.engine.policy_tests import run_tests
from complaint_policy.language import has_errors, load, render, schema
from complaint_policy.language.changes import changes
from complaint_policy.language.diagnostics import FORMATS, LANGUAGES
from complaint_policy.language.source import read

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
LIMIT = 2.0  # seconds of computing for one input
BLOCK = 250
_check_shape = schema.check
STORY = (
    "received",
    "acknowledged",
    "paused",
    "resumed",
    "solution_proposed",
    "communicated",
    "rated",
    "closed",
    "reopened",
)


class Hang(BaseException):
    """An input took too long. Not an Exception, so that nothing on the way catches it."""


class Wrong(AssertionError):
    """The answer contradicts itself."""


@dataclass
class Found:
    """What a block of inputs showed."""

    counts: Counter = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    crashes: list[tuple[str, int, str]] = field(default_factory=list)  # signature, number, report

    def add(self, other: "Found") -> None:
        self.counts += other.counts
        self.slowest = max(self.slowest, other.slowest)
        self.crashes += other.crashes


@cache
def real_packs() -> dict[str, bytes]:
    """The packs of the product and the examples of the documentation, by path."""
    roots = (ROOT / "policies", ROOT / "docs" / "examples" / "kinds")
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for root in roots
        for path in sorted(root.glob("*/*.yaml"))
    }


@cache
def _sound(path: str, content: bytes) -> bool:
    """Whether a file has no problem of shape."""
    source = read(path, content)
    return not source.problems and not _check_shape(source)


def _check_only_the_damaged(files: Mapping[str, bytes]) -> None:
    """Else most of the time would go into finding that the undamaged files have the right shape."""
    real = real_packs()
    sound = {path for path in files if files[path] == real.get(path) and _sound(path, files[path])}
    schema.check = lambda source: [] if source.path in sound else _check_shape(source)


def examine(pack: str, files: Mapping[str, bytes]) -> str:
    """All that can be done with a library. Returns what came of it; raises whatever goes wrong."""
    _check_only_the_damaged(files)
    library = load(files)
    if pack not in library.packs:
        render(library.check())
        return "not a pack"
    normalised, found = library.compile(pack, TODAY)  # checks the pack and all that it builds on
    for lang in LANGUAGES:
        for form in FORMATS:
            render(found, form, lang)
    if (normalised is None) != has_errors(found):
        raise Wrong("compiled in spite of an error, or refused without one")
    if normalised is None:
        return "refused"
    if changes(normalised, normalised):
        raise Wrong("a policy differs from itself")
    try:
        policy = Policy.load(normalised)
        run_tests(policy)
        _live(policy, normalised)
    except PolicyError:
        return "refused by the engine"
    return "a policy"


def _live(policy: Policy, normalised: Mapping) -> None:
    """One case of each type through the policy."""
    start = datetime(2026, 9, 30, 8, 0, tzinfo=timezone.utc)
    for one in normalised.get("case_types") or ():
        attributes = policy.classify({"type": one["name"]})
        events = [Event(start, "received", {"set": attributes})]
        for number, kind in enumerate(STORY[1:], start=1):
            data = {"score": 1} if kind == "rated" else {}
            events.append(Event(start + timedelta(hours=9 * number), kind, data, number))
        consequences(policy, Case(tuple(events)), start + timedelta(days=30))


def timed(one: Input) -> tuple[str, float, str]:
    """What came of an input, how long it took, and the traceback if it went wrong."""
    signal.signal(signal.SIGVTALRM, _hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    start = time.process_time()
    try:
        outcome, trace = examine(one.pack, one.files), ""
    except (Exception, Hang) as error:  # whatever it is, it is what we look for
        outcome, trace = _signature(error), traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return outcome, time.process_time() - start, trace


def _hang(*_signal) -> None:
    raise Hang(f"more than {LIMIT:g} s")


def _signature(error: BaseException) -> str:
    """Kind of error and the innermost line of ours: one finding, however many inputs show it."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "complaint" in one.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return type(error).__name__ if isinstance(error, Hang) else f"{type(error).__name__} at {place}"


def smaller(one: Input, signature: str, seconds: float = 20) -> Mapping[str, bytes]:
    """The same finding with as few files and lines as can be found in some seconds."""
    files, until = dict(one.files), time.monotonic() + seconds

    def same(tried: Mapping[str, bytes]) -> bool:
        return time.monotonic() < until and timed(Input(0, "", one.pack, tried, ()))[0] == signature

    for path in list(files):
        without = {key: value for key, value in files.items() if key != path}
        if same(without):
            files = without
    for path in list(files):
        lines = files[path].split(b"\n")
        size = max(1, len(lines) // 2)
        while size and time.monotonic() < until:
            at = 0
            while at < len(lines):
                fewer = lines[:at] + lines[at + size :]
                if same({**files, path: b"\n".join(fewer)}):
                    lines = fewer
                else:
                    at += size
            size //= 2
        files[path] = b"\n".join(lines)
    return files


def run_block(seed: int, first: int, count: int) -> Found:
    """Inputs first … first + count - 1."""
    found, inputs, known = Found(), Inputs(real_packs(), seed), set()
    for number in range(first, first + count):
        one = inputs.one(number)
        outcome, taken, trace = timed(one)
        found.counts[outcome] += 1
        found.counts[f"  {one.how}"] += 1
        found.slowest = max(found.slowest, (taken, number))
        if trace and outcome not in known:
            known.add(outcome)
            found.crashes.append((outcome, number, _report(one, outcome, trace)))
    return found


def _report(one: Input, signature: str, trace: str) -> str:
    lines = [f"input {one.number} ({one.how} in {', '.join(one.changed)}): {signature}", trace]
    for path, content in smaller(one, signature).items():
        lines += [f"--- {path}", content.decode("utf-8", "backslashreplace")]
    return "\n".join(lines)


def main() -> int:
    """Run; the exit code is 1 when something was found."""
    parser = argparse.ArgumentParser(
        description="Damaged and invented policy files: never a traceback, never a hang."
    )
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default: 100000)")
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first one; with --inputs 1 to see one again"
    )
    parser.add_argument("--seed", type=int, default=1, help="other inputs (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    options = parser.parse_args()
    total, start, reported = Found(), time.monotonic(), set()
    last = options.first + options.inputs
    with ProcessPoolExecutor(options.jobs) as pool:
        blocks = [
            pool.submit(run_block, options.seed, first, min(BLOCK, last - first))
            for first in range(options.first, last, BLOCK)
        ]
        for done, block in enumerate(as_completed(blocks), start=1):
            total.add(block.result())
            for signature, _number, report in total.crashes:
                if signature not in reported:
                    reported.add(signature)
                    print(report, flush=True)
            if done % 20 == 0 or done == len(blocks):
                print(
                    f"{done * 100 // len(blocks)} % in {time.monotonic() - start:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
    _summary(total, options.inputs, time.monotonic() - start)
    return 1 if total.crashes else 0


def _summary(total: Found, inputs: int, seconds: float) -> None:
    print(
        f"{inputs} inputs in {seconds:.0f} s, the slowest",
        f"{total.slowest[0]:.2f} s (number {total.slowest[1]})",
    )
    for name, count in sorted(total.counts.items(), key=lambda one: (one[0].startswith(" "), -one[1])):
        print(f"{count:>8}  {name}")
    print(f"{len({signature for signature, *_ in total.crashes})} kinds of failure")


if __name__ == "__main__":
    sys.exit(main())
