"""What people decide about dunning: the switch, the rules, who is never reminded, days of rest."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import delete, update

from webapp import catalogue, parties
from webapp.dunning import holidays, queries, rules
from webapp.dunning.models import DunningExemption, DunningHoliday, DunningPolicy, DunningRule
from webapp.dunning.queries import Policy
from webapp.dunning.rules import Rule
from webapp.kernel.dates import written
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.ids import new_id
from webapp.platform import audit
from webapp.platform.rows import insert_once, put, update_count
from webapp.platform.tenancy import Books
from webapp.platform.turns import write_one

_RULES = UUID("5f0a6c1e-9f0b-4a77-8d52-3c6f1f7f2b10")
_CHANGED = {"problem": "Somebody changed this meanwhile.", "fix": "Look at it as it is now, then change it again."}


def set_policy(books: Books, asked: Policy) -> None:
    """Switch it on or off, and say how. InvalidInput where there is no rule to go by; Conflict when somebody changed it meanwhile."""
    before = queries.policy(books)
    if before.version != asked.version:
        raise Conflict(**_CHANGED)
    if asked.is_on and not any(rule.is_active for rule in queries.every_rule(books)):
        raise InvalidInput({"is_on": "There is no rule to go by. Take the usual rules, or make one, then switch it on."})
    after = replace(asked, version=before.version + 1, ran_on=before.ran_on)
    if before.version:
        same = (DunningPolicy.only == 1, DunningPolicy.version == before.version)
        has_changed = update_count(books, update(DunningPolicy).where(*same).values(**asdict(after)))
    else:
        has_changed = int(insert_once(books, DunningPolicy, {"only": 1, **asdict(after)}))
    if not has_changed:
        raise Conflict(**_CHANGED)
    audit.record_change(books, "dunning_policy", books.company_id, _told(before), _told(after))


def take_usual(books: Books) -> int:
    """Make the usual rules where there is none; how many were made."""
    _take_turn(books)
    if queries.every_rule(books):
        return 0
    made = [Rule(new_id(), days, tone) for days, tone in rules.USUAL]
    for rule in made:
        save_rule(books, rule)
    return len(made)


def save_rule(books: Books, asked: Rule) -> None:
    """Keep a rule: a new one, or another version of one. InvalidInput by field; NotFound for one that was taken away; Conflict when
    somebody changed it meanwhile."""
    _take_turn(books)
    every = queries.every_rule(books)
    earlier = next((one for one in every if one.id == asked.id), None)
    if earlier is not None and replace(asked, version=earlier.version) == earlier:
        return
    rules.require_rule(asked, every, catalogue.list_names(books))
    if earlier is None:
        if asked.version != 1 or not insert_once(books, DunningRule, asdict(asked) | {"ended_at": None}):
            raise NotFound("rule")
        audit.record(books, "create", "dunning_rule", asked.id, new=_rule_told(asked))
        return
    same = (DunningRule.id == asked.id, DunningRule.version == asked.version, DunningRule.ended_at.is_(None))
    after = replace(asked, version=asked.version + 1)
    if not update_count(books, update(DunningRule).where(*same).values(**asdict(after))):
        raise Conflict(**_CHANGED)
    audit.record_change(books, "dunning_rule", asked.id, _rule_told(earlier), _rule_told(after))


def end_rule(books: Books, rule_id: UUID) -> None:
    """Take a rule away; what was sent by it stays. NotFound where there is none."""
    earlier = next((one for one in queries.every_rule(books) if one.id == rule_id), None)
    if earlier is None:
        raise NotFound("rule")
    same = (DunningRule.id == rule_id, DunningRule.ended_at.is_(None))
    update_count(books, update(DunningRule).where(*same).values(ended_at=books.now))
    audit.record(books, "end", "dunning_rule", rule_id, old=_rule_told(earlier))


def exempt(books: Books, party_id: UUID, *, is_exempt: bool) -> None:
    """Never remind a customer by itself, or again. Safe to repeat; NotFound for another company's."""
    party = parties.party_row(books, party_id)
    if is_exempt:
        row = {"party_id": party_id, "since": books.now, "made_by": books.actor.name}
        has_changed = insert_once(books, DunningExemption, row)
    else:
        has_changed = bool(queries.exempted(books, [party_id]))
        books.session.execute(delete(DunningExemption).where(DunningExemption.party_id == party_id))
    if has_changed:
        audit.record(books, "change", "dunning_exemption", party_id, new={"name": party.name, "never_reminded": is_exempt})


