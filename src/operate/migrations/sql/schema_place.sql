-- Where this session works and where it could: the database, the login, the schema of the moment ('': none),
-- whether a schema is there, whether another schema holds tables of somebody else's, and the search_path that
-- finds the schema and the extensions.
-- $1 the schema
SELECT current_database()::text, session_user::text, coalesce(current_schema()::text, ''),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname NOT IN ('information_schema', $1)
                 AND n.nspname !~ '^pg_'
                 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                                           AND d.objid = c.oid AND d.deptype = 'e')),
       (SELECT string_agg(quote_ident(name), ', ' ORDER BY at, name)
        FROM (SELECT $1 AS name, 0 AS at
              UNION SELECT DISTINCT n.nspname::text, 1
                    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                    WHERE e.extname IN ('vector', 'pg_trgm', 'pgcrypto') AND n.nspname NOT IN ($1, 'public')
              UNION SELECT 'public', 2 WHERE $1 <> 'public') AS path)
