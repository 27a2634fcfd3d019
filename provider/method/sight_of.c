#include "provider/method/sight_of.h"

#include "provider/object/coverage.h"
#include "provider/object/site.h"

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

static bool covers(void *context, int64_t admin)
{
    const struct reader *reader = context;
    const struct coverage coverage = {reader->subject, reader->site->engine,
                                      reader->site->map, reader->now_s};

    return coverage_has(&coverage, admin);
}

struct reader reader_of(const struct call *call)
{
    return (struct reader){call->rights->subject, call->gate.level,
                           call->ground->now_s, call->ground->generation->site};
}

struct object_filter filter_of(const struct call *call, struct reader *reader)
{
    return (struct object_filter){
        .may_read = may_read,
        .covers = covers,
        .context = reader,
        .map = call->ground->generation->site->map,
    };
}
