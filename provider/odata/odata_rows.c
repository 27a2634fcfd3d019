#include "provider/odata/odata_rows.h"

#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/json_scan.h"
#include "provider/odata/odata_address.h"

size_t odata_rows_size(struct text text)
{
    struct json_scan scan = {text, 0};
    struct text rows;

    return json_scan_now(&scan) == '[' && json_scan_value(&scan, &rows)
               ? rows.size
               : 0;
}

/* ---- The key of a row ---- */

struct key_of_row {
    const char *names[ODATA_KEY_NAMES_MAX]; /* [n] */
    struct text values[ODATA_KEY_NAMES_MAX];
    size_t n;
};

static struct key_of_row key_names(const struct object_class *class)
{
    struct key_of_row key = {.n = 0};

    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_KEY_PART &&
            key.n < ODATA_KEY_NAMES_MAX)
            key.names[key.n++] = class->properties[i].name;
    for (size_t i = 0; key.n == 0 && i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_KEY)
            key.names[key.n++] = class->properties[i].name;
    return key;
}

static void note_key(struct key_of_row *key, struct text name,
                     struct text value)
{
    if (value.size >= 2 && value.data[0] == '"')
        value = (struct text){value.data + 1, value.size - 2};
    for (size_t i = 0; i < key->n; i++)
        if (text_equal(name, text_of(key->names[i])))
            key->values[i] = value;
}

/* Passes over an object, and notes its key. */
static bool scan_row(struct json_scan *scan, struct key_of_row *key)
{
    struct text name, value;

    if (!json_scan_is(scan, '{'))
        return false;
    if (json_scan_is(scan, '}'))
        return true;
    do {
        if (!json_scan_string(scan, &name) || !json_scan_is(scan, ':') ||
            !json_scan_value(scan, &value))
            return false;
        note_key(key, name, value);
    } while (json_scan_is(scan, ','));
    return json_scan_is(scan, '}');
}

/* ---- What is said about it ---- */

static void put_lazy(const struct object_class *class, struct json_writer *w)
{
    writer_key(w, "__LAZYPROPERTIES");
    writer_array_begin(w);
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_LAZY)
            writer_string(w, class->properties[i].name);
    writer_array_end(w);
}

/* The parts of the key, joined by ';'. They are escaped as they were. */
static void put_tag(const struct key_of_row *key, struct json_writer *w)
{
    SCOPED(buf_free) struct buf tag = buf_make(ODATA_TEXT_MAX_BYTES);

    buf_append_char(&tag, '"');
    for (size_t i = 0; i < key->n; i++) {
        if (i > 0)
            buf_append_char(&tag, ';');
        if (key->values[i].size > 0)
            buf_append_text(&tag, key->values[i]);
    }
    buf_append_char(&tag, '"');
    writer_key(w, "@odata.etag");
    writer_raw(w, buf_text(&tag));
}

static void put_row(struct text row, const struct key_of_row *key,
                    const struct object_class *class, struct json_writer *w)
{
    const struct text inner = {row.data + 1, row.size - 2};

    writer_object_begin(w);
    put_tag(key, w);
    put_lazy(class, w);
    if (inner.size > 0)
        writer_raw(w, inner);
    writer_object_end(w);
}

bool odata_rows_put(struct text rows, const struct object_class *class,
                    struct json_writer *w)
{
    struct json_scan scan = {rows, 0};
    struct key_of_row key;
    size_t from;

    if (!class) {
        writer_raw(w, rows);
        return true;
    }
    writer_array_begin(w);
    if (!json_scan_is(&scan, '['))
        return false;
    if (json_scan_is(&scan, ']')) {
        writer_array_end(w);
        return true;
    }
    key = key_names(class);
    do {
        from = scan.at;
        for (size_t i = 0; i < key.n; i++)
            key.values[i] = TEXT("");
        if (!scan_row(&scan, &key))
            return false;
        put_row((struct text){rows.data + from, scan.at - from}, &key, class,
                w);
    } while (json_scan_is(&scan, ','));
    writer_array_end(w);
    return json_scan_is(&scan, ']');
}
