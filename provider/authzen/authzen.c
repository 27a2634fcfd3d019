#include "provider/authzen/authzen.h"

#include "provider/base/own.h"

struct authzen authzen_read(struct text path, struct text query)
{
    static const char *const paths[AUTHZEN_N_KINDS] = {
        [AUTHZEN_NONE] = NULL,
        [AUTHZEN_CHECK] = "check",
        [AUTHZEN_EXPLAIN] = "explain",
        [AUTHZEN_WHO_CAN] = "who-can",
        [AUTHZEN_WHAT_CAN] = "what-can",
        [AUTHZEN_EVALUATION] = "v1/evaluation",
        [AUTHZEN_EVALUATIONS] = "v1/evaluations",
        [AUTHZEN_SUBJECTS] = "v1/search/subject",
        [AUTHZEN_RESOURCES] = "v1/search/resource",
        [AUTHZEN_ACTIONS] = "v1/search/action",
        [AUTHZEN_CONFIGURATION] = "",
    };
    struct authzen asked = {.query = buf_make(AUTHZEN_TEXT_MAX_BYTES)};

    for (int i = AUTHZEN_CHECK; i < AUTHZEN_N_KINDS; i++)
        if (text_equal(path, text_of(paths[i])))
            asked.kind = (enum authzen_kind)i;
    if (query.size > 0)
        buf_append_text(&asked.query, query);
    return asked;
}

void authzen_clear(struct authzen *asked)
{
    buf_free(&asked->query);
    *asked = (struct authzen){0};
}

bool authzen_is_read(const struct authzen *asked)
{
    return asked->kind == AUTHZEN_CHECK || asked->kind == AUTHZEN_EXPLAIN ||
           asked->kind == AUTHZEN_WHO_CAN || asked->kind == AUTHZEN_WHAT_CAN ||
           asked->kind == AUTHZEN_CONFIGURATION;
}
