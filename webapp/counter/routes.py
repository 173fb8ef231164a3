"""The counter's doors: the shell and its worker, the sync protocol, and the owner's pages about tills and shifts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp import company
from webapp.counter import approval_lists, bodies, dues, feed, forms, missing, queries, reserving, rules, service, shelves, shifts, tills
from webapp.counter.build import Build, make_build
from webapp.counter.tills import COOKIE
from webapp.kernel.dates import read_instant
from webapp.kernel.errors import Forbidden, InvalidInput, NotFound
from webapp.kernel.ids import read_id
from webapp.platform import clock, web_cookies
from webapp.platform.permissions import Permission, needs
from webapp.platform.templating import text_in
from webapp.platform.tenancy import books_within, open_books, open_directory, read_books
from webapp.platform.web import assets, by_header, current_actor, form_again, page, see_other, settings

bp = Blueprint("counter", __name__)

_BUILD = "munim.counter_build"


# The program on the device ----------------------------------------------------------------------------------------------


def build() -> Build:
    """This process's build, made at the first ask: the same for everybody, so no name, language or token gets in."""
    made: Build | None = current_app.extensions.get(_BUILD)
    if made is None:
        with force_locale("en"):
            shell = render_template("counter/shell.html")
            offline = render_template(
                "offline.html", layout="base.html", shell=None, nav=[], actor=None, language="en", in_hindi=text_in("hi")
            )
        made = current_app.extensions[_BUILD] = make_build(assets(), shell, offline)
    return made


def _public(body: bytes, kind: str) -> Response:
    response = make_response(body)
    response.content_type = f"{kind}; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["ETag"] = f'"{build().id}"'
    return response


@bp.get("/counter")
@needs(None)
def show_counter() -> Response:
    return _public(build().shell, "text/html")


@bp.get("/offline")
@needs(None)
def show_offline() -> Response:
    return _public(build().offline, "text/html")


@bp.get("/sw.js")
@needs(None)
def show_worker() -> Response:
    if settings().has_counter_worker:
        response = _public(build().worker, "text/javascript")
    else:
        response = _public(build().tombstone, "text/javascript")
        response.headers["ETag"] = f'"{build().id}-off"'
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@bp.get("/counter/session")
@needs(Permission.BILL_ISSUE)
def show_session() -> Response:
    """Who is signed in here, for a page that carries no name."""
    actor = current_actor()
    user = {"id": str(actor.user_id) if actor.user_id else None, "name": actor.name}
    return jsonify(
        user=user, role=actor.role, may_enrol=actor.may(Permission.TILL_ENROL), may_sell_expired=actor.may(Permission.BATCH_OVERRIDE)
    )


@bp.get("/counter/setup")
@needs(Permission.TILL_ENROL)
def show_setup() -> BaseResponse:
    """The shell itself asks for a name when this browser is no till yet."""
    return see_other(url_for("counter.show_counter"))


@bp.post("/counter/enrolment")
@needs(Permission.TILL_ENROL)
@by_header
def create_enrolment() -> Response:
    wish = forms.read_enrolment(_body(rules.MOST_BYTES))
    mirrors = tills.read_mirrors(request.cookies)
    actor = current_actor()
    with open_directory() as directory, books_within(directory, actor) as books:
        made = tills.enrol(books, directory, wish, mirrors)
    till = {"id": str(made.id), "code": made.code, "name": made.name, "shared": made.is_shared}
    response = jsonify(
        till={**till, "store": {"id": str(made.store_id), "name": made.store_name}},
        series=[{"prefix": one.prefix, "kind": one.kind, "fy": one.fy, "last": one.last} for one in made.series],
        lease=made.lease,
        user={"id": str(actor.user_id) if actor.user_id else None, "name": actor.name},
        time=clock.now().isoformat(),
        rev=made.rev,
        missing=[{"series": series, "from": first, "to": last} for series, first, last in made.missing],
    )
    response.status_code = 201
    _set_device_cookie(response, made.token)
    web_cookies.take(response, [f"munim_last_{prefix}" for prefix in mirrors])
    return response


# The protocol -----------------------------------------------------------------------------------------------------------


@bp.get("/sync/ping")
@needs(None)
def ping() -> Response:
    response = make_response("", 204)
    response.headers["X-Munim"] = "1"
    return response


