-- Until the transaction ends nobody else writes edges of this tenant. $1 org, $2 project
SELECT pg_advisory_xact_lock(hashtextextended('stele graph ' || $1::uuid || $2::uuid, 0))
