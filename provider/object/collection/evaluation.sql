-- due_request: makes a collection due from its first block on, after those that wait
INSERT INTO collection_due (collection, block, queries, due_s)
    VALUES (?1, 0, ?2, ?3) ON CONFLICT (collection) DO UPDATE SET block = 0,
    queries = max(queries, excluded.queries), due_s = excluded.due_s,
    failures = 0;

-- due_go_on: makes a collection due from a block on
INSERT INTO collection_due (collection, block, queries, due_s)
    VALUES (?1, ?2, 0, ?3) ON CONFLICT (collection) DO UPDATE
    SET block = min(block, excluded.block);

-- due_status: says whether a collection is due
UPDATE collection SET CurrentStatus = ?2 WHERE row = ?1 AND CurrentStatus <> ?2;

-- due_refreshed: notes when a collection was evaluated
UPDATE collection SET LastRefreshTime = ?2 WHERE row = ?1;

-- due_next: what has waited longest: members of collections, or their rules, which go first for a while (?2) so that members are evaluated together
SELECT collection, queries, block, failures FROM (SELECT * FROM (SELECT
    collection, queries, block, failures, due_s - ?2 AS age FROM collection_due
    WHERE queries = 1 AND due_s <= ?1 ORDER BY due_s, collection LIMIT 1)
    UNION ALL SELECT * FROM (SELECT collection, queries, block, failures, due_s
    FROM collection_due WHERE queries = 0 AND due_s <= ?1
    ORDER BY due_s, collection LIMIT 1)) ORDER BY age LIMIT 1;

-- due_batch: what goes on at the same block, except what failed
SELECT collection FROM collection_due WHERE block = ?1 AND queries = 0
    AND due_s <= ?2 AND failures = 0 LIMIT ?3;

-- due_queried: the rules of a collection were run, members follow
UPDATE collection_due SET queries = 0, block = 0 WHERE collection = ?1;

-- due_move: a collection goes on at a block
UPDATE collection_due SET block = ?2 WHERE collection = ?1;

-- due_done: a collection is not due any more
DELETE FROM collection_due WHERE collection = ?1;

-- due_fail: a collection waits, longer each time: from ?2 seconds to ?3
UPDATE collection_due SET failures = max(failures, 0) + 1,
    due_s = ?4 + min(?3, ?2 << min(max(failures, 0), 20)) WHERE collection = ?1;

-- due_failed: how often a collection failed, and what it is called
SELECT d.failures, c.CollectionID, d.due_s FROM collection_due d
    JOIN collection c ON c.row = d.collection WHERE d.collection = ?1;

-- due_alone: a collection is evaluated alone, as one of several failed
UPDATE collection_due SET failures = -1 WHERE collection = ?1 AND failures = 0;

-- due_clock: whatever waits for a time that is too far away need not: the clock was moved back
UPDATE collection_due SET due_s = ?1 WHERE due_s > ?1
    AND (failures = 0 OR due_s > ?1 + ?2);

-- due_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;
