"""Findings about sources that are queries, and the databases they are asked of (625-629)."""

from engine.language.diagnostic import Code

SOURCE_FORM = Code(
    "RNG625",
    "source-form",
    """A source is a file, or a query on a database. The query stands in the feed, or in a file that ends in `.sql`.

**Cure.** Keep either `file` or `query`. With `query` or a `.sql` file, name the variable that has the URL of the
database; without them, leave `database` out.

```yaml
sources:
  accounts: {file: Accounts.xlsx}
  lines: {database: CRM_URL, query: "SELECT id, partner, day, amount FROM lines"}
  returns: {database: CRM_URL, file: returns.sql}
```
""",
)
QUERY_FORM = Code(
    "RNG626",
    "query-form",
    """The query is not one statement that only reads: it is empty, begins with another word than SELECT or WITH, has a
second statement, or has a part that changes data.

An import must leave the database as it was. Such a query is not sent to it.

**Cure.** Write one SELECT. What has to be done before, do in the database, or put it into WITH.

```yaml
lines:
  database: CRM_URL
  query: |
    WITH won AS (SELECT * FROM deals WHERE stage = 'Won')
    SELECT id, partner, day, amount FROM won
```
""",
)
DATABASE_ADDRESS = Code(
    "RNG627",
    "database-address",
    """The URL of the database is not known, or is not one that rung can use.

`database` names a variable of the environment. The URL is never written in the feed: a feed is shared, is stored
with every import, and would make the password known.

**Cure.** Set the variable to the URL of an SQLite file or of a PostgreSQL database. In a password, write `@` as `%40`,
`/` as `%2F` and `:` as `%3A`. If a URL with a password stood in the feed, change the password too. PostgreSQL needs the
extra of rung that is named `postgres`.

```
export CRM_URL=sqlite:////data/crm.db
export CRM_URL=postgresql://reader:PASSWORD@db.example.com:5432/crm
```
""",
)
DATABASE_CLOSED = Code(
    "RNG628",
    "database-closed",
    """The database cannot be opened: there is no such file, no server answers, or it does not let you in.

The message does not repeat what the driver says, which may contain the user, the host or the password.

**Cure.** Correct the URL in the variable, or start the server, and import again. Nothing was stored.
""",
)
QUERY_FAILED = Code(
    "RNG629",
    "query-failed",
    """The database did not answer the query: a table or a column is unknown, the syntax is wrong, the user may not read
it, the query would change data, or it took longer or gave more rows than an import may have.

**Cure.** Try the query in the database's own shell, with the user of the URL. Read fewer columns or rows if it is too
large.

```yaml
lines: {database: CRM_URL, query: "SELECT id, partner, day, amount FROM lines WHERE day >= '2026-01-01'"}
```
""",
)

CODES = (SOURCE_FORM, QUERY_FORM, DATABASE_ADDRESS, DATABASE_CLOSED, QUERY_FAILED)
