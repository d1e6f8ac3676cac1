-- The namespace in which the account's paths begin, where that is not the user's own folder (Dropbox-API-Path-Root).
ALTER TABLE authorizations ADD COLUMN path_root TEXT;
ALTER TABLE authorization_requests ADD COLUMN path_root TEXT;
