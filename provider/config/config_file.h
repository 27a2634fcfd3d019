/*
 * Checks files that a configuration names: they exist, have the right type, and
 * are protected.
 */
#pragma once

#include <sys/types.h>

#include "provider/config/config_check.h"

/* What others must not be able to do with a file. */
enum config_guard {
    CONFIG_GUARD_WRITE, /* public content: nobody else may change it */
    CONFIG_GUARD_READ,  /* a secret: nobody else may read it either */
    /* A secret that systemd lets the service read by an access list, which
     * shows as a right of the group: root's, or the daemon's own. */
    CONFIG_GUARD_CREDENTIAL,
};

/* kind: S_IFREG or S_IFDIR. False: a message was added. */
bool config_file_check(struct config_checker *c, struct policy_place place,
                       const char *path, mode_t kind, enum config_guard guard);

/* For a path that will be created: its directory must exist. */
void config_file_check_parent(struct config_checker *c,
                              struct policy_place place, const char *path);

/* A name in the store's directory; in the arena, NULL: out of memory. */
const char *config_file_beside_store(struct config_checker *c,
                                     const char *name);
