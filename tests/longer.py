"""Of many cases that are alike, `make test` runs some; `make test-all` runs all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def every(step: int, cases: Iterable[object], *, single: bool = False) -> list[object]:
    """All cases; those that are not the first of `step` are marked `long`. `single`: a tuple is one value."""
    return [
        each if n % step == 0 else pytest.param(*_values(each, single), marks=pytest.mark.long)
        for n, each in enumerate(cases)
    ]


def _values(case: object, single: bool) -> tuple[object, ...]:
    return case if isinstance(case, tuple) and not single else (case,)
