"""A message on its way out. No transaction is open while an answer is waited for.

Three steps, each safe to be killed after: the message is taken and that is committed; the provider is asked; how it ended is written
down. A message whose end nobody knows is not sent again.
"""

from __future__ import annotations

from uuid import UUID

from webapp import company
from webapp.kernel.errors import BooksError
from webapp.kernel.phones import phone
from webapp.messaging import hooks, queries, rules, service
from webapp.messaging.carrier import Carrier, End, Health, later, refused
from webapp.messaging.queries import AccountRow
from webapp.messaging.rules import Channel, Delivery, Message, Outcome, Provider
from webapp.platform import machine
from webapp.platform.sealing import SealBroken
from webapp.platform.tenancy import Actor, Books, open_books

CONCURRENT_WAIT = 30  # seconds until a message that another process is sending is asked for again


def deliver(actor: Actor, message: Message) -> Delivery:
    """Hand a message to the provider that this business uses for its channel. Asks the network: never call it inside a transaction.

    Safe to repeat, also in two processes at once: what was taken, refused or may have been taken is answered as it stands. LATER asks to be
    called again after `retry_after` seconds. Conflict for an id that was used for another message.
    """
    if reason := unusable(message):
        return Delivery(Outcome.REFUSED, words=reason)
    with open_books(actor) as books:
        provider = queries.provider_in_use(books, message.channel)
        if provider is None:
            return Delivery(Outcome.REFUSED, words="There is no account for this channel. Add one under Messages in the settings.")
        kept = queries.sent_or_none(books, message.id)
        if (kept is None or kept.state == Outcome.LATER) and (wait := service.may_call(books, provider)):
            return Delivery(
                Outcome.LATER, provider.value, words="The provider is in trouble and is left alone for a while.", retry_after=wait
            )
        kept = service.claim(books, message, provider)
        if kept is not None and kept.state == "sending":
            return Delivery(Outcome.LATER, provider.value, words="It is being sent just now.", retry_after=CONCURRENT_WAIT)
        if kept is not None:
            return Delivery(Outcome(kept.state), kept.provider, kept.provider_id, kept.words, kept.cost_paise)
        try:
            carrier: Carrier | End = carrier_of(books, provider, message)
        except SealBroken as broken:
            carrier = later(f"{broken.problem} {broken.fix}", Health.ACCOUNT)
    found = carrier if isinstance(carrier, End) else call(carrier, message, actor.company_id)
    with open_books(actor) as books:
        service.end(books, message.id, provider, found)
        if found.is_gone and message.channel is Channel.PUSH:
            service.forget(books, UUID(message.to))
    return Delivery(found.outcome, provider.value, found.provider_id, found.words, found.cost_paise, found.retry_after)


def try_account(actor: Actor, provider: Provider, message: Message) -> Delivery:
    """Send a message by one account, in use or not and whatever its breaker says: the owner wants to see what it answers."""
    if reason := unusable(message):
        return Delivery(Outcome.REFUSED, provider.value, words=reason)
    with open_books(actor) as books:
        service.claim(books, message, provider)
        carrier = carrier_of(books, provider, message)
    found = carrier if isinstance(carrier, End) else call(carrier, message, actor.company_id)
    with open_books(actor) as books:
        service.end(books, message.id, provider, found)
    return Delivery(found.outcome, provider.value, found.provider_id, found.words, found.cost_paise, found.retry_after)


def unusable(message: Message) -> str:
    """Why a message can go to nobody; "" when it can."""
    if message.channel is Channel.EMAIL and not rules.is_mail_address(message.to):
        return "This is no mail address."
    if message.channel in (Channel.SMS, Channel.WHATSAPP) and phone(message.to) != message.to:
        return "This is no phone number in the international form, such as +919876543210."
    return ""


def call(carrier: Carrier, message: Message, company_id: int) -> End:
    """Ask the provider. Its client is loaded here: what waits for work stays small."""
    match carrier.provider:
        case Provider.SMTP | Provider.MACHINE:
            from webapp.messaging import smtp

            return smtp.send(carrier, message, company_id)
        case Provider.MSG91:
            from webapp.messaging import msg91

            return msg91.send(carrier, message)
        case Provider.TWILIO:
            from webapp.messaging import twilio

            return twilio.send(carrier, message)
        case Provider.WHATSAPP:
            from webapp.messaging import whatsapp

            return whatsapp.send(carrier, message)
        case Provider.PUSH:
            from webapp.messaging import push

            return push.send(carrier, message)


def carrier_of(books: Books, provider: Provider, message: Message) -> Carrier | End:
    """What a provider's client is given; or the end, where there is nobody to send to. SealBroken when a secret does not open."""
    if provider is Provider.PUSH:
        return _for_push(books, message)
    profile = company.profile(books)
    reply_to = profile.email if rules.is_mail_address(profile.email) else ""
    if provider is Provider.MACHINE:
        return machine_carrier(sender_name=profile.name, reply_to=reply_to)
    kept = queries.accounts(books).get(provider.value)
    if kept is None:
        return later("The account was taken away.", Health.ACCOUNT)
    return Carrier(
        provider,
        kept.settings,
        service.open_secrets(books, kept),
        report_url=_report_url(books, kept),
        template=queries.template_of(books, provider, message.template) if message.template else None,
        sender_name=profile.name,
        reply_to=reply_to,
    )


def _report_url(books: Books, kept: AccountRow) -> str:
    """Where the provider tells how it went; "" where this machine has no address that it could reach."""
    return hooks.address(books.company_id, kept) if machine.public_url().startswith("https://") else ""


def machine_carrier(*, sender_name: str, reply_to: str) -> Carrier | End:
    """The mail server of this machine, or the end where it has none that can be used."""
    from webapp.messaging import machine_mail

    try:
        settings, secrets = machine_mail.read(*machine.mail())
    except BooksError as wrong:
        return later(f"{wrong.problem} {wrong.fix}", Health.ACCOUNT)
    return Carrier(Provider.MACHINE, settings, secrets, sender_name, reply_to, is_machines=True)


def _for_push(books: Books, message: Message) -> Carrier | End:
    try:
        found = queries.subscription_or_none(books, UUID(message.to))
    except ValueError:
        found = None
    if found is None:
        return refused("This browser no longer wants to be told.")
    public, sealed = service.push_keys(books)
    contact = machine.public_url() if machine.public_url().startswith("https://") else "mailto:postmaster@localhost"
    told = {"endpoint": found.endpoint, "p256dh": found.p256dh, "auth": found.auth, "public_key": public, "contact": contact}
    return Carrier(Provider.PUSH, told, {"private_key": service.private_key(books, sealed)})
