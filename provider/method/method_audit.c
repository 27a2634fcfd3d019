/* Reading the audit, which is itself recorded (T95). */
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/store/seal.h"

enum { QUERY_DEFAULT = 100 };

enum rpc_error run_audit_query(struct call *call, struct json_writer *result)
{
    const struct audit_query query = {
        .since_s = params_integer(call->params, "since", 0),
        .until_s = params_integer(call->params, "until", 0),
        .user = params_text(call->params, "user"),
        .outcome = params_text(call->params, "outcome"),
        .event = params_text(call->params, "event"),
        .after = params_integer(call->params, "after", 0),
        .limit = params_integer(call->params, "limit", QUERY_DEFAULT),
    };

    return method_error(audit_list(call->ground->store, &query, result));
}

enum rpc_error run_audit_verify(struct call *call, struct json_writer *result)
{
    char hash[AUDIT_HASH_BYTES];
    char line[SEAL_LINE_BYTES];
    int64_t n = 0, broken = 0, head = 0;
    enum status status = audit_verify(call->ground->store, &n, &broken);

    if (status == STATUS_OK)
        status = audit_head(call->ground->store, &head, hash);
    if (status != STATUS_OK)
        return method_error(status);
    writer_object_begin(result);
    writer_put_bool(result, "intact", broken == 0);
    writer_put_int(result, "records", n);
    writer_put_int(result, "head", head);
    writer_put_string(result, "hash", hash);
    if (seal_read_text(call->ground->store, line) == STATUS_OK)
        writer_put_string(result, "checkpoint",
                          line); /* to be kept elsewhere */
    if (broken)
        writer_put_int(result, "broken", broken);
    writer_object_end(result);
    return RPC_DONE;
}
