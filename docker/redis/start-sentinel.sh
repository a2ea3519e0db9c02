#!/bin/sh
# Starts a Sentinel with the settings in this folder and the passwords from the environment.
#
# MASTER, "address port", is the master at the first start. Later starts use the state that the Sentinel has
# saved in its settings: the current master, and the other servers.
set -eu
umask 077

here=$(dirname "$0")
data=${DATA_FOLDER:-/data}
settings=$data/sentinel.conf
quorum=2

monitor="sentinel monitor sessions $MASTER $quorum"
state=
if [ -e "$settings" ]; then
  monitor=$(grep '^sentinel monitor ' "$settings")
  state=$(grep -E '^sentinel (myid|current-epoch|config-epoch|leader-epoch|known-[a-z]+) ' "$settings" || true)
fi

{
  # The master comes first: the settings below refer to it.
  echo "$monitor"
  cat "$here/sentinel.conf"
  echo "dir $data"
  echo "$state"
} >"$settings.placeholders"
"$here/fill-passwords.sh" <"$settings.placeholders" >"$settings.new"
rm "$settings.placeholders"
mv "$settings.new" "$settings"

for variable in $(env | grep -o '^REDIS_PASSWORD_[A-Z]*'); do unset "$variable"; done
exec redis-server "$settings" --sentinel "$@"
