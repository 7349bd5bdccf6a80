"""Signatures: texts that ssh-keygen wrote, every changed bit, and every sentence with which one is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from engine.signing.keys import PublicKey, SigningKey, new_key
from engine.signing.sshsig import BadSignature, sign, verify

# The first key of RFC 8032, section 7.1, and what `ssh-keygen -Y sign -n rung-plan@v1` of OpenSSH 9.2 made with it,
# the second time with `-O hashalg=sha256`.
SECRET = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
KEY = PublicKey(RAW)
NAMESPACE = "rung-plan@v1"
MESSAGE = b"Pay 131 partners 46,880.01 USD\n"
SHA512 = """\
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg11qYAYKxCrfVS/7TyWQHOg7hcv
PapiMlrwIaaPcHURoAAAAMcnVuZy1wbGFuQHYxAAAAAAAAAAZzaGE1MTIAAABTAAAAC3Nz
aC1lZDI1NTE5AAAAQDrjAR45wUY9X7opf4S+7q22Fl4e1qlluIe/dtgv8OcxPAXmFlHDxB
wm/Jwx4gIzrcldKpTYsTCe5Su7Zi9qmgM=
-----END SSH SIGNATURE-----
"""
SHA256 = """\
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg11qYAYKxCrfVS/7TyWQHOg7hcv
PapiMlrwIaaPcHURoAAAAMcnVuZy1wbGFuQHYxAAAAAAAAAAZzaGEyNTYAAABTAAAAC3Nz
aC1lZDI1NTE5AAAAQICffGnl6RTOBfqxbN59uCPD7VxvXI/KKTzIwOIuNa2qfxlpOXDJxD
OvzzmlRDc2f/BbfM8mQ6JHNVDa0B/dfg0=
-----END SSH SIGNATURE-----
"""
# The same text and namespace, signed by ssh-keygen with a key of another type.
ECDSA = """\
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE
EEcpLtuGHb3RnB2iNgbXtisCYfAm8oAR9f8p0gOzmeY0RiswUs9EV5Notxt/0dO6NlcTcx
cZwECBXlmvA95+trYAAAAAxydW5nLXBsYW5AdjEAAAAAAAAABnNoYTUxMgAAAGUAAAATZW
Nkc2Etc2hhMi1uaXN0cDI1NgAAAEoAAAAhAMG78jwEw46BcYVteRVC+rj1aB+uKjpuNBZa
lkThUAAEAAAAIQC/ZvSXxZB0IcJ7MsbEh9QGVF6Gk6+IXniG+jM1EV+flQ==
-----END SSH SIGNATURE-----
"""
BEGIN, END = "-----BEGIN SSH SIGNATURE-----\n", "\n-----END SSH SIGNATURE-----\n"
BLOB = base64.b64decode("".join(SHA512.splitlines()[1:-1]))


def string(value: bytes) -> bytes:
    """A string of SSH, written by hand."""
    return len(value).to_bytes(4, "big") + value


def armored(blob: bytes, columns: int = 70) -> str:
    """Marks around base64, in lines of this length."""
    text = base64.b64encode(blob).decode()
    return BEGIN + "\n".join(text[at : at + columns] for at in range(0, len(text), columns)) + END


def made(
    version: int = 1,
    key: bytes = string(b"ssh-ed25519") + string(RAW),
    namespace: bytes = NAMESPACE.encode(),
    reserved: bytes = b"",
    name: bytes = b"sha512",
    algorithm: bytes = b"ssh-ed25519",
    size: int = 64,
    inside: bytes = b"",
) -> str:
    """A signature put together by PROTOCOL.sshsig. With another value it is signed as well, so only that is wrong."""
    digest = hashlib.new(name.decode(), MESSAGE).digest()
    signed = b"SSHSIG" + string(namespace) + string(reserved) + string(name) + string(digest)
    signature = string(algorithm) + string(SECRET.sign(signed).ljust(size, b"\0")[:size]) + inside
    parts = (key, namespace, reserved, name, signature)
    return armored(b"SSHSIG" + version.to_bytes(4, "big") + b"".join(map(string, parts)))


def refusal(signature: str, namespace: str = NAMESPACE, message: bytes = MESSAGE) -> str:
    """The sentence with which a signature is refused."""
    with pytest.raises(BadSignature) as refused:
        verify(signature, namespace, message)
    return str(refused.value)


def test_a_signature_is_what_ssh_keygen_writes() -> None:
    """To the byte; and the parts put together by the protocol are the same again."""
    assert sign(SigningKey(SECRET), NAMESPACE, MESSAGE) == SHA512 == made()


@pytest.mark.parametrize(
    "signature",
    [
        SHA512,
        SHA256,
        SHA512.removesuffix("\n"),
        SHA512.replace("\n", "\r\n"),
        armored(BLOB, 76),
        armored(BLOB, 1000),
    ],
    ids=["sha512", "sha256", "no last line end", "line ends of Windows", "columns of the protocol", "one line"],
)
def test_signatures_of_ssh_keygen_are_verified(signature: str) -> None:
    """With both hashes, and in lines as other programs write them."""
    assert verify(signature, NAMESPACE, MESSAGE) == KEY


def test_no_bit_can_be_changed() -> None:
    """Of the bytes that are signed or sign."""
    for at in range(len(BLOB) * 8):
        changed = bytearray(BLOB)
        changed[at // 8] ^= 1 << at % 8
        assert refusal(armored(bytes(changed)))


def test_no_bit_of_the_text_can_be_changed() -> None:
    """Marks, base64 and line ends."""
    text = SHA512.encode()
    for at in range(len(text) * 8):
        changed = bytearray(text)
        changed[at // 8] ^= 1 << at % 8
        assert refusal(changed.decode("latin-1"))


def test_no_bit_of_the_message_can_be_changed() -> None:
    """Of what was signed."""
    for at in range(len(MESSAGE) * 8):
        changed = bytearray(MESSAGE)
        changed[at // 8] ^= 1 << at % 8
        assert refusal(SHA512, message=bytes(changed)) == OTHER_TEXT


def test_no_part_is_enough() -> None:
    """Every beginning of the text but the one without the last line end, and every beginning of the bytes."""
    for length in range(len(SHA512) - 1):
        assert refusal(SHA512[:length])
    for length in range(len(BLOB)):
        assert refusal(armored(BLOB[:length]))


OTHER_TEXT = "the signature is of another text, or was changed: the text must be the same to the byte"
EARLY = "the signature is damaged: it ends too early"
LATE = "the signature is damaged: there are bytes after its end"
AFTER = "there is something after the end of the signature"
NO_BASE64 = "the signature is damaged: what is between its marks is not base64"
NOT_FIRST = "this is not a signature: the first line is not `-----BEGIN SSH SIGNATURE-----`"
NO_END = "the signature is incomplete: there is no line `-----END SSH SIGNATURE-----`"
VERSION = "this is not a signature of version 1, the one that ssh-keygen makes"
KIND = "the signature is damaged: it is not of the type of its key, `ssh-ed25519`"
HASH = "the signature has another hash than sha256 or sha512"
REFUSED = "the key of the signature is refused: "
SECURITY = b"sk-ssh-ed25519@openssh.com"
SECURITY_KEY = string(SECURITY) + string(RAW) + string(b"ssh:")
DEVICE = (
    f"{REFUSED}keys of security devices (`sk-ssh-ed25519@openssh.com`) are not supported: use one of type `ssh-ed25519`"
)


@pytest.mark.parametrize(
    ("signature", "says"),
    [
        ("", NOT_FIRST),
        ("x" * 65_536, NOT_FIRST),
        ("x" * 65_537, "this is not a signature: it has more than 65,536 characters"),
        ("-----BEGIN PGP SIGNATURE-----\n", NOT_FIRST),
        ("\n" + SHA512, NOT_FIRST),
        ("\ufeff" + SHA512, NOT_FIRST),
        (SHA512.replace("\n", "\r"), NOT_FIRST),
        (SHA512.replace("9\n", "9\r\r\n").replace("cv\n", "cv\r\r\n"), NO_BASE64),
        (SHA512.replace("-----END", "----- END"), NO_END),
        (SHA512[:200], NO_END),
        (SHA512 + "\n", AFTER),
        (SHA512 + SHA512, AFTER),
        (SHA512.rstrip("\n") + " ", AFTER),
        (BEGIN + SHA512, NO_BASE64),
        (SHA512.replace("M=\n", "N=\n"), NO_BASE64),
        (SHA512.replace("M=\n", "M\n"), NO_BASE64),
        (SHA512.replace("M=\n", "M==\n"), NO_BASE64),
        (SHA512.replace("+", "-"), NO_BASE64),
        (SHA512.replace("+", "é"), NO_BASE64),
        (SHA512.replace("\n", "\n ", 1), NO_BASE64),
        (BEGIN + END, VERSION),
        (armored(b"SSHSIH" + BLOB[6:]), VERSION),
        (made(version=2), VERSION),
        (made(version=0), VERSION),
        (armored(BLOB[:10]), EARLY),
        (armored(BLOB[:-1]), EARLY),
        (armored(BLOB[:10] + b"\xff\xff\xff\xff" + BLOB[14:]), EARLY),
        (armored(BLOB + b"\0"), LATE),
        (armored(BLOB + string(b"")), LATE),
        (made(inside=b"\0"), LATE),
        (made(size=63), KIND),
        (made(size=65), KIND),
        (made(size=0), KIND),
        (made(algorithm=b"ssh-rsa"), KIND),
        (made(reserved=b"x"), "the signature has a part that this version of rung does not know"),
        (made(name=b"sha1"), HASH),
        (made(name=b"sha384"), HASH),
        (made(namespace=b"file"), "the signature is for 'file', not for `rung-plan@v1`"),
        (made(namespace=b"rung-plan@v1\0"), r"the signature is for 'rung-plan@v1\x00', not for `rung-plan@v1`"),
        (made(namespace=b""), "the signature is for no namespace, not for `rung-plan@v1`"),
        (made(namespace=b"\x1b[31m\xff"), r"the signature is for '\x1b[31m\\xff', not for `rung-plan@v1`"),
        (made(namespace=b"n" * 1000), f"the signature is for '{'n' * 80}', not for `rung-plan@v1`"),
        (
            ECDSA,
            f"{REFUSED}keys of this type (`ecdsa-sha2-nistp256`) are not supported: use one of type `ssh-ed25519`",
        ),
        (made(key=SECURITY_KEY, algorithm=SECURITY, inside=b"\x01\0\0\0\x07"), DEVICE),  # with flags and counter
        (made(key=SECURITY_KEY, algorithm=SECURITY), DEVICE),
        (
            made(key=string(b"ssh-ed25519") + string(RAW[:-1])),
            f"{REFUSED}the public key is damaged: copy its line again from the file whose name ends in `.pub`",
        ),
        (
            made(key=string(b"ssh-ed25519") + string((1).to_bytes(32, "little"))),
            f"{REFUSED}the public key is unsafe: anyone can make signatures for it; make a new key",
        ),
        (made(key=string(b"ssh-ed25519") + string(new_key().public.raw)), OTHER_TEXT),
    ],
)
def test_every_refusal(signature: str, says: str) -> None:
    """One thing is wrong, and the sentence says which."""
    assert refusal(signature) == says


def test_a_signature_of_another_text() -> None:
    """Another line end is another text."""
    assert refusal(SHA512, message=MESSAGE.replace(b"\n", b"\r\n")) == OTHER_TEXT
    assert refusal(SHA512, message=b"") == OTHER_TEXT


def test_a_signature_for_another_purpose() -> None:
    """One of a plan is none of anything else."""
    assert refusal(SHA512, namespace="rung-head@v1") == "the signature is for 'rung-plan@v1', not for `rung-head@v1`"


def test_a_namespace_is_never_empty() -> None:
    """To sign without one is a mistake of the caller; to verify without one finds no signature good."""
    with pytest.raises(ValueError, match="a namespace must not be empty"):
        sign(new_key(), "", MESSAGE)
    assert refusal(made(namespace=b""), namespace="") == "the signature is for no namespace, not for ``"


def test_s_is_below_the_order() -> None:
    """RFC 8032, section 5.1.7: the order of the group added to S would make a second signature of the same text."""
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(BLOB[-32:], "little") + order
    assert refusal(armored(BLOB[:-32] + s.to_bytes(32, "little"))) == OTHER_TEXT


NAMESPACES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.binary(), NAMESPACES, st.binary(), NAMESPACES)
def test_what_is_signed_is_verified(message: bytes, namespace: str, other: bytes, purpose: str) -> None:
    """For any bytes and any purpose, and for no others."""
    key = new_key()
    signature = sign(key, namespace, message)
    assert verify(signature, namespace, message) == key.public
    assert signature.isascii()
    if other != message:
        assert refusal(signature, namespace, other) == OTHER_TEXT
    if purpose != namespace:
        assert refusal(signature, purpose, message).endswith(f", not for `{purpose}`")


@given(st.text())
def test_any_text_is_refused_with_a_sentence(text: str) -> None:
    """Alone, between the marks, and as bytes of a blob."""
    assert refusal(text)
    assert refusal(BEGIN + text + END)
    assert refusal(armored(BLOB[:10] + text.encode("utf-8", "surrogatepass")))
