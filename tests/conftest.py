"""What every test may use: hypothesis profiles and the places of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline: the two cores of a CI machine are shared. The same examples on every run: a gate must not roll dice;
# `make test-all` looks further with the profile `long`.
settings.register_profile(
    "default", deadline=None, max_examples=30, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", deadline=None, max_examples=500, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# `make mutants` asks whether a test fails, not for the smallest example that fails.
settings.register_profile("mutants", settings.get_profile("default"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("default")


@pytest.fixture(scope="session", autouse=True)
def _built_once() -> Iterator[None]:
    """Typer builds the whole command line anew for each call, which costs twenty times what most commands do."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared records beside the repository; the test is skipped, with a reason, where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder `shared` is not beside the repository: the generated twin stands in")
    return folder
