/*
 * The descriptions that a site keeps, and the classes that are published from
 * them.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/object/inventory/inventory.h"
#include "provider/object/inventory/inventory_sql.h"
#include "provider/object/inventory/shipped.h"
#include "provider/object/site.h"

/* The number of the site's descriptions; every change of them raises it. */
#define SERIAL "inventory.serial"
/* What was shipped last. */
#define SHIPPED "inventory.shipped"

enum { ALL_MADE_MAX = 4096, SHIPPED_MAX_BYTES = 8 * 1024 * 1024 };

/* ---- Reading ---- */

/* A description in the store: texts of the row and of the JSON. */
struct stored {
    int64_t row;
    struct description description;
    json_t *json;            /* owned */
    struct store_stmt *stmt; /* lent, on the row */
};

static void stored_clear(struct stored *stored)
{
    json_decref(stored->json);
    store_done(&stored->stmt);
    *stored = (struct stored){0};
}

/* It was checked when it was stored: a fault is a fault of the store. */
static enum status read_row(struct store_stmt *stmt, struct stored *stored)
{
    const struct text text = store_text(stmt, 3);
    struct description_fault fault;

    json_decref(stored->json);
    stored->json = json_loadb(text.data ? text.data : "", text.size, 0, NULL);
    stored->row = store_int(stmt, 0);
    stored->description = (struct description){.name = store_text(stmt, 1),
                                               .describe = store_text(stmt, 2)};
    if (stored->json &&
        description_read_json(stored->json, &stored->description, &fault) ==
            STATUS_OK &&
        description_check(&stored->description, &fault) == STATUS_OK)
        return STATUS_OK;
    log_error("inventory.broken row=%" PRId64, stored->row);
    return STATUS_UNAVAILABLE;
}

static enum status find(struct store *store, struct text name,
                        struct stored *stored)
{
    TRY(store_row_with(store, SQL_INVENTORY_FIND, STORE_ARGS(STORE_TEXT(name)),
                       &stored->stmt));
    return read_row(stored->stmt, stored);
}

/* ---- Describing ---- */

enum status inventory_touch(struct store *store)
{
    int64_t serial;

    TRY(store_number(store, SERIAL, &serial));
    return store_set_number(store, SERIAL, serial + 1);
}

enum status inventory_check_room(struct store *store)
{
    int64_t n;

    TRY(store_int_with(store, SQL_INVENTORY_COUNT, STORE_NO_ARGS, &n));
    return n < DESCRIPTION_CLASSES_MAX ? STATUS_OK : STATUS_LIMIT;
}

static void text_drop(char **text)
{
    free(*text);
}

static char *json_of(const struct description *description)
{
    json_t *json = description_write_json(description);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    return text;
}

static enum status create(struct store *store,
                          const struct description *description,
                          const struct inventory_author *author)
{
    SCOPED(text_drop) char *json = json_of(description);
    int64_t row;
    char code[4];

    if (!json)
        return STATUS_NO_MEMORY;
    TRY(inventory_check_room(store));
    TRY(site_code(store, code));
    TRY(row_next(store, &class_inventory, &row));
    TRY(store_run_with(
        store, SQL_INVENTORY_ADD,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(description->name),
                   STORE_TEXT(description->describe), STORE_TEXT(text_of(json)),
                   STORE_INT(!author->is_built_in), STORE_TEXT(text_of(code)),
                   STORE_TEXT(text_of(author->user)),
                   STORE_INT(author->now_s))));
    TRY(inventory_table_make(store, row, description));
    return inventory_touch(store);
}

static enum status extend(struct store *store, const struct stored *stored,
                          const struct description *extended,
                          const struct inventory_author *author)
{
    SCOPED(text_drop) char *json = json_of(extended);

    if (!json)
        return STATUS_NO_MEMORY;
    TRY(store_run_with(
        store, SQL_INVENTORY_CHANGE,
        STORE_ARGS(STORE_INT(stored->row), STORE_TEXT(extended->describe),
                   STORE_TEXT(text_of(json)), STORE_TEXT(text_of(author->user)),
                   STORE_INT(author->now_s))));
    TRY(inventory_table_extend(store, stored->row, extended,
                               &stored->description));
    return inventory_touch(store);
}

enum status inventory_describe(struct store *store,
                               const struct description *description,
                               const struct inventory_author *author,
                               enum inventory_outcome *outcome_out,
                               struct description_fault *fault)
{
    SCOPED(stored_clear) struct stored stored = {0};
    const enum status found = find(store, description->name, &stored);
    struct description extended;

    if (found == STATUS_END) {
        *outcome_out = INVENTORY_CREATED;
        return create(store, description, author);
    }
    TRY(found);
    TRY(description_extend(&stored.description, description, &extended, fault));
    *outcome_out = INVENTORY_SAME;
    if (description_is_equal(&stored.description, &extended))
        return STATUS_OK;
    *outcome_out = INVENTORY_EXTENDED;
    return extend(store, &stored, &extended, author);
}

