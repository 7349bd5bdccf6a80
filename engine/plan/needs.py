"""Which other partners' rows a partner's decisions need, derived from the tables of a Plan. It is never declared: a
rule that reads rows of several partners only builds its tables.
Every output has a row for a partner; followed back to the records, either each table on the way is
reached by a column that says whose row it is, and the partner's own records are enough, or rows meet
rows by something else they share, and then the partners who share it are needed as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.plan.grain import columns_of
from engine.plan.table import Scan, Table, Values
from engine.plan.tablenode import Meeting

PARTNER, PERSON = "partner", "person"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A field of a record table."""

    table: str
    field: str


@dataclass(frozen=True, slots=True, order=True)
class Sharing:
    """Partners with records whose field `theirs` has a value that `mine` has in a record of those decided.

    Without `theirs`, the partners that `mine` names.
    """

    mine: Place
    theirs: Place | None

    @property
    def places(self) -> tuple[Place, ...]:
        """The fields it reads."""
        return (self.mine,) if self.theirs is None else (self.mine, self.theirs)


@dataclass(frozen=True, slots=True)
class Needs:
    """Whose rows a world holds beside those of the partners decided and their people.

    `shared` are followed `rounds` times, all of them each time: what is shared may lead to rows that
    share something else. `linked`: single records of others that a field names, and their table.
    """

    shared: tuple[Sharing, ...] = ()
    rounds: int = 0
    linked: tuple[tuple[Place, str], ...] = ()
    everybody: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """The field a value comes from. Rows with one value of the same `token` are in the same worlds.

    Tokens: the partner whose record it is, the person whose record it is, or a record of the
    partner's own, by the name of its table. "" if the value does not say that.
    """

    place: Place
    token: str = ""


def needs_of(tables: Sequence[Table], asked: Iterable[tuple[str, str]]) -> Needs:
    """What deciding a partner needs; `asked` are the tables and columns of the outputs that name the partner.

    Raises KeyError for tables that are not sound.
    """
    reader = _Reader({table.name: table for table in tables}, _names(tables), _owned(tables))
    rounds = 0
    for table, column in asked:
        tokens = {each.token for each in reader.origins(table, column) or ()}
        if tokens - {PARTNER}:
            reader.everybody = True
        rounds = max(rounds, reader.complete(table, column))
    if reader.everybody:
        return Needs(everybody=True)
    return Needs(tuple(sorted(reader.shared, key=repr)), rounds, tuple(sorted(reader.linked)))


def _names(tables: Sequence[Table]) -> dict[str, frozenset[str]]:
    return {name: frozenset(each.name for each in columns) for name, columns in columns_of(tables).items()}


def _owned(tables: Sequence[Table]) -> frozenset[str]:
    """The record tables in which every record says its partner."""
    scans = [each for each in tables if isinstance(each, Scan)]
    return frozenset(
        scan.table for scan in scans if any(each.name == scan.partner and not each.optional for each in scan.columns)
    )


def tokens_of(scan: Scan) -> dict[str, str]:
    """What the columns of a scan say about the owner of a record."""
    tokens = dict(scan.kin)
    if scan.partner and len(scan.key) == 1:
        tokens[scan.key[0]] = scan.table
    return tokens | {scan.person: PERSON, scan.partner: PARTNER}


