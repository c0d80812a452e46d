-- What most checks must know of the server and of this session.
SELECT current_setting('server_version'), current_database()::text, session_user::text, pg_is_in_recovery(),
       to_regclass('memories') IS NOT NULL AND to_regclass('embedding_queue') IS NOT NULL
           AND to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL,
       EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime'),
       EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime' AND pg_has_role(session_user, oid, 'MEMBER')),
       (SELECT r.rolsuper OR r.rolbypassrls
               OR coalesce((SELECT pg_has_role(r.oid, relowner, 'USAGE') FROM pg_class
                             WHERE oid = to_regclass('memories')), false)
          FROM pg_roles r WHERE r.rolname = session_user),
       extract(epoch FROM clock_timestamp())::float8
