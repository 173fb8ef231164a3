"""PINs at tills: one's own, those of others, what the tills ask for; and the list of approvals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import identity
from webapp.counter import approval_lists, approval_words, approving, pin_rules, pins, tills
from webapp.counter.pin_rules import ASKABLE, WITH_AMOUNT
from webapp.counter.reading import Fields, parse
from webapp.counter.routes import bp
from webapp.counter.tills import COOKIE
from webapp.kernel.dates import IST
from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.kernel.money import plain_decimal, read_paise
from webapp.kernel.text import clean_text
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, open_directory, read_books
from webapp.platform.web import by_header, current_actor, form_again, page, see_other

PAGE = 50
_MOST_BYTES = 2_000


# One's own ------------------------------------------------------------------------------------------------------------


def own_pin_page(*, typed: Any = None, errors: Any = None) -> Response:
    """The page of one's own PIN. Of what was typed nothing is shown again: all of it is secret."""
    actor = current_actor()
    with read_books(actor) as books:
        pin = pins.pin_of(books, actor.user_id) if actor.user_id else None
    return page(
        "counter/own_pin.html",
        pin=pin,
        uses_pins=pins.uses_pins(actor.allowed),
        least=pins.least_digits(actor.allowed),
        most=pin_rules.MOST_DIGITS,
        errors=errors or {},
    )


@bp.get("/account/till-pin")
@needs(Permission.COMPANY_READ)
def show_own_pin() -> Response:
    return own_pin_page()


@bp.post("/account/till-pin")
@needs(Permission.COMPANY_READ)
@identity.require_fresh
@form_again(own_pin_page)
def change_own_pin() -> BaseResponse:
    made = pins.chosen(current_actor().allowed, request.form.get("pin_secret", ""), request.form.get("pin_secret_again", ""))
    with open_books(current_actor()) as books:
        pins.choose(books, made)
    flash(_("Your PIN is changed. Counters know it when they next hear the server."), "success")
    return see_other(url_for("counter.show_own_pin"))


@bp.post("/sync/pin")
@needs(None)
@by_header
def create_own_pin() -> Response:
    """Who was given a PIN for once chooses his own at the till."""
    device = tills.device_of(request.cookies.get(COOKIE, ""))
    fields = Fields(parse(request.get_data()[:_MOST_BYTES]), "The request")
    typed = [fields.text(name, most=20) for name in ("pin", "new", "again")]
    with open_directory(writes=False) as directory:
        actor = identity.actor_of(directory, device.company_id, fields.id("member"))
    if actor is None:
        raise NotFound("member")
    pins.replace_once(replace(actor, via="till"), *typed)
    return jsonify(kept=True)


# Those of others, and what is asked -----------------------------------------------------------------------------------


# long: who has a PIN, and what is asked, on one page
def pins_page(*, typed: Any = None, errors: Any = None, given: tuple[str, str] | None = None, **_where: Any) -> Response:
    """Who has a PIN, and what the tills ask for. `given`: a name, and the PIN that was given to it just now."""
    actor = current_actor()
    with read_books(actor) as books:
        rules, kept = pins.rules_of(books), pins.pins_of(books)
        people = [one for one in identity.members(books.session, books.company_id) if pins.uses_pins(one.allowed)]
    rows = [
        {
            "member": one,
            "pin": kept.get(one.user_id),
            "approves": pins.least_digits(one.allowed) == pin_rules.LEAST_OF_APPROVER,
            "is_mine": one.user_id == actor.user_id,
            "may_change": one.user_id != actor.user_id and one.allowed <= actor.allowed,
        }
        for one in people
    ]
    return page(
        "counter/pins.html",
        rows=rows,
        rules=rules,
        kinds=[(kind.value, word, kind in WITH_AMOUNT) for kind in ASKABLE for word in [approval_words.kind_words()[kind.value]]],
        amounts={kind: plain_decimal(amount, 2) for kind, amount in rules.asks.items()},
        given=given,
        least_of_approver=pin_rules.LEAST_OF_APPROVER,
        typed=typed,
        errors=errors or {},
    )


@bp.get("/settings/till-pins")
@needs(Permission.MEMBER_WRITE)
def list_pins() -> Response:
    return pins_page()


@bp.post("/settings/till-pins/rules")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
@form_again(pins_page)
def change_till_rules() -> BaseResponse:
    rules = _parse_rules(request.form)
    with open_books(current_actor()) as books:
        pins.change_rules(books, rules)
    flash(_("Kept. Counters know it when they next hear the server."), "success")
    return see_other(url_for("counter.list_pins"))


