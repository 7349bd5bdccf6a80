"""`controls.yaml`: the controls as people write them, with the place of everything that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from engine.bank.instruction import money_text
from engine.language.currency import minor_of
from engine.language.diagnostic import Diagnostic
from engine.language.loader import load_tree
from engine.language.near import suggest
from engine.language.source import Mapping, Node, Scalar
from engine.ledger import codes
from engine.ledger.controls import Controls, PayBy

KEY = "controls"
KEYS = (KEY, "minimum", "one_checker_up_to", "recover_at_most", "pay_by")
AMOUNT = re.compile(r"[0-9][0-9_]{0,17}(\.[0-9]{1,4})?")
PERCENT = re.compile(r"(100|[0-9]{1,2})(\.[0-9]{1,4})?%")
LARGEST = 10**15

TEMPLATE = """\
# Controls of a ledger. They hold from when they are set: rung ledger controls FILE

controls: {name}

# A payee who would get less waits until there is more. Write for example {{USD: 25.00, JPY: 2_500}}.
minimum: {{}}

# Up to these sums one checker is enough; above them it takes two. Currencies that are not named have no such limit.
one_checker_up_to: {{}}

# Of what a payee gets, how much may be kept back for what the payee owes.
recover_at_most: 100%

# ap: lists for accounts payable, who have the bank details.
pay_by: {pay_by}
"""

Findings = tuple[Diagnostic, ...]


def controls_text(name: str, controls: Controls) -> str:
    """A file with safe controls, and what each is for."""
    return TEMPLATE.format(name=name, pay_by=controls.pay_by.value)


def read_controls(data: bytes, file: str) -> tuple[str, Controls | None, Findings]:
    """The ledger that a file is for, and its controls; None with findings if something is wrong."""
    tree, found = load_tree(data, file)
    if not isinstance(tree, Mapping):
        return "", None, found
    wrong = (*found, *_unknown(tree))
    amounts: dict[str, dict[str, int]] = {}
    for key in ("minimum", "one_checker_up_to"):
        amounts[key], more = _amounts(tree.get(key), key)
        wrong = (*wrong, *more)
    recover, more = _share(tree.get("recover_at_most"))
    wrong = (*wrong, *more)
    name, pay_by = _text(tree.get(KEY)), _text(tree.get("pay_by")) or PayBy.AP.value
    if pay_by != PayBy.AP:
        node = tree.get("pay_by")
        message = f"`pay_by: {pay_by}` is not supported yet" if pay_by == PayBy.BANK else f"there is no `{pay_by}`"
        wrong = (*wrong, codes.BAD_CONTROL.at(node.span if node else tree.span, message, help="write `pay_by: ap`"))
    if wrong:
        return name, None, wrong
    return name, Controls(amounts["minimum"], amounts["one_checker_up_to"], recover, PayBy(pay_by)), ()


def _unknown(tree: Mapping) -> Iterator[Diagnostic]:
    """Keys that there are not; and the name of the ledger, if it is missing."""
    for entry in tree:
        if entry.key.text not in KEYS:
            help = suggest(entry.key.text, KEYS)
            yield codes.UNKNOWN_CONTROL.at(entry.key.span, f"there is no control `{entry.key.text}`", help=help)
    if not _text(tree.get(KEY)):
        help = "write `controls: NAME`, the name of the ledger"
        yield codes.UNKNOWN_CONTROL.at(tree.span, "the file does not say for which ledger it is", help=help)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _amounts(node: Node | None, key: str) -> tuple[dict[str, int], Findings]:
    """Amounts by currency."""
    shown = f"write `{key}: {{USD: 25.00}}`"
    if node is None:
        return {}, ()
    if not isinstance(node, Mapping):
        return {}, (codes.BAD_CONTROL.at(node.span, f"`{key}` is an amount for each currency", help=shown),)
    found: dict[str, int] = {}
    wrong: list[Diagnostic] = []
    for entry in node:
        currency, text = entry.key.text, _text(entry.value)
        try:
            if not AMOUNT.fullmatch(text):
                raise ValueError(f"`{text}` is not an amount" if text else "an amount is missing")
            found[currency] = minor_of(Decimal(text.replace("_", "")), currency)
            if found[currency] > LARGEST:
                raise ValueError(f"the most is {money_text(LARGEST, currency)}")
        except ValueError as error:
            wrong.append(codes.BAD_CONTROL.at(entry.value.span, f"`{key}`: {error}", help=shown))
    return found, tuple(wrong)


def _share(node: Node | None) -> tuple[Fraction, Findings]:
    """A percentage."""
    if node is None:
        return Fraction(1), ()
    text = _text(node)
    share = Fraction(text[:-1]) / 100 if PERCENT.fullmatch(text) else Fraction(2)
    if share > 1:
        message, help = f"`recover_at_most` is not `{text}`", "write a percentage from `0%` to `100%`"
        return Fraction(1), (codes.BAD_CONTROL.at(node.span, message, help=help),)
    return share, ()
