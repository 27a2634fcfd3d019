-- match_forget: drops what a rule found: everything, or one device
DELETE FROM collection_match WHERE rule = ?1 AND (?2 = 0 OR resource = ?2);

-- match_keep: keeps a device that a rule found
INSERT OR IGNORE INTO collection_match (rule, resource) VALUES (?1, ?2);

-- match_rule: the query of a rule
SELECT wql FROM collection_rule WHERE row = ?1;

-- match_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;

-- match_incremental_rules: query rules of collections that refresh by increments
SELECT r.row FROM collection_rule r JOIN collection c ON c.row = r.collection
    WHERE r.kind = 2 AND c.RefreshType & ?1;
