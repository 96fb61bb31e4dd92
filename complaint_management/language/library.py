"""The policy library: all packs under one root, checked and compiled.

library = load({"general/pack.yaml": b"...", "general/sla.yaml": b"...", ...})
problems = library.check()
normalised, problems = library.compile("general", date.today())
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import schema
from .compile import normalise
from .complete import only_complete
from .diagnostics import Problem, Spot, has_errors, ordered
from .lint import lint
from .nearly import nearly
from .resolve import Pack, Resolved, Resolver
from .source import ListNode, MapNode, Source, read

PACK_FILE = "pack.yaml"


def load(files: Mapping[str, bytes]) -> Library:
    """Read the files of a library.

    Paths are relative to its root: "general/sla.yaml". Never raises for any content.
    """
    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    paths_of: dict[str, list[str]] = {}
    for path in sorted(files):
        name, _, rest = path.partition("/")
        source = read(path, files[path])
        problems += source.problems
        if not rest:
            problems.append(Problem("P309", Spot(path, 1, 1, "$")))
            continue
        pack = packs.setdefault(name, Pack(name))
        paths_of.setdefault(name, []).append(path)
        if source.data is None and source.problems:
            _note_unread(pack, source, rest)
        else:
            problems += _take(pack, source, rest)
    for name in packs:
        if f"{name}/{PACK_FILE}" not in files:
            problems.append(Problem("P301", Spot(f"{name}/{PACK_FILE}", 1, 1, "$"), name=name))
    return Library(packs, problems, paths_of)


@dataclass
class Library:
    """Packs as read. Made by `load`."""

    packs: dict[str, Pack]
    problems: list[Problem]  # of reading: syntax and shape
    paths: dict[str, list[str]] = field(default_factory=dict)  # the files of each pack

    def __post_init__(self):
        self._resolver = Resolver(self.packs)

    def resolve(self, pack: str) -> Resolved:
        """The pack with all that it inherits. Raises KeyError for an unknown pack."""
        return self._resolver.resolve(pack)

    def check(self, pack: str | None = None) -> list[Problem]:
        """All problems of one pack and of those it builds on, or of the whole library, in the order of the
        files.

        Raises KeyError for an unknown pack.
        """
        names = sorted(self.packs) if pack is None else [pack, *self.resolve(pack).ancestors]
        found = [one for one in self.problems if pack is None or one.path.partition("/")[0] in names]
        for name in names:
            resolved = self.resolve(name)
            found += resolved.problems
            if resolved.whole:
                complete, missing = only_complete(resolved)
                found += (_seen_from(name, one) for one in (*missing, *lint(complete)))
        return ordered(_without_echo(found))

    def compile(self, pack: str, today: date) -> tuple[dict[str, Any] | None, list[Problem]]:
        """The normalised policy (see the module `compile`), or None when there is an error; and all problems.

        `today` decides for which years the calendars are expanded. Raises KeyError for an unknown pack.
        """
        problems = self.check(pack)
        if has_errors(problems):
            return None, problems
        normalised, more = normalise(self.resolve(pack), today)
        return normalised, ordered([*problems, *more])


def _take(pack: Pack, source: Source, rest: str) -> Iterator[Problem]:
    """Put a read file into its pack; yield what is wrong with its shape."""
    shape = schema.check(source)
    yield from (one.problem for one in shape)
    kind = source.data.get("kind") if isinstance(source.data, MapNode) else None
    is_pack_file = rest == PACK_FILE
    if not isinstance(kind, str) or kind not in schema.kinds():
        _note_unread(pack, source, rest)
        return
    if (kind == "pack") != is_pack_file:
        yield Problem("P312", source.data.spots["kind"], kind=kind)
        _note_unread(pack, source, rest)
        return
    if kind in pack.bodies:
        yield Problem("P308", source.data.spots["kind"], kind=kind, other=pack.bodies[kind].spot.path)
        return
    _leave_out(pack, kind, source.data, shape)
    if is_pack_file:
        pack.meta = source.data
        if isinstance(pack.meta.get("name"), str) and pack.meta["name"] != pack.name:
            yield Problem("P310", pack.meta.spots["name"], name=pack.meta["name"], folder=pack.name)
        return
    if schema.has_pick_lists(kind):
        _complete_pick_lists(source.data, schema.schema(kind), schema.schema(kind))
    pack.bodies[kind] = source.data


def _note_unread(pack: Pack, source: Source, rest: str) -> None:
    """Nothing of a file can be used. By its name we know which references cannot be judged any more."""
    kind = rest.partition(".")[0]
    if kind in schema.kinds():
        pack.left_out.setdefault(kind, set()).add("*")
    if rest == PACK_FILE:
        pack.meta = MapNode(Spot(source.path, 1, 1, "$"))


def _leave_out(pack: Pack, kind: str, data: MapNode, shape: Iterable[schema.ShapeProblem]) -> None:
    """Drop what has not the right shape, so that the other checks can trust the rest.

    The innermost entry around a problem goes as a whole; its names are remembered, so that what refers to it
    is not reported too. A problem outside of any entry takes the whole part of the file along.
    """
    left_out = pack.left_out.setdefault(kind, set())
    cuts: set[tuple] = set()
    for one in shape:
        if one.keys:
            cuts.add(_around(data, one.keys))
        elif one.problem.code == "P102":
            cuts.add((one.problem.args["key"],))
        elif one.problem.code == "P130":  # not everything was looked at
            cuts.update((key,) for key in data if key != "kind")
        else:
            left_out.add("*")
    # From the end, so that the places of those before stay right.
    for keys in sorted(cuts, key=_reading_order, reverse=True):
        parent: Any = data
        for step in keys[:-1]:
            parent = parent[step]
        if isinstance(parent, ListNode):
            left_out.update(_names_in(parent.pop(keys[-1])))
            parent.spots.pop(keys[-1])
        else:
            left_out.add("*")  # a whole part is missing: no reference into this kind can be judged
            parent.drop(keys[-1])


def _reading_order(keys: tuple) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in keys]


def _around(data: MapNode, keys: tuple) -> tuple:
    """The way to the innermost entry with a name, else to the item or key of the file that holds it."""
    node: Any = data
    best = keys[:2] if len(keys) > 1 and isinstance(keys[1], int) else keys[:1]
    for depth, step in enumerate(keys, start=1):
        node = node[step] if isinstance(node, ListNode) or step in node else None
        if isinstance(step, int) and isinstance(node, MapNode) and isinstance(node.get("name"), str):
            best = keys[:depth]
        if node is None:
            break
    return best


def _names_in(node: Any) -> Iterator[str]:
    """Every text in an entry that might be its name or a child's."""
    if isinstance(node, MapNode):
        if isinstance(node.get("name"), str):
            yield node["name"]
        for value in node.values():
            yield from _names_in(value)
    elif isinstance(node, ListNode):
        for value in node:
            yield from _names_in(value)
    elif isinstance(node, str):
        yield node
        meant = nearly("name", node)
        if meant:
            yield meant


