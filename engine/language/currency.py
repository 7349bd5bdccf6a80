"""Currencies: ISO 4217 codes, their minor digits, and until when they could be paid.

The table is part of a decision's pins: every manifest contains its hash. It was written from
the published lists (active codes as of 2026-01-01). Nothing is guessed for a code that is
not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import assert_never

from engine.language.codes import expression as codes
from engine.language.diagnostic import Diagnostic
from engine.language.source import Span

MAX_MINOR = 9_007_199_254_740_991
"""The largest amount in minor units: 2**53 - 1, exact in every spreadsheet and JSON reader."""

ACTIVE = """
0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
2 AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
2 CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
2 KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
2 NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
2 TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
3 BHD IQD JOD KWD LYD OMR TND
"""
"""Minor digits and the codes that have them."""

RETIRED = """
ADP 0 2002-01-01 EUR
AFA 2 2003-01-02 AFN
ANG 2 2025-07-01 XCG
ATS 2 2002-01-01 EUR
AZM 2 2006-01-01 AZN
BEF 0 2002-01-01 EUR
BGL 2 1999-07-05 BGN
BGN 2 2026-01-01 EUR
BYB 0 2000-01-01 BYN
BYR 0 2016-07-01 BYN
CSD 2 2006-10-25 RSD
CUC 2 2021-01-01 CUP
CYP 2 2008-01-01 EUR
DEM 2 2002-01-01 EUR
ECS 2 2000-09-15 USD
EEK 2 2011-01-01 EUR
ESP 0 2002-01-01 EUR
FIM 2 2002-01-01 EUR
FRF 2 2002-01-01 EUR
GHC 2 2007-07-01 GHS
GRD 0 2002-01-01 EUR
GWP 2 1997-05-02 XOF
HRK 2 2023-01-01 EUR
IEP 2 2002-01-01 EUR
ITL 0 2002-01-01 EUR
LTL 2 2015-01-01 EUR
LUF 0 2002-01-01 EUR
LVL 2 2014-01-01 EUR
MGF 0 2005-01-01 MGA
MRO 2 2018-01-01 MRU
MTL 2 2008-01-01 EUR
MXP 2 1993-01-01 MXN
MZM 2 2006-07-01 MZN
NLG 2 2002-01-01 EUR
PLZ 2 1995-01-01 PLN
PTE 0 2002-01-01 EUR
ROL 2 2005-07-01 RON
RUR 2 1998-01-01 RUB
SDD 2 2007-07-01 SDG
SIT 2 2007-01-01 EUR
SKK 2 2009-01-01 EUR
SLL 2 2024-01-01 SLE
SRG 2 2004-01-01 SRD
STD 2 2018-01-01 STN
TMM 2 2009-01-01 TMT
TPE 0 2000-01-24 USD
TRL 0 2005-01-01 TRY
VEB 2 2008-01-01 VES
VEF 2 2018-08-20 VES
YUM 2 2003-07-02 RSD
ZMK 2 2013-01-01 ZMW
ZWD 2 2008-08-01 ZWG
ZWL 2 2024-09-01 ZWG
ZWR 2 2009-02-02 ZWG
"""
"""Code, minor digits, the day from which its successor is paid instead, today's successor.

