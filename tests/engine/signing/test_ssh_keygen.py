"""Signatures and keys beside those of ssh-keygen, both ways."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from engine.signing.keys import BadKey, SigningKey, new_key, parse_public_key, read_key, write_key
from engine.signing.sshsig import BadSignature, sign, verify

pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(
        shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine (Debian: openssh-client)"
    ),
]
NAMESPACE = "rung-plan@v1"
MESSAGES = {
    "empty": b"",
    "line": b"Pay 131 partners\n",
    "bytes": bytes(range(256)),
    "large": b"0123456789abcdef" * 65_536,
}


def ssh_keygen(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run it; what it says is in the result."""
    return subprocess.run(["ssh-keygen", *map(str, arguments)], input=given, capture_output=True, check=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key that ssh-keygen made, without a passphrase."""
    path = tmp_path / "id_ed25519"
    done = ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "ada of acme", "-f", path)
    assert done.returncode == 0, done.stderr
    return path


def signing_key(path: Path) -> SigningKey:
    """The key in a file of OpenSSH: the library can read it, and rung does not."""
    private = load_ssh_private_key(path.read_bytes(), None)
    return SigningKey(private)  # type: ignore[arg-type]  # the fixture makes Ed25519 keys alone


@pytest.mark.parametrize("namespace", [NAMESPACE, "file", "ä", "n" * 300])
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_signatures_are_equal(path: Path, message: bytes, namespace: str) -> None:
    """To the byte; with sha256, too, what ssh-keygen signs is verified."""
    key = signing_key(path)
    theirs = ssh_keygen("-q", "-Y", "sign", "-f", path, "-n", namespace, given=message)
    assert theirs.returncode == 0, theirs.stderr
    assert sign(key, namespace, message) == theirs.stdout.decode()
    assert verify(theirs.stdout.decode(), namespace, message) == key.public
    short = ssh_keygen("-q", "-Y", "sign", "-O", "hashalg=sha256", "-f", path, "-n", namespace, given=message)
    assert short.stdout != theirs.stdout
    assert verify(short.stdout.decode(), namespace, message) == key.public


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_ssh_keygen_verifies(tmp_path: Path, message: bytes) -> None:
    """With the public line that rung wrote; and it refuses another text and another namespace, as rung does."""
    key = new_key()
    write_key(key, tmp_path / "ada", b"correct horse")
    people, file = tmp_path / "people", tmp_path / "signature"
    people.write_text("ada@acme " + (tmp_path / "ada.pub").read_text())
    file.write_text(sign(key, NAMESPACE, message))
    line = ("-Y", "verify", "-f", people, "-I", "ada@acme", "-s", file, "-n")
    done = ssh_keygen(*line, NAMESPACE, given=message)
    assert done.returncode == 0, done.stderr
    assert f"with ED25519 key {key.public.fingerprint}" in done.stdout.decode()
    assert ssh_keygen(*line, NAMESPACE, given=message + b"!").returncode != 0
    assert ssh_keygen(*line, "rung-head@v1", given=message).returncode != 0


def test_texts_of_keys_are_equal(path: Path, tmp_path: Path) -> None:
    """The line of a `.pub` file, with its comment, and the fingerprint; of a key of rung as well."""
    theirs = parse_public_key(path.with_name("id_ed25519.pub").read_text())
    assert theirs == signing_key(path).public
    assert f"{theirs.text} ada of acme\n" == path.with_name("id_ed25519.pub").read_text()
    assert ssh_keygen("-l", "-f", path).stdout.split()[1].decode() == theirs.fingerprint
    ours = new_key()
    write_key(ours, tmp_path / "ada", b"correct horse")
    assert ssh_keygen("-l", "-f", tmp_path / "ada.pub").stdout.split()[1].decode() == ours.public.fingerprint


def test_an_encrypted_key_of_openssh(tmp_path: Path) -> None:
    """It is told from others by its first line: nobody is asked for its passphrase."""
    path = tmp_path / "id_ed25519"
    assert ssh_keygen("-q", "-t", "ed25519", "-N", "correct horse", "-f", path).returncode == 0
    with pytest.raises(BadKey, match=r"sign with `ssh-keygen -Y sign`$"):
        read_key(path, b"correct horse")


@pytest.mark.parametrize(("kind", "name"), [("rsa", "ssh-rsa"), ("ecdsa", "ecdsa-sha2-nistp256")])
def test_keys_of_other_types(tmp_path: Path, kind: str, name: str) -> None:
    """Their lines and their signatures are refused with the name of the type."""
    path = tmp_path / "id"
    assert ssh_keygen("-q", "-t", kind, "-N", "", "-f", path).returncode == 0
    with pytest.raises(BadKey, match=rf"^keys of this type \(`{name}`\) are not supported"):
        parse_public_key(path.with_name("id.pub").read_text())
    theirs = ssh_keygen("-q", "-Y", "sign", "-f", path, "-n", NAMESPACE, given=b"text")
    with pytest.raises(BadSignature, match=rf"keys of this type \(`{name}`\) are not supported"):
        verify(theirs.stdout.decode(), NAMESPACE, b"text")
