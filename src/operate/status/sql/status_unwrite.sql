-- Takes the row of status_write away. $1 its id.
DELETE FROM memories WHERE org_id = stele_org() AND project_id = stele_project() AND id = $1
