#!/usr/bin/env bash
# Nothing leaks: secrets of every known shape are planted in the settings, the environment, .env, memories and
# wrong addresses; then every verb runs, well and badly, and everything it printed, logged or kept is searched.
# The process's own secrets are nowhere; what memories hold is in no log, report or error, and comes back as stored.
# shellcheck disable=SC2154  # conf assigns by name
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
new_database
out=$work/out
mkdir -p "$out" "$work/cwd" "$work/config/stele"
cd "$work/cwd" || exit 1
export DO_NOT_TRACK=1 PYTHONDONTWRITEBYTECODE=1

# ---- what must never be seen
conf() { printf '%s\n' "$2" >>"$work/planted"; printf -v "$1" '%s' "$2"; }
conf db_password 'Kw7-database-p4ss'
conf admin_password 'Zt9-admin-p4ss'
conf direct_password 'Zt9b-direct-p4ss'
conf target_password 'Mq3-target-p4ss'
conf wrong_password 'Hx5-wrong-p4ss'
conf odd_password 'Ry2front@odd:p4ss'      # unescaped, as people write it
conf slash_password 'Vn8front/slash-p4ss'    # the same, and libpq takes the first half for a port
conf env_password 'Bd1-pgpassword'
conf server_token 'Lp6-server-bearer-token'
conf wrong_token 'Cg4-wrong-bearer-token'
conf embedding_key "sk-proj-$(printf 'e%.0s' {1..24})"
conf query_key 'Jf0-in-the-query'
conf dotenv_secret 'Ws3-from-dot-env'

# With trust authentication any password will do, so the URLs work although they hold one.
with_password() { sed "s#^postgresql://#postgresql://postgres:$1@#; s#&user=postgres##" <<<"$plain_url"; }
plain_url=$STELE_DATABASE_URL
good_url=$(with_password "$db_password")
unset STELE_DATABASE_URL
cat >"$work/config/stele/stele.toml" <<TOML
[database]
url = "$good_url"
adminUrl = "$(with_password "$admin_password")"
directUrl = "$(with_password "$direct_password")"
[server]
token = "$server_token"
[embedding]
kind = "endpoint"
url = "http://127.0.0.1:1/v1?key=$query_key"
model = "m"
dimensions = 8
apiKey = "$embedding_key"
TOML
unset STELE_EMBEDDING
printf 'STELE_TOKEN=%s\nOPENROUTER_API_KEY=%s\n' "$dotenv_secret" "$dotenv_secret" >.env
export PGPASSWORD=$env_password
"$stele" db migrate >"$out/migrate" 2>&1 || fail "$(cat "$out/migrate")"

