-- declare_collection: makes a collection; limit and rules come later
INSERT INTO collection (row, CollectionID, Name, CollectionType, MemberCount,
    IsBuiltIn, RefreshType, CurrentStatus, place)
    VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, 1, ?6);

-- declared_type: the type of a collection
SELECT CollectionType FROM collection WHERE row = ?1;

-- declare_change_collection: changes a collection to what is declared
UPDATE collection SET Comment = ?2, LastChangeTime = ?3, RefreshType = ?5,
    RefreshSchedule = ?6, row_version = row_version + 1, LimitToCollectionID =
    (SELECT CollectionID FROM collection WHERE row = ?4) WHERE row = ?1;

-- declare_drop_rules: removes the rules of a collection
DELETE FROM collection_rule WHERE collection = ?1;

-- declared_collection: what was declared of a collection, where, its limit, and when it refreshes
SELECT c.declared, c.place, l.row, c.RefreshType, ifnull(c.RefreshSchedule, '')
    FROM collection c
    LEFT JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    WHERE c.row = ?1;

-- declare_place_collection: says where a collection is declared, and as what
UPDATE collection SET place = ?2, declared = ?3 WHERE row = ?1;
