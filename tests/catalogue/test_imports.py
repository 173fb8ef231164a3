"""Sheets into the catalogue: what they become, what happens to bad ones, and that each row takes effect once."""

# long: each bad sheet is one short test, and they share the sheets above

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.catalogue.conftest import SAMPLE, Shelf, as_csv, bring_in, draft, make, names, outcome, refusals
from tests.ground.shops import Shop
from webapp import catalogue
from webapp.catalogue import columns, import_run, imports, lists, sheets
from webapp.catalogue.sheets import UnreadableSheet
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.money import MilliPaise, Paise, Qty
from webapp.platform import audit, exports, storage
from webapp.platform.tenancy import open_books, read_books


def xlsx(*rows: list[Any], headings: tuple[str, ...] = ("Item Name", "Sale Price", "Barcode")) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([list(headings), *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("=") and " " not in cell:
                sheet.write_formula(number, column, cell, None, 99.5)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell)
            else:
                sheet.write(number, column, cell)
    book.close()
    return buffer.getvalue()


def unreadable(shop: Shop, content: bytes, name: str = "list.csv") -> str:
    with pytest.raises(UnreadableSheet) as refusal:
        imports.receive(shop.actor, name, [content])
    assert refusal.value.fix
    with read_books(shop.actor) as books:
        assert imports.imports(books) == []
    return refusal.value.problem


# What a sheet becomes -------------------------------------------------------------------------------------------------


def test_names_that_come_again_are_told_apart_by_brand_and_price(sharma: Shop) -> None:
    sheet = as_csv(
        ["Chia Seeds", "NaturoBell", "Food", "120", "120"],
        ["Chia Seeds", "Organicana", "Food", "185", "185"],
        ["Chia Seeds", "Organicana", "Food", "340", "360"],
        ["Chia Seeds", "NaturoBell", "Food", "120", "120"],
        ["Salt", "Tata", "Food", "28", "28"],
    )
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 4, 0, 1, 0)
    assert names(sharma.actor) == [
        "Chia Seeds (NaturoBell, ₹120)",
        "Chia Seeds (Organicana, ₹185)",
        "Chia Seeds (Organicana, ₹340)",
        "Salt",
    ]
    assert outcome(sharma.actor, bring_in(sharma.actor, sheet)) == ("done", 0, 0, 5, 0)


def test_repeats_are_refused_when_the_shop_says_so(sharma: Shop) -> None:
    import_id = bring_in(sharma.actor, as_csv(["Tea", "A", "", "10", ""], ["Tea", "A", "", "20", ""]), run=False)
    with open_books(sharma.actor) as books:
        row = imports.import_row(books, import_id)
        imports.set_columns(books, import_id, row.mapping, imports.options_of(row)._replace(splits_repeats=False))
        imports.request_import(books, import_id)
    catalogue.run_import(sharma.actor, import_id)
    assert outcome(sharma.actor, import_id) == ("done", 1, 0, 0, 1)
    assert "Row 2 has this name already" in refusals(sharma.actor, import_id)[0][-1]


def test_a_price_that_moved_is_a_change_and_the_rest_stays(sharma: Shop) -> None:
    bring_in(sharma.actor, as_csv(["Salt", "Tata", "Food", "28", "30"], ["Ghee", "Amul", "Dairy", "600", "640"]))
    again = bring_in(sharma.actor, as_csv(["Salt", "Tata", "Food", "29", "30"], ["Ghee", "Amul", "Dairy", "600", "640"]))
    assert outcome(sharma.actor, again) == ("done", 0, 1, 1, 0)
    with read_books(sharma.actor) as books:
        salt = lists.list_items(books, lists.Filters(text="salt")).rows[0]
        assert (salt.price_millipaise, salt.version) == (2_900_000, 2)
        assert [entry.action for entry in lists.item_card(books, salt.id).history] == ["change", "create"]
        assert list(audit.broken_links(books)) == []


def test_what_a_person_changed_stays_when_the_same_sheet_comes_again(sharma: Shop) -> None:
    sheet = as_csv(["Salt", "Tata", "Food", "28", "30"])
    bring_in(sharma.actor, sheet)
    with open_books(sharma.actor) as books:
        salt = lists.list_items(books, lists.Filters()).rows[0]
        held, version = lists.item_draft(books, salt.id)
        from dataclasses import replace

        catalogue.change_item(books, salt.id, replace(held, name="Tata salt 1 kg", price_millipaise=MilliPaise(2_700_000)), version)
    assert outcome(sharma.actor, bring_in(sharma.actor, sheet)) == ("done", 0, 0, 1, 0)
    assert names(sharma.actor) == ["Tata salt 1 kg"]


