-- What a fork needs of the thread it branches off: its line, its last place, its scope and channel.
-- $1 org, $2 project, $3 thread
SELECT line_threads, line_upto, last_seq, scope, channel
FROM chat_threads
WHERE org_id = $1 AND project_id = $2 AND id = $3
