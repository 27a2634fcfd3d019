/*
 * Files of a host's configuration: "key = value" lines, "[section]" lines and
 * comments. Read by the daemon and by a module in other people's programs, so
 * this needs nothing but the C library, and allocates nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { KEY_FILE_BYTES = 16 * 1024 };

enum key_line_kind {
    KEY_LINE_WRONG = 0,
    KEY_LINE_EMPTY, /* or a comment */
    KEY_LINE_SECTION,
    KEY_LINE_VALUE,
};

/* Points into the line that it was read from. */
struct key_line {
    enum key_line_kind kind;
    const char *key; /* or the section's name */
    const char *value;
};

/* Cuts the line, which is a string without its newline, into its parts. */
struct key_line key_line_read(char *line);

/* A number from 1 to max, in digits alone. */
bool key_number_read(const char *value, long max, long *number_out);

/* Is the word one of a list with commas between? */
bool key_list_has(const char *list, const char *word);

enum key_file_result {
    KEY_FILE_REFUSED = 0, /* not root's alone to change, too long, no file */
    KEY_FILE_MISSING,
    KEY_FILE_READ,
};

/*
 * Reads a file that root owns and nobody else can change. The caller takes it
 * line by line: key_file_line cuts off the next one, NULL at the end.
 */
struct key_file {
    char bytes[KEY_FILE_BYTES];
    char *next;
    unsigned line; /* the number of the last one taken */
};
enum key_file_result key_file_open(const char *path, struct key_file *file);
char *key_file_line(struct key_file *file);
