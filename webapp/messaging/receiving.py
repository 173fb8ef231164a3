"""Reports of providers, believed by their signature alone, and each state of each message counted once.

The row that says so and its effect in the rooms above are one transaction: a report whose taking was cut off has left neither, and comes
again. A report and the answer to our own call take turns by the provider's id, so that whichever is second finds the first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import delete, select

from webapp.kernel.errors import NotFound
from webapp.messaging import hooks, queries, statuses
from webapp.messaging.models import ProviderPayload, ProviderReport
from webapp.messaging.queries import AccountRow
from webapp.messaging.rules import Provider, Report, ReportState
from webapp.messaging.service import open_secrets
from webapp.messaging.statuses import Status
from webapp.platform import clock
from webapp.platform.permissions import Role
from webapp.platform.rows import insert_once
from webapp.platform.tenancy import Actor, Books, open_books, read_books
from webapp.platform.turns import write_one

PAYLOADS_KEPT = timedelta(days=90)
MOST_COMPANY = 2**63 - 1
_TURNS = UUID("0b3c8a52-0d3e-4f0f-9a56-6c0f3f1f7a20")

_handlers: list[Callable[[Books, Report], None]] = []


def use_reports(handler: Callable[[Books, Report], None]) -> None:
    """Have `handler` told of every report, once each, in the transaction that notes the report. What it raises undoes both."""
    if handler not in _handlers:
        _handlers.append(handler)


def shake_hands(company_id: int, word: str) -> None:
    """Meta asks whether an address is ours. NotFound unless it says the account's key."""
    kept, _secrets = _account(company_id, Provider.WHATSAPP)
    if not hooks.is_key(company_id, kept, word):
        raise NotFound("address")


def take(company_id: int, provider: Provider, *, body: bytes, form: Mapping[str, str], key: str, signature: str) -> int:
    """Take what a provider posts; returns how many states of messages were new. NotFound for what bears no proof of this account's, in the
    same words as for a business that does not exist."""
    kept, secrets = _account(company_id, provider)
    if not is_genuine(company_id, kept, secrets, body=body, form=form, key=key, signature=signature):
        raise NotFound("address")
    now = clock.now()
    match provider:
        case Provider.TWILIO:
            found = list(statuses.of_twilio(form, now))
        case Provider.WHATSAPP:
            found = list(statuses.of_meta(body, kept.settings.get("phone_number_id", ""), now))
        case _:
            found = list(statuses.of_msg91(form, body, now))
    return _note(company_id, provider, found, body)


def is_genuine(
    company_id: int, kept: AccountRow, secrets: Mapping[str, str], *, body: bytes, form: Mapping[str, str], key: str, signature: str
) -> bool:
    """Whether a post proves that it is the provider's: every comparison takes a time that tells nothing."""
    match kept.provider:
        case Provider.TWILIO:
            # The address as we gave it, then the form's fields in order: https://www.twilio.com/docs/usage/webhooks/webhooks-security
            signed = hooks.address(company_id, kept) + "".join(name + form[name] for name in sorted(form))
            right = base64.b64encode(hmac.digest(secrets["auth_token"].encode(), signed.encode(), "sha1")).decode()
            return hooks.is_key(company_id, kept, key) and hmac.compare_digest(right.encode(), signature.encode())
        case Provider.WHATSAPP:
            right = "sha256=" + hmac.digest(secrets["app_secret"].encode(), body, "sha256").hex()
            return hmac.compare_digest(right.encode(), signature.encode())
        case _:
            return hooks.is_key(company_id, kept, key)


def known_reports(books: Books, provider: str, provider_id: str) -> list[Report]:
    """What is known of a message by now, the oldest first: a provider can be quicker than the answer to our own call.

    Waits for a report of the same message that is being taken at this instant, and has later ones wait for this transaction. Ask before
    anything of the message is changed: who takes a report does so in the same order.
    """
    _take_turn(books, provider, provider_id)
    query = select(ProviderReport.state, ProviderReport.words, ProviderReport.said_at)
    query = query.where(ProviderReport.provider == provider, ProviderReport.provider_id == provider_id).order_by(ProviderReport.said_at)
    return [
        Report(books.company_id, provider, provider_id, ReportState(state), words, at) for state, words, at in books.session.execute(query)
    ]


def _account(company_id: int, provider: Provider) -> tuple[AccountRow, dict[str, str]]:
    if company_id > MOST_COMPANY:
        raise NotFound("address")
    with read_books(_actor(company_id)) as books:
        kept = queries.accounts(books).get(provider.value)
        if kept is None:
            raise NotFound("address")
        return kept, open_secrets(books, kept)


def _note(company_id: int, provider: Provider, found: Iterable[Status], body: bytes) -> int:
    digest, count = hashlib.sha256(body).hexdigest(), 0
    with open_books(_actor(company_id)) as books:
        insert_once(books, ProviderPayload, {"digest": digest, "provider": provider.value, "body": body, "received_at": books.now})
        books.session.execute(delete(ProviderPayload).where(ProviderPayload.received_at < books.now - PAYLOADS_KEPT))
    for one in found:
        with open_books(_actor(company_id)) as books:
            _take_turn(books, provider.value, one.provider_id)
            row = {"provider_id": one.provider_id, "state": one.state.value, "words": one.words, "said_at": one.at}
            stamp = {"provider": provider.value, "received_at": books.now, "digest": digest}
            if not insert_once(books, ProviderReport, {**row, **stamp}):
                continue
            report = Report(company_id, provider.value, one.provider_id, one.state, one.words, one.at)
            for handler in _handlers:
                handler(books, report)
        count += 1
    return count


def _take_turn(books: Books, provider: str, provider_id: str) -> None:
    write_one(books, uuid5(_TURNS, f"{books.company_id} {provider} {provider_id}"))


def _actor(company_id: int) -> Actor:
    return Actor(company_id=company_id, role=Role.OWNER, name="report", via="job")
