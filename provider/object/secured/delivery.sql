-- settings_target (fragment): row of the collection that client settings are deployed to
(SELECT c.row FROM collection c WHERE c.CollectionID = t.CollectionID)

-- settings_collection (fragment): its name
(SELECT c.Name FROM collection c WHERE c.CollectionID = t.CollectionID)

-- settings_scopes (fragment): scopes of the client settings that are deployed
(SELECT s.scopes FROM client_settings s WHERE s.row = t.ClientSettingsID)
