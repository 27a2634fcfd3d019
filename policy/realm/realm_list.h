/*
 * The realms of provider.yaml: a list of names, or of names with how a person
 * is spelled there. In this room so that policy files can be checked offline by
 * the rules of the provider that will read them.
 */
#pragma once

#include "policy/schema.h"
#include "provider/base/realm.h"

enum realm_case {
    REALM_CASE_SENSITIVE = 0,
    REALM_CASE_INSENSITIVE,
};

/* What says which groups a realm's users are in. */
enum realm_groups {
    REALM_GROUPS_NONE = 0,
    REALM_GROUPS_NSS, /* this host's name service */
    REALM_GROUPS_PAC, /* their ticket */
    REALM_GROUPS_UNSAID,
};

struct realm_entry {
    struct policy_place place;
    struct schema_word name;
    struct schema_word netbios;
    int ignores_case; /* enum realm_case */
    const struct schema_word *suffixes;
    size_t n_suffixes;
    int groups; /* enum realm_groups */
    struct policy_place groups_place;
    struct schema_word sid; /* of its domain, for groups: pac; or none */
    struct schema_word account;
};

/* A list of struct realm_entry. */
extern const struct schema_type realm_list_type;

/*
 * Checks that no name, NetBIOS name or suffix means two realms, and that
 * accounts can be told apart. The realms live in the arena; with errors they
 * are not to be used.
 */
struct realms realm_list_check(const struct realm_entry *entries, size_t n,
                               struct arena *arena,
                               struct policy_messages *messages);

/*
 * The realms of the provider.yaml at this path, and nothing else of it: the
 * rest is not judged. STATUS_INVALID with messages; none if it has none.
 */
MUST_CHECK
enum status realm_list_read(const char *file, struct text text,
                            struct arena *arena,
                            struct policy_messages *messages,
                            struct realms *realms_out);
