"""The console's verbs of who hosts: python -m webapp plans check, and plan list | show | set | extend | decline CODE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click

from webapp import identity
from webapp.kernel.dates import IST, read_day, written
from webapp.kernel.errors import InvalidInput
from webapp.plans import offered, queries, service
from webapp.plans.rules import Granted, Limits
from webapp.platform.permissions import Role
from webapp.platform.settings import Settings
from webapp.platform.tenancy import Actor, open_directory, read_books

CODE = click.argument("code")
WHY = click.option("--why", default="", help="A few words for the edit log of the business.")


def verbs_of_businesses() -> list[click.Command]:
    """What may be done with the plan of one business."""
    return [list_plans, show_plan, set_plan, extend_plan, decline_request]


def verbs_of_the_file(connect: Callable[[], object]) -> list[click.Command]:
    """What may be done with the file; `connect` sets the process up."""

    @click.command("check")
    @click.argument("file", required=False)
    def check(file: str | None) -> None:
        """Read FILE, or that of PLANS_FILE, and say what it offers; of the one in use also who has a plan that it offers no more."""
        if file is not None:
            _say_offered(file)
            return
        _say_offered(require_hosted())
        connect()
        for code, stands in _all_standing():
            plan = offered.offered().plan(stands.key)
            if not stands.is_over and plan is None:
                click.echo(f"{code} has {stands.key}, which is offered no more and stays as granted. To change it: plan set {code} PLAN")
            elif plan is not None and plan.limits != stands.limits:
                click.echo(f"{code} has {stands.key} with other limits than the file's. To give these: plan set {code} {stands.key}")

    return [check]


def require_hosted() -> str:
    """The file of plans that this machine is told of. ClickException where there is none."""
    settings = Settings.from_environment()
    if not settings.plans_file:
        raise click.ClickException("PLANS_FILE is not set: nothing is limited on this machine.")
    return settings.plans_file


@click.command("list")
def list_plans() -> None:
    """Every business: its plan, until when, and what it has asked for."""
    for code, stands in _all_standing():
        click.echo(f"{code}  {_words(stands)}{_asked(code)}")


@click.command("show")
@CODE
def show_plan(code: str) -> None:
    """The plan of a business, what it uses of it, what it has asked for, and all it had before."""
    with read_books(_actor(code)) as books:
        stands, used, waiting, past = queries.stands_on(books), queries.used(books), queries.waiting(books), queries.past(books)
    click.echo(_words(stands))
    limits = stands.limits
    click.echo(f"  people {used.seats} of {_most(limits.members)} ({used.invited} of them invited)")
    click.echo(f"  stores {used.stores} of {_most(limits.stores)}")
    click.echo(f"  bills this month {used.bills} of {_most(limits.bills)}")
    if waiting:
        click.echo(f"asks for {waiting.plan_key}{f', paid by the {waiting.paid_by}' if waiting.paid_by else ''}: {waiting.note or '-'}")
    for one in past:
        why = f" ({one.why})" if one.why else ""
        click.echo(f"{one.set_at.astimezone(IST):%d-%b-%Y %H:%M}  {one.how}  {_words(one.granted)}  by {one.set_by or '-'}{why}")


@click.command("set")
@CODE
@click.argument("plan")
@click.option("--until", default="", help="Its last day, 2027-03-31; without, it has none.")
@click.option("--anyway", is_flag=True, help="Although the business has more people or stores than the plan has room for.")
@WHY
def set_plan(code: str, plan: str, until: str, why: str, *, anyway: bool) -> None:
    """Give a business PLAN, with the limits that the file has today. What it has asked for is answered by it."""
    made = service.set_plan(_actor(code), plan, until=_day(until) if until else None, why=why, anyway=anyway)
    click.echo(_words(made))


@click.command("extend")
@CODE
@click.argument("day")
@WHY
def extend_plan(code: str, day: str, why: str) -> None:
    """Let a plan or a trial run through DAY, 2027-03-31."""
    click.echo(_words(service.extend(_actor(code), _day(day), why)))


@click.command("decline")
@CODE
def decline_request(code: str) -> None:
    """Do not give a business what it has asked for."""
    service.decline(_actor(code))
    click.echo("Declined.")


def _say_offered(path: str) -> None:
    for one in offered.read(path).plans:
        limits: Limits = one.limits
        bills = f"bills a month {_most(limits.bills)} + {limits.grace_percent}%" if limits.bills else "bills without limit"
        click.echo(
            f"{one.key}  {one.name}  people {_most(limits.members)}  stores {_most(limits.stores)}  {bills}  trial {one.trial_days} days"
        )


def _all_standing() -> list[tuple[str, Granted]]:
    with open_directory(writes=False) as directory:
        codes = identity.company_codes(directory)
    found = []
    for company_id, (code, _name) in codes.items():
        with read_books(_as_host(company_id)) as books:
            found.append((code, queries.stands_on(books)))
    return found


def _asked(code: str) -> str:
    with read_books(_actor(code)) as books:
        waiting = queries.waiting(books)
    return f"  asks for {waiting.plan_key}" if waiting else ""


def _words(stands: Granted) -> str:
    if stands.is_over:
        return f"no plan since {written(stands.since)}"
    until = f"through {written(stands.until)}" if stands.until else "without end"
    return f"{stands.key}{' (trial)' if stands.is_trial else ''} since {written(stands.since)}, {until}"


def _most(limit: int | None) -> str:
    return "any" if limit is None else str(limit)


def _day(text: str) -> date:
    if (day := read_day(text)) is None:
        raise InvalidInput({"day": "Write the day like 2027-03-31."})
    return day


def _actor(code: str) -> Actor:
    with open_directory(writes=False) as directory:
        company_id = identity.company_of_code(directory, code)
    if company_id is None:
        raise click.ClickException(f"There is no business {code[:20]}. python -m webapp plan list names them all.")
    return _as_host(company_id)


def _as_host(company_id: int) -> Actor:
    return Actor(company_id=company_id, role=Role.OWNER, name="console", via="console")
