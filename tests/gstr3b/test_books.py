"""The oracle: GSTR-3B is GSTR-1 and input tax by table, which is what the tax accounts of its months moved; filing it closes them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from tests.bad_days.test_last_unit import at_once
from tests.conftest import Clock
from tests.ground.limits import held_to_days_back
from tests.ground.shops import Shop, found_sharma
from tests.gst_returns import shared_files
from tests.gst_returns.month import KARNATAKA
from tests.gstr3b.shopfront import EARLY, FILED, GSTIN, TAXES, Front
from tests.support import refused
from webapp import gst_returns, gstr3b, input_tax, ledger
from webapp.company import OpeningDraft, PeriodLocked, open_days
from webapp.gst_returns import ReturnPeriod
from webapp.gstr3b import law, ledgers, writing
from webapp.gstr3b.told import CELLS, OUTWARD, Gstr3b
from webapp.input_tax import Tax
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.ledger.models import JournalLine, Voucher
from webapp.platform.tenancy import open_books, read_books

NOVEMBER = ReturnPeriod("month", 202611)


@pytest.fixture
def front(sharma: Shop) -> Front:
    return Front.of(sharma)


def rows_add_up(told: Gstr3b) -> bool:
    return all(told.of(cell).value == sum(row.value for row in told.of(cell).rows) for cell in CELLS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_month_is_gstr1_and_input_tax_and_the_tax_accounts(sharma: Shop, iyer: Shop, seed: int) -> None:
    front, other = Front.of(sharma, seed), Front.of(iyer, 9)
    other.month.bill(("Soap", "3"), party="Bharat")
    front.desk.chance.seed(seed)
    for _paper in range(14):
        front.month.at_random(date(2026, 11, 1))
        front.desk.at_random(date(2026, 11, 1))
    told, sold = front.told(NOVEMBER), front.month.told(NOVEMBER)
    due = gst_returns.tax_of_period(sold)
    assert told.output == Tax(due.igst, due.cgst, due.sgst, due.cess)
    set_off = {"cgst": sum(-line for line in used_by_hand(front))}
    assert {head: getattr(told.output, head) for head in TAXES} == {
        head: amount + set_off.get(head, 0) for head, amount in front.month.output_tax(NOVEMBER.days).items()
    }
    table = front.ask(lambda books: input_tax.table_4(books, GSTIN, 202611))
    assert told.net_credit == table.net
    assert told.reverse == front.ask(lambda books: input_tax.reverse_charge(books, GSTIN, 202611)).tax
    # What GSTR-1 tells beside its tax stands in 3.1 too: all its value, but that of advances, which GSTR-1 keeps apart.
    advances = sum(row.value for row in told.of("osup_det").rows if row.section in ("at", "txpd"))
    assert sum(told.of(cell).value for cell in OUTWARD if cell != "isup_rev") - advances == due.taxable
    assert rows_add_up(told)
    inter = list(told.of("unreg_details").rows)
    assert all(row in told.of("osup_det").rows and row.place != "27" for row in inter)
    assert (
        json.loads(gstr3b.as_text(told), parse_float=Decimal)["sup_details"]["osup_det"]["txval"]
        == Decimal(told.of("osup_det").value) / 100
    )
    if shared_files.STATUTORY.is_dir():
        require_form(writing.body(told))


def used_by_hand(front: Front) -> list[int]:
    """What journals of the desk have set off against output CGST: they debit it, and no return tells them."""

    def ask(books: Any) -> list[int]:
        query = (
            select(JournalLine.amount_paise)
            .join(Voucher, (Voucher.company_id == JournalLine.company_id) & (Voucher.id == JournalLine.voucher_id))
            .where(JournalLine.account_id == ledger.heads(books)["output-cgst"], Voucher.document_kind == "voucher")
        )
        return [-int(amount) for amount in books.session.scalars(query)]

    return list(front.ask(ask))


def require_form(body: dict[str, Any]) -> None:
    """Hold a return against the portal's form and its blank template: order of blocks, every key of a fixed block."""
    form = json.loads((shared_files.STATUTORY / "schemas" / "gstr3b" / "form.json").read_text())
    assert list(body) == [key for key in form["emission"]["order"] if key in body]
    assert list(body["sup_details"]) == [row["key"] for row in form["sup_details"]["rows"]]
    assert all(set(row) == {"txval", "iamt", "camt", "samt", "csamt"} for row in body["sup_details"].values())
    for name in ("itc_avl", "itc_rev", "itc_inelg"):
        assert [row["ty"] for row in body["itc_elg"][name]] == [row["ty"] for row in form["itc_elg"][name]]
    assert [row["ty"] for row in body["inward_sup"]["isup_details"]] == [row["ty"] for row in form["inward_sup"]["rows"]]
    dropped = form["gates"]["inter_sup_dropped"]["from_period"]
    assert ("inter_sup" in body) == (body["ret_period"][2:] + body["ret_period"][:2] < dropped[2:] + dropped[:2])


