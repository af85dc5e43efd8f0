/** In place of `@upstash/core-analytics`, which the limiter imports for statistics that nobody keeps (wrangler.toml). */
export class Analytics {}
