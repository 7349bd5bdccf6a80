"""RNG900 to RNG939: test files that cannot be run as written."""

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
    "Records under a misspelt table would not count, and the case would test something else.",
    "Correct the name. The message lists the tables.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
UNKNOWN_FIELD = _code(
    901,
    "case-field",
    "A record of a case has a field that its table does not have, or one that is personal and never stored.",
    "A misspelt field would be missing, and the case would test something else.",
    "Correct the name. Leave out personal fields.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
WRONG_VALUE = _code(
    902,
    "case-value",
    "A value has the wrong type: another currency, more digits than the field has, or a word that is not a value of "
    "the choice.",
    "Cases compare exactly. A value that is silently rounded could hide a lost cent.",
    "Write the value as the program does: with its currency, with `%`, as a date.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000.00 USD}",
)
FIELD_NEEDED = _code(
    903,
    "case-field-needed",
    "A record has no value for a required field that the program reads.",
    "An invented value would decide the case. Only ids, `entry: sale`, the partner, and fields that the program does "
    "not read are filled in.",
    "Add the field.",
    "given:\n  sales:\n    - {closed_on: 2026-05-01, amount: 250_000 USD}",
)
UNKNOWN_RECORD = _code(
    904,
    "case-reference",
    "A record refers to another record that is not in the case.",
    "An import refuses such a record, so no real decision can use it.",
    "Add the record it names, or correct the id.",
    "given:\n  products: [{product_id: EG9, line: network}]\n  sales:\n"
    "    - {product_id: EG9, closed_on: 2026-05-01, amount: 250_000 USD}",
)
BAD_RECORDS = _code(
    905,
    "case-records",
    "The records of a case contradict each other: the same key twice, overlapping periods, a negative sale, a return "
    "that its sale does not allow, a partner that is its own ancestor, or sums that are too large.",
    "An import refuses them, so no real decision can use them.",
    "Correct the record that the message names.",
    "given:\n  statuses:\n    - {tier: silver, from: 2026-01-01, before: 2026-04-01}\n"
    "    - {tier: gold, from: 2026-04-01}",
)
UNKNOWN_EXPECTATION = _code(
    906,
    "case-expectation",
    "A case names a tier, benefit, incentive, metric or line that the program does not have.",
    "An expectation that can never fail tests nothing.",
    "Correct the name. Name a line by its text or its id.",
    'expect:\n  tier: gold\n  lines: {gold: {"revenue >= revenue_needed": met}}',
)
WHICH_LINE = _code(
    907,
    "case-line",
    "The text of a line matches several lines of the program.",
    "The common lines apply to every tier, each with its own threshold.",
    "Put the line under its tier, segment, benefit or incentive, or use its id.",
    'expect:\n  lines:\n    gold: {"revenue >= revenue_needed": met}\n    tier.silver.1: met',
)
COLUMN = _code(
    908,
    "case-column",
    "In a table of cases, a column is not used, a `$name` has no column, or a row has the wrong number of cells.",
    "An unused column tests nothing, however many rows there are.",
    "Write `$name` where the cell belongs, in `as_of`, `partner`, `prior`, `given` or `expect`.",
    "given: {sales: [{closed_on: 2026-05-01, amount: $revenue}]}\nexpect: {tier: $tier}\ntable:\n"
    "  columns: [revenue, tier]\n  rows:\n    just below: [249_999.99 USD, silver]\n"
    "    at the edge: [250_000 USD, gold]",
)
CASE_DAY = _code(
    909,
    "case-day",
    "A case has no `as_of` day, or the day is before this version of the program begins.",
    "A test cannot use today's date, because it must give the same result next year.",
    "Write `as_of`, in the case or once for the file.",
    "as_of: 2026-06-30",
)
CASE_PARTNER = _code(
    910,
    "case-partner",
    "It is not clear which partner a case is about.",
    "Each of several partners has its own result.",
    "Name the partner, by the id it has under `partners`.",
    "partner: P1\ngiven:\n  partners: [{partner_id: P1}, {partner_id: P2, parent_id: P1}]",
)
CASE_FILE = _code(
    911,
    "case-file",
    "A CSV file with records cannot be read: it does not exist, is not in the folder of the test file, is too large, "
    "or is not CSV.",
    "Tests read only their own files, so they give the same result everywhere.",
    "Put a small UTF-8 file beside the test file, with a header line that names fields of the table.",
    "given:\n  certifications: gold-certificates.csv",
)
SAME_NAME = _code(
    912,
    "case-name",
    "Two cases have the same name.",
    "A failure is reported with the name of its case.",
    "Rename one. The name of a table row consists of the case and the row: `edges: just below`.",
    "edges:\n  table:\n    columns: [revenue, tier]\n    rows:\n      just below: [249_999.99 USD, silver]",
)
NOTHING_EXPECTED = _code(
    913,
    "case-without-expectation",
    "A case expects nothing, so it cannot fail.",
    "Its results would count as tested although nobody checked them.",
    "Add `expect`.",
    "expect:\n  tier: gold",
    Severity.WARNING,
)
NO_PROGRAM = _code(
    914,
    "case-program",
    "The program of a test file cannot be found.",
    "Without a program, there is nothing to test.",
    "Name the file under `program`, relative to the folder of the test file, or give the test file the name of the "
    "program: `2026.test.yaml` beside `2026.yaml`.",
    "rung_test: 1\nprogram: 2026.yaml",
)
