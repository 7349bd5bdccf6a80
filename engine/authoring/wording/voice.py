"""The context of a phrase: how names are written, on which day parameters are read, which tier is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from engine.authoring.wording.values import joined
from engine.language.names import declared_in
from engine.language.program import Ladder, Metric, Parameter, Program, Segment
from engine.language.records import RecordTable


class Naming(StrEnum):
    """How a name without a title is said."""

    CODE = "code"  # as the author wrote it, in backticks
    PLAIN = "plain"  # as words: `engineers_needed` is `engineers needed`


@dataclass(frozen=True, slots=True)
class Voice:
    """What is known where something is said.

    `day`: parameters are said as of this day with what comes later; None says every version.
    `tier`: the tier whose lines are said. `rows`: the table whose row is spoken of, else a partner.
    """

    program: Program
    naming: Naming = Naming.CODE
    day: date | None = None
    tier: str = ""
    rows: str = ""

    def of_tier(self, tier: str) -> Voice:
        """The voice for a tier's lines."""
        return replace(self, tier=tier)

    def of_rows(self, table: str) -> Voice:
        """The voice for the rows of a table, or of a metric with `per`."""
        return replace(self, rows=table)

    def metric(self, name: str) -> Metric | None:
        """The metric of this name, with values of its keys if they follow after dots."""
        head, values = declared_in(name)
        found = next((each for each in self.program.metrics if each.name == head), None)
        if found is None or not values:
            return found
        own = found.at(values) if len(values) == len(found.per) else None
        return replace(own, name=name, title=self.titled(found.title, values)) if own is not None else None

    def designation(self, name: str) -> Ladder | None:
        """The designation of this name, in one scope if its values follow after dots."""
        head, values = declared_in(name)
        found = self.program.designation(head)
        return replace(found, name=name, title=self.titled(found.title, values)) if found and values else found

    def titled(self, title: str, values: Sequence[str]) -> str:
        """A title with the values of its keys; "" if there is none, so that the name itself is said."""
        return f"{title} for {' and '.join(say_word(each, self) for each in values)}" if title else ""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name."""
        return next((each for each in self.program.parameters if each.name == name), None)

    def segment(self, name: str) -> Segment | None:
        """The segment of this name."""
        return next((each for each in self.program.segments if each.name == name), None)

    @property
    def table(self) -> RecordTable | None:
        """The table whose row is spoken of."""
        rows, seen = self.rows, 0
        while (grouped := self.metric(rows)) is not None and seen < len(self.program.metrics):
            rows, seen = grouped.source, seen + 1  # a metric with `per` reads records in the end
        return self.program.records.table(rows or "partners")


def say_choice(name: str, voice: Voice) -> str:
    """A choice with its values: `region (emea and na)`."""
    return f"{plain_words(name)} ({joined([say_word(each, voice) for each in voice.program.dimension(name)])})"


def say_name(name: str, voice: Voice, title: str = "") -> str:
    """A declared name: its title, else the name itself.

    The title is the author's text and is not changed; only an ordinary first word loses its capital, because it is
    inside a sentence.
    """
    if title.strip():
        return _inside(" ".join(title.split()))
    return f"`{name}`" if voice.naming is Naming.CODE else plain_words(name)


def say_heading(name: str, voice: Voice, title: str = "") -> str:
    """A declared name at the head of something: its title, else its words with a capital, or the name in backticks."""
    if title.strip():
        return " ".join(title.split())
    if voice.naming is Naming.CODE:
        return f"`{name}`"
    words = plain_words(name)
    return words[:1].upper() + words[1:]


def say_word(word: str, voice: Voice) -> str:
    """A word that is not a declared name: a tier, a choice, a level."""
    return f"`{word}`" if voice.naming is Naming.CODE else plain_words(word)


def say_tier(tier: str, voice: Voice) -> str:
    """A tier's name: a partner reads its title, or the name with a capital."""
    title = next((each.title for each in voice.program.ladder.tiers if each.name == tier), "")
    return f"`{tier}`" if voice.naming is Naming.CODE else say_heading(tier, voice, title)


def plain_words(name: str) -> str:
    """A name of the program as words of English.

    >>> plain_words("engineers_needed"), plain_words("nfr_licences"), plain_words("item.line"), plain_words("EMEA")
    ('engineers needed', 'NFR licences', 'item line', 'EMEA')
    """
    words = name.replace("_", " ").replace(".", " ").split()
    return " ".join(each.upper() if each.lower() in INITIALS else each for each in words)


def _inside(title: str) -> str:
    """A title inside a sentence.

    >>> _inside("Net revenue"), _inside("EdgeGuard 9 sales"), _inside("CSAT score"), _inside("Acme revenue")
    ('net revenue', 'EdgeGuard 9 sales', 'CSAT score', 'Acme revenue')
    """
    first = title.split()[0].strip(",;:.")
    return title[0].lower() + title[1:] if first.lower() in ORDINARY and first[1:].islower() else title


_INITIALS = """
acv ai amer anz apac api arr asean aws b2b b2c benelux ceo cfo cis csat csp cto dach eea emea erp eu gb gsi hr id
iot isv k12 kpi latam mdf mea mrr msp mssp na nda nfr nps oem poc poe pos psp pto roi saas sdr si sku sla smb sme
sow spiff tam tcv uae uk usa usd var vat vp ytd
"""
INITIALS = frozenset(_INITIALS.split())
"""Words that are read letter by letter and written large. `it` and `us` are left out: they are words of English."""

_ORDINARY = """
accepted accounts active activities added all amount amounts annual annualised annualized approved attach average
billed billings booked bookings business campaigns cases certificates certifications certified churn closed
commercial complete completed consumed consumption contract contracts cost costs count cross customer customers days
deal deals direct discount discounts distinct domain employees end engineers enterprise events exam exams existing
first fiscal gross group growth highest hours incremental indirect installed invoiced invoices joint largest last
leads licence licences license licenses lowest managed margin marketing maximum mean measured median meetings
minimum monthly months net new number open opportunities orders other outstanding overall paid partner partners past
people pipeline points price product products professional profit program projects public purchase purchases
qualified quantity quarterly quarters rate ratio recurring references referrals referred regional registered
registrations renewal renewals renewed resale resold resolved retained retention return returned returns revenue
sale sales satisfaction score scores seats security sell sellers service services share signed sold specialists
spend spent staff strategic subscription subscriptions successful sum support survey surveys team technical
technicians tenure tickets time top total trailing trained training turnover unique units upsell usage value
variable verified volume won yearly years
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Words with which a title may begin that are not names: only these lose their capital in a sentence."""
