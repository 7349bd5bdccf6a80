"""RNG949: a file that was changed, cut or made by someone else is damaged, or shows that another sum is paid."""

from __future__ import annotations

import re

import pytest

from engine.bank.codes import DAMAGED_BANK_FILE
from engine.bank.control import Control, control_pain001, control_payables
from engine.bank.pain001 import pain001
from engine.bank.payables import payables_csv
from tests.engine.bank.made import instruction, payment

MADE = instruction(
    payment("E1", minor=1234), payment("E2", "P-2", minor=2566), payment("E3", "P-3", currency="KWD", minor=1001)
)
RIGHT = Control(3, {"EUR": 3800, "KWD": 1001})
FIGURES = re.compile(rb"(?<=<NbOfTxs>)[0-9.]+|(?<=<CtrlSum>)[0-9.]+|(?<=EUR\">)[0-9.]+|(?<=KWD\">)[0-9.]+")


def bank_file() -> bytes:
    """The bank file of three payments."""
    file, _ = pain001(MADE)
    assert file is not None
    return file.data


def damage(data: bytes, *, is_list: bool = False) -> str:
    """What is said of a file that must be damaged."""
    control, findings = control_payables(data, "x") if is_list else control_pain001(data, "x")
    (finding,) = findings
    assert (control, finding.code) == (None, DAMAGED_BANK_FILE.code)
    assert "repeat the command" in finding.help
    return finding.message.removeprefix("the payment file `x` is damaged: ")


def test_files_as_written() -> None:
    """Both have the count and the sums that were added by hand."""
    assert control_pain001(bank_file(), "x") == (RIGHT, ())
    assert control_payables(payables_csv(MADE), "x") == (RIGHT, ())


def test_layout_is_not_content() -> None:
    """Blanks between elements, another prefix and a comment change nothing."""
    text = bank_file().decode()
    assert control_pain001(text.replace("><", ">\n  <").encode(), "x")[0] == RIGHT
    prefixed = re.sub(r"<(/?)(?=[A-Z])", r"<\1p:", text).replace("xmlns=", "xmlns:p=")
    assert control_pain001(prefixed.encode(), "x")[0] == RIGHT
    assert control_pain001(text.replace("12.34", "12<!-- and -->.34").encode(), "x")[0] == RIGHT
    assert control_pain001(text.replace("UTF-8", "UTF-16").encode("utf-16"), "x")[0] == RIGHT


def test_every_changed_figure_is_damage() -> None:
    """No digit of a count, a sum or an amount can be another one."""
    data = bank_file()
    places = [
        place for match in FIGURES.finditer(data) for place in range(*match.span()) if data[place : place + 1] != b"."
    ]
    assert len(places) == 3 + (5 + 4 + 4) + (4 + 4 + 4)  # counts, sums, amounts
    for place in places:
        changed = data[:place] + (b"8" if data[place : place + 1] != b"8" else b"9") + data[place + 1 :]
        assert re.fullmatch(r"(it|a block of it) declares .* say otherwise", damage(changed))


def test_a_transfer_more_or_less_is_damage() -> None:
    """One that is gone, one that is there twice, one in another block."""
    text = bank_file().decode()
    transfers = re.findall("<CdtTrfTxInf>.*</CdtTrfTxInf>\n", text)
    assert len(transfers) == 3
    assert damage(text.replace(transfers[0], "").encode()) == (
        "a block of it declares `2` payments of `38.00` in all, and its payments say otherwise"
    )
    assert damage(text.replace(transfers[0], transfers[0] * 2).encode()) == "payment `E1` is in it twice"
    moved = text.replace(transfers[0], "").replace(transfers[2], transfers[2] + transfers[0])
    assert damage(moved.encode()).startswith("a block of it declares `2` payments")


def test_nothing_stands_for_what_is_missing() -> None:
    """A transfer without an amount has not that of the one before, and a block without a sum neither."""
    file, _ = pain001(instruction(payment("E1"), payment("E2"), payment("E3", currency="USD", minor=200)))
    assert file is not None
    text = file.data.decode()
    amount, sums = '<Amt><InstdAmt Ccy="EUR">1.00</InstdAmt></Amt>', "<CtrlSum>2.00</CtrlSum>"
    assert (text.count(amount), text.count(sums)) == (2, 2)
    last = text.rindex(amount)
    assert damage((text[:last] + text[last + len(amount) :]).encode()) == "the amount of payment `E2` is ` `"
    last = text.rindex(sums)
    assert damage((text[:last] + text[last + len(sums) :]).encode()).startswith(
        "a block of it declares `1` payments of ``"
    )