@bp.get("/sync/state")
@needs(None)
def show_state() -> Response:
    device = _device()
    with read_books(device.actor()) as books:
        return jsonify(feed.state_of_till(books, device.till_id))


@bp.get("/sync/catalogue")
@needs(None)
def show_catalogue() -> Response:
    device = _device()
    since = request.args.get("since", 0, type=int)
    members = feed.members_of(device.company_id)
    with read_books(device.actor()) as books:
        answer = feed.catalogue_for_till(books, device.till_id, since, members, forms.read_versions(request.args.get("lists", "")))
    is_zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(feed.words(answer, zipped=is_zipped), content_type="application/json")
    response.vary.add("Accept-Encoding")
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


@bp.post("/sync/reservation")
@needs(None)
@by_header
def create_reservation() -> Response:
    device = _device()
    reserved = reserving.reserve(device, forms.read_reservation(_body(rules.MOST_BYTES)))
    return jsonify(
        reserved=not reserved.refused,
        until=reserved.until.isoformat() if reserved.until else None,
        short=[{"item": str(one.item_id), "on_hand": one.on_hand, "held": one.held, "free": one.free} for one in reserved.refused],
        time=clock.now().isoformat(),
    )


@bp.get("/sync/dues")
@needs(None)
def show_dues() -> Response:
    device = _device()
    customer_id = read_id(request.args.get("customer"))
    if customer_id is None:
        raise NotFound("customer")
    with read_books(device.actor()) as books:
        return jsonify(dues.dues_of(books, customer_id))


@bp.get("/sync/shelves")
@needs(None)
def show_shelves() -> Response:
    device = _device()
    with read_books(device.actor()) as books:
        return jsonify(shelves.shelves_for_till(books, device.till_id, read_id(request.args.get("item"))))


@bp.post("/sync/push")
@needs(None)
@by_header
def create_push() -> Response:
    device = _device()
    push = forms.read_push(_body(rules.MOST_BYTES_ALONE))
    drained = service.drain(device, push)
    response = jsonify(
        results=[_result(one) for one in drained.results],
        lease=drained.lease,
        stale_lease=drained.is_stale,
        time=clock.now().isoformat(),
        rev=drained.rev,
        min_build=None if push.format == rules.FORMAT else build().id,
    )
    token = _token()
    if tills.renew_token(device, token) or web_cookies.is_outdated(COOKIE):
        _set_device_cookie(response, token)
    if not drained.is_stale:
        _mirror(response, drained.facts, push.report.get("last", {}))
    return response


def _device() -> tills.Device:
    return tills.device_of(_token())


def _token() -> str:
    return web_cookies.value_of(COOKIE, also_plain=True)


def _body(most: int) -> bytes:
    if (request.content_length or 0) > most:
        raise forms.TooLarge
    data = request.get_data(cache=False)
    if len(data) > most:
        raise forms.TooLarge
    return data


def _result(result: service.Result) -> dict[str, Any]:
    found: dict[str, Any] = {"id": str(result.id), "status": result.status}
    if result.number:
        found["number"] = result.number
    if result.flags:
        found["flags"] = list(result.flags)
    if result.reason:
        found["reason"] = result.reason
    if result.expected is not None:
        found["expected"] = result.expected
    return found


def _set_device_cookie(response: Response, token: str) -> None:
    web_cookies.give(response, COOKIE, token, seconds=rules.TOKEN_DAYS * 86_400, path="/sync")


def _mirror(response: Response, facts: rules.TillFacts, reported: dict[str, int]) -> None:
    """Set the till's memory of its numbers again: Safari keeps what a script set for a week only, what we set for 400 days."""
    own = rules.own_series(facts.code, clock.today())
    for prefix, last in reported.items():
        if prefix in own:
            web_cookies.give(response, f"munim_last_{prefix}", str(last), seconds=rules.MIRROR_DAYS * 86_400, is_for_scripts=True)


# The owner's pages ------------------------------------------------------------------------------------------------------


@bp.get("/counter/tills")
@needs(Permission.TILL_READ)
def list_tills() -> Response:
    with read_books(current_actor()) as books:
        rows = queries.till_rows(books)
    return page("counter/tills.html", rows=rows)


@bp.post("/counter/tills/<uuid:till_id>/revocation")
@needs(Permission.TILL_ENROL)
def create_revocation(till_id: UUID) -> BaseResponse:
    with open_directory() as directory, books_within(directory, current_actor()) as books:
        tills.revoke(books, directory, till_id)
    return see_other(url_for("counter.list_tills"))


