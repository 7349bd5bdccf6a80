"""Commands whose parameters are texts and flags, taken unchanged from the command line. Typer converts every text
with pydantic, which takes 0.1 s to load, a quarter of what a start may cost. All parameters
of this shell are texts, lists of texts or flags, so nothing needs converting: each command reads its values from the
text and reports errors in its own words. A Typer without this attribute would load pydantic again, and a test would
fail.
"""

from __future__ import annotations

from typing import Any, TypeVar

from typer.core import TyperCommand, TyperGroup

CACHE = "_runtime_param"  # where a parameter of Typer 0.29 keeps what turns its text


class AsWritten:
    """Gives a parameter's text back unchanged; several texts that were not given are none."""

    def coerce(self, value: object, **_: object) -> object:
        """The value itself."""
        return value


Parameter = TypeVar("Parameter")


def as_written(parameters: list[Parameter]) -> list[Parameter]:
    """The same parameters, each leaving its text as it is."""
    for parameter in parameters:
        setattr(parameter, CACHE, AsWritten())
    return parameters


class PlainCommand(TyperCommand):
    """A command that takes texts as they are written."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - these types are Typer's private copy of click
        """Its parameters, with those Typer adds."""
        return as_written(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """The group of all commands, with global options taken as they are written."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - these types are Typer's private copy of click
        """Its parameters, with those Typer adds."""
        return as_written(super().get_params(ctx))
