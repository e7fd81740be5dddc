#!/usr/bin/env bash
# Looks with Jazzer, which is led by the code that an input reaches, for input that a parser of the gateway neither
# takes nor refuses as it should: fuzz.sh [SECONDS [SEED]]. Findings (crash-*) and all inputs that reached something
# new lie in ingest/target/fuzz; a second run goes on from there. The exit status tells whether there are findings.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
seconds=${1:-600}
seed=${2:-1}
version=0.24.0
fuzz=$PWD/ingest/target/fuzz

mvn -q -pl ingest -am test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
for artifact in jazzer jazzer-api; do
  mvn -q dependency:copy -Dartifact=com.code-intelligence:$artifact:$version -DoutputDirectory="$fuzz/lib"
done

cd "$fuzz"
class=io.streamweir.gateway.fuzz.CoverageFuzz
path="lib/*:../classes:../test-classes:$(cat ../test-classpath)"
java -cp "$path" $class corpus
exec java -Xmx1g -cp "$path" com.code_intelligence.jazzer.Jazzer --target_class=$class \
  --instrumentation_includes='io.streamweir.**:com.fasterxml.jackson.core.**' --keep_going=20 \
  -max_total_time="$seconds" -seed="$seed" -max_len=8192 -rss_limit_mb=4096 -timeout=120 corpus
