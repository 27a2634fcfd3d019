-- graph_sources: what a collection depends on: its limit, and what it includes or excludes
SELECT l.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID WHERE c.row = ?1
    UNION ALL SELECT other FROM collection_rule WHERE collection = ?1
    AND other IS NOT NULL;

-- graph_all: all collections, in order
SELECT row FROM collection ORDER BY row;

-- graph_pairs: collections, and what depends on each
SELECT l.row, c.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID
    UNION ALL SELECT other, collection FROM collection_rule
    WHERE other IS NOT NULL;
