"""A shop with one row of everything that an address can name, each carrying a word that nobody else's pages may show."""

# long: one row of everything, each made where it is said

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.counter.books import stock_shelf
from tests.counter.device import Device, body_of, id_of, signed_in
from tests.ground.shops import Shop
from webapp import (
    api_access,
    assembly,
    attachments,
    backups,
    budgets,
    catalogue,
    cheques,
    closing,
    company,
    custom_reports,
    dunning,
    ewaybills,
    exchange,
    gateway,
    gst_returns,
    gstr3b,
    identity,
    interest,
    ledger,
    operator_supplies,
    orders,
    outstandings,
    parties,
    payments,
    printing,
    purchases,
    reminders,
    sales,
    saved_views,
    schemes,
    tds,
    transfers,
    vouchers,
    writing_off,
)
from webapp import links as public_links
from webapp.catalogue import bulk, imports
from webapp.company import OpeningDraft, default_store, lock_month, open_days
from webapp.counter.models import MissingBill, Shift, SyncCommand, TillApproval
from webapp.due_dates import service as due_dates
from webapp.ewaybills.models import Trip, TripPart
from webapp.final_accounts import doubts
from webapp.gateway import taking
from webapp.gateway.adapter import PaymentSeen, SettlementSeen
from webapp.gateway.queries import Wanted, waiting_messages
from webapp.gateway.razorpay import BASE_URL
from webapp.gateway.rules import ReconRow
from webapp.gst_inward import importing, uploads
from webapp.gst_inward.models import InwardMatch
from webapp.input_tax import Tax
from webapp.input_tax.service import AssetDraft, Typed, add_asset, post_typed
from webapp.kernel.dates import FinancialYear, Period, month_of
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.kernel.posting import Slip, credit, debit
from webapp.ledger.openings import BillDraft, add_bill
from webapp.messaging import push
from webapp.messaging import service as browsers
from webapp.messaging.commands import Subscribe
from webapp.notifications import notify, telling
from webapp.notifications.carriers import unsubscribe_link
from webapp.notifications.queries import notices
from webapp.platform import clock, links
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Books, open_books, open_directory, read_books
from webapp.printing import Layout
from webapp.reports.account_files import FileAsked, ask_file
from webapp.share_capital import service as share_register
from webapp.share_capital.rules import Holder, Move
from webapp.stocktaking import Adjustment, Change, Entry, Start, adjust_stock, enter, start_count
from webapp.tax.rules import DatedRate, Treatment
from webapp.tds import queries as deduction_register
from webapp.tds.challans import ChallanDraft, enter_challan

LOCKED = 202604


@dataclass
class Furnished:
    """What an address of this shop may be filled with: `rows` by the name of the parameter, `word` in every text."""

    shop: Shop
    word: str
    client: FlaskClient
    device: Device
    rows: dict[str, str] = field(default_factory=dict)


def _browser(shop: Shop, word: str) -> dict[str, str]:
    """A browser of the owner's that is told."""
    asked = Subscribe(f"https://fcm.googleapis.com/fcm/send/{word}", push.new_keys()[0], "A" * 22, f"{word} phone")
    assert shop.actor.user_id
    with open_books(shop.actor) as books:
        return {"subscription_id": str(browsers.subscribe(books, shop.actor.user_id, asked))}


def _news(shop: Shop, word: str) -> dict[str, str]:
    """What the owner is told within the program, and a mail to somebody that waits."""
    with open_books(shop.actor) as books:
        assert notify(books, "credit_limit", key=word, words={"party": f"{word} Meera", "number": f"{word}/1", "amount": "5"})
        row = telling.blank_row(books) | {
            "id": new_id(), "event": "invoice_link", "key": word, "recipient": "mail:meera@example.in", "name": f"{word} Meera",
            "channel": "email", "address": "meera@example.in", "language": "en", "subject": f"{word} bill", "text": f"{word} words",
            "variables": [], "link": "/", "attachment": [], "values": {"shop": word}, "after": [], "subject_kind": "", "subject_id": None,
            "is_urgent": False, "next_at": books.now,
        }  # fmt: skip
        telling.put_message(books, row)
        assert shop.actor.user_id
        (told,) = notices(books, shop.actor.user_id, is_new=True, before=None, most=2)
    token = unsubscribe_link(shop.company_id, row["id"]).rpartition("/")[2]
    return {"told_id": str(told.id), "message_id": str(row["id"]), "unsubscribe_token": token}


def _dunned(shop: Shop, word: str, rows: dict[str, str]) -> dict[str, str]:
    """A rule of reminding, a day of rest, and a customer that is never reminded."""
    rule_id = new_id()
    with open_books(shop.actor) as books:
        dunning.save_rule(books, dunning.Rule(rule_id, 5, "polite"))
        dunning.rest_on(books, date(2026, 11, 25), f"{word} fair")
        dunning.exempt(books, UUID(rows["party_id"]), is_exempt=True)
    return {"rule_id": str(rule_id)}


