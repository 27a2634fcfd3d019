-- pin_find: one rule of a collection that names a declared one
SELECT r.row, c.row, r.kind, c.CollectionID, c.Name, ifnull(c.made_by, ''),
    ifnull(c.place, '') FROM collection_rule r
    JOIN collection c ON c.row = r.collection WHERE r.other = ?1
    ORDER BY c.place IS NULL, c.row, r.kind LIMIT 1;

-- pin_remove: removes a rule
DELETE FROM collection_rule WHERE row = ?1;
