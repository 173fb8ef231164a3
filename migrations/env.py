"""Alembic's entry: the URL comes from webapp.platform.db, the schema from webapp.models."""

from __future__ import annotations

from alembic import context

from webapp import models
from webapp.platform.db import make_engine

engine = make_engine(context.config.attributes["database_url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=models.metadata, render_as_batch=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
