-- Whether messages of these scopes have been waiting for their vector for more than five seconds, of the first thousand
-- that wait, and whether any was set aside.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 model
SELECT EXISTS (SELECT FROM (SELECT w.thread_id, w.from_seq FROM chat_work w
                            WHERE w.org_id = $1 AND w.project_id = $2 AND w.task = 'vectors'
                                AND w.queued_at < now() - interval '5 s'
                            LIMIT 1000) w
                   CROSS JOIN LATERAL (SELECT o.scope FROM chat_messages o
                                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.thread_id = w.thread_id
                                           AND o.seq = w.from_seq LIMIT 1) m
               WHERE $3::text[] IS NULL OR m.scope = ANY ($3)),
       EXISTS (SELECT FROM (SELECT d.item FROM dead_letters d
                            WHERE d.org_id = $1 AND d.project_id = $2 AND d.task = 'conversations'
                                AND d.kind = 'message' AND d.model = $4 LIMIT 1000) g
                   CROSS JOIN LATERAL (SELECT o.scope FROM chat_messages o
                                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = g.item LIMIT 1) m
               WHERE $3::text[] IS NULL OR m.scope = ANY ($3))
