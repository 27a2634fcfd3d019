#include "auth/gss_said.h"

#include "provider/base/text.h"

struct gss_said gss_said_of(gss_name_t name)
{
    struct gss_said said = {.name = name, .list = GSS_C_NO_BUFFER_SET};
    int is_of_mechanism = 0;
    OM_uint32 minor;

    said.is_listed = gss_inquire_name(&minor, name, &is_of_mechanism, NULL,
                                      &said.list) == GSS_S_COMPLETE &&
                     is_of_mechanism;
    return said;
}

void gss_said_clear(struct gss_said *said)
{
    OM_uint32 minor;

    gss_release_buffer_set(&minor, &said->list);
}

bool gss_said_may_have(const struct gss_said *said, const char *attribute)
{
    const struct text wanted = text_of(attribute);

    if (!said->is_listed)
        return true;
    for (size_t i = 0; said->list && i < said->list->count; i++) {
        const gss_buffer_desc *one = &said->list->elements[i];

        if (text_equal((struct text){one->value, one->length}, wanted))
            return true;
    }
    return false;
}
