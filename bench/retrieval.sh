#!/usr/bin/env bash
# script/bench retrieval DIR [OUT]  loads DIR/corpus.jsonl through the HTTP door (threads as chat, the rest as
# memories), asks DIR/queries.jsonl with words alone, meanings alone and both, and scores each with the DIR's
# evaluate.py. Runs are written to OUT/<mode>.tsv (default: a temporary folder); OUT/run.tsv is the fused one.
# STELE_BENCH_MODES=lexical asks with words alone, as without a model; STELE_BENCH_ONE_TENANT=1 puts all into one large tenant.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=lib.sh
source "$here/lib.sh"
dir=${1:?usage: script/bench retrieval DIR [OUT]}
work=$(mktemp -d)
out=${2:-$work}
mkdir -p "$out"
trap 'serve_stop; rm -rf "$work"' EXIT
evaluate=$dir/evaluate.py
[ -f "$evaluate" ] || evaluate=$(dirname "$dir")/evaluate.py
serve_start
read -ra modes <<<"${STELE_BENCH_MODES:-lexical semantic hybrid}"
python3 "$here/retrieval.py" "$url" "$dir" "$out" "${modes[@]}"
cp "$out/${modes[-1]}.tsv" "$out/run.tsv"
for mode in "${modes[@]}"; do
    echo "-- $mode"
    python3 "$evaluate" "$dir" "$out/$mode.tsv"
done
