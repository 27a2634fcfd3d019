#include "provider/wire/request.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/memory.h"
#include "provider/base/mutant.h"

/*
 * The most memory that a tree takes per byte of its text ("[0,0,..."). Short
 * lines are not checked: they fit, or nothing does.
 */
enum { TREE_TIMES = 40, ASKED_MIN_BYTES = 16 * 1024 };

static enum rpc_error fail(enum rpc_error error, const char *at,
                           const char *why, struct rpc_problem *problem)
{
    snprintf(problem->at, sizeof(problem->at), "%s", at);
    problem->why = why;
    return error;
}

/*
 * The number of brackets open at once, counted before parsing, because the
 * parser recurses. Strings are skipped; malformed ones are left to the parser.
 */
static size_t depth_of(struct text line)
{
    size_t depth = 0, deepest = 0;
    bool in_string = false;

    for (size_t i = 0; i < line.size; i++) {
        const char c = line.data[i];

        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

/* The parser silently stops at a NUL. RPC_DONE: there is none. */
static enum rpc_error find_nul(struct text line, struct rpc_problem *problem)
{
    const char *at = line.size ? memchr(line.data, '\0', line.size) : NULL;

    if (!at || MUTANT("c7-nul-on-the-wire"))
        return RPC_DONE;
    fail(RPC_PARSE, "", "JSON contains no NUL byte.", problem);
    snprintf(problem->at, sizeof(problem->at), "byte %zu",
             (size_t)(at - line.data) + 1);
    return RPC_PARSE;
}

/* Is there memory for all that the line can become? */
static bool has_room(struct text line)
{
    return line.size < ASKED_MIN_BYTES ||
           memory_has_room(line.size * TREE_TIMES);
}

/* Most lines. */
static bool read_usual(struct text line, struct rpc_message *message_out)
{
    *message_out = (struct rpc_message){0};
    if (has_room(line))
        message_out->usual = rpc_envelope_read(line);
    message_out->n_requests = message_out->usual ? 1 : 0;
    return message_out->usual != NULL;
}

static enum rpc_error read_tree(struct text line,
                                struct rpc_message *message_out,
                                struct rpc_problem *problem_out)
{
    json_error_t error;
    json_t *root;

    if (find_nul(line, problem_out) != RPC_DONE)
        return RPC_PARSE;
    if (depth_of(line) > RPC_DEPTH_MAX)
        return fail(RPC_PARSE, "nesting", "Values are nested too deep.",
                    problem_out);
    if (!has_room(line))
        return fail(RPC_UNAVAILABLE, "", NULL, problem_out);
    root = json_loadb(line.size ? line.data : "", line.size,
                      JSON_REJECT_DUPLICATES, &error);
    if (memory_was_short()) {
        json_decref(root);
        return fail(RPC_UNAVAILABLE, "", NULL, problem_out);
    }
    if (!root) {
        fail(RPC_PARSE, "", rpc_error_text(RPC_PARSE), problem_out);
        snprintf(problem_out->at, sizeof(problem_out->at), "byte %d",
                 error.position);
        return RPC_PARSE;
    }
    *message_out = (struct rpc_message){
        .root = root, .is_batch = json_is_array(root), .n_requests = 1};
    if (!message_out->is_batch)
        return RPC_DONE;
    message_out->n_requests = json_array_size(root);
    if (message_out->n_requests > 0 && message_out->n_requests <= RPC_BATCH_MAX)
        return RPC_DONE;
    rpc_message_drop(message_out);
    return fail(RPC_INVALID_REQUEST, "batch", "A batch has 1 to 1000 requests.",
                problem_out);
}

enum rpc_error rpc_message_read(struct text line,
                                struct rpc_message *message_out,
                                struct rpc_problem *problem_out)
{
    bool is_usual;

    (void)memory_was_short(); /* the reserve is full again */
    is_usual = read_usual(line, message_out);
    if (memory_was_short()) { /* nothing was lost, but the line is given up */
        rpc_message_drop(message_out);
        return fail(RPC_UNAVAILABLE, "", NULL, problem_out);
    }
    return is_usual ? RPC_DONE : read_tree(line, message_out, problem_out);
}

void rpc_message_drop(struct rpc_message *message)
{
    rpc_envelope_free(message->usual);
    json_decref(message->root);
    *message = (struct rpc_message){0};
}

static bool is_id(const json_t *id)
{
    return json_is_integer(id) || json_is_null(id) ||
           (json_is_string(id) && json_string_length(id) <= RPC_ID_MAX_BYTES);
}

static bool is_version(const json_t *version)
{
    return json_is_string(version) &&
           strcmp(json_string_value(version), "2.0") == 0;
}

static bool is_member(const char *key)
{
    static const char *const members[] = {"jsonrpc", "method", "params", "id",
                                          "traceparent"};

    for (size_t i = 0; i < ARRAY_SIZE(members); i++)
        if (strcmp(key, members[i]) == 0)
            return true;
    return false;
}

static struct text text_in(const json_t *string)
{
    return (struct text){json_string_value(string), json_string_length(string)};
}

/* A trace that cannot be found again is refused, not left out: whoever sends
 * one relies on it. */
static enum rpc_error check_trace(const json_t *trace,
                                  struct rpc_problem *problem)
{
    if (!trace || trace_is_valid(text_in(trace)))
        return RPC_DONE;
    return fail(RPC_INVALID_REQUEST, "traceparent",
                "\"traceparent\" must be as in W3C Trace Context.", problem);
}

/* Every member is one of those, and of the right type. */
static enum rpc_error check_members(json_t *request,
                                    struct rpc_problem *problem)
{
    const char *key;
    json_t *value;

    json_object_foreach (request, key, value) {
        if (!is_member(key))
            return fail(RPC_INVALID_REQUEST, key,
                        "A request has no such member.", problem);
    }
    if (!is_version(json_object_get(request, "jsonrpc")))
        return fail(RPC_INVALID_REQUEST, "jsonrpc",
                    "\"jsonrpc\" must be \"2.0\".", problem);
    value = json_object_get(request, "method");
    if (!json_is_string(value) || json_string_length(value) == 0 ||
        json_string_length(value) > RPC_METHOD_MAX_BYTES)
        return fail(RPC_INVALID_REQUEST, "method",
                    "\"method\" must be the name of a method.", problem);
    value = json_object_get(request, "params");
    if (value && !json_is_object(value))
        return fail(RPC_INVALID_REQUEST, "params",
                    "\"params\" must be an object.", problem);
    return check_trace(json_object_get(request, "traceparent"), problem);
}

static struct rpc_request request_of(const struct rpc_envelope *usual)
{
    return (struct rpc_request){
        .method = {usual->method, usual->method_size},
        .params = usual->params,
        .id = usual->id,
        .is_notification = !usual->id,
        .trace = {usual->trace, usual->has_trace ? TRACE_BYTES : 0},
    };
}

enum rpc_error rpc_request_read(const struct rpc_message *message, size_t index,
                                struct rpc_request *request_out,
                                struct rpc_problem *problem_out)
{
    json_t *request = message->is_batch ? json_array_get(message->root, index)
                                        : message->root;
    const json_t *id = json_object_get(request, "id");
    enum rpc_error error;

    if (message->usual) {
        *request_out = request_of(message->usual);
        return RPC_DONE;
    }
    *request_out = (struct rpc_request){0};
    if (!json_is_object(request))
        return fail(RPC_INVALID_REQUEST, "request",
                    "A request is a JSON object.", problem_out);
    if (id && !is_id(id))
        return fail(RPC_INVALID_REQUEST, "id",
                    "\"id\" must be a short string or a whole number.",
                    problem_out);
    request_out->id = id;
    error = check_members(request, problem_out);
    if (error != RPC_DONE)
        return error;
    request_out->method = text_in(json_object_get(request, "method"));
    request_out->trace = text_in(json_object_get(request, "traceparent"));
    request_out->params = json_object_get(request, "params");
    request_out->is_notification = !id;
    return RPC_DONE;
}
