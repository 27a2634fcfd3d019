-- count_in_scope: how many objects of a type are in a scope
SELECT count(*) FROM scope s JOIN object_scope o ON o.scope = s.row
    WHERE s.CategoryID = ?1 AND o.type = ?2;

-- count_outside: how many objects of a type are in none of these scopes alone
SELECT count(DISTINCT o.object) FROM object_scope o
    JOIN scope s ON s.row = o.scope WHERE o.type = ?1
    AND s.CategoryID NOT IN (SELECT value FROM json_each(?2));

-- count_devices: how many devices a collection holds
SELECT count(*) FROM collection c
    JOIN collection_member m ON m.collection = c.row WHERE c.CollectionID = ?1;
