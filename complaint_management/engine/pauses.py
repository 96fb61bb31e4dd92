"""The pauses and extensions that concern a clock."""

from datetime import datetime

from .duration import Duration
from .policy import ClockSpec
from .state import State


def clock_durations(spec: ClockSpec, state: State) -> list[Duration]:
    """The time limit and its extensions in this cycle."""
    return [spec.within, *(Duration.parse(by) for clock, by in state.extensions if clock == spec.name)]


def clock_pauses(
    spec: ClockSpec, state: State, started: datetime, ended: datetime | None
) -> tuple[list[tuple[datetime, datetime]], datetime | None]:
    """The pauses that concern a clock.

    :param ended: cuts the pauses; None for a clock that has not ended
    :return: the ended pauses [start, end), and since when it has been standing still without an end. Ended
        pauses that reach into that last one are part of it.
    """
    pauses: list[tuple[datetime, datetime]] = []
    open_since = None
    if not spec.pauses:
        return pauses, None
    for pause in state.pauses:
        if pause.reason not in spec.pauses:
            continue
        begin, end = max(pause.start, started), pause.end
        if ended is not None:
            end = ended if end is None else min(end, ended)
        if end is None:
            open_since = begin if open_since is None else min(begin, open_since)
        elif begin < end:
            pauses.append((begin, end))
    if open_since is not None:
        pauses, open_since = _joined(pauses, open_since)
    return pauses, open_since


def _joined(
    pauses: list[tuple[datetime, datetime]], open_since: datetime
) -> tuple[list[tuple[datetime, datetime]], datetime]:
    """Move the start of the endless pause back over all pauses that it continues."""
    kept = sorted(pauses)
    while kept and kept[-1][1] >= open_since:
        open_since = min(open_since, kept.pop()[0])
    # a pause that began earlier may still reach in
    reaching = [begin for begin, end in kept if end >= open_since]
    if reaching:
        return _joined(kept, min(reaching))
    return kept, open_since
