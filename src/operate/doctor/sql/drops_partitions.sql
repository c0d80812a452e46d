-- Whether stele_maintenance exists; whether this login may drop partitions, as a member of it or by its own right (an
-- owner); and the server's version.
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_maintenance'),
       EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_maintenance' AND pg_has_role(session_user, oid, 'MEMBER'))
           OR has_function_privilege(session_user,
                                     to_regprocedure('stele_drop_partitions(text, timestamptz, boolean)')::oid, 'EXECUTE'),
       current_setting('server_version_num')::int
