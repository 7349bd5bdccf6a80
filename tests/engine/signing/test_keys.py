"""Keys: vectors of RFC 8032, texts of ssh-keygen, and every sentence with which one is refused."""

from __future__ import annotations

import base64
import os
import pickle
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from engine.signing.keys import (
    BadKey,
    PublicKey,
    SigningKey,
    new_key,
    parse_blob,
    parse_public_key,
    read_key,
    write_key,
)

# RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
)
# What `ssh-keygen -y` and `ssh-keygen -l` of OpenSSH 9.2 print for the first of them.
LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
FINGERPRINT = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"
FIRST = bytes.fromhex(RFC_8032[0][1])

NOT_A_KEY = "this is not a public key: give the line `ssh-ed25519 AAAA..` of the file whose name ends in `.pub`"
DAMAGED = "the public key is damaged: copy its line again from the file whose name ends in `.pub`"
WEAK = "the public key is unsafe: anyone can make signatures for it; make a new key"
# A line that ssh-keygen wrote. The one of a security key is put together from PROTOCOL.u2f: there was no device.
ECDSA = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHKS7bhh290ZwdojYG17YrAmHwJvKAEfX"
    "/KdIDs5nmNEYrMFLPRFeTaLcbf9HTujZXE3MXGcBAgV5ZrwPefra2A="
)


def string(value: bytes) -> bytes:
    """A string of SSH, written by hand."""
    return len(value).to_bytes(4, "big") + value


SECURITY_KEY = string(b"sk-ssh-ed25519@openssh.com") + string(FIRST) + string(b"ssh:")


def line(blob: bytes, name: str = "ssh-ed25519") -> str:
    """A public line with these bytes."""
    return f"{name} {base64.b64encode(blob).decode()}"


def refusal(text: str) -> str:
    """The sentence with which a public key is refused."""
    with pytest.raises(BadKey) as refused:
        parse_public_key(text)
    return str(refused.value)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    """The public key of a secret one, its signature of a message, and that it verifies."""
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    assert key.public == PublicKey(bytes.fromhex(public))
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert key.public.verifies(bytes.fromhex(signature), bytes.fromhex(message))
    assert not key.public.verifies(bytes.fromhex(signature), bytes.fromhex(message) + b"!")


def test_text_and_fingerprint_are_those_of_ssh_keygen() -> None:
    """For the first key of the RFC."""
    assert PublicKey(FIRST).text == LINE
    assert PublicKey(FIRST).fingerprint == FINGERPRINT


@pytest.mark.parametrize("text", [LINE, f"{LINE} ada@example.com", f"  {LINE}\ta b c\r\n"])
def test_a_public_line_is_read(text: str) -> None:
    """With and without a comment, and with space around it."""
    assert parse_public_key(text) == PublicKey(FIRST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "ssh-ed25519",
        LINE.split()[1],
        f"{LINE}\n{LINE}",
        f'command="sh" {LINE}',
        f"# {LINE}",
        FINGERPRINT + " ada",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n",
        "ssh-\x1b[31m AAAA",
    ],
)
def test_what_is_no_public_line(text: str) -> None:
    """Nothing of it is repeated: it may be a private key that somebody pasted."""
    assert refusal(text) == NOT_A_KEY


@pytest.mark.parametrize(
    "text",
    [
        LINE[:-1],
        LINE[:-4],
        f"{LINE}AAAA",
        f"{LINE}====",
        LINE.replace("+", "-"),
        LINE.replace("+", "é"),
        "ssh-ed25519 AAAA",
        "ssh-ed25519 =",
        line(string(b"ssh-ed25519")),
        line(string(b"ssh-ed25519") + string(FIRST[:-1])),
        line(string(b"ssh-ed25519") + string(FIRST + b"x")),
        line(string(b"ssh-ed25519") + string(FIRST) + string(b"")),
        line(string(b"ssh-ed25519") + string(FIRST)[1:] + b"x"),
        line(string(b"ssh-ed2551\xff") + string(FIRST)),
        line(string(b"\x1b[31m") + string(FIRST)),
    ],
)
def test_a_damaged_public_line(text: str) -> None:
    """Base64 that is none, lengths that do not fit, and bytes too few or too many."""
    assert refusal(text) == DAMAGED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ECDSA, "keys of this type (`ecdsa-sha2-nistp256`) are not supported: use one of type `ssh-ed25519`"),
        (
            ECDSA.replace("ecdsa-sha2-nistp256", "ssh-ed25519"),
            "keys of this type (`ecdsa-sha2-nistp256`) are not supported: use one of type `ssh-ed25519`",
        ),
        ("ssh-rsa AAAA", "keys of this type (`ssh-rsa`) are not supported: use one of type `ssh-ed25519`"),
        (
            "ssh-ed25519-cert-v01@openssh.com AAAA",
            "keys of this type (`ssh-ed25519-cert-v01@openssh.com`) are not supported: use one of type `ssh-ed25519`",
        ),
        (
            line(SECURITY_KEY, "sk-ssh-ed25519@openssh.com"),
            "keys of security devices (`sk-ssh-ed25519@openssh.com`) are not supported: use one of type `ssh-ed25519`",
        ),
        (
            line(SECURITY_KEY),
            "keys of security devices (`sk-ssh-ed25519@openssh.com`) are not supported: use one of type `ssh-ed25519`",
        ),
    ],
)
def test_other_types_are_named(text: str, says: str) -> None:
    """By the word before the key as well as by the key itself."""
    assert refusal(text) == says


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032, section 5.1: L
IDENTITY = (0, 1)
Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    """The sum of two points of the curve -x^2 + y^2 = 1 + d x^2 y^2, as the definition has it."""
    (x, y), (u, v) = one, other
    both = D * x * u * y * v % P
    return (x * v + y * u) * pow(1 + both, -1, P) % P, (y * v + x * u) * pow(1 - both, -1, P) % P


