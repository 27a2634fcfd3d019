-- member_labels: the deepest collections of a device: those that limit none of its others
SELECT m.collection FROM collection_member m
    JOIN collection c ON c.row = m.collection WHERE m.resource = ?1
    AND c.CollectionID NOT IN (SELECT d.LimitToCollectionID
    FROM collection_member k JOIN collection d ON d.row = k.collection
    WHERE k.resource = ?1 AND d.LimitToCollectionID IS NOT NULL)
    ORDER BY m.collection;

-- member_store_labels: stores the labels of a device
UPDATE device SET collections = ?2 WHERE row = ?1;

-- member_list: the devices of a collection
SELECT resource FROM collection_member WHERE collection = ?1;

-- member_note_change: notes that the members of a collection changed, and counts them
UPDATE collection
    SET LastMemberChangeTime = ?2, MemberCount = (SELECT count(*)
    FROM collection_member WHERE collection = ?1) WHERE row = ?1;

-- member_remove: removes a device from a collection
DELETE FROM collection_member WHERE collection = ?1 AND resource = ?2;

-- member_add: adds a device to a collection
INSERT INTO collection_member (collection, resource) VALUES (?1, ?2);

-- member_dependents: collections that a collection limits, or that name it in a rule
SELECT d.row FROM collection c
    JOIN collection d ON d.LimitToCollectionID = c.CollectionID WHERE c.row = ?1
    UNION ALL SELECT collection FROM collection_rule WHERE other = ?1;

-- member_including: collections that include a collection
SELECT collection FROM collection_rule WHERE other = ?1 AND kind = 3;

-- member_concerned: collections that hold a device, or whose rules name it
SELECT collection FROM collection_member WHERE resource = ?1
    UNION SELECT collection FROM collection_rule WHERE resource = ?1
    UNION SELECT r.collection FROM device d
    JOIN collection_rule r ON r.device = d.Name COLLATE NOCASE WHERE d.row = ?1
    UNION SELECT r.collection FROM collection_match q
    JOIN collection_rule r ON r.row = q.rule WHERE q.resource = ?1;

-- member_join_root: adds a device to All Systems
INSERT INTO collection_member (collection, resource) SELECT row, ?1
    FROM collection WHERE CollectionID = 'SMS00001';

-- member_count_joined: counts a device in All Systems
UPDATE collection SET MemberCount = MemberCount + 1, LastMemberChangeTime = ?1
    WHERE CollectionID = 'SMS00001';

-- member_count_left: counts a device out of every collection that holds it
UPDATE collection SET MemberCount = MemberCount - 1, LastMemberChangeTime = ?2
    WHERE row IN (SELECT collection FROM collection_member WHERE resource = ?1);

-- member_leave_rules: deletes the rules that name a device
DELETE FROM collection_rule WHERE resource = ?1;

-- member_leave_matches: drops a device from what rules found
DELETE FROM collection_match WHERE resource = ?1;

-- member_leave_all: removes a device from all collections
DELETE FROM collection_member WHERE resource = ?1;

-- member_clear_rules: deletes the rules of a collection
DELETE FROM collection_rule WHERE collection = ?1;

-- member_clear: removes all devices from a collection
DELETE FROM collection_member WHERE collection = ?1;

-- collection_depends_on: whether a collection depends on another, directly or through others
WITH RECURSIVE up (row) AS (SELECT ?1 UNION SELECT l.row FROM up
    JOIN collection c ON c.row = up.row
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    UNION SELECT r.other FROM up JOIN collection_rule r ON r.collection = up.row
    WHERE r.other IS NOT NULL) SELECT EXISTS (SELECT 1 FROM up WHERE row = ?2);

-- collection_use_rule: collections whose rules name a collection
SELECT 'SMS_Collection', c.CollectionID FROM collection_rule r
    JOIN collection c ON c.row = r.collection
    WHERE r.other = ?1;

-- collection_use_admin: administrators assigned to a collection
SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_collection c
    JOIN assignment a ON a.row = c.assignment
    WHERE c.collection = ?1;
