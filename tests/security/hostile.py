"""Texts that try to become a part of the page that shows them, and how each is planted in every stored text of a shop."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import count
from typing import Any

from lxml.html import document_fromstring
from sqlalchemy import JSON, CheckConstraint, Column, Connection, String, Table, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from webapp.models import metadata
from webapp.platform.db import Json

MARK = "zqx"  # in each of them, and in nothing of ours
_CALL = f"window.{MARK}=(window.{MARK}||0)+1"

# One each of the known families. The sign before the first letter decides: none of these may stand in a page as it is written here.
TAGS = (
    f"<script>{_CALL}</script>",
    f"</script><script>{_CALL}</script>",
    f"<SCRIPT SRC=//{MARK}.example/x.js></SCRIPT>",
    f"<script\n{MARK}=1>{_CALL}</script >",
    f"<img src={MARK} onerror={_CALL}>",
    f"<img/src={MARK}/onerror={_CALL}>",
    f"<IMG SRC=`{MARK}` ONERROR={_CALL}>",
    f"<body onload={_CALL} class={MARK}>",
    f"<input autofocus onfocus={_CALL} name={MARK}>",
    f"<details open ontoggle={_CALL} class={MARK}>",
    f"<marquee onstart={_CALL} class={MARK}>",
    f"<video><source onerror={_CALL} src={MARK}></video>",
    f"<audio src={MARK} onerror={_CALL}>",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'></iframe>",
    f"<iframe src=javascript:parent.{MARK}=1></iframe>",
    f"<object data=javascript:{_CALL}></object>",
    f"<embed src=javascript:{_CALL}>",
    f"<form action=javascript:{_CALL}><button>{MARK}</button></form>",
    f"<button form={MARK} formaction=javascript:{_CALL}>{MARK}</button>",
    f"<a href=javascript:{_CALL}>{MARK}</a>",
    f"<base href=//{MARK}.example/>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"<link rel=stylesheet href=//{MARK}.example/x.css>",
    f"<style>*{{background:url(//{MARK}.example)}}</style>",
    f"<p style='width:expression({_CALL})'>{MARK}",
    f"<svg onload={_CALL} class={MARK}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<svg><animate onbegin={_CALL} attributeName={MARK} dur=1s>",
    f"<svg><a xlink:href=javascript:{_CALL}><text>{MARK}</text></a></svg>",
    f"<svg><foreignObject><img src={MARK} onerror={_CALL}></foreignObject></svg>",
    f"<svg><style><img src={MARK} onerror={_CALL}></style></svg>",
    f"<math><mi//xlink:href='javascript:{_CALL}'>{MARK}",
    f"<noscript><p title='</noscript><img src={MARK} onerror={_CALL}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src={MARK} onerror={_CALL}>",
    f"<textarea></textarea><img src={MARK} onerror={_CALL}>",
    f"</textarea><img src={MARK} onerror={_CALL}>",
    f"</title><img src={MARK} onerror={_CALL}>",
    f"</template><img src={MARK} onerror={_CALL}>",
    f"</select></table></dialog><img src={MARK} onerror={_CALL}>",
    f"<!--><img src={MARK} onerror={_CALL}>-->",
    f"--><img src={MARK} onerror={_CALL}>",
    f"<![CDATA[<img src={MARK} onerror={_CALL}>]]>",
    f"<div hx-get=/{MARK} hx-trigger=load>",
    f"<div hx-on::load={_CALL} class={MARK}>",
    f"<div data-hx-get=/{MARK} data-hx-trigger=load>",
    f"<div hx-ext={MARK} hx-vals='js:{{a:{_CALL}}}'>",
)
BREAKS = (
    f'" onmouseover="{_CALL}" x="{MARK}',
    f"' onmouseover='{_CALL}' x='{MARK}",
    f'" hx-get="/{MARK}" hx-trigger="load',
    f'" autofocus onfocus="{_CALL}" x="{MARK}',
    f'{MARK}"}}];{_CALL};//',
)
ODD = (
    f"javascript:{_CALL}",
    f"java\tscript:{_CALL}",
    f"data:text/html,<script>parent.{MARK}=1</script>",
    f"//{MARK}.example/{MARK}",
    f"{{{{ 7*7 }}}}{MARK}{{% raw %}}{{# {MARK}49 #}}",
    f"${{{_CALL}}}#{{{MARK}}}<%= {MARK} %>",
    f"&lt;img src={MARK} onerror={_CALL}&gt;&#x3c;script&#x3e;",
    f"\uff1cscript\uff1e{MARK}\u02ba\u2018 onerror=\u2028{_CALL}\u2029",
    f"\u202e{MARK}\u2066\u200b\ufeff\u0000\u0085\x0b\x1b[31m{MARK}",
)
HOSTILE = (*TAGS, *BREAKS, *ODD)
# A cell of a spreadsheet that begins so would be worked out.
FORMULAS = (f"=cmd|' /C calc'!{MARK}", f"+{MARK}", f"-{MARK}+1", f"@SUM({MARK})", f"\t={MARK}", f"\r={MARK}")


def cells() -> Iterator[str]:
    """Texts with all of them in each, and each first in turn, after what a spreadsheet would work out or a link would follow."""
    firsts = (*FORMULAS, *ODD[:4])
    for number in count():
        turn = number % len(HOSTILE)
        yield f" {number} ".join((firsts[number % len(firsts)], *HOSTILE[turn:], *HOSTILE[:turn]))


# What becomes of them in a page -------------------------------------------------------------------------------------------

_NEVER = frozenset(
    [
        "iframe",
        "object",
        "embed",
        "base",
        "style",
        "math",
        "marquee",
        "applet",
        "frame",
        "frameset",
        "animate",
        "set",
        "foreignobject",
        "xmp",
        "plaintext",
    ]
)
_LEADS = frozenset(
    [
        "href",
        "src",
        "action",
        "formaction",
        "data",
        "poster",
        "xlink:href",
        "hx-get",
        "hx-post",
        "hx-put",
        "hx-patch",
        "hx-delete",
        "hx-push-url",
        "srcset",
    ]
)
_OURS = re.compile(
    r"(?:/(?!/)|true$|http://127\.0\.0\.1:8000/|[#?]|$|https://(?:wa\.me|www\.google\.com/maps|services?\.|[\w.]*gov\.in)|mailto:|tel:|upi:|data:image/|blob:)",
    re.IGNORECASE,
)
# No parser is a browser: what stands in the page as it was written is wrong whatever one makes of it.
_AS_THEY_ARE = tuple({hostile[: hostile.index(MARK) + len(MARK)] for hostile in TAGS})
_JSON_FIRST = ('{"', "[{", '["', "[[")


def faults(html: str) -> list[str]:
    """What stands in a page because of a text that was shown in it: elements, attributes, addresses, comments, broken JSON."""
    tree = document_fromstring(html.replace("\x00", "") or "<p>")
    found = [f"as it was: {raw}" for raw in _AS_THEY_ARE if raw in html]
    found += [f"worked out: {sign}" for sign in (f"49{MARK}",) if sign in html]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            found += [f"comment {str(element.text)[:60]}"] if MARK in str(element.text) else []
            continue
        tag, attributes = element.tag.lower(), {name.lower(): value for name, value in element.attrib.items()}
        if tag in _NEVER or (tag == "meta" and "http-equiv" in attributes) or MARK in tag:
            found.append(f"<{tag}>")
        if tag == "script":
            found += _script_faults(attributes, element.text or "")
        for name, value in attributes.items():
            found += [f"<{tag} {name}={value[:60]}>" for _ in range(_is_wrong(name, value))]
    return found


def _is_wrong(name: str, value: str) -> bool:
    if name.startswith(("on", "hx-on", "data-hx-", "hx-vars", "hx-ext")) or name in {"style", "srcdoc"} or MARK in name:
        return True
    if name in _LEADS:
        return not _OURS.match(re.sub(r"[\x00-\x20]", "", value)) or value.lstrip().startswith(f"/{MARK}")
    if name in {"hx-vals", "hx-headers"} or (name.startswith("data-") and value.startswith(_JSON_FIRST)):
        return not _is_json(value)
    return name == "id" and MARK in value


def _script_faults(attributes: Mapping[str, str], content: str) -> list[str]:
    if attributes.get("type") in {"application/json", "speculationrules"}:
        return [] if _is_json(content) else [f"broken JSON: {content[:60]}"]
    return [] if attributes.get("src", "").startswith("/s/") and not content.strip() else [f"<script> {content[:60]}"]


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def formula_cells(content: str) -> list[str]:
    """The cells of a CSV file that a spreadsheet would work out."""
    rows = csv.reader(StringIO(content.removeprefix("\ufeff"), newline=""))
    return [cell[:40] for row in rows for cell in row if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)]


_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[\d,]*\.?\d+%?|-|[-+]\d{2}:?\d{2}")


# Where they are planted ---------------------------------------------------------------------------------------------------

# Columns that the program reads and nobody types freely: codes of ours, hashes, names of files, what is sealed. All others are planted,
# and one that is new among them.
# fmt: off
READ = frozenset([
    "action", "act", "ack_no", "address_hash", "after", "approved_as", "apart", "asked", "attachment", "auth", "base_url",
    "bill_language", "body_sha256", "browser_hash", "by_issuer", "channel", "channels", "code", "cpin", "credential_id", "credit_kind",
    "credit_policy", "currency", "definition", "denominations", "device_hash", "digest", "doc_type", "document_kind", "endpoint",
    "endpoint_digest", "entity", "entity_id", "event", "event_key", "ewb_no", "file_type", "fingerprint", "form", "format",
    "from_state", "hash", "item_ids", "key", "key_id", "kind", "language", "layers", "layout", "lease", "lease_used_by", "link",
    "lists", "live_key", "mailed_mark", "mapping", "method", "mode", "msme", "nature", "newest_kind", "next_url", "options", "outcome",
    "p256dh", "password_hash", "payload", "period", "permissions", "place_of_supply", "place_section", "pieces", "portal_key",
    "previous_hash", "previous_lease", "private_key", "provider", "provider_id", "public_key", "purpose", "query", "raw", "recipient",
    "recipients", "role", "role_limits", "round_to", "row_sha256", "rp_id", "rule", "scheme", "schedule_head", "scope", "scopes",
    "sealed", "secrets", "section", "series", "session", "settings", "sha256", "shape", "share_by", "shop_kind", "source", "stage",
    "state", "state_code", "status", "storage_key", "stores", "sub_supply", "subject", "subject_kind", "supply", "supply_nature",
    "tcs_kind", "to_kind", "to_state", "token_hash", "told_action", "told_as", "tone", "transports", "treatment", "type", "unit", "url",
    "usual_tax_class", "via", "whose", "party_ids", "vehicle_type", "own_treatment", "gstin", "scale_weight_prefixes",
    "scale_price_prefixes", "scale_price_unit", "difference", "differences", "supplier_gstin", "ewaybill_trip.number",
    "order_document.number", "advance.number", "transfer.number", "reverse_charge_payment.number", "purchase_bill.self_invoice_number",
    "interest_note.number", "operator_supply.place", "gst_inward_document.place",
])
# fmt: on
FREE = frozenset({"party.gstin"})  # of a name that is read elsewhere


def planted_columns(table: Table) -> Iterator[Column[Any]]:
    """The columns of free text."""
    checks = " ".join(str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint))
    for column in table.columns:
        is_read = not {column.name, str(column)}.isdisjoint(READ) and str(column) not in FREE
        if column.primary_key or column.foreign_keys or is_read or re.search(rf"\b{column.name}\b\s+in\s*\(", checks):
            continue
        if isinstance(column.type, String | JSON | Json):
            yield column


def plant(connection: Connection, company_id: int, cells: Iterator[str], *, rows_each: int = 6) -> set[str]:
    """Put the next of `cells` into every stored text of a business and of its people, whatever stood there, and each in another sign, so
    that what must be unique is. Returns the columns, as table.column, in which it stands now."""
    _lift_guards(connection)
    if connection.dialect.name == "postgresql":
        cells = (cell.replace("\x00", "") for cell in cells)  # which no text of its holds
    planted = set[str]()
    for table in metadata.sorted_tables:
        own = "company_id" if "company_id" in table.c else "id" if table.name in {"company", "user_account"} else ""
        columns = list(planted_columns(table))
        if not own or not columns or table.name == "sign_in":
            continue
        query = select(table).limit(rows_each)
        if own == "company_id" or table.name == "company":
            query = query.where(table.c[own] == company_id)
        for row in connection.execute(query).mappings().all():
            key = [column == row[column.name] for column in table.primary_key.columns]
            for column in columns:
                if _put(connection, update(table).where(*key), column, hostile_value(column, row[column.name], cells)):
                    planted.add(f"{table.name}.{column.name}")
    return planted


def hostile_value(column: Column[Any], value: Any, cells: Iterator[str]) -> Any:
    """What is planted in place of a value; None: nothing."""
    if isinstance(column.type, String):
        return next(cells)
    return _within(value, cells) if isinstance(value, dict | list) and value else None


def _within(value: Any, cells: Iterator[str], name: str = "") -> Any:
    """A value of JSON with every text planted that is not a code of ours, an id, a day or a figure."""
    if isinstance(value, dict):
        return {key: _within(inner, cells, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_within(inner, cells, name) for inner in value]
    if not isinstance(value, str) or name in READ or name.endswith("_id") or _LIKE_A_CODE.fullmatch(value):
        return value
    return next(cells)


_LIKE_A_CODE = re.compile(r"[0-9a-f-]{32,64}|\d{4}-\d\d-\d\d.*|-?[\d.,/]+")


def _put(connection: Connection, statement: Any, column: Column[Any], value: Any) -> bool:
    if value is None:
        return False
    try:
        with connection.begin_nested():
            return bool(connection.execute(statement.values({column.name: value})).rowcount)
    except DBAPIError:
        return False  # the database itself refuses such a text there


def _lift_guards(connection: Connection) -> None:
    """What is written stays as it was written: triggers see to it, in this transaction no longer."""
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("select name from sqlite_master where type = 'trigger'")).all():
            connection.execute(text(f'drop trigger "{name}"'))
        return
    for name in inspect(connection).get_table_names():
        connection.execute(text(f'alter table "{name}" disable trigger user'))
