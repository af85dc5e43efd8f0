/** The first page of a deployment: what it is, how to send it events, and with a key what is in it. */

import { Markup, markup } from '../../lib/render/markup.ts'
import { HOME_SCRIPT } from './script.ts'
import { HOME_STYLE } from './style.ts'

/** What the script puts the token of the project of a key into. */
const token = markup`<span data-token="phc_your_project_token">phc_your_project_token</span>`

/** A stub keeps what is called until posthog-js, which it loads from this worker, takes it over. */
const snippet = (url: string) => markup`<pre id="snippet">${'<script>'}
(function (stub) {
  if (window.posthog) return
  window.posthog = stub
  stub._i = []
  stub.__SV = 1
  stub.init = function (token, config) {
    var script = document.createElement('script')
    script.async = true
    script.crossOrigin = 'anonymous'
    script.src = config.api_host + '/static/array.js'
    document.head.appendChild(script)
    'capture identify alias group register unregister reset setPersonProperties opt_in_capturing opt_out_capturing'
      .split(' ').forEach(function (name) {
        stub[name] = function () { stub.push([name].concat([].slice.call(arguments))) }
      })
    stub._i.push([token, config, 'posthog'])
  }
})([])
posthog.init('${token}', { api_host: '${url}' })
${'</script>'}</pre>`

const capture = (
  url: string,
) => markup`<pre id="capture">curl -X POST ${url}/i/v0/e/ -H 'Content-Type: application/json' \\
  -d '{"api_key":"${token}","event":"hello","distinct_id":"me"}'</pre>`

/** The page of a deployment at `url`. */
export const renderHome = (url: string): string =>
  homeDocument(markup`<main>
<h1>Edgehog</h1>
<p>PostHog’s Insights API on Cloudflare Workers: it takes events of every PostHog client, and answers trends, funnels, retention and SQL over them.</p>
<p><a href="/docs/">Try the API</a> · <a href="/api/schema/">OpenAPI document</a> · <a href="/_health">health</a></p>
<h2>Is it well?</h2>
<p>The worker is up and has its settings. A personal API key tells the rest: whether all behind it answers, and the insights of its project. The key stays in this tab.</p>
<noscript><p>That needs JavaScript; <code>curl '${url}/_health?deep=1' -H 'Authorization: Bearer phx_…'</code> does not.</p></noscript>
<form id="ask" hidden><input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="phx_…" aria-label="Personal API key"><button>Look</button><button id="forget" type="button" hidden>Forget</button></form>
<p id="refusal" role="status"></p>
<ul id="checks"></ul>
<h2>Send events</h2>
<p>From pages, before <code>${'</head>'}</code>:</p>
${snippet(url)}
<p>From anywhere; the answer comes when the event is stored:</p>
${capture(url)}
<h2>Insights <small id="project"></small></h2>
<p class="muted">With a key above they are here, with their pictures.</p>
<div id="insights" class="insights"></div>
</main>`)

/** The page while the deployment cannot answer: why, and what to do. */
export const renderTrouble = (detail: string): string =>
  homeDocument(markup`<main><h1>Edgehog</h1><h2>This deployment cannot answer yet</h2><p>${detail}</p></main>`)

const homeDocument = (body: Markup): string =>
  markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Edgehog</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="data:,"><style>${new Markup(HOME_STYLE)}</style><script>${new Markup(HOME_SCRIPT)}</script></head><body>${body}</body></html>
`.text
