/*
 * The walls around the daemon, in the order in which they are put up:
 *
 *     walls_begin()   the configuration is read, nothing else: what starts
 *                     programs is forked off; files and ports are limited
 *     walls_close()   all is open, nobody is served yet: system calls are
 */
#pragma once

#include <stdbool.h>

#include "auth/pam_keeper.h"
#include "provider/config/config.h"
#include "provider/daemon/reach.h"

struct walls {
    bool is_off;               /* --unconfined */
    const char *config_path;   /* borrowed */
    struct pam_keeper *keeper; /* owned; NULL: no passwords */
    struct reach reach;
    bool has_files; /* the kernel limits files */
};

/* Before any other thread that stays. Changes the configuration: its PAM
 * workers are started by the keeper. */
MUST_CHECK
enum status walls_begin(struct walls *walls, struct config *config);

MUST_CHECK
enum status walls_close(struct walls *walls);

/* May a configuration that was read again be used within these walls? It is
 * given the keeper. The key or path that needs a restart, or NULL. */
const char *walls_difference(const struct walls *walls, struct config *config,
                             struct reach *wanted);

/* A directory that was replaced, which the walls keep out; NULL: none. */
const char *walls_replaced(const struct walls *walls);
void walls_clear(struct walls *walls);
