"""What this machine remembers of a workspace: only what is exactly so, and nothing that it must rely on."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import memory as module
from engine.memory import FORGETFUL, Memory, engine_versions, state_of


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a file, and a folder in it."""
    folder = tmp_path / "run-1"
    (folder / "attestations").mkdir(parents=True)
    (folder / "a.parquet").write_text("one", encoding="utf-8")
    return folder


def test_vouches_for_the_same_files(tmp_path: Path, place: Path) -> None:
    """As long as no file is changed, added, taken away or replaced; folders below do not count."""
    memory = Memory(tmp_path / "cache" / "rung")
    state = state_of(place)
    assert not memory.vouches(place, state)
    memory.keep(place, state)
    assert memory.vouches(place, state_of(place))
    (place / "attestations" / "note.json").touch()
    assert memory.vouches(place, state_of(place))
    assert not memory.vouches(tmp_path, state)
    (place / "b.parquet").touch()
    assert not memory.vouches(place, state_of(place))
    (place / "b.parquet").unlink()
    (place / "a.parquet").chmod(0o600)
    assert not memory.vouches(place, state_of(place))


def test_vouches_for_nothing_that_is_not_there(tmp_path: Path) -> None:
    """A folder that cannot be read has no state, and is never verified."""
    memory = Memory(tmp_path / "cache")
    memory.keep(tmp_path / "none", state_of(tmp_path / "none"))
    assert state_of(tmp_path / "none") == {}
    assert not memory.vouches(tmp_path / "none", {})


def test_another_version_verifies_again(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version verified may have been verified otherwise."""
    memory = Memory(tmp_path / "cache")
    memory.keep(place, state_of(place))
    monkeypatch.setattr(module, "engine_versions", lambda: (("duckdb", "99"), *engine_versions()[1:]))
    assert not memory.vouches(place, state_of(place))


def test_remembers_what_was_seen(tmp_path: Path, place: Path) -> None:
    """Names are added, and stay when the folder is verified again; a folder made anew has none."""
    memory = Memory(tmp_path / "cache")
    memory.see(place, ["b"])
    memory.see(place, ["a"])
    memory.keep(place, state_of(place))
    assert memory.seen(place) == {"a", "b"}
    assert memory.suspicious.seen(place) == {"a", "b"}
    memory.forget(place)
    assert memory.seen(place) == frozenset()
    assert not memory.vouches(place, state_of(place))


def test_a_suspicious_memory_counts_only_what_it_verified(tmp_path: Path, place: Path) -> None:
    """What was verified before does not count, what is verified now does, here and later."""
    memory = Memory(tmp_path / "cache")
    memory.keep(place, state_of(place))
    suspicious = memory.suspicious
    assert not suspicious.vouches(place, state_of(place))
    suspicious.keep(place, state_of(place))
    assert suspicious.vouches(place, state_of(place))
    assert memory.vouches(place, state_of(place))


OTHER = '{"format": "rung.memory/v0", "versions": [], "files": {}}'


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"format": "rung.memory/v1"}', OTHER])
def test_a_record_that_is_none_counts_as_none(tmp_path: Path, place: Path, text: str) -> None:
    """Whatever is in its place."""
    memory = Memory(tmp_path / "cache")
    memory.keep(place, state_of(place))
    (record,) = (tmp_path / "cache").iterdir()
    assert json.loads(record.read_text("utf-8"))["place"] == str(place)
    record.write_text(text, encoding="utf-8")
    assert not memory.vouches(place, state_of(place))


def test_processes_lose_nothing_of_each_other(tmp_path: Path, place: Path) -> None:
    """Each of many threads with a memory of its own sees names while the others see theirs and keep states."""

    def see(number: int) -> None:
        memory = Memory(tmp_path / "cache")
        for each in range(20):
            memory.see(place, [f"{number}/{each} %2F"])
            memory.keep(place, state_of(place))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(see, range(8)))
    memory = Memory(tmp_path / "cache")
    assert memory.seen(place) == {f"{number}/{each} %2F" for number in range(8) for each in range(20)}
    assert memory.vouches(place, state_of(place))
    assert len(list((tmp_path / "cache").iterdir())) == 2  # nothing is left behind


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path: Path, place: Path) -> None:
    """Nothing is remembered, and nothing breaks."""
    (tmp_path / "file").touch()
    for memory in (Memory(tmp_path / "file" / "cache"), FORGETFUL):
        memory.keep(place, state_of(place))
        memory.see(place, ["a"])
        memory.forget(place)
        assert not memory.vouches(place, state_of(place))
        assert memory.seen(place) == frozenset()
