-- gain_gainers: rows that gain (?2) when a collection (?1) gains, or loses (?3)
-- What comes into an excluded collection leaves what excludes it, and the reverse.
WITH RECURSIVE act (row, comes) AS (SELECT ?1, 1 WHERE ?2
    UNION SELECT ?1, 0 WHERE ?3
    UNION SELECT c.row, a.comes FROM act a
    JOIN collection l ON l.row = a.row
    JOIN collection c ON c.LimitToCollectionID = l.CollectionID
    UNION SELECT r.collection,
    CASE r.kind WHEN 4 THEN 1 - a.comes ELSE a.comes END
    FROM act a JOIN collection_rule r ON r.other = a.row)
SELECT row FROM act WHERE comes = 1;

-- gain_deployed: what is deployed to a collection
SELECT EXISTS (SELECT 1 FROM app_deployment d
    WHERE d.TargetCollectionID = c.CollectionID), EXISTS (SELECT 1
    FROM advertisement d WHERE d.CollectionID = c.CollectionID),
    EXISTS (SELECT 1 FROM settings_assignment d
    WHERE d.CollectionID = c.CollectionID) FROM collection c WHERE c.row = ?1;

-- gain_limit: the collection that limits a collection
SELECT l.row FROM collection c
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID WHERE c.row = ?1;

-- gain_is_used: whether rights or deployments rest on a collection
SELECT EXISTS (SELECT 1 FROM assignment_collection a
    WHERE a.collection = c.row) OR EXISTS (SELECT 1 FROM app_deployment d
    WHERE d.TargetCollectionID = c.CollectionID) OR EXISTS (SELECT 1
    FROM advertisement d WHERE d.CollectionID = c.CollectionID)
    OR EXISTS (SELECT 1 FROM settings_assignment d
    WHERE d.CollectionID = c.CollectionID) FROM collection c WHERE c.row = ?1;

-- gain_picks: whether rules below a collection choose its devices themselves
WITH RECURSIVE down (row) AS (SELECT ?1 UNION SELECT c.row FROM down
    JOIN collection l ON l.row = down.row
    JOIN collection c ON c.LimitToCollectionID = l.CollectionID) SELECT EXISTS
    (SELECT 1 FROM down JOIN collection_rule r ON r.collection = down.row
    WHERE r.kind = 2 OR (r.kind = 1 AND r.resource IS NULL));

-- gain_is_within: whether a collection is limited by another, directly or through others
WITH RECURSIVE up (row) AS (SELECT ?1 UNION SELECT l.row FROM up
    JOIN collection c ON c.row = up.row
    JOIN collection l ON l.CollectionID = c.LimitToCollectionID) SELECT EXISTS
    (SELECT 1 FROM up WHERE row = ?2);
