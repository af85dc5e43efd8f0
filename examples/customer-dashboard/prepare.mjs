// Makes what the example needs in a running Edgehog: events of two tenants, an insight, a viewer secret. Prints the settings.
const { EDGEHOG = 'http://127.0.0.1:8787', EDGEHOG_KEY = 'phx_local_development_key', PROJECT = '1' } = process.env

async function call(method, path, body) {
  const response = await fetch(EDGEHOG + path, {
    method,
    headers: { Authorization: `Bearer ${EDGEHOG_KEY}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return response.json()
}

const api = `/api/projects/${PROJECT}`
const { api_token } = await call('GET', `${api}/`)

// the same days and the same names of people, but for the numbers
const batch = Object.entries({ acme: 3, umbrella: 5 }).flatMap(([tenant, orders]) =>
  Array.from({ length: 7 * orders }, (_, index) => ({
    event: 'order placed',
    distinct_id: `${tenant} customer ${index % 4}`,
    timestamp: new Date(Date.now() - (index % 7) * 86_400_000 - 3_600_000).toISOString(),
    uuid: `0198c0de-${tenant === 'acme' ? '0001' : '0002'}-7000-8000-${String(index).padStart(12, '0')}`,
    properties: { tenant },
  })),
)
await call('POST', '/batch/', { api_key: api_token, batch })

const query = {
  kind: 'InsightVizNode',
  source: {
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: 'order placed' }],
    dateRange: { date_from: '-14d' },
    trendsFilter: { display: 'BoldNumber' },
  },
}
const { short_id } = await call('POST', `${api}/insights/`, { name: 'Orders', query })
const { id, secret } = await call('POST', `${api}/viewer_secrets/`, { label: 'customer-dashboard' })
console.log(`EDGEHOG=${EDGEHOG}\nINSIGHT=${short_id}\nSECRET_ID=${id}\nSECRET=${secret}`)
