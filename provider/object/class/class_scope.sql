-- scope_holders (fragment): how many administrators hold a scope
(SELECT count(DISTINCT a.admin) FROM assignment_scope s
    JOIN assignment a ON a.row = s.assignment WHERE s.scope = t.row)

-- scope_objects (fragment): how many objects of a scope the caller may read
(SELECT count(*) FROM membership m WHERE m.CategoryID = t.CategoryID
    AND sms_may(m.ObjectTypeID, 0, 1, m.scopes))

-- scope_uses: administrators who hold a scope
SELECT DISTINCT 'SMS_Admin', a.admin FROM assignment_scope s
    JOIN assignment a ON a.row = s.assignment WHERE s.scope = ?1;

-- scope_uses_object: objects in a scope
SELECT m.class, m.ObjectKey FROM membership m WHERE m.CategoryID = ?2;
