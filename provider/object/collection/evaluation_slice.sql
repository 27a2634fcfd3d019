-- slice_next: what has waited longest: members of collections, or their rules, which go first for a while (?2) so that members are evaluated together
SELECT collection, queries, block, failures FROM (SELECT * FROM (SELECT
    collection, queries, block, failures, due_s - ?2 AS age FROM collection_due
    WHERE queries = 1 AND due_s <= ?1 ORDER BY due_s, collection LIMIT 1)
    UNION ALL SELECT * FROM (SELECT collection, queries, block, failures, due_s
    FROM collection_due WHERE queries = 0 AND due_s <= ?1
    ORDER BY due_s, collection LIMIT 1)) ORDER BY age LIMIT 1;

-- slice_queried: the rules of a collection were run, members follow
UPDATE collection_due SET queries = 0, block = 0 WHERE collection = ?1;

-- slice_refreshed: notes when all rules of a collection were run, and how long the last of them took
UPDATE collection SET LastRefreshTime = ?2,
    FullEvaluationRunTime = ifnull(FullEvaluationRunTime, 0) + ?3
    WHERE row = ?1;

-- slice_running: says that rules of a collection are run, and notes how long some of them took
UPDATE collection SET CurrentStatus = ?2,
    FullEvaluationRunTime = ifnull(FullEvaluationRunTime, 0) + ?3
    WHERE row = ?1;

-- slice_fail: a collection waits, longer each time: from ?2 seconds to ?3
UPDATE collection_due SET failures = max(failures, 0) + 1,
    due_s = ?4 + min(?3, ?2 << min(max(failures, 0), 20)) WHERE collection = ?1;

-- slice_failed: how often a collection failed, and what it is called
SELECT d.failures, c.CollectionID, d.due_s FROM collection_due d
    JOIN collection c ON c.row = d.collection WHERE d.collection = ?1;

-- slice_alone: a collection is evaluated alone, as one of several failed
UPDATE collection_due SET failures = -1 WHERE collection = ?1 AND failures = 0;
