# Stages with their times, and tests counted: sourced by .ci/run and .ci/nightly.
logs=$(mktemp -d)
times=() passed=0 failed=0
started_all=$SECONDS

# stage NAME COMMAND…: runs it, keeps its output, counts the tests that jest reports; a failure is one failed test more.
stage() {
  local name=$1 started=$SECONDS status log
  log=$logs/$(echo "$name" | tr -c 'a-z0-9\n' '-').log
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  local tests
  tests=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E '^Tests: ' || true)
  passed=$((passed + $(count "$tests" passed)))
  local broken
  broken=$(count "$tests" failed)
  if [ "$status" -ne 0 ] && [ "$broken" -eq 0 ]; then broken=1; fi
  failed=$((failed + broken))
  times+=("$(printf '%5d s  %-12s %s' $((SECONDS - started)) "$name" "$([ "$status" -eq 0 ] && echo ok || echo FAILED)")")
  return "$status"
}
count() { echo "$1" | { grep -oE "[0-9]+ $2" || echo 0; } | awk '{ sum += $1 } END { print sum + 0 }'; }

finish() {
  printf '\n=== time per stage\n'
  printf '%s\n' "${times[@]}"
  printf '%5d s  %s\n\n' $((SECONDS - started_all)) 'in all'
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}
