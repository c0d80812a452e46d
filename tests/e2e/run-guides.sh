#!/usr/bin/env bash
# What readers of the four guides paste works, with the product's name replaced: docs/guides/from-*.md.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
cd "$work"

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
sed 's/store: postgres/store: sqlite/' randal.config.yaml >sqlite.yaml
expect_exit 2 "$stele" --config sqlite.yaml db status
expect_text 'memory\.store: "sqlite"'
expect_exit 0 env -u DATABASE_URL RANDAL_DATABASE_URL="$source_url" "$stele" db status
output=$(sed -n '/^include:/,$p' "$root/docker-compose.postgres.yml")
expect_text 'deploy/compose\.yaml'

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

# ---- Caracal: the runner's and the validator's lines, by libpq's variables
url_of_new_database
host=$(sed -n 's/.*[?&]host=\([^&]*\).*/\1/p' <<<"$made")
echo unused >postgresPassword
caracal() {
    (cd "$root" && PGHOST=$host PGPORT=5432 PGUSER=postgres PGDATABASE=$database PGPASSWORD_FILE=$work/postgresPassword \
        STELE_BINARY=$stele bash "$@")
}
expect_exit 0 caracal infra/postgres/scripts/migrate.sh
expect_exit 0 caracal infra/postgres/scripts/validateMigrations.sh
expect_exit 0 env DB_POOL_MAX=7 DATABASE_URL="$source_url" "$stele" config print
expect_text 'database\.poolSize +7'
