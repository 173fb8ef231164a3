"""How a registration makes its e-way bills, its secrets, and who carries the goods."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from webapp import company
from webapp.ewaybills import checks, queries
from webapp.ewaybills.commands import SetUp
from webapp.ewaybills.events import EwaybillsSwitchedOn
from webapp.ewaybills.models import EwaybillRegistration, Transporter
from webapp.ewaybills.queries import RegistrationRow
from webapp.ewaybills.rules import Road
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.text import clean_text
from webapp.platform import audit, outside, sealing
from webapp.platform.outbox import announce
from webapp.platform.rows import insert_once, put, update_count
from webapp.platform.signed_in import GOVERNMENT
from webapp.platform.tenancy import Books

# Hosts of the portal's sandbox: only there the test GSTINs, which fail their check digit, are let through.
SANDBOX_WORD = "sandbox"
MOST_TRANSPORTERS = 500


def own_gstins(books: Books) -> list[str]:
    """The registrations of the business: its own, and those of its stores."""
    found = [company.profile(books).gstin, *(store.gstin for store in company.stores(books, with_closed=True))]
    return list(dict.fromkeys(gstin for gstin in found if gstin))


def set_up(books: Books, asked: SetUp) -> None:
    """Say how a GSTIN makes e-way bills. InvalidInput by field; Conflict when somebody has changed it meanwhile."""
    if asked.gstin not in own_gstins(books):
        raise InvalidInput({"gstin": "Choose a GSTIN of this business."})
    kept = queries.registrations(books).get(asked.gstin)
    stale = Conflict(problem="Somebody has changed these settings meanwhile.", fix="Reload the page, and enter your change again.")
    if (kept.version if kept else 0) != asked.version:
        raise stale
    secrets = _merged_secrets(books, asked, kept)
    _require_complete(asked, secrets)
    row = {
        "begins_on": asked.begins_on,
        "own_paise": asked.own_paise,
        "road": asked.road.value,
        "is_sandbox": asked.is_sandbox,
        "base_url": asked.base_url,
        "client_id": asked.client_id,
        "user_name": asked.user_name,
        "secrets": sealing.seal(purpose_of(books, asked.gstin), json.dumps(secrets)) if any(secrets) else "",
        "portal_key": asked.portal_key,
        "session": "",
        "session_until": None,
        "version": asked.version + 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }
    if kept is None:
        written = insert_once(books, EwaybillRegistration, {"gstin": asked.gstin, **row})
    else:
        same = (EwaybillRegistration.gstin == asked.gstin, EwaybillRegistration.version == asked.version)
        written = bool(update_count(books, update(EwaybillRegistration).where(*same).values(**row)))
    if not written:
        raise stale
    told: dict[str, Any] = {name: row[name] for name in ("own_paise", "road", "is_sandbox", "base_url", "client_id", "user_name")}
    told["begins_on"] = asked.begins_on.isoformat() if asked.begins_on else ""
    audit.record(books, "change", "ewaybill_registration", asked.gstin, new=told)
    if asked.begins_on:
        announce(books, EwaybillsSwitchedOn(asked.gstin))


def purpose_of(books: Books, gstin: str) -> str:
    """What the secrets of a registration are sealed for: no other company's row opens them, nor an e-invoice's."""
    return f"ewaybill {books.company_id} {gstin}"


def open_secrets(books: Books, kept: RegistrationRow) -> tuple[str, str]:
    """The client's secret and the user's password. SealBroken when they do not open."""
    if not kept.secrets:
        return "", ""
    client_secret, password = json.loads(sealing.unseal(purpose_of(books, kept.gstin), kept.secrets))
    return client_secret, password


def keep_session(books: Books, gstin: str, text: str, until: datetime | None) -> None:
    """Keep a portal's session, sealed, so that the next process need not sign in."""
    sealed = sealing.seal(purpose_of(books, gstin), text) if text else ""
    kept = update(EwaybillRegistration).where(EwaybillRegistration.gstin == gstin)
    books.session.execute(kept.values(session=sealed, session_until=until))


def _merged_secrets(books: Books, asked: SetUp, kept: RegistrationRow | None) -> tuple[str, str]:
    # A secret goes to the host it was typed for: another address, another secret.
    if kept is None or (asked.client_secret and asked.password) or (kept.base_url and asked.base_url != kept.base_url):
        return asked.client_secret, asked.password
    client_secret, password = open_secrets(books, kept)
    return asked.client_secret or client_secret, asked.password or password


def _require_complete(asked: SetUp, secrets: tuple[str, str]) -> None:
    errors: dict[str, str] = {}
    wanted = {
        "base_url": (asked.base_url, "Type the address of the interface, such as https://api.ewaybillgst.gov.in/ewaybillapi/v1.03."),
        "client_id": (asked.client_id, "Type the client id."),
        "user_name": (asked.user_name, "Type the user name of the interface."),
        "client_secret": (secrets[0], "Type the client secret."),
        "password": (secrets[1], "Type the password of the user."),
    }
    odd = "It holds a sign that no interface takes: type it again, in the letters and signs of an English keyboard."
    errors |= {name: odd for name, (value, _words) in wanted.items() if not (value.isascii() and value.isprintable())}
    if asked.road is not Road.FILE:
        errors |= {name: words for name, (value, words) in wanted.items() if not value}
        try:
            outside.require_address(asked.base_url, GOVERNMENT if asked.road is Road.NIC else ())
        except outside.HostNotAllowed as refused:
            errors.setdefault("base_url", f"{refused.problem} {refused.fix}")
    if asked.road is Road.NIC:
        from webapp.tax.signed_qr import keys_in  # cryptography, for whoever sets the portal up

        if not keys_in(asked.portal_key):
            errors["portal_key"] = "Paste the portal's public key: a text that begins with -----BEGIN PUBLIC KEY----- or CERTIFICATE."
    if asked.is_sandbox and (asked.road is Road.FILE or SANDBOX_WORD not in asked.base_url.lower()):
        errors["is_sandbox"] = "Test numbers are for the portal's sandbox only: its address has the word sandbox in it."
    if errors:
        raise InvalidInput(errors)


# Who carries the goods -------------------------------------------------------------------------------------------------


def keep_transporter(books: Books, transporter_id: str, name: str) -> None:
    """Keep a transporter, or his new name. InvalidInput by field."""
    number, name = transporter_id.replace(" ", "").upper(), clean_text(name)[:100]
    errors: dict[str, str] = {}
    if not checks.is_transporter(number):
        errors["transporter_id"] = "Type his GSTIN, or the TRANSIN of 15 signs he has of the portal."
    if not name:
        errors["transporter_name"] = "Type his name."
    known = queries.transporters(books)
    if number not in known and len(known) >= MOST_TRANSPORTERS:
        errors.setdefault("transporter_id", f"At most {MOST_TRANSPORTERS} transporters are kept. Take one away first.")
    if errors:
        raise InvalidInput(errors)
    if known.get(number) != name:
        stamp = {"changed_by": books.actor.name, "changed_at": books.now}
        put(books, Transporter, [{"transporter_id": number, "name": name, **stamp}])
        audit.record(books, "change", "ewaybill_transporter", number, new={"name": name})


def take_transporter_away(books: Books, transporter_id: str) -> None:
    """Keep a transporter no longer. E-way bills that name him stay as they are."""
    if transporter_id in queries.transporters(books):
        books.session.execute(delete(Transporter).where(Transporter.transporter_id == transporter_id))
        audit.record(books, "remove", "ewaybill_transporter", transporter_id)
