"""The account at the gateway: set up, its secrets opened, the adapter that speaks for it."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from webapp import company, ledger
from webapp.gateway import queries
from webapp.gateway.adapter import Access, Gateway
from webapp.gateway.models import GatewayAccount
from webapp.gateway.queries import AccountRow
from webapp.gateway.rules import NotConnected, row_id
from webapp.kernel.errors import Conflict, InvalidInput
from webapp.kernel.ids import new_id
from webapp.kernel.records import dataclass
from webapp.kernel.text import folded
from webapp.platform import audit, outside, sealing
from webapp.platform.rows import insert_once, update_count
from webapp.platform.tenancy import Books

RAZORPAY = "razorpay"
CLEARING, CHARGES = "Payment gateway clearing", "Gateway charges"
SAC_OF_FEES = "9971"  # financial and related services
# After the webhook's secret was changed, what was signed before is still on its way: Razorpay tries again for a day.
OLD_SECRET_KEPT = timedelta(hours=48)
TAX_KINDS = ("igst", "cgst_sgst", "cost")
_BANKS = frozenset({"bank-accounts", "bank-od"})


@dataclass(frozen=True, slots=True)
class SetUp:
    """How a business is known at its gateway, as the owner types it. An empty secret leaves the kept one."""

    version: int
    is_on: bool
    base_url: str
    key_id: str
    key_secret: str
    hook_secret: str
    bank_id: UUID | None
    tax_kind: str
    merchant_id: str = ""
    link_days: int = 7
    provider: str = RAZORPAY


def set_up(books: Books, asked: SetUp) -> None:
    """Keep how the gateway is reached, and make its two accounts of the chart. InvalidInput by field; Conflict when somebody changed
    it meanwhile. The secrets are sealed; a kept key's secret is for its key and address alone."""
    kept = queries.account_or_none(books)
    if (kept.version if kept else 0) != asked.version:
        raise Conflict(problem="Somebody has changed these settings meanwhile.", fix="Reload the page, and enter your change again.")
    key_secret, hook_secret, old_hook = _secrets(books, kept)
    if kept and (kept.base_url, kept.key_id) != (asked.base_url, asked.key_id):
        key_secret = ""
    is_rotated = bool(asked.hook_secret and hook_secret and asked.hook_secret != hook_secret)
    old_hook = hook_secret if is_rotated else old_hook
    secrets = (asked.key_secret or key_secret, asked.hook_secret or hook_secret, old_hook)
    _require_complete(books, asked, secrets)
    clearing, charges = _own_account(books, CLEARING, "bank-accounts"), _own_account(books, CHARGES, "indirect-expenses")
    if asked.bank_id == clearing:
        raise InvalidInput({"bank_id": "Choose the bank account that the gateway pays into, not the clearing account itself."})
    row = {
        "is_on": asked.is_on,
        "base_url": asked.base_url,
        "key_id": asked.key_id,
        "merchant_id": asked.merchant_id,
        "secrets": sealing.seal(_purpose(books, asked.provider), json.dumps(secrets)),
        "old_secret_until": books.now + OLD_SECRET_KEPT if is_rotated else kept.old_secret_until if kept else None,
        "bank_id": asked.bank_id,
        "clearing_id": clearing,
        "charges_id": charges,
        "tax_kind": asked.tax_kind,
        "link_days": asked.link_days,
        "trouble": "",
        "version": asked.version + 1,
        "changed_by": books.actor.name,
        "changed_at": books.now,
    }
    if kept is None:
        written = insert_once(books, GatewayAccount, {"provider": asked.provider, "hook_id": new_id(), "polled_until": None, **row})
    else:
        query = update(GatewayAccount).where(GatewayAccount.provider == kept.provider, GatewayAccount.version == asked.version)
        written = bool(update_count(books, query.values(**row)))
    if not written:
        raise Conflict(problem="Somebody has changed these settings meanwhile.", fix="Reload the page, and enter your change again.")
    told = {"on": asked.is_on, "key_id": asked.key_id, "base_url": asked.base_url, "tax": asked.tax_kind, "secret_changed": is_rotated}
    audit.record(books, "change", "gateway_account", asked.provider, new=told)


def account(books: Books) -> AccountRow:
    """The account at the gateway. NotConnected where there is none, or it is switched off."""
    found = queries.account_or_none(books)
    if found is None or not found.is_on:
        raise NotConnected
    return found


