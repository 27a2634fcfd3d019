#include "provider/object/act/complete.h"

static enum status set_site(struct object_call *call,
                            struct object_value *value)
{
    char code[4];

    TRY(site_code(call->store, code));
    return object_value_set_text(value, text_of(code));
}

static enum status keep_history(struct object_call *call,
                                enum object_history history, bool is_create,
                                struct object_value *value)
{
    const bool is_change =
        history == OBJECT_CHANGED_BY || history == OBJECT_CHANGED_ON;

    if (!is_create && !is_change)
        return STATUS_OK;
    switch (history) {
    case OBJECT_MADE_BY:
    case OBJECT_CHANGED_BY:
        return object_value_set_text(value, text_of(call->actor.user));
    case OBJECT_MADE_ON:
    case OBJECT_CHANGED_ON:
        object_value_set_int(value, call->actor.now_s);
        return STATUS_OK;
    case OBJECT_MADE_AT:
        return set_site(call, value);
    case OBJECT_NO_HISTORY:
        break;
    }
    return STATUS_OK;
}

static bool is_choice(const struct object_choices *choices, int64_t number)
{
    for (size_t i = 0; i < choices->n; i++)
        if (choices->of[i] == number)
            return true;
    return false;
}

enum status values_complete(struct object_call *call, bool is_create,
                            struct object_values *values)
{
    const struct object_class *class = call->class;

    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];
        struct object_value *value = &values->of[i];

        if (p->history)
            TRY(keep_history(call, p->history, is_create, value));
        if ((p->flags & OBJECT_DEFAULT) && (is_create || p->choices) &&
            (!value->is_given || value->is_null))
            object_value_set_int(value, p->otherwise);
        if (p->choices && !is_choice(p->choices, value->integer))
            return fail_invalid(call, p->name, "%s", p->choices->why);
    }
    return STATUS_OK;
}
