"""The OpenAPI 3.1 document of everything under /api/v1. Kept by hand beside the routes: a test holds it equal to the URL map and to
the answers, and no library for it stands in memory."""

# long: one table of addresses and one of shapes, each read as a whole

from __future__ import annotations

from typing import Any

from webapp.api_access import SCOPES
from webapp.sales import TenderMode
from webapp.tax.rules import DocumentKind

_TEXT: dict[str, Any] = {"type": "string"}
_GIVEN: dict[str, Any] = {"type": "string", "minLength": 1}
_FLAG: dict[str, Any] = {"type": "boolean"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time", "description": "RFC 3339, in UTC."}
_PAISE: dict[str, Any] = {"type": "integer", "format": "int64", "description": "Paise: 100 make a rupee."}


def _or_none(kind: dict[str, Any]) -> dict[str, Any]:
    return {**kind, "type": [kind["type"], "null"]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object of which every property is always there and no other is."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list_of(kind: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": kind}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


# long: one shape after another, in one table that is read as a whole
def _schemas() -> dict[str, Any]:
    amounts = {f"{name}_paise": _PAISE for name in ("taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")}
    limits = {**_object(requests=_WHOLE, seconds=_WHOLE), "type": ["object", "null"]}
    return {
        "Tokens": _object(
            access_token={**_TEXT, "description": "A JSON web token; it is nobody's but ours to read."},
            token_type={"const": "Bearer"},
            expires_in={**_WHOLE, "description": "Seconds."},
            refresh_token={**_TEXT, "description": "Good once: the answer brings the next. Shown twice it ends all that came of it."},
            refresh_expires_at=_INSTANT,
            scope={**_TEXT, "description": "Names, with blanks between."},
        ),
        "Me": _object(
            kind={"enum": ["personal", "service"]},
            name=_TEXT,
            user_id=_or_none(_ID),
            business=_object(id=_WHOLE, name=_TEXT),
            role=_TEXT,
            stores={**_list_of(_ID), "description": "The stores it is held to; none: every store."},
            scopes=_list_of({"enum": list(SCOPES)}),
            permissions={**_list_of(_TEXT), "description": "What it may do now: of its scopes what its role still allows."},
            token=_object(id=_ID, name=_TEXT, expires_at=_INSTANT),
            access_expires_at=_INSTANT,
            limits=limits,
        ),
        "Company": _object(
            id=_WHOLE,
            gstin=_or_none(_TEXT),
            scheme={"enum": ["regular", "composition", "unregistered"]},
            state_code={**_TEXT, "description": "Two digits, as GST has them."},
            books_begin=_DAY,
            **dict.fromkeys(("name", "legal_name", "address", "city", "pin_code", "phone", "email"), _TEXT),
        ),
        "BillRow": _object(
            id=_ID,
            kind=_TEXT,
            number=_TEXT,
            date=_DAY,
            issued_at=_INSTANT,
            party_name=_TEXT,
            party_phone=_TEXT,
            taxable_paise=_PAISE,
            tax_paise=_PAISE,
            total_paise={**_PAISE, "description": "Paise; a credit note takes away."},
            paid_by=_list_of(_TEXT),
            is_cancelled=_FLAG,
        ),
        "Bills": _object(bills=_list_of(_ref("BillRow")), next={**_or_none(_TEXT), "description": "The path of the next page."}),
        "BillLine": _object(
            line_no=_WHOLE,
            item_id=_ID,
            name=_TEXT,
            hsn=_TEXT,
            qty_thousandths={**_WHOLE, "description": "Thousandths of the unit."},
            unit=_TEXT,
            rate_bp={**_WHOLE, "description": "Tax, in hundredths of a per cent."},
            taxable_paise=_PAISE,
            total_paise=_PAISE,
        ),
        "Bill": _object(
            id=_ID,
            kind=_TEXT,
            number=_TEXT,
            date=_DAY,
            issued_at=_INSTANT,
            store_id=_ID,
            party_id=_or_none(_ID),
            party_name=_TEXT,
            place_of_supply=_TEXT,
            against_id=_or_none(_ID),
            **amounts,
            is_cancelled=_FLAG,
            lines=_list_of(_ref("BillLine")),
            tenders=_list_of(_object(mode=_TEXT, amount_paise=_PAISE)),
        ),
        "Nothing": _object(),
        "Problem": {
            "type": "object",
            "description": "RFC 9457. `detail` says what is wrong, `fix` what to do, `error` is as RFC 6749 and 6750 call it.",
            "properties": {
                "type": _TEXT,
                "title": _TEXT,
                "status": _WHOLE,
                "detail": _TEXT,
                "fix": _TEXT,
                "error": _TEXT,
                "errors": _list_of(_object(field=_TEXT, detail=_TEXT)),
            },
            "required": ["type", "title", "status", "detail", "fix"],
            "additionalProperties": False,
        },
    }


def _answers(shape: str, *refusals: int) -> dict[str, Any]:
    """The answer, what may be refused here, and what may be refused anywhere."""
    good = {"200": {"description": "As asked.", "content": {"application/json": {"schema": _ref(shape)}}}}
    return good | {str(status): {"$ref": f"#/components/responses/{_REFUSALS[status]}"} for status in (*refusals, 422, 429)}


_REFUSALS = {400: "BadRequest", 401: "NotSignedIn", 403: "NotAllowed", 404: "NotThere", 422: "NotReadable", 429: "TooMany"}
_REFUSED = {
    "BadRequest": "The form or the header is not as its RFC has it.",
    "NotSignedIn": "No token, or one that opens nothing. What was wrong with it is not said.",
    "NotAllowed": "The token holds, but not for this: `scope` of WWW-Authenticate says which would do.",
    "NotThere": "No such thing in this business; another business's is answered alike.",
    "NotReadable": "A filter or a field cannot be read, or holds a sign that cannot be printed; `errors` says which.",
    "TooMany": "Too often. Retry-After says in how many seconds to come again.",
}


def _form(**fields: tuple[str, bool]) -> dict[str, Any]:
    """The body of a post: each field with its words, and whether it must be there."""
    properties = {name: {**(_GIVEN if is_needed else _TEXT), "description": words} for name, (words, is_needed) in fields.items()}
    needed = [name for name, (_words, is_needed) in fields.items() if is_needed]
    schema = {"type": "object", "properties": properties, "required": needed}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _get(summary: str, scope: str, shape: str, *refusals: int, parameters: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    asked = {"summary": summary, "security": [{"bearer": [scope]}], "responses": _answers(shape, 400, 401, 403, *refusals)}
    return {"get": {**asked, "parameters": list(parameters)} if parameters else asked}


def _post(summary: str, body: dict[str, Any], shape: str, *refusals: int) -> dict[str, Any]:
    return {"post": {"summary": summary, "security": [], "requestBody": body, "responses": _answers(shape, 400, *refusals)}}


def _query(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": words, "schema": schema}


_BILL_FILTERS = (
    _query("q", "Words of the number, the customer's name or phone, or an amount in rupees.", {**_GIVEN, "maxLength": 100}),
    _query("from", "First day.", _DAY),
    _query("to", "Last day.", _DAY),
    _query("kind", "A kind of document, or `sale` for all but credit notes.", {"enum": ["sale", *DocumentKind]}),
    _query("mode", "How it was paid.", {"enum": [*TenderMode]}),
    _query("series", "A number series.", {**_GIVEN, "maxLength": 16}),
    _query("state", "How it stands.", {"enum": ["standing", "cancelled", "flagged"]}),
    _query("party", "A customer.", _ID),
    _query(
        "older",
        "Where the page before ended; `next` holds it.",
        {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9a-f]{32}$"},
    ),
)


def _paths() -> dict[str, Any]:
    of_a_bill = {"name": "invoice_id", "in": "path", "required": True, "schema": _ID}
    document_itself = {"summary": "This document", "security": [], "responses": {"200": {"description": "OpenAPI 3.1."}}}
    token = ("A personal token (mun_pat_…) or a service token (mun_svc_…).", True)
    return {
        "/api/v1/openapi.json": {"get": document_itself},
        "/api/v1/auth/token": _post(
            "Exchange a token",
            _form(token=token, scope=("Some of its scopes, with blanks between; all of them when left out.", False)),
            "Tokens",
            401,
        ),
        "/api/v1/auth/refresh": _post("Refresh", _form(refresh_token=("The newest one (mun_rt_…).", True)), "Tokens", 401),
        "/api/v1/auth/revoke": _post(
            "Give a token up (RFC 7009)",
            _form(token=("Of any kind.", True), token_type_hint=("Not needed.", False)),
            "Nothing",
        ),
        "/api/v1/auth/me": _get("Who am I", "company:read", "Me"),
        "/api/v1/company": _get("The business", "company:read", "Company"),
        "/api/v1/bills": _get("Bills, the newest first, fifty to a page", "bills:read", "Bills", parameters=_BILL_FILTERS),
        "/api/v1/bills/{invoice_id}": _get("A bill with its lines", "bills:read", "Bill", 404, parameters=(of_a_bill,)),
    }


def document(server: str) -> dict[str, Any]:
    """The document of a machine that programs reach at `server`."""
    refused = {"application/problem+json": {"schema": _ref("Problem")}}
    about = (
        "Amounts are whole paise, times RFC 3339 in UTC. A token is made on a page of Munim, exchanged at /api/v1/auth/token for an access "
        "token of ten minutes, and that is sent with each request."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Munim", "version": "1", "description": about},
        "servers": [{"url": server}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": {name: {"description": words, "content": refused} for name, words in _REFUSED.items()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
