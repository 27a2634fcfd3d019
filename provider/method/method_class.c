/*
 * Describes the classes: what a client needs to know to use them.
 *
 * The descriptions are the same for everybody and mention no object, so they
 * only need a session at the site's minimum level.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "rbac/catalog.h"

static const char *type_name(enum object_property_type type)
{
    switch (type) {
    case OBJECT_STRING:
        return "string";
    case OBJECT_INTEGER:
        return "integer";
    case OBJECT_BOOLEAN:
        return "boolean";
    case OBJECT_DATETIME:
        return "datetime";
    case OBJECT_STRINGS:
        return "strings";
    case OBJECT_EMBEDDED:
        return "objects";
    case OBJECT_DATETIMES:
        return "datetimes";
    }
    return "unknown";
}

static void put_flags(struct json_writer *w, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {
        {OBJECT_KEY, "key"},           {OBJECT_READ_ONLY, "read_only"},
        {OBJECT_REQUIRED, "required"}, {OBJECT_FIXED, "fixed"},
        {OBJECT_LAZY, "lazy"},         {OBJECT_UNIQUE, "unique"},
        {OBJECT_KEY_PART, "key_part"}, {OBJECT_SOUGHT, "indexed"},
    };

    writer_key(w, "flags");
    writer_array_begin(w);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (flags & names[i].flag)
            writer_string(w, names[i].name);
    writer_array_end(w);
}

static void put_properties(struct json_writer *w, const char *key,
                           const struct object_property *properties, size_t n)
{
    writer_key(w, key);
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        writer_object_begin(w);
        writer_put_string(w, "name", properties[i].name);
        writer_put_string(w, "type", type_name(properties[i].type));
        if (properties[i].max > 0 && properties[i].type == OBJECT_STRING)
            writer_put_int(w, "max_bytes", properties[i].max);
        put_flags(w, properties[i].flags);
        writer_put_string(w, "describe", properties[i].describe);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/* ---- Rights ---- */

/* {"class":"SMS_Collection","operation":"Read"} */
static void put_need(struct json_writer *w, const char *key,
                     struct object_need need)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, need.type);

    if (!type)
        return;
    writer_key(w, key);
    writer_object_begin(w);
    writer_put_string(w, "class", rbac_type_name(type));
    writer_put_string(w, "operation",
                      rbac_operation_name(type, need.operation));
    writer_object_end(w);
}

static const char *securing_name(const struct rbac_type *type)
{
    switch (type->securing) {
    case RBAC_BY_SCOPE:
        return "scope";
    case RBAC_BY_COLLECTION:
        return "collection";
    case RBAC_BY_ROLE:
        break;
    }
    return "role";
}

/* Besides the right of reading, what it needs of another object: that which a
 * deployment deploys; of an object's own type (SQL), none is named. */
static void put_also(struct json_writer *w, const struct object_class *class)
{
    const struct object_also *also = &class->also[0];
    const long type = also->type ? strtol(also->type, NULL, 10) : 0;

    if (type > 0)
        put_need(w, "also",
                 (struct object_need){(uint16_t)type, also->operation});
}

/* What each verb needs, besides reading the object. */
static void put_rights(struct json_writer *w, const struct object_class *class)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, class->type);

    if (class->read.type == OBJECT_FOR_ALL)
        writer_put_string(w, "audience", "everybody");
    if (!type)
        return;
    writer_put_int(w, "type", class->type);
    writer_put_string(w, "secured_by", securing_name(type));
    writer_put_bool(w, "has_scopes", object_class_has_scopes(class));
    writer_key(w, "rights");
    writer_object_begin(w);
    put_need(w, "read", class->read);
    put_also(w, class);
    if (class->can_create)
        put_need(w, "create", class->create);
    if (class->can_modify)
        put_need(w, "update", class->modify);
    if (class->can_remove)
        put_need(w, "delete", class->remove);
    writer_object_end(w);
}

