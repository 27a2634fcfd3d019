#include "provider/odata/odata_option.h"

#include "provider/base/own.h"
#include "provider/odata/url.h"

enum { BAD_REQUEST = 400, DIGITS_MAX = 9 };

static bool read_number(struct text digits, int64_t *number_out)
{
    int64_t number = 0;

    if (digits.size == 0 || digits.size > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        number = number * 10 + (digits.data[i] - '0');
    }
    *number_out = number;
    return true;
}

/* Where the text of an option goes; NULL: it has none. */
static struct buf *place_of(struct odata_target *target, struct text name)
{
    const struct {
        const char *name;
        struct buf *place;
    } places[] = {
        {"filter", &target->filter}, {"orderby", &target->order},
        {"select", &target->select}, {"skiptoken", &target->after},
        {"wql", &target->wql},
    };

    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        if (text_equal_nocase(name, text_of(places[i].name)))
            return places[i].place;
    return NULL;
}

static bool fail_option(struct odata_target *target)
{
    return odata_fail(target, BAD_REQUEST,
                      "An option is not known here, is there twice, or has no "
                      "value: $filter, $select, $orderby, $top, $skip, $count "
                      "and $skiptoken are.");
}

static bool take_count(struct odata_target *target, struct text value)
{
    if (target->is_counted)
        return false;
    target->is_counted = text_equal_nocase(value, TEXT("true"));
    return target->is_counted || text_equal_nocase(value, TEXT("false"));
}

static bool take_expand(struct odata_target *target, struct text value)
{
    if (target->is_expanded || target->kind != ODATA_KIND_MEMBERSHIPS)
        return false;
    target->is_expanded = text_equal_nocase(value, TEXT("Collection"));
    return target->is_expanded;
}

static bool take_option(struct odata_target *target, struct text name,
                        struct text value)
{
    struct buf *place = place_of(target, name);
    bool is_taken = false;

    if (place) {
        is_taken = place->size == 0 && value.size > 0;
        buf_append_text(place, value);
        return (is_taken && buf_status(place) == STATUS_OK) ||
               fail_option(target);
    }
    if (text_equal_nocase(name, TEXT("top")))
        is_taken = target->top < 0 && read_number(value, &target->top);
    else if (text_equal_nocase(name, TEXT("skip")))
        is_taken = target->skip == 0 && read_number(value, &target->skip);
    else if (text_equal_nocase(name, TEXT("expand")))
        is_taken = take_expand(target, value);
    else if (text_equal_nocase(name, TEXT("count")))
        is_taken = take_count(target, value);
    return is_taken || fail_option(target);
}

static bool read_option(struct odata_target *target, struct text option)
{
    SCOPED(buf_free) struct buf name = buf_make(ODATA_TEXT_MAX_BYTES);
    SCOPED(buf_free) struct buf value = buf_make(ODATA_TEXT_MAX_BYTES);
    const char *equals = memchr(option.data, '=', option.size);
    const size_t n = equals ? (size_t)(equals - option.data) : option.size;
    struct text said;

    if (!url_decode((struct text){option.data, n}, true, &name) ||
        (equals && !url_decode((struct text){equals + 1, option.size - n - 1},
                               true, &value)))
        return odata_fail(target, BAD_REQUEST,
                          "The query is not encoded well.");
    said = buf_text(&name);
    if (said.size > 0 && said.data[0] == '$')
        said = (struct text){said.data + 1, said.size - 1};
    return take_option(target, said, buf_text(&value));
}

bool odata_read_query(struct odata_target *target, struct text query)
{
    while (query.size > 0) {
        const char *end = memchr(query.data, '&', query.size);
        const size_t n = end ? (size_t)(end - query.data) : query.size;

        if (n > 0 && !read_option(target, (struct text){query.data, n}))
            return false;
        query.data += end ? n + 1 : n;
        query.size -= end ? n + 1 : n;
    }
    return true;
}
