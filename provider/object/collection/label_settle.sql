-- settle_estate: the members of all collections in a block, and the limits of these
SELECT c.row, l.row, b.members FROM collection c
    CROSS JOIN collection_block b ON b.collection = c.row AND b.block = ?1
    LEFT JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    ORDER BY c.row;
