#include "provider/object/act/filed.h"

#include "provider/object/act/filed_sql.h"
#include "provider/object/object_private.h"
#include "rbac/catalog.h"

/* Only objects that can be moved are in folders. */
static bool is_filed(const struct object_class *class)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, class->type);

    return type && type->operations >> RBAC_OP_MOVE & 1 &&
           object_class_of_type(class->type) == class;
}

enum status filed_forget(struct object_call *call)
{
    if (!is_filed(call->class))
        return STATUS_OK;
    return store_run_with(
        call->store, SQL_FILED_FORGET,
        STORE_ARGS(STORE_INT(call->class->type), STORE_INT(call->target->row)));
}
