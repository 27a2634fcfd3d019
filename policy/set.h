/*
 * The inside of a policy set, for the files of this room.
 */
#pragma once

#include "policy/draft.h"

enum {
    SET_FILES_MAX = 1000,
    SET_TEXT_MAX_BYTES = 64 * 1024 * 1024,
    SET_MAX_BYTES = 512 * 1024 * 1024,
};

struct set_file {
    const char *name;
    struct text text;
};

struct policy_set {
    struct arena *arena; /* owned: holds everything below */
    struct policy_messages messages;
    struct set_file files[SET_FILES_MAX];
    size_t n_files;
    size_t n_bytes; /* of all texts */
    struct draft *drafts;
    const struct realms *realms; /* borrowed; NULL: not known */
    bool is_unreadable; /* a file is no YAML: names in it are not known */
    struct policy policy;
};
