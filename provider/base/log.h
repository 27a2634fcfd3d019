/*
 * Lines for the operator: "event key=value", one line each.
 *
 *     log_warn("session.refused session=%u user=%s", id, user);
 *
 * The format is printf's, checked by the compiler; every %s is quoted and
 * escaped when it holds anything but plain visible characters, so one event
 * stays one line whatever comes from outside (T92). %s of NULL is
 * a dash. Widths, precisions and stars are not understood.
 */
#pragma once

#include <stdbool.h>

enum log_level {
    LOG_ERROR, /* needs a person */
    LOG_WARN,  /* may need one */
    LOG_INFO,  /* marks the life of a session */
    LOG_DEBUG,
};

/* What is less urgent than level is dropped. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* Where lines go: a file descriptor, borrowed. Default standard error. */
void log_set_fd(int fd);

void log_write(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
