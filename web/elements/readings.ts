import { drawnFields, typeOf, type Evaluation } from '../../src/form/evaluate.ts'

/** What an input method shows before it is converted; a letter still open at the end (みほn) is not part of it. */
const KANA = /^[ぁ-ゖァ-ヺヽヾゝゞー・\s]+$/
const OPEN_LETTERS = /[A-Za-zＡ-Ｚａ-ｚ]+$/

/**
 * Offers the reading of a name while the name is typed: what was typed before it was converted (A18). It goes into the field
 * that says `readingOf`, as long as nothing else stands there: what somebody typed is never replaced.
 */
export function offerReadings(host: HTMLElement, evaluation: () => Evaluation): void {
  /** What we put into each reading, by its field. */
  const offered = new Map<string, string>()
  let reading = ''
  host.addEventListener('compositionstart', () => (reading = ''))
  host.addEventListener('compositionupdate', (event) => {
    const typed = event.data.replace(OPEN_LETTERS, '')
    if (KANA.test(typed)) reading = typed
  })
  host.addEventListener('compositionend', (event) => {
    const source = event.target
    if (!(source instanceof HTMLInputElement) || event.data === '' || reading === '') return
    for (const field of drawnFields(evaluation())) {
      if (field.options.readingOf !== source.name) continue
      const target = inputOf(host, field.id)
      const before = offered.get(field.id) ?? ''
      if (!target || target.value !== before) continue
      // A name that was typed anew has its reading anew.
      const isAnew = source.value === event.data
      const read = typeOf(field).read([(isAnew ? '' : before) + reading], field)
      if (typeof read !== 'string') continue
      offered.set(field.id, read)
      target.value = read
      target.dispatchEvent(new Event('input', { bubbles: true }))
    }
  })
}

function inputOf(host: HTMLElement, name: string): HTMLInputElement | undefined {
  const found = host.querySelector(`input[name="${CSS.escape(name)}"]`)
  return found instanceof HTMLInputElement ? found : undefined
}
