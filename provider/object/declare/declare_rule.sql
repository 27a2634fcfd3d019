-- declare_rule: gives a collection a rule
INSERT INTO collection_rule (collection, kind, other, device, wql, name)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING;

-- declared_rules: the rules of a collection, in one order
SELECT kind, other, ifnull(resource, 0), ifnull(device, ''), ifnull(wql, '')
    FROM collection_rule WHERE collection = ?1
    ORDER BY kind, other, resource, device, wql;
