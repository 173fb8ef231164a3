"""The log of messages: how each stands, its tries, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.dates import ist_day
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.notifications import forms, queries, rules, service
from webapp.notifications.blueprint import bp, channel_words, event_words, state_words
from webapp.platform import sheets
from webapp.platform.permissions import Permission, needs
from webapp.platform.sheets import Sheet
from webapp.platform.tables_pdf import Column
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, page, see_other

PAGE, PART = 50, 500


@bp.get("/message-log")
@needs(Permission.MESSAGE_READ)
def list_messages() -> Response:
    wanted = forms.parse_wanted(request.args)
    if wanted_format := sheets.asked_format():
        return sheets.send(_sheet(wanted), wanted_format)
    with read_books(current_actor()) as books:
        found = queries.messages(books, wanted, read_id(request.args.get("before", "")), PAGE + 1)
    older = found[PAGE - 1].id.hex if len(found) > PAGE else None
    address = forms.address_of(wanted)
    return page("notifications/messages.html", rows=found[:PAGE], older=older, wanted=wanted, address=address, channels=rules.CHANNELS)


def _sheet(wanted: queries.Wanted) -> Sheet:
    columns = (
        Column(_("Day"), "day", 11),
        Column(_("Event"), "text", 20),
        Column(_("To"), "text", 20),
        Column(_("Address"), "text", 22),
        Column(_("Channel"), "text", 10),
        Column(_("Status"), "text", 14),
        Column(_("Subject"), "text", 26),
        Column(_("Cost"), "amount", 9),
    )
    events, channels, states = event_words(), channel_words(), state_words()

    def rows(books: Books) -> Iterator[tuple[Any, ...]]:
        place: UUID | None = None
        while found := queries.messages(books, wanted, place, PART):
            for one in found:
                what = (events[one.event], one.name, one.address, channels[one.channel], states[one.state][0], one.subject)
                yield (ist_day(one.created_at), *what, one.cost_paise)
            place = found[-1].id

    return Sheet("messages", _("Messages"), (), columns, rows, is_wide=True)


@bp.get("/message-log/<uuid:message_id>")
@needs(Permission.MESSAGE_READ)
def show_message(message_id: UUID) -> Response:
    with read_books(current_actor()) as books:
        row, tries = queries.message(books, message_id), queries.tries_of(books, message_id)
        size = rules.sms_size(row.text) if row.channel == rules.SMS else None
    may_again = row.state in rules.AGAIN
    return page("notifications/message.html", row=row, tries=tries, size=size, may_again=may_again, again_id=new_id())


@bp.post("/message-log/<uuid:message_id>/resending")
@needs(Permission.MESSAGE_SEND)
def create_resending(message_id: UUID) -> BaseResponse:
    again = read_id(request.form.get("id", ""))
    if again is None:
        raise InvalidInput({"": _("Open the page again and press once more.")})
    with open_books(current_actor()) as books:
        made = service.send_again(books, message_id, again)
    flash(_("It is sent again."), "success")
    return see_other(url_for("notifications.show_message", message_id=made))


@bp.post("/message-log/<uuid:message_id>/settlement")
@needs(Permission.MESSAGE_SEND)
def create_settlement(message_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.settle_unknown(books, message_id, has_arrived=request.form.get("arrived") == "1")
    return see_other(url_for("notifications.show_message", message_id=message_id))
