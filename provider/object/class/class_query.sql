-- query_limit (fragment): the collection of a query, for who may read it
(SELECT c.CollectionID FROM collection c
WHERE c.CollectionID = t.LimitToCollectionID AND sms_may(1, 0, 3, c.row))
