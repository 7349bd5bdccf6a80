"""Where the AdventureWorks files are: the published ones beside the repository, or a generated twin.

The twin has the same five files, columns and faults (two spellings of one business type, the text
`NULL` for a missing cost, a byte-order mark, a wide table of months, no row id), so that everything
but the published figures can be tested without them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST, LAST = date(2017, 7, 1), date(2020, 5, 31)
TYPES = ("Value Added Reseller", "Specialty Bike Shop", "Warehouse", "Ware House")
MONTHS = tuple(f"M{month:02}" for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class Files:
    """The folder of the five files, and whether they are the published ones."""

    folder: Path
    published: bool


def find_files(shared: Path, own: Path) -> Files:
    """The published files when they are there, else a twin written to `own`."""
    published = shared / "data" / "adventureworks"
    if published.is_dir():
        return Files(published, True)
    write_twin(own)
    return Files(own, False)


def write_twin(folder: Path, resellers: int = 160, lines: int = 9_000) -> None:
    """The five files, from a seed."""
    chance = random.Random(20170701)
    names = [(key, TYPES[chance.randrange(4)], f'"Shop {key}, Ltd"') for key in range(1, resellers + 1)]
    _write(
        folder / "Resellers.csv",
        "ResellerKey,BusinessType,ResellerName,City,StateProvinceName,Country_Region",
        [f"{key},{kind},{name},Town {key % 40},State {key % 9},United States" for key, kind, name in names],
    )
    _write(
        folder / "Product.csv",
        "ProductKey,Product,StandardCost,Color,Subcategory,EnglishProductCategoryName",
        [
            f'{210 + each},"Item {each}, Red",{each}.5,Red,Kind {each % 7},{("Bikes", "Clothing")[each % 2]}'
            for each in range(40)
        ],
    )
    _write(
        folder / "FactResellerSales.csv",
        "SalesOrderNumber,OrderDate,ProductKey,ResellerKey,EmployeeKey,SalesTerritoryKey,OrderQuantity,UnitPrice,"
        "TotalProductCost,SalesAmount,StandardCost",
        [_line(number, resellers, chance) for number in range(lines)],
    )
    targets = [_targets(year, employee, chance) for year in (2017, 2018, 2019) for employee in range(11)]
    _write(folder / "ResellerSalesTargets.csv", "Year,EmployeeID," + ",".join(MONTHS), targets, mark="\ufeff")
    _write(
        folder / "DimEmployeeSalesTerritory.csv",
        "EmployeeKey,SalesTerritoryKey",
        [f"{272 + each},{each % 9 + 1}" for each in range(18)],
    )


def _targets(year: int, employee: int, chance: random.Random) -> str:
    """A year of monthly targets; some months are empty, some say `NULL`."""
    months = (("", "NULL", str(100 * chance.randrange(30)))[min(chance.randrange(6), 2)] for _ in MONTHS)
    return f"{year},{61161660 + employee}," + ",".join(months)


def _line(number: int, resellers: int, chance: random.Random) -> str:
    """One line of an order; six lines an order, so that order and product are unique."""
    draw = chance.randrange(1, 1001)
    reseller = 1 + draw * draw * resellers // 1_000_001
    day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
    product, quantity = 210 + 6 * chance.randrange(6) + number % 6, 1 + chance.randrange(20)
    cents = chance.randrange(999, 180_000)
    price, amount = f"{cents // 100}.{cents % 100:02}", quantity * cents
    cost = "NULL" if chance.randrange(50) == 0 else f"{amount * 8 // 1000}.{amount % 10}"
    total = f"{amount // 100}.{amount % 100:02}"
    return (
        f"SO{43659 + number // 6},{day},{product},{reseller},{272 + chance.randrange(18)},{1 + number % 9},"
        f"{quantity},{price},{cost},{total},{cents // 100}"
    )


def _write(path: Path, header: str, rows: list[str], mark: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mark + "\n".join((header, *rows)) + "\n", encoding="utf-8", newline="")


def connect(files: Files) -> duckdb.DuckDBPyConnection:
    """The sales and resellers as plain tables, read by DuckDB alone: nothing of rung takes part."""
    connection = duckdb.connect()
    for table, name in (("lines", "FactResellerSales.csv"), ("resellers", "Resellers.csv")):
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM read_csv($path, all_varchar=true, header=true, quote='\"')",
            {"path": str(files.folder / name)},
        )
    return connection
