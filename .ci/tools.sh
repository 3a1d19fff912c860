# What the full tests need beside Node: a PostgreSQL and a Redis server (Redis 7 stands in for Valkey), Terraform, a
# Kubernetes API, moto for the S3 backend, checkov, promtool and amtool, Chromium for pages. Sourced by .ci/run.

install_tools() {
  local missing=()
  [ -x "$(postgres_folder)/initdb" ] || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v chromium >/dev/null || missing+=(chromium)
  if [ "${#missing[@]}" -gt 0 ]; then
    as_root apt-get update -qq &&
      # Only the programs: the tests start servers of their own.
      as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
      return
  fi
  if ! command -v moto_server >/dev/null; then
    python3 -m venv "$moto_home" && "$moto_home/bin/pip" install --quiet 'moto[server]==5.2.1' || return
  fi
  install_checkov || return
  bash .ci/terraform.sh >/dev/null || return
  # Their tests say that they were skipped where these aren't there: without Go, or when the build takes too long.
  if command -v go >/dev/null; then
    timeout 420 bash .ci/prometheus.sh >/dev/null || echo 'no promtool: it could not be built within seven minutes'
    timeout 420 bash .ci/compose.sh >/dev/null || echo 'no compose-check: it could not be built within seven minutes'
    timeout 420 bash .ci/kube-apiserver.sh >/dev/null || echo 'no Kubernetes API server: it could not be built within seven minutes'
  fi
  echo "PostgreSQL $("$(postgres_folder)/postgres" --version | awk '{ print $3 }')," \
    "$(redis-server --version | grep -oE 'v=[0-9.]+' | sed 's/v=/Redis /')," \
    "Node $(node --version), $("$(bash .ci/terraform.sh)/terraform" version 2>/dev/null | head -1)"
}

install_checkov() {
  [ "$("$checkov_home/bin/checkov" --version 2>/dev/null)" = "$checkov_version" ] ||
    { python3 -m venv "$checkov_home" && "$checkov_home/bin/pip" install --quiet "checkov==$checkov_version"; }
}

moto_home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/moto
# tools/lib/checkov.ts looks there.
checkov_home=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tools/checkov
checkov_version=3.3.30
# Folders to put before PATH once the tools are installed.
tool_path() { echo "$(bash .ci/terraform.sh):$PATH:$moto_home/bin"; }

postgres_folder() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
