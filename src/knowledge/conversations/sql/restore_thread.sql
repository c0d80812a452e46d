-- A thread as an export has it; one that is there stays as it is.
-- $1 org, $2 project, $3 thread, $4 key, $5 scope, $6 channel, $7 title, $8 instance, $9 lineage, $10 up to,
-- $11 last place, $12 last place summarized, $13 metadata, $14 created, $15 last said at, $16 ended
INSERT INTO chat_threads (org_id, project_id, id, key, scope, channel, title, instance, lineage_threads,
                          lineage_upto, last_seq, summarized_seq, metadata, created_at, last_message_at,
                          ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT DO NOTHING
RETURNING id
