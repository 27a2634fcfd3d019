-- folder_scopes (fragment): scopes of the folder that an object is in
(SELECT f.scopes FROM folder f WHERE f.row = t.ContainerNodeID)

-- folder_collection_type: whether a collection holds users or devices
SELECT CollectionType FROM collection WHERE row = ?1;

-- folder_of: the folder that an object is in
SELECT folder FROM folder_item WHERE type = ?1 AND object = ?2;

-- folder_take: takes an object out of its folder
DELETE FROM folder_item WHERE type = ?1 AND object = ?2;

-- folder_put: puts an object into a folder
INSERT INTO folder_item (type, object, InstanceKey, kind, folder)
    VALUES (?1, ?2, ?3, ?4, ?5);