def _complete_pick_lists(node: Any, shape: dict[str, Any], root: dict[str, Any]) -> None:
    """Complete the bare names in every pick list of a file, at any depth."""
    if isinstance(node, ListNode):
        for item in node:
            _complete_pick_lists(item, schema.described(item, shape.get("items", {}), root), root)
    elif isinstance(node, MapNode):
        for key, inner in shape.get("properties", {}).items():
            if key in node:
                if inner.get("x-pick-list"):
                    _complete_names(node, key)
                _complete_pick_lists(node[key], schema.described(node[key], inner, root), root)


def _complete_names(data: MapNode, key: str) -> None:
    """`[low, normal]` -> `[{name: low}, {name: normal}]`."""
    complete = ListNode(data[key].spot)
    for item, spot in zip(data[key], data[key].spots, strict=True):
        entry = item
        if isinstance(item, str):
            entry = MapNode(spot)
            entry.put("name", item, spot)
        complete.add(entry, spot)
    data.put(key, complete, data.spots[key], data.key_spots[key])


def _seen_from(pack: str, problem: Problem) -> Problem:
    """Say in whose light an inherited file is wrong."""
    if problem.path.partition("/")[0] == pack:
        return problem
    return Problem(problem.code, problem.spot, pack=pack, **problem.args)


def _without_echo(problems: list[Problem]) -> Iterator[Problem]:
    """A value that could not be read is null in the tree; that null is not a second problem."""
    unreadable = {
        (one.path, one.line, one.column) for one in problems if one.code in ("P115", "P116", "P120")
    }
    for one in problems:
        if one.code in ("P103", "P134") and (one.path, one.line, one.column) in unreadable:
            continue
        yield one