# ---- what a memory may hold, in each shape that base/redact knows
jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlc2ln
cat >"$work/contents" <<TEXT
deploy with postgresql://app:Mem1-url-p4ss@db.example/app
set password=Mem2-password and go
login with {"password": "Mem3-json-p4ss"}
call it with Authorization: Bearer Mem4-bearer-token
export STELE_TOKEN=Mem5-variable-token
api_key: Mem6-api-key-value
client_secret=Mem7-client-secret
the key is sk-Mem8$(printf 'a%.0s' {1..20})
push with ghp_Mem9$(printf 'a%.0s' {1..32})
push with github_pat_Mem10_$(printf 'a%.0s' {1..30})
aws AKIAMEM11AAAAAAAAAAA
slack xoxb-Mem12-aaaaaaaaaaaa
token of the session $jwt
Authorization: Basic TWVtMTQ6cGFzc3dvcmQ=
maps AIzaMem15$(printf 'a%.0s' {1..30})
gitlab glpat-Mem16-aaaaaaaaaaaaaa
stripe sk_live_Mem17$(printf 'a%.0s' {1..20})
hub hf_Mem18$(printf 'a%.0s' {1..30})
npm npm_Mem19$(printf 'a%.0s' {1..32})
the passphrase: Mem20-passphrase
fetch https://h.example/x?sig=Mem21-signature
-----BEGIN PRIVATE KEY----- Mem22privatekey -----END PRIVATE KEY-----
TEXT
cat >"$work/fragments" <<TEXT
$(grep -oE 'Mem[0-9]+[A-Za-z0-9_-]*' "$work/contents")
AKIAMEM11
${jwt#*.}
TWVtMTQ6cGFzc3dvcmQ
TEXT

n=0
# keep NAME COMMAND…: runs it, whatever its exit code, and keeps all that it says.
keep() {
    local name=$1
    shift
    n=$((n + 1))
    timeout 120 "$@" >"$out/$n-$name" 2>&1 </dev/null || true
}
while read -r content; do
    keep store "$stele" memory store --category fact --tags planted -- "$content"
    keep log "$stele" chat log --thread-id planted --pending-action "$content" -- "$content"
done <"$work/contents"
stored=$(psql "$plain_url" -c 'SELECT count(*) FROM memories')
[ "$stored" = "$(wc -l <"$work/contents")" ] && pass || fail "$stored memories were stored: $(cat "$out"/*-store)"

# ---- every verb there is, without arguments: most succeed, the others say what they miss
"$stele" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z_ -]*[a-z]\)  .*/\1/p' >"$work/verbs"
[ "$(wc -l <"$work/verbs")" -gt 40 ] && pass || fail "only $(wc -l <"$work/verbs") verbs were found"
while read -r verb; do
    case $verb in serve | mcp | 'db validate' | export | 'chat export' | 'job watch') continue ;; esac
    read -ra words <<<"$verb"
    keep "${verb// /-}" "$stele" "${words[@]}"
    keep "${verb// /-}-json" "$stele" "${words[@]}" --json
    keep "${verb// /-}-help" "$stele" "${words[@]}" --help
done <"$work/verbs"

# ---- and with what makes them talk
every_way() {
    keep "$1" "$stele" "${@:2}"
    keep "$1-json" "$stele" "${@:2}" --json
}
every_way status db status --verbose --write-check
every_way search memory search 'password token key deploy push' --limit 100 --why --signals
every_way all-memories memory list --limit 100
every_way recent memory recent --limit 100
every_way thread chat thread planted --limit 100
every_way threads chat recent --scope all
every_way watch job watch --once
every_way open chat pending --scope all --limit 100
every_way config config print
every_way doctor doctor
every_way activity db activity --all
every_way setup setup --url "$good_url" --dry-run --all-clients
every_way dump db dump --file "$work/cwd/planted.dump"
every_way verify db verify-dump "$work/cwd/planted.dump" --deep
every_way backup db backup
every_way backups db backups
every_way restore-refused db restore "$work/cwd/planted.dump" --force --confirm restore-postgres
every_way restore db restore "$work/cwd/planted.dump" --force --confirm restore-postgres --replace
target=$(with_password "$target_password")
keep copy-self env STELE_TARGET_URL="$target" "$stele" db copy --force --confirm copy-postgres
keep copy-self env STELE_TARGET_URL="$target" "$stele" db copy --force --confirm copy-postgres --json
keep copy-nowhere env STELE_TARGET_URL="postgresql://u:$target_password@127.0.0.1:1/d" \
    "$stele" db copy --force --confirm copy-postgres
keep psql "$stele" db psql 'SELECT 1 / 0'