def test_an_item_made_by_hand_is_found_by_sku_barcode_or_name(sharma: Shop) -> None:
    make(sharma, "By SKU", "10", sku="A1")
    make(sharma, "By code", "10", codes=("96385074",))
    make(sharma, "By name", "10", brand="B")
    headings = ("Product", "Brand", "SKU", "EAN", "Price")
    sheet = as_csv(
        ["New name", "", "A1", "", "11"], ["By code", "", "", "96385074", "12"], ["by NAME", "b", "", "", "13"], headings=headings
    )
    assert outcome(sharma.actor, bring_in(sharma.actor, sheet)) == ("done", 0, 3, 0, 0)
    assert names(sharma.actor) == ["By code", "By name", "New name"]


def test_columns_in_hindi_tax_units_hsn_and_opening_stock(sharma: Shop, shelf: Shelf) -> None:
    headings = ("नाम", "मूल्य", "जीएसटी", "इकाई", "HSN", "Opening Stock", "Purchase Price")
    sheet = as_csv(
        ["चावल", "₹ 1,200.50", "5%", "kg", "1006", "10", "900"],
        ["Soap", "40", "18", "pcs", "", "", ""],
        ["Ghee", "640", "", "LTR", "405", "2.5", "500"],
        ["Old rate", "10", "12", "", "", "", ""],
        ["Was 12", "10", "12", "", "0405", "", ""],
        ["Percent cell", "10", "0.18", "", "", "", ""],
        headings=headings,
    )
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 5, 0, 0, 1)
    assert "No tax class has 12 % today" in refusals(sharma.actor, import_id)[0][-1]
    with read_books(sharma.actor) as books:
        codes = {row.id: row.code for row in catalogue.tax_classes(books)}
        made = {row.name: lists.item_draft(books, row.id)[0] for row in lists.list_items(books, lists.Filters()).rows}
    assert {name: codes[item.tax_class_id] for name, item in made.items()} == {
        "चावल": "gst-5",
        "Soap": "gst-18",
        "Ghee": "gst-12-5",
        "Was 12": "gst-12-5",
        "Percent cell": "gst-18",
    }
    assert (made["चावल"].unit, made["Soap"].unit, made["Ghee"].hsn) == ("KGS", "PCS", "0405")
    assert made["चावल"].price_millipaise == 120_050_000
    assert [(one.qty, one.value_paise) for one in shelf.openings] == [(10_000, 900_000), (2_500, 125_000)]


def test_columns_are_guessed_and_remembered(sharma: Shop, iyer: Shop) -> None:
    assert columns.guess(("index", "product", "category", "sub_category", "brand", "sale_price", "market_price", "type", "rating")) == {
        "name": 1,
        "category": 2,
        "brand": 4,
        "price": 5,
        "mrp": 6,
    }
    sheet = as_csv(["a", "Tea", "5"], headings=("x", "y", "z"))
    import_id = bring_in(sharma.actor, sheet, run=False)
    with open_books(sharma.actor) as books:
        assert imports.import_row(books, import_id).mapping == {}
        with pytest.raises(InvalidInput) as refusal:
            imports.request_import(books, import_id)
        assert set(refusal.value.errors) == {"name", "price"}
        options = imports.options_of(imports.import_row(books, import_id))
        for wrong in ({"name": 1}, {"name": 1, "price": 1}, {"name": 1, "price": 9}, {"name": 1, "price": 2, "secret": 0}):
            with pytest.raises(InvalidInput):
                imports.set_columns(books, import_id, wrong, options)
        imports.set_columns(books, import_id, {"name": 1, "price": 2}, options)
    for shop, expected in ((sharma, {"name": 1, "price": 2}), (iyer, {})):
        again = bring_in(shop.actor, sheet, run=False)
        with read_books(shop.actor) as books:
            assert imports.import_row(books, again).mapping == expected


