-- rules_devices: all devices of a block: from a row to another
SELECT row FROM device WHERE row BETWEEN ?1 AND ?2;

-- rules_users: all users of a block
SELECT row FROM user_resource WHERE row BETWEEN ?1 AND ?2;

-- rules_groups: all groups of users of a block
SELECT row FROM group_resource WHERE row BETWEEN ?1 AND ?2;

-- rules_device_range: the first device and the last
SELECT ifnull(min(row), 0), ifnull(max(row), -1) FROM device;

-- rules_user_range: the first user and the last
SELECT ifnull(min(row), 0), ifnull(max(row), -1) FROM user_resource;

-- rules_group_range: the first group of users and the last
SELECT ifnull(min(row), 0), ifnull(max(row), -1) FROM group_resource;

-- rules_next_held: the next block, behind one, in which a collection has members
SELECT block FROM collection_block WHERE block > ?1 ORDER BY block LIMIT 1;
