-- gone_declared: all declared collections
SELECT row FROM collection WHERE place IS NOT NULL;

-- gone_detach: takes the limit from a collection
UPDATE collection SET LimitToCollectionID = NULL WHERE row = ?1;

-- gone_one: key, place and name of a collection
SELECT CollectionID, place, Name FROM collection WHERE row = ?1;

-- gone_remove: removes a collection
DELETE FROM collection WHERE row = ?1;
