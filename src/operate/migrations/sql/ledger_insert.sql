-- One migration was applied. The time never runs backwards, even when the server's clock does: the
-- order of application is evidence. $1 version, $2 name, $3 checksum, $4 phase, $5 milliseconds.
INSERT INTO schema_migrations
    (version, name, checksum, phase, applied_at, duration_ms, applied_by)
SELECT $1, $2, $3, $4,
       greatest(clock_timestamp(), (SELECT max(applied_at) FROM schema_migrations)),
       $5, session_user
