-- inventory_labels_of_one (fragment): collections of the device whose only row it is
(SELECT sms_labels(b.labels, t.row) FROM label_block b
    WHERE b.block = t.row >> 6)

-- inventory_labels_of_many (fragment): collections of the device of a row
(SELECT sms_labels(b.labels, t.device) FROM label_block b
    WHERE b.block = t.device >> 6)

-- inventory_all: the descriptions of a site
SELECT row, ClassName, Description, Properties FROM inventory_class
    ORDER BY ClassName COLLATE NOCASE;

-- inventory_find: the description of a class
SELECT row, ClassName, Description, Properties FROM inventory_class
    WHERE ClassName = ?1 COLLATE NOCASE;

-- inventory_count: how many classes there are
SELECT count(*) FROM inventory_class;

-- inventory_add: adds a description
INSERT INTO inventory_class (row, ClassName, Description, Properties,
    IsDeletable, SourceSite, CreatedBy, CreatedDate, LastModifiedBy,
    LastModifiedDate) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?8);

-- inventory_change: changes a description
UPDATE inventory_class SET Description = ?2, Properties = ?3,
    LastModifiedBy = ?4, LastModifiedDate = ?5, row_version = row_version + 1
    WHERE row = ?1;

-- inventory_is_named: whether a rule of a collection that refreshes by itself names a class
SELECT 1 FROM rule_property p JOIN collection_rule r ON r.row = p.rule
    JOIN collection c ON c.row = r.collection
    WHERE p.class = ?1 AND c.RefreshType & 6 LIMIT 1;

-- inventory_uses: collections whose rules name a class
SELECT DISTINCT 'SMS_Collection', c.CollectionID FROM inventory_class i
    JOIN rule_property p ON p.class = i.ClassName
    JOIN collection_rule r ON r.row = p.rule
    JOIN collection c ON c.row = r.collection
    WHERE i.row = ?1;
