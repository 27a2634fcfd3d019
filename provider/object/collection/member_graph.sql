-- graph_sources: what a collection depends on: its limit, and what it includes or excludes
SELECT l.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID WHERE c.row = ?1
    UNION ALL SELECT other FROM collection_rule WHERE collection = ?1
    AND other IS NOT NULL;
