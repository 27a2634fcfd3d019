-- rules_limit: the kinds of resources of which a collection holds all, what limits it, whether rules name devices, and whether any are direct
-- Bits: 1 devices, 2 users, 4 groups of users.
SELECT CASE c.CollectionID WHEN 'SMS00001' THEN 1 WHEN 'SMS00002' THEN 2
    WHEN 'SMS00003' THEN 4 WHEN 'SMS00004' THEN 6 ELSE 0 END, l.row,
    EXISTS (SELECT 1 FROM collection_rule r WHERE r.collection = c.row
    AND r.kind = 1 AND r.device IS NOT NULL), EXISTS (SELECT 1
    FROM collection_rule r WHERE r.collection = c.row AND r.kind = 1)
    FROM collection c
    LEFT JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE c.row = ?1;

-- rules_others: the rules of a collection that are not direct
SELECT kind, row, other FROM collection_rule WHERE collection = ?1
    AND kind IN (2, 3, 4);

-- rules_direct: the devices that direct rules of a collection name
SELECT resource FROM collection_rule WHERE collection = ?1 AND kind = 1
    AND resource IS NOT NULL UNION SELECT d.row FROM collection_rule r
    JOIN device d ON d.Name = r.device COLLATE NOCASE
    WHERE r.collection = ?1 AND r.kind = 1 ORDER BY 1;

-- rules_direct_one: whether direct rules of a collection name a device
SELECT ?2 WHERE EXISTS (SELECT 1 FROM collection_rule WHERE collection = ?1
    AND kind = 1 AND resource = ?2) OR EXISTS (SELECT 1 FROM device d
    JOIN collection_rule r ON r.device = d.Name COLLATE NOCASE
    WHERE d.row = ?2 AND r.collection = ?1 AND r.kind = 1);