@dataclass(slots=True)
class _Reader:
    """Follows the rows of partners back to records; notes what they meet on the way."""

    tables: Mapping[str, Table]
    columns: Mapping[str, frozenset[str]]
    owned: frozenset[str]  # record tables in which every record says its partner
    shared: set[Sharing] = field(default_factory=set)
    linked: set[tuple[Place, str]] = field(default_factory=set)
    everybody: bool = False
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    sources: dict[tuple[str, str], frozenset[Origin] | None] = field(default_factory=dict)
    unowned: dict[str, bool] = field(default_factory=dict)

    def passed(self, table: str, column: str) -> list[tuple[str, str]]:
        """Where a column comes from, unchanged."""
        return [(source, old) for source, old in self.tables[table].passes(column) if old in self.columns[source]]

    def of_nobody(self, table: str) -> bool:
        """Whether its rows are the same in every world: it reads no record that belongs to a partner."""
        if table not in self.unowned:
            node = self.tables[table]
            owned = isinstance(node, Scan) and bool(node.partner or node.person)
            self.unowned[table] = not owned and all(map(self.of_nobody, node.sources))
        return self.unowned[table]

    def origins(self, table: str, column: str) -> frozenset[Origin] | None:
        """The fields a column's values come from; None where they are computed, or of single records of others."""
        if (table, column) not in self.sources:
            self.sources[table, column] = self._origins(table, column)
        return self.sources[table, column]

    def _origins(self, table: str, column: str) -> frozenset[Origin] | None:
        node = self.tables[table]
        if isinstance(node, Scan):
            return frozenset([Origin(Place(node.table, column), tokens_of(node).get(column, ""))])
        if isinstance(node, Values):
            return frozenset()
        found = [self.origins(source, old) for source, old in self.passed(table, column)]
        return None if not found or None in found else frozenset().union(*(each for each in found if each is not None))

    def complete(self, table: str, column: str) -> int:
        """What it takes that all rows are there which have a value of those decided in `column`: the rounds.

        A Scan has them: the consumer requested the partners that have them.
        """
        if (table, column) not in self.known:
            self.known[table, column] = 0
            self.known[table, column] = self._complete(self.tables[table], column)
        return self.known[table, column]

    def _complete(self, node: Table, column: str) -> int:
        if self.of_nobody(node.name) or isinstance(node, Scan):
            return 0
        passed = self.passed(node.name, column)
        if not passed:  # made here: no record says whose row it is
            self.everybody = True
        rounds = 0
        for source, old in passed:
            rounds = max(rounds, self.complete(source, old))
            for meeting in node.meets:
                if meeting.mine == source:
                    rounds = max(rounds, self._met(meeting, old))
        return rounds

    def _met(self, meeting: Meeting, by: str, held: bool = False) -> int:
        """The rounds until the rows met are there as well; the rows that meet them are complete by `by`.

        `held`: it does not do to have the rows met, their partners must be among those decided.
        """
        mine, theirs = meeting.mine, meeting.theirs
        if self.of_nobody(theirs):
            return 0
        if mine == theirs and (by, by) in meeting.on:
            return self.complete(theirs, by)
        traced = [(one, two, self.origins(mine, one), self.origins(theirs, two)) for one, two in meeting.on]
        pairs = [(one, two, left, right) for one, two, left, right in traced if left and right]
        for one, two, left, right in pairs:
            tokens = {each.token for each in (*left, *right)}
            if len(tokens) == 1 and "" not in tokens:
                return self.lead(mine, by, one) + self.complete(theirs, two)
        for one, two, left, right in pairs:
            return self.lead(mine, by, one) + self._shares(left, right, theirs, two, held)
        self.everybody = True
        return 0

    def _shares(self, left: frozenset[Origin], right: frozenset[Origin], theirs: str, column: str, held: bool) -> int:
        """Note what two fields share; the rounds from there on."""
        node = self.tables[theirs]
        if isinstance(node, Scan) and node.key[0] == column and not held:
            # one record, with its history: to read it, its partner is not needed
            self.linked |= {(each.place, node.table) for each in left}
            return 0
        for one in left:
            for two in right:
                if two.token != PARTNER and two.place.table not in self.owned:
                    self.everybody = True  # no field says whose such a record is
                self.shared.add(Sharing(one.place, None if two.token == PARTNER else two.place))
        return 1 + self.complete(theirs, column)

    def lead(self, table: str, by: str, column: str) -> int:
        """How many rounds lie between the rows complete by `by` and the records that hold `column`."""
        node, rounds = self.tables[table], 0
        meetings = {(each.mine, each.theirs): each for each in node.meets}
        for source, old in self.passed(table, by):
            for other, new in self.passed(table, column):
                if source == other:
                    rounds = max(rounds, self.lead(source, old, new))
                elif meeting := meetings.get((source, other)):
                    rounds = max(rounds, self._met(meeting, old, held=True))
        return rounds
