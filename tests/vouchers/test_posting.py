"""What is saved stands once, balanced, under a number without gap; what is wrong is refused with its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.vouchers.conftest import TODAY, Desk
from webapp import books_check, company, ledger, vouchers
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.kernel.money import Paise
from webapp.platform.audit import EditLogEntry
from webapp.platform.tenancy import open_books, read_books
from webapp.vouchers import Entry, State
from webapp.vouchers.rules import NotADraft, StaleVersion


def refused(act: Callable[[], object]) -> dict[str, str]:
    """The errors by field with which `act` is refused."""
    with pytest.raises(InvalidInput) as refusal:
        act()
    return refusal.value.errors


def no_breach(desk: Desk) -> None:
    with open_books(desk.shop.actor) as books:
        assert [str(breach) for breach in books_check.verify_books(books).breaches] == []


CASES = {
    "contra": (("Bank", 500), ("Cash", -500)),
    "payment": (("Rent", 500), ("Cash", -500)),
    "receipt": (("Bank", 500), ("Ravi", -500)),
    "journal": (("Rent", 500), ("Capital", -500)),
    "debit_note": (("Gupta", 500), ("Rent", -500)),
    "credit_note": (("Rent", 500), ("Ravi", -500)),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_posted_under_its_own_series(desk: Desk, kind: str) -> None:
    desk.party("Ravi")
    desk.party("Gupta", is_supplier=True)
    first, second = (desk.post(kind, *CASES[kind], narration=f"One {kind}") for _ in range(2))
    letters = {"contra": "CT", "payment": "PY", "receipt": "RV", "journal": "JV", "debit_note": "DN", "credit_note": "CN"}[kind]
    assert [first.number, second.number] == [f"2600{letters}/000001", f"2600{letters}/000002"]
    with open_books(desk.shop.actor) as books:
        [posted] = ledger.vouchers_of(books, first.id)
    assert (posted.kind, posted.number, posted.narration, posted.document_kind) == (kind, first.number, f"One {kind}", "voucher")
    assert [line.amount for line in posted.lines] == [50_000, -50_000]
    no_breach(desk)


def test_a_new_year_begins_its_own_series(desk: Desk) -> None:
    last_year = desk.post("journal", ("Rent", 5), ("Capital", -5), voucher_date=date(2026, 3, 31))
    this_year = desk.post("journal", ("Rent", 5), ("Capital", -5), voucher_date=date(2026, 4, 1))
    assert [last_year.number, this_year.number] == ["2500JV/000001", "2600JV/000001"]


WRONG: dict[str, tuple[str, tuple[tuple[str, int], ...], dict[str, Any], str, str]] = {
    "unbalanced": ("journal", (("Rent", 1180), ("Capital", -1000)), {}, "rows", "Debits ₹1,180.00, credits ₹1,000.00: ₹180.00 short on the credit side."),
    "one line": ("journal", (("Rent", 5),), {}, "rows", "two rows or more"),
    "no line": ("journal", (), {}, "rows", "two rows or more"),
    "nothing": ("journal", (("Rent", 5), ("Capital", 0)), {}, "amount-2", "above 0"),
    "too much": ("journal", (("Rent", 10**12), ("Capital", -(10**12))), {}, "amount-1", "above 0"),
    "a day to come": ("journal", (("Rent", 5), ("Capital", -5)), {"voucher_date": TODAY + timedelta(days=1)}, "date", "21-Nov-2026 has not come yet"),
    "a novel": ("journal", (("Rent", 5), ("Capital", -5)), {"narration": "x" * 10_001}, "narration", "10,001 characters"),
    "a contra that spends": ("contra", (("Rent", 5), ("Cash", -5)), {}, "rows", "Rent is neither"),
    "a payment from nowhere": ("payment", (("Rent", 5), ("Capital", -5)), {}, "rows", "paid from"),
    "a receipt to nowhere": ("receipt", (("Rent", 5), ("Capital", -5)), {}, "rows", "came to"),
    "a journal of cash": ("journal", (("Rent", 5), ("Cash", -5)), {}, "rows", "Cash holds money"),
    "a note to nobody": ("debit_note", (("Rent", 5), ("Capital", -5)), {}, "rows", "names a customer or supplier"),
    "no party": ("journal", (("Customers", 5), ("Capital", -5)), {}, "account-1", "must say whose"),
    "reversed before": ("journal", (("Rent", 5), ("Capital", -5)), {"reverse_on": TODAY}, "reverse_on", "after 20-Nov-2026"),
    "a payment reversed": ("payment", (("Rent", 5), ("Cash", -5)), {"reverse_on": TODAY + timedelta(days=9)}, "reverse_on", "Only a journal"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_posted_is_refused_beside_its_field(desk: Desk, case: str) -> None:
    kind, rows, more, name, words = WRONG[case]
    errors = refused(lambda: desk.post(kind, *rows, **more))
    assert words in errors[name]
    assert desk.states() == []
    assert desk.balances() == {}


def test_ten_thousand_characters_and_any_script_are_kept(desk: Desk) -> None:
    name = "चाय वाला ☕ مقهى"
    desk.party(name)
    words = ("किराया " * 2000)[:10_000]
    kept = desk.post("receipt", ("Cash", 5), (name, -5), narration=words)
    assert desk.document(kept.id).narration == words


def test_two_hundred_rows_are_read_and_written_in_a_few_statements(desk: Desk, max_queries: Any) -> None:
    rows = [desk.entry("Rent", 5) for _ in range(199)] + [desk.entry("Capital", -995)]
    with max_queries(45):
        kept = desk.save(desk.command("journal", *rows))
    assert (kept.amount_paise, len(kept.entries)) == (99_500, 200)
    too_many = [desk.entry("Rent", 5) for _ in range(500)] + [desk.entry("Capital", -2500)]
    assert "501 rows" in refused(lambda: desk.save(desk.command("journal", *too_many)))["rows"]


def test_the_same_form_twice_is_written_once(desk: Desk) -> None:
    command = desk.command("payment", ("Rent", 5), ("Cash", -5))
    assert desk.save(command) == desk.save(command)
    with pytest.raises(Conflict, match="other content"):
        desk.save(replace(command, narration="other"))
    with pytest.raises(Conflict, match="under this id"):
        desk.save(replace(command, save_id=new_id()))
    assert desk.states() == [("2600PY/000001", State.POSTED)]


def test_a_locked_month_is_refused_beside_the_date(desk: Desk) -> None:
    with open_books(desk.shop.actor) as books:
        company.lock_month(books, 202610, "filed")
    errors = refused(lambda: desk.post("payment", ("Rent", 5), ("Cash", -5), voucher_date=date(2026, 10, 31)))
    assert "Oct 2026 was locked" in errors["date"]
    with read_books(desk.shop.actor) as books:
        kept = books.session.scalars(select(EditLogEntry).where(EditLogEntry.action == "refuse")).one()
        assert kept.new == {"scope": "money", "day": "2026-10-31", "locked_by": desk.shop.actor.name}


def test_only_the_part_that_is_locked_is_refused(desk: Desk) -> None:
    with open_books(desk.shop.actor) as books:
        company.lock_month(books, 202610, "filed", "money")
    desk.post("journal", ("Rent", 5), ("Capital", -5), voucher_date=date(2026, 10, 31))
    assert refused(lambda: desk.post("payment", ("Rent", 5), ("Cash", -5), voucher_date=date(2026, 10, 31)))["date"]


def test_what_is_anothers_or_put_away_is_no_choice(desk: Desk, other: Desk) -> None:
    theirs, their_centre, their_party = other.account("Theirs"), other.centre("Van"), other.party("Meera")
    mine = desk.entry("Capital", -5)
    for entry in (Entry(theirs, Paise(500)), Entry(desk.accounts["Customers"], Paise(500), their_party), Entry(uuid4(), Paise(500))):
        assert refused(lambda entry=entry: desk.post("journal", entry, mine))["account-1"] == "Choose an account from the list."
    desk.centres["Van"] = their_centre
    assert "cost centre" in refused(lambda: desk.post("journal", desk.entry("Rent", 5, Van=5), mine))["costs-1"]
    with open_books(other.shop.actor) as books, pytest.raises(NotFound):
        vouchers.cancel(books, desk.post("journal", ("Rent", 5), ("Capital", -5)).id, save_id=new_id(), reason="not theirs")


def test_cost_centres_bear_the_whole_line(desk: Desk) -> None:
    desk.centre("Van")
    desk.centre("Shop")
    errors = refused(lambda: desk.post("journal", desk.entry("Rent", 10, Van=4, Shop=5), ("Capital", -10)))
    assert errors == {"costs-1": "Cost centres bear ₹9.00 of ₹10.00: ₹1.00 left over."}
    kept = desk.post("journal", desk.entry("Rent", 10, Van=4, Shop=6), ("Capital", -10))
    with open_books(desk.shop.actor) as books:
        [posted] = ledger.vouchers_of(books, kept.id)
    assert {share.amount for share in posted.lines[0].costs} == {400, 600}
    no_breach(desk)


def test_a_draft_may_be_unfinished_and_only_a_draft_is_deleted(desk: Desk) -> None:
    draft = desk.post("payment", ("Rent", 5), ("Cash", 0), wish=State.DRAFT, voucher_date=TODAY + timedelta(days=9))
    assert (draft.number, draft.state, desk.balances()) == ("", "draft", {})
    finished = replace(vouchers.command_of(draft), entries=desk.command("payment", ("Rent", 5), ("Cash", -5)).entries, voucher_date=TODAY)
    posted = desk.save(replace(finished, wish=State.POSTED))
    assert (posted.number, posted.version) == ("2600PY/000001", 2)
    with open_books(desk.shop.actor) as books, pytest.raises(NotADraft):
        vouchers.remove(books, posted.id)
    draft = desk.post("payment", ("Rent", 5), ("Cash", -5), wish=State.DRAFT)
    with open_books(desk.shop.actor) as books:
        vouchers.remove(books, draft.id)
    assert desk.states() == [("2600PY/000001", State.POSTED)]
    no_breach(desk)


def test_a_memorandum_is_not_in_the_books_until_it_is_posted(desk: Desk) -> None:
    memo = desk.post("journal", ("Rent", 5), ("Capital", -5), wish=State.OPTIONAL)
    assert (memo.number, desk.balances()) == ("", {})
    with open_books(desk.shop.actor) as books:
        posted = vouchers.post_kept(books, memo.id, version=1, save_id=new_id())
    assert posted.number == "2600JV/000001"
    assert desk.balances() == {"Rent": 500, "Capital": -500}


def test_an_amendment_reverses_exactly_and_keeps_the_number(desk: Desk) -> None:
    first = desk.post("payment", ("Rent", 500), ("Cash", -500), voucher_date=date(2026, 11, 1))
    second = desk.save(replace(vouchers.command_of(first), entries=desk.command("payment", ("Rent", 700), ("Bank", -700)).entries))
    assert (second.number, second.state, second.version) == (first.number, "amended", 2)
    assert desk.balances() == {"Rent": 70_000, "Bank": -70_000}
    with open_books(desk.shop.actor) as books:
        posted = ledger.vouchers_of(books, first.id)
        history = vouchers.versions(books, first.id)
    assert [(one.number, one.reverses_id is not None) for one in posted].count((first.number, True)) == 1
    assert {one.number for one in posted} == {first.number}
    assert [(one.version, one.act) for one in history] == [(1, "posted"), (2, "amended")]
    assert desk.cancel(first.id).state == "cancelled"
    assert desk.balances() == {}
    assert desk.cancel(first.id).version == 3
    assert desk.post("payment", ("Rent", 1), ("Cash", -1)).number == "2600PY/000002"
    no_breach(desk)


def test_who_saves_second_is_told_and_the_first_stands(desk: Desk) -> None:
    first = desk.post("payment", ("Rent", 500), ("Cash", -500))
    mine, yours = vouchers.command_of(first), vouchers.command_of(first)
    desk.save(replace(mine, narration="mine"))
    with pytest.raises(StaleVersion):
        desk.save(replace(yours, narration="yours"))
    assert desk.document(first.id).narration == "mine"


def test_an_amendment_stays_in_its_year_and_out_of_locked_months(desk: Desk) -> None:
    kept = desk.post("payment", ("Rent", 500), ("Cash", -500), voucher_date=date(2026, 4, 2))
    errors = refused(lambda: desk.save(replace(vouchers.command_of(kept), voucher_date=date(2026, 3, 31))))
    assert "numbered in 2026-27" in errors["date"]
    with open_books(desk.shop.actor) as books:
        company.lock_month(books, 202604, "filed")
    assert "locked" in refused(lambda: desk.save(replace(vouchers.command_of(kept), voucher_date=TODAY)))["date"]
    desk.cancel(kept.id)  # reversed today, for its own month is locked
    with open_books(desk.shop.actor) as books:
        assert [one.voucher_date for one in ledger.vouchers_of(books, kept.id) if one.reverses_id] == [TODAY]
    no_breach(desk)


def test_a_reason_is_asked_for(desk: Desk) -> None:
    kept = desk.post("payment", ("Rent", 500), ("Cash", -500))
    assert "few words" in refused(lambda: desk.cancel(kept.id, " "))["reason"]
    assert desk.document(kept.id).state == "posted"


def test_a_post_dated_voucher_posts_itself_on_its_day(desk: Desk, clock: Any) -> None:
    day = TODAY + timedelta(days=3)
    kept = desk.post("payment", ("Rent", 500), ("Cash", -500), wish=State.POSTDATED, voucher_date=day)
    late = desk.post("payment", ("Rent", 7), ("Cash", -7), wish=State.POSTDATED, voucher_date=day)
    assert (kept.state, kept.number, desk.balances()) == ("postdated", "", {})
    clock.advance(days=3)
    with open_books(desk.shop.actor) as books:
        desk_locks(books, late, desk)
        assert vouchers.post_due(books) == (1, 1)
    assert (desk.document(kept.id).number, desk.document(kept.id).voucher_date) == ("2600PY/000001", day)
    assert "cost centre Van is archived" in desk.document(late.id).trouble
    with open_books(desk.shop.actor) as books:
        assert vouchers.post_due(books) == (0, 1)
    no_breach(desk)


def desk_locks(books: Any, late: Any, desk: Desk) -> None:
    """The second one's cost centre is put away before its day."""
    from sqlalchemy import select

    from webapp.ledger.models import CostCentre

    centre = ledger.create_cost_centre(books, "Van")
    entries = (Entry(desk.accounts["Rent"], Paise(700), None, (vouchers_share(centre.id),)), desk.entry("Cash", -7))
    vouchers.save(books, replace(vouchers.command_of(late), entries=entries, wish=State.POSTDATED, voucher_date=TODAY + timedelta(days=30)))
    from sqlalchemy import update

    from webapp.vouchers.models import VoucherDocument

    day = TODAY + timedelta(days=3)
    books.session.execute(update(VoucherDocument).where(VoucherDocument.id == late.id).values(voucher_date=day))
    books.session.scalars(select(CostCentre).where(CostCentre.id == centre.id)).one().archived_at = books.now
    books.session.flush()


