"""Signatures of texts in the form of OpenSSH, SSHSIG (PROTOCOL.sshsig): `ssh-keygen -Y sign` and `-Y verify`.

    armor    two marks, and base64 of the blob between them
    blob     SSHSIG, version, then strings: key, namespace, reserved, name of the hash, signature
    signed   SSHSIG, then strings: namespace, reserved, name of the hash, hash of the text

The namespace says what a signature is for: one of a plan is none of an e-mail.
"""

from __future__ import annotations

import hashlib

from engine.signing.keys import ALGORITHM, BadKey, PublicKey, SigningKey, parse_blob
from engine.signing.wire import base64_bytes, base64_text, packed, unpacked

BEGIN, END = "-----BEGIN SSH SIGNATURE-----\n", "\n-----END SSH SIGNATURE-----"
MAGIC = b"SSHSIG"
VERSION = (1).to_bytes(4, "big")
RESERVED = b""
HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
HASH = b"sha512"  # what ssh-keygen takes
COLUMNS = 70
LONGEST = 64 * 1024  # characters
SIZE = 64  # bytes of a signature
SHOWN = 80  # bytes of a foreign namespace


class BadSignature(Exception):
    """Why a signature does not count, in one sentence."""


def sign(key: SigningKey, namespace: str, message: bytes) -> str:
    """A signature of the message, with the bytes that `ssh-keygen -Y sign` writes. The namespace is not empty."""
    if not namespace:
        raise ValueError("a namespace must not be empty")
    name = namespace.encode()
    signature = packed(ALGORITHM.encode(), key.sign(_signed(name, HASH, message)))
    return _armored(MAGIC + VERSION + packed(key.public.blob, name, RESERVED, HASH, signature))


def verify(signature: str, namespace: str, message: bytes) -> PublicKey:
    """The key that made this signature of this message, for this namespace. BadSignature if none did.

    Whose key it is, and whether that person may sign, is not asked here.
    """
    try:
        (key, found, reserved, name, inner), rest = unpacked(_blob(signature), 5)
        public = parse_blob(key)  # what is in `inner` depends on it
        (algorithm, raw), more = unpacked(inner, 2)
    except BadKey as fault:
        raise BadSignature(f"the key of the signature is refused: {fault}") from None
    except ValueError:
        raise BadSignature("the signature is damaged: it ends too early") from None
    if rest or more:
        raise BadSignature("the signature is damaged: there are bytes after its end")
    if algorithm != ALGORITHM.encode() or len(raw) != SIZE:
        raise BadSignature(f"the signature is damaged: it is not of the type of its key, `{ALGORITHM}`")
    if reserved != RESERVED:
        raise BadSignature("the signature has a part that this version of rung does not know")
    if name not in HASHES:
        raise BadSignature("the signature has another hash than sha256 or sha512")
    if not found or found != namespace.encode():
        raise BadSignature(f"the signature is for {_shown(found)}, not for `{namespace}`")
    if not public.verifies(raw, _signed(found, name, message)):
        raise BadSignature("the signature is of another text, or was changed: the text must be the same to the byte")
    return public


def _signed(namespace: bytes, name: bytes, message: bytes) -> bytes:
    return MAGIC + packed(namespace, RESERVED, name, HASHES[name](message).digest())


def _armored(blob: bytes) -> str:
    text = base64_text(blob)
    return BEGIN + "\n".join(text[at : at + COLUMNS] for at in range(0, len(text), COLUMNS)) + END + "\n"


def _blob(signature: str) -> bytes:
    """What is between the marks, after the version.

    Lines may have any length, as not only ssh-keygen writes them, and line ends of Windows, as mail may change them.
    """
    if len(signature) > LONGEST:
        raise BadSignature(f"this is not a signature: it has more than {LONGEST:,} characters")
    signature = signature.replace("\r\n", "\n")
    if not signature.startswith(BEGIN):
        raise BadSignature(f"this is not a signature: the first line is not `{BEGIN.strip()}`")
    body, mark, after = signature.removeprefix(BEGIN).partition(END)
    if not mark:
        raise BadSignature(f"the signature is incomplete: there is no line `{END.strip()}`")
    if after not in ("", "\n"):
        raise BadSignature("there is something after the end of the signature")
    try:
        blob = base64_bytes(body.replace("\n", ""))
    except ValueError:
        raise BadSignature("the signature is damaged: what is between its marks is not base64") from None
    head = MAGIC + VERSION
    if not blob.startswith(head):
        raise BadSignature("this is not a signature of version 1, the one that ssh-keygen makes")
    return blob.removeprefix(head)


def _shown(namespace: bytes) -> str:
    """A foreign namespace, of which nothing reaches a terminal but printable characters."""
    return ascii(namespace[:SHOWN].decode("ascii", "backslashreplace")) if namespace else "no namespace"
