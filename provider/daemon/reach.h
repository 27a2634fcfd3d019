/*
 * The files and ports that a configuration needs: all that the daemon may open
 * once it serves (Landlock).
 *
 * Files are replaced while the daemon runs (a renewed certificate, another user
 * in /etc/passwd), so what is opened is their directory.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "provider/config/config.h"
#include "provider/confine/confine.h"

/* What a path was when it was listed. */
struct reach_place {
    dev_t device;
    ino_t inode; /* 0: there was nothing */
};

struct reach_list {
    char **paths;               /* owned [n] */
    struct reach_place *places; /* owned [n] */
    size_t n;
};

enum { REACH_PORTS_MAX = 256 };

struct reach_ports {
    uint16_t numbers[REACH_PORTS_MAX];
    size_t n;
};

struct reach {
    struct reach_list read;
    struct reach_list write;
    struct reach_ports bind;
    struct reach_ports connect;
};

/* Of the file at path, which was read as config. */
MUST_CHECK
enum status reach_of(const char *path, const struct config *config,
                     struct reach *reach_out);

/* The same of the signer: nothing but the private keys of the listeners, which
 * are no part of the former. */
MUST_CHECK
enum status reach_of_keys(const struct config *config, struct reach *reach_out);
void reach_clear(struct reach *reach);

/* The first path that is not below the same kind of what reach has, or the name
 * of a port; NULL: all of it is within reach. Borrowed. */
const char *reach_lacks(const struct reach *reach, const struct reach *wanted);

/* Behind the walls: the first directory in whose place there is another one by
 * now, which they keep out; NULL: none. Borrowed. */
const char *reach_replaced(const struct reach *reach);

/* The same of the signer's, as another process sees it: whatever is not what it
 * was when it was listed. */
const char *reach_of_keys_replaced(const struct reach *reach);

struct confine_reach reach_view(const struct reach *reach);
