#!/bin/sh
# The program's own role: it owns its tables, and is neither a superuser nor beyond the row policies.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$MUNIM_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role munim login nosuperuser nocreatedb nocreaterole nobypassrls password :'password';
alter database munim owner to munim;
grant all on schema public to munim;
SQL
