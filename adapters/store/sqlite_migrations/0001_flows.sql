CREATE TABLE flow (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE seen (
  flow_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (flow_id, event_id)
) WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

CREATE TABLE owed (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  flow_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  body TEXT NOT NULL,
  since INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  free_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX owed_lane ON owed (flow_id, lane, seq);
CREATE INDEX owed_free ON owed (free_at);

CREATE TABLE history (
  flow_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (flow_id, seq)
) WITHOUT ROWID;
CREATE INDEX history_at ON history (at);
CREATE TABLE history_head (
  flow_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  link TEXT NOT NULL
);
CREATE TABLE alias (
  person TEXT PRIMARY KEY,
  alias TEXT NOT NULL UNIQUE
) WITHOUT ROWID;

CREATE TABLE number (
  owed_id TEXT PRIMARY KEY,
  series TEXT NOT NULL,
  number INTEGER NOT NULL,
  UNIQUE (series, number)
) WITHOUT ROWID;

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  principal TEXT NOT NULL,
  csrf TEXT NOT NULL,
  chat TEXT,
  seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_person ON session (person);
