#!/bin/sh
# Starts a Sentinel with the settings beside this file and the passwords of the environment.
#
# MASTER, "address port", is whom to watch at the first start. Later starts go by what the Sentinel
# has written into its settings since: who is master now, and who else is there.
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
  # The master comes first: what follows refers to it.
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
