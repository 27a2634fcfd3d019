-- device_holders: the collections that hold a device
SELECT collection FROM collection_member WHERE resource = ?1
    ORDER BY collection;
