#!/usr/bin/env bash
# Installs what the Teams measurement compares us with, outside the project. What is already there costs no time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${SPAREKEY_BENCH_HOME:-$HOME/.cache/sparekey-bench}
python=${PYTHON:-python3}

python_peer() {
  local peer=$1 wanted=$here/$1.txt folder=$home/$1
  cmp -s "$wanted" "$folder/installed.txt" && return
  echo "installing $peer into $folder"
  "$python" -m venv --clear "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$folder/installed.txt" # last, so that an interrupted installation begins anew
}

node_peer() {
  local wanted=$here/node/package-lock.json folder=$home/node
  cmp -s "$wanted" "$folder/installed.json" && return
  command -v npm >/dev/null || { echo "npm is missing: install Node 20"; return 1; }
  echo "installing node into $folder"
  mkdir -p "$folder"
  cp "$here/node/package.json" "$wanted" "$folder/"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$wanted" "$folder/installed.json"
}

mkdir -p "$home"
python_peer botbuilder
python_peer agents
node_peer
