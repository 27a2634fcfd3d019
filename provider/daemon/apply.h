/*
 * Policy files into the store: read, checked, applied as one step with its
 * record (T82). Whatever is wrong leaves everything as it was (T81).
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/daemon/call.h"

/* A directory as read, before it is applied: may be done in any thread. */
struct apply;
MUST_CHECK
enum status apply_read(const char *directory, struct apply **apply_out,
                       struct buf *messages_out);
void apply_free(struct apply *apply);
DEFINE_DROP(apply)

/*
 * Inside a change: a part of its own, and the record of how it ended. Not
 * STATUS_OK: undone, why in messages_out. changed_out: are rights now others?
 */
MUST_CHECK
enum status apply_run(const struct apply *apply, struct store *store,
                      bool *changed_out, struct buf *messages_out);

/* The record that files were refused before they could be applied. */
MUST_CHECK
enum status apply_record_refusal(struct store *store, struct text why);
