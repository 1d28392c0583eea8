CREATE INDEX flow_passing ON flow (at) WHERE id >= 'network:' AND id < 'network;';
