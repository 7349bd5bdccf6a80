"""Changes that one edit of the text made: what a metric is `like` changes in its copies as well."""

from __future__ import annotations

from collections.abc import Iterable

from engine.authoring.diff.change import Change
from engine.authoring.diff.phrases import written

COPIED = "metrics."  # the only declarations that copy others


def edits(changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """The changes in groups, one for each edit; the metric declared first comes first."""
    found: dict[object, list[Change]] = {}
    for number, each in enumerate(changes):
        shared = each.path.startswith(COPIED) and each.was is not None and each.now is not None
        field = each.path.partition(".")[2].partition(".")[2]
        key = (each.kind, field, each.was, each.now, written(each.before), written(each.after)) if shared else number
        found.setdefault(key, []).append(each)
    return tuple(map(tuple, found.values()))


def clause_groups(changes: Iterable[Change]) -> tuple[tuple[str, ...], ...]:
    """The clauses that decide something, those of one edit together, in the order of the language."""
    groups: list[list[str]] = []
    for edit in edits(each for each in changes if each.decides):
        clauses = list(dict.fromkeys(each.clause for each in edit))
        touched = [group for group in groups if not set(group).isdisjoint(clauses)]
        if not touched:
            groups.append(clauses)
            continue
        touched[0] += [each for group in (*touched[1:], clauses) for each in group if each not in touched[0]]
        groups = [group for group in groups if group not in touched[1:]]
    return tuple(map(tuple, groups))
