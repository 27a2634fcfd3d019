-- catalog_drop_operations: forgets the operations of another catalog
DELETE FROM available_operation;

-- catalog_drop_types: forgets its types
DELETE FROM secured_type;

-- catalog_put_type: adds a type of secured objects
INSERT INTO secured_type (type, name, has_scopes, type_operations,
    instance_operations) VALUES (?1, ?2, ?3, ?4, ?5);

-- catalog_put_operation: adds an operation of a type
INSERT INTO available_operation (type, bit, name, is_type_wide)
    VALUES (?1, ?2, ?3, ?4);