def _parse_rules(form: Any) -> pins.Rules:
    """The form of what is asked. InvalidInput by field."""
    errors: dict[str, str] = {}
    asks: dict[str, int] = {}
    for kind in ASKABLE:
        text = form.get(f"above_{kind.value}", "").strip() if kind in WITH_AMOUNT else ""
        if form.get(f"asks_{kind.value}") != "1":
            if text:
                errors[f"above_{kind.value}"] = "Tick the box above too, or clear the amount."
            continue
        try:
            asks[kind.value] = read_paise(text) if text else 0
        except ValueError as error:
            errors[f"above_{kind.value}"] = str(error)
    minutes = form.get("idle_minutes", "").strip() or "0"
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 5):
        errors["idle_minutes"] = f"Type 0 to {pins.MOST_IDLE} minutes; 0 is never."
    if errors:
        raise InvalidInput(errors)
    return pins.Rules(form.get("signs_on") == "1", int(minutes), asks)


@bp.post("/settings/till-pins/<uuid:user_id>/for-once")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_once_pin(user_id: UUID) -> Response:
    actor = current_actor()
    with open_directory(writes=False) as directory:
        member = identity.member_of(directory, actor.company_id, user_id)
    identity.require_over(actor, member)
    pin = pins.by_chance()
    made = pins.made_of(pin)
    with open_books(actor) as books:
        pins.give_once(books, member.user_id, made)
    return pins_page(given=(member.name, pin))


@bp.post("/settings/till-pins/<uuid:user_id>/removal")
@needs(Permission.MEMBER_WRITE)
@identity.require_fresh
def create_pin_removal(user_id: UUID) -> BaseResponse:
    actor = current_actor()
    with open_directory(writes=False) as directory:
        member = identity.member_of(directory, actor.company_id, user_id)
    if member.user_id != actor.user_id:
        identity.require_over(actor, member)
    with open_books(actor) as books:
        pins.take_away(books, member.user_id)
    flash(_("%(name)s has no PIN any more.", name=member.name), "success")
    return see_other(url_for("counter.list_pins"))


# Approvals ------------------------------------------------------------------------------------------------------------


def approvals_page(*, typed: Any = None, errors: Any = None, approval_id: UUID | None = None) -> Response:
    """The list, with the form of the row whose note was refused."""
    wanted, before = approval_lists.parse_wanted(request.args), read_id(request.args.get("before", ""))
    with read_books(current_actor()) as books:
        found = approval_lists.approvals(books, wanted, before, PAGE + 1)
    rows = found[:PAGE]
    return page(
        "counter/approvals.html",
        rows=rows,
        further=rows[-1].id.hex if len(found) > PAGE else None,
        wanted=wanted,
        address=approval_lists.address_of(wanted),
        kinds=approval_words.kind_words(),
        states=approval_words.state_words(),
        typed_of=approval_id,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/counter/approvals")
@needs(Permission.REVIEW_SETTLE)
def list_approvals() -> Response:
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(approval_lists.parse_wanted(request.args)), wanted_format)
    return approvals_page()


def _sheet(wanted: approval_lists.Wanted) -> Sheet:
    columns = (
        Column(_("When"), "text", 16),
        Column(_("What"), "text", 22),
        Column(_("Number"), "text", 14),
        Column(_("Amount"), "amount", 12),
        Column(_("Approved by"), "text", 18),
        Column(_("Cashier"), "text", 18),
        Column(_("Reason"), "text", 26),
        Column(_("State"), "text", 26),
        Column(_("Looked at by"), "text", 18),
    )
    kinds, states = approval_words.kind_words(), approval_words.state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        for one in approval_lists.every_approval(books, wanted):
            at = one.at.astimezone(IST).strftime("%Y-%m-%d %H:%M")
            what = (kinds.get(one.kind, one.kind), one.number, abs(one.amount_paise))
            yield at, *what, one.approver_name, one.cashier, one.reason, states.get(one.state, one.state), one.seen_by

    return Sheet("approvals", _("Approvals at the counter"), (), columns, rows, is_wide=True)


@bp.post("/counter/approvals/<uuid:approval_id>/look")
@needs(Permission.REVIEW_SETTLE)
@form_again(approvals_page)
def create_look(approval_id: UUID) -> BaseResponse:
    note = clean_text(request.form.get("note", ""))[:500]
    if not note:
        raise InvalidInput({"note": "Say in a few words what was done about it."})
    with open_books(current_actor()) as books:
        approving.see(books, approval_id, note)
    return see_other(url_for("counter.list_approvals", state="open"))


@bp.app_template_global("till_approvals")
def till_approvals(document_id: UUID) -> list[dict[str, Any]]:
    """What was approved of a bill at a till, for the bill's own page: words, and what they are said of."""
    with read_books(current_actor()) as books:
        found = approval_lists.of_document(books, document_id)
    kinds, states = approval_words.kind_words(), approval_words.state_words()
    return [{"row": one, "kind": kinds.get(one.kind, one.kind), "state": states.get(one.state, one.state)} for one in found]
