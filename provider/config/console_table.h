/*
 * The files of the web console: read once, when a configuration is taken into
 * use, and served from memory. No request names anything on the disk.
 *
 * What is there: plain files of known types, in the folder and in its folder
 * "assets", whose names hold letters, digits, dots, dashes and underscores. A
 * hidden file, a link, a device and whatever else is not there. A file NAME.gz
 * beside NAME is the same, compressed.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/own.h"
#include "provider/base/text.h"

enum {
    CONSOLE_FILES_MAX = 512,
    CONSOLE_FILE_MAX_BYTES = 4 * 1024 * 1024,
    CONSOLE_MAX_BYTES = 32 * 1024 * 1024,
    CONSOLE_NAME_MAX_BYTES = 128,
};

struct console_file {
    char *name; /* owned: "index.html", "assets/index-Bx1.js" */
    const char *type;
    bool is_hashed;     /* its name changes with what is in it */
    struct text plain;  /* owned */
    struct text packed; /* by gzip; owned; empty: there is none */
};

struct console_table;

/* STATUS_OK, or *why_out says what is wrong with which file; it is borrowed
 * until the next call of this thread. */
MUST_CHECK
enum status console_table_open(const char *path,
                               struct console_table **table_out,
                               const char **why_out);
struct console_table *console_table_hold(struct console_table *table);
/* Releases a hold; accepts NULL. */
void console_table_free(struct console_table *table);
DEFINE_DROP(console_table)

/* NULL: there is no file of that name. */
const struct console_file *console_table_find(const struct console_table *table,
                                              struct text name);
