/*
 * What a signed-in caller may send to the object room: filters, orders and
 * places of lists, properties and arguments. Every filter that is accepted must
 * also run: SQL that SQLite refuses would mean that a name or a value got into
 * it by another way than the table of names and the parameters.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static struct fixture *fixture;

static void prepare(void)
{
    if (fixture)
        return;
    if (fixture_make(":memory:", &fixture) != STATUS_OK)
        abort();
    make_member(fixture, "web1", "P0100014");
    make_object(fixture, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    make_object(fixture, "SMS_Package", "PackageID", "{'Name':'Tools'}");
}

static const struct object_class *pick_class(unsigned char choice)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    return classes[choice % n];
}

/* The text up to a newline; *rest is what comes after it. */
static struct text line(struct text *rest)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    const size_t size = end ? (size_t)(end - rest->data) : rest->size;
    const struct text taken = {rest->data, size};
    const size_t used = end ? size + 1 : size;

    *rest = (struct text){rest->data + used, rest->size - used};
    return taken;
}

static void try_list(unsigned char choice, struct text input)
{
    const struct object_list list = {
        .filter = line(&input),
        .order = line(&input),
        .after = line(&input),
        .limit = 2,
        .count = true,
    };
    const enum status status =
        act_list(fixture, "full", pick_class(choice)->name, &list);

    if (status != STATUS_OK && status != STATUS_INVALID)
        abort();
}

/* Anything a caller may write is answered by one of these. */
static void check(enum status status)
{
    switch (status) {
    case STATUS_OK:
    case STATUS_INVALID:
    case STATUS_NOT_FOUND:
    case STATUS_DENIED:
    case STATUS_CONFLICT:
    case STATUS_LIMIT:
        return;
    case STATUS_NO_MEMORY:
    case STATUS_UNAVAILABLE:
    case STATUS_END:
        abort();
    }
}

static bool is_object(const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const bool is = json_is_object(json);

    json_decref(json);
    return is;
}

static void try_write(unsigned char choice, struct text input)
{
    const struct object_class *class = pick_class(choice);
    SCOPED(memory_drop) char *text = text_dup(input);
    SCOPED(memory_drop) char *quoted = text_dup(input);

    /* The fixture reads ' as "; so must the look before it. */
    for (char *c = quoted; *c; c++)
        if (*c == '\'')
            *c = '"';
    if (!is_object(quoted))
        return;
    check(act_create(fixture, "analyst", class->name, text));
    check(act_create(fixture, "full", class->name, text));
    check(act_update(fixture, "full", class->name, "16777217", text));
    check(act_update(fixture, "full", class->name, "P0100014", text));
    for (size_t i = 0; i < class->n_methods; i++)
        check(act_invoke(fixture, "full", class->name, "P0100014",
                         class->methods[i].name, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    prepare();
    if (size < 2 || size > 8192)
        return 0;
    if (data[0] & 1)
        try_list(data[1], (struct text){(const char *)data + 2, size - 2});
    else
        try_write(data[1], (struct text){(const char *)data + 2, size - 2});
    return 0;
}
