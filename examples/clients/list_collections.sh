#!/bin/sh
# List the collections that you may read, and which of them may be deleted.
#
#   list_collections.sh [OPTION OF SMSCTL...]
#
# Each call signs in, unless an agent holds the session (smsctl agent). The forms
# name and tsv are stable, and the exit status says what was answered: 0 yes, 5
# no, 4 only at a higher level.
set -eu

smsctl=${SMSCTL:-smsctl}

names=$("$smsctl" -o name "$@" list SMS_Collection)
"$smsctl" -o tsv --no-headings --columns CollectionID,Name "$@" \
    list SMS_Collection

for name in $names; do
    if "$smsctl" "$@" can Delete SMS_Collection "$name" >/dev/null 2>&1; then
        echo "may be deleted: $name"
    else
        status=$?
        case $status in 4 | 5) ;; *) exit "$status" ;; esac
    fi
done
