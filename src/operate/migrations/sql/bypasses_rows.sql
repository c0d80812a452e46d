-- What lets this login pass row-level security by, although no runtime role is there that it could step down
-- to; '' when nothing does.
SELECT CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime'
                                                AND pg_has_role(r.oid, oid, 'MEMBER')) THEN ''
            WHEN r.rolsuper THEN 'is a superuser'
            WHEN r.rolbypassrls THEN 'has BYPASSRLS'
            ELSE '' END, r.rolname::text
FROM pg_roles r
WHERE r.rolname = current_user
