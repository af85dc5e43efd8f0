/**
 * An empty replacement (wrangler.toml) for `@upstash/core-analytics`, which the limiter imports and Edgehog does not
 * use.
 */
export class Analytics {}
