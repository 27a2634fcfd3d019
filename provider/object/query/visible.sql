-- visible_range: the first device and the last
SELECT ifnull(min(row), 0), ifnull(max(row), -1) FROM device;

-- visible_blocks: the members of a collection
SELECT block, members FROM collection_block WHERE collection = ?1;
