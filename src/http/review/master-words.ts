import type { MasterCompare } from '../../definitions/definitions.ts'
import type { FacilityFact } from '../../form/facts.ts'
import type { Locale } from '../../form/form.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import type { Visit } from '../route.ts'

type Asking = Pick<Visit, 'deps' | 'locale'>

/** What an item of the facility master is called: by `forms/staff.yaml`, else by these words. */
export function masterLabel({ deps, locale }: Asking, fact: FacilityFact): string {
  const label = deps.definitions().staff.master?.[fact]?.label
  return label ? textIn(label, locale) : LABELS[fact][locale]
}

/** A value of the master in the words of `forms/staff.yaml`; one it has no words for stays as it is. */
export function masterText({ deps, locale }: Asking, fact: FacilityFact, value: string): string {
  const text = own(deps.definitions().staff.master?.[fact]?.values ?? {}, value)
  return text ? textIn(text, locale) : value
}

/** Whether what was typed is what the master has, as far as differences count. */
export function isSameAsMaster(
  { deps }: Asking,
  fact: FacilityFact,
  typed: string,
  known: string,
): boolean {
  const fold = FOLDS[deps.definitions().staff.master?.[fact]?.compare ?? 'text']
  return fold(typed) === fold(known)
}

const FOLDS: { readonly [C in MasterCompare]: (text: string) => string } = {
  text: (text) => text.normalize('NFKC').replace(/[\p{Pd}\u2212\u30fc\u2500\p{Z}\s]/gu, ''),
  digits: (text) => text.normalize('NFKC').replace(/\D/g, '').replace(/^0+/, ''),
  exact: (text) => text,
}

const LABELS: { readonly [F in FacilityFact]: { readonly [L in Locale]: string } } = {
  type: { ja: '種類', en: 'Type' },
  name: { ja: '名称', en: 'Name' },
  registrationNumber: { ja: '登録番号', en: 'Registration number' },
  prefecture: { ja: '都道府県', en: 'Prefecture' },
  code7: { ja: 'コード', en: 'Code' },
  founder: { ja: '開設者', en: 'Founder' },
  postalCode: { ja: '郵便番号', en: 'Postal code' },
  address: { ja: '所在地', en: 'Address' },
  phone: { ja: '電話番号', en: 'Phone' },
  size: { ja: '規模', en: 'Size' },
}
