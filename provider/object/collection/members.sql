-- member_naming: collections that include or exclude a collection
SELECT collection FROM collection_rule WHERE other = ?1;

-- member_dependents: collections that may be others for a device (?2, in block ?3) when one has it or has it no more
-- Of what that one limits: where a rule wants the device, or it is a member;
-- of what names it: where the limit allows the device, or it is a member.
SELECT d.row FROM collection c
    JOIN collection d ON d.LimitToCollectionID = c.CollectionID
    WHERE c.row = ?1 AND (EXISTS (SELECT 1 FROM collection_block m
    WHERE m.collection = d.row AND m.block = ?3 AND sms_holds(m.members, ?2))
    OR EXISTS (SELECT 1 FROM collection_rule r JOIN rule_block b
    ON b.rule = r.row AND b.block = ?3 WHERE r.collection = d.row AND r.kind = 2
    AND sms_holds(b.members, ?2)) OR EXISTS (SELECT 1 FROM collection_rule r
    JOIN collection_block m ON m.collection = r.other AND m.block = ?3
    WHERE r.collection = d.row AND r.kind = 3 AND sms_holds(m.members, ?2))
    OR EXISTS (SELECT 1 FROM collection_rule r WHERE r.collection = d.row
    AND r.kind = 1 AND (r.resource = ?2 OR r.device IS NOT NULL)))
    UNION ALL SELECT d.row FROM collection_rule n
    JOIN collection d ON d.row = n.collection
    JOIN collection l ON l.CollectionID = d.LimitToCollectionID
    WHERE n.other = ?1 AND (EXISTS (SELECT 1 FROM collection_block m
    WHERE m.collection = l.row AND m.block = ?3 AND sms_holds(m.members, ?2))
    OR EXISTS (SELECT 1 FROM collection_block m
    WHERE m.collection = d.row AND m.block = ?3 AND sms_holds(m.members, ?2)));

-- member_direct: collections with a rule that names a device
SELECT collection FROM collection_rule WHERE resource = ?1
    UNION SELECT r.collection FROM device d
    JOIN collection_rule r ON r.device = d.Name COLLATE NOCASE WHERE d.row = ?1;

-- member_named: collections with a rule that names devices of a name
SELECT collection FROM collection_rule WHERE device = ?1;

-- member_roots: the built-in collections of all resources of a kind, by keys, in their order
SELECT row FROM collection WHERE CollectionID = ?1
    UNION ALL SELECT row FROM collection WHERE CollectionID = ?2;

-- member_leave_rules: deletes the rules that name a device
DELETE FROM collection_rule WHERE resource = ?1;

-- member_clear_rules: deletes the rules of a collection
DELETE FROM collection_rule WHERE collection = ?1;

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

-- collection_is_excluded: whether anything excludes a collection, or what depends on it
WITH RECURSIVE down (row) AS (SELECT ?1 UNION SELECT c.row FROM down
    JOIN collection l ON l.row = down.row
    JOIN collection c ON c.LimitToCollectionID = l.CollectionID
    UNION SELECT r.collection FROM down JOIN collection_rule r
    ON r.other = down.row) SELECT EXISTS (SELECT 1 FROM down
    JOIN collection_rule r ON r.other = down.row WHERE r.kind = 4);
