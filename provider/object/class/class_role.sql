-- role_is_security (fragment): whether a role can add or modify administrators
EXISTS (SELECT 1 FROM role_right r WHERE r.role = t.row
    AND r.type = 28 AND r.operations & 1026 <> 0)

-- role_holders (fragment): how many administrators hold a role
(SELECT count(DISTINCT a.admin) FROM assignment_role r
    JOIN assignment a ON a.row = r.assignment WHERE r.role = t.row)

-- role_operations (fragment): the rights of a role, as a list
(SELECT json_group_array(json_object('ObjectTypeID', type,
    'GrantedOperations', operations, 'RequiredLevel', level)) FROM
    (SELECT type, operations, level FROM role_right WHERE role = t.row
    ORDER BY type, level))

-- role_rights: the rights of a role by its key
SELECT r.type, r.operations, r.level FROM role o
    JOIN role_right r ON r.role = o.row WHERE o.RoleID = ?1
    ORDER BY r.type, r.level;

-- role_add_right: adds operations to a role
INSERT INTO role_right (role, type, level, operations)
    VALUES (?1, ?2, ?3, ?4) ON CONFLICT (role, type, level)
    DO UPDATE SET operations = operations | excluded.operations;

-- role_clear_rights: takes all rights from a role
DELETE FROM role_right WHERE role = ?1;

-- role_uses: administrators who hold a role
SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_role r
    JOIN assignment a ON a.row = r.assignment WHERE r.role = ?1;
