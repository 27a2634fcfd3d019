-- seal_find: the checkpoint of the last change
SELECT line, start, tables FROM seal;

-- seal_put: keeps the checkpoint of this change
INSERT INTO seal (one, line, tables, start) VALUES (1, ?1, ?2, ?3)
ON CONFLICT (one) DO UPDATE SET line = ?1, tables = ?2, start = ?3;

-- sum_tables: what may be summed up
SELECT name FROM main.sqlite_schema
WHERE type = 'table' AND name NOT LIKE '%"%' ORDER BY name;

-- seal_sequence: the last numbers that were given, as sum_rows has them
SELECT * FROM sqlite_sequence;

-- seal_numbers: have any been given?
SELECT count(*), sum(seq) FROM sqlite_sequence;

-- sum_rows (fragment): the rows of a table
SELECT * FROM main."%s"

-- sum_range (fragment): some rows of a table that has numbers
SELECT * FROM main."%s" WHERE row > ?1 AND row <= ?2 ORDER BY row

-- sum_schema: the schema, in its order
SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid;