# ---- wrong addresses, wrong files, wrong flags: the ways of failing that quote what they were given
for verb in 'db status --verbose' 'db migrate --connect-tries 1' 'memory recent' doctor 'db dump' 'db activity' \
    'db psql' 'config print' 'setup' 'db backup' 'memory stats'; do
    read -ra words <<<"$verb"
    for url in "postgresql://u:$wrong_password@127.0.0.1:1/d" \
        "postgresql://u:$wrong_password@no-such-host.invalid/d" \
        "postgresql+asyncpg://u:$wrong_password@127.0.0.1:1/d" \
        "postgresql://u:$wrong_password@127.0.0.1:port/d" \
        "postgresql://u:$wrong_password@[::1/d" \
        "postgresql://u:$odd_password@127.0.0.1:1/d" \
        "postgresql://u:$slash_password@127.0.0.1:1/d" \
        "postgresql://127.0.0.1:1/d?user=u&password=$wrong_password" \
        "postgresql://u@127.0.0.1:1/d?sslpassword=$wrong_password&nonsense=1" \
        "host=127.0.0.1 port=1 password=$wrong_password" \
        "mysql://u:$wrong_password@127.0.0.1:1/d"; do
        keep wrong-url env STELE_DATABASE_URL="$url" STELE_DATABASE_ADMIN_URL="$url" "$stele" "${words[@]}"
        keep wrong-url-json env STELE_DATABASE_URL="$url" STELE_DATABASE_ADMIN_URL="$url" "$stele" "${words[@]}" --json
    done
    keep wrong-flag "$stele" "${words[@]}" --databse-url "postgresql://u:$wrong_password@127.0.0.1:1/d"
done
printf '[database]\nurl = "postgresql://u:%s@h/d\n' "$wrong_password" >"$work/broken.toml"
keep broken-toml "$stele" --config "$work/broken.toml" config print
printf 'database:\n  url: "postgresql://u:%s@h/d\n' "$wrong_password" >"$work/broken.yaml"
keep broken-yaml "$stele" --config "$work/broken.yaml" config print
printf '[server]\ntokn = "%s"\n' "$wrong_token" >"$work/unknown.toml"
keep unknown-key "$stele" --config "$work/unknown.toml" config print
printf '[server]\ntoken = "%s"\nport = "${SECRET_PORT}"\n' "$wrong_token" >"$work/unset.toml"
keep unset-variable "$stele" --config "$work/unset.toml" config print
keep smoke-wrong-url "$stele" smoke --url "http://u:$wrong_password@127.0.0.1:1"
keep smoke-nobody env STELE_TOKEN="$wrong_token" "$stele" smoke --url http://127.0.0.1:1
for url in "http://u:$wrong_password@127.0.0.1:1/v1" "ftp://u:$wrong_password@h/" "http://127.0.0.1:1/v1?key=$query_key"; do
    keep wrong-embedder env EMBEDDING_URL="$url" "$stele" memory reembed
    keep wrong-embedder env EMBEDDING_URL="$url" "$stele" memory store x -c fact
done

# ---- the server: its pages, its answers, its refusals, its log at the most talkative
STELE_LOG_LEVEL=debug start_server
for _ in $(seq 200); do curl -fs "$url/readyz" >/dev/null && break; sleep 0.05; done
ask() { keep "http-$1" curl -si --max-time 20 "${@:2}"; }
bearer="Authorization: Bearer $server_token"
for page in / /livez /readyz /health /metrics /openapi.json /docs /memory /v1/db/status?verbose=true \
    "/memory/search?q=password+token+key+deploy&limit=100"; do
    ask page -H "$bearer" "$url$page"
    ask page-without "$url$page"
    ask page-wrong -H "Authorization: Bearer $wrong_token" "$url$page"
done
"$stele" openapi | jq -r '.paths | keys[]' | grep '^/v1/' >"$work/paths"
[ "$(wc -l <"$work/paths")" -gt 15 ] && pass || fail 'too few paths'
while read -r path; do
    case $path in *restore | *reset | *forget) continue ;; esac
    ask post -H "$bearer" "$url$path" -d '{}'
    ask post-wrong -H "$bearer" "$url$path" -d "{\"password\": \"$wrong_password\", \"token\": \"$wrong_token\"}"
