-- plan: tenant, because all segments are made anew
-- All summaries of a tenant are in no segment any more: they are being made anew. $1 org, $2 project
UPDATE chat_summaries SET indexed = false WHERE org_id = $1 AND project_id = $2 AND indexed
