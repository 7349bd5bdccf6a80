"""RNG900 to RNG949: test files that cannot be run as written."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(
    number: int, name: str, what: str, why: str, cure: str, example: str, severity: Severity = Severity.ERROR
) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```yaml\n{example}\n```\n"
    return Code(f"RNG{number}", name, page, severity)


UNKNOWN_TABLE = _code(
    900,
    "case-table",
    "A case gives records of a table that the program does not have.",
    "Records under a misspelt table would count for nothing, and the case would test something else.",
    "Correct the name; the message lists the tables there are.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
UNKNOWN_FIELD = _code(
    901,
    "case-field",
    "A record of a case has a field that its table does not have, or one that is personal and never stored.",
    "A misspelt field would be missing to the program, and the case would test something else.",
    "Correct the name; the message says which is meant. Leave personal fields out.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
WRONG_VALUE = _code(
    902,
    "case-value",
    "A value does not have the type of its field or of what is expected: another currency, more digits than the field"
    " keeps, a word that is no value of the choice.",
    "Cases compare exactly. A value that is silently changed on its way would hide a cent that is lost.",
    "Write the value as the program does: with its currency, with `%`, as a date.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000.00 USD}",
)
FIELD_NEEDED = _code(
    903,
    "case-field-needed",
    "A record lacks a field that every record has and that the program reads.",
    "A value made up here would decide the case. Ids, `entry: sale` and the partner are filled in, and so is what the"
    " program does not read.",
    "Add the field.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
UNKNOWN_RECORD = _code(
    904,
    "case-reference",
    "A record names another one that the case does not give.",
    "An import refuses such a record, so no real decision could rest on it.",
    "Add the record it names, or correct the id.",
    "given:\n  products: [{product_id: EG9, line: network}]\n  sales:\n"
    "    - {product_id: EG9, closed_on: 2026-05-01, amount: 250_000 USD}",
)
BAD_RECORDS = _code(
    905,
    "case-records",
    "The records of a case contradict each other: one key twice, periods that overlap, a return of a return, a partner"
    " above itself, or more than sums hold exactly.",
    "An import refuses them, so no real decision could rest on them.",
    "Correct the record that the message names.",
    "given:\n  statuses:\n    - {tier: silver, from: 2026-01-01, before: 2026-04-01}\n"
    "    - {tier: gold, from: 2026-04-01}",
)
UNKNOWN_EXPECTATION = _code(
    906,
    "case-expectation",
    "A case expects something of a tier, benefit, incentive, metric or line that the program does not have.",
    "An expectation that can never fail gives false comfort.",
    "Correct the name; a line is named by its text or by its id.",
    'expect:\n  tier: gold\n  lines: {gold: {"revenue >= revenue_needed": met}}',
)
WHICH_LINE = _code(
    907,
    "case-line",
    "The text of a line stands for several lines of the program.",
    "The common lines hold for every tier, each with its own threshold.",
    "Put the line under its tier, segment, benefit or incentive, or use its id.",
    'expect:\n  lines:\n    gold: {"revenue >= revenue_needed": met}\n    tier.silver.1: met',
)
COLUMN = _code(
    908,
    "case-column",
    "A column of a table of cases is not used, a `$name` has no column, or a row has another number of cells.",
    "A column nobody reads tests nothing, however many rows there are.",
    "Write `$name` where the cell belongs, in `as_of`, `partner`, `prior`, `given` or `expect`.",
    "given: {sales: [{closed_on: 2026-05-01, amount: $revenue}]}\nexpect: {tier: $tier}\ntable:\n"
    "  columns: [revenue, tier]\n  rows:\n    just below: [249_999.99 USD, silver]\n"
    "    at the edge: [250_000 USD, gold]",
)
CASE_DAY = _code(
    909,
    "case-day",
    "A case has no day to judge, or one before this version of the program begins.",
    "There is no today in a test: it must give the same answer in a year.",
    "Write `as_of`, in the case or once for the file.",
    "as_of: 2026-06-30",
)
CASE_PARTNER = _code(
    910,
    "case-partner",
    "It is not clear whose decision a case is about.",
    "With several partners each has a decision of its own.",
    "Name the partner, by the id it has under `partners`.",
    "partner: P1\ngiven:\n  partners: [{partner_id: P1}, {partner_id: P2, parent_id: P1}]",
)
CASE_FILE = _code(
    911,
    "case-file",
    "A CSV file with records cannot be read: it is not there or not beside the test file, is too large, or is no CSV.",
    "Only what belongs to the tests is read, so that they give the same answer everywhere.",
    "Put a small UTF-8 file beside the test file, with a header line that names fields of the table.",
    "given:\n  certifications: gold-certificates.csv",
)
SAME_NAME = _code(
    912,
    "case-name",
    "Two cases have the same name.",
    "A failure is told by the name of its case.",
    "Rename one. A row of a table is called like the case and the row: `edges: just below`.",
    "edges:\n  table:\n    columns: [revenue, tier]\n    rows:\n      just below: [249_999.99 USD, silver]",
)
NOTHING_EXPECTED = _code(
    913,
    "case-without-expectation",
    "A case expects nothing, so it cannot fail.",
    "It counts as tested what nobody looked at.",
    "Add `expect`.",
    "expect:\n  tier: gold",
    Severity.WARNING,
)
NO_PROGRAM = _code(
    914,
    "case-program",
    "A test file names no program that can be found beside it.",
    "Without a program there is nothing to test.",
    "Name the file under `program`, relative to the folder of the test file, or call the test file like the program:"
    " `2026.test.yaml` beside `2026.yaml`.",
    "rung_test: 1\nprogram: 2026.yaml",
)
