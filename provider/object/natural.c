#include "provider/object/natural.h"

#include "provider/base/key.h"
#include "provider/base/mutant.h"
#include "provider/object/object_private.h"

/* A name, and what is asked of each object that has it. */
struct search {
    struct store *store;
    const struct object_map *map;
    struct question_object object;
    const struct question *question;
    bool for_reading; /* only Read is asked, and must be allowed now */
};

/* One object of the name, and what was answered. */
struct found {
    struct object_target target;
    struct question_answer answer;
};

static void found_clear(struct found *found)
{
    object_target_clear(&found->target);
}

enum { KEY_BYTES = 8 };

/* "P0100014", or "P0100014.Install" of a class whose keys have parts. */
bool natural_is_key(const struct object_class *class, struct text word)
{
    const bool has_parts = word.size > KEY_BYTES && word.data[KEY_BYTES] == '.';

    if (!class->has_integer_key)
        return key_is_like(has_parts ? (struct text){word.data, KEY_BYTES}
                                     : word);
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
    return true;
}

/* Leaves out what is hidden at every level; the rest is asked one by one. */
static bool may_know(void *context, uint16_t type, uint8_t operation,
                     const uint32_t *labels, size_t n_labels)
{
    const struct question *q = context;
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .labels = labels,
        .n_labels = n_labels,
        .level = q->level > q->minimum ? q->level : q->minimum,
        .now_s = q->now_s,
    };

    return rbac_check(q->subject, &request).verdict != RBAC_DENY ||
           MUTANT("natural-hidden");
}

static enum status ask(const struct search *search, struct found *found)
{
    struct question q = *search->question;

    q.target = &found->target;
    if (!search->for_reading)
        return question_act(&q, search->object.class, &found->answer);
    found->answer = question_answer(&q);
    return found->answer.decision.verdict == RBAC_ALLOW ? STATUS_OK
                                                        : STATUS_NOT_FOUND;
}

static enum status look_at(const struct search *search, struct text key,
                           struct found *found)
{
    enum status status;

    TRY(object_target_read(search->store, search->map, search->object.class,
                           key, &found->target));
    status = ask(search, found);
    return MUTANT("natural-hidden") ? STATUS_OK : status;
}

/* The first that may be known; CONFLICT if there is a second. */
static enum status look(const struct search *search, struct found *first)
{
    const struct class_sql *sql = object_class_sql(search->object.class);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status stepped;
    size_t n = 0;

    if (!sql)
        return STATUS_NO_MEMORY;
    TRY(store_prepare(search->store, sql->by_name, &stmt));
    store_bind_text(stmt, 1, search->object.key);
    while ((stepped = store_step(stmt)) == STATUS_OK) {
        SCOPED(found_clear) struct found other = {0};
        const enum status status =
            look_at(search, store_text(stmt, 0), n ? &other : first);

        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (status == STATUS_OK && n++ > 0)
            return STATUS_CONFLICT;
    }
    if (stepped != STATUS_END)
        return stepped;
    return n ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status find(const struct search *search, struct found *found)
{
    const struct object_class *class = search->object.class;
    struct question asked = *search->question;
    const struct object_filter filter = {may_know, &asked, search->map};
    struct sight sight;
    enum status status;

    if (!class->name_column || search->object.key.size == 0 ||
        (natural_is_key(class, search->object.key) &&
         !MUTANT("natural-like-key")))
        return STATUS_NOT_FOUND;
    TRY(sight_begin(&sight, search->store, &filter));
    status = look(search, found);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = sight_status(&sight) == STATUS_OK ? status : STATUS_NO_MEMORY;
    sight_end(&sight, search->store);
    return status;
}

/* Gives the target what was found, with its row. */
static void take(struct found *found, struct object_target *target)
{
    object_target_clear(target);
    *target = found->target;
    found->target = (struct object_target){0};
}

enum status natural_act_on(struct store *store, const struct site *site,
                           struct question_object object,
                           struct question *question,
                           struct object_target *target,
                           struct question_answer *answer_out)
{
    const struct search search = {store, site->map, object, question, false};
    SCOPED(found_clear) struct found found = {0};
    enum status status =
        question_act_on(store, site, object, question, target, answer_out);

    if (status != STATUS_NOT_FOUND)
        return status;
    status = find(&search, &found);
    if (status != STATUS_OK && status != STATUS_CONFLICT)
        return status;
    *answer_out = found.answer;
    take(&found, target);
    question->target = target;
    return status;
}

enum status natural_read(struct store *store, const struct object_map *map,
                         struct question_object object,
                         const struct question *reader,
                         struct object_target *target_out)
{
    const struct search search = {store, map, object, reader, true};
    SCOPED(found_clear) struct found found = {0};
    const enum status status = find(&search, &found);

    if (status == STATUS_OK)
        take(&found, target_out);
    return status;
}
