#include "auth/certificate/pem_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "auth/why.h"
#include "provider/base/base64.h"
#include "provider/base/own.h"
#include "provider/base/whole.h"

enum {
    PEM_FILE_MAX_BYTES = 64 * 1024 * 1024, /* a big CA's revocation list */
    REMAINS_MIN_BYTES = 32, /* that much base64 on a line is not a comment */
    NAME_MAX_BYTES = 32,
};

struct reading {
    const char *path;
    const struct pem_wanted *wanted;
    struct text rest; /* what follows the current line */
    unsigned line;    /* number of the current line */
    const char **why_out;
};

static enum status fail(const struct reading *reading, unsigned line,
                        const char *what)
{
    *reading->why_out = why_format("%s:%u: %s", reading->path, line, what);
    return STATUS_INVALID;
}

/* ---- Lines ---- */

static struct text trim_end(struct text text)
{
    while (text.size && strchr(" \t\r\n", text.data[text.size - 1]) &&
           text.data[text.size - 1])
        text.size--;
    return text;
}

/* The next line without its end; false: there is none. */
static bool next_line(struct reading *reading, struct text *line_out)
{
    const char *end;
    struct text line = reading->rest;

    if (line.size == 0)
        return false;
    end = memchr(line.data, '\n', line.size);
    if (end)
        line.size = (size_t)(end - line.data) + 1;
    reading->rest.data += line.size;
    reading->rest.size -= line.size;
    reading->line++;
    *line_out = trim_end(line);
    return true;
}