def leaves(value: object, path: tuple[object, ...] = ()) -> dict[tuple[object, ...], object]:
    """Everything in a file by where it stands; rows of a list by their kind."""
    if isinstance(value, dict):
        return {where: leaf for key, one in value.items() for where, leaf in leaves(one, (*path, key)).items()} or {path: {}}
    if isinstance(value, list):
        keyed = {one["ty"] if isinstance(one, dict) and "ty" in one else number: one for number, one in enumerate(value)}
        return {where: leaf for key, one in keyed.items() for where, leaf in leaves(one, (*path, key)).items()} or {path: []}
    return {path: value}


@pytest.mark.parametrize(("month", "has_places", "has_operators"), [(202510, True, True), (202511, False, True), (202206, True, False)])
def test_a_blank_month_is_the_portals_template(front: Front, month: int, *, has_places: bool, has_operators: bool) -> None:
    folder = shared_files.needed()
    told = front.told(ReturnPeriod("month", month))
    text = gstr3b.as_text(told)
    require_form(writing.body(told))
    ours = leaves(json.loads(text))
    template = leaves(json.loads((folder / "samples" / "gstr3b" / "gstr3b-blank-template.json").read_text()))
    for where, leaf in template.items():
        if where[0] in ("gstin", "ret_period") or (where[0] == "inter_sup" and not has_places):
            continue
        if where[0] == "eco_dtls" and not has_operators:
            continue
        assert ours[where] == leaf, where
    # What stands beyond the template is what the utility writes besides: nothing, everywhere.
    assert all(leaf in (0, {}) for where, leaf in ours.items() if where not in template)
    assert json.loads(text)["ret_period"] == f"{month % 100:02d}{month // 100}"
    assert told.is_nil


def test_each_paper_stands_in_its_table(front: Front) -> None:
    month, buyer = front.month, front.desk.buyer
    month.bill(("Soap", "1"), ("Salt", "2"), ("Book", "1"), party="Pune Mart", day=EARLY)
    month.bill(("Soap", "2"), party="Tom", destination="export_paid", day=EARLY)
    month.bill(("Soap", "3"), party="Bharat", destination="sez_lut", lut_number="LUT/1", day=EARLY)
    month.bill(("Soap", "4"), place="29", day=EARLY)
    month.bill(("TV", "1"), party="Raj", day=EARLY)
    front.desk.buy(buyer.line("Salt", 1, 70), day=EARLY)
    told = front.told()
    assert told.of("osup_det").tax == Tax(72_00 + 2288136, 9_00, 9_00)
    assert (told.of("osup_zero").value, told.of("osup_zero").tax) == (500_00, Tax(36_00))
    assert told.of("osup_nil_exmp").value == 130_00
    places = {place: one.value for place, one in told.of("unreg_details").by_place().items()}
    assert places == {"29": 400_00, "24": told.of("osup_det").value - 500_00}
    assert told.of("gst_intra").value == 70_00
    (large,) = [row for row in told.of("osup_det").rows if row.section == "b2cl"]
    assert large.source == "invoice"
    assert large.id == month.bills[-1]


