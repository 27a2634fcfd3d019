-- match_rule: the query of a rule
SELECT wql FROM collection_rule WHERE row = ?1;

-- match_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;

-- match_incremental_rules: query rules of collections that refresh by increments
SELECT r.row FROM collection_rule r JOIN collection c ON c.row = r.collection
    WHERE r.kind = 2 AND c.RefreshType & ?1;

-- match_collection: the collection that a rule belongs to
SELECT collection FROM collection_rule WHERE row = ?1;
