#!/bin/sh
# Builds the services of an earlier revision: previous.sh REVISION FOLDER, then mvn verify -Pchaos with
# -Dcrvqa.previous=FOLDER          of the same algorithm version, for UpgradeIT and SoakIT
# -Dcrvqa.previous.version=FOLDER  of an earlier one, for WrongWorkerIT
set -eu
revision=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git -C "$root" archive "$revision" | tar -x -C "$work"
services=coordinator,trainer-service,pruner-service,eval-service
(cd "$work" && mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true package -pl "$services" -am)
for module in coordinator trainer-service pruner-service eval-service; do
    rm -rf "$folder/$module"
    mkdir -p "$folder/$module/target"
    cp -R "$work/$module/target/quarkus-app" "$folder/$module/target/"
done
echo "Services of $revision are in $folder"
