#!/bin/sh
# The administration service by curl: makes a collection, gives it a rule, reads
# it and deletes it again.
#
#   PROVIDER=https://provider.example.com CA=ca.pem \
#       administration_service.sh --negotiate -u :                      # a Kerberos ticket
#       administration_service.sh --cert alice.pem --key alice.key      # a certificate
#       administration_service.sh -H "Authorization: Bearer TOKEN"      # a token
#
# What stands behind it goes to curl: how to sign in.
set -eu

service=$PROVIDER/AdminService/wmi

ask() { # VERB ADDRESS [BODY] [OPTIONS OF CURL...]
    verb=$1 address=$2 body=${3-}
    shift 2
    [ $# -gt 0 ] && shift
    curl --silent --show-error --fail-with-body --cacert "$CA" \
        --header "Content-Type: application/json" --request "$verb" \
        ${body:+--data "$body"} "$@" "$service/$address"
}

key_in() { # of the object on standard input
    sed -n 's/.*"CollectionID":"\([A-Z0-9]*\)".*/\1/p'
}

key=$(ask POST SMS_Collection \
    '{"Name":"Made by curl","LimitToCollectionID":"SMS00001"}' "$@" | key_in)
ask POST "SMS_Collection/$key/AdminService.AddMembershipRule" \
    '{"collectionRule":{"@odata.type":"#AdminService.SMS_CollectionRuleQuery",
      "RuleName":"all","QueryExpression":"select * from SMS_R_System"}}' "$@"
echo
ask GET "SMS_Collection?\$filter=CollectionID%20eq%20'$key'" '' "$@"
echo
ask DELETE "SMS_Collection/$key" '' "$@"
