#include "provider/odata/odata_target.h"

#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/odata_option.h"
#include "provider/odata/odata_path.h"
#include "provider/odata/url.h"
#include "provider/odata/v1_set.h"

enum {
    BAD_REQUEST = 400,
    NOT_FOUND = 404,
    NOT_IMPLEMENTED = 501,
    VERSION_DIGITS_MAX = 18,
};

/* ---- What may be asked of it ---- */

/* A method that changes nothing and takes nothing is read too. */
static bool is_for_reading(const struct object_method *method)
{
    return method && method->is_static && method->is_reading &&
           method->n_args == 0;
}

static unsigned verbs_of(const struct odata_target *target)
{
    switch (target->kind) {
    case ODATA_KIND_NONE: /* what is wrong is told instead */
        return ~0U;
    case ODATA_KIND_CLASSES:
    case ODATA_KIND_METADATA:
    case ODATA_KIND_OPENAPI:
    case ODATA_KIND_COUNT:
    case ODATA_KIND_QUERY:
    case ODATA_KIND_MEMBERSHIPS:
        return 1U << ODATA_GET;
    case ODATA_KIND_LIST:
        return 1U << ODATA_GET | 1U << ODATA_POST;
    case ODATA_KIND_ONE:
        return 1U << ODATA_GET | 1U << ODATA_PUT | 1U << ODATA_PATCH |
               1U << ODATA_DELETE;
    case ODATA_KIND_METHOD:
        return 1U << ODATA_POST |
               (is_for_reading(target->class_method) ? 1U << ODATA_GET : 0);
    }
    return 0;
}

static const char *allow_of(const struct odata_target *target)
{
    if (target->is_v1)
        return "GET";
    switch (target->kind) {
    case ODATA_KIND_LIST:
        return "GET, POST";
    case ODATA_KIND_ONE:
        return "GET, PUT, PATCH, DELETE";
    case ODATA_KIND_METHOD:
        return is_for_reading(target->class_method) ? "GET, POST" : "POST";
    case ODATA_KIND_NONE:
    case ODATA_KIND_CLASSES:
    case ODATA_KIND_METADATA:
    case ODATA_KIND_OPENAPI:
    case ODATA_KIND_COUNT:
    case ODATA_KIND_QUERY:
    case ODATA_KIND_MEMBERSHIPS:
        break;
    }
    return "GET";
}

bool odata_target_has_body(const struct odata_target *target)
{
    return target->verb == ODATA_POST || target->verb == ODATA_PUT ||
           target->verb == ODATA_PATCH;
}

/* ---- The whole ---- */

/* What is asked by WQL says all in it. */
static bool check_query(struct odata_target *target)
{
    const bool is_query = target->kind == ODATA_KIND_QUERY;
    const bool has_options = target->filter.size > 0 ||
                             target->select.size > 0 ||
                             target->order.size > 0 || target->is_counted;

    if (is_query == (target->wql.size > 0) && !(is_query && has_options))
        return true;
    return odata_fail(target, BAD_REQUEST,
                      "A query is asked by wql alone, below wmi/$query.");
}

/* "CLASS_METHOD": the name that a method of a class has in the metadata. */
static void read_import(struct odata_target *target)
{
    struct text name = buf_text(&target->class_name);
    struct text method = {name.data + name.size, 0};
    const struct object_class *class;

    while (name.size > 0 && name.data[name.size - 1] != '_')
        name.size--;
    if (name.size == 0)
        return;
    method.size = (size_t)(method.data - name.data) - name.size;
    method.data = name.data + name.size;
    name.size--;
    class = object_class_find(name);
    if (!class || method.size == 0 || !object_method_find(class, method))
        return;
    buf_append_text(&target->method, method);
    buf_truncate(&target->class_name, name.size);
    target->class = class;
    target->kind = ODATA_KIND_METHOD;
}

/* What clients do is asked of clients. */
static bool fail_action(struct odata_target *target)
{
    return odata_fail(target, NOT_IMPLEMENTED,
                      "There is no channel to clients here: no script, no "
                      "query of theirs and no installation can be sent to "
                      "them, and no data of extensions is kept.");
}

