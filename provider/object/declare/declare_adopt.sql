-- The second column is the collection whose readers may know of the row, or 0.

-- adopt_scope_holders: administrators who hold something in a scope
SELECT DISTINCT a.LogonName, 0 FROM assignment_scope s
    JOIN assignment g ON g.row = s.assignment JOIN admin a ON a.row = g.admin
    WHERE s.scope = ?1 ORDER BY 1;

-- adopt_role_holders: administrators who hold a role
SELECT DISTINCT a.LogonName, 0 FROM assignment_role s
    JOIN assignment g ON g.row = s.assignment JOIN admin a ON a.row = g.admin
    WHERE s.role = ?1 ORDER BY 1;

-- adopt_admin_roles: the roles of an administrator
SELECT DISTINCT o.RoleName, 0 FROM assignment g JOIN assignment_role r
    ON r.assignment = g.row JOIN role o ON o.row = r.role
    WHERE g.admin = ?1 ORDER BY 1;

-- adopt_admin_identities: the identities of an administrator
SELECT kind || ' ' || value, 0 FROM admin_identity WHERE admin = ?1
    AND kept < 2 ORDER BY 1;

-- adopt_collection_holders: administrators who hold something on a collection
SELECT DISTINCT a.LogonName, 0 FROM assignment_collection s
    JOIN assignment g ON g.row = s.assignment JOIN admin a ON a.row = g.admin
    WHERE s.collection = ?1 ORDER BY 1;

-- adopt_collection_deployments: what is deployed to a collection
SELECT 'SMS_ApplicationAssignment ' || d.row, c.row FROM collection c
    JOIN app_deployment d ON d.TargetCollectionID = c.CollectionID
    WHERE c.row = ?1 UNION ALL
    SELECT 'SMS_Advertisement ' || d.AdvertisementID, c.row
    FROM collection c JOIN advertisement d
    ON d.CollectionID = c.CollectionID WHERE c.row = ?1 ORDER BY 1;

-- adopt_collection_dependants: collections whose limit or rule it is
SELECT d.CollectionID || ' ' || d.Name, d.row FROM collection c
    JOIN collection d ON d.LimitToCollectionID = c.CollectionID
    WHERE c.row = ?1 UNION SELECT d.CollectionID || ' ' || d.Name, d.row
    FROM collection_rule r JOIN collection d ON d.row = r.collection
    WHERE r.other = ?1 ORDER BY 1;

-- adopt_scope_objects: whether objects are in a scope
SELECT 1 FROM object_scope WHERE scope = ?1;

-- adopt_differing: declared administrators who were disabled by hand
SELECT LogonName, ifnull(LastModifiedBy, ''), place FROM admin
    WHERE place IS NOT NULL AND IsDisabled ORDER BY LogonName;
