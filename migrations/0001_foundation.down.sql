-- Takes away what the file of the same name makes, with all rows.
-- Roles and extensions stay: other databases of the server may use them.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_is_announced;
DROP TABLE retention_log, stele_backups, due_work;
DROP FUNCTION stele_add_trigger;
DROP FUNCTION stele_protect;
DROP FUNCTION stele_refuse_append_only;
DROP FUNCTION stele_refuse_held_row;
DROP FUNCTION stele_reader;
DROP FUNCTION stele_make_lookup;
DROP FUNCTION stele_grant;
DROP FUNCTION stele_project;
DROP FUNCTION stele_org;
