-- tally_due: a collection is due until it is counted, if it is not due anyhow
INSERT OR IGNORE INTO collection_due (collection, block, queries, due_s)
    VALUES (?1, -1, 0, ?2);

-- tally_done: a collection is counted, and was not asked for meanwhile
DELETE FROM collection_due WHERE collection = ?1 AND block = -1;
