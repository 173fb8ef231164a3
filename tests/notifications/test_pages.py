"""The pages: notices, choices, the log, wordings, a party's wishes, and the page by which mails are ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.ground.shops import Shop
from tests.notifications.conftest import WORDS, Carrier, make_party
from tests.notifications.test_sending import log, states, tell
from webapp import company, identity, notifications
from webapp.kernel.ids import new_id
from webapp.notifications import bell, carriers, queries, service, telling
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_books, open_directory, read_books

Browse = Callable[[Shop], FlaskClient]


def member(shop: Shop, role: Role, email: str, *, language: str = "en") -> UUID:
    with open_directory() as directory:
        user = identity.create_user(directory, identity.NewUser(email=email, password="a long pass phrase 7", name=email.partition("@")[0]))
        user.language = language
        identity.add_member(directory, shop.company_id, user.id, role)
        return user.id


def notices_of(shop: Shop, user_id: UUID | None) -> list[str]:
    with read_books(shop.actor) as books:
        return [one.title for one in queries.notices(books, user_id or new_id(), is_new=True, before=None, most=50)]


def test_members_hear_what_their_role_may_act_on_in_their_language(sharma: Shop, iyer: Shop, carrier: Carrier) -> None:
    accountant = member(sharma, Role.ACCOUNTANT, "meera@sharma.example", language="hi")
    cashier = member(sharma, Role.CASHIER, "ravi@sharma.example")
    words = {"title": "GSTR-3B", "period": "November 2026", "day": "20-Dec-2026"}
    for _twice in range(2):
        with open_books(sharma.actor) as books:
            notifications.notify(books, "return_due", key="a", words=words, link="/due-dates")
    assert notices_of(sharma, sharma.actor.user_id) == ["GSTR-3B November 2026: 20-Dec-2026"]
    assert notices_of(sharma, accountant) == ["GSTR-3B November 2026: 20-Dec-2026"]
    assert notices_of(sharma, cashier) == notices_of(iyer, iyer.actor.user_id) == []
    assert sorted(one.address for one in log(sharma)) == ["meera@sharma.example", "owner@sharma.example"]
    assert {one.language for one in log(sharma)} == {"en", "hi"}


def test_who_is_held_to_stores_hears_of_these_alone(sharma: Shop, carrier: Carrier) -> None:
    held = member(sharma, Role.ACCOUNTANT, "held@sharma.example")
    with open_books(sharma.actor) as books:
        first = company.default_store(books)
        second = company.create_store(books, company.StoreDraft(name="Second", code="P2", state_code="27"))
        company.limit_member(books, held, [second])
        for store in (first, second, None):
            words = {"count": "1", "names": f"Goods of {store}"}
            notifications.notify(books, "low_stock", key=str(store), words=words, store_id=store)
    assert len(notices_of(sharma, held)) == 1
    assert len(notices_of(sharma, sharma.actor.user_id)) == 3


def test_the_bell_counts_and_notices_are_read(browse: Browse, sharma: Shop, iyer: Shop, carrier: Carrier) -> None:
    with open_books(sharma.actor) as books:
        for key in ("a", "b"):
            words = {"day": "20-Nov-2026", "reason": "The disk is <b>full</b>"}
            notifications.notify(books, "backup_failed", key=key, words=words, link="/settings")
    mine, other = browse(sharma), browse(iyer)
    page = mine.get("/notices").text
    assert "Notices: 2 new" in page
    assert "<b>full</b>" not in page
    assert "Notices: " not in other.get("/notices").text
    with read_books(sharma.actor) as books:
        newest = queries.notices(books, sharma.actor.user_id or new_id(), is_new=True, before=None, most=1)[0]
    assert other.post(f"/notices/{newest.id}/reading").status_code == 404
    assert mine.post(f"/notices/{newest.id}/reading").headers["Location"] == "/settings"
    assert "Notices: one new" in mine.get("/notices?which=new").text
    mine.post("/notices/reading")
    assert "Nothing is new." in mine.get("/notices?which=new").text


def test_the_bell_costs_one_statement_now_and_then(
    browse: Browse, sharma: Shop, carrier: Carrier, clock: Clock, max_queries: Callable[[int], Any]
) -> None:
    """Counted, kept for a moment, and counted anew when this process has told or read something."""
    mine = browse(sharma)
    bell._counts.clear()

    def asked(url: str = "/bills", **headers: str) -> int:
        with max_queries(9) as sent:
            mine.get(url, headers=headers)
        return sum("from notice" in one.lower() for one in sent)

    assert (asked(), asked(), asked(**{"HX-Request": "true"})) == (1, 0, 0)
    clock.advance(seconds=21)
    assert (asked(), asked()) == (1, 0)
    with open_books(sharma.actor) as books:
        notifications.notify(books, "backup_failed", key="bell", words={"day": "D", "reason": "R"})
    assert (asked(), asked()) == (1, 0)
    mine.post("/notices/reading")
    assert asked() == 1


def test_choices_of_a_member_and_of_the_business(browse: Browse, sharma: Shop, carrier: Carrier) -> None:
    mine = browse(sharma)
    assert "A GST return is due" in mine.get("/notices/choices").text
    everything_usual = {f"{name}-usual": "1" for name in ("low_stock", "job_given_up", "return_due")}
    mine.post("/notices/choices", data=everything_usual | {"tax_due": "notice"})
    mine.post("/settings/messages/usual", data={"return_due": [], "invoice_overdue": ["email"], "backup_failed": []})
    with open_books(sharma.actor) as books:
        words = {"title": "T", "period": "P", "day": "D"}
        assert notifications.notify(books, "return_due", key="a", words=words) == 0
        assert notifications.notify(books, "tax_due", key="a", words=words) == 1
        # What cannot be switched off is told all the same.
        assert notifications.notify(books, "backup_failed", key="a", words={"day": "D", "reason": "R"}) == 2
    tell(sharma, make_party(sharma))
    assert ("email", "waiting") in states(sharma)
    assert mine.post("/notices/choices", data={"tax_due": "sms"}).status_code == 422


def test_rules_are_typed_kept_and_refused(browse: Browse, sharma: Shop, carrier: Carrier) -> None:
    mine = browse(sharma)
    good = {"rest_from": "22:00", "rest_until": "08:30", "most_per_day": "3", "fallback_minutes": "30", "budget": "500", "language": "hi"}
    assert mine.post("/settings/messages", data=good | {"version": "0"}).status_code == 303
    stale = mine.post("/settings/messages", data=good | {"version": "0"})
    assert stale.status_code == 409
    bad = {"rest_from": "25:00", "most_per_day": "99999999999999999999", "budget": "9" * 30, "version": "1"}
    again = mine.post("/settings/messages", data=good | bad)
    assert again.status_code == 422
    assert 'value="25:00"' in again.text
    with read_books(sharma.actor) as books:
        kept = queries.policy(books)
    assert (kept.rest_from, kept.budget_paise, kept.language, kept.version) == (1320, 50_000, "hi", 1)


@pytest.mark.parametrize(
    "hostile", ["{__class__}", "{party.__init__}", "{0}", "{party", "party}", "{Party}", "{party!r}", "{{party}}", "{price}"]
)
def test_a_wording_with_a_place_that_is_none_is_refused(browse: Browse, sharma: Shop, carrier: Carrier, hostile: str) -> None:
    address = "/settings/messages/wording/invoice_overdue/en/sms"
    refused = browse(sharma).post(address, data={"subject": "S", "text": f"Pay {hostile} now", "act": "keep"})
    assert refused.status_code == 422
    assert "is no place that can be filled" in refused.text


def test_own_words_are_used_previewed_tried_and_taken_back(browse: Browse, sharma: Shop, iyer: Shop, carrier: Carrier) -> None:
    address, mine = "/settings/messages/wording/invoice_overdue/en/sms", browse(sharma)
    typed = {"subject": "Due\r\nBcc: x@example.com", "text": "{party}, pay {amount} ~ {shop}"}
    preview = mine.post(address, data=typed | {"act": "preview"}).text
    assert "{#alphanumeric#}, pay {#numeric#}" in preview
    assert "Rs 1,180.00" in preview
    assert "GSM-7, 1 SMS" in preview  # with ₹ it would be UCS-2
    mine.post(address, data=typed | {"act": "keep"})
    with read_books(sharma.actor) as books:
        subject, text = telling.wording(books, "invoice_overdue", "en", "sms")
    assert (subject, text) == ("Due Bcc: x@example.com", "{party}, pay {amount} ~ {shop}")
    with read_books(iyer.actor) as books:
        assert telling.wording(books, "invoice_overdue", "en", "sms")[1].startswith("Dear")
    tell(sharma, make_party(sharma))
    test_id = str(new_id())
    for _double_click in range(2):
        mine.post(address, data=typed | {"act": "test", "test_id": test_id})
    notifications.send_due(sharma.actor)
    assert sorted((one.to, one.text.split("\n")[0]) for one in carrier.sent) == [
        ("+919812345670", "Asha Rao, pay Rs 1,180.00 ~ Sharma Stores"),
        ("owner@sharma.example", "Asha Rao, pay ₹1,180.00 ~ Sharma Stores"),
    ]
    mine.post(address, data={"act": "reset"})
    assert "Usual words" in mine.get(address).text
    assert mine.get("/settings/messages/wording/nonsense/en/sms").status_code == 404


def test_the_log_is_searched_filtered_exported_and_shown(browse: Browse, sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    tell(sharma, asha)
    mine, other = browse(sharma), browse(iyer)
    assert (
        "Asha Rao"
        in mine.get("/message-log?q=asha+98123&event=invoice_overdue&channel=sms&state=waiting&from=2026-11-20&to=2026-11-20").text
    )
    assert "No message matches" in mine.get("/message-log?q=%25_").text
    assert "Asha Rao" not in other.get("/message-log").text
    exported = mine.get("/message-log?format=csv").text
    assert "+919812345670" in exported
    (row,) = log(sharma)
    assert f"{len(row.text)} signs in GSM-7, 1 SMS" in mine.get(f"/message-log/{row.id}").text
    for path in ("", "/resending", "/settlement"):
        answer = other.get(f"/message-log/{row.id}") if not path else other.post(f"/message-log/{row.id}{path}", data={"id": str(new_id())})
        assert answer.status_code == 404
    assert mine.post(f"/message-log/{row.id}/resending", data={"id": str(new_id())}).status_code == 409  # it still waits
    assert mine.post(f"/message-log/{row.id}/resending", data={"id": "x"}).status_code == 422


def test_a_partys_wishes(browse: Browse, sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    address, mine = f"/parties/{asha}/messages", browse(sharma)
    assert browse(iyer).get(address).status_code == 404
    mine.post(address, data={"channels": ["whatsapp", "email"], "language": "hi", "agreed": "At the counter"})
    tell(sharma, asha)
    (row,) = log(sharma)
    assert (row.channel, row.language, [one[0] for one in row.after]) == ("whatsapp", "hi", ["email"])
    assert "बाकी" in row.text
    mine.post(address, data={"usual": "1", "ended": "1"})
    assert tell(sharma, asha, "another") == 0
    assert mine.post(address, data={"language": "xx"}).status_code == 422


def test_one_click_ends_mails_for_good(client: FlaskClient, sharma: Shop, iyer: Shop, carrier: Carrier, clock: Clock) -> None:
    party = make_party(sharma, phone="")
    tell(sharma, party, "a")
    tell(sharma, party, "b")
    notifications.send_due(sharma.actor)
    link = carrier.sent[0].link.removeprefix("https://munim.example")
    assert "Sharma Stores" in client.get(link).text
    assert states(sharma) == [("email", "sent"), ("email", "sent")]  # looking ends nothing: mail programs open links by themselves
    tell(sharma, party, "c")
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    notifications.send_due(sharma.actor)
    assert states(sharma)[-1] == ("email", "stopped")
    assert tell(sharma, party, "d") == 0
    for forged in (
        link[:-6] + "xxxxxx",
        "/unsubscribe/x",
        carriers.unsubscribe_link(iyer.company_id, carrier.sent[0].id).split("example")[1],
    ):
        assert client.post(forged).status_code == 404


def test_a_report_is_mailed_with_its_file(sharma: Shop, carrier: Carrier) -> None:
    from webapp.messaging import Attachment

    with open_books(sharma.actor) as books:
        made = notifications.notify(
            books,
            "report_ready",
            key="run",
            words={"report": "Sales", "period": ""},
            addresses=("ca@firm.example", "CA@firm.example"),
            user_ids=[sharma.actor.user_id] if sharma.actor.user_id else [],
            attachment=Attachment("Sales.csv", "text/csv", "abc.csv"),
        )
    assert made == 3
    notifications.send_due(sharma.actor)
    assert {one.to: one.attachment.key if one.attachment else "" for one in carrier.sent} == {
        "ca@firm.example": "abc.csv",
        "owner@sharma.example": "abc.csv",
    }


def test_a_job_of_nobody_tells_no_test(sharma: Shop, carrier: Carrier) -> None:
    with pytest.raises(Exception, match="member"), open_books(Actor(sharma.company_id, Role.OWNER)) as books:
        service.send_test(books, new_id(), ("invoice_overdue", "en", "sms"), WORDS)


def test_a_mail_program_ends_mails_without_a_cookie_and_a_form_of_ours_needs_its_proof(
    app: Flask, browse: Browse, sharma: Shop, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = make_party(sharma, phone="")
    tell(sharma, party)
    notifications.send_due(sharma.actor)
    link = carrier.sent[0].link.removeprefix("https://munim.example")
    mine = browse(sharma)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert mine.post("/settings/messages", data={}).status_code == 403
    one_click = app.test_client()
    for _again in range(2):
        answer = one_click.post(link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    assert tell(sharma, party, "another") == 0


def test_what_a_party_is_told_of_is_chosen_on_its_page(browse: Browse, sharma: Shop, iyer: Shop, carrier: Carrier, asha: UUID) -> None:
    address, mine = f"/parties/{asha}/messages", browse(sharma)
    assert "As usual: not told" in mine.get(address).text
    for typed, kept in (("yes", True), ("no", False), ("<b>", None), ("", None)):
        assert mine.post(address, data={"usual": "1", "invoice_posted": typed}).status_code == 303
        with read_books(sharma.actor) as books:
            assert queries.party_told_of(books, f"party:{asha}") == {"invoice_posted": kept, "payment_received": None}
    assert browse(iyer).post(address, data={"usual": "1", "invoice_posted": "yes"}).status_code == 404
