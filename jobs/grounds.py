"""What each process of ours stands on: its log, its database, its files; and, where jobs are performed, all rooms connected."""

from __future__ import annotations

from webapp.platform import db, logging, outside, sealing, storage
from webapp.platform.logging import log
from webapp.platform.settings import Settings


def stand(process: str) -> Settings:
    """Set this process up; returns the machine's settings. Connects to nothing yet."""
    logging.configure(process)
    settings = Settings.from_environment()
    db.use(db.make_engine(settings.database_url))
    storage.use(settings.var_dir)
    sealing.use(settings.secret_key)
    outside.use(settings.outside_hosts)
    log.info("started")
    return settings


def connect_rooms() -> None:
    """Load every room, for a process that performs jobs. One that only relays stays 30 MB smaller without."""
    from sqlalchemy.orm import configure_mappers

    from webapp import app, models

    app.connect_rooms()
    configure_mappers()
    log.info("rooms are open", tables=len(models.metadata.tables))
