-- copy_room (script): how large a copy may become: 1 GiB
PRAGMA max_page_count = 262144;

-- copy_has: whether the schema has a name
SELECT 1 FROM sqlite_schema WHERE name = ?1;

-- copy_tables: the tables, those of the library last
SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL
ORDER BY name LIKE 'sqlite\_%' ESCAPE '\', rowid;

-- copy_rest: indexes, views and triggers
SELECT name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL
ORDER BY rowid;

-- copy_empty (fragment): empties the table of a name
DELETE FROM "%s"

-- copy_read (fragment): reads the table of a name
SELECT * FROM "%s"

-- copy_add (fragment): adds a row; one ? for each column follows
INSERT INTO "%s" VALUES (
