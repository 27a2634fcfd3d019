-- site_id: the site's key across sites
SELECT '{' || substr(SiteID, 1, 8) || '-' || substr(SiteID, 9, 4) || '-'
    || substr(SiteID, 13, 4) || '-' || substr(SiteID, 17, 4) || '-'
    || substr(SiteID, 21) || '}' FROM site;
