-- Says to who watches that a live job was told something, if it is announced. $1 org, $2 project, $3 job
SELECT stele_announce(j.org_id, j.project_id, 'job.context_injected', j.id, j.metadata ->> 'sessionId',
                      jsonb_build_object('jobId', j.id))
FROM jobs j
WHERE j.org_id = $1 AND j.project_id = $2 AND j.id = $3 AND j.announced AND j.status = 'queued'
