#!/usr/bin/env bash
# /metrics of a real server, the alert rules and the dashboard, as Prometheus' own tool sees them.
# shellcheck source=lib.sh
source "$(dirname "$(readlink -f "$0")")/lib.sh"
promtool() { "$root/script/promtool" "$@"; }
deploy=$root/deploy

new_database
# An endpoint that nobody answers: calls of the embedder are counted all the same.
export STELE_EMBEDDING=endpoint EMBEDDING_URL=http://127.0.0.1:1/v1 EMBEDDING_MODEL=none STELE_EMBEDDING_DIMENSIONS=8
start_server
wait_ready
expect_status 200 "$url/v1/memory/store" -d '{"content":"measured","category":"fact"}'
expect_status 200 "$url/v1/memory/search" -d '{"query":"measured"}'
expect_status 200 "$url/v1/memory/search" -d '{"query":"mesaured"}'
expect_status 400 "$url/v1/memory/search" -d '{"query":7}'
expect_status 200 "$url/metrics"
expect_text '^stele_operation_duration_seconds_count\{operation="memory.search"\} 3$'
expect_text '^stele_operations_total\{operation="memory.search",outcome="invalid_argument"\} 1$'
expect_text '^stele_search_arm_runs_total\{arm="candidates"\} 2$'
expect_text '^stele_search_arm_runs_total\{arm="letters"\} 1$'
expect_text '^stele_search_degraded_total 2$'
expect_text '^stele_embed_texts_total\{.*outcome="unavailable".*\} [1-9]'
expect_text '^stele_embedding_queue 1$'
printf '%s\n' "$output" >"$work/metrics"

# Its lint says nothing at all, and exits with 0.
expect_exit 0 promtool check metrics <"$work/metrics"
expect_text '^$'
expect_exit 0 promtool check rules "$deploy/prometheus-alerts.yaml"
expect_text '16 rules found'
expect_exit 0 promtool test rules "$deploy/prometheus-alerts.test.yaml"
# Every alert has a test of its own.
for alert in $(sed -n 's/.*- alert: //p' "$deploy/prometheus-alerts.yaml"); do
    grep -q "^  - name: '$alert'" "$deploy/prometheus-alerts.test.yaml" && pass || fail "$alert is not tested"
done

# What the rules and the dashboard ask for is there.
names() { grep -oE '\b(stele|pg)_[a-z0-9_]+' | sort -u; }
sed -n 's/^# TYPE \([a-z0-9_]*\) histogram$/\1_bucket\n\1_sum\n\1_count/p; s/^# TYPE \([a-z0-9_]*\) .*/\1/p' "$work/metrics" \
    | sort -u >"$work/exported"
{
    sed -n "s/^ *expr: //p" "$deploy/prometheus-alerts.yaml"
    jq -r '.. | .expr? // empty' "$deploy/grafana-dashboard.json"
    jq -r '.templating.list[].query' "$deploy/grafana-dashboard.json"
} | names >"$work/asked"
[ "$(wc -l <"$work/asked")" -gt 30 ] && pass || fail "only $(wc -l <"$work/asked") names were found"
output=$(comm -23 "$work/asked" "$work/exported")
[ -z "$output" ] && pass || fail "asked for and not exported: $output"
expect_text '^$'
# The dashboard's expressions are PromQL once Grafana has filled its variables in.
jq -r '.. | .expr? // empty' "$deploy/grafana-dashboard.json" | sed 's/\$__rate_interval/5m/g; s/\$instance/.*/g' \
    | jq -Rn '{groups: [{name: "dashboard", rules: [inputs] | map({record: "x", expr: ., labels: {n: (. | @base64)}})}]}' \
        >"$work/dashboard.yaml"
expect_exit 0 promtool check rules "$work/dashboard.yaml"

# The database away: pg_up says so, ours are still there, the scrape is no error.
psql "$STELE_TEST_DATABASE_URL" -c "ALTER DATABASE $database ALLOW_CONNECTIONS false"
psql "$STELE_TEST_DATABASE_URL" \
    -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$database'" >/dev/null
expect_status 200 "$url/metrics"
expect_text '^pg_up 0$'
expect_text '^stele_pool_size 8$'
expect_no_text '^pg_stat_'
printf '%s\n' "$output" >"$work/metrics"
expect_exit 0 promtool check metrics <"$work/metrics"
