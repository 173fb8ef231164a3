"""The business's rules for messages, its usual choices and wordings; how a party wants to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company, parties
from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.ids import new_id, read_id
from webapp.kernel.money import plain_decimal
from webapp.notifications import carriers, forms, queries, rules, service, telling
from webapp.notifications.blueprint import bp
from webapp.platform.permissions import Permission, needs
from webapp.platform.tenancy import Books, open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other


def settings_page(*, typed: Any = None, errors: Any = None) -> Response:
    """Hours of rest, most a day, budget; by which channels who is told of what; what messages have cost."""
    with read_books(current_actor()) as books:
        kept, costs, ready = queries.policy(books), queries.costs(books), carriers.ready(books)
        usual = queries.choices(books, [""])
    now = {name: rules.chosen(event, None, usual.get(("", name), queries.Choice()).channels) for name, event in rules.CHOSEN.items()}
    values = {
        "rest_from": _clock(kept.rest_from),
        "rest_until": _clock(kept.rest_until),
        "most_per_day": kept.most_per_day,
        "fallback_minutes": kept.fallback_minutes,
        "budget": plain_decimal(kept.budget_paise, 2) if kept.budget_paise is not None else "",
        "language": kept.language,
        "version": kept.version,
    }
    rows = [(event, rules.FOR_PARTIES if event.told is rules.Told.PARTY else rules.FOR_MEMBERS) for event in rules.CHOSEN.values()]
    return page("notifications/settings.html", values=typed or values, rows=rows, now=now, costs=costs, ready=ready, errors=errors or {})


@bp.get("/settings/messages")
@needs(Permission.NOTIFICATION_WRITE)
def show_settings() -> Response:
    return settings_page()


@bp.post("/settings/messages")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(settings_page)
def change_policy() -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_policy(books, forms.parse_policy(request.form))
    flash(_("Kept."), "success")
    return see_other(url_for("notifications.show_settings"))


@bp.post("/settings/messages/usual")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(settings_page)
def change_usual() -> BaseResponse:
    with open_books(current_actor()) as books:
        for event, channels in forms.parse_choices(request.form, rules.CHOSEN).items():
            service.choose(books, "", event, channels)
    flash(_("Kept."), "success")
    return see_other(url_for("notifications.show_settings"))


def wording_page(event: str, tongue: str, channel: str, *, typed: Any = None, errors: Any = None) -> Response:
    """The words of an event, with a preview of what is typed or kept, filled with values of this business."""
    place = forms.parse_place(event, tongue, channel)
    with read_books(current_actor()) as books:
        own = queries.wordings(books, event)
        kept = telling.wording(books, *place)
        values = rules.for_channel(example(books, rules.CHOSEN[event]), channel)
    subject, text = (typed.get("subject", ""), typed.get("text", "")) if typed else kept
    shown = {"subject": rules.one_line(rules.filled(subject, values)), "text": rules.lines(rules.filled(text, values))}
    known = rules.FOR_PARTIES if rules.CHOSEN[event].told is rules.Told.PARTY else (rules.EMAIL, rules.PUSH)
    return page(
        "notifications/wording.html",
        event=rules.CHOSEN[event],
        place=place,
        subject=subject,
        text=text,
        shown=shown,
        size=rules.sms_size(shown["text"]),
        register=rules.for_register(text),
        gaps=rules.variables(text, values),
        places=rules.places_of(rules.CHOSEN[event]),
        is_own=place in own,
        ways=[way for way in known if way != rules.NOTICE],
        test_id=new_id(),
        errors=errors or {},
    )


def example(books: Books, event: rules.Event) -> dict[str, str]:
    """Values as they could be, with this business's own name and, where it has one, a customer of its own."""
    found = parties.search_parties(books, "", 1)
    values = {
        "shop": company.profile(books).name,
        "party": found[0].name if found else "Asha Rao",
        "day": written(books.today),
        "number": "26-SJ/00042",
        "amount": "₹1,180.00",
        "days": "12",
        "bills": "26A1/000123, 26A1/000140",
        "count": "3",
        "names": "Toor dal 1 kg, Sugar 5 kg, Basmati rice 1 kg",
        "title": "GSTR-3B",
        "period": written(books.today)[3:],
        "reason": "The disk is full",
        "till": "A1",
        "since": "11:20",
        "device": "Chrome, Android",
        "place": "Pune",
        "report": _("Sales register"),
        "job": "send messages",
        "month": written(books.today)[3:],
    }
    return {name: values[name] for name in event.places} | {"link": carriers.absolute("/b/example")}


@bp.get("/settings/messages/wording/<event>/<tongue>/<channel>")
@needs(Permission.NOTIFICATION_WRITE)
def show_wording(event: str, tongue: str, channel: str) -> Response:
    return wording_page(event, tongue, channel)


@bp.post("/settings/messages/wording/<event>/<tongue>/<channel>")
@needs(Permission.NOTIFICATION_WRITE)
@form_again(wording_page)
def change_wording(event: str, tongue: str, channel: str) -> BaseResponse:
    place = forms.parse_place(event, tongue, channel)
    subject, text, act = request.form.get("subject", ""), request.form.get("text", ""), request.form.get("act", "")
    if act == "preview":
        if errors := service.check_wording(event, rules.one_line(subject), rules.lines(text)):
            raise InvalidInput(errors)
        return wording_page(event, tongue, channel, typed=request.form)
    with open_books(current_actor()) as books:
        if act == "reset":
            service.reset_wording(books, place)
        elif act == "test":
            service.send_test(books, read_id(request.form.get("test_id", "")) or new_id(), place, example(books, rules.CHOSEN[event]))
        else:
            service.set_wording(books, place, subject, text)
    flash(_("A test is on its way to you.") if act == "test" else _("Kept."), "success")
    return see_other(url_for("notifications.show_wording", event=event, tongue=tongue, channel=channel))


def party_page(party_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    """How a party is told, and what it was told."""
    who = f"party:{party_id}"
    with read_books(current_actor()) as books:
        party = parties.party_row(books, party_id)
        kept = queries.choices(books, [who], [""]).get((who, ""), queries.Choice())
        ended = (who, "") in queries.opted_out(books, [who])
        wishes = queries.party_told_of(books, who)
        usual = queries.choices(books, [""], rules.OF_EACH_PARTY)
    now = {name: bool(rules.chosen(rules.CHOSEN[name], None, usual.get(("", name), queries.Choice()).channels)) for name in wishes}
    told_of = {name: {None: "", True: "yes", False: "no"}[wish] for name, wish in wishes.items()}
    values: dict[str, Any] = {"party": party, "kept": kept, "ended": ended, "told_of": told_of, "now": now}
    return page("notifications/party.html", **values, ways=rules.FOR_PARTIES, typed=typed, errors=errors or {})


@bp.get("/parties/<uuid:party_id>/messages")
@needs(Permission.PARTY_WRITE)
def show_party(party_id: UUID) -> Response:
    return party_page(party_id)


@bp.post("/parties/<uuid:party_id>/messages")
@needs(Permission.PARTY_WRITE)
@form_again(party_page)
def change_party(party_id: UUID) -> BaseResponse:
    with open_books(current_actor()) as books:
        service.set_party(books, party_id, forms.parse_wishes(request.form))
    flash(_("Kept."), "success")
    return see_other(url_for("notifications.show_party", party_id=party_id))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
