#!/bin/sh
# The first process of every image: runs a service, passes signals on to it, and writes down how it ended. After a restart of
# the container the service finds there what killed it: nothing else survives, since the container's control group with its
# counts is new and all processes have the same ids. Where the kernel ends the whole container at once, this process included,
# nothing is written.
#
#   sh run-service.sh PROGRAM [ARGUMENT...]
#
# Reads CRVQA_CACHE, where exit-<run>.json is written; gives the service its run as CRVQA_RUN_ID. Ends with the status of the
# service. CRVQA_CONTROL_GROUPS is for tests: another place than /sys/fs/cgroup.
set -u

notes=${CRVQA_CACHE:-${TMPDIR:-/tmp}/crvqa-cache}
groups=${CRVQA_CONTROL_GROUPS:-/sys/fs/cgroup}
CRVQA_RUN_ID=$(cat /proc/sys/kernel/random/uuid 2>/dev/null) || CRVQA_RUN_ID=$$-$(date +%s)
export CRVQA_RUN_ID

service=
told=
stop() {
    told=yes
    if [ -n "$service" ]; then
        kill -TERM "$service" 2>/dev/null
    fi
}
# A service in the background ignores SIGINT, so it gets SIGTERM for both.
trap stop TERM INT

"$@" &
service=$!
if [ -n "$told" ]; then
    stop
fi

# A signal ends the waiting, not the service; a shell that has told its status already answers 127.
status=
while :; do
    told=
    wait "$service"
    latest=$?
    if [ "$latest" -ne 127 ] || [ -z "$status" ]; then
        status=$latest
    fi
    if [ -z "$told" ]; then
        break
    fi
done

# Version 2 of control groups, or version 1. In a container the group's own folder is the root.
memory_kills() {
    own=$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null)
    own1=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup 2>/dev/null)
    for events in "$groups$own/memory.events" "$groups/memory.events" \
        "$groups/memory$own1/memory.oom_control" "$groups/memory/memory.oom_control"; do
        if [ -r "$events" ]; then
            sed -n 's/^oom_kill \([0-9][0-9]*\)$/, "memory_kills": \1/p' "$events"
            return
        fi
    done
}

note="$notes/exit-$CRVQA_RUN_ID.json"
if mkdir -p "$notes" && printf '{"status": %d%s}\n' "$status" "$(memory_kills)" >"$note.new"; then
    mv "$note.new" "$note"
fi
exit "$status"
