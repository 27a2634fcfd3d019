/* Counters for monitoring. */
#include "provider/call/metric_report.h"
#include "provider/method/methods.h"
#include "provider/store/seal.h"

static struct metric_view view_of(const struct call *call)
{
    return (struct metric_view){
        .metrics = call->ground->metrics,
        .settings = call->peer ? call->peer->settings : NULL,
        .generation = (int64_t)call->ground->generation->number,
        .now_s = call->ground->now_s,
        .now_ms = call->ground->now_ms,
    };
}

enum rpc_error run_server_metrics(struct call *call, struct json_writer *result)
{
    const struct metric_view view = view_of(call);

    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    metric_report_put(&view, call->ground->methods, result);
    writer_object_end(result);
    return RPC_DONE;
}

/* Writes nothing and needs no sign-in, so it works when the disk is full. */
enum rpc_error run_server_status(struct call *call, struct json_writer *result)
{
    const struct metric_view view = view_of(call);
    char line[SEAL_LINE_BYTES];

    if (!call->ground->metrics)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    writer_put_string(result, "site", view.settings->config->site_code);
    writer_put_string(result, "version", SMS_VERSION);
    writer_put_string(
        result, "checkpoint",
        seal_read_text(call->ground->store, line) == STATUS_OK ? line : NULL);
    metric_report_put(&view, call->ground->methods, result);
    writer_object_end(result);
    return RPC_DONE;
}
