#include "provider/object/collection/deletion.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/object/collection/collection_rule.h"
#include "provider/object/collection/deletion_slice.h"
#include "provider/object/collection/deletion_sql.h"
#include "provider/object/import_keys.h"
#include "provider/object/query/member_set.h"

enum { KEYS_MAX_BYTES = 8 * 1024, KEY_ROOM = 64 };

/* ---- Deciding ---- */

/* A collection secures its members: the right to delete and read them there is
 * the right to delete and read each. */
static enum status check(struct object_call *call)
{
    const struct object_need read = {RBAC_TYPE_COLLECTION,
                                     RBAC_OP_READ_RESOURCE};

    return actor_need(call, read, call->target);
}

/* ---- Noting ---- */

static void note_keys(struct import_keys *keys, int64_t number,
                      const struct member_block *block)
{
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(block, offsets);
    char key[24];

    for (size_t i = 0; i < n; i++) {
        if (import_keys_size(keys) > KEYS_MAX_BYTES - KEY_ROOM)
            return;
        snprintf(key, sizeof(key), "%" PRId64,
                 number * BLOCK_ROWS + offsets[i]);
        import_keys_add(keys, text_of(key));
    }
}

/* What an earlier act noted and is not deleted yet stays noted. */
static enum status note_block(struct object_call *call, int64_t number,
                              struct import_keys *keys, size_t *n_out)
{
    const int64_t collection = call->target->row;
    struct member_block block, noted;

    TRY(member_set_read(call->store,
                        (struct member_set){SET_OF_COLLECTION, collection},
                        number, &block));
    TRY(member_set_read(call->store,
                        (struct member_set){SET_OF_DELETION, collection},
                        number, &noted));
    note_keys(keys, number, &block);
    *n_out += block_count(&block);
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        block.words[i] |= noted.words[i];
    return member_set_write(call->store,
                            (struct member_set){SET_OF_DELETION, collection},
                            number, &block);
}

static enum status note_members(struct object_call *call, size_t *n_out)
{
    const struct member_set set = {SET_OF_COLLECTION, call->target->row};
    struct import_keys keys = {.out = &call->keys};
    SCOPED(row_list_clear) struct row_list numbers = {0};

    call->keys = buf_make(KEYS_MAX_BYTES);
    TRY(member_set_blocks(call->store, set, &numbers));
    for (size_t i = 0; i < numbers.n; i++)
        TRY(note_block(call, numbers.of[i], &keys, n_out));
    import_keys_end(&keys);
    return buf_status(&call->keys);
}

enum status collection_delete_members(struct object_call *call,
                                      const json_t *args,
                                      struct json_writer *result)
{
    size_t n = 0;
    bool has_more = false;

    (void)args;
    TRY(check(call));
    TRY(note_members(call, &n));
    if (n)
        TRY(store_run_with(call->store, SQL_DELETION_BEGIN,
                           STORE_ARGS(STORE_INT(call->target->row))));
    store_done(&call->target->stmt);
    TRY(deletion_note_asker(call));
    if (n)
        TRY(deletion_start(call, &has_more));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_put_int(result, "Members", (int64_t)n);
    writer_put_bool(result, "GoesOn", has_more);
    writer_object_end(result);
    return STATUS_OK;
}
