#!/usr/bin/env bash
# What readers of the four guides paste works, with the product's name replaced: docs/guides/from-*.md.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
cd "$work"
chmod 755 "$work"
PATH=$STELE_TEST_PGBIN:$PATH

# url_of_new_database: an empty database that no variable of Stele's names.
url_of_new_database() {
    new_database
    made=$STELE_DATABASE_URL
    unset STELE_DATABASE_URL
}
with_url() { env DATABASE_URL="$1" "${@:2}"; }

# ---- Randal: the block as printed, every verb with its words
cat >randal.config.yaml <<'YAML'
memory:
  store: postgres
database:
  profile: local
  url: "${DATABASE_URL}"
  schema: public
  ssl: disable
  migrationMode: manual
  orgId: "00000000-0000-4000-8000-000000000001"
  projectId: "00000000-0000-4000-8000-000000000001"
  pool:
    min: 0
    max: 10
    idleTimeoutMillis: 30000
    connectionTimeoutMillis: 5000
YAML
randal=("$stele" --config randal.config.yaml)
url_of_new_database
source_url=$made
export DATABASE_URL=$source_url
expect_exit 0 "${randal[@]}" db migrate
expect_exit 0 "${randal[@]}" db status --write-check
for line in '^Postgres: ok$' '^Schema: public \(exists\)$' '^Readable: yes$' '^Writable: yes$' '^Migration version: [0-9]+$' \
    '^Extensions missing: none$' '^Runtime memory store: postgres$'; do
    expect_text "$line"
done
expect_exit 0 "${randal[@]}" config print
expect_text 'database\.poolSize +10'
expect_exit 0 "${randal[@]}" memory store "Staging moved to Hetzner." --category fact
expect_exit 0 "${randal[@]}" db dump --file ./db-dumps/stele.dump --output-dir ./db-dumps
expect_exit 0 "${randal[@]}" db verify-dump --file ./db-dumps/stele.dump
expect_exit 2 "${randal[@]}" db dump --file ./elsewhere/stele.dump --output-dir ./db-dumps
expect_text 'outputDir'
expect_exit 4 "${randal[@]}" db restore --file ./db-dumps/stele.dump --force
url_of_new_database
expect_exit 0 with_url "$made" "${randal[@]}" db restore --file ./db-dumps/stele.dump --force --confirm restore-postgres
expect_exit 0 with_url "$made" "${randal[@]}" memory search staging
expect_text 'Hetzner'
url_of_new_database
TARGET_DATABASE_URL=$made
expect_exit 0 "${randal[@]}" db copy --target-url "$TARGET_DATABASE_URL" --force --confirm copy-postgres
ORG_ID=00000000-0000-4000-8000-000000000001 PROJECT_ID=00000000-0000-4000-8000-000000000001
expect_exit 0 "${randal[@]}" db scoped-export --org-id "$ORG_ID" --project-id "$PROJECT_ID" --file ./project.json
url_of_new_database
TARGET_DATABASE_URL=$made
expect_exit 0 with_url "$TARGET_DATABASE_URL" "${randal[@]}" db migrate
expect_exit 0 with_url "$TARGET_DATABASE_URL" "${randal[@]}" db scoped-import --file ./project.json --force \
    --confirm import-scoped-postgres
expect_exit 0 "${randal[@]}" db scoped-copy --target-url "$TARGET_DATABASE_URL" --force --confirm copy-scoped-postgres
expect_exit 4 with_url "$TARGET_DATABASE_URL" "${randal[@]}" db reset --force
expect_exit 0 with_url "$TARGET_DATABASE_URL" "${randal[@]}" db reset --force --confirm reset-postgres
sed 's/profile: local/profile: supabase/' randal.config.yaml >supabase.yaml
expect_exit 0 "$stele" --config supabase.yaml db status
expect_text 'Auth/RLS, Realtime and Storage are off'
sed 's/profile: local/profile: generic/' randal.config.yaml >randal.config.railway.yaml
expect_exit 0 env RANDAL_REQUIRE_MEMORY=true "$stele" db migrate --config randal.config.railway.yaml
expect_exit 0 env RANDAL_REQUIRE_MEMORY=true "$stele" db status --config randal.config.railway.yaml --write-check
sed 's/store: postgres/store: sqlite/' randal.config.yaml >sqlite.yaml
expect_exit 2 "$stele" --config sqlite.yaml db status
expect_text 'memory\.store: "sqlite"'
expect_exit 0 env -u DATABASE_URL RANDAL_DATABASE_URL="$source_url" "$stele" db status
output=$(sed -n '/^include:/,$p' "$root/docker-compose.postgres.yml")
expect_text 'deploy/compose\.yaml'
STELE_CONFIG=randal.config.yaml start_server
wait_ready && pass
expect_exit 0 "$stele" smoke --url "$url"
expect_status 200 "$url/health"

