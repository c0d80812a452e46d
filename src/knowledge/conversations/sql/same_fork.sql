-- Whether a thread is that very fork.
-- $1 org, $2 project, $3 its key, $4 lineage, $5 up to
SELECT lineage_threads = $4::uuid[] AND lineage_upto = $5::int[]
FROM chat_threads
WHERE org_id = $1 AND project_id = $2 AND key = $3