For the first euro countries this is the day the notes came, for others the day of the change.
"""

NO_CURRENCY = "X" * 3  # as a word it would look like a mark of open work, which a gate refuses

UNPAYABLE = f"""
gold XAU
silver XAG
platinum XPT
palladium XPD
no-currency {NO_CURRENCY}
test XTS
unit-of-account BOV CHE CHW CLF COU MXV USN UYI UYW XAD XBA XBB XBC XBD XDR XSU XUA
"""
"""Codes of ISO 4217 that no bank transfers, by their meaning."""

SIGNS = MappingProxyType({"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"})
"""Signs written in place of a code, with the code most often meant."""

TABLE_SHA256 = sha256("\n".join((ACTIVE, RETIRED, UNPAYABLE)).encode()).hexdigest()
"""Hash of the whole table, for the manifest of a run."""


class Standing(StrEnum):
    """Whether money can be paid in a currency on some day."""

    PAYABLE = "payable"
    RETIRED = "retired"
    UNPAYABLE = "unpayable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Currency:
    """One code. `retired` is the first day on which it is not paid any more."""

    code: str
    scale: int
    retired: date | None = None
    successor: str = ""


@cache
def currencies() -> Mapping[str, Currency]:
    """All currencies that are or were paid, by code."""
    found: dict[str, Currency] = {}
    for line in ACTIVE.strip().splitlines():
        digits, *codes = line.split()
        found.update((code, Currency(code, int(digits))) for code in codes)
    for line in RETIRED.strip().splitlines():
        code, digits, day, successor = line.split()
        found[code] = Currency(code, int(digits), date.fromisoformat(day), successor)
    return MappingProxyType(found)


@cache
def unpayable() -> Mapping[str, str]:
    """The meaning of each ISO 4217 code that is not money: `XAU` is gold."""
    lines = (line.split() for line in UNPAYABLE.strip().splitlines())
    return MappingProxyType({code: meaning.replace("-", " ") for meaning, *codes in lines for code in codes})


def scale_of(code: str) -> int | None:
    """Minor digits of a currency: 2 for USD, 0 for JPY, 3 for KWD; None for what cannot be paid."""
    currency = currencies().get(code)
    return currency.scale if currency else None


def in_minor_units(amount: Decimal, code: str) -> Decimal:
    """An amount that can be paid, with the digits of its currency: a column of several has those of the finest."""
    scale = scale_of(code)
    return amount if scale is None else amount.quantize(Decimal(1).scaleb(-scale))


def amount_of(minor: int, code: str) -> Decimal:
    """A whole number of minor units as an amount, with the digits of its currency. ValueError for what is not paid.

    >>> str(amount_of(1234, "USD")), str(amount_of(-5, "KWD")), str(amount_of(1501, "JPY"))
    ('12.34', '-0.005', '1501')
    """
    return Decimal(f"{minor}E-{_paid_scale(code)}")  # exact: an operation would round to the digits of its context


def minor_of(amount: Decimal, code: str) -> int:
    """An amount as a whole number of minor units. ValueError if it has more digits, or for what is not paid.

    >>> minor_of(Decimal("12.34"), "USD"), minor_of(Decimal("0.005"), "KWD")
    (1234, 5)
    """
    units = Fraction(amount) * 10 ** _paid_scale(code)
    if units.denominator != 1:
        raise ValueError(f"{amount} {code} is not a whole number of minor units")
    return int(units)


def _paid_scale(code: str) -> int:
    scale = scale_of(code)
    if scale is None:
        raise ValueError(f"{code} has no minor units, so it cannot be paid")
    return scale


def standing_of(code: str, on: date) -> Standing:
    """Whether money can be paid in `code` on the day."""
    currency = currencies().get(code)
    if currency is None:
        return Standing.UNPAYABLE if code in unpayable() else Standing.UNKNOWN
    if currency.retired is not None and on >= currency.retired:
        return Standing.RETIRED
    return Standing.PAYABLE


def check_currency(text: str, span: Span, on: date) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The currency code in `text`, if money can be paid in it on the day, else why not."""
    match standing_of(text, on):
        case Standing.PAYABLE:
            return text, ()
        case Standing.RETIRED:
            currency = currencies()[text]
            return None, (
                codes.CURRENCY_RETIRED.at(
                    span,
                    f"`{text}` was replaced by `{currency.successor}` on {currency.retired}",
                    help=f"use `{currency.successor}`",
                ),
            )
        case Standing.UNPAYABLE:
            return None, (_unpayable_finding(text, span),)
        case Standing.UNKNOWN:
            return None, (_unknown_finding(text, span),)
        case _ as standing:
            assert_never(standing)


def check_code(text: str, span: Span) -> tuple[Diagnostic, ...]:
    """Whether `text` is, or ever was, a currency; for amounts whose date is not known yet."""
    if text in currencies():
        return ()
    return (_unpayable_finding(text, span) if text in unpayable() else _unknown_finding(text, span),)


def check_scale(amount: Decimal, currency: str, span: Span) -> tuple[Diagnostic, ...]:
    """Whether the amount can be paid: not more decimals than the currency has, and not too large.

    A currency that cannot be paid is not reported here; `check_currency` does that.
    """
    scale = scale_of(currency)
    if scale is None:
        return ()
    minor = Fraction(amount) * 10**scale
    if minor.denominator != 1:
        return (
            codes.MONEY_SCALE.at(
                span,
                f"`{amount:f} {currency}` has more decimals than `{currency}`, which has {scale or 'none'}",
                help=f"write it with at most {scale} decimals; for a part of a unit, write `per: 1_000`"
                if scale
                else "write it without decimals; for a part of a unit, write `per: 1_000`",
            ),
        )
    if abs(minor) > MAX_MINOR:
        return (
            codes.AMOUNT_TOO_LARGE.at(
                span,
                f"`{amount:f} {currency}` is more than {MAX_MINOR:,} minor units",
                help="check the number of zeros",
            ),
        )
    return ()


def _unpayable_finding(code: str, span: Span) -> Diagnostic:
    return codes.CURRENCY_UNPAYABLE.at(
        span, f"nothing can be paid in `{code}` ({unpayable()[code]})", help="use the currency partners are paid in"
    )


def _unknown_finding(text: str, span: Span) -> Diagnostic:
    if text in SIGNS:
        cure = f"write the code, such as `{SIGNS[text]}`"
    elif text.upper() in currencies():
        cure = f"write `{text.upper()}`"
    else:
        cure = "write its code in ISO 4217, such as `USD` for US dollars or `JPY` for yen"
    return codes.CURRENCY_UNKNOWN.at(span, f"`{text}` is not a currency code of ISO 4217", help=cure)
