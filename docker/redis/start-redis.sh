#!/bin/sh
# Starts Redis with the settings in this folder and the passwords from the environment.
#
#   start-redis.sh <users file> [option of redis-server]...
#
# MASTER, "address port", is the master at the first start. Later the Sentinels choose the role of the server,
# which CONFIG REWRITE saves in its settings.
set -eu
umask 077

here=$(dirname "$0")
users=$here/$1
shift
# A folder in memory: passwords must not stay on a disk.
runtime=${RUNTIME_FOLDER:-/run/redis}
data=${DATA_FOLDER:-/data}
settings=$data/redis.conf

if [ -e "$settings" ]; then
  role=$(grep '^replicaof ' "$settings" || true)
else
  role=${MASTER:+replicaof $MASTER}
fi

# One command at a time: a shell ignores failures in a pipe, except of the last command.
cat "$users" "$here/operator.acl" >"$runtime/placeholders"
"$here/fill-passwords.sh" <"$runtime/placeholders" >"$runtime/users.acl"
{
  cat "$here/redis.conf"
  echo "dir $data"
  echo "aclfile $runtime/users.acl"
  if grep -q '^user replica ' "$users"; then cat "$here/replication.conf"; fi
  echo "$role"
} >"$runtime/placeholders"
"$here/fill-passwords.sh" <"$runtime/placeholders" >"$settings.new"
rm "$runtime/placeholders"
mv "$settings.new" "$settings"

for variable in $(env | grep -o '^REDIS_PASSWORD_[A-Z]*'); do unset "$variable"; done
exec redis-server "$settings" "$@"
