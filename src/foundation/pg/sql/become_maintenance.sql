-- For the rest of the transaction the login is stele_maintenance, which may drop partitions. A login that is no member of it
-- stays what it is, and is refused unless it owns the tables.
SELECT set_config('role', 'stele_maintenance', true)
FROM pg_roles WHERE rolname = 'stele_maintenance' AND pg_has_role(session_user, oid, 'MEMBER')
