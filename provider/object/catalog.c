#include "provider/object/catalog.h"

#include <string.h>

#include "provider/object/catalog_sql.h"
#include "rbac/catalog.h"

#define CATALOG_SUM "object.catalog"

/* FNV-1a, kept within what the store's numbers hold. */
static uint64_t add_bytes(uint64_t sum, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < size; i++)
        sum = (sum ^ at[i]) * 1099511628211u;
    return sum;
}

static uint64_t add_type(uint64_t sum, const struct rbac_type *type)
{
    const char *name = rbac_type_name(type);

    sum = add_bytes(sum, &type->id, sizeof(type->id));
    sum = add_bytes(sum, name, strlen(name));
    sum = add_bytes(sum, &type->operations, sizeof(type->operations));
    sum = add_bytes(sum, &type->type_wide, sizeof(type->type_wide));
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *operation = rbac_operation_name(type, bit);

        if (operation)
            sum = add_bytes(sum, operation, strlen(operation));
    }
    return sum;
}

static int64_t sum_of_catalog(void)
{
    uint64_t sum = 14695981039346656037u;

    for (size_t i = 0; i < rbac_catalog.n_types; i++)
        sum = add_type(sum, &rbac_catalog.types[i]);
    return (int64_t)(sum >> 1);
}

static enum status put_operation(struct store *store,
                                 const struct rbac_type *type, int bit)
{
    const char *name = rbac_operation_name(type, bit);

    if (!(type->operations >> bit & 1) || !name)
        return STATUS_OK;
    return store_run_with(store, SQL_CATALOG_PUT_OPERATION,
                          STORE_ARGS(STORE_INT(type->id), STORE_INT(bit),
                                     STORE_TEXT(text_of(name)),
                                     STORE_INT(type->type_wide >> bit & 1)));
}

static enum status put_type(struct store *store, const struct rbac_type *type)
{
    TRY(store_run_with(
        store, SQL_CATALOG_PUT_TYPE,
        STORE_ARGS(STORE_INT(type->id),
                   STORE_TEXT(text_of(rbac_type_name(type))),
                   STORE_INT(type->securing == RBAC_BY_SCOPE),
                   STORE_INT(type->operations & type->type_wide),
                   STORE_INT(type->operations & ~type->type_wide))));
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        TRY(put_operation(store, type, bit));
    return STATUS_OK;
}

enum status catalog_put(struct store *store)
{
    const int64_t sum = sum_of_catalog();
    int64_t was;

    TRY(store_number(store, CATALOG_SUM, &was));
    if (was == sum)
        return STATUS_OK;
    TRY(store_run_with(store, SQL_CATALOG_DROP_OPERATIONS, STORE_NO_ARGS));
    TRY(store_run_with(store, SQL_CATALOG_DROP_TYPES, STORE_NO_ARGS));
    for (size_t i = 0; i < rbac_catalog.n_types; i++)
        TRY(put_type(store, &rbac_catalog.types[i]));
    return store_set_number(store, CATALOG_SUM, sum);
}
