-- declare_old_level: the level that the site asks for
SELECT AuthenticationLevel FROM site;

-- declare_level: sets the level, and the line that declares it
UPDATE site SET AuthenticationLevel = ?1, level_place = ?2;

-- declare_is_excluded: whether an exclusion is declared in these words
SELECT 1 FROM exclusion WHERE name = ?1 AND is_group = ?2
    AND reason = ?3 AND owner = ?4 AND until_s = ?5
    AND source = ?6 AND place IS NOT NULL;

-- declare_exclusion: declares an exclusion, at a line
INSERT INTO exclusion (name, is_group, reason, owner, until_s, place, seen,
    source) VALUES (?1, ?2, ?3, ?4, ?5, ?7, 1, ?6)
    ON CONFLICT (name, is_group) DO UPDATE SET reason = ?3, owner = ?4,
    until_s = ?5, place = ?7, seen = 1, source = ?6;
