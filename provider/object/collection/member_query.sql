-- match_rule: the query of a rule
SELECT r.wql, c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.row = ?1;

-- match_rules: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;

-- match_incremental_rules: query rules of collections of a type (?2) that refresh by increments
SELECT r.row, r.collection, r.wql, c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection
    WHERE r.kind = 2 AND c.RefreshType & ?1
    AND c.CollectionType = ?2;

-- match_rules_naming: those of them that name a property of a class
SELECT r.row, r.collection, r.wql, c.CollectionType FROM rule_property p
    JOIN collection_rule r ON r.row = p.rule
    JOIN collection c ON c.row = r.collection
    WHERE p.class = ?2 AND p.property = ?3 AND c.RefreshType & ?1
    AND NOT c.RefreshType & ?4;

-- match_timed_rules: rules that name a property of a class and ask for the time, of collections that refresh by themselves
SELECT r.row, r.collection FROM rule_property p
    JOIN rule_property n ON n.rule = p.rule AND n.class = ''
    JOIN collection_rule r ON r.row = p.rule
    JOIN collection c ON c.row = r.collection
    WHERE p.class = ?1 AND p.property = ?2 AND c.RefreshType & 6;
