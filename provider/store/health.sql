-- health_tables: each table, and what checks it with its indexes
SELECT name,
    'PRAGMA integrity_check("' || replace(name, '"', '""') || '")'
FROM sqlite_schema WHERE type = 'table';

-- health_quick (script): checks pages, at most 5 problems
PRAGMA quick_check(5);

-- health_quick_program (script): which pages that check looks at
EXPLAIN PRAGMA quick_check(5);

-- health_whole (script): checks pages and indexes, at most 20 problems
PRAGMA integrity_check(20);

-- health_whole_program (script): which pages that check looks at
EXPLAIN PRAGMA integrity_check(20);
