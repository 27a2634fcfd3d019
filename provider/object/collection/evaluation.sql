-- due_request: makes a collection due from its first block on
INSERT INTO collection_due (collection, block, queries, since_s)
    VALUES (?1, 0, ?2, ?3) ON CONFLICT (collection) DO UPDATE SET block = 0,
    queries = CASE WHEN excluded.queries THEN excluded.queries
    ELSE queries END;

-- due_go_on: makes a collection due from a block on
INSERT INTO collection_due (collection, block, queries, since_s)
    VALUES (?1, ?2, 0, ?3) ON CONFLICT (collection) DO UPDATE
    SET block = min(block, excluded.block);

-- due_status: says whether a collection is due
UPDATE collection SET CurrentStatus = ?2 WHERE row = ?1 AND CurrentStatus <> ?2;

-- due_scheduled: collections that refresh on schedule and whose day is over
SELECT row FROM collection WHERE RefreshType & 2 AND NOT IsBuiltIn
    AND coalesce(LastRefreshTime, LastChangeTime, 0) <= ?1 AND row NOT IN (SELECT collection
    FROM collection_due);

-- due_refreshed: notes when a collection was evaluated
UPDATE collection SET LastRefreshTime = ?2 WHERE row = ?1;

-- due_queries: the collection whose rules are to be run next
SELECT collection FROM collection_due WHERE queries = 1
    ORDER BY since_s, collection LIMIT 1;

-- due_queried: says how the rules of a collection were run: 0 at once, 2 not yet,
-- but block by block
UPDATE collection_due SET queries = ?2 WHERE collection = ?1;

-- due_next: where evaluation goes on
SELECT block, queries FROM collection_due ORDER BY block, queries LIMIT 1;

-- due_batch: what goes on there
SELECT collection FROM collection_due WHERE block = ?1 AND queries = ?2
    ORDER BY since_s, collection LIMIT ?3;

-- due_next_device_block: the next block that has a device (?1: of 4096 rows)
SELECT row >> 12 FROM device WHERE row >= ?1 << 12 ORDER BY row LIMIT 1;

-- due_move: a collection goes on at a block
UPDATE collection_due SET block = ?2 WHERE collection = ?1;

-- due_done: a collection is not due any more
DELETE FROM collection_due WHERE collection = ?1;
