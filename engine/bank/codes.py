"""RNG940 to RNG949: bank details and payment files."""

from __future__ import annotations

from engine.language.diagnostic import Code

IBAN_INVALID = Code(
    "RNG940",
    "iban-invalid",
    """An IBAN (international bank account number) is not one: its length, its country or its check digits are wrong.

A bank would refuse the payment, or the whole file. Messages show only the ends of an IBAN.

**Cure.** Ask the payee for the IBAN again, on a document of their bank, and enter it as printed there.
""",
)
BIC_INVALID = Code(
    "RNG941",
    "bic-invalid",
    """A BIC (the code of a bank) is not one, or the account that pays needs a BIC and has none.

A BIC has 8 or 11 characters, and the fifth and sixth are the code of a country. A payer may leave out the BIC only if
everything is paid in euros.

**Cure.** Correct the BIC. If it is a payee's, you can also leave it out: the IBAN says which bank it is.
""",
)
ROUTING_INVALID = Code(
    "RNG942",
    "routing-invalid",
    """A routing number of a bank in the United States is not one.

It has nine digits. The first two say which district it is from, and the last is a check digit.

**Cure.** Ask the payee for the number again, and for the one used for electronic payments (ACH).
""",
)
ACCOUNT_MISSING = Code(
    "RNG943",
    "account-missing",
    """A payment file for a bank is to be written, but the payer or a payee has no bank account.

**Cure.** Enter the bank details. If accounts payable keep them, use `pay_by: ap` in the controls of the ledger.
""",
)
OUTSIDE_SEPA = Code(
    "RNG944",
    "outside-sepa",
    """Euros are to be paid to or from an account in a country outside SEPA (the Single Euro Payments Area).

The file would ask for a SEPA credit transfer, which does not reach such an account.

**Cure.** Use an account in SEPA, or pay this payee outside of the file.
""",
)
NAME_UNWRITABLE = Code(
    "RNG945",
    "name-unwritable",
    """A name is empty, or has no letter or digit that can be written in a payment file.

Every bank takes the basic Latin letters, digits and a few signs. Accented, Greek and Cyrillic letters are written with
these, and the names that this changes are listed. Characters of other scripts have no counterpart.

**Cure.** Enter the name of the account's holder in Latin letters, as the bank of the payee writes it.
""",
)
REFERENCE_REFUSED = Code(
    "RNG946",
    "reference-refused",
    """An id or a reference in a payment file has characters that banks refuse.

It has 1 to 35 of these: letters and digits without accents, `/ - ? : ( ) . , ' +` and blanks inside. It does not start
or end with `/`, and `//` is not in it. References are never changed or cut: the bank's answer would not be recognized.

**Cure.** Use another id. The ids that rung makes itself are always accepted.
""",
)
TOO_LARGE = Code(
    "RNG947",
    "too-large-for-file",
    """An amount, or the sum of all amounts, has more digits than a payment file can hold.

A SEPA payment is at most 999,999,999.99 EUR. The sum in a file has at most 18 digits.

**Cure.** Check the amount. If it is right, agree with your bank how to pay it.
""",
)
COUNTRY_UNKNOWN = Code(
    "RNG948",
    "country-unknown",
    """The country of an address is not a code of ISO 3166.

A bank refuses the whole file for it. The United Kingdom is `GB`, and Greece is `GR`.

**Cure.** Enter the two capital letters of the country, or leave out the address.
""",
)
DAMAGED_BANK_FILE = Code(
    "RNG949",
    "damaged-bank-file",
    """A payment file does not say what it said when it was written.

It is incomplete or was changed: it cannot be read, it contains what rung does not write, or its sums do not
match its payments.

**Cure.** Do not send it. Delete it and repeat the command that wrote it: the same plan gives the same bytes.
""",
)
