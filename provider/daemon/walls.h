/*
 * The walls around the daemon, in the order in which they are put up:
 *
 *     walls_begin()   the configuration is read: what starts programs and what
 *                     holds keys is forked off; files and ports are limited;
 *                     what the configuration names is looked at
 *     walls_close()   all is open, nobody is served yet: system calls are
 */
#pragma once

#include <stdbool.h>

#include "auth/pam_keeper.h"
#include "auth/signer/signer.h"
#include "provider/config/config.h"
#include "provider/daemon/reach.h"

struct walls {
    bool is_off;               /* --unconfined */
    const char *config_path;   /* borrowed */
    struct pam_keeper *keeper; /* owned; NULL: no passwords */
    struct signer *signer;     /* owned; NULL: no TLS */
    struct reach reach;
    struct reach keys; /* of the signer */
    bool has_files;    /* the kernel limits files */
};

/*
 * Before any other thread that stays. What the configuration names is checked
 * as it is behind the walls, where root may do what its owner may, and no more.
 * Its PAM workers are started by the keeper, its private keys read by the
 * signer. Messages as of config_read(). STATUS_INVALID: the configuration is
 * refused.
 */
MUST_CHECK
enum status walls_begin(struct walls *walls, struct config **config_out,
                        struct buf *messages_out);

MUST_CHECK
enum status walls_close(struct walls *walls);

/* What another configuration needs. */
struct walls_wanted {
    struct reach files;
    struct reach keys;
};

/* May a configuration that was read again be used within these walls? It is
 * given the keeper and the signer. The key or path that needs a restart, or
 * NULL; borrowed from wanted. */
const char *walls_difference(const struct walls *walls, struct config *config,
                             struct walls_wanted *wanted);
void walls_wanted_clear(struct walls_wanted *wanted);

/* A directory that was replaced, which the walls keep out; NULL: none. */
const char *walls_replaced(const struct walls *walls);
void walls_clear(struct walls *walls);
