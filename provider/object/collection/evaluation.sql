-- due_request: makes a collection due from its first block on, after those that wait
INSERT INTO collection_due (collection, block, queries, due_s)
    VALUES (?1, 0, ?2, ?3) ON CONFLICT (collection) DO UPDATE SET block = 0,
    queries = max(queries, excluded.queries), due_s = excluded.due_s,
    failures = 0;

-- due_go_on: makes a collection due, or due from its first block on, if it waits
INSERT INTO collection_due (collection, block, queries, due_s)
    VALUES (?1, 0, 0, ?2) ON CONFLICT (collection) DO UPDATE SET block = 0;

-- due_begin: says that a collection is due; what its evaluation does is counted from nothing, unless it goes on (4) with what another began
UPDATE collection SET CurrentStatus = ?2,
    FullEvaluationMemberChanges = CASE WHEN ?2 = 5 OR CurrentStatus = 1 THEN 0
    ELSE FullEvaluationMemberChanges END,
    FullEvaluationRunTime = CASE WHEN ?2 = 5 OR CurrentStatus = 1 THEN 0
    ELSE FullEvaluationRunTime END WHERE row = ?1 AND (CurrentStatus <> ?2
    OR ?2 = 5 AND (FullEvaluationMemberChanges IS NOT 0
    OR FullEvaluationRunTime IS NOT 0));

-- due_status: says whether a collection is due
UPDATE collection SET CurrentStatus = ?2 WHERE row = ?1 AND CurrentStatus <> ?2;

-- due_any: whether anything is being evaluated
SELECT 1 FROM collection_due WHERE queries IN (0, 1) AND due_s <= ?1
    AND failures = 0 LIMIT 1;

-- due_some: whether any collection is due
SELECT 1 FROM collection_due LIMIT 1;

-- due_one: whether a collection is due
SELECT 1 FROM collection_due WHERE collection = ?1;

-- due_clock: whatever waits for a time that is too far away need not: the clock was moved back
UPDATE collection_due SET due_s = ?1 WHERE due_s > ?1
    AND (failures = 0 OR due_s > ?1 + ?2);

-- due_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;
