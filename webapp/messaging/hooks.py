"""The addresses at which providers report. The path says whose and which; the key in the query cannot be guessed, and is in no log."""

from __future__ import annotations

import hmac

from webapp.messaging.queries import AccountRow
from webapp.messaging.rules import Provider
from webapp.platform import machine, sealing


def path(company_id: int, provider: str) -> str:
    return f"/messages/reports/{company_id}/{provider}"


def key(company_id: int, kept: AccountRow) -> str:
    """The key of an account's address: MSG91 proves itself by nothing else, and Meta's handshake asks for a word of ours."""
    return sealing.mark(f"messaging report {company_id} {kept.provider} {kept.hook_id.hex}")


def address(company_id: int, kept: AccountRow) -> str:
    """The whole address, as it is given to the provider: Twilio signs it letter by letter. Meta's has no key in it, for Meta shows it to
    others; its posts are signed, and its handshake says the key."""
    plain = f"{machine.public_url()}{path(company_id, kept.provider)}"
    return plain if kept.provider == Provider.WHATSAPP else f"{plain}?key={key(company_id, kept)}"


def is_key(company_id: int, kept: AccountRow, given: str) -> bool:
    """Whether a key is the account's own, in a time that does not tell how much of it was right."""
    return hmac.compare_digest(key(company_id, kept).encode(), given.encode())
