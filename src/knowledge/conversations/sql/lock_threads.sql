-- The threads of a batch, made when they are not there, held until the transaction ends: in the order of their
-- keys, so that two batches wait for each other instead of dead-locking.
-- $1 org, $2 project, $3 ids of new ones, $4 keys, $5 scopes, $6 channels, $7 instances, $8 began at
INSERT INTO chat_threads AS t (org_id, project_id, id, key, scope, channel, instance, created_at,
                               last_message_at)
SELECT $1, $2, n.id, n.key, n.scope, n.channel, n.instance, n.at, n.at
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
     AS n (id, key, scope, channel, instance, at)
ORDER BY n.key COLLATE "C"
ON CONFLICT (org_id, project_id, key) DO UPDATE SET key = t.key
RETURNING t.key, t.id, t.last_seq, t.scope
