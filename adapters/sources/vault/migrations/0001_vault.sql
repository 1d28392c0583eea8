CREATE TABLE person (
  object_id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  given_name TEXT NOT NULL,
  mail TEXT NOT NULL,
  manager TEXT,
  language TEXT NOT NULL,
  enabled INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE device (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  ownership TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES person (object_id),
  serial TEXT NOT NULL,
  can_change INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX device_owner ON device (owner);

CREATE TABLE key (
  ref TEXT PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES device (id),
  kind TEXT NOT NULL,
  drive TEXT NOT NULL,
  key_id TEXT,
  stored_at INTEGER NOT NULL,
  is_current INTEGER NOT NULL,
  mark TEXT NOT NULL,
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX key_device ON key (device_id);
CREATE INDEX key_key_id ON key (key_id);
CREATE UNIQUE INDEX key_mark ON key (device_id, mark);

CREATE TABLE change_order (
  order_id TEXT PRIMARY KEY,
  device_id TEXT NOT NULL,
  ordered_at INTEGER NOT NULL,
  done_at INTEGER
) WITHOUT ROWID;
CREATE INDEX change_order_device ON change_order (device_id);

CREATE TABLE seed (
  object_id TEXT PRIMARY KEY,
  sealed BLOB NOT NULL,
  last_counter INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
