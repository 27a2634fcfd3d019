-- settle_estate: the members of all collections in a block, and the limits of these
SELECT b.collection, l.row, b.members FROM collection_block b
    CROSS JOIN collection c ON c.row = b.collection
    LEFT JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE b.block = ?1 ORDER BY b.collection;
