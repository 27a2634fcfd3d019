-- batch_batch: collections whose members are evaluated, as they wait, except what failed
SELECT collection, block FROM collection_due WHERE queries = 0
    AND due_s <= ?1 AND failures = 0 AND block >= ?4 ORDER BY due_s, collection LIMIT ?2;

-- batch_count: how many members a collection has
UPDATE collection SET MemberCount = ?2 WHERE row = ?1 AND MemberCount <> ?2;

-- batch_one: a collection that is evaluated alone
SELECT collection, block FROM collection_due WHERE collection = ?3;

-- batch_move: a collection goes on at a block
UPDATE collection_due SET block = ?2 WHERE collection = ?1;

-- batch_status: says what is done with a collection
UPDATE collection SET CurrentStatus = ?2 WHERE row = ?1 AND CurrentStatus <> ?2;

-- batch_ready: a collection is as its rules say; how long that took
UPDATE collection SET CurrentStatus = ?2,
    FullEvaluationRunTime = ifnull(FullEvaluationRunTime, 0) + ?3
    WHERE row = ?1;

-- batch_done: a collection is not due any more
DELETE FROM collection_due WHERE collection = ?1;