# ---- Vestige: the file
unset DATABASE_URL
cat >vestige.toml <<TOML
[storage]
backend = "postgres"
[storage.postgres]
url = "$source_url"
max_connections = 10
acquire_timeout_secs = 5
[embeddings]
provider = "fastembed"
TOML
expect_exit 0 "$stele" --config vestige.toml config print
expect_text 'database\.poolSize +10'
expect_text 'database\.acquireTimeoutMs +5000'
expect_exit 0 "$stele" --config vestige.toml memory search staging
expect_text 'Hetzner'
printf '[storage]\nbackend = "postgres"\nbackends = 2\n' >bad.toml
expect_exit 2 "$stele" --config bad.toml db status
expect_text 'storage'

# ---- Vestige: the runbook. Sections 1 to 3: extensions, role, database, file, first connect
superuser=${STELE_TEST_DATABASE_URL/\/postgres\?//vestige?}
databases+=(vestige)
psql "$STELE_TEST_DATABASE_URL" -v ON_ERROR_STOP=1 <<'SQL'
CREATE ROLE vestige WITH LOGIN CREATEDB PASSWORD 'CHANGE_ME';
CREATE DATABASE vestige OWNER vestige ENCODING 'UTF8';
GRANT ALL PRIVILEGES ON DATABASE vestige TO vestige;
SQL
psql "$superuser" -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
GRANT ALL ON SCHEMA public TO vestige;
ALTER SCHEMA public OWNER TO vestige;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO vestige;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO vestige;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO vestige;
SQL
output=$(psql "$superuser" -c "SELECT extname, extversion FROM pg_extension WHERE extname IN ('vector','pgcrypto');")
expect_text '^vector'
host=$(sed -n 's/.*[?&]host=\([^&]*\).*/\1/p' <<<"$superuser")
cat >vestige.toml <<'TOML'
[storage]
backend = "postgres"

[storage.postgres]
url = "${DATABASE_URL}"
max_connections = 20 # client side, per vestige-mcp instance
TOML
export DATABASE_URL="postgresql:///vestige?host=$host&user=vestige&password=CHANGE_ME"
vestige=("$stele" --config vestige.toml)
expect_exit 0 "${vestige[@]}" mcp --check-config
expect_text '^file: vestige\.toml'
expect_text 'a pool of 20'
expect_text 'the password is a well-known one'
expect_no_text 'CHANGE_ME'
expect_exit 4 env APP_ENV=production "${vestige[@]}" mcp --check-config
expect_exit 2 "$stele" --config sqlite.yaml mcp --check-config
mkfifo vestige.in
exec 8<>vestige.in
"${vestige[@]}" mcp <vestige.in >vestige.out 2>vestige.log &
mcp_pid=$!
pids+=("$mcp_pid")
for _ in $(seq 300); do
    if grep -q 'Postgres backend ready' vestige.log; then break; fi
    sleep 0.05
done
output=$(cat vestige.log)
expect_text 'Postgres backend ready at '
kill "$mcp_pid" && wait "$mcp_pid" 2>/dev/null || true
expect_exit 0 "${vestige[@]}" doctor --only extensions,extension-version,disk
expect_exit 0 "${vestige[@]}" memory store 'Kept by the vestige role.' --category fact

# Sections 4, 5, 8, 10: pool, backup and drill, looking, reverting
expect_exit 0 "${vestige[@]}" db pool
expect_exit 0 "${vestige[@]}" db settings --memory 8g
expect_text '^shared_buffers = 2048MB'
expect_exit 1 pg_dump --host="$host" --username=vestige --format=custom --file=vestige.dump vestige
expect_text 'row-level security'
expect_exit 0 pg_dump --host="$host" --username=postgres --format=custom --file=vestige.dump vestige
expect_exit 0 pg_restore -l vestige.dump
expect_text 'TABLE DATA public memories'
expect_exit 0 "${vestige[@]}" db backup
expect_exit 0 "${vestige[@]}" db dump --file vestige-20260301T030000Z.dump
expect_exit 0 with_url "$superuser" "${vestige[@]}" db verify-dump --deep --file vestige-20260301T030000Z.dump
expect_exit 0 with_url "$superuser" "${vestige[@]}" db restore --file vestige-20260301T030000Z.dump --replace --force \
    --confirm restore-postgres
expect_exit 0 with_url "$superuser" "${vestige[@]}" memory search 'vestige role'
expect_text 'Kept by the vestige role'
output=$(psql "$superuser" <<'SQL'
SELECT pg_size_pretty(pg_database_size('vestige')) AS db_size;
SELECT pid, now() - query_start AS runtime, state, query
FROM pg_stat_activity
WHERE datname = 'vestige' AND state <> 'idle'
ORDER BY runtime DESC NULLS LAST;
SELECT indexname, indisvalid, indisready
FROM pg_indexes
JOIN pg_index ON indexrelid = (schemaname || '.' || indexname)::regclass
WHERE tablename = 'memories';
SQL
)
expect_text '^memories_pkey\|t\|t'
for verb in activity slow indexes sizes; do expect_exit 0 "${vestige[@]}" db "$verb"; done
expect_exit 4 "${vestige[@]}" db revert --to 1 --force
unset DATABASE_URL
exec 8>&-

# ---- dataland: the guards, before the build and at boot
for url in '' 'postgresql://dataland:dataland@db.internal/dataland' 'postgresql://u:long-and-random-9@localhost/d'; do
    printf 'APP_ENV=production\nDATABASE_URL=%s\n' "$url" >.env
    expect_exit 4 "$stele" config check --file .env --environment production
done
expect_exit 4 env APP_ENV=production DATABASE_URL='postgresql://dataland:dataland@localhost/dataland' "$stele" db status
expect_exit 0 env APP_ENV=staging DATABASE_URL="$source_url" "$stele" db status
for suffix in asyncpg psycopg; do
    expect_exit 0 env DATABASE_URL="${source_url/postgresql:/postgresql+$suffix:}" "$stele" db status
done

# Sizing, the pools of all workers, the address, looking into the tables, stamping
export DATABASE_URL=$source_url
expect_exit 0 "$stele" db settings --memory 1g
for line in shared_buffers\ =\ 256MB work_mem\ =\ 8MB effective_cache_size\ =\ 512MB max_connections\ =\ 100; do
    expect_text "^$line"
done
expect_exit 0 "$stele" db pool --processes 2 --pool-size 8 --beside 'agent=2x(20+20)'
expect_exit 1 "$stele" db pool --processes 2 --pool-size 8 --beside 'agent=4x(20+40)' --beside auth=10
expect_text 'both together: ALTER SYSTEM SET max_connections = 2[67][0-9]; ALTER SYSTEM SET shared_buffers'
expect_exit 4 env -u DATABASE_URL POSTGRES_PUBLIC_BIND=0.0.0.0 "$stele" setup --docker
expect_text 'every address of this machine'
expect_exit 0 "$stele" db psql 'SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY n_live_tup DESC LIMIT 10'
expect_text '\|'
expect_exit 0 "$stele" db migrate --plan
latest=$(psql "$source_url" -c 'SELECT max(version) FROM schema_migrations')
psql "$source_url" -c 'DROP TABLE schema_migrations'
expect_exit 0 "$stele" db adopt --at "$latest"
expect_exit 0 "$stele" db status

# A new password: the role, a login that proves it, the file. A cluster of its own asks for passwords.
unset DATABASE_URL
export STELE_PG_BIN=$STELE_TEST_PGBIN
expect_exit 0 "$stele" setup
pids+=("$(head -n 1 "$STELE_HOME"/pg/*/postmaster.pid)")
expect_exit 0 "$stele" db start
expect_exit 0 "$stele" db migrate
expect_exit 0 "$stele" db status --write-check
start_server
wait_ready && pass
before=$(sed -n 's/.*:stele_app://p' "$STELE_HOME/pgpass")
expect_exit 0 "$stele" db rotate-password
expect_text 'stele_app has a new password'
after=$(sed -n 's/.*:stele_app://p' "$STELE_HOME/pgpass")
[ -n "$after" ] && [ "$after" != "$before" ] && pass || fail 'the file has the old password'
expect_no_text "$after"
"$stele" db psql --role superuser "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'stele_app'" >/dev/null
expect_status 200 "$url/v1/memory/store" -H 'Content-Type: application/json' -d '{"content": "after it", "category": "fact"}'
port=$("$stele" db url | sed 's/.*@127.0.0.1:\([0-9]*\).*/\1/')
expect_exit 2 env PGPASSWORD="$before" psql -h 127.0.0.1 -p "$port" -U stele_app -d stele -c 'SELECT 1'
expect_exit 0 env PGPASSWORD="$after" psql -h 127.0.0.1 -p "$port" -U stele_app -d stele -c 'SELECT 1'
kill "$server_pid" && wait "$server_pid" 2>/dev/null || true
expect_exit 0 "$stele" db stop
rm -r "$STELE_HOME"
mkdir "$STELE_HOME"

# ---- Caracal: the runner's and the validator's lines, by libpq's variables
url_of_new_database
host=$(sed -n 's/.*[?&]host=\([^&]*\).*/\1/p' <<<"$made")
mkdir -p caracal/secrets
echo unused >caracal/secrets/postgresPassword
caracal() {
    (cd "$root" && PGHOST=$host PGPORT=5432 PGUSER=postgres PGDATABASE=$database \
        PGPASSWORD_FILE="${CARACAL_SECRETS_DIR:-${CARACAL_HOME:-$HOME/.local/share/caracal}/secrets}/postgresPassword" \
        STELE_BINARY=$stele bash "$@")
}
CARACAL_SECRETS_DIR=$work/caracal/secrets expect_exit 0 caracal infra/postgres/scripts/migrate.sh
CARACAL_HOME=$work/nowhere expect_exit 2 caracal infra/postgres/scripts/migrate.sh
expect_text 'PGPASSWORD_FILE cannot be read'
export CARACAL_HOME=$work/caracal
expect_exit 0 caracal infra/postgres/scripts/migrate.sh
expect_exit 0 caracal infra/postgres/scripts/validateMigrations.sh
expect_exit 0 env DB_POOL_MAX=7 DATABASE_URL="$source_url" "$stele" config print
expect_text 'database\.poolSize +7'
expect_exit 0 env DB_STATEMENT_TIMEOUT_MS=9000 DB_IDLE_IN_TX_TIMEOUT_MS=8000 DB_CONNECTION_TIMEOUT_MS=7000 DB_IDLE_TIMEOUT_MS=6000 \
    DATABASE_URL="$source_url" "$stele" config print
for line in statementTimeoutMs\ +9000 idleInTransactionTimeoutMs\ +8000 connectTimeoutMs\ +7000 idleTimeoutMs\ +6000; do
    expect_text "database\.$line"
done
for name in MAX_CONNECTIONS SHARED_BUFFERS EFFECTIVE_CACHE_SIZE WORK_MEM LOG_MIN_DURATION_MS; do
    output=$(cat "$root/deploy/compose.yaml")
    expect_text "=\\$\\{POSTGRES_$name:-"
done

# The upgrade: a server that began before it serves all the while. The last migration is taken back for that.
url_of_new_database
export DATABASE_URL=$made
expect_exit 0 "$stele" upgrade --dry-run
expect_exit 0 "$stele" upgrade
start_server
wait_ready && pass
expect_exit 0 "$stele" db revert --to "$((latest - 1))" --force --confirm revert-postgres --without-backup
touch load
while [ -e load ]; do
    curl -sf -o /dev/null "$url/v1/memory/store" -H 'Content-Type: application/json' \
        -d "{\"content\": \"during the upgrade $RANDOM $RANDOM\", \"category\": \"fact\"}" && echo ok || echo refused
done >answers &
load_pid=$!
expect_exit 4 "$stele" upgrade
expect_text 'stopped at backup: exit code 4'
expect_exit 0 "$stele" db backup
expect_exit 0 "$stele" upgrade --dry-run
expect_text 'nothing stands in the way'
expect_exit 0 env STELE_LOG_LEVEL=error "$stele" upgrade --json
expect_json '.exitCode == 0 and .stoppedAt == "" and ([.steps[].state] | unique == ["ok"])'
rm load
wait "$load_pid"
[ "$(grep -c ok answers)" -gt 0 ] && ! grep -q refused answers && pass || fail "while it upgraded: $(sort answers | uniq -c)"