def _put_together(shop: Shop, word: str) -> UUID:
    """E-way bills that travel in one vehicle: of others, so that only this one's own words are in it."""
    trip_id = new_id()
    with open_books(shop.actor) as books:
        ewaybills.set_up(books, ewaybills.SetUp(shop.gstin, 0, date(2026, 4, 1), ewaybills.Road.FILE))
        row = {
            "id": trip_id, "gstin": shop.gstin, "store_id": default_store(books), "day": books.today, "state": "waiting", "number": "",
            "mode": "1", "vehicle": "MH12AB1234", "trans_doc_no": "", "place": f"{word} town", "state_code": "27", "asked": {}, "code": "",
            "problem": "", "fix": "", "tries": 0, "version": 1, "changed_by": word, "changed_at": books.now,
            **dict.fromkeys(("made_at", "trans_doc_date", "sent_at", "next_at")),
        }  # fmt: skip
        books.insert(Trip, [row])
        books.insert(TripPart, [{"trip_id": trip_id, "line_no": 1, "ewb_no": "123456789012", "document_id": None}])
    return trip_id


# long: one line for each kind of row, in the order in which they need each other
def furnish(app: Flask, shop: Shop, word: str) -> Furnished:
    """A bill, a quarantined one, a shift, a missing number, an import, a receipt, … for `shop`, texts with `word` in them."""
    client = signed_in(app, shop)
    shelf = stock_shelf(shop.actor)
    device = Device.enrol(client, f"{word} counter")
    device.items = shelf.items
    made = Furnished(shop, word, client, device)
    made.rows |= _masters(shop, word)
    made.rows |= _chart(shop, word, made.rows)
    made.rows |= _counter(made)
    made.rows |= _papers(app, shop, made.rows)
    with open_books(shop.actor) as books:
        made.rows["company_file_id"] = str(backups.ask_company_file(books))
        made.rows["ledger_file_id"] = str(exchange.ask_file(books, exchange.Format.LEDGER, exchange.Span()))
        made.rows["fact_id"] = made.rows["ledger_file_id"]  # a file that is asked for has the id of its fact
        days = Period(books.today, books.today)
        cash = FileAsked(ledger.heads(books)["cash"], days, None, "csv", f"{word} cash", (), ("",) * 7, {"opening": "", "total": ""})
        made.rows["file_id"] = str(ask_file(books, cash))
    made.rows |= _budget(shop, word)
    made.rows |= _report(shop, word)
    made.rows |= _documents(shop, word, made.rows, shelf.items["Dal"]["id"])
    made.rows |= _orders(app, shop, word, UUID(made.rows["party_id"]), str(shelf.items["Dal"]["id"]))
    made.rows |= _purchases(shop, word, UUID(shelf.items["Dal"]["id"]))
    made.rows |= _transfer(shop, word, shelf.items["Dal"]["id"])
    made.rows |= _made(shop, word, made.rows["item_id"], shelf.items["Dal"]["id"])
    made.rows |= _count(shop, word)
    made.rows |= _money(shop, word)
    made.rows |= _beside(shop, word, made.rows)
    made.rows |= _deducted(shop, word)
    made.rows |= _input_tax(shop)
    made.rows |= _shares(shop, word)
    made.rows |= _online(shop, word, made.rows)
    made.rows |= _browser(shop, word)
    made.rows |= _news(shop, word)
    made.rows |= _dunned(shop, word, made.rows)
    made.rows["trip_id"] = str(_put_together(shop, word))
    with open_directory() as directory:
        for role in (Role.CASHIER, Role.ACCOUNTANT, Role.ADMIN, Role.ANALYST, Role.VIEWER):
            asked = identity.NewUser(email=f"{role}@{word.lower()}.example", password=shop.password, name=f"{word} {role}")
            user = identity.create_user(directory, asked)
            identity.add_member(directory, shop.company_id, user.id, role)
            made.rows[f"{role}_id"] = str(user.id)
        made.rows |= _people(directory, shop, word)
    made.rows["api_token_id"] = str(api_access.make_personal(shop.actor, api_access.Draft(f"{word} sync", ("bills:read",))).id)
    made.rows["user_id"] = made.rows[f"{Role.CASHIER}_id"]
    with open_books(shop.actor) as books:
        lock_month(books, LOCKED, f"{word} is done")
        day = date(LOCKED // 100, LOCKED % 100, 1)
        opened = open_days(books, OpeningDraft(day, day, ("purchases",), f"{word} is late", timedelta(hours=1)))
        close_id = closing.close_year(books, FinancialYear(2024), f"{word} is over")
    made.rows |= {"month": str(LOCKED), "opening_id": str(opened), "close_id": str(close_id), **_returned(shop, word)}
    return made


def _online(shop: Shop, word: str, rows: dict[str, str]) -> dict[str, str]:
    """A gateway, a demand of a bill, a payment that does not fit, a settlement, and a message that nobody can read."""
    with open_books(shop.actor) as books:
        keys = {"key_id": "rzp_test_x", "key_secret": "y", "hook_secret": "z", "base_url": BASE_URL}
        gateway.set_up(books, gateway.SetUp(0, is_on=True, bank_id=ledger.heads(books)["bank"], tax_kind="igst", **keys))
        asked = gateway.ask(books, "bill", UUID(rows["invoice_id"]))
        kept = gateway.account_or_none(books)
        assert kept is not None
        seen = PaymentSeen(f"pay_{word}", 500, "INR", "captured", "upi", f"{word} ref", 0, 0, books.today, asked.reference)
        paid = taking.note_payment(books, kept, seen)
        line = ReconRow("payment", f"pay_{word}", 500, 0, 0, 0, 500)
        gateway.import_settlement(books, kept, SettlementSeen(f"setl_{word}", f"{word} ref", books.today, (line,)), "file")
        (settlement,) = gateway.settlements(books, Wanted())
    body = word.encode()
    gateway.keep_message(shop.company_id, kept.hook_id, body, hmac.new(b"z", body, "sha256").hexdigest(), "")
    with read_books(shop.actor) as books:
        (message_id,) = waiting_messages(books)
    gateway.apply_message(shop.actor, message_id)
    ids = {"online_payment_id": paid.id, "request_id": asked.id, "settlement_id": settlement.id, "gateway_message_id": message_id}
    return {name: str(id_) for name, id_ in ids.items()} | {"hook_id": str(kept.hook_id)}


def _returned(shop: Shop, word: str) -> dict[str, str]:
    """A return of a month without bills, filed."""
    period = gst_returns.ReturnPeriod("month", 202505)
    with open_books(shop.actor) as books:
        told = gst_returns.gstr1(books, gst_returns.registration(books, shop.gstin), period)
        shown = sha256(gst_returns.as_text(told).encode()).hexdigest()
        filed = gst_returns.file_return(books, gst_returns.File(new_id(), shop.gstin, period, date(2025, 6, 11), "", shown))
    sent = uploads.Sent(f"{word}.json", BytesIO(_tale(shop, f"{word} B").encode()))
    upload_id = uploads.receive(shop.actor, shop.gstin, 0, [sent])
    return {"gstin": shop.gstin, "filing_id": str(filed.id), "inward_id": str(_told(shop, word)), "upload_id": str(upload_id)}


def _tale(shop: Shop, word: str) -> str:
    """A file of GSTR-2B with one document of a supplier."""
    row = {"inum": f"{word}-1", "dt": "05-04-2026", "val": 1180, "txval": 1000, "igst": 180}
    docdata = {"b2b": [{"ctin": "29AABCI1234D1Z1", "trdnm": f"{word} mills", "inv": [row]}]}
    return json.dumps({"data": {"gstin": shop.gstin, "rtnprd": "042026", "gendt": "14-05-2026", "docdata": docdata}})


def _told(shop: Shop, word: str) -> UUID:
    """A document that a supplier told of."""
    asked = importing.read_file(shop.gstin, 0, "2b.json", _tale(shop, word).encode())
    with open_books(shop.actor) as books:
        importing.import_file(books, asked)
        row_id: UUID | None = books.session.scalar(select(InwardMatch.id).where(InwardMatch.document_id.is_not(None)))
    assert row_id is not None
    return row_id


def _people(directory: Session, shop: Shop, word: str) -> dict[str, str]:
    """A role of the shop's own, somebody invited to it, and an offer of the ownership to the admin."""
    role_id = identity.make_role(directory, shop.actor, f"{word} helper", "cashier")
    given = identity.role_of_key(directory, shop.company_id, role_id.hex)
    invited = identity.invite(directory, shop.actor, f"invited@{word.lower()}.example", given, (), "en")
    admin = next(one for one in identity.members(directory, shop.company_id) if one.role is Role.ADMIN)
    offer = identity.offer_ownership(directory, shop.actor, admin.user_id, "admin")
    return {"member_role_id": str(role_id), "invitation_id": str(invited), "offer_id": str(offer)}


def colleague(app: Flask, made: Furnished, role: Role) -> FlaskClient:
    """A browser in which somebody with this role has signed in."""
    client = app.test_client()
    with open_directory() as directory:
        token = identity.open_sign_in(directory, UUID(made.rows[f"{role}_id"]), user_agent="test", address="127.0.0.1")
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def _deducted(shop: Shop, word: str) -> dict[str, str]:
    """A mark with its certificate, a rent of which tax was deducted, and its challan."""
    with open_books(shop.actor) as books:
        party = parties.create_party(books, parties.PartyDraft(name=f"{word} landlord", is_customer=False, is_supplier=True))
        tds.mark_head(books, tds.MarkDraft(party.name, "rent", "other", "ABCCK1234F"))
        days = books.today, books.today
        certificate_id = tds.add_certificate(books, tds.CertificateDraft(party.name, "12345ABCDE", "interest", 100, 1_00, *days))
        heads = ledger.heads(books)
        rows = (
            vouchers.Entry(heads["expenses"], Paise(60_000_00)),
            vouchers.Entry(heads["creditors"], Paise(-60_000_00), party.id),
        )
        command = vouchers.VoucherCommand(id=new_id(), save_id=new_id(), kind="journal", voucher_date=books.today, entries=rows)
        kept = vouchers.save(books, command)
        [event] = deduction_register.events_of_voucher(books, kept.voucher_id)
        tds.deduct(books, event.id, on=books.today)
        [row] = deduction_register.deductions(books)
        draft = ChallanDraft(new_id(), books.today, "1234567", "1", "200", heads["bank"], 6_000_00, 0, 0, (row.id,))
        challan_id = enter_challan(books, draft).id
    found = {"head_id": party.id, "certificate_id": certificate_id, "event_id": event.id, "challan_id": challan_id}
    return {name: str(id_) for name, id_ in found.items()}


def _input_tax(shop: Shop) -> dict[str, str]:
    """A voucher of input tax by hand, what was reversed, capital goods, and a deposit at the portal."""
    with open_books(shop.actor) as books:
        heads, entry_id, month = ledger.heads(books), new_id(), month_of(books.today)
        slip = Slip((debit(heads["input-cgst"], 90_00), credit(heads["expenses"], 90_00)))
        heading = ledger.Heading("journal", "ITC/1", books.today, default_store(books), "voucher", entry_id)
        ledger.post(books, voucher_id=entry_id, heading=heading, slip=slip)
        typed = Typed(new_id(), shop.gstin, month, "37A", "temporary", Tax(0, 9_00), "He did not file", "0" * 64)
        reversal_id = post_typed(books, typed).id
        asset = AssetDraft(new_id(), shop.gstin, "Cold room", "C/1", books.today, Tax(0, 60_00), "common")
        asset_id = add_asset(books, asset).id
        asked = gstr3b.Deposit(
            new_id(), shop.gstin, books.today, "", heads["bank"], 0, {"tax": Tax(0, 7_00), "interest": Tax(), "fee": Tax()}
        )
        deposit_id = gstr3b.deposit(books, asked).id
    found = {"entry_id": entry_id, "reversal_id": reversal_id, "asset_id": asset_id, "deposit_id": deposit_id, **_of_operators(shop)}
    return {name: str(id_) for name, id_ in found.items()}


def _of_operators(shop: Shop) -> dict[str, UUID]:
    """What another sold through the shop as operator, and tax that an operator collected of it."""
    with open_books(shop.actor) as books:
        heads, day = ledger.heads(books), books.today
        operator_supplies.set_up(books, operator_supplies.OperatorRegistration(shop.gstin, True, heads["bank"]))
        sold = ("Z/1", day, "", "Cab", "", "", shop.state_code, 500, 100_00, 0)
        supply_id = operator_supplies.enter_supply(books, operator_supplies.SupplyDraft(new_id(), shop.gstin, *sold)).id
        told = ("tcs", "29AAGCB7383J1Z4", "Big Shop", 202505, day, 1000_00, Tax(0, 2_50, 2_50), "", heads["tds-receivable"])
        credited_id = gstr3b.enter_credit(books, gstr3b.Credited(new_id(), shop.gstin, *told)).id
    return {"supply_id": supply_id, "credited_id": credited_id}


def _shares(shop: Shop, word: str) -> dict[str, str]:
    """A class of shares with an issue and its holder, and a due date that was moved."""
    with open_books(shop.actor) as books:
        equity = share_register.ClassDraft(
            f"{word} equity", is_preference=False, face_value_paise=2_00, authorised=500, rights=f"{word} vote"
        )
        share_register.add_class(books, class_id := new_id(), equity)
        share_register.add_move(books, move_id := new_id(), class_id, Move(date(2024, 4, 1), "issued", 100), f"{word} allotted")
        share_register.name_holders(books, class_id, 2024, (Holder(f"{word} Asha", 100, is_promoter=True),), 0)
        moved = due_dates.Moved("gstr1", "m202610", "", date(2026, 11, 30), f"{word} notification 1/2026")
        extension_id = due_dates.move_day(books, moved)
    return {"class_id": str(class_id), "move_id": str(move_id), "extension_id": str(extension_id)}


def _masters(shop: Shop, word: str) -> dict[str, str]:
    with open_books(shop.actor) as books:
        class_id = catalogue.add_tax_class(
            books, f"{word} class", "", Treatment.TAXABLE, DatedRate(books.today, MilliPaise(0), BasisPoints(500), BasisPoints(0))
        )
        draft = catalogue.ItemDraft(
            name=f"{word} rice",
            price_millipaise=MilliPaise(1_000_000),
            tax_class_id=class_id,
            brand=f"{word} brand",
            category=f"{word} food",
        )
        item = catalogue.create_item(books, draft)
        price_list = catalogue.create_price_list(books, catalogue.ListDraft(f"{word} wholesale", is_for_all=False))
        catalogue.set_prices(books, price_list, [catalogue.PriceDraft(item.id, MilliPaise(900_000), books.today)])
        tenth = schemes.Scheme(str(new_id()), f"{word} tenth", schemes.Kind.OFF, steps=(schemes.Step(5000, 1000),))
        scheme_id = schemes.create_scheme(books, tenth)
        party = parties.create_party(
            books, parties.PartyDraft(name=f"{word} Meera", phone="9822012345", address=f"{word} road", credit_limit_paise=Paise(10**7))
        )
    sheet = f"Item Name,Sale Price,Barcode\n{word} wheat,50,\n{word} broken,x,\n".encode()
    import_id = imports.receive(shop.actor, f"{word}.csv", [sheet])
    made = {
        "tax_class_id": class_id,
        "item_id": item.id,
        "price_list_id": price_list,
        "scheme_id": scheme_id,
        "party_id": party.id,
        "import_id": import_id,
    }
    return {name: str(id_) for name, id_ in made.items()}


def _chart(shop: Shop, word: str, rows: dict[str, str]) -> dict[str, str]:
    """A group, a cost centre, an unpaid bill from before the books began, and marks on dues and for TDS."""
    with open_books(shop.actor) as books:
        under = next(one.id for one in ledger.chart_of_accounts(books).groups if one.code == "indirect-expenses")
        group_id = ledger.create_group(books, ledger.GroupDraft(f"{word} vans", under))
        centre = ledger.create_cost_centre(books, f"{word} van")
        bill = BillDraft(UUID(rows["party_id"]), "receivable", f"{word}-1", date(2026, 3, 1), 5_000)
        bill_id = add_bill(books, bill)
        draft = doubts.MarkDraft(new_id(), f"{word} Meera", "", doubts.Standing(is_disputed=True), books.today, f"{word} court")
        mark_id = doubts.mark_dues(books, draft).id
    return {
        "group_id": str(group_id),
        "centre_id": str(centre.id),
        "bill_id": str(bill_id),
        "mark_id": str(mark_id),
    }


def _budget(shop: Shop, word: str) -> dict[str, str]:
    with open_books(shop.actor) as books:
        budget_id, line_id = budgets.create_budget(books, budgets.BudgetDraft(f"{word} plan", 2026)), new_id()
        line = budgets.LineDraft(ledger.heads(books)["expenses"], None, None, (100,) * 12)
        budgets.save_line(books, budget_id, line, 1, line_id, is_new=True)
    return {"budget_id": str(budget_id), "budget_line_id": str(line_id)}


def _report(shop: Shop, word: str) -> dict[str, str]:
    with open_books(shop.actor) as books:
        report_id = custom_reports.save_report(books, f"{word} bills", custom_reports.Definition("bills", ("number", "party", "total")))
        run_id = custom_reports.ask_file(books, report_id, "csv", {})
        draft = custom_reports.ScheduleDraft("day", 0, 540, "csv", (f"{word}@example.in",))
        schedule_id = custom_reports.create_schedule(books, report_id, draft, {})
    custom_reports.make_file(shop.actor, run_id)
    return {"report_id": str(report_id), "run_id": str(run_id), "schedule_id": str(schedule_id)}


def _counter(made: Furnished) -> dict[str, str]:
    """A shift, a bill on credit with a flag, a bill nobody can read, and a number that never came."""
    device, word = made.device, made.word
    device.open_shift(50_000)
    bill = device.sell(
        device.line("Dal", 12_000, name=f"{word} dal"),
        customer=made.rows["party_id"],
        party={"name": f"{word} Meera", "phone": "9822012345", "gstin": None, "state_code": None, "address": f"{word} road"},
        paid=[{"mode": "credit", "amount": 174_000, "ref": f"{word} ref", "given": None}],
        note=f"{word} note",
    )
    bad = device.sell(device.line("Soap", name=f"{word} soap", treatment="nonsense"))
    device.do("cash.move", shift=device.shift, amount=-5_000, purpose="expense", reason=f"{word} tea", approvals=[{"kind": "cash"}])
    assert device.statuses() == ["ok", "ok", "quarantined", "ok"]
    device.number()
    device.push([])
    device.push([])
    with read_books(made.shop.actor) as books:
        series, seq = books.session.execute(select(MissingBill.series, MissingBill.seq)).one()
        shift_id = books.session.scalars(select(Shift.id)).one()
        command_id = books.session.scalars(select(SyncCommand.id).where(SyncCommand.status == "quarantined")).one()
        approval_id = books.session.scalars(select(TillApproval.id)).one()
        flag = sales.open_flags(books)[0].flag
    assert str(command_id) == bad["id"]
    return {
        "till_id": str(device.till["id"]),
        "shift_id": str(shift_id),
        "invoice_id": str(id_of(bill)),
        "ewaybill_id": str(id_of(bill)),  # goes by the document's own id
        "number": body_of(bill)["number"],
        "command_id": str(command_id),
        "approval_id": str(approval_id),
        "series": series,
        "seq": str(seq),
        "kind": str(flag.kind),
    }


def _papers(app: Flask, shop: Shop, rows: dict[str, str]) -> dict[str, str]:
    settings: Settings = app.extensions["munim.settings"]
    with open_books(shop.actor) as books:
        paper_id = printing.ask_paper(books, UUID(rows["invoice_id"]), Layout.THERMAL80)
        link_id = printing.share(books, UUID(rows["invoice_id"]))
        statement = public_links.make(books, "statement", UUID(rows["party_id"]), shop.name, days=7)
        opened = public_links.Opened(statement.id, "statement", UUID(rows["party_id"]), shop.actor)
        payer = public_links.Payer(UUID(rows["party_id"]), f"{shop.name} debtor", shop.name, 5)
        notice = public_links.state_payment(books, opened, payer, public_links.Stated("412345678901", Paise(5)))
        days, words = Period(books.today, books.today), outstandings.Words(("",) * 7, "", "", "", "", "", (), {}, "")
        outstandings.ask_statements(books, statement_run_id := new_id(), [UUID(rows["party_id"])], days, words)
    later = clock.now() + timedelta(hours=2)
    tokens = {
        f"{purpose}_token": links.sign(settings.secret_key, links.Link(purpose, shop.company_id, id_, later))
        for purpose, id_ in (("paper", paper_id), ("bill", link_id), ("statement", statement.id))
    }
    made = {"paper_id": paper_id, "link_id": link_id, "notice_id": notice.id, "statement_run_id": statement_run_id}
    return {**{name: str(id_) for name, id_ in made.items()}, **tokens}


def _documents(shop: Shop, word: str, rows: dict[str, str], item_id: str) -> dict[str, str]:
    with open_books(shop.actor) as books:
        heads, store_id, adjustment_id = ledger.heads(books), default_store(books), new_id()
        adjust_stock(books, Adjustment(adjustment_id, books.today, store_id, f"other: {word}", (Change(UUID(item_id), Qty(5_000)),)))
        command = payments.ReceiptCommand(
            id=new_id(),
            party_id=UUID(rows["party_id"]),
            received_on=books.today,
            store_id=store_id,
            mode="cash",
            amount=Paise(10_000),
            reference=f"{word} ref",
            note=f"{word} note",
            body_sha256="0" * 64,
            bills=(payments.PaidBill(UUID(rows["invoice_id"]), 4_000),),
        )
        receipt = payments.take_receipt(books, command)
        (settled,) = outstandings.allocations_of(books, receipt.id)
        voucher = ledger.vouchers_of(books, UUID(rows["invoice_id"]))[0]
        document_id, template_id = _typed_voucher(books, word, heads)
    return {
        "adjustment_id": str(adjustment_id),
        "receipt_id": str(receipt.id),
        "allocation_id": str(settled.id),
        "document_id": str(document_id),
        "template_id": str(template_id),
        "voucher_id": str(voucher.id),
        "account_id": str(heads["cash"]),
    }


def _transfer(shop: Shop, word: str, item_id: str) -> dict[str, str]:
    """A second store, and goods on their way to it."""
    with open_books(shop.actor) as books:
        store_id = company.create_store(books, company.StoreDraft(name=f"{word} godown", code="GOD", address=f"{word} lane"))
        line = transfers.SendLine(UUID(item_id), Qty(1_000))
        main = default_store(books)
        asked = transfers.Send(new_id(), main, store_id, books.today, (line,), "0" * 64, note=f"{word} note")
        transfers.send(books, asked)
    return {"store_id": str(store_id), "transfer_id": str(asked.id)}


def _made(shop: Shop, word: str, item_id: str, part_id: str) -> dict[str, str]:
    """What an item is made of, and one that was made."""
    with open_books(shop.actor) as books:
        line = assembly.BomLine(UUID(part_id), Qty(1_000))
        bom = assembly.BomDraft(new_id(), UUID(str(item_id)), books.today, Qty(1_000), (line,), note=f"{word} recipe")
        assembly.save_bom(books, bom)
        asked = assembly.Journal(
            id=new_id(),
            store_id=default_store(books),
            made_on=books.today,
            used=(assembly.UseLine(UUID(part_id), Qty(1_000)),),
            made=(assembly.MakeLine(UUID(str(item_id)), Qty(1_000)),),
            body_sha256="0" * 64,
            bom_id=bom.id,
            note=f"{word} made",
        )
        assembly.post(books, asked)
    return {"bom_id": str(bom.id), "journal_id": str(asked.id)}


def _money(shop: Shop, word: str) -> dict[str, str]:
    """A cheque at the bank, a bad debt given up, interest charged, a reminder."""
    with open_books(shop.actor) as books:
        heads, day, main = ledger.heads(books), books.today, default_store(books)
        party = parties.create_party(books, parties.PartyDraft(name=f"{word} debtor")).id
        slip = Slip((debit(heads["debtors"], 90_000, party), credit(heads["sales"], 90_000)))
        past = day - timedelta(days=60)
        bill = new_id()
        ledger.post(books, voucher_id=bill, heading=ledger.Heading("sales", f"{word}-1", past, main, "other", bill), slip=slip)
        asked = cheques.ChequeCommand(
            new_id(), cheques.RECEIVED, party, main, day, "123456", f"{word} bank", day, Paise(1_000), "0" * 64, note=f"{word} note"
        )
        cheques.take(books, asked)
        deposited = cheques.deposit(books, cheques.DepositCommand(new_id(), day, heads["bank"], (asked.id,), "0" * 64))
        (own,) = outstandings.party_lines_of(books, asked.id)
        outstandings.allocate(books, party, own, [(outstandings.LineKey(bill, 1), 1_000)])
        parts = (outstandings.Part(outstandings.LineKey(bill, 1), 500),)
        off = writing_off.WriteOffCommand(new_id(), "bad_debt", party, main, day, parts, f"{word} gone", "0" * 64)
        writing_off.post_write_off(books, off)
        interest.set_terms(books, interest.Terms(1800, 0, past), party_id=party)
        due = interest.accrued_of(books, party, day).amount
        note = interest.charge(books, interest.ChargeCommand(new_id(), party, day, due, "0" * 64))
        reminders.remind(books, reminders.ReminderCommand(new_id(), party, 1, "call", note=f"{word} said"))
    return {"cheque_id": str(asked.id), "slip_id": str(deposited.id), "write_off_id": str(off.id), "note_id": str(note.id)}


def _count(shop: Shop, word: str) -> dict[str, str]:
    """A stock count that is on, with one entry."""
    with open_books(shop.actor) as books:
        count_id = start_count(books, Start(new_id(), f"{word} count", default_store(books), "store", "", "start"))
        enter(books, Entry(new_id(), count_id, f"{word} code"))
    return {"count_id": str(count_id), "seq": "1"}


def _beside(shop: Shop, word: str, rows: dict[str, str]) -> dict[str, str]:
    """A paper beside the typed voucher, a family of items, a view of a list that is shared."""
    paper = attachments.prepare(shop.company_id, f"{word}.txt", [word.encode()])
    with open_books(shop.actor) as books:
        attachments.attach(books, "voucher", UUID(rows["document_id"]), [paper])
        (attached,) = attachments.attached(books, "voucher", UUID(rows["document_id"]))
        facts = catalogue.ItemDraft(name=f"{word} shirt", price_millipaise=MilliPaise(1_000_000), tax_class_id=UUID(rows["tax_class_id"]))
        family_id = catalogue.create_family(books, catalogue.FamilyDraft(facts, (catalogue.Attribute(f"{word} size", (f"{word} S",)),)))
        saved_views.save_view(books, "catalogue.list_items", f"{word} view", "q=rice", is_shared=True)
        (view,) = saved_views.views_of(books, "catalogue.list_items")
        bulk.start_run(books, bulk_run_id := new_id(), bulk.BulkChange("category", f"{word} food"), [UUID(rows["item_id"])])
    return {"bulk_run_id": str(bulk_run_id), "attachment_id": str(attached.id), "family_id": str(family_id), "view_id": str(view.id)}


def _typed_voucher(books: Books, word: str, heads: Mapping[str, UUID]) -> tuple[UUID, UUID]:
    """A payment typed by the accountant, and a template that has it come again."""
    entries = (vouchers.Entry(heads["expenses"], Paise(500)), vouchers.Entry(heads["cash"], Paise(-500)))
    command = vouchers.VoucherCommand(new_id(), new_id(), "payment", books.today, entries, f"{word} tea", f"{word} slip")
    kept = vouchers.save(books, command)
    starts_on = books.today + timedelta(days=30)
    asked = vouchers.TemplateCommand(new_id(), f"{word} tea", "month", starts_on, None, posts=False)
    return kept.id, vouchers.create_template(books, kept.id, asked).id


def _orders(app: Flask, shop: Shop, word: str, party_id: UUID, item_id: str) -> dict[str, str]:
    """An order with its link, an advance on it, and a bill that comes again."""
    settings: Settings = app.extensions["munim.settings"]
    typed = sales.read_sheet({"party_id": str(party_id), "item_id-1": item_id, "item-1": "", "qty-1": "2", "note": f"{word} note"})
    with open_books(shop.actor) as books:
        order = orders.create(books, orders.NewDocument("order", typed))
        starts_on = books.today + timedelta(days=30)
        again = orders.create_template(
            books, order.id, orders.TemplateCommand(new_id(), f"{word} tea", "month", starts_on, None, issues=False)
        )
        asked = orders.NewAdvance(
            new_id(), party_id, default_store(books), books.today, Paise(500), "cash", False, f"{word} advance", order_id=order.id
        )
        advance = orders.take_advance(books, asked)
        link = public_links.make(books, "order", order.id, f"{word} order", days=7)
    token = links.sign(settings.secret_key, links.Link("order", shop.company_id, link.id, clock.now() + timedelta(hours=2)))
    return {"order_id": str(order.id), "advance_id": str(advance.id), "recurring_id": str(again.id), "order_token": token}


def _purchases(shop: Shop, word: str, item_id: UUID) -> dict[str, str]:
    """An order, what came of it, its bill, and a payment under reverse charge."""
    qty, rate = Qty(1_000), MilliPaise(1_000_000)
    with open_books(shop.actor) as books:
        day, store_id, heads = books.today, default_store(books), ledger.heads(books)
        party_id = parties.create_party(books, parties.PartyDraft(name=f"{word} Mills", is_customer=False, is_supplier=True)).id
        common = {"party_id": party_id, "store_id": store_id, "body_sha256": "0" * 64, "note": f"{word} note"}
        wanted = (purchases.OrderLine(item_id=item_id, qty=qty, rate=rate),)
        order = purchases.save_order(books, purchases.Order(id=new_id(), order_date=day, lines=wanted, **common))
        purchases.approve(books, order.id)
        goods = (purchases.ReceiptLine(item_id=item_id, qty=qty, rate=rate, order_line_no=1),)
        receipt = purchases.receive(books, purchases.Receipt(id=new_id(), received_on=day, lines=goods, order_id=order.id, **common))
        line = purchases.BillLine(
            kind=purchases.LineKind.EXPENSE, account_id=heads["expenses"], qty=qty, rate=rate, rate_bp=BasisPoints(500)
        )
        dated = {"supplier_number": f"{word}-1", "bill_date": day, "voucher_date": day, "tax_by": purchases.TaxBy.REVERSE_CHARGE}
        bill = purchases.enter_bill(books, purchases.Bill(id=new_id(), lines=(line,), **dated, **common))
        theirs = catalogue.quick_item(books, f"{word} fan", rate, next(iter(catalogue.tax_class_ids(books).values()))).id
        lent = (purchases.ReceiptLine(item_id=theirs, qty=Qty(2_000), rate=rate),)
        came = purchases.receive(books, purchases.Receipt(id=new_id(), received_on=day, lines=lent, is_consignment=True, **common))
        unsold = (purchases.NoteLine(1, qty),)
        back = purchases.send_back(books, purchases.ConsignmentBack(new_id(), came.id, day, f"{word} gone", unsold, "0" * 64))
        paid = purchases.pay(
            books,
            purchases.Payment(id=new_id(), bill_id=bill.id, paid_on=day, amount=Paise(100), account_id=heads["cash"], body_sha256="0" * 64),
        )
        usd = purchases.Foreign("USD", 83_000_000, 100_00)
        goods_abroad = (purchases.BillLine(kind=purchases.LineKind.ITEM, item_id=item_id, qty=qty, rate=MilliPaise(830_000_000)),)
        before = day - timedelta(days=2)
        dated = {"supplier_number": f"{word}-2", "bill_date": before, "voucher_date": before, "foreign": usd, "paper_total": usd.in_rupees}
        far_id = parties.create_party(
            books, parties.PartyDraft(name=f"{word} Inc", is_customer=False, is_supplier=True, state_code="96")
        ).id
        purchases.enter_bill(books, purchases.Bill(id=new_id(), lines=goods_abroad, **dated, **common | {"party_id": far_id}))
        closing = purchases.Restate(new_id(), store_id, before, {"USD": 84_000_000}, 100_00, "0" * 64)
        restated = purchases.restate(books, closing)
    return {
        "restatement_id": str(restated.id),
        "purchase_order_id": str(order.id),
        "goods_receipt_id": str(receipt.id),
        "consignment_return_id": str(back.id),
        "consignor_id": str(party_id),
        "purchase_id": str(bill.id),
        "purchase_payment_id": str(paid.id),
    }
