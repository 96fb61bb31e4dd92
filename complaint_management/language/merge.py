"""Laying mappings over each other and side by side: what `extends` means key by key.

How to read it: every file of a kind is a mapping (its *body*) of named lists and plain values, and an entry
of a named list is again such a mapping. So two classes suffice: `Merge` lays a child's mapping over the
inherited one, `Join` puts several parents' mappings side by side; each is used for the body, for the entries
in it and for the entries in those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .diagnostics import Problem, Spot
from .schema import is_inherited, merged_by_key, suggestion
from .source import ListNode, MapNode

TEXT_KEYS = frozenset(
    {"title", "description", "disclaimer", "wording", "script", "lowest", "highest", "emergency_plan"}
)
_HOW = frozenset({"kind", "before", "remove"})  # say how to merge; not part of the result

Path = tuple[str, ...]  # kind, part, entry, part, entry … key


@dataclass(frozen=True)
class Conflict:
    """Two parents disagree about `path`."""

    path: Path
    left: Spot
    right: Spot


Bodies = dict[str, MapNode]  # kind -> body
Removed = dict[Path, Spot]  # what was dropped on purpose, and where that is written


def is_named_list(value: Any) -> bool:
    """Whether a list consists of entries with a name (an empty one does not)."""
    return (
        isinstance(value, ListNode)
        and bool(value)
        and all(isinstance(item, MapNode) and isinstance(item.get("name"), str) for item in value)
    )


def find(node: Any, path: Path) -> Any:
    """The entry or value at the end of a path through mappings and named lists; None when there is none."""
    for step in path:
        if isinstance(node, MapNode):
            node = node.get(step)
        elif isinstance(node, ListNode):
            node = next(
                (item for item in node if isinstance(item, MapNode) and item.get("name") == step), None
            )
        else:
            return None
    return node


@dataclass
class Join:
    """Puts several parents side by side and notes where they disagree."""

    ancestors: dict[str, set[str]]  # of every pack above
    conflicts: list[Conflict] = field(default_factory=list)

    def bodies(self, left: Bodies, right: Bodies, removed: Removed) -> Bodies:
        """The bodies of one more parent to the right of those so far.

        `removed`: what either of them has dropped.
        """
        result = dict(left)
        for kind, body in right.items():
            if is_inherited(kind):
                result[kind] = self._mappings(left[kind], body, (kind,), removed) if kind in left else body
        return result

    def right_holds(self, path: Path, left: Spot, left_value: Any, right: Spot, right_value: Any) -> bool:
        """Of two values, whether the right one is to be taken.

        Disagreements are noted, the left one is kept.
        """
        if left_value == right_value and isinstance(left_value, bool) == isinstance(right_value, bool):
            return False
        if self._knows(left, right):
            return False
        if self._knows(right, left):
            return True
        self.conflicts.append(Conflict(path, left, right))
        return False

    def _knows(self, one: Spot, other: Spot) -> bool:
        """Whether the pack that wrote `one` builds on the pack that wrote `other`, so that it has overridden
        it.
        """
        writer, base = (spot.path.partition("/")[0] for spot in (one, other))
        return base in self.ancestors.get(writer, ())

    def _mappings(self, left: MapNode, right: MapNode, path: Path, gone: Removed) -> MapNode:
        result = MapNode(left.spot)
        for key in left:
            result.copy_key(left, key)
        for key in right:
            here = (*path, key)
            if key not in left:
                result.copy_key(right, key)
            elif is_named_list(left[key]) and is_named_list(right[key]):
                result.put(key, self._lists(left[key], right[key], here, gone), left.spots[key])
            elif _is_laid_over(here) and isinstance(left[key], MapNode) and isinstance(right[key], MapNode):
                result.put(key, self._mappings(left[key], right[key], here, gone), left.spots[key])
            elif self.right_holds(here, left.spots[key], left[key], right.spots[key], right[key]):
                result.copy_key(right, key)
        return result

    def _lists(self, left: ListNode, right: ListNode, path: Path, gone: Removed) -> ListNode:
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

    def _dropped(self, path: Path, kept: Spot, gone: Removed) -> bool:
        """Whether an entry that one parent has was dropped on purpose by the other.

        If that is open, it is kept.
        """
        if path not in gone:
            return False
        if self._knows(gone[path], kept):
            return True
        self.conflicts.append(Conflict(path, gone[path], kept))
        return False


@dataclass
class Merge:
    """Lays a child's mapping over the inherited one."""

    problems: list[Problem]
    removed: Removed
    renamed: list[tuple[Path, str]] = field(default_factory=list)  # path of an entry, and its old name

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
            elif (
                _is_laid_over((*path, key)) and isinstance(value, MapNode) and isinstance(inherited, MapNode)
            ):
                result.put(key, _over(inherited, value), own.spots[key], own.key_spots[key])
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
            inherited = self._renamed(inherited, entry, path)
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

    def _renamed(self, inherited: dict[str, MapNode], entry: MapNode, path: Path) -> dict[str, MapNode]:
        """`was`.

        The inherited entry takes the new name at its old place. Unknown here, it names a former release's.
        """
        old, name = entry.get("was"), entry["name"]
        if old is None:
            return inherited
        if old == name or (old in inherited and name in inherited):
            self.problems.append(Problem("P307", entry.spots["was"], name=name, old=old))
            return inherited
        if old in inherited:
            self.renamed.append(((*path, name), old))
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


def _is_laid_over(path: Path) -> bool:
    """Whether the mapping at a path is laid over the inherited one key by key: a text in several languages,
    or a part of a file that is one mapping.
    """
    return path[-1] in TEXT_KEYS or (len(path) == 2 and path[1] in merged_by_key(path[0]))


def _over(below: MapNode, own: MapNode) -> MapNode:
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


def one_after_the_other(first: Any, second: Any, spot: Spot) -> MapNode:
    """Two texts as one, language by language."""
    both = [text if isinstance(text, MapNode) else {"en": text} for text in (first, second)]
    result = MapNode(spot)
    for language in dict.fromkeys([*both[0], *both[1]]):
        space = "" if language.startswith("zh") else " "
        result.put(language, space.join(text[language] for text in both if language in text), spot)
    return result
