/*
 * Listening sockets, opened before any thread runs, so that failures are
 * reported at startup. Each worker has its own TCP socket on the same address
 * (SO_REUSEPORT); a Unix socket is one, shared by all.
 */
#pragma once

#include "provider/config/config.h"

struct listener_sockets {
    int *fds; /* owned [n_fds]: one per worker, or one for all */
    size_t n_fds;
    char name[128]; /* "tls:127.0.0.1:7443", "unix:/run/..." */
};

/* Logs what fails. */
MUST_CHECK
enum status listener_open(const struct config_listener *config,
                          size_t n_workers,
                          struct listener_sockets *sockets_out);

/* A descriptor of its own for the worker; -1 if there is none left. */
int listener_fd(const struct listener_sockets *sockets, size_t worker);

/* Closes; removes a Unix socket's path. */
void listener_close(struct listener_sockets *sockets);
