/*
 * The operator's log: "event key=value", one line each.
 *
 *
 *     log_warn("session.refused session=%u user=%s", id, user);
 *
 * The format is printf's, checked by the compiler. Every %s that contains more
 * than plain visible characters is quoted and escaped, so an event stays on one
 * line whatever comes from outside (rule T92). %s of NULL is a dash.
 * Widths, precisions and stars are not supported.
 */
#pragma once

#include <stdbool.h>

enum log_level {
    LOG_ERROR, /* needs a person */
    LOG_WARN,  /* may need one */
    LOG_INFO,  /* marks the life of a session */
    LOG_DEBUG,
};

/* Drops lines less urgent than level. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* Where lines go: a file descriptor, borrowed. Default standard error. */
void log_set_fd(int fd);

/*
 * Where standard error is the journal, its lines begin with a priority, and
 * have no time of their own: the journal keeps both. stream is JOURNAL_STREAM
 * of systemd.exec(5), "DEVICE:INODE", or NULL.
 */
void log_follow_journal(const char *stream);

void log_write(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
