#include "provider/smsctl/terminal/yaml.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "provider/base/own.h"

enum { PLAIN_MAX_BYTES = 60 };

/* ---- Scalars ---- */

/* Words that are no strings in one version of YAML or another. */
static const char *const taken[] = {"true", "false", "yes", "no",  "on", "off",
                                    "null", "y",     "n",   "nan", "inf"};

static bool is_plain_character(char c)
{
    return isalnum((unsigned char)c) || strchr("._/@+-", c);
}

/* Begins with a letter, and cannot be taken for anything but a string. */
static bool is_plain(const char *text, size_t size)
{
    if (size == 0 || size > PLAIN_MAX_BYTES || !isalpha((unsigned char)*text))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!is_plain_character(text[i]) &&
            !(text[i] == ' ' && i + 1 < size && text[i + 1] != ' '))
            return false;
    for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
        if (strlen(taken[i]) == size && strncasecmp(taken[i], text, size) == 0)
            return false;
    return true;
}

static bool put_scalar(yaml_emitter_t *emitter, const char *text, size_t size,
                       bool is_plain_style)
{
    yaml_event_t event;

    return yaml_scalar_event_initialize(
               &event, NULL, NULL, (const yaml_char_t *)text, (int)size, 1, 1,
               is_plain_style ? YAML_PLAIN_SCALAR_STYLE
                              : YAML_DOUBLE_QUOTED_SCALAR_STYLE) &&
           yaml_emitter_emit(emitter, &event);
}

static bool put_string(yaml_emitter_t *emitter, const char *text, size_t size)
{
    return put_scalar(emitter, text, size, is_plain(text, size));
}

/* Numbers, true, false and null are written as in JSON. */
static bool put_other(yaml_emitter_t *emitter, const json_t *value)
{
    SCOPED(memory_drop) char *text = json_dumps(value, JSON_ENCODE_ANY);

    return text && put_scalar(emitter, text, strlen(text), true);
}

/* ---- Lists and maps ---- */

static bool put_value(yaml_emitter_t *emitter, json_t *value);

/* What is empty stands on one line. */
static bool put_list(yaml_emitter_t *emitter, json_t *list)
{
    yaml_event_t event;
    bool is_put = yaml_sequence_start_event_initialize(
                      &event, NULL, NULL, 1,
                      json_array_size(list) ? YAML_BLOCK_SEQUENCE_STYLE
                                            : YAML_FLOW_SEQUENCE_STYLE) &&
                  yaml_emitter_emit(emitter, &event);

    for (size_t i = 0; is_put && i < json_array_size(list); i++)
        is_put = put_value(emitter, json_array_get(list, i));
    return is_put && yaml_sequence_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event);
}

static bool put_map(yaml_emitter_t *emitter, json_t *map)
{
    yaml_event_t event;
    void *at = json_object_iter(map);
    bool is_put =
        yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
                                            at ? YAML_BLOCK_MAPPING_STYLE
                                               : YAML_FLOW_MAPPING_STYLE) &&
        yaml_emitter_emit(emitter, &event);

    for (; is_put && at; at = json_object_iter_next(map, at)) {
        const char *key = json_object_iter_key(at);

        is_put = put_string(emitter, key, strlen(key)) &&
                 put_value(emitter, json_object_iter_value(at));
    }
    return is_put && yaml_mapping_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event);
}

static bool put_value(yaml_emitter_t *emitter, json_t *value)
{
    if (json_is_object(value))
        return put_map(emitter, value);
    if (json_is_array(value))
        return put_list(emitter, value);
    if (json_is_string(value))
        return put_string(emitter, json_string_value(value),
                          json_string_length(value));
    return put_other(emitter, value);
}

/* ---- The document ---- */

static bool begin(yaml_emitter_t *emitter)
{
    yaml_event_t event;

    return yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) &&
           yaml_emitter_emit(emitter, &event) &&
           yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) &&
           yaml_emitter_emit(emitter, &event);
}

static bool end(yaml_emitter_t *emitter)
{
    yaml_event_t event;

    return yaml_document_end_event_initialize(&event, 1) &&
           yaml_emitter_emit(emitter, &event) &&
           yaml_stream_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event) && yaml_emitter_flush(emitter);
}

enum status yaml_print(json_t *value, FILE *file)
{
    yaml_emitter_t emitter;
    bool is_put;

    if (!yaml_emitter_initialize(&emitter))
        return STATUS_NO_MEMORY;
    yaml_emitter_set_output_file(&emitter, file);
    yaml_emitter_set_unicode(&emitter, 0); /* escaped, for terminals too */
    yaml_emitter_set_width(&emitter, -1);
    is_put = begin(&emitter) && put_value(&emitter, value) && end(&emitter);
    yaml_emitter_delete(&emitter);
    return is_put ? STATUS_OK : STATUS_UNAVAILABLE;
}
