-- label_read: a block of labels
SELECT labels FROM label_block WHERE block = ?1;

-- label_store: stores a block of labels
INSERT OR REPLACE INTO label_block (block, labels) VALUES (?1, ?2);

-- label_drop: drops a block without labels
DELETE FROM label_block WHERE block = ?1;
