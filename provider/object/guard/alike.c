#include "provider/object/guard/alike.h"

#include "provider/base/name.h"
#include "provider/object/guard/alike_sql.h"

enum { LOOK_MAX_BYTES = 8192 };

static const char *names_of(const struct object_class *class)
{
    if (class == &class_admin)
        return SQL_ALIKE_ADMINS;
    if (class == &class_role)
        return SQL_ALIKE_ROLES;
    if (class == &class_scope)
        return SQL_ALIKE_SCOPES;
    return NULL;
}

/* Names without an appearance were refused before. */
static void look(struct text name, struct buf *out)
{
    buf_clear(out);
    if (name_look(name, false, out) != STATUS_OK)
        buf_clear(out);
}

static bool is_plain(struct text name)
{
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] >= 0x80)
            return false;
    return true;
}

static bool is_alike(struct text name, struct buf *own, struct text other)
{
    SCOPED(buf_free) struct buf its = buf_make(LOOK_MAX_BYTES);

    if (text_equal(name, other))
        return false; /* whether that may be, the table says */
    if (is_plain(name) && is_plain(other))
        return name_is_alike(name, name, other, other);
    if (own->size == 0)
        look(name, own);
    look(other, &its);
    return own->size &&
           name_is_alike(name, buf_text(own), other, buf_text(&its));
}

enum status alike_check(struct store *store, const struct object_class *class,
                        const struct alike_question *question)
{
    SCOPED(buf_free) struct buf own = buf_make(LOOK_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const char *sql = names_of(class);
    enum status found;

    if (!sql)
        return STATUS_OK;
    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, question->row);
    store_bind_int(stmt, 2, question->is_group);
    store_bind_int(stmt, 3, question->is_declared);
    while ((found = store_step(stmt)) == STATUS_OK)
        if (is_alike(question->name, &own, store_text(stmt, 0)))
            return STATUS_CONFLICT;
    return found == STATUS_END ? STATUS_OK : found;
}
