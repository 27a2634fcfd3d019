-- label_read: the labels of a device
SELECT collections FROM device WHERE row = ?1;

-- label_store: stores the labels of a device
UPDATE device SET collections = ?2 WHERE row = ?1;

-- label_limit: the collection that limits one
SELECT l.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE c.row = ?1;
