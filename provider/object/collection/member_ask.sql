-- ask_part: the query of a rule
SELECT r.wql, c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.row = ?1;

-- ask_rule: a rule, if its collection refreshes in one of some ways (?2) and in none of others (?3), or if it is being run (?4)
SELECT r.row, r.collection, r.wql, c.CollectionType FROM collection_rule r
    JOIN collection c ON c.row = r.collection
    WHERE r.row = ?1 AND (c.RefreshType & ?2 AND NOT c.RefreshType & ?3
    OR ?4 AND EXISTS (SELECT 1 FROM rule_due d WHERE d.rule = r.row));

-- ask_of_collection: the query rules of a collection
SELECT row FROM collection_rule WHERE collection = ?1 AND kind = 2;

-- ask_named: the properties of a class (?2) that a rule names
SELECT property FROM rule_property WHERE rule = ?1 AND class = ?2;

-- ask_unkeyed: rules without keys, of collections of a type
SELECT k.rule FROM rule_key k JOIN collection_rule r ON r.row = k.rule
    JOIN collection c ON c.row = r.collection
    WHERE k.class = '' AND k.property = '' AND k.kind = 0
    AND c.CollectionType = ?1;

-- ask_timed: rules that name a property of a class and ask for the time, of collections that refresh by themselves
SELECT r.row, r.collection FROM rule_property p
    JOIN rule_property n ON n.rule = p.rule AND n.class = ''
    JOIN collection_rule r ON r.row = p.rule
    JOIN collection c ON c.row = r.collection
    WHERE p.class = ?1 AND p.property = ?2 AND c.RefreshType & 6;
