-- application_is_deployed (fragment): whether it has a deployment that the caller may read
EXISTS (SELECT 1 FROM app_deployment d JOIN collection c
    ON c.CollectionID = d.TargetCollectionID WHERE d.AssignedCI = t.row
    AND sms_may(200, 0, 3, c.row))

-- application_deployments (fragment): how many deployments of it the caller may read
(SELECT count(*) FROM app_deployment d JOIN collection c
    ON c.CollectionID = d.TargetCollectionID WHERE d.AssignedCI = t.row
    AND sms_may(200, 0, 3, c.row))
