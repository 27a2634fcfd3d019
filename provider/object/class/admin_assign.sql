-- admin_assign: adds an assignment of an administrator
INSERT INTO assignment (admin, from_s, until_s) VALUES (?1, ?2, ?3);

-- admin_assign_role: adds a role to an assignment
INSERT OR IGNORE INTO assignment_role VALUES (?1, ?2);

-- admin_assign_scope: adds a scope to an assignment
INSERT OR IGNORE INTO assignment_scope VALUES (?1, ?2);

-- admin_assign_collection: adds a collection to an assignment
INSERT OR IGNORE INTO assignment_collection VALUES (?1, ?2);

-- admin_drop_assignments: deletes the assignments of an administrator
DELETE FROM assignment WHERE admin = ?1;