def times(count: int, point: Point) -> Point:
    """The point added so many times."""
    total = IDENTITY
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def points() -> Iterator[Point]:
    """Points of the curve, found by their y."""
    for y in range(2, 40):
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        for root in (x, x * pow(2, (P - 1) // 4, P) % P):
            if root * root % P == square:
                yield root, y


def small_order() -> set[bytes]:
    """Every encoding, canonical or not, of every point whose order divides 8."""
    found = {times(ORDER, point) for point in points()}
    found |= {add(one, other) for one in found for other in found}
    assert len(found) == 8
    assert all(times(8, point) == IDENTITY for point in found)
    ys = {y + more for _, y in found for more in (0, P) if y + more < 2**255}
    return {(y | sign << 255).to_bytes(32, "little") for y in ys for sign in (0, 1)}


def test_keys_that_sign_everything_are_refused() -> None:
    """Points of small order: the library takes a signature for the first of them that nobody needed a key to make."""
    one = (1).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(one).verify(one + bytes(32), b"any text")
    weak = small_order()
    assert one in weak
    assert len(weak) == 14
    for raw in weak:
        with pytest.raises(BadKey) as refused:
            PublicKey(raw)
        assert str(refused.value) == WEAK
        assert refusal(line(string(b"ssh-ed25519") + string(raw))) == WEAK


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    """Also where it does not come from a text."""
    with pytest.raises(BadKey) as refused:
        PublicKey(b"\x07" * size)
    assert str(refused.value) == DAMAGED


def test_a_blob_is_read() -> None:
    """As a signature contains it."""
    assert parse_blob(string(b"ssh-ed25519") + string(FIRST)) == PublicKey(FIRST)


def test_new_keys_differ() -> None:
    """And each verifies what it signs."""
    one, other = new_key(), new_key()
    assert one.public != other.public
    assert one.public.verifies(one.sign(b"a"), b"a")
    assert not other.public.verifies(one.sign(b"a"), b"a")


def test_a_private_key_does_not_show() -> None:
    """In no text of the value, and it cannot be pickled."""
    secret = bytes.fromhex(RFC_8032[0][0])
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(secret))
    assert repr(key) == str(key) == f"{key}" == f"SigningKey({FINGERPRINT})"
    with pytest.raises(TypeError):
        pickle.dumps(key)


# Files


def rights(path: Path) -> int:
    """The rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Files are made with this mask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_a_key_is_written_and_read(tmp_path: Path, mask: int) -> None:
    """With the rights it needs, whatever the mask is; the public line is beside it."""
    key, path = new_key(), tmp_path / "keys" / "ada"
    with umask(mask):
        write_key(key, path, b"correct horse")
    assert read_key(path, b"correct horse").public == key.public
    assert sorted(each.name for each in path.parent.iterdir()) == ["ada", "ada.pub"]
    assert (rights(path.parent), rights(path)) == (0o700, 0o600)
    assert path.with_name("ada.pub").read_text() == key.public.text + "\n"
    assert not rights(path.with_name("ada.pub")) & 0o022


def test_a_key_on_disk_is_encrypted(tmp_path: Path) -> None:
    """PKCS8 in PEM, without the bytes of the secret."""
    secret = bytes.fromhex(RFC_8032[0][0])
    write_key(SigningKey(Ed25519PrivateKey.from_private_bytes(secret)), tmp_path / "ada", b"correct horse")
    first, *body, last = (tmp_path / "ada").read_text().splitlines()
    assert (first, last) == ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----")
    assert secret not in base64.b64decode("".join(body))


def written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    """A file with these rights."""
    path.write_bytes(content)
    path.chmod(mode)
    return path


def not_written(path: Path, passphrase: bytes = b"correct horse") -> str:
    """The sentence with which a key is not written."""
    with pytest.raises(BadKey) as refused:
        write_key(new_key(), path, passphrase)
    return str(refused.value)


@pytest.mark.parametrize("name", ["ada", "ada.pub"])
def test_nothing_is_replaced(tmp_path: Path, name: str) -> None:
    """Neither the key nor its public line; and of a new pair neither half stays."""
    there = written(tmp_path / name, b"here first")
    assert not_written(tmp_path / "ada") == f"`{there}` exists, and a key is never replaced: choose another name"
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(name, b"here first")]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Not even one that leads nowhere."""
    (tmp_path / "ada").symlink_to(tmp_path / "elsewhere")
    assert not_written(tmp_path / "ada").startswith(f"`{tmp_path / 'ada'}` exists")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("passphrase", "says"),
    [
        (b"", "the passphrase is empty: without one, whoever copies the file can sign"),
        (b"x" * 1024, "the passphrase is longer than 1,023 bytes: use a shorter one"),
    ],
)
def test_passphrases_that_cannot_be_used(tmp_path: Path, passphrase: bytes, says: str) -> None:
    """Neither to write, when nothing is left, nor to read."""
    assert not_written(tmp_path / "keys" / "ada", passphrase) == says
    assert not (tmp_path / "keys").exists()
    key = new_key()
    write_key(key, tmp_path / "ada", b"x" * 1023)
    assert unreadable(tmp_path / "ada", passphrase) == says
    assert read_key(tmp_path / "ada", b"x" * 1023).public == key.public


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses the bytes after the tenth: the error is the caller's, and no half of a key stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_key(new_key(), tmp_path / "ada", b"correct horse")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def unreadable(path: Path, passphrase: bytes = b"correct horse") -> str:
    """The sentence with which a key is not read."""
    with pytest.raises(BadKey) as refused:
        read_key(path, passphrase)
    return str(refused.value)


