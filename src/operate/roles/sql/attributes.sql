-- The attributes of a role that it should not have, as ALTER ROLE takes them away, and whether it may use the
-- schema that is worked in. No row when there is no such role. $1 role
SELECT array_remove(ARRAY[CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolsuper THEN 'SUPERUSER' END,
                          CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
                          CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
                          CASE WHEN rolcreatedb THEN 'CREATEDB' END,
                          CASE WHEN rolreplication THEN 'REPLICATION' END], NULL),
       has_schema_privilege(oid, quote_ident(current_schema())::regnamespace, 'USAGE')
FROM pg_roles WHERE rolname = $1