/* The set of v1.0, and the class behind it. */
static bool read_set(struct odata_target *target)
{
    const bool is_named = target->class_name.size > 0;

    target->class = NULL;
    target->set = v1_set_find(buf_text(&target->class_name));
    if (target->kind == ODATA_KIND_NONE)
        return false;
    if ((is_named && !target->set) || target->kind == ODATA_KIND_QUERY)
        return odata_fail(target, NOT_FOUND, "There is no such set.");
    if (target->kind == ODATA_KIND_METHOD)
        return fail_action(target);
    if (target->set && target->set->class_name)
        target->class = object_class_find(text_of(target->set->class_name));
    if (target->kind == ODATA_KIND_MEMBERSHIPS &&
        !text_equal(text_of(target->set->name), TEXT("Device")))
        return odata_fail(target, NOT_FOUND, "There is nothing here.");
    if (target->is_counted)
        return odata_fail(target, BAD_REQUEST,
                          "$count=true is for wmi; ask for /$count here.");
    return true;
}

struct odata_target odata_target_read(enum odata_verb verb, struct text path,
                                      struct text query)
{
    struct odata_target target = {
        .verb = verb,
        .class_name = buf_make(ODATA_TEXT_MAX_BYTES),
        .method = buf_make(ODATA_TEXT_MAX_BYTES),
        .filter = buf_make(ODATA_TEXT_MAX_BYTES),
        .order = buf_make(ODATA_TEXT_MAX_BYTES),
        .select = buf_make(ODATA_TEXT_MAX_BYTES),
        .after = buf_make(ODATA_TEXT_MAX_BYTES),
        .wql = buf_make(ODATA_TEXT_MAX_BYTES),
        .top = -1,
        .if_version = -1,
    };

    if (odata_read_path(&target, path))
        (void)(odata_read_query(&target, query) && check_query(&target));
    if (target.class_name.size > 0)
        target.class = object_class_find(buf_text(&target.class_name));
    if (target.kind == ODATA_KIND_LIST && !target.class && !target.is_v1)
        read_import(&target);
    if (target.class && target.method.size > 0)
        target.class_method =
            object_method_find(target.class, buf_text(&target.method));
    if (target.is_v1)
        read_set(&target);
    target.allow = allow_of(&target);
    target.is_allowed = target.kind == ODATA_KIND_NONE ||
                        ((verbs_of(&target) & 1U << verb) != 0 &&
                         (!target.is_v1 || verb == ODATA_GET));
    return target;
}

/* ---- If-Match ---- */

/* "5" in its quotes, W/ or not. */
int64_t odata_version_of(struct text tag)
{
    int64_t version = 0;

    if (tag.size > 2 && memcmp(tag.data, "W/", 2) == 0)
        tag = (struct text){tag.data + 2, tag.size - 2};
    if (tag.size < 3 || tag.size > VERSION_DIGITS_MAX + 2 ||
        tag.data[0] != '"' || tag.data[tag.size - 1] != '"')
        return -1;
    for (size_t i = 1; i + 1 < tag.size; i++) {
        if (tag.data[i] < '0' || tag.data[i] > '9')
            return -1;
        version = version * 10 + (tag.data[i] - '0');
    }
    return version;
}

/* What is no tag of ours is of no version that there is. */
void odata_target_match(struct odata_target *target, struct text tag)
{
    if (!tag.data || text_equal(tag, TEXT("*")))
        return;
    target->if_version = odata_version_of(tag);
    if (target->if_version < 0)
        target->if_version = INT64_MAX;
}

/* ---- Addresses ---- */

static void put_option(struct buf *out, const char *name,
                       const struct buf *value)
{
    if (value->size == 0)
        return;
    buf_append_format(out, "$%s=", name);
    url_encode(buf_text(value), out);
    buf_append_char(out, '&');
}

void odata_target_put_next(const struct odata_target *target, const char *after,
                           struct buf *out)
{
    buf_append_text(out, buf_text(&target->class_name));
    buf_append_char(out, '?');
    put_option(out, "wql", &target->wql);
    put_option(out, "filter", &target->filter);
    put_option(out, "orderby", &target->order);
    put_option(out, "select", &target->select);
    if (target->top >= 0)
        buf_append_format(out, "$top=%lld&",
                          (long long)(target->top - ODATA_PAGE_ROWS));
    if (target->skip > 0)
        buf_append_format(out, "$skip=%lld&", (long long)target->skip);
    if (target->is_counted)
        buf_append_string(out, "$count=true&");
    buf_append_string(out, "$skiptoken=");
    url_encode(text_of(after), out);
}

void odata_target_put_address(const struct odata_target *target,
                              struct text key, struct buf *out)
{
    buf_append_text(out, buf_text(&target->class_name));
    buf_append_char(out, '/');
    url_encode(key, out);
}
