-- assignment_application (fragment): name of the application that is deployed
(SELECT a.LocalizedDisplayName FROM application a WHERE a.row = t.AssignedCI)

-- assignment_collection (fragment): name of the collection it is deployed to
(SELECT c.Name FROM collection c WHERE c.CollectionID = t.TargetCollectionID)

-- assignment_target (fragment): row of the collection it is deployed to
(SELECT c.row FROM collection c WHERE c.CollectionID = t.TargetCollectionID)

-- assignment_scopes (fragment): scopes of the application that is deployed
(SELECT a.scopes FROM application a WHERE a.row = t.AssignedCI)
