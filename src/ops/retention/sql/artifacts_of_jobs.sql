-- What goes with jobs that go: the graph knows them, too. $1 org, $2 project, $3 jobs
SELECT id FROM artifacts WHERE org_id = $1 AND project_id = $2 AND job_id = ANY ($3)
