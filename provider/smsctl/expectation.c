#include "provider/smsctl/expectation.h"

#include <string.h>

#include "policy/builtin.h"
#include "policy/write.h"
#include "provider/base/text_trim.h"

enum { TEST_MAX_BYTES = 16 * 1024 };

/* Up to the next blank or the end. */
static size_t word_size(struct text text)
{
    const char *blank = memchr(text.data, ' ', text.size);

    return blank ? (size_t)(blank - text.data) : text.size;
}

enum status expectation_read(struct text words,
                             struct expectation *expectation_out)
{
    words = text_trim(words);
    for (size_t at = 0; at < words.size;) {
        const struct text rest = {words.data + at, words.size - at};
        const struct text word = {rest.data, word_size(rest)};

        if (at > 0 && rbac_catalog_class(&rbac_catalog, word)) {
            expectation_out->operation =
                text_trim((struct text){words.data, at});
            expectation_out->class_name = word;
            expectation_out->key = text_trim(
                (struct text){rest.data + word.size, rest.size - word.size});
            return STATUS_OK;
        }
        at += word.size + 1;
    }
    return STATUS_INVALID;
}

static enum smsclient_result read_option(struct console *console,
                                         enum option option,
                                         struct expectation *out)
{
    const char *value = console_value(console, option);

    if (expectation_read(text_of(value), out) != STATUS_OK)
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s needs an operation and a class, such as "
                            "'Read SMS_Application', not '%s'.",
                            option_rows[option].name, value);
    if (!console_value(console, OPTION_USER))
        return console_fail(console, SMSCLIENT_USAGE,
                            "%s needs --user: the user it is about.",
                            option_rows[option].name);
    out->can = option == OPTION_CAN;
    return SMSCLIENT_OK;
}

/* Up to two of them. */
static enum smsclient_result read_all(struct console *console,
                                      struct expectation out[2], size_t *n_out)
{
    static const enum option options[] = {OPTION_CAN, OPTION_CANNOT};
    enum smsclient_result read = SMSCLIENT_OK;
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(options) && read == SMSCLIENT_OK; i++)
        if (console_value(console, options[i]))
            read = read_option(console, options[i], &out[n++]);
    *n_out = n;
    return read;
}

/* ---- For the set ---- */

static void put_field(struct buf *out, const char *key, struct text value)
{
    buf_append_string(out, key);
    policy_write_text(value, out);
    buf_append_char(out, '\n');
}

static void put_test(const struct console *console,
                     const struct expectation *expectation, struct buf *out)
{
    const char *level = console_value(console, OPTION_LEVEL);

    put_field(out, "  - user: ", text_of(console_value(console, OPTION_USER)));
    put_field(out, expectation->can ? "    can: " : "    cannot: ",
              expectation->operation);
    put_field(out, "    class: ", expectation->class_name);
    if (expectation->key.size)
        put_field(out, "    key: ", expectation->key);
    if (level)
        put_field(out, "    level: ", text_of(level));
}

enum smsclient_result expectation_add(struct console *console,
                                      struct policy_set *set)
{
    SCOPED(buf_free) struct buf text = buf_make(TEST_MAX_BYTES);
    struct expectation all[2];
    size_t n;
    const enum smsclient_result read = read_all(console, all, &n);

    if (read != SMSCLIENT_OK || n == 0)
        return read;
    buf_append_string(&text, "version: 1\ntests:\n");
    for (size_t i = 0; i < n; i++)
        put_test(console, &all[i], &text);
    if (buf_status(&text) != STATUS_OK)
        return console_printed(console, buf_status(&text));
    return console_printed(
        console, policy_set_add(set, "(command line)", buf_text(&text)));
}

/* ---- For the provider ---- */

static json_t *test_json(const struct console *console,
                         const struct expectation *expectation)
{
    const char *level = console_value(console, OPTION_LEVEL);
    json_t *test = json_pack(
        "{s:s, s:s%, s:s%}", "user", console_value(console, OPTION_USER),
        expectation->can ? "can" : "cannot", expectation->operation.data,
        expectation->operation.size, "class", expectation->class_name.data,
        expectation->class_name.size);

    if (expectation->key.size)
        json_object_set_new(
            test, "key",
            json_stringn(expectation->key.data, expectation->key.size));
    if (level)
        json_object_set_new(test, "level", json_string(level));
    return test;
}

enum smsclient_result expectation_put(struct console *console, json_t *params)
{
    struct expectation all[2];
    size_t n;
    const enum smsclient_result read = read_all(console, all, &n);
    json_t *tests;

    if (read != SMSCLIENT_OK || n == 0)
        return read;
    tests = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(tests, test_json(console, &all[i]));
    return json_object_set_new(params, "tests", tests) == 0
               ? SMSCLIENT_OK
               : console_printed(console, STATUS_NO_MEMORY);
}
