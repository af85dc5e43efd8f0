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
const USERS = 3_400
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
/** The pages on which a visit begins, before and after the sign-up. */
const ENTRIES = [
  ['/', 52],
  ['/blog/release-notes-that-get-read', 14],
  ['/docs', 13],
  ['/templates', 12],
  ['/pricing', 9],
] as const
const APP_ENTRIES = [
  ['/app', 78],
  ['/app/projects', 14],
  ['/app/reports', 8],
] as const
/** Where people go from a page. */
const LINKS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  '/': [
    ['/pricing', 38],
    ['/templates', 22],
    ['/docs', 20],
    ['/blog', 12],
    ['/changelog', 8],
  ],
  '/pricing': [
    ['/docs', 36],
    ['/', 34],
    ['/templates', 30],
  ],
  '/docs': [
    ['/docs/getting-started', 66],
    ['/pricing', 20],
    ['/', 14],
  ],
  '/docs/getting-started': [
    ['/docs', 40],
    ['/templates', 34],
    ['/pricing', 26],
  ],
  '/blog': [
    ['/blog/release-notes-that-get-read', 64],
    ['/', 36],
  ],
  '/blog/release-notes-that-get-read': [
    ['/', 58],
    ['/blog', 42],
  ],
  '/templates': [
    ['/pricing', 54],
    ['/', 46],
  ],
  '/changelog': [
    ['/', 60],
    ['/docs', 40],
  ],
  '/app': [
    ['/app/projects', 62],
    ['/app/reports', 26],
    ['/app/settings', 12],
  ],
  '/app/projects': [
    ['/app/reports', 44],
    ['/app', 38],
    ['/app/settings', 18],
  ],
  '/app/reports': [
    ['/app/projects', 58],
    ['/app', 42],
  ],
  '/app/settings': [
    ['/app/billing', 48],
    ['/app', 52],
  ],
  '/app/billing': [
    ['/app/settings', 38],
    ['/app', 62],
  ],
}
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
    // visitors and new customers leave for good most often; of those who stay, some take a break
    if (random.chance(signedUp ? 0.3 * (1 - loyalty) ** 2 + 0.015 : 0.35)) return
    if (signedUp && random.chance(0.05)) day += 8 + random.next() * 16
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
    const browse = (entries: readonly (readonly [string, number])[]) => {
      let path = random.pick(entries)
      view(path)
      for (let more = random.between(0, 5); more > 0; more--) {
        path = random.pick(LINKS[path] ?? entries)
        view(path)
      }
    }
    browse(signedUp ? APP_ENTRIES : ENTRIES)
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
      browse([['/app', 1]])
    }
    if (!signedUp) return
    if (random.chance(0.5)) send('project created', { template: random.chance(0.6) })
    if (random.chance(0.25)) send('report viewed', { duration_ms: Math.round(80 + 4_000 * random.next() ** 3) })
    if (plan !== 'free' && random.chance(0.2))
      send('purchase', { plan, amount: (PRICES[plan] ?? 0) * random.between(1, 6), currency: 'EUR' })
    if (random.chance(0.06)) send('invited teammate')
  }
}
