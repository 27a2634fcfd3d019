-- below (fragment): the collections that a key (?1) names and limits, at any depth
WITH RECURSIVE below (row, id) AS (SELECT row, CollectionID FROM collection
    WHERE CollectionID = ?1
    UNION SELECT c.row, c.CollectionID FROM collection c
    JOIN below b ON c.LimitToCollectionID = b.id)

-- count_table (fragment): how many objects of a class there are; a format
SELECT count(*) FROM %s

-- count_on (fragment): how many objects of a class are on a collection (?2), or on
-- those below it (?3); a format of table and label
{below}
SELECT count(*) FROM %s t WHERE %s IN (SELECT row FROM below
    WHERE (id = ?1 AND ?2) OR (id <> ?1 AND ?3))

-- count_devices_below: how many devices the collections below one hold
{below}
SELECT count(DISTINCT m.resource) FROM below b
    JOIN collection_member m ON m.collection = b.row WHERE b.id <> ?1;

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
