#include "provider/host/key_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Lines ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static char *trim(char *text)
{
    size_t size;

    while (is_space(*text))
        text++;
    size = strlen(text);
    while (size && is_space(text[size - 1]))
        size--;
    text[size] = '\0';
    return text;
}

struct key_line key_line_read(char *line)
{
    char *text = trim(line);
    const size_t size = strlen(text);
    char *equals;

    if (size == 0 || text[0] == '#')
        return (struct key_line){.kind = KEY_LINE_EMPTY};
    if (text[0] == '[') {
        if (text[size - 1] != ']')
            return (struct key_line){.kind = KEY_LINE_WRONG};
        text[size - 1] = '\0';
        text = trim(text + 1);
        return (struct key_line){*text ? KEY_LINE_SECTION : KEY_LINE_WRONG,
                                 text, ""};
    }
    equals = strchr(text, '=');
    if (!equals)
        return (struct key_line){.kind = KEY_LINE_WRONG};
    *equals = '\0';
    text = trim(text);
    return (struct key_line){*text ? KEY_LINE_VALUE : KEY_LINE_WRONG, text,
                             trim(equals + 1)};
}

/* ---- Values ---- */

bool key_number_read(const char *value, long max, long *number_out)
{
    char *end = NULL;
    const long number = strtol(value, &end, 10);

    if (*value < '0' || *value > '9' || *end || number < 1 || number > max)
        return false;
    *number_out = number;
    return true;
}

bool key_list_has(const char *list, const char *word)
{
    const size_t size = strlen(word);

    while (*list) {
        const size_t length = strcspn(list, ",");

        if (length == size && size && memcmp(list, word, size) == 0)
            return true;
        list += length;
        list += *list == ',';
    }
    return false;
}

/* ---- Files ---- */

static bool is_roots_alone(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == 0 &&
           !(info.st_mode & (S_IWGRP | S_IWOTH));
}

static bool read_whole(int fd, struct key_file *file)
{
    size_t size = 0;

    while (size < sizeof(file->bytes)) {
        const ssize_t n =
            read(fd, file->bytes + size, sizeof(file->bytes) - size);

        if (n == 0) {
            file->bytes[size] = '\0';
            return strlen(file->bytes) == size; /* text, to its end */
        }
        if (n < 0 && errno != EINTR)
            return false;
        size += n > 0 ? (size_t)n : 0;
    }
    return false;
}

enum key_file_result key_file_open(const char *path, struct key_file *file)
{
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool is_read;

    file->line = 0;
    file->next = file->bytes;
    file->bytes[0] = '\0';
    if (fd < 0)
        return errno == ENOENT ? KEY_FILE_MISSING : KEY_FILE_REFUSED;
    is_read = is_roots_alone(fd) && read_whole(fd, file);
    close(fd);
    return is_read ? KEY_FILE_READ : KEY_FILE_REFUSED;
}

char *key_file_line(struct key_file *file)
{
    char *line = file->next;
    char *end;

    if (!line || !*line)
        return NULL;
    end = strchr(line, '\n');
    if (end)
        *end++ = '\0';
    file->next = end;
    file->line++;
    return line;
}
