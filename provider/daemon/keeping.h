/*
 * How long the audit is kept: retention, which waits for archives and exports.
 *
 * In the writer, once a second; archives are made beside it. What expired goes
 * once it is in an archive, if there is a directory for them, and once every
 * export that is listed has it.
 */
#pragma once

#include "provider/call/exports.h"
#include "provider/call/ground.h"
#include "provider/config/config.h"
#include "provider/daemon/archivist.h"
#include "provider/store/retention.h"

struct keeping {
    struct retention retention;
    struct archivist archivist;
    int64_t archived; /* up to this record, as far as is known */
    int64_t again_ms; /* when the next archive is tried after a failure */
    int64_t marks_ms; /* when positions of exports are written again */
};

/* Within a change. */
void keeping_step(struct keeping *keeping, struct call_ground *ground,
                  const struct config *config);

/* The change that it was within was undone. */
void keeping_failed(struct keeping *keeping, struct exports *exports);

/* After the writer has ended. */
void keeping_clear(struct keeping *keeping);
