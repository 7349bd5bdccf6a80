#!/usr/bin/env bash
# `make demo`: the shipped programs over their records, from files to an explained partner and a replayed run.
# Every command stands before what it prints, to be typed again.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export RUNG_HOME=${RUNG_HOME:-../.rung/demo}
cd "$root/programs" # short names of files leave room for what they say

show() {
  printf '\n$ %s\n' "$*"
  "$@" 2>&1
}

latest() { # the run of a program
  rung runs --format csv | awk -F, -v program="$1" '$2 == program { id = $1 } END { print id }'
}

printf '$ cd programs\n$ export RUNG_HOME=%s\n\n' "$RUNG_HOME"
echo "== summit: tiers, benefits, a rebate and a SPIFF over 200 partners"
show rung check summit/2026.yaml
show rung evaluate summit/2026.yaml --data summit --as-of 2026-07-31 --recheck all
run=$(latest summit)
show rung explain "$run" P-0005
show rung evaluate summit/2026.yaml --data summit --as-of 2026-07-31 \
  --show earnings --format csv --output "$RUNG_HOME/payable.csv"
show head -n 4 "$RUNG_HOME/payable.csv"
show rung replay "$run" --by reference

echo
echo "== summit: its cases, and what a dearer gold and a richer rebate would do"
show rung test summit/2026.yaml
sed 's/gold: 300_000 USD/gold: 400_000 USD/; s/rate: 2%/rate: 2.5%/' summit/2026.yaml >"$RUNG_HOME/draft.yaml"
show rung diff summit/2026.yaml "$RUNG_HOME/draft.yaml" --data summit --as-of 2026-08-15 \
  --exit-zero --html "$RUNG_HOME/change.html"

shared=../../shared/data/adventureworks
if [ -d "$shared" ]; then
  echo
  echo "== adventureworks: a reseller program over five files as they were exported"
  files=$shared
else
  echo
  echo "== adventureworks: $shared is not here, so a generated twin with the same shape and faults takes its place"
  files=$(mktemp -d)
  trap 'rm -rf "$files"' EXIT
  PYTHONPATH=$root python -c "import sys, pathlib; from tests.acceptance.adventureworks import write_twin; write_twin(pathlib.Path(sys.argv[1]))" "$files"
fi
show rung evaluate adventureworks/2020.yaml --data adventureworks --files "$files" --as-of 2020-05-31 --recheck 50
show rung replay "$(latest adventureworks)"

echo
echo "== where everything is: $RUNG_HOME"
show rung runs
