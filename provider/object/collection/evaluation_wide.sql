-- wide_count: how many collections there are
SELECT count(*) FROM collection;

-- wide_due: how many collections wait for their members to be evaluated
SELECT count(*) FROM collection_due WHERE queries = 0 AND due_s <= ?1
    AND failures = 0;
