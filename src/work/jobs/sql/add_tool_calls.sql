-- Keeps tool calls, without secrets. $1 org, $2 project, then one array a column: $3 jobs, $4 places, $5 steps,
-- $6 tools, $7 arguments, $8 results, $9 ok or error, $10 milliseconds, $11 started
INSERT INTO job_tool_calls (org_id, project_id, job_id, seq, step, tool, args, result, status, duration_ms, started_at)
SELECT $1, $2, t.job, t.seq, t.step, t.tool, t.args::jsonb, t.result::jsonb, t.status, t.duration, t.started_at
FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[],
            $11::timestamptz[]) AS t (job, seq, step, tool, args, result, status, duration, started_at)
