-- A thread that shows others' messages up to a place; nothing comes back when its key is taken. Its own
-- messages count on from there, and what is shared needs no summary of its own.
-- $1 org, $2 project, $3 thread, $4 key, $5 scope, $6 channel, $7 title, $8 instance, $9 lineage, $10 up to,
-- $11 the place, $12 now
INSERT INTO chat_threads (org_id, project_id, id, key, scope, channel, title, instance, lineage_threads,
                          lineage_upto, last_seq, summarized_seq, created_at, last_message_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $12)
ON CONFLICT DO NOTHING
RETURNING id
