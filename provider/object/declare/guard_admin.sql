-- guard_had_source: whether a declared record was of this group source already
SELECT 1 FROM admin WHERE row = ?1 AND place IS NOT NULL AND GroupSource = ?2;
