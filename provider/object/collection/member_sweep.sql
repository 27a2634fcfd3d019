-- sweep_dependents: collections that a collection limits, or that name it in a rule
SELECT d.row FROM collection c
    JOIN collection d ON d.LimitToCollectionID = c.CollectionID WHERE c.row = ?1
    UNION ALL SELECT collection FROM collection_rule WHERE other = ?1;

-- sweep_block: the members of all collections in a block, behind one (?2)
SELECT collection, members FROM collection_block WHERE block = ?1
    AND collection > ?2 ORDER BY collection;
