"""Passwords in lines that findings show."""

from __future__ import annotations

import pytest

from engine.language.lines import without_password


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("file: postgresql://ann:secret@db/crm", "file: postgresql://ann:******@db/crm"),
        ("postgresql://ann:se@cr:et/1@db/crm", "postgresql://ann:**********@db/crm"),
        ("postgresql://:secret@db/crm", "postgresql://:******@db/crm"),
        ("{a: 'x://u:p@h', b: 'y://v:qq@i'}", "{a: 'x://u:*@h', b: 'y://v:**@i'}"),
        (
            "postgresql://db/crm?user=ann&Password=secret&sslmode=require",
            "postgresql://db/crm?user=ann&Password=******&sslmode=require",
        ),
        ("see http://localhost:8080/a and write to ann@db", "see http://localhost:8080/a and write to ann@db"),
        ("postgresql://ann@db:5432/crm", "postgresql://ann@db:5432/crm"),
        ("a rate of 3 @ 5", "a rate of 3 @ 5"),
    ],
)
def test_passwords_are_stars(line: str, shown: str) -> None:
    """As many as signs, and all up to the last `@`; nothing else changes."""
    assert without_password(line) == shown


def test_a_long_line_is_looked_at_once() -> None:
    """Beginnings of a URL without an end do not make it slow: it would take hours."""
    line = "://:" * 250_000
    assert without_password(line) == line
    assert without_password("?password=" * 100_000).startswith("?password=*****")
