-- lookup_rank (fragment): objects that are built in or declared before those of the
-- console, and of these the one that files (?2: table) named (?1) first
CASE WHEN IsBuiltIn OR place IS NOT NULL THEN 0
    WHEN row IN (SELECT d.row FROM declared_reference d
    WHERE d.name = ?1 AND d.kind = ?2) THEN 1 ELSE 2 END

-- lookup_by (fragment): keys of the objects of that key or name, best first; a format
SELECT CAST(%s AS TEXT), %s AS rank FROM %s WHERE %s = ?1 AND ?2 <> ''
    ORDER BY rank LIMIT %d
