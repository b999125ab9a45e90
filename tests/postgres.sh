#!/usr/bin/env bash
# Runs a command with a PostgreSQL server at ONRECORD_TEST_POSTGRES:   tests/postgres.sh make test
#
# The server comes from the system's packages, which are installed where they are missing and may be. It listens on
# loopback alone, and its data lie in a folder that goes when the command ends. Where there can be no server, that is
# said in a line, the command runs all the same, and the tests that need one are skipped.
set -euo pipefail

log=$(mktemp)
folder=$(mktemp -d)
bin=

clean() {
  [[ -f $folder/data/postmaster.pid ]] && as_owner "$bin/pg_ctl" stop -D "$folder/data" -m immediate >"$log" 2>&1
  rm -rf "$folder" "$log"
}
trap clean EXIT
trap 'exit 130' INT TERM

as_owner() { # PostgreSQL refuses to run as root
  if ((EUID)); then "$@"; else (cd / && exec runuser -u postgres -- "$@"); fi
}

find_server() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>"$log" | sort -V | tail -n 1) || true
  found=${found:-$(command -v initdb)} && bin=$(dirname "$found")
}

install_server() {
  ((EUID == 0)) && command -v apt-get >"$log" || return 1
  apt-get update >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql >"$log" 2>&1
}

start_server() {
  local port password
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' ')
  echo "$password" >"$folder/password"
  ((EUID)) || chown -R postgres "$folder"
  as_owner "$bin/initdb" -D "$folder/data" -U onrecord --pwfile "$folder/password" -A scram-sha-256 \
    --encoding UTF8 --locale C.UTF-8 --no-sync >"$log" 2>&1 || return 1
  as_owner "$bin/pg_ctl" start -D "$folder/data" -l "$folder/log" -w \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder -c fsync=off" >"$log" 2>&1 || return 1
  export ONRECORD_TEST_POSTGRES="postgresql://onrecord:$password@127.0.0.1:$port/postgres"
}

if [[ -z ${ONRECORD_TEST_POSTGRES:-} ]]; then
  if ! find_server && ! { install_server && find_server; }; then
    echo "PostgreSQL is not installed and cannot be here: its tests are skipped"
  elif ! start_server; then
    echo "PostgreSQL does not start here: its tests are skipped ($(tail -n 1 "$log"))"
  fi
fi
"$@"