def test_the_export_read_again_changes_nothing(sharma: Shop) -> None:
    make(sharma, '=HYPERLINK("x")', "10.5", mrp="12", codes=("96385074", "OWN-1"))
    make(sharma, "Shirt", "2500.12345", tax="clothes", price_includes_tax=False, sku="S1", hsn="6205")
    make(sharma, "Ghee", "640", tax="gst-12-5", unit="LTR", category="Dairy", brand="Amul")
    with read_books(sharma.actor) as books:
        rows = [[exports.as_text(cell) for cell in row] for row in lists.export_rows(books, lists.Filters())]
    assert rows[0][0].startswith("'=")  # a spreadsheet must not run it
    assert outcome(sharma.actor, bring_in(sharma.actor, as_csv(*rows, headings=lists.EXPORT_HEADINGS))) == ("done", 0, 0, 3, 0)


# Rows that cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("-5", "cannot be less than 0"),
        ("1e400", "plain digits"),
        ("NaN", "plain digits"),
        ("inf", "plain digits"),
        ("１２", "plain digits"),
        ("१२", "plain digits"),
        ("1.000001", "decimals"),
        ("99999999999999999", "larger than"),
        ("twelve", "plain digits"),
        ("", "no price"),
        ("31", "above the MRP"),
        ("=cmd|' /C calc'!A0", "plain digits"),
    ],
)
def test_a_bad_price_refuses_its_row_and_only_that(sharma: Shop, price: str, words: str) -> None:
    import_id = bring_in(sharma.actor, as_csv(["Bad", "", "", price, "30" if price == "31" else ""], ["Good", "", "", "5", ""]))
    assert outcome(sharma.actor, import_id) == ("done", 1, 0, 0, 1)
    row, name, *_rest, said = refusals(sharma.actor, import_id)[0]
    assert (row, name) == ("2", "Bad")
    assert words in said


def test_hostile_names_and_codes_are_refused_or_kept_as_text(sharma: Shop) -> None:
    headings = ("Item", "Barcode", "SKU", "Price")
    sheet = as_csv(
        ["x" * 10_000, "", "", "1"],
        ["=cmd|' /C calc'!A0", "", "", "1"],
        ["🙂", "", "", "1"],
        ["أرز بسمتي", "", "", "1"],
        ["wrong digit", "8901030865278", "", "1"],
        ["shortened", "8.90103E+12", "", "1"],
        ["two", "96385074", "A", "1"],
        ["taken code", "96385074", "B", "1"],
        ["taken sku", "", "A", "2"],
        ["", "", "", "5"],
        headings=headings,
    )
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 4, 0, 0, 6)
    said = {int(row[0]): row[-1] for row in refusals(sharma.actor, import_id)}
    assert "10,000 characters; at most 200" in said[2]
    assert "should be 5, not 8" in said[6]
    assert "shortened this barcode" in said[7]
    assert "row 8 already" in said[9]
    assert "Row 8 has this SKU already" in said[10]
    assert "no name" in said[11]
    assert sorted(names(sharma.actor)) == sorted(["=cmd|' /C calc'!A0", "🙂", "أرز بسمتي", "two"])


# Files that cannot be -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_usual_ways_to_write_text_are_read(sharma: Shop, encoding: str) -> None:
    bring_in(sharma.actor, as_csv(["चावल Basmati", "Brand", "Food", "5", ""]).decode().encode(encoding))
    assert names(sharma.actor) == ["चावल Basmati"]


def test_windows_text_and_other_separators_are_read(sharma: Shop) -> None:
    bring_in(sharma.actor, "Item;Price\nCafé crème – 1;5\n".encode("cp1252"))
    bring_in(sharma.actor, b"Item\tPrice\r\nTabbed\t5\r\n")
    assert names(sharma.actor) == ["Café crème – 1", "Tabbed"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Item,Price\n",
        b"\xff\xfeI\x00t",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        b"Item,Price\nx\x00y,5\n",
        b"\xef\xbb\xbfItem,Price\n\xff\xfe,5\n",
        b"Item,Price\n\x81\x8d,5\n",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x01\x02",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04" + b"\0" * 100,
        b'Item,Price\n"' + b"x" * 200_000,
        b"Item" + b",x" * 200 + b"\n" + b"1" + b",1" * 200,
    ],
)
def test_what_is_no_sheet_is_refused_in_words(sharma: Shop, content: bytes) -> None:
    assert unreadable(sharma, content)


