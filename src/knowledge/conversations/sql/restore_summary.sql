-- A summary as an export has it; its vector comes with those of the messages.
-- $1 org, $2 project, $3 the thread's key, $4 id, $5 from, $6 to, $7 summary, $8 keywords, $9 messages, $10 method,
-- $11 scope, $12 lexemes, $13 words, $14 created
INSERT INTO chat_summaries (org_id, project_id, thread_id, id, from_seq, to_seq, summary, keywords,
                            message_count, method, scope, lexemes, words, created_at)
SELECT $1, $2, t.id, $4, $5, $6, $7, $8, $9, $10, $11, $12::sparsevec, $13, $14
FROM chat_threads t
WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3
ON CONFLICT DO NOTHING
