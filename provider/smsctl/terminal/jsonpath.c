#include "provider/smsctl/terminal/jsonpath.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "provider/client/show.h"

enum {
    PARTS_MAX = 64,
    STEPS_MAX = 128,
    INDEX_MAX = 1000000,
};

enum step_kind { STEP_MEMBER, STEP_INDEX, STEP_ALL };

struct step {
    enum step_kind kind;
    struct text name; /* of STEP_MEMBER, in the path's own copy */
    int index;        /* of STEP_INDEX; negative: from the end */
};

/* Text, or steps[first..first + n). */
struct part {
    bool is_text;
    struct text text;
    size_t first;
    size_t n;
};

struct jsonpath {
    char *copy; /* owned: the template, quoted text unescaped in place */
    struct part parts[PARTS_MAX];
    size_t n_parts;
    struct step steps[STEPS_MAX];
    size_t n_steps;
};

void jsonpath_free(struct jsonpath *path)
{
    if (path)
        free(path->copy);
    free(path);
}

/* ---- Reading ---- */

struct reader {
    struct jsonpath *path;
    char *at;
    struct jsonpath_fault *fault;
};

static enum status refuse(struct reader *reader, const char *why)
{
    reader->fault->at = (size_t)(reader->at - reader->path->copy) + 1;
    reader->fault->why = why;
    return STATUS_INVALID;
}

static enum status add_part(struct reader *reader, struct part part)
{
    if (reader->path->n_parts == PARTS_MAX)
        return refuse(reader, "the template has too many parts");
    reader->path->parts[reader->path->n_parts++] = part;
    return STATUS_OK;
}

static enum status add_step(struct reader *reader, struct step step)
{
    if (reader->path->n_steps == STEPS_MAX)
        return refuse(reader, "the path has too many steps");
    reader->path->steps[reader->path->n_steps++] = step;
    return STATUS_OK;
}