/* ---- Publishing ---- */

/* Everything that was ever made, the last first; guarded by the lock. */
static struct {
    pthread_mutex_t lock;
    struct inventory_class *last;
    size_t n;
    int64_t serial;
} all_made = {.lock = PTHREAD_MUTEX_INITIALIZER, .serial = -1};

static bool is_made_of(const struct inventory_class *made, int64_t row,
                       struct store_stmt *stmt)
{
    return made->row == row &&
           text_equal(text_of(made->class.name), store_text(stmt, 1)) &&
           text_equal(text_of(made->class.describe), store_text(stmt, 2)) &&
           text_equal(text_of(made->description), store_text(stmt, 3));
}

static const struct inventory_class *find_made(struct store_stmt *stmt)
{
    const int64_t row = store_int(stmt, 0);

    for (const struct inventory_class *made = all_made.last; made;
         made = made->older)
        if (is_made_of(made, row, stmt))
            return made;
    return NULL;
}

static enum status make(struct store_stmt *stmt,
                        const struct inventory_class **made_out)
{
    SCOPED(stored_clear) struct stored stored = {0};
    struct inventory_class *made;

    if (all_made.n == ALL_MADE_MAX) {
        log_error("inventory.full why=%s",
                  "classes were changed too often: restart the provider");
        return STATUS_LIMIT;
    }
    TRY(read_row(stmt, &stored));
    TRY(inventory_class_make(stored.row, &stored.description, &made));
    made->older = all_made.last;
    all_made.last = made;
    all_made.n++;
    *made_out = made;
    return STATUS_OK;
}

/* One that cannot be made is missing; the others are there. */
static enum status gather(struct store *store,
                          const struct object_class **classes, size_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status stepped;

    TRY(store_prepare(store, SQL_INVENTORY_ALL, &stmt));
    while ((stepped = store_step(stmt)) == STATUS_OK &&
           *n_out < DESCRIPTION_CLASSES_MAX) {
        const struct inventory_class *made = find_made(stmt);

        if (made || make(stmt, &made) == STATUS_OK)
            classes[(*n_out)++] = &made->class;
    }
    return stepped == STATUS_END ? STATUS_OK : stepped;
}

static enum status publish(struct store *store, int64_t serial)
{
    const struct object_class *classes[DESCRIPTION_CLASSES_MAX];
    size_t n = 0;

    TRY(gather(store, classes, &n));
    TRY(object_classes_publish(classes, n));
    all_made.serial = serial;
    return STATUS_OK;
}

enum status site_follow_classes(struct store *store, bool is_changed_only)
{
    enum status status;
    int64_t serial;

    TRY(store_number(store, SERIAL, &serial));
    pthread_mutex_lock(&all_made.lock);
    status = is_changed_only && serial == all_made.serial
                 ? STATUS_OK
                 : publish(store, serial);
    pthread_mutex_unlock(&all_made.lock);
    return status;
}

/* ---- What is shipped ---- */

static enum status read_shipped(struct arena *arena,
                                struct descriptions *shipped)
{
    struct policy_messages messages = messages_make(arena);
    const enum status status =
        descriptions_read("shipped.yaml", shipped_text(), &messages, shipped);

    for (size_t i = 0; status == STATUS_INVALID && i < messages.n_items; i++)
        log_error("inventory.shipped line=%u why=%s",
                  messages.items[i].place.line, messages.items[i].text);
    return status;
}

/* FNV-1a: tells one text from the next. */
static int64_t sum_of(struct text text)
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < text.size; i++)
        sum = (sum ^ (unsigned char)text.data[i]) * UINT64_C(1099511628211);
    return (int64_t)(sum >> 1);
}

static enum status ship(struct store *store)
{
    static const struct inventory_author author = {.user = "",
                                                   .is_built_in = true};
    OWNED(arena) arena = NULL;
    struct descriptions shipped;
    struct description_fault fault;
    enum inventory_outcome outcome;

    TRY(arena_new(SHIPPED_MAX_BYTES, &arena));
    TRY(read_shipped(arena, &shipped));
    for (size_t i = 0; i < shipped.n; i++) {
        const enum status status = inventory_describe(
            store, &shipped.of[i], &author, &outcome, &fault);

        if (status == STATUS_INVALID)
            log_warn("inventory.shipped class=%.*s why=%s",
                     (int)shipped.of[i].name.size, shipped.of[i].name.data,
                     fault.why);
        else
            TRY(status);
    }
    return STATUS_OK;
}

enum status inventory_ship(struct store *store)
{
    const int64_t sum = sum_of(shipped_text());
    int64_t was;

    TRY(store_number(store, SHIPPED, &was));
    if (was == sum)
        return STATUS_OK;
    TRY(ship(store));
    return store_set_number(store, SHIPPED, sum);
}