def gateway_of(books: Books, kept: AccountRow) -> Gateway:
    """Who speaks to the gateway for this account. SealBroken where the secrets do not open."""
    from webapp.gateway.razorpay import Razorpay  # loaded by the process that speaks to it

    key_secret, hook_secret, old_hook = _secrets(books, kept)
    is_old_taken = bool(kept.old_secret_until and kept.old_secret_until > books.now)
    hooks = (hook_secret, old_hook) if is_old_taken else (hook_secret,)
    return Razorpay(Access(kept.base_url, kept.key_id, key_secret, hooks, kept.merchant_id))


def banks(books: Books) -> list[tuple[UUID, str]]:
    """The accounts that a settlement may be paid into: those of the bank groups, but for what the program keeps in transit."""
    chart = ledger.chart_of_accounts(books)
    groups = {group.id for group in chart.groups if group.code in _BANKS}
    while more := {group.id for group in chart.groups if group.parent_id in groups} - groups:
        groups |= more
    own = _made(books, CLEARING)
    fitting = [one for one in chart.accounts if one.group_id in groups and not one.is_archived and one.id != own]
    return [(one.id, one.name) for one in fitting if one.code in {None, "bank"} and folded(one.name) != folded(CLEARING)]


def _purpose(books: Books, provider: str) -> str:
    return f"gateway {books.company_id} {provider}"


def _secrets(books: Books, kept: AccountRow | None) -> tuple[str, str, str]:
    if kept is None:
        return "", "", ""
    key_secret, hook_secret, old_hook = json.loads(sealing.unseal(_purpose(books, kept.provider), kept.secrets))
    return key_secret, hook_secret, old_hook


def _require_complete(books: Books, asked: SetUp, secrets: tuple[str, str, str]) -> None:
    from webapp.gateway.razorpay import HOSTS

    errors: dict[str, str] = {}
    wanted = {
        "key_id": (asked.key_id, "Type the key id of the Razorpay dashboard (Account & Settings, API keys)."),
        "key_secret": (secrets[0], "Type the key secret. It is shown once, when the key is made."),
        "hook_secret": (secrets[1], "Type the secret that you gave the webhook."),
    }
    errors |= {name: words for name, (value, words) in wanted.items() if not value}
    odd = "It holds a sign that no gateway takes: type it again, in the letters and signs of an English keyboard."
    given = {**{name: value for name, (value, _words) in wanted.items()}, "merchant_id": asked.merchant_id, "base_url": asked.base_url}
    errors |= {name: odd for name, value in given.items() if not (value.isascii() and value.isprintable())}
    try:
        outside.require_address(asked.base_url, HOSTS)
    except outside.HostNotAllowed as refused:
        errors.setdefault("base_url", f"{refused.problem} {refused.fix}")
    if asked.bank_id not in {id_ for id_, _name in banks(books)}:
        errors["bank_id"] = "Choose the bank account that the gateway pays into."
    if asked.tax_kind not in TAX_KINDS:
        errors["tax_kind"] = "Choose what is done with the GST on the fee."
    elif asked.tax_kind != "cost" and not company.profile(books).gstin:
        errors["tax_kind"] = "Without a GSTIN no input tax is claimed. Choose: part of the charges."
    if not 1 <= asked.link_days <= 180:
        errors["link_days"] = "Type a number of days from 1 to 180."
    if errors:
        raise InvalidInput(errors)


def _made(books: Books, name: str) -> UUID:
    return row_id(books.company_id, "account", name)


def _own_account(books: Books, name: str, group_code: str) -> UUID:
    """The account of that name, the one made before under another name since, or a new one."""
    chart = ledger.chart_of_accounts(books)
    ours = _made(books, name)
    natures = {group.id: group.nature for group in chart.groups}
    group = next(group for group in chart.groups if group.code == group_code)
    for one in chart.accounts:
        is_named = folded(one.name) == folded(name) and not one.wants_party and natures[one.group_id] == group.nature
        if one.id == ours or (is_named and not one.is_archived):
            return one.id
    return ledger.create_account(books, ledger.AccountDraft(name, group.id, notes=_NOTES[name]), ours)


_NOTES = {
    CLEARING: "Money that customers have paid online and the gateway has not yet paid into the bank.",
    CHARGES: f"The gateway's fees (SAC {SAC_OF_FEES}).",
}