@bp.get("/counter/shifts")
@needs(Permission.SHIFT_READ)
def list_shifts() -> Response:
    before = read_instant(request.args.get("before", ""))
    with read_books(current_actor()) as books:
        rows = shifts.shift_rows(books, before=before, most=51)
    more = url_for("counter.list_shifts", before=rows[49].opened_at.isoformat()) if len(rows) > 50 else None
    return page("counter/shifts.html", rows=rows[:50], next_url=more)


def shift_page(shift_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    with read_books(current_actor()) as books:
        shift = shifts.shift_view(books, shift_id)
        shop, place = company.profile(books), company.seller_at(books, shift.store_id).store.state_code
    return page("counter/shift.html", shift=shift, shop=shop, place=place, pieces=rules.PIECES, typed=typed or {}, errors=errors or {})


@bp.get("/counter/shifts/<uuid:shift_id>")
@needs(Permission.SHIFT_READ)
def show_shift(shift_id: UUID) -> Response:
    return shift_page(shift_id)


@bp.post("/counter/shifts/<uuid:shift_id>/closing")
@needs(Permission.REVIEW_SETTLE)
@form_again(shift_page)
def create_closing(shift_id: UUID) -> BaseResponse:
    counted, pieces = forms.parse_count(request.form)
    overrides = request.form.get("override") == "1"
    if overrides and not current_actor().may(Permission.TILL_ENROL):
        raise Forbidden(problem=_("Only an owner may close over unsent bills."), fix=_("Ask the owner, or let the device send first."))
    with open_books(current_actor()) as books:
        shifts.close_from_office(books, shift_id, counted, pieces, overrides=overrides)
    return see_other(url_for("counter.show_shift", shift_id=shift_id))


def review_page(*, typed: Any = None, errors: Any = None, **_where: Any) -> Response:
    with read_books(current_actor()) as books:
        waiting = queries.quarantine_rows(books)
        never_came = queries.missing_rows(books)
        settled = queries.quarantine_rows(books, is_open=False, most=20)
        closed = queries.settled_missing(books, most=20)
        unapproved = approval_lists.count_open(books)
    shown: dict[str, Any] = {"waiting": waiting, "missing": never_came, "settled": settled, "closed": closed, "unapproved": unapproved}
    return page("counter/review.html", **shown, typed=typed or {}, errors=errors or {})


@bp.get("/counter/review")
@needs(Permission.REVIEW_SETTLE)
def list_review() -> Response:
    return review_page()


@bp.get("/counter/review/<uuid:command_id>")
@needs(Permission.REVIEW_SETTLE)
def show_command(command_id: UUID) -> Response:
    return command_page(command_id)


def command_page(command_id: UUID, *, typed: Any = None, errors: Any = None) -> Response:
    with read_books(current_actor()) as books:
        command = queries.quarantine_row(books, command_id)
    if command is None:
        raise NotFound("command")
    return page("counter/command.html", command=command, typed=typed or {}, errors=errors or {})


@bp.post("/counter/review/<uuid:command_id>/settlement")
@needs(Permission.REVIEW_SETTLE)
@form_again(command_page)
def create_settlement(command_id: UUID) -> BaseResponse:
    settlement, note = forms.parse_settlement(request.form)
    with open_books(current_actor()) as books:
        service.settle(books, command_id, settlement, note, lambda envelope, till: bodies.read(envelope, till, clock.today()))
    return see_other(url_for("counter.list_review"))


@bp.post("/counter/missing-bills/<series>/settlement")
@needs(Permission.REVIEW_SETTLE)
@form_again(review_page)
def create_missing_settlement(series: str) -> BaseResponse:
    settlement, note = forms.parse_settlement(request.form)
    first, last = (request.form.get(name, "", type=str) for name in ("first", "last"))
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(first) <= 6 and len(last) <= 6):
        raise InvalidInput({"first": _("Choose the numbers.")})
    if not 0 <= int(last) - int(first) < rules.MOST_MISSING:
        raise InvalidInput({"first": _("Choose the numbers.")})
    with open_books(current_actor()) as books:
        for seq in range(int(first), int(last) + 1):
            missing.settle_missing(books, series, seq, settlement, note)
    return see_other(url_for("counter.list_review"))


from webapp.counter import routes_pins  # noqa: E402, F401 - its views are of this blueprint
