-- waiting_last: the devices that came last
SELECT first, last, rule FROM arrival_due ORDER BY first DESC LIMIT 1;

-- waiting_waits: whether a device is one of those that wait
SELECT 1 FROM arrival_due WHERE first <= ?1 AND last >= ?1 LIMIT 1;

-- waiting_within: devices that wait, of those from one on up to another
SELECT max(first, ?1), min(last, ?2) FROM arrival_due
    WHERE first <= ?2 AND last >= ?1;

-- waiting_put: devices wait
INSERT INTO arrival_due (first, last, rule) VALUES (?1, ?2, 0);

-- waiting_extend: more devices wait
UPDATE arrival_due SET last = ?2 WHERE first = ?1;
