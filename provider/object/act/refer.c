/*
 * References of an object: they must exist, be readable, and the reference's
 * right must be held on them. A hidden object is refused like a missing one.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/act/complete.h"

enum { NAME_PART_BYTES = 121 };

/* Names of the first two that an object refers to. */
struct names {
    char of[2][NAME_PART_BYTES];
    size_t n;
};

static bool is_missing(const struct object_property *property,
                       const struct object_value *value)
{
    return !value->is_given || value->is_null ||
           (property->type == OBJECT_STRING && value->text.size == 0);
}

static bool is_same(const struct object_property *property,
                    const struct object_value *a, const struct object_value *b)
{
    return property->type == OBJECT_INTEGER ? a->integer == b->integer
                                            : text_equal(a->text, b->text);
}

/* ---- By name ---- */

static enum status set_key(const struct object_class *class,
                           const struct object_target *target,
                           struct object_value *key)
{
    if (!class->has_integer_key)
        return object_value_set_text(key, text_of(target->key));
    object_value_set_int(key, target->row);
    return STATUS_OK;
}

static enum status find_named(struct object_call *call,
                              const struct object_reference *reference,
                              struct text name, struct object_value *key)
{
    SCOPED(object_target_clear) struct object_target target = {0};

    TRY(reference_find(call, reference, reference->by_name, name, &target));
    return set_key(reference->class, &target, key);
}

/* One of the two is given. */
static enum status refer_by_name(struct object_call *call,
                                 const struct object_reference *reference,
                                 struct object_values *values,
                                 struct object_value *key)
{
    const struct object_value *name =
        &values->of[object_property_at(call->class, reference->by_name)];

    if (key->is_given && name->is_given)
        return fail_invalid(call, reference->by_name, "Give either this or %s.",
                            reference->property);
    if (key->is_given)
        return STATUS_OK;
    if (!name->is_given)
        return fail_invalid(call, reference->property,
                            "%s is missing. Give it, or %s.", call->class->name,
                            reference->by_name);
    return find_named(call, reference, name->text, key);
}

/* ---- Each ---- */

static void note_name(struct names *names, const char *name)
{
    if (names->n < ARRAY_SIZE(names->of))
        snprintf(names->of[names->n++], NAME_PART_BYTES, "%.*s",
                 NAME_PART_BYTES - 1, name);
}

/* Is it unchanged? For a key that is not disclosed to everybody, only if it is
 * not given: giving it again must not reveal that it was right. */
static bool is_kept(const struct object_property *property,
                    const struct object_value *old,
                    const struct object_value *key)
{
    return is_same(property, old, key) && (!property->computed || !key->json);
}

static enum status check_target(struct object_call *call,
                                const struct object_reference *reference,
                                const struct object_value *key,
                                struct names *names)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    char number[24];

    snprintf(number, sizeof(number), "%" PRId64, key->integer);
    TRY(actor_refer(call, reference->property, reference->class,
                    reference->class->has_integer_key ? text_of(number)
                                                      : key->text,
                    &target));
    if (reference->need.type)
        TRY(actor_need(call, reference->need, &target));
    note_name(names, target.name);
    return STATUS_OK;
}

/* The rows of a device follow each other. */
static bool is_asked(const struct object_call *call,
                     const struct object_reference *reference,
                     const struct object_value *key)
{
    const struct object_batch *batch = call->batch;

    return batch && batch->referred == reference &&
           (batch->referred_row == key->integer ||
            MUTANT("inventory-any-device"));
}

static void note_asked(struct object_call *call,
                       const struct object_reference *reference,
                       const struct object_value *key)
{
    struct object_batch *batch = call->batch;

    if (!batch || !batch->is_quiet || call->class->n_references != 1 ||
        !reference->class->has_integer_key)
        return;
    batch->referred = reference;
    batch->referred_row = key->integer;
}

static enum status refer(struct object_call *call,
                         const struct object_reference *reference,
                         const struct object_values *old,
                         struct object_values *values, struct names *names)
{
    const size_t at = object_property_at(call->class, reference->property);
    const struct object_property *property = &call->class->properties[at];
    struct object_value *key = &values->of[at];

    if (!old && reference->by_name)
        TRY(refer_by_name(call, reference, values, key));
    if (is_missing(property, key) ||
        (old && is_kept(property, &old->of[at], key)))
        return STATUS_OK;
    if (is_asked(call, reference, key))
        return STATUS_OK;
    TRY(check_target(call, reference, key, names));
    note_asked(call, reference, key);
    return STATUS_OK;
}

static enum status name_after(struct object_call *call,
                              const struct names *names,
                              struct object_values *values)
{
    const struct object_class *class = call->class;
    char text[2 * NAME_PART_BYTES + 8];

    if (names->n < ARRAY_SIZE(names->of))
        return STATUS_OK;
    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(class->properties[i].flags & OBJECT_NAMED_AFTER) ||
            !is_missing(&class->properties[i], &values->of[i]))
            continue;
        snprintf(text, sizeof(text), "%s to %s", names->of[0], names->of[1]);
        TRY(object_value_set_text(&values->of[i], text_of(text)));
    }
    return STATUS_OK;
}

enum status values_refer(struct object_call *call,
                         const struct object_values *old,
                         struct object_values *values)
{
    struct names names = {0};

    for (size_t i = 0; i < call->class->n_references; i++)
        TRY(refer(call, &call->class->references[i], old, values, &names));
    return old ? STATUS_OK : name_after(call, &names, values);
}
