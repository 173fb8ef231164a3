"""The accounts of a business with those who carry its messages, a try of each, and what was sent."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.kernel.ids import new_id
from webapp.messaging import forms, hooks, queries, routes_push, routes_reports, sending, service
from webapp.messaging.blueprint import bp
from webapp.messaging.forms import FIELDS, SECURITIES
from webapp.messaging.rules import CHANNELS, WITH_ACCOUNT, Message, Outcome, Provider
from webapp.platform import machine
from webapp.platform.permissions import Permission, needs
from webapp.platform.refusals import told
from webapp.platform.tenancy import open_books, read_books
from webapp.platform.web import current_actor, form_again, page, see_other

__all__ = ["bp", "routes_push", "routes_reports"]

NAMES = {
    Provider.SMTP: "SMTP",
    Provider.MACHINE: "SMTP",
    Provider.MSG91: "MSG91",
    Provider.TWILIO: "Twilio",
    Provider.WHATSAPP: "WhatsApp",
    Provider.PUSH: "Push",
}


def channel_words() -> dict[str, str]:
    """What the channels are called."""
    return {"email": _("Mail"), "sms": _("SMS"), "whatsapp": _("WhatsApp"), "push": _("Push")}


def state_words() -> dict[str, str]:
    """How a message stands."""
    return {
        "sending": _("Being sent"),
        "sent": _("Taken by the provider"),
        "refused": _("Refused"),
        "later": _("Waits for another try"),
        "unknown": _("Not known"),
        "delivered": _("Delivered"),
        "read": _("Read"),
        "failed": _("Did not arrive"),
    }


@bp.get("/messages/accounts")
@needs(Permission.COMPANY_WRITE)
def list_accounts() -> Response:
    with read_books(current_actor()) as books:
        kept, health, now = queries.accounts(books), queries.health(books), books.now
    shown = [
        {"provider": one.value, "name": NAMES[one], "channel": CHANNELS[one].value, "kept": kept.get(one), "health": health.get(one)}
        for one in WITH_ACCOUNT
    ]
    besides = ((_("Mail of this machine"), health.get("machine")), (_("Push"), health.get("push")))
    return page(
        "messaging/accounts.html",
        shown=shown,
        besides=besides,
        now=now,
        channels=channel_words(),
        machine_sender=machine.mail()[1],
    )


def account_page(*, provider: str, typed: Any = None, errors: Any = None) -> Response:
    """One account: what is kept or what was typed, how the provider fares, and its templates."""
    asked = forms.parse_provider(provider)
    with read_books(current_actor()) as books:
        kept, health = queries.accounts(books).get(provider), queries.health(books).get(provider)
        templates = [each for (whose, _name), each in queries.templates(books).items() if whose == provider]
        hook = hooks.address(books.company_id, kept) if kept and asked is not Provider.SMTP else ""
        word = hooks.key(books.company_id, kept) if kept and asked is Provider.WHATSAPP else ""
        sent, now = queries.sent_messages(books, provider, 10), books.now
        reports = queries.reports_of(books, [row.provider_id for row in sent if row.provider_id])
    return page(
        "messaging/account.html",
        provider=provider,
        name=NAMES[asked],
        channel=channel_words()[CHANNELS[asked].value],
        kept=kept,
        settings=service.settings_of(kept),
        health=health,
        templates=templates,
        choices=[("", _("None")), *((each.name, each.name) for each in templates)],
        hook=hook,
        word=word,
        reachable=machine.public_url().startswith("https://"),
        securities=list(zip(SECURITIES, (_("STARTTLS"), _("TLS from the start"), _("None (this very machine only)")), strict=True)),
        fields=[field.name for field in FIELDS[asked]],
        sent=sent,
        reports=reports,
        states=state_words(),
        now=now,
        typed=typed or {},
        errors=errors or {},
    )


@bp.get("/messages/accounts/<provider>")
@needs(Permission.COMPANY_WRITE)
def show_account(provider: str) -> Response:
    return account_page(provider=provider)


@bp.post("/messages/accounts/<provider>")
@needs(Permission.COMPANY_WRITE)
@form_again(account_page)
def change_account(provider: str) -> BaseResponse:
    asked = forms.parse_account(forms.parse_provider(provider), request.form)
    with open_books(current_actor()) as books:
        service.save_account(books, asked)
    flash(_("The account is kept. Try it below."), "success")
    return see_other(url_for("messaging.show_account", provider=provider))


@bp.post("/messages/accounts/<provider>/templates")
@needs(Permission.COMPANY_WRITE)
@form_again(account_page)
def change_template(provider: str) -> BaseResponse:
    asked = forms.parse_template(forms.parse_provider(provider), request.form)
    with open_books(current_actor()) as books:
        service.save_template(books, asked)
    flash(_("The template is kept.") if asked.approved_as else _("The template is forgotten."), "success")
    return see_other(url_for("messaging.show_account", provider=provider))


@bp.post("/messages/accounts/<provider>/tries")
@needs(Permission.COMPANY_WRITE)
@form_again(account_page)
def create_try(provider: str) -> BaseResponse:
    asked = forms.parse_provider(provider)
    to, template = forms.parse_recipient(asked, request.form), request.form.get("template", "").strip()[:80]
    values = tuple((str(place), line) for place, line in enumerate(request.form.get("values", "").splitlines()[:20], 1))
    text = request.form.get("text", "").strip()[:1_000] or str(_("This is a try of Munim. The account works."))
    found = sending.try_account(
        current_actor(), asked, Message(new_id(), CHANNELS[asked], to, str(_("A try of Munim")), text, template, values)
    )
    said = {
        Outcome.SENT: _("The provider has taken the message: %(words)s", words=found.words),
        Outcome.REFUSED: _("The provider refuses the message: %(words)s", words=told(found.words)),
        Outcome.LATER: _("The message did not leave: %(words)s", words=told(found.words)),
        Outcome.UNKNOWN: _("Nobody knows whether the message left: %(words)s", words=told(found.words)),
    }[found.outcome]
    flash(said, "success" if found.outcome is Outcome.SENT else "error")
    return see_other(url_for("messaging.show_account", provider=provider))
