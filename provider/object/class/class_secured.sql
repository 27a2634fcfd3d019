-- secured_granted (fragment): operations of a type that the caller holds on anything
(SELECT ifnull(sum(CASE WHEN sms_may(o.type, o.bit, 0, NULL)
    THEN 1 << o.bit ELSE 0 END), 0) FROM available_operation o
    WHERE o.type = t.type)

-- secured_operations (fragment): the operations of a type
(SELECT json_group_array(json_object('BitFlag', 1 << o.bit, 'ObjectTypeID',
    o.type, 'OperationName', o.name, 'IsTypeWideOperation',
    json(iif(o.is_type_wide, 'true', 'false')))) FROM available_operation o
    WHERE o.type = t.type)

-- secured_collections: the collections with a device
SELECT c.row, c.CollectionID FROM collection_member m
    JOIN collection c ON c.row = m.collection WHERE m.resource = ?1
    ORDER BY c.row;
