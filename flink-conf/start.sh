#!/bin/sh
# Runs a Flink process in the foreground: start.sh jobmanager|taskmanager [-Dkey=value ...]
# Each -Dkey=value takes precedence over config.yaml. Used by the containers; ./weir does the same itself.
set -eu

role=${1:-}
case $role in
  jobmanager) main=org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint ;;
  taskmanager) main=org.apache.flink.runtime.taskexecutor.TaskManagerRunner ;;
  *)
    echo "start.sh: the first argument is '$role', but must be jobmanager or taskmanager" >&2
    exit 2
    ;;
esac
shift

conf=$(cd "$(dirname "$0")" && pwd)
exec java "@$conf/$role.jvm" \
  "-Dlog4j2.configurationFile=$conf/log4j2.properties" \
  -cp "$conf/target/lib/*" \
  "$main" --configDir "$conf" "$@"
