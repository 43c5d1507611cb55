#!/bin/bash
# Run once by the PostgreSQL image on an empty data folder: the three roles and the database they share.
# The passwords come from files (docker secrets), one role a line: host:port:database:role:password (libpq's pgpass).
set -euo pipefail
handed=${KIEMTIN_HANDED:-/run/kiemtin}  # copies for postgres, made by the entrypoint of docker-compose.yml
password() { awk -F: -v role="$1" '$4 == role { print $5; exit }' "$2"; }
app=$(password kiemtin "${handed}"/app_pgpass)
owner=$(password kiemtin_owner "${handed}"/owner_pgpass)
[ -n "$app" ] && [ -n "$owner" ] || { echo "10-roles.sh: no password of kiemtin or kiemtin_owner in $handed" >&2; exit 1; }
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" -v app="$app" -v owner="$owner" <<'SQL'
CREATE ROLE kiemtin_app NOLOGIN;
CREATE ROLE kiemtin LOGIN PASSWORD :'app' IN ROLE kiemtin_app;
CREATE ROLE kiemtin_owner LOGIN PASSWORD :'owner';
CREATE DATABASE kiemtin OWNER kiemtin_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE TEMPORARY, CREATE ON DATABASE kiemtin FROM PUBLIC;
SQL
