-- The statements that give a database what belongs to it and not to its contents: settings, settings of
-- roles in it, privileges, the limit of connections, the comment. %s stands for the other database's name.
-- $1 also what search_path is set to
WITH d AS (SELECT * FROM pg_database WHERE datname = current_database()),
settings AS (
    SELECT CASE WHEN s.setrole = 0 THEN 'ALTER DATABASE %s'
                ELSE format('ALTER ROLE %I IN DATABASE %%s', pg_get_userbyid(s.setrole)) END AS whose,
           split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
    FROM d, pg_db_role_setting s, unnest(s.setconfig) AS entry
    WHERE s.setdatabase = d.oid
)
-- The catalog keeps lists of names quoted, and every other value as it is.
SELECT whose || format(' SET %I = ', name)
       || CASE WHEN lower(name) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                    'session_preload_libraries') THEN value
               ELSE quote_literal(value) END
FROM settings
WHERE $1 OR lower(name) <> 'search_path'
UNION ALL
SELECT 'REVOKE ALL ON DATABASE %s FROM PUBLIC' FROM d WHERE datacl IS NOT NULL
UNION ALL
SELECT format('GRANT %s ON DATABASE %%s TO %s%s', acl.privilege_type,
              CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
              CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM d, aclexplode(d.datacl) AS acl
WHERE acl.grantee <> d.datdba
UNION ALL
SELECT format('ALTER DATABASE %%s CONNECTION LIMIT %s', datconnlimit) FROM d WHERE datconnlimit <> -1
UNION ALL
SELECT format('COMMENT ON DATABASE %%s IS %L', shobj_description(oid, 'pg_database')) FROM d
WHERE shobj_description(oid, 'pg_database') IS NOT NULL
