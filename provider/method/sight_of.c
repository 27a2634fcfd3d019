#include "provider/method/sight_of.h"

static bool may_read(void *context, uint16_t type, uint8_t operation,
                     const uint32_t *labels, size_t n_labels)
{
    const struct reader *reader = context;
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .is_type_wide = !labels,
        .labels = labels,
        .n_labels = n_labels,
        .level = reader->level,
        .now_s = reader->now_s,
    };

    return rbac_check(reader->subject, &request).verdict == RBAC_ALLOW;
}

struct reader reader_of(const struct call *call)
{
    return (struct reader){call->rights->subject, call->gate.level,
                           call->ground->now_s};
}

struct object_filter filter_of(const struct call *call, struct reader *reader)
{
    return (struct object_filter){
        .may_read = may_read,
        .context = reader,
        .map = call->ground->generation->site->map,
    };
}
