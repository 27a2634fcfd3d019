-- visible_range: the first device and the last, and how many there are
-- Each alone is sought; both together would read every row.
SELECT ifnull((SELECT min(row) FROM device), 0),
    ifnull((SELECT max(row) FROM device), -1),
    (SELECT MemberCount FROM collection WHERE CollectionID = 'SMS00001');

-- visible_blocks: the members of a collection
SELECT block, members FROM collection_block WHERE collection = ?1;
