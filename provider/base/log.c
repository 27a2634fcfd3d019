#include "provider/base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A line is written with one write(), so threads do not mix lines. */
enum { LINE_MAX_BYTES = 4096, SPEC_MAX_BYTES = 16 };

static _Atomic int least_urgent = LOG_INFO;
static _Atomic int log_fd = STDERR_FILENO;
static _Atomic bool is_journal;

struct line {
    char data[LINE_MAX_BYTES];
    size_t size;
};

static void put(struct line *line, const char *data, size_t size)
{
    /* One byte is reserved for the newline. */
    const size_t room = LINE_MAX_BYTES - 1 - line->size;

    if (size > room)
        size = room;
    memcpy(line->data + line->size, data, size);
    line->size += size;
}

static bool needs_quotes(const char *value)
{
    if (*value == '\0')
        return true;
    for (const char *c = value; *c; c++)
        if (*c <= ' ' || *c >= 0x7F || *c == '"' || *c == '\\')
            return true;
    return false;
}

static void put_value(struct line *line, const char *value)
{
    char escape[8];

    if (!value) {
        put(line, "-", 1);
        return;
    }
    if (!needs_quotes(value)) {
        put(line, value, strlen(value));
        return;
    }
    put(line, "\"", 1);
    for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
        if (*c == '"' || *c == '\\') {
            escape[0] = '\\';
            escape[1] = (char)*c;
            put(line, escape, 2);
        } else if (*c < ' ' || *c >= 0x7F) {
            snprintf(escape, sizeof(escape), "\\x%02x", *c);
            put(line, escape, 4);
        } else {
            put(line, (const char *)c, 1);
        }
    }
    put(line, "\"", 1);
}

/* Copies the conversion at *format (after its %) into spec. */
static char read_spec(const char **format, char spec[SPEC_MAX_BYTES])
{
    size_t n = 0;
    char kind;

    spec[n++] = '%';
    while (**format && strchr("hlzjtq0123456789", **format) &&
           n < SPEC_MAX_BYTES - 2)
        spec[n++] = *(*format)++;
    kind = **format;
    if (kind)
        (*format)++;
    spec[n++] = kind;
    spec[n] = '\0';
    return kind;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void put_number(struct line *line, const char *spec, va_list *args)
{
    const bool is_long = strchr(spec, 'l') || strchr(spec, 'z') ||
                         strchr(spec, 'j') || strchr(spec, 't');
    char digits[64];
    int length;

    /* NOLINTNEXTLINE(bugprone-branch-clone): the types taken differ */
    if (is_long)
        length = snprintf(digits, sizeof(digits), spec,
                          va_arg(*args, unsigned long long));
    else
        length =
            snprintf(digits, sizeof(digits), spec, va_arg(*args, unsigned int));
    if (length > 0)
        put(line, digits, (size_t)length);
}
#pragma GCC diagnostic pop

static void put_format(struct line *line, const char *format, va_list *args)
{
    char spec[SPEC_MAX_BYTES];

    while (*format) {
        const size_t plain = strcspn(format, "%");

        put(line, format, plain);
        format += plain;
        if (*format != '%')
            break;
        format++;
        switch (read_spec(&format, spec)) {
        case 's':
            put_value(line, va_arg(*args, const char *));
            break;
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o':
        case 'c':
            put_number(line, spec, args);
            break;
        default:
            put(line, "%", 1);
        }
    }
}

/* sd-daemon(3): the priority of a line. */
static void put_priority(struct line *line, enum log_level level)
{
    static const char *const priorities[] = {"<3>", "<4>", "<6>", "<7>"};

    put(line, priorities[level], strlen(priorities[level]));
}

static void put_head(struct line *line, enum log_level level)
{
    static const char *const names[] = {"error ", "warn ", "info ", "debug "};
    struct timespec now;
    struct tm utc;
    char stamp[48];
    size_t length;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    length = strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &utc);
    put(line, stamp, length);
    length = (size_t)snprintf(stamp, sizeof(stamp), ".%03dZ ",
                              (int)(now.tv_nsec / 1000000));
    put(line, stamp, length);
    put(line, names[level], strlen(names[level]));
}

void log_set_level(enum log_level level)
{
    least_urgent = (int)level;
}

void log_set_fd(int fd)
{
    log_fd = fd;
}

void log_follow_journal(const char *stream)
{
    unsigned long long device, inode;
    struct stat file;

    is_journal = stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
                 fstat(log_fd, &file) == 0 && file.st_dev == device &&
                 file.st_ino == inode;
}

void log_write(enum log_level level, const char *format, ...)
{
    struct line line;
    va_list args;
    ssize_t written;

    if ((int)level > least_urgent)
        return;
    line.size = 0;
    if (is_journal)
        put_priority(&line, level);
    else
        put_head(&line, level);
    va_start(args, format);
    put_format(&line, format, &args);
    va_end(args);
    line.data[line.size++] = '\n';
    written = write(log_fd, line.data, line.size);
    (void)written; /* the failure cannot be reported anywhere */
}
