-- Asked once per connection: must a tenant transaction take the runtime role, and which object ids have
-- pgvector's types here (0 while the extension is missing).
SELECT current_user <> 'stele_runtime'
           AND EXISTS (SELECT FROM pg_roles
                       WHERE rolname = 'stele_runtime' AND pg_has_role(current_user, oid, 'MEMBER')),
       coalesce(to_regtype('halfvec')::oid::int, 0), coalesce(to_regtype('sparsevec')::oid::int, 0)