def test_filing_pays_in_the_laws_order_and_closes_the_tax_accounts(front: Front) -> None:
    front.month.bill(("TV", "1"), ("Soap", "3"), day=EARLY, party="Pune Mart")
    front.desk.buy(front.desk.buyer.line("Soap", 10, 333.33), day=EARLY)
    front.desk.buy(front.desk.buyer.line("Soap", 10, 100.01), of="Far Traders", day=EARLY)
    told = front.told()
    assert "GSTR-1" in refused(front.file, Conflict)
    front.file_gstr1()
    assert "electronic cash ledger" in refused(front.file, Conflict)
    front.pay_what_is_missing()
    wanted = front.asked(arn="AA271026000001B")
    row = front.file(wanted)
    assert front.file(wanted) == row
    assert "other content" in refused(lambda: front.file(replace(wanted, arn="")), Conflict)
    kept = front.ask(lambda books: gstr3b.kept_of(books, row.id))
    assert kept.settlement.due == told.output
    assert kept.settlement.used[("cgst", "igst")] > 0
    assert front.cash() == Tax()
    assert all(0 <= left < 100 for left in front.credit())
    liability = front.ask(lambda books: gstr3b.balances(books, GSTIN, "liability"))
    assert all(of == Tax() for of in liability.values())
    with open_books(front.month.trade.actor) as books:
        posted = gstr3b.post_set_off(books, row.id)
    with open_books(front.month.trade.actor) as books:
        assert gstr3b.post_set_off(books, row.id).id == posted.id
    assert [front.account(f"output-{head}") for head in TAXES] == [0, 0, 0, 0]
    assert sum(front.account(f"input-{head}") for head in TAXES) == sum(front.credit())
    assert front.account("gst-cash-ledger") == 0
    # The purchases of the month are locked, those of the next are not.
    with pytest.raises(PeriodLocked):
        front.desk.buy(day=EARLY)
    with pytest.raises(PeriodLocked):
        front.desk.journal("input-cgst", "expenses", 9, EARLY)
    front.desk.journal("expenses", "cash", 9, EARLY)
    front.desk.buy(day=date(2026, 11, 3))
    # October's register of input tax is what it was: what paid the tax is no credit of November.
    assert front.told(NOVEMBER).net_credit == front.ask(lambda books: input_tax.table_4(books, GSTIN, 202611)).net
    assert front.told(NOVEMBER).net_credit.cgst == 90_00


def test_taking_a_filing_back_undoes_all_it_moved(front: Front) -> None:
    front.month.bill(("TV", "1"), day=EARLY, party="Pune Mart")
    front.file_gstr1()
    front.pay_what_is_missing()
    held, accounts = front.cash(), {head: front.account(f"output-{head}") for head in TAXES}
    row = front.file()
    with open_books(front.month.trade.actor) as books:
        gstr3b.post_set_off(books, row.id)
    assert front.cash() == Tax()
    challan = front.ask(lambda books: gstr3b.deposits(books, GSTIN))[0]
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="used this deposit"):
        gstr3b.cancel_deposit(books, challan.id, "Entered twice")
    with open_books(front.month.trade.actor) as books, pytest.raises(InvalidInput):
        gstr3b.reopen_3b(books, row.id, "")
    with open_books(front.month.trade.actor) as books:
        gstr3b.reopen_3b(books, row.id, "Filed too early")
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict):
        gstr3b.reopen_3b(books, row.id, "Filed too early")
    with open_books(front.month.trade.actor) as books, pytest.raises(Conflict, match="taken back"):
        gstr3b.post_set_off(books, row.id)
    assert (front.cash(), front.credit()) == (held, Tax())
    assert {head: front.account(f"output-{head}") for head in TAXES} == accounts
    front.desk.buy(day=EARLY)
    again = front.file()
    assert again.round == 2
    with open_books(front.month.trade.actor) as books:
        assert gstr3b.post_set_off(books, again.id).id != gstr3b.voucher_of(row.id)


