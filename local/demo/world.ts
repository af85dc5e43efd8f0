/** Sixty days of a small web product, as the events that its page would have sent. */
import { Random } from './random.ts'

export interface DemoEvent {
  readonly event: string
  readonly distinct_id: string
  readonly uuid: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

const DAYS = 60
const USERS = 3_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

const BROWSERS = [
  ['Chrome', 58],
  ['Safari', 22],
  ['Firefox', 9],
  ['Microsoft Edge', 8],
  ['Opera', 3],
] as const
const SYSTEMS = [
  ['Windows', 40],
  ['Mac OS X', 27],
  ['Android', 16],
  ['iOS', 12],
  ['Linux', 5],
] as const
const COUNTRIES = [
  ['US', 31],
  ['DE', 14],
  ['GB', 11],
  ['FR', 9],
  ['IN', 9],
  ['BR', 7],
  ['NL', 5],
  ['JP', 4],
  ['SE', 3],
  ['AU', 3],
] as const
const SOURCES = [
  [null, 60],
  ['google', 20],
  ['newsletter', 9],
  ['twitter', 6],
  ['partner', 5],
] as const
const PAGES = [
  ['/', 34],
  ['/pricing', 14],
  ['/docs', 20],
  ['/blog', 13],
  ['/templates', 11],
  ['/changelog', 8],
] as const
const APP_PAGES = [
  ['/app', 40],
  ['/app/projects', 30],
  ['/app/settings', 10],
  ['/app/billing', 8],
  ['/app/reports', 12],
] as const
const PLANS = [
  ['free', 64],
  ['team', 26],
  ['business', 10],
] as const
const PRICES: Readonly<Record<string, number>> = { free: 0, team: 29, business: 99 }

/** The events in order of time, ending at `now`. The same for the same `now`. */
export function demoEvents(now: Date): DemoEvent[] {
  const end = now.getTime()
  const random = new Random(20_240_229)
  const events: DemoEvent[] = []
  for (let user = 0; user < USERS; user++) live(random, user, end, events)
  return events.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
}

/** One visitor: sessions, perhaps a sign-up that ties the anonymous id to an account, perhaps purchases. */
function live(random: Random, user: number, end: number, events: DemoEvent[]): void {
  const anonymous = `anon-${random.uuid()}`
  const account = `user-${user + 1}`
  const traits = {
    $browser: random.pick(BROWSERS),
    $os: random.pick(SYSTEMS),
    $geoip_country_code: random.pick(COUNTRIES),
  }
  const device = traits.$os === 'Android' || traits.$os === 'iOS' ? 'Mobile' : 'Desktop'
  const source = random.pick(SOURCES)
  // a third is there from the start; of the others, more come as the product grows
  let day = random.chance(0.33) ? random.next() * 6 : DAYS * Math.sqrt(random.next())
  let signedUp = false
  let plan = 'free'
  const loyalty = random.next()
  while (day < DAYS) {
    const weekend = [0, 6].includes(new Date(end - (DAYS - day) * DAY_MS).getUTCDay())
    if (!weekend || random.chance(0.45)) session()
    day += 0.3 + (random.next() * 9) / (0.25 + loyalty * loyalty * 3)
    if (!signedUp && random.chance(0.35)) return
  }

  function session(): void {
    let at = end - (DAYS - day) * DAY_MS + random.between(0, 300) * MINUTE_MS
    const base = {
      ...traits,
      $device_type: device,
      $session_id: random.uuid(),
      $host: 'hedge.example',
      ...(source && !signedUp ? { utm_source: source } : {}),
    }
    const send = (event: string, properties: Record<string, unknown> = {}) => {
      at += random.between(5, 240) * 1000
      if (at >= end) return
      const id = signedUp ? account : anonymous
      events.push({
        event,
        distinct_id: id,
        uuid: random.uuid(),
        timestamp: new Date(at).toISOString(),
        properties: { ...base, ...properties },
      })
    }
    const view = (path: string) => send('$pageview', { $pathname: path, $current_url: `https://hedge.example${path}` })
    for (let page = random.between(1, 6); page > 0; page--) view(random.pick(signedUp ? APP_PAGES : PAGES))
    if (!signedUp && random.chance(0.3)) {
      view('/signup')
      signedUp = true
      plan = random.pick(PLANS)
      send('$identify', {
        $anon_distinct_id: anonymous,
        $set: { email: `${account}@example.com`, plan, country: traits.$geoip_country_code },
        $set_once: { signup_source: source ?? 'direct' },
      })
      send('signed up', { plan, method: random.chance(0.4) ? 'google' : 'email' })
    }
    if (!signedUp) return
    if (random.chance(0.5)) send('project created', { template: random.chance(0.6) })
    if (random.chance(0.25)) send('report viewed', { duration_ms: Math.round(80 + 4_000 * random.next() ** 3) })
    if (plan !== 'free' && random.chance(0.2))
      send('purchase', { plan, amount: (PRICES[plan] ?? 0) * random.between(1, 6), currency: 'EUR' })
    if (random.chance(0.06)) send('invited teammate')
  }
}
