"""The page of the machine, for whoever runs it."""

from __future__ import annotations

from flask import Response
from redis.exceptions import RedisError

from webapp.background import machine, words
from webapp.background.blueprint import bp
from webapp.platform import health
from webapp.platform.permissions import Permission, needs
from webapp.platform.web import current_actor, page


@bp.get("/background-work/machine")
@needs(Permission.COMPANY_WRITE)
def show_machine() -> Response:
    machine.require_machine_owner(current_actor())
    checks = {name: health.attempt(check) for name, check in health.CHECKS.items()}
    try:
        redis = health.redis_of_this_app()
    except RedisError:
        redis = None
    return page("background/machine.html", found=machine.look(redis), checks=checks, chore_words=words.chore_words())
