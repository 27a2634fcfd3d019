-- settings_of (fragment): row of the collection that settings are of
(SELECT c.row FROM collection c WHERE c.CollectionID = t.CollectionID)