/* What is needed on objects that properties name, besides Read. */
static void put_reference_needs(struct json_writer *w,
                                const struct object_class *class)
{
    writer_key(w, "reference_needs");
    writer_object_begin(w);
    for (size_t i = 0; i < class->n_references; i++)
        put_need(w, class->references[i].property, class->references[i].need);
    writer_object_end(w);
}

/* ---- Methods ---- */

/* "everybody": about oneself; "top": full administrators of every scope. */
static const char *audience_of(const struct object_method *method)
{
    if (method->is_for_all)
        return "everybody";
    return method->full_administrator ? "top" : "role";
}

static void put_methods(struct json_writer *w, const struct object_class *class)
{
    writer_key(w, "methods");
    writer_array_begin(w);
    for (size_t i = 0; i < class->n_methods; i++) {
        const struct object_method *method = &class->methods[i];

        writer_object_begin(w);
        writer_put_string(w, "name", method->name);
        writer_put_bool(w, "static", method->is_static);
        writer_put_string(w, "audience", audience_of(method));
        if (!method->is_for_all)
            put_need(w, "need", method->need);
        writer_put_string(w, "describe", method->describe);
        put_properties(w, "args", method->args, method->n_args);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/* Names a class's own property that holds the name of its objects. */
static void put_name_property(struct json_writer *w,
                              const struct object_class *class)
{
    for (size_t i = 0; class->name_column && i < class->n_properties; i++)
        if (class->properties[i].column &&
            strcmp(class->properties[i].column, class->name_column) == 0)
            writer_put_string(w, "name_property", class->properties[i].name);
}

/* Properties that hold the key of an object of another class. */
static void put_references(struct json_writer *w,
                           const struct object_class *class)
{
    writer_key(w, "references");
    writer_object_begin(w);
    for (size_t i = 0; i < class->n_references; i++)
        writer_put_string(w, class->references[i].property,
                          class->references[i].class->name);
    writer_object_end(w);
}

/* The entry of each class in a list. */
static void put_head(struct json_writer *w, struct text name,
                     const struct object_class *class)
{
    writer_put_text(w, "name", name);
    writer_put_string(w, "describe", class->describe);
    writer_key(w, "verbs");
    writer_array_begin(w);
    if (class->read.type)
        writer_string(w, "read");
    if (class->can_create)
        writer_string(w, "create");
    if (class->can_modify)
        writer_string(w, "update");
    if (class->can_remove)
        writer_string(w, "delete");
    writer_array_end(w);
    if (class->statements)
        writer_put_bool(w, "inventory", true);
}

static void put_items(struct json_writer *w,
                      const struct object_class *const *classes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        writer_object_begin(w);
        put_head(w, text_of(classes[i]->name), classes[i]);
        writer_object_end(w);
    }
}

static void put_all(struct json_writer *w)
{
    size_t n, n_added;
    const struct object_class *const *classes = object_classes(&n);
    const struct object_class *const *added = object_classes_added(&n_added);

    writer_object_begin(w);
    writer_key(w, "items");
    writer_array_begin(w);
    put_items(w, classes, n);
    put_items(w, added, n_added);
    writer_array_end(w);
    writer_object_end(w);
}

/* As it is documented; the class of one collection as it was asked for. */
static struct text name_of(const struct call *call,
                           const struct object_class *class)
{
    const struct text asked = params_text(call->params, "class");

    return object_class_collection(asked).size ? asked : text_of(class->name);
}

enum rpc_error run_object_classes(struct call *call, struct json_writer *result)
{
    const struct object_class *class;

    if (!params_value(call->params, "class")) {
        put_all(result);
        return RPC_DONE;
    }
    class = object_class_find(params_text(call->params, "class"));
    if (!class) {
        snprintf(call->problem.at, sizeof(call->problem.at), "class");
        call->problem.why = "There is no class of this name.";
        return RPC_INVALID;
    }
    writer_object_begin(result);
    put_head(result, name_of(call, class), class);
    put_rights(result, class);
    put_properties(result, "properties", class->properties,
                   class->n_properties);
    put_name_property(result, class);
    put_references(result, class);
    put_reference_needs(result, class);
    put_methods(result, class);
    writer_object_end(result);
    return RPC_DONE;
}