static char unescape(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/* What stands in quotes, unescaped in place; at is behind the first quote. */
static enum status read_quoted(struct reader *reader, char quote,
                               struct text *text_out)
{
    char *begin = reader->at, *to = reader->at;

    while (*reader->at && *reader->at != quote) {
        if (*reader->at == '\\' && reader->at[1]) {
            *to++ = unescape(reader->at[1]);
            reader->at += 2;
        } else {
            *to++ = *reader->at++;
        }
    }
    if (!*reader->at)
        return refuse(reader, "a quote is not closed");
    reader->at++;
    *text_out = (struct text){begin, (size_t)(to - begin)};
    return STATUS_OK;
}

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* ".Name" or ".*" */
static enum status read_member(struct reader *reader)
{
    char *begin = ++reader->at;

    if (*begin == '.')
        return refuse(reader, "recursive descent (..) is not supported");
    if (*begin == '*') {
        reader->at++;
        return add_step(reader, (struct step){.kind = STEP_ALL});
    }
    while (is_of_name(*reader->at))
        reader->at++;
    if (reader->at == begin)
        return *begin == '[' || *begin == '}'
                   ? STATUS_OK /* "{.}" and "{.[0]}" are the value itself */
                   : refuse(reader, "a name must follow the dot");
    return add_step(
        reader, (struct step){.kind = STEP_MEMBER,
                              .name = {begin, (size_t)(reader->at - begin)}});
}

static enum status read_number(struct reader *reader, struct step *step)
{
    char *end;
    const long index = strtol(reader->at, &end, 10);

    if (end == reader->at || isspace((unsigned char)*reader->at) ||
        *reader->at == '+' || index > INDEX_MAX || index < -INDEX_MAX)
        return refuse(reader, "a number, * or a quoted name must stand here");
    reader->at = end;
    *step = (struct step){.kind = STEP_INDEX, .index = (int)index};
    return STATUS_OK;
}

/* "[0]", "[*]" or "['Name']" */
static enum status read_brackets(struct reader *reader)
{
    struct step step = {.kind = STEP_ALL};
    const char first = *++reader->at;

    if (first == '?')
        return refuse(reader, "filters are not supported");
    if (first == '\'' || first == '"') {
        reader->at++;
        step.kind = STEP_MEMBER;
        TRY(read_quoted(reader, first, &step.name));
    } else if (first == '*') {
        reader->at++;
    } else {
        TRY(read_number(reader, &step));
    }
    if (*reader->at == ':')
        return refuse(reader, "slices are not supported");
    if (*reader->at == ',')
        return refuse(reader, "unions are not supported");
    if (*reader->at != ']')
        return refuse(reader, "a bracket is not closed");
    reader->at++;
    return add_step(reader, step);
}

static enum status read_steps(struct reader *reader)
{
    struct part part = {.first = reader->path->n_steps};

    if (*reader->at == '$' || *reader->at == '@')
        reader->at++;
    if (*reader->at != '.' && *reader->at != '[' && *reader->at != '}')
        return refuse(reader, "a path begins with a dot; range, end and "
                              "functions are not supported");
    while (*reader->at == '.' || *reader->at == '[')
        TRY(*reader->at == '.' ? read_member(reader) : read_brackets(reader));
    part.n = reader->path->n_steps - part.first;
    return add_part(reader, part);
}

static enum status read_braces(struct reader *reader)
{
    struct part part = {.is_text = true};

    if (*++reader->at == '"') {
        reader->at++;
        TRY(read_quoted(reader, '"', &part.text));
        TRY(add_part(reader, part));
    } else {
        TRY(read_steps(reader));
    }
    if (*reader->at != '}')
        return refuse(reader, *reader->at ? "this is not supported"
                                          : "a brace is not closed");
    reader->at++;
    return STATUS_OK;
}

static enum status read_template(struct reader *reader)
{
    while (*reader->at) {
        char *begin = reader->at;

        if (*begin == '{') {
            TRY(read_braces(reader));
            continue;
        }
        reader->at += strcspn(begin, "{");
        TRY(add_part(reader, (struct part){.is_text = true,
                                           .text = {begin, (size_t)(reader->at -
                                                                    begin)}}));
    }
    return reader->path->n_parts ? STATUS_OK
                                 : refuse(reader, "the template is empty");
}

enum status jsonpath_read(struct text text, struct jsonpath **path_out,
                          struct jsonpath_fault *fault_out)
{
    OWNED(jsonpath) path = calloc(1, sizeof(*path));
    struct reader reader = {.path = path, .fault = fault_out};

    if (!path)
        return STATUS_NO_MEMORY;
    path->copy = text_dup(text);
    if (!path->copy)
        return STATUS_NO_MEMORY;
    reader.at = path->copy;
    TRY(read_template(&reader));
    *path_out = TAKE(path);
    return STATUS_OK;
}

/* ---- Writing ---- */

struct writer {
    const struct step *steps; /* [n] */
    size_t n;
    struct buf *out;
    bool has_written; /* a value before the next */
};

static void write_value(struct writer *writer, json_t *value)
{
    if (writer->has_written)
        buf_append_char(writer->out, ' ');
    writer->has_written = true;
    if (json_is_string(value)) {
        show_text(writer->out, (struct text){json_string_value(value),
                                             json_string_length(value)});
    } else if (!json_is_null(value)) {
        (void)show_json(writer->out, value, JSON_COMPACT);
    }
}

static void walk(struct writer *writer, json_t *value, size_t i);

static void walk_all(struct writer *writer, json_t *value, size_t i)
{
    void *at = json_object_iter(value);

    for (size_t j = 0; j < json_array_size(value); j++)
        walk(writer, json_array_get(value, j), i);
    for (; at; at = json_object_iter_next(value, at))
        walk(writer, json_object_iter_value(at), i);
}

static json_t *item(const json_t *list, int index)
{
    const size_t n = json_array_size(list);
    const size_t back = index < 0 ? (size_t)-index : 0;

    if (back > n)
        return NULL;
    return json_array_get(list, back ? n - back : (size_t)index);
}

static void walk(struct writer *writer, json_t *value, size_t i)
{
    const struct step *step = &writer->steps[i];

    if (!value)
        return;
    if (i == writer->n) {
        write_value(writer, value);
        return;
    }
    switch (step->kind) {
    case STEP_MEMBER:
        walk(writer, json_object_getn(value, step->name.data, step->name.size),
             i + 1);
        break;
    case STEP_INDEX:
        walk(writer, item(value, step->index), i + 1);
        break;
    case STEP_ALL:
        walk_all(writer, value, i + 1);
        break;
    }
}

void jsonpath_write(const struct jsonpath *path, json_t *value, struct buf *out)
{
    for (size_t i = 0; i < path->n_parts; i++) {
        const struct part *part = &path->parts[i];
        struct writer writer = {path->steps + part->first, part->n, out, false};

        if (part->is_text)
            buf_append_text(out, part->text);
        else
            walk(&writer, value, 0);
    }
}