def test_an_xlsx_is_read_and_its_formulas_are_only_looked_at(sharma: Shop) -> None:
    import_id = bring_in(
        sharma.actor, xlsx(["Rice", 120.5, 8901030865275], ["Formula", "=A1*2", ""], ["=cmd|' /C calc'!A0", 7, ""]), "list.xlsx"
    )
    assert outcome(sharma.actor, import_id) == ("done", 3, 0, 0, 0)
    with read_books(sharma.actor) as books:
        made = {row.name: lists.item_draft(books, row.id)[0] for row in lists.list_items(books, lists.Filters()).rows}
    assert made["Rice"].codes == ("8901030865275",)
    assert made["Formula"].price_millipaise == 9_950_000
    assert "=cmd|' /C calc'!A0" in made


def test_a_zip_bomb_is_not_opened(sharma: Shop) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 150_000_000)
    assert "unpacks to far more" in unreadable(sharma, buffer.getvalue(), "bomb.xlsx")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(3000):
            archive.writestr(f"xl/{number}", "")
    assert "unpacks to far more" in unreadable(sharma, many.getvalue(), "many.xlsx")


def test_a_zip_that_lies_or_holds_no_sheet_is_refused(sharma: Shop) -> None:
    for entries in ({"a.txt": "hello"}, {"xl/workbook.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, {"xl/workbook.xml": "not xml"}):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in entries.items():
                archive.writestr(name, text)
        assert unreadable(sharma, buffer.getvalue(), "x.xlsx")
    whole = xlsx(["Rice", 1, ""])
    assert unreadable(sharma, whole[: len(whole) // 2], "half.xlsx")


def test_a_sheet_that_claims_a_million_rows_is_read_as_far_as_it_goes(sharma: Shop, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Price"])
    book.active.append(["Rice", 5])
    book.active.cell(row=90_000, column=1).value = None
    path = tmp_path / "x.xlsx"
    book.save(path)
    assert outcome(sharma.actor, bring_in(sharma.actor, path.read_bytes()))[1] == 1


def test_a_gigabyte_is_refused_at_twenty_megabytes(sharma: Shop, var_dir: Path) -> None:
    sent = 0

    def gigabyte() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"a,1\n" * 250_000

    before = sorted(var_dir.rglob("*"))
    with pytest.raises(storage.TooLarge) as refusal:
        imports.receive(sharma.actor, "huge.csv", gigabyte())
    assert "20 MB" in refusal.value.problem
    assert sent < 25
    assert [path for path in sorted(var_dir.rglob("*")) if path.is_file()] == [path for path in before if path.is_file()]


def test_too_many_rows_are_refused(sharma: Shop) -> None:
    assert "50,000 rows" in unreadable(sharma, b"Item,Price\n" + b"a,1\n" * (sheets.MOST_ROWS + 1))


# Once, whole, and back ------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What a process feels when it is killed: nothing it has a handler for."""


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_goes_on(sharma: Shop, monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> None:
    headings = ("Item Name", "Brand", "Category", "Sale Price", "MRP", "Stock")
    rows = [[f"Item {number % 40}", f"Brand {number % 7}", "", str(10 + number), "", "1"] for number in range(95)]
    sheet = as_csv(*rows, headings=headings)
    make(sharma, "Item 3", "1", brand="Brand 3")
    import_id = bring_in(sharma.actor, sheet, run=False)
    with open_books(sharma.actor) as books:
        imports.request_import(books, import_id)
    monkeypatch.setattr(import_run, "BATCH", 10)
    write, calls = import_run._write_batch, []

    def dies(*arguments: Any) -> bool:
        calls.append(1)
        if len(calls) % 3 == 0:
            inner = import_run._Writer.write
            with monkeypatch.context() as patched:

                def half(self: Any, steps: Any, cells: Any) -> Any:
                    inner(self, steps, cells)
                    raise Killed

                patched.setattr(import_run._Writer, "write", half)
                return write(*arguments)
        return write(*arguments)

    monkeypatch.setattr(import_run, "_write_batch", dies)
    kills = 0
    while outcome(sharma.actor, import_id)[0] != "done":
        try:
            catalogue.run_import(sharma.actor, import_id)
        except Killed:
            kills += 1
    assert kills >= 3
    assert outcome(sharma.actor, import_id) == ("done", 94, 1, 0, 0)  # one was made by hand before
    assert len(names(sharma.actor)) == len(set(names(sharma.actor))) == 95
    monkeypatch.setattr(import_run, "_write_batch", write)
    catalogue.run_import(sharma.actor, import_id)  # a message that comes twice
    assert outcome(sharma.actor, bring_in(sharma.actor, sheet)) == ("done", 0, 0, 95, 0)
    with read_books(sharma.actor) as books:
        assert list(audit.broken_links(books)) == []


def test_two_workers_on_one_import_do_each_row_once(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = bring_in(sharma.actor, as_csv(*[[f"Item {n}", "", "", "5", ""] for n in range(30)]), run=False)
    with open_books(sharma.actor) as books:
        imports.request_import(books, import_id)
    monkeypatch.setattr(import_run, "BATCH", 7)
    write, inside = import_run._write_batch, []

    def another_comes_in_between(*arguments: Any) -> bool:
        if len(inside) < 2:
            inside.append(1)
            catalogue.run_import(sharma.actor, import_id)
        return write(*arguments)

    monkeypatch.setattr(import_run, "_write_batch", another_comes_in_between)
    catalogue.run_import(sharma.actor, import_id)
    assert outcome(sharma.actor, import_id) == ("done", 30, 0, 0, 0)


def test_a_barcode_taken_while_the_import_runs_is_planned_anew(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = as_csv(["One", "96385074", "5"], ["Two", "", "5"], headings=("Item", "Barcode", "Price"))
    import_id = bring_in(sharma.actor, sheet, run=False)
    with open_books(sharma.actor) as books:
        imports.request_import(books, import_id)
    write, done = import_run._write_batch, []

    def taken_first(*arguments: Any) -> bool:
        if not done:
            done.append(1)
            make(sharma, "Made at the till", "9", codes=("96385074",))
        return write(*arguments)

    monkeypatch.setattr(import_run, "_write_batch", taken_first)
    catalogue.run_import(sharma.actor, import_id)
    assert outcome(sharma.actor, import_id) == ("done", 1, 1, 0, 0)


def test_undo_takes_all_of_it_back(sharma: Shop, iyer: Shop) -> None:
    kept = make(sharma, "Salt", "28", brand="Tata")
    other = bring_in(iyer.actor, as_csv(["Coffee", "", "", "5", ""]))
    sheet = as_csv(["Salt", "Tata", "", "30", ""], ["Ghee", "Amul", "Dairy", "600", "640"])
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 1, 1, 0, 0)
    with read_books(sharma.actor) as books:
        rev = catalogue.snapshot(books, 0).rev
        ghee = lists.list_items(books, lists.Filters(text="ghee")).rows[0].id
    with open_books(sharma.actor) as books:
        imports.request_undo(books, import_id)
        imports.request_undo(books, import_id)
    catalogue.undo_import(sharma.actor, import_id)
    catalogue.undo_import(sharma.actor, import_id)
    assert names(sharma.actor) == ["Salt"]
    assert names(iyer.actor) == ["Coffee"]
    assert outcome(sharma.actor, import_id)[0] == "undone"
    with read_books(sharma.actor) as books:
        assert lists.listed_item(books, kept).price_millipaise == 2_800_000
        assert catalogue.snapshot(books, rev).gone == [str(ghee)]
        assert list(audit.broken_links(books)) == []
        with pytest.raises(NotFound):
            imports.import_row(books, other)
    assert outcome(sharma.actor, bring_in(sharma.actor, sheet)) == ("done", 1, 1, 0, 0)  # it can come again


def test_a_sheet_says_how_items_are_valued_until_they_have_moved(sharma: Shop) -> None:
    from webapp import stocktaking

    headings = ("Item Name", "Sale Price", "Valuation Method")

    def values() -> dict[str, str]:
        with read_books(sharma.actor) as books:
            rows = lists.list_items(books, lists.Filters()).rows
            return {row.name: lists.item_draft(books, row.id)[0].valuation for row in rows}

    rows = [["Ghee", "600", "FIFO"], ["Oil", "100", "weighted average"], ["Salt", "20", ""], ["Rice", "50", "lifo"]]
    first = bring_in(sharma.actor, as_csv(*rows, headings=headings))
    assert (outcome(sharma.actor, first), values()) == (("done", 3, 0, 0, 1), {"Ghee": "fifo", "Oil": "average", "Salt": "average"})
    assert "Write average or FIFO." in str(refusals(sharma.actor, first))
    second = bring_in(sharma.actor, as_csv(["Ghee", "600", "average"], ["Oil", "100", "fifo"], headings=headings))
    assert (outcome(sharma.actor, second), values()["Ghee"]) == (("done", 0, 2, 0, 0), "average")
    with open_books(sharma.actor) as books:
        oil = lists.list_items(books, lists.Filters(text="oil")).rows[0].id
        stocktaking.record_openings(books, [(oil, Qty(1000), Paise(100), books.today)])
    third = bring_in(sharma.actor, as_csv(["Oil", "101", "average"], headings=headings))
    assert outcome(sharma.actor, third) == ("done", 0, 0, 0, 1)
    assert "This item has moved since" in str(refusals(sharma.actor, third))
    with open_books(sharma.actor) as books:
        imports.request_undo(books, second)
    catalogue.undo_import(sharma.actor, second)
    assert values() == {"Ghee": "fifo", "Oil": "fifo", "Salt": "average"}, "what has moved since stays as it is valued"


def test_undo_keeps_what_a_person_changed_and_archives_what_is_in_use(sharma: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp import stock, stocktaking
    from webapp.catalogue import hooks

    monkeypatch.setattr(hooks, "_take_openings", stocktaking.record_openings)
    make(sharma, "Salt", "28", brand="Tata")
    sheet = as_csv(
        ["Salt", "Tata", "30", ""], ["Counted", "X", "5", "3"], ["Not counted", "X", "5", ""], headings=("Item", "Brand", "Price", "Stock")
    )
    import_id = bring_in(sharma.actor, sheet)
    assert outcome(sharma.actor, import_id) == ("done", 2, 1, 0, 0)
    with open_books(sharma.actor) as books:
        salt = lists.list_items(books, lists.Filters(text="salt")).rows[0].id
        held, version = lists.item_draft(books, salt)
        from dataclasses import replace

        catalogue.change_item(books, salt, replace(held, price_millipaise=MilliPaise(3_300_000)), version)
        imports.request_undo(books, import_id)
    catalogue.undo_import(sharma.actor, import_id)
    with read_books(sharma.actor) as books:
        row = imports.import_row(books, import_id)
        assert (row.state, row.rows_removed, row.rows_archived) == ("undone", 1, 1)
        assert lists.listed_item(books, salt).price_millipaise == 3_300_000
        assert [one.name for one in lists.list_items(books, lists.Filters(state="archived")).rows] == ["Counted"]
    assert stock


def test_an_import_under_way_is_not_changed_or_undone(sharma: Shop) -> None:
    import_id = bring_in(sharma.actor, as_csv(["Salt", "", "", "28", ""]), run=False)
    with open_books(sharma.actor) as books:
        imports.request_import(books, import_id)
        row = imports.import_row(books, import_id)
        with pytest.raises(Conflict):
            imports.set_columns(books, import_id, row.mapping, imports.options_of(row))
        with pytest.raises(Conflict):
            imports.request_undo(books, import_id)


def test_a_sheet_whose_file_is_gone_stops_with_words(sharma: Shop) -> None:
    import_id = bring_in(sharma.actor, as_csv(["Salt", "", "", "28", ""]), run=False)
    with open_books(sharma.actor) as books:
        imports.request_import(books, import_id)
        storage.delete(books.company_id, imports.import_row(books, import_id).storage_key)
    catalogue.run_import(sharma.actor, import_id)
    with read_books(sharma.actor) as books:
        row = imports.import_row(books, import_id)
        assert (row.state, row.error.startswith("This file does not exist")) == ("failed", True)


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample catalogue does not stand beside this checkout")
def test_twenty_thousand_real_rows_come_in_whole_and_once(
    sharma: Shop, iyer: Shop, max_queries: Callable[[int], AbstractContextManager[list[str]]]
) -> None:
    content = SAMPLE.read_bytes()
    first = bring_in(sharma.actor, content, SAMPLE.name)
    assert outcome(sharma.actor, first) == ("done", 19_254, 0, 745, 1)
    assert "no name" in refusals(sharma.actor, first)[0][-1]
    assert len(set(names(sharma.actor))) == 19_254
    assert names(iyer.actor) == []
    assert outcome(sharma.actor, bring_in(sharma.actor, content)) == ("done", 0, 0, 19_999, 1)
    with read_books(sharma.actor) as books:
        whole = catalogue.snapshot(books, 0)
        assert whole.count == len(whole.items) == 19_254
        with max_queries(8):
            assert len(lists.list_items(books, lists.Filters(text="chia organic")).rows) > 0
    assert draft
