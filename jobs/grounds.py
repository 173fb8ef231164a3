"""What each process of ours stands on: its log, its database, its files; and, where jobs are performed, all rooms connected."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from webapp.platform import db, logging, machine, master_keys, outside, reach, sealing, slow_queries, storage, tracker
from webapp.platform.logging import log
from webapp.platform.settings import Settings
from webapp.tax import identifiers


def stand(process: str) -> Settings:
    """Set this process up; returns the machine's settings. Connects to nothing yet."""
    logging.configure(process)
    settings = Settings.from_environment()
    settings.require_strong_keys()
    db.use(db.make_engine(settings.database_url))
    slow_queries.watch(db.engine(), settings.slow_query_ms)
    storage.use(settings.var_dir)
    sealing.use(settings.secret_key, master_keys.of_machine(settings))
    outside.use(settings.outside_hosts)
    tracker.use(settings.sentry_dsn)
    machine.use(settings)
    identifiers.use(takes_sandbox=settings.takes_sandbox_gstins)
    show_figures(settings)
    log.info("started")
    return settings


def show_figures(settings: Settings) -> None:
    """Where METRICS_PORT asks for it, this process shows its own figures, to this machine alone unless METRICS_HOST says otherwise."""
    if settings.metrics_port:
        from prometheus_client import start_http_server  # beside a web process, that one shows what all have counted

        start_http_server(settings.metrics_port, addr=settings.metrics_host)


def connect_rooms() -> None:
    """Load the rooms of documents and connect them, for a process that performs jobs. One that only relays stays 30 MB smaller without.

    The rooms above them, of returns and reports, are loaded by the jobs that need them: ten megabytes less at rest. Whoever is held to
    stores has them all loaded first, so that nothing is kept from him by the tables of a part."""
    from sqlalchemy.orm import configure_mappers

    from webapp import app

    reach.use_loader(partial(import_module, "webapp.models"))
    app.connect_rooms()
    configure_mappers()
    log.info("rooms are open")
