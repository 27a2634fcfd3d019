#include "provider/agent/agent_line.h"

#include <string.h>

void agent_line_drop(struct agent_line *line)
{
    rpc_message_drop(&line->message);
}

static bool begins(struct text method, const char *with)
{
    const size_t size = strlen(with);

    return method.size >= size && memcmp(method.data, with, size) == 0;
}

/* NULL: it may be relayed. */
static const char *why_not(const struct agent_line *line,
                           const struct rpc_request *request)
{
    if (line->message.is_batch)
        return "An agent relays single requests.";
    if (request->is_notification || !request->id || json_is_null(request->id))
        return "An agent relays only requests that are answered.";
    if (begins(request->method, "auth.") ||
        text_equal(request->method, TEXT("session.end")))
        return "The session is the agent's: a request cannot change or end it.";
    if (text_equal(request->method, TEXT("object.import")))
        return "The batches of an import need a session of their own.";
    return NULL;
}

void agent_line_read(struct text line, struct agent_line *line_out)
{
    struct rpc_problem problem = {.why = NULL};
    struct rpc_request request = {.id = NULL};

    *line_out = (struct agent_line){.id = NULL};
    line_out->error = rpc_message_read(line, &line_out->message, &problem);
    if (line_out->error == RPC_DONE)
        line_out->error =
            rpc_request_read(&line_out->message, 0, &request, &problem);
    line_out->id = request.id;
    line_out->why = problem.why;
    if (line_out->error != RPC_DONE)
        return;
    line_out->why = why_not(line_out, &request);
    if (line_out->why)
        line_out->error = RPC_INVALID_REQUEST;
}
