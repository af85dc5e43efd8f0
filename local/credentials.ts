/** Development credentials. The embedded stack makes them; a deployment never does. */
export const KEY = 'phx_local_development_key'
export const TOKEN = 'phc_local_development_token'
export const REDIS_TOKEN = 'local_development_redis_token'

/** QStash's official development user. */
export const QSTASH = {
  token: 'eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=',
  currentSigningKey: 'sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r',
  nextSigningKey: 'sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs',
}