def vouchers_share(centre_id: Any) -> Any:
    from webapp.kernel.posting import CostShare

    return CostShare(centre_id, Paise(700))


def test_a_journal_reverses_itself_on_a_day(desk: Desk, clock: Any) -> None:
    day = TODAY + timedelta(days=11)
    kept = desk.post("journal", ("Rent", 500), ("Capital", -500), reverse_on=day, narration="Provision")
    assert desk.balances() == {"Rent": 50_000, "Capital": -50_000}
    clock.advance(days=11)
    with open_books(desk.shop.actor) as books:
        assert vouchers.post_due(books) == (1, 0)
    with open_books(desk.shop.actor) as books:
        rows = {row.name: row.closing for row in ledger.trial_balance(books, day, day) if row.closing}
    assert rows == {}
    with pytest.raises(Conflict, match="Its reversal 2600JV/000002 stands"):
        desk.cancel(kept.id)


def test_a_reversal_to_come_goes_with_what_it_reverses(desk: Desk) -> None:
    kept = desk.post("journal", ("Rent", 500), ("Capital", -500), reverse_on=TODAY + timedelta(days=11))
    changed = replace(vouchers.command_of(kept), entries=desk.command("journal", ("Rent", 300), ("Capital", -300)).entries)
    desk.save(changed)
    desk.cancel(kept.id)
    assert sorted(state for _number, state in desk.states()) == [State.CANCELLED] * 3
    assert desk.balances() == {}