static bool is_base64(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* "======", "# -----" */
static bool is_rule(struct text line)
{
    for (size_t i = 0; i < line.size; i++)
        if (!strchr("=-# ", line.data[i]))
            return false;
    return true;
}

/* For a block whose first line was damaged. */
static bool is_remains(struct text line)
{
    if (is_rule(line))
        return false;
    if (memmem(line.data, line.size, "-----", 5))
        return true;
    if (line.size < REMAINS_MIN_BYTES)
        return false;
    for (size_t i = 0; i < line.size; i++)
        if (!is_base64(line.data[i]))
            return false;
    return true;
}

/* ---- Kinds ---- */

static unsigned kind_of(struct text name)
{
    static const struct {
        const char *name;
        enum pem_kind kind;
    } kinds[] = {
        {"CERTIFICATE", PEM_KIND_CERTIFICATE},
        {"X509 CERTIFICATE", PEM_KIND_CERTIFICATE},
        {"X509 CRL", PEM_KIND_REVOCATION_LIST},
        {"PRIVATE KEY", PEM_KIND_PRIVATE_KEY},
        {"RSA PRIVATE KEY", PEM_KIND_PRIVATE_KEY},
        {"EC PRIVATE KEY", PEM_KIND_PRIVATE_KEY},
        {"ENCRYPTED PRIVATE KEY", PEM_KIND_PRIVATE_KEY},
        {"EC PARAMETERS", PEM_KIND_PARAMETERS},
        {"DH PARAMETERS", PEM_KIND_PARAMETERS},
    };

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (text_equal(name, text_of(kinds[i].name)))
            return kinds[i].kind;
    return 0;
}

/* "-----BEGIN X-----" with that first word: the name X. */
static bool read_mark(struct text line, struct text word, struct text *name_out)
{
    static const struct text end = {"-----", 5};

    if (line.size <= word.size + end.size ||
        memcmp(line.data, word.data, word.size) != 0 ||
        memcmp(line.data + line.size - end.size, end.data, end.size) != 0)
        return false;
    *name_out =
        (struct text){line.data + word.size, line.size - word.size - end.size};
    return true;
}

/* ---- One block ---- */

/* Reads lines up to the END of that name; body gets them without newlines. */
static enum status read_body(struct reading *reading, struct text name,
                             struct buf *body)
{
    const unsigned begin = reading->line;
    struct text line, ended;

    while (next_line(reading, &line)) {
        if (read_mark(line, TEXT("-----END "), &ended))
            return text_equal(ended, name)
                       ? STATUS_OK
                       : fail(reading, reading->line,
                              "ends a block that did not begin here");
        if (memmem(line.data, line.size, "-----", 5))
            return fail(reading, reading->line, "a damaged line");
        buf_append_text(body, line);
    }
    return fail(reading, begin,
                "begins here and has no end: the file is truncated");
}

/* A private key may have headers; its own reader handles them. */
static enum status decode(struct reading *reading, struct pem_block *block,
                          const struct buf *body, struct buf *der)
{
    if (block->kind == PEM_KIND_PRIVATE_KEY)
        return STATUS_OK;
    if (body->size == 0 ||
        base64_read(BASE64_PLAIN, buf_text(body), der) != STATUS_OK)
        return fail(reading, block->line, "is damaged: this is not base64");
    block->der = buf_text(der);
    return STATUS_OK;
}

static enum status refuse_kind(const struct reading *reading, struct text name)
{
    char what[NAME_MAX_BYTES + 32];

    snprintf(what, sizeof(what), "a block of kind %.*s does not belong here",
             (int)(name.size < NAME_MAX_BYTES ? name.size : NAME_MAX_BYTES),
             name.data);
    return fail(reading, reading->line, what);
}

static enum status read_block(struct reading *reading, const char *begin,
                              struct text name, pem_take take, void *context)
{
    const unsigned kind = kind_of(name);
    SCOPED(buf_wipe) struct buf body = buf_make(PEM_FILE_MAX_BYTES);
    SCOPED(buf_free) struct buf der = buf_make(PEM_FILE_MAX_BYTES);
    struct pem_block block = {(enum pem_kind)kind, reading->line, {0}, {0}};
    const char *why = NULL;
    enum status status;

    if (!(kind & (reading->wanted->kinds | reading->wanted->beside)))
        return refuse_kind(reading, name);
    TRY(read_body(reading, name, &body));
    block.text = (struct text){begin, (size_t)(reading->rest.data - begin)};
    TRY(decode(reading, &block, &body, &der));
    if (!(kind & reading->wanted->kinds))
        return STATUS_OK;
    status = take(context, &block, &why);
    if (status == STATUS_INVALID)
        return fail(reading, block.line, why ? strdupa(why) : "is damaged");
    return status;
}

static enum status read_blocks(struct reading *reading, pem_take take,
                               void *context, unsigned *n_out)
{
    unsigned after =
        0; /* line of the first text that is not followed by a block */
    struct text line, name;

    for (;;) {
        const char *begin = reading->rest.data;

        if (!next_line(reading, &line))
            break;
        if (read_mark(line, TEXT("-----BEGIN "), &name)) {
            TRY(read_block(reading, begin, name, take, context));
            *n_out += kind_of(name) & reading->wanted->kinds ? 1 : 0;
            after = 0;
        } else if (is_remains(line)) {
            return fail(reading, reading->line, "remains of a block");
        } else if (line.size && !after) {
            after = reading->line;
        }
    }
    return *n_out && after
               ? fail(reading, after, "there is more after the last block")
               : STATUS_OK;
}

static void fd_drop(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

enum status pem_text_read(const char *name, struct text text,
                          const struct pem_wanted *wanted, pem_take take,
                          void *context, const char **why_out)
{
    struct reading reading = {
        .path = name, .wanted = wanted, .rest = text, .why_out = why_out};
    unsigned n = 0;

    if (text.size && memchr(text.data, '\0', text.size))
        return fail(&reading, 1, "contains a NUL: it is not PEM");
    TRY(read_blocks(&reading, take, context, &n));
    *why_out = why_format("%s: contains no %s", name, wanted->what);
    return n ? STATUS_OK : STATUS_INVALID;
}

enum status pem_file_read(const char *path, const struct pem_wanted *wanted,
                          pem_take take, void *context, const char **why_out)
{
    SCOPED(buf_wipe) struct buf file = buf_make(PEM_FILE_MAX_BYTES);
    SCOPED(fd_drop) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *why_out = why_format("%s: cannot be read", path);
    if (fd < 0 || whole_read(fd, &file) != STATUS_OK)
        return STATUS_UNAVAILABLE;
    return pem_text_read(path, buf_text(&file), wanted, take, context, why_out);
}
