-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_revocation_heads(uuid[], uuid[]), stele_find_cookie_session(bytea), stele_find_api_token(text);
DROP TABLE revocations, revocation_heads, cookie_sessions, api_tokens;
