"""Ed25519 keys of persons: public keys as SSH writes them, private keys in files under a passphrase."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from engine.signing.wire import LENGTH, base64_bytes, base64_text, packed, unpacked

ALGORITHM = "ssh-ed25519"
SIZE = 32  # bytes of a public key
LONGEST_PASSPHRASE = 1023  # bytes that OpenSSL takes
LONGEST_FILE = 64 * 1024
PRIVATE_FOLDER, PRIVATE, PUBLIC = 0o700, 0o600, 0o644
OTHERS = stat.S_IRWXG | stat.S_IRWXO
ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
PLAIN = b"-----BEGIN PRIVATE KEY-----"
OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"

TYPE = re.compile(r"(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60}")
NOT_A_KEY = f"this is not a public key: give the line `{ALGORITHM} AAAA..` of the file whose name ends in `.pub`"
DAMAGED = "the public key is damaged: copy its line again from the file whose name ends in `.pub`"
WEAK = "the public key is unsafe: anyone can make signatures for it; make a new key"

# Points of a small order, by their y. A public key that is one of them signs everything: whoever enrols it can say
# later that somebody else signed. OpenSSL and OpenSSH take such keys.
PRIME = 2**255 - 19
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = frozenset({0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8})


class BadKey(Exception):
    """Why a text or a file is not a key that is taken, in one sentence. It repeats nothing that may be secret."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The 32 bytes of RFC 8032. BadKey for another length, and for a key that signs everything."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != SIZE:
            raise BadKey(DAMAGED)
        y = int.from_bytes(self.raw, "little") % 2**255  # the last bit is the sign of x
        if y % PRIME in SMALL_ORDER:
            raise BadKey(WEAK)

    @property
    def blob(self) -> bytes:
        """The key as SSH sends it."""
        return packed(ALGORITHM.encode(), self.raw)

    @property
    def text(self) -> str:
        """The line of a `.pub` file, without a comment."""
        return f"{ALGORITHM} {base64_text(self.blob)}"

    @property
    def fingerprint(self) -> str:
        """What `ssh-keygen -l` shows."""
        return "SHA256:" + base64_text(hashlib.sha256(self.blob).digest()).rstrip("=")

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether these 64 bytes are a signature of the data with this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SigningKey:
    """A private key. Nothing shows it, and it leaves only encrypted."""

    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    @property
    def public(self) -> PublicKey:
        """The other half, which everyone may know."""
        return PublicKey(self._private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of a signature."""
        return self._private.sign(data)

    def encrypted(self, passphrase: bytes) -> bytes:
        """The key as PKCS8 in PEM, which OpenSSL can read, too."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))


def new_key() -> SigningKey:
    """A key nobody has, from the random source of the system."""
    return SigningKey(Ed25519PrivateKey.generate())


def parse_public_key(text: str) -> PublicKey:
    """The key in the line of a `.pub` file; a comment after it is passed over. BadKey for anything else."""
    fields = text.split(maxsplit=2)
    if len(fields) < 2 or len(text.strip().splitlines()) > 1 or not TYPE.fullmatch(fields[0]):
        raise BadKey(NOT_A_KEY)
    if fields[0] != ALGORITHM:
        raise _unsupported(fields[0])
    try:
        return parse_blob(base64_bytes(fields[1]))
    except ValueError:
        raise BadKey(DAMAGED) from None


def parse_blob(blob: bytes) -> PublicKey:
    """The key as SSH sends it. BadKey for another type, or bytes too few or too many."""
    try:
        (name,), rest = unpacked(blob, 1)
    except ValueError:
        raise BadKey(DAMAGED) from None
    if name != ALGORITHM.encode():
        raise _unsupported(name.decode("ascii", "replace"))
    key = PublicKey(rest[LENGTH:])
    if key.blob != blob:
        raise BadKey(DAMAGED)
    return key


def _unsupported(name: str) -> BadKey:
    if not TYPE.fullmatch(name):
        return BadKey(DAMAGED)
    what = "keys of security devices" if name.startswith("sk-") else "keys of this type"
    return BadKey(f"{what} (`{name}`) are not supported: use one of type `{ALGORITHM}`")


def write_key(key: SigningKey, path: Path, passphrase: bytes) -> None:
    """Write the key to a new file that others cannot read, and its public line beside it, to `NAME.pub`.

    Both are on the disk at the end. If one cannot be written, the other is removed. BadKey if one of them exists, or
    the passphrase cannot be used.
    """
    _check(passphrase)
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    line = f"{key.public.text}\n".encode()
    beside = path.with_name(f"{path.name}.pub")
    with _new_file(path, key.encrypted(passphrase), PRIVATE), _new_file(beside, line, PUBLIC):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _new_file(path: Path, content: bytes, mode: int) -> Iterator[None]:
    """A file that was not there before, complete on the disk; it is removed if this or what follows fails."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise BadKey(f"`{path}` exists, and a key is never replaced: choose another name") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_key(path: Path, passphrase: bytes) -> SigningKey:
    """The key in a file. BadKey if there is none, others have rights to it, or the passphrase is wrong."""
    content = _read_private(path)
    if content.startswith(OPENSSH):
        raise BadKey(f"`{path}` is a key of OpenSSH, which its own tools read: sign with `ssh-keygen -Y sign`")
    if content.startswith(PLAIN):
        raise BadKey(f"`{path}` has no passphrase, so whoever copies the file can sign: make a new key")
    if not content.startswith(ENCRYPTED):
        raise BadKey(f"`{path}` is not a private key: it does not begin with `{ENCRYPTED.decode()}`")
    _check(passphrase)
    private: object = None
    try:
        private = load_pem_private_key(content, passphrase)
    except ValueError:  # the same for both: what comes out makes no sense
        raise BadKey(f"the passphrase of `{path}` is wrong, or the file is not as rung wrote it") from None
    except UnsupportedAlgorithm:
        pass
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey(f"`{path}` is not an Ed25519 key, and rung signs with no others: make a new key")
    return SigningKey(private)


def _read_private(path: Path) -> bytes:
    """What is in a file that is ours alone. It is looked at when it is open: it is the one that is read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe is not waited for
    except FileNotFoundError:
        raise BadKey(f"there is no key `{path}`") from None
    except OSError as fault:
        raise BadKey(f"`{path}` cannot be read: {fault.strerror}") from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise BadKey(f"`{path}` is not a file")
        if mode & OTHERS:
            raise BadKey(f"others may have read or changed `{path}`: make a new key, or `chmod 600` it if not")
        return os.read(handle, LONGEST_FILE)
    finally:
        os.close(handle)


def _check(passphrase: bytes) -> None:
    if not passphrase:
        raise BadKey("the passphrase is empty: without one, whoever copies the file can sign")
    if len(passphrase) > LONGEST_PASSPHRASE:
        raise BadKey(f"the passphrase is longer than {LONGEST_PASSPHRASE:,} bytes: use a shorter one")
