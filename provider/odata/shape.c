#include "provider/odata/shape.h"

void shape_each_class(void (*visit)(const struct object_class *class,
                                    void *context),
                      void *context)
{
    size_t n, n_added;
    const struct object_class *const *classes = object_classes(&n);
    const struct object_class *const *added = object_classes_added(&n_added);

    for (size_t i = 0; i < n; i++)
        visit(classes[i], context);
    for (size_t i = 0; i < n_added; i++)
        visit(added[i], context);
}

/* A bag that may be there once is an object. */
bool shape_is_many(const struct object_property *property)
{
    if (property->type == OBJECT_EMBEDDED)
        return !(property->flags & OBJECT_BAG && property->max == 1);
    return property->type == OBJECT_STRINGS ||
           property->type == OBJECT_DATETIMES;
}
