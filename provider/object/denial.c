#include "provider/object/denial.h"

#include <stdio.h>

#include "provider/base/level.h"
#include "rbac/catalog.h"

static const struct rbac_type *type_of(struct object_need need)
{
    return need.type ? rbac_catalog_type(&rbac_catalog, need.type) : NULL;
}

const char *need_class_name(struct object_need need)
{
    const struct rbac_type *type = type_of(need);

    return type ? rbac_type_name(type) : "";
}

const char *need_operation_name(struct object_need need)
{
    const struct rbac_type *type = type_of(need);
    const char *name = type ? rbac_operation_name(type, need.operation) : NULL;

    return name ? name : "";
}

struct denial denial_make(struct rbac_decision decision,
                          struct object_need need)
{
    return (struct denial){
        .is_set = true,
        .decision = decision,
        .need = need,
        .class_name = need_class_name(need),
    };
}

void denial_name_object(struct denial *denial, const char *class_name,
                        const char *key)
{
    if (class_name)
        denial->class_name = class_name;
    snprintf(denial->key, sizeof(denial->key), "%s", key);
}

const char *denial_code(const struct denial *denial)
{
    return denial->decision.reason == RBAC_REASON_NONE
               ? ""
               : rbac_reason_name(denial->decision.reason);
}

bool denial_is_of_level(const struct denial *denial)
{
    return denial->decision.verdict == RBAC_ALLOW_AT_LEVEL;
}

static void put_missing(const struct denial_missing *missing,
                        struct json_writer *w)
{
    const struct object_need need = {missing->type, missing->operation};

    writer_key(w, "missing");
    writer_object_begin(w);
    writer_put_string(w, "operation", need_operation_name(need));
    writer_put_string(w, "class", need_class_name(need));
    writer_put_string(w, "role", missing->role);
    if (missing->category[0])
        writer_put_string(w, missing->is_collection ? "collection" : "scope",
                          missing->category);
    writer_object_end(w);
}

void denial_put_lack(const struct denial *denial, struct json_writer *w)
{
    if (denial_is_of_level(denial))
        writer_put_string(w, "level_required",
                          auth_level_name(denial->decision.level_required));
    if (denial->missing.type)
        put_missing(&denial->missing, w);
}
