/**
 * The script of the first page. It is a constant, so that the content security policy can name its hash. A key stays in the
 * tab: it goes into its session storage and the headers of requests to this worker.
 */
export const HOME_SCRIPT = `(() => {
  const at = (id) => document.getElementById(id)
  const NAME = 'edgehog key'
  const PICTURES = 24
  let shown = 0

  addEventListener('DOMContentLoaded', () => {
    at('ask').hidden = false
    const field = at('key')
    field.value = sessionStorage.getItem(NAME) || ''
    at('ask').addEventListener('submit', (event) => {
      event.preventDefault()
      open(field.value.trim())
    })
    at('forget').addEventListener('click', () => {
      field.value = ''
      open('')
    })
    if (field.value) open(field.value)
  })

  async function open(key) {
    const turn = ++shown
    if (key) sessionStorage.setItem(NAME, key)
    else sessionStorage.removeItem(NAME)
    at('checks').replaceChildren()
    at('insights').replaceChildren()
    at('project').textContent = ''
    at('refusal').textContent = ''
    at('forget').hidden = !key
    for (const part of document.querySelectorAll('[data-token]')) part.textContent = part.dataset.token
    if (!key) return
    const get = async (path) => {
      const answer = await fetch(path, { headers: { Authorization: 'Bearer ' + key } })
      if (turn !== shown) throw new Error('')
      return answer
    }
    try {
      await check(get)
      await project(get, turn)
    } catch (error) {
      if (turn === shown) at('refusal').textContent = error.message
    }
  }

  async function check(get) {
    const answer = await (await get('/_health?deep=1')).json()
    if (!answer.checks) throw new Error(answer.detail)
    for (const { name, status, detail, advice, latency_ms: ms } of answer.checks) {
      const line = document.createElement('li')
      line.className = status
      const title = document.createElement('b')
      title.textContent = name
      line.append(title, [detail, advice, ms === null ? '' : ms + ' ms'].filter(Boolean).join(' '))
      at('checks').append(line)
    }
  }

  async function project(get, turn) {
    const me = await (await get('/api/users/@me/')).json()
    if (!me.team) throw new Error(me.detail || 'The key reaches no project.')
    for (const part of document.querySelectorAll('[data-token]')) part.textContent = me.team.api_token
    at('project').textContent = me.team.name
    const path = '/api/projects/' + me.team.id + '/insights/'
    const list = await (await get(path + '?basic=true&limit=' + PICTURES)).json()
    if (!list.results) throw new Error(list.detail)
    if (list.results.length === 0) at('refusal').textContent = 'There is no insight yet.'
    for (const insight of list.results) {
      const figure = document.createElement('figure')
      const caption = document.createElement('figcaption')
      caption.textContent = insight.name || insight.derived_name || insight.short_id
      figure.append(caption)
      at('insights').append(figure)
      const answer = await get(path + insight.id + '.svg')
      if (answer.ok) {
        const picture = new Image()
        picture.alt = caption.textContent
        picture.src = URL.createObjectURL(await answer.blob())
        figure.prepend(picture)
      } else caption.textContent += ': ' + (await answer.json()).detail
      if (turn !== shown) return
    }
  }
})()`
