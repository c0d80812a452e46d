-- What stele_runtime is beside being a runtime role; which tables of Stele's it owns, and who owns the database.
SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
       coalesce((SELECT array_agg(c.oid::regclass::text ORDER BY 1) FROM pg_class c
                  WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')), '{}'),
       (SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database())
  FROM pg_roles r WHERE r.rolname = 'stele_runtime'
