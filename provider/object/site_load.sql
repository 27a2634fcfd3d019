-- load_level: the authentication level that the site asks for
SELECT AuthenticationLevel FROM site;
