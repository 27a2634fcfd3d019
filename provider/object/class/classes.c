/*
 * The table of classes, and lookups by name.
 */
#include <assert.h>
#include <stdio.h>

#include "provider/object/object_private.h"

#define LIST_CLASS(class) &(class),
static const struct object_class *const classes[] = {CLASSES(LIST_CLASS)};

const struct object_class *const *object_classes(size_t *n_out)
{
    *n_out = ARRAY_SIZE(classes);
    return classes;
}

const struct object_class *object_class_find(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (text_equal_nocase(name, text_of(classes[i]->name)))
            return classes[i];
    return NULL;
}

const struct object_class *object_class_of_methods(struct text name)
{
    return text_equal_nocase(name, text_of(class_secured.name)) ? &class_secured
                                                                : NULL;
}

bool object_class_has_scopes(const struct object_class *class)
{
    return class->label_kind == LABELS_SCOPES && !class->labels &&
           !class->is_view;
}

const struct object_class *object_class_of_scopes(int64_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (classes[i]->type == type && object_class_has_scopes(classes[i]))
            return classes[i];
    return NULL;
}

static bool is_part(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_references; i++)
        if (class->references[i].kind == OBJECT_PART_OF)
            return true;
    return false;
}

const struct object_class *object_class_of_type(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (classes[i]->type == type && !classes[i]->is_view &&
            classes[i]->label_kind != LABELS_COLLECTIONS &&
            !is_part(classes[i]))
            return classes[i];
    return NULL;
}

const struct object_method *object_method_find(const struct object_class *class,
                                               struct text name)
{
    for (size_t i = 0; i < class->n_methods; i++)
        if (text_equal_nocase(name, text_of(class->methods[i].name)))
            return &class->methods[i];
    return NULL;
}

int object_property_index(const struct object_class *class, struct text name)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (text_equal_nocase(name, text_of(class->properties[i].name)))
            return (int)i;
    return -1;
}

size_t object_property_at(const struct object_class *class, const char *name)
{
    const int index = object_property_index(class, text_of(name));

    assert(index >= 0);
    return (size_t)index;
}

enum status object_property_find(struct object_call *call, struct text name,
                                 size_t *index_out)
{
    const char *names[PROPERTIES_MAX];
    const int index = object_property_index(call->class, name);
    const char *nearest;
    char asked[64];

    if (index >= 0) {
        *index_out = (size_t)index;
        return STATUS_OK;
    }
    for (size_t i = 0; i < call->class->n_properties; i++)
        names[i] = call->class->properties[i].name;
    nearest = text_nearest(name, names, call->class->n_properties);
    snprintf(asked, sizeof(asked), "%.*s",
             (int)(name.size < 60 ? name.size : 60),
             name.data ? name.data : "");
    if (nearest)
        return fail_invalid(call, asked,
                            "%s has no such property; did you mean %s?",
                            call->class->name, nearest);
    return fail_invalid(call, asked, "%s has no such property.",
                        call->class->name);
}
