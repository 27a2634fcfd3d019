-- scope_names_of (fragment): names of the scopes that an object is in, of a type that follows
(SELECT json_group_array(CategoryName) FROM
    (SELECT s.CategoryName FROM object_scope o JOIN scope s ON s.row = o.scope
    WHERE o.object = t.row AND o.type =

-- scope_names_end (fragment): the rest of it, after a condition
ORDER BY s.CategoryName))
