-- Asked once per connection: must a tenant transaction take the runtime role, because the login could
-- pass row-level security by or change the schema; which object ids have pgvector's types here (0 while the
-- extension is missing); the schema that the session works in ("": none); and whether Citus hands SET LOCAL on to
-- shards here.
SELECT (r.rolsuper OR r.rolbypassrls
        OR EXISTS (SELECT FROM pg_class
                   WHERE oid = to_regclass('memories') AND pg_has_role(r.oid, relowner, 'MEMBER')))
           AND EXISTS (SELECT FROM pg_roles
                       WHERE rolname = 'stele_runtime' AND pg_has_role(r.oid, oid, 'MEMBER')),
       coalesce(to_regtype('halfvec')::oid::int, 0), coalesce(to_regtype('sparsevec')::oid::int, 0),
       coalesce(current_schema()::text, ''),
       coalesce(current_setting('citus.propagate_set_commands', true) = 'local', false)
FROM pg_roles r
WHERE r.rolname = current_user