def rest_on(books: Books, day: date, name: str) -> None:
    """Nothing is sent on a day. The same day by the same name again is the day that stands. InvalidInput by field."""
    name = rules.require_name(name)
    _take_turn(books)
    own = queries.own_days(books)
    if any((one.day, one.name, one.is_open) == (day, name, False) for one in own):
        return
    _require_free(books, day)
    if len(own) >= rules.MOST_HOLIDAYS:
        raise InvalidInput({"day": f"There are {rules.MOST_HOLIDAYS} days already. Take old ones away first."})
    put(books, DunningHoliday, [{"day": day, "name": name, "is_open": False}])
    audit.record(books, "create", "dunning_holiday", books.company_id, new={"day": written(day), "name": name})


def change_day(books: Books, earlier: date, day: date, name: str) -> None:
    """A day of one's own becomes another, or is called otherwise. InvalidInput by field; NotFound where it is no day of one's own any
    more."""
    name = rules.require_name(name)
    _take_turn(books)
    own = queries.own_day(books, earlier)
    if own is None or own.is_open:
        raise NotFound("holiday")
    if day != earlier:
        _require_free(books, day)
    if audit.record_change(
        books,
        "dunning_holiday",
        books.company_id,
        {"day": written(earlier), "name": own.name},
        {"day": written(day), "name": name},
    ):
        books.session.execute(delete(DunningHoliday).where(DunningHoliday.day == earlier))
        put(books, DunningHoliday, [{"day": day, "name": name, "is_open": False}])


def _require_free(books: Books, day: date) -> None:
    """InvalidInput for a day that is in the list already, the government's or one's own."""
    if own := queries.own_day(books, day):
        told = f"{written(day)} is in the list already: {own.name}. Change it there."
        raise InvalidInput({"day": told})
    if any(one.day == day for one in holidays.of_year(day.year)):
        raise InvalidInput({"day": f"{written(day)} is a listed day of rest already."})


def work_on(books: Books, day: date) -> None:
    """It is sent all the same on a listed holiday; NotFound for a day that is none."""
    listed = next((one for one in holidays.of_year(day.year) if one.day == day), None)
    if listed is None:
        raise NotFound("holiday")
    put(books, DunningHoliday, [{"day": day, "name": listed.name, "is_open": True}])
    audit.record(books, "change", "dunning_holiday", books.company_id, new={"day": written(day), "name": listed.name, "sent": True})


def forget_day(books: Books, day: date) -> None:
    """Take away what was said of a day. NotFound where nothing was."""
    own = next((one for one in queries.own_days(books) if one.day == day), None)
    if own is None:
        raise NotFound("holiday")
    books.session.execute(delete(DunningHoliday).where(DunningHoliday.day == day))
    audit.record(books, "end", "dunning_holiday", books.company_id, old={"day": written(day), "name": own.name})


def _take_turn(books: Books) -> None:
    """Who changes the rules waits for who does so too: there is one rule for a day and a price list."""
    write_one(books, uuid5(_RULES, str(books.company_id)))


def _told(one: Policy) -> dict[str, object]:
    return {"is_on": one.is_on, "on_sundays": one.on_sundays, "bills_from": written(one.bills_from) if one.bills_from else ""}


def _rule_told(rule: Rule) -> dict[str, object]:
    told = {"days": rule.days, "tone": rule.tone, "least_paise": rule.least_paise, "has_link": rule.has_link, "is_active": rule.is_active}
    return told | {"price_list": str(rule.price_list_id or "")}
