/**
 * The script of a page. It is a constant, so that the content security policy can name its hash. It reads the numbers
 * of the chart from the table.
 */
export const PAGE_SCRIPT = `(() => {
  const root = document.documentElement
  root.classList.add('js')
  addEventListener('DOMContentLoaded', () => {
    const main = document.querySelector('main')
    const seconds = Number(main.dataset.again)
    if (seconds > 0) setTimeout(() => location.reload(), seconds * 1000)

    const toggle = document.querySelector('.toggle')
    if (toggle) {
      toggle.hidden = false
      toggle.addEventListener('click', () => {
        const on = root.classList.toggle('numbers-on')
        toggle.textContent = on ? 'Show chart' : 'Show table'
      })
    }

    const tip = document.querySelector('.tip')
    const say = (lines, event) => {
      tip.replaceChildren(...lines.map(([text, color, value]) => {
        const line = document.createElement('div')
        if (color) {
          const swatch = document.createElement('i')
          swatch.className = color
          line.append(swatch)
        }
        const name = document.createElement('span')
        name.textContent = text
        line.append(name)
        if (value !== undefined) {
          const number = document.createElement('b')
          number.textContent = value
          line.append(number)
        }
        return line
      }))
      tip.hidden = false
      const room = document.documentElement.clientWidth - tip.offsetWidth - 8
      const right = event.clientX + 16
      const left = right > room ? event.clientX - tip.offsetWidth - 16 : right
      tip.style.left = Math.max(8, Math.min(left, room)) + 'px'
      tip.style.top = Math.max(8, Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)) + 'px'
    }

    const whole = (cell) => cell ? cell.title || cell.textContent : ''
    const readTable = (table) => {
      const isTurned = table.dataset.series === 'columns'
      const cellOf = (row, column) => table.rows[row] && table.rows[row].cells[column]
      const rowOf = (series, rows) => (rows ? Number(rows[series]) : series) + 1
      return {
        valueOf(bucket, series, rows) {
          const cell = isTurned ? cellOf(bucket + 1, series + 1) : cellOf(rowOf(series, rows), bucket + 1)
          return cell && cell.firstChild && cell.firstChild.textContent
        },
        nameOf: (series, rows) => whole(isTurned ? cellOf(0, series + 1) : cellOf(rowOf(series, rows), 0)),
        labelOf: (bucket) => whole(isTurned ? cellOf(bucket + 1, 0) : cellOf(0, bucket + 1)),
      }
    }

    // tips of its own in place of the browser's
    for (const title of document.querySelectorAll('svg title')) {
      title.parentNode.dataset.tip = title.textContent
      title.remove()
    }

    for (const svg of document.querySelectorAll('svg.chart')) {
      const plot = svg.querySelector('.plot')
      const cursor = svg.querySelector('.cursor')
      const numbers = (svg.closest('article') || main).querySelector('table[data-series]')
      const table = numbers && readTable(numbers)
      const hide = () => {
        tip.hidden = true
        if (cursor) cursor.setAttribute('visibility', 'hidden')
      }
      svg.addEventListener('pointerleave', hide)
      svg.addEventListener('pointermove', (event) => {
        if (!plot) {
          const mark = event.target.closest('[data-tip]')
          return mark ? say(mark.dataset.tip.split('\\n').map((text) => [text]), event) : hide()
        }
        if (!table) return
        const { left, right, count, band } = plot.dataset
        const [from, to, n] = [Number(left), Number(right), Number(count)]
        const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).x
        const inset = band === '1' || n === 1 ? (to - from) / n / 2 : 6
        const step = n > 1 ? (to - from - 2 * inset) / (n - 1) : 1
        const bucket = n > 1 ? Math.min(n - 1, Math.max(0, Math.round((at - from - inset) / step))) : 0
        const colors = plot.dataset.colors.split(' ')
        const rows = plot.dataset.rows && plot.dataset.rows.split(' ')
        const lines = colors.flatMap((color, series) => {
          const value = table.valueOf(bucket, series, rows)
          return value ? [[table.nameOf(series, rows), 'b' + color, value]] : []
        })
        if (lines.length === 0) return hide()
        say([[table.labelOf(bucket)], ...lines], event)
        cursor.setAttribute('transform', 'translate(' + (n > 1 ? from + inset + step * bucket : (from + to) / 2) + ' 0)')
        cursor.setAttribute('visibility', 'visible')
      })
    }
  })
})()
`
