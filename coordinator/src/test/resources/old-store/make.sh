#!/bin/sh
# Makes the store of this folder anew: make.sh REVISION, with the revision of the programs that write it (79fb3ff for
# the files that are here). Keys are a function of the experiments alone, but times and worker ids are not, and where
# "unfinished" is stopped is up to the machine: the tests ask for what holds of every such store.
#
# Kept is what a coordinator reads: experiments, names, attempts and manifests. The files of artifacts are left out.
set -eu
revision=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(git -C "$here" rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'cd "$work/src" && ./crvqa local down --dir "$work/cluster" >/dev/null 2>&1; rm -rf "$work"' EXIT

git clone -q "$root" "$work/src"
cd "$work/src"
git checkout -q "$revision"
mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true -pl '!integration-tests' package
export CRVQA_NO_BUILD=1 CRVQA_STORE="$work/store" CRVQA_CACHE="$work/cache"

./crvqa data sample --out "$work/sample" --train 400 --test 100 --iid 100 --import-as sample >&2
./crvqa model init "$here/tiny.json" --name tiny >&2
./crvqa local up --dir "$work/cluster" --trainers 1 >&2
coordinator=$(./crvqa local status --dir "$work/cluster" | sed -n 's/^coordinator[^0-9]*\([0-9.]*:[0-9]*\).*/\1/p' | head -n 1)
export CRVQA_COORDINATOR="$coordinator"

# Ends of itself, and so do the others as far as they get.
./crvqa submit "$here/finished.yaml" --watch >&2
finished=$(basename "$(echo "$work"/store/experiments/finished-*)")
./crvqa report "$finished" --output json >"$here/finished.report.json"

# Its dense models of seed 0 are those of "finished"; stopped when a further task is done.
before=$(find "$work/store/artifacts" -name manifest.json | wc -l)
./crvqa submit "$here/unfinished.yaml" >&2
until [ "$(find "$work/store/artifacts" -name manifest.json | wc -l)" -gt "$before" ]; do sleep 0.1; done
# Behind the other in the queue: nothing of it ends, and perhaps nothing begins.
./crvqa submit "$here/waiting.yaml" >&2
./crvqa submit "$here/cancelled.yaml" >&2
./crvqa cancel "$(basename "$(echo "$work"/store/experiments/cancelled-*)")" >&2
./crvqa local down --dir "$work/cluster" >&2
unfinished=$(basename "$(echo "$work"/store/experiments/unfinished-*)")

cd "$work/store"
rm -f "$here/store.zip"
find . -type f \( -path './experiments/*' -o -path './names/*' -o -path './tasks/*/attempts/*' -o -name manifest.json \) \
    | LC_ALL=C sort | zip -q -X -9 "$here/store.zip" -@
echo "$here/store.zip holds the store of $revision: $finished, $unfinished and others" >&2
