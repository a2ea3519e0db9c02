#!/bin/sh
# Forms a Cluster, unless the nodes already have one. The first half of the nodes become masters, the second
# half replicas.
#
#   form-cluster.sh <address:port>...
set -eu

export REDISCLI_AUTH="$REDIS_PASSWORD_OPERATOR"
first=$1
known=$(redis-cli --user operator -h "${first%:*}" -p "${first#*:}" cluster info |
  tr -d '\r' | sed -n 's/^cluster_known_nodes://p')
case $known in
  1) redis-cli --user operator --cluster create "$@" --cluster-replicas 1 --cluster-yes ;;
  '') echo "form-cluster.sh: $first did not answer CLUSTER INFO: check its address and the password of the operator" >&2 && exit 1 ;;
  *) echo "The Cluster already has $known nodes" ;;
esac
