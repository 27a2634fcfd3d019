-- site_code: the site's own code
SELECT SiteCode FROM site;

-- row_last: the last row of a table whose rows are never used twice
SELECT seq FROM sqlite_sequence WHERE name = ?1;
