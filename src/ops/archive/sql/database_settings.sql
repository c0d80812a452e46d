-- The statements that give a database what belongs to it and not to its contents: settings and the
-- privilege to connect. %s stands for the other database's name.
SELECT CASE WHEN entry LIKE 'search_path=%' THEN 'ALTER DATABASE %s SET ' || entry
            ELSE format('ALTER DATABASE %%s SET %I = %L', split_part(entry, '=', 1),
                        substr(entry, strpos(entry, '=') + 1)) END
FROM pg_db_role_setting s, unnest(s.setconfig) AS entry
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.setrole = 0
UNION ALL
SELECT format('GRANT %s ON DATABASE %%s TO %s', acl.privilege_type,
              CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
FROM pg_database d, aclexplode(d.datacl) AS acl
WHERE d.datname = current_database() AND acl.grantee <> d.datdba
