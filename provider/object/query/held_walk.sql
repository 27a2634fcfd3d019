-- held_up: readable collections from a key on
SELECT c.row, c.CollectionID FROM sms_visible h
    CROSS JOIN collection c ON c.row = h.resource
    WHERE h.operation = ?2 AND c.CollectionID >= ?1 ORDER BY c.CollectionID;

-- held_down: readable collections from a key down; from the last one if it is empty
SELECT c.row, c.CollectionID FROM sms_visible h
    CROSS JOIN collection c ON c.row = h.resource WHERE h.operation = ?2
    AND (?1 = '' OR c.CollectionID <= ?1) ORDER BY c.CollectionID DESC;
