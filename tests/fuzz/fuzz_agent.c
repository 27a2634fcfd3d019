/*
 * What an agent is told, and what it says: the request of a command, the lines
 * that it relays, and its answers. Nothing that is relayed changes the session,
 * and no answer makes a success of a failure.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "provider/agent/agent_answer.h"
#include "provider/agent/agent_line.h"
#include "provider/client/answer.h"

enum { PROMPT_BYTES = 64 };

static void try_request(struct text line)
{
    SCOPED(agent_request_drop) struct agent_request request = {NULL};
    struct smsclient_options options;

    if (agent_request_read(line, &request) != STATUS_OK) {
        assert(!request.root);
        return;
    }
    assert(request.act != AGENT_NOTHING);
    if (!request.key)
        return;
    agent_request_options(&request, &options);
    assert(options.server && *options.server);
    assert(agent_request_is_alike(&request, &request));
}

/* A method as it would be called: with its escapes read. */
static bool is_harmless(const struct agent_line *line)
{
    struct rpc_problem problem;
    struct rpc_request request;

    assert(rpc_request_read(&line->message, 0, &request, &problem) == RPC_DONE);
    return !line->message.is_batch && !request.is_notification &&
           !(request.method.size >= 5 &&
             memcmp(request.method.data, "auth.", 5) == 0) &&
           !text_equal(request.method, TEXT("session.end")) &&
           !text_equal(request.method, TEXT("object.import"));
}

static void try_line(struct text text)
{
    SCOPED(agent_line_drop) struct agent_line line = {.id = NULL};

    agent_line_read(text, &line);
    assert(line.error == RPC_DONE ? line.id && is_harmless(&line)
                                  : line.why != NULL);
}

static bool decline(void *context, const char *text, bool echo, char *answer,
                    size_t size)
{
    (void)context;
    (void)echo;
    (void)answer;
    (void)size;
    for (; *text; text++)
        assert((unsigned char)*text >= 0x20 && *text != 0x7F);
    return false;
}

static void try_answer(struct text line)
{
    const struct smsclient_options options = {.prompt = decline};
    SCOPED(buf_wipe) struct buf said = buf_make(AGENT_ANSWER_MAX_BYTES);
    SCOPED(answer_drop) json_t *root = agent_answer_read(line);
    struct smsclient *client = smsclient_new();
    char answer[PROMPT_BYTES];

    assert(client);
    assert(agent_answer_take_failure(root, client) != STATUS_OK);
    assert(smsclient_failure(client)->result != SMSCLIENT_OK);
    smsclient_free(client);
    assert(agent_answer_ask(root, &options, &said) == STATUS_OK);
    assert(text_equal(buf_text(&said), TEXT("-\n")));
    if (agent_answer_read_prompt(line, answer, sizeof(answer)))
        assert(strlen(answer) == line.size - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text line = {size ? (const char *)data : "", size};

    try_request(line);
    try_line(line);
    try_answer(line);
    return 0;
}
