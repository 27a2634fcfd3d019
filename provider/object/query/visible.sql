-- visible_devices: the first device and the last
-- Each alone is sought; both together would read every row.
SELECT ifnull((SELECT min(row) FROM device), 0),
    ifnull((SELECT max(row) FROM device), -1);

-- visible_n_devices: how many devices there are
SELECT MemberCount FROM collection WHERE CollectionID = 'SMS00001';

-- visible_users: the first user and the last
SELECT ifnull((SELECT min(row) FROM user_resource), 0),
    ifnull((SELECT max(row) FROM user_resource), -1);

-- visible_groups: the first group of users and the last
SELECT ifnull((SELECT min(row) FROM group_resource), 0),
    ifnull((SELECT max(row) FROM group_resource), -1);

-- visible_top: what a collection holds, and how many
SELECT CollectionType, MemberCount FROM collection WHERE row = ?1;
