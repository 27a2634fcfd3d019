-- health_table (fragment): checks a table with its indexes; a format
PRAGMA integrity_check("%s");

-- health_quick (script): checks pages, at most 5 problems
PRAGMA quick_check(5);

-- health_quick_program (script): which pages that check looks at
EXPLAIN PRAGMA quick_check(5);

-- health_whole (script): checks pages and indexes, at most 20 problems
PRAGMA integrity_check(20);

-- health_whole_program (script): which pages that check looks at
EXPLAIN PRAGMA integrity_check(20);

-- tree_table: is it one that has numbers, how many columns, how many computed
-- (pragma_table_list would first read all views, time and again where a
-- function of one is not known)
SELECT EXISTS (SELECT 1 FROM main.sqlite_schema s WHERE s.type = 'table'
        AND s.name = ?1 AND s.rootpage > 0),
    NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) l WHERE l.origin = 'pk'
        AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema s
            WHERE s.type = 'index' AND s.name = l.name)),
    (SELECT count(*) FROM pragma_table_xinfo(?1)),
    (SELECT count(*) FROM pragma_table_xinfo(?1) x WHERE x.hidden
    OR x.name IN ('rowid', 'oid', '_rowid_') COLLATE NOCASE);

-- tree_indexes: its indexes, but for what orders a table that has no numbers
SELECT l.name, s.name IS NOT NULL, ifnull(s.sql, ''), l.partial
FROM pragma_index_list(?1) l
LEFT JOIN main.sqlite_schema s ON s.type = 'index' AND s.name = l.name
WHERE ?2 OR l.origin <> 'pk';

-- tree_own: what orders a table that has no numbers
SELECT l.name FROM pragma_index_list(?1) l WHERE l.origin = 'pk';

-- tree_columns: of an index: the column, its name, and how it is ordered
SELECT x.cid, x.name, x."desc", upper(x.coll) FROM pragma_index_xinfo(?1) x
WHERE x."key" OR ?2 ORDER BY x.seqno;

-- tree_numbers (fragment): the least and the greatest number of a table
SELECT (SELECT min(rowid) FROM main."%1$s"), (SELECT max(rowid) FROM main."%1$s")

-- health_hide_views: what drops all views; NULL: there are none
SELECT group_concat('DROP VIEW main."' || replace(name, '"', '""') || '";', '')
FROM main.sqlite_schema WHERE type = 'view';

-- health_hide_begin (script): for as long as a check takes
SAVEPOINT health_hide;

-- health_hide_end (script): as if nothing had been dropped
ROLLBACK TO health_hide;
RELEASE health_hide;
