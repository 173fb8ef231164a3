"""What pages send, as the commands of this room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from webapp.kernel.errors import InvalidInput, NotFound
from webapp.kernel.phones import phone
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.messaging import rules
from webapp.messaging.commands import SaveAccount, SaveTemplate, Subscribe
from webapp.messaging.rules import Provider

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[?[0-9a-f:]+\]?", re.ASCII)
_NAME = re.compile(r"[a-z0-9_]{1,60}\.(en|hi)", re.ASCII)
SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an account: its name, its form (`pattern`, whole), what to type, and whether it may be empty or is a secret."""

    name: str
    pattern: str = r"[ -~]{1,200}"
    words: str = "Type this as the provider shows it."
    is_needed: bool = True
    is_secret: bool = False


_BASE_URL = Field("base_url", r"https?://[!-~]{1,290}", "Type an address that begins with https://, or nothing.", is_needed=False)
FIELDS: Mapping[Provider, tuple[Field, ...]] = {
    Provider.SMTP: (
        Field("host", _HOST.pattern, "Type the name of your mail server, such as smtp.example.com."),
        Field("port", r"[1-9][0-9]{0,4}", "Type the port: 587 for STARTTLS, 465 for TLS."),
        Field("security", "|".join(SECURITIES), "Choose how the connection is encrypted."),
        Field("sender", words="Type the address your mail comes from."),
        Field("user", r"[ -~]{0,200}", is_needed=False),
        Field("password", is_secret=True),
    ),
    Provider.MSG91: (Field("authkey", r"[A-Za-z0-9]{8,100}", is_secret=True), _BASE_URL),
    Provider.TWILIO: (
        Field("account_sid", r"AC[0-9a-fA-F]{32}", "Type the Account SID: AC and 32 letters and digits."),
        Field("auth_token", r"[0-9a-zA-Z]{16,100}", is_secret=True),
        Field(
            "sender",
            r"MG[0-9a-fA-F]{32}|\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11}",
            "Type your number, sender ID or Messaging Service SID.",
        ),
        _BASE_URL,
    ),
    Provider.WHATSAPP: (
        Field("phone_number_id", r"[0-9]{5,30}", "Type the phone number ID: digits, not the number itself."),
        Field("access_token", r"[!-~]{16,800}", is_secret=True),
        Field("app_secret", r"[0-9a-fA-F]{16,100}", is_secret=True),
        _BASE_URL,
    ),
}


def parse_provider(text: str) -> Provider:
    """The provider that an address names. NotFound for one that no account can be had with."""
    if text not in {each.value for each in rules.WITH_ACCOUNT}:
        raise NotFound("provider")
    return Provider(text)


def parse_account(provider: Provider, form: Mapping[str, str]) -> SaveAccount:
    """An account. InvalidInput by field."""
    errors: dict[str, str] = {}
    settings: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for field in FIELDS[provider]:
        typed = form.get(field.name, "").strip()
        if (typed or (field.is_needed and not field.is_secret)) and not re.fullmatch(field.pattern, typed):
            errors[field.name] = field.words
        (secrets if field.is_secret else settings)[field.name] = typed
    if provider is Provider.SMTP:
        if "sender" not in errors and not rules.is_mail_address(settings["sender"]):
            errors["sender"] = "Type the address your mail comes from."
        if "port" not in errors and int(settings["port"]) > 65_535:
            errors["port"] = "Type the port: 587 for STARTTLS, 465 for TLS."
    if "base_url" in settings and "base_url" not in errors and not _is_plain_address(settings["base_url"]):
        errors["base_url"] = "Type an address that begins with https://, or nothing."
    if errors:
        raise InvalidInput(errors)
    settings["base_url"] = settings.get("base_url", "").rstrip("/")
    version = form.get("version", "")
    return SaveAccount(provider, int(version) if _NUMBER.fullmatch(version) else 0, form.get("is_on") == "1", settings, secrets)


def _is_plain_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not url or (bool(parts.hostname) and not parts.query and not parts.fragment and parts.username is None)


def parse_template(provider: Provider, form: Mapping[str, str]) -> SaveTemplate:
    """A template. InvalidInput by field."""
    name, approved_as = form.get("name", "").strip(), clean_text(form.get("approved_as", ""))[:200]
    text, language = form.get("text", "").replace("\r\n", "\n").strip(), form.get("language", "").strip()
    errors: dict[str, str] = {}
    if not _NAME.fullmatch(name):
        errors["name"] = "Type the name of our words and their language, such as invoice_overdue.en."
    if provider is Provider.WHATSAPP and approved_as and not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,4})?", language):
        errors["language"] = "Type the template's language as WhatsApp shows it, such as en or hi."
    if len(text) > 2_000:
        errors["text"] = "The text of a template has 2,000 letters at most."
    if errors:
        raise InvalidInput(errors)
    return SaveTemplate(provider, name, approved_as, language[:10], text)


def parse_recipient(provider: Provider, form: Mapping[str, str]) -> str:
    """Whom a try goes to. InvalidInput by field."""
    typed = form.get("to", "").strip()
    if provider is Provider.SMTP:
        if not rules.is_mail_address(typed):
            raise InvalidInput({"to": "Type a mail address of yours."})
        return typed
    number = phone(typed)
    if number is None:
        raise InvalidInput({"to": "Type a mobile number of yours: ten digits, or with + and the country's code."})
    return number


def parse_subscription(body: object, device: str) -> Subscribe:
    """A browser's subscription (PushSubscription.toJSON). InvalidInput for what is none."""
    keys = body.get("keys") if isinstance(body, Mapping) else None
    parts = (body.get("endpoint"), keys.get("p256dh"), keys.get("auth")) if isinstance(body, Mapping) and isinstance(keys, Mapping) else ()
    if len(parts) != 3 or not all(isinstance(part, str) and 0 < len(part) <= 2_000 and part.isascii() for part in parts):
        raise InvalidInput({"endpoint": "The browser's subscription is not whole. Switch it off and on again."})
    return Subscribe(str(parts[0]), str(parts[1]), str(parts[2]), clean_text(device)[:120] or "?")
