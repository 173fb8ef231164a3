"""A catalogue from a sheet: 20,000 items with barcodes, prices, taxes and opening stock, from the file to committed."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from webapp import catalogue
from webapp.bench.ground import cpu_ms, must_verify, prepare
from webapp.bench.run import Row
from webapp.catalogue import imports
from webapp.kernel.errors import keep_promise
from webapp.platform.tenancy import Actor, open_books, read_books

ITEMS = 20_000


def measure(folder: Path, scale: int) -> list[Row]:
    """The import bench's rows."""
    ground = prepare(folder, items=0)
    count = ITEMS * scale // 100
    sheet = folder / "catalogue.csv"
    write_sheet(sheet, count)
    milliseconds = cpu_ms(lambda: take_in(ground.actor, sheet))
    with read_books(ground.actor) as books:
        held = len(catalogue.snapshot(books).items)
    keep_promise(held == count, f"every item of the sheet is in the catalogue: {held:,} of {count:,}")
    must_verify(ground.actor)
    return [Row("catalogue_20k_s", milliseconds / 1000, "s", count)]


def write_sheet(path: Path, count: int) -> None:
    """A sheet as a shop's old program writes it."""
    chance = random.Random(17)  # noqa: S311 - a shelf, not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["Item Name", "Barcode", "MRP", "Sale Price", "GST Rate", "HSN", "Opening Stock", "Opening Value"])
        for number in range(count):
            paise = chance.randrange(10_00, 900_00)
            rate, hsn = (("5", "1905"), ("18", "3402"), ("0", "0713"), ("40", "2202"))[number % 4]
            price, mrp, value = (f"{amount // 100}.{amount % 100:02d}" for amount in (paise, paise + paise // 10, paise * 7))
            write([item_name(number), barcode(number), mrp, price, rate, hsn, "10", value])


_WORDS = ("Tata", "Amul", "Parle", "Dabur", "Surya", "Nirma", "Britannia", "Haldiram", "Patanjali", "Godrej")
_GOODS = ("Toor Dal", "Soap", "Biscuits", "Ghee", "Shampoo", "Salt", "Tea", "Basmati Rice", "Besan", "Namkeen", "Chocolate", "Oil")


def item_name(number: int) -> str:
    """A name like a grocer's, each once."""
    return f"{_WORDS[number % 10]} {_GOODS[number // 10 % 12]} {number % 40 * 25 + 25} g {number:05d}"


def barcode(number: int) -> str:
    """A valid EAN-13 of India's range (GS1 General Specifications, 7.9: weights one and three)."""
    digits = f"890{number:09d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


def take_in(actor: Actor, sheet: Path) -> None:
    """Upload the sheet, take its columns as guessed, commit it: what the request and the job do."""
    import_id = imports.receive(actor, sheet.name, _chunks(sheet))
    with open_books(actor) as books:
        imports.request_import(books, import_id)
    catalogue.run_import(actor, import_id)


def _chunks(sheet: Path) -> Iterator[bytes]:
    with sheet.open("rb") as file:
        while chunk := file.read(65_536):
            yield chunk
