"""The bank file, against the XSD of ISO 20022, another XML library, and a file that was written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.bank.characters import transliterated
from engine.bank.control import Control, control_pain001
from engine.bank.instruction import Account, Instruction, Payment, message_id
from engine.bank.pain001 import Change, Written, leaf, pain001
from tests.engine.bank.made import DEBTOR, NORTH, PLAN_HASH, instruction, instructions, leaves, payment, schema


def written(instruction: Instruction) -> Written:
    """The file of an instruction that has no faults."""
    file, findings = pain001(instruction)
    assert file is not None, findings
    assert findings == ()
    return file


BY_HAND = """
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>RAAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT</MsgId>
      <CreDtTm>2026-10-28T09:00:00Z</CreDtTm>
      <NbOfTxs>4</NbOfTxs>
      <CtrlSum>6312.844</CtrlSum>
      <InitgPty><Nm>Acme Software AG</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>plan-7c1e40aa-EUR</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>2</NbOfTxs>
      <CtrlSum>1312.34</CtrlSum>
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>
      <ReqdExctnDt><Dt>2026-10-30</Dt></ReqdExctnDt>
      <Dbtr>
        <Nm>Acme Software AG</Nm>
        <PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr>
      </Dbtr>
      <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>E2</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">1300.00</InstdAmt></Amt>
        <CdtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></CdtrAgt>
        <Cdtr>
          <Nm>Nordwind B.V.</Nm>
        </Cdtr>
        <CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>Rebate 2026-Q3</Ustrd></RmtInf>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>E1</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">12.34</InstdAmt></Amt>
        <Cdtr>
          <Nm>Cafe Creme + Fils</Nm>
          <PstlAdr><TwnNm>Nimes</TwnNm><Ctry>FR</Ctry></PstlAdr>
        </Cdtr>
        <CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct>
      </CdtTrfTxInf>
    </PmtInf>
    <PmtInf>
      <PmtInfId>plan-7c1e40aa-JPY</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>5000</CtrlSum>
      <ReqdExctnDt><Dt>2026-10-30</Dt></ReqdExctnDt>
      <Dbtr>
        <Nm>Acme Software AG</Nm>
        <PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr>
      </Dbtr>
      <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>
      <ChrgBr>SHAR</ChrgBr>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>E3</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="JPY">5000</InstdAmt></Amt>
        <CdtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></CdtrAgt>
        <Cdtr>
          <Nm>Nordwind B.V.</Nm>
        </Cdtr>
        <CdtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>Rebate 2026-Q3</Ustrd></RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
    <PmtInf>
      <PmtInfId>plan-7c1e40aa-KWD</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <NbOfTxs>1</NbOfTxs>
      <CtrlSum>0.504</CtrlSum>
      <ReqdExctnDt><Dt>2026-10-30</Dt></ReqdExctnDt>
      <Dbtr>
        <Nm>Acme Software AG</Nm>
        <PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr>
      </Dbtr>
      <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>
      <ChrgBr>SHAR</ChrgBr>
      <CdtTrfTxInf>
        <PmtId><EndToEndId>E4</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="KWD">0.504</InstdAmt></Amt>
        <Cdtr>
          <Nm>Gulf Trading</Nm>
        </Cdtr>
        <CdtrAcct><Id><IBAN>KW81CBKU0000000000001234560101</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>Rebate 2026-Q3</Ustrd></RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"""


def test_the_file_that_was_written_by_hand() -> None:
    """Euros as SEPA has them, yen without decimals, dinars with three; the XSD accepts it."""
    cafe = Account("Café Crème & Fils", "FR14 2004 1010 0505 0001 3M02 606", "", "FR", "Nîmes")
    gulf = Account("Gulf Trading", "KW81CBKU0000000000001234560101")
    paid = (
        payment("E4", "P-4", gulf, "KWD", 504),
        payment("E1", "P-2", cafe, "EUR", 1234, text=""),
        payment("E3", "P-1", NORTH, "JPY", 5000),
        payment("E2", "P-1", NORTH, "EUR", 130_000),
    )
    file = written(instruction(*paid))
    assert ElementTree.canonicalize(file.data.decode(), strip_text=True) == ElementTree.canonicalize(
        BY_HAND, strip_text=True
    )
    assert schema().validate(etree.fromstring(file.data)), schema().error_log
    assert file.data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Document ')
    assert file.data.endswith(b"</Document>\n")
    assert file.changed == (
        Change("P-2", "name", "Café Crème & Fils", "Cafe Creme + Fils"),
        Change("P-2", "town", "Nîmes", "Nimes"),
    )


@given(instructions(), st.randoms(use_true_random=False))
def test_every_instruction(made: Instruction, dice: Random) -> None:
    """A valid file, the same bytes twice and in whatever order payments come, whose count and sums are those paid."""
    file = written(made)
    assert schema().validate(etree.fromstring(file.data)), schema().error_log
    shuffled = list(made.payments)
    dice.shuffle(shuffled)
    assert written(replace(made, payments=tuple(shuffled))) == file
    sums: dict[str, int] = {}
    for each in made.payments:
        sums[each.currency] = sums.get(each.currency, 0) + each.minor
    assert control_pain001(file.data, "x.xml") == (Control(len(made.payments), sums), ())


@given(instructions())
def test_all_that_differs_is_listed_and_nothing_else(made: Instruction) -> None:
    """For each payee and for the payer: every name and text that the file has in another form."""
    file = written(made)
    names = zip(made.payments, leaves(file.data, "PmtInf/CdtTrfTxInf/Cdtr/Nm"), strict=True)
    of_names = [Change(each.payee, "name", each.account.name, name) for each, name in names if each.account]
    shown = iter(leaves(file.data, "PmtInf/CdtTrfTxInf/RmtInf/Ustrd"))
    of_texts = [
        Change(each.payee, "text", each.text, next(shown) if transliterated(each.text) else "")
        for each in made.payments
    ]
    assert list(shown) == []
    for field, candidates in (("name", of_names), ("text", of_texts)):
        listed = [each for each in file.changed if each.field == field and each.of]
        assert listed == [each for each in candidates if each.before != each.after]


def test_five_hundred_payments() -> None:
    """1.01 + 1.02 + .. + 6.00 dollars and euros by turns; counted and added by another library."""
    paid = [payment(f"E{n}", f"P-{n}", currency="USD" if n % 2 else "EUR", minor=100 + n) for n in range(1, 501)]
    data = written(instruction(*paid)).data
    assert schema().validate(etree.fromstring(data))
    assert leaves(data, "GrpHdr/NbOfTxs") == ["500"]
    assert leaves(data, "GrpHdr/CtrlSum") == ["1752.50"]
    assert leaves(data, "PmtInf/NbOfTxs") == ["250", "250"]
    assert leaves(data, "PmtInf/CtrlSum") == ["877.50", "875.00"]
    assert len(leaves(data, "PmtInf/CdtTrfTxInf/Amt/InstdAmt")) == 500
    assert control_pain001(data, "x")[0] == Control(500, {"EUR": 87_750, "USD": 87_500})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=cmd|' /C calc'!A0", ".cmd/' /C calc'.A0"),
        ("+1", "+1"),
        ("@SUM(A1)", "(at)SUM(A1)"),
        ("\tTab first", "Tab first"),
        ("\rReturn first", "Return first"),
        ("\uff1d1+1", ".1+1"),
        ("-5.00", "-5.00"),
        ("René \U0001f600", "Rene ."),
        ("A<b>&\"'\x00\x1f]]>", "A(b)+'' )))"),
        ("x" * 150, "x" * 70),
        ("x" * 69 + " y", "x" * 69),
    ],
)
def test_names_that_are_dangerous_elsewhere(name: str, shown: str) -> None:
    """In a bank file they are text in the characters and the length that banks take; what this changes is listed."""
    file = written(instruction(payment(account=replace(NORTH, name=name))))
    assert leaves(file.data, "PmtInf/CdtTrfTxInf/Cdtr/Nm") == [shown]
    assert file.changed == ((Change("P-1", "name", name, shown),) if name != shown else ())
    assert schema().validate(etree.fromstring(file.data))


def test_signs_of_xml_are_escaped() -> None:
    """Texts have none of them when they come here; should a writer forget to make it so, the file is still XML."""
    assert leaf("Nm", "A & <B> ]]>") == "<Nm>A &amp; &lt;B&gt; ]]&gt;</Nm>"


def test_texts_are_cut_and_references_are_not() -> None:
    """A text has at most 140 characters, whatever its slashes; a reference with two or of 36 characters is refused."""
    file = written(instruction(payment(text="a//b/" + "x" * 200)))
    assert leaves(file.data, "PmtInf/CdtTrfTxInf/RmtInf/Ustrd") == ["a//b/" + "x" * 135]
    assert file.changed == (Change("P-1", "text", "a//b/" + "x" * 200, "a//b/" + "x" * 135),)
    for id in ("a//b", "x" * 36):
        refused, findings = pain001(instruction(payment(id)))
        assert (refused, [each.code for each in findings]) == (None, ["RNG946"])


def test_addresses() -> None:
    """Town and country, or nothing: half an address is left out, and this is listed."""
    halves = [("NL", ""), ("", "Den Haag"), ("NL", "株"), ("NL", "T" * 40), ("", "")]
    paid = [
        payment(f"E{n}", f"P-{n}", replace(NORTH, country=country, town=town))
        for n, (country, town) in enumerate(halves)
    ]
    file = written(instruction(*paid))
    assert leaves(file.data, "PmtInf/CdtTrfTxInf/Cdtr/PstlAdr/TwnNm") == ["T" * 35]
    assert leaves(file.data, "PmtInf/CdtTrfTxInf/Cdtr/PstlAdr/Ctry") == ["NL"]
    assert file.changed == (
        Change("P-0", "address", "NL", ""),
        Change("P-1", "address", "Den Haag", ""),
        Change("P-2", "address", "株 NL", ""),
        Change("P-3", "town", "T" * 40, "T" * 35),
    )


def test_the_payer() -> None:
    """Changes to its name are listed once; without a BIC, its bank is not provided, as SEPA allows."""
    debtor = replace(DEBTOR, name="Ächme", bic="", town="")
    file = written(instruction(payment("E1"), payment("E2"), debtor=debtor))
    assert file.changed == (Change("", "name", "Ächme", "Achme"), Change("", "address", "DE", ""))
    assert leaves(file.data, "GrpHdr/InitgPty/Nm") == leaves(file.data, "PmtInf/Dbtr/Nm") == ["Achme"]
    assert leaves(file.data, "PmtInf/DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    assert schema().validate(etree.fromstring(file.data))


def test_nothing_is_written_of_what_a_bank_would_refuse() -> None:
    """One wrong payment stops the file, and so does a missing account."""
    wrong = payment("E2", account=Account("B", "NL00BANK1234567890"))
    for made, code in (
        (instruction(payment(), wrong), "RNG940"),
        (instruction(payment(account=None)), "RNG943"),
        (instruction(payment(), debtor=None), "RNG943"),
    ):
        file, findings = pain001(made)
        assert (file, [each.code for each in findings]) == (None, [code])


def test_the_file_depends_on_the_instruction_alone() -> None:
    """Another message id, time, day or plan is in the file, and is all that differs."""
    made = Instruction("plan-1", message_id(PLAN_HASH), "2026-10-28T09:00:00+01:00", date(2026, 10, 30), DEBTOR,
                       (Payment("E1", "P-1", "n", NORTH, "EUR", 1, "t"),))  # fmt: skip
    data = written(made).data.decode()
    for other, before, after in (
        (replace(made, message_id="R2"), made.message_id, "R2"),
        (replace(made, created="2026-10-28T10:00:00Z"), made.created, "2026-10-28T10:00:00Z"),
        (replace(made, pay_on=date(2026, 11, 2)), "2026-10-30", "2026-11-02"),
        (replace(made, plan="plan-2"), "plan-1", "plan-2"),
    ):
        assert written(other).data.decode() == data.replace(before, after) != data
