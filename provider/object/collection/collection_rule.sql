-- rule_collection_type: whether a collection holds users or devices
SELECT CollectionType FROM collection WHERE CollectionID = ?1;

-- rule_count_queries: how many query rules a collection has
SELECT count(*) FROM collection_rule WHERE collection = ?1 AND kind = 2;

-- rule_add_direct: adds a device, or renames the rule that names it
INSERT INTO collection_rule (collection, kind, resource, name)
    VALUES (?1, 1, ?2, ?3) ON CONFLICT (collection, kind, resource) DO UPDATE
    SET name = excluded.name;

-- rule_add_other: adds an include or exclude rule, or renames it
INSERT INTO collection_rule (collection, kind, other, name)
    VALUES (?1, ?2, ?3, ?4) ON CONFLICT (collection, kind, other) DO UPDATE
    SET name = excluded.name;

-- rule_add_query: adds a query rule
INSERT INTO collection_rule (collection, kind, wql, name)
    VALUES (?1, 2, ?2, ?3);

-- rule_change_query: replaces the expression of a query rule, and its name if one is given
UPDATE collection_rule SET wql = ?3, name = iif(?4 = '', name, ?4)
    WHERE row = ?2 AND collection = ?1 AND kind = 2;

-- rule_delete_direct: deletes the rule that names a device
DELETE FROM collection_rule WHERE collection = ?1 AND kind = ?2
    AND resource = ?3;

-- rule_delete_query: deletes a query rule
DELETE FROM collection_rule WHERE row = ?3 AND collection = ?1 AND kind = ?2;

-- rule_delete_other: deletes the rule that includes or excludes a collection
DELETE FROM collection_rule WHERE collection = ?1 AND kind = ?2
    AND other = ?3;