def test_a_key_that_is_absent(tmp_path: Path) -> None:
    """The sentence names it."""
    assert unreadable(tmp_path / "ada") == f"there is no key `{tmp_path / 'ada'}`"


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_a_key_that_others_can_reach(tmp_path: Path, mode: int) -> None:
    """Each single right of others is one too many."""
    path = tmp_path / "ada"
    write_key(new_key(), path, b"correct horse")
    path.chmod(mode)
    says = f"others may have read or changed `{path}`: make a new key, or `chmod 600` it if not"
    assert unreadable(path) == says


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    """And a file of which the last bytes were changed: nobody can tell the two apart."""
    path = tmp_path / "ada"
    write_key(new_key(), path, b"correct horse")
    says = f"the passphrase of `{path}` is wrong, or the file is not as rung wrote it"
    assert unreadable(path, b"correct horsf") == says
    lines = path.read_bytes().splitlines(keepends=True)
    lines[-2] = lines[-2][:4].swapcase() + lines[-2][4:]
    written(path, b"".join(lines))
    assert unreadable(path) == says
    written(path, lines[0])
    assert unreadable(path) == says


# A throw-away key on a curve that the library does not know: openssl genpkey -algorithm EC .. secp112r1, pkcs8 -topk8.
UNKNOWN_CURVE = b"""-----BEGIN ENCRYPTED PRIVATE KEY-----
MIG7MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhxM9LKM204ZgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKL0UKrUKst9jUMRgz3UGFYEYNI7
1PwstwGoemn5S769jY1auow7P9h/wWysiGUnRXjE7yWC3buQQabzc9x8ZroBB/ud
K18aAEntUSQUD9vDxntm93xZln6Zv1ksnbYuO0KmaX6CEPyexKiaa/kD1rw3Gw==
-----END ENCRYPTED PRIVATE KEY-----
"""


def test_keys_of_other_kinds(tmp_path: Path) -> None:
    """One that the library knows, and one that it does not."""
    known = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hello")
    )
    path = tmp_path / "ada"
    for content in (known, UNKNOWN_CURVE):
        written(path, content)
        says = f"`{path}` is not an Ed25519 key, and rung signs with no others: make a new key"
        assert unreadable(path, b"hello") == says


def test_a_key_of_openssh(tmp_path: Path) -> None:
    """The sentence says how to sign with it."""
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    path = written(tmp_path / "id_ed25519", content)
    says = f"`{path}` is a key of OpenSSH, which its own tools read: sign with `ssh-keygen -Y sign`"
    assert unreadable(path) == says


def test_a_key_without_a_passphrase(tmp_path: Path) -> None:
    """It is not taken, even if a passphrase was typed."""
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = written(tmp_path / "ada", content)
    assert unreadable(path) == f"`{path}` has no passphrase, so whoever copies the file can sign: make a new key"


@pytest.mark.parametrize("content", [b"", b"secret\n", LINE.encode()])
def test_what_is_no_private_key(tmp_path: Path, content: bytes) -> None:
    """Nothing of the file is repeated."""
    path = written(tmp_path / "ada", content)
    says = f"`{path}` is not a private key: it does not begin with `-----BEGIN ENCRYPTED PRIVATE KEY-----`"
    assert unreadable(path) == says


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to, and a name below a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert unreadable(pipe) == f"`{pipe}` is not a file"
    assert unreadable(tmp_path) == f"`{tmp_path}` is not a file"
    below = written(tmp_path / "ada", b"") / "key"
    assert unreadable(below) == f"`{below}` cannot be read: Not a directory"
