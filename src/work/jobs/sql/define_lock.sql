-- One definition of a name at a time. $1 org, $2 project, $3 name
SELECT pg_advisory_xact_lock(hashtextextended('stele definition ' || $1::uuid || $2::uuid || $3::text, 0))
