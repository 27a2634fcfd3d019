-- label_due_read: words of a block of sets whose labels are due
SELECT words FROM label_due WHERE block = ?1;

-- label_due_write: says which words of a block are due
INSERT OR REPLACE INTO label_due (block, words) VALUES (?1, ?2);

-- label_due_drop: the labels of a block are those of its sets
DELETE FROM label_due WHERE block = ?1;

-- label_due_next: a block of which labels are due
SELECT block FROM label_due LIMIT 1;
