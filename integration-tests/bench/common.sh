# Sourced by setup and peers: where things are. Nothing outside BENCH_DIR is written.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BENCH_DIR=${BENCH_DIR:-$here/../target/bench}
mkdir -p "$BENCH_DIR/bin" "$BENCH_DIR/run"
BENCH_DIR=$(cd "$BENCH_DIR" && pwd)
bin=$BENCH_DIR/bin run=$BENCH_DIR/run

PATH=$PATH:/usr/sbin:/sbin # where nginx and haproxy are

die() { echo "bench: $*" >&2; exit 1; }

# The java to run: BENCH_JAVA, else JAVA_HOME, else the PATH.
find_java() {
  if [ -n "${BENCH_JAVA:-}" ]; then echo "$BENCH_JAVA"
  elif [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME/bin/java"
  else command -v java || die "no java: set BENCH_JAVA or JAVA_HOME"
  fi
}
