-- import_direct: collections with a rule that names one of some devices
SELECT collection FROM collection_rule WHERE resource BETWEEN ?1 AND ?2
    UNION SELECT r.collection FROM collection_rule r
    JOIN device d ON d.Name = r.device COLLATE NOCASE
    WHERE r.device IS NOT NULL AND d.row BETWEEN ?1 AND ?2;

-- import_root: the collection of all devices
SELECT row FROM collection WHERE CollectionID = 'SMS00001';

-- import_naming: collections that include or exclude a collection
SELECT collection FROM collection_rule WHERE other = ?1;

-- import_due: collections that are due
SELECT collection FROM collection_due;

-- import_rules: how many query rules there are, so many at most
SELECT count(*) FROM (SELECT 1 FROM collection_rule WHERE kind = 2 LIMIT ?1);
