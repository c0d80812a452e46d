-- The block of `db status --verbose`: the server, the role and its powers, sizes.
SELECT jsonb_build_object(
    'server', current_setting('server_version'),
    'extensions', (SELECT jsonb_object_agg(extname, extversion) FROM pg_extension
                    WHERE extname IN ('vector', 'pg_trgm', 'pgcrypto')),
    'role', (SELECT jsonb_build_object('name', rolname, 'superuser', rolsuper,
                                       'bypassesRowSecurity', rolbypassrls,
                                       'createsRoles', rolcreaterole,
                                       'ownsTables', (SELECT count(*) FROM pg_class c
                                                       WHERE c.relowner = r.oid AND c.relkind = 'r'
                                                         AND c.relnamespace = quote_ident(current_schema())::regnamespace))
               FROM pg_roles r WHERE rolname = current_user),
    'databaseBytes', pg_database_size(current_database()),
    'tables', (SELECT jsonb_object_agg(relname, bytes)
                 FROM (SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class
                        WHERE relkind = 'r' AND relnamespace = quote_ident(current_schema())::regnamespace
                        ORDER BY bytes DESC, relname LIMIT 10) t))
