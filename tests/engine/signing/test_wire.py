"""The strings of SSH (RFC 4251, section 5) and base64 (RFC 4648): published examples, and everything that is none."""

from __future__ import annotations

import pytest

from engine.signing.wire import base64_bytes, base64_text, packed, unpacked


def test_the_example_of_the_rfc() -> None:
    """`testing` is 00 00 00 07 and the letters; a string may be empty."""
    written = bytes.fromhex("00000007") + b"testing"
    assert packed(b"testing") == written
    assert unpacked(written + b"after", 1) == ([b"testing"], b"after")
    assert packed(b"", b"a") == bytes.fromhex("00000000 00000001 61")


@pytest.mark.parametrize("length", range(11))
def test_what_is_cut_off_is_no_string(length: int) -> None:
    """At any byte, in the length as well."""
    with pytest.raises(ValueError):
        unpacked((bytes.fromhex("00000007") + b"testing")[:length], 1)


def test_a_length_is_believed_only_if_the_bytes_are_there() -> None:
    """Four gigabytes are announced, and nothing is there."""
    with pytest.raises(ValueError):
        unpacked(b"\xff\xff\xff\xff" + b"x" * 100, 1)


@pytest.mark.parametrize(
    ("data", "text"), [(b"", ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foobar", "Zm9vYmFy")]
)
def test_base64_of_rfc_4648(data: bytes, text: str) -> None:
    """The vectors of section 10, both ways."""
    assert base64_text(data) == text
    assert base64_bytes(text) == data


@pytest.mark.parametrize(
    "text",
    ["Zm9v====", "Zm9v=", "Zh==", "Zm9=", "Zg=", "Zg", "=", "====", "Zm9v\n", " Zm9v", "Zm-v", "Zm_v", "é", "Zm9vé"],
)
def test_each_base64_has_one_text(text: str) -> None:
    """Surplus or missing `=`, bits that belong to no byte, other letters: the standard library takes some of them."""
    with pytest.raises(ValueError):
        base64_bytes(text)