def test_a_late_return_costs_with_the_next_one(front: Front, clock: Clock) -> None:
    front.month.bill(("TV", "1"), day=EARLY, party="Pune Mart")
    clock.advance(days=20)
    late = date(2026, 12, 5)
    front.file_gstr1(day=late)
    front.deposit(date(2026, 11, 19), tax_cgst=5000, tax_sgst=5000)  # lay there from before the due day
    front.pay_what_is_missing(day=late)
    row = front.file(front.asked(filed_on=late))
    kept = front.ask(lambda books: gstr3b.kept_of(books, row.id))
    base = kept.settlement.cash.cgst - 5000_00
    assert kept.late_days == 15
    assert kept.next_interest.cgst == (2 * base * 18 * 15 + 36500_00) // (2 * 36500_00) * 100
    assert (kept.next_fee, front.told(NOVEMBER).fee) == (Tax(0, 375_00, 375_00), Tax(0, 375_00, 375_00))
    assert front.told(NOVEMBER).interest == kept.next_interest
    late_told = json.loads(gstr3b.as_text(front.told(NOVEMBER)))["intr_ltfee"]
    assert late_told["ltfee_details"] == {"camt": 375, "samt": 375}
    assert late_told["intr_details"]["camt"] == kept.next_interest.cgst // 100


def test_more_returned_than_sold_is_taken_off_the_next_month(front: Front, clock: Clock) -> None:
    sold = front.month.bill(("TV", "1"), day=date(2026, 9, 9), party="Pune Mart")
    september = ReturnPeriod("month", 202609)
    front.file_gstr1(september)
    front.pay_what_is_missing(september)
    front.file(front.asked(september))
    front.file_gstr1()
    front.pay_what_is_missing()  # what September's lateness costs
    front.file(front.asked())
    front.month.trade.take_back(sold, (1, 1))
    clock.advance(days=12)
    front.file_gstr1(NOVEMBER, date(2026, 12, 2))
    below = front.told(NOVEMBER).output
    assert below.cgst < 0
    front.pay_what_is_missing(NOVEMBER, date(2026, 12, 2))
    front.file(front.asked(NOVEMBER, filed_on=date(2026, 12, 2)))
    carried = front.ask(lambda books: gstr3b.carried(books, GSTIN))
    assert carried == Tax(*(-law.to_rupee(amount) for amount in below))
    front.file_gstr1(august := ReturnPeriod("month", 202608), date(2026, 12, 2))
    assert "filed already" in refused(lambda: front.file(front.asked(august, filed_on=date(2026, 12, 2))), Conflict)


def test_what_changes_after_gstr1_stays_out_of_3b(front: Front) -> None:
    front.month.bill(("Soap", "1"), day=EARLY, party="Pune Mart")
    filed = front.file_gstr1()
    with open_books(front.month.trade.actor) as books:
        gst_returns.reopen_return(books, filed.id, "Wrong month")
    again = front.file_gstr1()
    with open_books(front.month.trade.actor) as books:
        draft = OpeningDraft(EARLY, EARLY, ("sales",), "A bill was missed", timedelta(hours=2))
        open_days(books, draft)
    front.month.bill(("Soap", "5"), day=EARLY, party="Pune Mart")
    told = front.told()
    assert again.stands
    assert told.is_told
    assert told.output == Tax(0, 9_00, 9_00)
    assert told.since == Tax(0, 45_00, 45_00)
    assert json.loads(gstr3b.as_text(told))["sup_details"]["osup_det"]["txval"] == 100


