-- Names beside that of one row (?1); of groups or users (?2); of the console alone (?3).

-- alike_admins: other names of users, or of groups
SELECT LogonName FROM admin WHERE row <> ?1 AND IsGroup = ?2
    AND (?3 = 0 OR place IS NULL);

-- alike_roles: other names of roles
SELECT RoleName FROM role WHERE row <> ?1 AND ?2 IN (0, 1)
    AND (?3 = 0 OR place IS NULL);

-- alike_scopes: other names of scopes
SELECT CategoryName FROM scope WHERE row <> ?1 AND ?2 IN (0, 1)
    AND (?3 = 0 OR place IS NULL);
