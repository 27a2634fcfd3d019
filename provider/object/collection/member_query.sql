-- match_rule: the query of a rule
SELECT r.wql, c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.row = ?1;

-- match_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;
