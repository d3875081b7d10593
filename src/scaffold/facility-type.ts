import type { LookupFunction } from '../plugins/contract.ts'
import { yamlFile, type NewFile, type Words } from './words.ts'

/** A facility type whose number is looked up where a plugin can do that, and only asked for where none can. */
export function facilityTypeFiles(
  portal: string,
  name: string,
  order: number,
  lookups: { readonly [source: string]: LookupFunction },
  words: Words,
): NewFile[] {
  const { line } = words
  const source = Object.keys(lookups).find((one) => canFind(lookups[one]))
  const text = `facilityType: ${name}          # ファイルと同じ名前
label: ${line('見本の施設', 'Sample facility')}
order: ${order}                      # 一覧での並び順
${source === undefined ? '' : 'account: { identifier: facility }   # 施設を決める項目（下の lookup）\n'}sections:
  - id: facility
    title: ${line('見本の施設の番号', 'Number of the sample facility')}
    notes:
      - ${line('通知書の登録番号の欄をご覧になり、ご入力ください。', 'The number is printed on your letter.')}
    fields:
      - id: registrationNumber     # 半角の英数字の名前。使い始めたら変えないでください
        type: digits
        label: ${line('登録番号', 'Registration number')}
        hint: ${line('半角数字10桁', '10 digits')}
        required: true
        length: 10
        example: ${line('0123456789', '0123456789')}      # 番号は引用符で囲みます（先頭の0が消えません）
${source === undefined ? '' : facilityLookup(name, source, words)}confirm: [registrationNumber${source === undefined ? '' : ', facility.name'}]   # 確認のときに出す項目
`
  return [yamlFile(`forms/${portal}/facility-types/${name}.yaml`, 'facility-type', text)]
}

function facilityLookup(name: string, source: string, { line }: Words): string {
  return `      - id: facility               # 番号から施設を調べ、名前を表示します
        type: lookup
        source: ${source}
        by: { facilityType: { is: ${name} }, registrationNumber: registrationNumber }
        at: registrationNumber     # 見つからないときの文を出す項目
        show: { name: ${line('施設名', 'Name of the facility')} }
        notFound: ${line('この番号の施設が見つかりません。番号をお確かめください。', 'No facility has this number. Please check it.')}
        refuse:
          - when: { facility.hasAccount: true }
            say: ${line('この番号は登録済みです。ログインしてください。', 'This number has been registered already. Please log in.')}
`
}

/** By type and number, and tells the name and whether somebody is registered. */
function canFind(lookup: LookupFunction | undefined): boolean {
  const offers = (schema: LookupFunction['input'] | undefined, names: readonly string[]) =>
    names.every((name) => Object.hasOwn((schema?.properties ?? {}) as object, name))
  return (
    offers(lookup?.input, ['facilityType', 'registrationNumber']) &&
    offers(lookup?.output, ['name', 'hasAccount'])
  )
}
