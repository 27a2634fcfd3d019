#include "provider/daemon/start_check.h"

#include "provider/base/clock.h"
#include "provider/call/condition.h"
#include "provider/daemon/store_check.h"
#include "provider/daemon/walls.h"
#include "provider/rollout/source.h"

enum { MESSAGES_MAX_BYTES = 4 * 1024 * 1024 };

/* The first of them counts; messages have all. */
static enum status check_all(struct config *config, struct buf *messages)
{
    OWNED(source) source = NULL;
    OWNED(settings) settings = NULL;
    SCOPED(buf_free) struct buf found = buf_make(MESSAGES_MAX_BYTES);
    const enum status store = store_check(config, &found);
    struct policy_facts facts;
    enum status policy = STATUS_OK;
    enum status status;

    if (config->policy_path)
        policy = source_read_directory(config->policy_path, &config->realms,
                                       &source);
    config->auth.is_trial = true;
    status = settings_new(config, &settings, messages);
    if (status == STATUS_OK)
        conditions_warn(settings, clock_wall_s(), messages);
    facts = settings_facts(settings, clock_wall_s());
    if (source && policy == STATUS_OK)
        policy = source_check(source, &facts);
    if (source)
        source_write_lines(source, messages);
    buf_append_text(messages, buf_text(&found));
    if (status == STATUS_OK)
        status = policy;
    return status == STATUS_OK ? store : status;
}

enum status start_check(const char *config_path, struct buf *messages_out)
{
    SCOPED(walls_clear) struct walls walls = {.config_path = config_path};
    struct config *config;

    TRY(walls_begin(&walls, &config, messages_out));
    return check_all(config, messages_out);
}
