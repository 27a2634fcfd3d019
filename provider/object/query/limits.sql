-- limit_find: the collection that limits one
SELECT l.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE c.row = ?1;
