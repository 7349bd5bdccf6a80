"""Random searches run without coverage: tracing doubles their time, and what each line does is shown by named tests."""

from __future__ import annotations

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder."""
    item.add_marker(pytest.mark.no_cover)
