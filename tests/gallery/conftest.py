"""`pytest tests/gallery --update-gallery` writes the messages anew; the difference is then reviewed like code."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that refreshes the expected messages."""
    parser.addoption("--update-gallery", action="store_true", help="write the expected messages anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected messages are written rather than compared."""
    return bool(request.config.getoption("--update-gallery", default=False))
