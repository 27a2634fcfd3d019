/* A backup of the store, for root of the host: who may read its files anyway.
 * Its beginning is on record; a connection has one at a time. */
#include "provider/base/base64.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/store/backup.h"
#include "provider/store/seal.h"

enum { PART_MAX_BYTES = 2 * BACKUP_PAGES_MAX * BACKUP_PAGE_BYTES };

enum rpc_error run_backup_begin(struct call *call, struct json_writer *result)
{
    struct store *store = call->ground->store;
    OWNED(backup) backup = NULL;
    char line[SEAL_LINE_BYTES];
    enum status status;

    if (seal_read_text(store, line) != STATUS_OK)
        return RPC_UNAVAILABLE;
    status = backup_open(store, &backup);
    if (status == STATUS_LIMIT) {
        call->message = "The store is too busy for a backup. Try again.";
        return RPC_UNAVAILABLE;
    }
    if (status != STATUS_OK)
        return method_error(status);
    writer_object_begin(result);
    writer_put_string(result, "site", call->peer->settings->config->site_code);
    writer_put_string(result, "version", SMS_VERSION);
    writer_put_string(result, "checkpoint", line);
    writer_put_int(result, "page_bytes", BACKUP_PAGE_BYTES);
    writer_put_int(result, "pages", backup_n_pages(backup));
    writer_object_end(result);
    peer_drop_backup(call->peer);
    call->peer->backup = TAKE(backup);
    call->peer->backup_used_ms = call->ground->now_ms;
    return RPC_DONE;
}

enum rpc_error run_backup_read(struct call *call, struct json_writer *result)
{
    SCOPED(buf_free) struct buf pages = buf_make(PART_MAX_BYTES);
    SCOPED(buf_free) struct buf data = buf_make(PART_MAX_BYTES);
    const int64_t from = params_integer(call->params, "from", 0);
    enum status status;

    if (!call->peer->backup) {
        call->message = "No backup was begun on this connection.";
        return RPC_CONFLICT;
    }
    call->peer->backup_used_ms = call->ground->now_ms;
    status = backup_read(call->peer->backup, from, &pages);
    if (status != STATUS_OK)
        return method_error(status);
    base64_append(&data, BASE64_PLAIN, buf_text(&pages));
    if (buf_status(&data) != STATUS_OK)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    writer_put_int(result, "pages", (int64_t)(pages.size / BACKUP_PAGE_BYTES));
    writer_put_text(result, "data", buf_text(&data));
    writer_object_end(result);
    return RPC_DONE;
}

enum rpc_error run_backup_end(struct call *call, struct json_writer *result)
{
    peer_drop_backup(call->peer);
    writer_null(result);
    return RPC_DONE;
}
