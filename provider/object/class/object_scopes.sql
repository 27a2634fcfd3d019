-- scopes_add: puts an object into a scope
INSERT OR IGNORE INTO object_scope (type, object, scope) VALUES (?1, ?2, ?3);

-- scopes_remove: takes an object out of a scope
DELETE FROM object_scope WHERE type = ?1 AND object = ?2 AND scope = ?3;

-- scopes_drop: takes an object out of all scopes
DELETE FROM object_scope WHERE type = ?1 AND object = ?2;

-- scopes_list: the scopes of an object
SELECT scope FROM object_scope WHERE type = ?1 AND object = ?2 ORDER BY scope;
