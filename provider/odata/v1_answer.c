#include "provider/odata/v1_answer.h"

#include "provider/base/json_writer.h"
#include "provider/base/own.h"
#include "provider/odata/csdl.h"
#include "provider/odata/odata_body.h"
#include "provider/odata/odata_target.h"
#include "provider/odata/v1_set.h"

enum { DONE = 200, NOT_FOUND = 404 };

static void put_context(struct json_writer *w, struct text base,
                        const char *what, const char *suffix)
{
    SCOPED(buf_free) struct buf context = buf_make(ODATA_TEXT_MAX_BYTES);

    buf_append_text(&context, base);
    buf_append_format(&context, "$metadata%s%s%s", *what ? "#" : "", what,
                      suffix);
    writer_put_text(w, "@odata.context", buf_text(&context));
}

/* ---- The sets ---- */

static void put_sets(struct text base, struct json_writer *w)
{
    size_t n;
    const struct v1_set *sets = v1_sets(&n);

    put_context(w, base, "", "");
    writer_key(w, "value");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        writer_object_begin(w);
        writer_put_string(w, "name", sets[i].name);
        writer_put_string(w, "kind", "EntitySet");
        writer_put_string(w, "url", sets[i].name);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/* ---- Rows ---- */

static bool put_row(const struct v1_set *set, const json_t *row,
                    struct json_writer *w)
{
    SCOPED(buf_free) struct buf text = buf_make(w->out->max_bytes);
    struct json_writer row_writer = json_writer_make(&text);

    odata_put_json(&row_writer, row);
    return buf_status(&text) == STATUS_OK &&
           v1_put_members(set, buf_text(&text), w);
}

/* Of digits alone; one that is too long names no device. */
static int64_t number_of(const struct buf *digits)
{
    int64_t number = 0;

    for (size_t i = 0; i < digits->size && number < INT64_MAX / 16; i++)
        number = number * 10 + (buf_text(digits).data[i] - '0');
    return number;
}

/* The collection, and where it is asked for, what is said of it. */
static bool put_membership(const struct odata_target *target, const json_t *row,
                           struct json_writer *w)
{
    const struct v1_set *collection = v1_set_find(TEXT("Collection"));
    const json_t *key = json_object_get(row, "CollectionID");
    const bool is_part = target->select.size > 0;

    writer_object_begin(w);
    if (!is_part) {
        writer_put_string(w, "CollectionId", json_string_value(key));
        writer_put_int(w, "ResourceId", number_of(&target->keys[0].value));
    }
    if (target->is_expanded) {
        writer_key(w, "Collection");
        writer_object_begin(w);
        if (!put_row(collection, row, w))
            return false;
        writer_object_end(w);
    }
    writer_object_end(w);
    return json_is_string(key);
}

static bool put_one_row(const struct odata_target *target, const json_t *row,
                        struct json_writer *w)
{
    bool is_row;

    if (target->kind == ODATA_KIND_MEMBERSHIPS)
        return put_membership(target, row, w);
    writer_object_begin(w);
    is_row = put_row(target->set, row, w);
    writer_object_end(w);
    return is_row;
}

static void put_next(const struct odata_target *target, struct text base,
                     const json_t *next, struct json_writer *w)
{
    SCOPED(buf_free) struct buf link = buf_make(16 * ODATA_TEXT_MAX_BYTES);

    if (!json_is_string(next) || target->kind == ODATA_KIND_MEMBERSHIPS ||
        (target->top >= 0 && target->top <= ODATA_PAGE_ROWS))
        return;
    buf_append_text(&link, base);
    odata_target_put_next(target, json_string_value(next), &link);
    writer_put_text(w, "@odata.nextLink", buf_text(&link));
}

static bool put_list(const struct odata_target *target, struct text base,
                     const json_t *result, struct json_writer *w)
{
    const json_t *rows = json_object_get(result, "items");
    const char *name = target->kind == ODATA_KIND_MEMBERSHIPS
                           ? "ResourceCollectionMembership"
                           : target->set->name;
    bool is_whole = json_is_array(rows);

    put_context(w, base, name, "");
    writer_key(w, "value");
    writer_array_begin(w);
    for (size_t i = 0; target->top != 0 && i < json_array_size(rows); i++)
        is_whole = put_one_row(target, json_array_get(rows, i), w) && is_whole;
    writer_array_end(w);
    put_next(target, base, json_object_get(result, "next"), w);
    return is_whole;
}

/* Of v1.0 an object comes by itself. */
static bool put_one(const struct odata_target *target, struct text base,
                    const json_t *row, struct json_writer *w)
{
    put_context(w, base, target->set->name, "/$entity");
    return put_row(target->set, row, w);
}

/* ---- The answer ---- */

static bool put_whole(const struct odata_target *target, struct text base,
                      const json_t *result, struct json_writer *w)
{
    if (!target->set) {
        put_sets(base, w);
        return true;
    }
    if (!target->set->class_name)
        return put_one(target, base, result, w);
    if (target->kind == ODATA_KIND_ONE)
        return put_one(target, base,
                       json_array_get(json_object_get(result, "items"), 0), w);
    return put_list(target, base, result, w);
}

static bool is_missing(const struct odata_target *target, const json_t *result)
{
    return target->kind == ODATA_KIND_ONE && target->set->class_name &&
           json_array_size(json_object_get(result, "items")) == 0;
}

bool v1_answer_put(const struct odata_target *target, struct text base,
                   struct text reply, struct odata_answer *answer,
                   struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};
    struct json_writer w = json_writer_make(out);
    bool is_whole;

    *answer = (struct odata_answer){.status = DONE, .version = -1};
    if (rpc_reply_read(reply, &read) != STATUS_OK ||
        !json_is_object(read.result))
        return false;
    if (target->kind == ODATA_KIND_METADATA) {
        answer->type = "application/xml";
        csdl_put_v1(out);
        return true;
    }
    if (target->kind == ODATA_KIND_COUNT)
        return odata_answer_put_count(read.result, answer, out);
    if (is_missing(target, read.result)) {
        answer->status = NOT_FOUND;
        odata_answer_put_error(NOT_FOUND, "There is no such object.", NULL,
                               out);
        return true;
    }
    writer_object_begin(&w);
    is_whole = put_whole(target, base, read.result, &w);
    writer_object_end(&w);
    return is_whole;
}
