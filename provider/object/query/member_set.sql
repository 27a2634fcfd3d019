-- set_read_collection: a block of the members of a collection
SELECT members FROM collection_block WHERE block = ?2 AND collection = ?1;

-- set_read_rule: a block of what a rule found
SELECT members FROM rule_block WHERE rule = ?1 AND block = ?2;

-- set_read_deletion: a block of what is to be deleted of a collection
SELECT members FROM collection_deletion WHERE collection = ?1 AND block = ?2;

-- set_write_deletion: stores a block of what is to be deleted of a collection
INSERT OR REPLACE INTO collection_deletion (collection, block, members)
    VALUES (?1, ?2, ?3);

-- set_drop_deletion: drops a block of which all is deleted
DELETE FROM collection_deletion WHERE collection = ?1 AND block = ?2;

-- set_blocks_deletion: blocks of what is to be deleted of a collection
SELECT block FROM collection_deletion WHERE collection = ?1 ORDER BY block;

-- set_write_collection: stores a block of the members of a collection
INSERT OR REPLACE INTO collection_block (block, collection, members)
    VALUES (?2, ?1, ?3);

-- set_write_rule: stores a block of what a rule found
INSERT OR REPLACE INTO rule_block (rule, block, members) VALUES (?1, ?2, ?3);

-- set_drop_collection: drops a block that has no members any more
DELETE FROM collection_block WHERE block = ?2 AND collection = ?1;

-- set_drop_rule: drops a block of a rule that finds nothing there any more
DELETE FROM rule_block WHERE rule = ?1 AND block = ?2;

-- set_blocks_rule: blocks of a rule
SELECT block FROM rule_block WHERE rule = ?1 ORDER BY block;

-- set_all_rule: all blocks of what a rule found, in order
SELECT block, members FROM rule_block WHERE rule = ?1 ORDER BY block;

-- set_some_rule: some blocks of what a rule found
SELECT block, members FROM rule_block WHERE rule = ?1
    AND block BETWEEN ?2 AND ?3;

-- set_all_deletion: all blocks of what is to be deleted of a collection, in order
SELECT block, members FROM collection_deletion WHERE collection = ?1
    ORDER BY block;

-- set_collections: collections after a row, in order
SELECT row FROM collection WHERE row > ?1 ORDER BY row LIMIT 4096;

-- set_holders: what holds a device (?2) of a block (?1)
SELECT collection FROM collection_block WHERE block = ?1
    AND sms_holds(members, ?2);

-- set_labels: the labels of a device
SELECT sms_labels(labels, ?1) FROM label_block WHERE block = ?1 >> 6;
