"""The two questions put to a company's books: are all promises kept, and do the kept totals equal their registers?"""

from __future__ import annotations

from webapp import catalogue, stock
from webapp.books_check import bought, carried, documents, gateway, made, settled, totals, tracked, typed, vouchers
from webapp.books_check.rules import Check, Report
from webapp.platform import audit
from webapp.platform.tenancy import Books


def verify_books(books: Books) -> Report:
    """Check every promise of the books. `report.breaches` is empty when all are kept; each breach names its row."""
    report = _look(books)
    if report.breaches and books.connection.dialect.name == "postgresql":
        return report.seen_again(_look(books))
    return report


def replay(books: Books, *, repair: bool = False) -> list[str]:
    """Work every kept total out again from its register; returns each difference in words. With `repair` the kept
    totals are made equal, and the edit log says so. The registers themselves are never touched."""
    found = [difference for total in totals.ALL for difference in totals.differences(books, total)[1]]
    if repair and found:
        totals.repair(books, found)
        for difference in found:
            kept = dict(zip(difference.total.figures, difference.kept, strict=True))
            right = dict(zip(difference.total.figures, difference.right, strict=True))
            entity = difference.total.model.__tablename__
            audit.record(books, "repair", entity, "/".join(str(part) for part in difference.key), old=kept, new=right)
    return [difference.words for difference in found] + _layers(books, repair=repair)


def _layers(books: Books, *, repair: bool) -> list[str]:
    """The same for the layers of goods that go out first in, first out."""
    found = stock.put_layers_right(books) if repair else stock.mislaid(books)
    names = catalogue.counted_items(books, ids={key.item_id for key, _kept, _right in found}) if found else {}
    words = [f"{names[key.item_id].name}: {vouchers.layers_words(kept, right)}" for key, kept, right in found]
    for key, kept, right in found if repair else ():
        place = "/".join(str(part) for part in (key.item_id, key.store_id, key.batch))
        audit.record(books, "repair", "stock_balance", place, old={"layers": kept.layers}, new={"layers": right.layers})
    return words


def _look(books: Books) -> Report:
    checks = [vouchers.check_balanced(books), vouchers.check_reversals(books), vouchers.check_cost_shares(books)]
    for total in totals.ALL:
        looked_at, found = totals.differences(books, total)
        checks.append(Check(total.what, looked_at, tuple(difference.words for difference in found)))
    checks.append(settled.check_settled(books))
    checks += vouchers.check_stock(books)
    checks += [tracked.check_batches(books), tracked.check_serials(books), tracked.check_transit(books)]
    checks.append(tracked.check_delivered(books))
    checks += [typed.check_typed(books), bought.check_bought(books), carried.check_carried(books)]
    checks.append(made.check_made(books))
    checks.append(gateway.check_gateway(books))
    checks += [documents.check_bills(books), documents.check_posted(books), documents.check_numbers(books), documents.check_log(books)]
    return Report(checks)
