"""Replays many cases, on all processors where the system can fork.

The cases are read before the processes begin, so that each has them already and only counts travel back.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..engine.case import Case
from ..engine.policy import Policy
from .statistics import Statistics, Tally, empty

_CHUNK = 500  # cases between two signs of progress
_WORTH_IT = 2_000  # cases from which on more processes save more time than they take to begin


@dataclass(slots=True)
class Replayed:
    """What became of the cases under one policy or two.

    ``changed`` (two policies only): index of each case of which they keep different limits -> the clocks that
    only the first, and only the second policy finds late.
    """

    results: list[Statistics]
    changed: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def add(self, other: "Replayed") -> None:
        """Add the cases of another part."""
        for mine, more in zip(self.results, other.results, strict=True):
            mine.add(more)
        self.changed.update(other.changed)


@dataclass(frozen=True, slots=True)
class _Job:
    policies: Sequence[Policy]
    cases: Sequence[Case]
    now: datetime


_job: _Job | None = None  # in a forked process: what its parent was about to do


def replay_all(
    policies: Sequence[Policy],
    cases: Sequence[Case],
    now: datetime,
    jobs: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Replayed:
    """Replay the cases under each policy until ``now``.

    :param jobs: processes; None: one a processor
    :param progress: is told how many cases are done
    """
    job = _Job(policies, cases, now)
    total = Replayed([empty(policy) for policy in policies])
    spans = [(begin, min(begin + _CHUNK, len(cases))) for begin in range(0, len(cases), _CHUNK)]
    done = 0
    for (begin, end), part in zip(spans, _parts(job, spans, jobs or _processors()), strict=True):
        total.add(part)
        done += end - begin
        progress(done)
    return total


def _parts(job: _Job, spans: list[tuple[int, int]], jobs: int) -> Iterator[Replayed]:
    global _job  # noqa: PLW0603  # the only way in which a forked process finds what is too large to send
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if jobs < 2 or not can_fork or len(job.cases) < _WORTH_IT:
        for span in spans:
            yield _replay(job, span)
        return
    _job = job
    try:
        with multiprocessing.get_context("fork").Pool(min(jobs, len(spans))) as pool:
            yield from pool.imap(_replay_forked, spans)
    finally:
        _job = None


def _replay_forked(span: tuple[int, int]) -> Replayed:
    return _replay(_job, span)


def _replay(job: _Job, span: tuple[int, int]) -> Replayed:
    tallies = [Tally(policy, job.now) for policy in job.policies]
    changed = {}
    for index in range(*span):
        late = [tally.take(job.cases[index]) for tally in tallies]
        if len(late) == 2 and late[0] != late[1]:
            first, second = late
            changed[index] = (_names(first - second), _names(second - first))
    return Replayed([tally.result for tally in tallies], changed)


def _names(clocks: frozenset[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(sorted({name for name, _cycle in clocks}))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
