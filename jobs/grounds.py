"""What each process of ours stands on: its database, its files, its rooms connected, its log."""

from __future__ import annotations

from sqlalchemy.orm import configure_mappers

from webapp import models  # every table, before anything asks for one
from webapp.app import connect_rooms
from webapp.platform import db, logging, storage
from webapp.platform.logging import log
from webapp.platform.settings import Settings


def stand(process: str) -> Settings:
    """Set this process up; returns the machine's settings. Connects to nothing yet."""
    logging.configure(process)
    settings = Settings.from_environment()
    db.use(db.make_engine(settings.database_url))
    storage.use(settings.var_dir)
    connect_rooms()
    configure_mappers()
    log.info("started", tables=len(models.metadata.tables))
    return settings
