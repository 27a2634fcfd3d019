#include "provider/odata/odata_address.h"

bool odata_fail(struct odata_target *target, unsigned status, const char *why)
{
    target->kind = ODATA_KIND_NONE;
    target->status = status;
    target->why = why;
    return false;
}

void odata_target_clear(struct odata_target *target)
{
    for (size_t i = 0; i < target->n_keys; i++) {
        buf_free(&target->keys[i].name);
        buf_free(&target->keys[i].value);
    }
    buf_free(&target->class_name);
    buf_free(&target->method);
    buf_free(&target->filter);
    buf_free(&target->order);
    buf_free(&target->select);
    buf_free(&target->after);
    buf_free(&target->wql);
    *target = (struct odata_target){0};
}