done <"$work/paths"
ask search -H "$bearer" "$url/v1/memory/search" -d '{"query":"password token key deploy push","limit":100}'
ask smuggled -H "$bearer" -H "X-Stele-Scope: password=$wrong_password" "$url/v1/memory/recent" -d '{}'
keep smoke "$stele" smoke --url "$url"
mcp() {
    jq -nc --arg method "$1" --argjson params "$2" '{jsonrpc: "2.0", id: 1, method: $method, params: $params}'
}
init=$(mcp initialize '{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}')
{
    printf '%s\n' "$init" '{"jsonrpc":"2.0","method":"notifications/initialized"}'
    mcp tools/list '{}'
    mcp tools/call '{"name":"memory_search","arguments":{"query":"password token key deploy push","limit":100}}'
    mcp tools/call '{"name":"memory_recent","arguments":{"limit":100}}'
    mcp tools/call '{"name":"chat_thread","arguments":{"threadId":"planted"}}'
    mcp tools/call '{"name":"db_status","arguments":{"verbose":true}}'
    mcp tools/call '{"name":"ops_doctor","arguments":{}}'
    mcp resources/list '{}'
    sleep 3
} >"$work/mcp.in" &
wait $!
timeout 60 "$stele" mcp --tools all <"$work/mcp.in" >"$out/mcp" 2>&1 || true
grep -q '"result"' "$out/mcp" && pass || fail "MCP said: $(head -c 400 "$out/mcp")"

# With the database gone.
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $database ALLOW_CONNECTIONS false"
psql "$STELE_TEST_DATABASE_URL" \
    -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$database'" >/dev/null
for page in /readyz /health /metrics; do ask down -H "$bearer" "$url$page"; done
ask down -H "$bearer" "$url/v1/memory/recent" -d '{}'
keep down "$stele" db status --verbose
keep down "$stele" doctor
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $database ALLOW_CONNECTIONS true"
kill -TERM "$server_pid" && wait "$server_pid" || true

# ---- the search. Dumps and exports are the data itself; everything else is ours.
find "$work" -name '*.dump' -prune -o -type f \( -path "$out/*" -o -name '*.log' -o -name '*.manifest.json' \
    -o -path "$work/home/*" \) -print >"$work/files"
[ "$(wc -l <"$work/files")" -gt 300 ] && pass || fail "only $(wc -l <"$work/files") files were searched"
[ "$(grep -c manifest.json "$work/files")" -ge 2 ] && pass || fail 'no manifest was searched'
# What Stele says itself: logs, reports, refusals, help, manifests; not the answers that are stored data.
grep -E '/(home/.*|[^/]*\.log|[^/]*\.manifest\.json)$|/out/([0-9]+-)?(db-|doctor|config|ops|setup|smoke|status|activity|dump|verify|backup|restore|copy-|wrong-|broken-|unknown-|unset-|psql|segments|down|http-(page-without|page-wrong|post-wrong|smuggled|down)|.*-help$)' \
    "$work/files" >"$work/own-words"
[ "$(wc -l <"$work/own-words")" -gt 200 ] && pass || fail "only $(wc -l <"$work/own-words") files are Stele's own words"
leaks() { xargs -d '\n' grep -HonF -f "$1" <"$2" | sed "s#^$work/##" | sort -u | sed 60q || true; }
while read -r secret; do
    printf '%s\n' "$secret"
    # Half of it is a leak too.
    case $secret in *@* | */*) tr '@/' '\n\n' <<<"$secret" ;; esac
done <"$work/planted" | grep -E '.{4}' >"$work/needles"
output=$(leaks "$work/needles" "$work/files")
[ -z "$output" ] && pass || fail "a secret of the process is in: $output"
output=$(leaks "$work/fragments" "$work/own-words")
[ -z "$output" ] && pass || fail "a secret of a memory is in: $output"
# What was stored comes back as it was.
jq -r '.. | .content? // empty' "$out"/*-all-memories-json | sort >"$work/came-back"
output=$(diff <(sort "$work/contents") "$work/came-back")
[ -z "$output" ] && pass || fail "the memories came back changed: $output"
# The search itself works: what is public is found.
echo 'planted' >"$work/public"
[ -n "$(leaks "$work/public" "$work/files")" ] && pass || fail 'the search finds nothing at all'
output=$(psql "$plain_url" -c "SELECT count(*) FROM stele_backups")
[ "$output" -ge 1 ] && pass || fail 'no backup was taken'
[ "$(stat -c %a "$work/cwd/planted.dump" "$work/cwd/planted.dump.manifest.json" | sort -u)" = 600 ] && pass || fail 'a dump is not private'
