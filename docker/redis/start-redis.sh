#!/bin/sh
# Starts Redis with the settings beside this file and the passwords of the environment.
#
#   start-redis.sh <users file> [option of redis-server]...
#
# MASTER, "address port", is whom to follow at the first start. Later starts go by what the Sentinels
# have made of the server, which CONFIG REWRITE leaves in its settings.
set -eu
umask 077

here=$(dirname "$0")
users=$here/$1
shift
# In memory: passwords are not to be left on a disk.
runtime=${RUNTIME_FOLDER:-/run/redis}
data=${DATA_FOLDER:-/data}
settings=$data/redis.conf

if [ -e "$settings" ]; then
  role=$(grep '^replicaof ' "$settings" || true)
else
  role=${MASTER:+replicaof $MASTER}
fi

# Step by step: a shell does not notice when anything but the last part of a pipe fails.
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
