-- folder_kind: what a folder holds
SELECT ObjectType FROM folder WHERE row = ?1;

-- folder_is_within: whether a folder (?1) is within another (?2) or is it
WITH RECURSIVE up (row) AS (VALUES (?1)
    UNION SELECT f.ParentContainerNodeID FROM up
    JOIN folder f ON f.row = up.row)
SELECT EXISTS (SELECT 1 FROM up WHERE row = ?2);

-- folder_uses: folders in a folder
SELECT 'SMS_ObjectContainerNode', row FROM folder
    WHERE ParentContainerNodeID = ?1;

-- folder_uses_item: what is in a folder; a declared collection may be gone
SELECT 'SMS_ObjectContainerItem', row FROM folder_item
    WHERE folder = ?1 AND (type <> 1
    OR EXISTS (SELECT 1 FROM collection c WHERE c.row = object));
