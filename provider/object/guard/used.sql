-- used_collections: collections on which rights or deployments rest, and their types
SELECT c.row, c.CollectionType FROM assignment_collection a
    JOIN collection c ON c.row = a.collection
    UNION SELECT c.row, c.CollectionType FROM app_deployment d
    JOIN collection c ON d.TargetCollectionID = c.CollectionID
    UNION SELECT c.row, c.CollectionType FROM advertisement d
    JOIN collection c ON d.CollectionID = c.CollectionID
    UNION SELECT c.row, c.CollectionType FROM settings_assignment d
    JOIN collection c ON d.CollectionID = c.CollectionID;
