-- set_map_next: the next part in which a collection may have members, from one (?2) on
SELECT part FROM collection_map WHERE collection = ?1 AND part >= ?2
    ORDER BY part LIMIT 1;

-- set_map_note: a collection may have members in a part
INSERT OR IGNORE INTO collection_map (collection, part) VALUES (?1, ?2);

-- set_map_forget: a collection has members nowhere
DELETE FROM collection_map WHERE collection = ?1;

-- set_map_read: a block of the members of a collection
SELECT members FROM collection_block WHERE block = ?2 AND collection = ?1;
