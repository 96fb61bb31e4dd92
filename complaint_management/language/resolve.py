"""Packs that build on packs: `extends`.

How to read it: every file of a kind is a mapping (its *body*) of named lists and plain values, and an entry of a named
list is again such a mapping. One function, `override`, lays a child's mapping over its parents'; it is used for the body,
for the entries in it and for the entries in those (categories in categories, clocks in policies).

- An entry of the same name is overridden key by key; nested lists of named entries merge by name; texts in several
  languages merge by language; everything else is replaced.
- New entries stand before the inherited ones, in their order; `before: <name>` moves an entry there.
- `remove: [names]` drops entries; `was: <old name>` renames one.
- Tests are not inherited: they say what a pack does with its own figures.
- Several parents are joined from left to right. Where two say different things about the same key, the child must
  decide by saying it itself (or by dropping the entry). A parent that only passes on what the other one has overridden
  says nothing: of `logistics` and `finance`, both on `general`, the one that changed general's figure is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .diagnostics import Problem, Spot
from .schema import is_inherited, suggestion
from .source import ListNode, MapNode

INHERITED_PACK_KEYS = ("calendar", "currency", "disclaimer")
TEXT_KEYS = frozenset({"title", "description", "disclaimer"})
_HOW = frozenset({"kind", "before", "remove"})  # say how to merge; not part of the result

Path = tuple[str, ...]  # kind, part, entry, part, entry … key


@dataclass
class Pack:
    """One folder as it is written: its `pack.yaml` and one body for each kind."""

    name: str
    meta: MapNode | None = None
    bodies: dict[str, MapNode] = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(default_factory=dict)  # kind -> names in entries with problems of shape

    @property
    def parents(self) -> list[tuple[str, Spot]]:
        if self.meta is None or "extends" not in self.meta:
            return []
        value = self.meta["extends"]
        if isinstance(value, ListNode):
            return list(zip(value, value.spots, strict=True))
        return [(value, self.meta.spots["extends"])]


@dataclass(frozen=True)
class Conflict:
    """Two parents disagree about `path`."""

    path: Path
    left: Spot
    right: Spot


@dataclass
class Resolved:
    """A pack with everything that it inherits."""

    name: str
    meta: MapNode
    bodies: dict[str, MapNode]
    problems: list[Problem] = field(default_factory=list)
    removed: dict[Path, Spot] = field(default_factory=dict)
    left_out: dict[str, set[str]] = field(default_factory=dict)
    ancestors: list[str] = field(default_factory=list)  # packs that it builds on, itself not
    whole: bool = True  # False when a pack that it builds on is missing: what rules refer to may be there


class Resolver:
    """Resolves the packs of a library, each once."""

    def __init__(self, packs: dict[str, Pack]):
        self.packs = packs
        self._done: dict[str, Resolved] = {}

    def resolve(self, name: str) -> Resolved:
        """Raises KeyError for a pack that is not in the library."""
        if name not in self._done:
            pack = self.packs[name]
            problems: list[Problem] = []
            parents = [self.resolve(parent) for parent in self._usable_parents(pack, problems)]
            ancestors = {done: set(resolved.ancestors) for done, resolved in self._done.items()}
            result = _joined(pack, parents, ancestors, problems)
            readable = pack.meta is not None and "*" not in pack.left_out.get("pack", ())
            result.whole = readable and len(parents) == len(pack.parents) and all(parent.whole for parent in parents)
            self._done[name] = result
        return self._done[name]

    def _usable_parents(self, pack: Pack, problems: list[Problem]) -> Iterator[str]:
        """The parents that exist and do not lead back to the pack; so resolving always ends."""
        for parent, spot in pack.parents:
            if parent not in self.packs:
                others = [other for other in self.packs if other != pack.name]
                args = {"name": parent, "suggestion": suggestion(parent, others), "known": sorted(others)}
                problems.append(Problem("P302", spot, **args))
                continue
            way = self._way(parent, pack.name)
            if way:
                problems.append(Problem("P303", spot, chain=" → ".join((pack.name, *way))))
                continue
            yield parent

    def _way(self, start: str, end: str) -> list[str]:
        """The packs on a way of `extends` from one pack to another, both included; empty when there is none."""
        came_from: dict[str, str | None] = {start: None}
        waiting = [start]
        while waiting:
            one = waiting.pop(0)
            if one == end:
                way = [one]
                while came_from[way[0]] is not None:
                    way.insert(0, came_from[way[0]])
                return way
            for parent, _ in self.packs[one].parents:
                if parent in self.packs and parent not in came_from:
                    came_from[parent] = one
                    waiting.append(parent)
        return []


def _joined(
    pack: Pack, parents: list[Resolved], ancestors: dict[str, set[str]], problems: list[Problem]
) -> Resolved:
    """The parents side by side, the pack laid over them."""
    result = Resolved(pack.name, _own_meta(pack), {}, problems)
    join = _Join(ancestors)
    for parent in parents:
        result.ancestors += [name for name in (*parent.ancestors, parent.name) if name not in result.ancestors]
        for kind, names in parent.left_out.items():
            result.left_out.setdefault(kind, set()).update(names)
        join.add(result, parent)
    _inherit_meta(result.meta, parents, join)
    for kind, names in pack.left_out.items():
        result.left_out.setdefault(kind, set()).update(names)
    for kind, body in pack.bodies.items():
        below = result.bodies.get(kind) or MapNode(body.spot)
        merge = _Merge(problems, result.removed)
        result.bodies[kind] = merge.override(below, body, (kind,))
    _report_undecided(pack, result, join.conflicts)
    return result


def _own_meta(pack: Pack) -> MapNode:
    if pack.meta is not None:
        meta = MapNode(pack.meta.spot)
        for key in pack.meta:
            meta.copy_key(pack.meta, key)
        return meta
    return MapNode(Spot(f"{pack.name}/pack.yaml", 1, 1, "$"))


def _inherit_meta(meta: MapNode, parents: Iterable[Resolved], join: _Join) -> None:
    for key in INHERITED_PACK_KEYS:
        if key in meta:
            continue
        for other in (parent.meta for parent in parents if key in parent.meta):
            if key not in meta or join.right_holds(("pack", key), meta.spots[key], meta[key], other.spots[key], other[key]):
                meta.copy_key(other, key)


def _report_undecided(pack: Pack, result: Resolved, conflicts: list[Conflict]) -> None:
    if not conflicts or pack.meta is None:
        return
    spot = pack.meta.key_spots.get("extends", pack.meta.spot)
    for conflict in conflicts:
        if not _decided(pack, conflict.path):
            left, right = (f"{one.path}:{one.line}" for one in (conflict.left, conflict.right))
            result.problems.append(Problem("P304", spot, what="/".join(conflict.path), left=left, right=right))


def _decided(pack: Pack, path: Path) -> bool:
    """Whether the pack itself says something about the place, or drops an entry on the way to it."""
    node: Any = pack.bodies.get(path[0])
    for index, step in enumerate(path[1:], start=1):
        if isinstance(node, MapNode):
            if set(path[index + 1 : index + 2]) & set(node.get("remove", ())):
                return True
            node = node.get(step)
        elif isinstance(node, ListNode):
            node = next((item for item in node if isinstance(item, MapNode) and item.get("name") == step), None)
        else:
            return False
    return node is not None


def is_named_list(value: Any) -> bool:
    """Whether a list consists of entries with a name (an empty one does not)."""
    return isinstance(value, ListNode) and bool(value) and all(
        isinstance(item, MapNode) and isinstance(item.get("name"), str) for item in value
    )


@dataclass
class _Join:
    """Puts several parents side by side and notes where they disagree."""

    ancestors: dict[str, set[str]]  # of every pack above
    conflicts: list[Conflict] = field(default_factory=list)

    def add(self, result: Resolved, parent: Resolved) -> None:
        """One more parent, to the right of those already in `result`."""
        gone = {**result.removed, **parent.removed}
        for kind, body in parent.bodies.items():
            if is_inherited(kind):
                known = result.bodies.get(kind)
                result.bodies[kind] = body if known is None else self._mappings(known, body, (kind,), gone)
        result.removed.update(parent.removed)
        result.removed = {
            path: spot for path, spot in result.removed.items() if _find(result.bodies.get(path[0]), path[1:]) is None
        }

    def right_holds(self, path: Path, left: Spot, left_value: Any, right: Spot, right_value: Any) -> bool:
        """Of two values, whether the right one is to be taken. Disagreements are noted, the left one is kept."""
        if left_value == right_value and isinstance(left_value, bool) == isinstance(right_value, bool):
            return False
        if self._knows(left, right):
            return False
        if self._knows(right, left):
            return True
        self.conflicts.append(Conflict(path, left, right))
        return False

    def _knows(self, one: Spot, other: Spot) -> bool:
        """Whether the pack that wrote `one` builds on the pack that wrote `other`, so that it has overridden it."""
        writer, base = (spot.path.partition("/")[0] for spot in (one, other))
        return base in self.ancestors.get(writer, ())

    def _mappings(self, left: MapNode, right: MapNode, path: Path, gone: dict[Path, Spot]) -> MapNode:
        result = MapNode(left.spot)
        for key in left:
            result.copy_key(left, key)
        for key in right:
            here = (*path, key)
            if key not in left:
                result.copy_key(right, key)
            elif is_named_list(left[key]) and is_named_list(right[key]):
                result.put(key, self._lists(left[key], right[key], here, gone), left.spots[key])
            elif key in TEXT_KEYS and isinstance(left[key], MapNode) and isinstance(right[key], MapNode):
                result.put(key, self._mappings(left[key], right[key], here, gone), left.spots[key])
            elif self.right_holds(here, left.spots[key], left[key], right.spots[key], right[key]):
                result.copy_key(right, key)
        return result

    def _lists(self, left: ListNode, right: ListNode, path: Path, gone: dict[Path, Spot]) -> ListNode:
        result = ListNode(left.spot)
        others = {item["name"]: item for item in right}
        for item in left:
            other = others.pop(item["name"], None)
            if other is not None:
                result.add(self._mappings(item, other, (*path, item["name"]), gone), item.spot)
            elif not self._dropped((*path, item["name"]), item.spot, gone):
                result.add(item, item.spot)
        for name, item in others.items():
            if not self._dropped((*path, name), item.spot, gone):
                result.add(item, item.spot)
        return result

    def _dropped(self, path: Path, kept: Spot, gone: dict[Path, Spot]) -> bool:
        """Whether an entry that one parent has was dropped on purpose by the other. If that is open, it is kept."""
        if path not in gone:
            return False
        if self._knows(gone[path], kept):
            return True
        self.conflicts.append(Conflict(path, gone[path], kept))
        return False


def _find(node: Any, path: Path) -> Any:
    for step in path:
        if isinstance(node, MapNode):
            node = node.get(step)
        elif isinstance(node, ListNode):
            node = next((item for item in node if isinstance(item, MapNode) and item.get("name") == step), None)
        else:
            return None
    return node


@dataclass
class _Merge:
    """Lays a child's mapping over the inherited one."""

    problems: list[Problem]
    removed: dict[Path, Spot]

    def override(self, below: MapNode, own: MapNode, path: Path) -> MapNode:
        result = MapNode(own.spot)
        unused = dict(self._names_to_remove(own))
        for key in below:
            result.copy_key(below, key)
        for key in own:
            if key in _HOW:
                continue
            value, inherited = own[key], below.get(key)
            if is_named_list(value) or (is_named_list(inherited) and value == []):
                merged = self.entries(inherited, value, (*path, key), unused)
                result.put(key, merged, own.spots[key], own.key_spots[key])
            elif key in TEXT_KEYS and isinstance(value, MapNode) and isinstance(inherited, MapNode):
                result.put(key, _languages(inherited, value), own.spots[key], own.key_spots[key])
            else:
                result.copy_key(own, key)
        for key in below:
            if key not in own and unused and is_named_list(below[key]):
                empty = ListNode(below[key].spot)
                result.put(key, self.entries(below[key], empty, (*path, key), unused), below.spots[key])
        for name, spot in unused.items():
            known = [item["name"] for value in below.values() if is_named_list(value) for item in value]
            args = {"name": name, "suggestion": suggestion(name, known), "known": known}
            self.problems.append(Problem("P305", spot, **args))
        return result

    @staticmethod
    def _names_to_remove(own: MapNode) -> Iterator[tuple[str, Spot]]:
        names = own.get("remove")
        if isinstance(names, ListNode):
            yield from zip(names, names.spots, strict=True)

    def entries(self, below: Any, own: ListNode, path: Path, to_remove: dict[str, Spot]) -> ListNode:
        """A named list over the inherited one. Names found are taken out of `to_remove`."""
        inherited: dict[str, MapNode] = {}
        if is_named_list(below):
            inherited = {item["name"]: item for item in below}
        for name in [name for name in to_remove if name in inherited]:
            self.removed[(*path, name)] = to_remove.pop(name)
            del inherited[name]
        fresh: dict[str, MapNode] = {}
        moves: list[tuple[str, MapNode]] = []
        for entry in self._without_repetition(own):
            name = entry["name"]
            inherited = self._renamed(inherited, entry)
            start = inherited.get(name) or MapNode(entry.spot)
            merged = self.override(start, entry, (*path, name))
            (inherited if name in inherited else fresh)[name] = merged
            self.removed.pop((*path, name), None)
            if "before" in entry:
                moves.append((name, entry))
        return _as_list(own, self._moved([*fresh.values(), *inherited.values()], moves))

    def _without_repetition(self, own: ListNode) -> Iterator[MapNode]:
        first: dict[str, Spot] = {}
        for entry in own:
            name, spot = entry["name"], entry.spots["name"]
            if name in first:
                self.problems.append(Problem("P202", spot, name=name, first=first[name].line))
                continue
            first[name] = spot
            yield entry

    def _renamed(self, inherited: dict[str, MapNode], entry: MapNode) -> dict[str, MapNode]:
        """`was`: the inherited entry takes the new name at its old place. Unknown here, it names a former release's."""
        old, name = entry.get("was"), entry["name"]
        if old is None:
            return inherited
        if old == name or (old in inherited and name in inherited):
            self.problems.append(Problem("P307", entry.spots["was"], name=name, old=old))
            return inherited
        return {name if key == old else key: value for key, value in inherited.items()}

    def _moved(self, entries: list[MapNode], moves: list[tuple[str, MapNode]]) -> list[MapNode]:
        for name, own in moves:
            target = own["before"]
            names = [entry["name"] for entry in entries]
            if target not in names or target == name:
                known = [other for other in names if other != name]
                args = {"name": target, "suggestion": suggestion(target, known), "known": known}
                self.problems.append(Problem("P306", own.spots["before"], **args))
                continue
            entry = entries.pop(names.index(name))
            names.remove(name)
            entries.insert(names.index(target), entry)
        return entries


def _languages(below: MapNode, own: MapNode) -> MapNode:
    result = MapNode(own.spot)
    for node in (below, own):
        for key in node:
            result.copy_key(node, key)
    return result


def _as_list(own: ListNode, entries: list[MapNode]) -> ListNode:
    result = ListNode(own.spot)
    for entry in entries:
        result.add(entry, entry.spot)
    return result
