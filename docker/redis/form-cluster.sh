#!/bin/sh
# Forms a Cluster of the nodes that are given, unless it is formed already.
#
#   form-cluster.sh <address:port>...
#
# The first half are masters, the second half replicas.
set -eu

export REDISCLI_AUTH="$REDIS_PASSWORD_OPERATOR"
first=$1
known=$(redis-cli --user operator -h "${first%:*}" -p "${first#*:}" cluster info |
  tr -d '\r' | sed -n 's/^cluster_known_nodes://p')
case $known in
  1) redis-cli --user operator --cluster create "$@" --cluster-replicas 1 --cluster-yes ;;
  '') echo "form-cluster.sh: $first does not say whether it is part of a Cluster" >&2 && exit 1 ;;
  *) echo "The Cluster is formed: $known nodes" ;;
esac
