-- part_begin: a rule is to be run in parts, from the first device on
INSERT OR REPLACE INTO rule_due (rule, collection, next, width)
    SELECT row, collection, 0, ?2 FROM collection_rule WHERE row = ?1;

-- part_begin_all: the same for all query rules of a collection
INSERT OR REPLACE INTO rule_due (rule, collection, next, width)
    SELECT row, collection, 0, ?2 FROM collection_rule WHERE collection = ?1
    AND kind = 2;

-- part_next: the rule of a collection that goes on
SELECT d.rule, d.next, d.width FROM rule_due d WHERE d.collection = ?1
    ORDER BY d.rule LIMIT 1;

-- part_resource: the first resource from a number on that a rule (?2) may find
WITH of (type) AS (SELECT c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.row = ?2)
SELECT row FROM (SELECT * FROM (SELECT row FROM device
    WHERE (SELECT type FROM of) = 2 AND row >= ?1 ORDER BY row LIMIT 1)
    UNION ALL SELECT * FROM (SELECT row FROM user_resource
    WHERE (SELECT type FROM of) = 1 AND row >= ?1 ORDER BY row LIMIT 1)
    UNION ALL SELECT * FROM (SELECT row FROM group_resource
    WHERE (SELECT type FROM of) = 1 AND row >= ?1 ORDER BY row LIMIT 1))
    ORDER BY row LIMIT 1;

-- part_move: where a rule goes on, and with how many devices
UPDATE rule_due SET next = ?2, width = ?3 WHERE rule = ?1;

-- part_done: a rule is not run in parts any more
DELETE FROM rule_due WHERE rule = ?1;