def test_a_file_that_agrees_with_itself_shows_what_it_pays() -> None:
    """Figures that were all changed alike: the caller sees other sums than were booked."""
    text = bank_file().decode()
    for before, after in (("12.34", "12.35"), ("38.00", "38.01"), ("39.001", "39.011")):
        text = text.replace(before, after)
    assert control_pain001(text.encode(), "x")[0] == Control(3, {"EUR": 3801, "KWD": 1001})
    other = bank_file().decode().replace('Ccy="EUR"', 'Ccy="USD"')
    assert control_pain001(other.encode(), "x")[0] == Control(3, {"USD": 3800, "KWD": 1001})


BOMB = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_a_document_type_is_refused() -> None:
    """Before its entities are read, in any encoding, and also if it is needless or elsewhere."""
    text = bank_file().decode()
    bomb = text.replace("<Document ", f"{BOMB}<Document ", 1).replace("12.34", "&b;")
    assert damage(bomb.encode()) == "it has a document type"
    assert damage(bomb.replace("UTF-8", "UTF-16").encode("utf-16")) == "it has a document type"
    foreign = text.replace("<Document ", '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document ', 1)
    assert damage(foreign.encode()) == "it has a document type"


def test_what_is_no_bank_file() -> None:
    """Not XML, cut, empty, another message, an unknown encoding, a document without payments."""
    text = bank_file().decode()
    for data in (
        b"",
        b"not XML",
        text[:-30].encode(),
        text[: len(text) // 2].encode(),
        b"\xff\xfe\x00",
        b"<a>\xe9</a>",
    ):
        assert damage(data) in ("it is not well-formed XML", "it is not a pain.001.001.09")
    assert damage(text[:-30].encode()) == "it is not well-formed XML"
    assert damage(text.replace("UTF-8", "x-unknown").encode()) == "it is not well-formed XML"
    assert damage(text.replace("001.001.09", "001.001.03").encode()) == "it is not a pain.001.001.09"
    assert damage(b"<Document/>") == "it is not a pain.001.001.09"
    empty = re.sub("(?s)<CstmrCdtTrfInitn>.*</CstmrCdtTrfInitn>", "", text)
    assert damage(empty.encode()) == "it declares `` payments of `` in all, and its payments say otherwise"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("12.34<", "12.340<", "the amount of payment `E1` is `12.340 EUR`"),
        ("12.34<", "12<", "the amount of payment `E1` is `12 EUR`"),
        ("12.34<", "-12.34<", "the amount of payment `E1` is `-12.34 EUR`"),
        ("12.34<", "0.00<", "the amount of payment `E1` is `0.00 EUR`"),
        ("12.34<", "1E1<", "the amount of payment `E1` is `1E1 EUR`"),
        ("12.34<", "１2.34<", "the amount of payment `E1` is `１2.34 EUR`"),  # noqa: RUF001 - a digit in full width
        ("12.34<", "<", "the amount of payment `E1` is ` EUR`"),
        ('Ccy="EUR">12', 'Ccy="XAU">12', "the amount of payment `E1` is `12.34 XAU`"),
        (' Ccy="EUR">12', ">12", "the amount of payment `E1` is `12.34 `"),
        ("<EndToEndId>E1</EndToEndId>", "<InstrId>E1</InstrId>", "a payment has no id"),
        ("E2<", "E1<", "payment `E1` is in it twice"),
        (
            "<CtrlSum>39.001<",
            "<CtrlSum>3.9001e1<",
            "it declares `3` payments of `3.9001e1` in all, and its payments say otherwise",
        ),
    ],
)
def test_figures_that_are_none(before: str, after: str, said: str) -> None:
    """Amounts have the digits of their currency, in ASCII, and are above zero."""
    text = bank_file().decode()
    assert before in text
    assert damage(text.replace(before, after).encode()) == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("12.34,", "12.35,", "payment `E1` is 12.35 and 1234 minor units"),
        ("1234,", "1235,", "payment `E1` is 12.34 and 1235 minor units"),
        ("12.34,", "12.3,", "the amount of payment `E1` is `12.3 EUR`"),
        ("E2", "E1", "payment `E1` is in it twice"),
        (",E2,", ",,", "a payment has no id"),
        (",E2,", ",", "a row has 7 cells instead of 8"),
        ("minor_units", "cents", "its first line does not name the columns"),
        ("P-2", '"P-2', "it is not comma-separated text"),
        ("P-2", "\udcff", "it is not comma-separated text"),
    ],
)
def test_a_changed_list_is_damage(before: str, after: str, said: str) -> None:
    """An amount is there twice, in two forms."""
    text = payables_csv(MADE).decode()
    assert before in text
    assert damage(text.replace(before, after, 1).encode(errors="surrogateescape"), is_list=True) == said


def test_an_empty_list_is_damage() -> None:
    """Not even the columns are there."""
    assert damage(b"", is_list=True) == "its first line does not name the columns"
