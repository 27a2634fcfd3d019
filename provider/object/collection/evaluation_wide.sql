-- wide_count: how many collections there are
SELECT count(*) FROM collection;

-- wide_due: how many collections wait for their members to be evaluated
SELECT count(*) FROM collection_due WHERE queries = 0 AND due_s <= ?1
    AND failures = 0;

-- wide_reach: how many collections wait, or depend on any that do: so many (?2) at most
WITH RECURSIVE reach (row) AS (SELECT collection FROM collection_due
    WHERE queries = 0 AND due_s <= ?1 AND failures = 0
    UNION SELECT c.row FROM reach JOIN collection l ON l.row = reach.row
    JOIN collection c ON c.LimitToCollectionID = l.CollectionID
    UNION SELECT r.collection FROM reach JOIN collection_rule r
    ON r.other = reach.row)
    SELECT count(*) FROM (SELECT 1 FROM reach LIMIT ?2);
