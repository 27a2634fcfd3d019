-- arrival_next: devices that wait for longest, and the rule that was asked last about those of the first block
SELECT first, last, rule FROM arrival_due ORDER BY first LIMIT 1;

-- arrival_drop: devices wait no more
DELETE FROM arrival_due WHERE first = ?1;

-- arrival_move: the rule that was asked last
UPDATE arrival_due SET rule = ?2 WHERE first = ?1;

-- arrival_rules: rules behind one, of collections of devices that follow each change
SELECT r.row, r.collection, r.wql FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.row > ?1 AND r.kind = 2
    AND c.RefreshType & 4 AND c.CollectionType = ?2 ORDER BY r.row;

-- arrival_put: devices wait
INSERT INTO arrival_due (first, last, rule) VALUES (?1, ?2, 0);