def test_deposits_openings_and_instalments(front: Front, iyer: Shop) -> None:
    id_ = new_id()
    first = front.deposit(id_=id_, tax_cgst=500, interest_igst=7)
    assert front.deposit(id_=id_, tax_cgst=500, interest_igst=7) == first
    assert "other content" in refused(lambda: front.deposit(id_=id_, tax_cgst=600), Conflict)
    for wrong in ({"tax_cgst": 0}, {"tax_cgst": 10**15}, {"tax_cgst": 5, "cpin": "12"}, {"tax_cgst": 5, "day": date(2027, 1, 1)}):
        with pytest.raises(InvalidInput):
            front.deposit(**wrong)  # type: ignore[arg-type]
    for month in (202612, 3, 5, 202600):
        with pytest.raises(InvalidInput):
            front.deposit(month=month, tax_cgst=5)
    assert (front.cash(), front.account("gst-cash-ledger"), front.account("bank")) == (Tax(0, 500_00), 507_00, -507_00)
    with open_books(front.month.trade.actor) as books:
        gstr3b.cancel_deposit(books, first.id, "Entered twice")
        assert not gstr3b.cancel_deposit(books, first.id, "Entered twice").stands
    assert (front.cash(), front.account("gst-cash-ledger")) == (Tax(), 0)
    with open_books(front.month.trade.actor) as books:
        for credit in (Tax(100_55), Tax(100_55), Tax(40_00)):
            gstr3b.enter_opening(books, gstr3b.Opening(new_id(), GSTIN, date(2026, 10, 1), credit, Tax(0, 9_00)))
    assert (front.credit(), front.cash()) == (Tax(40_00), Tax(0, 9_00))
    lines = front.ask(lambda books: ledgers.entries(books, GSTIN, "cash"))
    assert next(one.balance for one in lines if (one.head, one.minor) == ("cgst", "tax")) == 9_00
    other = Front.of(iyer)
    assert other.ask(lambda books: gstr3b.deposits(books, GSTIN)) == []
    with pytest.raises(NotFound):
        other.deposit(tax_cgst=5)  # Sharma's registration
    with open_books(other.month.trade.actor) as books, pytest.raises(NotFound):
        gstr3b.cancel_deposit(books, first.id, "Not mine")


def test_an_instalment_is_a_share_of_the_cash_before_or_the_months_own_tax(front: Front) -> None:
    quarter = ReturnPeriod("quarter", 202609)
    front.month.bill(("TV", "1"), day=date(2026, 9, 9), party="Pune Mart")
    front.file_gstr1(quarter)
    front.pay_what_is_missing(quarter)
    row = front.file(front.asked(quarter))
    front.month.bill(("Soap", "1"), day=EARLY, party="Pune Mart")
    front.deposit(month=202610, tax_cgst=20)
    with open_books(front.month.trade.actor) as books:
        one = gstr3b.instalment(books, gst_returns.registration(books, GSTIN), 202610)
        cash = gstr3b.kept_of(books, row.id).settlement.cash.cgst  # type: ignore[union-attr]
        with pytest.raises(NotFound):
            gstr3b.instalment(books, gst_returns.registration(books, GSTIN), 202612)
    assert one.fixed is not None
    assert abs(one.fixed.cgst - cash * 35 // 100) < 100
    assert (one.own, one.paid, one.due_on) == (Tax(0, 9_00, 9_00), Tax(0, 20_00), date(2026, 11, 25))


def test_two_who_file_at_once_file_once(real_engine: Engine) -> None:
    front = Front.of(found_sharma())
    front.month.bill(("Soap", "1"), day=EARLY, party="Pune Mart")
    front.file_gstr1()
    front.pay_what_is_missing()
    wanted = front.asked()
    answers = at_once([lambda: front.file(wanted), lambda: front.file(wanted)])
    assert len({getattr(one, "id", one) for one in answers}) == 1
    assert front.cash() == Tax()


def test_returns_are_of_one_registration_and_company(front: Front, iyer: Shop) -> None:
    front.month.send_to_branch()
    front.month.bill(("Soap", "1"), day=EARLY)
    assert front.told(NOVEMBER, KARNATAKA).output == Tax()
    assert front.told(NOVEMBER).output.igst == 90_00
    other = Front.of(iyer)
    with pytest.raises(NotFound):
        other.told()


def test_what_is_paid_is_dated_no_further_back_than_the_role_may(front: Front) -> None:
    front.month.bill(("TV", "1"), day=EARLY, party="Pune Mart")
    front.file_gstr1()
    actor = front.month.trade.actor
    with read_books(actor) as books:
        bank = ledger.heads(books)["bank"]
    day = gstr3b.Deposit(new_id(), GSTIN, FILED, "", bank, 0, {"tax": Tax(cgst=100_00)})
    held_to_days_back(actor, 1, lambda books: gstr3b.deposit(books, day))
    front.pay_what_is_missing()
    row = front.file()
    held_to_days_back(actor, 1, lambda books: gstr3b.post_set_off(books, row.id))
