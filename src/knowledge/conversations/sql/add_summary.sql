-- A summary, while its thread is held; a range has one. Nothing when a message of it was forgotten since it was
-- read.
-- $1 org, $2 project, $3 thread, $4 from, $5 to, $6 messages read, $7 id, $8 summary, $9 keywords, $10 method,
-- $11 scope, $12 lexemes, $13 words, $14 model or NULL, $15 vector or NULL, $16 now
INSERT INTO chat_summaries (org_id, project_id, id, thread_id, from_seq, to_seq, summary, keywords,
                            message_count, method, scope, lexemes, words, model, embedding, created_at)
SELECT $1, $2, $7, $3, $4, $5, $8, $9, $6, $10, $11, $12::sparsevec, $13, $14, $15::halfvec, $16
WHERE $6::int = (SELECT count(*) FROM chat_messages
                 WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND seq BETWEEN $4 AND $5)
ON CONFLICT (org_id, project_id, thread_id, from_seq, to_seq) DO UPDATE SET summary = chat_summaries.summary
RETURNING id
