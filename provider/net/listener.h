/*
 * Sockets to listen on, made before any thread runs, so that what cannot be
 * had is said at the start. Each worker has its own TCP socket on the same
 * address (SO_REUSEPORT); a Unix socket is one, shared by all.
 */
#pragma once

#include "provider/config/config.h"

struct listener_sockets {
    int *fds; /* owned [n_fds]: one a worker, or one for all */
    size_t n_fds;
    char name[128]; /* "tls:127.0.0.1:7443", "unix:/run/..." */
};

/* Logs what fails. */
MUST_CHECK
enum status listener_open(const struct config_listener *config,
                          size_t n_workers,
                          struct listener_sockets *sockets_out);

/* A descriptor of its own for the worker, -1 when there is none left. */
int listener_fd(const struct listener_sockets *sockets, size_t worker);

/* Closes; a Unix socket's path is removed. */
void listener_close(struct listener_sockets *sockets);
