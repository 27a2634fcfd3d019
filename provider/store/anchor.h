/*
 * The anchor: the store's last checkpoint, kept in a separate file.
 *
 * It is written after every commit and has two lines, written alternately, so
 * that one is intact whenever the machine stops. The store may be ahead of it
 * (after a crash between the two, or a power cut, since it is synced once a
 * second), which its signature proves; it is never behind, unless an older
 * database was put in its place.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/store/seal_line.h"

struct anchor {
    int fd; /* owned; -1: none */
    char *path;
    uint64_t device;
    uint64_t inode;
    int64_t synced_ms;
};

/* Creates one (0600), empty. STATUS_CONFLICT: it exists. */
MUST_CHECK
enum status anchor_make(const char *path, struct anchor *anchor_out);

/* STATUS_NOT_FOUND: there is none; STATUS_INVALID: others may write to it;
 * STATUS_UNAVAILABLE: another process holds it, and so the store. */
MUST_CHECK
enum status anchor_open(const char *path, struct anchor *anchor_out);
void anchor_close(struct anchor *anchor);

/* The later line signed with this key. STATUS_INVALID: there is none. */
MUST_CHECK
enum status anchor_read(const struct anchor *anchor, const struct seal_key *key,
                        struct seal_line *line_out,
                        char text_out[SEAL_LINE_BYTES]);

/* Its later line, without holding it: a provider may be writing to it. */
MUST_CHECK
enum status anchor_look(const char *path, const struct seal_key *key,
                        struct seal_line *line_out);

MUST_CHECK
enum status anchor_write(struct anchor *anchor, int64_t serial,
                         const char *text, bool is_urgent);

/* Both lines, to return to when what was written since is given up together
 * with its store. STATUS_UNAVAILABLE: they could not be read, or written. */
struct anchor_lines {
    char bytes[2 * SEAL_LINE_BYTES];
    size_t size;
};
MUST_CHECK
enum status anchor_keep(const struct anchor *anchor,
                        struct anchor_lines *lines_out);
MUST_CHECK
enum status anchor_return(const struct anchor *anchor,
                          const struct anchor_lines *lines);

/* Is the file still the one of that name? */
bool anchor_is_in_place(const struct anchor *anchor);
