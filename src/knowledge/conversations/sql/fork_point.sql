-- What a fork needs of the thread it branches off: its lineage, its last place, its scope and channel.
-- $1 org, $2 project, $3 its key
SELECT id, lineage_threads, lineage_upto, last_seq, scope, channel
FROM chat_threads
WHERE org_id = $1 AND project_id = $2 AND key = $3
